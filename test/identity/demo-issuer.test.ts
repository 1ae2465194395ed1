// The demo's issuer, which is a real OpenID provider: every way to a token, and that the gateway takes each.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoIntrospectionClient, demoPublicClientId, demoService } from '../../gateway/demo/accounts.ts';
import { type DemoIssuer, startDemoIssuer } from '../../gateway/demo/issuer.ts';
import { demoOpaqueResource } from '../../gateway/demo/issuer-configuration.ts';
import { signIn } from '../../gateway/demo/sign-in.ts';
import { createIdentity, type Identity } from '../../gateway/identity/index.ts';
import { silentLog, systemClock } from '../../gateway/lib/index.ts';
import { identityConfig, issuerConfig } from './fixture.ts';

let issuer: DemoIssuer;
let identity: Identity;
let folder: string;
let callback: Server;
let redirect: string;

beforeAll(async () => {
  issuer = await startDemoIssuer();
  folder = await mkdtemp(path.join(tmpdir(), 'portcullis-demo-issuer-'));
  await writeFile(path.join(folder, 'secret'), demoIntrospectionClient.secret);
  identity = await openGatewayIdentity();
  callback = createServer((_request, response) => void response.end('close this page'));
  await new Promise<void>((resolve) => callback.listen(0, '127.0.0.1', resolve));
  redirect = `http://127.0.0.1:${(callback.address() as AddressInfo).port}/callback`;
});

afterAll(async () => {
  await identity.close();
  await issuer.stop();
  callback.close();
  callback.closeAllConnections();
  await rm(folder, { recursive: true });
});

function openGatewayIdentity(): Promise<Identity> {
  const introspection = {
    client_id: demoIntrospectionClient.id,
    client_secret_file: path.join(folder, 'secret'),
  };
  const config = identityConfig([issuerConfig(issuer.issuer, { introspection })]);
  return createIdentity(config, { log: silentLog, clock: systemClock });
}

function discover(id: string, authentication: client.ClientAuth): Promise<client.Configuration> {
  return client.discovery(new URL(issuer.issuer), id, undefined, authentication, {
    execute: [client.allowInsecureRequests],
  });
}

describe('the demo issuer', () => {
  test('gives the demo a token of each account at once', async () => {
    for (const account of issuer.accounts) {
      const principal = await identity.verifyToken(await issuer.token(account.id));
      expect(principal).toMatchObject({ name: account.id, kind: account.kind, groups: account.groups });
    }
    await expect(issuer.token('nobody')).rejects.toThrow(/no account/);
  });

  test('gives the demo a token that expires when it is told to', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { claims } = await identity.verifyToken(await issuer.token('dana', { expiresIn: 200 }));
    const after = Math.ceil(Date.now() / 1000);
    expect(Number(claims.exp)).toBeGreaterThanOrEqual(before + 200);
    expect(Number(claims.exp)).toBeLessThanOrEqual(after + 200);
  });

  test('lets a person log in with authorization code and PKCE on a loopback redirect, and refresh', async () => {
    const configuration = await discover(demoPublicClientId, client.None());
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirect,
      scope: 'openid offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
    });
    const back = await signIn(url.href, 'dana');
    expect(back.status).toBe(200);
    const tokens = await client.authorizationCodeGrant(configuration, new URL(back.url), {
      pkceCodeVerifier,
      expectedState,
    });
    expect(await identity.verifyToken(tokens.access_token)).toMatchObject({
      name: 'dana',
      kind: 'human',
      groups: ['dba'],
    });
    const fresh = await client.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    expect(fresh.access_token).not.toBe(tokens.access_token);
    expect(await identity.verifyToken(fresh.access_token)).toMatchObject({ name: 'dana' });
  });

  test('refuses an authorization request without PKCE', async () => {
    const configuration = await discover(demoPublicClientId, client.None());
    const url = client.buildAuthorizationUrl(configuration, { redirect_uri: redirect, scope: 'openid' });
    const back = await signIn(url.href, 'dana');
    expect(new URL(back.url).searchParams.get('error')).toBe('invalid_request');
  });

  test('lets an agent without a browser log in with a device code', async () => {
    const configuration = await discover(demoPublicClientId, client.None());
    const device = await client.initiateDeviceAuthorization(configuration, { scope: 'openid' });
    const last = await signIn(device.verification_uri_complete ?? '', 'support-agent');
    expect(last.text).toContain('You are logged in');
    const tokens = await client.pollDeviceAuthorizationGrant(configuration, { ...device, interval: 0.1 });
    expect(await identity.verifyToken(tokens.access_token)).toMatchObject({
      name: 'support-agent',
      kind: 'agent',
    });
  });

  test('gives a service a token for its secret (client credentials)', async () => {
    const configuration = await discover(demoService.id, client.ClientSecretBasic(demoService.secret));
    const tokens = await client.clientCredentialsGrant(configuration);
    expect(await identity.verifyToken(tokens.access_token)).toMatchObject({
      name: demoService.id,
      kind: 'service',
      groups: demoService.groups,
    });
  });

  test('knows the opaque tokens that it gives, until they are revoked', async () => {
    const configuration = await discover(demoPublicClientId, client.None());
    const device = await client.initiateDeviceAuthorization(configuration, {
      scope: 'openid',
      resource: demoOpaqueResource,
    });
    await signIn(device.verification_uri_complete ?? '', 'analytics-agent');
    const { access_token: token } = await client.pollDeviceAuthorizationGrant(configuration, {
      ...device,
      interval: 0.1,
    });
    expect(token).not.toContain('.');
    expect(await identity.verifyToken(token)).toMatchObject({ name: 'analytics-agent', kind: 'agent' });
    await client.tokenRevocation(configuration, token);
    // A gateway that never saw the token: this one repeats what it was told for a minute.
    const other = await openGatewayIdentity();
    await expect(other.verifyToken(token)).rejects.toMatchObject({ reason: 'token_inactive' });
    await other.close();
  });
});
