// What a real server locks, and what it asks rights for, must be among the relations of the facts.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogQuery } from '../../../../gateway/catalog/snapshot/catalog-query.ts';
import { loadSnapshot } from '../../../../gateway/catalog/snapshot/load-snapshot.ts';
import { silentLog } from '../../../../gateway/lib/index.ts';
import type { CatalogView } from '../../../../gateway/sql/facts/catalog-view.ts';
import type { TouchedRelation } from '../../../../gateway/sql/facts/utility/utility-facts.ts';
import { loadGrammar } from '../../../../gateway/sql/syntax/grammar.ts';
import { type Postgres, startPostgres } from '../../../support/postgres.ts';
import { factsOf } from './sketch.ts';

const schema = readFileSync(new URL('schema.sql', import.meta.url), 'utf8');

/** Each runs inside a transaction, and needs no facts of a statement inside it. */
const locking: readonly string[] = [
  'TRUNCATE lines',
  'TRUNCATE ONLY lines',
  'TRUNCATE orders CASCADE',
  'TRUNCATE customers, other.plain RESTART IDENTITY CASCADE',
  'TRUNCATE events',
  'LOCK customers',
  'LOCK TABLE events IN SHARE MODE',
  'LOCK bigger',
  'ANALYZE customers (name)',
  'ANALYZE lines',
  'ANALYZE events',
  'CLUSTER orders USING orders_pkey',
  'REINDEX TABLE orders',
  'REINDEX INDEX orders_note',
  'CREATE INDEX ON orders (total, (id + 1)) WHERE note IS NOT NULL',
  'CREATE UNIQUE INDEX ON other.plain (b)',
  'CREATE INDEX ON events (what)',
  'CREATE INDEX ON ONLY events (what)',
  'CREATE TABLE fresh (a int REFERENCES customers, b int REFERENCES other.plain (a))',
  'CREATE TABLE fresh (LIKE orders INCLUDING ALL)',
  'CREATE TABLE fresh () INHERITS (lines)',
  'CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM (40) TO (50)',
  'CREATE TRIGGER t BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION noted()',
  'CREATE CONSTRAINT TRIGGER t AFTER INSERT ON lines FROM other.plain FOR EACH ROW EXECUTE FUNCTION noted()',
  'CREATE POLICY p ON customers USING (id > 3)',
  'CREATE RULE r AS ON DELETE TO other.plain DO INSTEAD NOTHING',
  'CREATE STATISTICS st ON id, total FROM orders',
  'CREATE SEQUENCE other.s OWNED BY other.plain.a',
  'ALTER SEQUENCE numbers OWNED BY NONE',
  'ALTER TABLE customers ADD COLUMN x text DEFAULT random()::text',
  'ALTER TABLE lines ADD COLUMN x int CHECK (x > 0)',
  'ALTER TABLE ONLY orders ADD COLUMN x int REFERENCES other.plain (a)',
  'ALTER TABLE other.plain ALTER COLUMN b TYPE varchar(5) USING upper(b)',
  'ALTER TABLE orders ADD FOREIGN KEY (total) REFERENCES other.plain (a) NOT VALID',
  'ALTER TABLE other.plain ADD FOREIGN KEY (a) REFERENCES customers',
  'ALTER TABLE other.plain ADD PRIMARY KEY (a)',
  'ALTER TABLE lines ADD CONSTRAINT small CHECK (n < 100)',
  'ALTER TABLE events ALTER COLUMN what SET NOT NULL',
  'ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES FROM (20) TO (30)',
  'ALTER TABLE events DETACH PARTITION events_1',
  'ALTER TABLE line_notes NO INHERIT lines',
  'ALTER TABLE customers ENABLE ROW LEVEL SECURITY',
  'ALTER TABLE customers OWNER TO CURRENT_USER',
  'ALTER TABLE other.plain SET SCHEMA public',
  'ALTER TABLE customers RENAME COLUMN ssn TO number',
  'ALTER TABLE lines RENAME COLUMN n TO m',
  'ALTER VIEW big RENAME TO huge',
  'ALTER INDEX orders_note RENAME TO noted',
  "COMMENT ON COLUMN customers.ssn IS 'x'",
  'GRANT SELECT (id) ON customers TO PUBLIC',
  'REVOKE ALL ON lines FROM PUBLIC',
  'DROP INDEX orders_note',
  'DROP TABLE events',
  'DROP TABLE events_1',
  'DROP VIEW bigger',
  'DROP MATERIALIZED VIEW totals',
  'CREATE PUBLICATION p FOR TABLE customers, events',
  'REFRESH MATERIALIZED VIEW totals WITH NO DATA',
];

/** Each needs rights that a role without any lacks. */
const refused: readonly string[] = [
  'COPY customers (id, name) TO STDOUT',
  'COPY customers TO STDOUT',
  'COPY orders (id, total) FROM STDIN',
  'TRUNCATE lines',
  'TRUNCATE orders CASCADE',
  'LOCK customers',
  'LOCK big',
  'CLUSTER orders USING orders_pkey',
  'REINDEX TABLE orders',
  'REFRESH MATERIALIZED VIEW totals WITH NO DATA',
  'CREATE INDEX ON orders (total)',
  'CREATE TABLE fresh (LIKE customers)',
  'CREATE TABLE fresh (a int REFERENCES customers)',
  'CREATE TABLE fresh () INHERITS (other.plain)',
  'CREATE STATISTICS st ON id, total FROM orders',
  'CREATE TRIGGER t BEFORE INSERT ON other.plain FOR EACH ROW EXECUTE FUNCTION noted()',
  'CREATE POLICY p ON customers USING (true)',
  'ALTER TABLE customers ADD COLUMN x int',
  'ALTER TABLE other.plain ADD FOREIGN KEY (a) REFERENCES customers',
  'ALTER TABLE lines RENAME COLUMN n TO m',
  'ALTER SEQUENCE numbers RESTART',
  'ALTER INDEX orders_note RENAME TO noted',
  "COMMENT ON COLUMN customers.ssn IS 'x'",
  'DROP TABLE lines CASCADE',
  'DROP VIEW bigger',
];

describe.each([15, 18] as const)('on PostgreSQL %i', (version) => {
  let server: Postgres;
  let owner: pg.Client;
  let catalog: CatalogView;

  beforeAll(async () => {
    await loadGrammar();
    server = await startPostgres({ version });
    owner = new pg.Client({ connectionString: server.connectionString() });
    await owner.connect();
    await owner.query(schema);
    await owner.query(`CREATE ROLE bare; GRANT USAGE, CREATE ON SCHEMA public, other TO bare`);
    catalog = await loadSnapshot(catalogQuery(owner), { log: silentLog });
  });
  afterAll(async () => {
    await owner.end();
    await server.stop();
  });

  test.each(locking)('all that it locks is known: %s', async (sql) => {
    const known = new Set(factsOf(sql, catalog).relations.map(({ relation }) => relation.oid));
    const locked = await relationsLockedBy(sql);
    expect(locked.filter(({ oid }) => !known.has(oid)).map(({ name }) => name)).toEqual([]);
  });

  test.each(refused)('what it asks rights for is known, and with them it runs: %s', async (sql) => {
    const facts = factsOf(sql, catalog);
    const without = await errorOf(sql, []);
    expect(without?.code).toBe('42501');
    const [, named] = /(?:for|of) [a-z ]+ (\w+)$/.exec(without?.message ?? '') ?? [];
    expect(facts.relations.map(({ relation }) => relation.name)).toContain(named);
    // COPY FROM ends for want of rows.
    const withRights = await errorOf(sql, facts.relations.flatMap(rightsFor));
    expect(withRights?.code ?? 'none').not.toBe('42501');
    if (!sql.includes('FROM STDIN')) expect(withRights).toBeUndefined();
  });

  test('COPY FROM asks for the right to read the columns of its condition, which is to be resolved', async () => {
    const sql = 'COPY orders FROM STDIN WHERE total > 3';
    const { relations, expressions } = factsOf(sql, catalog);
    expect(expressions.map(({ source }) => source)).toEqual([
      'SELECT FROM ONLY "public"."orders" WHERE (total > 3)',
    ]);
    const rights = relations.flatMap(rightsFor);
    expect((await errorOf(sql, rights))?.code).toBe('42501');
    const all = [...rights, 'GRANT SELECT (total) ON orders TO bare'];
    expect((await errorOf(sql, all))?.code).not.toBe('42501');
  });

  test('the expressions to resolve are queries of the server', async () => {
    for (const sql of [...locking, ...refused])
      for (const { source } of factsOf(sql, catalog).expressions)
        if (!sql.includes('ADD COLUMN x int CHECK')) await owner.query(`EXPLAIN ${source}`);
  });

  async function errorOf(sql: string, rights: readonly string[]): Promise<pg.DatabaseError | undefined> {
    await owner.query('BEGIN');
    try {
      for (const right of rights) await owner.query(right);
      await owner.query('SET LOCAL ROLE bare');
      await owner.query(sql);
      return undefined;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code !== undefined) return error;
      throw error;
    } finally {
      await owner.query('ROLLBACK');
    }
  }

  async function relationsLockedBy(sql: string): Promise<readonly { oid: number; name: string }[]> {
    await owner.query('BEGIN');
    try {
      await owner.query(sql);
      const { rows } = await owner.query<{ oid: number; name: string }>(locksOfTables);
      return rows.filter(({ oid }) => catalog.relation(oid) !== undefined);
    } finally {
      await owner.query('ROLLBACK');
    }
  }
});

/** No more than the facts say: a right on some columns is a right on those. */
function rightsFor({ relation, access, columns }: TouchedRelation): readonly string[] {
  const name = `${relation.schema}.${relation.name}`;
  const some = columns.map(({ number }) => relation.columns[number - 1]?.name).join(', ');
  const list = columns.length < relation.columns.length ? `(${some})` : '';
  return access.map((each) => {
    if (each === 'define' || each === 'maintain')
      return relation.kind === 'index' ? 'SELECT 1' : `ALTER TABLE ${name} OWNER TO bare`;
    if (each === 'lock') return `GRANT UPDATE ON ${name} TO bare`;
    return `GRANT ${each} ${each === 'truncate' ? '' : list} ON ${name} TO bare`;
  });
}

/** Without indexes and their like, which are parts of tables, and without the server's own. */
const locksOfTables = `
  SELECT DISTINCT c.oid::int AS oid, c.relname AS name
  FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE l.locktype = 'relation' AND l.pid = pg_catalog.pg_backend_pid() AND l.granted
    AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname IN ('public', 'other')`;
