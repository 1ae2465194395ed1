// The messages of one OAUTHBEARER exchange (RFC 7628, RFC 6750): what the client sends, and how it is turned away.
import { Fault } from '../lib/index.ts';

export const OAUTHBEARER = 'OAUTHBEARER';

export type OauthbearerResponse =
  | Readonly<{ kind: 'bearer'; token: string }>
  /** An empty `auth`: the client has no token and asks where to get one (RFC 7628, section 4.3). */
  | Readonly<{ kind: 'discovery' }>
  /** Another scheme, or no bearer token by its form: refused like a wrong one. */
  | Readonly<{ kind: 'unusable' }>;

const KVSEP = '\x01';
// RFC 7628, section 3.1: key = 1*(ALPHA), value = *(VCHAR / SP / HTAB / CR / LF).
const PAIR = /^([A-Za-z]+)=([\x20-\x7e\t\r\n]*)$/;
// RFC 6750, section 2.1; the scheme's case doesn't count (RFC 9110, section 11.1).
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * Reads the client's initial response, `n,,^Aauth=Bearer …^A^A`.
 *
 * @throws Fault protocol_violation, whose text names what is wrong and never quotes the message
 */
export function decodeOauthbearerResponse(message: Uint8Array): OauthbearerResponse {
  const text = Buffer.from(message).toString('latin1');
  const [header = '', ...rest] = text.split(KVSEP);
  checkGs2Header(header);
  // After the last pair its own separator, then the closing one.
  if (rest.length < 2 || rest.at(-1) !== '' || rest.at(-2) !== '')
    throw malformed('it does not end with its separators');
  const auth = findAuth(rest.slice(0, -2));
  if (auth === '') return { kind: 'discovery' };
  const token = BEARER.exec(auth)?.[1];
  return token === undefined ? { kind: 'unusable' } : { kind: 'bearer', token };
}

/**
 * The server's challenge after a refused or missing token (RFC 7628, section 3.2.2). The client answers it with one
 * separator, and only then the error is sent.
 */
export function encodeOauthbearerFailure(
  discovery: Readonly<{ 'openid-configuration': string; scope: string }>,
): Buffer {
  const { 'openid-configuration': configuration, scope } = discovery;
  return Buffer.from(
    JSON.stringify({
      status: 'invalid_token',
      ...(configuration === '' ? {} : { 'openid-configuration': configuration }),
      ...(scope === '' ? {} : { scope }),
    }),
  );
}

/** Checks the client's answer to a failure: exactly one separator (RFC 7628, section 3.2.3). */
export function checkOauthbearerEnd(message: Uint8Array): void {
  if (message.length !== 1 || message[0] !== 1) throw malformed('the answer to a failure is one separator');
}

// RFC 7628, section 3.1; the header is RFC 5801's, with `y` as good as `n`.
function checkGs2Header(header: string): void {
  if (header.startsWith('p')) throw malformed('it asks for channel binding');
  if (header === 'n,,' || header === 'y,,') return;
  if (/^[ny],a=/.test(header)) throw malformed('it asks for another authorization identity');
  throw malformed('its header is malformed');
}

/** Other keys (host, port) are allowed and mean nothing here. */
function findAuth(pairs: readonly string[]): string {
  const values: string[] = [];
  for (const pair of pairs) {
    const [, key, value = ''] = PAIR.exec(pair) ?? [];
    if (key === undefined) throw malformed('a key or value is malformed');
    if (key === 'auth') values.push(value);
  }
  const [auth, ...more] = values;
  if (auth === undefined || more.length > 0) throw malformed('it has not exactly one auth value');
  return auth;
}

function malformed(how: string): Fault {
  return new Fault('protocol_violation', { what: `malformed OAUTHBEARER message: ${how}` });
}
