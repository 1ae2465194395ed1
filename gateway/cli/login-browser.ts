// Logging in with the browser: authorization code with PKCE, answered on a loopback address (RFC 8252).

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as oidc from 'openid-client';
import { closingPage } from './closing-page.ts';
import { CommandError, type Terminal } from './command.ts';
import { openBrowser } from './open-browser.ts';
import type { Profile } from './profile.ts';
import { providerFailure } from './provider.ts';

type TokenResponse = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

const patienceMs = 5 * 60_000;

export async function loginWithBrowser(
  provider: oidc.Configuration,
  profile: Profile,
  terminal: Terminal,
  options: Readonly<{ redirectPort: number; openBrowser: boolean }>,
): Promise<TokenResponse> {
  const server = await listen(options.redirectPort);
  try {
    const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const nonce = oidc.randomNonce();
    const url = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: redirectUri,
      scope: profile.scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      // Providers that follow OpenID Connect to the letter give no refresh token without it.
      ...(profile.scope.split(' ').includes('offline_access') ? { prompt: 'consent' } : {}),
      ...(profile.audience === undefined ? {} : { audience: profile.audience }),
    });
    const opened = options.openBrowser && openBrowser(url.href, terminal.env);
    terminal.stderr.write(
      `${opened ? 'Your browser should open; if it does not, open' : 'Open'} this address to log in:\n\n  ${url.href}\n\n`,
    );
    return await answer(server, state, (callback) =>
      oidc.authorizationCodeGrant(provider, new URL(callback, redirectUri), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
      }),
    );
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer({ requestTimeout: 10_000 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new CommandError(`cannot wait for the browser on port ${port}: ${error.code}`)),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

/** Waits for the one request that carries our state; whatever else knocks is told 404. */
function answer(
  server: Server,
  state: string,
  redeem: (callback: string) => Promise<TokenResponse>,
): Promise<TokenResponse> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new CommandError('nobody logged in within five minutes', {
            hint: 'Without a browser here: portcullis login --device',
          }),
        ),
      patienceMs,
    );
    const settle = (request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      if (
        request.method !== 'GET' ||
        url.pathname !== '/callback' ||
        url.searchParams.get('state') !== state
      ) {
        response.writeHead(404, { 'content-type': 'text/plain', connection: 'close' }).end('Not found\n');
        return;
      }
      server.off('request', settle);
      clearTimeout(timer);
      redeem(request.url ?? '/').then(
        (tokens) => show(response, true, () => resolve(tokens)),
        (error) =>
          show(response, false, () =>
            reject(new CommandError(`the login failed: ${providerFailure(error)}`)),
          ),
      );
    };
    server.on('request', settle);
  });
}

function show(response: ServerResponse, success: boolean, then: () => void): void {
  const page = closingPage(success);
  response.once('close', then);
  response.writeHead(success ? 200 : 400, page.headers).end(page.html);
}
