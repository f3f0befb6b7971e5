from django.db import migrations, models

QUEUES = [('interactive', 'Interactive'), ('batch', 'Batch'), ('chores', 'Chores')]
KNOWN = models.CheckConstraint(
    condition=models.Q(('queue__in', ['interactive', 'batch', 'chores'])),
    name='department_turn_queue_known',
)

REPLACED = [
    migrations.RemoveConstraint(
        model_name='departmentturn', name='department_turn_queue_known'
    ),
    migrations.AddConstraint(model_name='departmentturn', constraint=KNOWN),
]


class KeepingIds(migrations.SeparateDatabaseAndState):
    """SQLite copies a table whose constraint changes, and would then give ids of rows
    that are gone a second time."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        last = self._last_id(schema_editor)
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        if last:
            named = "name = 'transcription_departmentturn'"
            schema_editor.execute(f'DELETE FROM sqlite_sequence WHERE {named}')
            schema_editor.execute(
                'INSERT INTO sqlite_sequence (name, seq) VALUES '
                "('transcription_departmentturn', %s)",
                last,
            )

    def _last_id(self, schema_editor):
        if schema_editor.connection.vendor != 'sqlite':
            return None
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                'SELECT seq FROM sqlite_sequence '
                "WHERE name = 'transcription_departmentturn'"
            )
            return cursor.fetchone()


def one_of_three(**options):
    return models.CharField(choices=QUEUES, max_length=16, **options)


class Migration(migrations.Migration):

    dependencies = [
        ('transcription', '0023_run_started_at'),
    ]

    operations = [
        KeepingIds(database_operations=REPLACED, state_operations=REPLACED),
        migrations.AlterField('departmentturn', 'queue', one_of_three()),
        migrations.AlterField('engineworker', 'queue', one_of_three()),
        migrations.AlterField(
            'evaluationrun', 'queue', one_of_three(default='batch')
        ),
        migrations.AlterField('rehearing', 'queue', one_of_three(default='batch')),
        migrations.AlterField('transcriptionjob', 'queue', one_of_three()),
        migrations.AlterField('vadrun', 'queue', one_of_three(default='batch')),
    ]
