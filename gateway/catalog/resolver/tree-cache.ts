// The trees that were resolved lately, bounded by their bytes.
import type { ResolvedTree } from './resolution.ts';

/** What an entry takes beside its texts. */
const ENTRY_BYTES = 300;

/** Forgets the least recently used first. */
export class TreeCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, { tree: ResolvedTree; bytes: number }>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): ResolvedTree | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.tree;
  }

  set(key: string, tree: ResolvedTree): void {
    this.#delete(key);
    // Two bytes a character is the most that a string takes.
    const bytes = 2 * (key.length + tree.nodeText.length) + 8 * tree.parameterTypes.length + ENTRY_BYTES;
    if (bytes > this.#maxBytes) return;
    this.#entries.set(key, { tree, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#delete(oldest);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}
