// Logs in to a database: startup message, authentication, and the greeting up to the first ReadyForQuery.
import type { Socket } from 'node:net';
import { serialize } from 'pg-protocol';
import { Fault } from '../lib/index.ts';
import { authenticate } from './authentication.ts';
import { type BackendMessage, BackendStream, violation } from './backend-stream.ts';
import { ConnectFailure, ServerRefused } from './failure.ts';
import type { LoginMeans } from './login-means.ts';

export type Login = LoginMeans &
  Readonly<{ database: string; startupParameters: Readonly<Record<string, string>> }>;

export type Greeting = Readonly<{
  /** The body of BackendKeyData, empty when the server sent none. */
  backendKey: Buffer;
  /** Whole messages after AuthenticationOk, up to and including ReadyForQuery. */
  greeting: readonly Buffer[];
  /** Bytes that arrived behind them. */
  rest: Buffer;
}>;

/** The socket is paused and free of listeners afterwards. */
export async function logIn(socket: Socket, login: Login, signal: AbortSignal): Promise<Greeting> {
  const stream = new BackendStream(socket, signal);
  try {
    socket.write(startupMessage(login));
    await authenticate(
      login,
      () => nextOf(stream, 'RENv', login.password),
      (message) => void socket.write(message),
    );
    const welcome = await readGreeting(stream, login.password);
    return { ...welcome, rest: stream.detach() };
  } catch (error) {
    stream.detach();
    throw error;
  }
}

function startupMessage({ user, database, startupParameters }: Login): Buffer {
  const parameters: Record<string, string> = { ...startupParameters, user, database };
  // The serializer adds client_encoding=UTF8 itself.
  delete parameters.client_encoding;
  return serialize.startup(parameters);
}

/** A zero byte or an empty name would end the parameter, or the whole message, early and change what follows. */
export function checkStartupParameters(parameters: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (name === '' || name.includes('\0') || value.includes('\0')) {
      throw new Fault('startup_parameter_refused', { name });
    }
  }
}

async function readGreeting(
  stream: BackendStream,
  password: Buffer | undefined,
): Promise<Omit<Greeting, 'rest'>> {
  const greeting: Buffer[] = [];
  let backendKey: Buffer = Buffer.alloc(0);
  for (;;) {
    const { type, body, whole } = await nextOf(stream, 'SKNEZv', password);
    switch (String.fromCharCode(type)) {
      case 'v':
        // The version was settled with the server here, and with the client elsewhere.
        continue;
      case 'K':
        if (body.length < 8 || body.length > 4 + 256) {
          throw violation('a BackendKeyData of impossible length');
        }
        backendKey = body;
        break;
      case 'Z':
        if (body.length !== 1) {
          throw violation('a ReadyForQuery of impossible length');
        }
        greeting.push(whole);
        return { backendKey, greeting };
    }
    greeting.push(whole);
  }
}

async function nextOf(
  stream: BackendStream,
  allowed: string,
  password: Buffer | undefined,
): Promise<BackendMessage> {
  const message = await stream.next(allowed);
  if (message.type !== 'E'.charCodeAt(0)) {
    return message;
  }
  // No honest server repeats the password, and neither the log nor the client would be the place for it.
  if (password !== undefined && message.whole.includes(password)) {
    throw new ConnectFailure(
      'upstream_refused',
      'login',
      'the server refused with a message that repeats the password',
    );
  }
  throw new ConnectFailure(
    'upstream_refused',
    'login',
    'the server refused',
    new ServerRefused(message.whole),
  );
}
