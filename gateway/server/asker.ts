// Who asks, from where and for what, in the form that policies read it.
import type { Registration } from '../agent/index.ts';
import type { Actor, Principal } from '../identity/index.ts';
import type { Login, TransactionState } from '../session/index.ts';
import type { Input } from '../sql/index.ts';
import { shownPurpose } from './approval/purpose.ts';

type Identity = Input['identity'];
type Session = Input['session'];
export type ResourceInput = Input['resource'];

export type Asker = Readonly<{
  /** What policies are told of the principal. The same object for as long as it says the same, as the others. */
  identity: Identity;
  session: (transaction: TransactionState) => Session;
  resource: () => ResourceInput;
  /** For a time that runs; undefined where there is nothing. */
  grants: () => Input['grants'] | undefined;
  /** The settings that the policy gave the session, in lower case. */
  fixed: readonly string[];
}>;

/** One object for a principal: sessions that log in with the same token share what was decided for it. */
const identities = new WeakMap<
  Principal,
  Readonly<{ identity: Identity; agent: Registration | undefined }>
>();

/** `agent`: what the principal, or whoever acts for it, is registered with. */
export function identityOf(principal: Principal, agent?: Registration): Identity {
  const known = identities.get(principal);
  if (known !== undefined && known.agent === agent) return known.identity;
  const identity = Object.freeze(identityWith(principal, agent));
  identities.set(principal, { identity, agent });
  return identity;
}

function identityWith(principal: Principal, agent: Registration | undefined): Identity {
  const { name, kind, issuer, subject, groups, scopes, claims, actor, auth } = principal;
  const { method, expiresAt, keyId } = auth;
  // A registration is of the principal itself, or of whoever acts for somebody who stays what they are.
  const own = agent?.name === name ? agent : undefined;
  return {
    principal: name,
    kind: own === undefined ? kind : 'agent',
    issuer,
    subject,
    groups: together(groups, own?.groups),
    scopes: together(scopes, own?.scopes),
    claims,
    ...(actor === undefined ? {} : { actor: actorOf(actor) }),
    ...(agent === undefined ? {} : { agent: agentOf(agent) }),
    auth: {
      method,
      ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
      ...(keyId === undefined ? {} : { key_id: keyId }),
    },
  };
}

const together = (own: readonly string[], more: readonly string[] = []): readonly string[] =>
  more.length === 0 ? own : [...new Set([...own, ...more])];

function agentOf({
  groups: _groups,
  scopes: _scopes,
  ...told
}: Registration): NonNullable<Identity['agent']> {
  return told;
}

const actorOf = ({ subject, issuer, actor }: Actor): NonNullable<Identity['actor']> => ({
  subject,
  ...(issuer === undefined ? {} : { issuer }),
  ...(actor === undefined ? {} : { actor: actorOf(actor) }),
});

/** One object for each state of the transaction. */
export function sessionsOf(login: Login): (transaction: TransactionState) => Session {
  const known = new Map<TransactionState, Session>();
  const purpose = shownPurpose(login.purpose);
  return (transaction) => {
    const found = known.get(transaction);
    if (found !== undefined) return found;
    const session: Session = Object.freeze({
      id: login.sessionId,
      client_addr: login.address,
      tls: login.tls,
      application_name: login.applicationName,
      ...(purpose === undefined ? {} : { purpose }),
      transaction,
    });
    known.set(transaction, session);
    return session;
  };
}
