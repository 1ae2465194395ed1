// OTLP in protobuf, as far as logs need it: opentelemetry/proto/logs/v1/logs.proto and its collector service.
import { version } from '../../../lib/index.ts';
import type { Shipment, ShippedEvent } from '../sink.ts';
import { attributesOf, nanosecondsOf, scopeName, severityOf } from './record.ts';

export function protobufLogs({ events }: Shipment, resource: Readonly<Record<string, string>>): Buffer {
  const observed = BigInt(Date.now()) * 1_000_000n;
  const scope = message(1, [text(1, scopeName), text(2, version)]);
  const records = events.map((event) => message(2, record(event, observed)));
  const scopeLogs = message(2, [scope, ...records]);
  const attributes = Object.entries(resource).map(([key, value]) => attribute(1, key, value));
  return message(1, [message(1, attributes), scopeLogs]);
}

/** Of an ExportLogsServiceResponse: `partial_success.rejected_log_records`. */
export function rejectedIn(answer: Buffer): number {
  for (const [number, partial] of fieldsOf(answer))
    if (number === 1 && Buffer.isBuffer(partial))
      for (const [inner, rejected] of fieldsOf(partial)) if (inner === 1) return Number(rejected);
  return 0;
}

function record(event: ShippedEvent, observed: bigint): Buffer[] {
  const { number, text: severity } = severityOf(event);
  return [
    fixed64(1, nanosecondsOf(event)),
    Buffer.concat([tag(2, 0), varint(number)]),
    text(3, severity),
    message(5, [text(1, event.json)]),
    ...attributesOf(event).map(([key, value]) => attribute(6, key, value)),
    fixed64(11, observed),
    text(12, `portcullis.${event.type}`),
  ];
}

const attribute = (field: number, key: string, value: string): Buffer =>
  message(field, [text(1, key), message(2, [text(1, value)])]);

function message(field: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([tag(field, 2), varint(length), ...parts]);
}

const text = (field: number, value: string): Buffer => message(field, [Buffer.from(value)]);

function fixed64(field: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([tag(field, 1), bytes]);
}

const tag = (field: number, wireType: number): Buffer => varint(field * 8 + wireType);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

/** Numbers and byte strings; what is cut short or strange ends it. */
function* fieldsOf(bytes: Buffer): Generator<[number: number, value: bigint | Buffer]> {
  let at = 0;
  const number = (): bigint => {
    let value = 0n;
    for (let shift = 0n; at < bytes.length; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const key = Number(number());
    if (key % 8 === 0) yield [key >> 3, number()];
    else if (key % 8 === 2) {
      const length = Number(number());
      yield [key >> 3, bytes.subarray(at, at + length)];
      at += length;
    } else return;
  }
}
