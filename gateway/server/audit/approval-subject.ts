// The approval that a policy was told of as it decided on a statement, in the form in which events keep it.
import { type Subject, subjectOf } from '../../audit/index.ts';
import type { ApprovedBy } from './basis.ts';
import { inputCut } from './input-cut.ts';
import { withoutSecrets } from './said-text.ts';
import { type Claims, chosen } from './session-subject.ts';

/** Principals and rules are no values of anybody; what the requester wrote may have some. */
export function approvalSubject({ input }: ApprovedBy, claims: Claims): Subject {
  const { requester, reason, ...plain } = input;
  const { said, left } = chosen(requester, claims);
  const words = reason === undefined ? undefined : withoutSecrets(reason);
  return subjectOf({
    input: { approval: { ...plain, requester: said, ...(words === undefined ? {} : { reason: words }) } },
    // It stands in the session's input as well.
    ...inputCut(left, words === reason ? [] : ['approval.reason', 'session.purpose']),
  });
}
