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

/** Whether whoever reads the journal has come to its end, and waits there for more. */
export class ReadersEnd {
  #isReached = false;
  #told: (() => void) | undefined;

  reached(): void {
    this.#isReached = true;
    this.#told?.();
  }

  left(): void {
    this.#isReached = false;
  }

  /** Called back at once where it is there already. */
  tell(told: (() => void) | undefined): void {
    this.#told = told;
    if (this.#isReached) told?.();
  }
}

export type Pace = Readonly<{
  limits: BatchLimits;
  end: ReadersEnd;
  /** Once it is said, what is there is sent at once. */
  hurry: AbortSignal;
}>;

/** What is in the journal already goes along; whoever reads it needs a moment, and never gets more than this. */
const GRACE_MS = 5;

/** Batches, never empty, until the events end. */
export async function* batchesOf(events: AsyncIterable<StoredEvent>, pace: Pace): AsyncGenerator<Batch> {
  const { limits } = pace;
  const iterator = events[Symbol.asyncIterator]();
  try {
    let coming = iterator.next();
    for (;;) {
      const first = await coming;
      if (first.done === true) return;
      const batch = [shippedEvent(first.value)];
      let { position } = first.value;
      let bytes = first.value.json.length;
      const { promise: full, cancel } = timeFor(pace);
      coming = iterator.next();
      while (batch.length < limits.events && bytes < limits.bytes) {
        const next = await Promise.race([coming, full]);
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

/** Until a batch has waited as long as it may, and nothing more is at hand. */
function timeFor({ limits, end, hurry }: Pace): { promise: Promise<undefined>; cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let timer: NodeJS.Timeout | undefined;
  const close = () => resolve(undefined);
  const over = () => {
    clearTimeout(timer);
    timer = setTimeout(close, GRACE_MS);
    end.tell(close);
  };
  if (limits.milliseconds === 0 || hurry.aborted) over();
  else timer = setTimeout(over, limits.milliseconds);
  hurry.addEventListener('abort', over);
  return {
    promise,
    cancel: () => {
      clearTimeout(timer);
      end.tell(undefined);
      hurry.removeEventListener('abort', over);
    },
  };
}
