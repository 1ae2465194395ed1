// Applies retention to the tables of the sink: the oldest days go as a whole, others lose what had its time.
import type { Client } from 'pg';
import { auditSchema } from '../query/postgres/tables.ts';
import type { HoldScope } from './hold.ts';
import { retentionSql } from './postgres-retention.ts';
import type { Expiry } from './rules.ts';

export type DayReport = Readonly<{
  day: string;
  dropped: boolean;
  /** Events that a hold keeps. */
  held: number;
  /** Of which the members went. */
  redacted: number;
}>;

/** The oldest day first; days of which nothing goes are left out. Each day is one transaction. */
export async function applyToPostgres(
  client: Client,
  expiry: Expiry,
  held: readonly HoldScope[],
  isDry: boolean,
): Promise<readonly DayReport[]> {
  const reports: DayReport[] = [];
  let mayDrop = true;
  for (const { day, isUncounted } of await daysOf(client)) {
    // Of a table that was never counted PostgreSQL takes it that it holds hardly anything, and joins it row by row.
    if (isUncounted) await client.query(`ANALYZE ${auditSchema}.events_${day.replaceAll('-', '')}`);
    const sql = retentionSql(day, expiry, held);
    const { rows } = await client.query(sql.look);
    const found = rows[0] as { held: number; remaining: number; over: number; labelled: number };
    // A day behind one that stays is no beginning of a chain: it stays, without what was in it.
    const dropped: boolean = mayDrop && found.held === 0 && found.remaining === 0 && isOver(day, expiry);
    mayDrop = dropped;
    const redacted = dropped ? 0 : found.over + found.labelled;
    if (dropped || redacted > 0) {
      reports.push({ day, dropped, held: found.held, redacted });
      if (!isDry)
        await write(client, dropped ? [sql.drop] : [sql.redactByAge, sql.redactByLabel, sql.redactSubjects]);
    }
  }
  return reports;
}

/** A day of which nothing was recorded says nothing of its time. */
function isOver(day: string, { kinds }: Expiry): boolean {
  const end = Date.parse(day) + 86_400_000;
  return kinds.size > 0 && [...kinds.values()].some((before) => end <= before);
}

async function write(client: Client, statements: readonly (string | undefined)[]): Promise<void> {
  await client.query('BEGIN');
  try {
    for (const statement of statements) if (statement !== undefined) await client.query(statement);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

type Day = Readonly<{ day: string; isUncounted: boolean }>;

async function daysOf(client: Client): Promise<readonly Day[]> {
  const { rows } = await client.query<Day>(
    `SELECT to_char(to_date(right(c.relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') AS day, c.reltuples <= 0 AS "isUncounted"
     FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
     WHERE i.inhparent = '${auditSchema}.events'::regclass AND c.relname ~ '^events_[0-9]{8}$' ORDER BY 1`,
  );
  return rows;
}
