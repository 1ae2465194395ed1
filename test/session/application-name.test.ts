// The principal stays in front of application_name, whatever the client calls itself.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { summary } from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';
import { Stage } from './support.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage?.stop());

/** What the database calls the sessions that clients have through the gateway. */
async function names(): Promise<(string | null)[]> {
  const admin = await stage.admin();
  const rows = await admin.rows("SELECT application_name FROM pg_stat_activity WHERE datname = 'shop'");
  return rows.map(([name]) => name ?? null);
}

test('a name given at start-up stands behind the principal', async () => {
  const client = await stage.open({ parameters: { application_name: 'tool' } });
  expect(await names()).toContain('alice tool');
  await client.end();
});

test.each([
  { name: 'a plain SET', statements: ["SET application_name = 'tool'"] },
  { name: 'set_config', statements: ["SELECT set_config('application_name', 'tool', false)"] },
  {
    name: 'a SET in a transaction, once it is committed',
    statements: ['BEGIN', "SET application_name = 'tool'", 'COMMIT'],
  },
])('$name gets the principal put back, and the client is told nothing of it', async ({ statements }) => {
  const direct = await stage.direct();
  const client = await stage.open();
  for (const statement of statements) {
    const told = summary(await client.query(statement));
    expect(told).toBe(summary(await direct.query(statement)));
  }
  await waitUntil('the principal to be back', async () => (await names()).includes('alice tool'));
  const before = client.receivedBytes.length;
  expect(summary(await client.query('SELECT 1'))).toBe('T D C(SELECT 1) Z(I)');
  expect(client.receivedBytes.subarray(before)[0]).toBe('T'.charCodeAt(0));
  expect(client.parameters.get('application_name')).toBe('tool');
  await client.end();
});

test("within a transaction nothing is put into the client's way, and a rollback needs nothing put back", async () => {
  const client = await stage.open();
  await client.query('BEGIN');
  await client.query("SET application_name = 'tool'");
  expect(await client.rows('SHOW application_name')).toEqual([['tool']]);
  await client.query('ROLLBACK');
  expect(await client.rows('SHOW application_name')).toEqual([['alice']]);
  await client.end();
});

test("somebody else's name in it does not hide whose session it is", async () => {
  const client = await stage.open();
  await client.query("SET application_name = 'bob'");
  await waitUntil('the principal to be back', async () => (await names()).includes('alice bob'));
  await client.end();
});
