// The facts of statements by their text, and by their shape: each is read once for all who ask, and kept for a while.
import { type Clock, systemClock } from '../../lib/index.ts';
import { ContextTable } from './context-table.ts';
import { Memory, type MemoryLimits } from './memory.ts';
import { ShapeKeys } from './shape-keys.ts';
import type { ContextParts, ReadFacts, StatementContext } from './statement-context.ts';
import { bytesOfValue } from './value-bytes.ts';

export type StatementCacheOptions<Facts> = Readonly<{
  /** Finds out the facts of one statement. What it throws goes to all who wait for it, and isn't kept. */
  reader: (text: string, parts: ContextParts) => Facts | Promise<Facts>;
  /**
   * Whether the facts hold for as long as the context does: not so for errors and for what couldn't be found out. Those
   * are given again for one second, so that a statement that fails again and again doesn't keep the resolver busy.
   */
  lasts?: (facts: Facts) => boolean;
  /** Whether other constants of the same shape can't change them. */
  sharedByShape?: (facts: Facts) => boolean;
  bytesOf?: (facts: Facts) => number;
  limits?: MemoryLimits;
  /** For the shapes of texts, which hold whatever the facts are. */
  shapeBytes?: number;
  contexts?: number;
  clock?: Clock;
}>;

export type StatementCacheStatus = Readonly<{
  entries: number;
  bytes: number;
  contexts: number;
  /** Since the start. */
  hitsByText: number;
  hitsByShape: number;
  readings: number;
}>;

/** How many lists of parameter types one context has at hand. */
const maxTyped = 1_000;
const defaultLimits: MemoryLimits = { entries: 100_000, bytes: 64 * 1_048_576 };
const defaultShapeBytes = 16 * 1_048_576;

/**
 * `loadGrammar()` comes before the first look-up.
 *
 * @example
 * const cache = new StatementCache({ reader: (text, parts) => factsOf(text, parts) });
 * const context = cache.contextOf({ catalogVersion: '1', analysis, parameterTypes: [] }); // once a session
 * const facts = cache.lookup(text, context) ?? (await cache.read(text, context));
 */
export class StatementCache<Facts extends object> {
  readonly #reader: StatementCacheOptions<Facts>['reader'];
  readonly #lasts: (facts: Facts) => boolean;
  readonly #sharedByShape: (facts: Facts) => boolean;
  readonly #bytesOf: (facts: Facts) => number;
  readonly #memory: Memory<Facts>;
  readonly #contexts: ContextTable<Facts>;
  #epoch = 0;
  #hitsByText = 0;
  #hitsByShape = 0;
  #readings = 0;
  readonly #shapeKeys: ShapeKeys;

  constructor(options: StatementCacheOptions<Facts>) {
    this.#reader = options.reader;
    this.#lasts = options.lasts ?? (() => true);
    this.#sharedByShape = options.sharedByShape ?? (() => true);
    this.#bytesOf = options.bytesOf ?? bytesOfValue;
    this.#memory = new Memory(options.limits ?? defaultLimits, options.clock ?? systemClock);
    this.#contexts = new ContextTable(options.contexts ?? 1_000);
    this.#shapeKeys = new ShapeKeys(options.shapeBytes ?? defaultShapeBytes);
  }

  /** The same object for equal parts. A session keeps it until one of them changes. */
  contextOf(parts: ContextParts): StatementContext<Facts> {
    return this.#contexts.of(parts, this.#epoch);
  }

  /** The context of a statement whose client declared types for its parameters, from that of one without any. */
  withParameterTypes(
    context: StatementContext<Facts>,
    parameterTypes: readonly number[],
  ): StatementContext<Facts> {
    let count = parameterTypes.length;
    while (count > 0 && parameterTypes[count - 1] === 0) count--;
    if (count === 0) return context;
    const declared = parameterTypes.slice(0, count);
    const key = declared.join();
    let typed = context.typed.get(key);
    if (typed === undefined) {
      if (context.typed.size >= maxTyped) context.typed.clear();
      typed = this.contextOf({ ...context.parts, parameterTypes: declared });
      context.typed.set(key, typed);
    }
    return typed;
  }

  /** By text, and else by shape. */
  lookup(text: string, context: StatementContext<Facts>): Facts | undefined {
    if (context.epoch !== this.#epoch) context.empty(this.#epoch);
    const known = this.#memory.find(context.texts, text);
    if (known !== undefined) {
      this.#hitsByText++;
      return known.facts;
    }
    const shape = this.#shapeKeys.of(text);
    const alike = shape === undefined ? undefined : this.#memory.find(context.shapes, shape.key);
    if (shape === undefined || alike === undefined) return undefined;
    this.#hitsByShape++;
    // The next time, the text would have to be parsed again.
    if (shape.parsed) this.#memory.remember(context.texts, text, alike.facts, alike.factsBytes, true);
    return alike.facts;
  }

  async read(text: string, context: StatementContext<Facts>): Promise<Facts> {
    const known = this.lookup(text, context);
    if (known !== undefined) return known;
    const same = context.textsUnderWay.get(text);
    if (same !== undefined) return (await same).facts;
    const shape = this.#shapeKeys.of(text)?.key;
    const alike = shape === undefined ? undefined : context.shapesUnderWay.get(shape);
    if (alike === undefined) return (await this.#start(text, shape, context)).facts;
    // What failed for other constants may not for these.
    const { facts, shared } = await alike.catch(() => notShared);
    if (facts !== undefined && shared) return facts;
    return (await (context.textsUnderWay.get(text) ?? this.#start(text, shape, context))).facts;
  }

  /** Forgets everything; what is being read isn't kept, and isn't shared with who asks from now on. */
  invalidate(): void {
    this.#epoch++;
    this.#memory.clear();
  }

  /** Forgets what belongs to other versions of the catalog. */
  keepOnly(catalogVersion: string): void {
    for (const context of this.#contexts.takeOthers(catalogVersion)) {
      this.#memory.forgetAll(context.texts);
      this.#memory.forgetAll(context.shapes);
    }
  }

  status(): StatementCacheStatus {
    return {
      entries: this.#memory.entries,
      bytes: this.#memory.bytes,
      contexts: this.#contexts.size,
      hitsByText: this.#hitsByText,
      hitsByShape: this.#hitsByShape,
      readings: this.#readings,
    };
  }

  #start(
    text: string,
    shape: string | undefined,
    context: StatementContext<Facts>,
  ): Promise<ReadFacts<Facts>> {
    const { textsUnderWay, shapesUnderWay } = context;
    const leads = shape !== undefined && !shapesUnderWay.has(shape);
    const reading = this.#readNow(text, shape, context).finally(() => {
      textsUnderWay.delete(text);
      if (leads) shapesUnderWay.delete(shape);
    });
    textsUnderWay.set(text, reading);
    if (leads) shapesUnderWay.set(shape, reading);
    return reading;
  }

  async #readNow(
    text: string,
    shape: string | undefined,
    context: StatementContext<Facts>,
  ): Promise<ReadFacts<Facts>> {
    const epoch = this.#epoch;
    this.#readings++;
    const facts = await this.#reader(text, context.parts);
    const lasts = this.#lasts(facts);
    const shared = lasts && this.#sharedByShape(facts);
    if (epoch === this.#epoch && context.epoch === epoch) {
      const bytes = this.#bytesOf(facts);
      this.#memory.remember(context.texts, text, facts, bytes, lasts);
      if (shared && shape !== undefined) this.#memory.remember(context.shapes, shape, facts, bytes, true);
    }
    return { facts, shared };
  }
}

const notShared = { facts: undefined, shared: false } as const;
