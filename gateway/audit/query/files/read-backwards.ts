// The lines of a file, the last ones first, as bytes: for what happened a short while ago.
import { open } from 'node:fs/promises';

const blockBytes = 1 << 20;

/** What may still be read. */
export type Allowance = { bytes: number; readonly until: number };

/** Whole lines that stand beside each other; what is in front of them comes with the next. Ends when nothing more may be read. */
export async function* readBackwards(file: string, allowance: Allowance): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r');
  try {
    let at = (await handle.stat()).size;
    let rest = Buffer.alloc(0);
    while (at > 0) {
      const size = Math.min(blockBytes, at);
      allowance.bytes -= size;
      if (allowance.bytes < 0 || performance.now() > allowance.until) return;
      const block = Buffer.allocUnsafe(size);
      at -= size;
      const { bytesRead } = await handle.read(block, 0, size, at);
      // Somebody has made it shorter.
      if (bytesRead < size) return;
      const bytes = rest.length === 0 ? block : Buffer.concat([block, rest]);
      const begin = at === 0 ? 0 : bytes.indexOf(10) + 1;
      if (at > 0 && begin === 0) {
        rest = bytes;
        continue;
      }
      rest = bytes.subarray(0, begin);
      yield bytes.subarray(begin);
    }
  } finally {
    await handle.close();
  }
}
