// Exports: CSV that no spreadsheet runs, Parquet that another program reads, JSON Lines that can be verified.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvLine, eventColumns } from '../../../gateway/audit/index.ts';
import { runCli } from '../../cli/run-cli.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { tell } from '../story.ts';
import { readEvidence } from './verified.ts';

let stage: Stage;
let folder: string;
const columns = ['public.customers.ssn', 'public.customers.id'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-export-'));
  stage = makeStage();
  const journal = await stage.open();
  tell(
    journal,
    { who: 'human:ada', session: 'a', text: '=HYPERLINK("http://evil.example","x")', columns },
    3,
  );
  tell(journal, {
    who: 'agent:bot',
    session: 'b',
    text: 'SELECT "a",\n1',
    effect: 'deny',
    rule: 'labels.copy',
  });
  await journal.close();
});
afterAll(async () => {
  stage.remove();
  await rm(folder, { recursive: true, force: true });
});

async function exported(name: string, ...words: string[]): Promise<string> {
  const file = join(folder, name);
  const { code, stderr } = await runCli(['audit', 'export', '--audit', stage.folder, '-o', file, ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^\d+ events\n$/) });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  return file;
}

describe('CSV', () => {
  /** As it stands in the file, without what quotes it. */
  function cellOf(text: string): string {
    const line = csvLine([{ name: 'a', kind: 'text', of: () => text }], undefined);
    return line
      .slice(0, -2)
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"');
  }

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\uFF1D1', "=cmd|' /C calc'!A0"])(
    '%j is text to a spreadsheet',
    (text) => {
      expect(cellOf(text)).toBe(`'${text}`);
    },
  );

  test.each([
    ['SELECT {number};=HYPERLINK({number})', "SELECT {number};'=HYPERLINK({number})"],
    ['SELECT 1; =1', "SELECT 1;' =1"],
    ['a\t@SUM(A1)', "a\t'@SUM(A1)"],
    ['SELECT 1\n-- 2\r\n+3', "SELECT 1\n'-- 2\r\n'+3"],
    ['a;"=1"', 'a;\'"=1"'],
    ['a;\uFF1D1', "a;'\uFF1D1"],
    ['\t=1', "'\t'=1"],
    ['\n=1', "'\n'=1"],
    ['SELECT a - 1; SELECT b = 2, -3', 'SELECT a - 1; SELECT b = 2, -3'],
  ])('%j is none behind what separates cells elsewhere', (text, cell) => {
    expect(cellOf(text)).toBe(cell);
  });

  test.each([';', '\t', ',', '\n', '\r', '"'])('a cell with %j is quoted', (separator) => {
    const line = csvLine([{ name: 'a', kind: 'text', of: () => `a${separator}b` }], undefined);
    expect(line).toMatch(/^"a.+b"\r\n$/s);
  });

  test('numbers stay numbers, quotes and line breaks stay inside of their cell', () => {
    const line = csvLine(
      [
        { name: 'a', kind: 'integer', of: () => -5 },
        { name: 'b', kind: 'text', of: () => 'say "no",\nplease' },
        { name: 'c', kind: 'list', of: () => ['x', 'y'] },
        { name: 'd', kind: 'text', of: () => undefined },
      ],
      undefined,
    );
    expect(line).toBe('-5,"say ""no"",\nplease",x y,\r\n');
  });

  test('has a row for each event', async () => {
    const text = await readFile(await exported('all.csv'), 'utf8');
    expect(text.startsWith(`${eventColumns.map(({ name }) => name).join(',')}\r\n`)).toBe(true);
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`);
    expect(text).toContain(',statement.refused,');
  });
});

test('JSON Lines are the events with their subjects, each with the hash that it has', async () => {
  const flaws = await readEvidence(await exported('all.jsonl'));
  expect(flaws.length).toBeGreaterThanOrEqual(4);
  expect(flaws.every((flaw) => flaw === undefined)).toBe(true);
});

test('a file that cannot be written leaves nothing behind', async () => {
  const file = join(folder, 'missing', 'all.csv');
  const { code, stderr } = await runCli(['audit', 'export', '--audit', stage.folder, '-o', file]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('cannot be written: ENOENT') });
  expect(await readdir(folder)).not.toContain('missing');
});

const python = findPython();

/** One that has pyarrow: PORTCULLIS_PYARROW names it, or the machine's own. */
function findPython(): string | undefined {
  for (const program of [process.env.PORTCULLIS_PYARROW, 'python3']) {
    try {
      if (program === undefined) continue;
      execFileSync(program, ['-c', 'import pyarrow.parquet'], { stdio: 'ignore' });
      return program;
    } catch {
      // Without it.
    }
  }
  return undefined;
}

describe('Parquet', () => {
  test('is what its first and last bytes say', async () => {
    const bytes = await readFile(await exported('all.parquet'));
    expect([bytes.toString('latin1', 0, 4), bytes.toString('latin1', bytes.length - 4)]).toEqual([
      'PAR1',
      'PAR1',
    ]);
  });

  test('is read by pyarrow, types and all', async ({ skip }) => {
    if (python === undefined) skip('no Python with pyarrow; PORTCULLIS_PYARROW names one');
    const file = await exported('read.parquet');
    const script = `
import json, sys, pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
rows = [row for row in table.to_pylist() if row["type"] == "statement.intent"]
print(json.dumps({"types": {f.name: str(f.type) for f in table.schema}, "rows": rows, "all": table.num_rows}, default=str))`;
    const read = JSON.parse(execFileSync(python as string, ['-c', script, file], { encoding: 'utf8' }));
    expect(read.types).toMatchObject({
      time: 'timestamp[ms, tz=UTC]',
      seq: 'int64',
      columns: 'list<element: string>',
      milliseconds: 'double',
      event: 'string',
    });
    expect(read.rows).toHaveLength(1);
    expect(read.rows[0]).toMatchObject({
      principal: 'human:ada',
      columns: columns.toSorted(),
      effect: 'allow',
      rows: null,
    });
    expect(JSON.parse(read.rows[0].event)).toMatchObject({
      type: 'statement.intent',
      subjects: { session: { principal: 'human:ada' } },
    });
  });
});

test.each([
  [
    'ocsf',
    { class_uid: 6005, time: expect.any(Number), database: expect.objectContaining({ name: 'shop' }) },
  ],
  [
    'ecs',
    {
      ecs: { version: '8.17.0' },
      '@timestamp': expect.any(String),
      database: expect.objectContaining({ instance: 'shop' }),
    },
  ],
])('%s are the events in other words, a line each', async (format, words) => {
  const lines = (await readFile(await exported(`events.${format}`), 'utf8')).trimEnd().split('\n');
  const count = (await readFile(await exported('same.jsonl'), 'utf8')).trimEnd().split('\n').length;
  expect(lines).toHaveLength(count);
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining(words));
});
