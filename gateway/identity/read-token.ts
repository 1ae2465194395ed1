// What can be told of a token before anything of it is believed: its size, its form, and whose it claims to be.
import { decodeJwt } from 'jose';
import { LoginRefused } from './login-refused.ts';

export type UnverifiedToken = Readonly<{ form: 'opaque' } | { form: 'signed'; claimedIssuer: string }>;

const charactersAtMost = 32 * 1024;
// RFC 6750 section 2.1, b64token.
const bearerToken = /^[A-Za-z0-9._~+/-]+=*$/;

/** @throws LoginRefused for what can't be a token at all */
export function readToken(token: string): UnverifiedToken {
  if (token.length > charactersAtMost) {
    throw new LoginRefused(
      'token_too_large',
      `a token of ${token.length} characters is larger than any real one`,
    );
  }
  if (!bearerToken.test(token)) throw new LoginRefused('token_malformed', 'the password is no token');
  const dots = token.split('.').length - 1;
  if (dots === 4 && token.startsWith('ey')) {
    throw new LoginRefused('token_encrypted', 'the token is encrypted (JWE), for somebody else to read');
  }
  if (dots !== 2 || !token.startsWith('ey')) return { form: 'opaque' };
  return { form: 'signed', claimedIssuer: readIssuer(token) };
}

function readIssuer(token: string): string {
  let issuer: unknown;
  try {
    issuer = decodeJwt(token).iss;
  } catch {
    throw new LoginRefused('token_malformed', 'the payload of the token cannot be read');
  }
  if (typeof issuer !== 'string') throw new LoginRefused('claim_missing', 'the token lacks the claim "iss"');
  return issuer;
}
