// `portcullis check-config`: what it finds, offline and online.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { freshRecordingKeys } from '../../gateway/audit/index.ts';
import { startDemoIssuer } from '../../gateway/demo/issuer.ts';
import { silentLog } from '../../gateway/lib/index.ts';
import { openState } from '../../gateway/state/index.ts';
import { buildBundle, createSigningKey, repack } from '../support/build-bundle.ts';
import { type Certificates, createCertificates } from '../support/certificates.ts';
import { startPostgres } from '../support/postgres.ts';
import { runCli } from './run-cli.ts';

let folder: string;
let certificates: Certificates;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-check-'));
  certificates = await createCertificates(folder, { validTo: new Date(Date.now() + 100 * 86_400_000) });
  await certificates.issue('expired', {
    commonName: 'x',
    validFrom: new Date(Date.now() - 9e9),
    validTo: new Date(Date.now() - 1e9),
  });
  await certificates.issue('soon', {
    commonName: 'x',
    validTo: new Date(Date.now() + 5 * 86_400_000 + 3_600_000),
  });
  await write('password', 'secret-of-the-database', 0o600);
  await write('open', 'secret-of-the-database', 0o644);
  await write('empty', '\n', 0o600);
  await write('jwks.json', '{"keys":[{}]}', 0o644);
});
afterAll(() => rm(folder, { recursive: true }));

const write = (name: string, text: string, mode: number) => writeFile(join(folder, name), text, { mode });

const upstream = { host: '127.0.0.1', port: 1, database: 'd', sslmode: 'disable' };

function config(
  changes: { listen?: object; issuer?: object; upstream?: object; password?: string; resolver?: object } = {},
): object {
  return {
    listen: changes.listen ?? { tls: { cert: 'server.crt', key: 'server.key' } },
    identity: { issuers: [{ issuer: 'https://login.example.com', audience: 'p', ...changes.issuer }] },
    policy: { open: true },
    resources: [
      {
        name: 'orders',
        upstream: { ...upstream, ...changes.upstream },
        credentials: {
          default: { kind: 'static', user: 'u', password_file: changes.password ?? 'password' },
          ...('resolver' in changes ? changes.resolver : { resolver: { kind: 'static', user: 'asks' } }),
        },
      },
    ],
  };
}

async function check(content: object | string, more: readonly string[] = [], env = {}) {
  const file = join(folder, 'portcullis.yaml');
  await writeFile(file, typeof content === 'string' ? content : stringify(content));
  return runCli(['check-config', '--config', file, ...more], { env });
}

test('a good configuration has a tick on every line', async () => {
  const { code, stdout, stderr } = await check(config());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('portcullis.yaml: valid, 1 resource, 1 issuer');
  expect(stdout).toMatch(/listen\.tls\.cert: .*valid until \d{4}-\d\d-\d\d/);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('✓')),
  ).toEqual([
    '! policy.open: every statement is allowed, and nothing decides',
    expect.stringContaining('portcullis policy init'),
  ]);
});

test('mask keys are read, and never shown', async () => {
  const secret = Buffer.alloc(32, 7).toString('base64');
  const withKeys = async (text: string) => {
    await writeFile(join(folder, 'mask-keys.yaml'), text, { mode: 0o600 });
    return check({ ...config(), masking: { keys_file: 'mask-keys.yaml' } });
  };
  const good = await withKeys(`keys: [{ id: new, key: ${secret} }, { id: old, key: ${secret} }]`);
  expect(good.stdout).toContain('✓ masking.keys_file: the key "new" is in use; rules may still name old\n');
  const bad = await withKeys('keys: [{ id: new, key: short }]');
  expect(bad.code).toBe(1);
  expect(bad.stdout).toMatch(
    /✕ masking\.keys_file: .*the key of mask key "new" must be base64 of at least 32 bytes/,
  );
  expect(good.stdout + bad.stdout).not.toContain(secret);
  expect(bad.stdout).toContain('portcullis mask-keys create');
  expect((await check(config())).stdout).toContain(
    '✓ masking: no mask keys: values under masks of the kinds hash',
  );
  const inEnvironment = { ...config(), masking: { keys_env: 'MASK_KEYS' } };
  const keys = JSON.stringify({ keys: [{ id: 'new', key: secret }] });
  expect((await check(inEnvironment, [], { MASK_KEYS: keys })).stdout).toContain(
    '✓ masking.keys_env: the key "new" is in use\n',
  );
  expect((await check(inEnvironment)).stdout).toContain(
    '✕ masking.keys_env: the variable MASK_KEYS is not set',
  );
});

test('the key of recordings is read as the gateway reads it', async () => {
  const { publicPem, privatePem } = freshRecordingKeys();
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'pem',
    type: 'spki',
  });
  await write('auditor.pem.pub', publicPem, 0o644);
  await write('auditor.pem', privatePem, 0o600);
  await write('ec.pub', ec.toString(), 0o644);
  await write('garbage.pub', '-----BEGIN PUBLIC KEY-----\nbm90aGluZw==\n-----END PUBLIC KEY-----\n', 0o644);
  const lineOf = async (file: string) => {
    const { code, stdout } = await check({ ...config(), audit: { recordings: { public_key_file: file } } });
    return {
      code,
      line: stdout.split('\n').find((line) => line.includes('audit.recordings.public_key_file')),
    };
  };
  expect(await lineOf('auditor.pem.pub')).toEqual({
    code: 0,
    line: expect.stringMatching(/^✓ .*auditor\.pem\.pub, answers are recorded for the key [0-9a-f]{16}$/),
  });
  const refused = (why: string) => ({ code: 1, line: expect.stringMatching(new RegExp(`^✕ .*${why}`)) });
  expect(await lineOf('auditor.pem')).toEqual(refused('it holds a private key'));
  expect(await lineOf('ec.pub')).toEqual(refused('it is a key of the type ec'));
  expect(await lineOf('garbage.pub')).toEqual(refused('it is no key in PEM form'));
});

test('bundles are taken as the gateway would take them', async () => {
  const decides = (what: string) =>
    `package gateway.${what}\ndefault decision := {"effect": "deny", "rule": "test.no"}`;
  const files = Object.fromEntries(
    ['statement', 'connect', 'approve'].map((what) => [`gateway/${what}.rego`, decides(what)]),
  );
  const entrypoints = ['statement', 'connect', 'approve'].map((what) => `gateway/${what}/decision`);
  const key = await createSigningKey(folder, 'ES256');
  const bundle = await buildBundle({ files, entrypoints, revision: 'r7', signing: { key } });
  await writeFile(join(folder, 'bundle.tar.gz'), bundle);
  const bundles = [{ name: 'main', url: 'bundle.tar.gz', signing: { key: key.publicFile } }];
  const good = await check({ ...config(), policy: { bundles } });
  expect(good.stdout).toContain('✓ policy.bundles.main: revision r7, signature verified, answers gateway/');
  expect(good.code).toBe(0);
  await writeFile(join(folder, 'bundle.tar.gz'), repack(bundle, { '/data.json': '{"more": 1}' }));
  const tampered = await check({ ...config(), policy: { bundles } });
  expect(tampered.stdout).toMatch(/✕ policy\.bundles\.main: .*data\.json/);
  expect(tampered.code).toBe(1);
});

const pair = (cert: string, key: string) => ({ listen: { tls: { cert, key } } });

test.each([
  {
    name: 'a key of another certificate',
    changes: pair('server.crt', 'soon.key'),
    want: /✕ listen\.tls\.key: .*does not belong to the certificate/,
    code: 1,
  },
  {
    name: 'an expired certificate',
    changes: pair('expired.crt', 'expired.key'),
    want: /✕ listen\.tls\.cert: .*has expired on/,
    code: 1,
  },
  {
    name: 'a certificate that expires soon',
    changes: pair('soon.crt', 'soon.key'),
    want: /! listen\.tls\.cert: .*\(5 days\)\n {4}Renew it/,
    code: 0,
  },
  {
    name: 'a certificate that is none',
    changes: pair('password', 'server.key'),
    want: /✕ listen\.tls\.cert: .*holds no certificate/,
    code: 1,
  },
  {
    name: 'a key that is none',
    changes: pair('server.crt', 'password'),
    want: /✕ listen\.tls\.key: .*holds no private key/,
    code: 1,
  },
  { name: 'no TLS', changes: { listen: {} }, want: /✓ listen\.tls: absent/, code: 0 },
  {
    name: 'an empty password',
    changes: { password: 'empty' },
    want: /✕ .*password_file: .*is empty/,
    code: 1,
  },
  {
    name: 'a password that everybody can read',
    changes: { password: 'open' },
    want: /! .*every user of this machine\n {4}chmod 600/,
    code: 0,
  },
  {
    name: 'a key set',
    changes: { issuer: { jwks_file: 'jwks.json' } },
    want: /✓ identity\.issuers\[0\]\.jwks_file: .*, 1 key$/m,
    code: 0,
  },
  {
    name: 'a key set that is none',
    changes: { issuer: { jwks_file: 'password' } },
    want: /✕ identity\.issuers\[0\]\.jwks_file: .*is not JSON/,
    code: 1,
  },
  {
    name: 'an authority that is none',
    changes: { issuer: { ca: 'password' } },
    want: /✕ identity\.issuers\[0\]\.ca: .*holds no certificate/,
    code: 1,
  },
])('$name is found', async ({ changes, want, code }) => {
  const run = await check(config(changes));
  expect(run.stdout).toMatch(want);
  expect(run.code).toBe(code);
  expect(run.stdout + run.stderr).not.toMatch(/secret-of-the-database|^\s+at /m);
});

test('an invalid configuration is shown with every problem', async () => {
  const { code, stderr } = await check('listen: { port: many }\nresorces: []\n');
  expect(code).toBe(1);
  expect(stderr).toMatch(/listen\.port \(line 1\)/);
  expect(stderr).toMatch(/resorces/);
});

test('a missing file is a problem of the configuration', async () => {
  const { code, stderr } = await check(config({ ...pair('nowhere.crt', 'server.key'), password: 'nowhere' }));
  expect(code).toBe(1);
  expect(stderr).toMatch(/listen\.tls\.cert \(line \d+\)/);
  expect(stderr).toMatch(/password_file \(line \d+\)/);
});

test('without the role that asks what names mean, the SQL that makes it is printed', async () => {
  const { code, stdout } = await check(config({ resolver: {} }));
  expect(stdout).toMatch(/! resources\[0\]\.credentials\.resolver: absent: .*opaque\n {4}An administrator/);
  expect(stdout).toContain('\n    CREATE ROLE "portcullis_resolver" LOGIN NOSUPERUSER');
  expect(stdout).toContain('\n    GRANT USAGE ON SCHEMA "public" TO "portcullis_resolver";');
  expect(code).toBe(0);
});

test('online, that SQL names the schemas that are there, and a role with too much is told', async () => {
  const [issuer, postgres] = await Promise.all([startDemoIssuer(), startPostgres()]);
  const admin = new pg.Client({ connectionString: postgres.connectionString() });
  try {
    await write('password', postgres.superuser.password, 0o600);
    await admin.connect();
    await admin.query('CREATE SCHEMA sales; CREATE TABLE sales.deals (id int)');
    const ask = async (resolver: object) => {
      const content = config({
        issuer: { issuer: issuer.issuer },
        upstream: { port: postgres.port, database: 'postgres' },
        resolver,
      }) as { resources: { credentials: { default: { user: string } } }[] };
      for (const { credentials } of content.resources) credentials.default.user = postgres.superuser.user;
      return await check(content, ['--online']);
    };
    const printed = (await ask({})).stdout;
    expect(printed).not.toContain('could not be read');
    const [sql = ''] = /-- Lets the gateway[\s\S]*/.exec(printed) ?? [];
    expect(sql).toContain('GRANT USAGE ON SCHEMA "sales"');
    // What is printed can be run as it is.
    await admin.query(sql);
    await admin.query(`ALTER ROLE portcullis_resolver PASSWORD '${postgres.superuser.password}'`);
    const resolver = { resolver: { kind: 'static', user: 'portcullis_resolver', password_file: 'password' } };
    expect((await ask(resolver)).stdout).toContain('portcullis_resolver may ask postgres, and nothing else');
    await admin.query(
      'GRANT SELECT ON sales.deals TO portcullis_resolver; REVOKE USAGE ON SCHEMA sales FROM portcullis_resolver',
    );
    const { code, stdout } = await ask(resolver);
    expect(stdout).toMatch(/! .*credentials\.resolver: may read or write relations: sales\.deals\n/);
    expect(stdout).toMatch(/! .*credentials\.resolver: lacks USAGE on schemas: sales\n/);
    expect(code).toBe(0);
    await admin.query('REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC, portcullis_resolver');
    expect(await ask(resolver)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/✕ .*lacks TEMPORARY/),
    });
  } finally {
    await admin.end();
    await Promise.all([issuer.stop(), postgres.stop()]);
  }
});

test('online, issuers and databases are asked', async () => {
  const [issuer, postgres] = await Promise.all([startDemoIssuer(), startPostgres()]);
  try {
    await write('password', postgres.superuser.password, 0o600);
    const reachable = {
      issuer: { issuer: issuer.issuer },
      upstream: { port: postgres.port, database: 'postgres' },
      resolver: {},
    };
    const content = config(reachable) as { resources: { credentials: { default: { user: string } } }[] };
    for (const { credentials } of content.resources) credentials.default.user = postgres.superuser.user;
    const { code, stdout } = await check(content, ['--online']);
    expect(stdout).toMatch(/✓ identity\.issuers\[0\]: http:\/\/127\.0\.0\.1:\d+ answers, 2 keys/);
    expect(stdout).toMatch(/✓ resources\[0\]\.upstream: postgres at 127\.0\.0\.1:\d+ lets the gateway in/);
    expect(stdout).toMatch(/! .*credentials\.default: \w+ is a superuser: .*\n {4}.*role-sql/);
    expect(code).toBe(0);
  } finally {
    await Promise.all([issuer.stop(), postgres.stop()]);
  }
});

test('online, what cannot be reached is told', async () => {
  const { code, stdout, stderr } = await check(config({ issuer: { issuer: 'http://127.0.0.1:1' } }), [
    '--online',
  ]);
  expect(stdout).toMatch(/✕ identity\.issuers\[0\]: http:\/\/127\.0\.0\.1:1 cannot be used: ECONNREFUSED/);
  expect(stdout).toMatch(/✕ resources\[0\]\.upstream: d at 127\.0\.0\.1:1: /);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'portcullis: 3 checks failed\n' });
});

test('the database of approvals: where it is, who answers, and how it stands', async () => {
  const key = await createSigningKey(folder, 'ES256');
  const files = {
    'gateway/statement.rego':
      'package gateway.statement\ndefault decision := {"effect": "deny", "rule": "x"}',
  };
  const bundle = await buildBundle({ files, entrypoints: ['gateway/statement/decision'], signing: { key } });
  await writeFile(join(folder, 'approvals.tar.gz'), bundle);
  const decided = (more: object) => ({
    ...config(),
    policy: { bundles: [{ name: 'main', url: 'approvals.tar.gz', signing: { key: key.publicFile } }] },
    ...more,
  });
  const tls = { cert: 'server.crt', key: 'server.key' };
  const answered = await check(decided({ admin: { port: 0, tls } }));
  expect(answered.stdout).toMatch(/✓ admin\.tls\.cert: .*valid until/);
  const kept = await check(decided({}));
  expect(kept.stdout).toContain('✓ state: kept in data_dir, for this gateway alone');
  expect(kept.stdout).toContain('! admin: absent: nobody can answer requests for approval');
  const postgres = await startPostgres();
  try {
    const { host, port, superuser } = postgres;
    await write('state-password', superuser.password, 0o600);
    const state = {
      url: `postgres://${superuser.user}@${host}:${port}/postgres`,
      password_file: 'state-password',
    };
    const lines = async (changes: object = {}) => {
      const asked = decided({ state: { ...state, ...changes }, admin: { port: 0 } });
      const { stdout } = await check(asked, ['--online']);
      return stdout.split('\n').filter((line) => /^. (state|admin)/.test(line));
    };
    const [place, , empty, ...more] = await lines();
    expect(place).toBe(`✓ state: kept in postgres at ${host}:${port}, which several gateways may share`);
    expect(empty).toMatch(/^✓ state\.url: postgres at .*, PostgreSQL \d+.*: empty/);
    expect(more).toEqual([]);
    const connect = async () => {
      const client = new pg.Client({ connectionString: postgres.connectionString() });
      await client.connect();
      return client;
    };
    const opened = await openState({ connect, log: silentLog });
    expect((await lines())[2]).toContain('its tables are current');
    await opened.query('DELETE FROM portcullis.migration WHERE version > 1');
    expect((await lines())[2]).toMatch(
      /its tables are \d+ steps behind, which the gateway makes at its start/,
    );
    await opened.query("UPDATE portcullis.migration SET digest = 'other'");
    expect((await lines())[2]).toMatch(/^✕ state\.url: /);
    await opened.close();
    const elsewhere = await lines({ url: `postgres://nobody@${host}:1/postgres` });
    expect(elsewhere[2]).toMatch(/^✕ state\.url: /);
  } finally {
    await postgres.stop();
  }
});
