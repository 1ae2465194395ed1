"""What psycopg asks of a server by itself, and the forms in which it sends statements."""

import psycopg
from psycopg.rows import dict_row
from psycopg.types import TypeInfo
from psycopg.types.composite import CompositeInfo
from psycopg.types.enum import EnumInfo
from psycopg.types.multirange import MultirangeInfo
from psycopg.types.range import RangeInfo

with psycopg.connect() as connection:
    connection.autocommit = True
    for info, name in ((TypeInfo, 'hstore'), (TypeInfo, 'int4'), (CompositeInfo, 'customer'), (EnumInfo, 'mood'),
                       (RangeInfo, 'int4range'), (MultirangeInfo, 'int4multirange')):
        info.fetch(connection, name)
    cursor = connection.cursor(row_factory=dict_row)
    for number in range(8):
        cursor.execute('SELECT id, name FROM customer WHERE id = %s AND name <> %s', (number, 'x'))
    cursor.execute('SELECT %(a)s::text || %(b)s::text AS joined, %(c)s::jsonb', {'a': 'x', 'b': 'y', 'c': '{}'})
    cursor.execute('SELECT * FROM customer WHERE id = ANY (%s)', ([1, 2, 3],))
    cursor.executemany('UPDATE customer SET name = %s WHERE id = %s', [('a', 1), ('b', 2)])
    with connection.transaction():
        with connection.transaction():
            cursor.execute('CREATE TEMP TABLE scratch (i int, t text) ON COMMIT DROP')
        with cursor.copy('COPY scratch (i, t) FROM STDIN') as copy:
            copy.write_row((1, 'one'))
        with cursor.copy('COPY (SELECT i, t FROM scratch WHERE i > 0) TO STDOUT') as copy:
            list(copy.rows())
        named = connection.cursor('by_name')
        named.execute('SELECT id, upper(name) FROM customer ORDER BY id')
        named.fetchmany(10)
        named.close()
    with connection.pipeline():
        for number in range(3):
            cursor.execute('SELECT count(*) FROM purchase WHERE id > %s', (number,))
