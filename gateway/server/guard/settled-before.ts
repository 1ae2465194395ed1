// What was settled for facts that stand for themselves: the same decision comes to the same again.
import type { MaskKeys } from '../../mask/index.ts';
import type { Decision } from '../../policy/index.ts';
import type { Effect } from '../../session/index.ts';
import type { Facts } from './allowed.ts';
import type { Asked } from './asked.ts';
import type { Masking } from './mask-plan.ts';

export const settledBefore = new WeakMap<Facts, Settled>();

type Settled = Readonly<{ decision: Decision; keys: MaskKeys; effect: Effect }>;

export const isSame = (known: Settled | undefined, { decided }: Asked, masking: Masking): known is Settled =>
  known !== undefined && known.decision === decided.decision && known.keys === masking.keys();
