// Delivers one batch, however long that takes: what fails is sent again, what is too large in parts, and what a sink will
// not have alone is set aside or waits until somebody has looked.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Pauses, pauseMs } from '../../lib/index.ts';
import { problemOf } from '../sinks/problem.ts';
import { NotStored, type NotStoredBecause, type ShippedEvent, type Sink } from '../sinks/sink.ts';

export type DeliveryOptions = Readonly<{
  sink: Sink;
  chain: string;
  /** For one attempt. */
  milliseconds: number;
  pauses: Pauses;
  random: () => number;
  /** Gives up at once. */
  closing: AbortSignal;
  onStored: (events: number, milliseconds: number) => void;
  onFailed: (because: NotStoredBecause, problem: string) => void;
  /** Absent: an event that the sink will not have waits, and with it all after it. */
  setAside?: ((event: ShippedEvent, problem: string) => Promise<void>) | undefined;
}>;

/** Once less is asked of it, a service that will not have a batch is asked for it in this many parts. */
const PARTS = 2;

/** Resolves when the sink has all of them, or they are set aside. Rejects only when it is closed before. */
export async function deliver(events: readonly ShippedEvent[], options: DeliveryOptions): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    const failure = await attempt(events, options);
    if (failure === undefined) return;
    options.closing.throwIfAborted();
    const { because, message, afterSeconds } = failure;
    const isOurs = because === 'too_large' || because === 'refused';
    if (isOurs && events.length > 1) {
      const middle = Math.ceil(events.length / PARTS);
      await deliver(events.slice(0, middle), options);
      await deliver(events.slice(middle), options);
      return;
    }
    options.onFailed(because, message);
    if (isOurs && (await isSetAside(events[0], message, options))) return;
    await sleep(pauseMs(attempts, afterSeconds, options.pauses, options.random), undefined, {
      signal: options.closing,
    });
  }
}

async function isSetAside(
  event: ShippedEvent | undefined,
  problem: string,
  { setAside, onFailed }: DeliveryOptions,
): Promise<boolean> {
  if (event === undefined || setAside === undefined) return false;
  try {
    await setAside(event, problem);
    return true;
  } catch (error) {
    onFailed('unavailable', `an event cannot be set aside: ${problemOf(error)}`);
    return false;
  }
}

async function attempt(
  events: readonly ShippedEvent[],
  { sink, chain, milliseconds, closing, onStored }: DeliveryOptions,
): Promise<NotStored | undefined> {
  const started = performance.now();
  try {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(milliseconds)]);
    await sink.deliver({ chain, events }, signal);
    onStored(events.length, performance.now() - started);
    return undefined;
  } catch (error) {
    if (!(error instanceof NotStored)) return new NotStored('unavailable', problemOf(error));
    const [first] = events;
    const isAlone = error.because === 'refused' && events.length === 1;
    return isAlone
      ? new NotStored('refused', `${error.message} (the event ${first?.id})`, error.afterSeconds)
      : error;
  }
}
