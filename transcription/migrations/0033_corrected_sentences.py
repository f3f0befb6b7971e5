from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState
from django.db.models import Q


class AddIndexBesideWriters(migrations.AddIndex):
    """PostgreSQL builds it while others write. What an interrupted try has left there
    is no index yet, and goes first."""

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        name = schema_editor.quote_name(self.index.name)
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        model: Any = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.add_index(model, self.index, concurrently=True)


class Migration(migrations.Migration):
    """Sentences of a transcript that people corrected, without reading the others."""

    atomic = False

    dependencies = [("transcription", "0032_discarded_drafts")]

    operations = [
        AddIndexBesideWriters(
            model_name="segment",
            index=models.Index(
                fields=["transcript"],
                condition=Q(edited_at__isnull=False),
                name="segment_corrected",
            ),
        )
    ]
