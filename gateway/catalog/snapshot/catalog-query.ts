// How the snapshot asks the server: one text at a time, and large answers in pieces that don't hold anybody up.
import type { Client } from 'pg';

/** One row: texts as the server prints them, null for NULL. */
export type CatalogRow = readonly (string | null)[];

/**
 * Runs a text and gives the rows of its last statement; all statements of a snapshot go over one connection, in order. `atOnce`: there is no transaction
 * around them, and the answers are short.
 */
export type CatalogQuery = ((sql: string) => Promise<readonly CatalogRow[]>) & Readonly<{ atOnce?: true }>;

type Answer = Readonly<{ rows: readonly CatalogRow[] }>;

const untouched = { getTypeParser: () => (text: string) => text };

export function catalogQuery(client: Client): CatalogQuery {
  return async (text) => {
    const answer: Answer | Answer[] = await client.query({ text, rowMode: 'array', types: untouched });
    return (Array.isArray(answer) ? answer.at(-1) : answer)?.rows ?? [];
  };
}

/** A thousand rows take a few milliseconds from their bytes to the snapshot: other sessions have their turn between. */
const rowsAtOnce = 1_000;

let cursors = 0;

/**
 * Hands each row of a query to `take`, inside a transaction. While one piece is taken the server prepares the next. The
 * cursor ends with the transaction: most answers are one piece, and take one round trip.
 */
export async function eachRow(
  query: CatalogQuery,
  sql: string,
  take: (row: CatalogRow) => void,
): Promise<void> {
  if (query.atOnce) {
    for (const row of await query(sql)) take(row);
    return;
  }
  const cursor = `pieces_${++cursors}`;
  const fetch = `FETCH FORWARD ${rowsAtOnce} FROM ${cursor}`;
  let next = query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql};\n${fetch}`);
  for (;;) {
    const rows = await next;
    const last = rows.length < rowsAtOnce;
    if (!last) next = query(fetch);
    // An error of the request under way is thrown where it is awaited.
    next.catch(() => {});
    for (const row of rows) take(row);
    if (last) return;
  }
}

/** For columns that can't be NULL. */
export function textOf(value: string | null | undefined): string {
  if (value === null || value === undefined) throw new Error('the catalog has NULL where it never should');
  return value;
}

export function numberOf(value: string | null | undefined): number {
  return Number(textOf(value));
}

/** For columns where NULL means that there is none. */
export function optionalOf(value: string | null | undefined): string | undefined {
  return value ?? undefined;
}

/** The numbers of an oidvector, an int2vector or the like. */
export function numbersOf(vector: string): readonly number[] {
  return vector === '' ? [] : vector.split(' ').map(Number);
}
