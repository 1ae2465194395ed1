// What happens to logins when an issuer rotates its keys, is flooded with made-up ones, or can't be reached.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IssuerConfig } from '../../gateway/config/index.ts';
import type { Identity } from '../../gateway/identity/index.ts';
import { createCertificates } from '../support/certificates.ts';
import { type Outage, startIssuer, type TestIssuer, type TestIssuerOptions } from '../support/issuer.ts';
import { waitUntil } from '../support/wait.ts';
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

async function open(changes: Partial<IssuerConfig> = {}) {
  const result = await openIdentity(identityConfig([issuerConfig(issuer.issuer, changes)]), clock);
  opened.push(result.identity);
  return result;
}

const longLived = { expiresIn: 10 * 86_400 };

describe('rotated keys', () => {
  test('a token of a new key is accepted at once, with one more look', async () => {
    const { identity } = await open();
    await identity.verifyToken(await issuer.token());
    clock.advance(6);
    await issuer.rotate({ keepOld: true });
    await expect(identity.verifyToken(await issuer.token())).resolves.toMatchObject({ name: 'alice' });
    expect(issuer.fetches).toMatchObject({ discovery: 1, jwks: 2 });
  });

  test('tokens of the old key are accepted while the issuer still publishes it', async () => {
    const { identity } = await open();
    const old = await issuer.token();
    // Keys that were fetched before the rotation are fetched again after some seconds only.
    await identity.verifyToken(await issuer.token());
    await issuer.rotate({ keepOld: true });
    clock.advance(6);
    await expect(identity.verifyToken(await issuer.token())).resolves.toMatchObject({ name: 'alice' });
    await expect(identity.verifyToken(old)).resolves.toMatchObject({ name: 'alice' });
  });

  test('a withdrawn key ends also the verdicts that were remembered for its tokens', async () => {
    const { identity, expectRefusal } = await open();
    const old = await issuer.token({}, longLived);
    await identity.verifyToken(old);
    await issuer.rotate();
    clock.advance(6);
    await identity.verifyToken(await issuer.token());
    await expectRefusal(old, 'key_unknown');
  });

  test('a withdrawn key is not used for longer than ten minutes', async () => {
    const { identity, expectRefusal } = await open();
    await identity.verifyToken(await issuer.token());
    const old = await issuer.token({}, longLived);
    await issuer.rotate();
    clock.advance(601);
    await expectRefusal(old, 'key_unknown');
  });
});

describe('made-up key ids', () => {
  test('a storm of them makes one look, and another only after five seconds', async () => {
    const { identity, expectRefusal } = await open();
    await identity.verifyToken(await issuer.token());
    expect(issuer.fetches.jwks).toBe(1);
    const storm = async () => {
      const tokens = await Promise.all(
        Array.from({ length: 200 }, (_, at) => issuer.token({}, { header: { kid: `made-up-${at}` } })),
      );
      await Promise.all(tokens.map((token) => expectRefusal(token, 'key_unknown')));
    };
    clock.advance(6);
    await storm();
    expect(issuer.fetches.jwks).toBe(2);
    clock.advance(4);
    await storm();
    expect(issuer.fetches.jwks).toBe(2);
    clock.advance(1);
    await storm();
    expect(issuer.fetches.jwks).toBe(3);
    expect(issuer.fetches.discovery).toBe(1);
    await expect(identity.verifyToken(await issuer.token())).resolves.toMatchObject({ name: 'alice' });
  });

  test('one that comes just before a rotation delays it by five seconds at most', async () => {
    const { identity, expectRefusal } = await open();
    await identity.verifyToken(await issuer.token());
    clock.advance(6);
    await expectRefusal(await issuer.token({}, { header: { kid: 'made-up' } }), 'key_unknown');
    await issuer.rotate();
    const fresh = await issuer.token();
    await expectRefusal(fresh, 'key_unknown');
    clock.advance(5);
    await expect(identity.verifyToken(fresh)).resolves.toMatchObject({ name: 'alice' });
  });

  test('a token without a key id is accepted when one key fits, and refused when several do', async () => {
    const { identity, expectRefusal } = await open();
    const nameless = () => issuer.token({}, { header: { kid: undefined as never } });
    await expect(identity.verifyToken(await nameless())).resolves.toMatchObject({ name: 'alice' });
    await issuer.rotate({ keepOld: true });
    clock.advance(601);
    await expectRefusal(await nameless(), 'key_ambiguous');
  });
});

describe('an outage', () => {
  const outages: { name: string; outage: Outage }[] = [
    { name: 'nobody listens', outage: 'refuse' },
    { name: 'every answer is 503', outage: 'error' },
    { name: 'the answers are no JSON', outage: 'garbage' },
  ];

  test.each(outages)(
    'at the start ($name) lets the gateway start, refuses logins, and ends by itself',
    async ({ outage }) => {
      await issuer.fail(outage);
      const { identity, expectRefusal, messages } = await open();
      await expectRefusal(await issuer.token(), 'issuer_unavailable');
      expect(messages()).toContain('issuer keys could not be fetched');
      await issuer.fail('none');
      // The clock stands still: only the look in the background can notice.
      await waitUntil('the issuer keys', () => messages().includes('issuer keys loaded'));
      await expect(identity.verifyToken(await issuer.token())).resolves.toMatchObject({ name: 'alice' });
    },
  );

  test.each(outages)(
    'later ($name) is bridged by the last good keys until they are too old',
    async ({ outage }) => {
      const { identity, expectRefusal, messages } = await open({ jwks_max_stale_seconds: 3600 });
      await identity.verifyToken(await issuer.token());
      await issuer.fail(outage);
      clock.advance(601);
      await expect(identity.verifyToken(await issuer.token({}, longLived))).resolves.toMatchObject({
        name: 'alice',
      });
      expect(messages()).toContain('issuer keys could not be fetched');
      clock.advance(3600);
      const last = await issuer.token({}, longLived);
      await expect(identity.verifyToken(last)).resolves.toMatchObject({ name: 'alice' });
      clock.advance(1);
      await expectRefusal(await issuer.token({}, longLived), 'issuer_unavailable', /jwks_max_stale_seconds/);
      // What was remembered rests on keys that are too old as well.
      await expectRefusal(last, 'issuer_unavailable');
      await issuer.fail('none');
      clock.advance(6);
      await expect(identity.verifyToken(last)).resolves.toMatchObject({ name: 'alice' });
      expect(messages()).toContain('issuer keys can be fetched again');
    },
  );

  test('of one issuer leaves the others alone', async () => {
    const down = await startIssuer({ now: clock.now });
    await down.fail('refuse');
    const { identity, expectRefusal } = await openIdentity(
      identityConfig([issuerConfig(down.issuer), issuerConfig(issuer.issuer)]),
      clock,
    );
    opened.push(identity);
    await expect(identity.verifyToken(await issuer.token())).resolves.toMatchObject({ name: 'alice' });
    await expectRefusal(await down.token(), 'issuer_unavailable');
    await down.stop();
  });

  test('in which the issuer never answers does not hold up the start', async () => {
    await issuer.fail('hang');
    // It comes back although no answer ever does.
    const { messages } = await open();
    expect(messages()).not.toContain('issuer keys could not be fetched');
  });

  test('in which logins keep coming asks the issuer no more than once a second', async () => {
    await issuer.fail('error');
    const { expectRefusal } = await open();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => issuer.token()));
    await Promise.all(tokens.map((token) => expectRefusal(token, 'issuer_unavailable')));
    for (const token of tokens) await expectRefusal(token, 'issuer_unavailable');
    expect(issuer.fetches.discovery).toBeLessThanOrEqual(2);
  });
});

describe('an answer that must not be believed', () => {
  async function openWith(metadata: TestIssuerOptions['metadata']) {
    await issuer.stop();
    issuer = await startIssuer({ now: clock.now, ...(metadata && { metadata }) });
    return open();
  }

  const cases: { name: string; metadata: Record<string, unknown>; problem: RegExp }[] = [
    {
      name: 'another issuer in the discovery document',
      metadata: { issuer: 'https://evil.example' },
      problem: /does not match/,
    },
    { name: 'no jwks_uri', metadata: { jwks_uri: undefined }, problem: /jwks_uri/ },
    {
      name: 'a jwks_uri over plain HTTP on another machine',
      metadata: { jwks_uri: 'http://192.0.2.1/jwks' },
      problem: /https/,
    },
    { name: 'a jwks_uri that is a file', metadata: { jwks_uri: 'file:///etc/passwd' }, problem: /https/ },
  ];
  test.each(cases)('$name', async ({ metadata, problem }) => {
    const { expectRefusal, lines } = await openWith(metadata);
    await expectRefusal(await issuer.token(), 'issuer_unavailable');
    const unreachable = lines.find(({ msg }) => msg === 'issuer keys could not be fetched');
    expect(unreachable).toMatchObject({ issuer: issuer.issuer });
    expect(unreachable?.problem).toMatch(problem);
    expect(issuer.fetches.jwks).toBe(0);
  });

  test('an issuer that writes itself with a slash is named in the log as it must be configured', async () => {
    const metadata: Record<string, unknown> = {};
    const slashed = await startIssuer({ now: clock.now, metadata });
    metadata.issuer = `${slashed.issuer}/`;
    await issuer.stop();
    issuer = slashed;
    const { expectRefusal, lines } = await open();
    await expectRefusal(await issuer.token(), 'issuer_unavailable');
    expect(lines.find(({ msg }) => msg === 'issuer keys could not be fetched')?.problem).toMatch(
      `the issuer calls itself ${issuer.issuer}/: write exactly that`,
    );
  });
});

describe('an issuer with an authority of its own', () => {
  test('is trusted with `ca`, and refused without', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'portcullis-ca-'));
    const certificates = await createCertificates(folder);
    const tls = { key: await readFile(certificates.key), cert: await readFile(certificates.cert) };
    const secure = await startIssuer({ now: clock.now, tls });
    const trusted = await openIdentity(
      identityConfig([issuerConfig(secure.issuer, { ca: certificates.ca })]),
      clock,
    );
    const blind = await openIdentity(identityConfig([issuerConfig(secure.issuer)]), clock);
    opened.push(trusted.identity, blind.identity);
    await expect(trusted.identity.verifyToken(await secure.token())).resolves.toMatchObject({
      name: 'alice',
    });
    await blind.expectRefusal(await secure.token(), 'issuer_unavailable');
    expect(blind.lines.find(({ msg }) => msg === 'issuer keys could not be fetched')?.problem).toMatch(
      /certificate/,
    );
    await secure.stop();
    await rm(folder, { recursive: true });
  });
});
