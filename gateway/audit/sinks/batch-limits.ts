// How much goes at once, for each kind as fits it: objects are few and large, rows and requests many and small.
import type { SinkConfig } from './create-sink.ts';

export type SinkLimits = Readonly<{ events: number; bytes: number; seconds: number }>;

const MIB = 1024 * 1024;
const usual: SinkLimits = { events: 2_000, bytes: 2 * MIB, seconds: 1 };
const objects: SinkLimits = { events: 50_000, bytes: 32 * MIB, seconds: 60 };

export function batchLimits({ kind, batch }: SinkConfig): SinkLimits {
  const { events, bytes, seconds } = kind === 's3' ? objects : usual;
  return {
    events: batch.events ?? events,
    bytes: batch.bytes ?? bytes,
    seconds: batch.seconds ?? seconds,
  };
}
