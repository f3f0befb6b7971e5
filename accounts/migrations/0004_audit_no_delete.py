from django.db import migrations

from accounts.models.audit.append_only import protect


class Migration(migrations.Migration):
    """SQLite refuses DELETE too, PostgreSQL also TRUNCATE."""

    dependencies = [("accounts", "0003_audit_append_only")]

    operations = [migrations.RunPython(protect, migrations.RunPython.noop)]
