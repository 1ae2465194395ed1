// JSON with one spelling: the same value always gives the same bytes, so that they can be hashed and found again.

type Json = Readonly<Record<string, unknown>>;

/**
 * Keys sorted by code unit, no white space, members without a value left out. A NUL and half a surrogate pair become
 * U+FFFD: databases refuse them, and an event has to be the same everywhere.
 *
 * @example canonicalJson({ b: 1, a: ['x'] }) // '{"a":["x"],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'bigint') return quoted(String(value));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON());
  return `{${canonicalMembers(value as Json)}}`;
}

/** As `canonicalJson`, without the braces. */
export function canonicalMembers(value: Json): string {
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined || typeof member === 'function') continue;
    text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`;
  }
  return text;
}

/** A text as canonical JSON has it. */
export function quoted(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return JSON.stringify(whole.includes('\0') ? whole.replaceAll('\0', '\ufffd') : whole);
}
