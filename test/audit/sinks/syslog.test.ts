// Syslog, to a real server over TLS and TCP: what counts as delivered was read by it to the end.
import { afterEach, expect, test } from 'vitest';
import { createCertificates } from '../../support/certificates.ts';
import { waitUntil } from '../../support/wait.ts';
import { openStage, type SinkConfig, sinkConfig, temporaryFolder } from './stage.ts';
import { type SyslogServer, startSyslogServer } from './syslog-server.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function stageFor({ port }: SyslogServer, more: Partial<SinkConfig>) {
  const stage = await openStage([
    sinkConfig({ kind: 'syslog', name: 'syslog', host: '127.0.0.1', port, ...more }),
  ]);
  closing.push(() => stage.close());
  return stage;
}

async function server(certificates?: Parameters<typeof startSyslogServer>[0]): Promise<SyslogServer> {
  const started = await startSyslogServer(certificates);
  closing.push(() => started.stop());
  return started;
}

const form =
  /^<(?<priority>\d+)>1 (?<time>\S+) (?<host>\S+) portcullis (?<chain>\S+) (?<type>\S+) \[event@32473 id="(?<id>[^"]+)"(?: session="(?<session>[^"]+)")?\] \uFEFF(?<json>\{.*\})$/u;

const idsOf = ({ messages }: SyslogServer): string[] =>
  messages.map((message) => form.exec(message)?.groups?.id ?? `not of the form: ${message}`);

test('messages over TLS are of the form of RFC 5424, and hold the whole event', async () => {
  const certificates = await createCertificates(await temporaryFolder());
  const syslog = await server(certificates);
  const { append, shipped, journal } = await stageFor(syslog, { ca: certificates.ca });
  const sent = append(500);
  await shipped();
  expect(idsOf(syslog)).toEqual(expect.arrayContaining(sent));
  const groups = form.exec(syslog.messages.find((message) => message.includes(`"${sent[6]}"`)) ?? '')?.groups;
  expect(groups).toMatchObject({
    priority: String(13 * 8 + 4),
    chain: journal.chain,
    type: 'statement.refused',
    session: 'session-1',
  });
  const event = JSON.parse(groups?.json ?? '');
  expect(event).toMatchObject({ id: sent[6], time: groups?.time, subjects: { session: {} } });
});

test.each(['close', 'sent'] as const)(
  'events reach a server in the clear on this machine (%s)',
  async (confirm) => {
    const syslog = await server();
    const { append, shipped } = await stageFor(syslog, { tls: false, confirm, facility: 'local3' });
    const sent = append(200);
    await shipped();
    await waitUntil('all of them', () => sent.every((id) => idsOf(syslog).includes(id)));
    const more = append(200);
    await shipped();
    await waitUntil('all of them', () => more.every((id) => idsOf(syslog).includes(id)));
    expect(syslog.messages[0]).toMatch(/^<(158|156)>1 /);
    if (confirm === 'sent') expect(syslog.connections()).toBe(1);
  },
);

test('what a server had not read when it cut the connection comes again', async () => {
  const syslog = await server();
  syslog.behaviour.endsAfter = 20_000;
  const { append, report, shipped } = await stageFor(syslog, { tls: false });
  const sent = append(300);
  await waitUntil('it to be away', () => report('syslog').state === 'away');
  delete syslog.behaviour.endsAfter;
  await shipped();
  expect(idsOf(syslog)).toEqual(expect.arrayContaining(sent));
});

test('a server that reads nothing is away: nothing counts as delivered that it only was sent', async () => {
  const syslog = await server();
  syslog.behaviour.isStuck = true;
  const { append, report } = await stageFor(syslog, { tls: false, timeout_seconds: 0.3 });
  append(5);
  await waitUntil('it to be away', () => report('syslog').state === 'away');
  expect(report('syslog').problem).toBe('it took too long');
  expect(report('syslog').behind).toBeGreaterThanOrEqual(5);
});

test('a server with a certificate of another authority gets nothing', async () => {
  const certificates = await createCertificates(await temporaryFolder());
  const strange = await createCertificates(await temporaryFolder());
  const syslog = await server(certificates);
  const { append, report } = await stageFor(syslog, { ca: strange.ca });
  append(5);
  await waitUntil('it to be away', () => report('syslog').state === 'away');
  expect(report('syslog').problem).toMatch(/^its certificate is of an authority that is not trusted/);
  expect(syslog.messages).toEqual([]);
});
