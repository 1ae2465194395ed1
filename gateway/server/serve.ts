// The whole gateway as a configuration file describes it: one process or several.
import { type Config, loadConfig } from '../config/index.ts';
import type { Log } from '../lib/index.ts';
import { startGateway } from './gateway.ts';
import type { Served } from './served.ts';
import { startWorkers } from './workers.ts';

export async function serve(
  path: string,
  createLog: (config: Config) => Log,
): Promise<Served & { log: Log }> {
  const config = await loadConfig(path);
  const log = createLog(config);
  const served =
    config.workers > 1 ? await startWorkers(path, config, log) : await startGateway(config, { log });
  return Object.assign(served, { log });
}
