// Rules: their kinds from the strictest on, which one holds where several meet, and the types that decisions have.
import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { forComputed, type MaskRule, purposeOf, strictest } from '../../gateway/mask/index.ts';
import { strictestFirst } from '../../gateway/mask/rule.ts';
import type { Decision } from '../../gateway/policy/index.ts';

type DecidedRule = Extract<Decision, { effect: 'mask' }>['masks'][number]['with'];

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the kinds', () => {
  it('are those of decisions, in their order', () => {
    const { $defs } = JSON.parse(file('schemas/decision.schema.json'));
    const kinds = $defs.MaskRule.oneOf.map(
      ({ $ref }: { $ref: string }) => $defs[$ref.slice('#/$defs/'.length)].properties.kind.const,
    );
    expect(strictestFirst).toEqual(kinds);
  });

  it('are those of the starter policy, in its order', () => {
    const [, list = ''] = /strictest_first := \[([^\]]*)\]/.exec(file('policies/lib/masks.rego')) ?? [];
    expect(list.match(/\w+/g)).toEqual(strictestFirst);
  });

  it('have the parameters that decisions give them', () => {
    expectTypeOf<DecidedRule>().toExtend<MaskRule>();
    expectTypeOf<MaskRule>().toExtend<DecidedRule>();
  });
});

describe('several rules on one output', () => {
  const partial = { kind: 'partial', keep_end: 4 } as const;
  const cases: readonly Readonly<{ name: string; rules: readonly MaskRule[]; want: MaskRule }>[] = [
    { name: 'one rule holds', rules: [partial], want: partial },
    {
      name: 'the stricter kind holds',
      rules: [partial, { kind: 'redact' }, { kind: 'email' }],
      want: { kind: 'redact' },
    },
    { name: 'the same rule twice holds', rules: [partial, { keep_end: 4, kind: 'partial' }], want: partial },
    {
      name: 'two of one kind that differ redact',
      rules: [partial, { kind: 'partial' }],
      want: { kind: 'redact' },
    },
    { name: 'no rule at all is NULL', rules: [], want: { kind: 'null' } },
    {
      name: 'a kind that is not known is NULL',
      rules: [partial, { kind: 'blur' } as never],
      want: { kind: 'null' },
    },
  ];
  it.each(cases)('$name', ({ rules, want }) => {
    expect(strictest(rules)).toEqual(want);
  });
});

it('what was computed from a column shows nothing of it', () => {
  expect(forComputed({ kind: 'partial', keep_end: 4 })).toEqual({ kind: 'redact' });
  expect(forComputed({ kind: 'hash' })).toEqual({ kind: 'redact' });
  expect(forComputed({ kind: 'null' })).toEqual({ kind: 'null' });
  expect(forComputed({ kind: 'constant', value: 'x' })).toEqual({ kind: 'constant', value: 'x' });
});

it('a purpose is what the mask is for, unless the rule names one', () => {
  expect(purposeOf({ kind: 'hash' }, 'pii.ssn')).toBe('pii.ssn');
  expect(purposeOf({ kind: 'token', purpose: 'people' }, 'pii.ssn')).toBe('people');
});
