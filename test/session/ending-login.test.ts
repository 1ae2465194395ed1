// A session that is ended while the database still lets it in stays ended, whatever its client sends.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeGate } from '../support/gate.ts';
import { frontend as f } from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';
import { Stage, upstreamUser } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({
    postgres: { version: 18 },
    schema: 'CREATE TABLE notes (id int)',
    config: { admin: { port: 0, administrators: ['principal:sam'] }, data_dir: 'data' },
  });
});
afterAll(() => stage.stop());

test('access that is withdrawn while its session logs in', async () => {
  const { host, port, superuser } = stage.postgres;
  const admin = await stage.admin('shop');
  const gate = await closeGate({ host, port, ...superuser, database: 'shop' });
  await admin.rows(`CREATE FUNCTION hold() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN IF session_user = '${upstreamUser}' THEN ${gate.perform}; END IF; END $$`);
  await admin.rows('CREATE EVENT TRIGGER hold ON login EXECUTE FUNCTION hold()');
  const client = await stage.connect();
  const password = await stage.issuer.token({ sub: 'eve' });
  const login = client.login({ user: 'token', database: 'shop', password });
  const refused = expect(login).rejects.toThrow('your access was withdrawn');
  await gate.reached();
  const answer = await stage.gateway.api({
    ...{ method: 'POST', path: '/v1/revocations' },
    authorization: `Bearer ${await stage.issuer.token({ sub: 'sam' })}`,
    body: JSON.stringify({ kind: 'principal', value: 'eve' }),
  });
  expect(answer.status).toBe(201);
  await refused;
  client.send(f.query('INSERT INTO notes VALUES (1)'));
  await gate.open();
  const left = () => stage.backends("application_name LIKE 'eve%'");
  await waitUntil('the database to be rid of it', async () => (await left()).length === 0);
  expect(await admin.rows('SELECT count(*) FROM notes')).toEqual([['0']]);
});
