// What all events of a session share: who it is of, on whose behalf, where it comes from and where it goes.
import { type Subject, subjectOf } from '../../audit/index.ts';
import type { Ask } from '../../policy/index.ts';
import type { Login, TransactionState } from '../../session/index.ts';
import { sessionsOf } from '../asker.ts';
import { inputCut } from './input-cut.ts';
import { withoutSecrets } from './said-text.ts';

type Identity = Ask['identity'];

/** Who asks and what they are given now: the same objects for as long as they say the same. */
export type Asks = Readonly<{
  identity: () => Identity;
  resource: () => Ask['resource'] | undefined;
  grants: (identity: Identity) => Ask['grants'];
}>;

/** Of the identity's claims, those that the configuration names; undefined: all of them. */
export type Claims = readonly string[] | undefined;

type Known = Readonly<{
  transaction: TransactionState;
  identity: Identity;
  resource: Ask['resource'] | undefined;
  grants: Ask['grants'];
  subject: Subject;
}>;

export class SessionSubject {
  readonly #login: Login;
  readonly #asks: Asks;
  readonly #claims: Claims;
  /** By their place in the input. */
  readonly #cutTexts: readonly string[];
  readonly #sessionOf: ReturnType<typeof sessionsOf>;
  readonly #known = new Map<TransactionState, Known>();
  #before: Known | undefined;

  constructor(login: Login, asks: Asks, claims: Claims) {
    const { applicationName, purpose } = login;
    const said = {
      applicationName: withoutSecrets(applicationName),
      purpose: purpose === undefined ? undefined : withoutSecrets(purpose),
    };
    this.#login = { ...login, ...said };
    this.#cutTexts = [
      ...(said.applicationName === applicationName ? [] : ['session.application_name']),
      ...(said.purpose === purpose ? [] : ['session.purpose']),
    ];
    this.#asks = asks;
    this.#claims = claims;
    this.#sessionOf = sessionsOf(this.#login);
  }

  /** As it is now. */
  of(transaction: TransactionState): Subject {
    const identity = this.#asks.identity();
    const resource = this.#asks.resource();
    const grants = this.#asks.grants(identity);
    const before = this.#before;
    const known = before?.transaction === transaction ? before : this.#known.get(transaction);
    this.#before = known;
    if (known?.identity === identity && known.resource === resource && known.grants === grants)
      return known.subject;
    const subject = this.#make(identity, resource, grants, transaction);
    this.#known.set(transaction, { transaction, identity, resource, grants, subject });
    return subject;
  }

  #make(
    identity: Identity,
    resource: Ask['resource'] | undefined,
    grants: Ask['grants'],
    transaction: TransactionState,
  ): Subject {
    const { address, tls, applicationName } = this.#login;
    const { said, left } = chosen(identity, this.#claims);
    const saidGrants = grants?.map((grant) => ({ ...grant, reason: withoutSecrets(grant.reason) }));
    const isWhole = saidGrants?.every(({ reason }, at) => reason === grants?.[at]?.reason) ?? true;
    return subjectOf({
      ...whoIs(identity),
      resource: this.#login.resource,
      client: { address, tls, application_name: applicationName },
      input: { identity: said, session: this.#sessionOf(transaction), resource, grants: saidGrants },
      ...inputCut(left, isWhole ? this.#cutTexts : [...this.#cutTexts, 'grants']),
    });
  }
}

/** Who somebody is, and for whom another acts. */
export function whoIs({ principal, kind, actor }: Identity): Readonly<Record<string, unknown>> {
  return actor === undefined ? { principal, kind } : { principal, kind, actor: actor.subject };
}

/** Those that every token has say nothing that a policy would decide by. */
const ordinary: ReadonlySet<string> = new Set(
  'iss sub aud exp nbf iat jti azp nonce auth_time sid at_hash typ scope client_id'.split(' '),
);

export function chosen(
  identity: Identity,
  claims: Claims,
): Readonly<{ said: Identity; left: readonly string[] }> {
  const all = Object.entries(identity.claims);
  const kept = all.filter(([name]) => claims === undefined || claims.includes(name));
  const left = all.filter((entry) => !kept.includes(entry)).map(([name]) => name);
  const said = kept.map(([name, value]) => [name, withoutSecretsIn(value)]);
  return {
    said: { ...identity, claims: Object.fromEntries(said) },
    left: left.filter((name) => !ordinary.has(name)),
  };
}

/** Names, addresses and numbers of the principal are what claims are for; keys and tokens aren't. */
function withoutSecretsIn(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('eyJ') ? '[secret]' : value;
  if (Array.isArray(value)) return value.map(withoutSecretsIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutSecretsIn(member)]));
}
