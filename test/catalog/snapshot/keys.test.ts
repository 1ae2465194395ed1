// Which unique indexes pick out one row at most, and which only look as if they did.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../gateway/catalog/index.ts';
import { type CatalogStage, relationOf, startCatalog, versions } from './fixture.ts';

const schema = `
  CREATE TABLE plain (id int PRIMARY KEY, name text UNIQUE, other int);
  CREATE TABLE wide (a int, b text, c int, gone int, d int, PRIMARY KEY (d, b) INCLUDE (c));
  CREATE COLLATION ignoring (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE TABLE collated (name text COLLATE ignoring UNIQUE);
  CREATE TABLE partial (id int, off boolean);
  CREATE UNIQUE INDEX ON partial (id) WHERE NOT off;
  CREATE TABLE expression (id int, name text);
  CREATE UNIQUE INDEX ON expression (id, lower(name));
  CREATE TABLE deferred (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);
  CREATE TABLE not_unique (id int);
  CREATE INDEX ON not_unique (id);
  CREATE TABLE nulls (id int);
  CREATE UNIQUE INDEX ON nulls (id) NULLS NOT DISTINCT;
  CREATE TABLE excluded (id int, EXCLUDE USING btree (id WITH =));
  CREATE TABLE other_equality (name text);
  CREATE UNIQUE INDEX ON other_equality (name text_pattern_ops);
  CREATE TABLE invalid (id int UNIQUE);
  UPDATE pg_index SET indisvalid = false WHERE indrelid = 'invalid'::regclass;
  CREATE TABLE with_heirs (id int PRIMARY KEY);
  CREATE TABLE heir (PRIMARY KEY (id)) INHERITS (with_heirs);
  CREATE TABLE partitioned (id int PRIMARY KEY, at date) PARTITION BY RANGE (id);
  CREATE TABLE partition_1 PARTITION OF partitioned FOR VALUES FROM (0) TO (10);
  CREATE TABLE not_yet (id int) PARTITION BY RANGE (id);
  CREATE TABLE not_yet_1 PARTITION OF not_yet FOR VALUES FROM (0) TO (10);
  CREATE UNIQUE INDEX ON ONLY not_yet (id);
`;

describe.each(versions)('PostgreSQL %i', (version) => {
  let stage: CatalogStage;
  let snapshot: Snapshot;
  beforeAll(async () => {
    stage = await startCatalog(version, schema);
    snapshot = await stage.load();
  });
  afterAll(() => stage?.stop());

  test.each([
    { table: 'plain', why: 'a primary key and a unique constraint', want: [[1], [2]] },
    { table: 'wide', why: 'the columns of the key in its order, without the included', want: [[5, 2]] },
    { table: 'nulls', why: 'NULLS NOT DISTINCT is at least as unique', want: [[1]] },
    { table: 'partitioned', why: 'unique across all partitions', want: [[1]] },
    { table: 'partition_1', why: 'unique in itself', want: [[1]] },
    { table: 'heir', why: 'has no heirs of its own', want: [[1]] },
    { table: 'partial', why: 'holds some rows only', want: [] },
    { table: 'expression', why: 'is over an expression', want: [] },
    { table: 'deferred', why: 'may be violated until the end of a transaction', want: [] },
    { table: 'not_unique', why: 'is no unique index', want: [] },
    { table: 'excluded', why: 'excludes by operators', want: [] },
    { table: 'other_equality', why: 'compares by other operators than the type', want: [] },
    { table: 'invalid', why: 'is not finished', want: [] },
    { table: 'with_heirs', why: 'doesn’t see the rows of heirs', want: [] },
    { table: 'not_yet', why: 'is not in every partition', want: [] },
  ])('$table: $why', ({ table, want }) => {
    expect(relationOf(snapshot, table).keys.map(({ columns }) => columns)).toEqual(want);
  });

  test('a key says whether it is the primary one, and how it collates', async () => {
    expect(relationOf(snapshot, 'plain').keys).toMatchObject([
      { primary: true, collations: [0] },
      { primary: false, collations: [100] },
    ]);
    const { rows } = await stage.admin.query("SELECT oid::int FROM pg_collation WHERE collname = 'ignoring'");
    expect(relationOf(snapshot, 'collated').keys).toMatchObject([{ collations: [rows[0]?.oid] }]);
  });
});

test('a key without overlaps is none: it is over ranges', async () => {
  const stage = await startCatalog(
    18,
    `CREATE EXTENSION IF NOT EXISTS btree_gist;
     CREATE TABLE booked (room int, at daterange, PRIMARY KEY (room, at WITHOUT OVERLAPS));`,
  );
  try {
    expect(relationOf(await stage.load(), 'booked').keys).toEqual([]);
  } finally {
    await stage.stop();
  }
});
