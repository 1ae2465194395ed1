// Events as log records of OpenTelemetry, by OTLP over HTTP, in JSON or in protobuf.

import type { Shape } from '../http/http-sink.ts';
import { jsonIn } from '../http/status.ts';
import { NotStored } from '../sink.ts';
import { jsonLogs } from './json.ts';
import { protobufLogs, rejectedIn } from './protobuf.ts';

export function otel(encoding: 'json' | 'protobuf', resource: Readonly<Record<string, string>>): Shape {
  const isJson = encoding === 'json';
  return {
    contentType: isJson ? 'application/json' : 'application/x-protobuf',
    scheme: 'Bearer',
    path: '/v1/logs',
    headers: () => ({}),
    body: (shipment) => (isJson ? jsonLogs : protobufLogs)(shipment, { ...resource, ...own(shipment.chain) }),
    words: (answer) => String(answer?.message ?? ''),
    confirm(answer) {
      const rejected = isJson ? rejectedInJson(jsonIn(answer)) : rejectedIn(answer.body);
      // What was rejected is never sent again as it was (so says the protocol), but what the others of its batch were is
      // not known either: they come in smaller batches, until the one stands alone.
      if (rejected > 0) throw new NotStored('refused', `it rejects ${rejected} of the events`);
    },
  };
}

const own = (chain: string): Record<string, string> => ({
  'service.name': 'portcullis',
  'service.instance.id': chain,
});

function rejectedInJson(answer: Readonly<Record<string, unknown>> | undefined): number {
  const partial = answer?.partialSuccess as Readonly<{ rejectedLogRecords?: unknown }> | undefined;
  return Number(partial?.rejectedLogRecords ?? 0);
}
