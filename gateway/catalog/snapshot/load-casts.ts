// Casts between types, with the functions that make them.
import type { Cast } from '../../sql/index.ts';
import { type CatalogQuery, eachRow, numberOf, textOf } from './catalog-query.ts';
import { only } from './own-part.ts';

const castSql = `
  SELECT castsource, casttarget, castcontext, castmethod, castfunc FROM pg_catalog.pg_cast
   WHERE ${only('recent', 'xmin')}`;

const contexts: Readonly<Record<string, Cast['context']>> = { i: 'implicit', a: 'assignment' };
const methods: Readonly<Record<string, Cast['method']>> = { b: 'binary', i: 'text' };

export type Casts = ReadonlyMap<string, Cast>;

export const castKey = (source: number, target: number): string => `${source} ${target}`;

export async function loadCasts(query: CatalogQuery): Promise<Casts> {
  const casts = new Map<string, Cast>();
  await eachRow(query, castSql, (row) => {
    casts.set(castKey(numberOf(row[0]), numberOf(row[1])), {
      context: contexts[textOf(row[2])] ?? 'explicit',
      method: methods[textOf(row[3])] ?? 'function',
      function: numberOf(row[4]),
    });
  });
  return casts;
}
