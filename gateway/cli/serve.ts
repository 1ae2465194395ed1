// `portcullis serve`: runs the gateway until a signal drains it.
import { loadConfig } from '../config/index.ts';
import { createLog } from '../lib/index.ts';
import { type Command, UsageError } from './command.ts';
import { ensureMemoryFlags } from './memory-flags.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'Run the gateway',
  description:
    'SIGHUP reads the configuration again without dropping anybody. SIGTERM and SIGINT take nobody in any more, let ' +
    'what is under way finish, and end; a second one ends at once. The log goes to stderr as JSON lines.',
  options: { config: { type: 'string', short: 'c', value: 'FILE', help: 'The configuration file.' } },
  examples: ['portcullis serve --config portcullis.yaml'],
  prints: 'One JSON line {"event":"ready","port":…} when it accepts connections.',
  async run({ terminal, text }) {
    const path = text('config');
    if (path === undefined) throw new UsageError('--config is missing', 'Name the configuration file.');
    ensureMemoryFlags();
    // Only now: what starts the program again in its place shouldn't have loaded all of the gateway before.
    const { serve: serveFile } = await import('../server/index.ts');
    const served = await serveFile(
      path,
      (config) => createLog(config.log.level),
      (name) => terminal.env[name],
    );

    process.on('SIGHUP', () => {
      loadConfig(path)
        .then((config) => served.reload(config))
        .catch((error: unknown) => served.log.error({ err: error }, 'configuration not reloaded'));
    });
    const ended = new Promise<number>((resolve) => {
      let signals = 0;
      const stop = () => {
        signals += 1;
        if (signals === 1) served.drain().then(() => resolve(0));
        else served.close().finally(() => process.exit(1));
      };
      process.on('SIGTERM', stop);
      process.on('SIGINT', stop);
    });
    // Last of all: whoever reads it may send a signal at once.
    terminal.stdout.write(
      `${JSON.stringify({ event: 'ready', port: served.port, admin_port: served.adminPort })}\n`,
    );
    return await ended;
  },
};
