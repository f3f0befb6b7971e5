"""The search index holds how its texts sound.

Nothing about its tables changes, but its documents do. It is empty after this: the
janitor writes what is missing, the newest recordings first, or ``manage.py
rebuild_search`` all of it at once.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

INDEX = "transcription_searchindex"


def empty(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(f"INSERT INTO {INDEX}_pairs ({INDEX}_pairs) VALUES ('delete-all')")  # noqa: S608
        editor.execute(f"DELETE FROM {INDEX}")  # noqa: S608
    else:
        editor.execute(f"TRUNCATE {INDEX}")


class Migration(migrations.Migration):

    dependencies = [("transcription", "0038_search_documents")]

    operations = [migrations.RunPython(empty, empty)]
