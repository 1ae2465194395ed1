// Several processes on one port: starts them, keeps their common counts, and hands cancels to the one they are for.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ApiRequest, ApiResponse, Health, ProcessMetrics, Watch } from '../../admin/index.ts';
import type { Config } from '../../config/index.ts';
import { Fault, gauge, type Log, logLines, systemClock } from '../../lib/index.ts';
import { LocalAdmission } from '../admission.ts';
import type { Applied } from '../audit/retention/applied.ts';
import { LocalBudgets } from '../budgets/local-budgets.ts';
import { Reserves } from '../budgets/reserves.ts';
import { ProcessLoad } from '../metrics/process-load.ts';
import type { Served } from '../served.ts';
import type { SessionDocument } from '../sessions/session-document.ts';
import { LocalKeeper } from '../state/state-source.ts';
import type { Environment } from '../watched-mask-keys.ts';
import { type CancelText, type FaultText, type FromWorker, Questions, type ToWorker } from './messages.ts';

/** A worker that keeps dying is not started again more often than this. */
const RESTART_MS = 1_000;
/** A worker that says nothing for so long is not well. */
const HEALTH_MS = 2_000;
/** Journals are read as a whole for it. */
const RETENTION_MS = 3_600_000;
/** How often this process looks at its own load. */
const TICK_MS = 1_000;

const program = fileURLToPath(new URL('./worker-process.ts', import.meta.url));

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

/** A process, and the cancels it was handed and has not answered. */
type Running = {
  readonly worker: Worker;
  readonly questions: Questions;
  health: Health | undefined;
  metrics: ProcessMetrics | undefined;
};

class Workers implements Served {
  port = 0;
  readonly #path: string;
  readonly #config: Config;
  readonly #log: Log;
  readonly #environment: Environment;
  #maskKeys: string | undefined;
  readonly #admission: LocalAdmission;
  readonly #budgets = new LocalBudgets(systemClock);
  readonly #reserves = new Reserves(this.#budgets, systemClock);
  readonly #workers = new Map<number, Running>();
  readonly #load = new ProcessLoad();
  readonly #keeper: LocalKeeper;
  readonly #watches = new Map<number, Readonly<{ send: (lines: string) => void; over: () => void }>>();
  #lastWatch = 0;
  #stateExists = false;
  #ticking: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(path: string, config: Config, log: Log, environment: Environment) {
    this.#path = path;
    this.#config = config;
    this.#log = log;
    this.#environment = environment;
    this.#maskKeys = this.#maskKeysOf(config);
    this.#admission = new LocalAdmission(config.limits, systemClock);
    this.#keeper = new LocalKeeper(config.data_dir, log);
    this.#keeper.onStarted(() => {
      this.#stateExists = true;
      for (const { worker } of this.#workers.values()) send(worker, { kind: 'state_started' });
    });
  }

  async start(): Promise<void> {
    this.#ticking = setInterval(() => this.#load.tick(), TICK_MS).unref();
    this.#stateExists = await this.#keeper.exists();
    const indexes = Array.from({ length: this.#config.workers }, (_, index) => index);
    this.port = Math.max(...(await Promise.all(indexes.map((index) => this.#fork(index)))));
  }

  async reload(config: Config): Promise<void> {
    this.#admission.limits = config.limits;
    this.#log.level = config.log.level;
    this.#maskKeys = this.#maskKeysOf(config);
    if (config.workers !== this.#config.workers)
      this.#log.warn('workers takes effect only at the next start');
    for (const { worker } of this.#workers.values())
      send(worker, { kind: 'reload', maskKeys: this.#maskKeys });
  }

  #maskKeysOf({ masking }: Config): string | undefined {
    return masking.keys_env === undefined ? undefined : this.#environment(masking.keys_env);
  }

  /** A worker that is starting, or doesn't answer, isn't ready. */
  async health(): Promise<readonly Health[]> {
    const asked = Array.from(this.#workers.values(), (running) => this.#healthOf(running));
    const missing = Math.max(0, this.#config.workers - asked.length);
    return [...(await Promise.all(asked)), ...Array.from({ length: missing }, () => notThere)];
  }

  async #healthOf(running: Running): Promise<Health> {
    running.health = undefined;
    await this.#ask(running, 'health');
    return running.health ?? notThere;
  }

  async metrics(): Promise<readonly ProcessMetrics[]> {
    const all = [...this.#workers.values()];
    for (const running of all) running.metrics = undefined;
    await Promise.all(all.map((running) => this.#ask(running, 'metrics')));
    const answers = all.flatMap(({ metrics }) => metrics ?? []);
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
    const running = [...this.#workers.values()].find(({ worker }) => worker.isConnected());
    const answered = running?.questions.ask<ApiResponse | undefined>((id) =>
      send(running.worker, { kind: 'api', id, request }),
    );
    return (await answered) ?? notAnswered;
  }

  /** Whichever process has the session tells of it. */
  readonly watch: Watch = (session, told, over) => {
    this.#lastWatch += 1;
    const id = this.#lastWatch;
    this.#watches.set(id, { send: told, over });
    for (const { worker } of this.#workers.values()) send(worker, { kind: 'watch', id, session });
    return () => {
      this.#watches.delete(id);
      for (const { worker } of this.#workers.values()) send(worker, { kind: 'unwatch', id });
    };
  };

  /** Resolves when the worker has answered, or took too long. */
  async #ask({ worker, questions }: Running, kind: 'health' | 'metrics'): Promise<void> {
    if (!worker.isConnected()) return;
    const answered = questions.ask((id) => send(worker, { kind, id }));
    await Promise.race([answered, sleep(HEALTH_MS, undefined, { ref: false })]);
  }

  async drain(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#ticking);
    this.#load.close();
    await Promise.all(
      Array.from(this.#workers.values(), async ({ worker }) => {
        const exited = once(worker, 'exit');
        send(worker, { kind: 'drain' });
        await exited;
      }),
    );
    await this.#keeper.close();
  }

  async close(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#ticking);
    this.#load.close();
    for (const { worker } of this.#workers.values()) worker.kill('SIGKILL');
    await this.#keeper.close();
  }

  /** Resolves to the port once the worker accepts connections. */
  #fork(index: number): Promise<number> {
    cluster.setupPrimary({ exec: program });
    const worker = cluster.fork();
    const running: Running = { worker, questions: new Questions(), health: undefined, metrics: undefined };
    this.#workers.set(index, running);
    worker.once('online', () =>
      send(worker, {
        kind: 'start',
        path: this.#path,
        index,
        maskKeys: this.#maskKeys,
        budgetKey: this.#budgets.key.toString('hex'),
        stateExists: this.#stateExists,
      }),
    );
    const entered: string[] = [];
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') resolve(message.port);
        else if (message.kind === 'failed') reject(new Error(message.message));
        else this.#onMessage(running, message, entered);
      });
      worker.on('exit', (code, signal) => {
        reject(new Error('a worker process ended before it was ready'));
        this.#workers.delete(index);
        // With the process its sessions have ended: there is nothing left to cancel.
        running.questions.abandon();
        this.#reserves.abandon(running);
        for (const principal of entered) this.#admission.leave(principal);
        if (this.#stopping) return;
        this.#log.error({ worker: index, code, signal }, 'worker process ended; starting another');
        setTimeout(() => this.#restart(index), RESTART_MS);
      });
    });
  }

  #restart(index: number): void {
    if (this.#stopping) return;
    this.#fork(index).catch((error: unknown) =>
      this.#log.error({ err: error, worker: index }, 'worker failed'),
    );
  }

  /** Asks all others: only the one that has the session knows its secret. */
  async #cancelElsewhere(from: Worker, key: CancelText): Promise<void> {
    const others = Array.from(this.#workers.values()).filter(({ worker }) => worker !== from);
    await Promise.all(
      others.map(({ worker, questions }) =>
        worker.isConnected() ? questions.ask((id) => send(worker, { kind: 'cancel', id, key })) : undefined,
      ),
    );
  }

  /** What all others answer; one that is starting, or ends, has no sessions. */
  async #sessionsElsewhere(
    from: Worker,
    { id, question }: Extract<FromWorker, { kind: 'sessions' }>,
  ): Promise<void> {
    const answers = await this.#askOthers<readonly SessionDocument[]>(from, HEALTH_MS, (worker, asked) =>
      send(worker, { kind: 'sessions', id: asked, question }),
    );
    send(from, { kind: 'done', id, sessions: answers.flatMap((sessions) => sessions ?? []) });
  }

  async #retentionElsewhere(
    from: Worker,
    { id, isDry }: Extract<FromWorker, { kind: 'retention' }>,
  ): Promise<void> {
    const answers = await this.#askOthers<Applied>(from, RETENTION_MS, (worker, asked) =>
      send(worker, { kind: 'retention', id: asked, isDry }),
    );
    const applied = answers.filter((answer) => answer !== undefined);
    const silent = answers.length - applied.length;
    send(from, { kind: 'done', id, retention: { applied, silent } });
  }

  /** Undefined for one that is starting, or ends, or has nothing to say in the time. */
  #askOthers<Answer>(
    from: Worker,
    milliseconds: number,
    ask: (worker: Worker, id: number) => void,
  ): Promise<(Answer | undefined)[]> {
    const others = Array.from(this.#workers.values()).filter(({ worker }) => worker !== from);
    const missing = Math.max(0, this.#config.workers - 1 - others.length);
    const answers = others.map(async ({ worker, questions }) => {
      if (!worker.isConnected()) return undefined;
      const answered = questions.ask<Answer | undefined>((id) => ask(worker, id));
      return await Promise.race([answered, sleep(milliseconds, undefined, { ref: false })]);
    });
    return Promise.all([...answers, ...Array.from({ length: missing }, () => undefined)]);
  }

  /** What the worker may use comes before the answer. */
  async #spend(
    worker: Worker,
    { account, spendings, ahead }: Extract<FromWorker, { kind: 'spend' }>,
  ): Promise<void> {
    const leases = this.#budgets.lease(account, spendings, ahead);
    if (leases.length > 0) send(worker, { kind: 'leased', account, leases });
  }

  async #reserve(
    running: Running,
    { id, account, wants }: Extract<FromWorker, { kind: 'reserve' }>,
  ): Promise<void> {
    const grants = await this.#reserves.reserve(running, account, wants);
    send(running.worker, { kind: 'granted', id, grants });
  }

  #tellState(worker: Worker, id: number): void {
    this.#keeper.address().then(
      (state) => send(worker, { kind: 'done', id, state }),
      (error: unknown) => {
        this.#log.error({ err: error }, 'state database not started');
        send(worker, { kind: 'done', id, fault: faultText(new Fault('state_unavailable')) });
      },
    );
  }

  #onMessage(
    running: Running,
    message: Exclude<FromWorker, { kind: 'ready' | 'failed' }>,
    entered: string[],
  ): void {
    const { worker, questions } = running;
    switch (message.kind) {
      case 'health':
        running.health = message.health;
        return;
      case 'metrics':
        running.metrics = message.metrics;
        return;
      case 'enter':
        answer(worker, message.id, this.#admission.enter(message.principal, message.most), () =>
          entered.push(message.principal),
        );
        return;
      case 'leave':
        entered.splice(entered.indexOf(message.principal), 1);
        this.#admission.leave(message.principal);
        return;
      case 'check_address':
        answer(worker, message.id, this.#admission.checkAddress(message.address));
        return;
      case 'login_failed':
        this.#admission.loginFailed(message.address);
        return;
      case 'spend':
        answer(worker, message.id, this.#spend(worker, message));
        return;
      case 'unspent':
        this.#budgets.giveBack(message.account, message.leases);
        return;
      case 'reserve':
        answer(worker, message.id, this.#reserve(running, message));
        return;
      case 'settle':
        this.#reserves.settle(running, message.account, message.settlements);
        return;
      case 'cancel':
        answer(worker, message.id, this.#cancelElsewhere(worker, message.key));
        return;
      case 'watched':
        this.#watches.get(message.id)?.send(message.lines);
        return;
      case 'watch_over':
        this.#watches.get(message.id)?.over();
        return;
      case 'sessions':
        void this.#sessionsElsewhere(worker, message);
        return;
      case 'retention':
        void this.#retentionElsewhere(worker, message);
        return;
      case 'state':
        this.#tellState(worker, message.id);
        return;
      case 'done':
        questions.done(message.id, message.fault, message.api ?? message.sessions ?? message.retention);
        return;
      default:
        message satisfies never;
    }
  }
}

const notAnswered: ApiResponse = {
  status: 503,
  body: { error: { message: 'no process of the gateway answers' } },
};

const notThere: Health = {
  ready: false,
  reason: 'a worker process does not answer',
  sessions: 0,
  policy: {},
  resources: [],
  mask_keys: {},
  notifications: [],
};

function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}

function answer(worker: Worker, id: number, question: Promise<void>, then?: () => void): void {
  question.then(
    () => {
      then?.();
      send(worker, { kind: 'done', id });
    },
    (thrown: unknown) => send(worker, { kind: 'done', id, fault: faultText(thrown) }),
  );
}

function faultText(thrown: unknown): FaultText {
  return thrown instanceof Fault
    ? { code: thrown.code, parameters: thrown.parameters }
    : { code: 'internal_error', parameters: {} };
}
