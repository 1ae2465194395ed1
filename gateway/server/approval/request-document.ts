// A request as approvers read it over HTTP: who, what, why, until when, and what was said so far.
import type { History, Request } from '../../approval/index.ts';

export function requestDocument(request: Request): object {
  const { shown, terms, identity, votes } = request;
  return {
    id: request.id,
    kind: request.kind,
    status: request.status,
    resource: request.resource,
    requester: {
      principal: request.principal,
      kind: identity.kind,
      ...(identity.actor === undefined ? {} : { actor: identity.actor }),
    },
    rule: request.rule,
    reason: request.reason,
    purpose: request.purpose,
    decision_id: request.decisionId,
    session_id: request.sessionId,
    statement: shown.statement,
    parameters: shown.parameters,
    sentences: shown.sentences,
    transaction: shown.transaction,
    blocks: shown.blocks,
    terms: {
      approvers: terms.approvers,
      count: terms.count,
      scope: terms.scope,
      uses: terms.uses,
      at: terms.at ?? 'statement',
      break_glass: terms.break_glass,
    },
    created_at: time(request.createdAt),
    expires_at: time(request.expiresAt),
    settled_at: request.settledAt === undefined ? undefined : time(request.settledAt),
    words: request.words,
    answers: votes.map(({ approver, approves, words, votedAt, brokeGlass }) => ({
      approver,
      answer: approves ? 'approve' : 'deny',
      words,
      ...(brokeGlass ? { broke_glass: true } : {}),
      at: time(votedAt),
    })),
  };
}

/** For approvers alone: rows that a commit changes. */
export const samplesDocument = ({ shown: { samples } }: Request): object =>
  samples === undefined ? {} : { samples };

/** Of the requester's other requests. */
export const historyDocument = ({ last, ...counts }: History): object => ({
  days: 7,
  ...counts,
  last: last.map(({ createdAt, ...each }) => ({ ...each, created_at: time(createdAt) })),
});

const time = (milliseconds: number): string => new Date(milliseconds).toISOString();
