"""A run's label becomes facts, and it remembers how speech was cut."""

import re

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

KINDS = ("jobs", "none", "list", "draft", "command")

# The labels as they were written until now, in the two languages of the portal.
WRITTEN = [
    ("none", r"No hotwords|不用热词"),
    ("command", r"Command line, \d+ words|命令行，\d+ 个热词"),
    ("list", r"(?P<name>.*), version (?P<version>\d+)"),
    ("list", r"(?P<name>.*)（第 (?P<version>\d+) 版）"),
    ("list", r"(?:Without|不含) (?P<name>.*)"),
    ("draft", r"(?P<name>.*)(?:, draft|（草稿）)"),
]


def facts_of(label: str) -> dict[str, object]:
    for kind, pattern in WRITTEN:
        if found := re.fullmatch(pattern, label):
            facts = found.groupdict()
            version = facts.get("version")
            return {
                "library": kind,
                "list_name": (facts.get("name") or "")[:80],
                "list_version": int(version) if version else None,
            }
    return {"library": "jobs"}


def read_labels(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    runs = apps.get_model("transcription", "EvaluationRun").objects
    for pk, label in list(runs.values_list("pk", "label")):
        runs.filter(pk=pk).update(**facts_of(label))


class Migration(migrations.Migration):
    dependencies = [("transcription", "0017_rehearing_unknown_language")]

    operations = [
        migrations.AddField(
            model_name="evaluationrun",
            name="vad",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="evaluationrun",
            name="library",
            field=models.CharField(default="jobs", max_length=16),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="evaluationrun",
            name="list_name",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="evaluationrun",
            name="list_version",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.RunPython(read_labels, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="evaluationrun", name="label"),
        migrations.AddConstraint(
            model_name="evaluationrun",
            constraint=models.CheckConstraint(
                condition=Q(library__in=list(KINDS)), name="evaluation_library_known"
            ),
        ),
    ]
