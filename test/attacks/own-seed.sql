-- own-seed.sql: what the project's own attacks reach for beside seed.sql; run after it, in the same database, by a superuser.

-- A labelled column of every kind of type: the labels are in the comments.
CREATE TYPE public.place AS (street text, door int);
CREATE TYPE public.mood AS ENUM ('calm', 'xenial-secret');
CREATE DOMAIN public.code AS text CHECK (VALUE <> '');
CREATE TYPE public.textrange AS RANGE (subtype = text);
CREATE TABLE public.members(
  id int PRIMARY KEY, nick text, pin int, wage numeric, born date, seen timestamptz, keyed uuid, tags text[], doc jsonb, home public.place,
  temper public.mood, badge public.code, span int4range, names public.textrange, blob bytea, peer inet, took interval, flag bool, note xml, words tsvector);
INSERT INTO public.members VALUES
 (1, 'ada', 730519284, 918273.645, '1961-07-19', '1977-03-05 06:07:08+00', 'c0ffee00-1111-4222-8333-444455556666', '{tag-secret-1,tag-secret-2}',
  '{"ssn":"078-05-1120","deep":{"pin":730519284}}', '("Secret Street 7",42)', 'xenial-secret', 'BADGE-SECRET-1', '[730519284,730519290)',
  '["RANGE-SECRET-A","RANGE-SECRET-B")', '\x5345435245542d424c4f42', '10.66.77.88', '73 days 05:19:28', true, '<s>XML-SECRET-1</s>', 'lexemesecret:1'),
 (2, 'bob', 11, 22.5, '2001-01-01', '2001-01-01 00:00:00+00', 'c0ffee00-0000-4222-8333-000000000002', '{a}', '{"ssn":"x"}', '("b",1)', 'calm', 'b',
  '[1,2)', '[a,b)', '\x00', '10.0.0.2', '1 day', false, '<s/>', 'b:1');
DO $$ DECLARE c text; BEGIN
  FOREACH c IN ARRAY '{pin,wage,born,seen,keyed,tags,doc,home,temper,badge,span,names,blob,peer,took,flag,note,words}'::text[] LOOP
    EXECUTE format('COMMENT ON COLUMN public.members.%I IS %L', c, '@label(pii.member)');
  END LOOP; END $$;

-- Partitions whose columns stand in another order, two levels deep; a table of a type; a column of a row type.
CREATE TABLE public.visits(id int, city text, ssn text) PARTITION BY RANGE (id);
COMMENT ON COLUMN public.visits.ssn IS '@label(pii.ssn)';
CREATE TABLE public.visits_low(ssn text, junk int, id int NOT NULL, city text) PARTITION BY RANGE (id);
ALTER TABLE public.visits_low DROP COLUMN junk;
CREATE TABLE public.visits_low_0(city text, id int NOT NULL, ssn text);
ALTER TABLE public.visits_low ATTACH PARTITION public.visits_low_0 FOR VALUES FROM (0) TO (50);
ALTER TABLE public.visits ATTACH PARTITION public.visits_low FOR VALUES FROM (0) TO (100);
INSERT INTO public.visits VALUES (1, 'Rome', '078-05-1120'), (2, 'Oslo', '219-09-9999');
CREATE TABLE public.parent_a(id int, ssn text);
COMMENT ON COLUMN public.parent_a.ssn IS '@label(pii.ssn)';
CREATE TABLE public.middle_a(extra text, LIKE public.parent_a);
ALTER TABLE public.middle_a INHERIT public.parent_a;
CREATE TABLE public.leaf_a() INHERITS (public.middle_a);
INSERT INTO public.leaf_a VALUES ('x', 1, '078-05-1120');

-- Views of every kind over what is labelled.
CREATE VIEW public.v_whole AS SELECT id, c AS thing FROM public.customers c;
CREATE VIEW public.v_json AS SELECT id, to_jsonb(c) AS doc FROM public.customers c;
CREATE VIEW public.v_stacked AS SELECT id, reach AS r, tax_ref AS t FROM public.v_contact;
CREATE VIEW public.v_barrier WITH (security_barrier) AS SELECT id, full_name, ssn LIKE '078%' AS early FROM public.customers;
CREATE VIEW public.v_invoker WITH (security_invoker) AS SELECT id, upper(ssn) AS loud FROM public.customers;
CREATE VIEW public.v_union AS SELECT id, item AS v FROM public.orders UNION ALL SELECT id, ssn FROM public.customers;
CREATE VIEW public.v_glued AS SELECT string_agg(ssn, '+' ORDER BY id) AS everything, count(*) AS n FROM public.customers;
CREATE RECURSIVE VIEW public.v_walk(n, v) AS SELECT 1, ssn FROM public.customers WHERE id = 1 UNION ALL SELECT n + 1, v FROM v_walk WHERE n < 3;
CREATE VIEW public.v_searched AS
  WITH RECURSIVE r(n, v) AS (SELECT 1, ssn FROM public.customers WHERE id = 1 UNION ALL SELECT n + 1, v FROM r WHERE n < 2)
  SEARCH DEPTH FIRST BY v SET trail SELECT n, trail::text AS trail FROM r;
CREATE MATERIALIZED VIEW public.mv_doc AS SELECT id, to_jsonb(c) AS doc FROM public.customers c;

-- Functions whose definitions can be read.
CREATE FUNCTION public.code_of(k int) RETURNS text LANGUAGE sql STABLE BEGIN ATOMIC SELECT ssn FROM public.customers WHERE id = k; END;
CREATE FUNCTION public.row_of(k int) RETURNS public.customers LANGUAGE sql STABLE BEGIN ATOMIC SELECT * FROM public.customers WHERE id = k; END;
CREATE FUNCTION public.codes() RETURNS TABLE(k int, v text) LANGUAGE sql STABLE BEGIN ATOMIC SELECT id, ssn FROM public.customers; END;
CREATE FUNCTION public.code_out(k int, OUT a text, OUT b text) LANGUAGE sql STABLE BEGIN ATOMIC SELECT full_name, ssn FROM public.customers WHERE id = k; END;
CREATE FUNCTION public.pass(t text) RETURNS text LANGUAGE sql IMMUTABLE RETURN t;
CREATE FUNCTION public.nested(k int) RETURNS text LANGUAGE sql STABLE RETURN public.pass(public.code_of(k));
CREATE FUNCTION public.id_of(code text) RETURNS int LANGUAGE sql STABLE BEGIN ATOMIC SELECT id FROM public.customers WHERE ssn = code; END;
CREATE FUNCTION public.orders_if(t text) RETURNS SETOF int LANGUAGE sql STABLE BEGIN ATOMIC SELECT id FROM public.orders WHERE t LIKE '078%' AND id < 4; END;
CREATE FUNCTION public.keep(t text) RETURNS int LANGUAGE sql BEGIN ATOMIC INSERT INTO public.notes(body) VALUES (t) RETURNING 1; END;
CREATE FUNCTION public.mark(t text) RETURNS int LANGUAGE sql BEGIN ATOMIC INSERT INTO public.notes(body) SELECT 'hit' WHERE t LIKE '078%' RETURNING 1; END;
CREATE FUNCTION public.early(t text) RETURNS bool LANGUAGE sql IMMUTABLE RETURN t LIKE '078%';
CREATE FUNCTION public.glue_step(a text, b text) RETURNS text LANGUAGE sql IMMUTABLE RETURN coalesce(a, '') || b || ';';
CREATE AGGREGATE public.glue(text) (sfunc = public.glue_step, stype = text);
CREATE FUNCTION public.same_start(a text, b text) RETURNS bool LANGUAGE sql IMMUTABLE RETURN left(a, 3) = left(b, 3);
CREATE OPERATOR public.=~= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.same_start);

-- Of another's schema, which the server would let gw_app use.
CREATE SEQUENCE hr.badge_seq;
GRANT ALL ON hr.badge_seq TO gw_app;
CREATE VIEW public.v_payroll AS SELECT id, employee AS item, salary AS amount FROM hr.salaries;

DO $$ DECLARE r record; BEGIN
  FOR r IN SELECT c.oid::regclass t, c.relkind FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r','v','m','p')
    AND relname IN ('members','visits','visits_low','visits_low_0','parent_a','middle_a','leaf_a','v_whole','v_json','v_stacked','v_barrier','v_invoker','v_union','v_glued','v_walk','v_searched','mv_doc','v_payroll') LOOP
    EXECUTE format('ALTER %s %s OWNER TO gw_app', CASE r.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, r.t);
  END LOOP; END $$;
ANALYZE;
