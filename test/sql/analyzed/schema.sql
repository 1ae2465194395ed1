-- What the statements of statements.sql are about.
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE mood AS ENUM ('calm', 'cross');
CREATE TYPE place AS (street text, number int);
CREATE TABLE customer (
  id int PRIMARY KEY, name text NOT NULL, ssn text, email varchar(80), born date, balance numeric(12,2) DEFAULT 0,
  tags text[], extra jsonb, raw json, doc xml, score positive, home place, mood mood, active bool DEFAULT true,
  grid int[][], created timestamptz DEFAULT now(), span int4range, flags bit(4), blob bytea,
  EXCLUDE USING gist (span WITH &&));
CREATE TABLE purchase (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id int REFERENCES customer, item text DEFAULT 'none',
  quantity int, price numeric, placed timestamp, total numeric GENERATED ALWAYS AS (quantity * price) STORED,
  CONSTRAINT one_each UNIQUE (customer_id, item));
CREATE UNIQUE INDEX ON purchase (lower(item), placed) WHERE quantity > 0;
CREATE INDEX ON customer ((name || coalesce(ssn, '')), (extra ->> 'a')) WHERE active;
CREATE STATISTICS spread ON (lower(name)), (balance * 2) FROM customer;
CREATE TABLE folder (id int PRIMARY KEY, parent int REFERENCES folder, label text);
CREATE TABLE measure (at date, kind text, value float8) PARTITION BY RANGE (at, lower(kind));
CREATE TABLE measure_old PARTITION OF measure FOR VALUES FROM (MINVALUE, MINVALUE) TO ('2020-01-01', 'm');
CREATE TABLE measure_rest PARTITION OF measure DEFAULT;
CREATE TABLE region (name text, zone int) PARTITION BY LIST (name);
CREATE TABLE region_north PARTITION OF region FOR VALUES IN ('north', 'polar', NULL);
CREATE TABLE spread_out (id int) PARTITION BY HASH (id);
CREATE TABLE spread_out_0 PARTITION OF spread_out FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE animal (name text, legs int);
CREATE TABLE dog (breed text) INHERITS (animal);
CREATE VIEW rich AS SELECT id, name, balance AS worth FROM customer WHERE balance > 1000;
CREATE VIEW cheap AS SELECT id, name FROM customer WHERE balance < 10 WITH CHECK OPTION;
CREATE VIEW rich_orders AS SELECT r.name, p.item FROM rich r JOIN purchase p ON p.customer_id = r.id;
CREATE TABLE "odd name" ("a column" int, "say ""hi""" text, "back\slash" text, "(brackets) {and} <>" text, "1st" text);
CREATE FUNCTION of_customer(customer) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION pairs(n int DEFAULT 3, word text DEFAULT upper('x'), OUT a int, OUT b text) RETURNS SETOF record
  LANGUAGE sql AS 'SELECT 1, ''x''';
CREATE FUNCTION anything() RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, ''x''';
CREATE FUNCTION places() RETURNS SETOF place LANGUAGE sql RETURN ROW('x', 1)::place;
CREATE FUNCTION many(VARIADIC words text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION two_steps(k int) RETURNS int LANGUAGE sql BEGIN ATOMIC
  UPDATE folder SET label = 'x' WHERE id = k;
  SELECT count(*)::int FROM folder;
END;
CREATE FUNCTION no_steps() RETURNS void LANGUAGE sql BEGIN ATOMIC END;
CREATE OPERATOR <+> (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
CREATE AGGREGATE glue(text) (SFUNC = textcat, STYPE = text, INITCOND = '');
CREATE RULE tell AS ON DELETE TO region DO ALSO NOTIFY folders, 'it''s (changed)';
CREATE RULE follow AS ON UPDATE TO region WHERE new.name <> old.name DO ALSO DELETE FROM folder WHERE label = old.name;
CREATE RULE copy AS ON INSERT TO rich DO INSTEAD INSERT INTO customer (id, name) VALUES (new.id, new.name) RETURNING id, name, balance;
CREATE RULE drop_it AS ON DELETE TO rich DO INSTEAD NOTHING;
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON customer USING (name = current_user AND EXISTS (SELECT FROM folder f WHERE f.id = customer.id))
  WITH CHECK (balance >= 0);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER changed AFTER UPDATE ON purchase FOR EACH ROW
  WHEN (old.price IS DISTINCT FROM new.price OR old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION touch();
CREATE PUBLICATION busy FOR TABLE folder WHERE (id > 10 AND label IS NOT NULL);
