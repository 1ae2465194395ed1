// The gateway's own messages to a client, read back by the tests' client and by pg-protocol; and the errors of servers.
import { PassThrough } from 'node:stream';
import { parse } from 'pg-protocol';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../gateway/lib/index.ts';
import {
  authenticationCleartextPassword,
  authenticationOk,
  authenticationSasl,
  backendKeyData,
  encodeMessage,
  errorResponse,
  isFatal,
  negotiateProtocolVersion,
  parameterStatus,
  readErrorFields,
} from '../../gateway/wire/index.ts';
import fc from '../support/properties.ts';
import { BackendMessage, mechanismsOf } from '../support/raw-client.ts';

async function readByPgProtocol(bytes: Buffer): Promise<{ name: string }[]> {
  const messages: { name: string }[] = [];
  const stream = new PassThrough();
  const done = parse(stream, (message) => messages.push(message as { name: string }));
  stream.end(bytes);
  await done;
  return messages;
}

describe('what the gateway says is read as what was meant', () => {
  test.each([
    { name: 'AuthenticationOk', bytes: authenticationOk, want: { name: 'authenticationOk' } },
    {
      name: 'AuthenticationCleartextPassword',
      bytes: authenticationCleartextPassword,
      want: { name: 'authenticationCleartextPassword' },
    },
    {
      name: 'AuthenticationSASL',
      bytes: authenticationSasl(['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256']),
      want: { name: 'authenticationSASL', mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'] },
    },
    {
      name: 'BackendKeyData',
      bytes: backendKeyData(7, Buffer.from([0, 0, 1, 0])),
      want: { name: 'backendKeyData', processID: 7, secretKey: 256 },
    },
    {
      name: 'ParameterStatus',
      bytes: parameterStatus('a', 'b'),
      want: { name: 'parameterStatus', parameterName: 'a', parameterValue: 'b' },
    },
  ])('$name', async ({ bytes, want }) => {
    expect(await readByPgProtocol(bytes)).toMatchObject([want]);
  });

  test('NegotiateProtocolVersion lists the whole version, as servers do, and the options', () => {
    const { body } = new BackendMessage(negotiateProtocolVersion(3, 2, ['_pq_.x', '_pq_.y']));
    expect(body.readInt32BE(0)).toBe(0x0003_0002);
    expect(body.readInt32BE(4)).toBe(2);
    expect(body.toString('utf8', 8)).toBe('_pq_.x\0_pq_.y\0');
  });

  test('a mechanism list of none is an empty list', () => {
    expect(mechanismsOf(new BackendMessage(authenticationSasl([])))).toEqual([]);
  });
});

describe('an ErrorResponse', () => {
  test('has the fields of its fault, and no empty ones', () => {
    const fault = new Fault('unknown_resource', { name: 'nowhere' });
    const { fields } = new BackendMessage(errorResponse('FATAL', fault));
    expect(fields).toEqual({
      S: 'FATAL',
      V: 'FATAL',
      C: '3D000',
      M: 'resource "nowhere" does not exist',
      H: fault.hint,
    });
  });

  test("says all that the server's own would", () => {
    const said = { detail: 'Token is invalid.', hint: 'None.', position: 8, context: 'JSON data, line 1' };
    const error = { sqlstate: '22P02', message: 'invalid input syntax', ...said };
    expect(new BackendMessage(errorResponse('ERROR', error)).fields).toMatchObject({
      D: said.detail,
      H: said.hint,
      P: '8',
      W: said.context,
    });
  });

  test('cannot be cut short by a zero byte in what it repeats', () => {
    const fault = new Fault('startup_parameter_refused', { name: 'a\0Cxxxxx' });
    const { fields } = new BackendMessage(errorResponse('ERROR', fault));
    expect(fields.M).toContain('aCxxxxx');
    expect(fields.C).toBe('22023');
  });

  test.each([
    { name: 'of FATAL ends the session', fields: 'SFATAL\0VFATAL\0C57P01\0\0', fatal: true },
    { name: 'of PANIC ends the session', fields: 'SPANIC\0VPANIC\0\0', fatal: true },
    { name: 'in another language is known by its V field', fields: 'SFATALE\0VFATAL\0\0', fatal: true },
    { name: 'of ERROR does not', fields: 'SERROR\0VERROR\0C42601\0\0', fatal: false },
    {
      name: 'that says FATAL only in its message does not',
      fields: 'SERROR\0VERROR\0MFATAL\0\0',
      fatal: false,
    },
    { name: 'without SQLSTATE or V, as poolers send them', fields: 'SFATAL\0Mx\0\0', fatal: true },
    { name: 'with no fields at all', fields: '\0', fatal: false },
    { name: 'that is empty', fields: '', fatal: false },
  ])('$name', ({ fields, fatal }) => {
    const body = Buffer.from(fields);
    expect(isFatal(readErrorFields(body, 0, body.length))).toBe(fatal);
  });

  test('of random bytes is read without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(readErrorFields(Buffer.from(bytes), 0, bytes.length)).toBeInstanceOf(Map);
      }),
      { numRuns: 1000 },
    );
  });
});

test('a message counts its length itself', () => {
  expect([...encodeMessage(0x41, Buffer.from('xyz'))]).toEqual([0x41, 0, 0, 0, 7, 0x78, 0x79, 0x7a]);
});
