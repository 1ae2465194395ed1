// Whatever a client sends as its token, the answer is a principal or a LoginRefused, and never anything else.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { LoginRefused } from '../../gateway/identity/index.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import fc from '../support/properties.ts';
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

const outcome = (token: string) =>
  opened.identity.verifyToken(token).then(
    () => 'accepted',
    (error: unknown) => error,
  );

const encode = (text: string) => Buffer.from(text).toString('base64url');

test('any text is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 2_000 }), async (text) => {
      expect(await outcome(text)).toBeInstanceOf(LoginRefused);
    }),
    { numRuns: 300 },
  );
});

test('any JSON in the places of header and claims is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), fc.json(), fc.base64String(), async (header, claims, signature) => {
      expect(await outcome(`${encode(header)}.${encode(claims)}.${signature}`)).toBeInstanceOf(LoginRefused);
    }),
    { numRuns: 300 },
  );
});

test('any claim of any shape, truly signed, is accepted or refused', async () => {
  const names = [
    'sub',
    'groups',
    'agent_kind',
    'scope',
    'act',
    'exp',
    'nbf',
    'iat',
    'aud',
    'iss',
    'cnf',
    '_claim_names',
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.jsonValue(), async (name, value) => {
      const token = await issuer.token({ [name]: value });
      const got = await outcome(token);
      if (got !== 'accepted') expect(got).toBeInstanceOf(LoginRefused);
    }),
    { numRuns: 300 },
  );
});

test('one changed character anywhere but in the unused last bits refuses a good token', async () => {
  const good = await issuer.token();
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.length - 2),
      fc.constantFrom(...'AZaz09-_.=~ \0é'),
      async (at, character) => {
        fc.pre(good[at] !== character);
        expect(await outcome(good.slice(0, at) + character + good.slice(at + 1))).toBeInstanceOf(
          LoginRefused,
        );
      },
    ),
    { numRuns: 500 },
  );
});
