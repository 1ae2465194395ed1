// Requests for approval, with what becomes of them on the record: asked, answered, used, and ended without an answer.
import { Approvals, type ApprovalsOptions, type Draft, type Request } from '../../approval/index.ts';
import { withoutSecrets } from './said-text.ts';
import { whoIs } from './session-subject.ts';
import type { Members, Trail } from './trail.ts';

export type ApprovalsTrail = Pick<Trail, 'note' | 'noted'>;

export class RecordedApprovals extends Approvals {
  readonly #trail: ApprovalsTrail | undefined;

  constructor(options: ApprovalsOptions, trail: ApprovalsTrail | undefined) {
    super(options);
    this.#trail = trail;
  }

  override async ask(draft: Draft, id?: string): Promise<Request> {
    const request = await super.ask(draft, id);
    const members = { ...whoIs(draft.identity), ...requestMembers(request) };
    this.#trail?.note('approval.requested', members, draft.sessionId);
    return request;
  }

  override async answer(...given: Parameters<Approvals['answer']>): Promise<Request> {
    const [, approver, { approves, words, breaksGlass }] = given;
    const request = await super.answer(...given);
    const said = words === undefined ? {} : { words: withoutSecrets(words) };
    this.#trail?.note('approval.decided', {
      ...whoIs(approver),
      answer: { approves, ...(breaksGlass ? { broke_glass: true } : {}), ...said },
      ...requestMembers(request),
    });
    return request;
  }

  /** Whatever the journal says: nobody waits for them any more. */
  protected override unanswered(requests: readonly Request[]): void {
    for (const request of requests)
      this.#trail?.noted(`approval.${request.status}`, requestMembers(request), request.sessionId);
  }

  override async use(id: string, use: Parameters<Approvals['use']>[1]): Promise<boolean> {
    const isUsed = await super.use(id, use);
    const { principal, resource, sessionId, decisionId } = use;
    if (isUsed)
      this.#trail?.note(
        'approval.used',
        { principal, resource, decision_id: decisionId, approval: { id } },
        sessionId,
      );
    return isUsed;
  }
}

/** Its statement is in the event that says that it is held. */
function requestMembers(request: Request): Members {
  const { id, kind, status, resource, principal, rule, reason, purpose, terms, decisionId, votes } = request;
  // Those of an answer are told with it.
  const words = status === 'withdrawn' ? request.words : undefined;
  return {
    resource,
    decision_id: decisionId,
    approval: {
      ...{ id, kind, status, rule, requester: principal, terms },
      ...(reason === undefined ? {} : { reason: withoutSecrets(reason) }),
      ...(purpose === undefined ? {} : { purpose: withoutSecrets(purpose) }),
      ...(words === undefined ? {} : { words: withoutSecrets(words) }),
      approvers: votes.filter(({ approves }) => approves).map(({ approver }) => approver),
    },
  };
}
