// OTLP in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding.
import { version } from '../../../lib/index.ts';
import type { Shipment } from '../sink.ts';
import { attributesOf, nanosecondsOf, scopeName, severityOf } from './record.ts';

export function jsonLogs({ events }: Shipment, resource: Readonly<Record<string, string>>): string {
  const observed = (BigInt(Date.now()) * 1_000_000n).toString();
  const logRecords = events.map((event) => {
    const { number, text } = severityOf(event);
    return {
      timeUnixNano: nanosecondsOf(event).toString(),
      observedTimeUnixNano: observed,
      severityNumber: number,
      severityText: text,
      eventName: `portcullis.${event.type}`,
      // As text: so the event can be verified by its hash after it came out again.
      body: { stringValue: event.json },
      attributes: attributes(attributesOf(event)),
    };
  });
  const scopeLogs = [{ scope: { name: scopeName, version }, logRecords }];
  return JSON.stringify({
    resourceLogs: [{ resource: { attributes: attributes(Object.entries(resource)) }, scopeLogs }],
  });
}

const attributes = (pairs: readonly (readonly [string, string])[]) =>
  pairs.map(([key, value]) => ({ key, value: { stringValue: value } }));
