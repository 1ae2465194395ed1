// Logging in as a client does: the answers to every authentication request, with an independent SCRAM implementation.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { TLSSocket } from 'node:tls';
import type { BackendMessage } from './raw-backend.ts';
import { ServerError } from './raw-backend.ts';
import { frontend } from './raw-frontend.ts';

type ScramSession = { mechanism: string; response: string };
type Scram = {
  startSession(mechanisms: string[], stream?: TLSSocket): ScramSession;
  continueSession(session: ScramSession, password: string, data: string, stream?: TLSSocket): Promise<void>;
  finalizeSession(session: ScramSession, data: string): void;
};
// node-postgres' own client side, so that a mistake made twice in the gateway's two sides can't hide.
const scram = createRequire(import.meta.url)('pg/lib/crypto/sasl') as Scram;

export type RawCredential = Readonly<{ user: string; password?: string; channelBinding?: boolean }>;

/** What a login needs of a connection. */
type Conversation = Readonly<{
  socket: Readonly<{ tls: TLSSocket | undefined }>;
  receive(): Promise<BackendMessage>;
  send(...parts: readonly Uint8Array[]): void;
}>;

/** Answers the server's authentication requests until AuthenticationOk; an ErrorResponse is thrown. */
export async function authenticate(client: Conversation, credential: RawCredential): Promise<void> {
  const stream = credential.channelBinding ? client.socket.tls : undefined;
  let session: ScramSession | undefined;
  for (;;) {
    const request = await client.receive();
    if (request.type === 'E') throw new ServerError(request.fields);
    if (request.type === 'N' || request.type === 'v') continue;
    const { kind, data } = request.authentication;
    const password = (): string => {
      if (credential.password === undefined)
        throw new Error('the server asks for a password and the test has none');
      return credential.password;
    };
    if (kind === 0) return;
    if (kind === 3) client.send(frontend.password(password()));
    else if (kind === 5) client.send(frontend.password(md5Answer(credential.user, password(), data)));
    else if (kind === 10) {
      session = scram.startSession(mechanismsOf(request), stream);
      client.send(frontend.saslInitialResponse(session.mechanism, Buffer.from(session.response)));
    } else if (kind === 11 && session) {
      await scram.continueSession(session, password(), data.toString(), stream);
      client.send(frontend.saslResponse(Buffer.from(session.response)));
    } else if (kind === 12 && session) scram.finalizeSession(session, data.toString());
    else throw new Error(`authentication request ${kind} has no answer here`);
  }
}

/** The mechanisms an AuthenticationSASL offers. */
export function mechanismsOf(request: BackendMessage): string[] {
  return request.authentication.data.toString('latin1').split('\0').filter(Boolean);
}

function md5Answer(user: string, password: string, salt: Buffer): string {
  const inner = createHash('md5')
    .update(password + user)
    .digest('hex');
  return `md5${createHash('md5')
    .update(Buffer.concat([Buffer.from(inner), salt]))
    .digest('hex')}`;
}
