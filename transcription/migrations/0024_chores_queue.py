from django.db import migrations, models

from accounts.migrations._keeping_ids import KeepingIds

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


def one_of_three(**options):
    return models.CharField(choices=QUEUES, max_length=16, **options)


class Migration(migrations.Migration):

    dependencies = [
        ('transcription', '0023_run_started_at'),
    ]

    operations = [
        KeepingIds('transcription_departmentturn', REPLACED),
        migrations.AlterField('departmentturn', 'queue', one_of_three()),
        migrations.AlterField('engineworker', 'queue', one_of_three()),
        migrations.AlterField(
            'evaluationrun', 'queue', one_of_three(default='batch')
        ),
        migrations.AlterField('rehearing', 'queue', one_of_three(default='batch')),
        migrations.AlterField('transcriptionjob', 'queue', one_of_three()),
        migrations.AlterField('vadrun', 'queue', one_of_three(default='batch')),
    ]
