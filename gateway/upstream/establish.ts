// From a request to a connection that is ready for its first query: one attempt, and another where that can help.
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ResourceConfig } from '../config/index.ts';
import type { Log } from '../lib/index.ts';
import { tlsServerEndPoint } from '../wire/index.ts';
import type { Credential } from './credential.ts';
import { dial, isLocal, type Target } from './dial.ts';
import { type ConnectFailure, toFailure } from './failure.ts';
import { type Greeting, type Login, logIn } from './login.ts';
import type { Secrets, Settings } from './settings.ts';

export type ConnectRequest = Readonly<{
  /** Already allow-listed, application_name included. */
  startupParameters: Readonly<Record<string, string>>;
  /** Which of the resource's credentials; `default` when absent. */
  credential?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Writes the failure's details, with the session's id when it is the session's own log. */
  log?: Log | undefined;
}>;

/**
 * A connection that is ready for its first query. The socket is paused and has no listener but one that keeps an error
 * from ending the process; nothing is lost before the caller attaches its own and resumes it.
 */
export type UpstreamConnection = Greeting & Readonly<{ socket: Socket }>;

/** The connection, and the way back to the very server that it leads to. */
export type Established = Readonly<{ connection: UpstreamConnection; origin: Target }>;

type Attempt = Readonly<{
  settings: Settings;
  credential: Credential;
  secrets: Secrets;
  plaintext: boolean;
  startupParameters: Readonly<Record<string, string>>;
}>;

export async function establish(
  settings: Settings,
  { credential: name, startupParameters }: ConnectRequest,
  signal: AbortSignal,
): Promise<Established> {
  const credential = settings.credential(name);
  let refreshed = false;
  let plaintext = false;
  for (;;) {
    const secrets = await settings.secrets(credential);
    try {
      return await attempt({ settings, credential, secrets, plaintext, startupParameters }, signal);
    } catch (error) {
      const failure = toFailure(error, 'login');
      if (signal.aborted) {
        throw failure;
      }
      if (!refreshed && isAboutCredential(failure)) {
        refreshed = true;
        if (await settings.haveChanged(credential, secrets)) {
          continue;
        }
      }
      if (plaintext || !allowsPlaintext(failure, settings.resource)) {
        throw failure;
      }
      plaintext = true;
    }
  }
}

async function attempt(
  { settings, credential, secrets, plaintext, startupParameters }: Attempt,
  signal: AbortSignal,
): Promise<Established> {
  const config = settings.resource.upstream;
  const target = { config, tls: settings.tls, plaintext };
  const socket = await dial(target, signal);
  try {
    const encrypted = socket instanceof TLSSocket;
    const login: Login = {
      user: credential.user,
      password: secrets.password,
      scramKeys: credential.scramKeys,
      channelBinding: { policy: config.channel_binding, data: bindingData(socket) },
      confidential: encrypted || isLocal(socket, config),
      database: config.database,
      // By a start-up parameter, so that RESET and DISCARD come back to it.
      startupParameters:
        credential.role === undefined ? startupParameters : { ...startupParameters, role: credential.role },
    };
    const greeting = await logIn(socket, login, signal);
    const origin = { ...target, address: socket.remoteAddress, plaintext: !encrypted };
    return { connection: { socket, ...greeting }, origin };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function bindingData(socket: Socket): Buffer | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return certificate === undefined ? undefined : tlsServerEndPoint(certificate.raw);
}

function isAboutCredential({ refusal }: ConnectFailure): boolean {
  return refusal?.sqlstate === '28P01' || refusal?.sqlstate === '28000';
}

/** libpq's `prefer` goes on without TLS where TLS failed, or where pg_hba.conf has no line for it. */
function allowsPlaintext({ stage, code, refusal }: ConnectFailure, { upstream }: ResourceConfig): boolean {
  return (
    upstream.sslmode === 'prefer' &&
    upstream.ca === undefined &&
    upstream.channel_binding !== 'require' &&
    ((stage === 'tls' && code !== 'upstream_protocol') || refusal?.sqlstate === '28000')
  );
}
