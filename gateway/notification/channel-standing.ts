// How one channel fares, for the log, /health and the metrics: each change is said once.
import type { Log, Sample } from '../lib/index.ts';
import type { Channel, Outcome } from './channel.ts';
import type { Delivery } from './outbox.ts';

const outcomes = ['delivered', 'retry', 'skipped', 'failed'] as const;
type Counted = (typeof outcomes)[number];

export class ChannelStanding {
  readonly #channel: Pick<Channel, 'name' | 'kind'>;
  readonly #log: Log;
  readonly #counts = new Map<Counted, number>(outcomes.map((outcome) => [outcome, 0]));
  #problem: string | undefined;
  #stopped = false;
  /** Messages that have to be sent, as of the last look. */
  waiting = 0;

  constructor(channel: Pick<Channel, 'name' | 'kind'>, log: Log) {
    this.#channel = channel;
    this.#log = log;
  }

  /** Its receiver wants nothing more. */
  get isStopped(): boolean {
    return this.#stopped;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  get health(): Readonly<{ name: string; kind: string; waiting: number; problem?: string }> {
    const { name, kind } = this.#channel;
    return {
      ...{ name, kind, waiting: this.waiting },
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  get samples(): readonly Sample[] {
    return Array.from(this.#counts, ([outcome, value]) => ({
      labels: { channel: this.#channel.name, outcome },
      value,
    }));
  }

  saw(outcome: Outcome, { id, requestId }: Pick<Delivery, 'id' | 'requestId'>): void {
    const counted = outcome.kind === 'stop' ? 'failed' : outcome.kind;
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
    const { name: channel } = this.#channel;
    if (outcome.kind === 'delivered') {
      if (outcome.problem !== undefined) {
        if (this.#problem !== outcome.problem)
          this.#log.warn({ channel, problem: outcome.problem }, 'notifications reach not everybody');
        this.#problem = outcome.problem;
        return;
      }
      if (this.#problem !== undefined) this.#log.info({ channel }, 'notifications are delivered again');
      this.#problem = undefined;
      return;
    }
    if (outcome.kind === 'skipped') return;
    const { kind, problem } = outcome;
    if (this.#problem === undefined && kind === 'retry')
      this.#log.warn({ channel, problem }, 'notifications are not delivered; they are tried again');
    if (kind === 'failed')
      this.#log.error({ channel, problem, delivery_id: id, request_id: requestId }, 'notification given up');
    if (kind === 'stop' && !this.#stopped)
      this.#log.error(
        { channel, problem },
        'notifications are wanted no more; none are sent until the next start',
      );
    this.#stopped ||= kind === 'stop';
    this.#problem = problem;
  }
}
