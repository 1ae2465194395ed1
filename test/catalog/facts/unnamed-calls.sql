-- Functions that tell when they are called, and ways to have them called without naming them.
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE feeling AS ENUM ('sad', 'happy');
CREATE FUNCTION mood_to_feeling(mood) RETURNS feeling LANGUAGE plpgsql AS
  $$BEGIN RAISE NOTICE 'mood_to_feeling'; RETURN $1::text::feeling; END$$;
CREATE CAST (mood AS feeling) WITH FUNCTION mood_to_feeling AS IMPLICIT;
CREATE FUNCTION mood_to_int(mood) RETURNS int LANGUAGE plpgsql AS
  $$BEGIN RAISE NOTICE 'mood_to_int'; RETURN 1; END$$;
CREATE CAST (mood AS int) WITH FUNCTION mood_to_int AS IMPLICIT;
CREATE FUNCTION mood_to_json(mood) RETURNS json LANGUAGE plpgsql AS
  $$BEGIN RAISE NOTICE 'mood_to_json'; RETURN '1'; END$$;
CREATE CAST (mood AS json) WITH FUNCTION mood_to_json;
CREATE FUNCTION mood_plus(mood, int) RETURNS int LANGUAGE plpgsql AS
  $$BEGIN RAISE NOTICE 'mood_plus'; RETURN 1; END$$;
CREATE OPERATOR + (leftarg = mood, rightarg = int, function = mood_plus);
CREATE FUNCTION feeling_to_numeric(feeling) RETURNS numeric LANGUAGE plpgsql AS
  $$BEGIN RAISE NOTICE 'feeling_to_numeric'; RETURN 1; END$$;
CREATE CAST (feeling AS numeric) WITH FUNCTION feeling_to_numeric AS ASSIGNMENT;
CREATE TABLE felt (m mood DEFAULT 'sad', f feeling DEFAULT 'sad', i int DEFAULT 1, mm mood[] DEFAULT '{sad}', ff feeling[] DEFAULT '{happy}');
INSERT INTO felt DEFAULT VALUES;

CREATE FUNCTION is_right(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
  $$BEGIN RAISE NOTICE 'is_right'; RETURN true; END$$;
CREATE FUNCTION filled() RETURNS int LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'filled'; RETURN 1; END$$;
CREATE FUNCTION computed(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
  $$BEGIN RAISE NOTICE 'computed'; RETURN $1; END$$;
CREATE DOMAIN checked AS int CHECK (is_right(VALUE));
CREATE DOMAIN filled_in AS int DEFAULT filled();
CREATE TABLE with_domains (a int, c checked, f filled_in);
CREATE TABLE only_checked (c checked);
CREATE TYPE holder AS (c checked);

CREATE FUNCTION gives_feeling() RETURNS feeling LANGUAGE sql BEGIN ATOMIC SELECT m FROM felt; END;
CREATE FUNCTION gives_numeric() RETURNS numeric LANGUAGE sql RETURN 'sad'::feeling;
CREATE FUNCTION gives_rows() RETURNS TABLE (a text, n numeric) LANGUAGE sql BEGIN ATOMIC SELECT 'a'::text, f FROM felt; END;
CREATE FUNCTION gives_holder() RETURNS holder LANGUAGE sql BEGIN ATOMIC SELECT i FROM felt; END;
CREATE FUNCTION gives_checked() RETURNS checked LANGUAGE sql BEGIN ATOMIC SELECT i FROM felt; END;

CREATE TABLE roots (k int, v int) PARTITION BY LIST (computed(k));
CREATE TABLE leaf PARTITION OF roots FOR VALUES IN (1);
CREATE TABLE plain_roots (k int, v int) PARTITION BY LIST (k);
CREATE TABLE indexed_leaf PARTITION OF plain_roots FOR VALUES IN (1);
CREATE INDEX ON indexed_leaf (computed(v));
CREATE TABLE parent (a int);
CREATE TABLE heir (b int GENERATED ALWAYS AS (computed(a)) STORED) INHERITS (parent);
INSERT INTO heir (a) VALUES (1);

CREATE TABLE levels (id int PRIMARY KEY);
INSERT INTO levels VALUES (1), (2);
CREATE TABLE moods_of (m mood REFERENCES levels);
INSERT INTO moods_of VALUES ('sad');
CREATE TABLE cascading (id int REFERENCES levels ON DELETE CASCADE);
CREATE FUNCTION on_delete() RETURNS trigger LANGUAGE plpgsql AS
  $$BEGIN RAISE NOTICE 'on_delete'; RETURN old; END$$;
CREATE TRIGGER gone AFTER DELETE ON cascading FOR EACH ROW EXECUTE FUNCTION on_delete();
INSERT INTO cascading VALUES (2);
CREATE TABLE changing (f feeling);
INSERT INTO changing VALUES ('sad');
CREATE FUNCTION apart(int, int) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS
  $$BEGIN RAISE NOTICE 'apart'; RETURN $1 - $2; END$$;
CREATE TYPE span AS RANGE (subtype = int, subtype_diff = apart);
CREATE TABLE spans (s span);
INSERT INTO spans SELECT span(i, i + 5) FROM generate_series(1, 50) i;
ANALYZE spans;

CREATE TABLE analyzed (a int, b int);
INSERT INTO analyzed VALUES (1, 2), (2, 3);
CREATE STATISTICS analyzed_more ON (computed(a)), b FROM analyzed;
CREATE TABLE spanned (i int);
INSERT INTO spanned SELECT i FROM generate_series(1, 50) i;
CREATE INDEX ON spanned ((span(i, i + 5)));

CREATE FUNCTION summed(checked, int) RETURNS checked LANGUAGE internal IMMUTABLE STRICT AS 'int4pl';
CREATE AGGREGATE summed_up (int) (sfunc = summed, stype = checked, initcond = '0');

CREATE TABLE by_checked (c checked) PARTITION BY LIST (c);
CREATE TABLE by_int (i int, j int) PARTITION BY RANGE (i, j);
CREATE TABLE with_default (k int) PARTITION BY RANGE ((computed(k) + 1));
CREATE TABLE the_default PARTITION OF with_default DEFAULT;
INSERT INTO the_default VALUES (1);
CREATE TABLE below_default PARTITION OF with_default FOR VALUES FROM (100) TO (200) PARTITION BY LIST (k);
CREATE TABLE to_attach (k int);
INSERT INTO to_attach VALUES (101);
CREATE TABLE indexed_roots (k int) PARTITION BY LIST (k);
CREATE INDEX ON indexed_roots ((computed(k)));
CREATE TABLE referring_roots (k int, m mood REFERENCES levels) PARTITION BY LIST (k);
CREATE TABLE to_refer (k int, m mood);
INSERT INTO to_refer VALUES (1, 'sad');
CREATE TABLE unconstrained (m mood);
INSERT INTO unconstrained VALUES ('sad');

CREATE PROCEDURE vouched_for(int, int DEFAULT filled()) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE vouched_named(a int DEFAULT 1, b int DEFAULT filled()) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE vouched_for_all(VARIADIC numbers int[]) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE vouched_for_checked(checked) LANGUAGE plpgsql AS 'BEGIN END';

-- Functions of shell types are C: later anybody who owns one can replace it.
CREATE TYPE whole;
CREATE FUNCTION in_one_form(whole) RETURNS whole LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE whole AS RANGE (subtype = int, canonical = in_one_form);
CREATE OR REPLACE FUNCTION in_one_form(whole) RETURNS whole LANGUAGE plpgsql IMMUTABLE STRICT AS
  $$BEGIN RAISE NOTICE 'in_one_form'; RETURN $1; END$$;
CREATE DOMAIN certain AS whole;
CREATE TABLE wholes (w whole, n whole, text text DEFAULT '[1,2]');
INSERT INTO wholes VALUES ('[1,3)', '(4,6]');

CREATE TABLE many (s span);
INSERT INTO many SELECT span(i, i + i % 7) FROM generate_series(1, 500) i;
CREATE TABLE trees (s span);
CREATE INDEX ON trees USING gist (s);
CREATE TABLE expression_trees (i int);
CREATE INDEX ON expression_trees USING gist (span(i, i + i % 7));
CREATE TABLE grown (s span);
INSERT INTO grown SELECT s FROM many;
CREATE INDEX ON grown USING gist (s) WITH (buffering = on);
