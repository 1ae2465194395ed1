// The plainest shape: one event a line. A service that says how many it stored, or which, is taken at its word.
import { NotStored, type Shipment } from '../sink.ts';
import type { Shape } from './http-sink.ts';
import { jsonIn } from './status.ts';

/**
 * `confirm`: with `count` the answer must say how many events were stored, as `{"stored": 12}`, or which, as
 * `{"ids": […]}`; with `status` it may.
 */
export const generic = (confirm: 'status' | 'count'): Shape => ({
  contentType: 'application/x-ndjson',
  scheme: 'Bearer',
  path: '/',
  headers: (shipment) => ({ 'idempotency-key': idOf(shipment), 'x-events': String(shipment.events.length) }),
  body: ({ events }) => events.map(({ json }) => `${json}\n`).join(''),
  words: (answer) => String(answer?.error ?? answer?.message ?? ''),
  confirm(answer, { events }) {
    const { stored, ids } = jsonIn(answer) ?? {};
    if (typeof stored === 'number' && stored !== events.length)
      throw new NotStored('lied', `of ${events.length} events it says that it stored ${stored}`);
    if (Array.isArray(ids)) {
      const there = new Set<unknown>(ids);
      const missing = events.filter(({ id }) => !there.has(id));
      if (missing.length > 0)
        throw new NotStored(
          'lied',
          `of ${events.length} events it does not name ${missing.length} as stored`,
        );
      return;
    }
    if (confirm === 'count' && typeof stored !== 'number')
      throw new NotStored('lied', 'it does not say how many events it stored');
  },
});

/** The same for each attempt at the same events. */
function idOf({ chain, events }: Shipment): string {
  return `${chain}/${events[0]?.seq}-${events.at(-1)?.seq}`;
}
