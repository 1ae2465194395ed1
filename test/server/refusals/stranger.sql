\set VERBOSITY verbose
SELECT id, ssn FROM customers ORDER BY id;
UPDATE customers SET name = 'x';
