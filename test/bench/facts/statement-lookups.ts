// What it costs to find the facts of a statement again: by its text, and by its shape with and without the parser.
import { type ContextParts, StatementCache } from '../../../gateway/catalog/index.ts';
import { loadGrammar, parseStatements, skeletonOf } from '../../../gateway/sql/index.ts';
import type { Section, TargetResult } from '../suite.ts';

const textLimit = 2;
const shapeLimit = 10;
const textsEach = 500;
const rounds = 21;

/** Ordinary statements; each number makes another text of the same shape. */
const statements: readonly (readonly [name: string, text: (number: number) => string])[] = [
  ['pgbench -S', (n) => `SELECT abalance FROM pgbench_accounts WHERE aid = ${n};`],
  ['UPDATE by key', (n) => `UPDATE pgbench_tellers SET tbalance = tbalance + ${n} WHERE tid = ${n % 10};`],
  [
    'INSERT of a row',
    (n) =>
      `INSERT INTO notes (author, title, body, created) VALUES (${n}, 'note ${n}', 'It''s ${n}', '2020-01-01') RETURNING id`,
  ],
  [
    'what an ORM writes',
    (n) =>
      `SELECT "t0"."id" AS "t0_id", "t0"."name" AS "t0_name", "t0"."email" AS "t0_email", "t1"."total" AS "t1_total" FROM "public"."customers" AS "t0" LEFT JOIN "public"."orders" AS "t1" ON "t1"."customer_id" = "t0"."id" WHERE ("t0"."id" IN (${n}, ${n + 1}, ${n + 2}) AND "t0"."name" LIKE 'a${n}%') ORDER BY "t0"."id" ASC LIMIT 20`,
  ],
  [
    'a report',
    (n) =>
      `select o.country, sum(l.price * (1 - l.discount)) as revenue, count(*) from orders o join lines l on l.order_id = o.id where o.placed >= date '2020-01-01' and o.placed < date '2020-01-01' + interval '${n} months' and l.discount between 0.05 and 0.0${n} group by o.country having count(*) > 10 order by revenue desc limit 10`,
  ],
];

const parts: ContextParts = {
  catalogVersion: '1',
  analysis: { searchPath: ['pg_catalog', 'public'], settings: {} },
  parameterTypes: [],
};

/** Microseconds. */
type Figures = Readonly<{
  byText: number;
  skeleton: number;
  /** Another text of a shape that is known. */
  byShape: number;
  parse: number;
  /** A text that has no skeleton, or the first one that has it. */
  byParser: number;
}>;

export async function measureLookups(): Promise<Section> {
  await loadGrammar();
  const measured: (readonly [name: string, figures: Figures])[] = [];
  for (const [name, text] of statements) measured.push([name, await measure(text)]);
  return {
    title: `statements: facts found again, µs (median of ${rounds} rounds of ${textsEach} texts)`,
    rows: measured.map(([statement, { byText, skeleton, byShape, parse, byParser }]) => ({
      statement,
      'by text': byText,
      'by shape': byShape,
      'its skeleton': skeleton,
      parse,
      'by shape, parsed': byParser,
    })),
    targets: measured.flatMap(([name, figures]) => judge(name, figures)),
    data: Object.fromEntries(measured),
  };
}

async function measure(text: (number: number) => string): Promise<Figures> {
  const cache = new StatementCache({ reader: () => ({ kind: 'select' }) });
  const context = cache.contextOf(parts);
  const figures: Record<keyof Figures, number[]> = {
    byText: [],
    skeleton: [],
    byShape: [],
    parse: [],
    byParser: [],
  };
  let number = 1;
  const others = (): string[] => Array.from({ length: textsEach }, () => arrived(text(++number)));
  await cache.read(text(number), context);
  for (let round = 0; round < rounds; round++) {
    const known = Array.from({ length: textsEach }, () => arrived(text(1)));
    figures.parse.push(each(others(), (one) => parseStatements(one, { maxBytes: 100_000 })));
    figures.skeleton.push(each(others(), skeletonOf));
    figures.byShape.push(each(others(), (one) => cache.lookup(one, context)));
    const commented = others().map((one) => arrived(`${one} -- `));
    figures.byParser.push(each(commented, (one) => cache.lookup(one, context)));
    figures.byText.push(each(known, (one) => cache.lookup(one, context)));
  }
  if (cache.status().readings !== 1) throw new Error(`not one shape: ${text(1)}`);
  return {
    byText: median(figures.byText),
    skeleton: median(figures.skeleton),
    byShape: median(figures.byShape),
    parse: median(figures.parse),
    byParser: median(figures.byParser),
  };
}

/** A string as it comes from a socket: nobody has computed its hash yet. */
const arrived = (text: string): string => Buffer.from(text).toString();

/** Microseconds for one. */
function each(texts: readonly string[], run: (text: string) => unknown): number {
  const start = performance.now();
  for (const text of texts) if (run(text) === undefined) throw new Error(`not found: ${text}`);
  return ((performance.now() - start) / texts.length) * 1_000;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;

function judge(name: string, { byText, parse, byShape }: Figures): TargetResult[] {
  return [
    {
      what: `${name}: by text`,
      limit: `at most ${textLimit} µs`,
      measured: `${byText.toFixed(2)} µs`,
      passed: byText <= textLimit,
    },
    {
      what: `${name}: by shape`,
      limit: `at most parsing (${parse.toFixed(1)} µs) + ${shapeLimit} µs`,
      measured: `${byShape.toFixed(2)} µs`,
      passed: byShape <= parse + shapeLimit,
    },
  ];
}
