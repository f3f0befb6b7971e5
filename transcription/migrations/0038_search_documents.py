"""The search index has a document for each recording in the place of a row for each
sentence. It is not a Django model: the two databases share no more than the documents.

It is empty after this: the janitor writes what is missing, the newest recordings first,
or ``manage.py rebuild_search`` all of it at once.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    "DROP TABLE transcription_segmentindex",
    "CREATE TABLE transcription_searchindex ("
    "id integer PRIMARY KEY, department_id integer NOT NULL, text text NOT NULL, "
    "places blob NOT NULL, voices text NOT NULL)",
    "CREATE VIRTUAL TABLE transcription_searchindex_pairs USING fts5("
    "pairs, content='', detail=full, tokenize='ascii')",
)
POSTGRESQL = (
    "DROP TABLE transcription_segmentindex",
    "CREATE TABLE transcription_searchindex ("
    "id bigint PRIMARY KEY, department_id bigint NOT NULL, text text NOT NULL, "
    "places bytea NOT NULL, voices text NOT NULL, pairs integer[] NOT NULL)",
    "ALTER TABLE transcription_searchindex ALTER COLUMN text SET STORAGE EXTERNAL",
    "CREATE INDEX transcription_searchindex_pairs ON transcription_searchindex "
    "USING gin (pairs)",
)
SQLITE_BEFORE = (
    "DROP TABLE transcription_searchindex_pairs",
    "DROP TABLE transcription_searchindex",
    "CREATE VIRTUAL TABLE transcription_segmentindex USING fts5("
    "terms, detail=full, tokenize='ascii')",
)
POSTGRESQL_BEFORE = (
    "DROP TABLE transcription_searchindex",
    "CREATE TABLE transcription_segmentindex ("
    "key bigint PRIMARY KEY, department_id bigint NOT NULL, vector tsvector NOT NULL)",
    "CREATE INDEX transcription_segmentindex_vector ON transcription_segmentindex "
    "USING gin (vector)",
)


def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for sql in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(sql)


def backwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    is_postgresql = editor.connection.vendor == "postgresql"
    for sql in POSTGRESQL_BEFORE if is_postgresql else SQLITE_BEFORE:
        editor.execute(sql)


class Migration(migrations.Migration):

    dependencies = [("transcription", "0037_bulk_changes")]

    operations = [migrations.RunPython(forwards, backwards)]
