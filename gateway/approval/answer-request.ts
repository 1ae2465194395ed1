// Somebody's answer to a request: who may give one, what it counts, and whether it is the last that was needed.
import { Fault } from '../lib/index.ts';
import type { Query } from '../state/index.ts';
import { approvalInputOf } from './approval-input.ts';
import { actsForOneself } from './parties.ts';
import type { Draft, MayApprove, Request, Vote } from './request.ts';
import { approve, lock, read, settle } from './settle-request.ts';
import { asked } from './stored-facts.ts';

export type Answer = Readonly<{ approves: boolean; words: string | undefined; breaksGlass?: boolean }>;

/** Within a transaction. Throws why it doesn't count. */
export async function answerRequest(
  query: Query,
  id: string,
  approver: Draft['identity'],
  answer: Answer,
  mayApprove: MayApprove,
): Promise<Request> {
  const { breaksGlass = false } = answer;
  const request = await lock(query, id);
  const { facts, others, session, resource, access } = await asked(query, id);
  const approval = approvalInputOf(request, breaksGlass);
  // Whatever a policy says: nobody lets themselves do what others have to agree to.
  if (breaksGlass) checkGlass(request, approver);
  else if (actsForOneself(request.identity, approver)) throw new Fault('approval_own');
  else if (request.votes.some((vote) => vote.approver === approver.principal))
    throw new Fault('approval_twice');
  const { reason: asks } = request.terms;
  const isSilent = (answer.words ?? '').trim() === '';
  if (isSilent && (breaksGlass || asks === 'approver' || asks === 'both'))
    throw new Fault('approval_words_missing', { rule: request.rule });
  const answers = [facts, ...others].map((each) =>
    mayApprove({ ...{ approver, approval, session, resource, access }, facts: each }),
  );
  for (const { effect, rule, reason, hint } of answers)
    if (effect === 'deny') throw refused(rule, reason, hint);
  const weight = breaksGlass ? request.terms.count : Math.min(...answers.map((each) => each.weight ?? 1));
  const decisionId = answers[0]?.decisionId;
  // Whoever breaks the glass may have been one of several before.
  await query(
    `INSERT INTO portcullis.vote
       (request_id, approver, approves, weight, words, identity, decision_id, broke_glass)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (request_id, approver) DO UPDATE SET weight = EXCLUDED.weight, words = EXCLUDED.words,
       identity = EXCLUDED.identity, decision_id = EXCLUDED.decision_id, broke_glass = true,
       voted_at = clock_timestamp()`,
    [id, approver.principal, answer.approves, weight, answer.words, approver, decisionId, breaksGlass],
  );
  if (!answer.approves) await settle(query, id, 'denied', answer.words);
  else if (breaksGlass || weightOf(request.votes) + weight >= request.terms.count)
    await approve(query, request);
  return await read(query, id);
}

const weightOf = (votes: readonly Vote[]): number =>
  votes.reduce((sum, { approves, weight }) => sum + (approves ? weight : 0), 0);

/** Only a person in their own name, for whatever another has sent, or for what they sent in their own name. */
function checkGlass({ terms, identity }: Request, approver: Draft['identity']): void {
  const isPerson = approver.kind === 'human' && approver.actor === undefined;
  if (terms.break_glass === undefined || !isPerson) throw new Fault('approval_no_glass');
  const isOwn =
    identity.principal === approver.principal && identity.kind === 'human' && identity.actor === undefined;
  if (!isOwn && actsForOneself(identity, approver)) throw new Fault('approval_own');
}

function refused(rule: string, reason: string | undefined, hint: string | undefined): Fault {
  const fault = new Fault('approval_refused', { rule, reason: reason ?? 'the policy does not allow this' });
  fault.hint = hint;
  return fault;
}
