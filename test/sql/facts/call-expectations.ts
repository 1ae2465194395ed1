// Statements, and all that they call: the server doesn't record what it brought along itself.

type Expectation = Readonly<{ statement: string; calls: readonly string[] }>;

const onEveryVersion: readonly Expectation[] = [
  {
    statement: 'SELECT lower(name), name || $$x$$, id + 1, -id FROM paint',
    calls: ['function lower', 'operator textcat', 'operator int4pl', 'operator int4um'],
  },
  {
    statement: 'SELECT own_call(1), own_call(1, 2)',
    calls: [
      'function public.own_call',
      'evaluates the defaults of public.own_call',
      'function public.own_default',
    ],
  },
  {
    statement:
      'SELECT name LIKE $$a%$$, id = ANY (ARRAY[1]), id IS DISTINCT FROM 2, NULLIF(id, 3) FROM paint',
    calls: ['operator textlike', 'operator int4eq'],
  },
  {
    statement: 'SELECT sum(price), count(*) FILTER (WHERE id > 3) FROM paint',
    calls: ['aggregate sum', 'aggregate count', 'operator int4gt'],
  },
  {
    statement: 'SELECT own_total(id) FROM paint',
    calls: ['aggregate public.own_total'],
  },
  {
    statement:
      'SELECT row_number() OVER (PARTITION BY name ORDER BY at RANGE $$1 day$$ PRECEDING) FROM paint',
    calls: [
      'window row_number',
      'operator texteq',
      'operator text_lt',
      'operator timestamptz_eq',
      'operator timestamptz_lt',
      'function in_range',
    ],
  },
  {
    statement: 'SELECT DISTINCT id FROM paint UNION SELECT 2 ORDER BY 1 DESC',
    calls: ['operator int4eq', 'operator int4lt', 'operator int4gt'],
  },
  {
    statement: 'SELECT (id, name) < (1, $$x$$) FROM paint',
    calls: ['operator int4lt', 'operator text_lt'],
  },
  {
    statement: 'SELECT (id, fruit) < (1, ROW(1)::fruit) FROM basket',
    calls: ['operator int4lt', 'operator public.own_lt', 'function public.own_compare'],
  },
  {
    statement: 'SELECT greatest(id, 2), least(name, $$x$$) FROM paint',
    calls: [],
  },
  {
    statement: 'SELECT greatest(fruits, fruits) FROM basket',
    calls: ['function public.own_compare'],
  },
  {
    statement: 'SELECT id::text, name::int, name::shade FROM paint',
    calls: ['cast int4out', 'cast textin', 'cast textout', 'cast int4in', 'cast enum_in'],
  },
  {
    statement: 'SELECT pair::text, stretches::text FROM paint',
    calls: [
      'cast record_out',
      'cast int4out',
      'cast enum_out',
      'cast multirange_out',
      'cast range_out',
      'cast float8out',
      'cast textin',
    ],
  },
  {
    statement: 'SELECT name::pair[] FROM paint',
    calls: [
      'cast textout',
      'cast array_in',
      'cast record_in',
      'cast int4in',
      'cast enum_in',
      'evaluates the domain public.even',
      'function public.own_is_even',
    ],
  },
  {
    statement: 'SELECT id::small_even FROM paint',
    calls: [
      'evaluates the domain public.small_even',
      'evaluates the domain public.even',
      'function public.own_is_even',
      'operator int4lt',
    ],
  },
  {
    statement: 'SELECT ARRAY[id, 1]::even[], ARRAY[price]::int[] FROM paint',
    calls: ['evaluates the domain public.even', 'function public.own_is_even', 'cast int4'],
  },
  {
    statement: "SELECT shade::int, 'dark'::shade, 'paint'::regclass, '(2,dark)'::pair FROM paint",
    calls: [
      'cast public.own_shade_to_int',
      'evaluates the domain public.even',
      'function public.own_is_even',
    ],
  },
  {
    statement: 'SELECT (pairs[1]).s, extra[$$a$$], (ARRAY[1, 2])[1] FROM paint',
    calls: [],
  },
  {
    statement: "INSERT INTO paint (id, name, even) VALUES (1, 'x', DEFAULT), (2, 'y', 4)",
    calls: [
      'evaluates the default of public.even',
      'function public.own_default',
      'evaluates the domain public.even',
      'function public.own_is_even',
    ],
  },
  {
    statement:
      'SELECT current_date, current_time, current_time(2), current_timestamp, localtime, localtimestamp(1)',
    calls: ['CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP', 'LOCALTIME', 'LOCALTIMESTAMP'].map(
      (name) => `function ${name} is clock`,
    ),
  },
  {
    statement: 'SELECT current_user, current_role, user, session_user, current_catalog, current_schema',
    calls: ['CURRENT_USER', 'CURRENT_ROLE', 'USER', 'SESSION_USER', 'CURRENT_CATALOG', 'CURRENT_SCHEMA'].map(
      (name) => `function ${name} is session`,
    ),
  },
  {
    statement: 'SELECT xmlelement(name a, xmlattributes(id), shade, pair), xmlforest(at) FROM paint',
    calls: ['cast int4out', 'cast enum_out', 'cast record_out', 'cast timestamptz_out'],
  },
  {
    statement:
      'SELECT xmlparse(content name), doc IS DOCUMENT, xmlconcat(doc, doc), xmlpi(name php) FROM paint',
    calls: [],
  },
  {
    statement: 'SELECT x.* FROM paint, xmltable($$/a$$ PASSING doc COLUMNS n int, e even, s text) x',
    calls: ['cast int4in', 'cast textin', 'evaluates the domain public.even', 'function public.own_is_even'],
  },
  {
    statement: 'SELECT 1 FROM paint TABLESAMPLE bernoulli (10)',
    calls: ['cast float4'],
  },
];

const onNewerVersions: readonly Expectation[] = [
  {
    statement: 'SELECT JSON_OBJECT(name: shade, name: stretch, name: even, name: price) FROM paint',
    calls: [
      'cast textout',
      'cast public.own_shade_to_json',
      'cast range_out',
      'cast float8out',
      'cast int4out',
      'cast numeric_out',
    ],
  },
  {
    statement: 'SELECT JSON_ARRAY(pairs) FROM paint',
    calls: ['cast JSON is whole_value', 'cast int4out', 'cast public.own_shade_to_json'],
  },
  { statement: 'SELECT JSON_ARRAY(ROW(1, 2))', calls: ['cast JSON is whole_value'] },
  { statement: 'SELECT JSON_SCALAR(shade) FROM paint', calls: ['cast public.own_shade_to_json'] },
  {
    statement: 'SELECT JSON_ARRAYAGG(shade) FROM paint',
    calls: ['aggregate json_agg_strict', 'cast public.own_shade_to_json'],
  },
  { statement: 'SELECT name IS JSON, JSON_EXISTS(extra, $$$.a$$) FROM paint', calls: [] },
  {
    statement: 'SELECT JSON_QUERY(extra, $$$.a$$ RETURNING pair) FROM paint',
    calls: [
      'cast record_in',
      'cast int4in',
      'cast enum_in',
      'evaluates the domain public.even',
      'function public.own_is_even',
    ],
  },
  {
    statement: 'SELECT t.* FROM paint, JSON_TABLE(extra, $$$[*]$$ COLUMNS (n FOR ORDINALITY, e even)) t',
    calls: ['cast int4in', 'evaluates the domain public.even', 'function public.own_is_even'],
  },
  {
    statement: 'UPDATE basket SET id = 1 RETURNING old.id + new.id',
    calls: ['operator int4pl'],
  },
];

export const callExpectations = (version: number): readonly Expectation[] =>
  version < 18 ? onEveryVersion : [...onEveryVersion, ...onNewerVersions];
