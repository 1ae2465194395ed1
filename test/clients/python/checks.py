"""Runs a Python client's checks in the order they were declared and prints one JSON line for each."""

import asyncio
import hashlib
import inspect
import json
import os
import sys
import traceback

HOST = os.environ['PGHOST']
PORT = int(os.environ['PGPORT'])
USER = os.environ['PGUSER']
PASSWORD = os.environ['PGPASSWORD']
DATABASE = os.environ['PGDATABASE']
CA = os.environ['PGSSLROOTCERT']
OTHER_CA = os.environ['CLIENTS_OTHER_CA']
APPLICATION = os.environ['PGAPPNAME']

LAST_STATEMENT = os.environ.get('CLIENTS_LAST_STATEMENT') or 'select pg_terminate_backend(pg_backend_pid())'
COLUMNS = """select attname, format_type(atttypid, atttypmod) from pg_attribute
    where attrelid = 'samples'::regclass and attnum > 1 order by attnum"""
ROWS = "select i, 'row ' || i, null from generate_series(1, 1000) i"
FIVE_MEGABYTES = 'Größe 5M\n' * 524288

declared = []


class Skip(Exception):
    """This client has nothing that the check could try."""


class Seen:
    """A result whose second half is in the client's own words: compared between runs, not with the checklist."""

    def __init__(self, got, seen):
        self.got, self.seen = got, seen


def check(function):
    declared.append((function.__name__, function))
    return function


def skip(reason, *names):
    def skipped():
        raise Skip(reason)
    declared.extend((name, skipped) for name in names)


def same_as_column(name, type, placeholder):
    return f'select to_jsonb({placeholder}::{type}) = to_jsonb("{name}") from samples where id = 1'


def md5(value):
    return hashlib.md5(value if isinstance(value, bytes) else value.encode()).hexdigest()


def run():
    wanted = [name for name in os.environ.get('CLIENTS_CHECKS', '').split(',') if name]
    loop = asyncio.new_event_loop()
    for name, function in declared:
        line = {'check': name, 'ok': True}
        if wanted and name not in wanted:
            continue
        try:
            result = function()
            if inspect.iscoroutine(result):
                result = loop.run_until_complete(asyncio.wait_for(result, 60))
            if isinstance(result, Seen):
                line['seen'], result = result.seen, result.got
            line['got'] = result
        except Skip as reason:
            line = {'check': name, 'skip': str(reason)}
        except Exception as error:
            line.update(ok=False, got=f'{type(error).__name__}: {error}')
            if wanted:
                traceback.print_exc()
        print(json.dumps(line), flush=True)
    sys.exit(0)
