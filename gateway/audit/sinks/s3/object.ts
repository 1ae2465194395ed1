// What a shipment is called in a bucket, and for how long it may not be deleted there.
import type { Shipment } from '../sink.ts';
import { escaped } from './signature.ts';

export type Lock = Readonly<{
  /** `compliance`: nobody shortens it. `governance`: somebody with the right to may. */
  mode: 'none' | 'governance' | 'compliance';
  days: number;
}>;

/** By chain, day and number, so that listing a bucket is reading the chain, and a gap is seen by the names alone. */
export function keyOf({ chain, events }: Shipment, prefix: string): string {
  const [first, last] = [events[0], events.at(-1)];
  const day = (first?.time ?? '').slice(0, 10).replaceAll('-', '/');
  return [prefix, chain, day, `${padded(first?.seq)}-${padded(last?.seq)}.jsonl.gz`]
    .filter(Boolean)
    .join('/');
}

const padded = (seq = 0): string => String(seq).padStart(12, '0');

/** With the bucket in the path, or before the host as S3 itself would have it. */
export function addressOf(endpoint: string, bucket: string, key: string, pathStyle: boolean): URL {
  const url = new URL(endpoint);
  const path = key.split('/').map(escaped).join('/');
  if (pathStyle) url.pathname = `/${bucket}/${path}`;
  else {
    url.hostname = `${bucket}.${url.hostname}`;
    url.pathname = `/${path}`;
  }
  return url;
}

export function lockHeaders({ mode, days }: Lock, now: number): Record<string, string> {
  if (mode === 'none') return {};
  return {
    'x-amz-object-lock-mode': mode.toUpperCase(),
    'x-amz-object-lock-retain-until-date': new Date(now + days * 86_400_000).toISOString(),
  };
}
