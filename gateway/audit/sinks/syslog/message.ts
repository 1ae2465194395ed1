// One event as a syslog message (RFC 5424), counted in octets as it goes over TLS and TCP (RFC 5425, RFC 6587).
import { hostname } from 'node:os';
import type { ShippedEvent } from '../sink.ts';

/** 13 is the log audit. */
export const facilities = {
  user: 1,
  daemon: 3,
  auth: 4,
  authpriv: 10,
  audit: 13,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;

export type Facility = keyof typeof facilities;

/** What was refused and what failed is a warning, everything else informational. */
const severityOf = (type: string): number =>
  /\.(refused|rejected|denied)$|^audit\.sink$/.test(type) ? 4 : 6;

const NIL = '-';

export function framed(event: ShippedEvent, chain: string, facility: Facility): Buffer {
  const message = Buffer.from(messageOf(event, chain, facility));
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

function messageOf(
  { id, time, type, session, json }: ShippedEvent,
  chain: string,
  facility: Facility,
): string {
  const priority = facilities[facility] * 8 + severityOf(type);
  const header = [
    `<${priority}>1`,
    time,
    name(hostname(), 255),
    'portcullis',
    name(chain, 128),
    name(type, 32),
  ].join(' ');
  // 32473 is the number that RFC 5612 keeps for documentation: there is none of ours to register.
  const data = `[event@32473 id="${value(id)}"${session === undefined ? '' : ` session="${value(session)}"`}]`;
  // The byte order mark says that what follows is UTF-8; JSON has no line breaks of its own.
  return `${header} ${data} \uFEFF${json}`;
}

/** Printable ASCII without spaces, or nothing. */
function name(text: string, most: number): string {
  const printable = text.replace(/[^\x21-\x7e]/g, '_').slice(0, most);
  return printable === '' ? NIL : printable;
}

const value = (text: string): string => text.replace(/[\\"\]]/g, '\\$&');
