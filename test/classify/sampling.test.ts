// Values of real tables are looked at: of every type, within limits, and without writing anything.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogQuery } from '../../gateway/catalog/index.ts';
import { classify, defaultSampleOptions, type Sampled, sampleColumns } from '../../gateway/classify/index.ts';
import { type CatalogStage, startCatalog, versions } from '../catalog/snapshot/fixture.ts';

const schema = `
  CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%');
  CREATE TYPE mood AS ENUM ('fine', 'sad');
  CREATE TYPE pair AS (a text, b int);
  CREATE TABLE odd (
    "a ""quoted"" column" text, "Grüße" text, d mail, l text[], e mood, p pair, j jsonb, x xml, m money, n numeric, v tsvector,
    c char(30), big text, empty text);
  ALTER TABLE odd ALTER COLUMN big SET STORAGE EXTERNAL;
  INSERT INTO odd SELECT 'p' || g || '@leak.example', 'p' || g || '@leak.example', 'p' || g || '@leak.example',
      ARRAY['p' || g || '@leak.example'], 'fine', ROW('p' || g || '@leak.example', g)::pair,
      jsonb_build_object('contact', jsonb_build_object('mail', 'p' || g || '@leak.example', 'note', repeat('x', 40))),
      ('<a>' || g || '</a>')::xml, g, 4111111111111111, to_tsvector('simple', 'some words'), 'p' || g || '@leak.example',
      repeat('p@leak.example ', 20000), NULL
    FROM generate_series(1, 30) g;
  INSERT INTO odd (big) SELECT repeat('p@leak.example ', 20000) FROM generate_series(1, 30);
  CREATE TABLE large (id int, c1 text);
  INSERT INTO large SELECT g, 'p' || g || '@leak.example' FROM generate_series(1, 20000) g;
  ANALYZE large;
  CREATE TABLE parted (id int, c1 text) PARTITION BY RANGE (id);
  CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000);
  INSERT INTO parted SELECT g, '+49 30 12345' || (600 + g) FROM generate_series(1, 50) g;
  CREATE FUNCTION failing(text) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the value was %', $1 USING ERRCODE = '22000'; END $$;
  CREATE TABLE guarded (c1 text);
  INSERT INTO guarded SELECT 'p' || g || '@leak.example' FROM generate_series(1, 30) g;
  ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
  CREATE POLICY telling ON guarded USING (failing(c1));
  CREATE TABLE slow (c1 text);
  INSERT INTO slow VALUES ('x');
  ALTER TABLE slow ENABLE ROW LEVEL SECURITY;
  CREATE POLICY waiting ON slow USING (pg_sleep(60) IS NOT NULL);
  CREATE SCHEMA closed;
  CREATE TABLE closed.secrets (c1 text);
  CREATE TABLE locked (c1 text);
  CREATE ROLE classifier LOGIN PASSWORD 'of the classifier';
  GRANT SELECT ON ALL TABLES IN SCHEMA public, closed TO classifier`;

describe.each(versions)('PostgreSQL %i', (version) => {
  let stage: CatalogStage;
  let sampled: Sampled;
  const found = new Map<string, string>();
  beforeAll(async () => {
    stage = await startCatalog(version, schema);
    const snapshot = await stage.load();
    const { host, port } = stage.server;
    const password = 'of the classifier';
    const client = new pg.Client({ host, port, user: 'classifier', password, database: 'postgres' });
    await client.connect();
    const statements: string[] = [];
    const query = catalogQuery(client);
    const blocker = await stage.admin.query('BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE');
    expect(blocker).toBeDefined();
    sampled = await sampleColumns(
      (text) => {
        statements.push(text);
        return query(text);
      },
      snapshot,
      { ...defaultSampleOptions, statementMilliseconds: 1_500 },
    );
    await stage.admin.query('ROLLBACK');
    // The connection is as it was: no transaction is left open.
    expect((await client.query('SHOW statement_timeout')).rows[0].statement_timeout).toBe('0');
    await client.end();
    expect(
      statements.filter((text) => text.startsWith('SELECT CASE')).every((text) => /LIMIT 200$/.test(text)),
    ).toBe(true);
    expect(statements.some((text) => text.includes('"large" TABLESAMPLE SYSTEM'))).toBe(true);
    const { proposals } = await classify(snapshot, { minConfidence: 0.5, sampled: sampled.columns });
    for (const { relation, column, labels } of proposals) found.set(`${relation}.${column}`, labels.join());
  });
  afterAll(() => stage?.stop());

  test('columns of every type are read, whatever they are called', () => {
    expect(Object.fromEntries([...found].filter(([name]) => name.startsWith('odd.')))).toEqual({
      'odd.a "quoted" column': 'pii.email',
      'odd.Grüße': 'pii.email',
      'odd.d': 'pii.email',
      'odd.l': 'pii.email',
      'odd.j': 'pii.free_text',
      'odd.n': 'pci.card_number',
      'odd.c': 'pii.email',
    });
  });

  test('of a large table some pages are read, of a partitioned one its root', () => {
    expect(found.get('large.c1')).toBe('pii.email');
    expect(found.get('parted.c1')).toBe('pii.phone');
    expect(found.has('parted_1.c1')).toBe(false);
  });

  test('what fails, takes too long, is locked or closed is left, and told without the server’s words', () => {
    expect(sampled.notes).toEqual([
      'closed.secrets: 1 of 1 columns may not be read',
      'public.guarded: not read, SQLSTATE 22000',
      'public.locked: not read, SQLSTATE 55P03',
      'public.slow: not read, SQLSTATE 57014',
    ]);
    expect(JSON.stringify([...sampled.columns, sampled.notes, [...found]])).not.toContain('leak.example');
  });

  test('when the time is over, the rest is left', async () => {
    const { notes, tables } = await sampleColumns(catalogQuery(stage.admin), await stage.load(), {
      ...defaultSampleOptions,
      totalMilliseconds: -1,
    });
    expect({ notes, tables }).toEqual({
      notes: ['closed.secrets and what comes after it: the time was over'],
      tables: 0,
    });
  });
});
