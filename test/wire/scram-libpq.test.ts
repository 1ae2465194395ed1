// The server's side of SCRAM against libpq itself: psql logs in, with and without channel binding.
import { execFile, execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createVerifier,
  offeredScramMechanisms,
  ScramError,
  ScramServerExchange,
  tlsServerEndPoint,
} from '../../gateway/wire/index.ts';
import { type Certificates, createCertificates } from '../support/certificates.ts';
import { message } from '../upstream/stub-server.ts';

const run = promisify(execFile);
const verifier = createVerifier('pässwörd');
const hasPsql = (() => {
  try {
    return execFileSync('psql', ['--version'], { stdio: 'pipe' }).length > 0;
  } catch {
    return false;
  }
})();

const folder = mkdtempSync(join(tmpdir(), 'portcullis-scram-'));
let certificates: Certificates;
let server: Server;
let mechanism = '';
/** What the server offers, whatever its certificate could do: to play somebody who hides -PLUS. */
let offered: readonly string[] | undefined;

beforeAll(async () => {
  certificates = await createCertificates(folder);
  server = createServer((socket) => serve(socket).catch(() => socket.destroy())).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** As much of a PostgreSQL as a login and one empty query need. */
async function serve(plain: Socket): Promise<void> {
  let socket = plain;
  socket.on('error', () => undefined);
  let packet = await next(socket);
  let binding: Buffer | undefined;
  if (packet.length === 8) {
    const cert = readFileSync(certificates.cert);
    socket.write('S');
    socket = new TLSSocket(socket, { isServer: true, cert, key: readFileSync(certificates.key) });
    socket.on('error', () => undefined);
    binding = tlsServerEndPoint(new X509Certificate(cert).raw);
    packet = await next(socket);
  }
  const mechanisms = offered ?? offeredScramMechanisms(binding);
  socket.write(message('R', 10, ...mechanisms.map((name) => `${name}\0`), '\0'));
  const initial = (await next(socket)).subarray(5);
  mechanism = initial.toString('latin1', 0, initial.indexOf(0));
  try {
    const exchange = new ScramServerExchange({ mechanism, verifier, channelBinding: binding });
    socket.write(message('R', 11, exchange.first(initial.subarray(mechanism.length + 5))));
    const final = exchange.final((await next(socket)).subarray(5));
    socket.write(Buffer.concat([message('R', 12, final), message('R', 0), message('Z', 'I')]));
  } catch (error) {
    const failure = error instanceof ScramError ? error.failure : 'unknown';
    socket.end(message('E', 'SFATAL\0', 'C28P01\0', `M${failure}\0`, '\0'));
    return;
  }
  await next(socket);
  socket.write(Buffer.concat([message('I'), message('Z', 'I')]));
}

async function next(socket: Socket): Promise<Buffer> {
  const [chunk] = await once(socket, 'data');
  return chunk as Buffer;
}

async function psql(settings: string, password = 'pässwörd'): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const connection = `host=localhost hostaddr=127.0.0.1 port=${port} user=u dbname=d ${settings}`;
  const env = { ...process.env, PGPASSWORD: password, PGCLIENTENCODING: 'UTF8', PGGSSENCMODE: 'disable' };
  return run('psql', ['-X', '-c', ';', connection], { env, timeout: 60_000 }).then(
    () => 'in',
    (error: { stderr: string }) => error.stderr,
  );
}

describe.skipIf(!hasPsql)('psql (skipped where it is not installed)', () => {
  const full = () => `sslmode=verify-full sslrootcert=${certificates.ca}`;

  test('without TLS it selects SCRAM-SHA-256', async () => {
    expect(await psql('sslmode=disable')).toBe('in');
    expect(mechanism).toBe('SCRAM-SHA-256');
  });
  test('with TLS it selects and binds -PLUS', async () => {
    expect(await psql(`${full()} channel_binding=require`)).toBe('in');
    expect(mechanism).toBe('SCRAM-SHA-256-PLUS');
  });
  test('with TLS and without binding it sends n', async () => {
    expect(await psql(`${full()} channel_binding=disable`)).toBe('in');
    expect(mechanism).toBe('SCRAM-SHA-256');
  });
  test('a wrong password is refused at the end', async () => {
    expect(await psql(full(), 'wrong')).toContain('refused');
  });
  test('when somebody between hides -PLUS, its y gives that away', async () => {
    offered = ['SCRAM-SHA-256'];
    expect(await psql(full())).toContain('channel_binding');
    offered = undefined;
  });
});
