// Events of the audit as scenes of a session.
import { type Entry, isMembers, textOf, told } from '../../audit/index.ts';
import { catalogue } from '../../lib/index.ts';
import type { Outcome, SceneBody } from './scene.ts';

/** `waits`: since when what is held waits, by its decision or request; kept from one event to the next. */
export function scenesOf(entry: Entry, waits: Map<string, number>): readonly SceneBody[] {
  const { type } = entry.event;
  switch (type) {
    case 'session.opened':
      return [sessionScene(entry)];
    case 'session.refused':
      return [{ ...refusal(entry), text: undefined }];
    case 'session.ended':
      return [{ kind: 'ended', why: textOf(told(entry, 'why')) ?? textOf(told(entry, 'because')) }];
    case 'statement.intent':
      return [...withApproval(entry), statementScene(entry)];
    case 'statement.outcome':
      return [outcomeScene(entry)];
    case 'statement.refused':
      return [refusal(entry)];
    case 'statement.held':
      return [heldScene(entry, waits)];
    case 'recording.cut': {
      const { because, limit } = membersOf(entry, 'recording');
      return [{ kind: 'cut', because: textOf(because) ?? 'for an unknown reason', limit: numberOf(limit) }];
    }
    default:
      return around(entry, waits);
  }
}

function sessionScene(entry: Entry): SceneBody {
  const { event } = entry;
  const client = membersOf(entry, 'client');
  const actor = textOf(told(entry, 'actor'));
  const { identity } = membersOf(entry, 'input');
  const auth = isMembers(identity) && isMembers(identity.auth) ? identity.auth : {};
  return {
    kind: 'session',
    session: event.session ?? '',
    principal: textOf(told(entry, 'principal')) ?? 'somebody unknown',
    is: textOf(told(entry, 'kind')) ?? 'unknown',
    behalf: actor === undefined ? undefined : `${actor} acting for them`,
    resource: textOf(told(entry, 'resource')) ?? '',
    address: textOf(client.address),
    application: textOf(client.application_name),
    method: textOf(told(entry, 'method')) ?? textOf(auth.method),
  };
}

function statementScene(entry: Entry): SceneBody {
  const decision = membersOf(entry, 'decision');
  const parameters = told(entry, 'parameters');
  return {
    kind: 'statement',
    text: statementText(entry),
    parameters: Array.isArray(parameters) ? parameters.map(parameterText) : [],
    effect: textOf(decision.effect),
    rule: textOf(decision.rule),
  };
}

/** It had waited, or was allowed before. */
function withApproval(entry: Entry): readonly SceneBody[] {
  const { id, approvers } = membersOf(entry, 'approval');
  if (typeof id !== 'string') return [];
  const by = Array.isArray(approvers) && approvers.length > 0 ? approvers.map(String).join(', ') : undefined;
  const what = `runs with approval ${id}`;
  return [{ kind: 'approval', what, by, note: undefined, request: id, waited: undefined }];
}

function statementText(entry: Entry): string | undefined {
  const text = textOf(told(entry, 'text'));
  if (text !== undefined) return text;
  const oid = numberOf(told(entry, 'function'));
  if (oid !== undefined) return `(a call of the function ${oid})`;
  return told(entry, 'path') === 'commit' ? '(the end of the transaction)' : undefined;
}

/** What isn't shown is a mark, or a hash that equal values share. */
function parameterText(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (isMembers(value) && typeof value.hash === 'string') return `(hash ${value.hash.slice(0, 12)})`;
  return '(not kept)';
}

function outcomeScene(entry: Entry): Outcome {
  const outcome = membersOf(entry, 'outcome');
  const masked = isMembers(outcome.masked) ? outcome.masked : {};
  return {
    kind: 'outcome',
    state: textOf(outcome.state) ?? 'unknown',
    milliseconds: numberOf(outcome.milliseconds),
    rows: numberOf(outcome.rows),
    affected: numberOf(outcome.affected),
    bytes: numberOf(outcome.bytes),
    tag: textOf(outcome.tag),
    sqlstate: textOf(outcome.sqlstate),
    maskedColumns: Array.isArray(masked.columns) ? masked.columns.map(String) : [],
    maskedCells: numberOf(masked.cells) ?? 0,
    because: textOf(outcome.because),
  };
}

function refusal(entry: Entry): Extract<SceneBody, { kind: 'refused' }> {
  const decision = membersOf(entry, 'decision');
  const { code: said, sqlstate, message } = membersOf(entry, 'refusal');
  const code = textOf(said) ?? textOf(told(entry, 'code'));
  const isDenied = decision.effect === 'deny';
  const reason = textOf(decision.reason);
  return {
    kind: 'refused',
    rule: isDenied ? textOf(decision.rule) : undefined,
    code,
    sqlstate: textOf(sqlstate),
    message: textOf(message) ?? (isDenied ? deniedWords(decision.rule, reason) : wordsOf(code)),
    hint: isDenied ? textOf(decision.hint) : undefined,
    text: statementText(entry),
  };
}

/** As the client was told. */
const deniedWords = (rule: unknown, reason: string | undefined): string =>
  `refused by policy rule "${String(rule)}": ${reason?.replace(/(?<!\.)\.$/, '') ?? 'the policy does not allow this'}`;

/** The places in it are left as they are: what they held is not in the event. */
function wordsOf(code: string | undefined): string {
  if (code === 'server_error') return 'refused by the server before it ran';
  const entry = catalogue[code as keyof typeof catalogue];
  return entry === undefined ? `refused${code === undefined ? '' : `: ${code}`}` : entry.message;
}

function heldScene(entry: Entry, waits: Map<string, number>): SceneBody {
  const decision = membersOf(entry, 'decision');
  const key = textOf(told(entry, 'decision_id'));
  if (key !== undefined) waits.set(key, Date.parse(entry.event.time));
  return {
    kind: 'held',
    rule: textOf(decision.rule),
    reason: textOf(decision.reason),
    text: statementText(entry),
  };
}

/** What people and administrators did with the session, and what became of requests. */
function around(entry: Entry, waits: Map<string, number>): readonly SceneBody[] {
  const { type } = entry.event;
  const [what, verb = ''] = type.split('.');
  // The statement that it lets run says so itself.
  if (type === 'approval.used') return [];
  if (what === 'approval') return [approvalScene(entry, verb, waits)];
  if (what !== 'administration' && what !== 'session') return [];
  const by = textOf(told(entry, 'by')) ?? textOf(entry.event.principal);
  const { method, status } = membersOf(entry, 'request');
  const words = method === 'DELETE' ? 'the end of the session was asked for' : verb.replaceAll('_', ' ');
  const refused = typeof status === 'number' && status >= 400 ? `, and refused (HTTP ${status})` : '';
  return [{ kind: 'note', text: `${words}${by === undefined ? '' : ` by ${by}`}${refused}` }];
}

function approvalScene(entry: Entry, verb: string, waits: Map<string, number>): SceneBody {
  const { id, requester, approvers, reason, words } = membersOf(entry, 'approval');
  const { approves, words: said } = membersOf(entry, 'answer');
  const at = Date.parse(entry.event.time);
  const request = textOf(id);
  const since = waits.get(request ?? '') ?? waits.get(textOf(told(entry, 'decision_id')) ?? '');
  if (request !== undefined && !waits.has(request)) waits.set(request, since ?? at);
  const people =
    Array.isArray(approvers) && approvers.length > 0 ? approvers.map(String).join(', ') : undefined;
  const by = verb === 'requested' ? textOf(requester) : (textOf(entry.event.principal) ?? people);
  const isAnswer = verb !== 'requested';
  return {
    kind: 'approval',
    what:
      verb === 'decided' && approves !== undefined
        ? approves === true
          ? 'approved'
          : 'not approved'
        : `approval ${verb}`,
    by,
    note: textOf(said) ?? textOf(words) ?? (verb === 'requested' ? textOf(reason) : undefined),
    request,
    waited: isAnswer && since !== undefined ? at - since : undefined,
  };
}

function membersOf(entry: Entry, name: string): Readonly<Record<string, unknown>> {
  const value = told(entry, name);
  return isMembers(value) ? value : {};
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
