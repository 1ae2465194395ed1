// Queries at random: constants in every place that the grammar has for them.
import fc from '../../support/properties.ts';
import { numbers, strings, unusual } from './constants.ts';

type Texts = fc.Arbitrary<string>;

const pick = (...choices: readonly string[]): Texts => fc.constantFrom(...choices);
/** `%` stands for what the parts give, in their order. */
const fill = (frame: string, ...parts: readonly Texts[]): Texts =>
  fc.tuple(...parts).map((texts) => {
    let next = 0;
    return frame.replace(/%/g, () => texts[next++] as string);
  });
const list = (item: Texts, separator: string, minLength: number, maxLength: number): Texts =>
  fc.array(item, { minLength, maxLength }).map((items) => items.join(separator));
const maybe = (text: Texts): Texts => fc.oneof({ weight: 2, arbitrary: fc.constant('') }, text);

const number = pick(...numbers);
const string = pick(...strings);
const constant: Texts = fc.oneof(
  { weight: 20, arbitrary: number },
  { weight: 20, arbitrary: string },
  pick(...unusual),
);
const name = pick(
  'a',
  'b',
  'e',
  'n',
  'x',
  'u',
  'N',
  't.a',
  't.e',
  '"A"',
  '"a""b"',
  '"é"',
  '"{int4}"',
  'a$1',
  'straße',
  'T.*',
);
const operator = pick(
  ...[
    '=',
    '<>',
    '<',
    '>=',
    '+',
    '-',
    '*',
    '/',
    '||',
    ' % ',
    '->',
    '->>',
    '#>',
    '@>',
    '~',
    '!~*',
    ' LIKE ',
    ' AND ',
  ],
  ...[
    ' OR ',
    ' IS DISTINCT FROM ',
    '|',
    '&',
    '@-',
    '!=-',
    '=-',
    ' AT TIME ZONE ',
    ' SIMILAR TO ',
    ' NOT ILIKE ',
  ],
);
const blank = pick('', ' ', ' ', '\n', '\t');
const calls = pick(
  'lower',
  'round',
  'coalesce',
  'mine',
  'pg_catalog.substr',
  'concat',
  'nullif',
  'greatest',
  'e',
  'count',
);
const types = pick(
  ...[
    'int',
    'text',
    'float(24)',
    'float(25)',
    'numeric(10,2)',
    'timestamp(3)',
    'varchar(5)',
    'interval day to second(3)',
  ],
  ...['bit(3)', 'char', 'regclass', 'jsonb', 'mine'],
);

const { expression } = fc.letrec<{ expression: string; leaf: string }>((tie) => {
  const sub = tie('expression');
  return {
    leaf: fc.oneof(
      { weight: 5, arbitrary: constant },
      { weight: 4, arbitrary: name },
      pick('NULL', 'true', '$1', '$2::int'),
    ),
    expression: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 5, arbitrary: tie('leaf') },
      { weight: 6, arbitrary: fill('%%%%%', sub, blank, operator, blank, sub) },
      { weight: 2, arbitrary: fill('%%%', pick('-', '- ', '+', '- -', 'NOT ', '@', '~'), blank, sub) },
      { weight: 2, arbitrary: fill('(%)', sub) },
      { weight: 2, arbitrary: fill('%(%)', calls, list(sub, ', ', 0, 3)) },
      { weight: 2, arbitrary: fill('(%) IN (%)', sub, list(fc.oneof(constant, sub), ',', 1, 4)) },
      { weight: 2, arbitrary: fill('%::%', sub, types) },
      fill('CAST(% AS %)', sub, types),
      fill('(%) BETWEEN (%) AND (%)', sub, sub, sub),
      fill('(%) LIKE % ESCAPE %', sub, string, string),
      fill('CASE WHEN % THEN % ELSE % END', sub, sub, sub),
      fill('CASE % WHEN % THEN % END', sub, sub, sub),
      fill('ARRAY[%]', list(sub, ', ', 0, 3)),
      fill('ROW(%)', list(sub, ', ', 0, 3)),
      fill('a[%:%]', sub, sub),
      fill('extract(% FROM %)', pick('year', `'year'`, 'e', '_', `'%'`), sub),
      fill('substring(% FROM % FOR %)', sub, sub, sub),
      fill('substring(% FOR %)', sub, sub),
      fill('overlay(% PLACING % FROM %)', sub, sub, sub),
      fill('(SELECT % FROM t WHERE %)', sub, sub),
      fill('EXISTS (SELECT % LIMIT %)', sub, constant),
      fill('float(%) %', number, string),
      fill('sum(%) OVER (PARTITION BY % ROWS % PRECEDING)', sub, sub, number),
      fill('count(%) FILTER (WHERE %)', sub, sub),
      fill('% %', pick('INTERVAL', 'date', 'float8', 'interval(3)', 'mine'), constant),
      fill('INTERVAL % %', constant, pick('DAY', 'YEAR TO MONTH', 'SECOND(3)')),
      fill('current_timestamp(%)', number),
      fill('(%) IS NOT NULL', sub),
      fill('% COLLATE "C"', sub),
      fill('xmlelement(name e, %)', sub),
      fill('json_value(%, %)', sub, string),
    ),
  };
});

/** As programs write them: most of their constants are free. */
const comparison: Texts = fc.oneof(
  fill('%%%%%', name, blank, pick('=', '<>', '<', '>=', ' LIKE ', '~~', ' NOT LIKE '), blank, constant),
  fill('%%%%', name, pick(' = ', '<', ' + 1 > '), pick('-', '- ', '+', ''), number),
  fill('% IN (%)', name, list(constant, ', ', 1, 4)),
  fill('% BETWEEN % AND %', name, constant, constant),
  fill('lower(%) = %', name, string),
  fill('% > date % + interval %', name, string, string),
  fill('% ->> % = %', name, string, string),
  fill('(%, %) = (%, %)', name, name, constant, constant),
);
const condition = fc.oneof({ weight: 3, arbitrary: list(comparison, ' AND ', 1, 3) }, expression);
const output = fc.oneof(expression, comparison, constant, name);

const from = fc.oneof(
  { weight: 4, arbitrary: pick('t', 't, "u"', 't AS e', 't JOIN u USING (a)') },
  fill('t JOIN u ON %', condition),
  fill('generate_series(%, %) AS g(a)', expression, expression),
  fill('(SELECT % FROM t WHERE %) AS s', output, condition),
  fill('(VALUES (%), (%)) AS v', expression, expression),
  fill('t TABLESAMPLE system (%)', number),
);
const alias = pick('', '', ' AS x', ' e', ' "e"');
const outputs = list(fill('%%', output, alias), ', ', 1, 3);
const where = maybe(fill(' WHERE %', condition));
const tail = fc
  .tuple(
    maybe(fill(' GROUP BY %', fc.oneof(number, expression))),
    maybe(fill(' HAVING %', expression)),
    maybe(fill(' ORDER BY %%', fc.oneof(number, expression), pick('', ' DESC', ' NULLS LAST'))),
    maybe(fc.oneof(fill(' LIMIT %', fc.oneof(number, expression)), fill(' FETCH FIRST % ROWS ONLY', number))),
    maybe(fill(' OFFSET %', fc.oneof(number, expression))),
    maybe(pick(' FOR UPDATE')),
  )
  .map((clauses) => clauses.join(''));
const select: Texts = fill(
  '%SELECT %% FROM %%%',
  pick('', '', '\n'),
  pick('', '', 'DISTINCT '),
  outputs,
  from,
  where,
  tail,
);
const returning = maybe(fill(' RETURNING %', outputs));

const query: Texts = fc.oneof(
  { weight: 6, arbitrary: select },
  { weight: 2, arbitrary: fill('INSERT INTO t (a, b) VALUES (%, %)%', output, output, returning) },
  fill(
    'insert into t values (%), (%) on conflict (a) do update set b = % where %',
    expression,
    expression,
    expression,
    expression,
  ),
  { weight: 2, arbitrary: fill('UPDATE t SET a = %, b = %%%', output, output, where, returning) },
  fill('UPDATE t SET (a, b) = (%, %)%', expression, expression, where),
  fill('DELETE FROM t%%', where, returning),
  fill(
    'MERGE INTO t USING u ON % WHEN MATCHED AND % THEN UPDATE SET a = % WHEN NOT MATCHED THEN INSERT VALUES (%)',
    expression,
    expression,
    expression,
    expression,
  ),
  fill('WITH w AS (%) %', select, select),
  fill('(%) UNION ALL (%)', select, select),
  fill('SELECT % INTO made FROM t', expression),
  fill('EXPLAIN %', select),
  fill('SET x = %', constant),
);

export const generatedStatements: Texts = fill(
  '%%',
  query,
  pick('', '', '', ';', ' ; ', ' -- c', '; SELECT 1'),
);
