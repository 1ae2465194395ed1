// Statements that wait until the sink of strict mode has their events, or has failed to take them in time.
import { Fault } from '../../lib/index.ts';

type Waiting = Readonly<{ seq: number; until: number; resolve: () => void; reject: (fault: Fault) => void }>;

const looksEveryMs = 50;

export class StrictWait {
  readonly #patienceMs: number;
  #acknowledged = 0;
  #away: string | undefined;
  /** In the order in which they came, which is nearly that of their events. */
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  wait(seq: number): Promise<void> {
    if (seq <= this.#acknowledged) return Promise.resolve();
    if (this.#away !== undefined) return Promise.reject(refusal(`the sink is away: ${this.#away}`));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ seq, until: performance.now() + this.#patienceMs, resolve, reject });
      this.#timer ??= setInterval(() => this.#giveUpOverdue(), looksEveryMs).unref();
    });
  }

  acknowledged(seq: number): void {
    if (seq <= this.#acknowledged) return;
    this.#acknowledged = seq;
    this.#settle(
      (one) => one.seq <= seq,
      ({ resolve }) => resolve(),
    );
  }

  away(because: string): void {
    this.#away = because;
    this.#settle(
      () => true,
      ({ reject }) => reject(refusal(`the sink is away: ${because}`)),
    );
  }

  back(): void {
    this.#away = undefined;
  }

  #giveUpOverdue(): void {
    const now = performance.now();
    this.#settle(
      ({ until }) => until <= now,
      ({ reject }) => reject(refusal('the sink is too slow')),
    );
  }

  #settle(which: (one: Waiting) => boolean, how: (one: Waiting) => void): void {
    const settled = this.#waiting.filter(which);
    if (settled.length > 0) this.#waiting = this.#waiting.filter((one) => !which(one));
    if (this.#waiting.length === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    settled.forEach(how);
  }
}

const refusal = (because: string): Fault => new Fault('audit_unavailable', {}, new Error(because));
