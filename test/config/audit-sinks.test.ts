// The keys of `audit.sinks`: which belong to which kind, and what is refused with words that say what would be right.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../gateway/config/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-sinks-'));
  await writeFile(join(folder, 'secret'), 'a secret');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function load(audit: string) {
  const file = join(folder, 'portcullis.yaml');
  await writeFile(
    file,
    `audit: ${audit}
identity: { access_keys: { file: keys.json } }
policy: { open: true }
resources:
  - { name: orders, upstream: { host: db, database: orders }, credentials: { default: { kind: static, user: gateway } } }`,
  );
  return await loadConfig(file);
}

const one = (sink: string) => `{ sinks: [{ name: a, ${sink} }] }`;
const database = 'kind: postgres, url: "postgres://auditor@db.example.com/audit"';
const store =
  'kind: s3, url: "https://s3.example.com", bucket: audit, access_key_id_file: secret, secret_access_key_file: secret';

test('each kind of sink is read, with its defaults', async () => {
  const { audit } = await load(
    `{ sinks: [{ name: a, ${database}, password_file: secret }, { name: b, ${store}, lock: {} }, { name: c, kind: http, url: "https://a.example.com", header_files: { x-key: secret } }, { name: d, kind: otel, url: "https://b.example.com" }, { name: e, kind: syslog, host: log.example.com }, { name: f, kind: stdout }] }`,
  );
  expect(audit.sinks).toMatchObject([
    { kind: 'postgres', password_file: join(folder, 'secret'), timeout_seconds: 30, refused: 'wait' },
    { kind: 's3', lock: { mode: 'compliance', days: 365 } },
    { kind: 'http', header_files: { 'x-key': join(folder, 'secret') } },
    { kind: 'otel', batch: {} },
    { kind: 'syslog' },
    { kind: 'stdout' },
  ]);
});

test.for([
  { what: 'a sink of an unknown kind', audit: one('kind: kafka'), want: 'sinks[0].kind' },
  { what: 'a database without an address', audit: one('kind: postgres'), want: 'url (line 1): is missing' },
  {
    what: 'a key of another kind',
    audit: one(`${database}, shape: opa`),
    want: 'shape (line 1): does not belong to a sink of the kind postgres',
  },
  {
    what: 'a confirmation of another kind',
    audit: one('kind: syslog, host: a.example.com, confirm: read'),
    want: 'confirm (line 1): is read for a sink of the kind syslog; one of close, sent',
  },
  {
    what: 'a service in the clear',
    audit: one('kind: http, url: "http://a.example.com"'),
    want: 'url (line 1): is not an https URL',
  },
  {
    what: 'a syslog server in the clear',
    audit: one('kind: syslog, host: a.example.com, tls: false'),
    want: 'tls (line 1): is false while the server is elsewhere',
  },
  {
    what: 'a database with its password in the URL',
    audit: one('kind: postgres, url: "postgres://auditor:secret@db.example.com/audit"'),
    want: 'url (line 1): holds a password',
  },
  {
    what: 'a database elsewhere without TLS',
    audit: one('kind: postgres, url: "postgres://auditor@db.example.com/audit?sslmode=prefer"'),
    want: 'has sslmode prefer while the server is elsewhere',
  },
  {
    what: 'half of a client certificate',
    audit: one('kind: otel, url: "https://a.example.com", cert: secret'),
    want: 'key (line 1): is missing while cert is set',
  },
  {
    what: 'two sinks of one name',
    audit: '{ sinks: [{ name: a, kind: stdout }, { name: a, kind: stdout }] }',
    want: 'sinks[1].name (line 1): "a" is there already',
  },
  {
    what: 'strict mode without a sink',
    audit: '{ mode: strict }',
    want: 'strict_sink (line 1): is missing with mode: strict',
  },
  {
    what: 'strict mode with a sink that is none',
    audit: `{ mode: strict, strict_sink: b, sinks: [{ name: a, ${database} }] }`,
    want: 'is "b", which is none of the sinks; name one of them (a)',
  },
  {
    what: 'strict mode with a sink that acknowledges nothing',
    audit: '{ mode: strict, strict_sink: a, sinks: [{ name: a, kind: stdout }] }',
    want: 'is of the kind stdout, which does not say what it has stored',
  },
  {
    what: 'a sink for strict mode without it',
    audit: `{ strict_sink: a, sinks: [{ name: a, ${database} }] }`,
    want: 'has no effect without mode: strict',
  },
])('$what is refused', async ({ audit, want }) => {
  await expect(load(audit)).rejects.toThrow(want);
});
