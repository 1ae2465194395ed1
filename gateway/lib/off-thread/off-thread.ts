// Work that would hold up the event loop, done by one thread: started when it is needed, ended when it isn't.
import { extname } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Answer, FromThread, Job, ThreadData, ThreadMemory, ToThread } from './job.ts';

export type OffThreadOptions = Readonly<{
  /** How many jobs may wait for the one that runs. */
  waiting: number;
  /** How long a job may run; a thread that takes longer is ended. */
  milliseconds: number;
  /** How much JavaScript a thread may hold before it is ended. */
  megabytes: number;
  /** How long it stays without work: its memory is given back with it. */
  lingerMilliseconds: number;
}>;

export const defaultOffThreadOptions: OffThreadOptions = {
  waiting: 100,
  milliseconds: 10_000,
  megabytes: 512,
  lingerMilliseconds: 60_000,
};

export type OffThreadReason = 'busy' | 'timed_out' | 'crashed' | 'failed' | 'closed';

/** Why a job has no result: it `failed` by itself, or the thread couldn't do it. */
export class OffThreadError extends Error {
  override readonly name = 'OffThreadError';
  readonly reason: OffThreadReason;

  constructor(reason: OffThreadReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

export type OffThreadStatus = Readonly<{
  running: boolean;
  waiting: number;
  /** Jobs done since the start, and threads that had to be ended in the middle of one. */
  done: number;
  crashes: number;
  /** Of the thread, as it was after its last job; undefined while there is no thread. */
  memory: ThreadMemory | undefined;
}>;

type Task = Readonly<{
  message: ToThread;
  answer: Answer;
  resolve: (output: unknown) => void;
  reject: (error: OffThreadError) => void;
}>;
type Thread = Readonly<{ worker: Worker; questions: MessagePort; signal: Int32Array }>;

const program = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);
const noAnswer: Answer = () => {
  throw new Error('this job has nothing to ask');
};

export class OffThread {
  readonly #options: OffThreadOptions;
  readonly #waiting: Task[] = [];
  #thread: Thread | undefined;
  #running: Task | undefined;
  #limit: NodeJS.Timeout | undefined;
  #linger: NodeJS.Timeout | undefined;
  #memory: ThreadMemory | undefined;
  #nextId = 1;
  #done = 0;
  #crashes = 0;
  #closed = false;

  constructor(options: Partial<OffThreadOptions> = {}) {
    this.#options = { ...defaultOffThreadOptions, ...options };
  }

  get status(): OffThreadStatus {
    return {
      running: this.#running !== undefined,
      waiting: this.#waiting.length,
      done: this.#done,
      crashes: this.#crashes,
      memory: this.#memory,
    };
  }

  /**
   * Runs a job; rejects with an {@link OffThreadError}. `answer` is called here, in the event loop, whenever the job
   * asks something; it must not wait for another job of this thread.
   */
  run<Input, Output>(job: Job<Input, Output>, input: Input, answer: Answer = noAnswer): Promise<Output> {
    if (this.#closed) return Promise.reject(new OffThreadError('closed', 'the thread is closed'));
    if (this.#waiting.length >= this.#options.waiting)
      return Promise.reject(new OffThreadError('busy', 'too many jobs wait for the thread'));
    return new Promise<unknown>((resolve, reject) => {
      const { module, name } = job;
      this.#waiting.push({ message: { id: this.#nextId++, module, name, input }, answer, resolve, reject });
      this.#next();
    }) as Promise<Output>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const closed = new OffThreadError('closed', 'the thread is closed');
    for (const task of this.#waiting.splice(0)) task.reject(closed);
    this.#running?.reject(closed);
    await this.#end();
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const task = this.#waiting.shift();
    if (task === undefined) return;
    clearTimeout(this.#linger);
    this.#thread ??= this.#start();
    this.#thread.worker.ref();
    this.#running = task;
    this.#limit = setTimeout(
      () => this.#crashed(new OffThreadError('timed_out', 'the job took too long')),
      this.#options.milliseconds,
    );
    this.#thread.worker.postMessage(task.message);
  }

  #start(): Thread {
    const { port1: questions, port2 } = new MessageChannel();
    const signal = new Int32Array(new SharedArrayBuffer(4));
    const data: ThreadData = { questions: port2, signal };
    const worker = new Worker(program, {
      workerData: data,
      transferList: [port2],
      // It needs neither the environment nor the flags of whoever started this process.
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#options.megabytes },
    });
    const thread: Thread = { worker, questions, signal };
    questions.on('message', (question) => void this.#answer(thread, question));
    questions.unref();
    worker.on('message', (result: FromThread) => this.#finished(thread, result));
    worker.on('error', (error: Error) => this.#lost(thread, error.message));
    worker.on('exit', (code) => this.#lost(thread, `the thread ended with ${code}`));
    return thread;
  }

  async #answer(thread: Thread, question: unknown): Promise<void> {
    const { questions, signal } = thread;
    try {
      const answer = thread === this.#thread ? await this.#running?.answer(question) : undefined;
      questions.postMessage({ answer });
    } catch (error) {
      questions.postMessage({ error: error instanceof Error ? error.message : String(error) });
    }
    Atomics.store(signal, 0, 1);
    Atomics.notify(signal, 0);
  }

  #finished(thread: Thread, result: FromThread): void {
    const task = this.#running;
    if (thread !== this.#thread || task?.message.id !== result.id) return;
    clearTimeout(this.#limit);
    this.#running = undefined;
    this.#memory = result.memory;
    this.#done++;
    if ('error' in result) task.reject(new OffThreadError('failed', result.error));
    else task.resolve(result.output);
    if (this.#waiting.length === 0) this.#rest(thread);
    else this.#next();
  }

  /** Nothing to do: it keeps no process alive, and is ended after a while. */
  #rest({ worker }: Thread): void {
    worker.unref();
    this.#linger = setTimeout(() => void this.#end(), this.#options.lingerMilliseconds);
    this.#linger.unref();
  }

  #lost(thread: Thread, message: string): void {
    if (thread === this.#thread) this.#crashed(new OffThreadError('crashed', message));
  }

  #crashed(error: OffThreadError): void {
    const task = this.#running;
    if (task !== undefined) this.#crashes++;
    void this.#end();
    task?.reject(error);
    this.#next();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#limit);
    clearTimeout(this.#linger);
    const thread = this.#thread;
    this.#thread = undefined;
    this.#running = undefined;
    this.#memory = undefined;
    thread?.questions.close();
    await thread?.worker.terminate();
  }
}
