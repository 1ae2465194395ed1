// The listener's certificate: read from its files, and read again when they change.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { ListenConfig } from '../../config/index.ts';
import type { TlsOffer } from '../../session/index.ts';
import { tlsServerEndPoint } from '../../wire/index.ts';

/** Throws when the files can't be read or don't fit together. */
export async function loadCertificate(config: NonNullable<ListenConfig['tls']>): Promise<TlsOffer> {
  const [cert, key] = await Promise.all([readFile(config.cert), readFile(config.key)]);
  return {
    context: createSecureContext({ cert, key, minVersion: 'TLSv1.2' }),
    channelBinding: tlsServerEndPoint(new X509Certificate(cert).raw),
  };
}
