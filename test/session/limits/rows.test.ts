// More rows than a limit allows, whichever way they are asked for: an error that fails what it stands in, or a cut.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { frontend as f, type RawClient, summary } from '../../support/raw-client.ts';
import { at, singleBytes, turns, whole } from '../script.ts';
import { Stage } from '../support.ts';
import { limitAsWritten, schema } from './support.ts';

/** What is sent, up to where an answer to all of it is due, and that answer. */
type Exchange = readonly [sent: string | readonly Buffer[], answer: string];
type Case = Readonly<{ name: string; exchanges: readonly Exchange[] }>;

const select = 'SELECT id FROM t ORDER BY id /*reads*/';
const over = 'E(42501)';

const errors: readonly Case[] = [
  { name: 'a Query', exchanges: [[`${select} /*rows 3*/`, `T D D D ${over} Z(I)`]] },
  { name: 'none at all', exchanges: [[`${select} /*rows 0*/`, `T ${over} Z(I)`]] },
  { name: 'just as many', exchanges: [['SELECT 1 /*reads*/ /*rows 1*/', 'T D C(SELECT 1) Z(I)']] },
  {
    name: 'rows without end',
    exchanges: [['SELECT generate_series(1, 1000000000000) /*reads*/ /*rows 2*/', `T D D ${over} Z(I)`]],
  },
  {
    name: 'a transaction and its savepoint',
    exchanges: [
      ['BEGIN', 'C(BEGIN) Z(T)'],
      ['SAVEPOINT one', 'C(SAVEPOINT) Z(T)'],
      [`${select} /*rows 3*/`, `T D D D ${over} Z(E)`],
      [select, 'E(25P02) Z(E)'],
      ['ROLLBACK TO one', 'C(ROLLBACK) Z(T)'],
      [`${select} /*rows 10*/`, `T${' D'.repeat(10)} C(SELECT 10) Z(T)`],
      ['COMMIT', 'C(COMMIT) Z(I)'],
    ],
  },
  {
    name: 'the second of several statements',
    exchanges: [
      [`SELECT 1 /*reads*/; ${select} /*rows 3*/; SELECT 2`, `T D C(SELECT 1) T D D D ${over} Z(I)`],
    ],
  },
  {
    name: 'an Execute, and what is pipelined behind it',
    exchanges: [
      [
        [
          ...[f.parse(`${select} /*rows 3*/`), f.bind({}), f.describePortal(), f.execute()],
          ...[
            f.parse("INSERT INTO log VALUES ('behind')"),
            f.bind({}),
            f.execute(),
            f.closePortal(),
            f.sync(),
          ],
        ],
        `1 2 T D D D ${over} Z(I)`,
      ],
      ['SELECT count(*) FROM log', 'T D C(SELECT 1) Z(I)'],
    ],
  },
  {
    name: 'an Execute behind another one, which is undone with it',
    exchanges: [
      [
        [
          ...[f.parse("INSERT INTO log VALUES ('before')"), f.bind({}), f.execute()],
          ...[f.parse(`${select} /*rows 3*/`), f.bind({}), f.execute(), f.sync()],
        ],
        `1 2 C(INSERT 0 1) 1 2 D D D ${over} Z(I)`,
      ],
    ],
  },
  {
    name: 'a portal that is fetched in portions',
    exchanges: [
      ['BEGIN', 'C(BEGIN) Z(T)'],
      [
        [f.parse(`${select} /*rows 5*/`), f.bind({ portal: 'p' }), f.execute('p', 2), f.sync()],
        '1 2 D D s Z(T)',
      ],
      [[f.execute('p', 2), f.execute('p', 2), f.sync()], `D D s D ${over} Z(E)`],
      ['ROLLBACK', 'C(ROLLBACK) Z(I)'],
    ],
  },
  {
    name: 'a cursor that is fetched in portions, by SQL and by the protocol',
    exchanges: [
      ['BEGIN', 'C(BEGIN) Z(T)'],
      [`DECLARE c CURSOR FOR SELECT id FROM t`, 'C(DECLARE CURSOR) Z(T)'],
      ['FETCH 2 FROM c /*reads*/ /*rows 5*/', 'T D D C(FETCH 2) Z(T)'],
      ['MOVE 1 FROM c', 'C(MOVE 1) Z(T)'],
      [
        [f.parse('FETCH 2 FROM c /*reads*/ /*rows 5*/'), f.bind({}), f.execute(), f.sync()],
        '1 2 D D C(FETCH 2) Z(T)',
      ],
      ['FETCH 2 FROM c /*reads*/ /*rows 5*/', `T D ${over} Z(E)`],
      ['ROLLBACK', 'C(ROLLBACK) Z(I)'],
      ['BEGIN', 'C(BEGIN) Z(T)'],
      [`DECLARE c CURSOR FOR SELECT id FROM t`, 'C(DECLARE CURSOR) Z(T)'],
      ['FETCH 5 FROM c /*reads*/ /*rows 5*/', 'T D D D D D C(FETCH 5) Z(T)'],
      ['COMMIT', 'C(COMMIT) Z(I)'],
    ],
  },
  {
    name: 'a cursor that is declared and fetched in one text',
    exchanges: [
      [
        'BEGIN; DECLARE d CURSOR FOR SELECT id FROM t; FETCH 2 d; FETCH 2 d /*reads*/ /*rows 3*/; COMMIT',
        `C(BEGIN) C(DECLARE CURSOR) T D D C(FETCH 2) T D ${over} Z(I)`,
      ],
    ],
  },
  {
    name: 'a text that would commit what was done before it',
    exchanges: [
      ['BEGIN', 'C(BEGIN) Z(T)'],
      ["INSERT INTO log VALUES ('before')", 'C(INSERT 0 1) Z(T)'],
      [`${select} /*rows 3*/; COMMIT`, `${over} Z(E)`],
      ['ROLLBACK', 'C(ROLLBACK) Z(I)'],
    ],
  },
  {
    name: 'a cursor that is held beyond its transaction',
    exchanges: [
      ['DECLARE h CURSOR WITH HOLD FOR SELECT id FROM t', 'C(DECLARE CURSOR) Z(I)'],
      ['FETCH 2 FROM h /*reads*/ /*rows 3*/', 'T D D C(FETCH 2) Z(I)'],
      ['FETCH 2 FROM h /*reads*/ /*rows 3*/', `T D ${over} Z(I)`],
      ['CLOSE h', 'C(CLOSE CURSOR) Z(I)'],
    ],
  },
  {
    name: 'a cursor of which nothing is known',
    exchanges: [['FETCH 2 FROM nothing /*reads*/ /*rows 3*/', 'E(34000) Z(I)']],
  },
  {
    name: 'EXECUTE of what SQL has prepared, each time by itself',
    exchanges: [
      ['PREPARE few AS SELECT id FROM t WHERE id <= $1', 'C(PREPARE) Z(I)'],
      ['EXECUTE few(3) /*reads*/ /*rows 3*/', 'T D D D C(SELECT 3) Z(I)'],
      ['EXECUTE few(4) /*reads*/ /*rows 3*/', `T D D D ${over} Z(I)`],
      ['EXECUTE few(3) /*reads*/ /*rows 3*/', 'T D D D C(SELECT 3) Z(I)'],
    ],
  },
  {
    name: 'RETURNING, of which nothing stays',
    exchanges: [
      ['DELETE FROM child RETURNING id /*rows 4*/', `T D D D D ${over} Z(I)`],
      ['SELECT count(*) FROM child HAVING count(*) = 5', 'T D C(SELECT 1) Z(I)'],
      ['BEGIN', 'C(BEGIN) Z(T)'],
      [
        [
          f.parse('DELETE FROM child RETURNING id /*rows 4*/'),
          f.bind({}),
          f.execute('', 3),
          f.execute('', 3),
          f.sync(),
        ],
        `1 2 D D D s D ${over} Z(E)`,
      ],
      ['ROLLBACK', 'C(ROLLBACK) Z(I)'],
    ],
  },
  ...(['text', 'csv', 'binary'] as const).map((format) => ({
    name: `COPY in ${format}`,
    exchanges: [
      [`COPY t TO STDOUT (FORMAT ${format}) /*reads*/ /*rows 3*/`, `H d d d ${over} Z(I)`],
      [
        `COPY t TO STDOUT (FORMAT ${format}) /*reads*/ /*rows 10*/`,
        `H${' d'.repeat(format === 'binary' ? 11 : 10)} c C(COPY 10) Z(I)`,
      ],
      [
        `COPY (SELECT WHERE false) TO STDOUT (FORMAT ${format}) /*reads*/ /*rows 0*/`,
        format === 'binary' ? 'H d c C(COPY 0) Z(I)' : 'H c C(COPY 0) Z(I)',
      ],
    ] as const,
  })),
  {
    name: 'COPY with a header',
    exchanges: [['COPY t TO STDOUT (FORMAT csv, HEADER) /*reads*/ /*rows 3*/', `H d d d d ${over} Z(I)`]],
  },
  {
    name: 'COPY in a transaction, by the extended protocol',
    exchanges: [
      ['BEGIN', 'C(BEGIN) Z(T)'],
      [
        [f.parse('COPY t TO STDOUT /*reads*/ /*rows 3*/'), f.bind({}), f.execute(), f.sync()],
        `1 2 H d d d ${over} Z(E)`,
      ],
      ['ROLLBACK', 'C(ROLLBACK) Z(I)'],
    ],
  },
];

const cuts: readonly Case[] = [
  { name: 'a Query', exchanges: [[`${select} /*cut 3*/`, 'T D D D N C(SELECT 3) Z(I)']] },
  { name: 'none at all', exchanges: [[`${select} /*cut 0*/`, 'T N C(SELECT 0) Z(I)']] },
  {
    name: 'rows without end',
    exchanges: [['SELECT generate_series(1, 1000000000000) /*reads*/ /*cut 2*/', 'T D D N C(SELECT 2) Z(I)']],
  },
  {
    name: 'rows without end, by the extended protocol',
    exchanges: [
      ['BEGIN', 'C(BEGIN) Z(T)'],
      [
        [
          f.parse('SELECT generate_series(1, 1000000000000) /*reads*/ /*cut 2*/'),
          f.bind({}),
          f.execute(),
          f.sync(),
        ],
        '1 2 D D N C(SELECT 2) Z(T)',
      ],
      ['COMMIT', 'C(COMMIT) Z(I)'],
    ],
  },
  {
    name: 'in a transaction, which goes on',
    exchanges: [
      ['BEGIN', 'C(BEGIN) Z(T)'],
      [`${select} /*cut 3*/`, 'T D D D N C(SELECT 3) Z(T)'],
      ["INSERT INTO log VALUES ('cut')", 'C(INSERT 0 1) Z(T)'],
      ['ROLLBACK', 'C(ROLLBACK) Z(I)'],
    ],
  },
  {
    name: 'each of several statements',
    exchanges: [
      [
        `${select}; ${select} /*cut 3*/; SELECT 1`,
        'T D D D N C(SELECT 3) T D D D N C(SELECT 3) T D C(SELECT 1) Z(I)',
      ],
    ],
  },
  {
    name: 'a portal that is fetched in portions, and again',
    exchanges: [
      ['BEGIN', 'C(BEGIN) Z(T)'],
      [
        [f.parse(`${select} /*cut 5*/`), f.bind({ portal: 'p' }), f.execute('p', 3), f.sync()],
        '1 2 D D D s Z(T)',
      ],
      [[f.execute('p', 3), f.execute('p', 3), f.sync()], 'D D N C(SELECT 2) N C(SELECT 0) Z(T)'],
      ['COMMIT', 'C(COMMIT) Z(I)'],
    ],
  },
  {
    name: 'a cursor',
    exchanges: [
      ['BEGIN', 'C(BEGIN) Z(T)'],
      ['DECLARE c CURSOR FOR SELECT id FROM t', 'C(DECLARE CURSOR) Z(T)'],
      ['FETCH 2 FROM c /*reads*/ /*cut 3*/', 'T D D C(FETCH 2) Z(T)'],
      ['FETCH ALL FROM c /*reads*/ /*cut 3*/', 'T D N C(FETCH 1) Z(T)'],
      ['COMMIT', 'C(COMMIT) Z(I)'],
    ],
  },
  {
    name: 'RETURNING, of which everything is done',
    exchanges: [
      ['BEGIN', 'C(BEGIN) Z(T)'],
      ['DELETE FROM child RETURNING id /*cut 2*/', 'T D D N C(DELETE 5) Z(T)'],
      ['ROLLBACK', 'C(ROLLBACK) Z(I)'],
      ['UPDATE child SET id = id RETURNING id /*cut 2*/', 'T D D N C(UPDATE 5) Z(I)'],
    ],
  },
  ...(['text', 'csv', 'binary'] as const).map((format) => ({
    name: `COPY in ${format}`,
    exchanges: [
      [
        `COPY t TO STDOUT (FORMAT ${format}) /*reads*/ /*cut 3*/`,
        `H d d d${format === 'binary' ? ' d' : ''} c N C(COPY 3) Z(I)`,
      ],
      [
        `COPY (SELECT generate_series(1, 1000000000000)) TO STDOUT (FORMAT ${format}) /*reads*/ /*cut 3*/`,
        `H d d d${format === 'binary' ? ' d' : ''} c N C(COPY 3) Z(I)`,
      ],
    ] as const,
  })),
];

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start({ schema, postgres: { version } });
  });
  beforeEach(() => {
    stage.decide = limitAsWritten;
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage?.stop());

  async function play(client: RawClient, exchanges: readonly Exchange[], cut = whole): Promise<void> {
    for (const [sent, answer] of exchanges) {
      const bytes = typeof sent === 'string' ? f.query(sent) : Buffer.concat(sent);
      for (const piece of cut(bytes)) {
        if (piece.length === 0) continue;
        client.send(piece);
        if (piece.length < bytes.length) await turns(2);
      }
      expect(summary(await client.until('Z')), String(sent)).toBe(answer);
    }
    expect(summary(await client.query('SELECT 1'))).toBe('T D C(SELECT 1) Z(I)');
  }

  test.each(errors)('$name: an error', async ({ exchanges }) => {
    await play(await stage.open(), exchanges);
    await play(await stage.open(), exchanges, singleBytes);
    await play(await stage.open(), exchanges, at(7, 60, 61));
  });

  test.each(cuts)('$name: a cut', async ({ exchanges }) => {
    await play(await stage.open(), exchanges);
    await play(await stage.open(), exchanges, singleBytes);
  });

  test('nothing of what failed has stayed', async () => {
    const client = await stage.open();
    expect(await client.rows('SELECT count(*) FROM log')).toEqual([['0']]);
    expect(await client.rows('SELECT count(*) FROM child')).toEqual([['5']]);
  });

  test('rows are masked and counted, and none is told of what is left out', async () => {
    const client = await stage.open();
    for (const limit of ['/*rows 3*/', '/*cut 3*/']) {
      const text = `SELECT id, 'secret ' || id FROM t /*reads*/ ${limit} /*m -x*/`;
      const simple = await client.query(text);
      client.send(f.parse(text), f.bind({}), f.execute(), f.sync());
      const extended = await client.until('Z');
      const copied = await client.query(
        `COPY (SELECT 'secret ' || id FROM t) TO STDOUT /*reads*/ ${limit} /*m x*/`,
      );
      for (const answer of [simple, extended]) {
        const rows = answer.filter(({ type }) => type === 'D').map(({ texts }) => texts[1]);
        expect(rows).toEqual(['***', '***', '***']);
      }
      expect(copied.filter(({ type }) => type === 'd')).toHaveLength(3);
    }
    expect(client.receivedBytes.includes('secret 1')).toBe(false);
  });

  test('the client is told why', async () => {
    const client = await stage.open();
    const error = (await client.query(`${select} /*rows 3*/`)).find(({ type }) => type === 'E');
    expect(error?.fields).toMatchObject({
      S: 'ERROR',
      M: 'refused by policy rule "the.rule": the answer has more rows than the limit of 3',
    });
    const notice = (await client.query(`${select} /*cut 3*/`)).find(({ type }) => type === 'N');
    expect(notice?.fields).toMatchObject({
      S: 'NOTICE',
      M: 'these are the first 3 rows; policy rule "the.rule" leaves out the others',
    });
  });
});
