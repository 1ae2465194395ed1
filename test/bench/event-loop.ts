// How long the event loop was held up: the longest time between two of its turns, and the most work in one.

export type Blocks = Readonly<{
  /** As a session would have waited: also for other processes of the machine. */
  longestMs: number;
  /** What this thread itself worked in one turn. */
  longestCpuMs: number;
}>;

/** Turns without pause until it is stopped. */
export function watchEventLoop(): Readonly<{ stop(): Blocks }> {
  let [last, longestMs, longestCpuMs, stopped] = [performance.now(), 0, 0, false];
  let lastCpu = threadCpuMs();
  const turn = (): void => {
    const [now, cpu] = [performance.now(), threadCpuMs()];
    longestMs = Math.max(longestMs, now - last);
    longestCpuMs = Math.max(longestCpuMs, cpu - lastCpu);
    [last, lastCpu] = [now, cpu];
    if (!stopped) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    stop() {
      stopped = true;
      turn();
      return { longestMs, longestCpuMs };
    },
  };
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
