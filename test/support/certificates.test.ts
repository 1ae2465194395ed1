// The certificates of the tests, as TLS itself judges them.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CertificateFiles, type Certificates, createCertificates } from './certificates.ts';

let folder: string;
let certificates: Certificates;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-certificates-'));
  certificates = await createCertificates(folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function handshake({ cert, key }: CertificateFiles, servername: string): Promise<string> {
  const server = createServer({ cert: await readFile(cert), key: await readFile(key) }).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.on('tlsClientError', () => undefined);
  const socket = connect({ host: '127.0.0.1', port, servername, ca: await readFile(certificates.ca) });
  try {
    await once(socket, 'secureConnect');
    return 'accepted';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    socket.destroy();
    server.close();
  }
}

test('a server certificate holds for its names alone', async () => {
  expect(await handshake(certificates, 'localhost')).toBe('accepted');
  expect(await handshake(certificates, 'elsewhere.example')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
});

test('an expired certificate is refused', async () => {
  const expired = await certificates.issue('expired', {
    commonName: 'localhost',
    names: ['localhost'],
    validTo: new Date(Date.now() - 1000),
  });
  expect(await handshake(expired, 'localhost')).toBe('CERT_HAS_EXPIRED');
});

test('a certificate can have an RSA key and a longer hash', async () => {
  const files = await certificates.issue('rsa', { commonName: 'client', keyType: 'rsa', hash: 'sha384' });
  const certificate = new X509Certificate(await readFile(files.cert));
  expect(certificate.publicKey.asymmetricKeyType).toBe('rsa');
  expect(certificate.verify(new X509Certificate(await readFile(certificates.ca)).publicKey)).toBe(true);
  expect(certificate.subject).toBe('CN=client');
});
