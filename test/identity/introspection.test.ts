// Opaque tokens, about which the issuer is asked (RFC 7662): against the stand-in, and against a real provider.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IssuerConfig } from '../../gateway/config/index.ts';
import type { Identity } from '../../gateway/identity/index.ts';
import { introspectionClient, type Outage, startIssuer, type TestIssuer } from '../support/issuer.ts';
import { identityConfig, issuerConfig, openIdentity, TestClock } from './fixture.ts';

let clock: TestClock;
let issuer: TestIssuer;
let folder: string;
let secretFile: string;
let opened: Identity[];

beforeEach(async () => {
  clock = new TestClock();
  opened = [];
  issuer = await startIssuer({ now: clock.now });
  folder = await mkdtemp(path.join(tmpdir(), 'portcullis-introspection-'));
  secretFile = path.join(folder, 'secret');
  await writeFile(secretFile, `${introspectionClient.secret}\n`);
});

afterEach(async () => {
  for (const identity of opened) await identity.close();
  await issuer.stop();
  await rm(folder, { recursive: true });
});

const withIntrospection = (of: TestIssuer, changes: Partial<IssuerConfig> = {}) =>
  issuerConfig(of.issuer, {
    introspection: { client_id: introspectionClient.id, client_secret_file: secretFile },
    ...changes,
  });

async function open(...issuers: IssuerConfig[]) {
  const result = await openIdentity(
    identityConfig(issuers.length > 0 ? issuers : [withIntrospection(issuer)]),
    clock,
  );
  opened.push(result.identity);
  return result;
}

describe('an opaque token', () => {
  test('is accepted when its issuer says that it is active', async () => {
    const { identity } = await open();
    const principal = await identity.verifyToken(issuer.opaqueToken({ sub: 'bob', agent_kind: 'agent' }));
    expect(principal).toMatchObject({
      name: 'bob',
      kind: 'agent',
      issuer: issuer.issuer,
      groups: ['support'],
    });
    expect(principal.auth.expiresAt).toBe(clock.seconds + 300 + 30);
  });

  test('that its issuer has ended is refused', async () => {
    const { expectRefusal } = await open();
    const token = issuer.opaqueToken();
    issuer.revokeOpaque(token);
    await expectRefusal(token, 'token_inactive');
  });

  test('is asked about once a minute at most, so that its end is noticed in a minute', async () => {
    const { identity, expectRefusal } = await open();
    const token = issuer.opaqueToken();
    for (let login = 0; login < 10; login += 1) await identity.verifyToken(token);
    expect(issuer.fetches.introspection).toBe(1);
    issuer.revokeOpaque(token);
    clock.advance(59);
    await identity.verifyToken(token);
    clock.advance(1);
    await expectRefusal(token, 'token_inactive');
  });

  test('is asked about once for logins that come together', async () => {
    const { identity } = await open();
    const token = issuer.opaqueToken();
    await Promise.all(Array.from({ length: 100 }, () => identity.verifyToken(token)));
    expect(issuer.fetches.introspection).toBe(1);
  });

  test('without an expiry stands for an hour', async () => {
    const { identity } = await open();
    const principal = await identity.verifyToken(issuer.opaqueToken({ exp: undefined }));
    expect(principal.auth.expiresAt).toBe(clock.seconds + 3600);
  });

  const refused = [
    { name: 'for another audience', claims: { aud: 'payroll' }, want: 'audience_mismatch' },
    { name: 'for no audience', claims: { aud: undefined }, want: 'audience_mismatch' },
    { name: 'of another issuer', claims: { iss: 'https://evil.example' }, want: 'issuer_unknown' },
    { name: 'without a subject', claims: { sub: undefined }, want: 'claim_missing' },
    { name: 'with an expiry that is a text', claims: { exp: 'soon' }, want: 'claim_invalid' },
    {
      name: 'that is not valid yet',
      claims: { nbf: Date.UTC(2031, 4, 2) / 1000 },
      want: 'token_not_yet_valid',
    },
    { name: 'bound to a key of its holder', claims: { cnf: { jkt: 'a' } }, want: 'token_sender_constrained' },
    { name: 'whose `active` is the text "true"', claims: { active: 'true' }, want: 'issuer_unavailable' },
  ] as const;
  test.each(refused)('$name is refused', async ({ claims, want }) => {
    const { expectRefusal } = await open();
    await expectRefusal(issuer.opaqueToken(claims), want);
  });

  test('is refused when no issuer has introspection, and nobody is asked', async () => {
    const { expectRefusal } = await open(issuerConfig(issuer.issuer));
    await expectRefusal(issuer.opaqueToken(), 'token_malformed', /no issuer has introspection/);
    expect(issuer.fetches.introspection).toBe(0);
  });

  test('is asked about at the next issuer when the first does not know it', async () => {
    const second = await startIssuer({ now: clock.now });
    const { identity, expectRefusal } = await open(withIntrospection(issuer), withIntrospection(second));
    await expect(identity.verifyToken(second.opaqueToken({ sub: 'carol' }))).resolves.toMatchObject({
      name: 'carol',
      issuer: second.issuer,
    });
    await expectRefusal('unknown-to-both', 'token_inactive');
    await second.stop();
  });

  test('that is a JWT is checked by its signature and never sent to anybody', async () => {
    const { identity, expectRefusal } = await open();
    await identity.verifyToken(await issuer.token());
    await expectRefusal(await issuer.token({ iss: 'https://evil.example' }), 'issuer_unknown');
    expect(issuer.fetches.introspection).toBe(0);
  });

  test('with characters that no token has is sent to nobody', async () => {
    const { expectRefusal } = await open();
    await expectRefusal('a password & more', 'token_malformed');
    expect(issuer.fetches.introspection).toBe(0);
  });
});

describe('the issuer', () => {
  test.each<{ outage: Outage }>([{ outage: 'refuse' }, { outage: 'error' }, { outage: 'garbage' }])(
    'in an outage ($outage) refuses the login, and accepts it afterwards',
    async ({ outage }) => {
      const { identity, expectRefusal } = await open();
      const token = issuer.opaqueToken();
      await identity.verifyToken(issuer.opaqueToken());
      await issuer.fail(outage);
      await expectRefusal(token, 'issuer_unavailable');
      await issuer.fail('none');
      await expect(identity.verifyToken(token)).resolves.toMatchObject({ name: 'alice' });
    },
  );

  test('gets a rotated client secret at once', async () => {
    await writeFile(secretFile, 'wrong');
    const { identity, expectRefusal } = await open();
    const token = issuer.opaqueToken();
    await expectRefusal(token, 'issuer_unavailable');
    await writeFile(secretFile, introspectionClient.secret);
    await expect(identity.verifyToken(token)).resolves.toMatchObject({ name: 'alice' });
  });

  test('is asked at the endpoint of the configuration when its discovery names none', async () => {
    const bare = await startIssuer({ now: clock.now, metadata: { introspection_endpoint: undefined } });
    const without = await open(withIntrospection(bare));
    await without.expectRefusal(bare.opaqueToken(), 'issuer_unavailable', /introspection_endpoint/);
    const introspection = {
      client_id: introspectionClient.id,
      client_secret_file: secretFile,
      endpoint: `${bare.issuer}/introspect`,
    };
    const { identity } = await open(withIntrospection(bare, { introspection }));
    await expect(identity.verifyToken(bare.opaqueToken())).resolves.toMatchObject({ name: 'alice' });
    await bare.stop();
  });
});
