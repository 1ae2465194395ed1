// Questions to segments in whose lines several events stand: what a line doesn't say of itself, its contexts do.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { subjectOf } from '../../../gateway/audit/event/subject.ts';
import { filesOf, MarkedLines, partsOfFile } from '../../../gateway/audit/index.ts';
import { countInFiles, findInFiles } from '../../../gateway/audit/query/files/ask-files.ts';
import { findRefusal } from '../../../gateway/audit/query/files/find-refusal.ts';
import { readSession } from '../../../gateway/cli/replay/read-session.ts';
import { chain, intent, MixedSegment, outcome } from '../journal/mixed-segment.ts';

const of = (who: string) => ({
  session: subjectOf({ principal: who }),
  statement: subjectOf({ text: `SELECT '${who}'`, decision: { effect: 'allow', rule: 'read' } }),
});
let folder: string;
let files: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'several-asked-'));
  const segment = new MixedSegment();
  segment.alone('audit.head', { head: {}, open: {} });
  segment.alone('session.opened', { session: 'session-1' }, { session: of('ada').session });
  const [one = '', other = ''] = segment.together(
    intent('session-1', of('ada'), { parameters: ['session-2'] }),
    intent('session-2', of('eve')),
  );
  segment.together(outcome('session-1', one, 7));
  segment.together(outcome('session-2', other, 8), intent('session-2', of('eve')));
  segment.alone('statement.refused', { session: 'session-2', decision_id: 'of session-1' }, of('eve'));
  segment.together(intent('session-2', of('eve'), { text: '"decision_id":"of session-1"' }));
  mkdirSync(join(folder, 'gateway-0'));
  writeFileSync(join(folder, 'gateway-0', '000000000001.jsonl'), segment.text);
  files = await filesOf(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The first time an index is made; the second time lines are passed over.
test.each(['without an index', 'with one'])('what a session did, %s', async () => {
  const found = await findInFiles(files, { session: 'session-1' }, 10, new Map());
  expect(found.map(({ id, principal, outcome }) => [id, principal, outcome?.rows])).toEqual([
    [`${chain}/3`, 'ada', 7],
    [`${chain}/2`, 'ada', undefined],
  ]);
  const another = await findInFiles(files, { session: 'session-2' }, 10, new Map());
  expect(another.map(({ id }) => id)).toEqual([9, 8, 7, 4].map((seq) => `${chain}/${seq}`));
});

test('who ran statements', async () => {
  const counts = await countInFiles(files, { ran: true }, 'principal', new Map());
  expect(counts.map(({ value, times }) => [value, times])).toEqual([
    ['eve', 3],
    ['ada', 1],
  ]);
});

test('one event by its id, in the middle of a line', async () => {
  const [found] = await findInFiles(files, { id: `${chain}/7` }, 10, new Map());
  expect(found).toMatchObject({ id: `${chain}/7`, text: "SELECT 'eve'", decision: 'of session-2' });
});

test('a session that is replayed', async () => {
  const parts = (await Promise.all(files.map(partsOfFile))).flat();
  const { id, entries } = await readSession(parts, 'session-1');
  expect(id).toBe('session-1');
  expect(entries.map(({ event }) => event.seq)).toEqual([2, 3, 5]);
});

test('a refusal, whose decision other lines name as well', async () => {
  const search = { folder, decisionId: 'of session-1', bytes: 1 << 20, milliseconds: 5_000 };
  const found = await findRefusal(search);
  expect(found?.event).toMatchObject({ type: 'statement.refused', session: 'session-2' });
});

test('lines that name none of the contexts are passed over', () => {
  const { mayMatter } = new MarkedLines(['"session":"session-1']);
  const segment = new MixedSegment();
  segment.together(intent('session-2', of('eve'), { parameters: [',"of":["', '"session":"session-1"'] }));
  segment.together(intent('session-1', of('ada')));
  segment.alone('session.ended', { session: 'session-1' });
  segment.alone('session.ended', { session: 'session-2' });
  expect(
    segment.lines.filter((line) => line.startsWith('{"version"')).map((line) => mayMatter(line.trimEnd())),
  ).toEqual([false, false, true, false]);
  const again = new MarkedLines(['"session":"session-1']);
  const lines = segment.lines.filter((line) => again.mayMatter(line.trimEnd()));
  expect(lines.filter((line) => line.startsWith('{"version"'))).toHaveLength(2);
});
