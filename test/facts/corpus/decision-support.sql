-- The shapes of decision-support benchmarks, in words of our own: one statement a paragraph.

-- pricing summary
SELECT returned, state, sum(quantity) AS pieces, sum(price) AS gross, sum(price * (1 - discount)) AS net,
  sum(price * (1 - discount) * (1 + tax)) AS charged, avg(quantity), avg(price), avg(discount), count(*)
FROM position WHERE shipped <= date '2024-12-01' - interval '90 days'
GROUP BY returned, state ORDER BY returned, state

-- the cheapest vendor of each article in a zone
SELECT v.balance, v.vendor_name, c.country_name, a.article_id, a.maker, v.street, v.phone, v.remark
FROM article a, vendor v, supply s, country c, zone z
WHERE a.article_id = s.article_id AND v.vendor_id = s.vendor_id AND a.size = 15 AND a.class LIKE '%STEEL'
  AND v.country_id = c.country_id AND c.zone_id = z.zone_id AND z.zone_name = 'NORTH'
  AND s.cost = (SELECT min(s2.cost) FROM supply s2, vendor v2, country c2, zone z2
    WHERE a.article_id = s2.article_id AND v2.vendor_id = s2.vendor_id AND v2.country_id = c2.country_id
      AND c2.zone_id = z2.zone_id AND z2.zone_name = 'NORTH')
ORDER BY v.balance DESC, c.country_name, v.vendor_name, a.article_id LIMIT 100

-- unshipped purchases of most worth
SELECT p.purchase_id, sum(l.price * (1 - l.discount)) AS worth, ordered, ship_rank
FROM client k JOIN purchase p USING (client_id) JOIN position l USING (purchase_id)
WHERE segment = 'TOOLS' AND ordered < date '2024-03-15' AND shipped > date '2024-03-15'
GROUP BY p.purchase_id, ordered, ship_rank ORDER BY worth DESC, ordered LIMIT 10

-- late purchases by urgency
SELECT urgency, count(*) FROM purchase p
WHERE ordered >= date '2024-07-01' AND ordered < date '2024-07-01' + interval '3 months'
  AND EXISTS (SELECT * FROM position l WHERE l.purchase_id = p.purchase_id AND l.promised < l.received)
GROUP BY urgency ORDER BY urgency

-- local trade
SELECT country_name, sum(price * (1 - discount)) AS worth
FROM client k, purchase p, position l, vendor v, country c, zone z
WHERE k.client_id = p.client_id AND l.purchase_id = p.purchase_id AND l.vendor_id = v.vendor_id
  AND k.country_id = v.country_id AND v.country_id = c.country_id AND c.zone_id = z.zone_id
  AND zone_name = 'SOUTH' AND ordered BETWEEN date '2024-01-01' AND date '2024-12-31'
GROUP BY country_name ORDER BY worth DESC

-- what a forgone discount would bring
SELECT sum(price * discount) AS gain FROM position
WHERE shipped >= date '2024-01-01' AND shipped < date '2024-01-01' + interval '1 year'
  AND discount BETWEEN 0.06 - 0.01 AND 0.06 + 0.01 AND quantity < 24

-- trade between two countries by year
SELECT seller, buyer, in_year, sum(volume) FROM (
  SELECT c1.country_name AS seller, c2.country_name AS buyer, extract(year FROM shipped) AS in_year,
    price * (1 - discount) AS volume
  FROM vendor v, position l, purchase p, client k, country c1, country c2
  WHERE v.vendor_id = l.vendor_id AND p.purchase_id = l.purchase_id AND k.client_id = p.client_id
    AND v.country_id = c1.country_id AND k.country_id = c2.country_id
    AND ((c1.country_name = 'A' AND c2.country_name = 'B') OR (c1.country_name = 'B' AND c2.country_name = 'A'))
) AS shipping GROUP BY seller, buyer, in_year ORDER BY seller, buyer, in_year

-- the share of one country
SELECT in_year, sum(CASE WHEN from_country = 'A' THEN volume ELSE 0 END) / sum(volume) AS share FROM (
  SELECT extract(year FROM ordered) AS in_year, price * (1 - discount) AS volume, c2.country_name AS from_country
  FROM article a, vendor v, position l, purchase p, client k, country c1, country c2, zone z
  WHERE a.article_id = l.article_id AND v.vendor_id = l.vendor_id AND l.purchase_id = p.purchase_id
    AND p.client_id = k.client_id AND k.country_id = c1.country_id AND c1.zone_id = z.zone_id
    AND z.zone_name = 'WEST' AND v.country_id = c2.country_id AND a.class = 'PLATED'
) AS every GROUP BY in_year ORDER BY in_year

-- profit by country and year
SELECT country_name, in_year, sum(amount) AS profit FROM (
  SELECT country_name, date_part('year', ordered) AS in_year, price * (1 - discount) - cost * quantity AS amount
  FROM article a NATURAL JOIN supply s JOIN position l ON l.article_id = s.article_id AND l.vendor_id = s.vendor_id
    JOIN purchase p USING (purchase_id) JOIN vendor v ON v.vendor_id = l.vendor_id JOIN country USING (country_id)
  WHERE article_name LIKE '%green%'
) AS gains GROUP BY country_name, in_year ORDER BY country_name, in_year DESC

-- clients who send things back
SELECT k.client_id, client_name, sum(price * (1 - discount)) AS lost, k.balance, country_name, street, phone
FROM client k, purchase p, position l, country c
WHERE k.client_id = p.client_id AND l.purchase_id = p.purchase_id AND returned = 'R' AND k.country_id = c.country_id
GROUP BY k.client_id, client_name, k.balance, phone, country_name, street ORDER BY lost DESC LIMIT 20

-- stock worth more than a fraction of all
SELECT article_id, sum(cost * available) AS worth FROM supply, vendor v, country c
WHERE supply.vendor_id = v.vendor_id AND v.country_id = c.country_id AND country_name = 'A'
GROUP BY article_id HAVING sum(cost * available) > (
  SELECT sum(cost * available) * 0.0001 FROM supply, vendor v, country c
  WHERE supply.vendor_id = v.vendor_id AND v.country_id = c.country_id AND country_name = 'A')
ORDER BY worth DESC

-- modes of shipping and urgency
SELECT mode, sum(CASE WHEN urgency = 'NOW' OR urgency = 'SOON' THEN 1 ELSE 0 END) AS high,
  sum(CASE WHEN urgency <> 'NOW' AND urgency <> 'SOON' THEN 1 ELSE 0 END) AS low
FROM purchase p, position l WHERE p.purchase_id = l.purchase_id AND mode IN ('SHIP', 'RAIL')
  AND promised < received AND shipped < promised GROUP BY mode ORDER BY mode

-- how many purchases a client has
SELECT many, count(*) AS clients FROM (
  SELECT k.client_id, count(purchase_id) FROM client k
  LEFT OUTER JOIN purchase p ON k.client_id = p.client_id AND p.remark NOT LIKE '%special%requests%'
  GROUP BY k.client_id) AS counted (id, many)
GROUP BY many ORDER BY clients DESC, many DESC

-- the part of promoted articles
SELECT 100.00 * sum(CASE WHEN class LIKE 'PROMO%' THEN price * (1 - discount) ELSE 0 END)
  / nullif(sum(price * (1 - discount)), 0) AS promoted
FROM position l, article a WHERE l.article_id = a.article_id AND shipped >= date '2024-09-01'

-- the best vendor of a quarter
WITH takings (vendor_no, total) AS (
  SELECT vendor_id, sum(price * (1 - discount)) FROM position
  WHERE shipped >= date '2024-01-01' AND shipped < date '2024-01-01' + interval '3 months' GROUP BY vendor_id)
SELECT vendor_id, vendor_name, street, phone, total FROM vendor, takings
WHERE vendor_id = vendor_no AND total = (SELECT max(total) FROM takings) ORDER BY vendor_id

-- how many vendors have an article
SELECT brand, class, size, count(DISTINCT s.vendor_id) AS vendors FROM supply s, article a
WHERE a.article_id = s.article_id AND brand <> 'B#45' AND class NOT LIKE 'MEDIUM%' AND size IN (49, 14, 23)
  AND s.vendor_id NOT IN (SELECT vendor_id FROM vendor WHERE remark LIKE '%complaint%')
GROUP BY brand, class, size ORDER BY vendors DESC, brand, class, size

-- small quantities
SELECT sum(price) / 7.0 AS yearly FROM position l, article a
WHERE a.article_id = l.article_id AND brand = 'B#23' AND box = 'MED'
  AND quantity < (SELECT 0.2 * avg(quantity) FROM position WHERE article_id = a.article_id)

-- large purchases
SELECT client_name, k.client_id, p.purchase_id, ordered, sum(quantity) FROM client k, purchase p, position l
WHERE p.purchase_id IN (SELECT purchase_id FROM position GROUP BY purchase_id HAVING sum(quantity) > 300)
  AND k.client_id = p.client_id AND p.purchase_id = l.purchase_id
GROUP BY client_name, k.client_id, p.purchase_id, ordered ORDER BY 5 DESC, ordered LIMIT 100

-- alternatives
SELECT sum(price * (1 - discount)) FROM position l, article a
WHERE (a.article_id = l.article_id AND brand = 'B#12' AND box IN ('SM', 'XS') AND quantity >= 1 AND quantity <= 11)
  OR (a.article_id = l.article_id AND brand = 'B#23' AND box IN ('MED') AND quantity BETWEEN 10 AND 20)
  OR (a.article_id = l.article_id AND brand = 'B#34' AND size BETWEEN 1 AND 15 AND mode IN ('AIR'))

-- vendors with too much of something
SELECT vendor_name, street FROM vendor, country
WHERE vendor_id IN (SELECT vendor_id FROM supply
    WHERE article_id IN (SELECT article_id FROM article WHERE article_name LIKE 'forest%')
      AND available > (SELECT 0.5 * sum(quantity) FROM position
        WHERE position.article_id = supply.article_id AND position.vendor_id = supply.vendor_id))
  AND vendor.country_id = country.country_id AND country_name = 'A' ORDER BY vendor_name

-- vendors who alone kept a purchase waiting
SELECT vendor_name, count(*) AS waits FROM vendor v, position l1, purchase p, country c
WHERE v.vendor_id = l1.vendor_id AND p.purchase_id = l1.purchase_id AND p.state = 'F' AND l1.received > l1.promised
  AND EXISTS (SELECT * FROM position l2 WHERE l2.purchase_id = l1.purchase_id AND l2.vendor_id <> l1.vendor_id)
  AND NOT EXISTS (SELECT * FROM position l3 WHERE l3.purchase_id = l1.purchase_id AND l3.vendor_id <> l1.vendor_id
    AND l3.received > l3.promised)
  AND v.country_id = c.country_id AND country_name = 'A' GROUP BY vendor_name ORDER BY waits DESC, vendor_name

-- clients worth calling
SELECT prefix, count(*), sum(balance) FROM (
  SELECT substring(phone FROM 1 FOR 2) AS prefix, balance FROM client k
  WHERE substring(phone FROM 1 FOR 2) IN ('13', '31') AND balance > (SELECT avg(balance) FROM client WHERE balance > 0.00)
    AND NOT EXISTS (SELECT * FROM purchase p WHERE p.client_id = k.client_id)) AS good
GROUP BY prefix ORDER BY prefix

-- people who return more than others of their shop
WITH returns AS (
  SELECT person_id AS person, shop_id AS shop, sum(fee) AS total FROM shop_return NATURAL JOIN day
  WHERE year = 2024 GROUP BY person_id, shop_id)
SELECT person_code FROM returns r1, shop s, person p
WHERE r1.total > (SELECT avg(total) * 1.2 FROM returns r2 WHERE r1.shop = r2.shop)
  AND s.shop_id = r1.shop AND s.state = 'TN' AND r1.person = p.person_id ORDER BY person_code LIMIT 100

-- weeks of two years side by side
WITH two AS (
  SELECT day_id, price FROM web_sale UNION ALL SELECT day_id, price FROM mail_sale),
weeks AS (
  SELECT week, sum(CASE WHEN weekday = 'Sunday' THEN price END) AS sun, sum(CASE WHEN weekday = 'Monday' THEN price END) AS mon
  FROM two JOIN day USING (day_id) GROUP BY week)
SELECT y.week, round(y.sun / z.sun, 2), round(y.mon / z.mon, 2)
FROM (SELECT weeks.* FROM weeks, day WHERE day.week = weeks.week AND year = 2023) y,
  (SELECT weeks.* FROM weeks, day WHERE day.week = weeks.week AND year = 2024) z
WHERE y.week = z.week - 53 ORDER BY y.week

-- brands of a maker in a month
SELECT d.year, i.brand_id, i.brand, sum(profit) AS total FROM day d, shop_sale s, product i
WHERE d.day_id = s.day_id AND s.product_id = i.product_id AND i.manager = 128 AND d.month = 11
GROUP BY d.year, i.brand, i.brand_id ORDER BY d.year, total DESC, i.brand_id LIMIT 100

-- growth in one channel against another
WITH totals AS (
  SELECT person_code AS code, first_name, last_name, year, sum(list - discount) AS total, 's' AS channel
  FROM person JOIN shop_sale USING (person_id) JOIN day USING (day_id) GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT person_code, first_name, last_name, year, sum(list - price), 'w'
  FROM person JOIN web_sale USING (person_id) JOIN day USING (day_id) GROUP BY person_code, first_name, last_name, year)
SELECT s2.code, s2.first_name, s2.last_name FROM totals s1, totals s2, totals w1, totals w2
WHERE s2.code = s1.code AND s1.code = w2.code AND s1.code = w1.code AND s1.channel = 's' AND w1.channel = 'w'
  AND s2.channel = 's' AND w2.channel = 'w' AND s1.year = 2023 AND s2.year = 2024 AND w1.year = 2023 AND w2.year = 2024
  AND CASE WHEN w1.total > 0 THEN w2.total / w1.total END > CASE WHEN s1.total > 0 THEN s2.total / s1.total END
ORDER BY 1, 2, 3 LIMIT 100

-- sales and returns of all channels, rolled up
WITH s AS (SELECT shop_id, sum(price) AS sold, sum(profit) AS profit FROM shop_sale, day WHERE shop_sale.day_id = day.day_id GROUP BY shop_id),
  r AS (SELECT shop_id, sum(amount) AS back, sum(loss) AS loss FROM shop_return JOIN day USING (day_id) GROUP BY shop_id),
  w AS (SELECT site_id, sum(price) AS sold, sum(profit) AS profit FROM web_sale GROUP BY site_id)
SELECT channel, id, sum(sold), sum(back), sum(gain) FROM (
  SELECT 'shop' AS channel, s.shop_id AS id, sold, coalesce(back, 0) AS back, profit - coalesce(loss, 0) AS gain
  FROM s LEFT JOIN r ON s.shop_id = r.shop_id
  UNION ALL SELECT 'web', site_id, sold, 0, profit FROM w) AS x
GROUP BY ROLLUP (channel, id) ORDER BY channel NULLS LAST, id LIMIT 100

-- states where people buy above the average price
SELECT a.state, count(*) AS buyers FROM place a, person p, shop_sale s, day d, product i
WHERE a.place_id = p.place_id AND p.person_id = s.person_id AND s.day_id = d.day_id AND s.product_id = i.product_id
  AND d.month_no = (SELECT DISTINCT month_no FROM day WHERE year = 2024 AND month = 1)
  AND i.price > 1.2 * (SELECT avg(j.price) FROM product j WHERE j.category = i.category)
GROUP BY a.state HAVING count(*) >= 10 ORDER BY buyers, a.state

-- what campaigns did
SELECT product_code, avg(quantity), avg(list), avg(coupon), avg(s.price)
FROM shop_sale s, profile, day, product i, campaign
WHERE s.day_id = day.day_id AND s.product_id = i.product_id AND s.profile_id = profile.profile_id
  AND s.campaign_id = campaign.campaign_id AND gender = 'F' AND marital = 'W' AND (by_mail = 'N' OR by_event = 'N')
GROUP BY product_code ORDER BY product_code LIMIT 100

-- zips with preferred people
SELECT shop_name, sum(profit) FROM shop_sale, day, shop, (
  SELECT zip FROM (SELECT substr(zip, 1, 5) AS zip FROM place WHERE substr(zip, 1, 5) IN ('10144', '24317')
    INTERSECT
    SELECT zip FROM (SELECT substr(zip, 1, 5) AS zip, count(*) AS many FROM place, person
      WHERE place.place_id = person.place_id GROUP BY zip HAVING count(*) > 10) AS busy) AS chosen) AS v
WHERE shop_sale.shop_id = shop.shop_id AND shop_sale.day_id = day.day_id AND substr(shop.zip, 1, 2) = substr(v.zip, 1, 2)
GROUP BY shop_name ORDER BY shop_name LIMIT 100

-- buckets by CASE over subqueries
SELECT CASE WHEN (SELECT count(*) FROM shop_sale WHERE quantity BETWEEN 1 AND 20) > 100
    THEN (SELECT avg(discount) FROM shop_sale WHERE quantity BETWEEN 1 AND 20)
    ELSE (SELECT avg(paid) FROM shop_sale WHERE quantity BETWEEN 1 AND 20) END AS bucket1,
  CASE WHEN (SELECT count(*) FROM shop_sale WHERE quantity BETWEEN 21 AND 40) > 100
    THEN (SELECT avg(discount) FROM shop_sale WHERE quantity BETWEEN 21 AND 40)
    ELSE (SELECT avg(paid) FROM shop_sale WHERE quantity BETWEEN 21 AND 40) END AS bucket2
FROM campaign WHERE campaign_id = 1

-- who bought in any other channel
SELECT gender, marital, education, count(*) FROM person p, place a, profile f
WHERE p.place_id = a.place_id AND county IN ('Rush', 'Toole') AND f.profile_id = p.profile_id
  AND EXISTS (SELECT * FROM shop_sale s, day d WHERE p.person_id = s.person_id AND s.day_id = d.day_id AND year = 2024)
  AND (EXISTS (SELECT * FROM web_sale s, day d WHERE p.person_id = s.person_id AND s.day_id = d.day_id)
    OR EXISTS (SELECT * FROM mail_sale s, day d WHERE p.person_id = s.person_id AND s.day_id = d.day_id))
GROUP BY gender, marital, education ORDER BY gender, marital, education LIMIT 100

-- the share within a class
SELECT product_code, product_name, category, class, p.price, sum(s.price) AS revenue,
  sum(s.price) * 100 / sum(sum(s.price)) OVER (PARTITION BY class) AS ratio
FROM web_sale s, product p, day d WHERE s.product_id = p.product_id AND category IN ('Books', 'Home') AND s.day_id = d.day_id
  AND day_date BETWEEN cast('2024-02-22' AS date) AND cast('2024-02-22' AS date) + 30
GROUP BY product_code, product_name, category, class, p.price ORDER BY category, class, product_code, ratio

-- products sold in all channels
WITH common AS (
  SELECT product_id AS id FROM product, (
    SELECT brand_id, class, category FROM shop_sale NATURAL JOIN (SELECT product_id, brand_id, class, category FROM product) AS i
    INTERSECT SELECT brand_id, class, category FROM mail_sale m, product i WHERE m.product_id = i.product_id
    INTERSECT SELECT brand_id, class, category FROM web_sale w, product i WHERE w.product_id = i.product_id) AS x (b, c, k)
  WHERE brand_id = b AND class = c AND category = k),
average AS (SELECT avg(quantity * list) AS mean FROM (
  SELECT quantity, list FROM shop_sale UNION ALL SELECT quantity, list FROM mail_sale UNION ALL SELECT quantity, list FROM web_sale) AS y)
SELECT channel, brand_id, class, sum(sales), sum(number) FROM (
  SELECT 'shop' AS channel, brand_id, class, sum(quantity * list) AS sales, count(*) AS number FROM shop_sale s, product i
  WHERE s.product_id IN (SELECT id FROM common) AND s.product_id = i.product_id
  GROUP BY brand_id, class HAVING sum(quantity * list) > (SELECT mean FROM average)) AS z
GROUP BY ROLLUP (channel, brand_id, class) ORDER BY 1, 2, 3

-- zips or states of mail orders
SELECT zip, sum(price) FROM mail_sale m, person p, place a, day d
WHERE m.person_id = p.person_id AND p.place_id = a.place_id AND m.day_id = d.day_id
  AND (substr(zip, 1, 5) IN ('85669', '86197') OR state IN ('CA', 'WA') OR price > 500)
GROUP BY zip ORDER BY zip LIMIT 100

-- orders from several hubs, without a return
SELECT count(DISTINCT order_no) AS orders, sum(paid) AS paid, sum(profit) AS profit FROM mail_sale m1, day, place
WHERE m1.ship_day_id = day.day_id AND m1.place_id = place.place_id AND state = 'GA'
  AND EXISTS (SELECT * FROM mail_sale m2 WHERE m1.order_no = m2.order_no AND m1.hub_id <> m2.hub_id)
  AND NOT EXISTS (SELECT * FROM mail_return r WHERE m1.order_no = r.order_no)

-- variance of what was bought, returned and bought again
SELECT product_code, state, count(s.quantity), avg(s.quantity), stddev_samp(s.quantity), stddev_samp(s.quantity) / avg(s.quantity) AS cov
FROM shop_sale s, shop_return r, mail_sale m, shop, product i
WHERE i.product_id = s.product_id AND shop.shop_id = s.shop_id AND s.person_id = r.person_id AND s.product_id = r.product_id
  AND s.ticket = r.ticket AND r.person_id = m.person_id AND r.product_id = m.product_id
GROUP BY product_code, state ORDER BY product_code, state LIMIT 100

-- averages on four levels
SELECT product_code, country, state, county, avg(cast(quantity AS numeric(12, 2))), avg(cast(birth_year AS numeric(12, 2)))
FROM mail_sale m, person p, place a, product i, profile f
WHERE m.product_id = i.product_id AND m.profile_id = f.profile_id AND m.person_id = p.person_id AND p.place_id = a.place_id
GROUP BY ROLLUP (product_code, country, state, county) ORDER BY country, state, county, product_code

-- stock before and after a day
SELECT * FROM (
  SELECT hub_name, product_code, sum(CASE WHEN day_date < date '2024-03-11' THEN on_hand ELSE 0 END) AS before,
    sum(CASE WHEN day_date >= date '2024-03-11' THEN on_hand ELSE 0 END) AS after
  FROM stock s, hub, product, day WHERE product.product_id = s.product_id AND s.hub_id = hub.hub_id AND s.day_id = day.day_id
  GROUP BY hub_name, product_code) AS x
WHERE (CASE WHEN before > 0 THEN after / before ELSE NULL END) BETWEEN 2.0 / 3.0 AND 3.0 / 2.0 ORDER BY hub_name, product_code

-- stock, cubed
SELECT product_name, brand, class, category, avg(on_hand) AS qoh, grouping(product_name, brand)
FROM stock, day, product WHERE stock.day_id = day.day_id AND stock.product_id = product.product_id
GROUP BY CUBE (product_name, brand), GROUPING SETS ((class), (category), (class, category)) ORDER BY qoh, product_name

-- the best people and what they buy elsewhere
WITH often AS (SELECT substr(product_name, 1, 30) AS name, product.product_id, day_date, count(*) FROM shop_sale, day, product
    WHERE shop_sale.day_id = day.day_id AND shop_sale.product_id = product.product_id GROUP BY 1, 2, 3 HAVING count(*) > 4),
  most AS (SELECT max(total) AS top FROM (SELECT person_id, sum(quantity * price) AS total FROM shop_sale GROUP BY person_id) AS t),
  best AS (SELECT person_id, sum(quantity * price) FROM shop_sale GROUP BY person_id
    HAVING sum(quantity * price) > 0.95 * (SELECT * FROM most))
SELECT sum(sales) FROM (
  SELECT quantity * list AS sales FROM mail_sale WHERE product_id IN (SELECT product_id FROM often) AND person_id IN (SELECT person_id FROM best)
  UNION ALL
  SELECT quantity * list FROM web_sale WHERE product_id IN (SELECT product_id FROM often) AND person_id IN (SELECT person_id FROM best)) AS both_channels

-- people born elsewhere
WITH s AS (SELECT last_name, first_name, shop_name, colour, sum(paid) AS paid
  FROM shop_sale ss, shop_return sr, shop, product, person, place
  WHERE ss.ticket = sr.ticket AND ss.product_id = sr.product_id AND ss.person_id = person.person_id AND ss.product_id = product.product_id
    AND ss.shop_id = shop.shop_id AND birth_country <> upper(place.country) AND shop.zip = place.zip
  GROUP BY last_name, first_name, shop_name, colour)
SELECT last_name, first_name, shop_name, sum(paid) FROM s WHERE colour = 'pale'
GROUP BY last_name, first_name, shop_name HAVING sum(paid) > (SELECT 0.05 * avg(paid) FROM s)

-- six subqueries side by side
SELECT * FROM (SELECT avg(list) AS a1, count(list) AS c1, count(DISTINCT list) AS d1 FROM shop_sale WHERE quantity BETWEEN 0 AND 5) b1,
  (SELECT avg(list) AS a2, count(list) AS c2, count(DISTINCT list) AS d2 FROM shop_sale WHERE quantity BETWEEN 6 AND 10) b2,
  (SELECT avg(list) AS a3, count(list) AS c3, count(DISTINCT list) AS d3 FROM shop_sale WHERE quantity BETWEEN 11 AND 15) b3 LIMIT 100

-- above the average of the state
WITH r AS (SELECT person_id AS person, state, sum(amount) AS total FROM web_return, day, place
  WHERE web_return.day_id = day.day_id AND web_return.place_id = place.place_id AND year = 2024 GROUP BY person_id, state)
SELECT person_code, first_name, last_name, email, total FROM r r1, person p
WHERE r1.total > (SELECT avg(total) * 1.2 FROM r r2 WHERE r1.state = r2.state) AND p.person_id = r1.person
ORDER BY person_code, total LIMIT 100

-- excess discount
SELECT sum(paid) FROM web_sale, product, day WHERE manager = 350 AND product.product_id = web_sale.product_id AND day.day_id = web_sale.day_id
  AND paid > (SELECT 1.3 * avg(paid) FROM web_sale w, day d WHERE w.product_id = product.product_id AND d.day_id = w.day_id)
ORDER BY sum(paid) LIMIT 100

-- tickets with many pieces
SELECT last_name, first_name, ticket, number FROM (
  SELECT ticket, person_id, count(*) AS number FROM shop_sale, day, shop, household
  WHERE shop_sale.day_id = day.day_id AND shop_sale.shop_id = shop.shop_id AND shop_sale.household_id = household.household_id
    AND (buying = '>10000' OR buying = 'unknown') AND cars > 0 AND CASE WHEN cars > 0 THEN dependents / cars ELSE NULL END > 1.2
  GROUP BY ticket, person_id) AS dn, person
WHERE dn.person_id = person.person_id AND number BETWEEN 15 AND 20 ORDER BY last_name, first_name, number DESC, ticket

-- margins ranked within their level
SELECT sum(profit) / sum(price) AS margin, category, class, grouping(category) + grouping(class) AS level,
  rank() OVER (PARTITION BY grouping(category) + grouping(class), CASE WHEN grouping(class) = 0 THEN category END
    ORDER BY sum(profit) / sum(price)) AS rank_within
FROM (SELECT s.profit, s.price, i.category, i.class FROM shop_sale s JOIN product i USING (product_id)) AS sold
GROUP BY ROLLUP (category, class) ORDER BY level DESC, CASE WHEN grouping(category) + grouping(class) = 0 THEN category END, rank_within LIMIT 100

-- people in all channels
SELECT count(*) FROM (
  SELECT DISTINCT last_name, first_name, day_date FROM shop_sale JOIN day USING (day_id) JOIN person USING (person_id)
  INTERSECT SELECT DISTINCT last_name, first_name, day_date FROM mail_sale JOIN day USING (day_id) JOIN person USING (person_id)
  EXCEPT ALL SELECT DISTINCT last_name, first_name, day_date FROM web_sale JOIN day USING (day_id) JOIN person USING (person_id)) AS hot

-- unsteady stock
WITH inv AS (SELECT hub_name, hub_id, product_id, month, stdev, mean, CASE mean WHEN 0 THEN NULL ELSE stdev / mean END AS cov FROM (
    SELECT hub_name, hub.hub_id, product.product_id, month, stddev_samp(on_hand) AS stdev, avg(on_hand) AS mean
    FROM stock JOIN product USING (product_id) JOIN hub USING (hub_id) JOIN day USING (day_id) GROUP BY 1, 2, 3, 4) AS foo
  WHERE CASE mean WHEN 0 THEN 0 ELSE stdev / mean END > 1)
SELECT i1.*, i2.month, i2.cov FROM inv i1, inv i2
WHERE i1.product_id = i2.product_id AND i1.hub_id = i2.hub_id AND i1.month = 1 AND i2.month = 2 ORDER BY i1.hub_id, i1.product_id

-- best and worst by rank
SELECT ascending.rnk, i1.product_name AS best, i2.product_name AS worst FROM
  (SELECT product_id, rank() OVER (ORDER BY mean ASC) AS rnk FROM (SELECT product_id, avg(profit) AS mean FROM shop_sale WHERE shop_id = 4
    GROUP BY product_id HAVING avg(profit) > 0.9 * (SELECT avg(profit) FROM shop_sale WHERE shop_id = 4 AND place_id IS NULL)) AS v1) AS ascending,
  (SELECT product_id, rank() OVER (ORDER BY avg(profit) DESC) AS rnk FROM shop_sale WHERE shop_id = 4 GROUP BY product_id) AS descending,
  product i1, product i2
WHERE ascending.rnk = descending.rnk AND i1.product_id = ascending.product_id AND i2.product_id = descending.product_id ORDER BY 1 LIMIT 100

-- each month against its neighbours
WITH v AS (SELECT category, brand, year, month, sum(s.price) AS total,
    avg(sum(s.price)) OVER (PARTITION BY category, brand, year) AS mean, rank() OVER w AS rn
  FROM product JOIN shop_sale s USING (product_id) JOIN day USING (day_id) GROUP BY category, brand, year, month
  WINDOW w AS (PARTITION BY category, brand ORDER BY year, month))
SELECT v.*, earlier.total AS before, later.total AS after, lag(v.total) OVER (PARTITION BY v.category ORDER BY v.rn ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
FROM v JOIN v earlier ON v.category = earlier.category AND v.rn = earlier.rn + 1 JOIN v later ON v.category = later.category
WHERE v.rn = later.rn - 1 AND abs(v.total - v.mean) / v.mean > 0.1 ORDER BY v.total - v.mean LIMIT 100

-- worst return ratios of each channel
SELECT 'web' AS channel, product, ratio, return_rank FROM (
    SELECT product, ratio, rank() OVER (ORDER BY ratio) AS return_rank FROM (
      SELECT w.product_id AS product, cast(sum(coalesce(r.quantity, 0)) AS numeric) / cast(sum(coalesce(w.quantity, 0)) AS numeric) AS ratio
      FROM web_sale w LEFT OUTER JOIN web_return r ON w.order_no = r.order_no AND w.product_id = r.product_id GROUP BY w.product_id) AS x) AS y
  WHERE return_rank <= 10
UNION SELECT 'mail', product_id, quantity, 1 FROM mail_return ORDER BY 1, 4, 2 LIMIT 100

-- running sums of two channels
WITH web AS (SELECT product_id, day_date, sum(sum(price)) OVER (PARTITION BY product_id ORDER BY day_date ROWS UNBOUNDED PRECEDING) AS total
    FROM web_sale NATURAL JOIN (SELECT day_id, day_date FROM day) AS d GROUP BY product_id, day_date),
  shops AS (SELECT product_id, day_date, sum(sum(price)) OVER (PARTITION BY product_id ORDER BY day_date RANGE UNBOUNDED PRECEDING EXCLUDE TIES) AS total
    FROM shop_sale JOIN day USING (day_id) GROUP BY product_id, day_date)
SELECT * FROM (SELECT coalesce(web.product_id, shops.product_id) AS id, web.total AS w, max(shops.total) FILTER (WHERE shops.total > 0) OVER (ORDER BY web.day_date) AS s
  FROM web FULL OUTER JOIN shops ON web.product_id = shops.product_id AND web.day_date = shops.day_date) AS y
WHERE w > s ORDER BY id LIMIT 100

-- a hierarchy that is walked
WITH RECURSIVE chain (day_id, day_date, steps) AS (
  SELECT day_id, day_date, 0 FROM day WHERE day_date = date '2024-01-01'
  UNION SELECT d.day_id, d.day_date, steps + 1 FROM chain c JOIN day d ON d.day_date = c.day_date + 1 WHERE steps < 31)
SELECT c.steps, sum(s.paid) FROM chain c LEFT JOIN shop_sale s USING (day_id) GROUP BY c.steps ORDER BY c.steps

-- one hour of a day
SELECT cast(early AS decimal(15, 4)) / cast(late AS decimal(15, 4)) FROM
  (SELECT count(*) AS early FROM web_sale, clock WHERE web_sale.clock_id = clock.clock_id AND hour BETWEEN 8 AND 9) AS a,
  (SELECT count(*) AS late FROM web_sale, clock WHERE web_sale.clock_id = clock.clock_id AND hour BETWEEN 19 AND 20) AS p

-- shipping delays in bands
SELECT substr(hub_name, 1, 20) AS hub, site_name, count(*) FILTER (WHERE ship_day_id - day_id <= 30) AS d30,
  count(*) FILTER (WHERE ship_day_id - day_id > 30 AND ship_day_id - day_id <= 60) AS d60
FROM web_sale, hub, site WHERE web_sale.hub_id = hub.hub_id AND web_sale.site_id = site.site_id GROUP BY 1, site_name ORDER BY 1, site_name

-- a column for each weekday
SELECT s.shop_name, w.* FROM shop s CROSS JOIN LATERAL (
  SELECT sum(price) FILTER (WHERE weekday = 'Sunday') AS sunday, sum(price) FILTER (WHERE weekday = 'Saturday') AS saturday,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY price) AS median
  FROM shop_sale x JOIN day USING (day_id) WHERE x.shop_id = s.shop_id) AS w ORDER BY w.sunday DESC NULLS LAST

-- maintenance: what came in is put in
INSERT INTO shop_sale (day_id, product_id, ticket, quantity, price)
SELECT d.day_id, w.product_id, w.order_no, w.quantity, w.price FROM web_sale w LEFT JOIN day d ON d.day_id = w.ship_day_id
ON CONFLICT (product_id, ticket) DO UPDATE SET quantity = shop_sale.quantity + excluded.quantity WHERE excluded.price > 0

-- maintenance: what is old goes
DELETE FROM shop_return USING day WHERE shop_return.day_id = day.day_id AND day_date BETWEEN date '2020-01-01' AND date '2020-12-31'

-- maintenance: what changed is changed
UPDATE product SET (brand, class) = (SELECT v.vendor_name, c.country_name FROM vendor v JOIN country c USING (country_id) WHERE v.vendor_id = product.manager)
WHERE EXISTS (SELECT FROM shop_sale s WHERE s.product_id = product.product_id) RETURNING product_id, brand

-- maintenance: all of it at once
MERGE INTO stock t USING (SELECT day_id, product_id, hub_id, sum(quantity)::int AS sold FROM web_sale GROUP BY 1, 2, 3) AS s
ON t.day_id = s.day_id AND t.product_id = s.product_id AND t.hub_id = s.hub_id
WHEN MATCHED AND t.on_hand <= s.sold THEN DELETE
WHEN MATCHED THEN UPDATE SET on_hand = t.on_hand - s.sold
WHEN NOT MATCHED THEN INSERT VALUES (s.day_id, s.product_id, s.hub_id, 0)
