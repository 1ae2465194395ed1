// Work whose result holds as long as the process does: where a program is, who we are.

/** The same work, done once for each key. */
export function once<Key, Result>(work: (key: Key) => Result): (key: Key) => Result {
  const results = new Map<Key, Result>();
  return (key) => {
    if (!results.has(key)) results.set(key, work(key));
    return results.get(key) as Result;
  };
}
