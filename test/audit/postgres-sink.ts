// Everything of a journal in a PostgreSQL, brought there by the sink itself.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { readEvents, setUpSql } from '../../gateway/audit/index.ts';
import { PostgresSink } from '../../gateway/audit/sinks/postgres/postgres.ts';
import { shippedEvent } from '../../gateway/audit/sinks/shipped-event.ts';
import type { ShippedEvent } from '../../gateway/audit/sinks/sink.ts';
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
  const days = new Map<string, ShippedEvent[]>();
  for await (const event of readEvents(journal)) {
    const shipped = shippedEvent(event);
    const day = shipped.time.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), shipped]);
  }
  for (const events of days.values()) {
    const chain = events[0]?.id.split('/')[0] ?? '';
    await sink.deliver({ chain, events }, AbortSignal.timeout(30_000));
  }
  await sink.close();
  return url;
}
