// Looks at some values of the columns that have no label: read, counted and forgotten.
import { type CatalogQuery, joinName, type Snapshot } from '../../catalog/index.ts';
import type { Relation } from '../../sql/index.ts';
import { columnKey, isInherited, relationsOf } from '../candidate.ts';
import { typeClass } from '../names/type-class.ts';
import type { TypeClass } from '../vocabulary/vocabulary.ts';
import { type SampledColumn, ValueCounts } from './value-evidence.ts';

export type SampleOptions = Readonly<{
  /** Of each table. */
  rows: number;
  statementMilliseconds: number;
  /** For all tables together; what isn't looked at by then is judged by its name alone. */
  totalMilliseconds: number;
  schemas?: readonly string[] | undefined;
}>;

export const defaultSampleOptions: SampleOptions = {
  rows: 200,
  statementMilliseconds: 5_000,
  totalMilliseconds: 300_000,
};

export type Sampled = Readonly<{
  columns: ReadonlyMap<string, SampledColumn>;
  tables: number;
  /** What could not be looked at, and why: by names and SQLSTATEs alone. */
  notes: readonly string[];
}>;

/** Of these a value tells something. */
const telling: ReadonlySet<TypeClass> = new Set<TypeClass>(['text', 'json', 'number']);
/** What is longer isn't one value of a kind, and its beginning tells what it holds. */
const mostCharacters = 200;
/** Larger ones would have to be read whole to see their beginning. */
const mostStoredBytes = 65_536;
/** With the two limits above, an answer takes a few megabytes at most. */
const columnsAtOnce = 50;
/** Of fewer rows all are read, up to the limit. */
const largeTable = 20;
/** `text[]`: all arrays are printed by one function. */
const textArray = 1009;

type Wanted = Readonly<{ number: number; name: string; isArray: boolean }>;

export async function sampleColumns(
  query: CatalogQuery,
  snapshot: Snapshot,
  options: SampleOptions,
): Promise<Sampled> {
  const until = performance.now() + options.totalMilliseconds;
  const columns = new Map<string, SampledColumn>();
  const notes: string[] = [];
  let tables = 0;
  for (const relation of relationsOf(snapshot, options.schemas)) {
    // Another server's rows are that server's.
    if (relation.kind === 'foreign_table') continue;
    const wanted = wantedOf(relation, snapshot);
    if (wanted.length === 0) continue;
    const name = joinName(relation.schema, relation.name);
    if (performance.now() > until) {
      notes.push(`${name} and what comes after it: the time was over`);
      break;
    }
    try {
      const readable = await readableOf(query, relation, wanted);
      if (readable.length < wanted.length)
        notes.push(`${name}: ${wanted.length - readable.length} of ${wanted.length} columns may not be read`);
      for (let at = 0; at < readable.length; at += columnsAtOnce)
        await sampleSome(query, relation, readable.slice(at, at + columnsAtOnce), options, columns);
      if (readable.length > 0) tables += 1;
    } catch (error) {
      // The server's words may hold a value.
      notes.push(`${name}: not read, SQLSTATE ${(error as { code?: string }).code ?? 'unknown'}`);
      await query('ROLLBACK');
    }
  }
  return { columns, tables, notes };
}

function wantedOf(relation: Relation, snapshot: Snapshot): readonly Wanted[] {
  return snapshot.columnsOnce(relation).flatMap((column) => {
    if (column === undefined || column.labels.length > 0 || column.identity) return [];
    if (isInherited(column, relation, snapshot) || !telling.has(typeClass(column.type, snapshot))) return [];
    const isArray = snapshot.type(column.type)?.output === snapshot.type(textArray)?.output;
    return [{ number: column.number, name: column.name, isArray }];
  });
}

async function readableOf(
  query: CatalogQuery,
  { oid }: Relation,
  wanted: readonly Wanted[],
): Promise<readonly Wanted[]> {
  const rows = await query(
    `SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = ${oid} AND attnum > 0 AND NOT attisdropped
        AND pg_catalog.has_schema_privilege((SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = ${oid}), 'USAGE')
        AND pg_catalog.has_column_privilege(attrelid, attnum, 'SELECT')`,
  );
  const numbers = new Set(rows.map(([number]) => Number(number)));
  return wanted.filter(({ number }) => numbers.has(number));
}

async function sampleSome(
  query: CatalogQuery,
  relation: Relation,
  wanted: readonly Wanted[],
  { rows: most, statementMilliseconds }: SampleOptions,
  into: Map<string, SampledColumn>,
): Promise<void> {
  const values = wanted.map(({ name }) => {
    const column = quoted(name);
    const text = `pg_catalog.left(${column}::pg_catalog.text, ${mostCharacters})`;
    return `CASE WHEN pg_catalog.pg_column_size(${column}) <= ${mostStoredBytes} THEN ${text} END`;
  });
  const select = `SELECT ${values.join(', ')} FROM ${quoted(relation.schema)}.${quoted(relation.name)}`;
  await query(
    `BEGIN READ ONLY; SET LOCAL statement_timeout = ${statementMilliseconds};
     SET LOCAL lock_timeout = 500; SET LOCAL search_path = pg_catalog`,
  );
  const estimate = await query(`SELECT reltuples FROM pg_catalog.pg_class WHERE oid = ${relation.oid}`);
  const expected = Number(estimate[0]?.[0] ?? 0);
  let rows: Awaited<ReturnType<CatalogQuery>> = [];
  if (expected > most * largeTable) {
    const percent = Math.min(100, (most * 3 * 100) / expected);
    rows = await query(`${select} TABLESAMPLE SYSTEM (${percent.toFixed(6)}) LIMIT ${most}`);
  }
  // Few large pages may all have been left out.
  if (rows.length < most / 4) rows = await query(`${select} LIMIT ${most}`);
  await query('ROLLBACK');
  for (const [at, { number, isArray }] of wanted.entries()) {
    const counts = new ValueCounts();
    for (const row of rows) {
      const value = row[at];
      if (value !== null && value !== undefined) counts.add(isArray ? firstElement(value) : value);
    }
    into.set(columnKey(relation.oid, number), counts.result());
  }
}

/** As the server prints an array: elements between braces, some in quotes. */
function firstElement(array: string): string {
  const [, inQuotes, plain = ''] = /^\{+(?:"((?:[^"\\]|\\.)*)"?|([^",{}]*))/.exec(array) ?? [];
  return inQuotes?.replace(/\\(.)/g, '$1') ?? plain;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
