// Fields of COPY in pieces: what they stand for, and what is written, wherever they are cut.
import { describe, expect, test } from 'vitest';
import type { ValueMask } from '../../../gateway/session/index.ts';
import { csvField } from '../../../gateway/session/masking/copy/csv-field.ts';
import type { LineField, LineLayout } from '../../../gateway/session/masking/copy/line-field.ts';
import { textField } from '../../../gateway/session/masking/copy/text-field.ts';
import fc from '../../support/properties.ts';

const empty = Buffer.alloc(0);
/** Shows values as they are: what was escaped is undone, and done again. */
const open: ValueMask = {
  text: (value) => Buffer.from(value),
  binary: (value) => Buffer.from(value),
  begin: (length) => ({ length, push: (piece) => Buffer.from(piece), end: () => empty }),
};

function inPieces(field: LineField, text: Buffer, cut: number): string {
  const pieces = field.begin(open);
  const out: Buffer[] = [];
  for (let at = 0; at < text.length; at += cut) out.push(pieces.push(text.subarray(at, at + cut)));
  out.push(pieces.end());
  return Buffer.concat(out).toString('latin1');
}

const value = fc.string({
  unit: fc.constantFrom('a', 'é', '\\', '"', "'", ',', '\t', '\n', '\r', 'N', '|'),
  maxLength: 20,
});
const cuts = fc.integer({ min: 1, max: 7 });
const layout = { header: false, nullText: '\\N', forcesQuotes: false } as const;

const asText = (text: string, delimiter: string): string =>
  text.replace(/[\\\t\n\r|]/g, (each) =>
    each === '|' && delimiter !== '|' ? each : `\\${{ '\t': 't', '\n': 'n', '\r': 'r' }[each] ?? each}`,
  );
const asCsv = (text: string, quote: string, escaping: string): string =>
  quote +
  [...text].map((each) => (each === quote || each === escaping ? escaping + each : each)).join('') +
  quote;

describe('text', () => {
  test.each(['\t', '|'])('with the delimiter %j', (delimiter) => {
    const lines: LineLayout = {
      ...layout,
      format: 'text',
      delimiter: delimiter.charCodeAt(0),
      quote: 0,
      escape: 0,
    };
    fc.assert(
      fc.property(value, cuts, (text, cut) => {
        const written = Buffer.from(asText(text, delimiter));
        expect(inPieces(textField(lines), written, cut)).toBe(written.toString('latin1'));
      }),
    );
  });
});

describe('CSV', () => {
  test.each([
    ['"', '"'],
    ['"', '\\'],
    ["'", '"'],
  ])('with the quote %s and the escape %s', (quote, escaping) => {
    const lines: LineLayout = {
      ...layout,
      format: 'csv',
      delimiter: 0x2c,
      quote: quote.charCodeAt(0),
      escape: escaping.charCodeAt(0),
    };
    fc.assert(
      fc.property(value, cuts, (text, cut) => {
        const written = Buffer.from(asCsv(text, quote, escaping));
        expect(inPieces(csvField(lines), written, cut)).toBe(written.toString('latin1'));
      }),
    );
    expect(inPieces(csvField(lines), Buffer.from('plain'), 2)).toBe(`${quote}plain${quote}`);
  });
});

test('where a mask makes NULL of what is large, nothing of it is written', () => {
  const closed: ValueMask = { ...open, begin: () => 'whole' };
  const lines: LineLayout = { ...layout, format: 'csv', delimiter: 0x2c, quote: 0x22, escape: 0x22 };
  for (const field of [csvField(lines), textField({ ...lines, format: 'text' })]) {
    const pieces = field.begin(closed);
    expect([pieces.push(Buffer.from('secret')).length, pieces.end().toString()]).toEqual([0, '\\N']);
  }
});
