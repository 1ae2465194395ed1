// The demo's OpenID provider: a real one (oidc-provider) on loopback, with fixed accounts and no passwords.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { type DemoAccount, demoAccounts, demoPublicClientId } from './accounts.ts';
import { claimsOf, configure, connectScope, demoResource, resourceServer } from './issuer-configuration.ts';
import { accountPage, consentPage, page } from './sign-in-page.ts';

export type DemoIssuerOptions = Readonly<{
  /** 0 (the default) is a free one. */
  port?: number;
  accounts?: readonly DemoAccount[];
  /** How long an access token lives: one hour unless told. */
  tokenSeconds?: number;
}>;

export type DemoIssuer = Readonly<{
  issuer: string;
  accounts: readonly DemoAccount[];
  /** An access token for an account, as if it had just logged in. */
  token(account: string, options?: { expiresIn?: number }): Promise<string>;
  stop(): Promise<void>;
}>;

/** Starts the issuer on 127.0.0.1 and resolves once it answers. */
export async function startDemoIssuer(options: DemoIssuerOptions = {}): Promise<DemoIssuer> {
  const accounts = options.accounts ?? demoAccounts;
  const tokenSeconds = options.tokenSeconds ?? 3600;
  const server = createServer();
  const issuer = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;
  const provider = new Provider(issuer, await configure(accounts, tokenSeconds));
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/')) void interact(provider, accounts, request, response);
    else answer(request, response);
  });

  return {
    issuer,
    accounts,
    async token(id, { expiresIn = tokenSeconds } = {}) {
      const account = accounts.find((candidate) => candidate.id === id);
      if (account === undefined) throw new Error(`the demo has no account "${id}"`);
      const token = new provider.AccessToken({
        accountId: account.id,
        client: await provider.Client.find(demoPublicClientId),
        resourceServer: new provider.ResourceServer(demoResource, resourceServer(demoResource, tokenSeconds)),
        scope: connectScope,
        extra: claimsOf(account),
        expiresIn,
      });
      return token.save();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Login, and consent where a client insists on it, are one page with buttons. */
async function interact(
  provider: Provider,
  accounts: readonly DemoAccount[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { uid, prompt, params } = await provider.interactionDetails(request, response);
    const action = `/interaction/${uid}`;
    if (request.method === 'POST') {
      const form = new URLSearchParams(await readBody(request));
      const account = accounts.find(({ id }) => id === form.get('account'));
      if (prompt.name === 'consent')
        return await provider.interactionFinished(request, response, { consent: {} });
      if (account !== undefined) {
        return await provider.interactionFinished(request, response, { login: { accountId: account.id } });
      }
    }
    const html =
      prompt.name === 'consent'
        ? consentPage(action, String(params.client_id))
        : accountPage(action, accounts);
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
      .end(html);
  } catch {
    response
      .writeHead(400, { 'content-type': 'text/html; charset=utf-8' })
      .end(page('This login is over', '<p>Start it again from your terminal.</p>'));
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > 10_000) throw new Error('form too large');
  }
  return body;
}
