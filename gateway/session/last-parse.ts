// Clients that don't keep prepared statements send one Parse again and again: it is read once.
import type { PreparedStatement } from './named.ts';

/** A longer message is read each time. */
const KEPT_BYTES_MAX = 4096;

export class LastParse {
  /** A copy: the chunk a message arrived in is not kept alive. */
  #body: Buffer | undefined;
  #prepared: PreparedStatement | undefined;

  keep(bytes: Buffer, start: number, end: number, prepared: PreparedStatement): void {
    if (end - start > KEPT_BYTES_MAX) return;
    this.#body = Buffer.from(bytes.subarray(start, end));
    this.#prepared = prepared;
  }

  /** More is known of what was kept. */
  replace(known: PreparedStatement, better: PreparedStatement): void {
    if (this.#prepared === known) this.#prepared = better;
  }

  /** What these bytes were read as, when they are the last ones kept. */
  find(bytes: Buffer, start: number, end: number): PreparedStatement | undefined {
    const body = this.#body;
    if (body?.length !== end - start) return undefined;
    return body.compare(bytes, start, end) === 0 ? this.#prepared : undefined;
  }
}
