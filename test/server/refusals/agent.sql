\set VERBOSITY verbose
\echo == masked, and its words with it
SELECT id, ssn FROM customers ORDER BY id;
SELECT ssn, 1 / (id - 1) FROM customers WHERE id = 1;
SELECT ssn::int FROM customers WHERE id = 1;
\echo
\echo == found, sorted, grouped, joined by a labelled column
SELECT id FROM customers WHERE ssn = '078-05-1120';
SELECT id FROM customers ORDER BY email;
SELECT count(*) FROM customers GROUP BY ssn;
SELECT o.id FROM orders o JOIN customers c ON c.ssn = o.note;
\echo
\echo == plans
EXPLAIN (COSTS OFF) SELECT id, name FROM customers WHERE id = 1;
EXPLAIN SELECT ssn FROM customers WHERE id = 1;
EXPLAIN (ANALYZE) SELECT id FROM customers WHERE ssn LIKE '078%';
PREPARE by_id (int) AS SELECT ssn FROM customers WHERE id = $1;
EXPLAIN EXECUTE by_id(1);
PREPARE order_by_id (int) AS SELECT note FROM orders WHERE id = $1;
EXPLAIN (COSTS OFF) EXECUTE order_by_id(1);
\echo
\echo == carried elsewhere
CREATE TABLE copied AS SELECT ssn FROM customers;
INSERT INTO orders SELECT id, id, 0, ssn FROM customers;
SELECT set_config('application_name', ssn, false) FROM customers;
COPY customers (id, ssn) TO STDOUT;
DECLARE c CURSOR WITH HOLD FOR SELECT ssn FROM customers;
\echo
\echo == tables that no role is for
SELECT * FROM payroll.salaries;
SELECT * FROM payroll.nothing;
SELECT id, nme FROM customers;
TRUNCATE orders;
SELECT id FROM orders FOR UPDATE;
\echo
\echo == writes
UPDATE payroll.salaries SET salary = 0 WHERE employee = 1;
DELETE FROM orders WHERE id = 2;
\echo
\echo == code and commands
SELECT id, risk(id) FROM customers;
DO $$ BEGIN RAISE NOTICE 'hello'; END $$;
SELECT pg_read_file('/etc/passwd');
SELECT pg_sleep(1000), pg_advisory_lock(1);
COPY orders TO '/tmp/orders';
COPY orders TO PROGRAM 'cat';
CREATE INDEX ON orders (note);
ALTER SYSTEM SET log_statement = 'all';
NOTIFY news, 'hello';
LISTEN news;
SET ROLE postgres;
SET client_min_messages = debug5;
SET standard_conforming_strings = off;
SELECT query_to_xml('SELECT ssn FROM customers', true, false, '');
\echo
\echo == a refusal in a transaction is as an error of the database
BEGIN;
SELECT id FROM orders WHERE id = 1;
SAVEPOINT here;
SELECT id FROM customers WHERE ssn = '078-05-1120';
SELECT id FROM orders WHERE id = 1;
ROLLBACK TO here;
SELECT id FROM orders WHERE id = 1;
COMMIT;
\echo
\echo == constraints: of unlabelled tables with their words, beside labels without, and so at COMMIT
INSERT INTO orders VALUES (1, 1, 5, 'again');
INSERT INTO customers (id, name, email) VALUES (3, 'Eve', 'ada@example.com');
BEGIN;
INSERT INTO aliases VALUES (2, 'ada@example.com');
SELECT 1/0;
ROLLBACK;
BEGIN;
INSERT INTO aliases VALUES (2, 'ada@example.com');
SELECT 'the session goes on' AS state;
COMMIT;
SELECT 'the session goes on' AS state;
