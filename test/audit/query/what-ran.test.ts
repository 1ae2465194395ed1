// What ran and what was refused is said by outcomes, wherever those stand: the same of a journal, an export and PostgreSQL.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Journal } from '../../../gateway/audit/index.ts';
import { systemClock } from '../../../gateway/lib/index.ts';
import { runCli } from '../../cli/run-cli.ts';
import { makeStage, type Stage } from '../journal/stage.ts';
import { draftOf, tell } from '../story.ts';
import { Places } from './places.ts';

let stage: Stage;
let folder: string;
let places: Places;

type Outcome = Readonly<{ state: string; rows?: number; sqlstate?: string }>;

const begin = (journal: Journal, who: string): string =>
  journal.append(
    draftOf({
      who,
      session: who,
      text: `SELECT ssn FROM customers -- ${who}`,
      columns: ['public.customers.ssn'],
    }),
  );
const end = (journal: Journal, who: string, statement: string, outcome: Outcome): string =>
  journal.append({ type: 'statement.outcome', session: who, statement, members: { outcome } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-what-ran-'));
  stage = makeStage();
  let now = Date.parse('2026-03-01T10:00:00Z');
  const clock = { ...systemClock, now: () => now };
  const journal = await stage.open({ journal: { segment_bytes: 65_536 } }, { clock });
  const refused: Outcome = { state: 'refused', sqlstate: '53400' };
  end(journal, 'human:eve', begin(journal, 'human:eve'), { state: 'skipped' });
  end(journal, 'human:eve', begin(journal, 'human:eve'), { state: 'complete', rows: 3 });
  end(journal, 'human:ada', begin(journal, 'human:ada'), refused);
  end(journal, 'human:bob', begin(journal, 'human:bob'), { state: 'unknown' });
  begin(journal, 'human:carl');
  const far = begin(journal, 'human:far');
  const late = begin(journal, 'human:late');
  now += 60_000;
  // So much of something else that what these came to stands in another segment.
  for (let at = 0; at < 200; at += 1)
    tell(journal, {
      who: 'service:shop',
      session: `s${at}`,
      text: `SELECT ${at}`,
      columns: [`public.o_${at}.id`],
    });
  end(journal, 'human:far', far, { state: 'complete', rows: 41 });
  end(journal, 'human:late', late, refused);
  await journal.close();
  places = await Places.of(stage, folder);
}, 120_000);
afterAll(async () => {
  stage.remove();
  await places.stop();
  await rm(folder, { recursive: true, force: true });
});

type Answer = Readonly<Record<string, unknown>>;

const ask = (place: string, ...words: string[]): Promise<readonly Answer[]> => places.ask(place, ...words);
const counted = (counts: readonly Answer[]) => counts.map(({ value, times }) => [value, times]);
const ofWhom = (events: readonly Answer[]) => events.map(({ session, outcome }) => [session, outcome]);
const column = ['--column', 'public.customers.ssn'];
const aMinute = ['--until', '2026-03-01T10:00:30Z'];

// Of a journal twice: by reading it, and by the indexes that this leaves.
describe.each(['journal', 'journal', 'export', 'postgres'])('of %s', (place) => {
  test.each([[], aMinute])(
    'who read a column: without what was skipped or refused in the end %#',
    async (...range) => {
      expect(counted(await ask(place, ...column, ...range))).toEqual([
        ['human:bob', 1],
        ['human:carl', 1],
        ['human:eve', 1],
        ['human:far', 1],
      ]);
    },
  );

  test.each([[], aMinute])('what was refused in the end was refused %#', async (...range) => {
    const refused = { state: 'refused', sqlstate: '53400' };
    expect(ofWhom(await ask(place, '--refused', ...range))).toEqual([
      ['human:late', refused],
      ['human:ada', refused],
    ]);
    expect(counted(await ask(place, '--refused', '--by', 'principal', ...range))).toEqual([
      ['human:ada', 1],
      ['human:late', 1],
    ]);
    expect(ofWhom(await ask(place, '--refused', '--principal', 'human:ada', ...column, ...range))).toEqual([
      ['human:ada', refused],
    ]);
  });

  test.each([[], aMinute])(
    'a statement has its outcome, which is in another segment and later %#',
    async (...range) => {
      expect(ofWhom(await ask(place, ...column, '--principal', 'human:far', ...range))).toEqual([
        ['human:far', { state: 'complete', rows: 41 }],
      ]);
      expect(await ask(place, '--session', 'human:far', ...range)).toMatchObject([{ outcome: { rows: 41 } }]);
    },
  );
});

test('a page says what was refused in the end, and what never ran', async () => {
  const { stdout } = await runCli([
    'audit',
    'query',
    '--audit',
    places.get('journal'),
    ...column,
    '--events',
  ]);
  expect(stdout).toMatch(/human:ada +refused, 53400 /);
  expect(stdout).toMatch(/human:eve +skipped /);
  expect(stdout).toMatch(/human:eve +ran, 3 rows /);
});
