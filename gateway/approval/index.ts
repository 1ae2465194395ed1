// Requests for approval: asked for by sessions, answered by people, used once they are approved.
export { approvalInputOf } from './approval-input.ts';
export { Approvals, type ApprovalsOptions } from './approvals.ts';
export { HeldRequests } from './held-requests.ts';
export type { History } from './history.ts';
export { inWords, type TableSizes } from './in-words.ts';
export { ProcessLife } from './process-life.ts';
export type {
  Answer,
  Binding,
  ChangedRow,
  Draft,
  MayApprove,
  Outcome,
  Request,
  RequestKind,
  RequestStatus,
  RowSample,
  RowValues,
  Scope,
  Shown,
  Terms,
  Vote,
} from './request.ts';
export { Withdrawals } from './withdrawals.ts';
