// Messages that the gateway itself sends to a client, encoded.
import type { Fault } from '../lib/index.ts';
import { backend, HEADER_BYTES } from './message-types.ts';

/** A whole message out of its type and body. */
export function encodeMessage(type: number, body: Buffer): Buffer {
  const message = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  message[0] = type;
  message.writeInt32BE(body.length + 4, 1);
  body.copy(message, HEADER_BYTES);
  return message;
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const cstring = (text: string): Buffer => Buffer.from(`${text.replaceAll('\0', '')}\0`);

export const authenticationOk = encodeMessage(backend.authentication, int32(0));
export const authenticationCleartextPassword = encodeMessage(backend.authentication, int32(3));

/** AuthenticationSASL: the mechanisms offered, best first. */
export function authenticationSasl(mechanisms: readonly string[]): Buffer {
  const names = mechanisms.map(cstring);
  return encodeMessage(backend.authentication, Buffer.concat([int32(10), ...names, Buffer.from([0])]));
}

export function authenticationSaslContinue(data: Buffer): Buffer {
  return encodeMessage(backend.authentication, Buffer.concat([int32(11), data]));
}

export function authenticationSaslFinal(data: Buffer): Buffer {
  return encodeMessage(backend.authentication, Buffer.concat([int32(12), data]));
}

/** NegotiateProtocolVersion: the newest version spoken here, and the protocol options that aren't known. */
export function negotiateProtocolVersion(
  major: number,
  minor: number,
  unknownOptions: readonly string[],
): Buffer {
  const body = [int32((major << 16) | minor), int32(unknownOptions.length), ...unknownOptions.map(cstring)];
  return encodeMessage(backend.negotiateProtocolVersion, Buffer.concat(body));
}

export function backendKeyData(processId: number, secret: Buffer): Buffer {
  return encodeMessage(backend.backendKeyData, Buffer.concat([int32(processId), secret]));
}

export function parameterStatus(name: string, value: string): Buffer {
  return encodeMessage(backend.parameterStatus, Buffer.concat([cstring(name), cstring(value)]));
}

/** What an ErrorResponse of the gateway says; the field letters are PostgreSQL's ("Error and Notice Message Fields"). */
export type ErrorText = Pick<Fault, 'sqlstate' | 'message' | 'detail' | 'hint'> &
  Readonly<{
    /** In characters of the statement's text, from 1. */
    position?: number | undefined;
    /** Where in a value, or behind which calls. */
    context?: string | undefined;
  }>;

export const errorResponse = (severity: 'ERROR' | 'FATAL', error: ErrorText): Buffer =>
  encodeMessage(backend.errorResponse, fieldsOf(severity, error));

export const noticeResponse = (
  notice: Partial<ErrorText> & Pick<ErrorText, 'sqlstate' | 'message'>,
): Buffer => encodeMessage(backend.noticeResponse, fieldsOf('NOTICE', notice));

function fieldsOf(severity: string, error: Partial<ErrorText>): Buffer {
  const fields = [
    ['S', severity],
    ['V', severity],
    ['C', error.sqlstate],
    ['M', error.message],
    ['D', error.detail],
    ['H', error.hint],
    ['P', error.position?.toString()],
    ['W', error.context],
  ] as const;
  const parts: Buffer[] = [];
  for (const [letter, text] of fields) {
    if (text !== undefined) parts.push(Buffer.from(letter), cstring(text));
  }
  parts.push(Buffer.from([0]));
  return Buffer.concat(parts);
}

/** The refusal of encryption, and its acceptance: a single byte each. */
export const sslRefused = Buffer.from('N');
export const sslAccepted = Buffer.from('S');
