// A session as administrators, and whoever it is of, see it.
import type { Session } from '../../session/index.ts';
import type { Whereabouts } from './whereabouts.ts';

/** `waits_for_approval`: a statement of it is held; `in_transaction`: nothing runs, and a transaction is open. */
export type SessionDoing = 'idle' | 'in_transaction' | 'running' | 'waits_for_approval';

export type SessionDocument = Readonly<{
  id: string;
  principal: string;
  kind: string;
  /** Who acts for the principal. */
  actor?: string;
  resource: string;
  address: string;
  application_name: string;
  state: SessionDoing;
  since: string;
  /** The rows of its answers are kept, or of some of them. */
  recorded: boolean;
  /** What it logged in with, by which that can be revoked. */
  key_id?: string;
  token_id?: string;
  /** Which has it, where that is another one. */
  gateway?: Whereabouts;
}>;

/** Undefined while it still logs in, or ends already. */
export function sessionDocument(
  session: Session,
  waits: boolean,
  recorded: boolean,
): SessionDocument | undefined {
  const { login, doing, startedAt } = session;
  if (login === undefined || doing === undefined) return undefined;
  const { principal, resource, address, applicationName } = login;
  const { keyId, tokenId } = principal.auth;
  return {
    ...{ id: session.id, principal: principal.name, kind: principal.kind },
    ...(principal.actor === undefined ? {} : { actor: principal.actor.subject }),
    ...{ resource, address, application_name: applicationName },
    state: waits ? 'waits_for_approval' : doing,
    since: new Date(startedAt).toISOString(),
    recorded,
    ...(keyId === undefined ? {} : { key_id: keyId }),
    ...(tokenId === undefined ? {} : { token_id: tokenId }),
  };
}
