// Tells whom the configuration names of requests: everything that is sent stands in the state database first.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from '../approval/index.ts';
import { counter, type Family, gauge, type Log } from '../lib/index.ts';
import type { State } from '../state/index.ts';
import { attemptMilliseconds, type Channel } from './channel.ts';
import { ChannelStanding } from './channel-standing.ts';
import { Deliverer, LEASE_PARTS } from './deliverer.ts';
import { Outbox } from './outbox.ts';
import { defaultPauses, type SendingPauses } from './pauses.ts';

export type NotificationsOptions = Readonly<{
  log: Log;
  random?: () => number;
  pauses?: SendingPauses;
  leaseMs?: number;
}>;

/** Where the requests are, as the process knows them that holds statements. */
export type Requests = Readonly<{
  state: State;
  processId: string;
  read: (id: string) => Promise<Request>;
}>;

export type Channels = Readonly<{ channels: readonly Channel[]; link: string | undefined }>;

/** Longer than an attempt, and what follows it, can take. */
const LEASE_MS = LEASE_PARTS * attemptMilliseconds;
const SWEEP_MS = 3_600_000;
const CLOSE_MS = 2_000;

type Sending = Readonly<{ channel: Channel; standing: ChannelStanding; deliverer: Deliverer | undefined }>;

export class Notifications {
  readonly #options: NotificationsOptions;
  #configured: Channels = { channels: [], link: undefined };
  #requests: Requests | undefined;
  #sending: readonly Sending[] = [];
  #stopListening: (() => void) | undefined;
  #sweeping: NodeJS.Timeout | undefined;

  constructor(options: NotificationsOptions) {
    this.#options = options;
  }

  /** What counts from now on; what is being sent is sent. */
  async use(configured: Channels): Promise<void> {
    this.#configured = configured;
    const requests = this.#requests;
    await this.#replace(requests);
    if (requests !== undefined) await this.#register(requests);
  }

  /** There is a state database from now on: requests that come are told of. */
  async start(requests: Requests): Promise<void> {
    this.#stopListening?.();
    clearInterval(this.#sweeping);
    await this.#register(requests);
    this.#requests = requests;
    await this.#replace(requests);
    this.#stopListening = requests.state.listen('delivery', () => this.#wake());
    const { giveUpMs } = this.#options.pauses ?? defaultPauses;
    const sweep = () => new Outbox(requests.state).sweep(giveUpMs + SWEEP_MS).catch(() => undefined);
    this.#sweeping = setInterval(sweep, SWEEP_MS).unref();
  }

  /** Gives what is being sent a moment; what wasn't is sent by others, or after the next start. */
  async close(): Promise<void> {
    this.#stopListening?.();
    clearInterval(this.#sweeping);
    const sending = this.#sending;
    this.#sending = [];
    const sent = Promise.all(sending.map(({ deliverer }) => deliverer?.close()));
    await Promise.race([sent, sleep(CLOSE_MS, undefined, { ref: false })]);
    const requests = this.#requests;
    this.#requests = undefined;
    if (requests === undefined) return;
    // Without it, what comes within the next minute would be kept for channels of a process that is gone.
    await new Outbox(requests.state).register(requests.processId, []).catch(() => undefined);
  }

  get health(): readonly ChannelStanding['health'][] {
    return this.#sending.map(({ standing }) => standing.health);
  }

  families(): readonly Family[] {
    if (this.#sending.length === 0) return [];
    const standings = this.#sending.map(({ channel, standing }) => ({ channel: channel.name, standing }));
    return [
      counter(
        'portcullis_notifications_total',
        'Attempts to tell of requests for approval, by what became of them.',
        standings.flatMap(({ standing }) => standing.samples),
      ),
      gauge(
        'portcullis_notifications_waiting',
        'Messages of a channel that were not delivered yet, as of the last look.',
        standings.map(({ channel, standing }) => ({ labels: { channel }, value: standing.waiting })),
      ),
      gauge(
        'portcullis_notification_problem',
        'Whether the last attempt on a channel failed; /health says why.',
        standings.map(({ channel, standing }) => ({
          labels: { channel },
          value: standing.problem === undefined ? 0 : 1,
        })),
      ),
    ];
  }

  async #register({ state, processId }: Requests): Promise<void> {
    await new Outbox(state).register(
      processId,
      this.#configured.channels.map(({ name }) => name),
    );
  }

  async #replace(requests: Requests | undefined): Promise<void> {
    const before = this.#sending;
    this.#sending = this.#configured.channels.map((channel) => this.#sendingOn(channel, requests));
    this.#wake();
    await Promise.all(before.map(({ deliverer }) => deliverer?.close()));
    // What those before were sending, and failed to, is due again.
    this.#wake();
  }

  #wake(): void {
    for (const { deliverer } of this.#sending) deliverer?.wake();
  }

  #sendingOn(channel: Channel, requests: Requests | undefined): Sending {
    const { log, random = Math.random, pauses = defaultPauses, leaseMs = LEASE_MS } = this.#options;
    const standing = new ChannelStanding(channel, log);
    if (requests === undefined) return { channel, standing, deliverer: undefined };
    const { state, read } = requests;
    const link = () => this.#configured.link;
    const outbox = new Outbox(state);
    const deliverer = new Deliverer({
      ...{ channel, outbox, state, log, standing, read, link, pauses, random, leaseMs },
    });
    return { channel, standing, deliverer };
  }
}
