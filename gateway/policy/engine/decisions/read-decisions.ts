// Decisions from what a policy's module writes: the same text is the same decision, and is taken apart once.
import type { Phase } from '../input/ask.ts';
import type { ReadResults, Results } from '../instance/policy-instance.ts';
import type { DecisionOf } from './decided.ts';
import { type Checked, decisionForm } from './decision-form.ts';

/** So many texts are known at a time: a policy says the same few things to most of what it is asked. */
const textsKept = 500;
/** Longer ones are seldom said twice. */
const longestText = 4_096;

/** Undefined: the entry point has no value. */
export function readDecisions<P extends Phase>(phase: P): ReadResults<Checked<DecisionOf[P]> | undefined> {
  const known = new Map<string, Checked<DecisionOf[P]>>();
  return (json) => {
    const before = known.get(json);
    if (before !== undefined) return before;
    const results = JSON.parse(json) as Results;
    if (results.length !== 1) return undefined;
    const checked = decisionForm(phase)(results[0]?.result);
    if (known.size >= textsKept) known.clear();
    if (json.length <= longestText) known.set(json, checked);
    return checked;
  };
}
