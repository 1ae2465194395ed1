// A request as policies are told of it when what it is for is decided again.
import { type Request, termsInput } from '../../approval/index.ts';
import type { ApproveAsk } from '../../policy/index.ts';

export const approvalInputOf = (request: Request): ApproveAsk['approval'] => ({
  id: request.id,
  requester: request.identity,
  created_at: Math.round(request.createdAt / 1000),
  ...(request.purpose === undefined ? {} : { reason: request.purpose }),
  rule: request.rule,
  terms: termsInput(request.terms),
  approved_by: request.votes.filter(({ approves }) => approves).map(({ approver }) => approver),
  ...(request.votes.some(({ brokeGlass }) => brokeGlass) ? { break_glass: true } : {}),
});
