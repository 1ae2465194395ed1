// A request as policies are told of it: when somebody answers it, and when what it is for is decided again.
import type { Input } from '../sql/index.ts';
import type { Request } from './request.ts';

type ApprovalInput = NonNullable<Input['approval']>;

/** `breaksGlass`: whoever answers now approves it alone. */
export function approvalInputOf(request: Request, breaksGlass = false): ApprovalInput {
  const { id, identity, createdAt, purpose, rule, terms, votes } = request;
  const { approvers, count, break_glass } = terms;
  const isBroken = breaksGlass || votes.some(({ brokeGlass }) => brokeGlass);
  return {
    id,
    requester: identity,
    created_at: Math.round(createdAt / 1000),
    ...(purpose === undefined ? {} : { reason: purpose }),
    rule,
    terms: {
      approvers: [...approvers],
      count,
      ...(break_glass === undefined ? {} : { break_glass: [...break_glass] }),
    },
    approved_by: votes.filter(({ approves }) => approves).map(({ approver }) => approver),
    ...(isBroken ? { break_glass: true } : {}),
  };
}
