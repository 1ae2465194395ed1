\set VERBOSITY verbose
\echo == whoever may see a value reads what the database says of it
SELECT ssn::int FROM customers WHERE id = 1;
INSERT INTO customers (id, name, email) VALUES (3, 'Eve', 'ada@example.com');
ALTER TABLE customers ALTER COLUMN ssn TYPE int USING ssn::int;
EXPLAIN (COSTS OFF) SELECT id FROM customers WHERE ssn LIKE '078%';
\echo
\echo == what no role gives
COPY orders TO PROGRAM 'cat';
SET standard_conforming_strings = off;
SELECT 'the session goes on' AS state;
SELECT set_config('standard_conforming_strings', 'off', false);
SELECT 'the session goes on' AS state;
