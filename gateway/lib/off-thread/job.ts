// What a thread is asked to do: a function that a module exports, by name.

/** How a job asks: the whole thread waits for the answer. Both must survive a structured clone. */
export type Ask = (question: unknown) => unknown;

/** Answers a question of the job, in the event loop of whoever gave it: at once and quickly, or later. */
export type Answer = (question: unknown) => unknown;

/** The function as the module exports it. What goes in and out must survive a structured clone, and had better be small. */
export type JobFunction<Input, Output> = (input: Input, ask: Ask) => Output | Promise<Output>;

export type Job<Input, Output> = Readonly<{
  /** The module's address: `import.meta.resolve('./my-jobs.ts')`. */
  module: string;
  /** The name that it exports the function by. */
  name: string;
  /** Never there: lets the types of the function be known. */
  types?: JobFunction<Input, Output>;
}>;

/** From the asking thread. */
export type ToThread = Readonly<{ id: number; module: string; name: string; input: unknown }>;

/** What the thread says of its own memory, in bytes: of JavaScript, and of WebAssembly and buffers. */
export type ThreadMemory = Readonly<{ heap: number; external: number }>;

export type FromThread = Readonly<{ id: number; memory: ThreadMemory }> &
  (Readonly<{ output: unknown }> | Readonly<{ error: string }>);

/** What a thread is started with: the port for its questions, and the word that it waits on for an answer. */
export type ThreadData = Readonly<{
  questions: import('node:worker_threads').MessagePort;
  signal: Int32Array;
}>;
