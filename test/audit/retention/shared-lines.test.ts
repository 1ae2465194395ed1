// Events that share a line go together, or stay together while one of them is held; so do their rows.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applyToPostgres, Expiry, type HoldScope } from '../../../gateway/audit/index.ts';
import { EntryReader } from '../../../gateway/audit/query/source/entry.ts';
import { isRedacted } from '../../../gateway/audit/retention/redaction.ts';
import { applyRetention, type RetentionRequest } from '../../../gateway/audit/retention/retention-job.ts';
import { runCli } from '../../cli/run-cli.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { fillPostgresWith } from '../postgres-sink.ts';
import { bytesOf, type Happened, SharedLines } from './shared-lines.ts';

const day = 86_400_000;
const today = Date.parse('2026-06-01T12:00:00Z');
const rules: RetentionRequest['rules'] = [
  { kind: 'statement', days: 365 },
  { label: 'pii', days: 30 },
];
const by = (who: string, session: string, more: object = {}): Happened => ({
  ...{ who, session, text: `SELECT text_of_${session} FROM orders` },
  ...more,
});
const done = (outcomeOf: string): Happened => ({ outcomeOf });

let folder: string;
let file: string;
let before: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-shared-lines-'));
  file = join(folder, '000000000001.jsonl');
  const lines = new SharedLines();
  const old = today - 400 * day;
  // 1 to 3, 4 to 6, and 7: on a day that is over. 8 and 9: on the day after, which is over too. 10 and 11 are new.
  lines.add(old, [by('human:ada', 'a'), by('agent:bot', 'b'), done('a')]);
  lines.add(old + 1, [done('b'), by('human:cleo', 'é'), by('human:dan', 'd')]);
  lines.add(old + 2, [done('d')]);
  lines.add(old + day, [done('é'), by('human:eve', 'e', { columns: ['public.customers.name'] })]);
  lines.add(today - 5 * day, [done('e'), by('human:ada', 'n')]);
  before = lines.text;
  await writeFile(file, before);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Kept = Readonly<{ hold: HoldScope; name: string; kept: readonly number[] }>;
const holds: readonly Kept[] = [
  { name: 'nothing', hold: { session: 'nobody' }, kept: [] },
  { name: 'a session of two in a line', hold: { session: 'a' }, kept: [1, 2, 3] },
  {
    name: 'a principal, with the outcome in the next line',
    hold: { principal: 'agent:bot' },
    kept: [1, 2, 3, 4, 5, 6],
  },
  { name: 'one whose outcome shares no line', hold: { principal: 'human:dan' }, kept: [4, 5, 6, 7] },
  {
    name: 'one whose outcome came on the next day',
    hold: { principal: 'human:cleo' },
    kept: [4, 5, 6, 8, 9],
  },
  { name: 'a relation', hold: { relation: 'public.customers' }, kept: [8, 9, 10, 11] },
  { name: 'a resource', hold: { resource: 'shop' }, kept: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
  { name: 'everything', hold: {}, kept: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
];
const over = [1, 2, 3, 4, 5, 6, 7, 8, 9];

describe('in a journal', () => {
  const apply = async (held: readonly HoldScope[] = [], more: Partial<RetentionRequest> = {}) => {
    const request = { files: [file], rules, held, now: today, isDry: false, ...more };
    return (await applyRetention(request)).segments[0];
  };
  const events = async () => {
    const reader = new EntryReader();
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
    const all = lines.flatMap((line) => reader.read(line));
    expect(reader.unreadable).toBe(0);
    return all;
  };

  test('a line goes as a whole, with its place, its hash and its length', async () => {
    const was = await events();
    expect(await apply()).toMatchObject({ events: 11, held: 0, redacted: 9, isOver: false });
    const text = await readFile(file, 'utf8');
    expect(bytesOf(text)).toEqual(bytesOf(before));
    expect(text).not.toContain('a parameter of é');
    expect(text).not.toContain('text_of_a ');
    const lines = text.split('\n').filter((line) => line.includes('"type":"statements"'));
    expect(lines.map(isRedacted)).toEqual([true, true, true, true, false]);
    const is = await events();
    for (const [at, { event }] of was.entries()) {
      const { parameters, path, outcome, ...place } = event;
      if (event.seq > 9) expect(is[at]?.event).toEqual(event);
      else
        expect(is[at]?.event).toEqual({
          ...place,
          redacted: 'age',
          sealed: { ...(place.sealed as object), check: 0 },
        });
    }
  });

  test('a dry run says the same, and the next one finds nothing more to do', async () => {
    const dry = await apply([], { isDry: true });
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(await apply()).toEqual(dry);
    const after = await readFile(file, 'utf8');
    expect(await apply()).toMatchObject({ events: 11, redacted: 0, subjects: 0 });
    expect(await readFile(file, 'utf8')).toBe(after);
  });

  test.each(holds)('a hold on $name', async ({ hold, kept }) => {
    const goes = over.filter((seq) => !kept.includes(seq));
    expect(await apply([hold])).toMatchObject({ held: kept.length, redacted: goes.length });
    for (const { event, subjects } of await events()) {
      const isGone = goes.includes(event.seq);
      expect(event.redacted, `${event.seq}`).toBe(isGone ? 'age' : undefined);
      // What a line that stays names is there, also of those whom the hold doesn't name.
      if (!isGone && event.shapes !== undefined)
        expect(Object.keys(subjects)).toEqual(['session', 'statement']);
    }
    expect(bytesOf(await readFile(file, 'utf8'))).toEqual(bytesOf(before));
    const { code, stdout } = await runCli(['audit', 'verify', '--audit', folder]);
    expect(code, stdout).toBe(0);
  });

  test('a segment is over when all events of all lines are', async () => {
    const short: RetentionRequest['rules'] = [{ kind: 'all', days: 1 }];
    expect(await apply([], { rules: short, isDry: true })).toMatchObject({ isOver: true });
    expect(await apply([{ session: 'b' }], { rules: short, isDry: true })).toMatchObject({
      isOver: false,
      held: 6,
    });
  });
});

describe('in PostgreSQL', () => {
  let server: Postgres;
  let owner: pg.Client;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    const reader = new EntryReader();
    const entries = before.split('\n').flatMap((line) => (line === '' ? [] : reader.read(line)));
    url = await fillPostgresWith(server, folder, entries);
    owner = new pg.Client({ connectionString: url });
    await owner.connect();
  });
  afterEach(() => owner.end());

  const run = (held: readonly HoldScope[], isDry = false) =>
    applyToPostgres(owner, new Expiry(rules, today), held, isDry);
  const rows = async () =>
    (await owner.query('SELECT seq::int, event FROM portcullis_audit.events ORDER BY seq')).rows;

  test.each(holds)('a hold on $name', async ({ hold, kept }) => {
    const dry = await run([hold], true);
    expect((await rows()).length).toBe(11);
    expect(await run([hold])).toEqual(dry);
    const left = await rows();
    for (const { seq, event } of left) {
      expect(event.redacted, `${seq}`).toBe(over.includes(seq) && !kept.includes(seq) ? 'age' : undefined);
      if (event.redacted === undefined) continue;
      expect(Object.keys(event).sort()).toEqual(
        [...(event.shapes ? ['shapes'] : []), 'chain', 'hash', 'id', 'previous', 'redacted', 'sealed', 'seq']
          .concat(['session', 'statement', 'time', 'type', 'version'])
          .sort(),
      );
      expect(event.sealed).toEqual({ check: 0, count: expect.any(Number), first: expect.any(Number) });
    }
    // Days of which nothing is kept, and none before them, are gone with all that was in them.
    const isThere = (seq: number) => left.some((row) => row.seq === seq);
    expect(over.filter((seq) => kept.includes(seq) && !isThere(seq))).toEqual([]);
    expect(isThere(1)).toBe(kept.some((seq) => seq <= 7));
    expect(await run([hold])).toEqual([]);
    const { code, stdout } = await runCli(['audit', 'verify', '--audit', url]);
    expect(code, stdout).toBe(0);
  });

  test('what two holds keep of a line is counted once', async () => {
    const report = await run([{ session: 'd' }, { principal: 'human:cleo' }]);
    expect(report).toMatchObject([{ dropped: false, held: 4, redacted: 3 }]);
  });
});
