// Objects of a user's own in every place where a statement can reach a function.

export const callsSchema = `
  CREATE FUNCTION own_is_even(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1 % 2 = 0; END';
  CREATE FUNCTION own_default() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 4; END';
  CREATE DOMAIN even AS int DEFAULT own_default() CHECK (own_is_even(VALUE));
  CREATE DOMAIN small_even AS even CHECK (VALUE < 100);
  CREATE TYPE shade AS ENUM ('dark', 'light');
  CREATE TYPE pair AS (n even, s shade);
  CREATE TYPE stretch AS RANGE (subtype = float8);
  CREATE TABLE paint (id int PRIMARY KEY, name text NOT NULL, shade shade, pair pair, pairs pair[], even even,
    stretch stretch, stretches stretch_multirange, doc xml, raw json, extra jsonb, price numeric, at timestamptz);
  CREATE FUNCTION own_shade_to_int(shade) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END';
  CREATE CAST (shade AS int) WITH FUNCTION own_shade_to_int(shade);
  CREATE FUNCTION own_shade_to_json(shade) RETURNS json LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN ''1''; END';
  CREATE CAST (shade AS json) WITH FUNCTION own_shade_to_json(shade);
  CREATE CAST (pair AS text) WITH INOUT AS ASSIGNMENT;
  CREATE FUNCTION own_near(numeric, numeric) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
  CREATE OPERATOR ~~~ (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = own_near);
  CREATE FUNCTION own_step(int, int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
  CREATE FUNCTION own_end(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
  CREATE AGGREGATE own_total(int) (SFUNC = own_step, STYPE = int, FINALFUNC = own_end, COMBINEFUNC = own_step,
    MSTYPE = int, MSFUNC = own_step, MINVFUNC = own_step, MFINALFUNC = own_end);
  CREATE FUNCTION own_call(a int, b int DEFAULT own_default()) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
  CREATE FUNCTION own_rows() RETURNS SETOF paint LANGUAGE plpgsql AS 'BEGIN END';

  CREATE TYPE fruit AS (n int);
  CREATE FUNCTION own_lt(fruit, fruit) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1.n < $2.n; END';
  CREATE FUNCTION own_le(fruit, fruit) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1.n <= $2.n; END';
  CREATE FUNCTION own_eq(fruit, fruit) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1.n = $2.n; END';
  CREATE FUNCTION own_ge(fruit, fruit) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1.n >= $2.n; END';
  CREATE FUNCTION own_gt(fruit, fruit) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1.n > $2.n; END';
  CREATE FUNCTION own_ne(fruit, fruit) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1.n <> $2.n; END';
  CREATE FUNCTION own_compare(fruit, fruit) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1.n - $2.n; END';
  CREATE FUNCTION own_in_range(fruit, fruit, int, bool, bool) RETURNS bool LANGUAGE plpgsql IMMUTABLE
    AS 'BEGIN RETURN true; END';
  CREATE OPERATOR < (LEFTARG = fruit, RIGHTARG = fruit, FUNCTION = own_lt);
  CREATE OPERATOR <= (LEFTARG = fruit, RIGHTARG = fruit, FUNCTION = own_le);
  CREATE OPERATOR = (LEFTARG = fruit, RIGHTARG = fruit, FUNCTION = own_eq);
  CREATE OPERATOR >= (LEFTARG = fruit, RIGHTARG = fruit, FUNCTION = own_ge);
  CREATE OPERATOR > (LEFTARG = fruit, RIGHTARG = fruit, FUNCTION = own_gt);
  CREATE OPERATOR <> (LEFTARG = fruit, RIGHTARG = fruit, FUNCTION = own_ne, NEGATOR = =);
  CREATE OPERATOR CLASS fruit_order DEFAULT FOR TYPE fruit USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 own_compare(fruit, fruit), FUNCTION 3 (fruit, int) own_in_range(fruit, fruit, int, bool, bool);
  CREATE TABLE basket (id int, fruit fruit, fruits fruit[]);
`;

/** Statements that reach them; those of the analyzed trees' own tests run beside them. */
export const callStatements: readonly string[] = [
  'SELECT own_call(1, 2), own_call(1), own_call(b => 1, a => 2)',
  'SELECT * FROM own_rows() r WHERE r.price ~~~ 3',
  'SELECT shade::int, price ~~~ 1, price ~~~ ANY (ARRAY[1, 2]) FROM paint',
  'SELECT own_total(id), own_total(DISTINCT id), (SELECT own_total(2) OVER (ORDER BY now() ROWS 2 PRECEDING)) FROM paint',
  'SELECT fruit FROM basket ORDER BY fruit',
  'SELECT DISTINCT fruit FROM basket',
  'SELECT fruit, count(DISTINCT fruit) FROM basket GROUP BY fruit HAVING fruit > ROW(1)::fruit',
  'SELECT fruit FROM basket UNION SELECT fruit FROM basket',
  'SELECT fruit FROM basket EXCEPT SELECT fruit FROM basket',
  'SELECT NULLIF(fruit, ROW(1)::fruit), fruit IS DISTINCT FROM ROW(1)::fruit FROM basket',
  'SELECT fruit = ANY (fruits), fruit IN (SELECT fruit FROM basket), fruit > ALL (fruits) FROM basket',
  'SELECT (id, fruit) < (1, ROW(1)::fruit) FROM basket',
  'SELECT (id, fruit) = (SELECT id, fruit FROM basket) FROM basket',
  'SELECT CASE fruit WHEN ROW(1)::fruit THEN 1 END FROM basket',
  'SELECT count(*) OVER (PARTITION BY fruit ORDER BY fruit RANGE 3 PRECEDING) FROM basket',
  'SELECT array_agg(id ORDER BY fruit DESC) FROM basket',
  'SELECT * FROM basket a JOIN basket b USING (fruit)',
  'SELECT fruit FROM basket ORDER BY fruit USING >',
  'WITH RECURSIVE t(f) AS (SELECT fruit FROM basket UNION SELECT f FROM t) SELECT * FROM t',
  `WITH RECURSIVE t AS (SELECT id, fruit FROM basket UNION ALL SELECT id, fruit FROM t)
     CYCLE id SET mark TO shade 'dark' DEFAULT shade 'light' USING path SELECT * FROM t`,
  'UPDATE basket SET id = own_call(id) WHERE fruit = ROW(2)::fruit RETURNING own_end(id)',
  'INSERT INTO paint (id, name, even) VALUES (own_call(1), $$x$$, own_end(2)) ON CONFLICT (id) DO UPDATE SET even = own_step(paint.id, excluded.id)',
  'DELETE FROM basket USING paint WHERE basket.id = own_end(paint.id)',
  'MERGE INTO basket b USING paint p ON b.id = own_end(p.id) WHEN MATCHED AND own_is_even(p.id) THEN UPDATE SET id = own_step(1, 2) WHEN NOT MATCHED THEN INSERT (id) VALUES (own_call(3))',
];
