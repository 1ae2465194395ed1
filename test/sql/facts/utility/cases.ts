// What statements touch by themselves, on the small shop of the sketch.

export type Case = Readonly<{ sql: string; want: readonly string[] }>;

export const cases: readonly Case[] = [
  {
    sql: 'COPY customers TO STDOUT',
    want: [
      'public.customers select id:output name:output ssn:output',
      'rows from outputs',
      '1 id 23 16384.1',
      '2 name 25 16384.2',
      '3 ssn 25 16384.3',
    ],
  },
  {
    sql: 'COPY orders TO STDOUT',
    want: [
      'public.orders select id:output customer_id:output',
      'rows from outputs',
      '1 id 23 16385.1',
      '2 customer_id 23 16385.2',
    ],
  },
  {
    sql: "COPY customers (ssn, id) TO '/tmp/x'",
    want: ['public.customers select ssn:write_source id:write_source'],
  },
  {
    sql: "COPY customers TO PROGRAM 'x'",
    want: [
      'public.customers select id:write_source name:write_source ssn:write_source',
      'opaque dynamic: COPY runs a program on the server of the database',
    ],
  },
  {
    sql: 'COPY guarded TO STDOUT',
    want: [
      'public.guarded select a:output',
      'public.guarded_more select a:output',
      'rows from outputs',
      '1 a 23 16390.1',
    ],
  },
  {
    sql: 'COPY events TO STDOUT',
    want: [
      'public.events select day:output what:output',
      'public.events_2 select day:output what:output',
      'public.events_1 select what:output day:output',
      'rows from outputs',
      '1 day 23 16387.1',
      '2 what 23 16387.2',
    ],
  },
  {
    sql: 'COPY orders (id) FROM STDIN WHERE id > 3 AND (customer_id < 4)',
    want: [
      'public.orders insert id:write_target',
      'insert orders 1',
      'new_rows predicate SELECT FROM ONLY "public"."orders" WHERE (id > 3 AND (customer_id < 4))',
    ],
  },
  {
    sql: 'COPY orders FROM STDIN',
    want: ['public.orders insert id:write_target customer_id:write_target', 'insert orders 1 2'],
  },
  { sql: 'COPY nope FROM STDIN', want: ['opaque unknown_object: the catalog has no relation nope'] },
  {
    sql: 'COPY customers (nope) TO STDOUT',
    want: [
      'public.customers select',
      'rows from outputs',
      'opaque unknown_object: the catalog has no column nope of public.customers',
    ],
  },
  { sql: 'COPY (SELECT 1) TO STDOUT', want: ['rows from inner', 'inner output'] },
  { sql: "COPY (SELECT 1) TO '/tmp/x'", want: ['inner write_source'] },
  { sql: 'TRUNCATE customers', want: ['public.customers truncate', 'truncate customers'] },
  {
    sql: 'TRUNCATE customers CASCADE',
    want: [
      'public.customers truncate',
      'public.orders truncate',
      'public.lines truncate',
      'truncate customers',
      'truncate orders',
      'truncate lines',
    ],
  },
  {
    sql: 'TRUNCATE events',
    want: [
      'public.events truncate',
      'public.events_2 truncate',
      'public.events_1 truncate',
      'truncate events',
      'truncate events_2',
      'truncate events_1',
    ],
  },
  {
    sql: 'TRUNCATE ONLY events, other.orders',
    want: ['public.events truncate', 'other.orders truncate', 'truncate events', 'truncate orders'],
  },
  { sql: 'LOCK events', want: ['public.events lock', 'public.events_2 lock', 'public.events_1 lock'] },
  {
    sql: 'LOCK top',
    want: ['public.top lock', "opaque definition: the definition of the view public.top can't be read"],
  },
  {
    sql: 'CALL archive(1)',
    want: [
      'procedure now archive(integer)',
      'procedure now archive(text)',
      'rows from routine',
      'inner write_source',
      "opaque function: calls the plpgsql procedure public.archive(integer), whose reads aren't known",
    ],
  },
  {
    sql: 'CALL nope()',
    want: [
      'rows from routine',
      'inner write_source',
      'opaque unknown_object: the catalog has no procedure nope',
    ],
  },
  { sql: "DO 'x'", want: ['opaque dynamic: runs a block of code, whose statements are not known'] },
  { sql: 'EXPLAIN SELECT 1', want: ['rows from outputs', '1 QUERY PLAN 25', 'inner read'] },
  { sql: 'EXPLAIN (FORMAT JSON) SELECT 1', want: ['rows from outputs', '1 QUERY PLAN 114', 'inner read'] },
  { sql: 'SHOW search_path', want: ['rows from outputs', '1 search_path 25'] },
  { sql: 'SHOW ALL', want: ['rows from outputs', '1 name 25', '2 setting 25', '3 description 25'] },
  { sql: 'EXECUTE p(1)', want: ['rows from named', 'inner output', 'prepared p'] },
  { sql: 'FETCH ALL c', want: ['rows from named', 'cursor c'] },
  { sql: 'MOVE c', want: ['cursor c'] },
  { sql: 'PREPARE p AS SELECT 1', want: ['inner output'] },
  {
    sql: 'VACUUM',
    want: ['opaque unresolved: without a name it is for every table that the role may maintain'],
  },
  { sql: 'VACUUM FULL orders', want: ['public.orders maintain runs'] },
  {
    sql: 'ANALYZE events (day)',
    want: [
      'public.events maintain day:read runs',
      'public.events_2 maintain day:read runs',
      'public.events_1 maintain day:read runs',
    ],
  },
  { sql: 'CLUSTER orders USING orders_pkey', want: ['public.orders maintain runs'] },
  {
    sql: 'CLUSTER',
    want: ['opaque unresolved: without a name it is for every table that was clustered before'],
  },
  {
    sql: 'REINDEX INDEX orders_pkey',
    want: ['public.orders_pkey maintain runs', 'public.orders maintain runs'],
  },
  {
    sql: 'REINDEX TABLE events',
    want: ['public.events maintain runs', 'public.events_2 maintain runs', 'public.events_1 maintain runs'],
  },
  {
    sql: 'REINDEX SCHEMA public',
    want: ['opaque unresolved: it is for every index of a schema or of the database'],
  },
  {
    sql: 'REFRESH MATERIALIZED VIEW totals',
    want: ['public.totals maintain day:write_target n:write_target runs', 'refreshed totals'],
  },
  {
    sql: 'REFRESH MATERIALIZED VIEW totals WITH NO DATA',
    want: ['public.totals maintain day:write_target n:write_target runs'],
  },
  {
    sql: 'CREATE UNIQUE INDEX i ON orders (id, (customer_id + 1) DESC, lower(id::text) COLLATE "C" text_ops) INCLUDE (customer_id) WHERE id > 5',
    want: [
      'public.orders define+select id:predicate customer_id:predicate',
      'now predicate SELECT ((customer_id + 1)) FROM ONLY "public"."orders"',
      'now predicate SELECT (lower(id::text)) FROM ONLY "public"."orders"',
      'now predicate SELECT FROM ONLY "public"."orders" WHERE (id > 5)',
    ],
  },
  {
    sql: 'CREATE INDEX i ON events (day)',
    want: [
      'public.events define+select day:read',
      'public.events_2 define+select day:read',
      'public.events_1 define+select day:read',
    ],
  },
  {
    sql: 'ALTER TABLE customers ALTER COLUMN name TYPE varchar(10) USING upper(ssn)',
    want: [
      'public.customers define+select name:write_target runs',
      'now write_source SELECT CAST((upper(ssn)) AS varchar(10)) FROM "public"."customers"',
    ],
  },
  {
    sql: 'ALTER TABLE customers ALTER name TYPE int',
    want: [
      'public.customers define+select name:write_target+read runs',
      'now write_source SELECT CAST(("name") AS int) FROM "public"."customers"',
    ],
  },
  {
    sql: 'ALTER TABLE customers ADD COLUMN x text DEFAULT random()::text NOT NULL, ADD y int DEFAULT 3, ADD COLUMN IF NOT EXISTS z public.dom',
    want: [
      'public.customers define',
      'now write_source SELECT CAST((random()::text) AS text) FROM "public"."customers"',
      'now write_source SELECT CAST((NULL) AS public.dom)',
      'opaque definition: the type of a new column may have a default and checks of its own',
    ],
  },
  {
    sql: 'ALTER TABLE customers ADD COLUMN c numeric(10,2) GENERATED ALWAYS AS (id * 2) STORED CHECK (id > 0)',
    want: [
      'public.customers define',
      'now write_source SELECT CAST(((id * 2)) AS numeric(10,2)) FROM "public"."customers"',
      'now predicate SELECT FROM "public"."customers" WHERE ((id > 0))',
    ],
  },
  {
    sql: 'ALTER TABLE customers ADD CONSTRAINT k CHECK (length(ssn) > 3), ADD UNIQUE (name), ADD PRIMARY KEY (id)',
    want: [
      'public.customers define+select name:predicate id:predicate',
      'now predicate SELECT FROM "public"."customers" WHERE ((length(ssn) > 3))',
    ],
  },
  { sql: 'ALTER TABLE customers ADD CHECK (id > 0) NOT VALID', want: ['public.customers define'] },
  {
    sql: 'ALTER TABLE lines ADD FOREIGN KEY (n) REFERENCES customers',
    want: [
      'public.lines define+select n:join',
      'public.customers define+select id:read+join',
      'compares 2 with 1',
    ],
  },
  {
    sql: 'ALTER TABLE customers VALIDATE CONSTRAINT k',
    want: [
      'public.customers define+select id:predicate name:predicate ssn:predicate runs',
      'opaque definition: it checks rows against a constraint whose definition is not followed',
    ],
  },
  {
    sql: 'ALTER TABLE customers ALTER name SET NOT NULL, ALTER ssn SET DEFAULT f(), DROP COLUMN ssn CASCADE',
    want: [
      'public.customers define+select name:predicate',
      'opaque definition: CASCADE also drops what depends on the named objects',
    ],
  },
  {
    sql: 'ALTER TABLE events ATTACH PARTITION lines FOR VALUES FROM (1) TO (f(2))',
    want: [
      'public.events define',
      'public.events_2 define+select day:read what:read',
      'public.events_1 define+select what:read day:read',
      'public.lines define+select order_id:predicate n:predicate runs',
      'now read SELECT ((f(2))) as 23',
      'rows of events attached',
    ],
  },
  {
    sql: 'ALTER TABLE events DETACH PARTITION events_1',
    want: ['public.events define', 'public.events_2 define', 'public.events_1 define'],
  },
  { sql: 'ALTER TABLE lines INHERIT orders', want: ['public.lines define', 'public.orders define'] },
  { sql: 'ALTER TABLE orders SET UNLOGGED', want: ['public.orders define runs'] },
  { sql: 'ALTER TABLE ONLY events ADD COLUMN b int', want: ['public.events define'] },
  { sql: 'ALTER INDEX orders_pkey RENAME TO x', want: ['public.orders_pkey define', 'public.orders define'] },
  {
    sql: 'ALTER SEQUENCE numbers OWNED BY orders.id',
    want: ['public.numbers define', 'public.orders define'],
  },
  { sql: 'ALTER TABLE customers ENABLE ROW LEVEL SECURITY', want: ['public.customers define'] },
  { sql: 'ALTER TABLE customers OWNER TO joe', want: ['public.customers define'] },
  { sql: 'ALTER TABLE customers RENAME COLUMN ssn TO harmless', want: ['public.customers define'] },
  {
    sql: 'CREATE TABLE t (a int REFERENCES customers, b int REFERENCES t (a), LIKE orders INCLUDING ALL, FOREIGN KEY (a) REFERENCES other.orders (x)) INHERITS (lines)',
    want: [
      'public.lines define',
      'public.customers define id:read',
      'public.orders select id:read customer_id:read doubled:read',
      'other.orders define x:read',
    ],
  },
  {
    sql: "CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM (MINVALUE) TO (DATE '2020-01-01')",
    want: [
      'public.events define',
      'public.events_2 define+select day:read what:read',
      'public.events_1 define+select what:read day:read',
      "now read SELECT ((DATE '2020-01-01')) as 23",
      'rows of events',
    ],
  },
  {
    sql: 'CREATE TABLE events_4 PARTITION OF events FOR VALUES IN (f(3), 4)',
    want: [
      'public.events define',
      'public.events_2 define+select day:read what:read',
      'public.events_1 define+select what:read day:read',
      'now read SELECT (f(3)) as 23',
      'rows of events',
    ],
  },
  { sql: 'CREATE TABLE c AS SELECT 1', want: ['inner write_source'] },
  { sql: 'SELECT * INTO c FROM customers', want: ['inner write_source'] },
  { sql: 'CREATE VIEW v AS SELECT 1', want: ['inner read'] },
  { sql: 'CREATE OR REPLACE VIEW top AS SELECT 1', want: ['public.top define', 'inner read'] },
  {
    sql: 'CREATE TRIGGER tr BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION noted()',
    want: ['public.orders define', 'trigger later noted()'],
  },
  {
    sql: 'CREATE POLICY p ON customers USING (name = current_user AND EXISTS (SELECT 1 FROM orders)) WITH CHECK (id > 3)',
    want: [
      'public.customers define',
      'later predicate SELECT FROM ONLY "public"."customers" WHERE ((name = current_user AND EXISTS (SELECT 1 FROM orders)))',
      'later predicate SELECT FROM ONLY "public"."customers" WHERE ((id > 3))',
    ],
  },
  {
    sql: 'CREATE RULE r AS ON INSERT TO orders DO ALSO INSERT INTO lines VALUES (1)',
    want: [
      'public.orders define',
      'opaque rule: the condition and the actions of a new rule are not resolved',
    ],
  },
  { sql: 'CREATE STATISTICS st ON id, (customer_id + 1) FROM orders', want: ['public.orders define'] },
  {
    sql: 'CREATE SCHEMA s CREATE TABLE orders (a int) CREATE INDEX i ON orders (a) GRANT SELECT ON orders TO r',
    want: [],
  },
  {
    sql: 'CREATE SCHEMA s CREATE VIEW v AS SELECT 1',
    want: ['inner read', 'opaque unresolved: the views of a new schema are resolved only when it exists'],
  },
  { sql: "COMMENT ON COLUMN public.customers.ssn IS 'x'", want: ['public.customers define'] },
  { sql: "COMMENT ON TRIGGER tr ON orders IS 'x'", want: ['public.orders define'] },
  { sql: "COMMENT ON FUNCTION f(int) IS 'x'", want: [] },
  { sql: 'DROP TABLE customers', want: ['public.customers define'] },
  {
    sql: 'DROP TABLE IF EXISTS nope, events CASCADE',
    want: [
      'public.events define',
      'public.events_2 define',
      'public.events_1 define',
      'opaque definition: CASCADE also drops what depends on the named objects',
    ],
  },
  { sql: 'DROP INDEX orders_pkey', want: ['public.orders_pkey define', 'public.orders define'] },
  { sql: 'DROP POLICY p ON customers', want: ['public.customers define'] },
  { sql: 'DROP EXTENSION e', want: ['opaque definition: it drops every object of the extension'] },
  { sql: 'DROP FUNCTION noted()', want: [] },
  { sql: 'GRANT SELECT ON customers TO r', want: ['public.customers define'] },
  {
    sql: 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO r',
    want: ['opaque unresolved: it is for every table of a schema'],
  },
  { sql: 'GRANT EXECUTE ON FUNCTION noted() TO r', want: [] },
  {
    sql: 'CREATE PUBLICATION p FOR TABLE customers (ssn), events',
    want: [
      'public.customers define ssn:write_source',
      'public.events define day:write_source what:write_source',
      'public.events_2 define day:write_source what:write_source',
      'public.events_1 define what:write_source day:write_source',
    ],
  },
  { sql: 'CREATE PUBLICATION p FOR ALL TABLES', want: ['opaque unresolved: it publishes every table'] },
  { sql: "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'x'", want: ['inner read'] },
  {
    sql: "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x'",
    want: [
      'inner read',
      'opaque dynamic: defines a function in a language that may run code when it is defined',
    ],
  },
  { sql: 'CREATE FUNCTION f() RETURNS int RETURN 1', want: ['inner read'] },
  {
    sql: 'ALTER DOMAIN d ADD CHECK (VALUE > 0)',
    want: ['opaque unresolved: it checks every column of the type of the domain'],
  },
  { sql: 'ALTER DOMAIN d ADD CHECK (VALUE > 0) NOT VALID', want: [] },
  { sql: 'CREATE DATABASE d TEMPLATE prod', want: ['opaque unresolved: it copies a whole database'] },
  {
    sql: "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'x')",
    want: ['opaque function: a function of the foreign data wrapper reads the options'],
  },
  { sql: 'COPY pg_temp.x TO STDOUT', want: ['opaque unknown_object: the catalog has no relation pg_temp.x'] },
  { sql: 'CREATE DOMAIN d AS int', want: [] },
  { sql: 'ALTER TABLE customers ALTER CONSTRAINT k DEFERRABLE', want: ['public.customers define'] },
  { sql: 'ALTER PUBLICATION p DROP TABLE customers', want: [] },
  {
    sql: 'ALTER TABLE customers ADD COLUMN note text CHECK (note <> name)',
    want: [
      'public.customers define',
      'now predicate SELECT FROM "public"."customers" WHERE ((note <> name))',
    ],
  },
  {
    sql: 'CREATE INDEX i ON customers (left(name, 3)) WHERE ssn IS NOT NULL',
    want: [
      'public.customers define',
      'now read SELECT ((left(name, 3))) FROM ONLY "public"."customers"',
      'now predicate SELECT FROM ONLY "public"."customers" WHERE (ssn IS NOT NULL)',
    ],
  },
  { sql: "LOAD 'x'", want: ["opaque dynamic: loads a library's code into the server"] },
  { sql: 'CREATE EXTENSION x', want: ['opaque dynamic: runs the script of the extension'] },
  { sql: 'REASSIGN OWNED BY a TO b', want: ['opaque unresolved: it is for everything that the roles own'] },
  { sql: 'BEGIN', want: [] },
  { sql: 'SET work_mem = 1', want: [] },
  { sql: "NOTIFY c, 'x'", want: [] },
  { sql: 'DISCARD ALL', want: [] },
  { sql: 'CREATE ROLE r', want: [] },
];
