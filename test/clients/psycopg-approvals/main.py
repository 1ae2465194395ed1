"""psycopg 3 while a COMMIT waits for people: what it is told meanwhile, what it gets, and what it can do afterwards."""

import time

import psycopg

from checks import CA, check, run

PATIENCE = 2  # seconds; whoever answers takes longer than the gateway's reminders


def connect():
    return psycopg.connect(sslmode='verify-full', sslrootcert=CA)


def notes(connection):
    with connection.cursor() as cursor:
        return [note for note, in cursor.execute('select note from approvals order by note').fetchall()]


def waiting(connection):
    """The notices that come while it waits, and how each of them begins."""
    heard = []
    connection.add_notice_handler(lambda diagnostic: heard.append(diagnostic.message_primary))
    return heard


def commit(note, act):
    """What is told, how often, how long it took, and the state of the connection: the same one afterwards."""
    with connect() as connection:
        heard = waiting(connection)
        pid = connection.execute('select pg_backend_pid()').fetchone()[0]
        act(connection, note)
        began = time.monotonic()
        try:
            connection.commit()
            outcome = 'committed'
        except psycopg.Error as error:
            outcome = [error.sqlstate, 'not this one' in (error.diag.message_detail or '')]
        took = time.monotonic() - began
        idle = connection.info.transaction_status.name
        same = connection.execute('select pg_backend_pid()').fetchone()[0] == pid
        there = note in notes(connection)
        connection.rollback()
        told = [message.startswith('the commit waits for approval') for message in heard]
        return [outcome, took >= PATIENCE, len(told) > 1 and all(told), idle, same, there]


def insert(connection, note):
    connection.execute('insert into approvals values (%s)', [note])


def insert_many(connection, note):
    with connection.cursor() as cursor:
        cursor.executemany('insert into approvals values (%s)', [(note,)] * 3)


def insert_in_pipeline(connection, note):
    with connection.pipeline():
        insert(connection, note)
        insert(connection, note)


@check
def approved():
    return commit('agree: one', insert)


@check
def approved_many():
    return commit('agree: many', insert_many)


@check
def approved_pipeline():
    return commit('agree: pipeline', insert_in_pipeline)


@check
def refused():
    return commit('refuse', insert)


@check
def block():
    """`with connection.transaction()` commits at its end, and tells of a refusal there."""
    with connect() as connection:
        for note, outcome in {'agree: block': None, 'refuse: block': '42501'}.items():
            try:
                with connection.transaction():
                    insert(connection, note)
                told = None
            except psycopg.Error as error:
                told = error.sqlstate
            if told != outcome:
                return [note, told]
        return [note for note in notes(connection) if note.endswith('block')]


run()
