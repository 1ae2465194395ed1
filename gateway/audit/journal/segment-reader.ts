// Reads the lines of one segment as far as they are whole, again and again while somebody writes it.
import { type FileHandle, open } from 'node:fs/promises';

const leastBytes = 1_048_576;

export type Line = Readonly<{ text: string; offset: number; end: number }>;

export class SegmentReader {
  readonly #file: FileHandle;
  #offset: number;
  #buffer = Buffer.allocUnsafe(leastBytes);

  private constructor(file: FileHandle, offset: number) {
    this.#file = file;
    this.#offset = offset;
  }

  /** Nothing when the file is not there: it was deleted, having been acknowledged. */
  static async open(file: string): Promise<SegmentReader | undefined> {
    try {
      return new SegmentReader(await open(file, 'r'), 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /**
   * The next whole lines; none at the end. What is behind the last newline is read again next time: its writer may take
   * it back when the disk is full.
   */
  async next(): Promise<readonly Line[]> {
    for (;;) {
      const { bytesRead } = await this.#file.read(this.#buffer, 0, this.#buffer.length, this.#offset);
      const lines = linesIn(this.#buffer.subarray(0, bytesRead), this.#offset);
      const last = lines.at(-1);
      if (last !== undefined) {
        this.#offset = last.end;
        return lines;
      }
      if (bytesRead < this.#buffer.length) return [];
      this.#buffer = Buffer.allocUnsafe(this.#buffer.length * 2);
    }
  }

  /** Reads on from there. */
  rewind(offset: number): void {
    this.#offset = offset;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function linesIn(bytes: Buffer, start: number): Line[] {
  const lines: Line[] = [];
  let from = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, from)) {
    lines.push({ text: bytes.toString('utf8', from, end), offset: start + from, end: start + end + 1 });
    from = end + 1;
  }
  return lines;
}
