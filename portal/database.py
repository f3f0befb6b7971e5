"""How the web server differs from the workers in its use of the database."""

from django.db import connections

# A worker can wait for its turn; a person gets a page that says so, and a thread that
# waits holds memory and a connection. The slowest of twenty writers took 6 s.
WEB_LOCK_SECONDS = 10


def wait_less_for_locks() -> None:
    """Of SQLite only: from now on this process gives up sooner."""
    database = connections.settings["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"]["timeout"] = WEB_LOCK_SECONDS
