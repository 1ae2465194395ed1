// All events of a time from the tables of the sink, in the order of their times.
import { Client } from 'pg';
import type { AuditEvent } from '../../event/event.ts';
import type { Entry, Members } from '../source/entry.ts';
import { auditSchema } from './tables.ts';

const rowsAtOnce = 5_000;
const subjectsKept = 50_000;
const dayMs = 86_400_000;

/** A day at most; `from` and `to` in milliseconds since 1970. */
export type RowsPart = Readonly<{ kind: 'rows'; url: string; from: number; to: number }>;

/** From the first event there is to the last, or within the range. */
export async function partsOfPostgres(
  url: string,
  { since, until }: Readonly<{ since?: number | undefined; until?: number | undefined }>,
): Promise<readonly RowsPart[]> {
  return await withReader(url, async (client) => {
    const { rows } = await client.query(
      `SELECT min(time) AS first, max(time) AS last FROM ${auditSchema}.events`,
    );
    const [{ first, last }] = rows as [{ first: Date | null; last: Date | null }];
    if (first === null || last === null) return [];
    const begin = Math.max(first.getTime(), since ?? 0);
    const end = Math.min(last.getTime() + 1, until ?? Number.POSITIVE_INFINITY);
    const parts: RowsPart[] = [];
    for (let from = begin; from < end; ) {
      const to = Math.min(end, (Math.floor(from / dayMs) + 1) * dayMs);
      parts.push({ kind: 'rows', url, from, to });
      from = to;
    }
    return parts;
  });
}

/** `bytes`: of the part's time, what is behind. */
export async function* readRows({
  url,
  from,
  to,
}: RowsPart): AsyncGenerator<{ entries: Entry[]; bytes: number }> {
  const client = await openReader(url);
  try {
    const subjects = new Map<string, Members>();
    const sets = new Map<string, Readonly<Record<string, Members>>>();
    await client.query('BEGIN READ ONLY');
    await client.query(
      `DECLARE recorded NO SCROLL CURSOR FOR SELECT event FROM ${auditSchema}.events
       WHERE time >= to_timestamp(${from / 1000}) AND time < to_timestamp(${to / 1000}) ORDER BY time, chain, seq`,
    );
    let behind = from;
    for (;;) {
      const { rows } = await client.query(`FETCH ${rowsAtOnce} FROM recorded`);
      if (rows.length === 0) break;
      const events = rows.map(({ event }) => event as AuditEvent);
      if (subjects.size > subjectsKept) subjects.clear();
      if (sets.size > subjectsKept) sets.clear();
      await addSubjects(client, events, subjects);
      const now = Math.max(behind, Date.parse(events.at(-1)?.time ?? ''));
      yield {
        entries: events.map((event) => ({ event, subjects: setOf(event, subjects, sets) })),
        bytes: now - behind,
      };
      behind = now;
    }
    yield { entries: [], bytes: to - behind };
  } finally {
    await client.end();
  }
}

async function addSubjects(
  client: Client,
  events: readonly AuditEvent[],
  subjects: Map<string, Members>,
): Promise<void> {
  const wanted = new Map<string, string>();
  for (const { time, shapes } of events)
    for (const hash of Object.values(shapes ?? {}))
      if (!subjects.has(hash)) wanted.set(hash, time.slice(0, 10));
  if (wanted.size === 0) return;
  const { rows } = await client.query(
    `SELECT hash, subject FROM ${auditSchema}.subjects JOIN unnest($1::date[], $2::text[]) AS wanted(day, hash) USING (day, hash)`,
    [[...wanted.values()], [...wanted.keys()]],
  );
  for (const { hash, subject } of rows) subjects.set(hash, subject);
}

/** The same object for the same subjects: nobody looks at them twice. */
function setOf(
  { shapes }: AuditEvent,
  subjects: ReadonlyMap<string, Members>,
  sets: Map<string, Readonly<Record<string, Members>>>,
): Readonly<Record<string, Members>> {
  const key = Object.values(shapes ?? {}).join(' ');
  const known = sets.get(key);
  if (known !== undefined) return known;
  const set: Record<string, Members> = {};
  for (const [name, hash] of Object.entries(shapes ?? {})) {
    const subject = subjects.get(hash);
    if (subject !== undefined) set[name] = subject;
  }
  sets.set(key, set);
  return set;
}

async function withReader<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = await openReader(url);
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function openReader(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'portcullis audit',
    connectionTimeoutMillis: 10_000,
  });
  await client.connect();
  return client;
}
