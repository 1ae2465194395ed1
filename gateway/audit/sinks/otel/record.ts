// What of an event stands where in a log record.
import type { ShippedEvent } from '../sink.ts';

export const scopeName = 'portcullis.audit';

const INFO = 9;
const WARN = 13;

export const severityOf = ({ type }: ShippedEvent): { number: number; text: string } =>
  /\.(refused|rejected|denied)$|^audit\.sink$/.test(type)
    ? { number: WARN, text: 'WARN' }
    : { number: INFO, text: 'INFO' };

export const nanosecondsOf = ({ time }: ShippedEvent): bigint => BigInt(Date.parse(time)) * 1_000_000n;

/** By `portcullis.event.id` a copy is recognised. */
export const attributesOf = ({ id, type, session, statement }: ShippedEvent): readonly [string, string][] => [
  ['portcullis.event.id', id],
  ['portcullis.event.type', type],
  ...(session === undefined ? [] : [['portcullis.session.id', session] as [string, string]]),
  ...(statement === undefined ? [] : [['portcullis.statement.id', statement] as [string, string]]),
];
