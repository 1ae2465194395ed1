// A whole gateway with sinks: what a client does is in them, strict mode denies while its sink is away, and the commands say
// how they fare.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { type GatewayProcess, startGatewayProcess } from '../../support/gateway.ts';
import { startIssuer, type TestIssuer } from '../../support/issuer.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { RawClient } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { answerJson, type HttpService, startHttpService } from './http-service.ts';

let postgres: Postgres;
let issuer: TestIssuer;
let gateway: GatewayProcess;
let folder: string;
let web: HttpService;
let isAway = false;

beforeAll(async () => {
  [postgres, issuer, folder] = await Promise.all([
    startPostgres({ settings: { log_statement: 'all' } }),
    startIssuer(),
    mkdtemp(join(tmpdir(), 'portcullis-audited-')),
  ]);
  await writeFile(join(folder, 'password'), postgres.superuser.password);
  web = await startHttpService((_, response) => answerJson(response, isAway ? 503 : 200, {}));
  gateway = await startGatewayProcess({
    admin: { host: '127.0.0.1', port: 0 },
    data_dir: join(folder, 'data'),
    identity: { issuers: [{ issuer: issuer.issuer, audience: 'portcullis' }] },
    policy: { open: true },
    audit: {
      mode: 'strict',
      strict_sink: 'web',
      sinks: [{ kind: 'http', name: 'web', url: web.url }],
    },
    resources: [
      {
        name: 'shop',
        upstream: { host: postgres.host, port: postgres.port, database: 'postgres', sslmode: 'disable' },
        credentials: {
          default: { kind: 'static', user: postgres.superuser.user, password_file: join(folder, 'password') },
        },
      },
    ],
  });
});
afterAll(async () => {
  await gateway?.stop();
  await web?.stop();
  await Promise.all([postgres?.stop(), issuer?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const sinksCommand = (...more: string[]) =>
  runCli(['audit', 'sinks', '--admin', `http://127.0.0.1:${gateway.adminPort}`, ...more]);

const told = () => web.received.map(({ body }) => body).join('');

test('a statement is at the sink before the database has it, and none runs while the sink is away', async () => {
  const { host, port } = gateway;
  const client = await RawClient.open({
    ...{ host, port, user: 'token', database: 'shop', password: await issuer.token() },
  });
  expect(await client.rows('SELECT 41 + 1')).toEqual([['42']]);
  expect(told()).toContain('"type":"statement.intent"');
  expect(told()).toContain('"text":"SELECT {number} + {number}"');
  const good = await sinksCommand();
  expect(good).toMatchObject({ code: 0, stdout: expect.stringMatching(/^web +http +\S+ +ok/m) });

  isAway = true;
  await expect(client.rows('SELECT 1 + 1')).rejects.toThrow('ERROR 58030');
  await waitUntil('it to be away', async () => (await sinksCommand()).code === 1);
  await expect(client.rows('SELECT 1 + 2')).rejects.toThrow('ERROR 58030');
  const bad = await sinksCommand('--json');
  expect(JSON.parse(bad.stdout)).toEqual([
    expect.objectContaining({ name: 'web', state: 'away', problem: 'it answers 503' }),
  ]);
  expect(gateway.logText()).toContain('audit sink takes no events');

  isAway = false;
  await waitUntil('it to be back', async () => (await sinksCommand()).code === 0);
  expect(await client.rows('SELECT 1 + 3')).toEqual([['4']]);
  await waitUntil('the log of the database', () => postgres.logText().includes('1 + 3'));
  expect(postgres.logText()).not.toContain('1 + 2');
  client.destroy();
  expect(told()).toContain('"state":"away"');
});

test('the SQL for a sink is that of its role and database, or of those that are named', async () => {
  const config = join(folder, 'sinks.yaml');
  await writeFile(
    config,
    `identity: { access_keys: { file: keys.json } }
listen: { host: 127.0.0.1, port: 0 }
policy: { open: true }
resources:
  - { name: orders, upstream: { host: db, database: orders }, credentials: { default: { kind: static, user: gateway } } }
audit: { sinks: [ { kind: postgres, name: archive, url: "postgres://auditor@127.0.0.1/audits" }, { kind: stdout, name: out } ] }
`,
  );
  const { code, stdout } = await runCli(['audit', 'sink-sql', 'archive', '--config', config]);
  expect(code).toBe(0);
  expect(stdout).toContain('GRANT CONNECT ON DATABASE "audits" TO "auditor"');
  const named = await runCli(['audit', 'sink-sql', '--role', 'a"b', '--database', 'c']);
  expect(named.stdout).toContain('GRANT CONNECT ON DATABASE "c" TO "a""b"');
  const wrong = await runCli(['audit', 'sink-sql', 'out', '--config', config]);
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('They are: archive.') });
});
