// Requests for approval, with what becomes of them on the record: asked, answered, used, and withdrawn.
import { Approvals, type ApprovalsOptions, type Draft, type Request } from '../../approval/index.ts';
import { withoutSecrets } from './said-text.ts';
import type { Members } from './trail.ts';

/** Throws when it can't be written. */
export type Tell = (type: string, members: Members, session?: string) => void;

export class RecordedApprovals extends Approvals {
  readonly #tell: Tell;

  constructor(options: ApprovalsOptions, tell: Tell) {
    super(options);
    this.#tell = tell;
  }

  override async ask(draft: Draft, id?: string): Promise<Request> {
    const request = await super.ask(draft, id);
    this.#tell('approval.requested', requestMembers(request), draft.sessionId);
    return request;
  }

  override async answer(...given: Parameters<Approvals['answer']>): Promise<Request> {
    const [, approver, { approves, words, breaksGlass }] = given;
    const request = await super.answer(...given);
    const said = words === undefined ? {} : { words: withoutSecrets(words) };
    this.#tell('approval.decided', {
      principal: approver.principal,
      ...(approver.actor === undefined ? {} : { actor: approver.actor.subject }),
      answer: { approves, ...(breaksGlass ? { broke_glass: true } : {}), ...said },
      ...requestMembers(request),
    });
    return request;
  }

  override async withdraw(id: string, words: string): Promise<boolean> {
    const isWithdrawn = await super.withdraw(id, words);
    if (isWithdrawn) this.#tell('approval.withdrawn', { approval: { id, words: withoutSecrets(words) } });
    return isWithdrawn;
  }

  override async use(id: string, use: Parameters<Approvals['use']>[1]): Promise<boolean> {
    const isUsed = await super.use(id, use);
    const { principal, resource, sessionId, decisionId } = use;
    if (isUsed)
      this.#tell(
        'approval.used',
        { principal, resource, decision_id: decisionId, approval: { id } },
        sessionId,
      );
    return isUsed;
  }
}

/** Its statement is in the event that says that it is held. */
export function requestMembers(request: Request): Members {
  const { id, kind, status, resource, principal, rule, reason, purpose, terms, decisionId, votes } = request;
  return {
    resource,
    decision_id: decisionId,
    approval: {
      ...{ id, kind, status, rule, requester: principal, terms },
      ...(reason === undefined ? {} : { reason: withoutSecrets(reason) }),
      ...(purpose === undefined ? {} : { purpose: withoutSecrets(purpose) }),
      approvers: votes.filter(({ approves }) => approves).map(({ approver }) => approver),
    },
  };
}
