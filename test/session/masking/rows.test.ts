// Rows of any shape, in one piece or in many, against a plain model of what a mask makes of them.
import { expect, test } from 'vitest';
import { silentLog } from '../../../gateway/lib/index.ts';
import { Exchange } from '../../../gateway/session/exchange.ts';
import { Expectation, Kind } from '../../../gateway/session/expectation.ts';
import type { MaskPlan } from '../../../gateway/session/index.ts';
import { LargeRow } from '../../../gateway/session/masking/large-row.ts';
import { MaskedAnswer } from '../../../gateway/session/masking/masked-answer.ts';
import { rowMaskOf } from '../../../gateway/session/masking/row-mask.ts';
import { ServerMessages } from '../../../gateway/session/server-messages.ts';
import { HEADER_BYTES, MessageScanner, Verdict } from '../../../gateway/wire/index.ts';
import fc from '../../support/properties.ts';
import { cstring, int16, int32, message } from '../../support/raw-client.ts';
import { planOf } from './support.ts';

type Value = Buffer | null;

const anyValue = fc.option(
  fc
    .oneof({ weight: 4, arbitrary: fc.nat(12) }, fc.constantFrom(0, 1, 47, 48, 49, 300))
    .map((length) => Buffer.alloc(length, 'secret')),
  { nil: null },
);
const results = fc
  .string({ unit: fc.constantFrom('-', 'x', '0', 'b', 's'), minLength: 1, maxLength: 6 })
  .chain((letters) =>
    fc.record({
      letters: fc.constant(letters),
      rows: fc.array(fc.tuple(...[...letters].map(() => anyValue)), { maxLength: 8 }),
    }),
  );
const cutsOf = fc.array(fc.nat(), { maxLength: 20 });

const description = (letters: string): Buffer =>
  Buffer.concat([
    int16(letters.length),
    ...[...letters].map((letter, index) =>
      Buffer.concat([cstring(letter), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(index % 2)]),
    ),
  ]);

const row = (values: readonly Value[]): Buffer =>
  message(
    'D',
    int16(values.length),
    ...values.flatMap((value) => (value === null ? [int32(-1)] : [int32(value.length), value])),
  );

function shown(letter: string, value: Value): Value {
  if (value === null) return null;
  switch (letter) {
    case 'x':
      return Buffer.from('***');
    case '0':
      return null;
    case 'b':
      return Buffer.from(`${value.subarray(0, 2)}*`);
    case 's':
      return Buffer.alloc(value.length, '#');
    default:
      return value;
  }
}

const model = (letters: string, rows: readonly (readonly Value[])[]): Buffer =>
  Buffer.concat(rows.map((values) => row(values.map((value, at) => shown(letters[at] as string, value)))));

function pieces(stream: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => stream.subarray(places[index], end));
}

function answer(plan: MaskPlan, stream: readonly Buffer[]): Buffer {
  const exchange = new Exchange({}, () => undefined);
  exchange.sent(
    new Expectation(Kind.query, { to: 'client', masked: new MaskedAnswer([plan]), withholds: true }),
  );
  const messages = new ServerMessages({
    exchange,
    pinned: {},
    log: silentLog,
    onApplicationName: () => undefined,
    onSkipping: () => undefined,
    onRefused: () => undefined,
  });
  const scanner = new MessageScanner(messages);
  messages.scanner = scanner;
  return Buffer.concat(stream.flatMap((piece) => scanner.push(piece)));
}

test('a result is the same for every cut', () => {
  fc.assert(
    fc.property(results, cutsOf, ({ letters, rows }, cuts) => {
      const head = message('T', description(letters));
      const tail = Buffer.concat([message('C', cstring('SELECT')), message('Z', Buffer.from('I'))]);
      const stream = Buffer.concat([head, ...rows.map(row), tail]);
      const want = Buffer.concat([head, model(letters, rows), tail]);
      expect(answer(planOf(letters), pieces(stream, cuts)).equals(want)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

/** Takes every row as if it were too large to be put together. */
function asLarge(letters: string, stream: readonly Buffer[]): Buffer {
  const mask = rowMaskOf(planOf(letters), description(letters));
  let large: LargeRow | undefined;
  const scanner: MessageScanner = new MessageScanner({
    bytesNeeded: () => 0,
    visit: (_type, bodyLength) => {
      large = new LargeRow(mask, bodyLength);
      return Verdict.take;
    },
    body: (bytes, start, end, rest) => large?.push(bytes, start, end, rest, scanner),
  });
  return Buffer.concat(stream.flatMap((piece) => scanner.push(piece)));
}

test('a row that comes in pieces is what it would be as a whole', () => {
  fc.assert(
    fc.property(results, cutsOf, ({ letters, rows }, cuts) => {
      const stream = Buffer.concat(rows.map(row));
      expect(asLarge(letters, pieces(stream, cuts)).equals(model(letters, rows))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

const malformed: readonly { name: string; body: Buffer }[] = [
  { name: 'no count', body: Buffer.from([0]) },
  { name: 'another count of columns', body: Buffer.concat([int16(1), int32(-1)]) },
  { name: 'a length that is negative', body: Buffer.concat([int16(2), int32(-2), int32(-1)]) },
  { name: 'a masked length that is negative', body: Buffer.concat([int16(2), int32(-1), int32(-2)]) },
  { name: 'a value that ends behind the row', body: Buffer.concat([int16(2), int32(-1), int32(1)]) },
  { name: 'no length', body: Buffer.concat([int16(2), int32(-1), Buffer.from([0, 0])]) },
];

test.each(malformed)('a malformed row throws: $name', ({ body }) => {
  const letters = '-b';
  const bytes = message('D', body);
  const said = /does not understand/;
  const head = message('T', description(letters));
  expect(() => answer(planOf(letters), [head, bytes])).toThrow(said);
  expect(() => asLarge(letters, [bytes])).toThrow(said);
  expect(() => asLarge(letters, [bytes.subarray(0, HEADER_BYTES), bytes.subarray(HEADER_BYTES)])).toThrow(
    said,
  );
});
