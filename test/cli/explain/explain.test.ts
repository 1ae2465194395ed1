// `portcullis explain`, on real databases: what goes in, what comes out, what is said of mistakes.
import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildBundle } from '../../support/build-bundle.ts';
import { runCli } from '../run-cli.ts';
import { type ResolverStage, startResolverStage } from '../with-resolver.ts';

const sql = `
  CREATE TABLE customers (id int PRIMARY KEY, name text, ssn text);
  COMMENT ON COLUMN customers.ssn IS '@label(pii.ssn)';
  CREATE VIEW names AS SELECT id, name, ssn FROM customers WHERE name <> '';
  CREATE FUNCTION touch(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
  CREATE SCHEMA hr;
  CREATE TABLE hr.staff (id int, name text);
`;

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: ResolverStage;
  beforeAll(async () => {
    stage = await startResolverStage(version, { sql, schemas: ['public', 'hr'] });
  });
  afterAll(() => stage?.stop());

  const run = (words: readonly string[], stdin?: string) =>
    runCli(['explain', '--config', stage.config, ...words], stdin === undefined ? {} : { stdin });
  const json = async (...words: string[]) => JSON.parse((await run(['--json', ...words])).stdout);

  test('a statement through a view: relations, columns with labels, outputs', async () => {
    const { code, stdout, stderr } = await run(['SELECT ssn AS number FROM names WHERE id = 1']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^SELECT {2}kind select · read_only · catalog \S+\n/);
    expect(stdout).toMatch(/public\.customers +table +select +through public\.names/);
    expect(stdout).toMatch(/ssn +output.* +pii\.ssn\n/);
    expect(stdout).toMatch(/1 +number +pii\.ssn +is public\.names\.ssn, public\.customers\.ssn/);
  });

  test('--json is input.statement as the schema has it', async () => {
    const schema = JSON.parse(
      await readFile(new URL('../../../schemas/input.schema.json', import.meta.url), 'utf8'),
    );
    const validate = new Ajv2020().addSchema(schema, 'input').getSchema('input#/$defs/StatementInput');
    const texts = [
      'SELECT * FROM names, touch(2) ORDER BY 1 LIMIT 3',
      'UPDATE customers SET name = ssn WHERE id = $1 RETURNING *',
      "COPY customers (ssn) TO '/tmp/x'",
      'GRANT SELECT (name) ON customers TO PUBLIC WITH GRANT OPTION',
      'EXPLAIN DELETE FROM customers',
      'BEGIN',
      'SET search_path TO hr',
      'CREATE TABLE t AS TABLE customers',
    ];
    const { stdout } = await run(['--json', texts.join(';\n')]);
    const documents: unknown[] = stdout.split(/\n(?={)/).map((document) => JSON.parse(document));
    expect(documents).toHaveLength(texts.length);
    for (const document of documents) expect([validate?.(document), validate?.errors]).toEqual([true, null]);
  });

  test('what is opaque says why, in the words of the database', async () => {
    const { stdout } = await run(['SELECT touch(1)']);
    expect(stdout).toMatch(
      /Opaque: it may touch more than is listed here\n +function +.*public\.touch\(integer\)/,
    );
    expect(await json('SELECT touch(1)')).toMatchObject({ opaque: true });
  });

  test('--as asks the policy, whose labels count, and prints what it decides', async () => {
    const files = {
      'gateway/statement.rego': `package gateway.statement
default decision := {"effect": "deny", "rule": "test.labelled", "reason": "Not for you.", "hint": "Ask."}
decision := {"effect": "allow", "rule": "test.plain", "limits": {"max_rows": 5}} if {
  input.identity.kind == "agent"
  input.request.time.hour == 14
  count([1 | some column in input.statement.columns; count(column.labels) > 0]) == 0
}`,
      'gateway/connect.rego': 'package gateway.connect\ndecision := {"effect": "allow", "rule": "t"}',
      'gateway/approve.rego': 'package gateway.approve\ndecision := {"effect": "deny", "rule": "t"}',
      'catalog/data.json': '{"columns": {"public.customers.name": ["pii.name"]}}',
    };
    const entrypoints = ['statement', 'connect', 'approve'].map((each) => `gateway/${each}/decision`);
    const bundle = await stage.write(
      'bundle.tar.gz',
      await buildBundle({ files, entrypoints, revision: 'r7' }),
    );
    const agent = await stage.write('agent.json', { principal: 'bot', kind: 'agent' });
    const as = ['--as', agent, '--policy', bundle, '--at', '2026-05-04T14:30Z'];

    const allowed = await run([...as, 'SELECT id FROM customers']);
    expect(allowed.stdout).toMatch(
      /\nDecision\n {2}allow {2}test\.plain {2}policy r7\n {2}limits +\{"max_rows":5\}\n/,
    );
    const refused = await run([...as, 'SELECT name FROM customers']);
    expect(refused.stdout).toMatch(
      /\nDecision\n {2}deny {2}test\.labelled {2}policy r7\n {2}Not for you\.\n {2}Ask\.\n/,
    );
    expect(await json(...as, 'SELECT id FROM customers')).toMatchObject({
      input: { identity: { principal: 'bot' }, statement: { kind: 'select' }, resource: { name: 'shop' } },
      decision: { effect: 'allow' },
      revision: 'r7',
    });

    const odd = await stage.write('odd.json', { principal: 'bot', kind: 'robot', group: [] });
    expect((await run(['--as', odd, '--policy', bundle, 'SELECT 1'])).stderr).toMatch(
      /odd\.json is no identity:\n(.*\n)*.*(group: unknown key|kind: "robot" is not known)/,
    );
    expect((await run(['--as', agent, 'SELECT 1'])).stderr).toContain('names no bundle that could decide');
    expect((await run(['--at', '2026-05-04T14:30Z', 'SELECT 1'])).stderr).toContain('--at needs --as');
  });

  test('data that vouch for a function make it known, and their labels count', async () => {
    const data = await stage.write('data.json', {
      columns: { 'public.customers.name': ['pii.name'] },
      functions: { 'public.touch(integer)': { reads: ['public.customers.ssn'], carries: ['pii.ssn'] } },
    });
    const statement = await json('--data', data, 'SELECT touch(1), name FROM customers');
    expect(statement).toMatchObject({
      opaque: false,
      outputs: [{ labels: ['pii.ssn'] }, { labels: ['pii.name'] }],
    });
    expect(statement.columns).toContainEqual(
      expect.objectContaining({ relation: 'customers', name: 'ssn', labels: ['pii.ssn'] }),
    );
  });

  test('data that name something in vain are said', async () => {
    const data = await stage.write('typo.json', { functions: { 'public.tuch(integer)': {} } });
    const { code, stderr } = await run(['--data', data, 'SELECT 1']);
    expect(code).toBe(0);
    expect(stderr).toBe('! the data vouches for public.tuch(integer), but there is no such function\n');
  });

  test('several statements have a block each; an error of one does not keep the others', async () => {
    const text = 'SELECT 1;\nSELECT nme FROM customers;\nDELETE FROM customers\nWHERE id = 1';
    const { code, stdout, stderr } = await run([text]);
    expect(code).toBe(1);
    expect(stdout.match(/^\d of \d .*$/gm)).toEqual([
      '1 of 3  SELECT 1',
      '2 of 3  SELECT nme FROM customers',
      '3 of 3  DELETE FROM customers …',
    ]);
    expect(stdout).toMatch(/delete +public\.customers +key_equality/);
    expect(stderr).toContain(
      'ERROR:  42703: column "nme" does not exist\nLINE 1: SELECT nme FROM customers\n               ^\n',
    );
  });

  test('each statement is the first of a new session', async () => {
    const { stderr } = await run(['SET search_path TO hr; SELECT * FROM staff']);
    expect(stderr).toContain('42P01: relation "staff" does not exist');
  });

  test('--search-path is that of the session', async () => {
    const { relations } = await json('--search-path', 'hr, public', 'SELECT * FROM staff, customers');
    expect(relations.map(({ schema, name }: Record<string, string>) => `${schema}.${name}`)).toEqual([
      'hr.staff',
      'public.customers',
    ]);
    const { code, stderr } = await run(['--search-path', 'nowhere', 'SELECT 1']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'portcullis: the resolver role finds no schema "nowhere", or may not use it\n',
    });
  });

  test('--parameter-types say what the database would not infer', async () => {
    expect((await run(['SELECT $1 + $2'])).stderr).toContain('42725: operator is not unique');
    const { outputs, functions } = await json('--parameter-types', 'int, numeric(5,2)', 'SELECT $1 + $2');
    expect(outputs).toHaveLength(1);
    expect(functions.map(({ name }: { name: string }) => name)).toContain('numeric_add');
    expect((await run(['--parameter-types', 'int,nix', 'SELECT $1'])).stderr).toContain(
      'the database has no type "nix"',
    );
  });

  test('the SQL comes from a file or standard input as well', async () => {
    const file = await stage.write('report.sql', '-- a report\nSELECT name\nFROM customers;\n');
    const fromFile = await run(['--file', file]);
    expect(fromFile.stdout).toContain('public.customers');
    expect((await run([], 'SELECT name FROM customers')).stdout).toBe(fromFile.stdout);
  });

  test('nothing is executed, and nothing stays', async () => {
    await run(["SELECT nextval('x')", '--verbose']);
    await run(['DROP TABLE customers']);
    await run(['DELETE FROM customers']);
    expect((await run(['SELECT id FROM customers'])).code).toBe(0);
  });

  test.each([
    {
      name: 'text that is no SQL',
      words: ['SELEC 1'],
      code: 1,
      says: 'ERROR:  42601: syntax error at or near "SELEC"',
    },
    {
      name: 'the place in a later line',
      words: ['SELECT 1;\nSELECT 2 3'],
      code: 1,
      says: 'LINE 2: SELECT 2 3\n                 ^',
    },
    { name: 'no statement', words: ['/* nothing */'], code: 1, says: 'there is no statement in the SQL' },
    {
      name: 'a file that is not there',
      words: ['--file', '/nonexistent'],
      code: 1,
      says: '/nonexistent cannot be read: ENOENT',
    },
    { name: 'SQL twice', words: ['--file', '/nonexistent', 'SELECT 1'], code: 2, says: 'give one of them' },
    {
      name: 'another resource',
      words: ['--resource', 'nix', 'SELECT 1'],
      code: 1,
      says: 'The resources are: shop.',
    },
  ])('$name ends with $code', async ({ words, code: want, says }) => {
    const { code, stderr } = await run(words);
    expect(code).toBe(want);
    expect(stderr).toContain(says);
  });
});
