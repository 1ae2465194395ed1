// Uploads decisions to a service as OPA does, behind the statements' back: what can't be sent in time is counted, and
// never held up a statement. (It is a copy for those who watch the policy, and not the audit.)
import type { DecisionLogConfig } from '../../config/index.ts';
import type { Log } from '../../lib/index.ts';
import type { DecisionRecord, ExportRules } from './decision-event.ts';
import { EventBuffer } from './event-buffer.ts';
import { type ExportedEvent, exportedEvent, withheldEvent } from './exported-event.ts';
import { MaskFailed } from './mask-rule.ts';
import { Slices } from './slices.ts';
import { Uploader } from './uploader.ts';

// A rule without end takes all the steps that it has, for every event anew: statements would feel that.
const failureMilliseconds = 20;
const restMilliseconds = 60_000;
export type DecisionLogStatus = Readonly<{
  /** Decisions that came. */
  recorded: number;
  uploaded: number;
  /** Left out by `system/log/drop`. */
  dropped: number;
  /** Sent without input and result, since a rule of the policy failed. */
  withheld: number;
  /** Left out because the buffer was full, or the service takes nothing as large. */
  lost: number;
  waiting: number;
  /** Why the last upload failed; undefined once one succeeds. */
  problem: string | undefined;
  httpStatus: number | undefined;
}>;

export class DecisionLog {
  readonly #log: Log;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #buffer: EventBuffer;
  readonly #uploader: Uploader;
  readonly #slices: Slices;
  /** Until when rules aren't asked, since they failed and took long to. */
  readonly #resting = new WeakMap<ExportRules, number>();
  readonly #counts = { recorded: 0, dropped: 0, withheld: 0 };
  #silentUntil = 0;
  #closed = false;

  /** `labels` are the gateway's own; those of the configuration count more. `onChange`: uploads fail, or succeed again. */
  constructor(
    config: DecisionLogConfig,
    labels: Readonly<Record<string, string>>,
    { log, onChange = () => {} }: { log: Log; onChange?: () => void },
  ) {
    this.#labels = { ...labels, ...config.labels };
    this.#log = log;
    this.#buffer = new EventBuffer(config.buffer_bytes);
    this.#uploader = new Uploader(config, this.#buffer, { log, onChange });
    this.#slices = new Slices(
      () => this.#makeEvent(),
      () => this.#uploader.hurry(),
    );
  }

  /** Takes a decision over. It costs the statement one place in a list. */
  record(record: DecisionRecord): void {
    if (this.#closed) return;
    this.#counts.recorded += 1;
    this.#buffer.addRecord(record);
    this.#slices.wake();
  }

  status(): DecisionLogStatus {
    const { refused, ...uploads } = this.#uploader.status();
    const { lost, waiting } = this.#buffer;
    return { ...this.#counts, ...uploads, lost: lost + refused, waiting };
  }

  /** Sends what there is, for as long as it may take, and stops. */
  async close(milliseconds = 5_000): Promise<void> {
    this.#closed = true;
    const deadline = performance.now() + milliseconds;
    await this.#slices.finish(milliseconds);
    await this.#uploader.close(Math.max(0, deadline - performance.now()));
    const left = this.#buffer.waiting;
    if (left > 0) this.#log.warn({ events: left }, 'decision log closed with events that were not uploaded');
  }

  #makeEvent(): boolean {
    const record = this.#buffer.nextRecord();
    if (record === undefined) return false;
    const exported = this.#exported(record);
    if (exported.outcome === 'dropped') {
      this.#counts.dropped += 1;
      return true;
    }
    if (exported.outcome === 'withheld') {
      this.#counts.withheld += 1;
      this.#sayWithheld(record, exported.cause);
    }
    this.#buffer.addEvent(exported.event);
    return true;
  }

  #exported(record: DecisionRecord): ExportedEvent {
    const began = performance.now();
    if (began < (this.#resting.get(record.rules) ?? 0)) {
      return { outcome: 'withheld', event: withheldEvent(record, this.#labels), cause: undefined };
    }
    const exported = exportedEvent(record, this.#labels);
    const ended = performance.now();
    if (exported.outcome === 'withheld' && ended - began > failureMilliseconds) {
      this.#resting.set(record.rules, ended + restMilliseconds);
    }
    return exported;
  }

  /** Once a minute: a rule that fails does so for every statement. */
  #sayWithheld({ decisionId }: DecisionRecord, cause: unknown): void {
    const now = performance.now();
    if (now < this.#silentUntil) return;
    this.#silentUntil = now + restMilliseconds;
    this.#log.error(
      // Any other message may quote what was to be masked.
      {
        decision_id: decisionId,
        problem: cause instanceof MaskFailed ? cause.message : 'the rule cannot be evaluated',
        withheld: this.#counts.withheld,
      },
      'decision log event withheld: a rule of system/log failed',
    );
  }
}
