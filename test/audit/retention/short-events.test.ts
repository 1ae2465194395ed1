// Events with hardly anything in them lose their subjects as others do, and say so in a line of the same length.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applyToPostgres, Expiry } from '../../../gateway/audit/index.ts';
import { EntryReader } from '../../../gateway/audit/query/source/entry.ts';
import { redactedEvent } from '../../../gateway/audit/retention/redaction.ts';
import { applyRetention, type RetentionRequest } from '../../../gateway/audit/retention/retention-job.ts';
import { systemClock } from '../../../gateway/lib/index.ts';
import { runCli } from '../../cli/run-cli.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { fillPostgres } from '../postgres-sink.ts';
import { draftOf, outcomeOf } from '../story.ts';

type Rules = RetentionRequest['rules'];

const day = 86_400_000;
const today = Date.parse('2026-06-01T12:00:00Z');
const ssn = { columns: ['public.customers.ssn'], labels: ['pii.ssn'] };
const byAge: Rules = [{ kind: 'statement', days: 30 }];
const byLabel: Rules = [{ label: 'pii', days: 30 }];
let stage: Stage;

beforeEach(async () => {
  stage = makeStage();
  let now = today - 100 * day;
  const journal = await stage.open({}, { clock: { ...systemClock, now: () => now } });
  for (const [text, members] of [
    ['SELECT of_the_simple_protocol FROM customers', { path: 'query' }],
    ['SELECT of_the_shortest FROM customers', { path: 'bind' }],
    ['SELECT of_nothing_else FROM customers', {}],
  ] as const) {
    const draft = draftOf({ who: 'human:ada', session: 'a', text, ...ssn });
    const statement = journal.append({ ...draft, members });
    journal.append(outcomeOf('a', statement, 1));
  }
  // No rule is about it: neither the segment nor the day goes as a whole.
  journal.append({ type: 'session.ended', session: 'z', members: {} });
  now = today;
  await journal.close();
});
afterEach(() => stage.remove());

describe('in a journal', () => {
  const apply = async (rules: Rules) =>
    (await applyRetention({ files: stage.files(), rules, held: [], now: today, isDry: false })).segments[0];
  const entries = async () => {
    const reader = new EntryReader();
    const lines = (await readFile(stage.files()[0] ?? '', 'utf8')).split('\n').filter((line) => line !== '');
    return lines.flatMap((line) => reader.read(line)).filter(({ event }) => event.session === 'a');
  };

  test.each<{ name: string; rules: Rules; redacted: number; left: readonly string[] }>([
    { name: 'by age', rules: byAge, redacted: 6, left: [] },
    { name: 'by label', rules: byLabel, redacted: 3, left: ['session'] },
  ])('$name, they are marked, and the chain is whole', async ({ rules, redacted, left }) => {
    const [file = ''] = stage.files();
    const { size } = await stat(file);
    expect(await apply(rules)).toMatchObject({ redacted });
    expect((await stat(file)).size).toBe(size);
    expect(stage.text()).not.toContain('FROM customers');
    expect(await stage.verify()).toMatchObject({ problem: undefined, redacted });
    for (const { event, subjects } of await entries()) {
      if (event.type !== 'statement.intent') continue;
      expect(event.redacted).toBe(rules === byAge ? 'age' : 'label');
      expect(Object.keys(subjects)).toEqual(left);
    }
    expect(await apply(rules)).toMatchObject({ redacted: 0, subjects: 0 });
  });

  test('what lost its details by its label loses the rest by its age', async () => {
    await apply(byLabel);
    expect(stage.text()).toContain('human:ada');
    expect(await apply(byAge)).toMatchObject({ redacted: 6 });
    expect(stage.text()).not.toContain('human:ada');
    expect((await entries()).map(({ event }) => event.redacted)).toEqual(Array(6).fill('age'));
    expect(await stage.verify()).toMatchObject({ problem: undefined, redacted: 6 });
    expect(await apply(byAge)).toMatchObject({ redacted: 0, subjects: 0 });
  });
});

test('a line without room for the mark names fewer subjects, and keeps its length', () => {
  const lines = stage.text().split('\n');
  const [line = ''] = lines.filter((each) => each.includes(',"path":"bind","hash"'));
  const { path: _, shapes, ...place } = JSON.parse(line);
  const { session } = shapes;
  expect(JSON.parse(redactedEvent(line, 'age') ?? '')).toEqual({ ...place, redacted: 'age' });
  expect(JSON.parse(redactedEvent(line, 'label') ?? '')).toEqual({
    ...place,
    ...{ shapes: { session }, redacted: 'label' },
  });
  for (const because of ['age', 'label'] as const)
    expect(redactedEvent(line, because)).toHaveLength(line.length);
});

describe('in PostgreSQL', () => {
  let server: Postgres;
  let folder: string;
  let owner: pg.Client;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-short-events-'));
    url = await fillPostgres(server, folder, stage.folder);
    owner = new pg.Client({ connectionString: url });
    await owner.connect();
  });
  afterEach(async () => {
    await owner.end();
    await rm(folder, { recursive: true, force: true });
  });

  const all = async () => {
    const events = await owner.query(
      `SELECT principal, event FROM portcullis_audit.events WHERE session = 'a'`,
    );
    const subjects = await owner.query('SELECT subject FROM portcullis_audit.subjects');
    return JSON.stringify([events.rows, subjects.rows]);
  };
  const apply = (rules: Rules) => applyToPostgres(owner, new Expiry(rules, today), [], false);
  const verify = async () => {
    const { code, stdout } = await runCli(['audit', 'verify', '--audit', url]);
    expect(code, stdout).toBe(0);
  };

  test('what lost its details by its label loses the rest by its age', async () => {
    await apply(byLabel);
    expect(await all()).toContain('human:ada');
    expect(await all()).not.toContain('FROM customers');
    await verify();
    await apply(byAge);
    expect(await all()).not.toContain('human:ada');
    await verify();
  });
});
