// A gateway says which columns look sensitive and have no label, once each, and nothing of what is in them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolverRoleSql } from '../../gateway/catalog/index.ts';
import { loadConfig } from '../../gateway/config/index.ts';
import { defaultDiscovery } from '../../gateway/server/discovery/discovery.ts';
import { parseExposition } from '../admin/parse-exposition.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { waitUntil } from '../support/wait.ts';

const message = 'column looks sensitive and has no label';

describe('discovery', () => {
  let folder: string;
  let server: Postgres;
  let admin: pg.Client;
  let gateway: GatewayProcess;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-discovery-'));
    await writeFile(join(folder, 'password'), 'of-the-tests');
    server = await startPostgres();
    admin = new pg.Client({ connectionString: server.connectionString() });
    await admin.connect();
    await admin.query(`
      CREATE TABLE customers (id int PRIMARY KEY, email text, c17 text, tier text);
      INSERT INTO customers SELECT g, 'canary' || g || '@leak.example', 'canary' || g || '@leak.example', 'gold'
        FROM generate_series(1, 30) g;
      CREATE ROLE reader LOGIN PASSWORD 'of-the-tests'; GRANT SELECT ON customers TO reader;
      ${resolverRoleSql({ role: 'resolver', database: 'postgres', schemas: ['public'] })}
      ALTER ROLE resolver PASSWORD 'of-the-tests'`);
    gateway = await startGatewayProcess(config());
  });
  afterAll(async () => {
    await gateway?.stop();
    await admin?.end();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const config = (discovery?: object, workers = 1): object => {
    const { host, port } = server;
    const credential = (user: string) => ({ kind: 'static', user, password_file: join(folder, 'password') });
    return {
      workers,
      admin: { port: 0 },
      identity: { access_keys: { file: join(folder, 'keys.json') } },
      policy: { open: true },
      resources: [
        {
          name: 'shop',
          upstream: { host, port, database: 'postgres', sslmode: 'disable' },
          credentials: {
            default: credential('reader'),
            resolver: credential('resolver'),
            classifier: credential('reader'),
          },
          ...(discovery === undefined ? {} : { discovery }),
        },
      ],
    };
  };
  const toldOf = (column: string, of = gateway): number =>
    of
      .logText()
      .split('\n')
      .filter((line) => line.includes(message) && line.includes(`"column":"${column}"`)).length;
  const counted = async (of = gateway): Promise<readonly number[]> => {
    const text = await (await fetch(`http://127.0.0.1:${of.adminPort}/metrics`)).text();
    return parseExposition(text)
      .samples.filter(({ name }) => name === 'portcullis_unlabelled_columns')
      .map(({ value }) => value);
  };
  /** The log comes later than the count. */
  const told = (column: string, count: number): Promise<boolean> =>
    waitUntil(`${column} to be told`, async () => (await counted())[0] === count && toldOf(column) > 0);
  const inHealth = async (): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${gateway.adminPort}/health`);
    const document = (await answer.json()) as { processes: { resources: { unlabelled?: number }[] }[] };
    return document.processes[0]?.resources[0]?.unlabelled;
  };

  test('names are looked at without being asked for, and told once', async () => {
    await told('public.customers.email', 1);
    expect(await inHealth()).toBe(1);
    await admin.query('CREATE TABLE staff (id int, iban text)');
    await told('public.staff.iban', 2);
    // Nothing is told again because something else changed, or the same configuration was read again.
    await gateway.reload(config());
    await admin.query('CREATE TABLE drivers (id int, passport text)');
    await told('public.drivers.passport', 3);
    expect([toldOf('public.customers.email'), toldOf('public.staff.iban')]).toEqual([1, 1]);
    expect(toldOf('public.customers.c17')).toBe(0);
    await admin.query('DROP TABLE drivers');
    await waitUntil('one less', async () => (await counted())[0] === 2);
  });

  test('a label ends it', async () => {
    await admin.query(`COMMENT ON COLUMN staff.iban IS '@label(money)'`);
    await waitUntil('one less', async () => (await counted())[0] === 1);
  });

  test('values are looked at where the configuration says so, and none is logged', async () => {
    await gateway.reload(config({ sample: true }));
    await told('public.customers.c17', 2);
    expect(gateway.logText()).toContain('30 of 30 sampled values look like e-mail addresses');
    expect(gateway.logText()).not.toMatch(/canary|leak\.example/);
    expect(server.logText()).not.toContain('permission denied');
  });

  test('a credential that may not read is no reason to stop', async () => {
    await admin.query('REVOKE SELECT ON customers FROM reader');
    await gateway.reload(config({ sample: true, min_confidence: 0.6 }));
    const note = 'public.customers: 4 of 4 columns may not be read';
    await waitUntil(
      'names alone',
      async () => (await counted())[0] === 1 && gateway.logText().includes(note),
    );
    await admin.query('GRANT SELECT ON customers TO reader');
  });

  test('it can be turned off', async () => {
    await gateway.reload(config({ enabled: false }));
    await waitUntil('nothing to be told', async () => (await counted()).length === 0);
    expect(await inHealth()).toBeUndefined();
  });

  test('of several processes one looks', async () => {
    const several = await startGatewayProcess(config(undefined, 2));
    try {
      await waitUntil('the look', () => toldOf('public.customers.email', several) > 0);
      expect(await counted(several)).toEqual([1]);
      expect(toldOf('public.customers.email', several)).toBe(1);
    } finally {
      await several.stop();
    }
  });

  test('what holds where nothing is said is what the schema says', async () => {
    const path = join(folder, 'portcullis.json');
    await writeFile(path, JSON.stringify(config({})));
    expect((await loadConfig(path)).resources[0]?.discovery).toEqual(defaultDiscovery);
    await writeFile(path, JSON.stringify(config({ sample: true, credential: 'nobody' })));
    await expect(loadConfig(path)).rejects.toThrow(
      /resources\[0\]\.discovery\.credential.*is "nobody", which is none of the resource's credentials/,
    );
  });
});
