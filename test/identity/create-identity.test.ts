// What a session asks of the room: how long a principal stands, what is remembered, what a reload changes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IdentityConfig } from '../../gateway/config/index.ts';
import { createAccessKey, type Identity } from '../../gateway/identity/index.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { identityConfig, issuerConfig, openIdentity, TestClock } from './fixture.ts';

let clock: TestClock;
let issuer: TestIssuer;
let opened: Identity[];

beforeEach(async () => {
  clock = new TestClock();
  opened = [];
  issuer = await startIssuer({ now: clock.now });
});

afterEach(async () => {
  for (const identity of opened) await identity.close();
  await issuer.stop();
});

async function open(changes: Partial<IdentityConfig> = {}) {
  const result = await openIdentity(identityConfig([issuerConfig(issuer.issuer)], changes), clock);
  opened.push(result.identity);
  return result;
}

describe('the standing of a principal', () => {
  test('is that of its token, with the clock skew, to the second', async () => {
    const { identity } = await open();
    const principal = await identity.verifyToken(await issuer.token({}, { expiresIn: 60 }));
    expect(principal.auth.expiresAt).toBe(clock.seconds + 90);
    clock.advance(89);
    expect(identity.standing(principal)).toBe('valid');
    clock.advance(1);
    expect(identity.standing(principal)).toBe('expired');
  });

  test('without clock skew ends with the token itself, and so does its login', async () => {
    const { identity, expectRefusal } = await open({ clock_skew_seconds: 0 });
    const token = await issuer.token({}, { expiresIn: 60 });
    const principal = await identity.verifyToken(token);
    clock.advance(59);
    expect(identity.standing(principal)).toBe('valid');
    await identity.verifyToken(token);
    clock.advance(1);
    expect(identity.standing(principal)).toBe('expired');
    await expectRefusal(token, 'token_expired');
  });

  test('costs next to nothing', async () => {
    const { identity } = await open();
    const principal = await identity.verifyToken(await issuer.token());
    const before = process.cpuUsage();
    for (let asked = 0; asked < 10_000; asked += 1) identity.standing(principal);
    expect(process.cpuUsage(before).user / 10_000).toBeLessThan(50);
  });
});

describe('a token that was verified before', () => {
  test('is not verified again: the issuer may be gone, and the principal is the same', async () => {
    const { identity } = await open();
    const token = await issuer.token();
    const principal = await identity.verifyToken(token);
    await issuer.fail('refuse');
    expect(await identity.verifyToken(token)).toBe(principal);
  });

  test('costs microseconds', async () => {
    const { identity } = await open();
    const token = await issuer.token();
    await identity.verifyToken(token);
    const before = process.cpuUsage();
    for (let login = 0; login < 1_000; login += 1) await identity.verifyToken(token);
    // A signature takes several hundred.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(200);
  });

  test('is refused once it has expired', async () => {
    const { identity, expectRefusal } = await open();
    const token = await issuer.token({}, { expiresIn: 60 });
    await identity.verifyToken(token);
    clock.advance(90);
    await expectRefusal(token, 'token_expired');
  });

  test('lends nothing to one that differs in its last character', async () => {
    const { identity, expectRefusal } = await open();
    const token = await issuer.token();
    await identity.verifyToken(token);
    // The last character but one: the last has unused bits, in which two spellings mean the same signature.
    const changed = `${token.slice(0, -2)}${token.at(-2) === 'A' ? 'B' : 'A'}${token.at(-1)}`;
    await expectRefusal(changed, 'signature_invalid');
  });

  test('is forgotten after ten thousand others, not kept for ever', async () => {
    const { TokenCache } = await import('../../gateway/identity/token-cache.ts');
    const cache = new TokenCache(() => 0);
    let verified = 0;
    const principalOf = (token: string) =>
      cache.principalOf(token, async () => {
        verified += 1;
        return { principal: { name: token } as never, until: 1, stillStands: () => true };
      });
    await principalOf('first');
    await principalOf('used');
    for (let other = 0; other < 9_999; other += 1) {
      await principalOf(`other ${other}`);
      if (other % 1_000 === 0) await principalOf('used');
    }
    expect(verified).toBe(10_001);
    await principalOf('used');
    expect(verified).toBe(10_001);
    await principalOf('first');
    expect(verified).toBe(10_002);
  });
});

describe('a reload', () => {
  test('keeps the keys of an issuer that stays, and asks nobody', async () => {
    const { identity } = await open();
    const token = await issuer.token();
    await identity.verifyToken(token);
    await identity.reload(identityConfig([issuerConfig(issuer.issuer)]));
    await issuer.fail('refuse');
    await expect(identity.verifyToken(token)).resolves.toMatchObject({ name: 'alice' });
    expect(issuer.fetches.discovery).toBe(1);
  });

  test('with new rules applies them to tokens that were verified before', async () => {
    const { identity, expectRefusal } = await open();
    const token = await issuer.token();
    await identity.verifyToken(token);
    await identity.reload(
      identityConfig([issuerConfig(issuer.issuer, { required_claims: { hd: 'example.com' } })]),
    );
    await expectRefusal(token, 'required_claim_mismatch');
  });

  test('without an issuer ends its sessions and refuses its tokens', async () => {
    const { identity, expectRefusal } = await open();
    const token = await issuer.token();
    const principal = await identity.verifyToken(token);
    await identity.reload(identityConfig([issuerConfig('https://other.example')]));
    expect(identity.standing(principal)).toBe('revoked');
    await expectRefusal(token, 'issuer_unknown');
  });

  test('that forgets verdicts also forgets one that is still under way', async () => {
    const { identity, expectRefusal } = await open();
    const token = await issuer.token();
    const underWay = identity.verifyToken(token);
    await identity.reload(identityConfig([issuerConfig(issuer.issuer, { audience: 'payroll' })]));
    await underWay;
    await expectRefusal(token, 'audience_mismatch');
  });

  test('takes another file of access keys', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'portcullis-reload-'));
    const file = path.join(folder, 'keys.json');
    const { id } = await createAccessKey(file, { name: 'reports', kind: 'service' }, clock);
    const { identity } = await open();
    expect(identity.findAccessKey(id)).toBeUndefined();
    await identity.reload(identityConfig([issuerConfig(issuer.issuer)], { access_keys: { file } }));
    const principal = identity.findAccessKey(id)?.principal;
    expect(principal).toMatchObject({ name: 'reports' });
    await identity.reload(identityConfig([issuerConfig(issuer.issuer)]));
    expect(principal && identity.standing(principal)).toBe('revoked');
    await rm(folder, { recursive: true });
  });
});

describe('what OAUTHBEARER clients are told', () => {
  const cases = [
    {
      name: 'is the first issuer and its scope',
      issuers: [
        issuerConfig('https://a.example', { oauth: { scope: 'openid groups' } }),
        issuerConfig('https://b.example'),
      ],
      want: {
        'openid-configuration': 'https://a.example/.well-known/openid-configuration',
        scope: 'openid groups',
      },
    },
    {
      name: 'has one slash where the issuer ends with one',
      issuers: [issuerConfig('https://a.example/tenant/')],
      want: {
        'openid-configuration': 'https://a.example/tenant/.well-known/openid-configuration',
        scope: 'openid',
      },
    },
    { name: 'is nothing without an issuer', issuers: [], want: { 'openid-configuration': '', scope: '' } },
  ];
  test.each(cases)('$name', async ({ issuers, want }) => {
    const configs = issuers.map((one) => ({ ...one, jwks_file: issuer.jwksFile }));
    const { identity } = await openIdentity(identityConfig(configs), clock);
    opened.push(identity);
    expect(identity.oauthDiscovery()).toEqual(want);
  });
});
