// The tables of a sink with millions of events: a week that the journal and the sink wrote, many times over.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { setUpSql } from '../../../gateway/audit/index.ts';
import { indexesSql } from '../../../gateway/audit/query/postgres/tables.ts';
import { fillPostgres } from '../../audit/postgres-sink.ts';
import type { Postgres } from '../../support/postgres.ts';
import type { Bench } from '../suite.ts';
import { recordWeek } from './recorded-week.ts';
import { openShippedPolicy } from './shipped-policy.ts';

const weeks = 4;
const sampleInputs = 60_000;

/** What a server that keeps an audit has, of a machine that does much else. */
export const serverSettings = {
  shared_buffers: '2GB',
  max_wal_size: '16GB',
  maintenance_work_mem: '1GB',
  effective_cache_size: '8GB',
  random_page_cost: '1.1',
};

export type AuditTables = Readonly<{ url: string; events: number; bytes: string }>;

/** `wanted` events of four weeks at least, the last of which ends now. */
export async function fillAuditTables(
  server: Postgres,
  wanted: number,
  say: Bench['say'],
): Promise<AuditTables> {
  const folder = await mkdtemp(path.join(tmpdir(), 'portcullis-bench-audit-'));
  try {
    say('audit-query: recording a week');
    await recordWeek(folder, Math.min(sampleInputs, wanted), {
      ...(await openShippedPolicy()),
      ...{ principals: 300, shapes: 8, alone: 0.02, approved: 0.02 },
    });
    say('audit-query: sending it to the sink');
    const url = await fillPostgres(server, folder, path.join(folder, 'gateway-0'));
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return { url, ...(await multiply(client, wanted, say)) };
    } finally {
      await client.end();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function multiply(
  client: pg.Client,
  wanted: number,
  say: Bench['say'],
): Promise<{ events: number; bytes: string }> {
  const { rows } = await client.query('SELECT count(*)::int AS events FROM portcullis_audit.events');
  const copies = Math.ceil(wanted / rows[0].events);
  // Made again afterwards, by the same SQL: that is faster than one entry after the other.
  for (const [, name] of indexesSql.matchAll(/IF NOT EXISTS (\w+)/g))
    await client.query(`DROP INDEX portcullis_audit.${name}`);
  await client.query(
    `SELECT portcullis_audit.prepare(current_date - ${7 * (weeks + 1)}, current_date);
     CREATE TEMP TABLE sample AS SELECT * FROM portcullis_audit.events`,
  );
  for (let copy = 1; copy < copies; copy++) {
    await client.query(copySql(copy));
    if (copy % 10 === 0) say(`audit-query: ${copy} of ${copies} copies`);
  }
  for (let week = 1; week < weeks; week++)
    await client.query(
      `INSERT INTO portcullis_audit.subjects SELECT day - ${7 * week}, hash, columns, labels, relations, subject
       FROM portcullis_audit.subjects WHERE day > current_date - 8 ON CONFLICT DO NOTHING`,
    );
  say('audit-query: making the indexes');
  await client.query(setUpSql({ role: 'audit_writer', database: 'postgres' }));
  await client.query('VACUUM ANALYZE portcullis_audit.events');
  await client.query('VACUUM ANALYZE portcullis_audit.subjects');
  const { rows: sizes } = await client.query(
    `SELECT (SELECT count(*)::int FROM portcullis_audit.events) AS events,
       pg_size_pretty(pg_database_size(current_database())) AS bytes`,
  );
  return sizes[0];
}

/** Another gateway's week: its chain, sessions and decisions are its own, its principals and statements are the same. */
const copySql = (copy: number): string => `INSERT INTO portcullis_audit.events
  SELECT time - interval '${7 * (copy % weeks)} days' + interval '${copy} milliseconds', seq, chain || '${copy}', type,
    '${copy}-' || session, ${renamed('statement', copy)}, principal, rule, '${copy}-' || decision, shape,
    event || jsonb_strip_nulls(jsonb_build_object(
      'chain', chain || '${copy}', 'id', chain || '${copy}/' || seq, 'session', '${copy}-' || session,
      'time', to_char((time - interval '${7 * (copy % weeks)} days') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'statement', ${renamed('statement', copy)}, 'decision_id', '${copy}-' || decision))
  FROM sample`;

const renamed = (column: string, copy: number): string => `replace(${column}, '/', '${copy}/')`;
