// The messages that have to be sent, in the state database: taken by one process at a time, for the length of a lease.
import type { Row, State } from '../state/index.ts';
import type { Opening } from './channel.ts';
import type { EventName } from './event.ts';

export type Delivery = Readonly<{
  id: string;
  requestId: string;
  event: EventName;
  /** This one included. */
  attempts: number;
  ageMs: number;
  claim: string;
  /** By the clock of the state database. */
  leaseUntil: number;
  receipt: object | undefined;
  /** Of what tells how a request ended. */
  opening: Opening | undefined;
}>;

type Taken = Readonly<{
  id: string;
  request_id: string;
  event: EventName;
  attempts: number;
  age_ms: string;
  claim: string;
  lease_until: string;
  receipt: object | null;
  opening: (Omit<Opening, 'receipt'> & Readonly<{ receipt: object | null }>) | null;
}> &
  Row;

/** How much of a channel waits, and for how long until the next of it is due. */
export type Backlog = Readonly<{ waiting: number; dueInMs: number | undefined }>;

/** How a request ended is told only when there is nothing left to say of its beginning. An alarm doesn't wait. */
const isReady = `d.status = 'waiting'
  AND (d.event IN ('requested', 'glass_broken') OR NOT EXISTS (SELECT FROM portcullis.delivery o
    WHERE o.request_id = d.request_id AND o.channel = d.channel AND o.event = 'requested' AND o.status = 'waiting'))`;

export class Outbox {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** From now on requests are told of on these channels by this process. */
  async register(processId: string, channels: readonly string[]): Promise<void> {
    await this.#state.transaction(async (query) => {
      await query('DELETE FROM portcullis.channel WHERE process_id = $1 AND name <> ALL ($2)', [
        processId,
        channels,
      ]);
      await query('INSERT INTO portcullis.channel SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING', [
        processId,
        channels,
      ]);
    });
  }

  async take(channel: string, most: number, leaseMs: number): Promise<readonly Delivery[]> {
    const rows = await this.#state.query<Taken>(
      `WITH due AS (
         SELECT d.id FROM portcullis.delivery d
         WHERE d.channel = $1 AND d.due_at <= clock_timestamp() AND ${isReady}
         ORDER BY d.due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       UPDATE portcullis.delivery d
       SET claim = gen_random_uuid(), attempts = attempts + 1,
         due_at = clock_timestamp() + make_interval(secs => $3)
       FROM due WHERE d.id = due.id
       RETURNING d.id, d.request_id, d.event, d.attempts, d.claim, d.receipt,
         extract(epoch FROM clock_timestamp() - d.created_at) * 1000 AS age_ms,
         extract(epoch FROM d.due_at) * 1000 AS lease_until,
         (SELECT jsonb_build_object('status', o.status, 'receipt', o.receipt) FROM portcullis.delivery o
          WHERE o.request_id = d.request_id AND o.channel = d.channel AND o.event = 'requested'
            AND d.event <> 'requested') AS opening`,
      [channel, most, leaseMs / 1000],
    );
    return rows.map(deliveryOf);
  }

  /** Whoever has taken it meanwhile finds that it is done. */
  async delivered({ id }: Delivery, receipt: object | undefined): Promise<void> {
    await this.#state.query(
      `UPDATE portcullis.delivery SET status = 'delivered', settled_at = clock_timestamp(), problem = NULL,
         receipt = coalesce($2, receipt)
       WHERE id = $1 AND status = 'waiting'`,
      [id, receipt],
    );
  }

  async end({ id, claim }: Delivery, status: 'skipped' | 'failed', problem: string): Promise<void> {
    await this.#state.query(
      `UPDATE portcullis.delivery SET status = $3, settled_at = clock_timestamp(), problem = $4
       WHERE id = $1 AND claim = $2 AND status = 'waiting'`,
      [id, claim, status, problem],
    );
  }

  async again(
    { id, claim }: Delivery,
    inMs: number,
    problem: string,
    receipt: object | undefined,
  ): Promise<void> {
    await this.#state.query(
      `UPDATE portcullis.delivery SET due_at = clock_timestamp() + make_interval(secs => $3), problem = $4,
         receipt = coalesce($5, receipt)
       WHERE id = $1 AND claim = $2 AND status = 'waiting'`,
      [id, claim, inMs / 1000, problem, receipt],
    );
  }

  async backlog(channel: string): Promise<Backlog> {
    const [row] = await this.#state.query<{ waiting: string; due_in_ms: string | null }>(
      `SELECT count(*) AS waiting,
         extract(epoch FROM min(d.due_at) FILTER (WHERE ${isReady}) - clock_timestamp()) * 1000 AS due_in_ms
       FROM portcullis.delivery d WHERE d.channel = $1 AND d.status = 'waiting'`,
      [channel],
    );
    const due = row?.due_in_ms ?? undefined;
    return { waiting: Number(row?.waiting ?? 0), dueInMs: due === undefined ? undefined : Number(due) };
  }

  /** What nobody is there to send any more is given up, and who is gone has no channels. */
  async sweep(afterMs: number): Promise<void> {
    await this.#state.query(
      `UPDATE portcullis.delivery SET status = 'failed', settled_at = clock_timestamp(),
         problem = coalesce(problem, 'no gateway has this channel any more')
       WHERE status = 'waiting' AND due_at < clock_timestamp()
         AND created_at < clock_timestamp() - make_interval(secs => $1)`,
      [afterMs / 1000],
    );
    await this.#state.query(
      `DELETE FROM portcullis.channel c WHERE NOT EXISTS (SELECT FROM portcullis.process p
         WHERE p.id = c.process_id AND p.alive_until > clock_timestamp() - interval '1 day')`,
    );
  }
}

function deliveryOf({ opening, ...taken }: Taken): Delivery {
  return {
    ...{ id: taken.id, requestId: taken.request_id, event: taken.event, attempts: taken.attempts },
    ...{ ageMs: Number(taken.age_ms), claim: taken.claim, leaseUntil: Number(taken.lease_until) },
    receipt: taken.receipt ?? undefined,
    opening:
      opening === null
        ? undefined
        : { status: opening.status, ...(opening.receipt === null ? {} : { receipt: opening.receipt }) },
  };
}
