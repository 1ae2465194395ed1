\set ON_ERROR_STOP 0
\pset pager off
\o /dev/null
\l
\l+
\conninfo
\du
\du+
\dg
\dn
\dnS+
\db+
\dt
\dt+
\dtS
\dt *.*
\di+
\ds+
\dv+
\dm+
\dE+
\d
\dS
\d customer
\d+ customer
\d purchase
\d+ purchase
\d+ *
\d+ public.*
\d pg_class
\d+ pg_catalog.pg_stats
\da
\daS
\df
\df+
\dfS int4*
\df+ public.*
\dfp
\dft
\dfw
\do
\doS
\do + int4 int4
\dO+
\dT+
\dTS+
\dD+
\dC+
\dc+
\dd
\ddp
\dp
\z
\dp customer
\dL+
\dx
\dx+
\dy+
\dF+
\dFd+
\dFp+
\dFt+
\des+
\dew+
\deu+
\det+
\dRp+
\dRs+
\dA+
\dAc+
\dAf+
\dAo+
\dAp+
\dX
\dP
\dPi+
\drds
\dconfig
\dconfig+ *
\dl
\dl+
\sv+ rich
\sf+ touch
\d of_*
\d "customer"
\dt public.c*
SELECT 1 AS a, now() AS b \gdesc
SELECT id, name FROM customer LIMIT 1 \gset
SELECT 'SELECT ' || n FROM generate_series(1, 3) n \gexec
SELECT n % 2 AS a, n AS b, n * n AS c FROM generate_series(1, 4) n \crosstabview
\copy customer (id, name) TO '/dev/null'
\copy (SELECT id FROM customer) TO '/dev/null' WITH CSV
\encoding
