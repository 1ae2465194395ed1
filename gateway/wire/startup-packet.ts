// The packets a client may open a connection with: start-up, SSLRequest, GSSENCRequest, CancelRequest.
import { Fault } from '../lib/index.ts';

/** PostgreSQL's MAX_STARTUP_PACKET_LENGTH. */
export const STARTUP_PACKET_MAX = 10_000;

const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const GSSENC_REQUEST = 80877104;
/** Cancel keys have 4 bytes up to protocol 3.0 and at most 256 from 3.2 on. */
const CANCEL_KEY_MAX = 256;

export type StartupPacket =
  | Readonly<{ kind: 'ssl_request' }>
  | Readonly<{ kind: 'gssenc_request' }>
  | Readonly<{ kind: 'cancel_request'; processId: number; secret: Buffer }>
  | Readonly<{
      kind: 'startup';
      major: number;
      minor: number;
      /** In the order sent; names starting with `_pq_.` are protocol options. */
      parameters: ReadonlyMap<string, string>;
    }>;

/** The whole length of the packet whose first four bytes are given; throws when no start-up packet has it. */
export function startupPacketLength(header: Buffer): number {
  const length = header.readInt32BE(0);
  if (length < 8 || length > STARTUP_PACKET_MAX) {
    throw new Fault('protocol_violation', { what: 'invalid length of startup packet' });
  }
  return length;
}

/** Decodes a whole packet, its length included. */
export function decodeStartupPacket(packet: Buffer): StartupPacket {
  const code = packet.readInt32BE(4);
  switch (code) {
    case SSL_REQUEST:
      return requireBare(packet, { kind: 'ssl_request' });
    case GSSENC_REQUEST:
      return requireBare(packet, { kind: 'gssenc_request' });
    case CANCEL_REQUEST: {
      const secret = packet.subarray(12);
      if (packet.length < 13 || secret.length > CANCEL_KEY_MAX) {
        throw new Fault('protocol_violation', { what: 'invalid length of cancel request' });
      }
      return { kind: 'cancel_request', processId: packet.readInt32BE(8), secret };
    }
    default: {
      const major = code >>> 16;
      // Other versions lay out what follows in other ways.
      const parameters = major === 3 ? decodeParameters(packet.subarray(8)) : new Map<string, string>();
      return { kind: 'startup', major, minor: code & 0xffff, parameters };
    }
  }
}

function requireBare<T extends StartupPacket>(packet: Buffer, decoded: T): T {
  if (packet.length !== 8)
    throw new Fault('protocol_violation', { what: 'invalid length of startup packet' });
  return decoded;
}

function decodeParameters(body: Buffer): Map<string, string> {
  const invalid = () => new Fault('protocol_violation', { what: 'invalid startup packet layout' });
  const parameters = new Map<string, string>();
  let at = 0;
  const text = (): string => {
    const end = body.indexOf(0, at);
    if (end < 0) throw invalid();
    const value = body.toString('utf8', at, end);
    at = end + 1;
    return value;
  };
  for (;;) {
    const name = text();
    if (name === '') break;
    parameters.set(name, text());
  }
  if (at !== body.length) throw invalid();
  return parameters;
}

/** True for the first byte of a TLS ClientHello: the client starts TLS without asking (PostgreSQL 17 and later). */
export function isTlsHandshake(firstByte: number): boolean {
  return firstByte === 0x16;
}
