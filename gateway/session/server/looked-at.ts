// What of an answer somebody looks at before the client gets it.
import type { Answer } from '../answer.ts';
import type { Expectation } from '../expectation.ts';

export const expectsColumns = (head: Expectation | undefined): boolean =>
  head?.answer.to === 'client' &&
  (head.answer.origins !== undefined || head.answer.masked !== undefined || head.answer.hidden === true);

export const hidesParameter = (head: Expectation | undefined): boolean =>
  head?.answer.to === 'client' && head.answer.hidesParameter === true;

export const isMasked = (head: Expectation | undefined): boolean =>
  head !== undefined && !passes(head.answer);

/** Nobody looks at the rows. */
const passes = (answer: Answer): boolean =>
  answer.to === 'client' && (answer.masked === undefined || answer.masked.passes);

/** Nobody looks at them, or counts them. */
export const isFree = (answer: Answer): boolean =>
  passes(answer) && answer.to === 'client' && answer.limits === undefined;

export const isLimited = (head: Expectation | undefined): boolean =>
  head?.answer.to === 'client' && head.answer.limits !== undefined;
