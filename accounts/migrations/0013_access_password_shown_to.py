from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def name_who_saw_it(apps, schema_editor):
    """Whoever asked, so far. One that is not shown yet has to be asked for again: the
    asker may be somebody who must not see it."""
    requests = apps.get_model("accounts", "AccessRequest").objects
    requests.filter(password_shown_at__isnull=False).update(
        password_shown_to=F("asked_by")
    )


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0012_access_password_shown"),
    ]

    operations = [
        migrations.AddField(
            model_name="accessrequest",
            name="password_shown_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(name_who_saw_it, migrations.RunPython.noop),
    ]
