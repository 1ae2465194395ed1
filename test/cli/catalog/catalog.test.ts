// `portcullis catalog`, on real databases.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../run-cli.ts';
import { type ResolverStage, startResolverStage } from '../with-resolver.ts';

const sql = `
  CREATE SCHEMA hr;
  CREATE TYPE hr.grade AS ENUM ('a', 'b');
  CREATE TABLE hr.employees (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, tags text[] DEFAULT '{}', grade hr.grade,
    twice int GENERATED ALWAYS AS (2 * 21) STORED);
  COMMENT ON TABLE hr.employees IS 'Who works here. @label(nothing)';
  COMMENT ON COLUMN hr.employees.name IS 'As in the passport. @label(pii.name, gdpr)';
  ALTER TABLE hr.employees ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON hr.employees FOR SELECT USING (name = current_user);
  CREATE FUNCTION hr.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER noted AFTER INSERT OR UPDATE ON hr.employees FOR EACH ROW EXECUTE FUNCTION hr.note();
  CREATE TABLE public.measures (at date, patient text) PARTITION BY RANGE (at);
  CREATE TABLE public.measures_2026 PARTITION OF public.measures FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  COMMENT ON COLUMN public.measures.patient IS '@label(phi)';
  CREATE TABLE public.plain (a int);
  CREATE VIEW public.names AS SELECT upper(name) AS name, id, 1 AS one FROM hr.employees;
`;

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: ResolverStage;
  beforeAll(async () => {
    stage = await startResolverStage(version, { sql, schemas: ['public', 'hr'] });
  });
  afterAll(() => stage?.stop());

  const run = (...words: string[]) => runCli(['catalog', '--config', stage.config, ...words]);

  test('a table has its columns, labels with their source, keys, policies and triggers', async () => {
    const { code, stdout } = await run('hr.employees');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'hr.employees  table, owner postgres',
      '  Who works here. @label(nothing)',
      '  id     integer   identity, not null',
      '  name   text      not null            pii.name, gdpr  comment',
      '  tags   text[]    default',
      '  grade  hr.grade',
      '  twice  integer   generated stored',
      '    keys          (id) primary',
      '    row security  own (select)',
      '    triggers      noted (insert, update) calls hr.note',
      '',
      '',
    ]);
  });

  test('a label on a partitioned table reaches its partitions, and says from where', async () => {
    const { stdout } = await run('measures_*');
    expect(stdout).toMatch(/patient +text +phi +comment on public\.measures/);
    expect(stdout).toMatch(/inherits +public\.measures/);
  });

  test('the columns of a view have the labels of what they show', async () => {
    const { stdout } = await run('public.names');
    expect(stdout.split('\n').slice(1, 4)).toEqual([
      '  name  text     pii.name, gdpr  from hr.employees.name',
      '  id    integer',
      '  one   integer',
    ]);
  });

  test('all tables and views, but none of the server', async () => {
    const { stdout } = await run();
    expect(stdout.match(/^\S+/gm)).toEqual([
      'hr.employees',
      'public.measures',
      'public.measures_2026',
      'public.names',
      'public.plain',
    ]);
  });

  test('--labels-only leaves out what has none', async () => {
    const { stdout } = await run('--labels-only', 'm*');
    expect(stdout).toContain('  patient  phi  comment\n');
    expect(stdout).not.toContain('date');
    expect((await run('--labels-only')).stdout).not.toContain('public.plain');
  });

  test('data labels columns, and what it or a comment names in vain is said', async () => {
    const data = await stage.write('data.json', {
      columns: { 'public.plain.a': ['x'], 'public.gone.b': ['y'] },
    });
    const { stdout, stderr } = await run('plain', '--data', data);
    expect(stdout).toMatch(/a +integer +x +data/);
    expect(stderr).toContain('! the data labels public.gone.b, but there is no relation public.gone\n');
    expect(stderr).toContain('! the comment on hr.employees has a label: only columns are labelled\n');
  });

  test('--json has the same for programs', async () => {
    const { stdout } = await run('--json', 'hr.*');
    const { database, relations, findings } = JSON.parse(stdout);
    expect(database).toBe('postgres');
    expect(findings).toMatchObject([{ kind: 'misplaced_tag', name: 'hr.employees' }]);
    expect(relations).toHaveLength(1);
    expect(relations[0]).toMatchObject({
      schema: 'hr',
      kind: 'table',
      keys: [{ primary: true, columns: ['id'] }],
      row_policies: [{ name: 'own', command: 'select' }],
      triggers: [{ name: 'noted', events: ['insert', 'update'], enabled: true, function: 'hr.note' }],
    });
    expect(relations[0].columns[1]).toEqual({
      name: 'name',
      type: 'text',
      not_null: true,
      default: false,
      identity: false,
      comment: 'As in the passport. @label(pii.name, gdpr)',
      labels: [
        { name: 'pii.name', from: 'comment', of: [] },
        { name: 'gdpr', from: 'comment', of: [] },
      ],
    });
  });

  test.each([
    { words: ['nothing*'], code: 1, says: 'no table or view fits' },
    { words: ['a.b.c'], code: 2, says: '"a.b.c" is no pattern' },
    { words: ['--resource', 'shp'], code: 1, says: 'Did you mean shop?' },
    { words: ['--data', '/nonexistent'], code: 1, says: '/nonexistent cannot be read: ENOENT' },
  ])('$words ends with $code', async ({ words, code: want, says }) => {
    const { code, stderr } = await run(...words);
    expect(code).toBe(want);
    expect(stderr).toContain(says);
  });

  test('data of the wrong form is refused with the place', async () => {
    const data = await stage.write('bad.json', { columns: { a: ['x'] } });
    const { code, stderr } = await run('--data', data);
    expect(code).toBe(1);
    expect(stderr).toContain('columns."a"');
  });

  const other = (upstream: string, credentials: string) =>
    stage.write(
      'other.yaml',
      `identity: { access_keys: { file: keys.json } }
policy: { open: true }
resources: [{ name: a, upstream: ${upstream}, credentials: { default: { kind: static, user: u } ${credentials} } }]`,
    );

  test('a resource without a resolver says how to make one', async () => {
    const config = await other('{ host: h, database: d }', '');
    const { code, stderr } = await runCli(['catalog', '--config', config]);
    expect(code).toBe(1);
    expect(stderr).toContain('resource "a" has no credential "resolver"');
    expect(stderr).toContain('portcullis check-config --online prints the SQL that makes its role');
  });

  test('a database that is not there is named, with the reason', async () => {
    const upstream = '{ host: 127.0.0.1, port: 1, database: d, sslmode: disable }';
    const config = await other(upstream, ', resolver: { kind: static, user: u }');
    const { code, stderr } = await runCli(['catalog', '--config', config]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot connect to 127\.0\.0\.1:1 for resource "a": .*ECONNREFUSED/);
  });
});
