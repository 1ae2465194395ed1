// About how many bytes a plain value takes in memory, on the high side.

const valueBytes = 8;
const objectBytes = 24;

/** What stands in it twice is counted twice. */
export function bytesOfValue(value: unknown): number {
  let bytes = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    bytes += valueBytes;
    if (typeof next === 'string') bytes += objectBytes + 2 * next.length;
    else if (typeof next === 'object' && next !== null) {
      bytes += objectBytes;
      for (const part of Object.values(next)) waiting.push(part);
    }
  }
  return bytes;
}
