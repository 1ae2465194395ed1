"""The checklist in SQLAlchemy's core and ORM, over psycopg; what it hands to the driver is psycopg's own check."""

import time
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from sqlalchemy import event, exc, orm, text

from checks import (APPLICATION, CA, DATABASE, FIVE_MEGABYTES, HOST, LAST_STATEMENT, OTHER_CA, PASSWORD, PORT, USER, Seen, check,
                    md5, run, skip)

DRIVER = "SQLAlchemy leaves this to the driver: see psycopg's"


def engine(password=PASSWORD, database=DATABASE, ca=CA, **options):
    url = sa.URL.create('postgresql+psycopg', USER, password, HOST, PORT, database)
    arguments = {'sslmode': 'verify-full', 'sslrootcert': ca, 'application_name': APPLICATION,
                 **options.pop('connect_args', {})}
    return sa.create_engine(url, connect_args=arguments, **{'poolclass': sa.NullPool, **options})


def sqlstate(action):
    try:
        action()
    except exc.DBAPIError as error:
        return error.orig.sqlstate
    return None


def refused(**changes):
    try:
        engine(**changes).connect()
    except exc.OperationalError as error:
        return str(error.orig)


@check
def connect_tls():
    with engine().connect() as connection:
        return 'verified' if connection.connection.dbapi_connection.pgconn.ssl_in_use else 'cleartext'


@check
def wrong_ca():
    return 'refused' if 'certificate verify failed' in refused(ca=OTHER_CA) else None


@check
def wrong_password():
    text = refused(password='wrong')
    return '28P01' if 'login failed' in text or 'password authentication failed' in text else text


@check
def unknown_database():
    text = refused(database='nowhere')
    return '3D000' if 'does not exist' in text else text


@check
def password_hook():
    stale = engine(password='stale')

    @event.listens_for(stale, 'do_connect')
    def fresh_token(dialect, record, arguments, parameters):
        parameters['password'] = PASSWORD
    with stale.connect() as connection:
        return connection.scalar(text('select 1'))


@check
def parameters():
    with engine().connect() as connection:
        connection.execute(text("set TimeZone = 'Asia/Kathmandu'"))
        got = {name: connection.scalar(text(f'show {name}')) for name in
               ('client_encoding', 'standard_conforming_strings', 'TimeZone')}
        application = connection.scalar(text('show application_name'))
        return Seen(got | {'application_name': application.endswith(APPLICATION)},
                    [connection.dialect.server_version_info, connection.dialect.default_schema_name])


@check
def types_text():
    """Reflection reads the catalog; the reflected table then reads and sends every value."""
    got, seen = {}, {}
    with engine().connect() as connection:
        samples = sa.Table('samples', sa.MetaData(), autoload_with=connection)
        for column in list(samples.columns)[1:]:
            value = connection.scalar(sa.select(column).where(samples.c.id == 1))
            sent = sa.cast(sa.bindparam('v', value, column.type), column.type)
            same = sa.func.to_jsonb(sent) == sa.func.to_jsonb(column)
            seen[column.name] = f'{column.type}: {value!r}'
            got[column.name] = connection.scalar(sa.select(same).where(samples.c.id == 1))
    return Seen(got, seen)


skip("SQLAlchemy has no switch for psycopg's binary cursors", 'types_binary')


@check
def nulls():
    with engine().connect() as connection:
        return sum(value is None for value in connection.execute(text('select * from samples where id = 2')).one())


@check
def prepared():
    with engine(connect_args={'prepare_threshold': 0}).connect() as connection:
        return [connection.scalar(text('select cast(:n as int) * 2'), {'n': number}) for number in (1, 2, 3)]


@check
def prepared_many():
    with engine(connect_args={'prepare_threshold': 0}).connect() as connection:
        return sum(connection.scalar(text(f'select cast(:n as int) + {number}'), {'n': 0})
                   for _ in 'ab' for number in range(1, 61))


@check
def pipeline():
    """executemany, which psycopg sends as a pipeline."""
    with engine().connect() as connection:
        connection.execute(text('create temp table t (i int)'))
        connection.execute(text('insert into t values (:i)'), [{'i': number} for number in range(1, 21)])
        return connection.scalar(text('select sum(i) from t'))


@check
def pipeline_error():
    with engine(isolation_level='AUTOCOMMIT').connect() as connection:
        connection.execute(text('create temp table t (i int)'))
        state = sqlstate(lambda: connection.execute(text('insert into t values (1 / cast(:i as int))'),
                                                    [{'i': 1}, {'i': 0}, {'i': 1}]))
        return [state, connection.scalar(text('select count(*) from t'))]


class Base(orm.DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = 't'
    __table_args__ = {'prefixes': ['TEMPORARY']}
    i: orm.Mapped[int] = orm.mapped_column(primary_key=True)


def session():
    connection = engine().connect()
    Base.metadata.create_all(connection)
    connection.commit()
    return orm.Session(connection)


def items(work):
    return list(work.scalars(sa.select(Item.i).order_by(Item.i)))


@check
def transaction():
    with session() as work:
        work.add(Item(i=1))
        work.commit()
        work.add(Item(i=2))
        work.flush()
        work.rollback()
        return items(work)


@check
def savepoint():
    with session() as work:
        work.add(Item(i=1))
        work.flush()
        sqlstate(lambda: failing_block(work))
        work.add(Item(i=3))
        work.commit()
        return items(work)


def failing_block(work):
    with work.begin_nested():
        work.add(Item(i=2))
        work.execute(text('select 1 / 0'))


@check
def failed_transaction():
    with engine().connect() as connection:
        states = [sqlstate(lambda: connection.execute(text(sql))) for sql in ('select 1 / 0', 'select 1')]
        connection.rollback()
        return [*states, connection.scalar(text('select 1'))]


@check
def cursor():
    """A server-side cursor, fetched by a fixed size."""
    with engine().connect() as connection:
        rows = connection.execution_options(yield_per=3).execute(text('select generate_series(1, 10)'))
        return [len(part) for part in rows.partitions(3)]


skip(DRIVER, 'portal', 'copy_out_text', 'copy_out_csv', 'copy_out_binary', 'copy_in_text', 'copy_in_csv',
     'copy_in_binary', 'copy_in_failed', 'copy_in_aborted', 'cancel')


@check
def statement_timeout():
    with engine(connect_args={'options': '-c statement_timeout=200'}).connect() as connection:
        state = sqlstate(lambda: connection.execute(text('select pg_sleep(20)')))
        connection.rollback()
        return [state, connection.scalar(text('select 1'))]


def diagnostics(sql, *fields):
    with engine().connect() as connection:
        try:
            connection.execute(text(sql))
        except exc.DBAPIError as error:
            return [getattr(error.orig.diag, field) for field in fields]
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
    with engine().connect() as connection:
        return [connection.scalar(sa.func.md5(FIVE_MEGABYTES).select()) == md5(FIVE_MEGABYTES),
                connection.scalar(sa.func.repeat(FIVE_MEGABYTES[:9], 524288).select()) == FIVE_MEGABYTES]


@check
def large_bytea():
    value = FIVE_MEGABYTES.encode()
    parameter = sa.bindparam('v', value, sa.LargeBinary)
    with engine().connect() as connection:
        return [connection.scalar(sa.select(sa.func.md5(parameter))) == md5(value),
                connection.scalar(sa.select(sa.cast(parameter, sa.LargeBinary))) == value]


skip(DRIVER, 'notices', 'notifications')


@check
def several_statements():
    with engine().connect() as connection:
        connection.exec_driver_sql('create temp table t (i int); insert into t values (1), (2)')
        return Seen(None, [list(row) for row in connection.exec_driver_sql('select i from t')])


@check
def several_statements_error():
    with engine(isolation_level='AUTOCOMMIT').connect() as connection:
        connection.execute(text('create temp table t (i int)'))
        state = sqlstate(lambda: connection.exec_driver_sql(
            'insert into t values (1); select 1 / 0; insert into t values (2)'))
        return [state, connection.scalar(text('select count(*) from t'))]


@check
def empty_query():
    with engine(isolation_level='AUTOCOMMIT').connect() as connection:
        return [not connection.exec_driver_sql('').returns_rows, connection.scalar(text('select 1'))]


@check
def stale_prepared():
    with engine(isolation_level='AUTOCOMMIT', connect_args={'prepare_threshold': 0}).connect() as connection:
        statement = text('select cast(:n as int)')
        connection.scalar(statement, {'n': 1})
        connection.connection.dbapi_connection.pgconn.exec_(b'deallocate all')
        state = sqlstate(lambda: connection.scalar(statement, {'n': 1}))
        return Seen(connection.scalar(text('select 2')), state)


@check
def discard_all():
    with engine(isolation_level='AUTOCOMMIT').connect() as connection:
        for sql in ("set TimeZone = 'Asia/Kathmandu'", 'create temp table t (i int)', 'discard all'):
            connection.execute(text(sql))
        return [sqlstate(lambda: connection.execute(text('select * from t'))), connection.scalar(text('show TimeZone'))]


@check
def large_result():
    with engine().connect() as connection:
        rows = connection.execute(text("select i, 'row ' || i from generate_series(1, 50000) i")).all()
        return [len(rows), sum(row[0] for row in rows)]


@check
def ten_connections():
    pool = engine(poolclass=sa.QueuePool, pool_size=10, pool_pre_ping=True)

    def ask(number):
        with pool.connect() as connection:
            return connection.scalar(text('select cast(:n as int)'), {'n': number})
    with ThreadPoolExecutor(10) as threads:
        total = sum(threads.map(ask, range(1, 11)))
    pool.dispose()
    return total


@check
def close():
    with engine().connect() as connection:
        pid = connection.scalar(text('select pg_backend_pid()'))
    with engine(isolation_level='AUTOCOMMIT').connect() as connection:
        for _ in range(50):
            if connection.scalar(text('select count(*) from pg_stat_activity where pid = :pid'), {'pid': pid}) == 0:
                return 'gone'
            time.sleep(0.1)
    return 'still there'


skip(DRIVER, 'backend_pid')


@check
def session_end():
    with engine().connect() as connection:
        return sqlstate(lambda: connection.execute(text(LAST_STATEMENT)))


run()
