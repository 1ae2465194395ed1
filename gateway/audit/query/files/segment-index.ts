// What is in a segment, so that a question passes it over that asks for something else.
import { requesterOf } from '../found.ts';
import { isApproval, isRefusedState } from '../matches.ts';
import type { Question } from '../question.ts';
import type { Entry } from '../source/entry.ts';
import { textOf, told } from '../source/told.ts';
import { touchedBy } from '../touched.ts';
import { Bloom } from './bloom.ts';

const version = 2;

export type SegmentIndex = Readonly<{
  version: number;
  /** Of the file that it is about: another one has another index. */
  bytes: number;
  modified: number;
  events: number;
  first: string;
  last: string;
  principals: readonly string[];
  columns: readonly string[];
  labels: readonly string[];
  relations: readonly string[];
  /** Lines of which nobody knows what they say. */
  unreadable: number;
  /** Events, and outcomes that say so. */
  refusals: number;
  /** Intents whose outcome stands elsewhere, if anywhere. */
  open: number;
  approvals: number;
  /** As {@link Bloom}. */
  sessions: string;
  /** Of events, statements, decisions and approvals. */
  ids: string;
}>;

export class IndexBuilder {
  readonly #principals = new Set<string>();
  readonly #columns = new Set<string>();
  readonly #labels = new Set<string>();
  readonly #relations = new Set<string>();
  readonly #sessions = new Set<string>();
  readonly #ids = new Set<string>();
  readonly #open = new Set<string>();
  readonly #seen = new WeakSet<object>();
  #events = 0;
  #refusals = 0;
  #approvals = 0;
  #first = '';
  #last = '';

  add(entry: Entry): void {
    const { event, subjects } = entry;
    this.#events += 1;
    if (this.#first === '' || event.time < this.#first) this.#first = event.time;
    if (event.time > this.#last) this.#last = event.time;
    if (event.session !== undefined) this.#sessions.add(event.session);
    for (const id of [event.id, event.statement, event.decision_id, (event.approval as { id?: unknown })?.id])
      if (typeof id === 'string') this.#ids.add(id);
    if (event.type.endsWith('.refused') || isRefusedState(event.outcome)) this.#refusals += 1;
    if (event.type === 'statement.intent') this.#open.add(event.statement ?? event.id);
    else if (event.type === 'statement.outcome') this.#open.delete(event.statement ?? '');
    if (isApproval(entry)) this.#approvals += 1;
    const requester = requesterOf(entry);
    if (requester !== undefined) this.#principals.add(requester);
    if (event.principal === undefined && this.#seen.has(subjects)) return;
    this.#seen.add(subjects);
    const principal = textOf(told(entry, 'principal'));
    if (principal !== undefined) this.#principals.add(principal);
    if (subjects.statement === undefined) return;
    const touched = touchedBy(subjects.statement);
    for (const column of touched.columns) this.#columns.add(column);
    for (const label of touched.labels) this.#labels.add(label);
    for (const relation of touched.relations) this.#relations.add(relation);
  }

  build(file: Readonly<{ bytes: number; modified: number }>, unreadable: number): SegmentIndex {
    return {
      ...{ version, ...file, events: this.#events, first: this.#first, last: this.#last },
      ...{ principals: [...this.#principals], columns: [...this.#columns], labels: [...this.#labels] },
      ...{ relations: [...this.#relations], refusals: this.#refusals, approvals: this.#approvals },
      ...{ open: this.#open.size, unreadable },
      ...{ sessions: String(Bloom.of(this.#sessions)), ids: String(Bloom.of(this.#ids)) },
    };
  }
}

export const isIndexOf = (
  index: Partial<SegmentIndex>,
  file: Readonly<{ bytes: number; modified: number }>,
): index is SegmentIndex =>
  index.version === version && index.bytes === file.bytes && index.modified === file.modified;

/** False: no event in it is what is asked for. */
export function mayAnswer(index: SegmentIndex, question: Question): boolean {
  const { since, until, column, label, relation, principal, session, id, refused, approved } = question;
  if (index.events === 0) return false;
  if (since !== undefined && Date.parse(index.last) < since) return false;
  if (until !== undefined && Date.parse(index.first) >= until) return false;
  if (column !== undefined && !index.columns.includes(column)) return false;
  if (label !== undefined && !index.labels.includes(label)) return false;
  if (relation !== undefined && !index.relations.includes(relation)) return false;
  if (principal !== undefined && !index.principals.includes(principal)) return false;
  if (refused === true && index.refusals === 0 && index.open === 0) return false;
  if (approved === true && index.approvals === 0) return false;
  if (session !== undefined && !Bloom.parse(index.sessions).mayHave(session)) return false;
  return id === undefined || Bloom.parse(index.ids).mayHave(id);
}

/** False: none of these statements has its outcome in it. */
export function mayHaveOutcome(index: SegmentIndex, statements: readonly string[]): boolean {
  const ids = Bloom.parse(index.ids);
  return statements.some((statement) => ids.mayHave(statement));
}
