"""What asyncpg asks of a server by itself: the types of parameters and results that it doesn't know."""

import asyncio

import asyncpg


async def main():
    connection = await asyncpg.connect(ssl=False)
    for statement in (
            'SELECT c FROM customer c LIMIT 1', 'SELECT array_agg(c) FROM customer c', "SELECT '{1,2}'::int[], '[1,2)'::int4range",
            'SELECT id, name, balance FROM customer WHERE id = $1' , 'SELECT ROW(1, 2)',
            'SELECT $1::place', 'SELECT count(*) FROM purchase WHERE price > $1'):
        prepared = await connection.prepare(statement)
        prepared.get_parameters()
        prepared.get_attributes()
    await connection.fetch('SELECT name FROM customer WHERE id = ANY ($1::int[])', [1, 2])
    await connection.executemany('UPDATE customer SET name = $2 WHERE id = $1', [(1, 'a'), (2, 'b')])
    async with connection.transaction(isolation='repeatable_read', readonly=True):
        async for _ in connection.cursor('SELECT id FROM customer ORDER BY name'):
            pass
    async with connection.transaction():
        await connection.execute('CREATE TEMP TABLE scratch (i int, t text)')
        await connection.copy_records_to_table('scratch', records=[(1, 'one')])
        await connection.copy_from_query('SELECT i, t FROM scratch WHERE i > $1', 0, output=open('/dev/null', 'wb'))
    await connection.reset()
    await connection.close()


asyncio.run(main())
