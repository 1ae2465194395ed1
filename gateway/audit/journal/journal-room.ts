// How large the journal may become, and what goes from it to make room.
import { Fault, type Log } from '../../lib/index.ts';
import type { ChainWriter } from './chain-writer.ts';
import type { SinkPositions } from './sink-positions.ts';
import type { SegmentInfo } from './types.ts';

type May = (segment: SegmentInfo) => boolean;

export type JournalRoomParts = Readonly<{
  maxBytes: number;
  log: Log;
  positions: SinkPositions;
  mayDelete: May;
}>;

export class JournalRoom {
  readonly maxBytes: number;
  readonly #parts: JournalRoomParts;
  readonly #writer: ChainWriter;
  #toldTrimming = false;

  constructor(parts: JournalRoomParts, writer: ChainWriter) {
    this.maxBytes = parts.maxBytes;
    this.#parts = parts;
    this.#writer = writer;
  }

  /** Nothing may go either. */
  get isFull(): boolean {
    return this.#isUsed && this.#deletable(this.#parts.mayDelete).length === 0;
  }

  /** Makes room where there is none. Throws audit_full. */
  expect(): void {
    if (this.#isUsed && !this.#make()) throw new Fault('audit_full');
  }

  /** Gives how many segments went. */
  deleteOldest(may: May): number {
    const going = this.#deletable(may);
    this.#trim(going, 'retention');
    return going.length;
  }

  get #isUsed(): boolean {
    return this.#writer.bytes >= this.maxBytes;
  }

  /** Every sink has them. */
  #deletable(may: May): readonly SegmentInfo[] {
    const needed = this.#parts.positions.acknowledgedByAll;
    return this.#writer.files.kept.oldest((segment) => segment.through <= needed && may(segment));
  }

  /** One segment's room is enough to go on with. */
  #make(): boolean {
    const { positions, log, mayDelete } = this.#parts;
    const [oldest] = this.#deletable(mayDelete);
    if (oldest === undefined) return false;
    if (positions.names.length === 0 && !this.#toldTrimming) {
      this.#toldTrimming = true;
      log.warn({}, 'audit journal has no sinks and is full: its oldest events go');
    }
    this.#trim([oldest], 'room');
    return true;
  }

  /** The chain says what was deleted from it: what is missing without that was taken away by somebody else. */
  #trim(segments: readonly SegmentInfo[], because: 'room' | 'retention'): void {
    const through = segments.at(-1)?.through;
    if (through === undefined) return;
    this.#writer.append({ type: 'audit.trimmed', members: { trimmed: { through, because } } });
    try {
      this.#writer.files.kept.remove(segments);
    } catch (error) {
      throw this.#writer.trouble.failed(error);
    }
  }
}
