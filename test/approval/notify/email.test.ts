// What a mail server gets, encrypted and logged in, and what becomes of mails that it doesn't take.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../gateway/lib/index.ts';
import { type Channel, type EmailConfig, email } from '../../../gateway/notification/index.ts';
import { createCertificates } from '../../support/certificates.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait.ts';
import { draft, everybodyMay, identity } from '../stage.ts';
import { type Mail, type MailServer, type MailServerOptions, startMailServer } from './mail-server.ts';
import { channelName, type Telling, tellOn } from './stage.ts';

let postgres: Postgres;
let folder: string;
let tls: MailServerOptions['tls'];
/** Of the same authority, for another name. */
let otherName: MailServerOptions['tls'];
let ca: string;
let passwordFile: string;
let server: MailServer;
let name: string;
const telling: Telling[] = [];
const servers: MailServer[] = [];

beforeAll(async () => {
  postgres = await startPostgres({ version: 18 });
  folder = await mkdtemp(join(tmpdir(), 'mail-'));
  const certificates = await createCertificates(folder);
  ca = certificates.ca;
  tls = { cert: await readFile(certificates.cert), key: await readFile(certificates.key) };
  const other = await certificates.issue('other', { commonName: 'other', names: ['other.example.com'] });
  otherName = { cert: await readFile(other.cert), key: await readFile(other.key) };
  passwordFile = join(folder, 'password');
});
beforeEach(async () => {
  await writeFile(passwordFile, 'correct horse\n');
  server = await start();
  name = channelName();
});
afterEach(async () => {
  for (const { notifications, kill } of telling.splice(0)) {
    await notifications.close();
    await kill();
  }
  for (const each of servers.splice(0)) await each.stop();
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true });
});

async function start(more: Partial<MailServerOptions> = {}): Promise<MailServer> {
  const started = await startMailServer({ tls, ...more });
  servers.push(started);
  return started;
}

const channel = (
  { port }: MailServer = server,
  more: Partial<EmailConfig> = {},
  way: Partial<EmailConfig['smtp']> = {},
) =>
  email(
    {
      ...{ name, user: undefined, passwordFile: undefined, from: 'portcullis@example.com' },
      ...{ to: ['ada@example.com'], toApprovers: {} },
      smtp: { host: 'localhost', port, tls: 'starttls', ca, ...way },
      ...more,
    },
    { clock: systemClock },
  );

async function tell(told: Channel = channel(), link?: string): Promise<Telling> {
  const begun = await tellOn(postgres, [told], link === undefined ? {} : { link });
  telling.push(begun);
  return begun;
}

async function stored({ side }: Telling, id: string) {
  return await side.state.query<{ id: string; event: string; status: string; problem: string | null }>(
    `SELECT id, event, status, problem FROM portcullis.delivery
     WHERE request_id = $1 AND channel = $2 ORDER BY created_at`,
    [id, name],
  );
}

const ended = (told: Telling, id: string) =>
  waitUntil('all of it to be settled', async () => {
    const all = await stored(told, id);
    return all.every(({ status }) => status !== 'waiting') ? all : undefined;
  });

const headerOf = ({ data }: Mail, header: string): string | undefined =>
  new RegExp(`^${header}: (.*(?:\r\n .*)*)`, 'm').exec(data)?.[1];

/** The parts of a mail, decoded. */
function partsOf({ data }: Mail): { plain: string; html: string } {
  const boundary = /boundary="(.*)"/.exec(data)?.[1] ?? '';
  const [, plain = '', html = ''] = data.split(`--${boundary}`).map((part) => {
    const body = part.split('\r\n\r\n').slice(1).join('');
    return Buffer.from(body, 'base64').toString('utf8');
  });
  return { plain, html };
}

describe('a mail', () => {
  test('says who wants what, and how to answer, in text and HTML', async () => {
    const told = await tell(channel(), 'https://gateway.example.com/requests/{id}');
    const { id } = await told.side.approvals.ask(
      draft("UPDATE t SET a = '<b>ü</b>'", {}, { purpose: 'the monthly clean-up' }),
    );
    const [delivery] = await ended(told, id);
    const [mail] = server.mails;
    expect(mail).toMatchObject({ from: 'portcullis@example.com', to: ['ada@example.com'], isSecure: true });
    if (mail === undefined) return;
    expect(headerOf(mail, 'Message-ID')).toBe(`<${delivery?.id}@example.com>`);
    expect(headerOf(mail, 'Subject')).toBe('agent:mailer asks for approval on shop');
    expect(headerOf(mail, 'Auto-Submitted')).toBe('auto-generated');
    const { plain, html } = partsOf(mail);
    for (const words of [
      'agent:mailer (agent)',
      'Deletes rows.',
      'It changes every row. (rule writes.all)',
      'the monthly clean-up',
      'this statement with these values, once',
      `portcullis approvals approve ${id}`,
      `https://gateway.example.com/requests/${id}`,
    ]) {
      expect(plain).toContain(words);
      expect(html).toContain(words);
    }
    expect(plain).toContain("UPDATE t SET a = '<b>ü</b>'");
    expect(html).toContain("UPDATE t SET a = '&lt;b&gt;ü&lt;/b&gt;'");
  });

  test('about its end answers the first one', async () => {
    const told = await tell();
    const { id } = await told.side.approvals.ask(draft('end 1'));
    await ended(told, id);
    const no = { approves: false, words: 'use the archive' };
    await told.side.approvals.answer(id, identity('dora'), no, everybodyMay);
    await ended(told, id);
    const [first, second] = server.mails;
    if (first === undefined || second === undefined) return expect.unreachable();
    expect(headerOf(second, 'Subject')).toBe('Denied by dora: agent:mailer on shop');
    expect(headerOf(second, 'In-Reply-To')).toBe(headerOf(first, 'Message-ID'));
    expect(partsOf(second).plain).toContain('dora denied: use the archive');
  });

  test('has no header that a name could add, and letters of any alphabet', async () => {
    const told = await tell();
    const name = 'mäiler\r\nBcc: eve@example.com';
    const { id } = await told.side.approvals.ask(draft('header 1', {}, { identity: identity(name) }));
    await ended(told, id);
    const [mail] = server.mails;
    if (mail === undefined) return expect.unreachable();
    expect(mail.data.split('\r\n\r\n')[0]).not.toMatch(/^Bcc/m);
    const subject = (headerOf(mail, 'Subject') ?? '')
      .split('\r\n ')
      .map((word) => Buffer.from(/^=\?UTF-8\?B\?(.*)\?=$/.exec(word)?.[1] ?? '', 'base64').toString('utf8'))
      .join('');
    expect(subject).toBe('mäiler Bcc: eve@example.com asks for approval on shop');
  });

  test('goes to those who may approve, and to those who are always told, once each', async () => {
    const toApprovers = {
      'group:dba': ['dora@example.com', 'ada@example.com'],
      'group:sales': ['eve@example.com'],
    };
    const told = await tell(channel(server, { toApprovers }));
    const { id } = await told.side.approvals.ask(draft('who 1'));
    await ended(told, id);
    expect(server.mails.map(({ to }) => to)).toEqual([['ada@example.com', 'dora@example.com']]);
  });

  test('is an alarm when somebody broke the glass, whether they were told of the request or not', async () => {
    const told = await tell();
    const { id } = await told.side.approvals.ask(draft('glass 1', { break_glass: ['group:on-call'] }));
    const alone = { approves: true, words: 'the shop is down', breaksGlass: true };
    await told.side.approvals.answer(id, identity('ada'), alone, everybodyMay);
    expect((await ended(told, id)).find(({ event }) => event === 'glass_broken')).toMatchObject({
      status: 'delivered',
    });
    const alarm = server.mails.find(({ data }) => data.includes('Subject: ALARM'));
    expect(alarm?.data).toContain(
      'Subject: ALARM: ada broke the glass: approved alone for agent:mailer on shop',
    );
  });

  test('is not sent of what is over, and nobody hears the end of what they never heard of', async () => {
    server.refusals.set('CONNECT', Array(1_000).fill('421 4.3.2 not now'));
    const told = await tell();
    const { id } = await told.side.approvals.ask(draft('over 1'));
    await told.side.approvals.answer(
      id,
      identity('dora'),
      { approves: true, words: undefined },
      everybodyMay,
    );
    expect((await ended(told, id)).map(({ event, status }) => [event, status])).toEqual([
      ['requested', 'skipped'],
      ['approved', 'skipped'],
    ]);
    expect(server.mails).toEqual([]);
  });
});

type Odd = Readonly<{
  name: string;
  options: Partial<MailServerOptions>;
  certificate?: boolean;
  way: Partial<EmailConfig['smtp']>;
  problem: RegExp;
}>;

describe('a server', () => {
  test.for(['PLAIN', 'LOGIN'] as const)(
    'lets the gateway in by AUTH %s, behind TLS alone',
    async (mechanism) => {
      const login = { user: 'gateway', password: 'correct horse', mechanism };
      const strict = await start({ login });
      const told = await tell(channel(strict, { user: 'gateway', passwordFile }));
      const { id } = await told.side.approvals.ask(draft('auth 1'));
      await ended(told, id);
      expect(strict.mails).toMatchObject([{ user: 'gateway', isSecure: true }]);
      expect(strict.inTheClear.join('')).toMatch(/^EHLO \S+\r\nSTARTTLS\r\n$/);
      expect(await channel(strict, { user: 'gateway', passwordFile }).check()).toMatch(
        /lets the gateway in$/,
      );
      expect(strict.mails.length).toBe(1);
    },
  );

  test('that speaks TLS from the start is spoken to so', async () => {
    const implicit = await start({ isImplicit: true });
    const told = await tell(channel(implicit, {}, { tls: 'implicit' }));
    await ended(told, (await told.side.approvals.ask(draft('implicit 1'))).id);
    expect(implicit.mails).toMatchObject([{ isSecure: true }]);
  });

  test.for<Odd>([
    { name: 'offers no TLS', options: { isStripped: true }, way: {}, problem: /STARTTLS/ },
    {
      name: 'says something before TLS is there',
      ...{ options: { injected: '250 2.1.0 ok' }, way: {}, problem: /before TLS|SSL|EPROTO/ },
    },
    {
      name: 'has a certificate that nobody has signed',
      ...{ options: {}, way: { ca: undefined }, problem: /CERT|SIGNATURE/ },
    },
    {
      name: 'has a certificate of another name',
      ...{ options: {}, certificate: true, way: {}, problem: /ALTNAME/ },
    },
  ])('that $name gets neither password nor mail', async ({ options, certificate, way, problem }) => {
    const login = { user: 'gateway', password: 'correct horse', mechanism: 'PLAIN' } as const;
    const odd = await start({ ...options, login, ...(certificate === true ? { tls: otherName } : {}) });
    const told = await tell(channel(odd, { user: 'gateway', passwordFile }, way));
    await told.side.approvals.ask(draft('odd 1'));
    await waitUntil('an attempt', () => told.notifications.health[0]?.problem !== undefined);
    expect(told.notifications.health[0]?.problem).toMatch(problem);
    expect(odd.mails).toEqual([]);
    expect(odd.inTheClear.join('')).not.toContain('AUTH');
  });

  test('whose password was changed takes mails as soon as the file has it', async () => {
    const login = { user: 'gateway', password: 'battery staple', mechanism: 'PLAIN' } as const;
    const strict = await start({ login });
    const told = await tell(channel(strict, { user: 'gateway', passwordFile }));
    const { id } = await told.side.approvals.ask(draft('changed 1'));
    await waitUntil('a refusal', () => told.notifications.health[0]?.problem !== undefined);
    expect(told.notifications.health[0]?.problem).toBe('AUTH: the mail server answers 535 5.7.8');
    await writeFile(passwordFile, 'battery staple');
    expect(await ended(told, id)).toMatchObject([{ status: 'delivered', problem: null }]);
  });
});

test.for([
  { at: 'CONNECT', replies: ['421 4.3.2 busy'], status: 'delivered', mails: 1 },
  { at: 'CONNECT', replies: ['hang up'], status: 'delivered', mails: 1 },
  { at: 'EHLO', replies: ['hang up'], status: 'delivered', mails: 1 },
  { at: 'MAIL', replies: ['451 4.3.0 later'], status: 'delivered', mails: 1 },
  { at: 'MAIL', replies: ['550 5.7.1 not from you'], status: 'failed', mails: 0 },
  { at: 'RCPT', replies: ['450 4.2.0 greylisted', '450 4.2.0 greylisted'], status: 'delivered', mails: 1 },
  { at: 'RCPT', replies: ['550 5.1.1 nobody of that name'], status: 'failed', mails: 0 },
  { at: 'DATA', replies: ['451 4.3.0 later'], status: 'delivered', mails: 1 },
  { at: '.', replies: ['452 4.3.1 full'], status: 'delivered', mails: 1 },
  { at: '.', replies: ['hang up'], status: 'delivered', mails: 1 },
  { at: '.', replies: ['554 5.6.0 spam'], status: 'failed', mails: 0 },
])(
  'a mail at which $at is answered $replies is $status in the end',
  async ({ at, replies, status, mails }) => {
    server.refusals.set(at, [...replies]);
    const told = await tell();
    const { id } = await told.side.approvals.ask(draft('step 1'));
    expect(await ended(told, id)).toMatchObject([{ status }]);
    expect(server.mails.length).toBe(mails);
    expect(new Set(server.mails.map((mail) => headerOf(mail, 'Message-ID'))).size).toBe(mails);
  },
);

test('a recipient who is refused keeps nobody else from a mail, and one who has to wait gets theirs alone', async () => {
  server.refusals.set('RCPT TO:<bob@', ['550 5.1.1 nobody of that name']);
  server.refusals.set('RCPT TO:<cleo@', ['450 4.2.0 greylisted']);
  const to = ['ada@example.com', 'bob@example.com', 'cleo@example.com'];
  const told = await tell(channel(server, { to }));
  const { id } = await told.side.approvals.ask(draft('some 1'));
  expect(await ended(told, id)).toMatchObject([{ status: 'delivered' }]);
  expect(server.mails.map((mail) => mail.to)).toEqual([['ada@example.com'], ['cleo@example.com']]);
});

test('a line that begins with a dot arrives with it', async () => {
  const { SmtpSession } = await import('../../../gateway/notification/email/smtp-session.ts');
  const way = { host: 'localhost', port: server.port, tls: 'starttls', ca } as const;
  const session = await SmtpSession.open(way, undefined, AbortSignal.timeout(10_000));
  await session.send({
    from: 'a@example.com',
    to: ['b@example.com'],
    data: '.one\r\n..two\r\n.\r\nthree\r\n',
  });
  session.close();
  expect(server.mails[0]?.data).toBe('.one\r\n..two\r\n.\r\nthree');
});
