// What became of one bundle: what OPA's status plugin tells, where the active version is from, and what it waits for.
import type { Log } from '../../lib/index.ts';
import type { Pin } from '../store/version-record.ts';
import type { Problem } from './problem.ts';

/** Times are in milliseconds since the epoch, and undefined where it never happened. */
export type BundleStatus = Readonly<{
  name: string;
  activeRevision?: string;
  activeDigest?: string;
  /** Size of the active bundle's file. */
  size?: number;
  lastRequest?: number;
  lastSuccessfulRequest?: number;
  lastSuccessfulDownload?: number;
  lastSuccessfulActivation?: number;
  /** What is wrong, and a sentence on it with what to do; undefined when all is well. */
  code?: string;
  message?: string;
  /** The status that the server refused with. */
  httpStatus?: number;
  /** Durations in nanoseconds, by OPA's names. */
  metrics: Readonly<Record<string, number>>;
  /** `disk`: the source has not yet said that the active version is current. */
  from?: 'server' | 'disk';
  /** Seconds since the active version was known to be current. */
  age?: number;
  /** The version that an operator rolled back to, or `unusable` for a pin that names none. */
  pinned?: Pin | 'unusable';
  /** A newer version that was verified and is not active: because of the pin, or because it was refused. */
  waiting?: Readonly<{ revision: string; digest: string }>;
}>;

type Event = 'lastRequest' | 'lastSuccessfulRequest' | 'lastSuccessfulDownload' | 'lastSuccessfulActivation';

/** Of several problems the first of these is told: what keeps a version that is here from being active. */
const origins = ['pin', 'staging', 'download', 'request', 'disk'] as const;
export type ProblemOrigin = (typeof origins)[number];

/** Times, durations and problems of one bundle as they come. */
export class StatusRecord {
  readonly #times: { [event in Event]?: number } = {};
  readonly #metrics: Record<string, number> = {};
  readonly #problems = new Map<ProblemOrigin, Problem>();
  readonly #log: Log;
  readonly #changed: () => void;
  #closed = false;

  constructor({ log, changed }: { log: Log; changed: () => void }) {
    this.#log = log;
    this.#changed = changed;
  }

  happened(event: Event, at: number): void {
    this.#times[event] = at;
  }

  took(what: string, milliseconds: number): void {
    this.#metrics[`timer_${what}_ns`] = Math.round(milliseconds * 1e6);
  }

  /** What the end of everything interrupts is no problem. */
  close(): void {
    this.#closed = true;
  }

  /** Logged when it is another one than before: an outage is one line, and its end another. */
  setProblem(origin: ProblemOrigin, problem: Problem | undefined, cause?: unknown): void {
    const before = this.#problems.get(origin);
    if (this.#closed) return;
    if (before?.code === problem?.code && before?.message === problem?.message) return;
    if (problem === undefined) {
      this.#problems.delete(origin);
      this.#log.info({ of: origin }, 'bundle has this problem no longer');
    } else {
      this.#problems.set(origin, problem);
      const err = cause === undefined ? {} : { err: cause };
      this.#log.warn(
        { of: origin, code: problem.code, problem: problem.message, ...err },
        'bundle has a problem',
      );
    }
    this.#changed();
  }

  report(): Omit<BundleStatus, 'name'> {
    const origin = origins.find((each) => this.#problems.has(each));
    const problem = origin === undefined ? undefined : this.#problems.get(origin);
    return { ...this.#times, ...problem, metrics: { ...this.#metrics } };
  }
}
