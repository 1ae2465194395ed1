// Some of the rows that a commit would change, as they were and as they are, for approvers to whom the policy shows them.
import type { Client } from 'pg';
import type { ChangedRow, RowSample, RowValues } from '../../../approval/index.ts';
import {
  askInSession,
  type DatabaseFacts,
  type QuestionRows,
  quoteIdentifier,
} from '../../../catalog/index.ts';
import type { Ran, Statement } from '../../../session/index.ts';
import type { Column, Relation } from '../../../sql/index.ts';

export type SamplingOptions = Readonly<{
  ran: readonly Ran[];
  /** Rows of each table. */
  most: number;
  statement: Statement;
  facts: Pick<DatabaseFacts, 'relation'>;
  /** Another session of the same credential: it sees the rows as they were. */
  open: (signal: AbortSignal) => Promise<Client>;
}>;

const TABLES_MOST = 5;
const COLUMNS_MOST = 30;
const VALUE_MOST = 200;
/** Of a table's rows, in each of the two sessions; the locks are kept meanwhile. */
const LOOK_MS = 2_000;
const CONNECT_MS = 3_000;
/** Rows that the transaction has only locked look as if it had changed them. */
const CANDIDATES = 5;

/** Empty where there are no rows to show. */
export async function rowSamples(options: SamplingOptions): Promise<readonly RowSample[]> {
  const relations = relationsOf(options);
  const id = relations.length === 0 ? undefined : await ownTransaction(options.statement);
  if (id === undefined) return [];
  const signal = AbortSignal.any([options.statement.signal, AbortSignal.timeout(CONNECT_MS)]);
  const other = await options.open(signal).catch(() => undefined);
  try {
    const samples: RowSample[] = [];
    for (const relation of relations) samples.push(await sampleOf(new Table(relation), id, other, options));
    return samples;
  } finally {
    await other?.end().catch(() => undefined);
  }
}

/** Those with the most changes first. */
function relationsOf({ ran, facts }: SamplingOptions): readonly Relation[] {
  const counts = new Map<number, number>();
  for (const { tables } of ran)
    for (const [id, count] of tables ?? [])
      if (/^\d+$/.test(id)) counts.set(Number(id), (counts.get(Number(id)) ?? 0) + count);
  return [...counts]
    .sort(([, one], [, another]) => another - one)
    .flatMap(([oid]) => facts.relation(oid) ?? [])
    .filter(({ kind, temporary }) => kind === 'table' && !temporary)
    .slice(0, TABLES_MOST);
}

/** Its number, beside which those of its savepoints are later ones. */
async function ownTransaction(statement: Statement): Promise<string | undefined> {
  const [row] = await statement.ask('SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text');
  return row?.[0] ?? undefined;
}

async function sampleOf(
  table: Table,
  id: string,
  other: Client | undefined,
  { most, statement }: SamplingOptions,
): Promise<RowSample> {
  const found = other && (await asTheyWere(table, id, other, most).catch(() => undefined));
  const before = found ?? [];
  const places = before.map(({ place }) => place);
  const keys = before.flatMap(({ key }) => key ?? []);
  const steps = [
    { text: "SET LOCAL search_path = ''" },
    { text: table.stillThere, values: [arrayOf(places)] },
    { text: table.changed(most), values: [id, arrayOf(keys)] },
  ];
  const answer = await statement.session.lend((questions) => askInSession(questions, LOOK_MS, steps));
  const { name, hidden } = table;
  if ('kind' in answer) return { table: name, hidden, rows: [], problem: 'its rows could not be looked at' };
  const [, there = [], after = []] = answer;
  const locked = new Set(there.map(([place]) => place));
  const rows = paired(
    before.filter(({ place }) => !locked.has(place)).slice(0, most),
    after.map((row) => table.read(row)),
  );
  const problem = found === undefined ? 'how its rows were could not be looked at' : undefined;
  return { table: name, hidden, rows: rows.slice(0, most), ...(problem === undefined ? {} : { problem }) };
}

/** In the other session. */
async function asTheyWere(
  table: Table,
  id: string,
  other: Client,
  most: number,
): Promise<readonly Version[]> {
  await other.query('BEGIN READ ONLY');
  try {
    await other.query(`SET LOCAL statement_timeout = ${LOOK_MS}; SET LOCAL search_path = ''`);
    const text = table.superseded(most * CANDIDATES);
    const { rows } = await other.query({ text, values: [id], rowMode: 'array' });
    return (rows as QuestionRows).map((row) => table.read(row));
  } finally {
    await other.query('ROLLBACK');
  }
}

/** One version of a row. `key`: undefined where the table has none. */
type Version = Readonly<{ place: string; key: string | undefined; values: RowValues }>;

/** A row that was updated has its key in both, unless that was changed. */
function paired(before: readonly Version[], after: readonly Version[]): readonly ChangedRow[] {
  const left = new Set(after);
  const changed = before.map(({ key, values }) => {
    const now = key === undefined ? undefined : after.find((each) => each.key === key && left.has(each));
    if (now !== undefined) left.delete(now);
    return { before: values, ...(now === undefined ? {} : { after: now.values }) };
  });
  return [...changed, ...[...left].map(({ values }) => ({ after: values }))];
}

class Table {
  readonly name: string;
  /** The columns with labels, whose values nobody is shown. */
  readonly hidden: readonly string[];
  readonly #from: string;
  readonly #key: string;
  readonly #shown: readonly Column[];

  constructor({ schema, name, columns, keys }: Relation) {
    this.name = `${schema}.${name}`;
    this.#from = `FROM ONLY ${quoteIdentifier(schema)}.${quoteIdentifier(name)} AS t`;
    const all = columns.filter((column) => column !== undefined);
    this.hidden = all.filter(({ labels }) => labels.length > 0).map((column) => column.name);
    this.#shown = all.filter(({ labels }) => labels.length === 0).slice(0, COLUMNS_MOST);
    const parts = keys.find(({ primary }) => primary)?.columns.map((number) => columns[number - 1]?.name);
    const key = parts?.map((part) => `t.${quoteIdentifier(part ?? '')}`).join(', ');
    // As the server prints it: no cast of the client's own is called.
    this.#key = key === undefined ? 'NULL::pg_catalog.text' : `pg_catalog.format('%s', ROW(${key}))`;
  }

  /** Versions that the transaction has ended; those that others change or lock, which are still there for it, too. */
  superseded(most: number): string {
    const bound = '(SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text::pg_catalog.int8)';
    return `${this.#select} WHERE ${isUnderWay('t.xmax', bound)} LIMIT ${most}`;
  }

  /** Versions that the transaction has made, those of the given keys first: what others have under way it doesn't see. */
  changed(most: number): string {
    return `${this.#select} WHERE ${isUnderWay('t.xmin')}
ORDER BY ${this.#key} = ANY ($2::pg_catalog.text[]) DESC NULLS LAST LIMIT ${most}`;
  }

  get stillThere(): string {
    return `SELECT t.ctid::pg_catalog.text ${this.#from} WHERE t.ctid = ANY ($1::pg_catalog.tid[])`;
  }

  get #select(): string {
    const values = this.#shown.map(({ name }) => {
      const column = `t.${quoteIdentifier(name)}`;
      return `CASE WHEN ${column} IS NULL THEN NULL
  ELSE pg_catalog."left"(pg_catalog.format('%s', ${column}), ${VALUE_MOST}) END`;
    });
    return `SELECT ${['t.ctid::pg_catalog.text', this.#key, ...values].join(', ')} ${this.#from}`;
  }

  read([place, key, ...values]: QuestionRows[number]): Version {
    const named = this.#shown.map(({ name }, index) => [name, values[index] ?? null] as const);
    return { place: place ?? '', key: key ?? undefined, values: Object.fromEntries(named) };
  }
}

/**
 * Of a transaction that a row names in 32 bits: it is the one of $1 or began later, and has not ended. What stands there
 * may also be no transaction, but several: nobody may be asked of a number that comes only after `bound`.
 */
function isUnderWay(column: string, bound?: string): string {
  const number = `${column}::pg_catalog.text::pg_catalog.int8`;
  const later = `((${number} - $1::pg_catalog.int8 % ${2 ** 32} + ${2 ** 32}) % ${2 ** 32})`;
  const id = `($1::pg_catalog.int8 + ${later})`;
  const isPast = bound === undefined ? '' : ` AND ${id} < ${bound}`;
  return `CASE WHEN ${number} > 2 AND ${later} < ${2 ** 31}${isPast}
  THEN pg_catalog.pg_xact_status(${id}::pg_catalog.text::pg_catalog.xid8) = 'in progress' ELSE false END`;
}

/** The text of an array; the values hold no braces that the server wouldn't read within quotes. */
const arrayOf = (values: readonly string[]): string =>
  `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
