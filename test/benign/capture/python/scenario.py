"""What the programs of this folder have in common: where to connect, and which of their functions to run."""
import asyncio
import inspect
import os
import sys

HOST, PORT = os.environ["PGHOST"], int(os.environ["PGPORT"])
DATABASE, USER, PASSWORD = os.environ["PGDATABASE"], os.environ["PGUSER"], os.environ["PGPASSWORD"]


def url(driver):
    return f"postgresql+{driver}://{USER}:{PASSWORD}@{HOST}:{PORT}/{DATABASE}"


def run(functions):
    result = functions[sys.argv[1]]()
    if inspect.isawaitable(result):
        asyncio.run(result)
