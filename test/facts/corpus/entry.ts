// One statement of the corpus and what became of it.
import type { StatementKind } from '../../../gateway/sql/index.ts';

/**
 * `resolved`: every query in it has an analyzed tree, read to the last field. `no_query`: it holds no query, so that its
 * syntax says all there is. `refused`: the server refuses it too. `unresolved`: the server takes it, we have no tree.
 */
export type Outcome = 'resolved' | 'no_query' | 'refused' | 'unresolved';

export type Entry = Readonly<{
  /** "regression", "programs", … */
  source: string;
  /** A file, a program, an item of a catalogue. */
  group: string;
  text: string;
  parameterTypes: readonly number[];
  /** Undefined for a text that the grammar refuses. */
  kind: StatementKind | undefined;
  /** The statement's own node type, or "unreadable". */
  type: string;
  outcome: Outcome;
  /** Why there is no tree. */
  reason: string | undefined;
  /** How many parts with names in them were asked about. */
  queries: number;
  /** What the server said in the end; undefined when it took the statement. */
  sqlstate: string | undefined;
}>;

/** What a source of statements does with each. */
export type Collect = (entry: Entry) => void;
