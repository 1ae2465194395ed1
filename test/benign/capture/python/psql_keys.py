"""psql at a terminal: keys are typed, TAB completes, and the next line waits for the prompt."""
import os
import pty
import select
import sys
import time

LINES = [
    "SELECT * FROM h_\t\t\x15", "SELECT * FROM ord\t\x15", "SELECT count(*) FROM orders WHERE it\t\x15",
    "\\d h_li\t\x15", "\\dn pu\t\x15", "\\df add\t\x15", "\\sf add\t\x15", "\\dT mo\t\x15", "\\encoding UT\t\x15",
    "SET time\t\x15", "SHOW work\t\x15", "SELECT add_\t\x15", "UPDATE or\t SET \t\t\x15", "INSERT INTO no\t\x15",
    "COMMENT ON TABLE do\t\x15", "EXPLAIN SELECT * FROM tr\t\x15", "\\dv v\t\x15", "\\di docs\t\x15", "\\c a\t\x15",
    "ANALYZE do\t\x15", "SELECT * FROM public.h\t\t\x15", 'SELECT * FROM "We\t\x15', "DROP TABLE h_r\t\x15",
    "ALTER TABLE orders ALTER COLUMN am\t\x15", "SET search_path TO pu\t\x15", "GRANT SELECT ON ord\t\x15",
    "LOCK TABLE or\t\x15", "CREATE INDEX ON do\t\x15", "TABLE h_na\t\x15", "\\l a\t\x15", "\\du gw\t\x15",
]


def read_until_quiet(terminal, seconds):
    end = time.monotonic() + 20
    seen = b""
    while time.monotonic() < end and select.select([terminal], [], [], seconds)[0]:
        try:
            seen += os.read(terminal, 65536)
        except OSError:
            break
    return seen


child, terminal = pty.fork()
if child == 0:
    os.environ.update(TERM="xterm", PAGER="cat", PSQL_HISTORY="/dev/null", INPUTRC="/dev/null")
    os.execvp("psql", ["psql", "-X"])
read_until_quiet(terminal, 1.0)
for line in LINES:
    os.write(terminal, line.encode())
    read_until_quiet(terminal, 0.25)
os.write(terminal, b"\\q\n")
read_until_quiet(terminal, 0.5)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
