"""pgcli: what it asks for its completion, and its backslash commands."""
import sys

from pgcli.main import PGCli
from pgcli.completion_refresher import CompletionRefresher
from scenario import DATABASE, HOST, PASSWORD, PORT, USER, run


def connected():
    cli = PGCli(never_prompt=True, pgexecute=None)
    cli.connect(database=DATABASE, host=HOST, port=str(PORT), user=USER, passwd=PASSWORD)
    return cli


def completion():
    executor = connected().pgexecute
    for ask in ["search_path", "schemata", "tables", "views", "table_columns", "view_columns", "databases"]:
        list(getattr(executor, ask)())
    for ask in ["foreignkeys", "functions", "datatypes", "casing", "get_socket_directory"]:
        answer = getattr(executor, ask)()
        list(answer) if answer is not None and not isinstance(answer, str) else None


def commands():
    executor = connected().pgexecute
    for text in ["\\d", "\\dt", "\\d orders", "\\d+ docs", "\\dn", "\\df", "\\dT", "\\l", "\\dv", "\\di", "SELECT 1"]:
        list(executor.run(text))


def masked():
    list(connected().pgexecute.run("SELECT * FROM customers ORDER BY id"))


run(globals())
