// What is measured of the journal.
import { Counts, counter, Durations, type Family, gauge } from '../../lib/index.ts';
import type { JournalHealth } from './types.ts';

export class JournalCounts {
  #events = 0;
  readonly #refused = new Counts(
    'portcullis_audit_refused_total',
    'Events that the journal did not take, by reason; what they are about was denied.',
    'reason',
    ['full', 'unavailable'],
  );
  readonly #syncs = new Durations(
    'portcullis_audit_sync_seconds',
    'How long it took to bring the journal to the disk.',
  );

  wrote(): void {
    this.#events += 1;
  }

  refused(reason: 'full' | 'unavailable'): void {
    this.#refused.add(reason);
  }

  synced(nanoseconds: number): void {
    this.#syncs.observe(nanoseconds);
  }

  families({ writable, bytes, maxBytes, open, sinks }: JournalHealth): readonly Family[] {
    const perSink = (value: (sink: JournalHealth['sinks'][number]) => number) =>
      sinks.map((sink) => ({ labels: { sink: sink.name }, value: value(sink) }));
    return [
      counter('portcullis_audit_events_total', 'Events that were written into the journal.', this.#events),
      this.#refused.family(),
      gauge(
        'portcullis_audit_journal_writable',
        'Whether the journal takes events: 1 or 0.',
        writable ? 1 : 0,
      ),
      gauge('portcullis_audit_journal_bytes', 'Size of the journal.', bytes),
      gauge('portcullis_audit_journal_max_bytes', 'What the journal may become.', maxBytes),
      gauge('portcullis_audit_open_statements', 'Statements with an intent and no outcome yet.', open),
      this.#syncs.family(),
      gauge(
        'portcullis_audit_sink_behind_events',
        'Events that a sink has not acknowledged.',
        perSink(({ behind }) => behind),
      ),
      gauge(
        'portcullis_audit_sink_oldest_seconds',
        'Since when the oldest of them waits.',
        perSink(({ oldestSeconds }) => oldestSeconds),
      ),
      gauge(
        'portcullis_audit_sink_up',
        'Whether a sink takes events: 1 or 0.',
        perSink(({ away }) => (away === undefined ? 1 : 0)),
      ),
    ];
  }
}
