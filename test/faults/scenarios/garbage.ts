// Bytes that aren't PostgreSQL's, before and after the login: the connection ends, nothing else does.
import type { Random } from '../../support/random.ts';
import { frontend, int32, message, messageClaiming, type RawClient } from '../../support/raw-client.ts';
import { within } from '../../support/wait.ts';
import { megabytes, memoryRise } from '../process-probe.ts';
import { atMost, check, range, type Scenario } from '../scenario.ts';

const RISE_LIMIT = 64 << 20;
const END_MILLISECONDS = 8_000;

const beforeLogin: readonly { name: string; bytes: Buffer }[] = [
  { name: 'an HTTP request', bytes: Buffer.from('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n') },
  { name: 'an SSH banner', bytes: Buffer.from('SSH-2.0-OpenSSH_9.2\r\n') },
  { name: 'a length of zero', bytes: int32(0) },
  { name: 'a length of seven', bytes: Buffer.concat([int32(7), Buffer.alloc(3)]) },
  { name: 'a length of 2 GB', bytes: Buffer.concat([int32(0x7fffffff), Buffer.alloc(100)]) },
  { name: 'a negative length', bytes: Buffer.concat([int32(-1), Buffer.alloc(100)]) },
  { name: 'protocol 2', bytes: frontend.startup({ user: 'token' }, 0x00020000) },
  { name: 'protocol 4', bytes: frontend.startup({ user: 'token' }, 0x00040000) },
  {
    name: 'a startup packet without its end',
    bytes: Buffer.concat([int32(13), int32(0x30000), Buffer.from('user\0')]),
  },
  {
    name: 'a parameter that occurs without a value',
    bytes: Buffer.concat([int32(14), int32(0x30000), Buffer.from('user\0\0')]),
  },
  { name: 'a TLS hello without ALPN or an end', bytes: Buffer.from('1603010200010001fc0303', 'hex') },
  { name: 'a TLS alert', bytes: Buffer.from('15030100020228', 'hex') },
  { name: 'TLS garbage', bytes: Buffer.concat([Buffer.from('1603010040', 'hex'), Buffer.alloc(64, 0xff)]) },
  {
    name: 'a second SSLRequest behind the first',
    bytes: Buffer.concat([frontend.sslRequest(), frontend.sslRequest()]),
  },
  {
    name: 'plain bytes behind SSLRequest',
    bytes: Buffer.concat([frontend.sslRequest(), frontend.startup({ user: 'x' })]),
  },
  { name: 'a cancel key of no bytes', bytes: frontend.cancelRequest(Buffer.alloc(0)) },
  { name: 'a cancel key of 4 KB', bytes: frontend.cancelRequest(Buffer.alloc(4096)) },
];

const afterLogin: readonly { name: string; bytes: Buffer }[] = [
  { name: 'an unknown type', bytes: message('y', Buffer.from('what')) },
  { name: 'a type of zero', bytes: messageClaiming('\0', 4) },
  { name: 'a backend message', bytes: message('T', Buffer.alloc(10)) },
  { name: 'a length of zero', bytes: messageClaiming('Q', 0) },
  { name: 'a length of three', bytes: messageClaiming('Q', 3) },
  { name: 'a length of 2 GB', bytes: messageClaiming('Q', 0x7fffffff, Buffer.from('SELECT 1')) },
  { name: 'a negative length', bytes: messageClaiming('Q', -1, Buffer.from('SELECT 1')) },
  { name: 'a 2 GB Bind', bytes: messageClaiming('B', 0x7fffffff, Buffer.alloc(64)) },
  { name: 'a password message', bytes: frontend.password('again') },
  { name: 'a second startup packet', bytes: frontend.startup({ user: 'token', database: 'plain' }) },
  { name: 'a Sync with a body', bytes: messageClaiming('S', 8, Buffer.alloc(4)) },
];

export const garbageBeforeLogin: Scenario = {
  name: 'garbage and port scans before the login',
  milliseconds: 120_000,
  gatewayOnly: true,
  async run(stage, scale) {
    // Silence is ended by the login's time-out, which this scenario doesn't wait for.
    const subject = await stage.another({ limits: { login_seconds: 4, linger_seconds: 1 } });
    try {
      const target = subject.target();
      const inputs = [...beforeLogin, ...range(scale.of(100, 1000)).map(() => randomBytes(scale.random))];
      const { rise } = await memoryRise(subject.pid, () =>
        atMost(50, inputs, async ({ name, bytes }) => {
          const client = await stage.connect(target);
          client.send(bytes);
          await ends(client, name);
        }),
      );
      await atMost(100, range(300), async (index) => {
        const client = await stage.connect(target);
        if (index % 2 === 0) client.reset();
        else client.halfClose();
        await ends(client, 'a port scan');
      });
      check(rise < RISE_LIMIT, () => `memory rose by ${megabytes(rise)} MB`);
      const client = await stage.open(target);
      check((await client.rows('SELECT 1'))[0]?.[0] === '1', 'no answer after the garbage');
      return `${inputs.length} kinds of garbage and 300 scans ended, memory rose by ${megabytes(rise)} MB`;
    } finally {
      await subject.stop();
    }
  },
};

export const garbageAfterLogin: Scenario = {
  name: 'garbage after the login',
  milliseconds: 120_000,
  async run(stage, scale) {
    const inputs = [...afterLogin, ...range(scale.of(60, 400)).map(() => randomBytes(scale.random))];
    const { rise } = await memoryRise(stage.subject.pid, () =>
      atMost(20, inputs, async ({ name, bytes }) => {
        const client = await stage.open(stage.subject.target());
        client.send(bytes);
        // What is no whole message yet keeps the connection open, as the server itself does: the FIN ends it.
        client.halfClose();
        await ends(client, name);
      }),
    );
    check(rise < RISE_LIMIT, () => `memory rose by ${megabytes(rise)} MB`);
    const client = await stage.open(stage.subject.target());
    check((await client.rows('SELECT 1'))[0]?.[0] === '1', 'no answer after the garbage');
    return `${inputs.length} kinds of garbage ended their session alone, memory rose by ${megabytes(rise)} MB`;
  },
};

function randomBytes(random: Random): { name: string; bytes: Buffer } {
  const bytes = random.bytes(random.integer(1, 400));
  return { name: `random bytes ${bytes.subarray(0, 12).toString('hex')}…`, bytes };
}

async function ends(client: RawClient, name: string): Promise<void> {
  await within(END_MILLISECONDS, `the connection to end after ${name}`, client.ended);
  client.destroy();
}
