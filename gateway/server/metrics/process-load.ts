// How a process fares: memory, processor time, and how long its event loop makes everybody wait.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { counter, type Family, gauge } from '../../lib/index.ts';

/** The time between two looks counts as none of the delay. */
const lookMilliseconds = 20;
const windowMilliseconds = 60_000;
const quantiles = [50, 99, 100] as const;

export class ProcessLoad {
  readonly #delay = monitorEventLoopDelay({ resolution: lookMilliseconds });
  readonly #startedAt = Date.now() / 1000 - process.uptime();
  #delays: readonly number[] = [0, 0, 0];
  #since = performance.now();

  constructor() {
    this.#delay.enable();
  }

  /** From time to time: what is told is of the last whole minute, or of what there was of the first. */
  tick(): void {
    const isFirst = this.#delays.every((delay) => delay === 0);
    const isOver = performance.now() - this.#since >= windowMilliseconds;
    if (!isFirst && !isOver) return;
    this.#delays = quantiles.map((quantile) =>
      Math.max(0, this.#delay.percentile(quantile) / 1e9 - lookMilliseconds / 1e3),
    );
    if (!isOver) return;
    this.#delay.reset();
    this.#since = performance.now();
  }

  families(): readonly Family[] {
    const { rss, heapUsed, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return [
      gauge('process_resident_memory_bytes', 'Memory that the process has.', rss),
      gauge('portcullis_heap_used_bytes', 'Memory of JavaScript objects that are in use.', heapUsed),
      gauge('portcullis_external_memory_bytes', 'Memory of buffers outside the heap.', external),
      counter('process_cpu_seconds_total', 'Processor time that was spent.', (user + system) / 1e6),
      gauge('process_start_time_seconds', 'When the process began, since 1970.', this.#startedAt),
      gauge(
        'portcullis_event_loop_delay_seconds',
        'How long what was due had to wait, over the last minute.',
        quantiles.map((quantile, at) => ({
          labels: { quantile: String(quantile / 100) },
          value: this.#delays[at] ?? 0,
        })),
      ),
    ];
  }

  close(): void {
    this.#delay.disable();
  }
}
