// SCRAM-SHA-256-PLUS against PostgreSQL with certificates of each signature: both must hash the certificate alike.
import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres } from '../support/postgres.ts';
import { postgresOwner } from '../support/postgres-binaries.ts';
import { type Bench, createBench } from './fixture.ts';

let bench: Bench;
let folder: string;

beforeAll(async () => {
  bench = await createBench();
  folder = await mkdtemp(join(tmpdir(), 'portcullis-certificates-'));
  await chmod(folder, 0o755);
});
afterAll(async () => {
  await bench.stop();
  await rm(folder, { recursive: true });
});

/** A server whose own certificate openssl has made with these options. */
async function startWith(name: string, options: readonly string[]) {
  const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  const fixed = [
    'req',
    '-x509',
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-keyout',
    files.key,
    '-out',
    files.cert,
  ];
  execFileSync('openssl', [...fixed, ...options], { stdio: 'pipe' });
  const owner = postgresOwner();
  for (const file of [files.cert, files.key]) {
    await chmod(file, 0o600);
    if (owner) await chown(file, owner.uid, owner.gid);
  }
  const settings = { ssl: 'on', ssl_cert_file: files.cert, ssl_key_file: files.key };
  return { server: await startPostgres({ settings }), ca: files.cert };
}

const rsa = ['-newkey', 'rsa:2048'];
const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

describe('channel_binding: require', () => {
  test.each([
    { name: 'rsa-sha256', options: [...rsa, '-sha256'] },
    { name: 'rsa-sha512', options: [...rsa, '-sha512'] },
    { name: 'rsa-pss-sha384', options: [...rsa, '-sha384', '-sigopt', 'rsa_padding_mode:pss'] },
    { name: 'ecdsa-sha256', options: [...ec, '-sha256'] },
    { name: 'ecdsa-sha384', options: [...ec, '-sha384'] },
  ])('$name', async ({ name, options }) => {
    const { server, ca } = await startWith(name, options);
    const { connect } = await bench.subject({
      port: server.port,
      password: server.superuser.password,
      host: 'localhost',
      sslmode: 'verify-full',
      ca,
      channel_binding: 'require',
    });
    await connect();
    await bench.finish();
    await server.stop();
  });

  test('Ed25519, which has no such hash: prefer goes on without binding, require refuses', async () => {
    const { server, ca } = await startWith('ed25519', ['-newkey', 'ed25519']);
    const options = {
      port: server.port,
      password: server.superuser.password,
      sslmode: 'verify-ca',
      ca,
    } as const;
    await (await bench.subject({ ...options, channel_binding: 'prefer' })).connect();
    const { failure, logged } = await bench.subject({ ...options, channel_binding: 'require' });
    expect(await failure()).toMatchObject({ code: 'upstream_refused' });
    expect(logged()[0]?.reason).toContain('channel_binding');
    await bench.finish();
    await server.stop();
  });
});
