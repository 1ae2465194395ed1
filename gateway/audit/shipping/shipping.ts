// Ships the journal to its sinks: starts the thread that does, tells the journal how far each sink has come, and says how
// they fare to the log, the audit itself, /health and /metrics.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Config } from '../../config/index.ts';
import type { Clock, Family, Log } from '../../lib/index.ts';
import type { Journal } from '../journal/types.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';
import { Writes } from './news.ts';
import { SinkReport, type SinkReportDocument, sinkFamilies } from './sink-report.ts';

export type ShippingOptions = Readonly<{
  /** Of the journal's chain. */
  folder: string;
  journal: Journal;
  config: Config['audit'];
  log: Log;
  clock: Clock;
}>;

export interface Shipping {
  /** These sinks from now on; strict mode stays as it was at the start. */
  reload(config: Config['audit']): void;
  readonly health: readonly SinkReportDocument[];
  families(): readonly Family[];
  /** Sends what there is, for so long at most; what was not acknowledged is sent after the next start. */
  close(milliseconds?: number): Promise<void>;
}

export function startShipping(options: ShippingOptions): Shipping {
  return new ThreadedShipping(options);
}

const program = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);
/** After a thread that died: what made it die is likely to be there still. */
const RESTART_MS = 1_000;
const REMIND_MS = 60_000;
const CLOSE_MS = 2_000;
/** For the thread to say that it has ended. */
const CLOSE_SPARE_MS = 1_000;
/** Batches of some tens of MiB, with what they are compressed from and to. */
const THREAD_MEGABYTES = 1_024;

class ThreadedShipping implements Shipping {
  readonly #options: ShippingOptions;
  readonly #memory = new SharedArrayBuffer(4);
  readonly #stopListening: () => void;
  readonly #reminding: NodeJS.Timeout;
  #config: Config['audit'];
  #reports = new Map<string, SinkReport>();
  #worker: Worker | undefined;
  #restarting: NodeJS.Timeout | undefined;
  #closed: (() => void) | undefined;

  constructor(options: ShippingOptions) {
    this.#options = options;
    this.#config = options.config;
    const writes = new Writes(this.#memory, options.config.mode === 'strict');
    this.#stopListening = options.journal.sinks.onWritten(() => writes.happened());
    this.#use(options.config);
    this.#reminding = setInterval(() => this.#remind(), REMIND_MS).unref();
  }

  reload(config: Config['audit']): void {
    const { mode, strict_sink: strictSink } = this.#options.config;
    if (config.mode !== mode || config.strict_sink !== strictSink)
      this.#options.log.warn({}, 'audit.mode and audit.strict_sink take effect only at the next start');
    this.#use(config);
  }

  get health(): readonly SinkReportDocument[] {
    const { sinks } = this.#options.journal.health;
    return Array.from(this.#reports.values(), (report) =>
      report.document(sinks.find(({ name }) => name === report.name)),
    );
  }

  families(): readonly Family[] {
    return sinkFamilies(this.health);
  }

  async close(milliseconds = CLOSE_MS): Promise<void> {
    clearInterval(this.#reminding);
    clearTimeout(this.#restarting);
    this.#stopListening();
    const worker = this.#worker;
    if (worker === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#closed = resolve;
      timer = setTimeout(resolve, milliseconds + CLOSE_SPARE_MS);
      worker.once('exit', () => resolve());
      const { lastSeq: through } = this.#options.journal.health;
      worker.postMessage({ tell: 'close', through, milliseconds } satisfies ToThread);
    });
    clearTimeout(timer);
    this.#worker = undefined;
    await worker.terminate();
  }

  #use(config: Config['audit']): void {
    this.#config = config;
    const before = this.#reports;
    this.#reports = new Map(
      config.sinks.map(({ name, kind }) => [name, before.get(name) ?? new SinkReport(name, kind)]),
    );
    for (const name of before.keys()) if (!this.#reports.has(name)) this.#options.journal.sinks.retire(name);
    if (config.sinks.length > 0) this.#worker ??= this.#start();
    this.#tellSinks();
  }

  #tellSinks(): void {
    const { journal, config: first } = this.#options;
    const strictSink = first.mode === 'strict' ? first.strict_sink : undefined;
    const sinks = this.#config.sinks.map((config) => ({
      config,
      from: journal.sinks.register(config.name),
      isStrict: config.name === strictSink,
    }));
    this.#worker?.postMessage({ tell: 'sinks', sinks } satisfies ToThread);
  }

  #start(): Worker {
    const { folder, journal, log } = this.#options;
    const data: ThreadData = { folder, chain: journal.chain, writes: this.#memory };
    const worker = new Worker(program, {
      workerData: data,
      // It needs neither the environment nor the flags of whoever started this process.
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: THREAD_MEGABYTES },
    });
    worker.unref();
    worker.on('message', (message: FromThread) => this.#heard(message));
    worker.on('error', (error: Error) => log.error({ err: error }, 'thread that ships the audit failed'));
    worker.on('exit', () => this.#ended(worker));
    return worker;
  }

  /** What was not acknowledged is sent again by the next. */
  #ended(worker: Worker): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#restarting = setTimeout(() => {
      this.#worker = this.#start();
      this.#tellSinks();
    }, RESTART_MS).unref();
  }

  #heard(message: FromThread): void {
    switch (message.tell) {
      case 'acknowledged': {
        const { sink, position, standing } = message;
        this.#options.journal.sinks.acknowledge(sink, position);
        this.#reports.get(sink)?.told(standing);
        return;
      }
      case 'standing': {
        const { sink, standing } = message;
        const change = this.#reports.get(sink)?.told(standing);
        if (change !== undefined) this.#changed(sink, change);
        return;
      }
      case 'log':
        this.#options.log[message.level](message.fields, message.words);
        return;
      case 'closed':
        this.#closed?.();
        return;
      default:
        message satisfies never;
    }
  }

  #changed(
    sink: string,
    change: Readonly<{ state: 'away' | 'back'; because?: string; problem?: string }>,
  ): void {
    const { journal, log } = this.#options;
    const { state, because, problem } = change;
    if (state === 'away') {
      journal.sinks.away(sink, problem ?? 'it failed');
      const words = 'audit sink takes no events; they wait in the journal';
      log[because === 'lied' || because === 'refused' ? 'error' : 'warn']({ sink, because, problem }, words);
    } else {
      journal.sinks.back(sink);
      log.info({ sink, behind: this.#behind(sink) }, 'audit sink takes events again');
    }
    try {
      const said = { name: sink, state, ...(because === undefined ? {} : { because, problem }) };
      journal.append({ type: 'audit.sink', members: { sink: said } });
    } catch {
      // The journal says by itself that it is full.
    }
  }

  #remind(): void {
    for (const { name, state, behind, oldest_seconds, problem } of this.health)
      if (state === 'away')
        this.#options.log.warn({ sink: name, behind, oldest_seconds, problem }, 'audit sink is still away');
      else if (oldest_seconds > REMIND_MS / 1_000 + 60)
        this.#options.log.warn({ sink: name, behind, oldest_seconds }, 'audit sink is behind');
  }

  #behind(sink: string): number {
    return this.#options.journal.health.sinks.find(({ name }) => name === sink)?.behind ?? 0;
  }
}
