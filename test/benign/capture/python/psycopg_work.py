"""psycopg 3 as scripts and services use it."""
import asyncio
import datetime
import decimal
import uuid

import psycopg
from psycopg.rows import dict_row
from psycopg.types import TypeInfo
from psycopg.types.composite import CompositeInfo
from psycopg.types.enum import EnumInfo
from psycopg.types.json import Jsonb
from psycopg.types.range import RangeInfo
from scenario import run


def queries():
    with psycopg.connect() as connection:
        connection.execute("SELECT id, item, amount FROM orders WHERE id = %s", (7,)).fetchone()
        connection.execute("SELECT * FROM orders WHERE id = ANY(%s) ORDER BY id", ([1, 2, 3],)).fetchall()
        connection.execute("SELECT count(*) FROM orders WHERE item LIKE %s", ("item 1%",)).fetchone()


def masked():
    with psycopg.connect(row_factory=dict_row) as connection:
        connection.execute("SELECT * FROM customers ORDER BY id").fetchall()
        connection.execute("SELECT ssn, email FROM customers WHERE id = %s", (1,)).fetchone()


def masked_binary():
    with psycopg.connect() as connection:
        connection.cursor(binary=True).execute("SELECT id, ssn, balance FROM customers ORDER BY id").fetchall()


def types():
    values = [True, 5, 2**40, 1.5, decimal.Decimal("12.30"), "ü", b"\x00\xff", datetime.date(2024, 2, 29)]
    values += [datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc), datetime.timedelta(days=1, seconds=5)]
    values += [uuid.UUID(int=7), Jsonb({"a": [1]}), [1, 2], ["a", None]]
    with psycopg.connect() as connection:
        for value in values:
            connection.execute("SELECT %s", (value,)).fetchone()
            connection.execute("SELECT %b", (value,)).fetchone()
        connection.execute("SELECT * FROM alltypes WHERE id <> 2 ORDER BY id").fetchall()


def type_info():
    with psycopg.connect() as connection:
        TypeInfo.fetch(connection, "mood")
        EnumInfo.fetch(connection, "mood")
        CompositeInfo.fetch(connection, "pair")
        RangeInfo.fetch(connection, "tstzrange")
        TypeInfo.fetch(connection, "hstore")


def prepared():
    with psycopg.connect(autocommit=True) as connection:
        for number in range(8):
            connection.execute("SELECT amount FROM orders WHERE id = %s", (number,), prepare=True).fetchall()


def transactions():
    with psycopg.connect() as connection:
        with connection.transaction():
            connection.execute("INSERT INTO notes (body) VALUES (%s)", ("a note",))
            try:
                with connection.transaction():
                    connection.execute("SELECT 1 / 0")
            except psycopg.errors.DivisionByZero:
                pass
            connection.execute("UPDATE orders SET note = %s WHERE id = %s", ("seen", 3))
        connection.rollback()
    with psycopg.connect() as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        connection.deferrable = True
        connection.execute("SELECT count(*) FROM h_orders").fetchone()


def cursors():
    with psycopg.connect() as connection:
        with connection.cursor(name="rows") as cursor:
            cursor.itersize = 20
            cursor.execute("SELECT o_orderkey, o_totalprice FROM h_orders ORDER BY 1 LIMIT 70")
            for _ in cursor:
                pass
        with connection.cursor(name="scrolled", scrollable=True) as cursor:
            cursor.execute("SELECT id FROM tree ORDER BY id")
            cursor.fetchmany(5)
            cursor.scroll(3)
            cursor.fetchone()
            cursor.scroll(0, mode="absolute")
            cursor.fetchall()


def many():
    with psycopg.connect() as connection:
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO notes (body) VALUES (%s) RETURNING id", [("a",), ("b",)], returning=True)
            with connection.pipeline():
                for number in range(5):
                    cursor.execute("SELECT item FROM orders WHERE id = %s", (number,))


def copy_out():
    with psycopg.connect() as connection:
        with connection.cursor().copy("COPY (SELECT id, item FROM orders ORDER BY id) TO STDOUT") as copy:
            list(copy.rows())
        with connection.cursor().copy("COPY h_region TO STDOUT (FORMAT binary)") as copy:
            list(copy)


def errors():
    with psycopg.connect(autocommit=True) as connection:
        for text in ["SELECT nothing FROM orders", "SELECT * FROM nowhere", "SELEC 1", "SELECT 'x'::int"]:
            try:
                connection.execute(text)
            except psycopg.Error:
                pass


async def asynchronous():
    async with await psycopg.AsyncConnection.connect() as connection:
        cursor = await connection.execute("SELECT n_name FROM h_nation ORDER BY 1")
        await cursor.fetchall()
        await asyncio.sleep(0)


run(globals())
