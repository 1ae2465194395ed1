// Puts a message under its limits: what is sent in front of it, and who looks at its answer.
import type { AnswerLimits } from './answer-limits.ts';
import { changesSomething } from './countable.ts';
import { KeptExecute } from './kept-execute.ts';
import { KeptQuery } from './kept-query.ts';
import type { RunHost } from './kept-run.ts';
import type { LimitedText } from './statements-of-text.ts';

export function keepQuery(
  host: RunHost,
  limits: AnswerLimits,
  text: LimitedText,
  withholds: boolean,
): KeptQuery {
  const { transaction, segmentOpen } = host.exchange;
  const changes = changesSomething(limits, text);
  const alone = !changes && transaction === 'idle' && !segmentOpen;
  return new KeptQuery({
    host,
    limits,
    texts: text,
    withholds,
    counts: changes && transaction !== 'failed' && countsChanges(limits),
    wrapped: changes && transaction === 'idle',
    alone: false,
    cutsShort: alone && (text.isSelect || text.isCopy) && text.isOne,
  });
}

export function keepExecute(host: RunHost, limits: AnswerLimits, text: LimitedText): KeptExecute {
  const { transaction, executed } = host.exchange;
  const changes = changesSomething(limits, text);
  return new KeptExecute({
    host,
    limits,
    texts: text,
    counts: changes && transaction !== 'failed' && countsChanges(limits),
    alone: !changes && transaction === 'idle' && !executed,
  });
}

const countsChanges = ({ affected, meter, commit }: AnswerLimits): boolean =>
  affected !== undefined || meter !== undefined || commit !== undefined;

/**
 * How many rows to ask a portal for, when its answer is to be cut: one more than there is room for tells that there are
 * more. Undefined: as many as the client asks for.
 */
export function rowsToAsk(limits: AnswerLimits, text: LimitedText, asked: number): number | undefined {
  const { rows } = limits;
  if (rows?.over !== 'cut' || limits.readOnly !== true || !text.isSelect) return undefined;
  const room = Math.max(0, rows.most - (text.sentBy(0)?.rows ?? rows.most));
  return asked === 0 || asked > room ? room + 1 : undefined;
}
