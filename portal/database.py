"""How the web server differs from the workers in its use of the database."""

from django.db import connections

# A worker can wait for its turn; a person gets a page that says so, and a thread that
# waits holds memory and a connection. The slowest of twenty writers took 6 s.
WEB_LOCK_SECONDS = 10
# How old a connection may become that portal.http.request_threads keeps. What went away
# meanwhile, a server that was started again, is seen before it is used.
WEB_CONNECTION_SECONDS = 60


def wait_less_for_locks() -> None:
    """Of SQLite only: from now on this process gives up sooner."""
    database = connections.settings["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"]["timeout"] = WEB_LOCK_SECONDS


def keep_connections() -> None:
    """From now on a connection of this process outlives its request."""
    for database in connections.settings.values():
        database["CONN_MAX_AGE"] = WEB_CONNECTION_SECONDS
        database["CONN_HEALTH_CHECKS"] = True
