"""The checklist in asyncpg."""

import asyncio
import io
import ssl

import asyncpg

from checks import (APPLICATION, CA, COLUMNS, DATABASE, FIVE_MEGABYTES, HOST, LAST_STATEMENT, OTHER_CA, PASSWORD, PORT, ROWS, USER,
                    Seen, check, md5, run, same_as_column, skip)


class connect:
    """A verified connection for the length of a block."""

    def __init__(self, ca=CA, **changes):
        self.arguments = {'host': HOST, 'port': PORT, 'user': USER, 'password': PASSWORD, 'database': DATABASE,
                          'ssl': ssl.create_default_context(cafile=ca), **changes}

    async def __aenter__(self):
        self.connection = await asyncpg.connect(**self.arguments)
        return self.connection

    async def __aexit__(self, *_):
        await self.connection.close(timeout=10)

    async def fails(self):
        return await sqlstate(self.__aenter__())


async def sqlstate(action):
    try:
        await action
    except asyncpg.PostgresError as error:
        return error.sqlstate
    return None


@check
async def connect_tls():
    async with connect() as connection:
        transport = connection._transport.get_extra_info('ssl_object')
        return 'verified' if transport else 'cleartext'


@check
async def wrong_ca():
    try:
        await connect(OTHER_CA).__aenter__()
    except ssl.SSLCertVerificationError:
        return 'refused'


@check
async def wrong_password():
    return await connect(password='wrong').fails()


@check
async def unknown_database():
    return await connect(database='nowhere').fails()


@check
async def password_hook():
    async def fresh_token():
        return PASSWORD
    async with connect(password=fresh_token) as connection:
        return await connection.fetchval('select 1')


@check
async def parameters():
    async with connect(server_settings={'application_name': APPLICATION}) as connection:
        await connection.execute("set TimeZone = 'Asia/Kathmandu'")
        settings = connection.get_settings()
        application = await connection.fetchval('show application_name')
        return Seen({name: getattr(settings, name) for name in
                     ('client_encoding', 'standard_conforming_strings', 'TimeZone')}
                    | {'application_name': application.endswith(APPLICATION)},
                    [str(connection.get_server_version()), settings.DateStyle, settings.is_superuser])


skip('asyncpg asks for binary results only', 'types_text')


@check
async def types_binary():
    got, seen = {}, {}
    async with connect() as connection:
        for name, type in await connection.fetch(COLUMNS):
            value = await connection.fetchval(f'select "{name}" from samples where id = 1')
            seen[name] = repr(value)
            got[name] = await connection.fetchval(same_as_column(name, type, '$1'), value)
    return Seen(got, seen)


@check
async def nulls():
    async with connect() as connection:
        return sum(value is None for value in await connection.fetchrow('select * from samples where id = 2'))


@check
async def prepared():
    async with connect() as connection:
        statement = await connection.prepare('select $1::int * 2')
        return [await statement.fetchval(number) for number in (1, 2, 3)]


@check
async def prepared_many():
    async with connect(statement_cache_size=40) as connection:
        return sum([await connection.fetchval(f'select $1::int + {number}', 0)
                    for _ in 'ab' for number in range(1, 61)])


@check
async def pipeline():
    async with connect() as connection:
        await connection.execute('create temp table t (i int)')
        await connection.executemany('insert into t values ($1)', [(number,) for number in range(1, 21)])
        return await connection.fetchval('select sum(i) from t')


@check
async def pipeline_error():
    async with connect() as connection:
        await connection.execute('create temp table t (i int)')
        batch = connection.executemany('insert into t values (1 / $1::int)', [(1,), (0,), (1,)])
        return [await sqlstate(batch), await connection.fetchval('select count(*) from t')]


@check
async def transaction():
    async with connect() as connection:
        await connection.execute('create temp table t (i int)')
        async with connection.transaction():
            await connection.execute('insert into t values (1)')
        rolled_back = connection.transaction()
        await rolled_back.start()
        await connection.execute('insert into t values (2)')
        await rolled_back.rollback()
        return [row['i'] for row in await connection.fetch('select i from t')]


@check
async def savepoint():
    async with connect() as connection:
        async with connection.transaction():
            await connection.execute('create temp table t (i int)')
            await connection.execute('insert into t values (1)')
            await sqlstate(failing_block(connection))
            await connection.execute('insert into t values (3)')
        return [row['i'] for row in await connection.fetch('select i from t order by i')]


async def failing_block(connection):
    async with connection.transaction():
        await connection.execute('insert into t values (2)')
        await connection.fetch('select 1 / 0')


@check
async def failed_transaction():
    async with connect() as connection:
        await connection.execute('begin')
        states = [await sqlstate(connection.fetch(sql)) for sql in ('select 1 / 0', 'select 1')]
        await connection.execute('rollback')
        return [*states, await connection.fetchval('select 1')]


@check
async def cursor():
    async with connect() as connection, connection.transaction():
        await connection.execute('declare c cursor for select generate_series(1, 10)')
        return [len(await connection.fetch('fetch 3 from c')) for _ in range(4)]


@check
async def portal():
    async with connect() as connection, connection.transaction():
        values = [row[0] async for row in connection.cursor('select generate_series(1, 1000)', prefetch=100)]
        return [len(values), sum(values)]


async def copy_out(**options):
    output = io.BytesIO()
    async with connect() as connection:
        await connection.copy_from_query(ROWS, output=output, **options)
    return [len(output.getvalue()), md5(output.getvalue())]


@check
async def copy_out_text():
    return await copy_out()


@check
async def copy_out_csv():
    return await copy_out(format='csv', header=True)


@check
async def copy_out_binary():
    return await copy_out(format='binary')


async def copied(connection):
    return list(await connection.fetchrow('select count(*), sum(i) from t where n is null'))


async def copy_in(data, **options):
    async with connect() as connection:
        await connection.execute('create temp table t (i int, t text, n text)')
        await connection.copy_to_table('t', source=io.BytesIO(data.encode()), **options)
        return await copied(connection)


@check
async def copy_in_text():
    return await copy_in(''.join(f'{i}\trow {i}\t\\N\n' for i in range(1, 1001)))


@check
async def copy_in_csv():
    return await copy_in(''.join(f'{i},row {i},\n' for i in range(1, 1001)), format='csv')


@check
async def copy_in_binary():
    async with connect() as connection:
        await connection.execute('create temp table t (i int, t text, n text)')
        await connection.copy_records_to_table('t', records=[(i, f'row {i}', None) for i in range(1, 1001)])
        return await copied(connection)


async def broken_copy(source):
    async with connect() as connection:
        await connection.execute('create temp table t (i int)')
        state = None
        try:
            await connection.copy_to_table('t', source=source)
        except asyncpg.PostgresError as failure:
            state = failure.sqlstate
        except KeyError:
            state = '57014'
        return [state, await connection.fetchval('select count(*) from t')]


@check
async def copy_in_failed():
    return await broken_copy(io.BytesIO(b'1\nnot a number\n' + b'2\n' * 50000))


@check
async def copy_in_aborted():
    async def source():
        yield b'1\n'
        raise KeyError
    return await broken_copy(source())


@check
async def cancel():
    async with connect() as connection:
        try:
            await connection.execute('select pg_sleep(20)', timeout=0.3)
        except TimeoutError:
            state = '57014'
        return [state, await connection.fetchval('select 1')]


@check
async def statement_timeout():
    async with connect(server_settings={'statement_timeout': '200'}) as connection:
        return [await sqlstate(connection.execute('select pg_sleep(20)')), await connection.fetchval('select 1')]


async def diagnostics(sql, *fields):
    async with connect() as connection:
        try:
            await connection.execute(sql)
        except asyncpg.PostgresError as error:
            return [getattr(error, field) for field in fields]
    raise AssertionError('no error')


@check
async def error_position():
    return await diagnostics('select nothing', 'sqlstate', 'message', 'position')


@check
async def error_constraint():
    return await diagnostics('insert into samples (id) values (1)', 'sqlstate', 'table_name', 'constraint_name',
                             'detail')


@check
async def error_raised():
    return await diagnostics(
        "do $$ begin raise 'told' using errcode = 'AB123', detail = 'more', hint = 'try'; end $$",
        'severity_en', 'sqlstate', 'message', 'detail', 'hint')


@check
async def large_text():
    async with connect() as connection:
        return [await connection.fetchval('select md5($1)', FIVE_MEGABYTES) == md5(FIVE_MEGABYTES),
                await connection.fetchval('select repeat($1, 524288)', FIVE_MEGABYTES[:9]) == FIVE_MEGABYTES]


@check
async def large_bytea():
    value = FIVE_MEGABYTES.encode()
    async with connect() as connection:
        return [await connection.fetchval('select md5($1::bytea)', value) == md5(value),
                await connection.fetchval('select $1::bytea', value) == value]


@check
async def notices():
    heard = []
    async with connect() as connection:
        connection.add_log_listener(lambda _, message: heard.append(message.message))
        await connection.execute("do $$ begin raise notice 'one'; raise warning 'two'; end $$")
        await asyncio.sleep(0)
    return heard


@check
async def notifications():
    heard = asyncio.Queue()
    async with connect() as listener, connect() as speaker:
        await listener.add_listener('clients_asyncpg', lambda _, pid, channel, payload: heard.put_nowait(
            [channel.split('_')[0], len(payload)]))
        await speaker.execute("select pg_notify('clients_asyncpg', repeat('x', 7000))")
        return [await asyncio.wait_for(heard.get(), 5)]


@check
async def several_statements():
    async with connect() as connection:
        status = await connection.execute("create temp table t (i int); insert into t values (1), (2)")
        return Seen(None, status)  # asyncpg keeps the last tag only


@check
async def several_statements_error():
    async with connect() as connection:
        await connection.execute('create temp table t (i int)')
        state = await sqlstate(connection.execute('insert into t values (1); select 1 / 0; insert into t values (2)'))
        return [state, await connection.fetchval('select count(*) from t')]


@check
async def empty_query():
    async with connect() as connection:
        return [await connection.fetch('') == [], await connection.fetchval('select 1')]


@check
async def stale_prepared():
    async with connect() as connection:
        statement = await connection.prepare('select $1::int')
        await connection.execute('deallocate all')
        state = await sqlstate(statement.fetchval(1))
        return Seen(await connection.fetchval('select 2'), state)


@check
async def discard_all():
    async with connect() as connection:
        await connection.execute("set TimeZone = 'Asia/Kathmandu'; create temp table t (i int)")
        await connection.execute('discard all')
        return [await sqlstate(connection.execute('select * from t')), connection.get_settings().TimeZone]


@check
async def large_result():
    async with connect() as connection:
        rows = await connection.fetch("select i, 'row ' || i from generate_series(1, 50000) i")
        return [len(rows), sum(row[0] for row in rows)]


@check
async def ten_connections():
    async with asyncpg.create_pool(min_size=10, max_size=10, **connect().arguments) as pool:
        return sum(await asyncio.gather(*[pool.fetchval('select $1::int', number) for number in range(1, 11)]))


@check
async def close():
    async with connect() as connection:
        pid = await connection.fetchval('select pg_backend_pid()')
    async with connect() as connection:
        for _ in range(50):
            if await connection.fetchval('select count(*) from pg_stat_activity where pid = $1', pid) == 0:
                return 'gone'
            await asyncio.sleep(0.1)
    return 'still there'


@check
async def backend_pid():
    async with connect() as connection:
        return connection.get_server_pid() == await connection.fetchval('select pg_backend_pid()')


@check
async def session_end():
    connection = await connect().__aenter__()
    return await sqlstate(connection.execute(LAST_STATEMENT))


run()
