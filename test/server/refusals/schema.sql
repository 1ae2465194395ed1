CREATE TABLE customers (
  id int PRIMARY KEY,
  name text NOT NULL,
  email text UNIQUE,
  ssn text,
  region text CHECK (region <> 'moon')
);
COMMENT ON COLUMN customers.email IS '@label(pii.email)';
COMMENT ON COLUMN customers.ssn IS '@label(pii.ssn)';
INSERT INTO customers VALUES (1, 'Ada', 'ada@example.com', '078-05-1120', 'north'), (2, 'Bob', 'bob@example.com', '219-09-9999', 'south');
CREATE TABLE orders (
  id int PRIMARY KEY,
  customer_id int REFERENCES customers DEFERRABLE INITIALLY DEFERRED,
  amount numeric NOT NULL,
  note text
);
INSERT INTO orders VALUES (1, 1, 9.50, 'first'), (2, 2, 20, NULL);
CREATE TABLE aliases (customer_id int, email text UNIQUE DEFERRABLE INITIALLY DEFERRED);
COMMENT ON COLUMN aliases.email IS '@label(pii.email)';
INSERT INTO aliases VALUES (1, 'ada@example.com');
CREATE VIEW regulars AS SELECT id, name FROM customers WHERE ssn LIKE '0%';
CREATE SCHEMA payroll;
CREATE TABLE payroll.salaries (employee int, salary numeric);
CREATE FUNCTION risk(customer int) RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (SELECT ssn FROM customers WHERE id = customer); END $$;
-- Plans and estimates are the same whenever the server gets to it.
ANALYZE
