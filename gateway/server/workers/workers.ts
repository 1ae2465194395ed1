// Several processes on one port, as one gateway: hands each question to the processes that it is for, and puts what they
// say together.
import type { ApiRequest, ApiResponse, Health, ProcessMetrics, Watch } from '../../admin/index.ts';
import type { Config } from '../../config/index.ts';
import { gauge, type Log, logLines } from '../../lib/index.ts';
import type { Applied } from '../audit/retention/applied.ts';
import { ProcessLoad } from '../metrics/process-load.ts';
import type { Served } from '../served.ts';
import type { SessionDocument } from '../sessions/session-document.ts';
import { LocalKeeper } from '../state/state-source.ts';
import type { Environment } from '../watched-mask-keys.ts';
import { CommonCounts, isCounted } from './common-counts.ts';
import { Crew, type Said } from './crew.ts';
import type { CancelText } from './messages.ts';
import type { OneWorker } from './one-worker.ts';
import { healthOf, metricsOf, notThere } from './worker-health.ts';

/** A worker that is well has answered by then. */
const ANSWER_MS = 2_000;
/** Journals are read as a whole for it. */
const RETENTION_MS = 3_600_000;
/** How often this process looks at its own load. */
const TICK_MS = 1_000;

export async function startWorkers(
  path: string,
  config: Config,
  log: Log,
  environment: Environment,
): Promise<Served> {
  const workers = new Workers(path, config, log, environment);
  await workers.start();
  return workers;
}

class Workers implements Served {
  port = 0;
  readonly #config: Config;
  readonly #log: Log;
  readonly #environment: Environment;
  #maskKeys: string | undefined;
  readonly #counts: CommonCounts;
  readonly #crew: Crew;
  readonly #load = new ProcessLoad();
  readonly #keeper: LocalKeeper;
  readonly #watches = new Map<number, Readonly<{ send: (lines: string) => void; over: () => void }>>();
  #lastWatch = 0;
  #stateExists = false;
  #ticking: NodeJS.Timeout | undefined;

  constructor(path: string, config: Config, log: Log, environment: Environment) {
    this.#config = config;
    this.#log = log;
    this.#environment = environment;
    this.#maskKeys = this.#maskKeysOf(config);
    this.#counts = new CommonCounts(config.limits);
    this.#keeper = new LocalKeeper(config.data_dir, log);
    this.#keeper.onStarted(() => {
      this.#stateExists = true;
      this.#crew.tell({ kind: 'state_started' });
    });
    this.#crew = new Crew({
      ...{ count: config.workers, log },
      orders: (index) => ({
        ...{ kind: 'start', path, index, maskKeys: this.#maskKeys, stateExists: this.#stateExists },
        budgetKey: this.#counts.budgetKey.toString('hex'),
      }),
      heard: (from, said) => this.#heard(from, said),
      gone: (worker) => this.#counts.gone(worker),
    });
  }

  async start(): Promise<void> {
    this.#ticking = setInterval(() => this.#load.tick(), TICK_MS).unref();
    this.#stateExists = await this.#keeper.exists();
    this.port = await this.#crew.start();
  }

  async reload(config: Config): Promise<void> {
    this.#counts.limits = config.limits;
    this.#log.level = config.log.level;
    this.#maskKeys = this.#maskKeysOf(config);
    if (config.workers !== this.#config.workers)
      this.#log.warn('workers takes effect only at the next start');
    this.#crew.tell({ kind: 'reload', maskKeys: this.#maskKeys });
  }

  #maskKeysOf({ masking }: Config): string | undefined {
    return masking.keys_env === undefined ? undefined : this.#environment(masking.keys_env);
  }

  /** A worker that is starting, or doesn't answer, isn't ready. */
  async health(): Promise<readonly Health[]> {
    const asked = Array.from(this.#crew, (worker) => healthOf(worker));
    const missing = Array.from({ length: this.#crew.missing }, () => notThere);
    return [...(await Promise.all(asked)), ...missing];
  }

  async metrics(): Promise<readonly ProcessMetrics[]> {
    const asked = await Promise.all(Array.from(this.#crew, (worker) => metricsOf(worker)));
    const answers = asked.filter((metrics) => metrics !== undefined);
    const help = 'Processes that serve clients: those that should, and those that answer.';
    const counts = [
      { labels: { state: 'configured' }, value: this.#config.workers },
      { labels: { state: 'answering' }, value: answers.length },
    ];
    const own = [gauge('portcullis_workers', help, counts), logLines(), ...this.#load.families()];
    return [{ process: 'main', families: own }, ...answers];
  }

  /** Any of them knows what the others do: it stands in the state database. */
  async api(request: ApiRequest): Promise<ApiResponse> {
    const worker = [...this.#crew].find(({ isThere }) => isThere);
    return (await worker?.ask<ApiResponse>((id) => ({ kind: 'api', id, request }))) ?? notAnswered;
  }

  /** Whichever process has the session tells of it. */
  readonly watch: Watch = (session, told, over) => {
    this.#lastWatch += 1;
    const id = this.#lastWatch;
    this.#watches.set(id, { send: told, over });
    this.#crew.tell({ kind: 'watch', id, session });
    return () => {
      this.#watches.delete(id);
      this.#crew.tell({ kind: 'unwatch', id });
    };
  };

  async drain(): Promise<void> {
    this.#stopLooking();
    await this.#crew.drain();
    await this.#keeper.close();
  }

  async close(): Promise<void> {
    this.#stopLooking();
    this.#crew.kill();
    await this.#keeper.close();
  }

  #stopLooking(): void {
    clearInterval(this.#ticking);
    this.#load.close();
  }

  #heard(from: OneWorker, said: Said): void {
    if (isCounted(said)) {
      this.#counts.heard(from, said);
      return;
    }
    switch (said.kind) {
      case 'health':
        from.health = said.health;
        return;
      case 'metrics':
        from.metrics = said.metrics;
        return;
      case 'cancel':
        from.answer(said.id, this.#cancelElsewhere(from, said.key));
        return;
      case 'watched':
        this.#watches.get(said.id)?.send(said.lines);
        return;
      case 'watch_over':
        this.#watches.get(said.id)?.over();
        return;
      case 'sessions':
        void this.#sessionsElsewhere(from, said);
        return;
      case 'retention':
        void this.#retentionElsewhere(from, said);
        return;
      case 'state':
        this.#tellState(from, said.id);
        return;
      case 'done':
        from.answered(said);
        return;
      default:
        said satisfies never;
    }
  }

  /** Asks all others: only the one that has the session knows its secret. */
  async #cancelElsewhere(from: OneWorker, key: CancelText): Promise<void> {
    const others = this.#crew.othersThan(from);
    await Promise.all(others.map((worker) => worker.ask((id) => ({ kind: 'cancel', id, key }))));
  }

  /** What all others answer; one that is starting, or ends, has no sessions. */
  async #sessionsElsewhere(
    from: OneWorker,
    { id, question }: Extract<Said, { kind: 'sessions' }>,
  ): Promise<void> {
    const answers = await this.#crew.askOthers<readonly SessionDocument[]>(from, ANSWER_MS, (asked) => ({
      ...{ kind: 'sessions', id: asked, question },
    }));
    from.send({ kind: 'done', id, sessions: answers.flatMap((sessions) => sessions ?? []) });
  }

  async #retentionElsewhere(
    from: OneWorker,
    { id, isDry }: Extract<Said, { kind: 'retention' }>,
  ): Promise<void> {
    const answers = await this.#crew.askOthers<Applied>(from, RETENTION_MS, (asked) => ({
      ...{ kind: 'retention', id: asked, isDry },
    }));
    const applied = answers.filter((answer) => answer !== undefined);
    from.send({ kind: 'done', id, retention: { applied, silent: answers.length - applied.length } });
  }

  #tellState(from: OneWorker, id: number): void {
    this.#keeper.address().then(
      (state) => from.send({ kind: 'done', id, state }),
      (error: unknown) => {
        this.#log.error({ err: error }, 'state database not started');
        from.send({ kind: 'done', id, fault: { code: 'state_unavailable', parameters: {} } });
      },
    );
  }
}

const notAnswered: ApiResponse = {
  status: 503,
  body: { error: { message: 'no process of the gateway answers' } },
};
