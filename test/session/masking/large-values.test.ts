// Values of 100 MB, masked as they come: what is held of them stays small, and what goes out is what it should be.
import { describe, expect, test } from 'vitest';
import { createMask, MaskKeys, type MaskRule, type ValueMask } from '../../../gateway/mask/index.ts';
import { CopyBinary } from '../../../gateway/session/masking/copy/copy-binary.ts';
import type { CopyRows } from '../../../gateway/session/masking/copy/copy-data.ts';
import { CopyLines } from '../../../gateway/session/masking/copy/copy-lines.ts';
import { LargeRow } from '../../../gateway/session/masking/large-row.ts';
import { RowMask } from '../../../gateway/session/masking/row-mask.ts';
import { backend, MessageScanner, Verdict } from '../../../gateway/wire/index.ts';

const MEGABYTE = 2 ** 20;
const LINE = 'secret 0123456789, ü and 日本; ';
/** Whole lines, 100 MB of them. */
const LENGTH = Math.floor((100 * MEGABYTE) / Buffer.byteLength(LINE)) * Buffer.byteLength(LINE);
/** Enough for all that is large, where the value itself doesn't come out. */
const SHORT = 20 * MEGABYTE;
/** What COPY puts together before it knows that a value is large, and one piece. */
const HELD_MOST = 17 * MEGABYTE;
const TEXT = 25;
const BYTEA = 17;

const keys = new MaskKeys([{ id: 'a', secret: Buffer.alloc(32, 7) }]);
const maskOf = (rule: MaskRule, oid = TEXT): ValueMask =>
  createMask(rule, { oid, typmod: -1, typeOf: () => undefined }, keys.for('tests'));

/** 100 MB in pieces, no two of them alike where they are cut; no piece is kept. */
function* document(length: number): Generator<Buffer> {
  const block = Buffer.from(LINE.repeat(2000));
  for (let at = 0; at < length; at += block.length) yield Buffer.from(block.subarray(0, length - at));
}

type Outcome = Readonly<{ bytes: number; held: number; late: number; head: string; tail: string }>;

/** Pushes a message's body through what takes it. `late`: by how much at most less has come out than went in. */
function run(type: number, length: number, body: Iterable<Buffer>, take: Taker, held: () => number): Outcome {
  const scanner: MessageScanner = new MessageScanner({
    bytesNeeded: () => 0,
    visit: () => Verdict.take,
    body: (bytes, start, end, rest) => take(bytes, start, end, rest, scanner),
  });
  let [seen, sent, late, most] = [0, 0, 0, 0];
  let head: Buffer = Buffer.alloc(0);
  let tail: Buffer = Buffer.alloc(0);
  const push = (chunk: Buffer): void => {
    for (const out of scanner.push(chunk)) {
      sent += out.length;
      if (head.length < 64) head = Buffer.concat([head, out.subarray(0, 64)]);
      tail = Buffer.from(Buffer.concat([tail, out.subarray(-64)]).subarray(-64));
    }
  };
  const header = Buffer.alloc(5);
  header[0] = type;
  header.writeInt32BE(length + 4, 1);
  push(header);
  for (const piece of body) {
    push(piece);
    seen += piece.length;
    late = Math.max(late, seen - sent);
    most = Math.max(most, held());
  }
  expect(seen).toBe(length);
  return { bytes: sent, held: most, late, head: head.toString('latin1'), tail: tail.toString() };
}

type Taker = (bytes: Buffer, start: number, end: number, rest: number, output: MessageScanner) => void;

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** A row with the value and a small one behind it. */
function row(mask: ValueMask, binary: boolean, length: number): Outcome {
  const rowMask = new RowMask(2, [{ index: 0, mask, binary }]);
  const bodyLength = 2 + 4 + length + 4 + 3;
  const large = new LargeRow(rowMask, bodyLength);
  function* body(): Generator<Buffer> {
    yield Buffer.concat([Buffer.from([0, 2]), int32(length)]);
    yield* document(length);
    yield Buffer.concat([int32(3), Buffer.from('end')]);
  }
  const take: Taker = (...taken) => large.push(...taken);
  return run(backend.dataRow, bodyLength, body(), take, () => large.heldBytes);
}

function copy(rows: CopyRows, length: number, before: Buffer, after: Buffer): Outcome {
  function* body(): Generator<Buffer> {
    yield before;
    yield* document(length);
    yield after;
  }
  const take: Taker = (bytes, start, end, _, output) => rows.push(bytes, start, end, output);
  return run(backend.copyData, before.length + length + after.length, body(), take, () => rows.heldBytes);
}

const lines = { header: false, quote: 0x22, escape: 0x22, forcesQuotes: false } as const;
const textLines = { ...lines, format: 'text', delimiter: 0x09, nullText: '\\N' } as const;
const csvLines = { ...lines, format: 'csv', delimiter: 0x2c, nullText: '' } as const;
const signature = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);

const ways: Readonly<Record<string, (rule: MaskRule, length: number) => Outcome>> = {
  'a row in text': (rule, length) => row(maskOf(rule), false, length),
  'a row in binary': (rule, length) => row(maskOf(rule), true, length),
  'COPY in text': (rule, length) =>
    copy(
      new CopyLines(textLines, [maskOf(rule), undefined]),
      length,
      Buffer.alloc(0),
      Buffer.from('\tend\n'),
    ),
  'COPY in CSV': (rule, length) =>
    copy(
      new CopyLines(csvLines, [maskOf(rule), undefined]),
      length,
      Buffer.from('"'),
      Buffer.from('",end\n'),
    ),
  'COPY in binary': (rule, length) =>
    copy(
      new CopyBinary([maskOf(rule), undefined]),
      length,
      Buffer.concat([signature, Buffer.from([0, 2]), int32(length)]),
      Buffer.concat([int32(3), Buffer.from('end'), Buffer.from([0xff, 0xff])]),
    ),
};

const small: readonly (readonly [MaskRule, string | null])[] = [
  [{ kind: 'null' }, null],
  [{ kind: 'redact' }, '[redacted]'],
  [{ kind: 'constant', value: 'hidden' }, 'hidden'],
  [{ kind: 'email' }, '****'],
  [{ kind: 'token' }, null],
  [{ kind: 'pattern', find: ['email'] }, null],
];

describe.each(Object.entries(ways))('%s', (way, outcomeOf) => {
  test.each(small)('%j', (rule, shown) => {
    const { held, head, bytes } = outcomeOf(rule, SHORT);
    expect(held).toBeLessThan(HELD_MOST);
    expect(bytes).toBeLessThan(100);
    expect(head).toContain('end');
    expect(head.includes('secret')).toBe(false);
    if (shown !== null) expect(head).toContain(shown);
    else if (way.startsWith('COPY in text')) expect(head).toContain('\\N\tend');
    else if (way !== 'COPY in CSV') expect(head).toContain('\xff\xff\xff\xff');
  });

  test('hash', () => {
    const whole = maskOf({ kind: 'hash' }).begin(LENGTH, 'text');
    if (whole === 'whole') throw new Error('not in pieces');
    for (const piece of document(LENGTH)) whole.push(piece);
    const { held, head } = outcomeOf({ kind: 'hash' }, LENGTH);
    expect(held).toBeLessThan(HELD_MOST);
    expect(head).toContain(whole.end().toString());
  });

  test('partial keeps the ends, and shows a star for each byte between', () => {
    const { held, late, head, tail, bytes } = outcomeOf(
      { kind: 'partial', keep_start: 4, keep_end: 3 },
      LENGTH,
    );
    expect(held).toBeLessThan(HELD_MOST);
    expect(late).toBeLessThan(HELD_MOST);
    expect(head).toContain('secr****');
    expect(tail).toContain(`${'*'.repeat(20)}本; `);
    expect(tail).not.toContain('secret');
    expect(bytes).toBeGreaterThan(LENGTH);
    // A COPY of this size goes on in messages of a megabyte.
    expect(bytes).toBeLessThan(LENGTH + 2000);
  });
});

test('bytea in text has the hash that it has in binary', () => {
  const value = Buffer.from('ab\\c\0\xff'.repeat(3 * MEGABYTE), 'latin1');
  const mask = maskOf({ kind: 'hash' }, BYTEA);
  const escaped = value
    .toString('latin1')
    .replaceAll('\\', '\\\\')
    .replaceAll('\0', '\\000')
    .replaceAll('\xff', '\\377');
  const texts = [Buffer.from(`\\x${value.toString('hex')}`), Buffer.from(escaped, 'latin1')];
  const want = mask.binary(value.subarray(0, 0)) === null ? '' : inPieces(mask, 'binary', value, 1_000_003);
  for (const text of texts)
    for (const cut of [1_000_003, 65_536, 33_333])
      expect(inPieces(mask, 'text', text, cut)).toBe(`\\x${Buffer.from(want, 'latin1').toString('hex')}`);
});

function inPieces(mask: ValueMask, format: 'text' | 'binary', value: Buffer, cut: number): string {
  const pieces = mask.begin(value.length, format);
  if (pieces === 'whole') throw new Error('not in pieces');
  const out: Buffer[] = [];
  for (let at = 0; at < value.length; at += cut) out.push(pieces.push(value.subarray(at, at + cut)));
  out.push(pieces.end());
  const all = Buffer.concat(out);
  expect(all.length).toBe(pieces.length);
  return all.toString('latin1');
}
