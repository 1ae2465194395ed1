// The Compose example without containers: its configuration, its roles and its policy, in front of a PostgreSQL of ours.
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createCertificates } from '../support/certificates.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';

const run = promisify(execFile);
const deploy = join(import.meta.dirname, '../../deploy');
const portcullis = join(import.meta.dirname, '../../gateway/bin/portcullis.mjs');
const hasPsql = await run('psql', ['--version']).then(
  () => true,
  () => false,
);

type Compose = Readonly<{ services: Readonly<Record<string, Readonly<{ volumes: readonly string[] }>>> }>;

test('Compose mounts what the configuration names', async () => {
  const { services } = parse(await readFile(join(deploy, 'compose.yaml'), 'utf8')) as Compose;
  const config = await readFile(join(deploy, 'portcullis.yaml'), 'utf8');
  const mounted = services.gateway?.volumes.map((volume) => volume.split(':')[1] ?? '') ?? [];
  for (const [path] of config.matchAll(/\/(?:run|etc|var)\/[\w./-]+/g))
    expect(mounted.some((folder) => path === folder || path.startsWith(`${folder}/`))).toBe(true);
  expect(config).not.toContain('open: true');
});

let folder: string;
let postgres: Postgres;
let gateway: GatewayProcess;
let ca: string;
let key: Readonly<{ user: string; password: string }>;

beforeAll(async () => {
  if (!hasPsql) return;
  folder = await mkdtemp(join(tmpdir(), 'portcullis-example-'));
  postgres = await startPostgres();
  const secrets = join(folder, 'secrets');
  await mkdir(secrets);
  await mkdir(join(folder, 'data'));
  await mkdir(join(folder, 'certificates'));
  const certificates = await createCertificates(join(folder, 'certificates'));
  ca = await readFile(certificates.ca, 'utf8');
  await writeFile(join(secrets, 'tls.crt'), await readFile(certificates.cert));
  await writeFile(join(secrets, 'tls.key'), await readFile(certificates.key));
  for (const name of ['gateway', 'resolver', 'state'])
    await writeFile(join(secrets, `${name}-password`), `password of ${name}\n`);
  await chmod(folder, 0o755);
  const signing = join(folder, 'signing.pem');
  await run('openssl', [
    'genpkey',
    '-algorithm',
    'EC',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-out',
    signing,
  ]);
  await run('openssl', ['pkey', '-in', signing, '-pubout', '-out', join(secrets, 'policy.pub')]);
  const bundle = ['-o', join(folder, 'bundle.tar.gz')];
  await run(portcullis, ['policy', 'build', join(deploy, '..'), '--signing-key', signing, ...bundle]);
  await psql('postgres', [
    "CREATE ROLE portcullis LOGIN PASSWORD 'password of state'",
    'CREATE DATABASE portcullis OWNER portcullis',
    'CREATE DATABASE orders',
  ]);
  await psqlFile('orders', await moved('roles.sql'));
  await psql('orders', ['CREATE TABLE tickets (id int PRIMARY KEY)', 'INSERT INTO tickets VALUES (1)']);
  const keys = join(folder, 'data/keys.json');
  const options = ['me', '--kind', 'human', '--file', keys, '--json'];
  const created = await run(portcullis, ['keys', 'create', ...options]);
  key = JSON.parse(created.stdout) as typeof key;
  gateway = await startGatewayProcess(parse(await moved('portcullis.yaml')) as object);
});
afterAll(async () => {
  await gateway?.stop();
  await postgres?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** With the places and addresses of this machine. */
async function moved(name: string): Promise<string> {
  const { host, port } = postgres;
  return (await readFile(join(deploy, name), 'utf8'))
    .replaceAll('/run/secrets', join(folder, 'secrets'))
    .replaceAll('/etc/portcullis/policy', folder)
    .replaceAll('/var/lib/portcullis', join(folder, 'data'))
    .replace('@state/', `@${host}:${port}/`)
    .replace('host: database', `host: ${host}, port: ${port}`)
    .replace('port: 6432', 'port: 0')
    .replace('port: 8181', 'port: 0')
    .replaceAll('0.0.0.0', '127.0.0.1');
}

const environment = () => {
  const { host, port, superuser } = postgres;
  return {
    ...process.env,
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: superuser.user,
    PGPASSWORD: superuser.password,
  };
};

async function psql(database: string, commands: readonly string[]): Promise<void> {
  const all = commands.flatMap((command) => ['-c', command]);
  await run('psql', ['-X', '-v', 'ON_ERROR_STOP=1', '-d', database, ...all], { env: environment() });
}

async function psqlFile(database: string, text: string): Promise<void> {
  const file = join(folder, 'roles.sql');
  await writeFile(file, text);
  await run('psql', ['-X', '-v', 'ON_ERROR_STOP=1', '-d', database, '-f', file], { env: environment() });
}

test.runIf(hasPsql)('the example starts, and its policy decides', async () => {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port: gateway.port, database: 'orders', ...key },
    ssl: { ca, servername: 'localhost' },
  });
  await client.connect();
  expect((await client.query('SELECT id FROM tickets')).rows).toEqual([{ id: 1 }]);
  expect((await client.query('INSERT INTO tickets VALUES (2)')).rowCount).toBe(1);
  await expect(client.query('DROP TABLE tickets')).rejects.toMatchObject({ code: '42501' });
  await expect(client.query('COPY tickets TO PROGRAM $$true$$')).rejects.toMatchObject({ code: '42501' });
  await client.end();
});
