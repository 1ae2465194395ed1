// What auditors ask, of a journal, of an export and of PostgreSQL: the same answers everywhere.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../gateway/lib/index.ts';
import { runCli } from '../../cli/run-cli.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { tell } from '../story.ts';
import { Places, placeNames } from './places.ts';

const ssn = ['public.customers.ssn'];
let stage: Stage;
let folder: string;
let places: Places;
const ids: Record<string, string> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-query-'));
  stage = makeStage();
  let now = Date.parse('2026-03-01T10:00:00Z');
  const clock = { ...systemClock, now: () => now };
  const journal = await stage.open({ journal: { segment_bytes: 65_536 } }, { clock });
  ids.read = tell(
    journal,
    {
      who: 'human:ada',
      session: 'a',
      text: 'SELECT ssn FROM customers',
      columns: ssn,
      labels: ['pii.ssn'],
      decision: 'd-1',
    },
    7,
  );
  // Enough of something else for several segments.
  for (let at = 0; at < 200; at += 1)
    tell(journal, {
      who: 'service:shop',
      session: `s${at}`,
      text: `SELECT ${at} FROM orders`,
      columns: [`public.orders_${at}.id`],
    });
  now += 86_400_000;
  tell(journal, {
    who: 'agent:bot',
    session: 'b',
    text: 'SELECT ssn FROM customers WHERE true',
    columns: ssn,
    labels: ['pii.ssn'],
    effect: 'mask',
    rule: 'labels.mask',
  });
  tell(journal, {
    who: 'agent:bot',
    session: 'b',
    text: 'UPDATE customers SET ssn = $1',
    kind: 'update',
    columns: ssn,
    used: ['write_target'],
  });
  tell(journal, {
    who: 'agent:eve',
    session: 'c',
    text: 'COPY customers TO STDOUT',
    columns: ssn,
    effect: 'deny',
    rule: 'labels.copy',
    decision: 'd-2',
  });
  tell(journal, {
    who: 'agent:bot',
    session: 'b',
    text: 'DELETE FROM orders',
    kind: 'delete',
    columns: ['public.orders.id'],
    effect: 'require_approval',
    rule: 'writes.without_key',
  });
  ids.approved = tell(journal, {
    who: 'agent:bot',
    session: 'b',
    text: 'DELETE FROM orders',
    kind: 'delete',
    columns: ['public.orders.id'],
    approvers: ['human:dba'],
  });
  await journal.close();
  places = await Places.of(stage, folder);
}, 120_000);
afterAll(async () => {
  stage.remove();
  await places.stop();
  await rm(folder, { recursive: true, force: true });
});

const ask = (place: string, ...words: string[]) => places.ask(place, ...words);
const texts = (events: Record<string, unknown>[]) =>
  events.map(
    ({ type, subjects }) =>
      `${type} ${(subjects as { statement?: { text?: string } }).statement?.text ?? ''}`,
  );

describe.each(placeNames)('of %s', (place) => {
  test('who read a column: without those who wrote it or were refused', async () => {
    const counts = await ask(place, '--column', 'public.customers.ssn');
    expect(counts.map(({ value, times }) => [value, times])).toEqual([
      ['agent:bot', 1],
      ['human:ada', 1],
    ]);
    expect(counts[1]).toMatchObject({ first: '2026-03-01T10:00:00.000Z', last: '2026-03-01T10:00:00.000Z' });
  });

  test('the statements that read it, with their outcomes, the newest first', async () => {
    const events = await ask(place, '--column', 'public.customers.ssn', '--events');
    expect(texts(events)).toEqual([
      'statement.refused COPY customers TO STDOUT',
      'statement.intent SELECT ssn FROM customers WHERE true',
      'statement.intent SELECT ssn FROM customers',
    ]);
    expect(events[2]).toMatchObject({ id: ids.read, outcome: { rows: 7 } });
  });

  test('of a time alone', async () => {
    const words = ['--label', 'pii.ssn', '--since', '2026-03-01', '--until', '2026-03-02'];
    expect((await ask(place, ...words)).map(({ value }) => value)).toEqual(['human:ada']);
  });

  test('what an agent did', async () => {
    expect(texts(await ask(place, '--principal', 'agent:bot'))).toEqual([
      'statement.intent DELETE FROM orders',
      'statement.held DELETE FROM orders',
      'statement.intent UPDATE customers SET ssn = $1',
      'statement.intent SELECT ssn FROM customers WHERE true',
    ]);
  });

  test('what was refused, and by which rule', async () => {
    expect(texts(await ask(place, '--refused'))).toEqual(['statement.refused COPY customers TO STDOUT']);
    expect(await ask(place, '--refused', '--by', 'rule')).toMatchObject([{ value: 'labels.copy', times: 1 }]);
    expect(await ask(place, '--refused', '--rule', 'another')).toEqual([]);
  });

  test('what ran by an approval, and by whose', async () => {
    expect(await ask(place, '--approved')).toMatchObject([{ id: ids.approved }]);
    expect(await ask(place, '--approver', 'human:dba')).toMatchObject([{ id: ids.approved }]);
    expect(await ask(place, '--approver', 'human:ada')).toEqual([]);
  });

  test('everything of a session, a decision, a statement', async () => {
    expect(await ask(place, '--session', 'a')).toMatchObject([{ id: ids.read }]);
    expect(await ask(place, '--id', 'd-2')).toMatchObject([{ type: 'statement.refused', session: 'c' }]);
    const types = (await ask(place, '--id', ids.read ?? '')).map(({ type }) => type);
    expect(types.toSorted()).toEqual(['statement.intent', 'statement.outcome']);
    expect(await ask(place, '--id', 'd-404')).toEqual([]);
  });
});

test('segments have indexes afterwards, exports do not', async () => {
  expect((await readdir(join(stage.folder, 'index'))).length).toBe(stage.files().length);
  expect(await readdir(folder)).not.toContain('index');
});

test('a page says who, what and what became of it', async () => {
  const { stdout } = await runCli([
    'audit',
    'query',
    '--audit',
    places.get('journal'),
    '--principal',
    'agent:bot',
  ]);
  const lines = stdout.split('\n');
  expect(lines[0]).toMatch(/^time \(UTC\) +who +what/);
  expect(lines[1]).toMatch(/^2026-03-02 10:00:00 {2}agent:bot .*1 row.* DELETE FROM orders/);
  expect(stdout).toContain('human:dba');
  expect(stdout).toContain('[labels.mask]');
});

test.each([
  { name: 'a column without its table', words: ['--column', 'ssn'], says: 'SCHEMA.TABLE.COLUMN' },
  { name: 'a time that is none', words: ['--since', 'lately'], says: 'is no time' },
  { name: 'a count by something else', words: ['--by', 'moon'], says: 'one of principal, rule, type, day' },
])('$name is refused', async ({ words, says }) => {
  const { code, stderr } = await runCli(['audit', 'query', '--audit', places.get('journal'), ...words]);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
});
