// The messages that answer a statement whose rows are masked.
import { backend, type MessageScanner, Verdict } from '../../wire/index.ts';
import type { Answer } from '../answer.ts';
import type { CopyRows } from './copy/copy-data.ts';
import { LargeRow } from './large-row.ts';
import type { MaskedAnswer } from './masked-answer.ts';

type Masked = Extract<Answer, { to: 'client' }> & { masked?: MaskedAnswer | undefined };

/** A row up to this size is put together before it is masked. */
const WHOLE_ROW_MAX = 1024 * 1024;

/** Of a DataRow that is masked so much must have arrived. */
export const rowBytesNeeded = (bodyLength: number): number => (bodyLength > WHOLE_ROW_MAX ? 0 : bodyLength);

export class MaskedMessages {
  /** The row that comes in pieces. */
  #row: LargeRow | undefined;
  /** Whose data come in pieces. */
  #copy: CopyRows | undefined;
  #cells = 0;

  /** Values that were masked since this was asked last. */
  takeCells(): number {
    const cells = this.#cells;
    this.#cells = 0;
    return cells;
  }

  /** Notices, errors and the like are not given to it. */
  visit(
    { masked, hidden }: Masked,
    type: number,
    bodyLength: number,
    bytes: Buffer,
    start: number,
    end: number,
    output: MessageScanner,
    inQuery: boolean,
  ): Verdict {
    if (masked === undefined) return Verdict.forward;
    switch (type) {
      case backend.dataRow:
        if (masked.passes) return Verdict.forward;
        if (bodyLength > WHOLE_ROW_MAX) {
          this.#row = new LargeRow(masked.rows, bodyLength);
          return Verdict.take;
        }
        this.#cells += masked.rows.write(bytes, start, end, output);
        return Verdict.drop;
      case backend.rowDescription:
        masked.describe(bytes.subarray(start, end), inQuery);
        return hidden ? Verdict.drop : Verdict.forward;
      case backend.noData:
        masked.describeNone();
        return hidden ? Verdict.drop : Verdict.forward;
      case backend.commandComplete:
        if (inQuery) masked.next();
        return Verdict.forward;
      case backend.copyOutResponse:
        masked.copies(bytes.subarray(start, end));
        return Verdict.forward;
      case backend.copyData:
        if (masked.passes) return Verdict.forward;
        this.#copy = masked.copy;
        return Verdict.take;
      case backend.copyDone:
        if (!masked.passes) {
          masked.copy.end();
          this.#cells += masked.copy.cells;
        }
        return Verdict.forward;
      default:
        return Verdict.forward;
    }
  }

  /** Nothing more of what was taken is looked at. */
  skip(): void {
    this.#row = undefined;
    this.#copy = undefined;
  }

  /** A piece of the body of what was taken. */
  body(bytes: Buffer, start: number, end: number, rest: number, output: MessageScanner): void {
    this.#row?.push(bytes, start, end, rest, output);
    this.#copy?.push(bytes, start, end, output);
    if (rest > 0) return;
    this.#cells += this.#row?.cells ?? 0;
    this.skip();
  }
}
