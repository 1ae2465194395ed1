// The bytes of every message a client can send, right or deliberately wrong.
import { serialize } from 'pg-protocol';

const SSL_REQUEST = 80877103;
const GSSENC_REQUEST = 80877104;
const CANCEL_REQUEST = 80877102;

export const PROTOCOL_3_0 = 0x0003_0000;
export const PROTOCOL_3_2 = 0x0003_0002;

/** A typed message around a body: one type byte, a length that counts itself, the body. */
export function message(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(5);
  header.write(type, 0, 'latin1');
  header.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

/** A message whose length field lies. */
export function messageClaiming(
  type: string,
  claimedLength: number,
  body: Uint8Array = Buffer.alloc(0),
): Buffer {
  const header = Buffer.alloc(5);
  header.write(type, 0, 'latin1');
  header.writeUInt32BE(claimedLength >>> 0, 1);
  return Buffer.concat([header, body]);
}

export const cstring = (text: string): Buffer => Buffer.from(`${text}\0`);
export const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff]);

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function untyped(...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([int32(body.length + 4), body]);
}

export type RawBind = {
  portal?: string;
  statement?: string;
  /** Format codes of the parameters: none, one for all, or one each. */
  formats?: readonly number[];
  values?: readonly (string | Uint8Array | null)[];
  /** Format codes of the result columns: none (all text), one for all, or one each. */
  resultFormats?: readonly number[];
};

function bind({
  portal = '',
  statement = '',
  formats = [],
  values = [],
  resultFormats = [],
}: RawBind): Buffer {
  const parts: Uint8Array[] = [
    cstring(portal),
    cstring(statement),
    int16(formats.length),
    ...formats.map(int16),
  ];
  parts.push(int16(values.length));
  for (const value of values) {
    if (value === null) {
      parts.push(int32(-1));
      continue;
    }
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    parts.push(int32(bytes.length), bytes);
  }
  parts.push(int16(resultFormats.length), ...resultFormats.map(int16));
  return message('B', ...parts);
}

function functionCall(
  oid: number,
  values: readonly (string | Uint8Array | null)[] = [],
  resultFormat = 0,
): Buffer {
  const parts: Uint8Array[] = [int32(oid), int16(0), int16(values.length)];
  for (const value of values) {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    parts.push(...(bytes === null ? [int32(-1)] : [int32(bytes.length), bytes]));
  }
  return message('F', ...parts, int16(resultFormat));
}

/** What pg-protocol serialises as we want it is its own; the rest is written here so that nothing is fixed. */
export const frontend = {
  startup: (parameters: Readonly<Record<string, string>>, version: number = PROTOCOL_3_0): Buffer =>
    untyped(
      int32(version),
      ...Object.entries(parameters).flatMap(([name, value]) => [cstring(name), cstring(value)]),
      Buffer.from([0]),
    ),
  sslRequest: (): Buffer => untyped(int32(SSL_REQUEST)),
  gssencRequest: (): Buffer => untyped(int32(GSSENC_REQUEST)),
  /** `key` is a whole BackendKeyData body: the process id and a secret of any length. */
  cancelRequest: (key: Uint8Array): Buffer => untyped(int32(CANCEL_REQUEST), key),
  password: (text: string): Buffer => message('p', cstring(text)),
  saslInitialResponse: (mechanism: string, data: Uint8Array | null): Buffer =>
    message('p', cstring(mechanism), int32(data === null ? -1 : data.length), data ?? Buffer.alloc(0)),
  saslResponse: (data: Uint8Array): Buffer => message('p', data),
  query: (text: string): Buffer => serialize.query(text),
  parse: (text: string, name = '', types: readonly number[] = []): Buffer =>
    serialize.parse({ text, name, types: [...types] }),
  bind,
  describeStatement: (name = ''): Buffer => serialize.describe({ type: 'S', name }),
  describePortal: (name = ''): Buffer => serialize.describe({ type: 'P', name }),
  execute: (portal = '', rows = 0): Buffer => serialize.execute({ portal, rows }),
  closeStatement: (name = ''): Buffer => serialize.close({ type: 'S', name }),
  closePortal: (name = ''): Buffer => serialize.close({ type: 'P', name }),
  flush: (): Buffer => serialize.flush(),
  sync: (): Buffer => serialize.sync(),
  copyData: (data: Uint8Array | string): Buffer => message('d', Buffer.from(data as Uint8Array)),
  copyDone: (): Buffer => serialize.copyDone(),
  copyFail: (reason: string): Buffer => serialize.copyFail(reason),
  functionCall,
  terminate: (): Buffer => serialize.end(),
  /** Parse, Bind, Describe, Execute of one statement, without the Sync. */
  extended: (text: string, values: readonly (string | Uint8Array | null)[] = []): Buffer =>
    Buffer.concat([frontend.parse(text), bind({ values }), frontend.describePortal(), frontend.execute()]),
} as const;
