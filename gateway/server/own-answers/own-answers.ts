// Puts the gateway's own functions in front of a guard: portcullis.my_access, .request_access and .why.
import { type Grant, parseDuration, rightsIn, rightsInWords } from '../../grants/index.ts';
import { Fault } from '../../lib/index.ts';
import { deny, type Effect, type Guard, type Statement } from '../../session/index.ts';
import type { GrantOffice } from '../grants/grant-office.ts';
import type { Asker } from '../policy-guard.ts';
import { clause } from '../verdict.ts';
import { type Columns, constantsQuery } from './constants.ts';
import type { Denials } from './denials.ts';
import { type Misuse, mayBeOwnCall, type OwnCall, ownCallOf } from './own-call.ts';

export type OwnAnswersOptions = Readonly<{
  asker: Asker;
  grants: GrantOffice;
  denials: Denials;
}>;

const ROWS_MOST = 200;
const REASON_MOST = 1_000;

export function answeringItself(guard: Guard, options: OwnAnswersOptions): Guard {
  return {
    ...guard,
    decide: (statement) => {
      const { path, text } = statement;
      if ((path !== 'query' && path !== 'parse') || text === undefined || !mayBeOwnCall(text))
        return guard.decide(statement);
      const call = ownCallOf(statement);
      return call === undefined ? guard.decide(statement) : answered(call, statement, guard, options);
    },
  };
}

async function answered(
  call: OwnCall | Misuse,
  statement: Statement,
  guard: Guard,
  options: OwnAnswersOptions,
): Promise<Effect> {
  if ('misuse' in call) return deny(new Fault('own_call_misused', { because: call.misuse }));
  // A function that runs when it is prepared, or returns the same each time, would be another one.
  if (statement.path !== 'query') return deny(new Fault('own_call_prepared', { name: call.name }));
  await statement.answered();
  // What a failed transaction is told, the server knows best.
  if (statement.transaction === 'failed') return guard.decide(statement);
  try {
    return { kind: 'allow', instead: await answerOf(call, statement, options) };
  } catch (thrown) {
    if (thrown instanceof Fault) return deny(thrown);
    throw thrown;
  }
}

async function answerOf(
  { name, given }: OwnCall,
  statement: Statement,
  options: OwnAnswersOptions,
): Promise<string> {
  switch (name) {
    case 'my_access':
      return await myAccess(options);
    case 'request_access':
      return await requestAccess(given, statement, options);
    case 'why':
      return why(given.decision_id ?? '', options);
    default:
      return name satisfies never;
  }
}

const accessColumns: Columns = {
  ...{
    id: 'uuid',
    status: 'text',
    resource: 'text',
    rights: 'text',
    since: 'timestamptz',
    until: 'timestamptz',
  },
  ...{ reason: 'text', next: 'text' },
};

/** What runs, and what waits for an answer. */
async function myAccess({ asker: { identity }, grants }: OwnAnswersOptions): Promise<string> {
  const found = (await grants.hasState())
    ? await (await grants.grants()).list({ principal: identity.principal, most: ROWS_MOST })
    : [];
  const own = found.filter(
    (grant) =>
      (grant.status === 'active' || grant.status === 'requested') &&
      JSON.stringify(grant.identity.actor) === JSON.stringify(identity.actor),
  );
  return constantsQuery('my_access', accessColumns, own.map(rowOf));
}

async function requestAccess(
  { rights: text = '', duration = '', reason = '' }: OwnCall['given'],
  { transaction }: Statement,
  { asker, grants }: OwnAnswersOptions,
): Promise<string> {
  const rights = rightsIn(text);
  if ('problem' in rights) throw misused(rights.problem as string, rights.hint as string);
  const seconds = parseDuration(duration);
  if (seconds === undefined)
    throw misused(`"${duration.slice(0, 40)}" is no time`, 'Write 2 hours, or 30 minutes.');
  if (reason.trim() === '' || reason.length > REASON_MOST)
    throw misused(
      'the reason is missing, or too long',
      'Say what it is needed for; whoever approves it reads that.',
    );
  const access = { rights, seconds, reason: reason.trim() };
  const { identity, session, resource } = asker;
  const question = { identity, session: session(transaction), resource: resource(), access };
  return constantsQuery('request_access', accessColumns, [rowOf(await grants.request(question))]);
}

function misused(because: string, hint: string): Fault {
  const fault = new Fault('own_call_misused', { because });
  fault.hint = hint;
  return fault;
}

const whyColumns: Columns = {
  rule: 'text',
  reason: 'text',
  what_would_help: 'text',
  decided_at: 'timestamptz',
};

function why(decisionId: string, { asker, denials }: OwnAnswersOptions): string {
  const denial = denials.find(decisionId.trim().toLowerCase(), asker.identity.principal);
  if (denial === undefined) throw new Fault('decision_unknown');
  const { rule, reason, hint, at } = denial;
  const row = { rule, reason: clause(reason), what_would_help: hint, decided_at: new Date(at).toISOString() };
  return constantsQuery('why', whyColumns, [row]);
}

function rowOf({ id, status, resource, rights, from, until, reason, approvers = [] }: Grant) {
  const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  const next =
    status === 'requested'
      ? `It begins when ${approvers.join(' or ')} approves it: portcullis approvals approve ${id.slice(0, 8)}`
      : 'It counts from now on, until its end.';
  return {
    id,
    status,
    resource,
    rights: rightsInWords(rights),
    since: time(from),
    until: time(until),
    reason,
    next,
  };
}
