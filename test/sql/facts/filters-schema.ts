// Tables with keys of many types, and rows in which a condition that is too loose meets more than one.

/** A collation to which case is nothing needs ICU, which every build that the tests know has. */
export const filtersSchema = `
  CREATE COLLATION careless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE DOMAIN code AS text CHECK (length(VALUE) < 20);
  CREATE TYPE mood AS ENUM ('calm', 'cross');
  CREATE TABLE thing (
    id int PRIMARY KEY, a int NOT NULL, b text NOT NULL, name text COLLATE "C", title varchar(20) UNIQUE, code code UNIQUE,
    big bigint UNIQUE, price numeric UNIQUE, fixed char(4) UNIQUE, day date UNIQUE, at timestamptz, mood mood,
    loose text COLLATE careless UNIQUE, plain text UNIQUE, tags int[] UNIQUE, note text, active bool NOT NULL,
    maybe bool, UNIQUE (a, b), UNIQUE (b, name));
  CREATE UNIQUE INDEX ON thing (note) WHERE active;
  CREATE UNIQUE INDEX ON thing (lower(plain));
  ALTER TABLE thing ADD CONSTRAINT later UNIQUE (at) DEFERRABLE INITIALLY IMMEDIATE;
  INSERT INTO thing SELECT n, n / 4, chr(97 + n % 4), chr(65 + n % 26) || n % 4 || n, 'title ' || n, 'c' || n, n, n / 2.0,
    lpad(n::text, 3, '0'), date '2011-12-01' + n, timestamptz '2020-01-01' + n * interval '1 hour',
    (ARRAY['calm', 'cross'])[1 + n % 2]::mood, 'loose' || n, (ARRAY['p', 'P', 'q'])[1 + n % 3] || n, ARRAY[n, 1],
    CASE WHEN n % 3 > 0 THEN 'note ' || n END, n % 2 = 0, CASE n % 3 WHEN 0 THEN true WHEN 1 THEN false END
    FROM generate_series(0, 59) n;
  CREATE TABLE other (id int PRIMARY KEY, thing int, word text);
  INSERT INTO other SELECT n, n % 5, 'word ' || n FROM generate_series(0, 9) n;
  CREATE TABLE parent (id int PRIMARY KEY, word text NOT NULL);
  CREATE TABLE child () INHERITS (parent);
  CREATE TABLE parted (id int PRIMARY KEY, word text NOT NULL) PARTITION BY RANGE (id);
  CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (10);
  CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (10) TO (100);
  CREATE VIEW seen AS SELECT b, id AS number FROM thing WHERE active;
`;
