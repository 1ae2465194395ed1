// The whole gateway as a configuration file describes it: one process or several.
import { type Admin, type ApiResponse, startAdmin } from '../admin/index.ts';
import { type Config, loadConfig } from '../config/index.ts';
import type { Log } from '../lib/index.ts';
import { startGateway } from './process/start.ts';
import type { Served } from './served.ts';
import type { Environment } from './watched-mask-keys.ts';
import { startWorkers } from './workers/workers.ts';

export async function serve(
  path: string,
  createLog: (config: Config) => Log,
  environment: Environment,
): Promise<Serving> {
  const config = await loadConfig(path);
  const log = createLog(config);
  let served: Served | undefined;
  // Before the gateway: a probe may ask while it starts.
  const admin =
    config.admin &&
    (await startAdmin(config.admin, {
      log,
      health: async () => (await served?.health()) ?? [],
      metrics: async () => (await served?.metrics()) ?? [],
      api: async (request) => (await served?.api(request)) ?? notReady,
      watch: (session, send, over) => served?.watch(session, send, over) ?? (() => undefined),
    }));
  try {
    served =
      config.workers > 1
        ? await startWorkers(path, config, log, environment)
        : await startGateway(config, { log, environment });
  } catch (error) {
    await admin?.close();
    throw error;
  }
  return new Serving(served, admin, log);
}

const notReady: ApiResponse = { status: 503, body: { error: { message: 'the gateway is starting' } } };

/** The gateway and its admin side as one. */
export class Serving {
  readonly log: Log;
  readonly #served: Served;
  readonly #admin: Admin | undefined;

  constructor(served: Served, admin: Admin | undefined, log: Log) {
    this.log = log;
    this.#served = served;
    this.#admin = admin;
  }

  get port(): number {
    return this.#served.port;
  }

  get adminPort(): number | undefined {
    return this.#admin?.port;
  }

  reload(config: Config): Promise<void> {
    return this.#served.reload(config);
  }

  /** Health says that it is going until it is gone. */
  async drain(): Promise<void> {
    await this.#served.drain();
    await this.#admin?.close();
  }

  async close(): Promise<void> {
    await this.#served.close();
    await this.#admin?.close();
  }
}
