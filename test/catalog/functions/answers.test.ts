// What the server really does: a function called pure answers the same whether or not an object of that name exists.
import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import { loadFunctionClasses, printSignature } from '../../../gateway/catalog/index.ts';
import { readServerFunctions, type ServerFunction } from './server-functions.ts';
import { serverVersions, withServer } from './with-server.ts';

const classes = loadFunctionClasses();

/** A value of each type, which names the probed objects wherever it can. */
const samples: Readonly<Record<string, string>> = {
  text: "'probe'",
  name: "'probe'::name",
  cstring: "'probe'::cstring",
  character: "'probe'::bpchar",
  'character varying': "'probe'::varchar",
  'text[]': "'{probe}'::text[]",
  oid: 'NUMBER::oid',
  oidvector: "'NUMBER'::oidvector",
  bigint: 'NUMBER::bigint',
  integer: 'NUMBER::int',
  xid: "'NUMBER'::xid",
  smallint: '1::smallint',
  boolean: 'true',
  numeric: '1::numeric',
  real: '1::real',
  'double precision': '1::float8',
  bytea: "'probe'::bytea",
  json: '\'{"probe": "probe"}\'::json',
  jsonb: '\'{"probe": "probe"}\'::jsonb',
  jsonpath: "'$.probe'::jsonpath",
  xml: "'<probe/>'::xml",
  tsquery: "'probe'::tsquery",
  tsvector: "'probe'::tsvector",
  regclass: 'NUMBER::regclass',
  regconfig: "'simple'::regconfig",
  regdictionary: "'simple'::regdictionary",
  date: "'2020-02-02'::date",
  interval: "'1 day'::interval",
  'timestamp without time zone': "'2020-02-02'::timestamp",
  'timestamp with time zone': "'2020-02-02'::timestamptz",
  anyelement: "'probe'::text",
  anynonarray: "'probe'::text",
  anyarray: "'{probe}'::text[]",
  anycompatible: "'probe'::text",
  anycompatiblearray: "'{probe}'::text[]",
  '"any"': "'probe'::text",
  '"char"': '\'p\'::"char"',
};

const create = `
  CREATE TABLE probe (probe int); COMMENT ON TABLE probe IS 'probe'; CREATE ROLE probe;
  CREATE TEXT SEARCH CONFIGURATION "probe" (COPY = english)`;

/** Functions that do notice: whether this test can see it at all. */
const noticing = [
  'to_regclass(text)',
  'pg_get_serial_sequence(text,text)',
  'obj_description(oid)',
  'pg_relation_filenode(regclass)',
  'has_table_privilege(text,text)',
  'pg_table_is_visible(oid)',
  'table_to_xml(regclass,boolean,boolean,text)',
].map((signature) => `pg_catalog.${signature}`);

describe.each(serverVersions)('PostgreSQL %i', (version) => {
  test('a pure function neither notices nor locks what its arguments name', async () => {
    await withServer(version, async (client) => {
      const calls = (await readServerFunctions(client)).flatMap(printCall);
      expect(calls.length).toBeGreaterThan(900);
      await client.query("SET statement_timeout = '120s'");
      await client.query(create);
      const { rows } = await client.query<{ oid: number }>("SELECT 'probe'::regclass::oid::int AS oid");
      const number = rows[0]?.oid as number;
      const present = await answerAll(client, calls, number);
      await client.query('DROP TABLE probe; DROP ROLE probe; DROP TEXT SEARCH CONFIGURATION probe');
      const absent = await answerAll(client, calls, number);
      const differing = calls.filter((_call, index) => present[index] !== absent[index]);
      expect(differing.map(({ signature }) => signature).sort()).toEqual([...noticing].sort());
      const answered = present.filter((answer) => answer.startsWith('['));
      expect(answered.length).toBeGreaterThan(calls.length / 2);
    });
  }, 400_000);
});

type Call = { signature: string; text: string };

function printCall({ oid, schema, name, argumentTypes, kind, resultType }: ServerFunction): Call[] {
  const entry = classes.of({ oid, schema, name, argumentTypes });
  const signature = printSignature(schema, name, argumentTypes);
  if (entry.class !== 'pure' && !noticing.includes(signature)) return [];
  if (kind !== 'f' || resultType === 'internal') return [];
  const values = argumentTypes.map((type) => samples[type]);
  if (values.includes(undefined) || values.length === 0) return [];
  // A number of rows or characters, which the number of an object would make large.
  const many =
    /^(repeat|generate_series|[lr]pad|array_fill|factorial|gamma|lgamma|power|pow|numeric_power|dpow)$/;
  const text = `${JSON.stringify(schema)}.${JSON.stringify(name)}(${values.join(', ')})`;
  return [
    {
      signature,
      text: many.test(name) ? text.replaceAll('NUMBER', '3') : text,
    },
  ];
}

/** The answer or error to each, with the locks taken on tables that aren't the catalog's. */
async function answerAll(client: pg.Client, calls: readonly Call[], number: number): Promise<string[]> {
  const answers: string[] = [];
  for (const { text } of calls) {
    await client.query('BEGIN');
    const called = `SELECT array_agg(called::text) FROM (SELECT ${text.replaceAll('NUMBER', String(number))}) AS called`;
    const answer = await client.query(called).then(
      ({ rows }) => JSON.stringify(rows),
      (error: Error) => error.message,
    );
    const locks = await client
      .query('SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation >= 16384')
      .then(
        ({ rows }) => JSON.stringify(rows),
        () => '',
      );
    await client.query('ROLLBACK');
    answers.push(answer + locks);
  }
  return answers;
}
