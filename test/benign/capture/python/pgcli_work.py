"""pgcli: what it asks for its completion, and its backslash commands."""
from pgcli.pgexecute import PGExecute
from pgspecial.main import PGSpecial
from scenario import DATABASE, HOST, PASSWORD, PORT, USER, run


def connected():
    return PGExecute(DATABASE, USER, PASSWORD, HOST, PORT, None, application_name="pgcli")


def completion():
    executor = connected()
    for ask in ["search_path", "schemata", "tables", "views", "table_columns", "view_columns", "databases"]:
        list(getattr(executor, ask)())
    for ask in ["foreignkeys", "functions", "datatypes", "casing", "full_databases"]:
        list(getattr(executor, ask)())
    executor.get_timezone()
    executor.view_definition("v_orders")
    executor.function_definition("add_tax")


def commands():
    executor = connected()
    for text in ["\\d", "\\dt", "\\d orders", "\\d+ docs", "\\dn", "\\df", "\\dT", "\\l", "\\dv", "\\di", "SELECT 1"]:
        list(executor.run(text, pgspecial=PGSpecial()))


def masked():
    list(connected().run("SELECT * FROM customers ORDER BY id"))


run(globals())
