// Counts the rows of an answer as they pass, and keeps back those that are too many.
import { Fault } from '../../lib/index.ts';
import { backend, encodeMessage, noticeResponse } from '../../wire/index.ts';
import type { AnswerLimits } from './answer-limits.ts';
import { changedRows, tagOfRows } from './command-tag.ts';
import { nothingSent, type SentRows } from './sent-rows.ts';

/** What the text says of its statements, asked for only when it matters. */
export interface StatementsOfText {
  /** Where the rows of a statement are counted; undefined when that can't be told. */
  sentBy(index: number): SentRows | undefined;
  /** The first line of its COPY names the columns. */
  hasCopyHeader(index: number): boolean;
}

type CopyOut = { binary: boolean; messages: number; headerLines: number };

export class LimitedRows {
  /** Why the statement ends with an error, once it does. */
  fault: Fault | undefined;
  /** The rest of the statement's rows is left out. */
  cutting = false;
  readonly #limits: AnswerLimits;
  readonly #texts: StatementsOfText;
  #statement = 0;
  #sent: SentRows | undefined;
  #rows = 0;
  /** Rows that the statements of the text have changed, by their own words. */
  #changed = 0;
  #copy: CopyOut | undefined;

  constructor(limits: AnswerLimits, texts: StatementsOfText) {
    this.#limits = limits;
    this.#texts = texts;
  }

  /** Rows that the statements so far say they have changed. */
  get changed(): number {
    return this.#changed;
  }

  /** Whether the client gets a message of the answer that is none of its ends. */
  passes(type: number, bodyLength: number, bytes: Buffer, start: number): boolean {
    if (this.fault !== undefined) return false;
    switch (type) {
      case backend.dataRow:
        return !this.cutting && this.#row(bodyLength);
      case backend.copyOutResponse:
        this.#copyBegins(bytes[start] === 1);
        return true;
      case backend.copyData:
        return this.#copyData(bodyLength, bytes, start);
      default:
        return true;
    }
  }

  /** A statement has ended with this tag; gives what the client is told in its place, undefined: the same. */
  completed(tag: string): Buffer | undefined {
    this.#changed += changedRows(tag, this.#copy !== undefined);
    const rows = this.#rows;
    const cut = this.cutting;
    this.#next();
    if (this.fault !== undefined || !cut) return undefined;
    return Buffer.concat([this.#notice(), commandComplete(tagOfRows(tag, rows))]);
  }

  /** A SELECT or COPY that was cut was stopped, so that the server has no tag for it. */
  stopped(): Buffer {
    const copy = this.#copy;
    const rows = this.#rows;
    this.#next();
    const end = commandComplete(`${copy === undefined ? 'SELECT' : 'COPY'} ${rows}`);
    if (copy === undefined) return Buffer.concat([this.#notice(), end]);
    const trailer = copy.binary ? [encodeMessage(backend.copyData, TRAILER)] : [];
    return Buffer.concat([...trailer, copyDone, this.#notice(), end]);
  }

  /**
   * So many rows were changed by what has run just now. What a command's tag says and what the tables' counts say may
   * come at different Executes of a portal: the larger sum holds.
   */
  affected(counted: number): void {
    const sent = this.#counted() ?? nothingSent();
    const { affected, meter } = this.#limits;
    const known = Math.max(sent.counted, sent.tagged);
    sent.counted += counted;
    sent.tagged += this.#changed;
    const all = Math.max(sent.counted, sent.tagged);
    if (affected !== undefined && all > affected.most) this.fault ??= affected.fault(all);
    else if (all > known) this.fault ??= meter?.affected(all - known);
  }

  #row(bytes: number): boolean {
    const { rows, meter } = this.#limits;
    const sent = this.#counted();
    if (sent === undefined) {
      this.fault = new Fault('limit_not_kept', {
        because: 'nobody can tell how many rows of this cursor were sent before',
      });
      return false;
    }
    if (rows !== undefined && sent.rows >= rows.most) {
      // Of a binary COPY the header stands with its first row.
      if (rows.over === 'cut' && !(this.#copy?.binary === true && this.#rows === 0)) this.cutting = true;
      else this.fault = rows.fault;
      return false;
    }
    this.fault = meter?.passed(1, bytes);
    if (this.fault !== undefined) return false;
    sent.rows += 1;
    this.#rows += 1;
    return true;
  }

  #copyBegins(binary: boolean): void {
    const headerLines = !binary && this.#texts.hasCopyHeader(this.#statement) ? 1 : 0;
    this.#copy = { binary, messages: 0, headerLines };
  }

  /** The server puts each row of a COPY into a message of its own. */
  #copyData(bodyLength: number, bytes: Buffer, start: number): boolean {
    const copy = this.#copy;
    if (copy === undefined) return true;
    copy.messages += 1;
    if (copy.messages <= copy.headerLines) return true;
    if (copy.binary && isTrailer(copy.messages === 1, bodyLength, bytes, start)) return true;
    return !this.cutting && this.#row(bodyLength);
  }

  #counted(): SentRows | undefined {
    this.#sent ??= this.#texts.sentBy(this.#statement);
    return this.#sent;
  }

  #next(): void {
    this.#statement += 1;
    this.#sent = undefined;
    this.#rows = 0;
    this.#copy = undefined;
    this.cutting = false;
  }

  #notice(): Buffer {
    const { sqlstate, message, hint } = this.#limits.rows?.fault ?? new Fault('internal_error');
    return noticeResponse({ sqlstate, message, hint });
  }
}

/** What ends a binary COPY; of an empty one it stands in one message with the header. */
const TRAILER = Buffer.from([0xff, 0xff]);
const HEADER_BYTES = 19;

function isTrailer(isFirst: boolean, bodyLength: number, bytes: Buffer, start: number): boolean {
  const at = isFirst ? HEADER_BYTES : 0;
  return bodyLength === at + 2 && bytes[start + at] === 0xff && bytes[start + at + 1] === 0xff;
}

/** Of a CopyData so much must be there to tell a row from the end. */
export const COPY_END_BYTES = HEADER_BYTES + 2;

const copyDone = encodeMessage(backend.copyDone, Buffer.alloc(0));

const commandComplete = (tag: string): Buffer =>
  encodeMessage(backend.commandComplete, Buffer.from(`${tag}\0`));
