// The files of a chain that is open: one is written, those before it are kept until they may go.
import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { KeptSegments } from './kept-segments.ts';
import { SegmentWriter } from './segment-writer.ts';
import { segmentFile } from './segments.ts';
import type { SegmentInfo } from './types.ts';

type Current = Readonly<{ segment: number; since: number }>;

export class ChainFiles {
  readonly kept: KeptSegments;
  readonly #folder: string;
  #writer: SegmentWriter;
  #current: Current;

  constructor(folder: string, current: Current, kept: readonly SegmentInfo[]) {
    this.kept = new KeptSegments(kept);
    this.#folder = folder;
    this.#current = current;
    this.#writer = new SegmentWriter(segmentFile(folder, current.segment));
  }

  get bytes(): number {
    return this.kept.bytes + this.#writer.bytes;
  }

  get currentBytes(): number {
    return this.#writer.bytes;
  }

  get since(): number {
    return this.#current.since;
  }

  /** The last one is the one that is written, up to this event. */
  all(through: number): readonly SegmentInfo[] {
    return [...this.kept.all, this.#info(through)];
  }

  /** All of that part or nothing; throws what the system says. */
  write(bytes: Buffer, start: number, end: number): void {
    this.#writer.write(bytes, start, end);
  }

  reopen(): void {
    this.#writer.reopen();
  }

  /** Begins a segment with these bytes, or leaves everything as it is and throws what the system says. */
  begin(next: Current, bytes: Buffer): { ended: Promise<void> } {
    const file = segmentFile(this.#folder, next.segment);
    const writer = new SegmentWriter(file);
    try {
      writer.cut(0);
      writer.write(bytes, 0, bytes.length);
    } catch (error) {
      writer.close();
      rmSync(file, { force: true });
      throw error;
    }
    const before = this.#writer;
    this.kept.add(this.#info(next.segment - 1));
    this.#writer = writer;
    this.#current = next;
    return { ended: this.#syncEnded(before) };
  }

  /** To the disk; a segment that has ended meanwhile has a last sync of its own. */
  async sync(): Promise<void> {
    const writer = this.#writer;
    try {
      await writer.sync();
    } catch (error) {
      if (writer === this.#writer) throw error;
    }
  }

  close(): void {
    this.#writer.close();
  }

  async #syncEnded(writer: SegmentWriter): Promise<void> {
    try {
      await writer.sync();
      await syncFolder(this.#folder);
    } finally {
      writer.close();
    }
  }

  #info(through: number): SegmentInfo {
    const { segment, since } = this.#current;
    const file = segmentFile(this.#folder, segment);
    return { segment, file, since, bytes: this.#writer.bytes, through };
  }
}

/** So that a new file is there after a power failure too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
