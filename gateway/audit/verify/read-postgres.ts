// Evidence from a PostgreSQL sink: its events in the order of their chains, and the subjects that stand apart.
import { Client } from 'pg';
import { canonicalJson } from '../event/canonical-json.ts';
import type { AuditEvent } from '../event/event.ts';
import { hashOf } from '../event/subject.ts';
import { auditSchema } from '../query/postgres/tables.ts';
import { evidenceOf } from './event-evidence.ts';
import { isEvent } from './event-form.ts';
import type { Evidence, KnownSubjects } from './evidence.ts';
import { altered } from './flaws.ts';
import type { Unreadable } from './verification.ts';

const rowsAtOnce = 2_000;

type Row = Readonly<{
  chain: string;
  seq: string;
  time: Date;
  type: string;
  session: string | null;
  statement: string | null;
  event: unknown;
}>;

export async function* readPostgresEvidence(url: string): AsyncGenerator<Evidence | Unreadable> {
  const client = new Client({
    connectionString: url,
    application_name: 'portcullis audit verify',
    connectionTimeoutMillis: 10_000,
  });
  await client.connect();
  try {
    // One moment of it: what is shipped meanwhile, or deleted, makes no gap.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    yield* readRows(client);
  } finally {
    await client.end();
  }
}

async function* readRows(client: Client): AsyncGenerator<Evidence | Unreadable> {
  const subjects = new SubjectRows(client);
  let chain = '';
  let seq = '0';
  for (;;) {
    const { rows } = await client.query<Row>(
      `SELECT chain, seq, time, type, session, statement, event FROM ${auditSchema}.events
        WHERE (chain, seq) > ($1, $2) ORDER BY chain, seq LIMIT ${rowsAtOnce}`,
      [chain, seq],
    );
    // Several rows of one number, which differ in their time alone, stay together.
    const whole = rows.length < rowsAtOnce ? rows : withoutLast(rows);
    await subjects.fetch(whole);
    for (const row of whole) yield evidenceIn(row, subjects);
    const last = whole.at(-1);
    if (rows.length < rowsAtOnce || last === undefined) return;
    ({ chain, seq } = last);
  }
}

function withoutLast(rows: readonly Row[]): readonly Row[] {
  const last = rows.at(-1);
  return rows.filter(({ chain, seq }) => chain !== last?.chain || seq !== last?.seq);
}

/** By its columns it is found: they have to say what the event says. */
function evidenceIn(row: Row, subjects: KnownSubjects): Evidence | Unreadable {
  const { chain, seq, event } = row;
  if (!isEvent(event)) return { unreadable: `the row of event ${seq} holds no event`, chain };
  const evidence = evidenceOf(event, subjects);
  const differs = columnThatDiffers(row, event);
  if (differs === undefined) return evidence;
  const { previous, hash, time, type, isRedacted, own } = evidence;
  const flaw = altered(`its column "${differs}" says something else than the event`);
  return { chain, seq: Number(seq), previous, hash, time, type, isRedacted, own, flaw };
}

function columnThatDiffers({ chain, seq, time, type, session, statement }: Row, event: AuditEvent) {
  if (chain !== event.chain) return 'chain';
  if (Number(seq) !== event.seq) return 'seq';
  if (time.toISOString() !== event.time) return 'time';
  if (type !== event.type) return 'type';
  if ((session ?? undefined) !== event.session) return 'session';
  if ((statement ?? undefined) !== event.statement) return 'statement';
  return undefined;
}

/** Fetched for the events that name them; one that was changed on one day alone counts as changed. */
class SubjectRows implements KnownSubjects {
  readonly #client: Client;
  readonly #standing = new Map<string, 'whole' | 'changed' | 'missing'>();

  constructor(client: Client) {
    this.#client = client;
  }

  async fetch(rows: readonly Row[]): Promise<void> {
    const named = rows.flatMap(({ event }) => (isEvent(event) ? Object.values(event.shapes ?? {}) : []));
    const hashes = [...new Set(named)].filter((hash) => !this.#standing.has(hash));
    if (hashes.length === 0) return;
    const found = await this.#client.query<{ hash: string; subject: unknown }>(
      `SELECT DISTINCT hash, subject FROM ${auditSchema}.subjects WHERE hash = ANY($1)`,
      [hashes],
    );
    for (const { hash, subject } of found.rows) {
      if ((subject as { redacted?: unknown } | null)?.redacted === true) continue;
      const isWhole = hashOf(canonicalJson(subject)) === hash;
      if (this.#standing.get(hash) !== 'changed') this.#standing.set(hash, isWhole ? 'whole' : 'changed');
    }
    for (const hash of hashes) if (!this.#standing.has(hash)) this.#standing.set(hash, 'missing');
  }

  standing(hash: string): 'whole' | 'changed' | 'missing' {
    return this.#standing.get(hash) ?? 'missing';
  }
}
