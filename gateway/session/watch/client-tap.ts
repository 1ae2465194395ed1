// Gives recordings the messages of an answer as the client receives them: cut from what goes out, whatever made it.
import { HEADER_BYTES } from '../../wire/index.ts';
import type { WatchedAnswer } from './watched-answer.ts';

/** Of a larger message the rest of its body isn't kept. */
const MESSAGE_MAX = 1024 * 1024;

type Mark = Readonly<{ at: number; does: () => void }>;

/** Positions count the bytes that were put out since the tap was opened. */
export class ClientTap {
  #position = 0;
  #marks: Mark[] = [];
  #watched: WatchedAnswer | undefined;
  /** The answer to which the next messages belong, once the marks so far are passed. */
  #coming: WatchedAnswer | undefined;
  #header = Buffer.alloc(HEADER_BYTES);
  #headerHas = 0;
  #type = 0;
  #bodyLength = 0;
  #bodyRest = 0;
  /** What has come of a body that isn't whole in one buffer. */
  #parts: Buffer[] = [];
  #partsBytes = 0;

  /** What is put out from here on belongs to this answer. `ahead`: bytes that were put out and not yet given. */
  turnTo(watched: WatchedAnswer | undefined, ahead: number): void {
    if (this.#coming === watched) return;
    this.#coming = watched;
    this.#mark(ahead, () => {
      this.#watched = watched;
    });
    watched?.endsBehindMessages(() => this.#ending.push(watched));
  }

  /** Those that have ended, and hear so when what is under way was given. */
  #ending: WatchedAnswer[] = [];

  /** What goes to the client. */
  push(output: readonly Buffer[]): void {
    for (const bytes of output) this.#take(bytes);
    this.#passMarks(Number.POSITIVE_INFINITY);
    for (const watched of this.#ending.splice(0)) watched.tellEnd();
  }

  #mark(ahead: number, does: () => void): void {
    this.#marks.push({ at: this.#position + ahead, does });
  }

  /** Where the next mark is. */
  #passMarks(position: number): void {
    for (let mark = this.#marks[0]; mark !== undefined && mark.at <= position; mark = this.#marks[0]) {
      this.#marks.shift();
      mark.does();
    }
  }

  /** Marks stand between messages. */
  #take(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#headerHas < HEADER_BYTES) {
        if (this.#headerHas === 0) this.#passMarks(this.#position);
        const count = bytes.copy(this.#header, this.#headerHas, at);
        this.#headerHas += count;
        this.#position += count;
        at += count;
        if (this.#headerHas < HEADER_BYTES) return;
        this.#type = this.#header[0] as number;
        this.#bodyLength = this.#header.readInt32BE(1) - 4;
        this.#bodyRest = this.#bodyLength;
      }
      const stop = Math.min(at + this.#bodyRest, bytes.length);
      this.#bodyRest -= stop - at;
      this.#position += stop - at;
      if (this.#bodyRest > 0) this.#keep(bytes, at, stop);
      else this.#give(bytes, at, stop);
      at = stop;
    }
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const room = MESSAGE_MAX - this.#partsBytes;
    if (this.#watched === undefined || room <= 0) return;
    // What stands in it may be written over as soon as this call has ended.
    const part = Buffer.from(bytes.subarray(start, Math.min(end, start + room)));
    this.#parts.push(part);
    this.#partsBytes += part.length;
  }

  #give(bytes: Buffer, start: number, end: number): void {
    this.#headerHas = 0;
    const { watch } = this.#watched ?? {};
    if (watch?.message !== undefined) {
      if (this.#parts.length === 0)
        watch.message(this.#type, bytes, start, Math.min(end, start + MESSAGE_MAX), this.#bodyLength);
      else {
        this.#keep(bytes, start, end);
        const whole = Buffer.concat(this.#parts, this.#partsBytes);
        watch.message(this.#type, whole, 0, whole.length, this.#bodyLength);
      }
    }
    this.#parts = [];
    this.#partsBytes = 0;
  }
}
