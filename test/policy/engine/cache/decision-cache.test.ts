// What is remembered is what would be decided anew, whatever has changed in between.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Ask, Policy } from '../../../../gateway/policy/index.ts';
import type { StatementFacts } from '../../../../gateway/sql/index.ts';
import fc from '../../../support/properties.ts';
import { ask, facts, grants, identity, now, resource, session } from '../asks.ts';
import { policyOf } from '../bundle.ts';

/** Decides with everything that it read as the reason: a decision that was remembered wrongly shows. */
const reading = (terms: readonly string[], more = '') =>
  `# METADATA
# entrypoint: true
default decision := {"effect": "deny", "rule": "test.default"}

decision := {"effect": "allow", "rule": "test.read", "reason": json.marshal(read)}

${terms.map((term, at) => `read contains [${at}, value] if value := ${term}`).join('\n\n')}

${more}`;

/** Each depends on another part of the input. */
const policies: Readonly<Record<string, string>> = {
  'a constant': reading(['1']),
  'the statement alone': reading(['input.statement']),
  'the columns and the catalog version': reading([
    'input.statement.columns',
    'input.statement.catalog_version',
  ]),
  'groups and kind': reading(['input.identity.groups', 'input.identity.kind', 'input.statement.tag']),
  'a member of a list': reading(['input.identity.groups[0]', 'input.identity.claims.list[_].name']),
  'claims inside of claims': reading([
    'input.identity.claims.department.name',
    'input.identity.claims.absent',
  ]),
  'a claim whose name is a URL': reading(['input.identity.claims["https://example.com/roles"]']),
  'a claim that the session names': reading(['input.identity.claims[input.session.application_name]']),
  'whether something is there': reading(
    ['"human"'],
    'read contains "actor" if input.identity.actor\n\nread contains "purpose" if input.session.purpose\n\nread contains "none" if not input.identity.claims.department',
  ),
  'the transaction and the purpose': reading(['input.session.transaction', 'input.session.purpose']),
  'the application and the resource': reading([
    'input.session.application_name',
    'input.resource.labels.env',
  ]),
  'the resource': reading(['input.resource']),
  'what was granted': reading(['input.grants[_].rights', 'input.identity.kind']),
  'whether something was granted': reading(['"nothing"'], 'read contains "granted" if input.grants'),
  'the hour': reading(['input.request.time.hour', 'input.statement.kind']),
  'the weekday': reading(['input.request.time.weekday']),
  'the hour and the weekday': reading(['input.request.time.hour', 'input.request.time.weekday']),
  'the second': reading(['input.request.time.unix']),
  'the time as text': reading(['input.request.time.iso']),
  'the phase': reading(['input.request.phase', 'input.request']),
  'a part of the input that a function gets': reading(
    ['names(input.session)'],
    'names(object_) := object.keys(object_)',
  ),
  'the whole input': reading(['input']),
  'everything by walking': reading([
    'count([1 | walk(input, [_, _])])',
    'object.get(input, ["identity", "claims", "tier"], 0)',
  ]),
};

const identities: readonly Ask['identity'][] = [
  identity,
  { ...identity },
  { ...identity, groups: ['billing', 'agents'] },
  { ...identity, groups: [] },
  { ...identity, kind: 'human', actor: { subject: 'somebody' } },
  { ...identity, claims: {} },
  { ...identity, claims: { department: null, tier: 1 } },
  { ...identity, claims: { department: { name: null }, list: [{ name: 'a' }, { name: 'b' }] } },
  {
    ...identity,
    claims: { department: { name: 'finance', extra: 1 }, 'https://example.com/roles': ['writer'] },
  },
  { ...identity, claims: { psql: 'by the application', department: 'finance' }, scopes: ['read', 'write'] },
];
const sessions: readonly Ask['session'][] = [
  session,
  { ...session, id: 'another' },
  { ...session, transaction: 'open' },
  { ...session, transaction: 'failed', purpose: 'a report' },
  { ...session, purpose: '' },
  { ...session, application_name: 'tier' },
];
const resources: readonly Ask['resource'][] = [
  resource,
  { ...resource, labels: {} },
  { ...resource, labels: { env: 'test' }, name: 'invoices' },
];
/** Other facts objects: of other statements, and of the same one in another catalog. */
const statements: readonly StatementFacts[] = [
  facts,
  { ...facts },
  { ...facts, catalogVersion: 'c2' },
  { ...facts, columns: facts.columns.map((column) => ({ ...column, labels: [] })), catalogVersion: 'c3' },
  { ...facts, kind: 'delete', tag: 'DELETE', readOnly: false },
];

const granted: readonly Ask['grants'][] = [
  undefined,
  grants,
  [],
  grants.map((each) => ({ ...each })),
  grants.map((each) => ({ ...each, rights: { select: { public: 'all' } } })),
  grants.map((each) => ({ ...each, id: 'g-2' })),
];

type Step =
  | { what: 'identity' | 'session' | 'resource' | 'statement' | 'grants' | 'policy'; at: number }
  | { what: 'clock'; milliseconds: number };

const steps = fc.array(
  fc.oneof(
    fc.record({
      what: fc.constantFrom('identity', 'session', 'resource', 'statement', 'grants', 'policy'),
      at: fc.nat(99),
    }) as fc.Arbitrary<Step>,
    fc.record({
      what: fc.constant('clock' as const),
      milliseconds: fc.constantFrom(1, 400, 1000, 60_000, 3_600_000, 86_400_000, 7 * 86_400_000),
    }) as fc.Arbitrary<Step>,
  ),
  { minLength: 1, maxLength: 40 },
);

const pick = <T>(from: readonly T[], at: number) => from[at % from.length] as T;

function changed(before: Ask, step: Step): Ask {
  switch (step.what) {
    case 'identity':
      return { ...before, identity: pick(identities, step.at) };
    case 'session':
      return { ...before, session: pick(sessions, step.at) };
    case 'resource':
      return { ...before, resource: pick(resources, step.at) };
    case 'grants':
      return { ...before, grants: pick(granted, step.at) };
    case 'statement':
      return { ...before, facts: pick(statements, step.at) };
    case 'clock':
      return { ...before, now: before.now + step.milliseconds };
    case 'policy':
      return before;
  }
}

describe('a decision that is remembered', () => {
  const staged: { name: string; policy: Policy }[] = [];
  beforeAll(async () => {
    for (const [name, rules] of Object.entries(policies))
      staged.push({ name, policy: await policyOf(rules, { withDependencies: true }) });
  }, 300_000);

  test('is what the policy decides anew, over changes of identity, session, resource, catalog, bundle and time', () => {
    let remembered = 0;
    fc.assert(
      fc.property(fc.nat(99), steps, (first, changes) => {
        let { name, policy } = pick(staged, first);
        let question = ask();
        for (const step of changes) {
          if (step.what === 'policy') ({ name, policy } = pick(staged, step.at));
          question = changed(question, step);
          const found = policy.statement(question);
          if (found.cached) remembered++;
          const expected = policy.statementAnew(question).decision;
          if (JSON.stringify(found.decision) !== JSON.stringify(expected)) {
            expect({ name, decision: found.decision }).toEqual({ name, decision: expected });
          }
        }
      }),
      { numRuns: 1500 },
    );
    expect(remembered).toBeGreaterThan(1000);
  }, 300_000);

  test('is found among whole inputs by what the policy reads of them', () => {
    const known = new Map<string, string>();
    let found = 0;
    for (const { name, policy } of staged) {
      const keys = policy.inputKey('statement');
      fc.assert(
        fc.property(steps, (changes) => {
          let question = ask();
          for (const step of changes) {
            if (step.what === 'policy') continue;
            question = changed(question, step);
            const { decision, input } = policy.statementAnew(question);
            const key = `${name} ${keys.of(input())}`;
            const text = JSON.stringify(decision);
            const before = known.get(key);
            if (before !== undefined) found++;
            if (before !== undefined && before !== text)
              expect({ name, text }).toEqual({ name, text: before });
            known.set(key, text);
          }
        }),
        { numRuns: 40 },
      );
    }
    expect(found).toBeGreaterThan(1000);
  }, 300_000);

  const shared: readonly { policy: string; change: string; step: Partial<Ask> }[] = [
    {
      policy: 'the statement alone',
      change: 'another principal, session and time',
      step: { identity: pick(identities, 4), session: pick(sessions, 2), now: now + 1e9 },
    },
    {
      policy: 'groups and kind',
      change: 'another object of the same identity',
      step: { identity: { ...identity } },
    },
    { policy: 'groups and kind', change: 'other claims', step: { identity: { ...identity, claims: {} } } },
    {
      policy: 'claims inside of claims',
      change: 'other groups',
      step: { identity: { ...identity, groups: [] } },
    },
    {
      policy: 'the transaction and the purpose',
      change: 'another session',
      step: { session: { ...session, id: 'x' } },
    },
    { policy: 'the hour', change: 'a minute later', step: { now: now + 60_000 } },
    { policy: 'the weekday', change: 'an hour later', step: { now: now + 3_600_000 } },
    { policy: 'the second', change: 'a moment later', step: { now: now + 999 } },
  ];
  test.each(shared)('$policy: holds for $change', ({ policy: wanted, step }) => {
    const { policy } = staged.find(({ name }) => name === wanted) as { policy: Policy };
    policy.statement(ask());
    expect(policy.statement(ask(step)).cached).toBe(true);
  });

  test('says what it was asked this time', () => {
    const { policy } = staged.find(({ name }) => name === 'the statement alone') as { policy: Policy };
    policy.statement(ask());
    const later = policy.statement(ask({ now: now + 5000 }));
    expect(later.cached).toBe(true);
    expect(later.input().request.time.unix).toBe((now + 5000) / 1000);
  });
});

describe('without a list of what it depends on', () => {
  const rules = reading(['1']);
  const lists: readonly { name: string; metadata: Record<string, unknown> }[] = [
    { name: 'no metadata', metadata: {} },
    { name: 'one that is no list', metadata: { portcullis: { dependencies: 'input.statement' } } },
    {
      name: 'a list of something else',
      metadata: { portcullis: { dependencies: { 'gateway/statement/decision': [['input']] } } },
    },
    {
      name: 'a part that nobody knows',
      metadata: { portcullis: { dependencies: { 'gateway/statement/decision': ['input.weather'] } } },
    },
    {
      name: 'the input itself',
      metadata: { portcullis: { dependencies: { 'gateway/statement/decision': ['input'] } } },
    },
  ];
  test.each(lists)(
    '$name: a decision holds for the same question in the same second',
    async ({ metadata }) => {
      const policy = await policyOf(rules, { metadata });
      policy.statement(ask());
      expect(policy.statement(ask({ now: now + 500 })).cached).toBe(true);
      expect(policy.statement(ask({ now: now + 1000 })).cached).toBe(false);
      expect(policy.statement(ask({ session: { ...session, application_name: 'x' } })).cached).toBe(false);
      expect(policy.statement(ask({ facts: { ...facts } })).cached).toBe(false);
    },
  );
});
