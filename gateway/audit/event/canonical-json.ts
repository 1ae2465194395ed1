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
  const keys = Object.keys(value);
  // In the order, and as few, as they are when all of this is read again.
  if (!keys.every(isSound)) return canonicalMembers(renamed(value));
  let text = '';
  for (const key of keys.sort()) {
    const member = value[key];
    if (member === undefined || typeof member === 'function') continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return text;
}

/** A text as canonical JSON has it. */
export const quoted = (text: string): string => JSON.stringify(isSound(text) ? text : sound(text));

const isSound = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

const sound = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

const renamed = (value: Json): Json =>
  Object.fromEntries(Object.entries(value).map(([key, member]) => [sound(key), member]));
