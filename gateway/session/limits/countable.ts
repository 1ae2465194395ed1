// Whether the limits of a statement can be kept, told before it is sent.
import { Fault } from '../../lib/index.ts';
import { notHeld } from '../commit/ends-transaction.ts';
import type { AnswerLimits } from './answer-limits.ts';
import type { LimitedText } from './statements-of-text.ts';

/** What it does is to be held back until it is known what it comes to. */
export const changesSomething = (limits: AnswerLimits, text: LimitedText): boolean =>
  limits.commit !== undefined || (limits.readOnly !== true && text.isCounted);

/** Of a Query. `inBlock`: what was done before could be committed behind what is to fail. */
export function queryNotKept(limits: AnswerLimits, text: LimitedText, inBlock: boolean): Fault | undefined {
  const mayFail = limits.rows?.over === 'error' || limits.meter !== undefined;
  if (!changesSomething(limits, text) && !(inBlock && mayFail)) return undefined;
  if (!text.movesTransaction) return undefined;
  if (limits.commit !== undefined)
    return notHeld('it stands in one text with commands of transactions; send them apart from each other');
  return new Fault('limit_not_kept', {
    because: 'it stands in one text with commands of transactions; send them apart from each other',
  });
}

/** Of an Execute, which runs by itself what may commit. */
export function executeNotKept(limits: AnswerLimits, text: LimitedText, inBlock: boolean): Fault | undefined {
  if (inBlock || !changesSomething(limits, text) || !text.mayCommit) return undefined;
  if (limits.commit !== undefined)
    return notHeld('its code may commit by itself; send BEGIN first, and COMMIT behind it');
  return new Fault('limit_not_kept', {
    because: 'its code may commit before that can be counted; send BEGIN first, and COMMIT behind it',
  });
}
