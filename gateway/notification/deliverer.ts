// Sends what is due on one channel, a few messages at a time; what fails is sent again later, and nobody waits for it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from '../approval/index.ts';
import { type Log, pauseMs } from '../lib/index.ts';
import type { State } from '../state/index.ts';
import { type Channel, type Outcome, problemOf } from './channel.ts';
import type { ChannelStanding } from './channel-standing.ts';
import { eventOf } from './event.ts';
import type { Delivery, Outbox } from './outbox.ts';
import type { SendingPauses } from './pauses.ts';

export type DelivererOptions = Readonly<{
  channel: Channel;
  outbox: Outbox;
  state: State;
  log: Log;
  standing: ChannelStanding;
  /** As it stands now. */
  read: (id: string) => Promise<Request>;
  link: () => string | undefined;
  pauses: SendingPauses;
  random: () => number;
  leaseMs: number;
}>;

/** Sent at the same time. */
const BATCH = 8;
/** Changes are told of; this is for those that weren't. */
const LOOK_MS = 30_000;
const AGAIN_MS = 1_000;
/** An attempt takes one part of a lease at most. */
export const LEASE_PARTS = 4;

export class Deliverer {
  readonly #options: DelivererOptions;
  #working: Promise<void> | undefined;
  #isWoken = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: DelivererOptions) {
    this.#options = options;
  }

  /** Something may be due. */
  wake(): void {
    if (this.#closed || this.#options.standing.isStopped) return;
    this.#isWoken = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      if (this.#isWoken) this.wake();
    });
  }

  /** Resolves when nothing is being sent any more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#working;
  }

  async #work(): Promise<void> {
    const { channel, outbox, standing, leaseMs, log } = this.#options;
    clearTimeout(this.#timer);
    let pause = LOOK_MS;
    try {
      while (!this.#closed && !standing.isStopped) {
        this.#isWoken = false;
        const taken = await outbox.take(channel.name, BATCH, leaseMs);
        await Promise.all(taken.map((delivery) => this.#send(delivery)));
        if (taken.length === 0) break;
      }
      const { waiting, dueInMs } = await outbox.backlog(channel.name);
      standing.waiting = waiting;
      pause = Math.min(LOOK_MS, Math.max(10, dueInMs ?? LOOK_MS));
    } catch (error) {
      // The state database says by itself that it is away.
      log.debug({ err: error, channel: channel.name }, 'notifications not looked for');
      pause = AGAIN_MS;
    }
    if (!this.#closed) this.#timer = setTimeout(() => this.wake(), pause);
  }

  async #send(delivery: Delivery): Promise<void> {
    const outcome = await this.#attempt(delivery);
    if (outcome === undefined) return;
    const { outbox, standing } = this.#options;
    const ended = this.#isGivenUp(delivery, outcome) ? givenUp(outcome) : outcome;
    standing.saw(ended, delivery);
    await this.#write(delivery, () => {
      switch (ended.kind) {
        case 'delivered':
          return outbox.delivered(delivery, ended.receipt);
        case 'skipped':
          return outbox.end(delivery, 'skipped', ended.problem);
        case 'failed':
        case 'stop':
          return outbox.end(delivery, 'failed', ended.problem);
        case 'retry':
          return outbox.again(delivery, this.#pauseOf(delivery, ended), ended.problem, ended.receipt);
        default:
          return ended satisfies never;
      }
    });
  }

  async #attempt({
    id,
    requestId,
    event,
    receipt,
    opening,
    leaseUntil,
  }: Delivery): Promise<Outcome | undefined> {
    const { channel, read, link, state, leaseMs } = this.#options;
    try {
      const request = await read(requestId);
      // Whoever was asleep must not send what another process may have taken by now.
      if (state.now() > leaseUntil - leaseMs / LEASE_PARTS) return undefined;
      return await channel.deliver(eventOf(event, request, link()), { id, receipt, opening });
    } catch (error) {
      return { kind: 'retry', problem: problemOf(error) };
    }
  }

  /** What can't be written down now is tried until the lease ends: what was sent would be sent again otherwise. */
  async #write({ leaseUntil, id }: Delivery, write: () => Promise<void>): Promise<void> {
    const { state, log } = this.#options;
    for (;;) {
      try {
        await write();
        return;
      } catch (error) {
        if (this.#closed || state.now() > leaseUntil) {
          log.warn({ err: error, delivery_id: id }, 'what became of a notification was not written down');
          return;
        }
        await sleep(AGAIN_MS);
      }
    }
  }

  #isGivenUp({ ageMs }: Delivery, { kind }: Outcome): boolean {
    return kind === 'retry' && ageMs > this.#options.pauses.giveUpMs;
  }

  #pauseOf({ attempts }: Delivery, { afterSeconds }: Extract<Outcome, { kind: 'retry' }>): number {
    const { pauses, random } = this.#options;
    return pauseMs(attempts, afterSeconds, pauses, random);
  }
}

const givenUp = ({ problem = 'it failed' }: Outcome): Outcome => ({ kind: 'failed', problem });
