"""The search index: an FTS5 table on SQLite, a table of tsvectors on PostgreSQL.

Not a Django model: the two have nothing in common but their name.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    "CREATE VIRTUAL TABLE transcription_segmentindex USING fts5("
    "terms, detail=full, tokenize='ascii')",
)
POSTGRESQL = (
    "CREATE TABLE transcription_segmentindex ("
    "key bigint PRIMARY KEY, department_id bigint NOT NULL, vector tsvector NOT NULL)",
    "CREATE INDEX transcription_segmentindex_vector ON transcription_segmentindex "
    "USING gin (vector)",
)


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for sql in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(sql)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute("DROP TABLE transcription_segmentindex")


class Migration(migrations.Migration):
    dependencies = [("transcription", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
