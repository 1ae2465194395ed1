// The scanner against a plain model of it: any verdicts, any splits, the same output; and no copies where none are due.

import { describe, expect, test } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import { MessageScanner, type MessageVisitor, Verdict } from '../../gateway/wire/index.ts';
import fc from '../support/properties.ts';
import { message, messageClaiming } from '../support/raw-frontend.ts';

type Planned = Readonly<{
  type: string;
  body: Buffer;
  /** How much of the body the visitor asks for: all, none, or a part. */
  reads: 'all' | 'none' | 'part';
  /** `write`: it is dropped, and other bytes are written in its place. `take`: its body comes in pieces. */
  verdict: 'forward' | 'drop' | 'write' | 'take';
  waits: number;
  before: boolean;
  after: boolean;
  passes: boolean;
}>;

const before = Buffer.from('<before>');
const after = Buffer.from('<after>');
const written = Buffer.from('<written>');

const bytesOf = ({ type, body }: Planned): Buffer => message(type, body);

/** What comes out, said without any stream. */
function model(plan: readonly Planned[]): Buffer {
  return Buffer.concat(
    plan.flatMap((entry) => {
      if (entry.passes) return [bytesOf(entry)];
      const own = { forward: [bytesOf(entry)], drop: [], write: [written], take: [entry.body] }[
        entry.verdict
      ];
      return [
        ...(entry.before ? [before] : []),
        ...own,
        ...(entry.after && entry.reads === 'all' ? [after] : []),
      ];
    }),
  );
}

class PlannedVisitor implements MessageVisitor {
  scanner!: MessageScanner;
  readonly shown: string[] = [];
  #plan: readonly Planned[];
  #index = 0;
  #waited = 0;

  constructor(plan: readonly Planned[]) {
    this.#plan = plan;
  }

  /** The scanner passes a type by without a visit, so the plan moves on with the stream instead. */
  skipPassed(): void {
    while (this.#plan[this.#index]?.passes) this.#index += 1;
  }

  bytesNeeded(_type: number, bodyLength: number): number {
    this.skipPassed();
    const { reads } = this.#plan[this.#index] as Planned;
    return reads === 'all' ? bodyLength : reads === 'none' ? 0 : Math.ceil(bodyLength / 2);
  }

  visit(type: number, bodyLength: number, bytes: Buffer, start: number, available: number): Verdict {
    const entry = this.#plan[this.#index] as Planned;
    expect(String.fromCharCode(type)).toBe(entry.type);
    expect(bodyLength).toBe(entry.body.length);
    expect(bytes.subarray(start, start + available).equals(entry.body.subarray(0, available))).toBe(true);
    if (this.#waited < entry.waits) {
      this.#waited += 1;
      return Verdict.wait;
    }
    this.#waited = 0;
    this.#index += 1;
    this.shown.push(entry.type);
    if (entry.before) this.scanner.insertBefore(before);
    if (entry.verdict === 'write') this.#write(written, 0, written.length);
    if (entry.after && entry.reads === 'all') this.scanner.insertAfter(after);
    return { ...Verdict, write: Verdict.drop }[entry.verdict];
  }

  /** A piece of the body of what was taken is written back, or inserted. */
  body(bytes: Buffer, start: number, end: number, rest: number): void {
    if (rest % 2 === 0) this.#write(bytes, start, end);
    else this.scanner.insertBefore(Buffer.from(bytes.subarray(start, end)));
  }

  #write(bytes: Buffer, start: number, end: number): void {
    const room = this.scanner.reserve(end - start);
    bytes.copy(room, this.scanner.roomAt, start, end);
    this.scanner.wrote(this.scanner.roomAt + end - start);
  }
}

const planned: fc.Arbitrary<Planned> = fc.record({
  type: fc.constantFrom('A', 'B', 'C'),
  body: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  reads: fc.constantFrom('all' as const, 'none' as const, 'part' as const),
  verdict: fc.constantFrom('forward' as const, 'drop' as const, 'write' as const, 'take' as const),
  waits: fc.constantFrom(0, 0, 0, 1, 2),
  before: fc.boolean(),
  after: fc.boolean(),
  passes: fc.constant(false),
});
const passing: fc.Arbitrary<Planned> = planned.map((entry) => ({ ...entry, type: 'D', passes: true }));
const plans = fc.array(fc.oneof(planned, planned, passing), { maxLength: 12 });

/** Cuts a stream at random places; resumes waiting messages between the pieces, and as often as needed at the end. */
function run(plan: readonly Planned[], cuts: readonly number[], resumeEach: boolean): Buffer {
  const stream = Buffer.concat(plan.map(bytesOf));
  const visitor = new PlannedVisitor(plan);
  const scanner = new MessageScanner(visitor);
  visitor.scanner = scanner;
  scanner.passThrough['D'.charCodeAt(0)] = 1;
  const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b);
  const output: Buffer[] = [];
  for (let index = 1; index < places.length; index++) {
    output.push(...scanner.push(stream.subarray(places[index - 1], places[index])));
    if (resumeEach) output.push(...scanner.resume());
  }
  while (scanner.waiting) output.push(...scanner.resume());
  expect(scanner.backlogBytes).toBe(0);
  expect(scanner.atBoundary).toBe(true);
  expect(visitor.shown).toEqual(plan.filter((entry) => !entry.passes).map((entry) => entry.type));
  return Buffer.concat(output);
}

describe('whatever the visitor says', () => {
  test('the output is the same for every split and every wait', () => {
    fc.assert(
      fc.property(plans, fc.array(fc.nat(), { maxLength: 30 }), fc.boolean(), (plan, cuts, resumeEach) => {
        expect(run(plan, cuts, resumeEach).toString('latin1')).toBe(model(plan).toString('latin1'));
      }),
      { numRuns: 2000 },
    );
  });

  test('the output is the same for one byte at a time', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const length = Buffer.concat(plan.map(bytesOf)).length;
        const everywhere = Array.from({ length }, (_, index) => index);
        expect(run(plan, everywhere, true).toString('latin1')).toBe(model(plan).toString('latin1'));
      }),
      { numRuns: 300 },
    );
  });
});

/** A visitor with one answer for everything. */
function scanner(verdict: Verdict, needed: (bodyLength: number) => number = () => 0): MessageScanner {
  return new MessageScanner({ bytesNeeded: (_, bodyLength) => needed(bodyLength), visit: () => verdict });
}

describe('buffers are forwarded as they arrived', () => {
  const messages = Buffer.concat([
    message('T', Buffer.alloc(30)),
    message('D', Buffer.alloc(90)),
    message('C'),
  ]);

  test('a chunk whose messages are all forwarded comes out as the very buffer, alone', () => {
    const chunk = Buffer.from(messages);
    const output = scanner(Verdict.forward).push(chunk);
    expect(output).toHaveLength(1);
    expect(output[0]).toBe(chunk);
  });

  test('so do chunks that begin and end within one large body', () => {
    const large = message('D', Buffer.alloc(200_000, 'x'));
    const subject = scanner(Verdict.forward);
    for (const place of [0, 65_536, 131_072, 196_608]) {
      const chunk = large.subarray(place, place + 65_536);
      const output = subject.push(chunk);
      expect(output).toHaveLength(1);
      expect(output[0]).toBe(chunk);
    }
    expect(subject.atBoundary).toBe(true);
  });

  test('a message that is dropped leaves what is around it where it was', () => {
    const parts = ['a', 'b', 'c'].map((type) => message(type, Buffer.from(`body of ${type}`)));
    const chunk = Buffer.concat(parts);
    const subject = new MessageScanner({
      bytesNeeded: () => 0,
      visit: (type) => (type === 'b'.charCodeAt(0) ? Verdict.drop : Verdict.forward),
    });
    const output = subject.push(chunk);
    expect(Buffer.concat(output).equals(Buffer.concat([parts[0] as Buffer, parts[2] as Buffer]))).toBe(true);
    for (const buffer of output) expect(buffer.buffer).toBe(chunk.buffer);
  });
});

describe('lengths', () => {
  test.each([0, 3, -1, -2147483648])('%i is no length of a message', (length) => {
    const thrown = () => scanner(Verdict.forward).push(messageClaiming('Q', length));
    expect(thrown).toThrow(Fault);
    expect(thrown).toThrow(/protocol violation/);
  });

  test('a claimed length reserves nothing', () => {
    const subject = scanner(Verdict.forward, (bodyLength) => bodyLength);
    const before = process.memoryUsage().arrayBuffers;
    expect(subject.push(messageClaiming('Q', 0x7fff_fff0, Buffer.alloc(10)))).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    expect(subject.backlogBytes).toBe(15);
  });

  test('a large message that is read whole is put together in linear time', () => {
    const time = (megabytes: number): number => {
      const whole = message('Q', Buffer.alloc(megabytes * 1024 * 1024));
      const subject = scanner(Verdict.forward, (bodyLength) => bodyLength);
      const begun = process.cpuUsage();
      for (let place = 0; place < whole.length; place += 4096)
        subject.push(whole.subarray(place, place + 4096));
      const { user, system } = process.cpuUsage(begun);
      return user + system;
    };
    const best = (megabytes: number): number => Math.min(...[1, 2, 3].map(() => time(megabytes)));
    // Copying anew for each piece would take 64 times as long.
    expect(best(64)).toBeLessThan(Math.max(best(8), 2000) * 32);
  });
});

test('what stood in front of a message that is refused altogether can be salvaged', () => {
  const good = message('a', Buffer.from('x'));
  const subject = new MessageScanner({
    bytesNeeded: (type) => {
      if (type === '!'.charCodeAt(0)) throw new Fault('protocol_violation', { what: 'x' });
      return 0;
    },
    visit: () => Verdict.forward,
  });
  expect(() => subject.push(Buffer.concat([good, good, message('!')]))).toThrow(Fault);
  expect(Buffer.concat(subject.salvage()).equals(Buffer.concat([good, good]))).toBe(true);
});

test('a forwarded body that has not arrived whole is no boundary', () => {
  const subject = scanner(Verdict.forward);
  subject.push(message('D', Buffer.alloc(100)).subarray(0, 50));
  expect(subject.atBoundary).toBe(false);
});
