// Finds out who a client is: a token as the password, OAUTHBEARER, or an access key by SCRAM.
import type { AccessKey, Identity, Principal } from '../identity/index.ts';
import { Fault } from '../lib/index.ts';
import {
  authenticationCleartextPassword,
  authenticationSasl,
  authenticationSaslContinue,
  authenticationSaslFinal,
  offeredScramMechanisms,
  readCstring,
  ScramError,
  ScramServerExchange,
} from '../wire/index.ts';
import { authenticateOAuth } from './authenticate-oauth.ts';
import { readSaslInitial } from './sasl-initial.ts';
import type { StartupReader } from './startup-reader.ts';

/** The user name of a client that leaves it to the token to say who it is. */
const TOKEN_USER = 'token';
/** The user name of a client that is to be asked for OAUTHBEARER, which libpq wants to be offered alone. */
const OAUTH_USER = 'oauth';

export type Authenticated = Readonly<{
  principal: Principal;
  /** What the client must read before AuthenticationOk. */
  lastWord: Buffer;
}>;

export type Connection = Readonly<{
  reader: StartupReader;
  tls: boolean;
  channelBinding: Buffer | undefined;
}>;

/** Throws LoginRefused, whose text is for the log alone, or a Fault that says no more than anybody may know. */
export async function authenticate(
  user: string,
  connection: Connection,
  identity: Identity,
): Promise<Authenticated> {
  if (identity.isAccessKeyName(user)) return authenticateKey(user, connection, identity);
  // Whatever the client sends next, nobody on the way may read it.
  if (!connection.tls && !isLoopback(connection.reader.socket.remoteAddress))
    throw new Fault('cleartext_refused');
  const principal =
    user === OAUTH_USER
      ? await authenticateOAuth(connection.reader, identity)
      : await authenticateToken(connection.reader, identity);
  if (user !== TOKEN_USER && user !== OAUTH_USER && user !== principal.name) {
    throw new Fault('wrong_user', {}, new Error(`the token is that of ${principal.name}`));
  }
  return { principal, lastWord: Buffer.alloc(0) };
}

/** A token in the place of a password: what every client can send. */
async function authenticateToken(reader: StartupReader, identity: Identity): Promise<Principal> {
  reader.socket.write(authenticationCleartextPassword);
  const body = await reader.authenticationMessage();
  const password = readCstring(body, 0, body.length);
  if (password === undefined || password.end !== body.length) {
    throw new Fault('protocol_violation', { what: 'invalid password packet' });
  }
  return await identity.verifyToken(password.text);
}

async function authenticateKey(
  user: string,
  connection: Connection,
  identity: Identity,
): Promise<Authenticated> {
  const { reader, channelBinding } = connection;
  const key = identity.findAccessKey(user);
  // An unknown key runs through the whole exchange, so that it looks like a known one with a wrong secret.
  const verifier = key?.verifier ?? identity.mockVerifier(user);
  reader.socket.write(authenticationSasl(offeredScramMechanisms(channelBinding)));
  try {
    const initial = readSaslInitial(await reader.authenticationMessage());
    const exchange = new ScramServerExchange({
      mechanism: initial.mechanism,
      verifier,
      channelBinding,
      doomed: key === undefined,
    });
    reader.socket.write(authenticationSaslContinue(exchange.first(initial.data)));
    const lastWord = authenticationSaslFinal(exchange.final(await reader.authenticationMessage()));
    return { principal: (key as AccessKey).principal, lastWord };
  } catch (thrown) {
    if (!(thrown instanceof ScramError)) throw thrown;
    if (thrown.failure === 'refused') throw identity.accessKeyRefusal(user);
    throw new Fault('protocol_violation', { what: thrown.message });
  }
}

export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(127\.|::1$|::ffff:127\.)/.test(address);
}
