// Reads the fields of a server's ErrorResponse or NoticeResponse.

/** Field letter → text, as in PostgreSQL's "Error and Notice Message Fields". */
export type ErrorFields = ReadonlyMap<string, string>;

/** Reads what is there of a body; a message without SQLSTATE, or cut short, gives the fields before that. */
export function readErrorFields(bytes: Buffer, start: number, end: number): ErrorFields {
  const fields = new Map<string, string>();
  let at = start;
  while (at < end && bytes[at] !== 0) {
    const zero = bytes.indexOf(0, at + 1);
    if (zero < 0 || zero >= end) break;
    fields.set(String.fromCharCode(bytes[at] as number), bytes.toString('utf8', at + 1, zero));
    at = zero + 1;
  }
  return fields;
}

/** True for an error that ends the session: its severity (not localized since 9.6) is FATAL or PANIC. */
export function isFatal(fields: ErrorFields): boolean {
  const severity = fields.get('V') ?? fields.get('S');
  return severity === 'FATAL' || severity === 'PANIC';
}
