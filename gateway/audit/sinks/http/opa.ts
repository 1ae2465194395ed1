// In the shape of OPA's decision logs, for what takes those: an event that a decision belongs to has its input and its
// result where OPA has them, and the whole event stands under `custom`.
import { version } from '../../../lib/index.ts';
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

type Told = Readonly<{
  subject?: Record<string, unknown>;
  decision?: unknown;
  input?: unknown;
  client?: unknown;
}>;

function decisionEvent(event: ShippedEvent, chain: string, labels: Readonly<Record<string, string>>): string {
  const { subject = {}, ...own } = JSON.parse(event.json) as Told;
  const input = own.input ?? subject.input;
  const decision = (own.decision ?? subject.decision) as Readonly<Record<string, unknown>> | undefined;
  const client = (own.client ?? subject.client) as Readonly<Record<string, unknown>> | undefined;
  const head = JSON.stringify({
    labels: { id: chain, version, ...labels },
    // Of the event: a decision that many statements share would be one event to whoever drops copies by it.
    decision_id: event.id,
    path: event.type.startsWith('session.') ? 'gateway/connect/decision' : 'gateway/statement/decision',
    ...(input === undefined ? {} : { input }),
    ...(decision === undefined ? {} : { result: decision }),
    ...(typeof client?.address === 'string' ? { requested_by: client.address } : {}),
    timestamp: event.time,
  });
  return `${head.slice(0, -1)},"custom":{"event":${event.json}}}`;
}
