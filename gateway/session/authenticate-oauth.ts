// OAUTHBEARER (RFC 7628), as libpq 18 speaks it: a token in a SASL message, or the question where to get one.
import { type Identity, LoginRefused, type Principal } from '../identity/index.ts';
import { Fault } from '../lib/index.ts';
import {
  authenticationSasl,
  authenticationSaslContinue,
  checkOauthbearerEnd,
  decodeOauthbearerResponse,
  encodeOauthbearerFailure,
  OAUTHBEARER,
} from '../wire/index.ts';
import { readSaslInitial } from './sasl-initial.ts';
import type { StartupReader } from './startup-reader.ts';

export async function authenticateOAuth(reader: StartupReader, identity: Identity): Promise<Principal> {
  reader.socket.write(authenticationSasl([OAUTHBEARER]));
  const initial = readSaslInitial(await reader.authenticationMessage());
  if (initial.mechanism !== OAUTHBEARER) {
    throw new Fault('protocol_violation', { what: 'the client selected a mechanism that was not offered' });
  }
  const response = decodeOauthbearerResponse(initial.data);
  try {
    if (response.kind === 'bearer') return await identity.verifyToken(response.token);
    if (response.kind === 'unusable')
      throw new LoginRefused('token_malformed', 'the message holds no bearer token');
  } catch (thrown) {
    if (thrown instanceof LoginRefused) await turnAway(reader, identity);
    throw thrown;
  }
  // The client asked where to get a token; that is no failed login.
  await turnAway(reader, identity);
  throw new Fault('login_failed');
}

/** The server's challenge says where tokens come from; the client answers it with one byte before it reads the error. */
async function turnAway(reader: StartupReader, identity: Identity): Promise<void> {
  reader.socket.write(authenticationSaslContinue(encodeOauthbearerFailure(identity.oauthDiscovery())));
  checkOauthbearerEnd(await reader.authenticationMessage());
}
