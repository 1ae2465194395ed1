"""Asks the gateway for access as Python's drivers send it, and prints what each was answered."""

import asyncio
import json
import os
import sys

import asyncpg
import psycopg
from sqlalchemy import create_engine, text

HOST, PORT = os.environ['PGHOST'], int(os.environ['PGPORT'])
USER, PASSWORD, DATABASE = os.environ['PGUSER'], os.environ['PGPASSWORD'], os.environ['PGDATABASE']
RIGHTS = 'update public.orders'
MINE = 'SELECT * FROM portcullis.my_access()'


def tell(driver, asked, *listed):
    print(json.dumps({'driver': driver, 'status': asked['status'], 'reason': asked['reason'],
                      'listed': [str(asked['id']) in [str(row['id']) for row in rows] for rows in listed]}))


def with_psycopg():
    rows = {'row_factory': psycopg.rows.dict_row}
    with psycopg.connect(prepare_threshold=1, **rows) as connection:
        asked = connection.execute('CALL portcullis.request_access(%s, %s, %s)', [RIGHTS, '1 hour', 'psycopg']).fetchone()
        # From the second time on it is a named statement, and binary from there.
        listed = [connection.execute(MINE, binary=turn > 2).fetchall() for turn in range(5)]
        with connection.pipeline():
            cursors = [connection.execute(query) for query in ('SELECT 1', MINE, 'SELECT 2')]
        tell('psycopg', asked, *listed, cursors[1].fetchall())


async def with_asyncpg():
    connection = await asyncpg.connect(ssl=False)
    statement = await connection.prepare('SELECT * FROM portcullis.request_access($1, $2, $3)')
    async with connection.transaction():
        asked = await statement.fetchrow(RIGHTS, '1 hour', 'asyncpg')
        again = [row async for row in connection.cursor(MINE, prefetch=1)]
    tell('asyncpg', asked, again, await connection.fetch(MINE), await connection.fetch(MINE))
    await connection.close()


def with_sqlalchemy():
    url = f'postgresql+psycopg://{USER}@{HOST}:{PORT}/{DATABASE}'
    engine = create_engine(url, connect_args={'password': PASSWORD})
    call = text('SELECT * FROM portcullis.request_access(:rights, :duration, :reason)')
    with engine.begin() as connection:
        values = {'rights': RIGHTS, 'duration': '1 hour', 'reason': 'SQLAlchemy'}
        asked = connection.execute(call, values).mappings().one()
        tell('SQLAlchemy', asked, connection.execute(text(MINE)).mappings().all())


with_psycopg()
asyncio.run(with_asyncpg())
with_sqlalchemy()
sys.exit(0)
