// Who asks, from where and for what, in the form that policies read it.
import type { Actor, Principal } from '../identity/index.ts';
import type { Login, TransactionState } from '../session/index.ts';
import type { Input } from '../sql/index.ts';

type Identity = Input['identity'];
type Session = Input['session'];
export type ResourceInput = Input['resource'];

/** One object for a principal: sessions that log in with the same token share what was decided for it. */
const identities = new WeakMap<Principal, Identity>();

export function identityOf(principal: Principal): Identity {
  const known = identities.get(principal);
  if (known !== undefined) return known;
  const { name, kind, issuer, subject, groups, scopes, claims, actor, auth } = principal;
  const { method, expiresAt, keyId } = auth;
  const identity: Identity = Object.freeze({
    principal: name,
    kind,
    issuer,
    subject,
    groups,
    scopes,
    claims,
    ...(actor === undefined ? {} : { actor: actorOf(actor) }),
    auth: {
      method,
      ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
      ...(keyId === undefined ? {} : { key_id: keyId }),
    },
  });
  identities.set(principal, identity);
  return identity;
}

const actorOf = ({ subject, issuer, actor }: Actor): NonNullable<Identity['actor']> => ({
  subject,
  ...(issuer === undefined ? {} : { issuer }),
  ...(actor === undefined ? {} : { actor: actorOf(actor) }),
});

/** One object for each state of the transaction. */
export function sessionsOf(login: Login): (transaction: TransactionState) => Session {
  const known = new Map<TransactionState, Session>();
  return (transaction) => {
    const found = known.get(transaction);
    if (found !== undefined) return found;
    const session: Session = Object.freeze({
      id: login.sessionId,
      client_addr: login.address,
      tls: login.tls,
      application_name: login.applicationName,
      transaction,
    });
    known.set(transaction, session);
    return session;
  };
}
