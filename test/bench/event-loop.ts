// How long the event loop was held up: the longest time between two of its turns.

/** Turns without pause until it is stopped; `stop` gives the longest wait in milliseconds. */
export function watchEventLoop(): Readonly<{ stop(): number }> {
  let [last, longest, stopped] = [performance.now(), 0, false];
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!stopped) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    stop() {
      stopped = true;
      turn();
      return longest;
    },
  };
}
