// Every case of the starter policy, decided once more by WASM; and every input and decision as its schema wants it.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Cases, checkAgainst, readCases } from './cases.ts';
import { type Compiled, compile } from './opa.ts';

let cases: Cases;
let starter: Compiled;

beforeAll(async () => {
  [cases, starter] = await Promise.all([readCases(), compile()]);
});

describe('the cases of the starter policy', () => {
  it('are decided alike by OPA and by WASM', () => {
    const decided = Object.entries(cases.all).map(([name, { entrypoint, input, access, for_tests }]) => {
      starter.policy.setData({ ...starter.data, access, for_tests });
      return [name, starter.policy.evaluate(input, entrypoint)];
    });
    const wanted = Object.entries(cases.decided).map(([name, result]) => [name, [{ result }]]);
    expect(Object.fromEntries(decided)).toEqual(Object.fromEntries(wanted));
  });

  it('are decided as the schemas of decisions want', async () => {
    const checks = {
      'gateway/statement/decision': await checkAgainst('decision'),
      'gateway/connect/decision': await checkAgainst('connect-decision'),
      'gateway/approve/decision': await checkAgainst('approve-decision'),
      'gateway/access/decision': await checkAgainst('access-decision'),
    };
    const wrong = Object.entries(cases.all).flatMap(([name, { entrypoint }]) =>
      checks[entrypoint as keyof typeof checks](cases.decided[name]).map((problem) => `${name}: ${problem}`),
    );
    expect(wrong).toEqual([]);
  });

  it('have inputs and access policies as the schemas want them, unless they are called malformed', async () => {
    const [input, access] = await Promise.all([checkAgainst('input'), checkAgainst('access')]);
    const wrong = Object.entries(cases.all)
      .map(([name, one]) => ({ name, one, problems: [...input(one.input), ...access(one.access)] }))
      .filter(({ one, problems }) => one.malformed !== problems.length > 0)
      .map(({ name, problems }) => [name, problems]);
    expect(wrong).toEqual([]);
  });

  it('give a reason and a hint with every refusal', () => {
    const silent = Object.values(cases.decided).filter((decision) => {
      const { effect, rule, reason, hint } = decision as Record<string, unknown>;
      if (effect !== 'deny' && effect !== 'require_approval') return false;
      return (
        !String(rule).startsWith('team.') && (!reason || !hint || String(reason).includes('<undefined>'))
      );
    });
    expect(silent).toEqual([]);
  });
});
