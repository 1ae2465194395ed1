// Keys out of a file: closed networks, where nobody can reach the issuer.
import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Identity } from '../../gateway/identity/index.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { identityConfig, issuerConfig, openIdentity, TestClock } from './fixture.ts';

let clock: TestClock;
let issuer: TestIssuer;
let identity: Identity | undefined;

beforeEach(async () => {
  clock = new TestClock();
  issuer = await startIssuer({ now: clock.now });
});

afterEach(async () => {
  await identity?.close();
  await issuer.stop();
});

async function open(file = issuer.jwksFile) {
  const opened = await openIdentity(
    identityConfig([issuerConfig(issuer.issuer, { jwks_file: file })]),
    clock,
  );
  identity = opened.identity;
  return opened;
}

describe('jwks_file', () => {
  test('is enough: the issuer is never asked', async () => {
    const { identity } = await open();
    await expect(identity.verifyToken(await issuer.token())).resolves.toMatchObject({ name: 'alice' });
    expect(issuer.fetches).toEqual({ discovery: 0, jwks: 0, introspection: 0 });
  });

  test('is read again for a token of an unknown key, so that a rotation needs no restart', async () => {
    const { identity, expectRefusal } = await open();
    const old = await issuer.token();
    await identity.verifyToken(old);
    await issuer.rotate();
    await expect(identity.verifyToken(await issuer.token())).resolves.toMatchObject({ name: 'alice' });
    await expectRefusal(old, 'key_unknown');
  });

  test('keeps the last good keys when it is damaged, says so once, and takes the next good ones', async () => {
    const { identity, expectRefusal, messages } = await open();
    await writeFile(issuer.jwksFile, '{"keys": [{"kty": "EC", "d": "private-part"');
    const unknown = await issuer.token({}, { header: { kid: 'unknown' } });
    await expectRefusal(unknown, 'key_unknown');
    await expectRefusal(unknown, 'key_unknown');
    expect(messages().filter((message) => message === 'issuer key file cannot be read')).toHaveLength(1);
    await expect(identity.verifyToken(await issuer.token())).resolves.toMatchObject({ name: 'alice' });
    await issuer.rotate();
    await expect(identity.verifyToken(await issuer.token())).resolves.toMatchObject({ name: 'alice' });
  });

  test('never quotes its content in the log', async () => {
    const { expectRefusal, lines } = await open();
    await writeFile(issuer.jwksFile, 'secret-content');
    await expectRefusal(await issuer.token({}, { header: { kid: 'unknown' } }), 'key_unknown');
    expect(JSON.stringify(lines)).not.toContain('secret-content');
  });

  test('that is missing refuses logins until it is there', async () => {
    await rename(issuer.jwksFile, `${issuer.jwksFile}.away`);
    const { identity, expectRefusal } = await open();
    await expectRefusal(await issuer.token(), 'issuer_unavailable', /key file/);
    await rename(`${issuer.jwksFile}.away`, issuer.jwksFile);
    await expect(identity.verifyToken(await issuer.token())).resolves.toMatchObject({ name: 'alice' });
  });

  test('with symmetric and encryption keys in it never uses them', async () => {
    const { kid, publicJwk } = issuer.signingKey();
    const secret = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64url');
    const keys = [
      { kty: 'oct', k: secret, kid, alg: 'HS256' },
      { ...publicJwk, use: 'enc' },
    ];
    await writeFile(issuer.jwksFile, JSON.stringify({ keys }));
    const { expectRefusal } = await open();
    await expectRefusal(await issuer.token(), 'key_unknown');
  });

  test('with a key that is too short refuses its tokens', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    await writeFile(
      issuer.jwksFile,
      JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'short' }] }),
    );
    const { sign } = await import('node:crypto');
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: issuer.issuer, aud: 'portcullis', sub: 'alice', exp: clock.seconds + 60 };
    const input = `${encode({ alg: 'RS256', kid: 'short' })}.${encode(claims)}`;
    const token = `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
    const { expectRefusal } = await open();
    await expectRefusal(token, 'key_unusable');
  });

  test('that was only touched loads nothing new', async () => {
    const { identity, messages } = await open();
    const token = await issuer.token();
    await identity.verifyToken(token);
    await utimes(issuer.jwksFile, new Date(), new Date());
    await identity.verifyToken(token);
    expect(messages().filter((message) => message === 'issuer keys loaded')).toHaveLength(1);
    await rm(issuer.jwksFile);
    await expect(identity.verifyToken(token)).resolves.toMatchObject({ name: 'alice' });
  });
});
