// A grant as people read it over HTTP.
import { type Grant, rightsInWords } from '../../grants/index.ts';

export function grantDocument(grant: Grant): object {
  const { id, status, resource, identity, rights, eligible, approvers, extension } = grant;
  return {
    ...{ id, status, resource },
    principal: { principal: grant.principal, kind: identity.kind, ...actorOf(identity) },
    ...{ rights, rights_in_words: rightsInWords(rights), seconds: grant.seconds, reason: grant.reason },
    ...{ eligible, rule: grant.rule, decision_id: grant.decisionId },
    requested_at: time(grant.requestedAt),
    from: time(grant.from),
    until: time(grant.until),
    approvers,
    answered_by: grant.answeredBy,
    open_until: status === 'requested' ? time(grant.openUntil) : undefined,
    words: grant.words,
    revoked_by: grant.revokedBy,
    extension: extension && { ...extension, until: time(extension.until) },
  };
}

const actorOf = ({ actor }: Grant['identity']) => (actor === undefined ? {} : { actor });

const time = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
