// A small signing issuer for tests: real discovery, JWKS and introspection over loopback HTTP, tokens of any shape.
//
// It is a stand-in for what a well-behaved issuer can't be made to give: a token of another provider's shape, an
// expired or malformed one, an outage, a rotation at a chosen moment. The demo's issuer is a real one.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';

/** `refuse`: nobody listens. `error`: 503. `hang`: never answers. `garbage`: 200 with bytes that are no JSON. */
export type Outage = 'none' | 'refuse' | 'error' | 'hang' | 'garbage';

export type TestIssuerOptions = Readonly<{
  algorithm?: string;
  tls?: Readonly<{ key: string | Buffer; cert: string | Buffer }>;
  /** Milliseconds since the epoch: what `iat` and `exp` count from. */
  now?: () => number;
  /** Overrides of the discovery document; `undefined` removes a member. */
  metadata?: Readonly<Record<string, unknown>>;
}>;

export type SigningKey = Readonly<{ kid: string; privateKey: CryptoKey; publicJwk: JWK }>;

/** Any shape, also a wrong one. A claim given as `undefined` is left out. */
export type TokenClaims = Readonly<Record<string, unknown>>;

export type TokenOptions = Readonly<{
  expiresIn?: number;
  header?: Partial<JWTHeaderParameters>;
  key?: CryptoKey | Uint8Array;
}>;

export type TestIssuer = Awaited<ReturnType<typeof startIssuer>>;

export const introspectionClient = { id: 'portcullis-gateway', secret: 'introspection-secret' } as const;

/** Starts an issuer on a free loopback port. Its tokens are for the audience `portcullis` unless the claims say otherwise. */
export async function startIssuer(options: TestIssuerOptions = {}) {
  const algorithm = options.algorithm ?? 'ES256';
  const now = options.now ?? Date.now;
  const directory = await mkdtemp(path.join(tmpdir(), 'portcullis-issuer-'));
  const jwksFile = path.join(directory, 'jwks.json');
  const sockets = new Set<Socket>();
  const opaque = new Map<string, JWTPayload>();
  const fetches = { discovery: 0, jwks: 0, introspection: 0 };
  let outage: Outage = 'none';
  let keys: SigningKey[] = [await generateSigningKey(algorithm)];
  let issuer = '';
  let keeper: TcpServer | undefined;

  const server = options.tls ? createHttpsServer(options.tls, answer) : createHttpServer(answer);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const port = await listen(0);
  issuer = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  await writeJwksFile();

  function listen(on: number): Promise<number> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(on, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
  }

  /** Keeps the port from outgoing connections while nobody listens on it, by the same number of another address. */
  function reserve(): Promise<void> {
    return new Promise((resolve) => {
      // Where there is no such address it has to go without.
      keeper = createTcpServer().once('error', () => resolve());
      keeper.listen(port, '127.0.0.2', resolve);
    });
  }

  async function hangUp(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  function jwks(): { keys: JWK[] } {
    return { keys: keys.map((key) => key.publicJwk) };
  }

  async function writeJwksFile(): Promise<void> {
    await writeFile(`${jwksFile}.new`, JSON.stringify(jwks()));
    await rename(`${jwksFile}.new`, jwksFile);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = routes[new URL(request.url ?? '/', issuer).pathname];
    if (route !== undefined) fetches[route] += 1;
    if (route !== undefined && outage === 'hang') return;
    const [status, body] =
      route === undefined ? notFound : (outages[outage] ?? (await contents[route](request)));
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }

  const contents: Record<Route, (request: IncomingMessage) => Reply | Promise<Reply>> = {
    jwks: () => json(200, jwks()),
    introspection: introspect,
    discovery: () =>
      json(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        device_authorization_endpoint: `${issuer}/device`,
        introspection_endpoint: `${issuer}/introspect`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: [algorithm],
        ...options.metadata,
      }),
  };

  async function introspect(request: IncomingMessage): Promise<Reply> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    const [, basic = ''] = (request.headers.authorization ?? '').split('Basic ');
    const header = decodeURIComponent(Buffer.from(basic, 'base64').toString());
    const given = header || `${form.get('client_id')}:${form.get('client_secret')}`;
    if (given !== `${introspectionClient.id}:${introspectionClient.secret}`) {
      return json(401, { error: 'invalid_client' });
    }
    const claims = opaque.get(form.get('token') ?? '');
    const active = claims !== undefined && !(Number(claims.exp) * 1000 <= now());
    return json(200, active ? { active: true, ...claims } : { active: false });
  }

  function withDefaults(claims: TokenClaims, expiresIn: number): JWTPayload {
    const issuedAt = Math.floor(now() / 1000);
    return {
      iss: issuer,
      aud: 'portcullis',
      sub: 'alice',
      groups: ['support'],
      iat: issuedAt,
      exp: issuedAt + expiresIn,
      jti: randomUUID(),
      ...claims,
    } as JWTPayload;
  }

  return {
    issuer,
    /** The public keys as a file, rewritten by `rotate`. */
    jwksFile,
    /** How often each endpoint was asked. */
    fetches,

    /** A signed token. */
    token(
      claims: TokenClaims = {},
      { expiresIn = 300, header = {}, key }: TokenOptions = {},
    ): Promise<string> {
      const signing = keys.at(-1) as SigningKey;
      return new SignJWT(withDefaults(claims, expiresIn))
        .setProtectedHeader({ alg: algorithm, kid: signing.kid, typ: 'JWT', ...header })
        .sign(key ?? signing.privateKey);
    },

    /** A token that says nothing: only introspection knows it. */
    opaqueToken(claims: TokenClaims = {}, { expiresIn = 300 }: TokenOptions = {}): string {
      const token = `opaque-${randomBytes(24).toString('base64url')}`;
      opaque.set(token, withDefaults(claims, expiresIn));
      return token;
    },

    /** Makes an opaque token inactive. */
    revokeOpaque(token: string): void {
      opaque.delete(token);
    },

    signingKey(): SigningKey {
      return keys.at(-1) as SigningKey;
    },

    /** Signs with a new key from now on; the old one stays published when `keepOld` is set. */
    async rotate({ keepOld = false } = {}): Promise<void> {
      const fresh = await generateSigningKey(algorithm);
      keys = keepOld ? [...keys, fresh] : [fresh];
      await writeJwksFile();
    },

    /** Starts an outage, or ends it with `none`. */
    async fail(mode: Outage): Promise<void> {
      if (mode === 'refuse') {
        await reserve();
        await hangUp();
      } else if (outage === 'refuse') {
        await listen(port);
        keeper?.close();
      }
      outage = mode;
    },

    async stop(): Promise<void> {
      if (server.listening) await hangUp();
      keeper?.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function generateSigningKey(algorithm: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const kid = randomUUID();
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' } };
}

type Route = 'discovery' | 'jwks' | 'introspection';
type Reply = readonly [status: number, body: string];

const routes: Readonly<Record<string, Route>> = {
  '/.well-known/openid-configuration': 'discovery',
  '/jwks': 'jwks',
  '/introspect': 'introspection',
};

const notFound: Reply = [404, '{"error":"not_found"}'];

const outages: Readonly<Partial<Record<Outage, Reply>>> = {
  error: [503, '{"error":"temporarily_unavailable"}'],
  garbage: [200, '{"keys": ['],
};

function json(status: number, body: unknown): Reply {
  return [status, JSON.stringify(body)];
}
