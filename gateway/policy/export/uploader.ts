// Takes events out of the buffer to the service: now and then, sooner when they are many, later when it fails.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { DecisionLogConfig } from '../../config/index.ts';
import type { Log } from '../../lib/index.ts';
import { backoffMs, pollMs } from '../source/backoff.ts';
import type { EventBuffer } from './event-buffer.ts';
import { createPost, type Post, ServiceRefused } from './service.ts';

const compress = promisify(gzip);

/** Bytes of one upload before it is compressed, which makes some tenth of it. */
const uploadBytes = 256 * 1024;

export type UploaderStatus = Readonly<{
  uploaded: number;
  /** Left out because the service takes nothing as large. */
  refused: number;
  /** Why the last upload failed; undefined once one succeeds. */
  problem: string | undefined;
  httpStatus: number | undefined;
}>;

export class Uploader {
  readonly #config: DecisionLogConfig;
  readonly #buffer: EventBuffer;
  readonly #log: Log;
  readonly #onChange: () => void;
  readonly #post: Post;
  readonly #stop = new AbortController();
  #next: NodeJS.Timeout | undefined;
  #uploading: Promise<void> | undefined;
  #failures = 0;
  #uploaded = 0;
  #refused = 0;
  #problem: Pick<UploaderStatus, 'problem' | 'httpStatus'> | undefined;

  /** `onChange`: uploads fail, or succeed again. */
  constructor(
    config: DecisionLogConfig,
    buffer: EventBuffer,
    { log, onChange }: { log: Log; onChange: () => void },
  ) {
    this.#config = config;
    this.#buffer = buffer;
    this.#log = log;
    this.#onChange = onChange;
    this.#post = createPost(config, '/logs');
    this.#schedule();
  }

  status(): UploaderStatus {
    const { problem, httpStatus } = this.#problem ?? {};
    return { uploaded: this.#uploaded, refused: this.#refused, problem, httpStatus };
  }

  /** Uploads before its time when much is waiting, unless the service is failing anyway. */
  hurry(): void {
    if (this.#buffer.filling && this.#failures === 0) this.#uploadNow();
  }

  /** Tries once more to send what there is, for so long at most. */
  async close(milliseconds: number): Promise<void> {
    clearTimeout(this.#next);
    const tooLong = setTimeout(() => this.#stop.abort(), milliseconds);
    await this.#uploading;
    await this.#upload();
    clearTimeout(tooLong);
    clearTimeout(this.#next);
    this.#stop.abort();
  }

  #schedule(): void {
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
      if (!this.#stop.signal.aborted) this.#schedule();
    });
  }

  /** Everything that waits, part by part, until one fails. */
  async #upload(): Promise<void> {
    const most = Math.min(uploadBytes, this.#config.buffer_bytes / 4);
    for (let part = this.#buffer.take(most); part.length > 0; part = this.#buffer.take(most)) {
      try {
        await this.#post(await compress(jsonArray(part)), headers, this.#stop.signal);
        this.#uploaded += part.length;
        this.#buffer.sent();
        this.#settle(undefined);
      } catch (error) {
        this.#settle(error);
        if (!(error instanceof ServiceRefused && error.status === 413)) return;
        // It will never be taken, and must not stand in the way of the others.
        this.#refused += part.length;
        this.#buffer.sent();
      }
    }
  }

  #settle(error: unknown): void {
    const before = this.#problem?.problem;
    this.#failures = error === undefined ? 0 : this.#failures + 1;
    this.#problem = error === undefined ? undefined : problemOf(error);
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

function problemOf(error: unknown): Pick<UploaderStatus, 'problem' | 'httpStatus'> {
  return {
    problem: error instanceof Error ? error.message : 'unknown',
    httpStatus: error instanceof ServiceRefused ? error.status : undefined,
  };
}
