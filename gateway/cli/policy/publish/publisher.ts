// What every way to publish takes and gives.
import type { Tls } from './send.ts';

export type Access = Readonly<{
  bearerToken: string | undefined;
  login: Readonly<{ user: string; password: string }> | undefined;
  tls: Tls;
  /** Of S3. */
  endpoint: URL | undefined;
  region: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  now: Date;
}>;

export type Published = Readonly<{
  place: string;
  /** How the place names what it holds now: an ETag, or a digest. */
  version: string | undefined;
}>;
