// Whatever the server calls for a statement, the facts name it: held against functions that tell when they are called.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FactsStage, startFactsStage } from './stage.ts';

type Case = Readonly<{
  name: string;
  statement: string;
  values?: readonly string[];
  before?: string;
}>;

const cases: readonly Case[] = [
  { name: 'the estimate of an operator on ranges', statement: 'SELECT * FROM spans WHERE s && span(3, 9)' },
  { name: 'an arm of UNION', statement: 'SELECT m FROM felt UNION SELECT f FROM felt' },
  { name: 'an arm of UNION ALL', statement: 'SELECT f FROM felt UNION ALL SELECT m FROM felt' },
  { name: 'an arm of INTERSECT', statement: 'SELECT m FROM felt INTERSECT ALL SELECT f FROM felt' },
  {
    name: 'an operation that is an arm of another one',
    statement: 'SELECT f FROM felt EXCEPT (SELECT m FROM felt UNION SELECT m FROM felt)',
  },
  { name: 'elements of arrays in an arm', statement: 'SELECT mm FROM felt UNION ALL SELECT ff FROM felt' },
  {
    name: 'an array made of a query, in an arm',
    statement: 'SELECT ARRAY(SELECT m FROM felt) UNION ALL SELECT ff FROM felt',
  },
  {
    name: 'the recursive arm of a CTE',
    statement:
      'WITH RECURSIVE r (f, n) AS (SELECT f, 1 FROM felt UNION ALL SELECT felt.m, n + 1 FROM felt, r WHERE n < 2) SELECT f FROM r',
  },
  { name: 'the result of a body', statement: 'SELECT gives_feeling()' },
  { name: 'the result of a RETURN', statement: 'SELECT gives_numeric()' },
  { name: 'the columns of a body', statement: 'SELECT n FROM gives_rows()' },
  { name: 'a body that gives a row', statement: 'SELECT gives_holder()' },
  { name: 'a body that gives a domain', statement: 'SELECT gives_checked()' },
  {
    name: 'a column left out whose domain has a default',
    statement: 'INSERT INTO with_domains (a) VALUES (1)',
  },
  { name: 'a parameter of a domain', statement: 'INSERT INTO only_checked VALUES ($1)', values: ['1'] },
  { name: 'COPY into a domain', statement: "COPY only_checked FROM PROGRAM 'echo 1'" },
  {
    name: 'a default that is added',
    statement: "ALTER TABLE felt ADD COLUMN n numeric DEFAULT 'sad'::feeling",
  },
  { name: 'a type that is changed', statement: 'ALTER TABLE changing ALTER COLUMN f TYPE numeric' },
  { name: 'the key of the partitioned table above', statement: 'INSERT INTO leaf VALUES (1, 2)' },
  { name: "a partition's own index", statement: 'INSERT INTO plain_roots VALUES (1, 2)' },
  { name: "a heir's generated column", statement: 'UPDATE parent SET a = 2' },
  { name: 'what JSON makes of a value', statement: 'SELECT to_json(m) FROM felt' },
  { name: 'what JSON makes of the fields of a row', statement: 'SELECT jsonb_agg(felt) FROM felt' },
  { name: 'a row made of JSON', statement: `SELECT json_populate_record(NULL::holder, '{"c": 1}')` },
  { name: 'a record made of JSON', statement: `SELECT * FROM jsonb_to_record('{"c": 1}') AS r (c checked)` },
  {
    name: 'arguments of EXECUTE',
    before: 'PREPARE known (int) AS SELECT ssn FROM customers WHERE id = $1',
    statement: "EXECUTE known ('sad'::mood)",
  },
  { name: 'a foreign key of another type', statement: "INSERT INTO moods_of VALUES ('happy')" },
  {
    name: 'a foreign key of another type, seen from its target',
    statement: 'DELETE FROM levels WHERE id = 1',
  },
  { name: 'the trigger of a table that a deletion reaches', statement: 'DELETE FROM levels WHERE id = 2' },
  { name: 'an update of a key that others refer to', statement: 'UPDATE levels SET id = 3 WHERE id = 1' },
  { name: 'statistics on an expression', statement: 'ANALYZE analyzed' },
  { name: 'statistics on ranges', statement: 'ANALYZE spans' },
  { name: 'statistics on the ranges of an index', statement: 'ANALYZE spanned' },
  { name: "an aggregate's first state", statement: 'SELECT summed_up(i) FROM felt' },
  { name: "a window aggregate's first state", statement: 'SELECT summed_up(i) OVER () FROM felt' },
  {
    name: 'a bound of a domain',
    statement: 'CREATE TABLE bounded PARTITION OF by_checked FOR VALUES IN (1)',
  },
  {
    name: 'a bound of a domain, as text',
    statement: "CREATE TABLE bounded PARTITION OF by_checked FOR VALUES IN ('1')",
  },
  {
    name: 'a bound of another type',
    statement: "CREATE TABLE bounded PARTITION OF by_int FOR VALUES FROM (0, MINVALUE) TO ('sad'::mood, 5)",
  },
  {
    name: 'the rows of the default partition, when there is another one',
    statement: 'CREATE TABLE bounded PARTITION OF with_default FOR VALUES FROM (10) TO (20)',
  },
  {
    name: 'the rows of a partition that is attached',
    statement: 'ALTER TABLE with_default ATTACH PARTITION to_attach FOR VALUES FROM (50) TO (110)',
    before: 'DROP TABLE below_default',
  },
  {
    name: 'the rows of a partition that is attached two levels down',
    statement: 'ALTER TABLE below_default ATTACH PARTITION to_attach FOR VALUES IN (101)',
  },
  {
    name: "an index of the partitioned table, over an attached one's rows",
    statement: 'ALTER TABLE indexed_roots ATTACH PARTITION to_attach FOR VALUES IN (101)',
  },
  {
    name: "a foreign key of the partitioned table, over an attached one's rows",
    statement: 'ALTER TABLE referring_roots ATTACH PARTITION to_refer FOR VALUES IN (1)',
  },
  {
    name: 'a new foreign key of another type',
    statement: 'ALTER TABLE unconstrained ADD FOREIGN KEY (m) REFERENCES levels',
  },
  { name: "a procedure's argument", statement: "CALL vouched_for('sad'::mood, 1)" },
  { name: "a procedure's argument that is left out", statement: 'CALL vouched_for(1)' },
  { name: "a procedure's argument of a domain", statement: 'CALL vouched_for_checked(1)' },
  { name: "a procedure's argument by name", statement: "CALL vouched_named(b => 'sad'::mood)" },
  { name: 'the others, that are left out', statement: 'CALL vouched_named(a => 1)' },
  { name: 'an argument by name after one by place', statement: "CALL vouched_named(1, b := 'sad'::mood)" },
  { name: "a procedure's arguments in any number", statement: "CALL vouched_for_all(1, 'sad'::mood)" },
  { name: 'all of them as an array', statement: "CALL vouched_for_all(VARIADIC ARRAY['sad'::mood])" },
  {
    name: 'all of them as an array by name',
    statement: "CALL vouched_for_all(VARIADIC numbers => ARRAY['sad'::mood])",
  },
  { name: 'a range that is made', statement: 'SELECT whole(1, 2)' },
  { name: 'a range that is written', statement: "SELECT '[1,2]'::whole" },
  { name: 'a range that is read from text', statement: 'SELECT text::whole FROM wholes' },
  { name: 'ranges in an array', statement: `SELECT ('{"' || text || '"}')::whole[] FROM wholes` },
  { name: 'a domain over a range', statement: 'SELECT text::certain FROM wholes' },
  { name: 'a multirange', statement: "SELECT ('{' || text || '}')::whole_multirange FROM wholes" },
  { name: 'a multirange of ranges', statement: 'SELECT whole_multirange(w, n) FROM wholes' },
  { name: 'ranges in a row', statement: `SELECT json_populate_record(NULL::wholes, '{"w": "[1,2]"}')` },
  { name: 'a parameter that is a range', statement: 'INSERT INTO wholes (w) VALUES ($1)', values: ['[1,2]'] },
  { name: 'COPY of ranges', statement: `COPY wholes (w) FROM PROGRAM 'echo "[1,2]"'` },
  { name: 'ranges that are intersected', statement: 'SELECT w * w FROM wholes' },
  { name: 'ranges that are merged', statement: 'SELECT range_merge(w, n) FROM wholes' },
  { name: 'ranges that are adjacent', statement: 'SELECT w -|- n FROM wholes' },
  {
    name: 'ranges that are aggregated',
    statement: 'SELECT range_agg(r) FROM (SELECT w FROM wholes UNION ALL SELECT n FROM wholes) AS u (r)',
  },
  { name: 'the distances of an index', statement: 'INSERT INTO trees SELECT s FROM many' },
  {
    name: 'the distances of an index on an expression',
    statement: 'INSERT INTO expression_trees SELECT i FROM generate_series(1, 500) AS i',
  },
  { name: 'a new index', statement: 'CREATE INDEX ON many USING gist (s) WITH (buffering = on)' },
  { name: 'an index that is made again', statement: 'REINDEX TABLE grown' },
  {
    name: 'a new index on an expression',
    statement: 'CREATE INDEX ON many USING gist ((nullif(s, NULL))) WITH (buffering = on)',
  },
];

const schema = readFileSync(new URL('unnamed-calls.sql', import.meta.url), 'utf8');

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: FactsStage;
  beforeAll(async () => {
    stage = await startFactsStage(version, schema);
  });
  afterAll(() => stage?.stop());

  test.each(cases)('$name', async ({ statement, values, before }) => {
    const called = await calledBy(stage, before, statement, values);
    const answer = await stage.facts(statement);
    const functions = answer.kind === 'facts' ? answer.statements.flatMap((facts) => facts.functions) : [];
    expect(called.size, 'the server calls something').toBeGreaterThan(0);
    expect(functions.map(({ name }) => name)).toEqual(expect.arrayContaining([...called]));
  });

  test.each([
    'EXPLAIN ANALYZE SELECT $1 + 1',
    'DECLARE c CURSOR FOR SELECT $1 + 1',
    'CREATE TABLE made AS SELECT $1 + 1',
    'CALL vouched_for($1 + 1)',
  ])('the declared type of a parameter decides what the operator is: %s', async (statement) => {
    const { rows } = await stage.admin.query("SELECT 'mood'::regtype::oid AS type");
    const answer = await stage.facts(statement, [rows[0].type]);
    const functions = answer.kind === 'facts' ? answer.statements.flatMap((facts) => facts.functions) : [];
    expect(functions.map(({ name }) => name)).toContain('mood_plus');
  });

  test.each([
    "CALL vouched_for('5', 1)",
    'CALL vouched_named(b => 2, a => 1)',
    'CALL vouched_for_all(1, 2, 3)',
    "CALL vouched_for_all(VARIADIC '{1,2}')",
  ])('a vouched procedure is not opaque for its arguments: %s', async (statement) => {
    const answer = await stage.facts(statement);
    expect(answer).toMatchObject({ kind: 'facts', statements: [{ opaque: [] }] });
  });
});

/** The names that the functions tell while the server runs the statement, which then is rolled back. */
async function calledBy(
  { admin }: FactsStage,
  before: string | undefined,
  statement: string,
  values: readonly string[] = [],
): Promise<ReadonlySet<string>> {
  const called = new Set<string>();
  const note = ({ message }: { message?: string | undefined }): void => void called.add(message ?? '');
  await admin.query('BEGIN');
  if (before !== undefined) await admin.query(before);
  admin.on('notice', note);
  try {
    await admin.query(statement, [...values]);
  } catch {
    // What refers to a row keeps it: the functions were called all the same.
  } finally {
    admin.off('notice', note);
    await admin.query('ROLLBACK');
    if (before !== undefined) await admin.query('DEALLOCATE ALL');
  }
  return called;
}
