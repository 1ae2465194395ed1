// What became of one bundle: what OPA's status plugin tells, where the active version is from, and what it waits for.
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

  happened(event: Event, at: number): void {
    this.#times[event] = at;
  }

  took(what: string, milliseconds: number): void {
    this.#metrics[`timer_${what}_ns`] = Math.round(milliseconds * 1e6);
  }

  /** False when it was so before. */
  setProblem(origin: ProblemOrigin, problem: Problem | undefined): boolean {
    const before = this.#problems.get(origin);
    if (problem === undefined) return this.#problems.delete(origin);
    this.#problems.set(origin, problem);
    return before?.code !== problem.code || before.message !== problem.message;
  }

  report(): Omit<BundleStatus, 'name'> {
    const origin = origins.find((each) => this.#problems.has(each));
    const problem = origin === undefined ? undefined : this.#problems.get(origin);
    return { ...this.#times, ...problem, metrics: { ...this.#metrics } };
  }
}
