// What a service has been sent: each event by its id, and whether a copy was ever another than the first.
import type { AuditEvent } from '../../../gateway/audit/index.ts';

export class Collected {
  /** By id, with what it said. */
  readonly hashes = new Map<string, string>();
  copies = 0;
  /** As they came, without copies. */
  readonly lines: string[] = [];
  readonly differing: string[] = [];

  readonly #keepsLines: boolean;

  constructor({ keepsLines = false } = {}) {
    this.#keepsLines = keepsLines;
  }

  take(lines: string): void {
    for (const line of lines.split('\n')) {
      if (line === '') continue;
      const { id, hash } = JSON.parse(line) as AuditEvent;
      const before = this.hashes.get(id ?? '');
      if (before === undefined) {
        this.hashes.set(id ?? '', hash);
        if (this.#keepsLines) this.lines.push(`${line}\n`);
      } else if (before === hash) this.copies += 1;
      else this.differing.push(id ?? '');
    }
  }
}
