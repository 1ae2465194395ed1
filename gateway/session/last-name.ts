// Clients name the same statement again and again: its bytes are read as text once.
import type { Cstring } from '../wire/index.ts';

/** PostgreSQL looks at no more of a name. */
const KEPT_BYTES_MAX = 63;

export class LastName {
  #bytes = Buffer.alloc(0);
  #text = '';

  keep(bytes: Buffer, start: number, { text, end }: Cstring): void {
    const length = end - 1 - start;
    if (length === 0 || length > KEPT_BYTES_MAX) return;
    this.#bytes = Buffer.from(bytes.subarray(start, end - 1));
    this.#text = text;
  }

  /** The name that begins here, when it is the one that was kept. */
  find(bytes: Buffer, start: number, limit: number): Cstring | undefined {
    const known = this.#bytes;
    const end = start + known.length;
    if (known.length === 0 || end >= limit || bytes[end] !== 0) return undefined;
    for (let at = 0; at < known.length; at++) if (bytes[start + at] !== known[at]) return undefined;
    return { text: this.#text, end: end + 1 };
  }
}
