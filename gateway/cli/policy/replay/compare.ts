// What two policies decide of the same inputs, and the inputs of which they decide otherwise, by rule and effect.
import { isDeepStrictEqual } from 'node:util';
import { EvaluationFailed, type Policy } from '../../../policy/index.ts';
import type { RecordedInput } from './recorded-input.ts';

export type Verdict = Readonly<{ effect: string; rule: string }>;
export type Change = Readonly<{ input: RecordedInput; before: unknown; after: unknown }>;

/** Changes whose rules and effects are the same. `same`: only masks, limits or words differ. */
export type ChangeGroup = Readonly<{ from: Verdict; to: Verdict; same: boolean; changes: readonly Change[] }>;

export function compareDecisions(
  inputs: readonly RecordedInput[],
  { before, after }: Readonly<{ before: Policy; after: Policy }>,
): ChangeGroup[] {
  const groups = new Map<string, { from: Verdict; to: Verdict; changes: Change[] }>();
  for (const input of inputs) {
    const change = { input, before: decide(before, input), after: decide(after, input) };
    if (isDeepStrictEqual(change.before, change.after)) continue;
    const [from, to] = [verdictOf(change.before), verdictOf(change.after)];
    const key = JSON.stringify([from, to]);
    const group = groups.get(key) ?? { from, to, changes: [] };
    group.changes.push(change);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map((group) => ({ ...group, same: isDeepStrictEqual(group.from, group.to) }))
    .sort((a, b) => Number(a.same) - Number(b.same) || b.changes.length - a.changes.length);
}

function decide(policy: Policy, { entrypoint, input }: RecordedInput): unknown {
  try {
    return JSON.parse(JSON.stringify(policy.evaluate(entrypoint, input) ?? null));
  } catch (error) {
    if (error instanceof EvaluationFailed)
      return { effect: 'deny', rule: 'gateway.undecided', reason: error.message };
    throw error;
  }
}

export function verdictOf(decision: unknown): Verdict {
  const { effect, rule } = (decision ?? {}) as Partial<Verdict>;
  return { effect: String(effect ?? 'nothing'), rule: String(rule ?? '') };
}
