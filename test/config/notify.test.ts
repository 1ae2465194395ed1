// Channels of notifications in a configuration: what belongs to which kind, and what must not leave the machine.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../../gateway/config/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-notify-'));
  await writeFile(join(folder, 'secret'), 'a secret');
});
afterAll(() => rm(folder, { recursive: true }));

async function load(approvals: string) {
  const file = join(folder, 'portcullis.yaml');
  await writeFile(
    file,
    `approvals: ${approvals}
identity: { access_keys: { file: keys.json } }
policy: { open: true }
resources:
  - { name: orders, upstream: { host: db, database: orders }, credentials: { default: { kind: static, user: gateway } } }`,
  );
  return await loadConfig(file);
}

const one = (channel: string) => `{ notify: [{ name: a, ${channel} }] }`;
const hook = 'kind: webhook, url: "https://desk.example.com", secret_file: secret';
const mail = 'kind: email, from: a@example.com, to: [b@example.com]';

test('all kinds are taken, with defaults and absolute files', async () => {
  const slack = 'kind: slack, channel: C1, bot_token_file: secret, signing_secret_file: secret';
  const { approvals } = await load(
    `{ link: "https://desk.example.com/{id}", notify: [{ name: a, ${hook} }, { name: b, ${mail}, smtp: { host: mail.example.com } }, { name: c, ${slack} }, { name: d, kind: slack_webhook, webhook_url_file: secret }] }`,
  );
  expect(approvals.notify).toMatchObject([
    { kind: 'webhook', secret_file: join(folder, 'secret') },
    { kind: 'email', smtp: { host: 'mail.example.com', port: 587, tls: 'starttls' } },
    { kind: 'slack', bot_token_file: join(folder, 'secret') },
    { kind: 'slack_webhook', webhook_url_file: join(folder, 'secret') },
  ]);
  expect(approvals.people).toEqual({ email_claim: 'email', unverified_email: false, seen_within_days: 7 });
});

test.for([
  { what: 'a channel of an unknown kind', approvals: one('kind: pager'), want: 'notify[0].kind' },
  {
    what: 'a webhook without a secret',
    approvals: one('kind: webhook, url: "https://desk.example.com"'),
    want: 'notify[0].secret_file',
  },
  {
    what: 'a webhook of Slack without its address',
    approvals: one('kind: slack_webhook, url: "https://hooks.slack.com/services/a"'),
    want: 'notify[0].webhook_url_file',
  },
  {
    what: 'a key of another kind',
    approvals: one(`${hook}, from: a@example.com`),
    want: 'from (line 1): does not belong to a channel of the kind webhook',
  },
  {
    what: 'a webhook in the clear',
    approvals: one('kind: webhook, url: "http://desk.example.com", secret_file: secret'),
    want: 'url (line 1): is not an https URL',
  },
  {
    what: 'a webhook with a password in its URL',
    approvals: one('kind: webhook, url: "https://a:b@desk.example.com", secret_file: secret'),
    want: 'holds a user or a password',
  },
  {
    what: 'a Slack in the clear',
    approvals: one(
      'kind: slack, channel: C1, bot_token_file: secret, signing_secret_file: secret, api_url: "http://slack.example.com"',
    ),
    want: 'api_url (line 1): is not an https URL',
  },
  {
    what: 'two channels of one name',
    approvals: `{ notify: [{ name: a, ${hook} }, { name: a, ${hook} }] }`,
    want: 'notify[1].name (line 1): "a" is there already',
  },
  {
    what: 'mail in the clear to another machine',
    approvals: one(`${mail}, smtp: { host: mail.example.com, tls: none }`),
    want: 'smtp.tls (line 1): is none while the server is elsewhere',
  },
  {
    what: 'a mail user without a password',
    approvals: one(`${mail}, smtp: { host: mail.example.com, user: a }`),
    want: 'smtp.password_file (line 1): is missing while its other half is set',
  },
  {
    what: 'mail to nobody',
    approvals: one('kind: email, from: a@example.com, smtp: { host: mail.example.com }'),
    want: 'notify[0].to (line 1): is missing',
  },
  {
    what: 'mail for what is no approver',
    approvals: one(`${mail}, smtp: { host: m }, to_approvers: { dba: [b@example.com] }`),
    want: 'to_approvers.dba (line 1): is no approver',
  },
  {
    what: 'an address with another header in it',
    approvals: one(
      'kind: email, from: "a@example.com\\nBcc: b@example.com", to: [b@example.com], smtp: { host: m }',
    ),
    want: 'notify[0].from',
  },
  {
    what: 'an address that ends its command',
    approvals: one('kind: email, from: a@example.com, to: ["b@example.com> x"], smtp: { host: m }'),
    want: 'notify[0].to[0]',
  },
  {
    what: 'a link without a place for the id',
    approvals: '{ link: "https://desk.example.com" }',
    want: 'approvals.link',
  },
])('$what is refused with words', async ({ approvals, want }) => {
  const error = await load(approvals).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).problems.join('\n')).toContain(want);
});
