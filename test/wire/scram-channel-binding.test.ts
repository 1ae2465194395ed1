// tls-server-end-point: the hash of each kind of certificate, as RFC 5929 section 4.1 chooses it.
import { execFileSync } from 'node:child_process';
import { hash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { tlsServerEndPoint } from '../../gateway/wire/scram-channel-binding.ts';

const directory = mkdtempSync(join(tmpdir(), 'portcullis-binding-'));
afterAll(() => rmSync(directory, { recursive: true }));

function certificate(...options: string[]): Buffer {
  const out = join(directory, 'certificate.pem');
  const fixed = [
    'req',
    '-x509',
    '-nodes',
    '-subj',
    '/CN=db',
    '-keyout',
    join(directory, 'key.pem'),
    '-out',
    out,
  ];
  execFileSync('openssl', [...fixed, ...options], { stdio: 'pipe' });
  return new X509Certificate(readFileSync(out)).raw;
}

const rsa = ['-newkey', 'rsa:2048'];
const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const pss = ['-sigopt', 'rsa_padding_mode:pss'];

describe('tlsServerEndPoint', () => {
  test.each([
    { name: 'RSA with MD5 is hashed with SHA-256', options: [...rsa, '-md5'], want: 'sha256' },
    { name: 'RSA with SHA-1 is hashed with SHA-256', options: [...rsa, '-sha1'], want: 'sha256' },
    { name: 'RSA with SHA-256', options: [...rsa, '-sha256'], want: 'sha256' },
    { name: 'RSA with SHA-384', options: [...rsa, '-sha384'], want: 'sha384' },
    { name: 'RSA with SHA-512', options: [...rsa, '-sha512'], want: 'sha512' },
    { name: 'ECDSA with SHA-256', options: [...ec, '-sha256'], want: 'sha256' },
    { name: 'ECDSA with SHA-384', options: [...ec, '-sha384'], want: 'sha384' },
    { name: 'RSA-PSS with SHA-256', options: [...rsa, '-sha256', ...pss], want: 'sha256' },
    { name: 'RSA-PSS with SHA-512', options: [...rsa, '-sha512', ...pss], want: 'sha512' },
  ])('$name', ({ options, want }) => {
    const der = certificate(...options);
    expect(tlsServerEndPoint(der)).toEqual(hash(want, der, 'buffer'));
  });

  test('Ed25519 has no hash of its own, so there is nothing to bind to', () => {
    expect(tlsServerEndPoint(certificate('-newkey', 'ed25519'))).toBeUndefined();
  });

  test('bytes that are no certificate bind to nothing, wherever they end', () => {
    const der = certificate(...rsa, '-sha256');
    for (let length = 0; length < der.length; length++) {
      expect(tlsServerEndPoint(der.subarray(0, length))).toBeUndefined();
    }
  });
});
