// Checks certificates: readable, in time, and matching their private key.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { bad, type Finding, good, warning } from './finding.ts';

const day = 86_400_000;
const soonDays = 21;

/** A certificate and its private key. */
export async function checkCertificate(
  about: string,
  cert: string,
  key: string,
  now: number,
): Promise<Finding[]> {
  const certificate = await readCertificate(`${about}.cert`, cert);
  if (!(certificate instanceof X509Certificate)) return [certificate];
  return [expiry(`${about}.cert`, cert, certificate, now), await checkKey(`${about}.key`, key, certificate)];
}

/** A file with one or more authorities; the first tells whether it is one. */
export async function checkAuthority(about: string, path: string, now: number): Promise<Finding> {
  const certificate = await readCertificate(about, path);
  return certificate instanceof X509Certificate ? expiry(about, path, certificate, now) : certificate;
}

async function readCertificate(about: string, path: string): Promise<X509Certificate | Finding> {
  let pem: Buffer;
  try {
    pem = await readFile(path);
  } catch (error) {
    return bad(about, `${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  try {
    return new X509Certificate(pem);
  } catch {
    return bad(about, `${path} holds no certificate`, 'It must be a PEM file: -----BEGIN CERTIFICATE-----.');
  }
}

async function checkKey(about: string, path: string, certificate: X509Certificate): Promise<Finding> {
  try {
    const key = createPrivateKey(await readFile(path));
    return certificate.checkPrivateKey(key)
      ? good(about, `${path} belongs to the certificate`)
      : bad(about, `${path} does not belong to the certificate`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isFile = code !== undefined && !code.startsWith('ERR_');
    return isFile
      ? bad(about, `${path} cannot be read: ${code}`)
      : bad(about, `${path} holds no private key, or one with a passphrase`);
  }
}

function expiry(about: string, path: string, certificate: X509Certificate, now: number): Finding {
  const until = Date.parse(certificate.validTo);
  const days = Math.floor((until - now) / day);
  const date = new Date(until).toISOString().slice(0, 10);
  if (Date.parse(certificate.validFrom) > now) return bad(about, `${path} is not valid yet`);
  if (until <= now) return bad(about, `${path} has expired on ${date}`);
  const text = `${path}, valid until ${date} (${days} day${days === 1 ? '' : 's'})`;
  return days < soonDays
    ? warning(about, text, 'Renew it; the gateway reads the new file by itself.')
    : good(about, text);
}
