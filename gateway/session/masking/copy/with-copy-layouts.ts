// A masked COPY … TO STDOUT gets the layout of its rows from its own options, or doesn't run.
import { Fault } from '../../../lib/index.ts';
import { deny, type Effect, type Statement } from '../../decide.ts';
import type { MaskPlan } from '../mask-plan.ts';
import { copyLayoutOf } from './copy-layout.ts';

const COPY = /copy/i;

export function withCopyLayouts(effect: Extract<Effect, { kind: 'mask' }>, statement: Statement): Effect {
  const { text = '' } = statement;
  const parsed = COPY.test(text) ? statement.parsed() : undefined;
  if (!Array.isArray(parsed)) return effect;
  const plans: (MaskPlan | undefined)[] = [...effect.plans];
  for (const [index, each] of parsed.entries()) {
    const plan = plans[index];
    if (plan === undefined || each.type !== 'CopyStmt' || each.node.is_from === true) continue;
    const copy = copyLayoutOf(each);
    if (copy === undefined) return deny(new Fault('copy_not_maskable'));
    plans[index] = { ...plan, copy };
  }
  return { ...effect, plans };
}
