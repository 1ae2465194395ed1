// Labels: where they come from, whom they reach, and what is said of those that reach nobody.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CatalogData, readCatalogData, type Snapshot } from '../../../gateway/catalog/index.ts';
import { type CatalogStage, columnOf, labelsOf, relationOf, startCatalog, versions } from './fixture.ts';

const schema = `
  CREATE TABLE customers (id int, ssn text, name text, card text, plain text, "odd.name" text);
  COMMENT ON COLUMN customers.ssn IS 'Tax number. @label(pii.ssn) Ask the team first.';
  COMMENT ON COLUMN customers.name IS '@label(pii.name, gdpr) and @label(contact)';
  COMMENT ON COLUMN customers.plain IS 'label: not this, me@label(x) neither, #tag(other)';
  COMMENT ON TABLE customers IS '@label(pii)';
  CREATE TABLE broken (a int, b int);
  COMMENT ON COLUMN broken.a IS '@label(not closed';
  COMMENT ON COLUMN broken.b IS '@label(two words, ok)';
  INSERT INTO pg_seclabel VALUES
    ('customers'::regclass, 'pg_class'::regclass, 4, 'tags', 'pci.card'),
    ('customers'::regclass, 'pg_class'::regclass, 3, 'anon', 'MASKED WITH FUNCTION anon.fake_name()');

  CREATE TABLE measurements (at date, place text, value int) PARTITION BY RANGE (at);
  COMMENT ON COLUMN measurements.place IS '@label(location)';
  CREATE TABLE early (value int, gone int, place text, at date) PARTITION BY LIST (place);
  ALTER TABLE early DROP COLUMN gone;
  ALTER TABLE measurements ATTACH PARTITION early FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
  CREATE TABLE early_here PARTITION OF early FOR VALUES IN ('here');
  COMMENT ON COLUMN early.value IS '@label(reading)';

  CREATE TABLE person (name text);
  CREATE TABLE payer (name text, account text);
  CREATE TABLE client (name text, since date) INHERITS (person, payer);
  COMMENT ON COLUMN person.name IS '@label(pii.name)';
  COMMENT ON COLUMN payer.name IS '@label(pii.name, billing)';
  COMMENT ON COLUMN payer.account IS '@label(bank)';
  COMMENT ON COLUMN client.name IS '@label(own)';

  CREATE TABLE renamed (old text);
  COMMENT ON COLUMN renamed.old IS '@label(kept)';
  ALTER TABLE renamed RENAME old TO new;
  CREATE FUNCTION touch(int, text) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
`;

const data: CatalogData = readCatalogData({
  columns: {
    'public.customers.id': ['key'],
    'public.customers.ssn': ['pii.ssn', 'secret'],
    'public.customers."odd.name"': ['odd'],
    'public.customers.missing': ['pii'],
    'public.nowhere.a': ['pii'],
  },
  functions: {
    'public.touch(integer, text)': { reads: ['public.customers.ssn'], carries: ['pii.ssn'] },
    'public.touch(integer)': { writes: ['public.nowhere'], reads: ['public.customers.gone'] },
  },
});

describe.each(versions)('PostgreSQL %i', (version) => {
  let stage: CatalogStage;
  let snapshot: Snapshot;
  beforeAll(async () => {
    stage = await startCatalog(version, schema);
    snapshot = await stage.load({ data });
  });
  afterAll(() => stage?.stop());

  test.each([
    { name: 'data', relation: 'customers', column: 'id', want: ['key'] },
    {
      name: 'a comment',
      relation: 'customers',
      column: 'name',
      want: ['pii.name', 'gdpr', 'contact', 'anon'],
    },
    { name: 'both, each label once', relation: 'customers', column: 'ssn', want: ['pii.ssn', 'secret'] },
    { name: 'a quoted name in data', relation: 'customers', column: 'odd.name', want: ['odd'] },
    { name: 'a security label', relation: 'customers', column: 'card', want: ['pci.card'] },
    { name: 'nothing in prose', relation: 'customers', column: 'plain', want: [] },
    { name: 'a column that was renamed', relation: 'renamed', column: 'new', want: ['kept'] },
    { name: 'the partition root', relation: 'measurements', column: 'place', want: ['location'] },
    {
      name: 'a root, where the number is another',
      relation: 'early',
      column: 'place',
      want: ['location < public.measurements'],
    },
    {
      name: 'a root two levels above',
      relation: 'early_here',
      column: 'place',
      want: ['location < public.measurements'],
    },
    {
      name: 'the level between',
      relation: 'early_here',
      column: 'value',
      want: ['reading < public.early'],
    },
    {
      name: 'several parents, its own first',
      relation: 'client',
      column: 'name',
      want: ['own', 'pii.name < public.person', 'billing < public.payer'],
    },
    { name: 'one of the parents', relation: 'client', column: 'account', want: ['bank < public.payer'] },
    { name: 'no child', relation: 'measurements', column: 'value', want: [] },
  ])('$relation.$column has labels of $name', ({ relation, column, want }) => {
    expect(labelsOf(snapshot, relation, column)).toEqual(want);
  });

  test('a label says where it comes from', () => {
    const labels = ['id', 'name', 'card'].flatMap((name) => columnOf(snapshot, 'customers', name).labels);
    expect(labels.map(({ name, from }) => `${name}: ${from}`)).toEqual([
      'key: data',
      'pii.name: comment',
      'gdpr: comment',
      'contact: comment',
      'anon: security_label',
      'pci.card: security_label',
    ]);
  });

  test('long values of a labelled column are labelled where they are stored', () => {
    const { oid } = relationOf(snapshot, 'customers');
    const toast = `pg_toast.pg_toast_${oid}`;
    expect(labelsOf(snapshot, toast, 'chunk_data')).toContain('pii.ssn < public.customers');
    expect(labelsOf(snapshot, toast, 'chunk_id')).toEqual([]);
    expect(labelsOf(snapshot, 'pg_toast.pg_toast_1255', 'chunk_data')).toEqual([]);
  });

  test('what fits nothing is found, and said in words', () => {
    expect(snapshot.findings).toEqual([
      {
        kind: 'unknown_column',
        name: 'public.customers.missing',
        message: 'the data labels public.customers.missing, but there is no column of that name',
      },
      {
        kind: 'unknown_relation',
        name: 'public.nowhere.a',
        message: 'the data labels public.nowhere.a, but there is no relation public.nowhere',
      },
      {
        kind: 'misplaced_tag',
        name: 'public.customers',
        message: 'the comment on public.customers has a label: only columns are labelled',
      },
      {
        kind: 'unreadable_tag',
        name: 'public.broken.a',
        message: 'the comment on public.broken.a has @label(not closed, which is no list of labels',
      },
      {
        kind: 'unreadable_tag',
        name: 'public.broken.b',
        message: 'the comment on public.broken.b has @label(two words, ok), which is no list of labels',
      },
      {
        kind: 'unknown_function',
        name: 'public.touch(integer)',
        message:
          'the data vouches for public.touch(integer), but there is no such function; there is public.touch(integer,text)',
      },
      {
        kind: 'unknown_column',
        name: 'public.customers.gone',
        message:
          'the data says that public.touch(integer) reads public.customers.gone, but there is no column of that name',
      },
      {
        kind: 'unknown_relation',
        name: 'public.nowhere',
        message:
          'the data says that public.touch(integer) uses public.nowhere, but there is no relation public.nowhere',
      },
    ]);
  });

  test('a function that is vouched for says so', () => {
    const [touch] = snapshot.findRoutines('public', 'touch', []);
    expect(touch?.vouch).toEqual({ reads: ['public.customers.ssn'], carries: ['pii.ssn'], writes: [] });
  });

  test('another marker, and only some providers', async () => {
    const labels = { commentMarker: '#tag', securityLabelProviders: ['tags'] };
    const other = await stage.load({ labels });
    expect(labelsOf(other, 'customers', 'plain')).toEqual(['other']);
    expect(labelsOf(other, 'customers', 'name')).toEqual([]);
    expect(labelsOf(other, 'customers', 'card')).toEqual(['pci.card']);
    expect(other.version).not.toBe(snapshot.version);
  });

  test('comments can be left out', async () => {
    const other = await stage.load({ labels: { commentMarker: undefined } });
    expect(labelsOf(other, 'customers', 'ssn')).toEqual([]);
    expect(other.findings).toEqual([]);
  });
});
