// Decisions for the tests of the decision log.
import type { DecisionRecord } from '../../../gateway/policy/export/decision-event.ts';

export const input = {
  request: {
    phase: 'statement',
    time: { unix: 1, iso: '1970-01-01T00:00:01Z', weekday: 'thursday', hour: 0 },
  },
  identity: {
    principal: 'ann',
    groups: ['a', 'b', 'c'],
    claims: { email: 'ann@example.com', 'x/y': 'deep' },
  },
};

export function decisionRecord(changes: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    decisionId: '11111111-2222-4333-8444-555555555555',
    entrypoint: 'gateway/statement/decision',
    bundles: { main: 'r1' },
    input: () => input,
    result: { effect: 'allow', rule: 'reads' },
    requestedBy: '127.0.0.1',
    at: 1_700_000_000_000,
    took: 20_000,
    cached: false,
    labels: {},
    rules: { drop: () => undefined, mask: () => undefined },
    ...changes,
  };
}

/** A record whose policy answers this for `system/log/mask`. */
export function maskedBy(answer: unknown, changes: Partial<DecisionRecord> = {}): DecisionRecord {
  return decisionRecord({ rules: { drop: () => undefined, mask: () => answer }, ...changes });
}
