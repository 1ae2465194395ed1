// Hears of changes that anybody made in the state database, and keeps its clock; reconnects, and says what it missed.
import type { Client, Notification } from 'pg';
import type { Log } from '../lib/index.ts';
import { destroyClient } from './connections.ts';
import { within } from './deadline.ts';

export type FeedOptions = Readonly<{
  connect: () => Promise<Client>;
  log: Log;
  /** Something about `topic` changed: `what` says which; undefined, whatever there is may have changed. */
  onChange: (topic: string | undefined, what: string | undefined) => void;
  onAvailable: (available: boolean) => void;
}>;

/** A connection that says nothing for so long is dead, and revocations have to arrive within a second. */
const BEAT_MS = 500;
const ANSWER_MS = 1_500;
const CONNECT_MS = 3_000;
const RETRY_MS = { first: 50, longest: 2_000 } as const;
/** Notifications aren't lost as a rule; should one be, nobody waits longer than this. */
const LOOK_MS = 5_000;
const CHANNEL = 'portcullis';

export class ChangeFeed {
  readonly #options: FeedOptions;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #lookedAt = 0;
  /** The database's milliseconds at the zero of our monotonic clock. */
  #offset: number | undefined;
  #closed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** The database's time in milliseconds; undefined until it was asked once. */
  get now(): number | undefined {
    return this.#offset === undefined ? undefined : performance.now() + this.#offset;
  }

  /** Resolves after the first attempt; throws when it fails, and goes on trying all the same. */
  async start(): Promise<void> {
    await this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#drop();
  }

  async #connect(): Promise<void> {
    let isLate = false;
    try {
      await within(
        CONNECT_MS,
        this.#listen(() => isLate),
        () => {
          isLate = true;
          this.#drop();
        },
      );
      this.#failures = 0;
      this.#options.onAvailable(true);
      this.#lookedAt = performance.now();
      this.#options.onChange(undefined, undefined);
      this.#timer = setTimeout(() => this.#beat(), BEAT_MS);
    } catch (error) {
      this.#lost(error);
      throw error;
    }
  }

  async #listen(isLate: () => boolean): Promise<void> {
    const client = await this.#options.connect();
    if (this.#closed || isLate()) {
      destroyClient(client);
      throw new Error('nobody waits for this connection any more');
    }
    this.#client = client;
    client.on('notification', (notification) => this.#notified(notification));
    client.on('error', (error) => this.#failed(client, error));
    client.on('end', () => this.#failed(client, new Error('the connection ended')));
    await client.query(`LISTEN ${CHANNEL}`);
    await this.#askTime(client);
  }

  async #askTime(client: Client): Promise<void> {
    const before = performance.now();
    const { rows } = await client.query<{ now: string }>(
      'SELECT extract(epoch FROM pg_catalog.clock_timestamp()) * 1000 AS now',
    );
    // The answer was made between the two moments.
    this.#offset = Number(rows[0]?.now) - (before + performance.now()) / 2;
  }

  async #beat(): Promise<void> {
    const client = this.#client;
    if (client === undefined || this.#closed) return;
    try {
      await within(ANSWER_MS, this.#askTime(client), () => undefined);
    } catch (error) {
      this.#failed(client, error);
      return;
    }
    if (performance.now() - this.#lookedAt > LOOK_MS) {
      this.#lookedAt = performance.now();
      this.#options.onChange(undefined, undefined);
    }
    this.#timer = setTimeout(() => this.#beat(), BEAT_MS);
  }

  /** `topic` or `topic:what`. */
  #notified({ channel, payload = '' }: Notification): void {
    if (channel !== CHANNEL) return;
    const at = payload.indexOf(':');
    if (at < 0) this.#options.onChange(payload, undefined);
    else this.#options.onChange(payload.slice(0, at), payload.slice(at + 1));
  }

  #failed(client: Client, error: unknown): void {
    if (client !== this.#client) return;
    this.#lost(error);
  }

  #lost(error: unknown): void {
    clearTimeout(this.#timer);
    this.#drop();
    if (this.#closed) return;
    if (this.#failures === 0) {
      this.#options.log.warn({ err: error }, 'state database not reached');
      this.#options.onAvailable(false);
    }
    const pause = Math.min(RETRY_MS.longest, RETRY_MS.first * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => {
      this.#connect().catch(() => undefined);
    }, pause);
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) destroyClient(client);
  }
}
