-- Statements with constants in many places, one a line, over the tables of the analyzed trees' tests.
SELECT c.id + 1 FROM customer c ORDER BY c.id + 1
SELECT c.id + 1 FROM customer c ORDER BY c.id + 2
SELECT c.id + 1, c.id + 2 FROM customer c WHERE c.id > 3 ORDER BY 2, 1
SELECT c.id + 1, count(*) FROM customer c WHERE c.id < 7 GROUP BY c.id + 1 HAVING count(*) > 2
SELECT c.name || 'x', count(*) FILTER (WHERE c.id > 5) FROM customer c GROUP BY c.name || 'x'
SELECT DISTINCT c.id + 1, 'x' FROM customer c WHERE c.name = 'x'
SELECT DISTINCT ON (c.id + 1) c.id + 1, 5 FROM customer c
SELECT c.id + 1, sum(c.id) OVER (ORDER BY c.id + 1) FROM customer c WHERE c.id = 1
SELECT sum(c.id) OVER (ORDER BY c.id ROWS 1 PRECEDING), sum(c.id) OVER (ORDER BY c.id ROWS 2 PRECEDING), 4 FROM customer c
SELECT c.id + 1, coalesce(sum(c.id) OVER (ORDER BY c.id + 1), 5) FROM customer c
SELECT c.id + 1, abs(sum(c.id) OVER w) FROM customer c WINDOW w AS (ORDER BY c.id + 1)
SELECT string_agg(c.name || 'x', ',' ORDER BY c.name || 'x'), string_agg(DISTINCT c.name || ',', ',') FROM customer c
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY c.id + 1), c.id + 1 FROM customer c GROUP BY c.id + 1
SELECT (SELECT count(*) FROM purchase p WHERE p.id > c.id + 1), c.id + 1 FROM customer c GROUP BY c.id + 1
SELECT GROUPING(c.id + 1), c.id + 1, 3 FROM customer c GROUP BY ROLLUP (c.id + 1)
SELECT 1 UNION SELECT 2 ORDER BY 1
SELECT 'x', 1.5 UNION ALL SELECT c.name, 2 FROM customer c
SELECT 'x' UNION SELECT c.id FROM customer c WHERE c.name = 'y' EXCEPT SELECT 7
SELECT * FROM customer c WHERE c.id = 3000000000 OR c.balance > 1.5 OR c.id = -1 OR c.id = 1e3
SELECT * FROM customer c WHERE c.born = '2020-01-01' OR c.born + 1 > '2020-01-01' OR c.created > '2020-01-01'::timestamptz
SELECT * FROM customer c WHERE c.created > now() - interval '1 day' AND c.created < now() - interval '90' day
SELECT * FROM customer c WHERE c.created AT TIME ZONE 'UTC' > timestamp '2020-01-01 12:00:00'
SELECT * FROM customer c WHERE c.tags = '{a,b}' AND c.name = ANY ('{a,b}') AND c.id = ANY (ARRAY[1, 2])
SELECT * FROM customer c WHERE c.extra = '{"a": 1}' AND c.extra || '{"b": 1}' <> '{}' AND c.extra ->> 'ssn' = 'x'
SELECT * FROM customer c WHERE c.mood = 'calm' AND c.mood IN ('calm', 'cross') AND c.score > 5 AND c.email = 'a@b'
SELECT * FROM customer c WHERE c.home = '(x,1)' AND c.name LIKE 'a%' AND c.name NOT ILIKE '%b' AND c.name ~ '^a'
SELECT * FROM customer c WHERE c.id IN (1) AND c.id IN (1, 2, 3) AND c.id NOT IN (4, -5) AND c.id IN (1, 2.5, c.score, 7)
SELECT * FROM customer c WHERE (c.id, c.name) IN ((1, 'a'), (2, 'b')) AND (c.id, c.name) > (1, 'a')
SELECT * FROM customer c WHERE c.id BETWEEN 1 AND 5 AND c.name BETWEEN 'a' AND 'b' AND c.id IS DISTINCT FROM 3
SELECT * FROM customer c WHERE 1 = 1 AND 'a' = 'a' AND 5 > 3 AND (1, 2) = (1, 2) AND 1 IN (1, 2) AND c.id = 7
SELECT * FROM customer c WHERE c.name = 'x' LIMIT 10 OFFSET 5
SELECT * FROM customer c WHERE c.ctid = '(0,1)' OR c.xmin::text = '5' OR c.tableoid = 'customer'::regclass
SELECT CASE c.id WHEN 1 THEN 'a' WHEN 2 THEN 'b' ELSE 'c' END, CASE WHEN c.id > 3 THEN 1 ELSE 2.5 END FROM customer c
SELECT coalesce(c.name, 'x'), nullif(c.id, 5), greatest(c.balance, 1, 2.5), least(c.id, 3), ROW(1, 'x', c.id) FROM customer c
SELECT '5'::int, 5::bigint, '2020-01-01'::date, 5.5::text, '{1,2}'::int[], 'x'::varchar(3), CAST('1' AS numeric(5,1)) FROM customer c
SELECT lower('X'), substr(c.name, 2, 3), replace(c.name, 'a', 'b'), concat('a', 1, c.name), to_char(c.created, 'YYYY') FROM customer c
SELECT round(c.balance, 1), mod(c.id, 3), c.id % 5, c.id / 2, 2 * c.balance, - 5 + c.id, -c.id - 5 FROM customer c
SELECT nextval('purchase_id_seq'), query_to_xml('select 1', true, false, ''), to_regclass('customer') FROM customer c WHERE c.id = 5
SELECT date_trunc('month', c.created), date_part('year', c.born), extract(year FROM c.born), c.born - 7 FROM customer c WHERE c.id = 1
SELECT * FROM generate_series(1, 10) g WHERE g > 5
SELECT * FROM customer c JOIN purchase p ON p.customer_id = c.id AND p.price > 1.5 LEFT JOIN folder f ON f.id = 7
SELECT * FROM customer c, LATERAL (SELECT * FROM purchase p WHERE p.customer_id = c.id AND p.item = 'x' LIMIT 3) best WHERE best.price > 3
SELECT * FROM (VALUES (1, 'a', 1.5), (2, 'b', 2), (3000000000, NULL, 3)) v(a, b, c) WHERE v.a > 1
WITH w AS (SELECT c.id + 1 AS n, 'x' AS s FROM customer c WHERE c.id > 3) SELECT n + 1, s || 'y' FROM w WHERE n < 10
WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT n FROM t
SELECT * FROM customer c WHERE EXISTS (SELECT 1 FROM purchase p WHERE p.item = 'x' AND p.customer_id = c.id) AND 5 IN (SELECT f.id FROM folder f)
SELECT count(*) FROM customer c WHERE c.id = $1 AND c.name = 'x' AND c.balance > $3 + 1
INSERT INTO customer (id, name, born, tags, extra, mood, score) VALUES (1, 'x', '2020-01-01', '{a}', '{"a": 1}', 'calm', 5)
INSERT INTO folder VALUES (1, NULL, 'a'), (2, 1, 'b'), (3, 2, DEFAULT) RETURNING id + 1, 'x'
INSERT INTO folder SELECT c.id + 1, 5, 'x' FROM customer c WHERE c.id > 3
INSERT INTO folder AS f VALUES (1, 2, 'x') ON CONFLICT (id) DO UPDATE SET label = f.label || 'y', parent = 5 WHERE f.id > 3
INSERT INTO purchase (item, quantity) VALUES ('x', 5) ON CONFLICT (lower(item), placed) WHERE quantity > 0 DO NOTHING
INSERT INTO rich VALUES (1, 'x', 3)
UPDATE folder SET label = 'x', parent = parent + 1 WHERE id = 5
UPDATE folder SET (label, parent) = ('x', 1) WHERE label LIKE 'y%' RETURNING id - 5
UPDATE customer SET balance = balance * 1.1, born = '2020-01-01', tags[1] = 'x' WHERE id = 5 AND 1 = 1
DELETE FROM folder WHERE id = 5 AND label <> 'x'
DELETE FROM folder WHERE 1 = 1
MERGE INTO folder f USING (SELECT c.id, 'x' AS n FROM customer c WHERE c.id > 5) s ON f.id = s.id AND f.parent = 3 WHEN MATCHED AND f.label = 'y' THEN UPDATE SET label = 'z' WHEN NOT MATCHED THEN INSERT VALUES (7, 8, 'w')
DELETE FROM customer WHERE 5 NOT BETWEEN 7 AND id OR 5 IN (6, id) OR (1, id) <> (1, 5)
DELETE FROM customer WHERE coalesce(name, 'x') = coalesce(name, 'y') OR coalesce(name, 'x') LIKE 'y%'
DELETE FROM customer WHERE name LIKE 'x%' AND 5 BETWEEN id AND score
DELETE FROM customer WHERE CASE WHEN id > 5 THEN active ELSE 'false' END OR coalesce('f', active)
UPDATE customer SET name = CASE WHEN id > 5 THEN 'x' ELSE 'true' END, active = coalesce(active, 'f') WHERE id = 5
UPDATE customer SET name = 'x' WHERE int4('5') = 6 OR now() > '2020-01-01' OR id + 1 = 2 OR extra ->> 'a' = 'b'
DELETE FROM purchase WHERE customer_id = 5 AND item = 'x'
DELETE FROM folder WHERE id = 5 OR id = 6 OR label IS NOT DISTINCT FROM 'x' OR nullif(id, 5) IS NULL
