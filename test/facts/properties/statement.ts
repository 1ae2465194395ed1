// A random statement: a source of the labelled value, wraps around it, and at times an end that writes it somewhere.
import fc from 'fast-check';
import { ends } from './ends.ts';
import type { End, Source, Wrap } from './parts.ts';
import { sources } from './sources.ts';
import { wraps } from './wraps.ts';

export type Plan = Readonly<{ source: Source; wraps: readonly Wrap[]; end: End }>;

export type Built = Readonly<{
  setup: readonly string[];
  sql: string;
  shows: End['shows'];
  /** The names of its parts, from the source outwards. */
  parts: readonly string[];
}>;

/** The source and the end that every shrunk plan has say nothing. */
const plainest = '';

const bare: End = { name: plainest, end: (query) => query, shows: 'output' };

export function plans(version: number, most: number): fc.Arbitrary<Plan> {
  const known = ({ since = 0 }: { since?: number }): boolean => since <= version;
  return fc.record({
    source: fc.constantFrom(...sources),
    wraps: fc.array(fc.constantFrom(...wraps.filter(known)), { maxLength: most }),
    end: fc.oneof(
      { weight: 2, arbitrary: fc.constant(bare) },
      { weight: 1, arbitrary: fc.constantFrom(...ends.filter(known)) },
    ),
  });
}

/** In the place of a query that writes: a write stands in the outermost WITH alone. */
const readAgain = 'SELECT id AS k, secret AS v FROM people';

/** `prefix` makes the names of its views its own. */
export function build({ source, wraps: around, end }: Plan, prefix: string): Built {
  const setup: string[] = [];
  let sql = source.sql;
  let stored = false;
  around.forEach((wrap, at) => {
    const view = `${prefix}_${at}`;
    const usable = stored ? readAgain : sql;
    if (wrap.setup !== undefined) setup.push(wrap.setup(usable, view));
    sql = wrap.wrap(usable, view);
    stored = wrap.stores ?? false;
  });
  if (stored && end !== bare) sql = readAgain;
  return {
    setup,
    sql: end.end(sql),
    shows: stored && end === bare ? 'write_source' : end.shows,
    parts: [source, ...around, end].map(({ name }) => name).filter((name) => name !== plainest),
  };
}
