// COPY's lines of text and CSV: finds the fields of each, and masks those of the columns that are.
import type { MessageScanner } from '../../../wire/index.ts';
import type { ValueMask } from '../mask-plan.ts';
import { COPY_VALUE_MAX, type CopyMasks, type CopyRows, malformedCopy } from './copy-data.ts';
import { CopyOutput } from './copy-output.ts';
import { csvField } from './csv-field.ts';
import type { FieldPieces, LineField, LineLayout } from './line-field.ts';
import { textField } from './text-field.ts';

const NEW_LINE = 0x0a;
const BACKSLASH = 0x5c;

export class CopyLines implements CopyRows {
  readonly #masks: CopyMasks;
  readonly #isCsv: boolean;
  readonly #delimiter: number;
  readonly #quote: number;
  /** In CSV the quote itself may be it, which then stands twice. */
  readonly #escape: number;
  /** 1 for each byte that may mean something. */
  readonly #special = new Uint8Array(256);
  readonly #field: LineField;
  readonly #output = new CopyOutput();
  /** The line at hand names the columns. */
  #isHeader: boolean;
  #column = 0;
  /** The field at hand is masked. */
  #isMasked: boolean;
  /** The next byte stands for itself. */
  #escaped = false;
  #quoted = false;
  #lineBegun = false;
  /** What has come of the field at hand, where it is masked. */
  #parts: Buffer[] = [];
  #bytes = 0;
  /** What takes it once it is too large to be put together. */
  #pieces: FieldPieces | undefined;
  cells = 0;

  constructor(layout: LineLayout, masks: CopyMasks) {
    this.#masks = masks;
    this.#isCsv = layout.format === 'csv';
    this.#delimiter = layout.delimiter;
    this.#quote = layout.quote;
    this.#escape = this.#isCsv ? layout.escape : BACKSLASH;
    const special = [NEW_LINE, layout.delimiter, this.#escape, ...(this.#isCsv ? [layout.quote] : [])];
    for (const byte of special) this.#special[byte] = 1;
    this.#field = this.#isCsv ? csvField(layout) : textField(layout);
    this.#isHeader = layout.header;
    this.#isMasked = !layout.header && masks[0] !== undefined;
  }

  get heldBytes(): number {
    return this.#parts.length === 0 ? 0 : this.#bytes;
  }

  push(bytes: Buffer, start: number, end: number, output: MessageScanner): void {
    const special = this.#special;
    const delimiter = this.#delimiter;
    let from = start;
    let at = start;
    if (this.#escaped && at < end) {
      this.#escaped = false;
      at += 1;
    }
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (special[byte] === 0) continue;
      if (this.#isEscape(byte)) {
        at += 1;
        if (at === end) this.#escaped = true;
      } else if (this.#isCsv && byte === this.#quote) this.#quoted = !this.#quoted;
      else if (!this.#quoted && (byte === NEW_LINE || byte === delimiter))
        from = this.#endField(bytes, from, at, output);
    }
    this.#take(bytes, from, end, output);
    if (from < end) this.#lineBegun = true;
  }

  end(): void {
    if (this.#lineBegun || this.#column > 0) throw malformedCopy();
  }

  /** What follows it stands for itself. A quote that is doubled does without: it ends the quotes and begins them again. */
  #isEscape(byte: number): boolean {
    if (byte !== this.#escape) return false;
    return !this.#isCsv || (this.#quoted && byte !== this.#quote);
  }

  #take(bytes: Buffer, start: number, end: number, output: MessageScanner): void {
    if (!this.#isMasked) {
      this.#output.add(bytes, start, end, output);
      return;
    }
    if (start === end) return;
    this.#bytes += end - start;
    const piece = bytes.subarray(start, end);
    if (this.#pieces !== undefined) this.#addAll(this.#pieces.push(piece), output);
    else this.#parts.push(piece);
    if (this.#bytes > COPY_VALUE_MAX && this.#pieces === undefined) this.#beginLarge(output);
  }

  #beginLarge(output: MessageScanner): void {
    this.#pieces = this.#field.begin(this.#mask());
    for (const part of this.#parts) this.#addAll(this.#pieces.push(part), output);
    this.#parts = [];
  }

  #addAll(bytes: Buffer, output: MessageScanner): void {
    this.#output.add(bytes, 0, bytes.length, output);
  }

  #mask(): ValueMask {
    const mask = this.#masks[this.#column];
    if (mask === undefined) throw malformedCopy();
    return mask;
  }

  /** A field ends where its delimiter or the end of the line stands; from where on bytes still have to be taken. */
  #endField(bytes: Buffer, start: number, at: number, output: MessageScanner): number {
    let from = start;
    if (this.#isMasked) {
      this.#take(bytes, start, at, output);
      this.#writeMasked(output);
      from = at;
    }
    if (bytes[at] === NEW_LINE) {
      this.#output.add(bytes, from, at + 1, output);
      this.#endLine(output);
      return at + 1;
    }
    this.#column += 1;
    if (this.#column >= this.#masks.length) throw malformedCopy();
    this.#isMasked = !this.#isHeader && this.#masks[this.#column] !== undefined;
    if (!this.#isMasked) return from;
    this.#output.add(bytes, from, at + 1, output);
    return at + 1;
  }

  #writeMasked(output: MessageScanner): void {
    const whole = this.#pieces === undefined ? this.#whole() : undefined;
    const shown = whole === undefined ? this.#pieces?.end() : this.#field.masked(whole, this.#mask());
    if (shown === undefined) throw malformedCopy();
    // NULL stays as it is.
    if (whole?.equals(shown) !== true) this.cells += 1;
    this.#addAll(shown, output);
    this.#pieces = undefined;
    this.#parts = [];
    this.#bytes = 0;
  }

  #whole(): Buffer {
    const [only, another] = this.#parts;
    return only !== undefined && another === undefined ? only : Buffer.concat(this.#parts, this.#bytes);
  }

  #endLine(output: MessageScanner): void {
    if (this.#column !== Math.max(this.#masks.length - 1, 0)) throw malformedCopy();
    this.#output.send(output);
    this.#column = 0;
    this.#isHeader = false;
    this.#isMasked = this.#masks[0] !== undefined;
    this.#lineBegun = false;
  }
}
