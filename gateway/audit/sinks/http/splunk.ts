// For Splunk's HTTP Event Collector: events in envelopes of its own, and with indexer acknowledgement nothing counts as
// stored before an indexer has it.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { NotStored, type ShippedEvent } from '../sink.ts';
import type { AskAgain, Shape } from './http-sink.ts';
import { jsonIn } from './status.ts';

export type SplunkConfig = Readonly<{
  index?: string | undefined;
  source: string;
  sourcetype: string;
  /** Wait until an indexer has them: the token must have it turned on. */
  acknowledgement: boolean;
}>;

const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 2_000;

export function splunk({ index, source, sourcetype, acknowledgement }: SplunkConfig): Shape {
  // Acknowledgements are counted in a channel, which is the client's to name.
  const channel = randomUUID();
  const place = `${index === undefined ? '' : `"index":${JSON.stringify(index)},`}"source":${JSON.stringify(source)},"sourcetype":${JSON.stringify(sourcetype)}`;
  return {
    contentType: 'application/json',
    scheme: 'Splunk',
    path: '/services/collector/event',
    headers: () => ({ 'x-splunk-request-channel': channel }),
    body: ({ chain, events }) => {
      const host = JSON.stringify(chain);
      return events
        .map(
          (event) =>
            `{"time":${secondsOf(event)},"host":${host},${place},"fields":{"event_id":${JSON.stringify(event.id)}},"event":${event.json}}`,
        )
        .join('\n');
    },
    words: (answer) => String(answer?.text ?? ''),
    async confirm(answer, _, ask, signal) {
      const { ackId } = jsonIn(answer) ?? {};
      if (!acknowledgement) return;
      if (typeof ackId !== 'number')
        throw new NotStored(
          'unavailable',
          'it gives no ackId: turn indexer acknowledgement on for the token, or set acknowledgement: false',
        );
      await acknowledged(ackId, channel, ask, signal);
    },
  };
}

/** Until the time for the whole delivery is over. */
async function acknowledged(id: number, channel: string, ask: AskAgain, signal: AbortSignal): Promise<void> {
  const question = JSON.stringify({ acks: [id] });
  const headers = { 'x-splunk-request-channel': channel };
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 2, LONGEST_LOOK_MS)) {
    const answer = jsonIn(await ask('/services/collector/ack', question, headers));
    const acks = answer?.acks as Readonly<Record<string, unknown>> | undefined;
    if (acks?.[String(id)] === true) return;
    try {
      await sleep(pause, undefined, { signal });
    } catch {
      throw new NotStored('lied', 'it took the events, and no indexer acknowledges them');
    }
  }
}

const secondsOf = ({ time }: ShippedEvent): string => (Date.parse(time) / 1000).toFixed(3);
