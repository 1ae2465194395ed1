// An event as it is told to people: who, what, and what became of it.
import type { Entry } from './source/entry.ts';
import { isMembers, textOf, told } from './source/told.ts';

export type Answer = 'approved' | 'denied';

export type Found = Readonly<{
  id: string;
  time: string;
  type: string;
  principal: string | undefined;
  /** Who acts for the principal. */
  actor: string | undefined;
  resource: string | undefined;
  session: string | undefined;
  statement: string | undefined;
  decision: string | undefined;
  effect: string | undefined;
  rule: string | undefined;
  /** An approver's. */
  answer: Answer | undefined;
  /** Who agreed to it. */
  approvers: readonly string[];
  text: string | undefined;
  /** What it came to; of a statement that was permitted, what its outcome says. */
  outcome: Readonly<Record<string, unknown>> | undefined;
  entry: Entry;
}>;

export function foundIn(entry: Entry, outcome?: unknown): Found {
  const { event } = entry;
  const decision = told(entry, 'decision');
  const resource = told(entry, 'resource');
  const own = outcome ?? event.outcome;
  return {
    ...{ id: event.id, time: event.time, type: event.type },
    principal: principalOf(entry),
    actor: textOf(told(entry, 'actor')),
    resource: textOf(isMembers(resource) ? resource.name : resource),
    session: event.session,
    statement: event.statement,
    decision: textOf(event.decision_id),
    effect: isMembers(decision) ? textOf(decision.effect) : undefined,
    rule: textOf(isMembers(decision) ? decision.rule : told(entry, 'rule')),
    answer: answerOf(entry),
    approvers: agreedOf(entry),
    text: textOf(told(entry, 'text')),
    outcome: isMembers(own) ? own : undefined,
    entry,
  };
}

/** Who acted; of a request that is only told of, who asked. */
export const principalOf = (entry: Entry): string | undefined =>
  textOf(told(entry, 'principal')) ?? requesterOf(entry);

/** Whether the principal did it, or asked for what became of it there. */
export const concerns = (entry: Entry, principal: string): boolean =>
  told(entry, 'principal') === principal || requesterOf(entry) === principal;

/** Who asked for approval. */
export const requesterOf = ({ event: { approval } }: Entry): string | undefined =>
  isMembers(approval) ? textOf(approval.requester) : undefined;

/** The id of the request that it is about, or by which it ran. */
export const requestOf = ({ event: { approval } }: Entry): string | undefined =>
  isMembers(approval) ? textOf(approval.id) : undefined;

/** Who answered, whichever way, and who agreed to what ran by it. */
export const approversOf = (entry: Entry): readonly string[] =>
  withAnswerer(entry, entry.event.type === 'approval.decided');

/** Who agreed: whoever denies has answered as well. */
export const agreedOf = (entry: Entry): readonly string[] =>
  withAnswerer(entry, answerOf(entry) === 'approved');

export function answerOf({ event: { type, answer } }: Entry): Answer | undefined {
  if (type !== 'approval.decided' || !isMembers(answer)) return undefined;
  return answer.approves === true ? 'approved' : 'denied';
}

function withAnswerer({ event: { approval, principal } }: Entry, isOne: boolean): readonly string[] {
  const named = isMembers(approval) && Array.isArray(approval.approvers) ? approval.approvers : [];
  const all = isOne ? [...named, principal] : named;
  return [...new Set(all.filter((each): each is string => typeof each === 'string'))];
}
