// A statement that has a time: over it, it is cancelled at the server, and says why.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Exchange } from '../../gateway/session/exchange.ts';
import { Expectation, Kind } from '../../gateway/session/expectation.ts';
import type { Effect, Statement } from '../../gateway/session/index.ts';
import { frontend as f, summary } from '../support/raw-client.ts';
import { Stage } from './support.ts';

const overdue = 'the statement was cancelled: it took longer than the 20 ms that the policy gives it';

describe('a statement that has 20 ms', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage.stop());

  const limitSleepers = ({ text }: Statement): Effect =>
    text?.includes('pg_sleep') ? { kind: 'allow', milliseconds: 20 } : { kind: 'allow' };

  test('is cancelled, and the session goes on', async () => {
    const client = await stage.open();
    stage.decide = limitSleepers;
    const answer = await client.query('SELECT pg_sleep(3600)');
    expect(summary(answer)).toBe('T E(57014) Z(I)');
    expect(answer.find(({ type }) => type === 'E')?.fields.M).toBe(overdue);
    expect(summary(await client.query('SELECT 1'))).toBe('T D C(SELECT 1) Z(I)');
  });

  test('fails its transaction as an error of the server does', async () => {
    const client = await stage.open();
    stage.decide = limitSleepers;
    await client.query('BEGIN');
    expect(summary(await client.query('SELECT pg_sleep(3600)'))).toBe('T E(57014) Z(E)');
    expect(summary(await client.query('ROLLBACK'))).toBe('C(ROLLBACK) Z(I)');
  });

  test('keeps it when it was prepared, each time that it runs', async () => {
    const client = await stage.open();
    stage.decide = limitSleepers;
    client.send(f.parse('SELECT pg_sleep(3600)', 'sleeper'), f.sync());
    await client.until('Z');
    for (let time = 0; time < 2; time++) {
      client.send(f.bind({ statement: 'sleeper' }), f.execute(), f.sync());
      expect(summary(await client.until('Z'))).toBe('2 E(57014) Z(I)');
    }
  });

  test('that ends in time takes nothing from the next one', async () => {
    const client = await stage.open();
    stage.decide = ({ text }) =>
      text?.includes('pg_sleep') ? { kind: 'allow' } : { kind: 'allow', milliseconds: 3_600_000 };
    await client.query('SELECT 1');
    expect(summary(await client.query('SELECT pg_sleep(0.1)'))).toBe('T D C(SELECT 1) Z(I)');
  });
});

describe('the time', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const plain = (kind: Kind) => new Expectation(kind);
  const limited = (kind: Kind) => new Expectation(kind, { to: 'client', milliseconds: 20 });
  /** An exchange with these in flight, and how often something was overdue. */
  const inFlight = (...sent: readonly Expectation[]) => {
    const times = { over: 0 };
    const onOverdue = () => {
      times.over += 1;
    };
    const exchange = new Exchange({}, () => undefined, onOverdue);
    for (const each of sent) exchange.sent(each);
    return { exchange, times };
  };

  test('runs from when what was sent before is answered', () => {
    const [first, second, third] = [plain(Kind.query), limited(Kind.query), plain(Kind.query)];
    const { exchange, times } = inFlight(first, second, third);
    vi.advanceTimersByTime(1_000);
    exchange.done();
    vi.advanceTimersByTime(19);
    expect([times.over, second.overdue]).toEqual([0, false]);
    vi.advanceTimersByTime(1);
    expect([times.over, second.overdue, third.overdue]).toEqual([1, true, false]);
  });

  test('is over again while there is no answer: a cancel may have come too early', () => {
    const { exchange, times } = inFlight(limited(Kind.query));
    vi.advanceTimersByTime(20 + 2_000);
    expect(times.over).toBe(3);
    exchange.done();
    vi.advanceTimersByTime(10_000);
    expect(times.over).toBe(3);
  });

  test('ends with the answer', () => {
    const { exchange, times } = inFlight(limited(Kind.query), plain(Kind.query));
    exchange.done();
    vi.advanceTimersByTime(1_000);
    exchange.done();
    vi.advanceTimersByTime(1_000);
    expect(times.over).toBe(0);
  });

  test('runs while Bind before it is unanswered, as the server answers both at once', () => {
    const execute = limited(Kind.execute);
    const { times } = inFlight(plain(Kind.bind), execute, plain(Kind.sync));
    vi.advanceTimersByTime(20);
    expect([times.over, execute.overdue]).toEqual([1, true]);
  });

  test('is the sum where nobody can tell which of several takes it', () => {
    const several = [limited(Kind.execute), limited(Kind.execute), limited(Kind.execute)];
    const { times } = inFlight(...several, plain(Kind.sync), limited(Kind.execute));
    vi.advanceTimersByTime(59);
    expect(times.over).toBe(0);
    vi.advanceTimersByTime(1);
    expect(several.every(({ overdue: late }) => late)).toBe(true);
    expect(times.over).toBe(1);
  });
});
