// The time that statements have at the server, from when those before them are answered.
import { type Expectation, type ExpectationQueue, Kind } from './expectation.ts';

/** A cancel that finds the server before or between two statements is lost. */
const CANCEL_AGAIN_MS = 1_000;

/**
 * What is sent before the next Sync may be answered all at once, so that nobody can tell which of it takes the time:
 * together such statements have the sum of their times.
 */
export class TimeLimit {
  readonly #queue: ExpectationQueue;
  readonly #onOver: () => void;
  #timer: NodeJS.Timeout | undefined;
  #began = 0;

  /** `onOver`: what is marked as overdue is to be cancelled. */
  constructor(queue: ExpectationQueue, onOver: () => void) {
    this.#queue = queue;
    this.#onOver = onOver;
  }

  /** It was put into the queue. */
  sent(expectation: Expectation): void {
    if (this.#timer === undefined && millisecondsOf(expectation) !== undefined) this.#begin();
  }

  /** The queue has a new head. */
  moved(): void {
    if (this.#timer === undefined && this.#queue.head === undefined) return;
    this.#begin();
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const milliseconds = millisecondsOf(this.#queue.find(runs));
    if (milliseconds === undefined) return;
    this.#began = performance.now();
    this.#wait(milliseconds);
  }

  #wait(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#over(), milliseconds);
  }

  #over(): void {
    const together: Expectation[] = [];
    let given = 0;
    this.#queue.find((each) => {
      const milliseconds = millisecondsOf(each);
      if (milliseconds !== undefined) {
        together.push(each);
        given += milliseconds;
      }
      return each.endsWithReady;
    });
    const left = given - (performance.now() - this.#began);
    if (left > 0) this.#wait(Math.ceil(left));
    else {
      for (const each of together) each.overdue = true;
      this.#wait(CANCEL_AGAIN_MS);
      this.#onOver();
    }
  }
}

const runs = ({ kind }: Expectation): boolean => kind === Kind.execute || kind === Kind.query;

const millisecondsOf = (expectation: Expectation | undefined): number | undefined =>
  expectation?.answer.to === 'client' ? expectation.answer.milliseconds : undefined;
