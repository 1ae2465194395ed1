// A principal that has spent its budget is refused until there is room again, over all of its sessions and processes.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { frontend as f, type RawClient, summary } from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';
import { type Files, PolicyStage } from './policy-stage.ts';

const schema = 'CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders SELECT generate_series(1, 5)';
const policies = fileURLToPath(new URL('../../policies/', import.meta.url));

/** The policy that is shipped, with a role for each principal of the tests. */
async function starter(roles: object): Promise<Files> {
  const files = (await readdir(policies, { recursive: true })).filter((file) => file.endsWith('.rego'));
  const texts = files.map(async (file) => [file, await readFile(join(policies, file), 'utf8')] as const);
  const access = { roles, settings: {}, functions: { classes: ['pure'], signatures: [] } };
  return { ...Object.fromEntries(await Promise.all(texts)), 'access/data.json': JSON.stringify(access) };
}

const role = (principals: readonly string[], limits: object) => ({
  who: { principals },
  may: { select: { public: 'all', pg_catalog: 'all' } },
  limits,
});

const select = 'SELECT id FROM orders WHERE id = 1';
const codeOf = async (client: RawClient, text = select): Promise<string> =>
  (await client.query(text)).find(({ type }) => type === 'E')?.fields?.C ?? 'ok';

describe('a budget', () => {
  let stage: PolicyStage;
  const names = ['ada', 'bob', 'texts', 'extended', 'cursor', 'transaction', 'refused', 'reloaded'];
  const roles = (most: number) =>
    Object.fromEntries(names.map((name) => [name, role([name], { statements_per_day: most })]));
  beforeAll(async () => {
    stage = await PolicyStage.start(schema, await starter(roles(3)));
  });
  afterEach(() => stage.hangUp());
  afterAll(() => stage.stop());

  test('is one for all sessions of a principal, and another for the next', async () => {
    const [first, second, other] = await Promise.all([
      stage.open(),
      stage.open(),
      stage.open({ sub: 'bob' }),
    ]);
    expect([await codeOf(first), await codeOf(second), await codeOf(first)]).toEqual(['ok', 'ok', 'ok']);
    const answer = await second.query(select);
    expect(summary(answer)).toBe('E(53400) Z(I)');
    expect(answer[0]?.fields).toMatchObject({
      M: expect.stringMatching(
        /^refused by policy rule "role.ada": the budget of 3 statements a day is spent; there is room again in \d{5} seconds$/,
      ),
      D: expect.stringMatching(/^decision [\da-f-]{36}$/),
      H: expect.stringMatching(/^Wait that long/),
    });
    expect(await codeOf(other)).toBe('ok');
  });

  test('is spent by each statement of a text, and a text that is too long for it runs not at all', async () => {
    const client = await stage.open({ sub: 'texts' });
    expect(await codeOf(client, `${select}; ${select}`)).toBe('ok');
    expect(summary(await client.query(`${select}; ${select}`))).toBe('E(53400) Z(I)');
    expect(await codeOf(client)).toBe('ok');
    expect(await codeOf(client)).toBe('53400');
  });

  test('is spent when a prepared statement runs, and by its rows only once', async () => {
    const client = await stage.open({ sub: 'extended' });
    for (const name of ['a', 'b', 'c', 'd', 'e']) client.send(f.parse('SELECT id FROM orders', name));
    client.send(f.bind({ statement: 'a' }), f.execute('', 1), f.execute('', 1), f.execute('', 1), f.sync());
    expect(summary(await client.until('Z'))).toBe('1 1 1 1 1 2 D s D s D s Z(I)');
    for (const name of ['b', 'c', 'd']) client.send(f.bind({ statement: name }), f.execute('', 1), f.sync());
    expect(summary(await client.until('Z'))).toBe('2 D s Z(I)');
    expect(summary(await client.until('Z'))).toBe('2 D s Z(I)');
    expect(summary(await client.until('Z'))).toBe('E(53400) Z(I)');
  });

  test('is spent once by a DECLARE and by a FETCH, and not by the Executes of what these are', async () => {
    const client = await stage.open({ sub: 'cursor' });
    await client.query('BEGIN');
    expect(await codeOf(client, 'DECLARE c CURSOR FOR SELECT id FROM orders')).toBe('ok');
    client.send(f.execute('c', 1), f.execute('c', 1), f.sync());
    expect(summary(await client.until('Z'))).toBe('D s D s Z(T)');
    expect(await codeOf(client, 'FETCH 1 FROM c')).toBe('ok');
    client.send(f.parse('FETCH 2 FROM c'), f.bind({}), f.execute('', 1), f.execute('', 1), f.sync());
    expect(summary(await client.until('Z'))).toBe('1 2 D s D s Z(T)');
    expect(summary(await client.query('FETCH 1 FROM c'))).toBe('E(53400) Z(E)');
  });

  test('that is spent fails the transaction, which can be ended', async () => {
    const client = await stage.open({ sub: 'transaction' });
    await client.query('BEGIN');
    for (let count = 0; count < 3; count++) expect(await codeOf(client)).toBe('ok');
    expect(summary(await client.query(select))).toBe('E(53400) Z(E)');
    expect(await codeOf(client)).toBe('25P02');
    expect(summary(await client.query('ROLLBACK'))).toBe('C(ROLLBACK) Z(I)');
  });

  test('that another bundle changes keeps what was counted', async () => {
    const client = await stage.open({ sub: 'reloaded' });
    for (let count = 0; count < 3; count++) expect(await codeOf(client)).toBe('ok');
    expect(await codeOf(client)).toBe('53400');
    await decideBy(4);
    expect(await codeOf(client)).toBe('ok');
    expect(await codeOf(client)).toBe('53400');
    await decideBy(3);
    expect(await codeOf(client)).toBe('53400');
  });

  /** Resolves once these budgets hold. */
  async function decideBy(most: number): Promise<void> {
    const revision = await stage.publish(await starter(roles(most)));
    await waitUntil(`revision ${revision} to decide`, () =>
      stage.gateway
        .logText()
        .split('\n')
        .some((line) => line.includes('policy decides') && line.includes(`"${revision}"`)),
    );
  }

  test('is not spent by what is refused', async () => {
    const client = await stage.open({ sub: 'refused' });
    for (let count = 0; count < 5; count++) {
      expect(await codeOf(client, 'DELETE FROM orders WHERE id = 1')).toBe('42501');
    }
    for (let count = 0; count < 3; count++) expect(await codeOf(client)).toBe('ok');
    expect(await codeOf(client)).toBe('53400');
  });
});

test('a budget is one for several processes', async () => {
  const roles = {
    many: role(['ada'], { statements_per_day: 100 }),
    few: role(['bob'], { statements_per_day: 10 }),
  };
  const stage = await PolicyStage.start(schema, await starter(roles), 2);
  try {
    const open = (sub: string) => Promise.all(Array.from({ length: 6 }, () => stage.open({ sub })));
    const few = await open('bob');
    const ends: string[] = [];
    for (let count = 0; count < 12; count++) ends.push(await codeOf(few[count % 6] as RawClient));
    expect(ends).toEqual([...Array<string>(10).fill('ok'), '53400', '53400']);

    const many = await open('ada');
    const { processes } = (await stage.health()).document;
    expect(processes.every(({ sessions }) => sessions > 0)).toBe(true);
    let ran = 0;
    const all = () => Promise.all(many.map((client) => codeOf(client)));
    // What one of them was handed and leaves unused is there for the others soon.
    await waitUntil('the budget to be spent', async () => {
      for (let round = 0; round < 5; round++) ran += (await all()).filter((end) => end === 'ok').length;
      return ran >= 100;
    });
    expect(new Set(await all())).toEqual(new Set(['53400']));
    expect(ran).toBe(100);
  } finally {
    await stage.stop();
  }
});
