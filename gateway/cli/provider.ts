// The identity provider as the client of it sees it: discovery, and its errors in plain words.

import { readFile } from 'node:fs/promises';
import * as oidc from 'openid-client';
import { isLoopbackHost } from '../lib/index.ts';
import { CommandError } from './command.ts';
import type { Login, Profile } from './profile.ts';

/** Reads the provider's discovery document. Plain http is accepted from this machine only. */
export async function discoverProvider(profile: Profile): Promise<oidc.Configuration> {
  const url = new URL(profile.issuer);
  const insecure = url.protocol === 'http:' && isLoopbackHost(url.hostname);
  const secret =
    profile.client_secret_file === undefined
      ? undefined
      : (await readFile(profile.client_secret_file, 'utf8')).trim();
  try {
    return await oidc.discovery(
      url,
      profile.client_id,
      undefined,
      secret === undefined ? oidc.None() : oidc.ClientSecretPost(secret),
      { timeout: 15, ...(insecure ? { execute: [oidc.allowInsecureRequests] } : {}) },
    );
  } catch (error) {
    throw new CommandError(`the issuer ${profile.issuer} cannot be used: ${providerFailure(error)}`, {
      hint: 'Check the address; its discovery document is under /.well-known/openid-configuration.',
    });
  }
}

/** What a login keeps of a token response. */
export function loginOf(
  response: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers,
  profile: Profile,
  now: number,
): Login {
  const opaque = response.access_token.split('.').length !== 3;
  const send = profile.send ?? (opaque && response.id_token !== undefined ? 'id_token' : 'access_token');
  const token = send === 'id_token' ? response.id_token : response.access_token;
  if (token === undefined) {
    throw new CommandError('the issuer returned no ID token', {
      hint: 'The scope must contain "openid"; or log in with --send access_token.',
    });
  }
  const issuedFor = response.expiresIn() ?? 300;
  const subject = response.claims()?.sub ?? profile.login?.subject;
  const refresh = response.refresh_token ?? profile.login?.refresh_token;
  return {
    token,
    expires_at: expiryOfJwt(token) ?? now + issuedFor,
    ...(refresh === undefined ? {} : { refresh_token: refresh }),
    ...(subject === undefined ? {} : { subject }),
  };
}

/** The `exp` claim, read without verification: the gateway verifies. */
export function expiryOfJwt(token: string): number | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const claims = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString()) as { exp?: unknown };
    return typeof claims.exp === 'number' ? claims.exp : undefined;
  } catch {
    return undefined;
  }
}

/** One line on what went wrong; never holds a token or a secret. */
export function providerFailure(error: unknown): string {
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.AuthorizationResponseError) {
    return printable([error.error, error.error_description].filter(Boolean).join(': '));
  }
  if (!(error instanceof Error)) return 'unknown failure';
  const cause = error.cause as (Error & { code?: string }) | undefined;
  if (error.message === 'fetch failed') return cause?.code ?? cause?.message ?? 'no connection';
  if (error.name === 'TimeoutError') return 'it did not answer in time';
  const status = cause instanceof Response ? ` (HTTP ${cause.status})` : '';
  return printable(error.message) + status;
}

/** A provider's text goes to a terminal: no control characters. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, 300);
}
