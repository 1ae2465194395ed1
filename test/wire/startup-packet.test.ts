// The packets that open a connection, decoded from right, wrong and random bytes.

import { describe, expect, test } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import {
  decodeStartupPacket,
  isTlsHandshake,
  STARTUP_PACKET_MAX,
  startupPacketLength,
} from '../../gateway/wire/index.ts';
import fc from '../support/properties.ts';
import { cstring, frontend, int32, PROTOCOL_3_0 } from '../support/raw-frontend.ts';

const packet = (...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([int32(body.length + 4), body]);
};

describe('a packet is decoded', () => {
  test.each([
    { name: 'SSLRequest', bytes: frontend.sslRequest(), want: { kind: 'ssl_request' } },
    { name: 'GSSENCRequest', bytes: frontend.gssencRequest(), want: { kind: 'gssenc_request' } },
    {
      name: 'CancelRequest with 4 bytes of secret',
      bytes: frontend.cancelRequest(Buffer.concat([int32(7), Buffer.from('abcd')])),
      want: { kind: 'cancel_request', processId: 7, secret: Buffer.from('abcd') },
    },
    {
      name: 'CancelRequest with 256 bytes of secret',
      bytes: frontend.cancelRequest(Buffer.concat([int32(7), Buffer.alloc(256, 1)])),
      want: { kind: 'cancel_request', processId: 7, secret: Buffer.alloc(256, 1) },
    },
    {
      name: 'a startup packet of version 2, whose parameters are laid out differently',
      bytes: packet(int32(0x0002_0000), Buffer.from('shop'), Buffer.alloc(284)),
      want: { kind: 'startup', major: 2, minor: 0, parameters: new Map() },
    },
  ])('$name', ({ bytes, want }) => {
    expect(startupPacketLength(bytes)).toBe(bytes.length);
    expect(decodeStartupPacket(bytes)).toEqual(want);
  });

  test('a startup packet: version, and any parameters in their order', () => {
    const names = fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => !name.includes('\0'));
    const values = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
    const parameters = fc.uniqueArray(fc.tuple(names, values), { selector: ([name]) => name, maxLength: 20 });
    fc.assert(
      fc.property(fc.nat(0xffff), parameters, (minor, entries) => {
        const pairs = entries.flatMap(([name, value]) => [cstring(name), cstring(value)]);
        const decoded = decodeStartupPacket(packet(int32((3 << 16) | minor), ...pairs, Buffer.alloc(1)));
        expect(decoded).toEqual({ kind: 'startup', major: 3, minor, parameters: new Map(entries) });
      }),
    );
  });
});

describe('a packet is refused', () => {
  test.each([-2147483648, -1, 0, 4, 7, STARTUP_PACKET_MAX + 1, 2147483647])('for the length %i', (length) => {
    expect(() => startupPacketLength(int32(length))).toThrow(/invalid length of startup packet/);
  });

  const start = int32(PROTOCOL_3_0);
  test.each([
    { name: 'without the last zero byte', bytes: packet(start, cstring('user'), cstring('x')) },
    { name: 'with a name and no value', bytes: packet(start, cstring('user'), Buffer.alloc(1)) },
    { name: 'with a string that does not end', bytes: packet(start, Buffer.from('user')) },
    { name: 'with bytes behind the end', bytes: packet(start, Buffer.from([0, 1])) },
    { name: 'with nothing in it', bytes: packet(start) },
    { name: 'SSLRequest with a body', bytes: packet(int32(80877103), Buffer.from('x')) },
    { name: 'CancelRequest without a secret', bytes: frontend.cancelRequest(int32(1)) },
    { name: 'CancelRequest with 257 bytes of secret', bytes: frontend.cancelRequest(Buffer.alloc(261)) },
  ])('$name', ({ bytes }) => {
    expect(() => decodeStartupPacket(bytes)).toThrow(Fault);
  });

  test('or decoded, but never anything else, for random bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4, maxLength: 200 }),
        fc.constantFrom(PROTOCOL_3_0, 80877102, 80877103, 80877104, 0),
        (bytes, code) => {
          const body = code === 0 ? Buffer.from(bytes) : Buffer.concat([int32(code), bytes]);
          try {
            expect(decodeStartupPacket(packet(body)).kind).toMatch(
              /^(startup|ssl_request|gssenc_request|cancel_request)$/,
            );
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(Fault);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test('only a TLS handshake begins with 0x16', () => {
  expect([0x15, 0x16, 0x17, 0x00].map(isTlsHandshake)).toEqual([false, true, false, false]);
});
