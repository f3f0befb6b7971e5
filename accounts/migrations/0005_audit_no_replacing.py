from django.db import migrations

from accounts.migrations._audit_triggers import protect


class Migration(migrations.Migration):
    """SQLite's INSERT OR REPLACE overwrites no row either."""

    dependencies = [("accounts", "0004_audit_no_delete")]

    operations = [migrations.RunPython(protect, migrations.RunPython.noop)]
