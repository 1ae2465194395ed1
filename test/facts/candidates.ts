// Statements of the corpus that are held against what the server does with them.
import type { Random } from '../support/random.ts';
import type { Entry } from './corpus/entry.ts';

export type Candidate = Readonly<{
  text: string;
  parameterTypes: readonly number[];
  /** EXPLAIN takes it, and Describe. */
  isQuery: boolean;
}>;

const queries = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);
/** What can be executed in a transaction, asks for rights on what it names, and waits for nobody. */
const others = new Set(['CopyStmt', 'CreateTableAsStmt', 'DeclareCursorStmt', 'TruncateStmt', 'ExplainStmt']);

export const query = (text: string): Candidate => ({ text, parameterTypes: [], isQuery: true });

/** Each text once. */
export function candidatesOf(entries: readonly Entry[]): readonly Candidate[] {
  const byText = new Map<string, Candidate>();
  for (const { text, parameterTypes, type, outcome } of entries) {
    const isQuery = queries.has(type);
    if (outcome !== 'resolved' && outcome !== 'no_query') continue;
    if (isQuery || others.has(type)) byText.set(text, { text, parameterTypes, isQuery });
  }
  return [...byText.values()];
}

export function sample<T>(all: readonly T[], most: number, random: Random): readonly T[] {
  if (all.length <= most) return all;
  const chosen = [...all];
  for (let at = 0; at < most; at++) {
    const other = random.integer(at, chosen.length - 1);
    [chosen[at], chosen[other]] = [chosen[other] as T, chosen[at] as T];
  }
  return chosen.slice(0, most);
}
