// Rows as they are written: each masked value is what its mask makes of it, whichever way it was written.
import { expect, test } from 'vitest';
import { createMask, type MaskRule, type ValueMask } from '../../../gateway/mask/index.ts';
import { RowMask } from '../../../gateway/session/masking/row-mask.ts';
import { backend, MessageScanner, Verdict } from '../../../gateway/wire/index.ts';
import fc from '../../support/properties.ts';

const TEXT = 25;
const DATE = 1082;
const maskOf = (rule: MaskRule, oid: number): ValueMask =>
  createMask(rule, { oid, typmod: -1, typeOf: () => undefined }, undefined);

/** Some write straight into the row, some leave other letters than ASCII's to the mask, some know no such way. */
const masks: readonly (ValueMask | undefined)[] = [
  undefined,
  maskOf({ kind: 'partial', keep_end: 2 }, TEXT),
  maskOf({ kind: 'email' }, TEXT),
  undefined,
  maskOf({ kind: 'date_trunc', unit: 'year' }, DATE),
  maskOf({ kind: 'partial', keep_start: 1, fill: '😀' }, TEXT),
  maskOf({ kind: 'constant', value: 'a constant that is long' }, TEXT),
  maskOf({ kind: 'null' }, TEXT),
  undefined,
];

function dataRow(values: readonly (Buffer | null)[]): Buffer {
  const parts = values.flatMap((value) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(value === null ? -1 : value.length);
    return value === null ? [length] : [length, value];
  });
  const header = Buffer.alloc(7);
  header[0] = backend.dataRow;
  header.writeInt32BE(Buffer.concat(parts).length + 6, 1);
  header.writeInt16BE(values.length, 5);
  return Buffer.concat([header, ...parts]);
}

function masked(rows: readonly Buffer[], pieces: number): Buffer {
  const columns = masks.flatMap((mask, index) =>
    mask === undefined ? [] : [{ index, mask, binary: false }],
  );
  const rowMask = new RowMask(masks.length, columns);
  const scanner: MessageScanner = new MessageScanner({
    bytesNeeded: (_, length) => length,
    visit(_type, _length, bytes, start, available) {
      rowMask.write(bytes, start, start + available, scanner);
      return Verdict.drop;
    },
  });
  const stream = Buffer.concat(rows);
  const size = Math.ceil(stream.length / pieces);
  const out: Buffer[] = [];
  for (let at = 0; at < stream.length; at += size)
    out.push(...scanner.push(stream.subarray(at, at + size)).map((each) => Buffer.from(each)));
  return Buffer.concat(out);
}

const value = fc.option(
  fc
    .oneof(
      fc.string({ maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.emailAddress(),
      fc.constantFrom('2024-05-17', 'infinity', ''),
    )
    .map((text) => Buffer.from(text)),
);

test('any values, NULLs among them, in any pieces', () => {
  const row = fc.tuple(...masks.map(() => value));
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 9 }),
      (rows, pieces) => {
        const want = rows.map((values) =>
          dataRow(
            values.map((each, at) =>
              each === null ? null : (masks[at]?.text(each) ?? (masks[at] ? null : each)),
            ),
          ),
        );
        expect(masked(rows.map(dataRow), pieces).toString('latin1')).toBe(
          Buffer.concat(want).toString('latin1'),
        );
      },
    ),
  );
});
