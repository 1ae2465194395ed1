// Puts events that come one by one together to what is sent at once: by count, by bytes, and by how long the first of them
// has waited.
import type { StoredEvent } from '../journal/types.ts';
import { shippedEvent } from '../sinks/shipped-event.ts';
import type { ShippedEvent } from '../sinks/sink.ts';

export type BatchLimits = Readonly<{
  events: number;
  bytes: number;
  /** 0: what is there is sent at once. */
  milliseconds: number;
}>;

export type Batch = Readonly<{ events: readonly ShippedEvent[]; position: StoredEvent['position'] }>;

/** Batches, never empty, until the events end. */
export async function* batchesOf(
  events: AsyncIterable<StoredEvent>,
  limits: BatchLimits,
): AsyncGenerator<Batch> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    let coming = iterator.next();
    for (;;) {
      const first = await coming;
      if (first.done === true) return;
      const batch = [shippedEvent(first.value)];
      let { position } = first.value;
      let bytes = first.value.json.length;
      const { promise: late, cancel } = after(limits.milliseconds);
      coming = iterator.next();
      while (batch.length < limits.events && bytes < limits.bytes) {
        const next = await Promise.race([coming, late]);
        if (next === undefined || next.done === true) break;
        if (bytes + next.value.json.length > limits.bytes) break;
        batch.push(shippedEvent(next.value));
        bytes += next.value.json.length;
        position = next.value.position;
        coming = iterator.next();
      }
      cancel();
      yield { events: batch, position };
    }
  } finally {
    void iterator.return?.();
  }
}

/** What is there already is never late: no timer fires before it has been taken. */
function after(milliseconds: number): { promise: Promise<undefined>; cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), milliseconds);
  return { promise, cancel: () => clearTimeout(timer) };
}
