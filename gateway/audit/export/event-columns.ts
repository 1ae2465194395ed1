// The columns of an export: one row an event. What a statement came to is the row of its outcome, with the same `statement`.
import { agreedOf, answerOf } from '../query/found.ts';
import type { Entry } from '../query/source/entry.ts';
import { isMembers, textOf, told, toldTogether } from '../query/source/told.ts';
import { touchedBy } from '../query/touched.ts';
import type { Cell, Column } from './column.ts';

type Kind = Column<Entry>['kind'];

const member = (name: string, kind: Kind, of: (entry: Entry) => Cell): Column<Entry> => ({ name, kind, of });
const text = (name: string): Column<Entry> => member(name, 'text', (entry) => textOf(told(entry, name)));
const list = (name: 'columns' | 'labels' | 'relations'): Column<Entry> =>
  member(name, 'list', ({ subjects: { statement } }) =>
    statement === undefined ? undefined : touchedBy(statement)[name],
  );
const inside = (name: string, of: string, kind: Kind, as: string = name): Column<Entry> =>
  member(as, kind, (entry) => cellOf(toldTogether(entry, of)[name]));

export const eventColumns: readonly Column<Entry>[] = [
  member('time', 'time', ({ event }) => event.time),
  member('id', 'text', ({ event }) => event.id),
  member('type', 'text', ({ event }) => event.type),
  member('chain', 'text', ({ event }) => event.chain),
  member('seq', 'integer', ({ event }) => event.seq),
  member('session', 'text', ({ event }) => event.session),
  member('statement', 'text', ({ event }) => event.statement),
  text('decision_id'),
  text('principal'),
  text('kind'),
  text('actor'),
  member('resource', 'text', (entry) => {
    const resource = told(entry, 'resource');
    return textOf(isMembers(resource) ? resource.name : resource);
  }),
  inside('address', 'client', 'text', 'client_address'),
  inside('application_name', 'client', 'text'),
  text('path'),
  text('text'),
  member('parameters', 'json', ({ event }) => jsonOf(event.parameters)),
  list('columns'),
  list('labels'),
  list('relations'),
  inside('effect', 'decision', 'text'),
  inside('rule', 'decision', 'text'),
  inside('reason', 'decision', 'text'),
  text('revision'),
  inside('code', 'refusal', 'text', 'refusal'),
  inside('id', 'approval', 'text', 'approval'),
  member('answer', 'text', answerOf),
  member('approvers', 'list', agreedOf),
  member('words', 'text', wordsOf),
  text('why'),
  member('policy', 'json', ({ event }) => jsonOf(event.policy)),
  inside('state', 'outcome', 'text'),
  inside('milliseconds', 'outcome', 'number'),
  inside('rows', 'outcome', 'integer'),
  inside('bytes', 'outcome', 'integer'),
  inside('affected', 'outcome', 'integer'),
  inside('sqlstate', 'outcome', 'text'),
  inside('tag', 'outcome', 'text'),
  member('masked_columns', 'list', (entry) => listOf(maskedOf(entry)?.columns)),
  member('masked_cells', 'integer', (entry) => numberOf(maskedOf(entry)?.cells)),
  member('hash', 'text', ({ event }) => event.hash),
];

/** As a last column, for those who can take JSON apart. */
export const wholeEvent: Column<Entry> = member('event', 'json', (entry) => jsonLine(entry));

/** As sinks have it: with its subjects, so that it stands for itself, and its hash can be checked. */
export function jsonLine({ event: { version, id, ...event }, subjects }: Entry): string {
  const own = Object.keys(subjects).length === 0 ? {} : { subjects };
  return JSON.stringify({ version, id, ...event, ...own });
}

/** Of whoever answered or withdrew. */
function wordsOf({ event: { answer, approval } }: Entry): string | undefined {
  const said = isMembers(answer) ? textOf(answer.words) : undefined;
  return said ?? (isMembers(approval) ? textOf(approval.words) : undefined);
}

function maskedOf({ event: { outcome } }: Entry): Readonly<Record<string, unknown>> | undefined {
  const masked = isMembers(outcome) ? outcome.masked : undefined;
  return isMembers(masked) ? masked : undefined;
}

const cellOf = (value: unknown): Cell =>
  typeof value === 'string' || typeof value === 'number' ? value : undefined;
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const listOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined;
const jsonOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);
