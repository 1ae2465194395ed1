// The answer to one statement as it goes into the recording of its session, within the limits of both.
import type { CutReason } from './records.ts';

export type RecordingLimits = Readonly<{
  sessionBytes: number;
  statementBytes: number;
  /** What becomes of the statements of a session whose limit is reached. */
  atLimit: 'cut' | 'deny';
}>;

/** What receives it: the recording of the session. */
export interface AnswerRecorder {
  readonly limits: RecordingLimits;
  /** What of the session may still be recorded. */
  readonly room: number;
  message(number: number, type: number, bytes: Buffer, start: number, end: number): void;
  cut(number: number, statement: string, because: CutReason, limit: number): void;
}

/** DataRow and CopyData: what a statement may have any number of. */
const isRow = (type: number): boolean => type === 0x44 || type === 0x64;

export class RecordedAnswer {
  readonly #recorder: AnswerRecorder;
  readonly #number: number;
  readonly #statement: string;
  #bytes = 0;
  #isCut = false;

  constructor(recorder: AnswerRecorder, number: number, statement: string) {
    this.#recorder = recorder;
    this.#number = number;
    this.#statement = statement;
  }

  /**
   * The body of a message as the client receives it, or the first part of `bodyLength` bytes; throws when it can't be
   * recorded.
   */
  message(type: number, bytes: Buffer, start: number, end: number, bodyLength: number): void {
    if (!this.#fits(end - start)) this.#isCut = true;
    // How a statement ended is worth its few bytes.
    if (this.#isCut && (isRow(type) || this.#recorder.room <= 0)) return;
    this.#bytes += end - start;
    this.#recorder.message(this.#number, type, bytes, start, end);
    if (bodyLength > end - start) this.#cut('message_limit', end - start);
  }

  #fits(bytes: number): boolean {
    if (this.#isCut) return false;
    const { limits, room } = this.#recorder;
    if (this.#bytes + bytes > limits.statementBytes)
      return this.#cut('statement_limit', limits.statementBytes);
    if (bytes > room) return this.#cut('session_limit', limits.sessionBytes);
    return true;
  }

  #cut(because: CutReason, limit: number): false {
    this.#recorder.cut(this.#number, this.#statement, because, limit);
    return false;
  }
}
