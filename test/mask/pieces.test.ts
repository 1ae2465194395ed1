// Values that come in pieces: what goes out is what would have gone out at once, and its length is known before.
import { describe, expect, it } from 'vitest';
import { largestWhole, type MaskRule, type ValueMask } from '../../gateway/mask/index.ts';
import fc from '../support/properties.ts';
import { maskOf, type TypeName } from './masked.ts';
import { nameOf, rules } from './rules.ts';

function inPieces(mask: ValueMask, format: 'text' | 'binary', value: Buffer, cut: number): Buffer | null {
  const pieces = mask.begin(value.length, format);
  if (pieces === 'whole') return mask[format](value);
  const out: Buffer[] = [];
  for (let at = 0; at < value.length; at += cut) out.push(pieces.push(value.subarray(at, at + cut)));
  out.push(pieces.end());
  const all = Buffer.concat(out);
  expect(all.length).toBe(pieces.length ?? 0);
  return pieces.length === null ? null : all;
}

describe.each(rules.map((rule) => [nameOf(rule), rule] as const))('%s', (_, rule) => {
  it('gives the same in pieces and at once', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 3000 }),
        fc.constantFrom<TypeName>('text', 'bytea', 'json', 'int4', 'text[]'),
        fc.constantFrom('text' as const, 'binary' as const),
        fc.integer({ min: 1, max: 100 }),
        (value, type, format, cut) => {
          const mask = maskOf(rule, type);
          const bytes = Buffer.from(value);
          expect(inPieces(mask, format, bytes, cut)).toEqual(mask[format](bytes));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never asks for more than it takes whole', () => {
    for (const type of ['text', 'bytea', 'jsonb', 'numeric', 'date', 'text[]', 'bpchar', 'uuid'] as const) {
      for (const format of ['text', 'binary'] as const) {
        const mask = maskOf(rule, type);
        expect(mask.begin(largestWhole + 1, format)).not.toBe('whole');
      }
    }
  });
});

it.each([
  [{ kind: 'redact' }, 'text', 10],
  [{ kind: 'hash' }, 'text', 32],
  [{ kind: 'email' }, 'text', 4],
  [{ kind: 'partial', keep_end: 4 }, 'text', 100_000_000],
  [{ kind: 'partial', keep_end: 4 }, 'bpchar', null],
  [{ kind: 'partial', keep_end: 4, keep_format: true }, 'text', 100_000_000],
  [{ kind: 'json', paths: ['/a'] }, 'jsonb', null],
  [{ kind: 'token' }, 'text', null],
  [{ kind: 'round', to: 10 }, 'numeric', null],
] satisfies [MaskRule, TypeName, number | null][])(
  '%j of a value of 100 MB is so long',
  (rule, type, length) => {
    const pieces = maskOf(rule, type).begin(100_000_000, 'text');
    expect(pieces === 'whole' ? 'whole' : pieces.length).toBe(length);
  },
);
