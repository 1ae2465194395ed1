// What the gateway can log in with on one connection, and what it insists on.
import { ConnectFailure } from './failure.ts';
import type { ScramKeyCache } from './scram-key-cache.ts';

export type LoginMeans = Readonly<{
  user: string;
  password: Buffer | undefined;
  scramKeys: ScramKeyCache;
  channelBinding: ChannelBinding;
  /** Whether a password in the clear would be safe: the connection is encrypted, or never leaves the machine. */
  confidential: boolean;
}>;

export type ChannelBinding = Readonly<{
  policy: 'disable' | 'prefer' | 'require';
  /** tls-server-end-point of the server's certificate, where there is one. */
  data: Buffer | undefined;
}>;

export type Send = (message: Buffer) => void;

export function needPassword({ password }: LoginMeans): Buffer {
  if (password === undefined) {
    throw refused('the server asks for a password and the credential has no password_file');
  }
  return password;
}

export function refused(reason: string): ConnectFailure {
  return new ConnectFailure('upstream_refused', 'login', reason);
}
