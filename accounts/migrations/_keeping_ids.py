"""SQLite copies a table that gets a column with a default, or another constraint, and
would then give ids of rows that are gone a second time."""

from django.db import migrations


class KeepingIds(migrations.SeparateDatabaseAndState):
    """The operations, all on ``table``, which goes on counting where it was."""

    def __init__(self, table, operations):
        super().__init__(database_operations=operations, state_operations=operations)
        self.table = table

    def deconstruct(self):
        return (type(self).__qualname__, [self.table, self.database_operations], {})

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        is_sqlite = schema_editor.connection.vendor == "sqlite"
        last = self._last_id(schema_editor) if is_sqlite else None
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        if last:
            schema_editor.execute(
                "DELETE FROM sqlite_sequence WHERE name = %s", [self.table]
            )
            schema_editor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)",
                [self.table, *last],
            )

    def _last_id(self, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq FROM sqlite_sequence WHERE name = %s", [self.table]
            )
            return cursor.fetchone()
