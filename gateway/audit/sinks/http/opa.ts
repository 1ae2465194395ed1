// In the shape of OPA's decision logs, for what takes those: an event that a decision belongs to has its input and its
// result where OPA has them, and the whole event stands under `custom`.
import { version } from '../../../lib/index.ts';
import type { AuditEvent } from '../../event/event.ts';
import { isMembers, told, toldTogether } from '../../query/source/told.ts';
import type { ShippedEvent } from '../sink.ts';
import type { Shape } from './http-sink.ts';

export const opa = (labels: Readonly<Record<string, string>>): Shape => ({
  contentType: 'application/json',
  scheme: 'Bearer',
  path: '/logs',
  headers: () => ({}),
  body: ({ chain, events }) => `[${events.map((event) => decisionEvent(event, chain, labels)).join(',')}]`,
  words: (answer) => String(answer?.message ?? answer?.error ?? ''),
  confirm: () => undefined,
});

function decisionEvent(
  shipped: ShippedEvent,
  chain: string,
  labels: Readonly<Record<string, string>>,
): string {
  const { subjects = {}, ...event } = JSON.parse(shipped.json) as AuditEvent;
  const entry = { event, subjects };
  const input = toldTogether(entry, 'input');
  const decision = told(entry, 'decision');
  const { client_addr: client } = isMembers(input.session) ? input.session : {};
  const head = JSON.stringify({
    labels: { ...labels, id: chain, version },
    // Of the event: a decision that many statements share would be one event to whoever drops copies by it.
    decision_id: event.id,
    path: event.type.startsWith('session.') ? 'gateway/connect/decision' : 'gateway/statement/decision',
    ...(Object.keys(input).length === 0 ? {} : { input }),
    ...(isMembers(decision) ? { result: decision } : {}),
    ...(typeof client === 'string' ? { requested_by: client } : {}),
    timestamp: event.time,
  });
  return `${head.slice(0, -1)},"custom":{"event":${shipped.json}}}`;
}
