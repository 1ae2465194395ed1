// The V8 settings a relay needs, put into the running process by starting its program again in its place.

/**
 * Every read from a socket makes a buffer outside V8's heap. By V8's defaults, 64 MB of those start a full collection,
 * however soon they are free again: a third of the CPU of a large result. With the first two, they count like other
 * memory. What a message needs is garbage when it is answered: a small nursery stays in the processor's cache,
 * and is cleared sooner than other threads are woken to help.
 */
const flags = [
  '--external-memory-accounted-in-global-limit',
  '--initial-old-space-size=256',
  '--min-semi-space-size=1',
  '--max-semi-space-size=1',
  '--single-threaded-gc',
];

/** Returns only when the process has the flags already, or cannot be replaced. */
export function ensureMemoryFlags(): void {
  const { execve } = process;
  if (execve === undefined || process.platform === 'win32') return;
  if (flags.every((flag) => process.execArgv.includes(flag))) return;
  const words = [process.execPath, ...process.execArgv, ...flags, ...process.argv.slice(1)];
  const silent = process.emitWarning;
  // Node calls this experimental; that is no news to whoever starts the gateway.
  process.emitWarning = () => undefined;
  try {
    execve.call(process, process.execPath, words, process.env);
  } catch {
    process.emitWarning = silent;
  }
}
