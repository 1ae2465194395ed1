// What of a statement's result is masked, and how: the decision's masks on the outputs that they are for.
import type { DatabaseFacts } from '../../catalog/index.ts';
import {
  createMask,
  forComputed,
  type MaskKeys,
  type MaskRule,
  purposeOf,
  strictest,
  type TypeFacts,
} from '../../mask/index.ts';
import type { Decision } from '../../policy/index.ts';
import type { ColumnMask, MaskPlan } from '../../session/index.ts';
import type { StatementFacts } from '../../sql/index.ts';
import { originsOf } from './allowed.ts';

export type Masking = Readonly<{ facts: DatabaseFacts; keys: () => MaskKeys }>;

type MaskDecision = Extract<Decision, { effect: 'mask' }>;
type Masks = MaskDecision['masks'];
type Output = StatementFacts['outputs'][number];

type Planned = WeakMap<StatementFacts, MaskPlan>;

/** One plan for a decision on these facts, however often they come, until there are other keys. */
const plans = new WeakMap<MaskKeys, WeakMap<MaskDecision, Planned>>();

export function plannedMasks(decision: MaskDecision, facts: StatementFacts, masking: Masking): MaskPlan {
  const planned = plannedBefore(masking.keys(), decision);
  const known = planned.get(facts);
  if (known !== undefined) return known;
  const plan: MaskPlan = {
    columns: facts.outputs.map((output) => columnMask(decision.masks, output, masking)),
    origins: originsOf(facts),
  };
  planned.set(facts, plan);
  return plan;
}

function plannedBefore(keys: MaskKeys, decision: MaskDecision): Planned {
  const ofKeys = plans.get(keys) ?? new WeakMap<MaskDecision, Planned>();
  plans.set(keys, ofKeys);
  const planned = ofKeys.get(decision) ?? new WeakMap<StatementFacts, MaskPlan>();
  ofKeys.set(decision, planned);
  return planned;
}

function columnMask(masks: Masks, output: Output, { facts, keys }: Masking): ColumnMask | undefined {
  const fitting = masks.filter((mask) =>
    'column' in mask
      ? output.columns.some((column) => column === mask.column)
      : output.labels.includes(mask.label),
  );
  const [first] = fitting;
  if (first === undefined) return undefined;
  const chosen = strictest(fitting.map((mask) => mask.with));
  const rule: MaskRule = output.direct ? chosen : forComputed(chosen);
  const target = 'column' in first ? first.column : first.label;
  const typeOf = (oid: number): TypeFacts | undefined => typeFacts(facts, oid);
  return {
    type: output.type,
    forType: ({ oid, modifier }) =>
      createMask(rule, { oid, typmod: modifier, typeOf }, keyOf(rule, target, keys())),
  };
}

const keyOf = (rule: MaskRule, target: string, keys: MaskKeys) =>
  rule.kind === 'hash' || rule.kind === 'token' ? keys.for(purposeOf(rule, target), rule.key) : undefined;

/** A type that its session alone knows is none that masks know: its values become NULL. */
function typeFacts(facts: DatabaseFacts, oid: number): TypeFacts | undefined {
  const type = facts.type(oid);
  if (type === undefined) return undefined;
  const { name, kind, base, element } = type;
  const isArray = kind === 'base' && element !== 0 && facts.type(element)?.array === oid;
  return { oid, name, kind: isArray ? 'array' : kind, base, element };
}
