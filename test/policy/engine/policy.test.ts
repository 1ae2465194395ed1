import { describe, expect, test } from 'vitest';
import { access, approveAsk, ask, identity } from './asks.ts';
import { policyOf } from './bundle.ts';

const entrypoint = '# METADATA\n# entrypoint: true\n';
const always = (decision: unknown) => `${entrypoint}decision := ${JSON.stringify(decision)}`;
const undecided = expect.objectContaining({ effect: 'deny', rule: 'gateway.undecided' });

describe('a policy', () => {
  test('is asked in three phases, each with what belongs to it', async () => {
    const policy = await policyOf(
      `${entrypoint}decision := {"effect": "deny", "rule": input.statement.tag}`,
      {
        packages: {
          'gateway.connect': `${entrypoint}decision := {"effect": "allow", "rule": "x", "credential": input.request.phase} if not input.statement`,
          'gateway.approve': `${entrypoint}decision := {"effect": "deny", "rule": input.approval.rule, "reason": input.statement.kind}`,
        },
      },
    );
    expect(policy.statement(ask()).decision).toEqual({ effect: 'deny', rule: 'SELECT' });
    expect(policy.connect(ask()).decision).toEqual({ effect: 'allow', rule: 'x', credential: 'connect' });
    expect(policy.approve(approveAsk).decision).toEqual({
      effect: 'deny',
      rule: 'writes.mass',
      reason: 'select',
    });
    expect(policy.revision).toBe('r1');
    expect(policy.statement(ask()).revision).toBe('r1');
  });

  test('is asked about access where it has an entry point for it, and grants nothing otherwise', async () => {
    const without = await policyOf(always({ effect: 'allow', rule: 'x' }));
    expect(without.access({ ...ask(), access }).decision).toMatchObject({
      ...{ effect: 'deny', rule: 'gateway.nothing_granted' },
    });
    const policy = await policyOf(always({ effect: 'allow', rule: 'x' }), {
      packages: {
        'gateway.access': `${entrypoint}decision := {"effect": "allow", "rule": input.access.reason, "eligible": input.identity.kind}`,
      },
      entrypoints: ['gateway/access/decision'],
    });
    expect(policy.access({ ...ask(), access }).decision).toEqual({
      ...{ effect: 'allow', rule: 'a wrong price', eligible: 'agent' },
    });
  });

  test('hands out decisions that nobody can change', async () => {
    const policy = await policyOf(
      always({
        effect: 'mask',
        rule: 'x',
        masks: [{ label: 'pii', with: { kind: 'partial', keep_end: 2 } }],
      }),
    );
    const { decision } = policy.statement(ask());
    expect(Object.isFrozen(decision)).toBe(true);
    expect('masks' in decision && Object.isFrozen(decision.masks?.[0]?.with)).toBe(true);
  });

  test('decides on a whole input as on its parts', async () => {
    const policy = await policyOf(
      `${entrypoint}decision := {"effect": "deny", "rule": input.request.time.iso}`,
    );
    const decided = policy.statement(ask());
    expect(decided.decision.rule).toBe('2026-05-02T14:30:00Z');
    expect(policy.decide('statement', decided.input()).decision).toEqual(decided.decision);
  });

  test('has optional entry points for the decision log', async () => {
    const without = await policyOf(always({ effect: 'allow', rule: 'x' }));
    expect(without.has('system/log/mask')).toBe(false);
    expect(without.exportRules.mask({} as never)).toBeUndefined();
    const policy = await policyOf(always({ effect: 'allow', rule: 'x' }), {
      packages: {
        'system.log':
          'mask contains "/input/identity/claims"\n\ndrop if input.path == "gateway/connect/decision"',
      },
      entrypoints: ['system/log/mask', 'system/log/drop'],
    });
    expect(policy.exportRules.mask({} as never)).toEqual(['/input/identity/claims']);
    expect(policy.exportRules.drop({ path: 'gateway/connect/decision' } as never)).toBe(true);
    expect(policy.exportRules.drop({ path: 'gateway/statement/decision' } as never)).toBeUndefined();
    expect(() => policy.evaluate('gateway/other', {})).toThrow(/no entry point/);
  });
});

const faults: readonly { name: string; rules: string; want: RegExp }[] = [
  {
    name: 'undefined',
    rules: `${entrypoint}decision := {"effect": "allow", "rule": "x"} if input.identity.kind == "robot"`,
    want: /is undefined/,
  },
  {
    name: 'no object',
    rules: `${entrypoint}decision := true if input.identity.kind == "agent"`,
    want: /no effect that is known/,
  },
  {
    name: 'an effect that nobody knows',
    rules: `${entrypoint}decision := {"effect": "allowed", "rule": "x"} if input.identity.kind == "agent"`,
    want: /no effect that is known/,
  },
  {
    name: 'a decision without a rule',
    rules: `${entrypoint}decision := {"effect": "allow"} if input.identity.kind == "agent"`,
    want: /'rule'/,
  },
  {
    name: 'masks beside allow',
    rules: `${entrypoint}decision := {"effect": "allow", "rule": "x", "masks": []} if input.identity.kind == "agent"`,
    want: /must not have "masks"/,
  },
  {
    name: 'an unknown mask',
    rules: `${entrypoint}decision := {"effect": "mask", "rule": "x", "masks": [{"label": input.identity.subject, "with": {"kind": "blur"}}]} if input.identity.kind == "agent"`,
    want: /\/masks\/0\/with has a kind that is not known/,
  },
  {
    name: 'two decisions at once',
    rules: `${entrypoint}decision := {"effect": "allow", "rule": group} if some group in input.identity.groups`,
    want: /stopped in the middle/,
  },
  {
    name: 'a built-in that fails',
    rules: `${entrypoint}decision := {"effect": "allow", "rule": sprintf("%9999d", [count(input.identity.groups)])} if input.identity.kind == "agent"`,
    want: /a built-in function of the policy failed: sprintf/,
  },
  {
    name: 'a loop',
    rules: `${entrypoint}decision := {"effect": "allow", "rule": "x"} if { input.identity.kind == "agent"; count(numbers.range(1, 1000000000)) > 3 }`,
    want: /more steps than one evaluation may/,
  },
];

describe('what a policy leaves undecided is denied', () => {
  test.each(faults)('$name', async ({ rules, want }) => {
    const policy = await policyOf(rules);
    const { decision } = policy.statement(ask());
    expect(decision).toEqual(undecided);
    expect(decision.reason).toMatch(want);
    // Nothing that was asked about stands in it.
    expect(decision.reason).not.toContain(identity.subject);
    expect(Object.isFrozen(decision)).toBe(true);
  });

  test('and the next statement is decided by an instance that nothing happened to', async () => {
    const policy = await policyOf(`${entrypoint}default decision := {"effect": "allow", "rule": "ordinary"}

decision := {"effect": "deny", "rule": "x"} if { input.identity.principal == "loop"; count(numbers.range(1, 1000000000)) > 3 }`);
    const looping = () => ask({ identity: { ...identity, principal: 'loop' } });
    for (let round = 0; round < 3; round++) {
      for (let again = 0; again < 3; again++) {
        expect(policy.statementAnew(looping()).decision).toEqual(undecided);
        expect(policy.statementAnew(ask()).decision.rule).toBe('ordinary');
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
});
