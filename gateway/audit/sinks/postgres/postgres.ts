// Events as rows of a PostgreSQL database, with a role that can add them and nothing else.
import type { Client } from 'pg';
import type { Clock, Log } from '../../../lib/index.ts';
import { createUpstream, openClient, type Upstream } from '../../../upstream/index.ts';
import { NotStored, type Shipment, type Sink } from '../sink.ts';
import { type Place, placeOf } from './place.ts';
import { type EventRows, rowsOf, type SubjectRows } from './rows.ts';
import { daysAhead } from './set-up-sql.ts';
import { durableSql, insertSql, missingSql, prepareSql, standingSql } from './statements.ts';

export type PostgresSinkOptions = Readonly<{ name: string; place: Place; log: Log; clock: Clock }>;

/** Connections at most: as many batches may be under way. */
const CONNECTIONS = 4;
/** Subjects that this process has seen stored, by day. */
const KNOWN_MOST = 100_000;
const PREPARE_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** "no partition of relation found for row". */
const NO_PARTITION = '23514';

export class PostgresSink implements Sink {
  readonly #options: PostgresSinkOptions;
  readonly #upstream: Upstream;
  readonly #idle: Client[] = [];
  readonly #known = new Set<string>();
  #preparedAt = Number.NEGATIVE_INFINITY;
  #told = '';

  constructor(options: PostgresSinkOptions) {
    this.#options = options;
    this.#upstream = createUpstream(placeOf(options.name, options.place), options);
  }

  async deliver(shipment: Shipment, signal: AbortSignal): Promise<void> {
    await this.#using(signal, async (client) => {
      await this.#prepareAhead(client);
      const rows = rowsOf(shipment, (day, hash) => this.#known.has(`${day} ${hash}`));
      const counted = await this.#insert(client, shipment.chain, rows).catch(async (error: unknown) => {
        if ((error as { code?: unknown }).code !== NO_PARTITION) throw error;
        const days = rows.events.times.map((time) => time.slice(0, 10)).toSorted();
        await client.query(prepareSql, [days[0], days.at(-1)]);
        return await this.#insert(client, shipment.chain, rows);
      });
      // What was there before isn't counted, nor is what a trigger took away.
      const isAll =
        counted.events === shipment.events.length && counted.subjects === rows.subjects.hashes.length;
      if (!isAll) await this.#checkThere(client, shipment, rows);
      this.#remember(rows.subjects);
    });
  }

  async check(signal: AbortSignal): Promise<string> {
    return await this.#using(signal, async (client) => {
      const { may_more: mayMore } = await standingOf(client);
      await client.query(prepareSql, [
        dayAt(this.#options.clock.now(), 0),
        dayAt(this.#options.clock.now(), 1),
      ]);
      return `logged in${mayMore ? '; its role may do more than add events, which it should not' : ', with a role that adds events and does nothing else'}`;
    });
  }

  async close(): Promise<void> {
    this.#upstream.close();
    for (const client of this.#idle.splice(0)) discard(client);
  }

  /** A connection is used again only after work that went well. */
  async #using<T>(signal: AbortSignal, work: (client: Client) => Promise<T>): Promise<T> {
    let client: Client | undefined;
    const stop = () => client && discard(client);
    signal.addEventListener('abort', stop);
    try {
      client = this.#idle.pop() ?? (await this.#connect(signal));
      const result = await work(client);
      if (this.#idle.length < CONNECTIONS && !signal.aborted) this.#idle.push(client);
      else discard(client);
      return result;
    } catch (error) {
      if (client !== undefined) discard(client);
      throw toNotStored(error, signal);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #connect(signal: AbortSignal): Promise<Client> {
    const client = await openClient(this.#upstream, { applicationName: 'portcullis audit', signal });
    const lost = () => {
      const at = this.#idle.indexOf(client);
      if (at >= 0) this.#idle.splice(at, 1);
    };
    client.on('error', lost);
    client.on('end', lost);
    // Another server may stand there now, or what a backup had.
    this.#known.clear();
    await client.query(durableSql);
    this.#tell(await standingOf(client));
    return client;
  }

  async #insert(
    client: Client,
    chain: string,
    { events, subjects }: { events: EventRows; subjects: SubjectRows },
  ): Promise<{ events: number; subjects: number }> {
    const { hashes: _, ...columns } = events;
    const values = [chain, ...Object.values(columns), ...Object.values(subjects)];
    const { rows } = await client.query({ name: 'insert', text: insertSql, values });
    return rows[0];
  }

  async #checkThere(
    client: Client,
    { chain, events: { length } }: Shipment,
    { events, subjects }: { events: EventRows; subjects: SubjectRows },
  ): Promise<void> {
    const { times, seqs, hashes } = events;
    const values = [chain, times, seqs, hashes, subjects.days, subjects.hashes];
    const { rows } = await client.query(missingSql, values);
    const { missing } = rows[0] as { missing: number };
    if (missing > 0)
      throw new NotStored(
        'lied',
        `of ${length} events, ${missing} are not there, or others are in their place`,
      );
  }

  /** Once an hour, so that no statement waits for a partition. */
  async #prepareAhead(client: Client): Promise<void> {
    const now = this.#options.clock.now();
    if (now - this.#preparedAt < PREPARE_MS) return;
    await client.query(prepareSql, [dayAt(now, 0), dayAt(now, daysAhead)]);
    this.#preparedAt = now;
  }

  #remember({ days, hashes }: SubjectRows): void {
    if (this.#known.size > KNOWN_MOST) this.#known.clear();
    for (const [at, hash] of hashes.entries()) this.#known.add(`${days[at]} ${hash}`);
  }

  #tell({ may_more: mayMore, is_durable: isDurable }: Standing): void {
    const told = `${mayMore} ${isDurable}`;
    if (told === this.#told) return;
    this.#told = told;
    const { name: sink, log } = this.#options;
    if (mayMore) log.warn({ sink }, 'the role of this sink may do more than add events');
    if (!isDurable)
      log.warn({ sink }, 'the database of this sink has fsync off: it loses events when it crashes');
  }
}

type Standing = { may_more: boolean; is_durable: boolean };

async function standingOf(client: Client): Promise<Standing> {
  const { rows } = await client.query(standingSql);
  return rows[0];
}

const dayAt = (now: number, ahead: number): string =>
  new Date(now + ahead * DAY_MS).toISOString().slice(0, 10);

/** At once, whatever it is doing. */
function discard(client: Client): void {
  client.on('error', () => undefined);
  client.end().catch(() => undefined);
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/** Never with DETAIL, which quotes rows. */
function toNotStored(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof NotStored) return error;
  if (signal.aborted) return new NotStored('unavailable', 'it took too long');
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== 'string' || !/^[\dA-Z]{5}$/.test(code)) return error;
  if (code === '3F000' || code === '42P01' || code === '42883')
    return new NotStored(
      'unavailable',
      'its tables are missing: portcullis audit sink-sql prints what makes them',
    );
  // Class 22: it does not take this very value. Anything else may be put right.
  return new NotStored(
    code.startsWith('22') ? 'refused' : 'unavailable',
    `${message ?? 'it failed'} (${code})`,
  );
}
