// One of several processes that share the port; started by workers.ts, never by hand.
import { loadConfig } from '../config/index.ts';
import { createLog } from '../lib/index.ts';
import type { Admission } from './admission.ts';
import { startGateway } from './gateway.ts';
import { type FromWorker, fromText, Questions, type ToWorker, toText } from './worker-messages.ts';

const [path = '', index = '0'] = process.argv.slice(2);
const questions = new Questions();
const say = (message: FromWorker): void => {
  process.send?.(message);
};

/** The counts are kept by the process that started this one. */
const admission: Admission = {
  enter: (principal) => questions.ask((id) => say({ kind: 'enter', id, principal })),
  leave: (principal) => say({ kind: 'leave', principal }),
  checkAddress: (address) => questions.ask((id) => say({ kind: 'check_address', id, address })),
  loginFailed: (address) => say({ kind: 'login_failed', address }),
};

// The process that started this one decides when it ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('SIGHUP', () => undefined);

try {
  const config = await loadConfig(path);
  const log = createLog(config.log.level).child({ worker: Number(index) });
  const gateway = await startGateway(config, {
    log,
    worker: {
      index: Number(index),
      admission,
      cancelElsewhere: (key) => questions.ask((id) => say({ kind: 'cancel', id, key: toText(key) })),
    },
  });
  process.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'done':
        questions.done(message.id, message.fault);
        return;
      case 'cancel':
        gateway
          .cancel(fromText(message.key))
          .catch((error: unknown) => log.warn({ err: error }, 'cancel failed'))
          .finally(() => say({ kind: 'done', id: message.id }));
        return;
      case 'reload':
        loadConfig(path)
          .then((changed) => gateway.reload(changed))
          .catch((error: unknown) => log.error({ err: error }, 'configuration not reloaded'));
        return;
      case 'drain':
        gateway.drain().finally(() => process.exit(0));
        return;
      default:
        message satisfies never;
    }
  });
  say({ kind: 'ready', port: gateway.port });
} catch (error) {
  say({ kind: 'failed', message: error instanceof Error ? error.message : 'unknown' });
  process.exit(1);
}
