// The worker processes of a gateway: started, started again when they end, and asked together.
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../lib/index.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { OneWorker } from './one-worker.ts';

/** A worker that keeps dying is not started again more often than this. */
const RESTART_MS = 1_000;

const program = fileURLToPath(new URL('./worker-process.ts', import.meta.url));

/** What a worker says once it serves clients. */
export type Said = Exclude<FromWorker, { kind: 'ready' | 'failed' }>;

export type CrewOptions = Readonly<{
  count: number;
  log: Log;
  /** What a worker is told first. */
  orders: (index: number) => Extract<ToWorker, { kind: 'start' }>;
  heard: (from: OneWorker, said: Said) => void;
  gone: (worker: OneWorker) => void;
}>;

export class Crew implements Iterable<OneWorker> {
  readonly #options: CrewOptions;
  readonly #workers = new Map<number, OneWorker>();
  #isStopping = false;

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  [Symbol.iterator](): Iterator<OneWorker> {
    return this.#workers.values();
  }

  /** So many are starting, or about to be started again. */
  get missing(): number {
    return Math.max(0, this.#options.count - this.#workers.size);
  }

  /** Resolves to their port once all of them accept connections. */
  async start(): Promise<number> {
    const ports = Array.from({ length: this.#options.count }, (_, index) => this.#fork(index));
    return Math.max(...(await Promise.all(ports)));
  }

  tell(message: ToWorker): void {
    for (const worker of this) worker.send(message);
  }

  /** What all others say; undefined for one that is starting, or ends, or has nothing to say in the time. */
  async askOthers<Answer>(
    from: OneWorker,
    milliseconds: number,
    question: (id: number) => ToWorker,
  ): Promise<(Answer | undefined)[]> {
    const others = this.othersThan(from);
    const missing = Math.max(0, this.#options.count - 1 - others.length);
    const asked = others.map((worker) => worker.askWithin<Answer>(milliseconds, question));
    return [...(await Promise.all(asked)), ...Array.from({ length: missing }, () => undefined)];
  }

  othersThan(one: OneWorker): readonly OneWorker[] {
    return [...this].filter((worker) => worker !== one);
  }

  async drain(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(Array.from(this, (worker) => worker.drain()));
  }

  kill(): void {
    this.#isStopping = true;
    for (const worker of this) worker.kill();
  }

  /** Resolves to the port once the worker accepts connections. */
  #fork(index: number): Promise<number> {
    const { orders, heard, gone, log } = this.#options;
    cluster.setupPrimary({ exec: program });
    const forked = cluster.fork();
    const worker = new OneWorker(forked);
    this.#workers.set(index, worker);
    forked.once('online', () => worker.send(orders(index)));
    return new Promise((resolve, reject) => {
      forked.on('message', (said: FromWorker) => {
        if (said.kind === 'ready') resolve(said.port);
        else if (said.kind === 'failed') reject(new Error(said.message));
        else heard(worker, said);
      });
      forked.on('exit', (code, signal) => {
        reject(new Error('a worker process ended before it was ready'));
        this.#workers.delete(index);
        worker.gone();
        gone(worker);
        if (this.#isStopping) return;
        log.error({ worker: index, code, signal }, 'worker process ended; starting another');
        setTimeout(() => this.#restart(index), RESTART_MS);
      });
    });
  }

  #restart(index: number): void {
    if (this.#isStopping) return;
    this.#fork(index).catch((error: unknown) =>
      this.#options.log.error({ err: error, worker: index }, 'worker failed'),
    );
  }
}
