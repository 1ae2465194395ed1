// Certificates for tests: an authority of their own, a server's certificate, and any other that a test asks for.
import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { bits, bytes, explicit, integer, list, object, octets, set, text, time, wrapped } from './der.ts';

export type CertificateFiles = Readonly<{ cert: string; key: string }>;

export type CertificateRequest = Readonly<{
  commonName: string;
  /** Host names and IPv4 addresses of a server. */
  names?: readonly string[];
  keyType?: 'ec' | 'rsa';
  hash?: 'sha256' | 'sha384' | 'sha512';
  validFrom?: Date;
  validTo?: Date;
}>;

export type Certificates = Readonly<{
  /** The authority's own certificate: what a client trusts. */
  ca: string;
  cert: string;
  key: string;
  /** Another certificate of the same authority, in files that begin with `name`. */
  issue(name: string, request: CertificateRequest): Promise<CertificateFiles>;
}>;

/** Makes ca.crt, server.crt (for localhost and 127.0.0.1) and server.key in a folder. */
export async function createCertificates(
  folder: string,
  server: Partial<CertificateRequest> = {},
): Promise<Certificates> {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const authorityName = `Authority of the tests ${randomBytes(4).toString('hex')}`;
  const ca = join(folder, 'ca.crt');
  const root = encodeCertificate(
    { commonName: authorityName },
    authority.publicKey,
    authorityName,
    authority.privateKey,
    true,
  );
  await writeFile(ca, root.toString());

  const issue = async (name: string, request: CertificateRequest): Promise<CertificateFiles> => {
    const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
    const pair =
      request.keyType === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const certificate = encodeCertificate(
      request,
      pair.publicKey,
      authorityName,
      authority.privateKey,
      false,
    );
    await writeFile(files.cert, certificate.toString());
    await writeFile(files.key, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    return files;
  };
  const own = await issue('server', {
    commonName: 'localhost',
    names: ['localhost', '127.0.0.1'],
    ...server,
  });
  return { ca, ...own, issue };
}

/** RFC 5280, section 4.1, signed with ECDSA. */
function encodeCertificate(
  request: CertificateRequest,
  publicKey: KeyObject,
  issuer: string,
  issuerKey: KeyObject,
  isAuthority: boolean,
): X509Certificate {
  const hash = request.hash ?? 'sha256';
  const algorithm = list(object(ecdsaWith[hash]));
  const hour = 3_600_000;
  const unsigned = list(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(8)])),
    algorithm,
    distinguishedName(issuer),
    list(
      time(request.validFrom ?? new Date(Date.now() - hour)),
      time(request.validTo ?? new Date(Date.now() + 7 * 24 * hour)),
    ),
    distinguishedName(request.commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, list(...extensions(request.names ?? [], isAuthority))),
  );
  return new X509Certificate(list(unsigned, algorithm, bits(sign(hash, unsigned, issuerKey))));
}

const ecdsaWith = {
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
} as const;

function distinguishedName(commonName: string): Buffer {
  return list(set(list(object('2.5.4.3'), text(commonName))));
}

function extensions(names: readonly string[], isAuthority: boolean): Buffer[] {
  const critical = Buffer.from([0x01, 0x01, 0xff]);
  const basicConstraints = list(
    object('2.5.29.19'),
    critical,
    octets(list(...(isAuthority ? [critical] : []))),
  );
  if (names.length === 0) return [basicConstraints];
  const alternatives = names.map((name) =>
    isIPv4(name) ? wrapped(0x87, bytes(name.split('.').map(Number))) : wrapped(0x82, Buffer.from(name)),
  );
  return [basicConstraints, list(object('2.5.29.17'), octets(list(...alternatives)))];
}
