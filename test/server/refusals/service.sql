\set VERBOSITY verbose
SELECT id, ssn FROM customers ORDER BY id;
COPY orders (id, customer_id, amount) FROM STDIN;
3	2	1.5
\.
COPY customers (id, email) FROM STDIN;
4	bob@example.com
\.
CREATE TABLE mine (id int);
