// Holds a message to the limits of its answer: whether they can be kept, and what is sent in front of it.
import type { Fault } from '../../lib/index.ts';
import { tooMany } from '../commit/ends-transaction.ts';
import type { Exchange } from '../exchange.ts';
import type { AnswerLimits } from '../limits/answer-limits.ts';
import { executeNotKept, queryNotKept } from '../limits/countable.ts';
import { keepQuery } from '../limits/keep.ts';
import type { KeptQuery } from '../limits/kept-query.ts';
import type { SentRows } from '../limits/sent-rows.ts';
import { LimitedText } from '../limits/statements-of-text.ts';
import type { Parsed } from '../parsed-text.ts';
import type { HeldStatement } from '../statement.ts';
import { anything, type TextTraits } from '../text-traits.ts';
import type { ClientSide } from './client-side.ts';

export function limitsOfExecuteNotKept(
  exchange: Exchange,
  limits: AnswerLimits,
  text: LimitedText,
): Fault | undefined {
  const { transaction, state } = exchange;
  const inBlock = transaction !== 'idle' || state.uncommitted.inBlock;
  return tooManyToCommit(exchange, limits) ?? executeNotKept(limits, text, inBlock);
}

export function keepLimitsOfQuery(
  side: ClientSide,
  statement: HeldStatement,
  limits: AnswerLimits,
  withholds: boolean,
): KeptQuery | Fault {
  const exchange = side.exchange;
  const text = limitedText(exchange, statement.traits, () => statement.parsed(), undefined);
  const notKept =
    tooManyToCommit(exchange, limits) ?? queryNotKept(limits, text, exchange.transaction === 'open');
  if (notKept !== undefined) return notKept;
  const kept = keepQuery(side.runs, limits, text, withholds);
  side.insert(kept.prelude());
  return kept;
}

/** `through`: what has come through the portal that runs it. */
export const limitedText = (
  { state }: Exchange,
  traits: TextTraits = anything,
  read: () => Parsed | undefined,
  through: SentRows | undefined,
): LimitedText => new LimitedText(traits, read, state.names.portals, through);

const tooManyToCommit = ({ state }: Exchange, { commit }: AnswerLimits): Fault | undefined =>
  commit === undefined ? undefined : tooMany(state.uncommitted);
