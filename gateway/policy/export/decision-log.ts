// Uploads decisions to a service as OPA does, behind the statements' back: what can't be sent in time is counted, and
// never held up a statement. (It is a copy for those who watch the policy, and not the audit.)
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { DecisionLogConfig } from '../../config/index.ts';
import type { Log } from '../../lib/index.ts';
import { backoffMs, pollMs } from '../source/backoff.ts';
import type { DecisionRecord, ExportRules } from './decision-event.ts';
import { EventBuffer } from './event-buffer.ts';
import { type ExportedEvent, exportedEvent, withheldEvent } from './exported-event.ts';
import { MaskFailed } from './mask-rule.ts';
import { createPost, type Post, ServiceRefused } from './service.ts';
import { Slices } from './slices.ts';

const compress = promisify(gzip);

/** Bytes of one upload before it is compressed, which makes some tenth of it. */
const uploadBytes = 256 * 1024;
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
  readonly #config: DecisionLogConfig;
  readonly #log: Log;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #post: Post;
  readonly #buffer: EventBuffer;
  readonly #slices: Slices;
  readonly #stop = new AbortController();
  readonly #onChange: () => void;
  #next: NodeJS.Timeout | undefined;
  #uploading: Promise<void> | undefined;
  #failures = 0;
  #silentUntil = 0;
  /** Until when rules aren't asked, since they failed and took long to. */
  readonly #resting = new WeakMap<ExportRules, number>();
  #counts = { recorded: 0, uploaded: 0, dropped: 0, withheld: 0, refused: 0 };
  #problem: { problem: string; httpStatus: number | undefined } | undefined;

  /** `labels` are the gateway's own; those of the configuration count more. `onChange`: uploads fail, or succeed again. */
  constructor(
    config: DecisionLogConfig,
    labels: Readonly<Record<string, string>>,
    { log, onChange = () => {} }: { log: Log; onChange?: () => void },
  ) {
    this.#config = config;
    this.#labels = { ...labels, ...config.labels };
    this.#log = log;
    this.#onChange = onChange;
    this.#post = createPost(config, '/logs');
    this.#buffer = new EventBuffer(config.buffer_bytes);
    this.#slices = new Slices(
      () => this.#makeEvent(),
      () => {
        if (this.#buffer.filling && this.#failures === 0) this.#uploadNow();
      },
    );
    this.#scheduleUpload();
  }

  /** Takes a decision over. It costs the statement one place in a list. */
  record(record: DecisionRecord): void {
    if (this.#stop.signal.aborted) return;
    this.#counts.recorded += 1;
    this.#buffer.addRecord(record);
    this.#slices.wake();
  }

  status(): DecisionLogStatus {
    const { refused, ...counts } = this.#counts;
    return {
      ...counts,
      lost: this.#buffer.lost + refused,
      waiting: this.#buffer.waiting,
      problem: this.#problem?.problem,
      httpStatus: this.#problem?.httpStatus,
    };
  }

  /** Sends what there is, for as long as it may take, and stops. */
  async close(milliseconds = 5_000): Promise<void> {
    clearTimeout(this.#next);
    const tooLong = setTimeout(() => this.#stop.abort(), milliseconds);
    await this.#slices.finish(milliseconds);
    await this.#uploading;
    await this.#upload();
    clearTimeout(tooLong);
    clearTimeout(this.#next);
    this.#stop.abort();
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

  #scheduleUpload(): void {
    const { min_seconds, max_seconds } = this.#config;
    const delay =
      this.#failures > 0
        ? backoffMs(this.#failures, max_seconds * 1000, Math.random)
        : pollMs(min_seconds, max_seconds, Math.random);
    clearTimeout(this.#next);
    this.#next = setTimeout(() => this.#uploadNow(), delay).unref();
  }

  #uploadNow(): void {
    this.#uploading ??= this.#upload().finally(() => {
      this.#uploading = undefined;
      if (!this.#stop.signal.aborted) this.#scheduleUpload();
    });
  }

  /** Everything that waits, part by part, until one fails. */
  async #upload(): Promise<void> {
    const most = Math.min(uploadBytes, this.#config.buffer_bytes / 4);
    for (let part = this.#buffer.take(most); part.length > 0; part = this.#buffer.take(most)) {
      try {
        await this.#post(await compress(jsonArray(part)), headers, this.#stop.signal);
        this.#counts.uploaded += part.length;
        this.#buffer.sent();
        this.#settle(undefined);
      } catch (error) {
        this.#settle(error);
        if (!(error instanceof ServiceRefused && error.status === 413)) return;
        // It will never be taken, and must not stand in the way of the others.
        this.#counts.refused += part.length;
        this.#buffer.sent();
      }
    }
  }

  #settle(error: unknown): void {
    const before = this.#problem?.problem;
    this.#failures = error === undefined ? 0 : this.#failures + 1;
    this.#problem =
      error === undefined
        ? undefined
        : {
            problem: problemOf(error),
            httpStatus: error instanceof ServiceRefused ? error.status : undefined,
          };
    if (before === this.#problem?.problem) return;
    if (this.#problem !== undefined) this.#log.warn(this.#problem, 'decision log upload failed');
    else this.#log.info({}, 'decision log uploads again');
    this.#onChange();
  }
}

const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };

function jsonArray(events: readonly Buffer[]): Buffer {
  const parts = events.flatMap((event, at) => (at === 0 ? [event] : [comma, event]));
  return Buffer.concat([open, ...parts, close]);
}

const [open, comma, close] = [Buffer.from('['), Buffer.from(','), Buffer.from(']')];

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
