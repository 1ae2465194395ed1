// A place that events are sent to: what it is given, and how it says that it didn't take it.

/** One event as it is shipped: the same bytes for every sink, and for every attempt. */
export type ShippedEvent = Readonly<{
  /** `<chain>/<seq>`: what makes a copy recognisable. */
  id: string;
  seq: number;
  time: string;
  type: string;
  session?: string | undefined;
  statement?: string | undefined;
  /** The whole event, its subjects put back in, as JSON on one line. */
  json: string;
}>;

/** Some of a chain's events, one after the other without a gap. Never empty. */
export type Shipment = Readonly<{ chain: string; events: readonly ShippedEvent[] }>;

export interface Sink {
  /**
   * Resolves once the sink has said that it stored all of it, or all that its protocol lets it say. Throws NotStored, or
   * whatever a socket throws: then the same events come again, and copies are theirs to recognise by id.
   */
  deliver(shipment: Shipment, signal: AbortSignal): Promise<void>;
  /** Connects and logs in where there is something to log in to, and stores nothing. Resolves to what it found. */
  check(signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

export type NotStoredBecause =
  /** It may go well later. */
  | 'unavailable'
  /** Fewer events at a time may go well. */
  | 'too_large'
  /** It will have none of it, or not this event: somebody has to look. */
  | 'refused'
  /** It said that all went well, and the events aren't there. */
  | 'lied';

/** The message stands in logs and in /health, and holds neither a secret nor an event. */
export class NotStored extends Error {
  override readonly name = 'NotStored';
  readonly because: NotStoredBecause;
  /** What it says of when to come again. */
  readonly afterSeconds: number | undefined;

  constructor(because: NotStoredBecause, message: string, afterSeconds?: number) {
    super(message);
    this.because = because;
    this.afterSeconds = afterSeconds;
  }
}
