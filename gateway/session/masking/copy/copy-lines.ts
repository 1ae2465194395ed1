// COPY's lines of text and CSV: finds the fields of each, and masks those of the columns that are.
import type { MessageScanner } from '../../../wire/index.ts';
import { COPY_VALUE_MAX, type CopyMasks, type CopyRows, malformedCopy } from './copy-data.ts';
import { CopyOutput } from './copy-output.ts';
import { csvField } from './csv-field.ts';
import type { LineField, LineLayout } from './line-field.ts';
import { textField } from './text-field.ts';

const NEW_LINE = 0x0a;
const BACKSLASH = 0x5c;

export class CopyLines implements CopyRows {
  readonly #masks: CopyMasks;
  readonly #delimiter: number;
  readonly #isCsv: boolean;
  readonly #quote: number;
  readonly #escape: number;
  readonly #field: LineField;
  readonly #output = new CopyOutput();
  /** The line at hand names the columns. */
  #isHeader: boolean;
  #column = 0;
  /** The next byte stands for itself. */
  #escaped = false;
  #quoted = false;
  #lineBegun = false;
  /** What has come of the field at hand, where it is masked. */
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(layout: LineLayout, masks: CopyMasks) {
    this.#masks = masks;
    this.#delimiter = layout.delimiter;
    this.#isCsv = layout.format === 'csv';
    this.#quote = layout.quote;
    this.#escape = layout.escape;
    this.#field = this.#isCsv ? csvField(layout) : textField(layout);
    this.#isHeader = layout.header;
  }

  push(bytes: Buffer, start: number, end: number, output: MessageScanner): void {
    let from = start;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (this.#escaped) {
        this.#escaped = false;
        continue;
      }
      if (this.#isCsv ? this.#isInQuotes(byte) : this.#isEscape(byte)) continue;
      if (byte === NEW_LINE) {
        this.#take(bytes, from, at, output);
        this.#endField(output);
        this.#endLine(output);
        from = at + 1;
      } else if (byte === this.#delimiter) {
        this.#take(bytes, from, at, output);
        this.#endField(output);
        this.#column += 1;
        if (this.#column >= this.#masks.length) throw malformedCopy();
        this.#output.byte(byte);
        from = at + 1;
      }
    }
    this.#take(bytes, from, end, output);
    if (from < end) this.#lineBegun = true;
  }

  end(): void {
    if (this.#lineBegun || this.#column > 0) throw malformedCopy();
  }

  /** Text has no quotes: a backslash stands before whatever would mean something. */
  #isEscape(byte: number): boolean {
    if (byte !== BACKSLASH) return false;
    this.#escaped = true;
    return true;
  }

  /** A quote that is doubled ends the quotes and begins them again. */
  #isInQuotes(byte: number): boolean {
    if (this.#quoted && byte === this.#escape && this.#escape !== this.#quote) {
      this.#escaped = true;
      return true;
    }
    if (byte === this.#quote) this.#quoted = !this.#quoted;
    return this.#quoted;
  }

  #take(bytes: Buffer, start: number, end: number, output: MessageScanner): void {
    if (this.#masks[this.#column] === undefined || this.#isHeader) {
      this.#output.add(bytes, start, end, output);
      return;
    }
    this.#bytes += end - start;
    if (this.#bytes > COPY_VALUE_MAX) this.#parts = [];
    else if (start < end) this.#parts.push(bytes.subarray(start, end));
  }

  #endField(output: MessageScanner): void {
    const mask = this.#masks[this.#column];
    if (mask === undefined || this.#isHeader) return;
    const field = this.#bytes > COPY_VALUE_MAX ? undefined : this.#whole();
    const shown = this.#field.masked(field, mask);
    this.#output.add(shown, 0, shown.length, output);
    this.#parts = [];
    this.#bytes = 0;
  }

  #whole(): Buffer {
    const [only, another] = this.#parts;
    return only !== undefined && another === undefined ? only : Buffer.concat(this.#parts, this.#bytes);
  }

  #endLine(output: MessageScanner): void {
    if (this.#column !== Math.max(this.#masks.length - 1, 0)) throw malformedCopy();
    this.#output.byte(NEW_LINE);
    this.#output.send(output);
    this.#column = 0;
    this.#isHeader = false;
    this.#lineBegun = false;
  }
}
