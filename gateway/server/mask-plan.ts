// What of a statement's result is masked, and how: the decision's masks on the outputs that they are for.
import type { DatabaseFacts } from '../catalog/index.ts';
import {
  createMask,
  forComputed,
  type MaskKeys,
  type MaskRule,
  purposeOf,
  strictest,
  type TypeFacts,
} from '../mask/index.ts';
import type { Decision } from '../policy/index.ts';
import type { ColumnMask, MaskPlan } from '../session/index.ts';
import type { StatementFacts } from '../sql/index.ts';
import { originsOf } from './allowed.ts';

export type Masking = Readonly<{ facts: DatabaseFacts; keys: () => MaskKeys }>;

type MaskDecision = Extract<Decision, { effect: 'mask' }>;
type Masks = MaskDecision['masks'];
type Output = StatementFacts['outputs'][number];

/** One plan for a decision on these facts, however often they come. */
const plans = new WeakMap<MaskDecision, WeakMap<StatementFacts, MaskPlan>>();

export function plannedMasks(decision: MaskDecision, facts: StatementFacts, masking: Masking): MaskPlan {
  let ofDecision = plans.get(decision);
  if (ofDecision === undefined) plans.set(decision, (ofDecision = new WeakMap()));
  const known = ofDecision.get(facts);
  if (known !== undefined) return known;
  const plan: MaskPlan = {
    columns: facts.outputs.map((output) => columnMask(decision.masks, output, masking)),
    origins: originsOf(facts),
  };
  ofDecision.set(facts, plan);
  return plan;
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
