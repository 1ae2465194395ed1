"""psycopg2, with the extras that older programs lean on."""
import psycopg2
import psycopg2.extras
from scenario import DATABASE, run


def connect():
    return psycopg2.connect(dbname=DATABASE)


def queries():
    with connect() as connection, connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
        cursor.execute("SELECT * FROM orders WHERE customer_id = %(id)s ORDER BY id", {"id": 2})
        cursor.fetchall()
        psycopg2.extras.execute_values(cursor, "INSERT INTO notes (body) VALUES %s", [("x",), ("y",)])


def masked():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, email, ssn AS s FROM customers ORDER BY id")
        cursor.fetchall()


def hstore():
    with connect() as connection:
        psycopg2.extras.register_uuid(conn_or_curs=connection)
        psycopg2.extras.register_default_jsonb(connection)
        psycopg2.extras.HstoreAdapter.get_oids(connection)
        with connection.cursor() as cursor:
            psycopg2.extras.register_composite("pair", cursor)


def sessions():
    connection = connect()
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
    connection.set_client_encoding("UTF8")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(amount) FROM orders")
    connection.rollback()
    connection.autocommit = True
    with connection.cursor("rows", withhold=True) as cursor:
        cursor.execute("SELECT g FROM generate_series(1, 30) g")
        cursor.fetchmany(10)
    connection.reset()
    connection.close()


run(globals())
