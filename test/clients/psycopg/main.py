"""The checklist in psycopg 3, on the libpq that it brings."""

import threading
import time

import psycopg
from psycopg.types.enum import EnumInfo, register_enum
from psycopg.types.json import Json, Jsonb
from psycopg_pool import ConnectionPool

from checks import (APPLICATION, CA, COLUMNS, FIVE_MEGABYTES, LAST_STATEMENT, OTHER_CA, PASSWORD, ROWS, Seen, check,
                    md5, run, same_as_column)


def connect(**changes):
    return psycopg.connect(**{'sslmode': 'verify-full', 'sslrootcert': CA, 'autocommit': True, **changes})


def one(connection, sql, *parameters, **options):
    return connection.execute(sql, parameters or None, **options).fetchone()[0]


def sqlstate(action):
    try:
        action()
    except psycopg.Error as error:
        return error.sqlstate or login_sqlstate(str(error))
    return None


def login_sqlstate(text):
    """libpq keeps a failed login's text alone; the checklist wants the SQLSTATE that stands for it."""
    for words, state in {'login failed': '28P01', 'password authentication failed': '28P01',
                         'does not exist': '3D000'}.items():
        if words in text:
            return state
    return text


@check
def connect_tls():
    with connect() as connection:
        return 'verified' if connection.pgconn.ssl_in_use else 'cleartext'


@check
def wrong_ca():
    try:
        connect(sslrootcert=OTHER_CA)
    except psycopg.OperationalError as error:
        return 'refused' if 'certificate verify failed' in str(error) else str(error)


@check
def wrong_password():
    return sqlstate(lambda: connect(password='wrong'))


@check
def unknown_database():
    return sqlstate(lambda: connect(dbname='nowhere'))


@check
def password_hook():
    def fresh_token():
        return {'sslmode': 'verify-full', 'sslrootcert': CA, 'password': PASSWORD}
    with ConnectionPool('password=stale', kwargs=fresh_token, min_size=1, timeout=20) as pool:
        with pool.connection() as connection:
            return one(connection, 'select 1')


@check
def parameters():
    with connect(application_name=APPLICATION) as connection:
        connection.execute("set TimeZone = 'Asia/Kathmandu'")
        status = connection.info.parameter_status
        return Seen({name: status(name) for name in ('client_encoding', 'standard_conforming_strings', 'TimeZone')}
                    | {'application_name': one(connection, 'show application_name').endswith(APPLICATION)},
                    [status(name) for name in ('server_version', 'integer_datetimes', 'DateStyle', 'IntervalStyle',
                                               'is_superuser', 'session_authorization', 'server_encoding')])


def types(binary):
    got, seen = {}, {}
    with connect() as connection, connection.cursor(binary=binary) as cursor:
        register_enum(EnumInfo.fetch(connection, 'mood'), cursor)
        for name, type in connection.execute(COLUMNS).fetchall():
            value = cursor.execute(f'select "{name}" from samples where id = 1').fetchone()[0]
            argument = {'json': Json, 'jsonb': Jsonb}.get(type, lambda value: value)(value)
            same = same_as_column(name, type, '%b' if binary else '%t')
            seen[name], got[name] = repr(value), cursor.execute(same, [argument]).fetchone()[0]
    return Seen(got, seen)


@check
def types_text():
    return types(False)


@check
def types_binary():
    return types(True)


@check
def nulls():
    with connect() as connection:
        return sum(value is None for value in connection.execute('select * from samples where id = 2').fetchone())


@check
def prepared():
    with connect() as connection:
        return [one(connection, 'select %s::int * 2', number, prepare=True) for number in (1, 2, 3)]


@check
def prepared_many():
    with connect(prepare_threshold=0) as connection:
        connection.prepared_max = 40
        return sum(one(connection, f'select %s::int + {number}', 0) for _ in 'ab' for number in range(1, 61))


@check
def pipeline():
    with connect() as connection, connection.pipeline():
        cursors = [connection.execute('select %s::int', [number]) for number in range(1, 21)]
        return sum(cursor.fetchone()[0] for cursor in cursors)


@check
def pipeline_error():
    with connect() as connection:
        connection.execute('create temp table t (i int)')

        def batch():
            with connection.pipeline():
                for expression in ('1', '1 / 0', '2'):
                    connection.execute(f'insert into t values ({expression})')
        return [sqlstate(batch), one(connection, 'select count(*) from t')]


@check
def transaction():
    with connect() as connection:
        connection.execute('create temp table t (i int)')
        with connection.transaction():
            connection.execute('insert into t values (1)')
        with connection.transaction(force_rollback=True):
            connection.execute('insert into t values (2)')
        return [number for number, in connection.execute('select i from t')]


@check
def savepoint():
    with connect() as connection:
        with connection.transaction():
            connection.execute('create temp table t (i int)')
            connection.execute('insert into t values (1)')
            sqlstate(lambda: failing_block(connection))
            connection.execute('insert into t values (3)')
        return [number for number, in connection.execute('select i from t order by i')]


def failing_block(connection):
    with connection.transaction():
        connection.execute('insert into t values (2)')
        connection.execute('select 1 / 0')


@check
def failed_transaction():
    with connect(autocommit=False) as connection:
        states = [sqlstate(lambda: connection.execute(sql)) for sql in ('select 1 / 0', 'select 1')]
        connection.rollback()
        return [*states, one(connection, 'select 1')]


@check
def cursor():
    with connect(autocommit=False) as connection, connection.cursor('c') as named:
        named.execute('select generate_series(1, 10)')
        return [len(named.fetchmany(3)) for _ in range(4)]


@check
def portal():
    with connect() as connection:
        cursor = connection.cursor()
        values = [row[0] for row in cursor.stream('select generate_series(1, 1000)', size=100)]
        return [len(values), sum(values)]


def copy_out(options):
    with connect() as connection, connection.cursor() as cursor:
        with cursor.copy(f'copy ({ROWS}) to stdout {options}') as copy:
            data = b''.join(copy)
        return [len(data), md5(data)]


@check
def copy_out_text():
    return copy_out('')


@check
def copy_out_csv():
    return copy_out('(format csv, header)')


@check
def copy_out_binary():
    return copy_out('(format binary)')


def copy_in(options, write):
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute('create temp table t (i int, t text, n text)')
        with cursor.copy(f'copy t from stdin {options}') as copy:
            write(copy)
        return list(cursor.execute('select count(*), sum(i) from t where n is null').fetchone())


@check
def copy_in_text():
    return copy_in('', lambda copy: [copy.write_row([i, f'row {i}', None]) for i in range(1, 1001)])


@check
def copy_in_csv():
    return copy_in('(format csv)', lambda copy: [copy.write(f'{i},row {i},\n') for i in range(1, 1001)])


@check
def copy_in_binary():
    def write(copy):
        copy.set_types(['int4', 'text', 'text'])
        for i in range(1, 1001):
            copy.write_row([i, f'row {i}', None])
    return copy_in('(format binary)', write)


def broken_copy(write):
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute('create temp table t (i int)')
        state = None
        try:
            with cursor.copy('copy t from stdin') as copy:
                write(copy)
        except psycopg.Error as error:
            state = error.sqlstate
        except KeyError:
            state = '57014'
        return [state, one(connection, 'select count(*) from t')]


@check
def copy_in_failed():
    return broken_copy(lambda copy: copy.write('1\nnot a number\n' + '2\n' * 50000))


@check
def copy_in_aborted():
    def write(copy):
        copy.write('1\n')
        raise KeyError
    return broken_copy(write)


@check
def cancel():
    with connect() as connection:
        threading.Timer(0.3, connection.cancel_safe).start()
        state = sqlstate(lambda: connection.execute('select pg_sleep(20)'))
        return [state, one(connection, 'select 1')]


@check
def statement_timeout():
    with connect(options='-c statement_timeout=200') as connection:
        return [sqlstate(lambda: connection.execute('select pg_sleep(20)')), one(connection, 'select 1')]


def diagnostics(sql, *fields):
    with connect() as connection:
        try:
            connection.execute(sql)
        except psycopg.Error as error:
            return [getattr(error.diag, field) for field in fields]
    raise AssertionError('no error')


@check
def error_position():
    return diagnostics('select nothing', 'sqlstate', 'message_primary', 'statement_position')


@check
def error_constraint():
    return diagnostics('insert into samples (id) values (1)', 'sqlstate', 'table_name', 'constraint_name',
                       'message_detail')


@check
def error_raised():
    return diagnostics("do $$ begin raise 'told' using errcode = 'AB123', detail = 'more', hint = 'try'; end $$",
                       'severity_nonlocalized', 'sqlstate', 'message_primary', 'message_detail', 'message_hint')


@check
def large_text():
    with connect() as connection:
        return [one(connection, 'select md5(%s)', FIVE_MEGABYTES) == md5(FIVE_MEGABYTES),
                one(connection, "select repeat(%s, 524288)", FIVE_MEGABYTES[:9]) == FIVE_MEGABYTES]


@check
def large_bytea():
    value = FIVE_MEGABYTES.encode()
    with connect() as connection, connection.cursor(binary=True) as cursor:
        echo = cursor.execute('select %b::bytea', [value]).fetchone()[0]
        return [one(connection, 'select md5(%b::bytea)', value) == md5(value), echo == value]


@check
def notices():
    with connect() as connection:
        heard = []
        connection.add_notice_handler(lambda diag: heard.append(diag.message_primary))
        connection.execute("do $$ begin raise notice 'one'; raise warning 'two'; end $$")
        return heard


@check
def notifications():
    with connect() as listener, connect() as speaker:
        listener.execute('listen clients_psycopg')
        speaker.execute("select pg_notify('clients_psycopg', repeat('x', 7000))")
        return [[event.channel.split('_')[0], len(event.payload)] for event in
                listener.notifies(timeout=5, stop_after=1)]


@check
def several_statements():
    with connect() as connection:
        cursor = connection.execute("create temp table t (i int); insert into t values (1), (2); select i from t; "
                                    "select 'two'")
        return [[value for row in result.fetchall() for value in row] for result in cursor.results()
                if result.description]


@check
def several_statements_error():
    with connect() as connection:
        connection.execute('create temp table t (i int)')
        state = sqlstate(lambda: connection.execute('insert into t values (1); select 1 / 0; insert into t values (2)'))
        return [state, one(connection, 'select count(*) from t')]


@check
def empty_query():
    with connect() as connection:
        return [connection.execute('').description is None, one(connection, 'select 1')]


@check
def stale_prepared():
    with connect() as connection:
        one(connection, 'select %s::int', 1, prepare=True)
        connection.pgconn.exec_(b'deallocate all')
        return Seen(one(connection, 'select 2'), sqlstate(lambda: one(connection, 'select %s::int', 1, prepare=True)))


@check
def discard_all():
    with connect() as connection:
        connection.execute("set TimeZone = 'Asia/Kathmandu'")
        connection.execute('create temp table t (i int)')
        connection.execute('discard all')
        return [sqlstate(lambda: connection.execute('select * from t')), connection.info.parameter_status('TimeZone')]


@check
def large_result():
    with connect() as connection:
        values = connection.execute("select i, 'row ' || i from generate_series(1, 50000) i").fetchall()
        return [len(values), sum(row[0] for row in values)]


@check
def ten_connections():
    connections = [connect() for _ in range(10)]
    total = sum(one(connection, 'select %s::int', number) for number, connection in enumerate(connections, 1))
    for connection in connections:
        connection.close()
    return total


@check
def close():
    with connect() as connection:
        pid = one(connection, 'select pg_backend_pid()')
    with connect() as connection:
        for _ in range(50):
            if one(connection, 'select count(*) from pg_stat_activity where pid = %s', pid) == 0:
                return 'gone'
            time.sleep(0.1)
    return 'still there'


@check
def backend_pid():
    with connect() as connection:
        return connection.info.backend_pid == one(connection, 'select pg_backend_pid()')


@check
def session_end():
    connection = connect()
    return sqlstate(lambda: connection.execute(LAST_STATEMENT))


run()
