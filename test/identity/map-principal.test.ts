// What the claims of a token say about its principal.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IssuerConfig } from '../../gateway/config/index.ts';
import type { Principal, RefusalReason } from '../../gateway/identity/index.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { identityConfig, issuerConfig, openIdentity, TestClock } from './fixture.ts';

const clock = new TestClock();
let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await startIssuer({ now: clock.now });
});

afterAll(() => issuer.stop());

async function openWith(
  changes: Partial<Omit<IssuerConfig, 'claims'>> & { claims?: Partial<IssuerConfig['claims']> },
) {
  const defaults = issuerConfig(issuer.issuer);
  const config = {
    ...defaults,
    ...changes,
    claims: { ...defaults.claims, ...changes.claims },
    jwks_file: issuer.jwksFile,
  };
  return openIdentity(identityConfig([config]), clock);
}

type Changes = Parameters<typeof openWith>[0];

describe('a principal has', () => {
  const cases: {
    name: string;
    config: Changes;
    claims: Record<string, unknown>;
    want: Partial<Principal>;
  }[] = [
    {
      name: 'the subject as its name by default',
      config: {},
      claims: { sub: 'bob' },
      want: { name: 'bob', subject: 'bob' },
    },
    {
      name: 'the name of another claim, beside its subject',
      config: { claims: { principal: 'email' } },
      claims: { sub: '42', email: 'bob@example.com' },
      want: { name: 'bob@example.com', subject: '42' },
    },
    {
      name: 'the name of a nested claim, by a dotted path',
      config: { claims: { principal: 'app.user.name' } },
      claims: { app: { user: { name: 'bob' } } },
      want: { name: 'bob' },
    },
    {
      name: 'the name of a nested claim whose keys hold dots and slashes, by a JSON pointer',
      config: { claims: { principal: '/a.b/c~1d/e~0f/0' } },
      claims: { 'a.b': { 'c/d': { 'e~f': ['bob'] } } },
      want: { name: 'bob' },
    },
    {
      name: 'groups of a claim whose name is a URL',
      config: { claims: { groups: 'https://example.com/groups' } },
      claims: { 'https://example.com/groups': ['a', 'b'] },
      want: { groups: ['a', 'b'] },
    },
    {
      name: 'its only group, written as a text, unsplit',
      config: {},
      claims: { groups: 'domain users, all' },
      want: { groups: ['domain users, all'] },
    },
    { name: 'no groups without the claim', config: {}, claims: { groups: undefined }, want: { groups: [] } },
    {
      name: 'the scopes of a text',
      config: {},
      claims: { scope: 'read  write' },
      want: { scopes: ['read', 'write'] },
    },
    {
      name: 'the scopes of a list',
      config: { claims: { scopes: 'scp' } },
      claims: { scp: ['read'] },
      want: { scopes: ['read'] },
    },
    { name: 'the kind of its claim', config: {}, claims: { agent_kind: 'agent' }, want: { kind: 'agent' } },
    {
      name: "its issuer's kind without the claim",
      config: { kind: 'service' },
      claims: {},
      want: { kind: 'service' },
    },
    {
      name: "its issuer's prefix before its name only",
      config: { principal_prefix: 'okta:' },
      claims: { sub: 'bob', groups: ['a'] },
      want: { name: 'okta:bob', subject: 'bob', groups: ['a'] },
    },
    {
      name: 'the whole chain of actors',
      config: {},
      claims: { act: { sub: 'agent:bot', iss: 'https://agents.example', act: { sub: 'service:hub' } } },
      want: {
        actor: {
          subject: 'agent:bot',
          issuer: 'https://agents.example',
          actor: { subject: 'service:hub', issuer: undefined, actor: undefined },
        },
      },
    },
    { name: 'no actor without the claim', config: {}, claims: {}, want: { actor: undefined } },
  ];
  test.each(cases)('$name', async ({ config, claims, want }) => {
    const { identity } = await openWith(config);
    await expect(identity.verifyToken(await issuer.token(claims))).resolves.toMatchObject(want);
    await identity.close();
  });

  test('every claim of the token, frozen', async () => {
    const { identity } = await openWith({});
    const principal = await identity.verifyToken(await issuer.token({ deep: { list: [1] } }));
    expect(principal.claims).toMatchObject({ iss: issuer.issuer, deep: { list: [1] } });
    const { deep } = principal.claims as { deep: { list: number[] } };
    expect(() => deep.list.push(2)).toThrow(TypeError);
    expect(() => (principal.groups as string[]).push('dba')).toThrow(TypeError);
    expect(() => Object.assign(principal, { name: 'root' })).toThrow(TypeError);
    await identity.close();
  });
});

describe('a token is refused', () => {
  const nested = (depth: number): Record<string, unknown> => ({
    sub: 'a',
    ...(depth > 1 && { act: nested(depth - 1) }),
  });
  const cases: {
    name: string;
    config?: Changes;
    claims: Record<string, unknown>;
    want: RefusalReason;
    text?: RegExp;
  }[] = [
    {
      name: 'when the claim of the name is missing',
      config: { claims: { principal: 'email' } },
      claims: {},
      want: 'claim_missing',
      text: /"email"/,
    },
    {
      name: 'when the path of the name only leads to a property that every object has',
      config: { claims: { principal: 'app.constructor.name' } },
      claims: { app: {} },
      want: 'claim_missing',
    },
    { name: 'when groups are numbers', claims: { groups: [1, 2] }, want: 'claim_invalid', text: /"groups"/ },
    { name: 'when groups are an object', claims: { groups: { dba: true } }, want: 'claim_invalid' },
    { name: 'when groups are null', claims: { groups: null }, want: 'claim_invalid' },
    {
      name: 'when the kind is unknown',
      claims: { agent_kind: 'robot' },
      want: 'claim_invalid',
      text: /agent_kind/,
    },
    { name: 'when the kind is a list', claims: { agent_kind: ['agent'] }, want: 'claim_invalid' },
    { name: 'when scopes are a number', claims: { scope: 1 }, want: 'claim_invalid', text: /"scope"/ },
    { name: 'when the actor is a text', claims: { act: 'bot' }, want: 'claim_invalid', text: /"act"/ },
    { name: 'when the actor has no subject', claims: { act: {} }, want: 'claim_invalid' },
    {
      name: "when the actor's issuer is a number",
      claims: { act: { sub: 'a', iss: 1 } },
      want: 'claim_invalid',
    },
    { name: 'when the chain of actors is endless', claims: { act: nested(9) }, want: 'claim_invalid' },
    {
      name: 'when Entra ID left the groups out for their number (_claim_names)',
      claims: {
        groups: undefined,
        _claim_names: { groups: 'src1' },
        _claim_sources: { src1: { endpoint: 'https://graph' } },
      },
      want: 'groups_overage',
      text: /docs\/identity\.md/,
    },
    {
      name: 'when Entra ID left the groups out for their number (hasgroups)',
      claims: { groups: undefined, hasgroups: true },
      want: 'groups_overage',
    },
    {
      name: 'when hasgroups is written as a text',
      claims: { groups: undefined, hasgroups: 'true' },
      want: 'groups_overage',
    },
    {
      name: 'when a required claim is missing',
      config: { required_claims: { hd: 'example.com' } },
      claims: {},
      want: 'required_claim_mismatch',
      text: /lacks the required claim "hd"/,
    },
    {
      name: 'when a required claim has another value',
      config: { required_claims: { hd: 'example.com' } },
      claims: { hd: 'evil.example' },
      want: 'required_claim_mismatch',
    },
    {
      name: 'when a required claim only contains the value',
      config: { required_claims: { hd: 'example.com' } },
      claims: { hd: 'example.com.evil.example' },
      want: 'required_claim_mismatch',
    },
    {
      name: 'when a required claim has the value in another type',
      config: { required_claims: { email_verified: true } },
      claims: { email_verified: 'true' },
      want: 'required_claim_mismatch',
    },
    {
      name: 'when one of several required claims does not fit',
      config: { required_claims: { a: 1, '/b/c': ['x', 'y'] } },
      claims: { a: 1, b: { c: 'z' } },
      want: 'required_claim_mismatch',
      text: /"\/b\/c"/,
    },
  ];
  test.each(cases)('$name', async ({ config = {}, claims, want, text }) => {
    const { identity, expectRefusal } = await openWith(config);
    await expectRefusal(await issuer.token(claims), want, text);
    await identity.close();
  });
});

describe('a required claim fits', () => {
  const cases: {
    name: string;
    required: IssuerConfig['required_claims'];
    claims: Record<string, unknown>;
  }[] = [
    {
      name: 'when it is equal',
      required: { hd: 'example.com', n: 1, b: true },
      claims: { hd: 'example.com', n: 1, b: true },
    },
    { name: 'when it is one of a list', required: { hd: ['a', 'b'] }, claims: { hd: 'b' } },
    {
      name: 'when it is a list that contains the value',
      required: { roles: 'db' },
      claims: { roles: ['x', 'db'] },
    },
    {
      name: 'when it is a list that contains one of a list',
      required: { roles: ['db', 'y'] },
      claims: { roles: ['x', 'db'] },
    },
    {
      name: 'when it is nested',
      required: { '/a.b/c': 'x', 'd.e': 'y' },
      claims: { 'a.b': { c: 'x' }, d: { e: 'y' } },
    },
  ];
  test.each(cases)('$name', async ({ required, claims }) => {
    const { identity } = await openWith({ required_claims: required });
    await expect(identity.verifyToken(await issuer.token(claims))).resolves.toMatchObject({ name: 'alice' });
    await identity.close();
  });
});
