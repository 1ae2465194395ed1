// Channel binding tls-server-end-point (RFC 5929, section 4): the hash of the server's certificate that both ends see.
import { hash } from 'node:crypto';

type Element = Readonly<{ body: Buffer; next: number }>;

// The hash is the certificate's own signature hash, but never one weaker than SHA-256. Keyed by the OID's DER bytes.
const hashOfAlgorithm: ReadonlyMap<string, string> = new Map([
  ['2a864886f70d010104', 'sha256'], // md5WithRSAEncryption
  ['2a864886f70d010105', 'sha256'], // sha1WithRSAEncryption
  ['2a864886f70d01010b', 'sha256'], // sha256WithRSAEncryption
  ['2a864886f70d01010c', 'sha384'], // sha384WithRSAEncryption
  ['2a864886f70d01010d', 'sha512'], // sha512WithRSAEncryption
  ['2a864886f70d01010e', 'sha224'], // sha224WithRSAEncryption
  ['2a8648ce3d0401', 'sha256'], // ecdsa-with-SHA1
  ['2a8648ce3d040301', 'sha224'], // ecdsa-with-SHA224
  ['2a8648ce3d040302', 'sha256'], // ecdsa-with-SHA256
  ['2a8648ce3d040303', 'sha384'], // ecdsa-with-SHA384
  ['2a8648ce3d040304', 'sha512'], // ecdsa-with-SHA512
  ['2b0e03021a', 'sha256'], // SHA-1, inside RSASSA-PSS
  ['608648016503040201', 'sha256'],
  ['608648016503040202', 'sha384'],
  ['608648016503040203', 'sha512'],
  ['608648016503040204', 'sha224'],
]);
const RSASSA_PSS = '2a864886f70d01010a';

/**
 * The channel binding data of a certificate in DER. Undefined where RFC 5929 defines none (Ed25519, for one): -PLUS is
 * then neither offered nor used.
 */
export function tlsServerEndPoint(certificate: Uint8Array): Buffer | undefined {
  const der = Buffer.from(certificate.buffer, certificate.byteOffset, certificate.byteLength);
  try {
    const algorithm = hashOfAlgorithm.get(signatureAlgorithm(der));
    return algorithm === undefined ? undefined : hash(algorithm, der, 'buffer');
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

// Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID, parameters }, signature }
function signatureAlgorithm(der: Buffer): string {
  const { body } = element(der, 0);
  const algorithm = element(body, element(body, 0).next).body;
  const identifier = element(algorithm, 0);
  const name = identifier.body.toString('hex');
  return name === RSASSA_PSS ? pssHash(element(algorithm, identifier.next).body) : name;
}

// RSASSA-PSS-params ::= SEQUENCE { [0] hashAlgorithm DEFAULT sha1, … } (RFC 4055, section 3.1)
function pssHash(parameters: Buffer): string {
  if (parameters[0] !== 0xa0) {
    return '2b0e03021a';
  }
  const hashAlgorithm = element(element(parameters, 0).body, 0).body;
  return element(hashAlgorithm, 0).body.toString('hex');
}

function element(der: Buffer, at: number): Element {
  const short = der.readUInt8(at + 1);
  const lengthBytes = short & 0x80 ? short & 0x7f : 0;
  const length = lengthBytes === 0 ? short : der.readUIntBE(at + 2, lengthBytes);
  const start = at + 2 + lengthBytes;
  if (start + length > der.length) {
    throw new RangeError('the element goes on after its certificate');
  }
  return { body: der.subarray(start, start + length), next: start + length };
}
