// `portcullis policy diff --from-audit`: what another policy would have done with what was recorded.
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setAside } from '../../../gateway/audit/shipping/set-aside.ts';
import { systemClock } from '../../../gateway/lib/index.ts';
import { runCli } from '../../cli/run-cli.ts';
import { smallRepository } from '../../policy/commands/small-repository.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { fillPostgres } from '../postgres-sink.ts';
import { tell } from '../story.ts';

let stage: Stage;
let folder: string;
let server: Postgres;
const bundles: Record<string, string> = {};
const places: Record<string, string> = {};

const rules = (more: string) => `package gateway.statement

# METADATA
# entrypoint: true
default decision := {"effect": "deny", "rule": "small.statement"}

${more}
`;

async function build(name: string, more: string): Promise<void> {
  const repository = await smallRepository({ 'policies/gateway/statement.rego': rules(more) });
  bundles[name] = join(folder, `${name}.tar.gz`);
  const built = await runCli([
    'policy',
    'build',
    repository,
    '--unsigned',
    '--revision',
    name,
    '-o',
    bundles[name],
  ]);
  expect(built.code, built.stderr).toBe(0);
  await rm(repository, { recursive: true });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-what-if-'));
  await build(
    'same',
    `decision := {"effect": "allow", "rule": "small.read"} if input.statement.kind == "select"`,
  );
  await build(
    'next',
    `decision := {"effect": "deny", "rule": "next.customers", "reason": "Customers are closed."} if {
	some relation in input.statement.relations
	relation.name == "customers"
} else := {"effect": "allow", "rule": "next.write"} if input.statement.kind == "insert"

else := {"effect": "allow", "rule": "small.read", "limits": {"max_rows": 10}} if input.session.application_name == "psql"`,
  );
  await build(
    'claims',
    `decision := {"effect": "allow", "rule": "small.read"} if input.identity.claims.team == "x"`,
  );
  stage = makeStage();
  let now = Date.now() - 10 * 86_400_000;
  const journal = await stage.open({}, { clock: { ...systemClock, now: () => now } });
  const read = { rule: 'small.read', text: 'SELECT ssn FROM customers', columns: ['public.customers.ssn'] };
  tell(journal, { ...read, who: 'human:old', session: 'old' });
  now += 9 * 86_400_000;
  for (const at of [1, 2, 3, 4, 5]) tell(journal, { ...read, who: 'human:ada', session: `a${at}` });
  tell(journal, { ...read, who: 'human:bob', session: 'b' });
  const insert = {
    kind: 'insert',
    text: 'INSERT INTO orders …',
    columns: ['public.orders.id'],
    used: ['write_target'],
  };
  tell(journal, { ...insert, who: 'agent:bot', session: 'c', effect: 'deny', rule: 'small.statement' });
  tell(journal, { rule: 'small.read', who: 'agent:bot', session: 'c', text: 'SELECT 1' });
  tell(journal, {
    rule: 'small.read',
    who: 'agent:cut',
    session: 'd',
    text: 'SELECT 2',
    inputCut: 'claims are left out: team',
  });
  tell(journal, {
    rule: 'small.read',
    who: 'agent:cut',
    session: 'd',
    text: 'SELECT 3',
    inputCut: 'texts in it looked like secrets',
  });
  await journal.close();
  places.journal = stage.folder;
  places.export = join(folder, 'all.jsonl');
  await runCli(['audit', 'export', '--audit', stage.folder, '-o', places.export]);
  server = await startPostgres();
  places.postgres = await fillPostgres(server, folder, stage.folder);
}, 180_000);
afterAll(async () => {
  stage.remove();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const diff = (place: string, bundle: string, ...words: string[]) =>
  runCli(['policy', 'diff', '--from-audit', '--audit', places[place] ?? '', ...words, bundles[bundle] ?? '']);

const secrets = 'the recorded input is not whole: texts in it looked like secrets';

describe.each(['journal', 'export', 'postgres'])('of %s', (place) => {
  test('the changes by rule, with whose they are, and what could not be judged', async () => {
    const { code, stdout, stderr } = await diff(place, 'next', '--since', '7d', '--json');
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    const { changes, unjudged, ...counts } = JSON.parse(stdout);
    expect(counts).toMatchObject({ new: 'next', recorded: 10, judged: 9 });
    expect(changes.map((each: Record<string, unknown>) => ({ ...each, examples: undefined }))).toEqual([
      {
        ...{ becomes: 'newly-allowed', direction: 'loosened', count: 1, principals: { 'agent:bot': 1 } },
        ...{ from: { effect: 'deny', rule: 'small.statement' }, to: { effect: 'allow', rule: 'next.write' } },
      },
      {
        ...{
          becomes: 'newly-denied',
          direction: 'tightened',
          count: 6,
          principals: { 'human:ada': 5, 'human:bob': 1 },
        },
        ...{ from: { effect: 'allow', rule: 'small.read' }, to: { effect: 'deny', rule: 'next.customers' } },
      },
      {
        ...{ becomes: 'otherwise', count: 2, principals: { 'agent:bot': 1, 'agent:cut': 1 } },
        ...{ from: { effect: 'allow', rule: 'small.read' }, to: { effect: 'allow', rule: 'small.read' } },
      },
    ]);
    expect(changes[1].examples).toHaveLength(3);
    expect(changes[1].examples[0]).toMatchObject({
      text: 'SELECT ssn FROM customers',
      reason: 'Customers are closed.',
      resource: 'shop',
    });
    expect(unjudged).toEqual([{ because: secrets, count: 1, principals: { 'agent:cut': 1 } }]);
  });
});

test('the policy that decided changes nothing', async () => {
  const { code, stdout } = await diff('journal', 'same', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ recorded: 11, judged: 10, changes: [] });
});

test('equal inputs are decided once', async () => {
  const { stdout } = await diff('journal', 'same', '--json');
  // Three statements, of which the policy reads the kind alone.
  expect(JSON.parse(stdout).distinct).toBeLessThanOrEqual(2);
});

test('a policy that reads a claim that was left out cannot be tried with it', async () => {
  const { stdout } = await diff('journal', 'claims', '--since', '7d', '--json');
  expect(JSON.parse(stdout).unjudged).toMatchObject([
    { because: 'the recorded input is not whole: claims are left out: team', count: 1 },
    { because: secrets, count: 1 },
  ]);
});

test.each([
  { failOn: 'newly-allowed', code: 3 },
  { failOn: 'newly-masked,newly-held', code: 0 },
  { failOn: 'loosened', code: 3 },
  { failOn: 'unjudged', code: 3 },
  { failOn: 'none', code: 0 },
  { failOn: 'anything', code: 2 },
])('--fail-on $failOn exits with $code', async ({ failOn, code }) => {
  expect((await diff('journal', 'next', '--fail-on', failOn)).code).toBe(code);
});

test('a page for people names the most concerned', async () => {
  const { stdout } = await diff('journal', 'next', '--since', '7d');
  expect(stdout).toContain('9 of 9 recorded decisions would be others  with next');
  expect(stdout).toContain('Newly denied  allow → deny, small.read → next.customers: 6 decisions');
  expect(stdout).toContain('human:ada 5, human:bob 1');
  expect(stdout).toContain(secrets);
});

describe('an event that is there more than once, as sinks may get it,', () => {
  const counts = { recorded: 11, judged: 10, changes: [], unreadable: 0 };

  test('counts once in a file', async () => {
    const text = await readFile(places.export ?? '', 'utf8');
    places.twice = join(folder, 'twice.jsonl');
    await writeFile(places.twice, text + text);
    expect(JSON.parse((await diff('twice', 'same', '--json')).stdout)).toMatchObject(counts);
  });

  test('counts once in files that are read beside each other', async () => {
    places.copies = join(folder, 'copies');
    await mkdir(places.copies);
    for (const name of ['a', 'b', 'c'])
      await copyFile(places.export ?? '', join(places.copies, `${name}.jsonl`));
    await cp(stage.folder, join(places.copies, 'journal'), { recursive: true });
    expect(JSON.parse((await diff('copies', 'same', '--json')).stdout)).toMatchObject(counts);
  });
});

/** The audit with some of its lines spoilt. */
async function spoil(
  name: string,
  from: string,
  spoilt: (line: string) => string | undefined,
): Promise<number> {
  const lines = (await readFile(from, 'utf8')).split('\n');
  let count = 0;
  const text = lines.map((line) => {
    const bad = spoilt(line);
    if (bad !== undefined) count += 1;
    return bad ?? line;
  });
  places[name] = join(folder, `${name}.jsonl`);
  await writeFile(places[name], text.join('\n'));
  return count;
}

test('what a sink would not have is beside the journal once more, and counts once', async () => {
  const [event] = (await readFile(places.export ?? '', 'utf8')).split('\n');
  await setAside(stage.folder, 'splunk', { json: event } as Parameters<typeof setAside>[2], 'no room');
  const { code, stdout } = await diff('journal', 'same', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ recorded: 11, unreadable: 0 });
});

describe('lines that cannot be read', () => {
  test('are told of, with their number, and fail the command', async () => {
    const isBobs = (line: string) => line.includes('human:bob');
    const count = await spoil('spoilt export', places.export ?? '', (line) =>
      isBobs(line) && line.includes('"type":"statement.intent"') ? `x${line.slice(1)}` : undefined,
    );
    expect(count).toBe(1);
    const { code, stdout, stderr } = await diff('spoilt export', 'same', '--fail-on', 'none');
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: expect.stringContaining('0 of 9 recorded decisions'),
      stderr: expect.stringMatching(/1 line of the audit cannot be read[\s\S]*portcullis audit verify/),
    });
    const { stdout: json } = await diff('spoilt export', 'same', '--json');
    expect(JSON.parse(json)).toMatchObject({ unreadable: 1, recorded: 10, judged: 9 });
  });

  test.each([
    { what: 'whose beginning is spoilt', spoilt: (line: string) => `x${line.slice(1)}` },
    { what: 'that are cut', spoilt: (line: string) => `${line.slice(0, -9)}}` },
  ])('take what events share with them, and not to retention: subjects $what', async ({ spoilt }) => {
    const [segment = ''] = stage.files();
    const count = await spoil('spoilt journal', segment, (line) =>
      line.startsWith('{"shape":') && line.includes('"principal":"human:ada"') ? spoilt(line) : undefined,
    );
    expect(count).toBe(5);
    const { code, stdout, stderr } = await diff('spoilt journal', 'same', '--json');
    const { judged, unreadable, unjudged } = JSON.parse(stdout);
    expect({ code, judged, unreadable }).toEqual({ code: 1, judged: 5, unreadable: 5 });
    expect(stderr).toContain('5 lines of the audit cannot be read');
    expect(JSON.stringify(unjudged)).not.toContain('retention');
  });
});

test('a time without decisions says so', async () => {
  const { code, stderr } = await diff('journal', 'same', '--since', '2030-01-01');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('no decisions of that time') });
});
