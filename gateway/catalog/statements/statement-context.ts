// All that decides, beside its text, what a statement means: one object for each, so that no key has to be put together.
import type { AnalysisContext } from '../resolver/resolution.ts';
import type { Entry } from './recency-list.ts';

export type ContextParts = Readonly<{
  catalogVersion: string;
  analysis: AnalysisContext;
  /** As the client declared them; 0, or none at the end, leaves one to the server. */
  parameterTypes: readonly number[];
}>;

/** What a reading gave, and whether statements of the same shape may have it too. */
export type ReadFacts<Facts> = Readonly<{ facts: Facts; shared: boolean }>;

/** What a session holds on to until its search path, a setting or the catalog changes. */
export class StatementContext<Facts> {
  readonly parts: ContextParts;
  /** Which invalidation what is here came after. */
  epoch = 0;
  texts = new Map<string, Entry<Facts>>();
  shapes = new Map<string, Entry<Facts>>();
  /** Readings under way, by text and by shape. */
  textsUnderWay = new Map<string, Promise<ReadFacts<Facts>>>();
  shapesUnderWay = new Map<string, Promise<ReadFacts<Facts>>>();
  /** Those that differ in the types of parameters alone, by these. */
  readonly typed = new Map<string, StatementContext<Facts>>();

  constructor(parts: ContextParts) {
    this.parts = parts;
  }

  /** Whoever waits for a reading goes on waiting for it; nobody else will share it. */
  empty(epoch: number): void {
    this.epoch = epoch;
    this.texts = new Map();
    this.shapes = new Map();
    this.textsUnderWay = new Map();
    this.shapesUnderWay = new Map();
  }
}
