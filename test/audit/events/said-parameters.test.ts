// Parameters of intents that share lines: what is copied as bytes says what the long way says.
import { serialize } from 'pg-protocol';
import { describe, expect, test } from 'vitest';
import { canonicalJson, quoted } from '../../../gateway/audit/index.ts';
import { Lines } from '../../../gateway/audit/journal/lines.ts';
import { isKeepable, kept, writeParameters } from '../../../gateway/server/audit/said-parameters.ts';
import { type Bound, saidValues } from '../../../gateway/server/audit/said-values.ts';
import type { Statement } from '../../../gateway/session/index.ts';
import { readBindValues } from '../../../gateway/wire/index.ts';

type Value = string | null | Buffer;

/** A Bind of the unnamed statement and portal with these. */
function bound(values: readonly Value[]): Statement {
  const message = serialize.bind({ values: [...values] });
  const place = { bytes: message, start: 5 + 2, end: message.length };
  return {
    path: 'bind',
    bound: place,
    values: () => readBindValues(place.bytes, place.start, place.end),
    prepared: undefined,
  } as unknown as Statement;
}

function written(statement: Bound, isHidden = false, key?: Buffer): string {
  const lines = new Lines();
  writeParameters(statement, isHidden, key, lines);
  return lines.from(0).toString();
}

describe('parameters', () => {
  test.each<[readonly Value[]]>([
    [[]],
    [['7']],
    [['7', null, '', '-1.5', 'abc']],
    [['quote " and \\', 'new\nline', 'grün', '\u0000'.slice(1)]],
    [['123-45-6789']],
    [['4111111111111111']],
    [['ada@example.com']],
    [['hunter2hunter2hunter2']],
    [['eyJhbGciOiJ']],
    [[Buffer.from([0, 0, 0, 7])]],
    [Array.from({ length: 40 }, (_, at) => String(at))],
    [Array.from({ length: 300 }, (_, at) => String(at))],
    [['x'.repeat(500)]],
  ])('%j', (values) => {
    const statement = bound(values);
    expect(written(statement)).toBe(saidValues(statement, false, undefined) ?? '0');
  });

  test.each([
    ['a mark', undefined, '[{"redacted":true},null]'],
    ['a hash', Buffer.alloc(16, 'k'), /^\[\{"hash":"[\w-]{43}"\},null\]$/],
  ])('that nobody may read are %s, however short they are', (_, key, want) => {
    expect(written(bound(['7', null]), true, key)).toMatch(want);
  });

  test('of any kind', () => {
    const characters = [...'0123456789abcXYZ_-. "\\@:=/ü\t%is'];
    let random = 7;
    const next = (most: number) => {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 1;
      return random % most;
    };
    const textOf = () => Array.from({ length: next(24) }, () => characters[next(characters.length)]).join('');
    let copied = 0;
    for (let round = 0; round < 5_000; round++) {
      const values = Array.from({ length: 1 + next(3) }, () => (next(8) === 0 ? null : textOf()));
      const statement = bound(values);
      const text = written(statement);
      expect(text).toBe(saidValues(statement, false, undefined));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      if (text === `[${values.map((value) => (value === null ? 'null' : quoted(value))).join(',')}]`)
        copied += 1;
    }
    expect(copied).toBeGreaterThan(500);
  });

  test.each([0, 1, 3, 8, 11])('of a message that is cut behind %i bytes are unknown', (length) => {
    const { bytes, start } = bound(['7', 'abc']).bound as { bytes: Buffer; start: number };
    const place = { bytes, start, end: start + length };
    const statement = {
      path: 'bind',
      bound: place,
      values: () => readBindValues(place.bytes, place.start, place.end),
    } as unknown as Statement;
    expect(written(statement)).toBe('"unknown"');
  });
});

test('parameters that cannot be read are unknown, and no other event of the line is lost', () => {
  const values = () => {
    throw new TypeError('no values');
  };
  expect(written({ path: 'bind', prepared: undefined, bound: undefined, values })).toBe('"unknown"');
});

describe('until its portal is gone', () => {
  /** The message with others around it, in one chunk of so many bytes. */
  function amongOthers(statement: Statement, length: number): Bound {
    const { bytes, start, end } = statement.bound as { bytes: Buffer; start: number; end: number };
    const chunk = Buffer.alloc(length, 'x');
    bytes.copy(chunk, 100);
    const place = { bytes: chunk, start: 100 + start, end: 100 + end };
    const values = () => readBindValues(place.bytes, place.start, place.end);
    return { path: 'bind', prepared: undefined, bound: place, values };
  }

  test.each<[readonly Value[]]>([[['7', null, 'abc']], [['ada@example.com', 'grün']]])(
    '%j are kept without the large chunk that they came in, and say the same',
    (values) => {
      const alone = bound(values);
      const whole = kept(amongOthers(alone, 1_000_000));
      expect(whole.bound?.bytes.buffer.byteLength).toBeLessThan(100_000);
      expect(written(whole)).toBe(written(alone));
      expect(saidValues(whole, true, undefined)).toBe(saidValues(alone, true, undefined));
    },
  );

  test('a small chunk is kept as it is', () => {
    const statement = amongOthers(bound(['7']), 1_000);
    expect(kept(statement)).toBe(statement);
  });

  test('a large message is not kept', () => {
    expect(isKeepable(bound(['x'.repeat(4_000)]))).toBe(true);
    expect(isKeepable(bound(['x'.repeat(5_000)]))).toBe(false);
  });
});
