// How the demo's issuer is set up: its clients, keys, lifetimes, claims and grants.
import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import type { Context, TokenSource } from 'oidc-provider';
import { type DemoAccount, demoIntrospectionClient, demoPublicClientId, demoService } from './accounts.ts';
import { MemoryAdapter } from './memory-adapter.ts';
import { deviceCodePage, deviceConfirmPage, page } from './sign-in-page.ts';

/** The resource whose access tokens are JWTs with the audience `portcullis`: what a client gets when it names none. */
export const demoResource = 'urn:portcullis';
/** The same for tokens that say nothing by themselves and need introspection. */
export const demoOpaqueResource = 'urn:portcullis:opaque';

const audience = 'portcullis';
export const connectScope = 'portcullis.connect';

/** The claims of an access token beyond the registered ones. */
export function claimsOf(
  account: Pick<DemoAccount, 'name' | 'kind' | 'groups' | 'claims'>,
): Record<string, unknown> {
  return { name: account.name, agent_kind: account.kind, groups: account.groups, ...account.claims };
}

export function resourceServer(resource: string, tokenSeconds: number): Record<string, unknown> {
  return {
    audience,
    scope: connectScope,
    accessTokenTTL: tokenSeconds,
    accessTokenFormat: resource === demoOpaqueResource ? 'opaque' : 'jwt',
    ...(resource === demoOpaqueResource ? {} : { jwt: { sign: { alg: 'RS256' } } }),
  };
}

/** What oidc-provider is told: clients, keys, lifetimes, and that every account may do everything. */
export async function configure(
  accounts: readonly DemoAccount[],
  tokenSeconds: number,
): Promise<Record<string, unknown>> {
  const account = (id: string | undefined) => accounts.find((candidate) => candidate.id === id);
  const clientClaims = (id: string) => (id === demoService.id ? claimsOf(demoService) : undefined);
  return {
    adapter: MemoryAdapter,
    clients: clients(),
    jwks: { keys: [await signingKey('RS256'), await signingKey('ES256')] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: ['openid', 'profile', 'offline_access'],
    claims: { openid: ['sub'], profile: ['name', 'groups', 'agent_kind'] },
    ttl: {
      AccessToken: tokenSeconds,
      ClientCredentials: tokenSeconds,
      IdToken: tokenSeconds,
      AuthorizationCode: 60,
      DeviceCode: 600,
      Interaction: 600,
      Session: 86_400,
      Grant: 86_400,
      RefreshToken: 86_400,
    },
    pkce: { required: () => true },
    findAccount(_context: Context, id: string) {
      const found = account(id);
      return found && { accountId: id, claims: () => ({ sub: id, ...claimsOf(found) }) };
    },
    extraTokenClaims(_context: Context, token: TokenSource) {
      const found = account(token.accountId);
      return found ? claimsOf(found) : clientClaims(token.clientId);
    },
    issueRefreshToken: (_context: Context, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    rotateRefreshToken: true,
    loadExistingGrant: grantEverything,
    interactions: {
      url: (_context: Context, interaction: { uid: string }) => `/interaction/${interaction.uid}`,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_context: Context, client: { clientId: string }) =>
          client.clientId === demoIntrospectionClient.id,
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_context: Context, client: { clientId: string }, token: TokenSource) =>
          token.clientId === client.clientId,
      },
      deviceFlow: deviceFlow(),
      resourceIndicators: {
        enabled: true,
        defaultResource: () => demoResource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: Context, resource: string) =>
          resourceServer(resource, tokenSeconds),
      },
    },
  };
}

/** Every client is the gateway's own, so nobody is asked for consent. */
async function grantEverything(context: Context) {
  const { provider, client, session } = context.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const earlier = session.grantIdFor(client.clientId);
  const found = earlier === undefined ? undefined : await provider.Grant.find(earlier);
  if (found !== undefined) return found;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile offline_access');
  for (const resource of [demoResource, demoOpaqueResource]) grant.addResourceScope(resource, connectScope);
  await grant.save();
  return grant;
}

function deviceFlow(): Record<string, unknown> {
  const clientName = (context: Context) => context.oidc.client?.clientName ?? 'a program';
  return {
    enabled: true,
    userCodeInputSource(context: Context, form: string, _out: unknown, problem?: Error) {
      context.body = deviceCodePage(form, problem && 'That code is not known, or is used up.');
    },
    userCodeConfirmSource(context: Context, form: string, _client: unknown, _device: unknown, code: string) {
      context.body = deviceConfirmPage(form, clientName(context), code);
    },
    successSource(context: Context) {
      context.body = page('You are logged in', '<p>Go back to your terminal.</p>');
    },
  };
}

function clients(): Record<string, unknown>[] {
  const confidential = {
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
  };
  return [
    {
      client_id: demoPublicClientId,
      client_name: 'portcullis',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      // RFC 8252 section 7.3: the port of a loopback redirect is free.
      redirect_uris: [
        'http://127.0.0.1/callback',
        'http://[::1]/callback',
        'http://127.0.0.1/',
        'http://[::1]/',
      ],
    },
    {
      ...confidential,
      client_id: demoService.id,
      client_secret: demoService.secret,
      grant_types: ['client_credentials'],
    },
    {
      ...confidential,
      client_id: demoIntrospectionClient.id,
      client_secret: demoIntrospectionClient.secret,
      grant_types: ['client_credentials'],
    },
  ];
}

async function signingKey(algorithm: string): Promise<Record<string, unknown>> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return {
    ...(await exportJWK(privateKey)),
    alg: algorithm,
    use: 'sig',
    kid: randomBytes(8).toString('hex'),
  };
}
