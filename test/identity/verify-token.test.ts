// Which tokens are accepted and which are refused, with real signatures over loopback HTTP.
import { createHmac, generateKeyPairSync, KeyObject, randomBytes } from 'node:crypto';
import { CompactSign, exportJWK, exportSPKI, generateKeyPair, importJWK, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RefusalReason } from '../../gateway/identity/index.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { identityConfig, issuerConfig, openIdentity, TestClock } from './fixture.ts';

const clock = new TestClock();
let issuer: TestIssuer;
let opened: Awaited<ReturnType<typeof openIdentity>>;

beforeAll(async () => {
  issuer = await startIssuer({ now: clock.now });
  opened = await openIdentity(identityConfig([issuerConfig(issuer.issuer)]), clock);
});

afterAll(async () => {
  await opened.identity.close();
  await issuer.stop();
});

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const goodClaims = (): JWTPayload => ({
  iss: issuer.issuer,
  aud: 'portcullis',
  sub: 'alice',
  exp: clock.seconds + 300,
});

describe('a token is accepted', () => {
  const cases: { name: string; token: () => Promise<string> }[] = [
    { name: 'when it is signed by the issuer, for us, and in time', token: () => issuer.token() },
    {
      name: 'when its audience is a list that holds ours',
      token: () => issuer.token({ aud: ['account', 'portcullis'] }),
    },
    {
      name: 'when it has the type of an access token (RFC 9068)',
      token: () => issuer.token({}, { header: { typ: 'at+jwt' } }),
    },
    {
      name: 'when its type is written in full and in capitals',
      token: () => issuer.token({}, { header: { typ: 'application/AT+JWT' } }),
    },
    { name: 'without iat, nbf and jti', token: () => issuer.token({ iat: undefined, jti: undefined }) },
    {
      name: '29 seconds after its expiry, within the clock skew',
      token: () => issuer.token({}, { expiresIn: -29 }),
    },
    {
      name: '30 seconds before nbf, within the clock skew',
      token: () => issuer.token({ nbf: clock.seconds + 30 }),
    },
    {
      name: '30 seconds before iat, within the clock skew',
      token: () => issuer.token({ iat: clock.seconds + 30 }),
    },
    {
      name: 'with a header that offers a key of its own, which is ignored',
      token: async () =>
        issuer.token({}, { header: { jwk: issuer.signingKey().publicJwk, jku: 'http://127.0.0.1:1/jwks' } }),
    },
  ];
  test.each(cases)('$name', async ({ token }) => {
    await expect(opened.identity.verifyToken(await token())).resolves.toMatchObject({
      name: 'alice',
      issuer: issuer.issuer,
      subject: 'alice',
      auth: { method: 'oidc' },
    });
  });
});

describe('a token is refused', () => {
  const cases: { name: string; token: () => string | Promise<string>; want: RefusalReason; text?: RegExp }[] =
    [
      { name: 'when it is empty', token: () => '', want: 'token_malformed' },
      {
        name: 'when it is an ordinary password',
        token: () => 'correct horse battery',
        want: 'token_malformed',
      },
      {
        name: 'when it has two parts',
        token: () => 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0',
        want: 'token_malformed',
      },
      { name: 'when its parts are no JSON', token: () => 'eyJ.eyJ.eyJ', want: 'token_malformed' },
      {
        name: 'when its payload is a list',
        token: () => `${base64url({ alg: 'ES256' })}.${base64url([1])}.AAAA`,
        want: 'token_malformed',
      },
      {
        name: 'when its header is a text',
        token: () => `eyJ.${base64url(goodClaims())}.AAAA`,
        want: 'token_malformed',
      },
      {
        name: 'when it has a NUL byte',
        token: async () => `${await issuer.token()}\0`,
        want: 'token_malformed',
      },
      {
        name: 'when it has a newline',
        token: async () => `${await issuer.token()}\n`,
        want: 'token_malformed',
      },
      {
        name: 'when it is encrypted',
        token: () => 'eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn',
        want: 'token_encrypted',
      },
      {
        name: 'when it is larger than any real one',
        token: () => issuer.token({ padding: 'x'.repeat(40_000) }),
        want: 'token_too_large',
      },
      {
        name: 'when it names no issuer',
        token: () => issuer.token({ iss: undefined }),
        want: 'claim_missing',
        text: /"iss"/,
      },
      {
        name: 'when its issuer is not configured',
        token: () => issuer.token({ iss: 'https://evil.example' }),
        want: 'issuer_unknown',
      },
      {
        name: 'when its issuer differs by a slash, and the log says so',
        token: () => issuer.token({ iss: `${issuer.issuer}/` }),
        want: 'issuer_unknown',
        text: /differs by its last slash/,
      },
      {
        name: 'when its issuer is a list',
        token: () => issuer.token({ iss: [issuer.issuer] }),
        want: 'claim_missing',
      },
      {
        name: 'when it is for another audience',
        token: () => issuer.token({ aud: 'payroll' }),
        want: 'audience_mismatch',
      },
      {
        name: 'when its audience only begins like ours',
        token: () => issuer.token({ aud: 'portcullis-test' }),
        want: 'audience_mismatch',
      },
      {
        name: 'when its audiences are a list without ours',
        token: () => issuer.token({ aud: ['a', 'b'] }),
        want: 'audience_mismatch',
      },
      {
        name: 'when it has no audience',
        token: () => issuer.token({ aud: undefined }),
        want: 'claim_missing',
        text: /"aud"/,
      },
      {
        name: 'when it has no expiry',
        token: () => issuer.token({ exp: undefined }),
        want: 'claim_missing',
        text: /"exp"/,
      },
      {
        name: 'when its expiry is a text',
        token: () => issuer.token({ exp: '9999999999' }),
        want: 'claim_invalid',
      },
      {
        name: '30 seconds after its expiry, at the edge of the skew',
        token: () => issuer.token({}, { expiresIn: -30 }),
        want: 'token_expired',
      },
      {
        name: 'an hour after its expiry',
        token: () => issuer.token({}, { expiresIn: -3600 }),
        want: 'token_expired',
      },
      {
        name: '31 seconds before nbf',
        token: () => issuer.token({ nbf: clock.seconds + 31 }),
        want: 'token_not_yet_valid',
      },
      {
        name: 'when nbf is a text',
        token: () => issuer.token({ nbf: 'now' }),
        want: 'claim_invalid',
      },
      {
        name: '31 seconds before iat',
        token: () => issuer.token({ iat: clock.seconds + 31 }),
        want: 'token_not_yet_valid',
      },
      {
        name: 'when iat is a text',
        token: () => issuer.token({ iat: 'now' }),
        want: 'claim_invalid',
      },
      {
        name: 'when it is a logout token',
        token: () => issuer.token({}, { header: { typ: 'logout+jwt' } }),
        want: 'token_type_refused',
      },
      {
        name: 'when it is a security event',
        token: () => issuer.token({}, { header: { typ: 'secevent+jwt' } }),
        want: 'token_type_refused',
      },
      {
        name: 'when its type is a number',
        token: () => issuer.token({}, { header: { typ: 5 as never } }),
        want: 'token_type_refused',
      },
      {
        name: 'when it is bound to a key of its holder (RFC 7800)',
        token: () => issuer.token({ cnf: { jkt: 'thumbprint' } }),
        want: 'token_sender_constrained',
      },
      {
        name: 'when it insists on an unknown extension (crit)',
        token: async () => {
          const claims = new TextEncoder().encode(JSON.stringify(goodClaims()));
          const { kid, privateKey } = issuer.signingKey();
          return new CompactSign(claims)
            .setProtectedHeader({ alg: 'ES256', kid, crit: ['exp'], exp: 1 })
            .sign(privateKey, { crit: { exp: true } });
        },
        want: 'token_malformed',
      },
      {
        name: 'when it names no subject',
        token: () => issuer.token({ sub: undefined }),
        want: 'claim_missing',
        text: /"sub"/,
      },
      { name: 'when its subject is empty', token: () => issuer.token({ sub: '' }), want: 'claim_invalid' },
      {
        name: 'when its subject is a number',
        token: () => issuer.token({ sub: 7 }),
        want: 'claim_invalid',
      },
      {
        name: 'when its subject has a line break',
        token: () => issuer.token({ sub: 'alice\nroot' }),
        want: 'claim_invalid',
      },
      {
        name: 'when its subject hides a direction mark',
        token: () => issuer.token({ sub: 'alice\u202e' }),
        want: 'claim_invalid',
      },
      {
        name: 'when its subject is endless',
        token: () => issuer.token({ sub: 'a'.repeat(257) }),
        want: 'claim_invalid',
      },
    ];
  test.each(cases)('$name', async ({ token, want, text }) => {
    await opened.expectRefusal(await token(), want, text);
  });
});

describe('a forged token is refused', () => {
  const publicKey = async () =>
    (await importJWK(issuer.signingKey().publicJwk, 'ES256', { extractable: true })) as CryptoKey;
  const hmacToken = (secret: string | Buffer) => {
    const input = `${base64url({ alg: 'HS256', kid: issuer.signingKey().kid })}.${base64url(goodClaims())}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
  const replaceSignature = (token: string, signature: string) =>
    `${token.slice(0, token.lastIndexOf('.'))}.${signature}`;

  const cases: { name: string; token: () => Promise<string>; want: RefusalReason; text?: RegExp }[] = [
    {
      name: 'with the algorithm "none" and no signature',
      token: async () => `${base64url({ alg: 'none' })}.${base64url(goodClaims())}.`,
      want: 'algorithm_refused',
      text: /"none"/,
    },
    {
      name: 'with the algorithm "nOnE"',
      token: async () => `${base64url({ alg: 'nOnE' })}.${base64url(goodClaims())}.`,
      want: 'algorithm_refused',
    },
    {
      name: 'without an algorithm',
      token: async () => `${base64url({ typ: 'JWT' })}.${base64url(goodClaims())}.AAAA`,
      want: 'algorithm_refused',
    },
    {
      name: 'with an HMAC keyed by the public key in PEM (algorithm confusion)',
      token: async () => hmacToken(await exportSPKI(await publicKey())),
      want: 'algorithm_refused',
      text: /HS256/,
    },
    {
      name: 'with an HMAC keyed by the public key in DER',
      token: async () =>
        hmacToken(KeyObject.from(await publicKey()).export({ type: 'spki', format: 'der' }) as Buffer),
      want: 'algorithm_refused',
    },
    {
      name: "with the issuer's key id and a key of the forger's",
      token: async () => issuer.token({}, { key: (await generateKeyPair('ES256')).privateKey }),
      want: 'signature_invalid',
    },
    {
      name: "with the forger's key in the header",
      token: async () => {
        const { privateKey, publicKey: own } = await generateKeyPair('ES256');
        return issuer.token({}, { key: privateKey, header: { jwk: await exportJWK(own) } });
      },
      want: 'signature_invalid',
    },
    {
      name: "with an algorithm that the issuer's key is not for",
      token: async () => issuer.token({}, { key: generateRsa(), header: { alg: 'RS256' } }),
      want: 'key_unknown',
    },
    {
      name: 'with an asymmetric algorithm that is not on the list',
      token: async () => issuer.token({}, { key: generateRsa(), header: { alg: 'RS512' } }),
      want: 'algorithm_refused',
      text: /RS512/,
    },
    {
      name: 'with an empty signature',
      token: async () => replaceSignature(await issuer.token(), ''),
      want: 'signature_invalid',
    },
    {
      name: 'with a signature of zeroes (CVE-2022-21449)',
      token: async () => replaceSignature(await issuer.token(), Buffer.alloc(64).toString('base64url')),
      want: 'signature_invalid',
    },
    {
      name: "with another token's signature",
      token: async () =>
        replaceSignature(await issuer.token({ groups: ['dba'] }), (await issuer.token()).split('.')[2] ?? ''),
      want: 'signature_invalid',
    },
    {
      name: 'with claims changed after signing',
      token: async () => {
        const [header, , signature] = (await issuer.token()).split('.');
        return `${header}.${base64url({ ...goodClaims(), sub: 'root' })}.${signature}`;
      },
      want: 'signature_invalid',
    },
    {
      name: 'with a key id that is a path',
      token: () => issuer.token({}, { header: { kid: '../../../../dev/null' } }),
      want: 'key_unknown',
    },
    {
      name: 'with a key id of ten thousand characters',
      token: () => issuer.token({}, { header: { kid: randomBytes(5_000).toString('hex') } }),
      want: 'key_unknown',
    },
  ];
  test.each(cases)('$name', async ({ token, want, text }) => {
    await opened.expectRefusal(await token(), want, text);
  });

  function generateRsa(): CryptoKey {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return privateKey as unknown as CryptoKey;
  }
});

describe('several issuers side by side', () => {
  test('each answers for its own tokens, with its own audience, keys and mapping', async () => {
    const other = await startIssuer({ algorithm: 'EdDSA', now: clock.now });
    const { identity, expectRefusal } = await openIdentity(
      identityConfig([
        issuerConfig(issuer.issuer),
        issuerConfig(other.issuer, { audience: ['a', 'b'], kind: 'service', principal_prefix: 'other:' }),
      ]),
      clock,
    );
    await expect(identity.verifyToken(await issuer.token())).resolves.toMatchObject({
      name: 'alice',
      kind: 'human',
    });
    await expect(identity.verifyToken(await other.token({ aud: 'b' }))).resolves.toMatchObject({
      name: 'other:alice',
      subject: 'alice',
      kind: 'service',
    });
    await expectRefusal(await other.token(), 'audience_mismatch');
    await expectRefusal(await other.token({ iss: issuer.issuer }), 'key_unknown');
    await identity.close();
    await other.stop();
  });
});
