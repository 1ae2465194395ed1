// The contexts that sessions share: equal parts give the same object.
import { type ContextParts, StatementContext } from './statement-context.ts';

export class ContextTable<Facts> {
  readonly #max: number;
  readonly #contexts = new Map<string, StatementContext<Facts>>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#contexts.size;
  }

  /** The one that was asked for least lately makes room: who still holds it goes on with it, alone. */
  of(parts: ContextParts, epoch: number): StatementContext<Facts> {
    const key = keyOf(parts);
    let context = this.#contexts.get(key);
    if (context === undefined) {
      context = new StatementContext(parts);
      context.epoch = epoch;
    } else this.#contexts.delete(key);
    this.#contexts.set(key, context);
    if (this.#contexts.size > this.#max) {
      const [oldest] = this.#contexts.keys();
      this.#contexts.delete(oldest as string);
    }
    return context;
  }

  /** Takes out those of other versions, and gives them back. */
  takeOthers(catalogVersion: string): StatementContext<Facts>[] {
    const others: StatementContext<Facts>[] = [];
    for (const [key, context] of this.#contexts) {
      if (context.parts.catalogVersion === catalogVersion) continue;
      this.#contexts.delete(key);
      others.push(context);
    }
    return others;
  }
}

function keyOf({ catalogVersion, analysis, parameterTypes }: ContextParts): string {
  const settings = Object.entries(analysis.settings).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([catalogVersion, analysis.searchPath, settings, parameterTypes]);
}
