"""Sessions by the hash of their key. Those that exist are converted: nobody has to log
in again because of an upgrade. Backwards nothing can be converted, so sessions end."""

import hashlib

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def hash_keys(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sessions = apps.get_model("accounts", "Session").objects
    for key in list(sessions.values_list("session_key", flat=True)):
        hashed = hashlib.sha256(key.encode()).hexdigest()
        sessions.filter(session_key=key).update(session_key=hashed)


def end_all(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("accounts", "Session").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_refused_attempts")]

    operations = [
        migrations.CreateModel(
            name="EndedSession",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("limit", "Limit"),
                            ("elsewhere", "Elsewhere"),
                            ("password", "Password"),
                            ("closed", "Closed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("ended_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["limit", "elsewhere", "password", "closed"])
                        ),
                        name="ended_session_reason_known",
                    )
                ],
            },
        ),
        # Backwards the long hashes must be gone before the column is short again.
        migrations.AlterField(
            model_name="session",
            name="session_key",
            field=models.CharField(max_length=64, primary_key=True, serialize=False),
        ),
        migrations.RunPython(hash_keys, end_all),
    ]
