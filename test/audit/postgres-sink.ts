// Everything of a journal in a PostgreSQL, brought there by the sink itself.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { readEvents, setUpSql } from '../../gateway/audit/index.ts';
import { PostgresSink } from '../../gateway/audit/sinks/postgres/postgres.ts';
import { shippedEvent } from '../../gateway/audit/sinks/shipped-event.ts';
import { silentLog, systemClock } from '../../gateway/lib/index.ts';
import type { Postgres } from '../support/postgres.ts';

const role = 'audit_writer';
const password = 'tried';

/** Resolves to the URL of the tables' owner. `folder`: for the file with the password. */
export async function fillPostgres(server: Postgres, folder: string, journal: string): Promise<string> {
  const url = server.connectionString('postgres');
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await owner.query('DROP SCHEMA IF EXISTS portcullis_audit CASCADE');
  await owner.query(setUpSql({ role, database: 'postgres' }));
  await owner.query(`ALTER ROLE ${role} PASSWORD '${password}'`);
  await owner.end();
  const passwordFile = join(folder, 'sink-password');
  await writeFile(passwordFile, `${password}\n`);
  const place = { url: `postgres://${role}@${server.host}:${server.port}/postgres`, passwordFile };
  const sink = new PostgresSink({ name: 'sink', place, log: silentLog, clock: systemClock });
  const events = [];
  for await (const event of readEvents(journal)) events.push(shippedEvent(event));
  for (let at = 0; at < events.length; at += 500) {
    const some = events.slice(at, at + 500);
    await sink.deliver({ chain: some[0]?.id.split('/')[0] ?? '', events: some }, AbortSignal.timeout(30_000));
  }
  await sink.close();
  return url;
}
