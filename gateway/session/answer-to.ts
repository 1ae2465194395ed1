// What becomes of the answers to a statement, as the guard's decision on it says.
import { Fault } from '../lib/index.ts';
import { type Answer, toClient } from './answer.ts';
import type { ColumnOrigin } from './column-origins.ts';
import type { Effect } from './decide.ts';
import type { AnswerLimits } from './limits/answer-limits.ts';
import { MaskedAnswer } from './masking/masked-answer.ts';
import type { Portal, PreparedStatement } from './named.ts';
import { noticesOf } from './notices.ts';
import { WatchedAnswer } from './watch/watched-answer.ts';

type Running = Exclude<Effect, { kind: 'deny' }>;

/** Of the message that runs it. */
export function answerTo(effect: Running, ofPortal = false): ToClient {
  const { milliseconds, limits, watch } = effect;
  const watched = watch && new WatchedAnswer(watch, ofPortal);
  const notices = noticesOf(effect.notices);
  if (effect.kind === 'mask') {
    const masked = new MaskedAnswer(effect.plans);
    return { to: 'client', milliseconds, masked, withholds: true, notices, limits, watched };
  }
  const { origins, withholds } = effect;
  const ordinary =
    origins === undefined &&
    milliseconds === undefined &&
    withholds !== true &&
    notices === undefined &&
    limits === undefined;
  if (ordinary) return watched === undefined ? toClient : { to: 'client', watched };
  return { to: 'client', origins, milliseconds, withholds, notices, limits, watched };
}

type ToClient = Extract<Answer, { to: 'client' }>;

const withheld: Answer = { to: 'client', withholds: true };

/** Of a message that returns nothing of the statement but may fail in it. */
export const withholding = (effect: Running): Answer | undefined =>
  effect.kind === 'mask' || effect.withholds === true ? withheld : undefined;

/** Where the columns of a prepared statement come from. */
export const originsOf = (effect: Running): readonly ColumnOrigin[] | undefined =>
  effect.kind === 'mask' ? effect.plans[0]?.origins : effect.origins;

export const limitsOf = (answer: Answer | undefined): AnswerLimits | undefined =>
  answer?.to === 'client' ? answer.limits : undefined;

export const watchedOf = (answer: Answer | undefined): WatchedAnswer | undefined =>
  answer?.to === 'client' ? answer.watched : undefined;

/** Of a portal that is executed, where its answer was complete before: somebody may want to follow it anew. */
export function watchedAgain(answer: Answer | undefined): Answer | Fault | undefined {
  const watched = watchedOf(answer);
  if (answer?.to !== 'client' || watched?.isEnded !== true) return answer;
  const watch = watched.watch.again?.();
  if (watch instanceof Fault) return watch;
  return { ...answer, watched: watch && new WatchedAnswer(watch) };
}

export const maskOf = (answer: Answer | undefined): MaskedAnswer | undefined =>
  answer?.to === 'client' ? answer.masked : undefined;

const hidingParameter: Answer = { to: 'client', hidesParameter: true };

/** Of a Describe in this segment, where something is expected of it. */
export function answerOfDescribe(found: PreparedStatement | Portal, segment: number): Answer | undefined {
  const isPortal = !('text' in found);
  const masked = isPortal ? maskOf(found.answer) : undefined;
  if (masked !== undefined) {
    masked.describedIn(segment);
    return { to: 'client', masked, withholds: true };
  }
  if (!isPortal && found.asked !== undefined) return hidingParameter;
  const origins = isPortal ? found.statement?.origins : found.origins;
  return origins === undefined ? undefined : { to: 'client', origins };
}
