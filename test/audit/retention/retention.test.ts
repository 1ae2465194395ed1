// What has had its time goes, what is held stays, and the chain can be verified afterwards.
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applyToPostgres, Expiry, type HoldScope } from '../../../gateway/audit/index.ts';
import { redactedEvent, withoutSubject } from '../../../gateway/audit/retention/redaction.ts';
import { applyRetention, type RetentionRequest } from '../../../gateway/audit/retention/retention-job.ts';
import { systemClock } from '../../../gateway/lib/index.ts';
import { runCli } from '../../cli/run-cli.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { fillPostgres } from '../postgres-sink.ts';
import { type StoryStatement, tell } from '../story.ts';

const day = 86_400_000;
const today = Date.parse('2026-06-01T12:00:00Z');
const ssn = { columns: ['public.customers.ssn'], labels: ['pii.ssn'] };
let stage: Stage;
let folder: string;

const told: readonly (StoryStatement & { daysAgo: number })[] = [
  { daysAgo: 400, who: 'human:ada', session: 'old', text: 'SELECT old_secret FROM orders' },
  { daysAgo: 100, who: 'human:ada', session: 'a', text: 'SELECT labelled FROM customers', ...ssn },
  { daysAgo: 100, who: 'agent:bot', session: 'b', text: 'SELECT unlabelled FROM orders' },
  { daysAgo: 5, who: 'human:ada', session: 'n', text: 'SELECT new_labelled FROM customers', ...ssn },
];
const rules: RetentionRequest['rules'] = [
  { kind: 'statement', days: 365 },
  { label: 'pii', days: 30 },
];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-retention-'));
  stage = makeStage();
  let now = 0;
  const journal = await stage.open({}, { clock: { ...systemClock, now: () => now } });
  for (const statement of told) {
    now = today - statement.daysAgo * day;
    tell(journal, statement);
  }
  await journal.close();
});
afterEach(async () => {
  stage.remove();
  await rm(folder, { recursive: true, force: true });
});

const apply = (held: readonly HoldScope[] = [], more: Partial<RetentionRequest> = {}) =>
  applyRetention({
    ...{ files: stage.files(), recordings: join(folder, 'none'), rules, held, now: today, isDry: false },
    ...more,
  });
const words = (text: string) =>
  ['old_secret', 'labelled FROM c', 'unlabelled', 'new_labelled'].filter((word) => text.includes(word));

describe('of a journal', () => {
  test('details go by age and by label, sizes stay, and the chain is whole', async () => {
    const [file = ''] = stage.files();
    const { size } = await stat(file);
    expect(words(stage.text())).toHaveLength(4);
    const { segments } = await apply();
    expect(segments).toMatchObject([{ events: 8, held: 0, redacted: 3, isOver: false }]);
    expect(words(stage.text())).toEqual(['labelled FROM c', 'unlabelled', 'new_labelled']);
    expect(stage.text()).not.toContain('SELECT labelled');
    expect(stage.text()).not.toContain('a parameter of a"');
    expect((await stat(file)).size).toBe(size);
    const report = await stage.verify();
    expect(report.problem).toBeUndefined();
    expect(report.redacted).toBe(3);
  });

  test('a dry run says the same and changes nothing', async () => {
    const before = stage.text();
    expect((await apply([], { isDry: true })).segments).toMatchObject([{ redacted: 3 }]);
    expect(stage.text()).toBe(before);
  });

  test('again, there is nothing more to do', async () => {
    await apply();
    const before = stage.text();
    expect((await apply()).segments).toMatchObject([{ redacted: 0, subjects: 0 }]);
    expect(stage.text()).toBe(before);
  });

  test.each<{ name: string; hold: HoldScope; keeps: readonly string[] }>([
    { name: 'a principal', hold: { principal: 'human:ada' }, keeps: ['old_secret', 'SELECT labelled'] },
    { name: 'a session', hold: { session: 'old' }, keeps: ['old_secret'] },
    { name: 'a label', hold: { label: 'pii' }, keeps: ['SELECT labelled'] },
    { name: 'a relation', hold: { relation: 'public.customers' }, keeps: ['SELECT labelled'] },
    { name: 'a resource', hold: { resource: 'shop' }, keeps: ['old_secret', 'SELECT labelled'] },
    { name: 'another resource', hold: { resource: 'other' }, keeps: [] },
    { name: 'a time', hold: { since: '2026-02-01T00:00:00.000Z' }, keeps: ['SELECT labelled'] },
    { name: 'everything', hold: {}, keeps: ['old_secret', 'SELECT labelled'] },
  ])('a hold on $name keeps what it names', async ({ hold, keeps }) => {
    await apply([hold]);
    const text = stage.text();
    expect(['old_secret', 'SELECT labelled'].filter((word) => text.includes(word))).toEqual(keeps);
    expect((await stage.verify()).problem).toBeUndefined();
  });

  test('the outcome of a held statement is held with it', async () => {
    const { segments } = await apply([{ principal: 'human:ada', until: '2026-01-01T00:00:00.000Z' }]);
    expect(segments).toMatchObject([{ held: 2 }]);
  });

  test('a segment is over when nothing in it has time left, and only then', async () => {
    const over = await apply([], { rules: [{ kind: 'all', days: 1 }], isDry: true });
    expect(over.segments).toMatchObject([{ isOver: true }]);
    const held = await apply([{ session: 'n' }], { rules: [{ kind: 'all', days: 1 }], isDry: true });
    expect(held.segments).toMatchObject([{ isOver: false, held: 2 }]);
  });

  test('a change that calls itself redacted is found where the chain attests something else', async () => {
    await apply();
    const [file = ''] = stage.files();
    const text = await readFile(file, 'utf8');
    const at = text.indexOf('"redacted":"age"');
    const hash = text.indexOf('"hash":"', at) + '"hash":"'.length;
    await writeFile(file, `${text.slice(0, hash)}${text[hash] === 'A' ? 'B' : 'A'}${text.slice(hash + 1)}`);
    expect((await stage.verify()).problem).toBeDefined();
  });

  test('what a policy would have done with them cannot be said any more', async () => {
    await apply();
    const { stdout } = await runCli([
      'audit',
      'query',
      '--audit',
      stage.folder,
      '--principal',
      'human:ada',
      '--json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject([{ session: 'n' }, { session: 'a', redacted: 'label' }]);
  });
});

test('lines without details are as long as before, in bytes', () => {
  const line =
    stage
      .text()
      .split('\n')
      .find((each) => each.includes('a parameter of b')) ?? '';
  const redacted = redactedEvent(line, 'age') ?? '';
  expect(Buffer.byteLength(redacted)).toBe(Buffer.byteLength(line));
  expect(JSON.parse(redacted)).toMatchObject({ redacted: 'age', hash: JSON.parse(line).hash });
  expect(redactedEvent(redacted, 'label')).toBeUndefined();
  const subject = `{"shape":"${'A'.repeat(43)}","subject":{"text":"é long enough to be something"}}`;
  expect(Buffer.byteLength(withoutSubject(subject) ?? '')).toBe(Buffer.byteLength(subject));
});

describe('of recordings', () => {
  const recordings = async (): Promise<string> => {
    for (const [name, daysAgo] of [
      ['2030-01-31/one-a.rec', 100],
      ['2030-05-01/two-b.rec', 1],
    ] as const) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), 'x');
      await utimes(join(folder, name), (today - daysAgo * day) / 1000, (today - daysAgo * day) / 1000);
    }
    return folder;
  };
  const kept = { kind: 'recording', days: 30 } as const;

  test('old ones go', async () => {
    const report = await apply([], { rules: [kept], recordings: await recordings() });
    const removed = [{ file: '2030-01-31/one-a.rec', session: 'one-a' }];
    expect(report.recordings).toEqual({ deleted: 1, held: 0, removed });
  });

  test.each<HoldScope>([{ session: 'one-a' }, { principal: 'somebody' }, {}])(
    '%j keeps them',
    async (hold) => {
      const report = await apply([hold], { rules: [kept], recordings: await recordings() });
      expect(report.recordings).toEqual({ deleted: 0, held: 1, removed: [] });
    },
  );
});

describe('of PostgreSQL', () => {
  let server: Postgres;
  let owner: pg.Client;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = await fillPostgres(server, folder, stage.folder);
    owner = new pg.Client({ connectionString: url });
    await owner.connect();
  });
  afterEach(() => owner.end());

  const all = async () => {
    const events = await owner.query('SELECT event FROM portcullis_audit.events');
    const subjects = await owner.query('SELECT subject FROM portcullis_audit.subjects');
    return JSON.stringify([events.rows, subjects.rows]);
  };
  const run = (held: readonly HoldScope[] = [], isDry = false) =>
    applyToPostgres(owner, new Expiry(rules, today), held, isDry);

  test('the oldest day goes as a whole, others lose what had its time', async () => {
    const dry = await run([], true);
    expect(words(await all())).toHaveLength(4);
    const done = await run();
    expect(done).toEqual(dry);
    expect(done.find(({ redacted }) => redacted > 0)).toMatchObject({
      day: '2026-02-21',
      dropped: false,
      redacted: 1,
    });
    expect(done.some(({ dropped }) => dropped)).toBe(true);
    expect(words(await all())).toEqual(['labelled FROM c', 'unlabelled', 'new_labelled']);
    expect(await all()).not.toContain('SELECT labelled');
    expect(await run()).toEqual([]);
  });

  test.each<{ hold: HoldScope; keeps: readonly string[] }>([
    { hold: { principal: 'human:ada' }, keeps: ['old_secret', 'SELECT labelled'] },
    { hold: { label: 'pii' }, keeps: ['SELECT labelled'] },
    { hold: { relation: 'public.customers' }, keeps: ['SELECT labelled'] },
    { hold: { resource: 'shop' }, keeps: ['old_secret', 'SELECT labelled'] },
    { hold: { session: "old'; DROP TABLE x; --" }, keeps: [] },
    { hold: {}, keeps: ['old_secret', 'SELECT labelled'] },
  ])('a hold on $hold keeps what it names, with its outcome', async ({ hold, keeps }) => {
    await run([hold]);
    const text = await all();
    expect(['old_secret', 'SELECT labelled'].filter((word) => text.includes(word))).toEqual(keeps);
    if (!keeps.includes('old_secret')) return;
    expect(text).toContain('"tag":"SELECT 1"');
  });
});
