"""asyncpg: binary throughout, statements by name, introspection of types that it doesn't know."""
import asyncpg
from scenario import run

connect = lambda **more: asyncpg.connect(ssl=False, **more)


async def queries():
    connection = await connect()
    await connection.fetch("SELECT * FROM orders WHERE id < $1 ORDER BY id", 5)
    await connection.fetchrow("SELECT * FROM h_customer WHERE c_custkey = $1", 3)
    await connection.fetchval("SELECT count(*) FROM h_lineitem")
    await connection.execute("INSERT INTO notes (body) VALUES ($1)", "by asyncpg")
    await connection.close()


async def masked():
    connection = await connect()
    await connection.fetch("SELECT * FROM customers ORDER BY id")
    await connection.fetch("SELECT ssn, card_number FROM customers WHERE id = ANY($1::int[])", [1, 2])
    await connection.close()


async def types():
    connection = await connect()
    await connection.fetch("SELECT id, m, ma, pi, comp, r4, ia, ta, jb, iv FROM alltypes ORDER BY id")
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=str)
    await connection.fetch("SELECT jb, j FROM alltypes ORDER BY id")
    await connection.close()


async def transactions():
    connection = await connect()
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.fetchval("SELECT max(o_orderdate) FROM h_orders")
    async with connection.transaction():
        async with connection.transaction():
            await connection.execute("UPDATE orders SET amount = $2 WHERE id = $1", 4, 40)
        async for _ in connection.cursor("SELECT id FROM tree ORDER BY id", prefetch=7):
            pass
    await connection.close()


async def prepared():
    connection = await connect()
    statement = await connection.prepare("SELECT item FROM orders WHERE id = $1")
    for number in range(4):
        await statement.fetchval(number)
    statement.get_attributes()
    await connection.executemany("INSERT INTO notes (body) VALUES ($1)", [("1",), ("2",)])
    await connection.close()


async def pool():
    async with asyncpg.create_pool(ssl=False, min_size=1, max_size=1) as connections:
        for number in range(3):
            await connections.fetchval("SELECT $1::int + 1", number)


async def copy_out():
    connection = await connect()
    sink = lambda data: _nothing()
    await connection.copy_from_query("SELECT id, item FROM orders WHERE id < $1", 4, output=sink, format="csv")
    await connection.copy_from_table("h_region", output=sink)
    await connection.close()


async def _nothing():
    pass


run(globals())
