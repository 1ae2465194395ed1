// Every way to the server is recorded before it is taken, and what came of it afterwards: compared with the server's log.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../gateway/audit/index.ts';
import { Fault } from '../../../gateway/lib/index.ts';
import { deny } from '../../../gateway/session/index.ts';
import { limitAsWritten } from '../../session/limits/support.ts';
import { Stage } from '../../session/support.ts';
import { frontend as f, message, type RawClient } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { outcomeOf, problemsOf, recordedIn, storyOf, textOf } from './support.ts';

const schema = `CREATE TABLE items (id int PRIMARY KEY, name text);
INSERT INTO items SELECT g, 'name ' || g FROM generate_series(1, 10) g;
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE late (id int REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE loaded (id int)`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema, config: { limits: { linger_seconds: 1 } } });
});
beforeEach(() => {
  stage.decide = (statement) =>
    statement.text?.includes('refuse_me')
      ? deny(new Fault('statement_denied', { rule: 'house', reason: 'not for you' }))
      : limitAsWritten(statement);
});
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const dataDir = () => `${stage.folder}/.portcullis`;

/** Of the session of this client, once it has ended. */
async function eventsOf(client: RawClient): Promise<AuditEvent[]> {
  await client.end();
  return await waitUntil('the end of the session on the record', async () => {
    const events = await recordedIn(dataDir());
    const last = events.filter(({ type }) => type === 'session.ended').at(-1);
    const opened = events.filter(({ type }) => type === 'session.opened').at(-1);
    if (last === undefined || last.session !== opened?.session) return undefined;
    return events.filter(({ session }) => session === last.session);
  });
}

const cases: readonly Readonly<{
  name: string;
  steps: readonly (Buffer | Readonly<{ until: string }>)[];
  want: readonly string[];
}>[] = [
  {
    name: 'a Query',
    steps: [f.query('SELECT id, 1 AS m1 FROM items')],
    want: ['query complete "SELECT 10" 10 rows'],
  },
  {
    name: 'a Query of several statements',
    steps: [
      f.query("SELECT 1 AS m1; UPDATE items SET name = 'x' WHERE id < 4; SELECT id FROM items LIMIT 2"),
    ],
    want: ['query complete "SELECT 1; UPDATE 3; SELECT 2" 3 rows 3 affected'],
  },
  {
    name: 'a Query that fails after it has returned rows',
    steps: [f.query('SELECT 1 AS m1; SELECT 1 / 0 AS m2')],
    want: ['query error "SELECT 1" 1 rows 22012'],
  },
  {
    name: 'an empty Query',
    steps: [f.query('  ')],
    want: ['query complete 0 rows'],
  },
  {
    name: 'rows that changed are returned',
    steps: [f.query("INSERT INTO items SELECT g, 'm1' FROM generate_series(11, 15) g RETURNING id")],
    want: ['query complete "INSERT 0 5" 5 rows 5 affected'],
  },
  {
    name: 'rows without a count in their tag',
    steps: [f.query('EXPLAIN SELECT id AS m1 FROM items')],
    want: ['query complete "EXPLAIN" 1 rows'],
  },
  {
    name: 'Parse, Bind and Execute, twice',
    steps: [
      f.parse('SELECT id, $1::int AS m1 FROM items', 's', [23]),
      f.bind({ statement: 's', values: ['1'] }),
      f.execute(),
      f.bind({ statement: 's', values: ['2'] }),
      f.execute(),
      f.sync(),
    ],
    want: ['bind complete "SELECT 15" 15 rows', 'bind complete "SELECT 15" 15 rows'],
  },
  {
    name: 'a pipeline that fails in the middle',
    steps: [
      f.parse('SELECT 1 AS m1', 'a', []),
      f.bind({ statement: 'a' }),
      f.execute(),
      f.parse('SELECT 1 / (1 - length($1)) AS m2', 'b', [25]),
      f.bind({ statement: 'b', values: ['x'] }),
      f.execute(),
      f.bind({ statement: 'a' }),
      f.execute(),
      f.sync(),
    ],
    want: ['bind complete "SELECT 1" 1 rows', 'bind error 0 rows 22012', 'bind skipped 0 rows'],
  },
  {
    name: 'a portal that is fetched in portions, and executed once more when it is through',
    steps: [
      f.query('BEGIN'),
      { until: 'Z' },
      f.parse('SELECT id AS m1 FROM items', 's', []),
      f.bind({ statement: 's', portal: 'p' }),
      f.execute('p', 4),
      f.execute('p', 4),
      f.execute('p'),
      f.sync(),
      { until: 'Z' },
      f.execute('p'),
      f.sync(),
      { until: 'Z' },
      f.query('COMMIT'),
    ],
    want: [
      'query complete "BEGIN" 0 rows',
      'bind complete "SELECT 7" 15 rows',
      'bind complete "SELECT 0" 0 rows',
      'query complete "COMMIT" 0 rows',
    ],
  },
  {
    name: 'a portal of which not all was fetched, one that was closed, one that was never executed',
    steps: [
      f.parse('SELECT id AS m1 FROM items', 's', []),
      f.bind({ statement: 's', portal: 'p' }),
      f.execute('p', 4),
      f.bind({ statement: 's', portal: 'q' }),
      f.execute('q', 2),
      f.closePortal('q'),
      f.bind({ statement: 's' }),
      f.sync(),
    ],
    want: ['bind closed 4 rows', 'bind closed 2 rows', 'bind closed 0 rows'],
  },
  {
    name: 'cursors and prepared statements of SQL',
    steps: [
      f.query('BEGIN; DECLARE c CURSOR FOR SELECT id AS m1 FROM items'),
      f.query('FETCH 5 FROM c'),
      f.query('PREPARE q AS SELECT id AS m2 FROM items'),
      f.query('EXECUTE q'),
      f.execute('c', 3),
      f.sync(),
      f.query('ROLLBACK'),
    ],
    want: [
      'query complete "BEGIN; DECLARE CURSOR" 0 rows',
      'query complete "FETCH 5" 5 rows',
      'query complete "PREPARE" 0 rows',
      'query complete "SELECT 15" 15 rows',
      'execute complete 3 rows',
      'query complete "ROLLBACK" 0 rows',
    ],
  },
  {
    name: 'COPY in both directions',
    steps: [
      f.query('COPY (SELECT id AS m1 FROM items) TO STDOUT WITH (FORMAT csv, HEADER)'),
      f.query('COPY items (id) TO STDOUT WITH (FORMAT binary)'),
      f.query('COPY loaded FROM STDIN'),
      { until: 'G' },
      f.copyData('1\n2\n'),
      f.copyData('3\n'),
      f.copyDone(),
      f.query('COPY loaded FROM STDIN'),
      { until: 'G' },
      f.copyData('nonsense\n'),
      f.copyDone(),
    ],
    want: [
      'query complete "COPY 15" 15 rows',
      'query complete "COPY 15" 15 rows',
      'query complete "COPY 3" 0 rows 3 affected',
      'query error 0 rows 22P02',
    ],
  },
  {
    name: 'a FunctionCall',
    steps: [f.functionCall(89)],
    want: ['function_call complete 0 rows'],
  },
  {
    name: 'refusals, and what the server skips behind them',
    steps: [
      f.query('SELECT 1 AS refuse_me'),
      f.parse('SELECT 2 AS refuse_me', 's', []),
      f.bind({ statement: 's' }),
      f.execute(),
      f.sync(),
      f.query('SELECT 1 AS m1'),
    ],
    want: [
      'query refused statement_denied',
      'parse refused statement_denied',
      'query complete "SELECT 1" 1 rows',
    ],
  },
  {
    name: 'what nobody is asked about',
    steps: [f.query('SELECT \u0001'), message('Q', Buffer.from([0x53, 0xff, 0]))],
    want: ['query error 0 rows 42601', 'query refused statement_not_text'],
  },
  {
    name: 'rows up to a limit: an error, a cut',
    steps: [
      f.query('/*rows 3*//*reads*/ SELECT id AS m1 FROM items'),
      f.query('/*cut 3*//*reads*/ SELECT id AS m2 FROM items'),
      f.parse('/*cut 2*//*reads*/ SELECT id AS m3 FROM items', 's', []),
      f.bind({ statement: 's' }),
      f.execute(),
      f.sync(),
    ],
    want: [
      'query error "SELECT 15" 3 rows 42501',
      'query complete "SELECT 15" 3 rows',
      'bind complete 2 rows',
    ],
  },
  {
    name: 'changes up to a limit',
    steps: [
      f.query("/*affected 3*/ UPDATE items SET name = 'm1' WHERE id < 3"),
      f.query("/*affected 3*/ UPDATE items SET name = 'm2'"),
      f.parse("/*affected 3*/ UPDATE items SET name = 'm3'", 's', []),
      f.bind({ statement: 's' }),
      f.execute(),
      f.sync(),
    ],
    want: [
      'query complete "UPDATE 2" 0 rows 2 affected',
      'query error "UPDATE 15" 0 rows 15 affected 42501',
      'bind error "UPDATE 15" 0 rows 15 affected 42501',
    ],
  },
  {
    name: 'a limit that cannot be kept',
    steps: [f.query('/*affected 3*/ DELETE FROM loaded; COMMIT')],
    want: ['query refused 0 rows 42501'],
  },
  {
    name: 'values that are masked, in rows and in copies',
    steps: [
      f.query('SELECT id, name FROM items WHERE id < 4 /*m -x*/'),
      f.parse('SELECT id, name FROM items WHERE id < 3 /*m xx*/', 's', []),
      f.bind({ statement: 's' }),
      f.execute(),
      f.sync(),
    ],
    want: ['query complete "SELECT 3" 3 rows 3 masked', 'bind complete "SELECT 2" 2 rows 4 masked'],
  },
  {
    name: 'a COMMIT that fails',
    steps: [f.query('BEGIN'), f.query('INSERT INTO late VALUES (1)'), f.query('COMMIT')],
    want: [
      'query complete "BEGIN" 0 rows',
      'query complete "INSERT 0 1" 0 rows 1 affected',
      'query error 0 rows 23503',
    ],
  },
];

describe('a session is told of in the order in which the server ran it', () => {
  for (const { name, steps, want } of cases)
    test(name, async () => {
      const before = stage.postgres.logText().length;
      const client = await stage.open();
      for (const step of steps) {
        if (Buffer.isBuffer(step)) client.send(step);
        else await client.until(step.until);
      }
      client.send(f.query('SELECT 1 AS last_of_all'));
      await waitUntil('the last answer', async () =>
        (await client.until('Z')).some(
          (message) => message.type === 'T' && message.bytes.includes('last_of_all'),
        ),
      );
      const events = await eventsOf(client);
      const last = events.findIndex((event) => textOf(event).includes('last_of_all'));
      expect(storyOf(events).slice(0, -1)).toEqual(want);
      expect(await problemsOf(events)).toEqual([]);
      expect(events[0]?.type).toBe('session.opened');
      expect(events.at(-1)?.type).toBe('session.ended');
      expect(last).toBeGreaterThan(0);
      // What the server says it has run was told of before, in the same order.
      const ran = markers(stage.postgres.logText().slice(before));
      const told = events.filter(({ type }) => type === 'statement.intent').map(textOf);
      expect(ran.filter((marker) => !told.some((text) => text.includes(marker)))).toEqual([]);
      const inOrder = told.flatMap((text) => text.match(/\bm\d\b/g) ?? []);
      expect(ran.filter((marker, at) => ran.indexOf(marker) === at)).toEqual(
        inOrder.filter((marker, at) => inOrder.indexOf(marker) === at && ran.includes(marker)),
      );
    });
});

const markers = (log: string): string[] => log.match(/(?<=(?:statement|execute).*\bAS )m\d\b/g) ?? [];

test('a statement that is cancelled, and one whose client leaves', async () => {
  const client = await stage.open();
  client.send(f.query('SELECT pg_sleep(60) AS m1'));
  await stage.untilSleeping();
  await client.cancel();
  await client.until('Z');
  client.send(f.query('SELECT pg_sleep(60) AS m2'));
  await stage.untilSleeping();
  client.destroy();
  const events = await waitUntil('the end of the session on the record', async () => {
    const all = await recordedIn(dataDir());
    const end = all.at(-1);
    return end?.type === 'session.ended' ? all.filter(({ session }) => session === end.session) : undefined;
  });
  expect(storyOf(events)).toEqual(['query cancelled 0 rows 57014', 'query unknown 0 rows']);
  const [cancelled] = events.filter(({ type }) => type === 'statement.outcome').map(outcomeOf);
  expect(cancelled?.milliseconds).toBeGreaterThan(1);
});

test('what is on the record before the server has it', async () => {
  const gate = await stage.closeGate();
  const client = await stage.open();
  client.send(f.query(`${gate.statement} AS waits_here`));
  await gate.reached();
  const told = (await recordedIn(dataDir())).filter((event) => textOf(event).includes('waits_here'));
  expect(told.map(({ type }) => type)).toEqual(['statement.intent']);
  await gate.open();
  await client.until('Z');
  expect(storyOf(await eventsOf(client))).toEqual(['query complete "SELECT 1" 1 rows']);
});
