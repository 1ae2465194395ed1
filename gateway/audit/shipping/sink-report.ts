// How a sink fares, as the main thread knows it: for /health, /metrics and the question how the sinks are.
import { counter, type Family } from '../../lib/index.ts';
import type { SinkHealth } from '../journal/types.ts';
import type { Standing } from './sink-standing.ts';

export type SinkReportDocument = Readonly<{
  name: string;
  kind: string;
  state: 'ok' | 'away';
  /** Why it is away, and since when. */
  because?: string;
  problem?: string;
  since?: string;
  /** Events that it has not acknowledged, and how long the oldest of them has waited. */
  behind: number;
  oldest_seconds: number;
  delivered_at?: string;
  last_error?: Readonly<{ at: string; because: string; problem: string }>;
  /** Since the start of the process. */
  events: number;
  batches: number;
  failures: number;
  set_aside: number;
  /** How long a batch took, on the average. */
  milliseconds?: number;
}>;

export type Change = Readonly<{ state: 'away' | 'back'; because?: string; problem?: string }>;

const nothing: Standing = { events: 0, batches: 0, failures: 0, set_aside: 0, milliseconds: 0 };

export class SinkReport {
  readonly name: string;
  readonly #kind: string;
  #standing = nothing;

  constructor(name: string, kind: string) {
    this.name = name;
    this.#kind = kind;
  }

  /** What has changed for the others, if anything has. */
  told(standing: Standing): Change | undefined {
    const before = this.#standing.away;
    this.#standing = standing;
    const { away } = standing;
    if (away === undefined) return before === undefined ? undefined : { state: 'back' };
    if (before?.problem === away.problem) return undefined;
    return { state: 'away', because: away.because, problem: away.problem };
  }

  document(journal: SinkHealth | undefined): SinkReportDocument {
    const { away, delivered_at, failed, events, batches, failures, set_aside, milliseconds } = this.#standing;
    return {
      name: this.name,
      kind: this.#kind,
      state: away === undefined ? 'ok' : 'away',
      ...away,
      behind: journal?.behind ?? 0,
      oldest_seconds: Math.round((journal?.oldestSeconds ?? 0) * 10) / 10,
      ...(delivered_at === undefined ? {} : { delivered_at }),
      ...(failed === undefined ? {} : { last_error: failed }),
      ...{ events, batches, failures, set_aside },
      ...(batches === 0 ? {} : { milliseconds: Math.round((milliseconds / batches) * 10) / 10 }),
    };
  }
}

export function sinkFamilies(reports: readonly SinkReportDocument[]): readonly Family[] {
  if (reports.length === 0) return [];
  const each = (value: (report: SinkReportDocument) => number) =>
    reports.map((report) => ({ labels: { sink: report.name }, value: value(report) }));
  return [
    counter(
      'portcullis_audit_sink_events_total',
      'Events that a sink has stored.',
      each(({ events }) => events),
    ),
    counter(
      'portcullis_audit_sink_batches_total',
      'Batches that a sink has stored.',
      each(({ batches }) => batches),
    ),
    counter(
      'portcullis_audit_sink_failures_total',
      'Attempts to deliver that failed.',
      each(({ failures }) => failures),
    ),
    counter(
      'portcullis_audit_sink_set_aside_total',
      'Events that a sink would not have, and that were set aside.',
      each(({ set_aside }) => set_aside),
    ),
  ];
}
