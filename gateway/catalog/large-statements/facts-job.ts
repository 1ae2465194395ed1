// What a thread does with a long statement: everything between its text and its facts.
import type { Ask } from '../../lib/index.ts';
import { loadGrammar } from '../../sql/index.ts';
import { type FactsAnswer, type FactsRequest, readFacts } from '../facts/read-facts.ts';
import type { NamedStatement } from '../facts/resolve-statement.ts';
import type { Resolution } from '../resolver/resolution.ts';
import { askedCatalog, type CatalogHead, type CatalogQuestion } from './catalog-questions.ts';

export type FactsInput = Omit<FactsRequest, 'catalog' | 'resolve' | 'named'> &
  Readonly<{ catalog: CatalogHead }>;

export type FactsJobQuestion =
  | CatalogQuestion
  | Readonly<{ ask: 'resolve'; parameters: Parameters<FactsRequest['resolve']> }>
  | Readonly<{ ask: 'named'; parameters: Parameters<FactsRequest['named']> }>;

export async function factsInThread(input: FactsInput, ask: Ask): Promise<FactsAnswer> {
  await loadGrammar();
  const question = (asked: FactsJobQuestion): unknown => ask(asked);
  return readFacts({
    ...input,
    catalog: askedCatalog(input.catalog, question),
    resolve: async (...parameters) => question({ ask: 'resolve', parameters }) as Resolution,
    named: (...parameters) => question({ ask: 'named', parameters }) as NamedStatement | undefined,
  });
}
