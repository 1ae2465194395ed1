// The authentication a server may ask for, and what the gateway answers (PostgreSQL documentation, "Message Flow").
import { hash } from 'node:crypto';
import { type BackendMessage, violation } from './backend-stream.ts';
import { type LoginMeans, needPassword, refused, type Send } from './login-means.ts';
import { scram } from './scram.ts';

export type Receive = () => Promise<BackendMessage>;

const AUTHENTICATION = 0x52;
const OK = 0;
const CLEARTEXT = 3;
const MD5 = 5;
const SASL = 10;
const unsupported: Readonly<Record<number, string>> = {
  2: 'Kerberos V5',
  4: 'crypt',
  6: 'SCM credentials',
  7: 'GSSAPI',
  9: 'SSPI',
};

/** Returns once the server has said AuthenticationOk; after SCRAM only if it has proven itself before that. */
export async function authenticate(login: LoginMeans, receive: Receive, send: Send): Promise<void> {
  const request = await nextRequest(receive);
  const method = methodOf(request);
  const bound = method === SASL && (await scram(login, request, () => nextRequest(receive), send));
  if (login.channelBinding.policy === 'require' && !bound) {
    throw refused(
      'the server did not authenticate with channel binding, which channel_binding: require demands',
    );
  }
  switch (method) {
    case OK:
      return;
    case CLEARTEXT:
      if (!login.confidential) {
        throw refused('the server asks for the password in the clear on a connection without TLS');
      }
      send(passwordMessage(needPassword(login)));
      break;
    case MD5:
      send(passwordMessage(md5(login.user, needPassword(login), request.subarray(4, 8))));
      break;
    case SASL:
      break;
    default:
      throw refused(
        `the server asks for ${unsupported[method] ?? 'an unknown authentication method'}, not supported here`,
      );
  }
  if (methodOf(await nextRequest(receive)) !== OK) {
    throw violation('a second authentication request');
  }
}

/** The body of the next Authentication message. Notices and NegotiateProtocolVersion may come before it. */
async function nextRequest(receive: Receive): Promise<Buffer> {
  for (;;) {
    const { type, body } = await receive();
    if (type === AUTHENTICATION) {
      return body;
    }
  }
}

function methodOf(request: Buffer): number {
  const method = request.length < 4 ? undefined : request.readInt32BE(0);
  const length = method === OK || method === CLEARTEXT ? 4 : method === MD5 ? 8 : undefined;
  if (method === undefined || (length !== undefined && request.length !== length)) {
    throw violation('an authentication request of impossible length');
  }
  return method;
}

function md5(user: string, password: Buffer, salt: Buffer): Buffer {
  const inner = hash('md5', Buffer.concat([password, Buffer.from(user)]), 'hex');
  return Buffer.from(`md5${hash('md5', Buffer.concat([Buffer.from(inner), salt]), 'hex')}`);
}

// pg-protocol takes a string here; a password needn't be one in UTF-8.
function passwordMessage(password: Buffer): Buffer {
  const message = Buffer.alloc(5 + password.length + 1);
  message[0] = 0x70;
  message.writeInt32BE(message.length - 1, 1);
  password.copy(message, 5);
  return message;
}
