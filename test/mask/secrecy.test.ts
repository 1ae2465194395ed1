// What must hold of any value: nothing hidden survives, equal values stay equal, and nothing grows without bounds.
import { describe, expect, it } from 'vitest';
import { createMask, MaskKeys, type MaskRule, type TypeFacts } from '../../gateway/mask/index.ts';
import fc from '../support/properties.ts';
import { columnType, masked, maskOf, type TypeName } from './masked.ts';
import { keys, nameOf, rules } from './rules.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...'abcXYZ0123456789-. @é日'), maxLength: 40 }),
  fc.emailAddress(),
);
const letters = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789'),
  minLength: 12,
  maxLength: 60,
});

const piecesOf = (value: string, length: number): string[] =>
  Array.from({ length: Math.max(value.length - length + 1, 0) }, (_, at) => value.slice(at, at + length));

describe('what is hidden does not survive', () => {
  it.each([{ kind: 'hash' }, { kind: 'hash', length: 64 }, { kind: 'token' }] satisfies MaskRule[])(
    '$kind: no five characters in a row',
    (rule) => {
      fc.assert(
        fc.property(letters, (value) => {
          const shown = masked(rule, 'text', value) ?? '';
          // By chance a token has four that the value has too, one time in ten thousand.
          expect(piecesOf(value, 5).filter((piece) => shown.includes(piece))).toEqual([]);
        }),
        { numRuns: 500 },
      );
    },
  );

  it('partial: every character between those that stay is the fill', () => {
    fc.assert(
      fc.property(text, fc.nat(6), fc.nat(6), fc.boolean(), (value, start, end, format) => {
        const rule = {
          kind: 'partial',
          keep_start: start,
          keep_end: end,
          fill: '█',
          keep_format: format,
        } as const;
        const shown = Array.from(masked(rule, 'text', value) ?? '');
        const before = Array.from(value);
        expect(shown).toHaveLength(before.length);
        const isFormat = (character: string) => format && character < '\x80' && /[^\dA-Za-z]/.test(character);
        const kept = shown.filter((character, at) => character !== '█' && !isFormat(before[at] ?? ''));
        expect(kept.length === 0 || kept.length === start + end).toBe(true);
        shown.forEach((character, at) => {
          expect([before[at], '█']).toContain(character);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('email: at most the first character and a domain', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const [name = '', domain = ''] = address.split('@');
        const shown = masked({ kind: 'email' }, 'text', address);
        expect([`${Array.from(name)[0]}****@${domain}`, `****@${domain}`, '****']).toContain(shown);
        expect(name.length === 1 && shown?.startsWith(name)).toBe(false);
      }),
    );
  });

  it('round, bucket, date_trunc: equal for all values of a range', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(999), (number, more) => {
        const range = Math.floor(number / 1000) * 1000;
        fc.pre(range >= -2147483648 && range + 999 <= 2147483647);
        const bucket = (value: number) => masked({ kind: 'bucket', size: 1000 }, 'int4', String(value));
        expect(bucket(range + more)).toBe(bucket(range));
      }),
    );
  });
});

describe('equal values', () => {
  const same = fc.constantFrom<TypeName>('text', 'varchar', 'name');

  it.each([{ kind: 'hash' }, { kind: 'token' }] as const)(
    '$kind: stay equal, in whatever column, today and later',
    (rule) => {
      const later = new MaskKeys([{ id: 'new', secret: Buffer.alloc(32, 7) }]).for('tests');
      fc.assert(
        fc.property(fc.string({ maxLength: 15 }), same, same, (value, one, other) => {
          const first = createMask(rule, columnType(one), keys.for('tests')).text(Buffer.from(value));
          const second = createMask(rule, columnType(other), later).text(Buffer.from(value));
          expect(first?.toString()).toBe(second?.toString());
        }),
      );
    },
  );

  it('hash and token: differ for another purpose and another key', () => {
    fc.assert(
      fc.property(letters, fc.constantFrom('hash' as const, 'token' as const), (value, kind) => {
        const shown = [keys.for('tests'), keys.for('other'), keys.for('tests', 'old')].map((key) =>
          createMask({ kind }, columnType('text'), key).text(Buffer.from(value))?.toString(),
        );
        expect(new Set(shown).size).toBe(3);
      }),
    );
  });

  it('token: values that differ never meet, as long as they are short', () => {
    const tokens = (values: readonly string[], type: TypeName) =>
      new Set(values.map((value) => masked({ kind: 'token' }, type, value))).size;
    const all = Array.from({ length: 10_000 }, (_, number) => String(number));
    expect(tokens(all, 'int4')).toBe(10_000);
    expect(tokens(all, 'text')).toBe(10_000);
    const small = Array.from({ length: 40_000 }, (_, number) => String(number - 20_000));
    expect(tokens(small, 'int2')).toBe(40_000);
    expect(
      tokens(
        all.map((digits) => `0.${digits}`),
        'numeric',
      ),
    ).toBe(10_000);
  });

  it('token: values of citext and char(n) that are equal in SQL have one token', () => {
    const citext: TypeFacts = { oid: 70_000, name: 'citext', kind: 'base', base: 0, element: 0 };
    const type = { oid: citext.oid, typmod: -1, typeOf: () => citext };
    for (const kind of ['token', 'hash'] as const) {
      const mask = createMask({ kind }, type, keys.for('tests'));
      expect(mask.text(Buffer.from('John@X.com'))).toEqual(mask.text(Buffer.from('john@x.COM')));
      expect(masked({ kind }, 'bpchar', 'ab')).toBe(masked({ kind }, 'bpchar', 'ab   ')?.trimEnd());
    }
  });
});

describe('any bytes at all', () => {
  it.each(rules.map((rule) => [nameOf(rule), rule] as const))(
    '%s: a value or NULL, and no more than a few times as long',
    (_, rule) => {
      const types: readonly TypeName[] = [
        'text',
        'name',
        'int4',
        'numeric',
        'float8',
        'date',
        'timestamptz',
        'time',
        'uuid',
        'bytea',
        'jsonb',
        'json',
        'text[]',
        'int4[]',
      ];
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(...types), (bytes, type) => {
          const mask = maskOf(rule, type);
          for (const value of [mask.text(Buffer.from(bytes)), mask.binary(Buffer.from(bytes))]) {
            expect(value?.length ?? 0).toBeLessThanOrEqual(200 + 12 * bytes.length);
          }
        }),
        { numRuns: 300 },
      );
    },
  );

  it('the value itself is never changed', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(...rules), (value, rule) => {
        const bytes = Buffer.from(value);
        maskOf(rule, 'text').text(bytes);
        expect(bytes.toString()).toBe(value.toWellFormed());
      }),
    );
  });
});
