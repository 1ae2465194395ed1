// What the gateway takes a name for when it is bound or run, at a real server: never a statement that the name isn't.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allow, type MaskPlan, type ValueMask } from '../../gateway/session/index.ts';
import { frontend as f, type RawClient, summary } from '../support/raw-client.ts';
import { play, singleBytes, turns, whole } from './script.ts';
import { Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
beforeEach(() => stage.resetGuard());
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const bind = (statement = '', portal = '') => f.bind({ statement, portal });
const run = (portal = '', rows = 0) => f.execute(portal, rows);
const begin = f.query('BEGIN');
const rollback = f.query('ROLLBACK');

type Case = { name: string; steps: Buffer[]; want: string[] };

/** What was decided at each Bind and Execute. */
const decided = () =>
  stage.seen
    .filter(({ path }) => path === 'bind' || path === 'execute')
    .map(({ path, text }) => (path === 'bind' ? `${text?.trim()}` : `execute: ${text?.trim()}`));

const cases: Case[] = [
  {
    name: 'a duplicate Parse does not overwrite',
    steps: [
      f.parse('SELECT 1', 's'),
      f.sync(),
      f.parse('SELECT 2', 's'),
      f.sync(),
      bind('s'),
      run(),
      f.sync(),
    ],
    want: ['SELECT 1'],
  },
  {
    name: 'a duplicate Parse and Bind in one segment never get to run',
    steps: [f.parse('SELECT 1', 's'), f.parse('SELECT 2', 's'), f.sync(), bind('s'), f.sync()],
    want: ['SELECT 1'],
  },
  {
    name: 'a Parse that fails leaves a named statement',
    steps: [f.parse('SELECT 1', 's'), f.sync(), f.parse('SELEC', 's'), f.sync(), bind('s'), f.sync()],
    want: ['SELECT 1'],
  },
  {
    name: 'Close and another Parse in one segment',
    steps: [f.parse('SELECT 1', 's'), f.closeStatement('s'), f.parse('SELECT 2', 's'), bind('s'), f.sync()],
    want: ['SELECT 2'],
  },
  {
    name: 'the unnamed statement is what was parsed last',
    steps: [f.parse('SELECT 1'), bind(), f.parse('SELECT 2'), bind(), f.sync(), bind(), f.sync()],
    want: ['SELECT 1', 'SELECT 2', 'SELECT 2'],
  },
  {
    name: 'a statement that SQL prepared is what stands inside PREPARE',
    steps: [f.query('PREPARE q AS SELECT 1'), bind('q'), run(), f.sync()],
    want: ['SELECT 1'],
  },
  {
    name: 'a name that SQL gave to another statement is that one',
    steps: [
      f.parse('SELECT 1', 's'),
      f.sync(),
      f.query('DEALLOCATE s'),
      f.query('PREPARE s AS SELECT 2'),
      bind('s'),
      run(),
      f.sync(),
    ],
    want: ['SELECT 2'],
  },
  {
    name: 'so it is in a single segment, where nothing is answered yet',
    steps: [
      f.parse('SELECT 1', 's'),
      f.parse('DEALLOCATE s'),
      bind(),
      run(),
      f.parse('PREPARE s AS SELECT 2'),
      bind(),
      run(),
      bind('s'),
      run(),
      f.sync(),
    ],
    want: ['DEALLOCATE s', 'PREPARE s AS SELECT 2', 'SELECT 2'],
  },
  {
    name: 'so it is after DISCARD ALL',
    steps: [
      f.parse('SELECT 1', 's'),
      f.sync(),
      f.query('DISCARD ALL'),
      f.query('PREPARE s AS SELECT 2'),
      bind('s'),
      f.sync(),
    ],
    want: ['SELECT 2'],
  },
  {
    name: 'Close of a statement leaves its portals',
    steps: [
      begin,
      f.parse('SELECT 1', 's'),
      bind('s', 'p'),
      f.closeStatement('s'),
      run('p'),
      f.sync(),
      rollback,
    ],
    want: ['SELECT 1'],
  },
  {
    name: 'a cursor that SQL declared is run undecided by nobody',
    steps: [begin, f.query('DECLARE c CURSOR FOR SELECT 1'), run('c', 1), run('c', 1), f.sync(), rollback],
    want: ['execute: SELECT 1', 'execute: SELECT 1'],
  },
  {
    name: 'a portal is gone with its transaction',
    steps: [begin, f.parse('SELECT 1'), bind('', 'p'), f.sync(), f.query('COMMIT'), run('p'), f.sync()],
    want: ['SELECT 1', 'execute: undefined'],
  },
  {
    name: 'a cursor that takes a portal’s name is not taken for it',
    steps: [
      begin,
      f.parse('SELECT 1'),
      bind('', 'p'),
      run('p'),
      f.closePortal('p'),
      f.sync(),
      f.query('DECLARE p CURSOR FOR SELECT 2'),
      run('p'),
      f.sync(),
      rollback,
    ],
    want: ['SELECT 1', 'execute: SELECT 2'],
  },
  {
    name: 'nor one that takes it within one query',
    steps: [
      begin,
      f.parse('SELECT 1'),
      bind('', 'p'),
      f.sync(),
      f.query('CLOSE p; DECLARE p CURSOR FOR SELECT 2'),
      run('p'),
      f.sync(),
      rollback,
    ],
    want: ['SELECT 1', 'execute: SELECT 2'],
  },
  {
    name: 'nor one that takes it in another transaction, in one query',
    steps: [
      begin,
      f.parse('SELECT 1'),
      bind('', 'p'),
      f.sync(),
      f.query('COMMIT; BEGIN; DECLARE p CURSOR FOR SELECT 2'),
      run('p'),
      f.sync(),
      rollback,
    ],
    want: ['SELECT 1', 'execute: SELECT 2'],
  },
  {
    name: 'a portal that is suspended is decided once',
    steps: [f.parse('SELECT generate_series(1, 5)'), bind(), run('', 2), run('', 2), run('', 2), f.sync()],
    want: ['SELECT generate_series(1, 5)'],
  },
];

describe('a Bind or Execute is decided for what it stands for', () => {
  for (const [how, cut, slow] of [
    ['at once', whole, false],
    ['one byte at a time', singleBytes, false],
    ['with decisions that take time', whole, true],
  ] as const) {
    test.each(cases)(`$name, ${how}`, async ({ steps, want }) => {
      const script = { name: '', steps: [Buffer.concat(steps)] };
      const direct = await play(await stage.direct(), script);
      stage.seen.length = 0;
      if (slow) stage.decide = () => turns(1).then(() => allow);
      const through = await play(await stage.open(), script, cut);
      expect(decided()).toEqual(want);
      expect(through.line).toBe(direct.line);
    });
  }
});

describe('an answer that is masked', () => {
  /** Every row says the same. */
  const xx = Buffer.from('XX');
  const mask: ValueMask = {
    text: () => xx,
    binary: () => xx,
    begin: () => ({ length: xx.length, push: () => Buffer.alloc(0), end: () => xx }),
  };
  const plan: MaskPlan = { columns: [{ type: 25, forType: () => mask }] };
  const masking = (word: string) => {
    stage.decide = ({ path, text }) =>
      path !== 'parse' && text?.includes(word) ? { kind: 'mask', plans: [plan] } : allow;
  };
  const texts = async (client: RawClient): Promise<(string | null)[]> =>
    (await client.until('Z')).filter((m) => m.type === 'D').flatMap((m) => m.texts);

  test.each([
    { name: 'of a simple query', steps: [f.query("SELECT 'secret'")], want: ['XX'] },
    {
      name: 'of a portal, with its neighbours as they are',
      steps: [f.extended('SELECT 1'), f.extended("SELECT 'secret'"), f.extended('SELECT 2'), f.sync()],
      want: ['1', 'XX', '2'],
    },
    {
      name: 'of a portal that is suspended, each time',
      steps: [
        f.parse("SELECT 'secret' FROM generate_series(1, 5)"),
        bind(),
        run('', 2),
        run('', 2),
        run('', 2),
        f.sync(),
      ],
      want: Array(5).fill('XX'),
    },
    {
      name: 'of a portal that is run behind another',
      steps: [
        f.parse("SELECT 'secret'", 's'),
        bind('s', 'p'),
        f.extended('SELECT 3'),
        run('p'),
        f.closeStatement('s'),
        f.sync(),
      ],
      want: ['3', 'XX'],
    },
    { name: 'of a large value', steps: [f.query("SELECT repeat('secret', 500000)")], want: ['XX'] },
  ])('$name', async ({ steps, want }) => {
    masking('secret');
    for (const cut of [whole, singleBytes]) {
      const client = await stage.open();
      for (const piece of cut(Buffer.concat(steps))) {
        client.send(piece);
        await turns(1);
      }
      expect(await texts(client)).toEqual(want);
      expect(client.receivedBytes.includes('secret')).toBe(false);
      expect(summary(await client.query('SELECT 1'))).toBe('T D C(SELECT 1) Z(I)');
    }
  });

  test('that throws ends the session rather than to let the row pass', async () => {
    const broken = (): never => {
      throw new Error('broken mask');
    };
    stage.decide = ({ text }) =>
      text?.includes('secret')
        ? {
            kind: 'mask',
            plans: [
              { columns: [{ type: 25, forType: () => ({ text: broken, binary: broken, begin: broken }) }] },
            ],
          }
        : allow;
    const client = await stage.open();
    client.send(f.query("SELECT 'secret'"));
    expect((await client.untilEnd()).at(-1)?.fields).toMatchObject({ S: 'FATAL', C: 'XX000' });
    expect(client.receivedBytes.includes('secret')).toBe(false);
  });
});
