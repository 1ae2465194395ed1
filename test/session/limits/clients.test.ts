// What people and programs see of limits: psql and the most used driver of Node.js.
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stage } from '../support.ts';
import { limitAsWritten, schema } from './support.ts';

const run = promisify(execFile);

function hasPsql(): boolean {
  try {
    execFileSync('psql', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('limits as clients see them', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start({ schema });
    stage.decide = limitAsWritten;
  });
  afterAll(() => stage?.stop());

  test.runIf(hasPsql())('psql', async () => {
    const statements = [
      'SELECT id FROM t ORDER BY id /*reads*/ /*rows 2*/',
      'SELECT id FROM t ORDER BY id /*reads*/ /*cut 2*/',
      'UPDATE t SET name = name /*affected 3*/',
      'UPDATE t SET name = name WHERE id = 1 /*affected 3*/',
      '\\copy (SELECT id, name FROM t ORDER BY id) TO STDOUT /*reads*/ /*cut 2*/',
      '\\set FETCH_COUNT 2',
      'SELECT id FROM t ORDER BY id /*reads*/',
    ];
    const { host, port } = stage.address;
    const { stdout, stderr } = await run(
      'psql',
      ['-X', '-A', '-t', ...statements.flatMap((each) => ['-c', each])],
      {
        env: {
          ...{
            PATH: process.env.PATH,
            PGHOST: host,
            PGPORT: String(port),
            PGDATABASE: 'shop',
            PGUSER: 'token',
          },
          PGPASSWORD: await stage.issuer.token(),
        },
      },
    );
    expect(stdout.split('\n').slice(0, 5)).toEqual(['1', '2', 'UPDATE 1', '1\tname 1', '2\tname 2']);
    expect(stderr.split('\n').filter((line) => /^(ERROR|NOTICE|HINT)/.test(line))).toEqual([
      'ERROR:  refused by policy rule "the.rule": the answer has more rows than the limit of 2',
      'HINT:  Ask for less at a time: with LIMIT, or with a narrower filter.',
      'NOTICE:  these are the first 2 rows; policy rule "the.rule" leaves out the others',
      'HINT:  Ask for less at a time: with LIMIT, or with a narrower filter.',
      'ERROR:  refused by policy rule "the.rule": the limit is 3 changed rows, and 10 were counted; all of it was rolled back',
      'HINT:  Change fewer rows at a time. Rows that triggers and foreign keys change are counted too.',
      'NOTICE:  these are the first 2 rows; policy rule "the.rule" leaves out the others',
      'HINT:  Ask for less at a time: with LIMIT, or with a narrower filter.',
    ]);
  });

  test('pg', async () => {
    const { host, port } = stage.address;
    const client = new pg.Client({
      ...{ host, port, user: 'token', database: 'shop' },
      password: await stage.issuer.token(),
    });
    await client.connect();
    const notices: string[] = [];
    client.on('notice', ({ message }) => notices.push(message ?? ''));
    for (const values of [undefined, [0]]) {
      const where = values === undefined ? 'id > 0' : 'id > $1';
      const select = `SELECT id FROM t WHERE ${where} ORDER BY id /*reads*/`;
      await expect(client.query(`${select} /*rows 2*/`, values)).rejects.toMatchObject({ code: '42501' });
      const cut = await client.query(`${select} /*cut 2*/`, values);
      expect([cut.rows, cut.rowCount]).toEqual([[{ id: 1 }, { id: 2 }], 2]);
      const update = `UPDATE t SET name = name WHERE ${where}`;
      await expect(client.query(`${update} /*affected 9*/`, values)).rejects.toMatchObject({ code: '42501' });
      expect((await client.query(`${update} /*affected 10*/`, values)).rowCount).toBe(10);
    }
    expect(notices).toHaveLength(2);
    await client.end();
  });
});
