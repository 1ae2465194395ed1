// Asks the server how many rows of each table the open transaction has changed so far: triggers and cascades included.
import { serialize } from 'pg-protocol';
import { backend } from '../../wire/index.ts';
import type { AnswerListener } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import { Expectation, Kind } from '../expectation.ts';
import { readTextRow } from '../row.ts';

/** Rows inserted, updated and deleted, by table; undefined while the server does not count. */
export type ChangedRows = ReadonlyMap<string, number> | undefined;

/** Nothing in it may be looked up by a search path that is the client's. */
const QUESTION = `SELECT 'counts', pg_catalog.current_setting('track_counts')
UNION ALL
SELECT changed.oid::pg_catalog.text, changed.count::pg_catalog.text FROM (
  SELECT c.oid, pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid)
    OPERATOR(pg_catalog.+) pg_catalog.pg_stat_get_xact_tuples_updated(c.oid)
    OPERATOR(pg_catalog.+) pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) AS count
  FROM pg_catalog.pg_class c
  WHERE (c.relkind OPERATOR(pg_catalog.=) 'r'::pg_catalog."char" OR c.relkind OPERATOR(pg_catalog.=) 'm'::pg_catalog."char")
    AND c.relnamespace OPERATOR(pg_catalog.<>) 11::pg_catalog.oid
) AS changed WHERE changed.count OPERATOR(pg_catalog.>) 0::pg_catalog.int8`;

const NAME = 'portcullis count';

/**
 * How it ends. `open`: the client's Query follows, which the server skips with it should it fail. `flush`: it stands in
 * a segment of the client's. `sync`: it is a segment of its own, in a transaction's block.
 */
export type QuestionEnd = 'open' | 'flush' | 'sync';

/** `ready`: the body of its ReadyForQuery; without `rows` it has failed. */
export type Counted = Readonly<{ rows: ChangedRows | 'failed'; ready: Buffer | undefined }>;

/** The messages, already entered as expected. */
export function askChangedRows(
  exchange: Exchange,
  end: QuestionEnd,
  told: (counted: Counted) => void,
): Buffer {
  const listener = new Listener(end, told);
  const answer = { to: 'listener', listener } as const;
  const parts = [
    // A segment that failed may have left both behind.
    serialize.close({ type: 'S', name: NAME }),
    serialize.parse({ name: NAME, text: QUESTION }),
    serialize.close({ type: 'P', name: NAME }),
    serialize.bind({ portal: NAME, statement: NAME, values: [] }),
    serialize.execute({ portal: NAME }),
    serialize.close({ type: 'P', name: NAME }),
    serialize.close({ type: 'S', name: NAME }),
  ];
  const { close, parse, bind, execute } = Kind;
  for (const kind of [close, parse, close, bind, execute, close, close]) {
    exchange.sent(new Expectation(kind, answer));
  }
  if (end === 'sync') {
    parts.push(serialize.sync());
    exchange.sent(new Expectation(Kind.sync, answer));
  } else if (end === 'flush') parts.push(serialize.flush());
  return Buffer.concat(parts);
}

class Listener implements AnswerListener {
  readonly standalone: boolean;
  readonly #end: QuestionEnd;
  readonly #told: (counted: Counted) => void;
  readonly #rows = new Map<string, number>();
  #counts = false;
  #failed = false;

  constructor(end: QuestionEnd, told: (counted: Counted) => void) {
    this.standalone = end === 'sync';
    this.#end = end;
    this.#told = told;
  }

  message(type: number, body: Buffer): void {
    switch (type) {
      case backend.dataRow:
        this.#row(body);
        return;
      case backend.errorResponse:
        this.#failed = true;
        return;
      case backend.commandComplete:
        if (this.#end !== 'sync') this.#tell(undefined);
        return;
      case backend.readyForQuery:
        this.#tell(Buffer.from(body));
    }
  }

  skipped(): void {
    this.#failed = true;
  }

  #row(body: Buffer): void {
    const [table, value] = readTextRow(body);
    if (table === 'counts') this.#counts = value === 'on';
    else this.#rows.set(table ?? '', Number(value));
  }

  #tell(ready: Buffer | undefined): void {
    this.#told({ rows: this.#failed ? 'failed' : this.#counts ? this.#rows : undefined, ready });
  }
}

/** How many rows were changed between two moments of a transaction; undefined when a count was lost, as by TRUNCATE. */
export function changedBetween(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): number | undefined {
  let sum = 0;
  for (const [table, count] of before) if ((after.get(table) ?? 0) < count) return undefined;
  for (const [table, count] of after) sum += count - (before.get(table) ?? 0);
  return sum;
}

/** The same by table; undefined when a count was lost. */
export function changedByTable(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> | undefined {
  if (changedBetween(before, after) === undefined) return undefined;
  const counts = [...after].map(([table, count]) => [table, count - (before.get(table) ?? 0)] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}
