// The catalog over time: every kind of DDL is seen, failures keep what was known, and nobody reads what began too early.
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Catalog,
  type CatalogDependencies,
  type CatalogOptions,
  catalogQuery,
  createCatalog,
  loadSnapshot,
  readCatalogData,
  type Snapshot,
} from '../../../gateway/catalog/index.ts';
import { answerCatalogQuestion } from '../../../gateway/catalog/large-statements/catalog-questions.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import { waitUntil } from '../../support/wait.ts';
import { type CatalogStage, labelsOf, relationOf, startCatalog, versions } from './fixture.ts';

const schema = `
  CREATE ROLE somebody;
  CREATE TABLE t (id int PRIMARY KEY, name text, gone int);
  CREATE TABLE parent (id int);
  CREATE TABLE child (id int);
  CREATE VIEW v AS SELECT id FROM t;
  CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
  CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE DOMAIN d AS text;
  CREATE TYPE e AS ENUM ('a');
  CREATE TABLE parted (id int) PARTITION BY RANGE (id);
  INSERT INTO t SELECT n FROM generate_series(1, 100) n;
`;

/** In this order: each has the ones before it. */
const changes = [
  'CREATE TABLE fresh (id int)',
  'ALTER TABLE fresh RENAME TO renewed',
  'DROP TABLE renewed',
  'ALTER TABLE t ADD COLUMN more int',
  'ALTER TABLE t RENAME COLUMN more TO less',
  'ALTER TABLE t ALTER COLUMN less TYPE bigint',
  'ALTER TABLE child ALTER COLUMN id SET NOT NULL',
  'ALTER TABLE t ALTER COLUMN less SET DEFAULT 1',
  'ALTER TABLE t ALTER COLUMN less DROP DEFAULT',
  'ALTER TABLE t DROP COLUMN less',
  'ALTER TABLE t OWNER TO somebody',
  'ALTER ROLE somebody RENAME TO someone',
  'ALTER TABLE t ADD CHECK (id > 0)',
  'ALTER TABLE t DROP CONSTRAINT t_id_check',
  'CREATE UNIQUE INDEX by_name ON t (name)',
  'ALTER INDEX by_name RENAME TO by_names',
  'DROP INDEX by_names',
  'ALTER TABLE child INHERIT parent',
  'ALTER TABLE child NO INHERIT parent',
  'CREATE TABLE part PARTITION OF parted FOR VALUES FROM (1) TO (2)',
  'ALTER TABLE parted DETACH PARTITION part',
  'CREATE OR REPLACE VIEW v AS SELECT id + 1 AS id FROM t',
  'ALTER VIEW v SET (security_invoker = true)',
  'CREATE RULE r AS ON INSERT TO t DO ALSO NOTHING',
  'ALTER TABLE t DISABLE RULE r',
  'DROP RULE r ON t',
  'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION act()',
  'ALTER TABLE t DISABLE TRIGGER g',
  'DROP TRIGGER g ON t',
  'ALTER TABLE t ENABLE ROW LEVEL SECURITY',
  'CREATE POLICY p ON t USING (true)',
  'ALTER POLICY p ON t USING (false)',
  'DROP POLICY p ON t',
  'ALTER TABLE t DISABLE ROW LEVEL SECURITY',
  "COMMENT ON COLUMN t.name IS '@label(pii.name)'",
  'COMMENT ON COLUMN t.name IS NULL',
  "INSERT INTO pg_seclabel VALUES ('t'::regclass, 'pg_class'::regclass, 2, 'tags', 'pii')",
  "UPDATE pg_seclabel SET label = 'other'",
  'DELETE FROM pg_seclabel',
  "CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 2'",
  'ALTER FUNCTION f(int) SECURITY DEFINER',
  "ALTER FUNCTION f(int) SET search_path = ''",
  'DROP FUNCTION f(int)',
  'ALTER DOMAIN d ADD CONSTRAINT short CHECK (length(VALUE) < 9)',
  'ALTER DOMAIN d DROP CONSTRAINT short',
  "ALTER DOMAIN d SET DEFAULT 'x'",
  "ALTER TYPE e ADD VALUE 'b'",
  'CREATE TYPE c AS (a int)',
  'ALTER TYPE c RENAME TO cc',
  'CREATE OPERATOR <+> (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int)',
  'DROP OPERATOR <+> (int, int)',
  'CREATE AGGREGATE a (int) (SFUNC = int4pl, STYPE = int)',
  'CREATE CAST (e AS int) WITH INOUT',
  'DROP CAST (e AS int)',
  'CREATE SCHEMA s',
  'ALTER SCHEMA s RENAME TO ss',
  'DROP SCHEMA ss',
  'CREATE EXTENSION hstore',
  'ALTER EXTENSION hstore DROP FUNCTION akeys(hstore)',
  'DROP EXTENSION hstore CASCADE',
  'CREATE COLLATION k FROM "C"',
  'CREATE TABLE a_second (id int); DROP TABLE parted',
  'BEGIN; SAVEPOINT s; CREATE TABLE in_savepoint (id int); RELEASE s; COMMIT',
  'CREATE TYPE wide AS RANGE (subtype = float8)',
  'CREATE TABLE ranges (w wide)',
  'CREATE INDEX by_wide ON ranges USING gist (w)',
  'DROP INDEX by_wide',
  'CREATE SCHEMA s CREATE TABLE within (id int)',
  'CREATE FUNCTION s.of_row(s.within, wide) RETURNS int LANGUAGE sql RETURN 1',
  'ALTER TYPE wide RENAME TO wider',
  'ALTER TABLE s.within RENAME TO inside',
  'ALTER SCHEMA s RENAME TO other',
  'ALTER FUNCTION other.of_row(other.inside, wider) OWNER TO someone',
  'ALTER ROLE someone RENAME TO somebody',
  'ALTER FUNCTION other.of_row(other.inside, wider) SET SCHEMA public',
  'CREATE PROCEDURE proceed(INOUT a int) LANGUAGE sql BEGIN ATOMIC SELECT 1; END',
  'CREATE VIEW over AS SELECT id FROM t',
  'ALTER VIEW over RENAME COLUMN id TO number',
  'CREATE STATISTICS of_t ON (id + 1) FROM t',
];

/** Everything that a snapshot says of objects that didn't come with the server. */
function contentOf(snapshot: Snapshot, oids: readonly number[]): unknown {
  const ask = (method: 'relation' | 'routine' | 'operator' | 'type', oid: number): unknown =>
    answerCatalogQuestion(snapshot, { ask: 'catalog', method, parameters: [oid] });
  return [
    ...oids.map((oid) => [
      oid,
      ask('relation', oid),
      ask('routine', oid),
      ask('operator', oid),
      ask('type', oid),
    ]),
    ...oids.flatMap((from) => [23, 25, ...oids.slice(-20)].map((to) => snapshot.cast(from, to))),
    snapshot.findings,
    snapshot.eventTriggers,
  ];
}

const oidsSql = `SELECT oid::int FROM (SELECT oid FROM pg_class UNION SELECT oid FROM pg_proc UNION
  SELECT oid FROM pg_operator UNION SELECT oid FROM pg_type) AS own WHERE oid >= 16384 ORDER BY oid`;

const harmless = [
  'INSERT INTO t (id) VALUES (1000)',
  "UPDATE t SET name = 'x'",
  'DELETE FROM t WHERE id > 50',
  'TRUNCATE child',
  'ANALYZE',
  'VACUUM',
  'VACUUM FREEZE',
  'REFRESH MATERIALIZED VIEW m',
  'GRANT SELECT ON t TO public',
  'CREATE TEMPORARY TABLE passing (id serial PRIMARY KEY, name text CHECK (name > $$a$$))',
  'CREATE TEMPORARY VIEW passing_view AS SELECT * FROM passing',
  "COMMENT ON COLUMN passing.name IS 'short'",
  'DROP TABLE passing CASCADE',
  'BEGIN; CREATE TABLE undone (id int); ROLLBACK',
  'SELECT nextval(pg_get_serial_sequence($$u$$, $$id$$)) FROM (SELECT 1) AS one WHERE false',
];

const manual: Partial<CatalogOptions> = { refreshMilliseconds: 3_600_000 };

describe.each(versions)('PostgreSQL %i', (version) => {
  let stage: CatalogStage;
  beforeAll(async () => {
    stage = await startCatalog(version, schema);
  });
  afterAll(() => stage?.stop());

  const create = (
    options: Partial<CatalogOptions> = manual,
    dependencies: Partial<CatalogDependencies> = {},
  ): Catalog => createCatalog({ connect: stage.connect, log: silentLog, ...dependencies }, options);

  test('every change of the schema makes another version', async () => {
    const catalog = create();
    try {
      const unseen: string[] = [];
      for (const change of changes) {
        const before = await catalog.refresh();
        await stage.admin.query(change);
        const after = await catalog.refresh();
        if (after === before || after.version === before.version) unseen.push(change);
        // What is taken over from the version before is as it would be read.
        const { rows } = await stage.admin.query<{ oid: number }>(oidsSql);
        const oids = rows.map(({ oid }) => oid);
        const whole = await loadSnapshot(catalogQuery(stage.admin), { log: silentLog });
        expect(contentOf(after, oids), change).toEqual(contentOf(whole, oids));
        expect(after.version).toBe(whole.version);
      }
      expect(unseen).toEqual([]);
    } finally {
      catalog.close();
    }
  });

  test('nothing that only changes rows does', async () => {
    const catalog = create();
    try {
      const before = await catalog.refresh();
      for (const sql of harmless) {
        await stage.admin.query(sql);
        expect(await catalog.refresh(), sql).toBe(before);
      }
    } finally {
      catalog.close();
    }
  });

  test('a change is seen whose transaction began before others that were seen', async () => {
    const catalog = create();
    const early = await stage.connect();
    try {
      await stage.admin.query('GRANT CREATE ON SCHEMA public TO resolver');
      await early.query('BEGIN');
      await early.query('CREATE TABLE early_bird (id int)');
      await stage.admin.query('CREATE TABLE late_bird (id int)');
      const before = await catalog.refresh();
      expect(before.findRelation('public', 'late_bird', [])).toBeDefined();
      expect(before.findRelation('public', 'early_bird', [])).toBeUndefined();
      await early.query('COMMIT');
      const after = await catalog.refresh();
      expect(after.findRelation('public', 'early_bird', [])).toBeDefined();
      // Whoever holds the version before goes on with it.
      expect(before.findRelation('public', 'early_bird', [])).toBeUndefined();
    } finally {
      await early.end();
      catalog.close();
    }
  });

  test('two loads of the same state have the same version', async () => {
    const [one, other] = [await stage.load(), await stage.load()];
    expect(one.version).toBe(other.version);
    expect(one).not.toBe(other);
  });

  test('new data makes a new version with its labels', async () => {
    const catalog = create();
    try {
      const before = await catalog.refresh();
      const after = await catalog.setData(readCatalogData({ columns: { 'public.t.name': ['pii'] } }));
      expect(labelsOf(before, 't', 'name')).toEqual([]);
      expect(labelsOf(after, 't', 'name')).toEqual(['pii']);
      expect(after.version).not.toBe(before.version);
      expect(catalog.current()).toBe(after);
    } finally {
      catalog.close();
    }
  });

  test('a failure keeps what was known, which grows old, and is tried again', async () => {
    let [now, broken] = [1_000, false];
    const connections: pg.Client[] = [];
    const connect = async (): Promise<pg.Client> => {
      if (broken) throw new Error('no route');
      const client = await stage.connect();
      connections.push(client);
      return client;
    };
    const retryMilliseconds = { first: 1, longest: 10 };
    const catalog = create({ ...manual, retryMilliseconds }, { connect, clock: { now: () => now } });
    try {
      expect(catalog.current()).toBeUndefined();
      expect(catalog.age()).toBe(Number.POSITIVE_INFINITY);
      catalog.start().catch(() => undefined);
      const first = await catalog.refresh();
      expect(catalog.age()).toBe(0);

      broken = true;
      now = 5_000;
      await stage.admin.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'resolver'",
      );
      await stage.admin.query('CREATE TABLE while_away (id int)');
      await expect(catalog.refresh()).rejects.toThrow();
      await expect(catalog.refresh()).rejects.toThrow('no route');
      expect(catalog.current()).toBe(first);
      expect(catalog.age()).toBe(4_000);

      broken = false;
      await waitUntil('the catalog to be read again', () => catalog.current() !== first);
      expect(relationOf(catalog.current() as Snapshot, 'while_away').kind).toBe('table');
      expect(catalog.age()).toBe(0);
      expect(connections.length).toBeGreaterThan(1);
    } finally {
      catalog.close();
      await stage.admin.query('DROP TABLE IF EXISTS while_away');
    }
  });

  test('a server that is silent is not waited for', async () => {
    const connect = (): Promise<pg.Client> => new Promise(() => {});
    const catalog = create({ ...manual, limitMilliseconds: 20 }, { connect });
    await expect(catalog.refresh()).rejects.toThrow('took too long');
    catalog.close();
    await expect(catalog.refresh()).rejects.toThrow('closed');
  });

  test('who asks while a look is under way gets one that begins afterwards, shared with others', async () => {
    const catalog = create();
    try {
      const first = catalog.refresh();
      const [second, third] = [catalog.refresh(), catalog.refresh()];
      expect(second).not.toBe(first);
      expect(third).toBe(second);
      await stage.admin.query('CREATE TABLE IF NOT EXISTS asked_for (id int)');
      await Promise.all([first, second]);
      expect((await catalog.refresh()).findRelation('public', 'asked_for', [])).toBeDefined();
    } finally {
      catalog.close();
    }
  });

  test('it looks by itself from time to time, and tells of new versions only', async () => {
    const catalog = create({ refreshMilliseconds: 1, largestShare: 1 });
    const told: string[] = [];
    const stop = catalog.onChange(({ version: name }) => told.push(name));
    try {
      catalog.start().catch(() => undefined);
      await waitUntil('the first version', () => told.length === 1);
      await stage.admin.query('CREATE TABLE noticed (id int)');
      await waitUntil('the second version', () => told.length === 2);
      expect(catalog.current()?.findRelation('public', 'noticed', [])).toBeDefined();
      expect(told[1]).toBe(catalog.current()?.version);
      stop();
      await stage.admin.query('DROP TABLE noticed');
      await waitUntil('a third version', () => catalog.current()?.version !== told[1]);
      expect(told).toHaveLength(2);
    } finally {
      catalog.close();
    }
  });

  test('a failing load leaves no transaction open', async () => {
    const client = await stage.connect();
    try {
      const query = catalogQuery(client);
      const failing = (sql: string) =>
        query(sql.includes('FROM pg_catalog.pg_trigger WHERE NOT') ? 'SELECT 1/0' : sql);
      await expect(loadSnapshot(failing, { log: silentLog })).rejects.toThrow('division by zero');
      expect((await loadSnapshot(query, { log: silentLog })).majorVersion).toBe(version);
    } finally {
      await client.end();
    }
  });
});
