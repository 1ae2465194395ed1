// Journals that no process writes any more: of workers that a gateway no longer has, and of those that ran while one took
// over from another. What was under way in them gets its outcome, and what sinks lack of them is sent.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Journal,
  JournalLocked,
  openUnfinished,
  type Shipping,
  startShipping,
} from '../../audit/index.ts';
import type { Config } from '../../config/index.ts';
import { chainsBeside } from './chains-beside.ts';
import type { ChainOptions } from './open-free-chain.ts';

/** How often it is looked for more, and whether sinks have everything. */
const LOOK_MS = 5_000;
const SHIPPED_MS = 100;

type Left = Readonly<{ chain: string; behind: number }>;

export class LeftChains {
  readonly #options: ChainOptions;
  readonly #own: string;
  readonly #closing = new AbortController();
  readonly #finished = new Set<string>();
  readonly #running: Promise<void>;
  #config: Config;
  #now: Readonly<{ journal: Journal; shipping: Shipping }> | undefined;

  /** `own`: the name of the chain that this process writes. */
  constructor(options: ChainOptions, own: string) {
    this.#options = options;
    this.#own = own;
    this.#config = options.config;
    this.#running = options.config.audit.mode === 'off' ? Promise.resolve() : this.#run();
  }

  reload(config: Config): void {
    this.#config = config;
    // There may be a sink that has none of it yet.
    this.#finished.clear();
    this.#now?.shipping.reload(config.audit);
  }

  /** The one that is under way. */
  get health(): readonly Left[] {
    if (this.#now === undefined) return [];
    const { journal } = this.#now;
    return [
      { chain: journal.chain, behind: Math.max(0, ...journal.health.sinks.map(({ behind }) => behind)) },
    ];
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log } = this.#options;
    while (!this.#closing.signal.aborted) {
      for (const name of await this.#names()) {
        if (this.#closing.signal.aborted) return;
        await this.#finish(name).catch((error: unknown) => {
          if (error instanceof JournalLocked) return;
          // Somebody has to look, and what is said once is enough.
          this.#finished.add(name);
          log.error({ chain: name, err: error }, 'audit journal that was left behind cannot be taken up');
        });
      }
      await this.#pause(LOOK_MS);
    }
  }

  async #names(): Promise<readonly string[]> {
    const { index } = this.#options;
    const beside = await chainsBeside({ config: this.#config, index, own: this.#own });
    return beside.filter((name) => !this.#finished.has(name));
  }

  async #finish(name: string): Promise<void> {
    const { log, clock, mayDelete = () => true } = this.#options;
    const { audit, data_dir: dataDir } = this.#config;
    const folder = join(dataDir, 'audit', name);
    const sinks = audit.sinks.map((sink) => sink.name);
    const parts = { folder, chain: name, config: audit, log, clock, sinks, mayDelete };
    const journal = await openUnfinished(parts);
    if (journal === undefined) {
      this.#finished.add(name);
      return;
    }
    log.info({ chain: journal.chain }, 'audit journal that was left behind is taken up');
    const shipping = startShipping({ folder, journal, config: audit, log, clock });
    this.#now = { journal, shipping };
    const lacks = () => journal.health.sinks.some(({ behind }) => behind > 0);
    while (lacks() && !this.#closing.signal.aborted) await this.#pause(SHIPPED_MS);
    journal.end();
    await shipping.close();
    await journal.close();
    this.#now = undefined;
    if (lacks()) return;
    this.#finished.add(name);
    log.info({ chain: journal.chain }, 'audit journal that was left behind is finished');
  }

  #pause(milliseconds: number): Promise<unknown> {
    const { signal } = this.#closing;
    return sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
