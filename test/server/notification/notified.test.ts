// A gateway of two processes tells of a statement that waits on every channel, and one press in Slack (a double) lets it
// run.
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailServer, startMailServer } from '../../approval/notify/mail-server.ts';
import { type Receiver, startReceiver } from '../../approval/notify/receiver.ts';
import {
  botToken,
  channelId,
  person,
  pressed,
  type SlackDouble,
  signedRequest,
  signingSecret,
  startSlackDouble,
} from '../../approval/notify/slack-double.ts';
import { createCertificates } from '../../support/certificates.ts';
import { frontend as f, summary } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { PolicyStage } from '../policy-stage.ts';

const policy = {
  'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "allow", "rule": "test.reads"}
decision := {"effect": "require_approval", "rule": "test.writes", "reason": "It changes rows.",
  "approval": {"approvers": ["group:dba"], "count": 1, "expires_in": 600, "scope": "statement", "uses": 1}} if {
  count(input.statement.writes) > 0
}`,
  'gateway/connect.rego': `package gateway.connect
default decision := {"effect": "allow", "rule": "test.everybody"}`,
  'gateway/approve.rego': `package gateway.approve
default decision := {"effect": "deny", "rule": "test.not_named", "reason": "You are not among them."}
decision := {"effect": "allow", "rule": "test.dba"} if "dba" in input.identity.groups`,
};

let stage: PolicyStage;
let receiver: Receiver;
let mailServer: MailServer;
let slack: SlackDouble;
const secret = `whsec_${randomBytes(32).toString('base64')}`;

beforeAll(async () => {
  stage = await PolicyStage.start('CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2)', policy, 2);
  const inFolder = async (name: string, text: string) => {
    await writeFile(join(stage.folder, name), text, { mode: 0o600 });
    return join(stage.folder, name);
  };
  const { ca, cert, key } = await createCertificates(stage.folder);
  [receiver, mailServer, slack] = await Promise.all([
    startReceiver({ secret }),
    startMailServer({ tls: { cert: await readFile(cert), key: await readFile(key) } }),
    startSlackDouble(),
  ]);
  stage.approvals = {
    link: 'https://gateway.example.com/requests/{id}',
    notify: [
      {
        ...{ kind: 'webhook', name: 'desk', url: receiver.url },
        secret_file: await inFolder('webhook-secret', secret),
      },
      {
        ...{ kind: 'email', name: 'mail', smtp: { host: 'localhost', port: mailServer.port, ca } },
        ...{ from: 'portcullis@example.com', to_approvers: { 'group:dba': ['dora@example.com'] } },
      },
      {
        ...{ kind: 'slack', name: 'slack', channel: channelId, api_url: slack.apiUrl },
        bot_token_file: await inFolder('slack-token', botToken),
        signing_secret_file: await inFolder('slack-secret', signingSecret),
      },
    ],
  };
  await stage.decideBy('bundle');
});
afterAll(async () => {
  await stage?.stop();
  await Promise.all([receiver?.stop(), mailServer?.stop(), slack?.stop()]);
});

type Notified = { notifications: { name: string; problem?: string }[] };
const channels = async () => {
  const { document } = await stage.health();
  return (document.processes as unknown as Notified[]).map(({ notifications }) => notifications);
};

test('a statement that waits is told of everywhere, and runs when somebody presses in Slack', async () => {
  await waitUntil('each process to have its channels', async () =>
    (await channels()).every((each) => each.length === 3),
  );
  const client = await stage.open();
  client.send(f.query('DELETE FROM t WHERE id = 1'));
  const notice = (await client.until('N')).at(-1)?.fields as unknown as Record<string, string>;
  const id = /requests\/([\da-f-]{36})/.exec(notice.H ?? '')?.[1] ?? 'no id';
  await waitUntil('all three', () =>
    [receiver.received, mailServer.mails, [...slack.messages]].every((each) => each.length === 1),
  );
  expect(receiver.received[0]).toMatchObject({ isGenuine: true, body: { data: { id, status: 'pending' } } });
  expect(mailServer.mails[0]?.to).toEqual(['dora@example.com']);

  const press = (seconds: number) =>
    fetch(
      `http://127.0.0.1:${stage.gateway.adminPort}/v1/slack/interactions`,
      signedRequest(pressed('U1', 'approve', id), { seconds }),
    );
  slack.users.set('U1', person('dora@example.com'));
  expect((await press(0)).status).toBe(200);
  await waitUntil('words for a stranger', () => /Log in once/.test(String(slack.ephemeral.at(-1)?.text)));
  const dora = { sub: 'dora', groups: ['dba'], email: 'dora@example.com', email_verified: true };
  await stage.ask(dora, 'GET', `approvals/${id}`);
  let seconds = 0;
  const ran = client.until('Z');
  await waitUntil('the press to count', async () => {
    seconds += 1;
    await press(seconds);
    const { document } = await stage.ask(dora, 'GET', `approvals/${id}`);
    return document.status === 'approved';
  });
  expect(summary((await ran).filter(({ type }) => type !== 'N'))).toBe('C(DELETE 1) Z(I)');
  await waitUntil('all three to hear of it', () =>
    [receiver.received, mailServer.mails].every((each) => each.length === 2),
  );
  await waitUntil('the message to say it', () =>
    String([...slack.messages.values()][0]?.text).startsWith('Approved by dora'),
  );
  expect(slack.messages.size).toBe(1);
});

test('a channel that fails holds nobody up and is seen by whoever looks', async () => {
  await receiver.stop();
  const client = await stage.open();
  client.send(f.query('DELETE FROM t WHERE id = 2'));
  await client.until('N');
  const { document } = await stage.ask({ sub: 'dora', groups: ['dba'] }, 'GET', 'approvals');
  await stage.ask({ sub: 'dora', groups: ['dba'] }, 'POST', `approvals/${document.approvals[0]?.id}/approve`);
  const ended = await client.until('Z');
  expect(summary(ended.filter(({ type }) => type !== 'N'))).toBe('C(DELETE 1) Z(I)');
  await waitUntil('health to say it', async () =>
    (await channels()).flat().some(({ name, problem }) => name === 'desk' && problem === 'ECONNREFUSED'),
  );
  const metrics = await (await fetch(`http://127.0.0.1:${stage.gateway.adminPort}/metrics`)).text();
  expect(metrics).toMatch(/portcullis_notification_problem\{process="\d",channel="desk"\} 1/);
  expect(metrics).toMatch(
    /portcullis_notifications_total\{process="\d",channel="mail",outcome="delivered"\} [1-9]/,
  );
  expect(stage.gateway.logText()).toContain('notifications are not delivered; they are tried again');
});
