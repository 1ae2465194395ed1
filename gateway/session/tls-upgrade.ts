// Starts TLS on a client's connection: after SSLRequest, or directly on a ClientHello (PostgreSQL 17 and later).
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { ClientGone } from './startup-reader.ts';

export const ALPN = 'postgresql';
/** Asynchronous libpq clients look for more input per record; one of 16 KB can leave them waiting for bytes they have. */
const RECORD_BYTES_MAX = 8192;

/** What the listener offers; replaced as a whole when the certificate files change. */
export type TlsOffer = Readonly<{
  context: SecureContext;
  /** For SCRAM-SHA-256-PLUS: the hash of the certificate; undefined when its algorithm defines none. */
  channelBinding: Buffer | undefined;
}>;

/** Resolves when the handshake is done. */
export async function startTls(socket: Socket, offer: TlsOffer): Promise<TLSSocket> {
  const tls = new TLSSocket(socket, {
    isServer: true,
    secureContext: offer.context,
    ALPNProtocols: [ALPN],
    requestCert: false,
  });
  // Without a tls.Server around it, a TLSSocket reports its errors only here.
  tls.on('_tlsError', () => tls.destroy());
  await new Promise<void>((resolve, reject) => {
    const failed = () => reject(new ClientGone('TLS handshake failed'));
    tls.once('close', failed);
    tls.once('error', failed);
    // Before the handshake is done there is nothing to read but the end of the stream.
    tls.once('readable', failed);
    tls.once('secure', () => {
      tls.removeListener('readable', failed);
      tls.removeListener('close', failed);
      tls.removeListener('error', failed);
      resolve();
    });
  });
  tls.setMaxSendFragment(RECORD_BYTES_MAX);
  return tls;
}
