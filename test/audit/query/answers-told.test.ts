// An approval and a denial are told apart wherever events are told, and what CSV has of events that are about no statement.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { makeStage, type Stage } from '../journal/stage.ts';

let stage: Stage;
let folder: string;

const bundles = [{ name: 'main', revision: 'r7', digest: 'sha256-of-it', from: 'source' }];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-answers-'));
  stage = makeStage();
  const journal = await stage.open();
  const answered = (approves: boolean, words: string) =>
    journal.append({
      type: 'approval.decided',
      members: {
        principal: 'human:dora',
        answer: { approves, words },
        approval: { id: words, approvers: approves ? ['human:dora'] : [] },
      },
    });
  answered(true, 'go on');
  answered(false, 'no reason');
  journal.append({ type: 'session.ended', session: 's', members: { why: 'it was idle', milliseconds: 7 } });
  journal.append({ type: 'policy.activated', members: { policy: { track: 'stable', bundles } } });
  await journal.close();
});
afterAll(async () => {
  stage.remove();
  await rm(folder, { recursive: true, force: true });
});

async function asked(...words: string[]): Promise<readonly string[]> {
  const { code, stdout } = await runCli(['audit', 'query', '--audit', stage.folder, ...words]);
  expect(code).toBe(0);
  return stdout.trimEnd().split(/\r?\n/);
}

/** Each row as an object, of a table whose cells hold no line breaks. */
function rowsOf(csv: string): readonly Readonly<Record<string, string>>[] {
  const [heading = [], ...rows] = csv
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain]) =>
        quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
      ),
    );
  return rows.map((cells) => Object.fromEntries(cells.map((cell, at) => [heading[at], cell])));
}

test('whoever denied has not approved, and is found as the one who answered', async () => {
  const lines = await asked('--approver', 'human:dora');
  expect(lines.find((line) => line.includes('no reason'))).toMatch(/human:dora +denied +no reason$/);
  expect(lines.find((line) => line.includes('go on'))).toContain('(approved by human:dora)');
});

test.each([
  ['of an answer', () => asked('--approver', 'human:dora', '--csv').then((lines) => lines.join('\r\n'))],
  ['of an export', exportedCsv],
])('CSV %s says which it was', async (_, read) => {
  const rows = rowsOf(await read()).filter(({ type }) => type === 'approval.decided');
  const told = rows.map(({ answer, approvers }) => ({ answer, approvers }));
  expect(told).toContainEqual({ answer: 'approved', approvers: 'human:dora' });
  expect(told).toContainEqual({ answer: 'denied', approvers: '' });
});

test('CSV of an export says in which words, why a session ended, and what decides from now on', async () => {
  const rows = rowsOf(await exportedCsv());
  const of = (type: string) => rows.find((row) => row.type === type);
  expect(of('approval.decided')?.words).toBe('go on');
  expect(of('session.ended')?.why).toBe('it was idle');
  expect(JSON.parse(of('policy.activated')?.policy ?? '{}')).toEqual({ track: 'stable', bundles });
});

async function exportedCsv(): Promise<string> {
  const file = join(folder, 'all.csv');
  const { code } = await runCli(['audit', 'export', '--audit', stage.folder, '-o', file]);
  expect(code).toBe(0);
  return await readFile(file, 'utf8');
}
