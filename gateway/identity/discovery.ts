// Finds an issuer's endpoints (OpenID Connect Discovery 1.0).
import { allowInsecureRequests, type Configuration, customFetch, discovery, None } from 'openid-client';
import type { IssuerConfig } from '../config/index.ts';
import { type IssuerFetch, isLoopbackHttp } from './issuer-fetch.ts';

export type Endpoints = Readonly<{ jwks: string | undefined; introspection: string | undefined }>;

const secondsAtMost = 10;

/** @throws when the issuer can't be reached, answers nonsense, or says that it is another issuer */
export async function discoverEndpoints(config: IssuerConfig, fetch: IssuerFetch): Promise<Endpoints> {
  const url = new URL(config.issuer);
  const found: Configuration = await discovery(
    url,
    config.introspection?.client_id ?? 'portcullis',
    undefined,
    None(),
    {
      [customFetch]: (target, options) => fetch(target, options),
      timeout: secondsAtMost,
      // The library's own rule is https alone; a loopback issuer is the demo, a test, or a sidecar.
      execute: isLoopbackHttp(url) ? [allowInsecureRequests] : [],
    },
  );
  const { issuer, jwks_uri: jwks, introspection_endpoint: introspection } = found.serverMetadata();
  // The library compares URLs, where "https://x" and "https://x/" are the same; a token's `iss` is compared as text.
  if (issuer !== config.issuer)
    throw new Error(`the issuer calls itself ${issuer}: write exactly that as its issuer`);
  return { jwks, introspection };
}
