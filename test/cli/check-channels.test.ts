// `portcullis check-config` on where people and programs are told of requests: files, and logins without a message.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type MailServer, startMailServer } from '../approval/notify/mail-server.ts';
import { botToken, type SlackDouble, startSlackDouble } from '../approval/notify/slack-double.ts';
import { type Certificates, createCertificates } from '../support/certificates.ts';
import { runCli } from './run-cli.ts';

let folder: string;
let certificates: Certificates;
let mail: MailServer;
let slack: SlackDouble;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-channels-'));
  certificates = await createCertificates(folder);
  const login = { user: 'gateway', password: 'correct horse', mechanism: 'PLAIN' } as const;
  const tls = { cert: await readFile(certificates.cert), key: await readFile(certificates.key) };
  [mail, slack] = await Promise.all([startMailServer({ tls, login }), startSlackDouble()]);
});
afterAll(async () => {
  await Promise.all([mail.stop(), slack.stop()]);
  await rm(folder, { recursive: true });
});

async function check(secrets: { hook: string; password: string; token: string }) {
  for (const [name, text] of Object.entries(secrets))
    await writeFile(join(folder, name), text, { mode: 0o600 });
  const smtp = {
    host: 'localhost',
    port: mail.port,
    ca: certificates.ca,
    user: 'gateway',
    password_file: 'password',
  };
  const channels = [
    { kind: 'webhook', name: 'desk', url: 'http://127.0.0.1:1/', secret_file: 'hook' },
    { kind: 'email', name: 'mail', smtp, from: 'a@example.com', to: ['b@example.com'] },
    {
      ...{ kind: 'slack', name: 'slack', channel: 'C1', api_url: slack.apiUrl },
      ...{ bot_token_file: 'token', signing_secret_file: 'token' },
    },
  ];
  const upstream = { host: '127.0.0.1', port: 1, database: 'd', sslmode: 'disable' };
  const config = {
    approvals: { notify: channels },
    identity: { access_keys: { file: 'keys.json' } },
    policy: { open: true },
    resources: [{ name: 'orders', upstream, credentials: { default: { kind: 'static', user: 'u' } } }],
  };
  await writeFile(join(folder, 'portcullis.yaml'), stringify(config));
  return (await runCli(['check-config', '--config', join(folder, 'portcullis.yaml'), '--online'])).stdout;
}

test('channels that work have ticks, and nothing was sent', async () => {
  const said = await check({
    hook: `whsec_${randomBytes(32).toString('base64')}`,
    password: 'correct horse',
    token: botToken,
  });
  expect(said).toContain('✓ approvals.notify[0]: http://127.0.0.1:1/, one secret');
  expect(said).toContain(`✓ approvals.notify[1]: localhost:${mail.port} lets the gateway in`);
  expect(said).toContain('✓ approvals.notify[2]: Slack lets portcullis in, in the workspace Example');
  expect([mail.mails, slack.calls.map(({ method }) => method)]).toEqual([[], ['auth.test']]);
});

test('those that would fail say why, without the secrets', async () => {
  const secrets = { hook: 'whsec_short', password: 'battery staple', token: 'xoxb-wrong' };
  const said = await check(secrets);
  expect(said).toMatch(/✕ approvals\.notify\[0\]\.secret_file: .*a secret is whsec_/);
  expect(said).toContain('openssl rand -base64 32');
  expect(said).toContain(
    '✕ approvals.notify[1]: mail cannot be used: AUTH: the mail server answers 535 5.7.8',
  );
  expect(said).toContain(
    '✕ approvals.notify[2]: slack cannot be used: auth.test: Slack answers invalid_auth',
  );
  for (const secret of Object.values(secrets)) expect(said).not.toContain(secret);
});
