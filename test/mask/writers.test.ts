// What masks write straight into rows is what they make of values otherwise, or is left to them.
import { describe, expect, it } from 'vitest';
import type { Format, MaskRule } from '../../gateway/mask/index.ts';
import { becomesNull, notThisWay } from '../../gateway/mask/value-mask.ts';
import fc from '../support/properties.ts';
import { characters, maskOf, type TypeName } from './masked.ts';

/** What the writer writes between two marks, into room for what it says it may need. */
function written(rule: MaskRule, name: TypeName, format: Format, value: Buffer, typmod = -1) {
  const writer = maskOf(rule, name, typmod).writer?.(format);
  if (writer === undefined) return notThisWay;
  const from = Buffer.concat([Buffer.from('before'), value, Buffer.from('after')]);
  const room = Buffer.alloc(value.length + writer.longer + 2, '|');
  const ends = writer.write(from, 6, 6 + value.length, room, 1);
  if (ends === notThisWay) return notThisWay;
  expect([room[0], room.at(-1)]).toEqual([0x7c, 0x7c]);
  return ends === becomesNull ? null : room.subarray(1, ends);
}

function expectSame(rule: MaskRule, name: TypeName, format: Format, value: Buffer, typmod = -1): boolean {
  const way = written(rule, name, format, value, typmod);
  if (way === notThisWay) return false;
  const shown = maskOf(rule, name, typmod)[format](value);
  expect(way === null ? null : Buffer.from(way as Buffer).toString('latin1')).toBe(
    shown?.toString('latin1') ?? null,
  );
  return true;
}

const partials: readonly MaskRule[] = [
  { kind: 'partial' },
  { kind: 'partial', keep_end: 4 },
  { kind: 'partial', keep_start: 1, keep_end: 2, fill: 'x' },
  { kind: 'partial', keep_end: 4, keep_format: true },
  { kind: 'partial', keep_start: 2, keep_end: 1, keep_format: true },
];
const anyText = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: fc.constantFrom('a', 'Z', '7', '-', ' ', '.', '@'), maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const nearAddress = fc
  .tuple(
    fc.string({ unit: fc.constantFrom('a', 'Z', '7', '-', '.', ' ', '+'), maxLength: 70 }),
    fc.array(fc.string({ unit: fc.constantFrom('a', 'Z', '7', '-'), maxLength: 66 }), { maxLength: 10 }),
    fc.constantFrom('', '.com', '.c', '.de', `.${'x'.repeat(25)}`, '.c0m', '@b.de', '\n'),
  )
  .map(([name, domain, end]) => `${name}@${domain.join('.')}${end}`);

describe('texts', () => {
  it.each(partials)('$kind $keep_start $keep_end $keep_format', (rule) => {
    let count = 0;
    fc.assert(
      fc.property(anyText, (text) => {
        if (expectSame(rule, 'text', 'text', Buffer.from(text))) count += 1;
      }),
    );
    expect(count).toBeGreaterThan(10);
  });

  it('email', () => {
    let count = 0;
    fc.assert(
      fc.property(fc.oneof(anyText, nearAddress, fc.emailAddress()), (text) => {
        if (expectSame({ kind: 'email' }, 'text', 'text', Buffer.from(text))) count += 1;
        expectSame({ kind: 'email' }, 'varchar', 'binary', Buffer.from(text), characters(7));
      }),
    );
    expect(count).toBeGreaterThan(10);
  });

  it.each(['é', '日本', '\u00a0', '😀'])('%s is left to the mask, which counts characters', (text) => {
    for (const rule of [...partials, { kind: 'email' } as const])
      expect(written(rule, 'text', 'text', Buffer.from(`ab${text}c`))).toBe(notThisWay);
  });
});

describe('one value for all', () => {
  const rules: readonly MaskRule[] = [
    { kind: 'null' },
    { kind: 'redact' },
    { kind: 'constant', value: '17' },
    { kind: 'constant', value: 'no number' },
  ];
  it.each(rules)('$kind $value', (rule) => {
    for (const format of ['text', 'binary'] as const)
      for (const name of ['int4', 'text', 'jsonb'] as const)
        expect(expectSame(rule, name, format, Buffer.from([0, 0, 0, 42]))).toBe(true);
  });
});

const units = ['century', 'decade', 'year', 'quarter', 'month', 'week', 'day', 'hour'] as const;

describe.each(units)('date_trunc to the %s', (unit) => {
  const rule: MaskRule = { kind: 'date_trunc', unit };
  const day = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  const textOf = (date: Date) =>
    date
      .toISOString()
      .replace('T', ' ')
      .replace(/\.?0*Z$/, '');

  it('in text', () => {
    const count = { date: 0, timestamptz: 0 };
    fc.assert(
      fc.property(day, fc.constantFrom('+00', '+02', '-03:30', ''), (date, zone) => {
        const text = textOf(date);
        if (expectSame(rule, 'date', 'text', Buffer.from(text.slice(0, 10)))) count.date += 1;
        expectSame(rule, 'timestamp', 'text', Buffer.from(text));
        if (expectSame(rule, 'timestamptz', 'text', Buffer.from(`${text}${zone}`))) count.timestamptz += 1;
      }),
    );
    const isWritten = unit !== 'century' && unit !== 'decade' && unit !== 'week';
    expect([count.date > 0, count.timestamptz > 0]).toEqual([isWritten, isWritten]);
  });

  it('in binary', () => {
    const ends = [0, 1, -1, 0x7fffffff, -0x80000000, -2_451_545, 2_000_001, -2_000_001];
    fc.assert(
      fc.property(
        fc.oneof(fc.integer(), fc.integer({ min: -99_999, max: 99_999 }), fc.constantFrom(...ends)),
        (days) => {
          const value = Buffer.alloc(4);
          value.writeInt32BE(days);
          expectSame(rule, 'date', 'binary', value);
        },
      ),
    );
    const far = 2n ** 63n;
    const micros = fc.oneof(
      fc.bigInt({ min: -far, max: far - 1n }),
      fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }),
      fc.bigInt({ min: -100_000n, max: 100_000n }).map((days) => days * 86_400_000_000n),
    );
    let count = 0;
    fc.assert(
      fc.property(micros, (since) => {
        const value = Buffer.alloc(8);
        value.writeBigInt64BE(since);
        // What is no time of the calendar comes from no server.
        if (since < -211_813_488_000_000_000n && since !== -far) return;
        if (expectSame(rule, 'timestamptz', 'binary', value)) count += 1;
      }),
    );
    expect(count).toBeGreaterThan(10);
  });

  it.each(['infinity', '0044-03-15 BC', '12024-01-01', 'Jan 1 2024', '2024-13-01', ''])(
    '%s is left to the mask',
    (text) => {
      expect(written(rule, 'date', 'text', Buffer.from(text))).toBe(notThisWay);
    },
  );
});
