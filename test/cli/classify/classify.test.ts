// `portcullis classify`, on real databases.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readCatalogData } from '../../../gateway/catalog/index.ts';
import { runCli } from '../run-cli.ts';
import { type ResolverStage, startResolverStage } from '../with-resolver.ts';

const sql = `
  CREATE SCHEMA hr;
  CREATE TABLE public.customers (
    id int PRIMARY KEY, email text UNIQUE, ssn text, name text, "Odd.Ref" text, c17 text, c18 text, tier text, notes text,
    hidden_phone text, created_at timestamptz);
  COMMENT ON COLUMN public.customers.ssn IS 'Tax. @label(pii.ssn)';
  COMMENT ON COLUMN public.customers."Odd.Ref" IS E'Social security number\\nof the customer \\u001b[31m';
  INSERT INTO public.customers
    SELECT g, 'canary' || g || '@leak.example', '078-05-1120', 'Canary ' || g, 'x', 'canary' || g || '@leak.example',
           CASE WHEN g = 7 THEN repeat('canary ', 100000) ELSE '219-09-' || (1000 + g) END, 'gold', NULL, '555-0101'
      FROM generate_series(1, 40) g;
  CREATE TABLE public.bills (id int PRIMARY KEY, payer text REFERENCES public.customers (email), archived_ssn text, total numeric);
  CREATE TABLE public.customers_old (id int, ssn text, tier text);
  CREATE TABLE public.measures (at date, patient_name text) PARTITION BY RANGE (at);
  CREATE TABLE public.measures_2026 PARTITION OF public.measures FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE VIEW public.mails AS SELECT email FROM public.customers;
  CREATE TABLE hr.staff (id int, salary numeric, iban text);
  CREATE ROLE reader LOGIN PASSWORD 'of the resolver';
  GRANT USAGE ON SCHEMA public TO reader;
  GRANT SELECT ON public.customers TO reader;
  REVOKE SELECT ON public.customers FROM reader;
  GRANT SELECT (id, email, ssn, name, c17, c18, tier, notes) ON public.customers TO reader;
`;

const dataSchema = JSON.parse(
  readFileSync(new URL('../../../schemas/catalog-data.schema.json', import.meta.url), 'utf8'),
);

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: ResolverStage;
  let withReader: string;
  beforeAll(async () => {
    stage = await startResolverStage(version, { sql, schemas: ['public', 'hr'] });
    const config = parse(await readFile(stage.config, 'utf8'));
    config.resources[0].credentials.classifier = {
      kind: 'static',
      user: 'reader',
      password_file: 'password',
    };
    withReader = await stage.write('reader.yaml', stringify(config));
  });
  afterAll(() => stage?.stop());

  const run = (...words: string[]) => runCli(['classify', '--config', stage.config, ...words]);
  const columnsOf = (yaml: string): Record<string, string[]> => parse(yaml).columns;

  test('columns without a label that look sensitive are proposed, as data that policies read', async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(columnsOf(stdout)).toEqual({
      'public.customers.email': ['pii.email'],
      'public.customers.hidden_phone': ['pii.phone'],
      'public.customers.name': ['pii.name'],
      'public.customers.notes': ['pii.free_text'],
      'public.customers."Odd.Ref"': ['pii.ssn'],
      'public.customers_old.ssn': ['pii.ssn'],
      'public.bills.archived_ssn': ['pii.ssn'],
      'public.bills.payer': ['pii.email'],
      'public.measures.patient_name': ['pii.name'],
      'hr.staff.salary': ['hr.salary'],
      'hr.staff.iban': ['financial.iban'],
    });
    expect(readCatalogData(parse(stdout)).columns).toEqual(columnsOf(stdout));
    // OPA reads YAML 1.1, and policy check goes by the schema.
    expect(parse(stdout, { version: '1.1' })).toEqual(parse(stdout));
    expect(new Ajv2020().validate(dataSchema, parse(stdout))).toBe(true);
  });

  test('each says how sure it is and why, and nothing steers the terminal', async () => {
    const { stdout } = await run();
    expect(stdout).toMatch(
      /"public\.bills\.payer": \["pii\.email"\] +# 0\.90 {2}it refers to public\.customers\.email/,
    );
    expect(stdout).toMatch(
      /customers_old\.ssn": .*# 0\.95 {2}public\.customers\.ssn has the same name, and is labelled so/,
    );
    expect(stdout).toMatch(/# Clear: \d columns\n/);
    expect(stdout).not.toContain('\u001b');
    expect(
      stdout.split('\n').every((line) => line === '' || /^(?: {0,2}#| {0,2}"|columns:)/.test(line)),
    ).toBe(true);
  });

  test('what the data labels isn’t proposed, nor what they say is harmless; --all shows what has labels', async () => {
    const path = await stage.write(
      'labels.yaml',
      stringify({
        columns: {
          'hr.staff.salary': ['pay'],
          'public.customers.notes': [],
          'public.measures.patient_name': [],
        },
      }),
    );
    const { stdout } = await run('--data', path, '--all');
    const proposed = Object.keys(columnsOf(stdout));
    expect(proposed).not.toContain('hr.staff.salary');
    expect(proposed).not.toContain('public.customers.notes');
    expect(proposed).not.toContain('public.measures.patient_name');
    expect(stdout).toContain('#   hr.staff.salary: pay (data)');
    expect(stdout).toContain('#   public.customers.ssn: pii.ssn (comment)');
  });

  test('schemas and confidence narrow it down', async () => {
    const some = await run('--schemas', 'hr', '--min-confidence', '0.9');
    expect(columnsOf(some.stdout)).toEqual({
      'hr.staff.salary': ['hr.salary'],
      'hr.staff.iban': ['financial.iban'],
    });
    expect((await run('--schemas', 'hr', '--min-confidence', '1')).stdout).toContain('columns: {}');
  });

  test('values are looked at when somebody asks for that, as a role that may, and none of them gets out', async () => {
    const { code, stdout, stderr } = await runCli(['classify', '--config', withReader, '--sample']);
    expect(code).toBe(0);
    const columns = columnsOf(stdout);
    expect(columns['public.customers.c17']).toEqual(['pii.email']);
    expect(columns['public.customers.c18']).toEqual(['pii.ssn']);
    expect(columns).not.toHaveProperty('public.customers.tier');
    expect(stdout).toContain('40 of 40 sampled values look like e-mail addresses');
    expect(stderr).toContain('public.customers: 2 of 9 columns may not be read');
    expect(`${stdout}${stderr}`).not.toMatch(/canary|219-09|078-05|leak\.example/i);
  });

  test('JSON has the same, with types', async () => {
    const { stdout } = await run('--json', '--all', '--schemas', 'hr');
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ resource: 'shop', database: 'postgres', columns: 3, labelled: [] });
    expect(document.proposals[0]).toEqual({
      schema: 'hr',
      relation: 'staff',
      column: 'salary',
      type: 'numeric',
      labels: ['hr.salary'],
      confidence: 0.95,
      because: ['the name says "salary"'],
    });
  });

  test.each([
    [['--sample'], 'resource "shop" has no credential "classifier" to look at values with', 1],
    [['--credential', 'reader'], '--credential and --rows are about values', 2],
    [['--min-confidence', 'high'], '--min-confidence high is no number from 0 to 1', 2],
    [['--schemas', 'nowhere'], 'there is no schema "nowhere" with tables in it', 1],
  ])('%j is refused with words', async (words, says, exit) => {
    const { code, stderr } = await run(...words);
    expect(stderr).toContain(says);
    expect(code).toBe(exit);
  });
});
