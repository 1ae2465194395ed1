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
      return [statementScene(entry)];
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
    message:
      textOf(message) ?? (isDenied && reason !== undefined ? `refused by policy: ${reason}` : wordsOf(code)),
    hint: isDenied ? textOf(decision.hint) : undefined,
    text: statementText(entry),
  };
}

/** The places in it are left as they are: what they held is not in the event. */
function wordsOf(code: string | undefined): string {
  if (code === 'server_error') return 'refused by the server before it ran';
  const entry = catalogue[code as keyof typeof catalogue];
  return entry === undefined ? `refused${code === undefined ? '' : `: ${code}`}` : entry.message;
}

function heldScene(entry: Entry, waits: Map<string, number>): SceneBody {
  const decision = membersOf(entry, 'decision');
  const request = requestOf(entry);
  for (const key of [request, textOf(told(entry, 'decision_id'))])
    if (key !== undefined) waits.set(key, Date.parse(entry.event.time));
  return { kind: 'held', rule: textOf(decision.rule), reason: textOf(decision.reason), request };
}

/** What people and administrators did with the session, and what became of requests. */
function around(entry: Entry, waits: Map<string, number>): readonly SceneBody[] {
  const { type, time } = entry.event;
  const [what, verb = ''] = type.split('.');
  if (what === 'approval') {
    const request = requestOf(entry);
    const key = [request, textOf(told(entry, 'decision_id'))].find((id) => id !== undefined && waits.has(id));
    const since = key === undefined ? undefined : waits.get(key);
    const at = Date.parse(time);
    if (request !== undefined && !waits.has(request)) waits.set(request, at);
    const isAnswer = verb !== 'requested';
    return [
      {
        kind: 'approval',
        what: approvalWords(verb, entry),
        by: peopleOf(entry),
        note: textOf(membersOf(entry, 'approval').note) ?? textOf(told(entry, 'note')),
        request,
        waited: isAnswer && since !== undefined ? at - since : undefined,
      },
    ];
  }
  if (what !== 'administration' && what !== 'session') return [];
  const by = peopleOf(entry);
  return [
    {
      kind: 'note',
      text: `${type.replaceAll('.', ' ').replaceAll('_', ' ')}${by === undefined ? '' : ` by ${by}`}`,
    },
  ];
}

function approvalWords(verb: string, entry: Entry): string {
  const { decision, status } = membersOf(entry, 'approval');
  const said = textOf(decision) ?? textOf(status) ?? textOf(told(entry, 'answer'));
  if (verb === 'decided' && said !== undefined) return said;
  return verb === 'requested' ? 'approval was asked for' : `approval ${verb}`;
}

function requestOf(entry: Entry): string | undefined {
  return textOf(membersOf(entry, 'approval').id) ?? textOf(told(entry, 'request'));
}

function peopleOf(entry: Entry): string | undefined {
  const approval = membersOf(entry, 'approval');
  const approvers = approval.approvers ?? told(entry, 'approvers');
  const by = textOf(told(entry, 'by')) ?? textOf(approval.by);
  if (by !== undefined) return by;
  return Array.isArray(approvers) && approvers.length > 0 ? approvers.map(String).join(', ') : undefined;
}

function membersOf(entry: Entry, name: string): Readonly<Record<string, unknown>> {
  const value = told(entry, name);
  return isMembers(value) ? value : {};
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
