// What leaves the process of one decision.
import { describe, expect, it } from 'vitest';
import type { DecisionRecord } from '../../../gateway/policy/export/decision-event.ts';
import { type ExportedEvent, exportedEvent } from '../../../gateway/policy/export/exported-event.ts';
import fc from '../../support/properties.ts';
import { decisionRecord, input, maskedBy } from './records.ts';

const labels = { id: 'gateway-1', version: '0.1.0' };
const eventOf = (exported: ExportedEvent): Record<string, unknown> => {
  if (exported.outcome === 'dropped') throw new Error('dropped');
  return JSON.parse(exported.event.toString()) as Record<string, unknown>;
};
const sent = (record: DecisionRecord): Record<string, unknown> => {
  const exported = exportedEvent(record, labels);
  expect(exported.outcome).toBe('sent');
  return eventOf(exported);
};

describe('an event', () => {
  it('has the fields of OPA', () => {
    expect(sent(decisionRecord({ labels: { track: 'canary' } }))).toEqual({
      labels: { ...labels, track: 'canary' },
      decision_id: '11111111-2222-4333-8444-555555555555',
      bundles: { main: { revision: 'r1' } },
      path: 'gateway/statement/decision',
      input,
      result: { effect: 'allow', rule: 'reads' },
      requested_by: '127.0.0.1',
      timestamp: '2023-11-14T22:13:20.000Z',
      metrics: { counter_server_query_cache_hit: 0, timer_rego_query_eval_ns: 20_000 },
    });
  });

  const masks: { name: string; mask: unknown[]; want: object }[] = [
    {
      name: 'a path alone removes',
      mask: ['/input/identity/claims'],
      want: {
        input: { ...input, identity: { principal: 'ann', groups: ['a', 'b', 'c'] } },
        erased: ['/input/identity/claims'],
      },
    },
    {
      name: 'upsert overwrites',
      mask: [{ op: 'upsert', path: '/input/identity/principal', value: '***' }],
      want: {
        input: { ...input, identity: { ...input.identity, principal: '***' } },
        masked: ['/input/identity/principal'],
      },
    },
    {
      name: 'upsert makes the objects on the way',
      mask: [{ op: 'upsert', path: '/input/new/place', value: 1 }],
      want: { input: { ...input, new: { place: 1 } }, masked: ['/input/new/place'] },
    },
    { name: 'all of the input', mask: ['/input'], want: { input: undefined, erased: ['/input'] } },
    { name: 'all of the result', mask: ['/result'], want: { result: undefined, erased: ['/result'] } },
    {
      name: 'what is not there is not said to be erased',
      mask: ['/input/password', '/input/identity/groups/9', '/nd_builtin_cache/http'],
      want: { input, erased: undefined },
    },
    {
      name: 'indexes mean the list as it was',
      mask: ['/input/identity/groups/0', '/input/identity/groups/1'],
      want: {
        input: { ...input, identity: { ...input.identity, groups: ['c'] } },
        erased: ['/input/identity/groups/0', '/input/identity/groups/1'],
      },
    },
    ...['/input/identity/claims/x~1y', '/input/identity/claims/x%2Fy'].map((path) => ({
      name: `a name with a slash, as ${path}`,
      mask: [path],
      want: {
        input: { ...input, identity: { ...input.identity, claims: { email: 'ann@example.com' } } },
        erased: [path.replace('%', '%25')],
      },
    })),
  ];
  it.each(masks)('is masked: $name', ({ mask, want }) => {
    const event = sent(maskedBy(mask));
    for (const [key, value] of Object.entries(want)) expect(event[key], key).toEqual(value);
  });

  it('is masked in a copy: what was decided on and the decision stay as they are', () => {
    const result = Object.freeze({ effect: 'allow', masks: Object.freeze(['x']) });
    const record = maskedBy(['/result/masks/0', '/input/identity/groups/0'], { result });
    expect(sent(record).result).toEqual({ effect: 'allow', masks: [] });
    expect(result.masks).toEqual(['x']);
    expect(input.identity.groups).toEqual(['a', 'b', 'c']);
  });

  it('is dropped when the policy says true', () => {
    const rules = { drop: () => true, mask: () => undefined };
    expect(exportedEvent(decisionRecord({ rules }), labels)).toEqual({ outcome: 'dropped' });
    expect(sent(decisionRecord({ rules: { ...rules, drop: () => false } })).input).toEqual(input);
  });

  it('shows the rules all of itself but the metrics', () => {
    let seen: unknown;
    const mask = (event: unknown): unknown => {
      seen = structuredClone(event);
      return [];
    };
    const event = sent(decisionRecord({ rules: { drop: () => undefined, mask } }));
    const { metrics: _, ...rest } = event;
    expect(seen).toEqual(rest);
  });
});

describe('an event whose rules fail', () => {
  const fails = (): never => {
    throw new Error('ann@example.com');
  };
  const broken: { name: string; record: DecisionRecord }[] = [
    {
      name: 'the mask rule throws',
      record: decisionRecord({ rules: { drop: () => undefined, mask: fails } }),
    },
    {
      name: 'the drop rule throws',
      record: decisionRecord({ rules: { drop: fails, mask: () => undefined } }),
    },
    {
      name: 'the drop rule gives no boolean',
      record: decisionRecord({ rules: { drop: () => 'yes', mask: () => undefined } }),
    },
    { name: 'the mask is an object', record: maskedBy({ '/input': true }) },
    { name: 'a rule is a number', record: maskedBy(['/input/identity', 1]) },
    { name: 'a path has no slash in front', record: maskedBy(['input/identity']) },
    { name: 'a path leads elsewhere', record: maskedBy(['/labels/id']) },
    { name: 'a path is empty', record: maskedBy(['']) },
    { name: 'an op is unknown', record: maskedBy([{ op: 'hash', path: '/input/identity' }]) },
    { name: 'an op is missing', record: maskedBy([{ path: '/input/identity' }]) },
    { name: 'upsert has no value', record: maskedBy([{ op: 'upsert', path: '/input/identity' }]) },
    {
      name: 'upsert leads into a text',
      record: maskedBy([{ op: 'upsert', path: '/input/identity/principal/x', value: 1 }]),
    },
    {
      name: 'upsert names no element',
      record: maskedBy([{ op: 'upsert', path: '/input/identity/groups/9', value: 1 }]),
    },
    { name: 'the input cannot be made', record: decisionRecord({ input: fails }) },
    { name: 'the input cannot be written', record: decisionRecord({ input: () => ({ big: 1n }) }) },
  ];
  it.each(broken)('goes without input and result, and says so: $name', ({ record }) => {
    const exported = exportedEvent(record, labels);
    expect(exported.outcome).toBe('withheld');
    expect(eventOf(exported)).toEqual({
      labels,
      decision_id: record.decisionId,
      bundles: { main: { revision: 'r1' } },
      path: 'gateway/statement/decision',
      erased: ['/input', '/result'],
      requested_by: '127.0.0.1',
      timestamp: '2023-11-14T22:13:20.000Z',
      metrics: { counter_server_query_cache_hit: 0, timer_rego_query_eval_ns: 20_000 },
    });
  });

  it('holds nothing of the input, whatever the rules answer', () => {
    const anything = fc.oneof(fc.jsonValue(), fc.array(fc.oneof(fc.string(), fc.jsonValue())));
    fc.assert(
      fc.property(anything, (answer) => {
        const exported = exportedEvent(maskedBy(answer), labels);
        if (exported.outcome === 'withheld') {
          expect(exported.event.toString()).not.toContain('ann');
        }
      }),
    );
  });

  it('holds nothing of what a well-formed rule removes', () => {
    const leaf = fc.constantFrom('secret-value');
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b/c', '~d', '%e', '__proto__'), tie('node'), { maxKeys: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (secret) => {
        const record = maskedBy(pathsOf(secret), { input: () => ({ secret, open: 'open-value' }) });
        const text = eventTextOf(exportedEvent(record, labels));
        expect(text).not.toContain('secret-value');
        expect(text).toContain('open-value');
      }),
    );
  });
});

/** The paths of all leaves, each name escaped as in JSON pointers. */
function pathsOf(node: unknown, path = '/input/secret'): string[] {
  if (typeof node !== 'object' || node === null) return [path];
  return Object.entries(node).flatMap(([key, child]) =>
    pathsOf(child, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

const eventTextOf = (exported: ExportedEvent): string =>
  exported.outcome === 'dropped' ? '' : exported.event.toString();
