// Everything of a journal in a PostgreSQL, brought there by the sink itself.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { jsonLine } from '../../gateway/audit/export/event-columns.ts';
import { readEvents, setUpSql } from '../../gateway/audit/index.ts';
import type { Entry } from '../../gateway/audit/query/source/entry.ts';
import { PostgresSink } from '../../gateway/audit/sinks/postgres/postgres.ts';
import { shippedEvent } from '../../gateway/audit/sinks/shipped-event.ts';
import type { ShippedEvent } from '../../gateway/audit/sinks/sink.ts';
import { silentLog, systemClock } from '../../gateway/lib/index.ts';
import type { Postgres } from '../support/postgres.ts';

const role = 'audit_writer';
const password = 'tried';

/** Resolves to the URL of the tables' owner. `folder`: for the file with the password. */
export async function fillPostgres(server: Postgres, folder: string, journal: string): Promise<string> {
  const shipped: ShippedEvent[] = [];
  for await (const event of readEvents(journal)) shipped.push(shippedEvent(event));
  return await fill(server, folder, shipped);
}

/** As above, with these. */
export async function fillPostgresWith(
  server: Postgres,
  folder: string,
  entries: readonly Entry[],
): Promise<string> {
  const shipped = entries.map((entry) => shippedEvent({ ...entry.event, json: jsonLine(entry) }));
  return await fill(server, folder, shipped);
}

async function fill(server: Postgres, folder: string, shipped: readonly ShippedEvent[]): Promise<string> {
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
  const days = new Map<string, ShippedEvent[]>();
  for (const event of shipped) {
    const day = event.time.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  for (const events of days.values()) {
    const chain = events[0]?.id.split('/')[0] ?? '';
    await sink.deliver({ chain, events }, AbortSignal.timeout(30_000));
  }
  await sink.close();
  return url;
}
