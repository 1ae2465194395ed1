// The lines of a file, a batch at a time, from one place in it to another.
import { open } from 'node:fs/promises';
import { isExported } from './entry.ts';

const chunkBytes = 4 << 20;
/** No event is longer: what has no end for so long isn't one. */
const longestLine = 64 << 20;

export type FileRange = Readonly<{
  path: string;
  /** A line belongs to the range in which it begins. */
  from: number;
  to: number;
}>;

export type Lines = Readonly<{ lines: readonly string[]; bytes: number }>;

/** A last line without an end isn't one yet, but of an export: nobody writes there any more. */
export async function* readLines({ path, from, to }: FileRange): AsyncGenerator<Lines> {
  const file = await open(path, 'r');
  try {
    // From a byte earlier: where that one ends a line, the line at `from` is whole.
    let at = Math.max(0, from - 1);
    let inside = from > 0;
    let rest = Buffer.alloc(0);
    while (at - rest.length < to) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const { bytesRead } = await file.read(chunk, 0, chunkBytes, at);
      if (bytesRead === 0) {
        const last = rest.toString('utf8');
        if (isExported(last)) yield { lines: [last], bytes: 0 };
        return;
      }
      const start = at - rest.length;
      const bytes =
        rest.length === 0
          ? chunk.subarray(0, bytesRead)
          : Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      at += bytesRead;
      const lines: string[] = [];
      let begin = 0;
      if (inside) {
        begin = bytes.indexOf(10) + 1;
        if (begin === 0) {
          rest = Buffer.alloc(0);
          continue;
        }
        inside = false;
      }
      for (let end = bytes.indexOf(10, begin); end !== -1; end = bytes.indexOf(10, begin)) {
        if (start + begin >= to) {
          yield { lines, bytes: bytesRead };
          return;
        }
        if (end > begin) lines.push(bytes.toString('utf8', begin, end));
        begin = end + 1;
      }
      rest = bytes.subarray(begin);
      if (rest.length > longestLine) throw new Error(`${path} has a line that does not end`);
      yield { lines, bytes: bytesRead };
    }
  } finally {
    await file.close();
  }
}
