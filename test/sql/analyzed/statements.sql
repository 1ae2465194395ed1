-- Statements of every shape that has an analyzed tree; each is the body of a function with these parameters:
-- $1 int, $2 text, $3 numeric, $4 jsonb, $5 int[], $6 timestamptz, $7 customer, $8 text[]
--
-- A line "-- frame S" wraps what follows in S, in the place of its %; "-- since N" leaves out older servers.
-- frame SELECT % FROM customer c
1
NULL
'text with (brackets), {braces}, "quotes" and \backslashes'
E'tab\tand newline\n'
''
12345678901234567890
1.5e10
-7
B'1010'
X'ff'
'<>'
c.id
c
c.*
c IS NULL
(c).name
(c.*) IS NOT NULL
c.ctid
c.xmin::text
c.tableoid::regclass
of_customer(c)
c.of_customer
to_jsonb(c)
c.to_jsonb
row_to_json(c.*)
c::text
ROW(c.*)
ROW(c.id, c.name) = ROW(1, 'x')
(c.id, c.name) < (2, 'y')
(c.id, c.name) <> (2, 'y')
(c.id, c.name) IS DISTINCT FROM (2, 'y')
(c.id, c.name) IN ((1, 'a'), (2, 'b'))
c.id = ANY (ARRAY[1, 2])
c.id = ALL ('{1,2}'::int[])
c.name LIKE ANY (ARRAY['a%', 'b%'])
c.id IN (1, 2, 3)
c.id NOT IN (1, 2, 3)
c.id BETWEEN 1 AND 5
c.id NOT BETWEEN SYMMETRIC 5 AND 1
c.id + 1 * 2 - 3 / 4 % 5
-c.id
@ c.balance
c.id <+> 3
c.id OPERATOR(pg_catalog.+) 1
c.name || c.ssn || 'x'
c.name LIKE 'a%' ESCAPE '!'
c.name ILIKE '%b'
c.name SIMILAR TO '[a-z]+'
c.name ~ '^a' AND c.name !~* 'b$'
NOT c.active OR c.active AND c.id > 3
c.active IS TRUE
c.active IS NOT TRUE
c.active IS FALSE
c.active IS NOT FALSE
c.active IS UNKNOWN
c.active IS NOT UNKNOWN
c.ssn IS NULL
c.ssn IS NOT NULL
c.home IS NULL
c.id IS DISTINCT FROM 3
c.id IS NOT DISTINCT FROM 3
NULLIF(c.name, 'x')
COALESCE(c.name, c.ssn, 'none')
GREATEST(c.id, 2, 3)
LEAST(c.balance, 2)
CASE WHEN c.active THEN 1 WHEN c.id > 3 THEN 2 ELSE 3 END
CASE c.mood WHEN 'calm' THEN 'a' WHEN 'cross' THEN 'b' END
CASE c.id WHEN 1 THEN NULL ELSE c.name END
c.id::text
c.id::bigint
CAST(c.ssn AS int)
c.ssn::int
c.name::varchar(3)
c.email::text
c.balance::numeric(5,1)
c.id::positive
c.score + 1
c.tags::varchar[]
c.grid::text[]
'{1,2}'::int[]::bigint[]
'customer'::regclass
'now'::timestamptz
'calm'::mood
c.mood::text
'(x,1)'::place
ROW('x', 1)::place
(c.home).street
(c.home).*
((c.home).number + 1)::text
c.tags[1]
c.tags[1:2]
c.tags[:2]
c.tags[2:]
c.tags[:]
c.grid[1][2]
c.grid[1:2][1:1]
c.tags[c.id + 1]
c.extra['a']
c.extra['a']['b'][1]
c.extra -> 'a' ->> 'b'
c.extra #>> '{a,b}'
c.extra @> '{"a": 1}'
c.extra ? 'a'
c.extra @? '$.a[*] ? (@ > 1)'
jsonb_path_query_first(c.extra, '$.a')
ARRAY[c.id, 1, 2]
ARRAY[[1, 2], [3, 4]]
ARRAY[]::text[]
ARRAY(SELECT p.id FROM purchase p WHERE p.customer_id = c.id ORDER BY 1)
EXISTS (SELECT FROM purchase p WHERE p.customer_id = c.id)
NOT EXISTS (SELECT 1 FROM purchase p, folder f WHERE p.id = f.id AND f.id = c.id)
(SELECT max(p.price) FROM purchase p WHERE p.customer_id = c.id)
c.id IN (SELECT p.customer_id FROM purchase p)
c.id NOT IN (SELECT p.customer_id FROM purchase p WHERE p.item = c.name)
c.id > ALL (SELECT p.id FROM purchase p)
c.id < ANY (SELECT p.id FROM purchase p)
(c.id, c.name) IN (SELECT p.customer_id, p.item FROM purchase p)
(c.id, c.name) = (SELECT p.customer_id, p.item FROM purchase p LIMIT 1)
(SELECT (SELECT (SELECT c.id)))
(SELECT c)
(SELECT x FROM (SELECT c.id AS x) s)
now()
current_date
current_time
current_time(2)
current_timestamp
current_timestamp(3)
localtime
localtime(0)
localtimestamp
localtimestamp(1)
current_user
current_role
session_user
user
current_catalog
current_schema
lower(c.name)
substring(c.name FROM 2 FOR 3)
substring(c.name SIMILAR 'a#"b#"c' ESCAPE '#')
position('a' IN c.name)
trim(BOTH 'x' FROM c.name)
overlay(c.name PLACING 'x' FROM 1 FOR 2)
extract(year FROM c.born)
date_trunc('month', c.created)
c.created AT TIME ZONE 'UTC'
(c.born, c.born) OVERLAPS (c.born, interval '1 day')
c.born + interval '1 month 2 days'
age(c.created)
normalize(c.name, NFC)
c.name IS NORMALIZED
c.name COLLATE "C"
c.name COLLATE "C" < 'x'
collation for (c.name)
many('a', 'b')
many(VARIADIC c.tags)
concat('a', 1, c.id)
concat_ws(',', VARIADIC c.tags)
format('%s', c.name)
make_interval(days => 3)
make_interval(1, days => c.id)
pairs(word => 'x')
(pairs()).a
generate_series(1, c.id)
unnest(c.tags)
set_config('a.b', c.ssn, true)
nextval('purchase_id_seq')
pg_read_file('x')
query_to_xml('select 1', true, false, '')
xmlelement(NAME a, xmlattributes(c.id AS b, c.name), c.ssn, 'x')
xmlforest(c.id AS a, c.name)
xmlconcat(c.doc, '<a/>')
xmlparse(DOCUMENT '<a/>')
xmlparse(CONTENT c.name PRESERVE WHITESPACE)
xmlpi(NAME php, 'x')
xmlroot(c.doc, VERSION '1.0', STANDALONE YES)
xmlserialize(CONTENT c.doc AS text)
c.doc IS DOCUMENT
xpath('/a', c.doc)
xmlexists('/a' PASSING BY VALUE c.doc)
c.span && int4range(1, 5)
c.flags & B'1100'
c.blob || '\x00ff'::bytea
encode(c.blob, 'hex')
to_tsvector(c.name) @@ to_tsquery('a & b')
$1
$1 + c.id
$2 || c.name
$3 * c.balance
$4 -> 'a'
$5[1]
c.id = ANY ($5)
c.created > $6
($7).name
$7
$7 = c
many(VARIADIC $8)
-- frame SELECT % FROM purchase p
count(*)
count(p.item)
count(DISTINCT p.item)
sum(p.price) FILTER (WHERE p.quantity > 1)
string_agg(p.item, ',' ORDER BY p.placed DESC NULLS LAST, p.id)
array_agg(p ORDER BY p.id)
array_agg(DISTINCT p.item ORDER BY p.item)
glue(p.item)
json_agg(p)
jsonb_object_agg(p.item, p.price)
percentile_cont(0.5) WITHIN GROUP (ORDER BY p.price)
percentile_disc(ARRAY[0.1, 0.9]) WITHIN GROUP (ORDER BY p.price DESC)
mode() WITHIN GROUP (ORDER BY p.item)
rank(3) WITHIN GROUP (ORDER BY p.quantity)
max(p.price) - min(p.price)
(SELECT count(p.id))
corr(p.quantity, p.price)
bool_and(p.quantity > 1)
row_number() OVER ()
row_number() OVER (PARTITION BY p.customer_id ORDER BY p.placed DESC)
sum(p.price) OVER (ORDER BY p.id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
sum(p.price) OVER (ORDER BY p.price RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING EXCLUDE TIES)
sum(p.price) OVER (ORDER BY p.placed RANGE '1 day' PRECEDING)
sum(p.price) OVER (ORDER BY p.id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING EXCLUDE GROUP)
count(*) FILTER (WHERE p.price > 1) OVER (PARTITION BY p.item)
lag(p.price, 1, 0) OVER (ORDER BY p.id)
first_value(p.item) OVER (ORDER BY p.id ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW)
ntile(4) OVER (ORDER BY p.price)
sum(sum(p.price)) OVER ()
-- frame SELECT % GROUP BY p.item
p.item, count(*) FROM purchase p
count(*) FROM purchase p
upper(p.item) || 'x', sum(p.price) FROM purchase p JOIN customer c ON c.id = p.customer_id
-- frame %
SELECT
SELECT * FROM customer
SELECT c.* FROM customer c
TABLE customer
TABLE ONLY animal
SELECT * FROM ONLY animal
SELECT * FROM animal *
VALUES (1, 'a'), (2, 'b')
VALUES (1), (NULL), ($1)
VALUES (1, 'a'), (2, 'b') ORDER BY 1 DESC LIMIT 1
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v(n, w) WHERE n > 1
SELECT id FROM customer WHERE id = $1
SELECT id FROM customer WHERE id = 1 AND name = 'x' AND (active OR balance > 3)
SELECT a.id, b.id FROM customer a, customer b WHERE a.id < b.id
SELECT * FROM customer c JOIN purchase p ON p.customer_id = c.id
SELECT * FROM customer c LEFT JOIN purchase p ON p.customer_id = c.id WHERE p.id IS NULL
SELECT * FROM customer c RIGHT JOIN purchase p ON p.customer_id = c.id
SELECT * FROM customer c FULL JOIN purchase p ON p.customer_id = c.id
SELECT * FROM customer c CROSS JOIN folder f
SELECT * FROM customer c JOIN purchase p USING (id)
SELECT id, c.id, p.id FROM customer c FULL JOIN purchase p USING (id)
SELECT id FROM customer c LEFT JOIN purchase p USING (id) JOIN folder f USING (id)
SELECT j.id FROM customer c JOIN purchase p USING (id) AS j
SELECT j.* FROM (customer c JOIN purchase p USING (id)) AS j(x, y)
SELECT j FROM (customer c JOIN folder f USING (id)) AS j
SELECT * FROM customer NATURAL JOIN folder
SELECT * FROM customer NATURAL LEFT JOIN purchase
SELECT * FROM (customer a JOIN customer b ON a.id = b.id) JOIN (folder x JOIN folder y ON x.id = y.parent) ON a.id = x.id
SELECT t.a, t.d FROM customer AS t(a, b, c, d)
SELECT t FROM customer AS t(a, b)
SELECT s.x FROM (SELECT id AS x, name FROM customer) s
SELECT s FROM (SELECT id, name FROM customer) s
SELECT s.* FROM (SELECT * FROM (SELECT * FROM customer) a) s
SELECT * FROM customer c, LATERAL (SELECT * FROM purchase p WHERE p.customer_id = c.id ORDER BY price LIMIT 3) best
SELECT * FROM customer c LEFT JOIN LATERAL (SELECT c.id + f.id AS n FROM folder f) x ON true
SELECT * FROM customer c, unnest(c.tags) t
SELECT * FROM customer c, unnest(c.tags) WITH ORDINALITY AS t(tag, n)
SELECT * FROM generate_series(1, 10) g
SELECT g FROM generate_series(1, $1) g
SELECT * FROM generate_series(1, 10) WITH ORDINALITY
SELECT * FROM ROWS FROM (generate_series(1, 2), unnest(ARRAY['a', 'b']), pairs()) WITH ORDINALITY AS r
SELECT * FROM pairs(2) p WHERE p.a > 1
SELECT * FROM pairs(word => 'z') AS p(x, y)
SELECT * FROM places()
SELECT * FROM anything() AS t(a int, b text)
SELECT * FROM ROWS FROM (anything() AS (a int, b varchar(3)), pairs()) AS t
SELECT * FROM json_to_recordset('[{"a":1}]') AS t(a int, b text)
SELECT * FROM jsonb_each($4)
SELECT * FROM customer c, jsonb_to_record(c.extra) AS t(a int, b numeric(4,2))
SELECT * FROM json_populate_record(NULL::customer, '{}')
SELECT * FROM pg_read_file('x') AS f(content)
SELECT * FROM current_user u
SELECT * FROM lower('X')
SELECT x.* FROM customer, XMLTABLE('/a/b' PASSING doc COLUMNS n int PATH '@n' DEFAULT 3 NOT NULL, o FOR ORDINALITY, t text) x
SELECT * FROM XMLTABLE(XMLNAMESPACES('http://x' AS x, DEFAULT 'http://y'), '/x:a' PASSING ('<a/>'::xml) COLUMNS v text PATH 'b')
SELECT * FROM customer TABLESAMPLE BERNOULLI (10)
SELECT * FROM customer c TABLESAMPLE SYSTEM ($1) REPEATABLE (42)
SELECT * FROM rich
SELECT r.worth FROM rich r JOIN rich_orders o ON o.name = r.name
SELECT * FROM rich FOR UPDATE
SELECT * FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
SELECT * FROM information_schema.columns WHERE table_name = $2
SELECT * FROM pg_stat_activity
SELECT * FROM "odd name" o WHERE o."a column" = 1 AND o."say ""hi""" = ')' AND "(brackets) {and} <>" = '}' AND "1st" > "back\slash"
SELECT 1 AS "Ünï cødé 😀", '😀' AS "}", 'x' AS "-1", 'y' AS "+.5", 'z' AS "<", 'q' AS """"
SELECT DISTINCT name FROM customer
SELECT DISTINCT ON (name, active) name, id FROM customer ORDER BY name, active, id DESC
SELECT DISTINCT f FROM folder f WHERE false
SELECT name FROM customer ORDER BY name
SELECT name FROM customer ORDER BY balance DESC NULLS LAST, 1, lower(ssn)
SELECT name AS n FROM customer ORDER BY n USING <
SELECT name FROM customer ORDER BY name COLLATE "C" LIMIT 10 OFFSET 20
SELECT name FROM customer ORDER BY id LIMIT $1 OFFSET $1 + 1
SELECT name FROM customer LIMIT ALL
SELECT name FROM customer LIMIT NULL
SELECT name FROM customer ORDER BY balance FETCH FIRST 3 ROWS WITH TIES
SELECT name FROM customer OFFSET 3 ROWS FETCH NEXT ROW ONLY
SELECT name FROM customer LIMIT (SELECT count(*) FROM folder)
SELECT name, count(*) FROM customer GROUP BY name
SELECT name, count(*) FROM customer GROUP BY 1 HAVING count(*) > 1 AND max(balance) > 5
SELECT lower(name) AS l, sum(balance) FROM customer GROUP BY l ORDER BY sum(balance)
SELECT id, name, ssn FROM customer GROUP BY id
SELECT c.id, c FROM customer c GROUP BY c.id
SELECT name, active, count(*), GROUPING(name, active) FROM customer GROUP BY ROLLUP (name, active)
SELECT name, active, mood, count(*) FROM customer GROUP BY CUBE (name, (active, mood))
SELECT name, active, sum(balance) FROM customer GROUP BY GROUPING SETS ((name, active), (name), ())
SELECT name, active FROM customer GROUP BY GROUPING SETS (ROLLUP (name), CUBE (active)), mood
SELECT name, active FROM customer GROUP BY DISTINCT ROLLUP (name), ROLLUP (name, active)
SELECT count(*) FROM customer GROUP BY ()
SELECT GROUPING(name) + 1 FROM customer GROUP BY GROUPING SETS (name, ()) HAVING GROUPING(name) = 0
SELECT count(*) FROM customer HAVING count(*) > 1
SELECT name || 'x', (SELECT max(p.price) FROM purchase p WHERE p.item = c.name) FROM customer c GROUP BY name
SELECT c.name, p.item FROM customer c JOIN purchase p USING (id) GROUP BY c.name, p.item, id
SELECT rank() OVER w, sum(price) OVER (w ROWS 3 PRECEDING) FROM purchase WINDOW w AS (PARTITION BY item ORDER BY price)
SELECT sum(price) OVER v FROM purchase WINDOW w AS (PARTITION BY item), v AS (w ORDER BY id RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
SELECT id FROM customer UNION SELECT id FROM purchase
SELECT id FROM customer UNION ALL SELECT id FROM purchase UNION ALL SELECT id FROM folder
SELECT id, name FROM customer INTERSECT SELECT id, label FROM folder
SELECT id FROM customer EXCEPT ALL SELECT id FROM folder ORDER BY 1 LIMIT 3
(SELECT id FROM customer ORDER BY id LIMIT 1) UNION (SELECT 1.5)
SELECT id FROM customer UNION (SELECT id FROM folder EXCEPT SELECT id FROM purchase)
SELECT NULL UNION SELECT 'x' UNION SELECT name FROM customer
VALUES (1) UNION TABLE spread_out
SELECT * FROM (SELECT name FROM customer UNION ALL SELECT label FROM folder) u WHERE u.name LIKE 'a%'
WITH x AS (SELECT * FROM customer) SELECT ssn FROM x
WITH x(a, b, c, d) AS (TABLE customer) SELECT c FROM x
WITH x AS MATERIALIZED (SELECT 1 AS n), y AS NOT MATERIALIZED (SELECT n + 1 AS m FROM x) SELECT * FROM x, y
WITH x AS (SELECT 1) SELECT (WITH y AS (SELECT * FROM x) SELECT count(*) FROM y)
WITH x AS (SELECT id FROM customer) SELECT x FROM x
WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT sum(n) FROM t
WITH RECURSIVE t AS (SELECT id, parent, label FROM folder WHERE parent IS NULL UNION SELECT f.id, f.parent, t.label || f.label FROM folder f JOIN t ON f.parent = t.id) SELECT * FROM t
WITH RECURSIVE t AS (SELECT id, parent FROM folder UNION ALL SELECT f.id, f.parent FROM folder f, t WHERE f.parent = t.id) SEARCH DEPTH FIRST BY id SET ord SELECT * FROM t ORDER BY ord
WITH RECURSIVE t AS (SELECT id, parent FROM folder UNION ALL SELECT f.id, f.parent FROM folder f, t WHERE f.parent = t.id) SEARCH BREADTH FIRST BY id, parent SET ord SELECT * FROM t
WITH RECURSIVE t AS (SELECT id, parent FROM folder UNION ALL SELECT f.id, f.parent FROM folder f, t WHERE f.parent = t.id) CYCLE id SET looped USING path SELECT * FROM t
WITH RECURSIVE t AS (SELECT id, parent FROM folder UNION ALL SELECT f.id, f.parent FROM folder f, t WHERE f.parent = t.id) CYCLE id, parent SET looped TO 'y' DEFAULT 'n' USING path SELECT * FROM t
WITH RECURSIVE a AS (SELECT 1 AS n), b AS (SELECT n FROM a UNION SELECT b.n + 1 FROM b WHERE b.n < 3) SELECT * FROM b
WITH gone AS (DELETE FROM folder WHERE id = 1 RETURNING *) SELECT * FROM gone
WITH made AS (INSERT INTO folder VALUES (1, NULL, 'a') RETURNING id) UPDATE customer SET balance = 1 FROM made WHERE customer.id = made.id
WITH done AS (UPDATE folder SET label = 'x') SELECT 1
SELECT * FROM customer FOR UPDATE
SELECT * FROM customer c, purchase p WHERE p.customer_id = c.id FOR NO KEY UPDATE OF c FOR SHARE OF p NOWAIT
SELECT * FROM customer FOR KEY SHARE SKIP LOCKED
SELECT * FROM (SELECT * FROM customer) s FOR UPDATE
SELECT * FROM customer c WHERE EXISTS (SELECT 1 FROM folder f WHERE f.id = c.id FOR SHARE)
INSERT INTO folder VALUES (1, NULL, 'a')
INSERT INTO folder VALUES (1, NULL, 'a'), (2, 1, DEFAULT), ($1, $1, $2)
INSERT INTO folder (label, id) VALUES ('a', 1)
INSERT INTO folder DEFAULT VALUES
INSERT INTO folder SELECT id, NULL, name FROM customer
INSERT INTO folder (id) TABLE spread_out
INSERT INTO folder AS f VALUES (1) RETURNING f.id, f.label || 'x' AS l, f
INSERT INTO folder SELECT 1 UNION SELECT 2 RETURNING *
INSERT INTO purchase (customer_id, item, total) VALUES (1, 'x', DEFAULT)
INSERT INTO purchase (id, item) OVERRIDING SYSTEM VALUE VALUES (1, 'x')
INSERT INTO purchase (id, item) OVERRIDING USER VALUE SELECT 1, 'x'
INSERT INTO customer (id, name, home.street, tags[1], tags[2]) VALUES (1, 'x', 'y', 'a', 'b')
INSERT INTO customer (id, name, home, score) VALUES (1, 'x', ROW('y', 1), 3)
INSERT INTO customer (id, name, extra['a']['b']) VALUES (1, 'x', '1')
INSERT INTO folder VALUES (1) ON CONFLICT DO NOTHING
INSERT INTO folder VALUES (1) ON CONFLICT (id) DO NOTHING RETURNING id
INSERT INTO folder AS f VALUES (1, 2, 'x') ON CONFLICT (id) DO UPDATE SET label = EXCLUDED.label || f.label, parent = DEFAULT WHERE f.id > EXCLUDED.id RETURNING f.*
INSERT INTO purchase (customer_id, item) VALUES (1, 'x') ON CONFLICT ON CONSTRAINT one_each DO UPDATE SET quantity = purchase.quantity + 1
INSERT INTO purchase (item, placed) VALUES ('x', now()) ON CONFLICT (lower(item), placed) WHERE quantity > 0 DO NOTHING
INSERT INTO folder VALUES (1) ON CONFLICT (id) DO UPDATE SET (label, parent) = (SELECT name, id FROM customer WHERE id = EXCLUDED.id)
INSERT INTO folder VALUES (1) ON CONFLICT (id) DO UPDATE SET label = (SELECT EXCLUDED::text)
WITH s AS (SELECT * FROM folder) INSERT INTO folder SELECT * FROM s
INSERT INTO folder WITH s AS (SELECT * FROM folder) SELECT * FROM s
INSERT INTO measure VALUES ('2020-01-01', 'a', 1.5)
INSERT INTO rich VALUES (1, 'x', 3)
INSERT INTO region SELECT * FROM region
UPDATE folder SET label = 'x'
UPDATE folder SET label = 'x', parent = DEFAULT WHERE id = $1
UPDATE folder f SET label = c.name || f.label FROM customer c JOIN purchase p ON p.customer_id = c.id WHERE f.id = c.id RETURNING f.id, c.ssn, p.*
UPDATE folder SET (label, parent) = ('x', 1)
UPDATE folder SET (label, parent) = ROW('x', DEFAULT)
UPDATE folder f SET (label, parent) = (SELECT name, id FROM customer c WHERE c.id = f.id)
UPDATE customer SET home.street = 'x', tags[2] = 'y', tags[3:4] = '{a,b}', grid[1][1] = 2
UPDATE customer SET extra['a'] = '1', extra['b'][2] = '3'
UPDATE customer SET home = NULL, score = score + 1, mood = 'calm'
UPDATE ONLY animal SET legs = 4
UPDATE rich SET name = 'x' WHERE worth > 3
UPDATE customer c SET balance = (SELECT sum(total) FROM purchase p WHERE p.customer_id = c.id)
UPDATE folder SET label = label RETURNING folder
UPDATE measure SET value = value + 1 WHERE at < now()
DELETE FROM folder
DELETE FROM folder WHERE id = 1 OR id > $1 AND label IS NOT NULL
DELETE FROM folder f USING customer c, purchase p WHERE f.id = c.id AND c.id = p.customer_id RETURNING f.*, c.name
DELETE FROM ONLY animal WHERE legs = 3
DELETE FROM customer WHERE ctid = '(0,1)'
DELETE FROM folder WHERE CURRENT OF some_cursor
WITH x AS (SELECT 1 AS id) DELETE FROM folder USING x WHERE folder.id = x.id
MERGE INTO folder f USING customer c ON f.id = c.id WHEN MATCHED THEN UPDATE SET label = c.name WHEN NOT MATCHED THEN INSERT VALUES (c.id, NULL, c.name)
MERGE INTO folder f USING (SELECT * FROM customer WHERE active) c ON f.id = c.id AND f.label = c.name WHEN MATCHED AND c.balance > 3 THEN DELETE WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED AND c.id > 1 THEN INSERT (id, label) VALUES (c.id, DEFAULT) WHEN NOT MATCHED THEN DO NOTHING
MERGE INTO purchase p USING folder f ON p.id = f.id WHEN NOT MATCHED THEN INSERT (id, item) OVERRIDING SYSTEM VALUE VALUES (1, f.label)
MERGE INTO folder f USING folder g ON f.id = g.parent WHEN MATCHED THEN UPDATE SET (label, parent) = (g.label, (SELECT max(id) FROM customer))
WITH s AS (SELECT * FROM customer) MERGE INTO folder f USING s ON f.id = s.id WHEN MATCHED THEN DELETE
MERGE INTO ONLY folder USING (VALUES (1, 'x')) v(i, l) ON id = i WHEN NOT MATCHED THEN INSERT DEFAULT VALUES
SELECT count(*) FROM customer c WHERE c.id IN (SELECT customer_id FROM purchase WHERE item IN (SELECT label FROM folder WHERE parent = c.id))
SELECT * FROM customer a WHERE (SELECT count(*) FROM customer b WHERE b.balance > a.balance) < 3
SELECT sum(a) FROM (SELECT count(*) AS a FROM customer GROUP BY name) s
SELECT c.name, (SELECT string_agg(p.item, ',' ORDER BY p.id) FROM purchase p WHERE p.customer_id = c.id) FROM customer c
SELECT max((SELECT min(p.price) FROM purchase p WHERE p.customer_id = c.id)) FROM customer c
SELECT (SELECT sum(c.balance) FROM folder) FROM customer c
SELECT CASE WHEN EXISTS (SELECT 1 FROM folder) THEN (SELECT ssn FROM customer LIMIT 1) END
SELECT $1, $2, $3, $4, $5, $6, $7, $8
SELECT ($7).*
SELECT ($7).home.street
SELECT 1 WHERE $1 = 1 AND $2 IS NULL
SELECT NULL::customer, (NULL::customer).*
SELECT ROW(1, 'a', NULL), ROW(), (1, 2)
SELECT d::animal FROM dog d
SELECT (d::animal).name FROM dog d
SELECT animal FROM animal UNION ALL SELECT d::animal FROM dog d
SELECT ARRAY[d::animal] FROM dog d
SELECT array_agg(d::animal)::text[] FROM dog d
SELECT '{1}'::positive[], 3::positive::int
SELECT ARRAY['1', '2']::positive[]
SELECT c.tags || 'x'::text, 'x'::text || c.tags, c.tags || c.tags FROM customer c
SELECT interval '1' YEAR, time '12:00', timestamp with time zone '2020-01-01', bit '101', char 'x', name 'n'
SELECT pg_sleep(0), pg_advisory_lock(1), lo_import('x'), pg_notify('a', ssn) FROM customer
SELECT count(*) OVER (), c.* FROM customer c ORDER BY count(*) OVER ()
SELECT t.* FROM customer c, LATERAL ROWS FROM (generate_series(1, c.id), json_to_record(c.raw) AS (x int)) t
SELECT a FROM customer c CROSS JOIN LATERAL (VALUES (c.id), (c.id + 1)) v(a)
SELECT * FROM customer c WHERE c.* = ROW(1)::text::customer
SELECT f FROM folder f ORDER BY f
SELECT name FROM customer ORDER BY (SELECT max(id) FROM folder), ctid
SELECT set_masklen('1.2.3.4'::inet, 8), '1.2.3.4'::cidr, '(1,2)'::point <-> '(3,4)'::point
-- frame %
SELECT * FROM (SELECT) n, LATERAL (VALUES (n.*)) v
-- since 16
-- frame SELECT % FROM customer c
c.name IS JSON
c.name IS NOT JSON OBJECT
c.name IS JSON ARRAY WITH UNIQUE KEYS
c.name IS JSON SCALAR
c.raw IS JSON VALUE
JSON_OBJECT('a': c.id, 'b' VALUE c.name)
JSON_OBJECT('a': c.id NULL ON NULL WITH UNIQUE RETURNING jsonb)
JSON_OBJECT()
JSON_ARRAY(1, c.name, c.raw FORMAT JSON)
JSON_ARRAY(c.id ABSENT ON NULL RETURNING text)
JSON_ARRAY(SELECT p.item FROM purchase p WHERE p.customer_id = c.id)
JSON_OBJECTAGG(c.name: c.id)
JSON_OBJECTAGG(c.name: c.id ABSENT ON NULL WITH UNIQUE KEYS RETURNING jsonb)
JSON_ARRAYAGG(c.id ORDER BY c.name RETURNING jsonb)
JSON_ARRAYAGG(c.id) FILTER (WHERE c.active)
JSON_ARRAYAGG(c.id) OVER (PARTITION BY c.name)
xmlserialize(CONTENT c.doc AS text INDENT)
any_value(c.name)
system_user
-- frame %
SELECT * FROM (SELECT id FROM customer)
SELECT s.* FROM (VALUES (1)), (SELECT 2) s
-- since 17
-- frame SELECT % FROM customer c
JSON(c.name)
JSON(c.name WITH UNIQUE KEYS)
JSON_SCALAR(c.id)
JSON_SERIALIZE(c.extra RETURNING bytea)
JSON_VALUE(c.extra, '$.a')
JSON_VALUE(c.extra, '$.a' RETURNING int DEFAULT 3 ON EMPTY ERROR ON ERROR)
JSON_VALUE(c.extra, '$.a ? (@ > $x)' PASSING c.id AS x, $1 AS y RETURNING date)
JSON_VALUE(c.extra, '$.a' RETURNING positive DEFAULT 3 + 4 ON ERROR)
JSON_QUERY(c.extra, '$.a' WITH WRAPPER)
JSON_QUERY(c.extra, '$.a' RETURNING text WITH CONDITIONAL WRAPPER EMPTY ARRAY ON EMPTY)
JSON_QUERY(c.extra, '$.a' OMIT QUOTES NULL ON EMPTY EMPTY OBJECT ON ERROR)
JSON_QUERY(c.raw, '$.a' RETURNING place)
JSON_EXISTS(c.extra, '$.a')
JSON_EXISTS(c.extra, 'strict $.a' UNKNOWN ON ERROR)
JSON_EXISTS(c.extra, $2::jsonpath TRUE ON ERROR)
-- frame %
SELECT t.* FROM customer c, JSON_TABLE(c.extra, '$[*]' COLUMNS (n FOR ORDINALITY, a int PATH '$.a' DEFAULT 1 ON EMPTY, b text EXISTS PATH '$.b', NESTED PATH '$.c[*]' COLUMNS (d jsonb FORMAT JSON PATH '$.d' WITH WRAPPER, e positive))) t
SELECT * FROM JSON_TABLE($4, '$.x' AS root PASSING $1 AS v COLUMNS (a int, NESTED '$.p[*]' COLUMNS (b int), NESTED '$.q[*]' AS q COLUMNS (c int, NESTED '$.r' COLUMNS (d int))) ERROR ON ERROR)
MERGE INTO folder f USING customer c ON f.id = c.id WHEN NOT MATCHED BY SOURCE AND f.id > 3 THEN DELETE WHEN NOT MATCHED BY TARGET THEN INSERT (id) VALUES (c.id) RETURNING merge_action(), f.*, c.name
MERGE INTO cheap r USING folder f ON r.id = f.id WHEN MATCHED THEN UPDATE SET name = f.label WHEN NOT MATCHED BY SOURCE THEN UPDATE SET name = 'x'
WITH m AS (MERGE INTO folder f USING customer c ON f.id = c.id WHEN MATCHED THEN DELETE RETURNING f.id) SELECT * FROM m
SELECT random(1, 10), c.created AT LOCAL FROM customer c
-- since 18
UPDATE folder SET label = 'x' RETURNING old.label, new.label, old, new.*
UPDATE folder f SET label = 'x' RETURNING WITH (OLD AS before, NEW AS after) before.label || after.label, f.id
INSERT INTO folder VALUES (1) ON CONFLICT (id) DO UPDATE SET label = 'x' RETURNING old IS NULL, new.label
DELETE FROM folder RETURNING old.*, new.id
MERGE INTO folder f USING customer c ON f.id = c.id WHEN MATCHED THEN UPDATE SET label = c.name RETURNING merge_action(), old.label, new.label
SELECT name, lower(name), count(*) FROM customer GROUP BY name, lower(name) ORDER BY lower(name)
SELECT casefold(c.name), uuidv7(), array_reverse(c.tags), crc32(c.blob) FROM customer c
SELECT max(f) FROM folder f
