// Answers to auditors' questions as pages for people, and the columns of the same as CSV.
import type { Column, Count, CountedBy, Found } from '../../audit/index.ts';
import type { Terminal } from '../command.ts';
import { paintFor, widthFor } from '../page/paint.ts';
import { layRows, type Row } from '../page/rows.ts';

const mostText = 200;

export const eventColumns: readonly Column<Found>[] = [
  { name: 'time', kind: 'time', of: ({ time }) => time },
  { name: 'id', kind: 'text', of: ({ id }) => id },
  { name: 'type', kind: 'text', of: ({ type }) => type },
  { name: 'principal', kind: 'text', of: ({ principal }) => principal },
  { name: 'actor', kind: 'text', of: ({ actor }) => actor },
  { name: 'resource', kind: 'text', of: ({ resource }) => resource },
  { name: 'session', kind: 'text', of: ({ session }) => session },
  { name: 'decision', kind: 'text', of: ({ decision }) => decision },
  { name: 'effect', kind: 'text', of: ({ effect }) => effect },
  { name: 'rule', kind: 'text', of: ({ rule }) => rule },
  { name: 'answer', kind: 'text', of: ({ answer }) => answer },
  { name: 'approvers', kind: 'list', of: ({ approvers }) => approvers },
  { name: 'text', kind: 'text', of: ({ text }) => text },
  { name: 'state', kind: 'text', of: ({ outcome }) => asText(outcome?.state) },
  { name: 'rows', kind: 'integer', of: ({ outcome }) => asNumber(outcome?.rows) },
];

export const countColumns = (by: CountedBy): readonly Column<Count>[] => [
  { name: by, kind: 'text', of: ({ value }) => value },
  { name: 'times', kind: 'integer', of: ({ times }) => times },
  { name: 'first', kind: 'time', of: ({ first }) => first },
  { name: 'last', kind: 'time', of: ({ last }) => last },
];

export function countTable(terminal: Terminal, by: CountedBy, counts: readonly Count[]): string {
  const rows = counts.map(
    ({ value, times, first, last }): Row => [
      ...[value === '' ? '(none)' : value, times.toLocaleString('en'), toSecond(first), toSecond(last)],
    ],
  );
  return page(terminal, [heading([by === 'principal' ? 'who' : by, 'times', 'first', 'last']), ...rows]);
}

export function eventPage(terminal: Terminal, found: readonly Found[]): string {
  const rows = found.map(
    (each): Row => [
      toSecond(each.time),
      who(each),
      { text: what(each), style: each.type.endsWith('.refused') ? 'red' : 'bold' },
      [said(each), each.rule === undefined ? '' : `[${each.rule}]`].filter(Boolean).join('  '),
    ],
  );
  return page(terminal, [heading(['time (UTC)', 'who', 'what', '']), ...rows]);
}

const heading = (texts: readonly string[]): Row => texts.map((text) => ({ text, style: 'bold' as const }));

const page = (terminal: Terminal, rows: readonly Row[]): string =>
  `${layRows(rows, { width: widthFor(terminal), paint: paintFor(terminal), indent: 0 }).join('\n')}\n`;

const toSecond = (time: string): string => time.slice(0, 19).replace('T', ' ');

const who = ({ principal, actor }: Found): string =>
  actor === undefined ? (principal ?? '') : `${principal} through ${actor}`;

/** What isn't here is called as in the event. */
const names: Readonly<Record<string, string>> = {
  'statement.refused': 'refused',
  'statement.held': 'waits for approval',
  'session.opened': 'logged in',
  'session.refused': 'login refused',
  'session.ended': 'left',
  'approval.requested': 'asks for approval',
  'approval.used': 'ran by approval',
  'approval.withdrawn': 'request withdrawn',
};

const effects: Readonly<Record<string, string>> = {
  allow: 'ran',
  mask: 'ran, masked',
  require_approval: 'ran, approved',
};

/** Of a statement that was let through, how it was and what became of it. */
function what({ type, answer, effect, outcome }: Found): string {
  if (answer !== undefined) return answer;
  if (type !== 'statement.intent') return names[type] ?? type;
  const named = effects[effect ?? 'allow'] ?? effect;
  const state = asText(outcome?.state);
  if (state === undefined) return `${named}`;
  if (state === 'skipped') return state;
  if (state === 'refused') return [state, asText(outcome?.sqlstate)].filter(Boolean).join(', ');
  if (state !== 'complete') return `${named}, ${state}`;
  const changed = asNumber(outcome?.affected) ?? 0;
  const rows = asNumber(outcome?.rows) ?? 0;
  if (changed > 0) return `${named}, ${rowsOf(changed)} changed`;
  return rows > 0 ? `${named}, ${rowsOf(rows)}` : `${named}`;
}

const rowsOf = (count: number): string => (count === 1 ? '1 row' : `${count.toLocaleString('en')} rows`);

function said({ text, approvers, resource, id, entry: { event } }: Found): string {
  const flat =
    text?.replace(/\s+/g, ' ') ?? ofSession(event) ?? ofApproval(event) ?? ofRequest(event) ?? resource ?? id;
  const short = flat.length > mostText ? `${flat.slice(0, mostText)}…` : flat;
  return approvers.length === 0 ? short : `${short}  (approved by ${approvers.join(', ')})`;
}

function ofSession({ client, refusal, why }: Found['entry']['event']): string | undefined {
  const address = isObject(client) ? asText(client.address) : undefined;
  const because = isObject(refusal) ? asText(refusal.because) : asText(why);
  const from = address === undefined ? undefined : `from ${address}`;
  return [from, because].filter((each) => each !== undefined).join(': ') || undefined;
}

function ofApproval({ approval, answer }: Found['entry']['event']): string | undefined {
  if (isObject(answer) && asText(answer.words) !== undefined) return asText(answer.words);
  return isObject(approval) ? (asText(approval.words) ?? asText(approval.reason)) : undefined;
}

/** What an administrator has sent. */
const ofRequest = ({ request }: Found['entry']['event']): string | undefined =>
  isObject(request) ? `${request.method} ${request.path}` : undefined;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const asNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
