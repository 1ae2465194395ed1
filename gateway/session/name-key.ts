// Which names the server takes for one: it looks at the first 63 bytes of a statement's or a portal's name only.
import { isUtf8 } from 'node:buffer';

/** NAMEDATALEN - 1. SQL cuts an identifier before it gets there; a name in a message is cut by the hash table. */
const NAME_BYTES = 63;

export function nameKey(name: string): string {
  // A UTF-16 unit takes at most three bytes.
  if (name.length * 3 <= NAME_BYTES || Buffer.byteLength(name) <= NAME_BYTES) return name;
  const bytes = Buffer.from(name).subarray(0, NAME_BYTES);
  // A character that was cut in two is no character, but the same bytes are the same name. No name holds a NUL.
  return isUtf8(bytes) ? bytes.toString() : `\0${bytes.toString('latin1')}`;
}
