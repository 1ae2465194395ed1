// Puts the gateway's own functions in front of a guard: portcullis.my_access, .request_access and .why.
import { type Grant, parseDuration, rightsIn, rightsInWords } from '../../grants/index.ts';
import { Fault } from '../../lib/index.ts';
import { allow, deny, type Effect, type Guard, type Statement } from '../../session/index.ts';
import type { Asker } from '../asker.ts';
import type { GrantOffice } from '../grants/grant-office.ts';
import { clause } from '../guard/verdict.ts';
import { boundTo, typesOf } from './bound.ts';
import type { Denials } from './denials.ts';
import { type Misuse, mayBeOwnCall, type OwnCall, ownCallOf } from './own-call.ts';
import type { RecordedDenials } from './recorded-denials.ts';
import { type AnswerRow, type Columns, JSON_TYPE, jsonConstant, jsonOf, rowsQuery } from './rows-query.ts';

export type OwnAnswersOptions = Readonly<{
  asker: Asker;
  grants: GrantOffice;
  denials: Denials;
  /** Those that this process doesn't remember. */
  recordedDenials: RecordedDenials;
}>;

const ROWS_MOST = 200;
const REASON_MOST = 1_000;

export function answeringItself(guard: Guard, options: OwnAnswersOptions): Guard {
  return {
    ...guard,
    decide: (statement) => {
      const { path, text, prepared } = statement;
      if (prepared?.asked !== undefined && path !== 'parse')
        return bound(ownCallOf(prepared.asked.parsed.read()), statement, guard, options);
      if ((path !== 'query' && path !== 'parse') || text === undefined || !mayBeOwnCall(text))
        return guard.decide(statement);
      const call = ownCallOf(statement.parsed());
      if (call === undefined) return guard.decide(statement);
      if ('misuse' in call) return misuse(call);
      return path === 'parse' ? prepares(call, statement) : answered(call, statement, guard, options);
    },
  };
}

async function answered(
  { name, given }: OwnCall,
  statement: Statement,
  guard: Guard,
  options: OwnAnswersOptions,
): Promise<Effect> {
  const constants = constantsOf(given);
  if ('misuse' in constants) return misuse(constants as Misuse);
  await statement.answered();
  // What a failed transaction is told, the server knows best.
  if (statement.transaction === 'failed') return guard.decide(statement);
  return await telling(async () => {
    const rows = await rowsOf(name, constants, statement, options);
    return { of: 'query', text: rowsQuery(name, columnsOf[name], jsonConstant(jsonOf(rows))) };
  });
}

/** The server keeps a query with one parameter more, which the rows come in. */
function prepares(call: OwnCall, { prepared }: Statement): Effect {
  const types = typesOf(call, prepared?.parameterTypes ?? []);
  if ('misuse' in types) return misuse(types);
  const text = rowsQuery(call.name, columnsOf[call.name], `$${types.length + 1}`);
  return { kind: 'allow', instead: { of: 'parse', text, parameterTypes: [...types, JSON_TYPE] } };
}

/** It is answered when it is bound, however often its portal is executed. */
async function bound(
  call: OwnCall | Misuse | undefined,
  statement: Statement,
  guard: Guard,
  options: OwnAnswersOptions,
): Promise<Effect> {
  if (call === undefined || 'misuse' in call) return guard.decide(statement);
  if (statement.path !== 'bind') return allow;
  const given = boundTo(call, (statement.prepared?.parameterTypes ?? []).slice(0, -1), statement.values());
  if ('misuse' in given) return misuse(given as Misuse);
  await statement.answered();
  // What came before it has failed, and nobody hears the answer.
  if (statement.signal.aborted) return deny(new Fault('statement_cancelled'));
  if (statement.transaction === 'failed') return { kind: 'allow', instead: { of: 'bind', value: '[]' } };
  return await telling(async () => {
    return { of: 'bind', value: jsonOf(await rowsOf(call.name, given, statement, options)) };
  });
}

async function telling(
  answer: () => Promise<NonNullable<Extract<Effect, { kind: 'allow' }>['instead']>>,
): Promise<Effect> {
  try {
    return { kind: 'allow', instead: await answer() };
  } catch (thrown) {
    if (thrown instanceof Fault) return deny(thrown);
    throw thrown;
  }
}

const misuse = ({ misuse: because }: Misuse): Effect => deny(new Fault('own_call_misused', { because }));

type Arguments = Readonly<Record<string, string>>;

/** A text that is sent as a simple query has no parameters. */
function constantsOf(given: OwnCall['given']): Arguments | Misuse {
  const other = Object.keys(given).find((parameter) => typeof given[parameter] !== 'string');
  return other === undefined ? (given as Arguments) : { misuse: `${other} is no text constant` };
}

async function rowsOf(
  name: OwnCall['name'],
  given: Arguments,
  statement: Statement,
  options: OwnAnswersOptions,
): Promise<readonly AnswerRow[]> {
  switch (name) {
    case 'my_access':
      return await myAccess(options);
    case 'request_access':
      return [await requestAccess(given, statement, options)];
    case 'why':
      return [await why(given.decision_id ?? '', options)];
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
async function myAccess({ asker: { identity }, grants }: OwnAnswersOptions): Promise<readonly AnswerRow[]> {
  const found = (await grants.hasState())
    ? await (await grants.grants()).list({ principal: identity.principal, most: ROWS_MOST })
    : [];
  const own = found.filter(
    (grant) =>
      (grant.status === 'active' || grant.status === 'requested') &&
      JSON.stringify(grant.identity.actor) === JSON.stringify(identity.actor),
  );
  return own.map(rowOf);
}

async function requestAccess(
  { rights: text = '', duration = '', reason = '' }: Arguments,
  { transaction }: Statement,
  { asker, grants }: OwnAnswersOptions,
): Promise<AnswerRow> {
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
  return rowOf(await grants.request(question));
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

const columnsOf: Readonly<Record<OwnCall['name'], Columns>> = {
  my_access: accessColumns,
  request_access: accessColumns,
  why: whyColumns,
};

async function why(
  decisionId: string,
  { asker, denials, recordedDenials }: OwnAnswersOptions,
): Promise<AnswerRow> {
  const id = decisionId.trim().toLowerCase();
  const { principal } = asker.identity;
  const denial = denials.find(id, principal) ?? (await recordedDenials.find(id, principal));
  if (denial === undefined) throw new Fault('decision_unknown');
  const { rule, reason, hint, at } = denial;
  return { rule, reason: clause(reason), what_would_help: hint, decided_at: new Date(at).toISOString() };
}

function rowOf({ id, status, resource, rights, from, until, reason, approvers = [] }: Grant): AnswerRow {
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
