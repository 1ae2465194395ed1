// The start of a connection up to the start-up packet: encryption requests, cancel requests, protocol version.
import type { Socket } from 'node:net';
import { Fault } from '../lib/index.ts';
import {
  decodeStartupPacket,
  isTlsHandshake,
  negotiateProtocolVersion,
  sslAccepted,
  sslRefused,
} from '../wire/index.ts';
import { StartupReader } from './startup-reader.ts';
import { ALPN, startTls, type TlsOffer } from './tls-upgrade.ts';

const MAJOR = 3;
/** The newest minor version spoken here: 3.2 has longer cancel keys (PostgreSQL 18). */
const NEWEST_MINOR = 2;

export type Greeting =
  | Readonly<{ kind: 'cancel'; reader: StartupReader; processId: number; secret: Buffer }>
  | Readonly<{
      kind: 'startup';
      reader: StartupReader;
      tls: boolean;
      minor: number;
      parameters: ReadonlyMap<string, string>;
    }>;

/** `onReader`: whoever answers a failure needs the reader of the moment, since TLS replaces it. */
export async function greet(
  socket: Socket,
  offer: TlsOffer | undefined,
  onReader: (reader: StartupReader) => void,
): Promise<Greeting> {
  let reader = new StartupReader(socket);
  onReader(reader);
  let tls = false;
  let requests = 0;

  const upgrade = async (direct: boolean): Promise<void> => {
    if (offer === undefined) throw new Fault('protocol_violation', { what: 'this listener has no TLS' });
    const rest = reader.release();
    if (rest.length > 0) socket.unshift(rest);
    const secured = await startTls(socket, offer);
    reader = new StartupReader(secured);
    tls = true;
    onReader(reader);
    // Who doesn't ask for TLS must say that PostgreSQL is spoken in it.
    if (direct && secured.alpnProtocol !== ALPN) throw new Fault('tls_required');
  };

  if (isTlsHandshake(await reader.peekByte())) await upgrade(true);
  for (;;) {
    const packet = decodeStartupPacket(await reader.startupPacket());
    switch (packet.kind) {
      case 'gssenc_request':
        if (++requests > 2) throw new Fault('protocol_violation', { what: 'repeated encryption request' });
        reader.socket.write(sslRefused);
        break;
      case 'ssl_request':
        if (tls || ++requests > 2)
          throw new Fault('protocol_violation', { what: 'repeated encryption request' });
        // Bytes sent before encryption could be anybody's (CVE-2021-3935).
        if (reader.pending > 0) {
          throw new Fault('protocol_violation', { what: 'received unencrypted data after SSL request' });
        }
        if (offer === undefined) {
          reader.socket.write(sslRefused);
          break;
        }
        reader.socket.write(sslAccepted);
        await upgrade(false);
        break;
      case 'cancel_request':
        return { kind: 'cancel', reader, processId: packet.processId, secret: packet.secret };
      case 'startup':
        if (packet.major !== MAJOR) {
          throw new Fault('unsupported_protocol', { version: `${packet.major}.${packet.minor}` });
        }
        return {
          kind: 'startup',
          reader,
          tls,
          minor: negotiate(reader, packet.minor, packet.parameters),
          parameters: packet.parameters,
        };
      default:
        return packet satisfies never;
    }
  }
}

/** Tells a client that asks for more what there is; returns the minor version to speak. */
function negotiate(reader: StartupReader, asked: number, parameters: ReadonlyMap<string, string>): number {
  const minor = Math.min(asked, NEWEST_MINOR);
  const unknownOptions = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'));
  if (asked > NEWEST_MINOR || unknownOptions.length > 0) {
    reader.socket.write(negotiateProtocolVersion(MAJOR, minor, unknownOptions));
  }
  return minor;
}
