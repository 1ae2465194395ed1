// Cuts a byte stream into messages and rebuilds it with some forwarded, dropped or accompanied by others, at any split.
import { Fault } from '../lib/index.ts';
import { HEADER_BYTES } from './message-types.ts';

/** What becomes of the message that was shown. `take`: the visitor gets its body in pieces, and it goes nowhere else. */
export const Verdict = { forward: 0, drop: 1, wait: 2, take: 3 } as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** Who looks at the messages of one direction. */
export interface MessageVisitor {
  /**
   * How many bytes of the body must have arrived before `visit`: the length for a message that is read,
   * 0 for one whose body streams through. Throws for a type or a length that the protocol forbids.
   */
  bytesNeeded(type: number, bodyLength: number): number;
  /** `bytes[start, start + available)` is the part of the body that is there, at least what was asked for. */
  visit(type: number, bodyLength: number, bytes: Buffer, start: number, available: number): Verdict;
  /** The next piece of a body that was taken, from the first on; `rest` bytes of it are still to come. */
  body?(bytes: Buffer, start: number, end: number, rest: number): void;
}

const nothing = Buffer.alloc(0);

const ROOM_BYTES = 64 * 1024;
/** What visitors write into, one behind the other and never twice: shared, since a scan is not interrupted by another. */
let room = nothing;
let roomAt = 0;

/**
 * One direction's stream. Bodies that nobody reads are skipped by their length and never copied: a chunk whose
 * messages are all forwarded comes out as the very buffer that went in.
 */
export class MessageScanner {
  /** Types that are forwarded without a visit while their entry is 1; set by the visitor as its state changes. */
  readonly passThrough = new Uint8Array(256);
  /** How many messages went through so, and their bytes; set back to 0 by whoever counts. */
  passed = 0;
  passedBytes = 0;

  readonly #visitor: MessageVisitor;
  /** Bytes that wait for more (or for `Verdict.wait` to end), in order; the current message starts at the first. */
  #backlog: Buffer[] = [];
  #backlogBytes = 0;
  /** Bytes the backlog must have before looking at it again makes sense. */
  #needed = HEADER_BYTES;
  /** Rest of a body whose message has been judged already. */
  #bodyRest = 0;
  #bodyForwarded = true;
  #bodyTaken = false;
  /** Something was put into the output for the body that is being taken. */
  #bodyOpen = false;
  #waiting = false;

  #output: Buffer[] = [];
  #chunk: Buffer = nothing;
  #runStart = 0;
  #messageStart = 0;
  #after: Buffer | undefined;
  /** What was written into the room and not yet put into the output, where it stands before the current run. */
  #writtenStart = 0;
  #writtenEnd = 0;

  constructor(visitor: MessageVisitor) {
    this.#visitor = visitor;
  }

  /** True when the forwarded stream stands between two messages. */
  get atBoundary(): boolean {
    return this.#bodyRest === 0 || !(this.#bodyForwarded || this.#bodyOpen);
  }

  /** True while the visitor answered `wait` for the message that stands first. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Bytes kept here: an incomplete message, or what stands behind a waiting one. */
  get backlogBytes(): number {
    return this.#backlogBytes;
  }

  /** Bytes of output of the chunk at hand that stand in front of the message being visited. */
  get outputBytes(): number {
    let bytes = this.#writtenEnd - this.#writtenStart + Math.max(this.#messageStart - this.#runStart, 0);
    for (const buffer of this.#output) bytes += buffer.length;
    return bytes;
  }

  /** Takes a chunk and returns the buffers to write, in order. */
  push(chunk: Buffer): readonly Buffer[] {
    if (this.#backlogBytes > 0) {
      this.#backlog.push(chunk);
      this.#backlogBytes += chunk.length;
      if (this.#waiting || this.#backlogBytes < this.#needed) return [];
      return this.#scan(this.#takeBacklog());
    }
    return this.#scan(chunk);
  }

  /** Shows the waiting message again. */
  resume(): readonly Buffer[] {
    if (!this.#waiting) return [];
    this.#waiting = false;
    return this.#scan(this.#takeBacklog());
  }

  /** After a visitor has thrown: what was to be forwarded of the chunk in front of the message it threw for. */
  salvage(): readonly Buffer[] {
    this.#flushRun(this.#messageStart);
    this.#flushWritten();
    const output = this.#output;
    this.#output = [];
    return output;
  }

  /** Puts bytes into the output in front of the message being visited, or in the place of the piece of a taken body. */
  insertBefore(bytes: Buffer): void {
    this.#flushRun(this.#messageStart);
    this.#flushWritten();
    this.#output.push(bytes);
    this.#bodyOpen = this.#bodyTaken;
  }

  /**
   * Room for so many bytes of output in the same place, from `roomAt` on; `wrote` says up to where it was used. Many
   * small messages in a row become one buffer.
   */
  reserve(bytes: number): Buffer {
    this.#flushRun(this.#messageStart);
    if (roomAt + bytes > room.length) {
      this.#flushWritten();
      room = Buffer.allocUnsafeSlow(Math.max(ROOM_BYTES, bytes));
      roomAt = 0;
    }
    return room;
  }

  get roomAt(): number {
    return roomAt;
  }

  wrote(end: number): void {
    if (this.#writtenStart === this.#writtenEnd) this.#writtenStart = roomAt;
    this.#writtenEnd = end;
    roomAt = end;
    this.#bodyOpen = this.#bodyTaken;
  }

  /** Puts bytes into the output behind the message being visited; it must have arrived whole. */
  insertAfter(bytes: Buffer): void {
    this.#after = this.#after === undefined ? bytes : Buffer.concat([this.#after, bytes]);
  }

  #takeBacklog(): Buffer {
    const only = this.#backlog.length === 1 ? this.#backlog[0] : undefined;
    const all = only ?? Buffer.concat(this.#backlog, this.#backlogBytes);
    this.#backlog = [];
    this.#backlogBytes = 0;
    return all;
  }

  #keep(chunk: Buffer, from: number, needed: number): void {
    this.#flushRun(from);
    this.#runStart = chunk.length;
    if (from < chunk.length) {
      const rest = chunk.subarray(from);
      this.#backlog.push(rest);
      this.#backlogBytes = rest.length;
    }
    this.#needed = needed;
  }

  #flushWritten(): void {
    if (this.#writtenEnd > this.#writtenStart) {
      this.#output.push(room.subarray(this.#writtenStart, this.#writtenEnd));
    }
    this.#writtenStart = this.#writtenEnd;
  }

  #flushRun(end: number): void {
    if (end > this.#runStart) {
      this.#flushWritten();
      const whole = this.#runStart === 0 && end === this.#chunk.length;
      this.#output.push(whole ? this.#chunk : this.#chunk.subarray(this.#runStart, end));
    }
    this.#runStart = end;
  }

  #scan(chunk: Buffer): readonly Buffer[] {
    this.#chunk = chunk;
    this.#runStart = 0;
    let at = this.#skipRest(chunk);
    const end = chunk.length;
    while (at < end) {
      this.#messageStart = at;
      if (end - at < HEADER_BYTES) {
        this.#keep(chunk, at, HEADER_BYTES);
        break;
      }
      const type = chunk[at] as number;
      const length =
        ((chunk[at + 1] as number) << 24) |
        ((chunk[at + 2] as number) << 16) |
        ((chunk[at + 3] as number) << 8) |
        (chunk[at + 4] as number);
      if (length < 4) throw new Fault('protocol_violation', { what: `a message has the length ${length}` });
      if (this.passThrough[type] === 1) {
        this.passed += 1;
        this.passedBytes += length + 1;
        at = this.#advance(at, length, Verdict.forward);
        continue;
      }
      const bodyLength = length - 4;
      const needed = this.#visitor.bytesNeeded(type, bodyLength);
      const available = Math.min(bodyLength, end - at - HEADER_BYTES);
      if (available < needed) {
        this.#keep(chunk, at, HEADER_BYTES + needed);
        break;
      }
      const verdict = this.#visitor.visit(type, bodyLength, chunk, at + HEADER_BYTES, available);
      if (verdict === Verdict.wait) {
        this.#waiting = true;
        this.#keep(chunk, at, 0);
        break;
      }
      at = this.#advance(at, length, verdict);
      if (this.#after !== undefined) {
        this.#flushRun(at);
        this.#flushWritten();
        this.#output.push(this.#after);
        this.#after = undefined;
      }
    }
    this.#flushRun(Math.max(this.#runStart, Math.min(at, end)));
    this.#flushWritten();
    this.#chunk = nothing;
    const output = this.#output;
    if (output.length > 0) this.#output = [];
    return output;
  }

  /** Moves past a judged message, as far as it is there. */
  #advance(at: number, length: number, verdict: Verdict): number {
    const end = at + 1 + length;
    const stop = Math.min(end, this.#chunk.length);
    if (verdict !== Verdict.forward) {
      this.#flushRun(at);
      this.#runStart = stop;
    }
    this.#bodyRest = end - stop;
    this.#bodyForwarded = verdict === Verdict.forward;
    if (verdict === Verdict.take) this.#giveBody(at + HEADER_BYTES, stop);
    return stop;
  }

  #giveBody(start: number, end: number): void {
    this.#bodyTaken = true;
    this.#messageStart = this.#runStart;
    this.#visitor.body?.(this.#chunk, start, end, this.#bodyRest);
    if (this.#bodyRest > 0) return;
    this.#bodyTaken = false;
    this.#bodyOpen = false;
  }

  /** Moves past the rest of a body that began in an earlier chunk. */
  #skipRest(chunk: Buffer): number {
    if (this.#bodyRest === 0) return 0;
    const skipped = Math.min(this.#bodyRest, chunk.length);
    this.#bodyRest -= skipped;
    if (!this.#bodyForwarded) this.#runStart = skipped;
    if (this.#bodyTaken) this.#giveBody(0, skipped);
    return skipped;
  }
}
