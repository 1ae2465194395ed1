// Each kind by example: what it leaves, what it hides, and which types it fits.
import { describe, expect, it } from 'vitest';
import { createMask, type MaskRule } from '../../gateway/mask/index.ts';
import { characters, columnType, masked, oids, type TypeName } from './masked.ts';

type Case = Readonly<{
  name: string;
  rule: MaskRule;
  type?: TypeName;
  typmod?: number;
  value: string;
  want: string | null;
}>;

const partial = { kind: 'partial' } as const;
const email = { kind: 'email' } as const;

const cases: readonly Case[] = [
  { name: 'null leaves nothing', rule: { kind: 'null' }, value: 'x', want: null },
  { name: 'redact hides how long a text is', rule: { kind: 'redact' }, value: '', want: '[redacted]' },
  {
    name: 'redact keeps to the length of the column',
    rule: { kind: 'redact' },
    type: 'varchar',
    typmod: characters(4),
    value: 'abcd',
    want: '[red',
  },
  {
    name: 'redact pads where the type does',
    rule: { kind: 'redact' },
    type: 'bpchar',
    typmod: characters(12),
    value: 'abcd',
    want: '[redacted]  ',
  },
  {
    name: 'redact hides how many elements an array has',
    rule: { kind: 'redact' },
    type: 'int4[]',
    value: '{1,2,3}',
    want: '{0}',
  },
  {
    name: 'constant must fit the column',
    rule: { kind: 'constant', value: 'abcde' },
    type: 'varchar',
    typmod: characters(4),
    value: 'x',
    want: null,
  },
  {
    name: 'constant must be a value of the type',
    rule: { kind: 'constant', value: 'abc' },
    type: 'int4',
    value: '1',
    want: null,
  },
  {
    name: 'constant is written as the type is',
    rule: { kind: 'constant', value: '007' },
    type: 'int4',
    value: '1',
    want: '7',
  },
  {
    name: 'constant is the only element of an array',
    rule: { kind: 'constant', value: 'a b' },
    type: 'text[]',
    value: '{}',
    want: '{"a b"}',
  },
  {
    name: 'partial keeps the end',
    rule: { ...partial, keep_end: 4 },
    value: '123-45-6789',
    want: '*******6789',
  },
  {
    name: 'partial keeps the format',
    rule: { ...partial, keep_end: 4, keep_format: true },
    value: '123-45-6789',
    want: '***-**-6789',
  },
  {
    name: 'partial counts characters, not bytes',
    rule: { ...partial, keep_start: 2, fill: '•' },
    value: '😀öxyz',
    want: '😀ö•••',
  },
  {
    name: 'partial hides a text that would stay whole',
    rule: { ...partial, keep_start: 2, keep_end: 2 },
    value: 'abcd',
    want: '****',
  },
  {
    name: 'partial hides such a text in its format too',
    rule: { ...partial, keep_end: 4, keep_format: true },
    value: '(67) 89',
    want: '(**) **',
  },
  {
    name: 'partial does not count padding',
    rule: { ...partial, keep_end: 2 },
    type: 'bpchar',
    typmod: characters(8),
    value: 'abcd    ',
    want: '**cd    ',
  },
  {
    name: 'partial does not see letters of other scripts as format',
    rule: { ...partial, keep_format: true },
    value: 'Ünï-日本',
    want: '***-**',
  },
  { name: 'email keeps the domain', rule: email, value: 'john@example.com', want: 'j****@example.com' },
  { name: 'email hides a name of one letter', rule: email, value: 'j@example.com', want: '****@example.com' },
  {
    name: 'email hides a name of one character of two units',
    rule: email,
    value: '😀@example.com',
    want: '****@example.com',
  },
  { name: 'email hides what is no address', rule: email, value: 'call me at 5, @home', want: '****' },
  { name: 'email hides what is no domain', rule: email, value: 'card@4111-1111-1111-1111', want: '****' },
  { name: 'email hides two addresses', rule: email, value: 'a.b@c.de,d.e@f.gh', want: '****' },
  {
    name: 'bucket of a number is its lower end',
    rule: { kind: 'bucket', size: 10 },
    type: 'int4',
    value: '-37',
    want: '-40',
  },
  { name: 'bucket of a text says both ends', rule: { kind: 'bucket', size: 10 }, value: '37', want: '30-39' },
  {
    name: 'bucket of a text with fractions',
    rule: { kind: 'bucket', size: 2.5 },
    value: '3.1',
    want: '2.5-5.0',
  },
  {
    name: 'bucket of a text that is no number',
    rule: { kind: 'bucket', size: 10 },
    value: 'about 37',
    want: null,
  },
  {
    name: 'bucket ends where the type does',
    rule: { kind: 'bucket', size: 1000 },
    type: 'int2',
    value: '-32768',
    want: '-32768',
  },
  {
    name: 'round goes to the nearest, halves away from nought',
    rule: { kind: 'round', to: 10 },
    type: 'int4',
    value: '-15',
    want: '-20',
  },
  {
    name: 'round is exact with fractions',
    rule: { kind: 'round', to: 0.05 },
    type: 'numeric',
    value: '1.2345',
    want: '1.25',
  },
  {
    name: 'round is exact in long numbers',
    rule: { kind: 'round', to: 10 },
    type: 'numeric',
    value: '12345678901234567894.5',
    want: '12345678901234567890',
  },
  {
    name: 'round ends where the type does',
    rule: { kind: 'round', to: 1000 },
    type: 'int2',
    value: '32767',
    want: '32767',
  },
  {
    name: 'round keeps what is no number',
    rule: { kind: 'round', to: 10 },
    type: 'float8',
    value: 'NaN',
    want: 'NaN',
  },
  {
    name: 'round refuses digits without end',
    rule: { kind: 'round', to: 10 },
    type: 'numeric',
    value: '9'.repeat(3000),
    want: null,
  },
  {
    name: 'date_trunc is in UTC',
    rule: { kind: 'date_trunc', unit: 'month' },
    type: 'timestamptz',
    value: '2024-07-31 23:30:00-02:30',
    want: '2024-08-01 00:00:00+00',
  },
  {
    name: 'date_trunc keeps the hour of a time',
    rule: { kind: 'date_trunc', unit: 'hour' },
    type: 'time',
    value: '12:34:56.7',
    want: '12:00:00',
  },
  {
    name: 'date_trunc knows years before Christ',
    rule: { kind: 'date_trunc', unit: 'century' },
    type: 'date',
    value: '0044-03-15 BC',
    want: '0100-01-01 BC',
  },
  {
    name: 'date_trunc does not guess what an ambiguous date means',
    rule: { kind: 'date_trunc', unit: 'year' },
    type: 'date',
    value: '03/04/2024',
    want: null,
  },
  {
    name: 'json leaves the rest as it is written',
    rule: { kind: 'json', paths: ['/a/b'] },
    type: 'json',
    value: '{"a":{"b":[1,{}] , "c":1e400},"a":{"b":0}}',
    want: '{"a":{"b":null , "c":1e400},"a":{"b":null}}',
  },
  {
    name: 'json reads keys as they are meant',
    rule: { kind: 'json', paths: ['/ssn', '/a~1b/~0'] },
    type: 'jsonb',
    value: '{"s\\u0073n": 1, "a/b": {"~": 2}}',
    want: '{"s\\u0073n": null, "a/b": {"~": null}}',
  },
  {
    name: 'json: * is every key and every index',
    rule: { kind: 'json', paths: ['/*/x'] },
    type: 'jsonb',
    value: '[{"x": 1}, {"y": 2}]',
    want: '[{"x": null}, {"y": 2}]',
  },
  {
    name: 'json hides what is not JSON',
    rule: { kind: 'json', paths: ['/a'] },
    type: 'json',
    value: '{"a": 1',
    want: null,
  },
  {
    name: 'elements of arrays are masked one by one',
    rule: { ...partial, keep_start: 1 },
    type: 'text[]',
    value: '[0:2]={"a \\"b",NULL,""}',
    want: '[0:2]={a***,NULL,""}',
  },
  {
    name: 'what is not an array becomes NULL',
    rule: { ...partial, keep_start: 1 },
    type: 'text[]',
    value: '{a,b',
    want: null,
  },
];

describe('what a kind makes of a value', () => {
  it.each(cases)('$name', ({ rule, type = 'text', typmod, value, want }) => {
    expect(masked(rule, type, value, typmod)).toBe(want);
  });

  it('a token has digits for digits, letters of the same case for letters, and the rest as it was', () => {
    expect(masked({ kind: 'token' }, 'text', 'Mr. Smith, 123-45-6789 é')).toMatch(
      /^[A-Z][a-z]\. [A-Z][a-z]{4}, \d{3}-\d\d-\d{4} [a-z]$/,
    );
    expect(masked({ kind: 'token' }, 'int4', '-1234')).toMatch(/^-[1-9]\d{3}$/);
    expect(masked({ kind: 'token' }, 'numeric', '0.0250')).toMatch(/^0\.\d{4}$/);
    expect(masked({ kind: 'token' }, 'uuid', '12345678-1234-1234-1234-123456789012')).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
  });

  it('hash and token need a key', () => {
    for (const kind of ['hash', 'token'] as const) {
      expect(createMask({ kind }, columnType('text'), undefined).text(Buffer.from('x'))).toBeNull();
    }
  });
});

/** Values that are ordinary for their type. */
const ordinary: Readonly<Record<TypeName, string>> = {
  bool: 't',
  bytea: '\\x00ff',
  name: '42',
  int8: '12345',
  int2: '123',
  int4: '1234',
  text: '42',
  json: '{"a": 1}',
  float4: '1.5',
  float8: '1.5',
  'int4[]': '{1,2}',
  'text[]': '{42}',
  inet: '10.0.0.1',
  bpchar: '42',
  varchar: '42',
  date: '2024-05-17',
  time: '12:30:00',
  timestamp: '2024-05-17 12:30:00',
  timestamptz: '2024-05-17 12:30:00+00',
  interval: '1 day',
  numeric: '12.50',
  uuid: '12345678-1234-1234-1234-123456789012',
  jsonb: '{"a": 1}',
};

const texts = ['text', 'varchar', 'bpchar', 'name', 'text[]'] as const;
const integers = ['int2', 'int4', 'int8', 'int4[]'] as const;
const floats = ['float4', 'float8'] as const;

const fits: readonly (readonly [MaskRule, readonly TypeName[]])[] = [
  [{ kind: 'null' }, []],
  [{ kind: 'redact' }, Object.keys(oids) as TypeName[]],
  [{ kind: 'token' }, [...texts, ...integers, 'numeric', 'uuid']],
  [{ kind: 'hash' }, [...texts, 'uuid', 'bytea']],
  [{ kind: 'bucket', size: 10 }, [...texts, ...integers, ...floats, 'numeric']],
  [{ kind: 'round', to: 10 }, [...integers, ...floats, 'numeric']],
  [{ kind: 'date_trunc', unit: 'day' }, ['date', 'time', 'timestamp', 'timestamptz']],
  [{ kind: 'json', paths: ['/a'] }, ['json', 'jsonb']],
  [{ kind: 'pattern', pattern: '4', replacement: '' }, [...texts, 'json', 'jsonb']],
  [{ kind: 'pattern', find: ['card'] }, [...texts, 'json', 'jsonb']],
  [{ kind: 'email' }, texts],
  [partial, texts],
];

describe('types that a kind fits', () => {
  it.each(fits)('%j makes NULL of all others', (rule, names) => {
    const fitting = Object.entries(ordinary).filter(
      ([name, value]) => masked(rule, name as TypeName, value) !== null,
    );
    expect(fitting.map(([name]) => name).sort()).toEqual([...names].sort());
  });
});
