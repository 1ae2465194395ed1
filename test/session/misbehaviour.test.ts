// Peers that don't keep to the protocol: random bytes from either side, and servers that answer what nobody asked.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Fault, silentLog } from '../../gateway/lib/index.ts';
import { ClientMessages } from '../../gateway/session/client-messages.ts';
import { Exchange } from '../../gateway/session/exchange.ts';
import { Expectation, Kind } from '../../gateway/session/expectation.ts';
import { allow, deny } from '../../gateway/session/index.ts';
import { ServerMessages } from '../../gateway/session/server-messages.ts';
import { MessageScanner } from '../../gateway/wire/index.ts';
import fc from '../support/properties.ts';
import {
  cstring,
  frontend as f,
  int32,
  message,
  messageClaiming,
  type RawClient,
  summary,
} from '../support/raw-client.ts';
import { waitUntil, within } from '../support/wait.ts';
import { Stage } from './support.ts';

const pinned = { client_encoding: 'UTF8', standard_conforming_strings: 'on' };
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const anyMessage = fc
  .tuple(fc.constantFrom(...letters), fc.uint8Array({ maxLength: 40 }))
  .map(([type, body]) => message(type, body));
const anyBytes = fc.oneof(
  fc.array(anyMessage, { maxLength: 20 }).map((messages) => Buffer.concat(messages)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

function serverSide(kinds: readonly Kind[]) {
  const exchange = new Exchange(pinned, () => undefined);
  for (const kind of kinds) exchange.sent(new Expectation(kind));
  const visitor = new ServerMessages({
    exchange,
    pinned,
    log: silentLog,
    onApplicationName: () => undefined,
    onSkipping: () => undefined,
    onRefused: () => undefined,
  });
  const scanner = new MessageScanner(visitor);
  visitor.scanner = scanner;
  return { exchange, scanner, visitor };
}

function clientSide(
  answer: () => ReturnType<ConstructorParameters<typeof ClientMessages>[0]['guard']['decide']>,
) {
  const exchange = new Exchange(pinned, () => undefined);
  const visitor = new ClientMessages({
    exchange,
    guard: { decide: answer, pinned },
    host: {
      transaction: 'idle',
      state: exchange.state,
      segment: 0,
      settled: true,
      tell: () => undefined,
      ask: () => Promise.reject(new Error('no')),
      answered: () => Promise.resolve(),
      lend: () => Promise.reject(new Error('no')),
    },
    runs: {
      exchange,
      tell: () => undefined,
      send: () => undefined,
      atBoundary: () => undefined,
      cancel: () => Promise.resolve(),
      holdCommit: () => undefined,
      failed: () => undefined,
    },
    log: silentLog,
    statementBytesMax: 1024,
    onDecided: () => undefined,
    onTerminate: () => undefined,
    onFailed: () => undefined,
  });
  const scanner = new MessageScanner(visitor);
  visitor.scanner = scanner;
  return { exchange, scanner };
}

function onlyFaults(work: () => void): void {
  try {
    work();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Fault);
  }
}

describe('random bytes', () => {
  test('from a server are forwarded or end the session, and break nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...Object.values(Kind)), { maxLength: 8 }),
        anyBytes,
        (kinds, bytes) => {
          const { scanner } = serverSide(kinds);
          onlyFaults(() => scanner.push(bytes));
        },
      ),
      { numRuns: 5000 },
    );
  });

  test('from a client are forwarded, refused or end the session, and break nothing', () => {
    const refusal = deny(new Fault('statement_denied', { rule: 'house', reason: 'no' }));
    fc.assert(
      fc.property(anyBytes, fc.array(fc.boolean()), (bytes, answers) => {
        const { scanner } = clientSide(() => (answers.pop() ? refusal : allow));
        onlyFaults(() => scanner.push(bytes));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('an answer that nobody waits for ends the session', () => {
  const error = message('E', cstring('SERROR'), cstring('C42601'), cstring('Mx'), Buffer.alloc(1));
  const ready = (state: string) => message('Z', Buffer.from(state));
  test.each([
    { name: 'a row when nothing was asked', kinds: [], bytes: message('D', Buffer.from([0, 0])) },
    { name: 'ReadyForQuery when nothing was asked', kinds: [], bytes: ready('I') },
    { name: 'ReadyForQuery of an unknown state', kinds: [Kind.sync], bytes: ready('X') },
    {
      name: 'ReadyForQuery of 2 GB',
      kinds: [Kind.sync],
      bytes: messageClaiming('Z', 0x7fff_ffff, Buffer.alloc(200)),
    },
    { name: 'ParseComplete for a Bind', kinds: [Kind.bind], bytes: message('1') },
    { name: 'BindComplete for a Parse', kinds: [Kind.parse], bytes: message('2') },
    { name: 'CloseComplete for a Sync', kinds: [Kind.sync], bytes: message('3') },
    { name: 'CommandComplete for a Sync', kinds: [Kind.sync], bytes: message('C', cstring('SELECT 1')) },
    { name: 'PortalSuspended for a simple query', kinds: [Kind.query], bytes: message('s') },
    {
      name: 'CopyInResponse of a text that could not be a COPY',
      kinds: [Kind.query],
      bytes: message('G', Buffer.from([0, 0, 0])),
    },
    { name: 'CopyBothResponse', kinds: [Kind.query], bytes: message('W', Buffer.from([0, 0, 0])) },
    { name: 'an authentication request', kinds: [Kind.query], bytes: message('R', int32(3)) },
    { name: 'a second cancel key', kinds: [Kind.query], bytes: message('K', int32(1), int32(1)) },
    { name: 'a type that does not exist', kinds: [Kind.query], bytes: message('!') },
  ])('$name', ({ kinds, bytes }) => {
    const { scanner } = serverSide(kinds);
    expect(() => scanner.push(bytes)).toThrow(expect.objectContaining({ code: 'upstream_protocol' }));
  });

  test('any answer but an error to a substituted message', () => {
    const { exchange, scanner } = serverSide([]);
    exchange.sent(
      new Expectation(Kind.query, {
        to: 'denial',
        denial: new Fault('statement_denied', { rule: 'house', reason: 'no' }),
      }),
    );
    expect(() => scanner.push(message('C', cstring('SELECT 1')))).toThrow(Fault);
  });

  test.each([
    { name: 'SQLSTATE and severity', bytes: message('E', cstring('Mx'), Buffer.alloc(1)) },
    { name: 'any field', bytes: message('E', Buffer.alloc(1)) },
    { name: 'a body', bytes: message('E') },
  ])('an ErrorResponse without $name is forwarded as it is', ({ bytes }) => {
    const { exchange, scanner } = serverSide([Kind.query]);
    expect(Buffer.concat(scanner.push(bytes)).equals(bytes)).toBe(true);
    expect(Buffer.concat(scanner.push(ready('I'))).equals(ready('I'))).toBe(true);
    expect(exchange.queue.length).toBe(0);
  });

  test('errors until Sync are one error: what was sent in the segment is expected no longer', () => {
    const { exchange, scanner } = serverSide([
      Kind.parse,
      Kind.bind,
      Kind.execute,
      Kind.query,
      Kind.sync,
      Kind.parse,
    ]);
    scanner.push(error);
    expect(exchange.queue.length).toBe(2);
    scanner.push(Buffer.concat([ready('I'), message('1')]));
    expect(exchange.queue.length).toBe(0);
    expect(exchange.skipping).toBe(false);
  });
});

describe('a real session', () => {
  let stage: Stage;
  let server: Server;
  /** What the stub says to the first query of a client. */
  let answer: (socket: Socket) => void = () => undefined;
  beforeAll(async () => {
    stage = await Stage.start();
    server = createServer((socket) => {
      let greeted = false;
      socket.on('error', () => undefined);
      socket.on('data', () => {
        if (greeted) answer(socket);
        else
          socket.write(
            Buffer.concat([
              message('R', int32(0)),
              message('S', cstring('client_encoding'), cstring('UTF8')),
              message('K', int32(1), int32(1)),
              message('Z', Buffer.from('I')),
            ]),
          );
        greeted = true;
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await stage.gateway.reload(
      await stage.loadConfig({ resources: [stage.resource('shop'), stage.resource('stub', port)] }),
    );
  });
  beforeEach(() => stage.resetGuard());
  afterEach(() => stage.hangUp());
  afterAll(async () => {
    server?.close();
    await stage?.stop();
  });

  const asked = async (): Promise<RawClient> => {
    const client = await stage.open({ resource: 'stub' });
    client.send(f.query('SELECT 1'));
    return client;
  };
  const row = (length: number) =>
    messageClaiming('D', length + 10, Buffer.concat([Buffer.from([0, 1]), int32(length)]));

  test('ends with a FATAL of the gateway when the server speaks another protocol', async () => {
    answer = (socket) => socket.write('220 mail.example.com ESMTP ready\r\n');
    const [last] = await (await asked()).untilEnd();
    expect(last?.fields).toMatchObject({
      S: 'FATAL',
      C: '08P01',
      M: 'the database answered in a way the gateway does not understand',
    });
  });

  test('ends with a FATAL of the gateway when the server closes without a word', async () => {
    answer = (socket) => socket.destroy();
    expect(summary(await (await asked()).untilEnd())).toBe('E(08006)');
  });

  test('ends with nothing of the gateway in the middle of a row', async () => {
    answer = (socket) => socket.end(Buffer.concat([row(1000), Buffer.alloc(500, 'x')]));
    const client = await asked();
    await within(60_000, 'the end', client.ended);
    expect(client.receivedBytes.subarray(-500).equals(Buffer.alloc(500, 'x'))).toBe(true);
  });

  test('that the gateway ends in the middle of a row adds nothing to the row', async () => {
    answer = (socket) => socket.write(Buffer.concat([row(1000), Buffer.alloc(500, 'x')]));
    const client = await asked();
    await client.socket.peek(511);
    client.send(message('!'));
    await within(60_000, 'the end', client.ended);
    expect(client.receivedBytes.subarray(-500).equals(Buffer.alloc(500, 'x'))).toBe(true);
  });

  test('hears the server’s FATAL alone when there is one', async () => {
    const fatal = message(
      'E',
      cstring('SFATAL'),
      cstring('VFATAL'),
      cstring('C57P03'),
      cstring('Mgone'),
      Buffer.alloc(1),
    );
    answer = (socket) => socket.end(fatal);
    const messages = await (await asked()).untilEnd();
    expect(Buffer.concat(messages.map(({ bytes }) => bytes)).equals(fatal)).toBe(true);
  });

  test('gets what came before the server broke the protocol', async () => {
    const good = message('T', Buffer.from([0, 0]));
    answer = (socket) => socket.write(Buffer.concat([good, message('!')]));
    expect(summary(await (await asked()).untilEnd())).toBe('T E(08P01)');
  });

  test('that leaves while the server is still silent leaves no connection to it', async () => {
    const silent = createServer((socket) => {
      socket.on('error', () => undefined);
      connections.push(socket);
    });
    const connections: Socket[] = [];
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await stage.gateway.reload(await stage.loadConfig({ resources: [stage.resource('silent', port)] }));
    const client = await stage.connect();
    client.send(f.startup({ user: 'token', database: 'silent' }), f.password(await stage.issuer.token()));
    const upstream = await waitUntil('the connection to the server', () => connections[0]);
    client.halfClose();
    upstream.resume();
    await within(60_000, 'the gateway to close the client', client.closed);
    await waitUntil('the gateway to close the server', () => upstream.destroyed || upstream.readableEnded);
    upstream.destroy();
    silent.close();
  });
});
