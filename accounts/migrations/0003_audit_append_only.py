from django.db import migrations

from accounts.models.audit.append_only import protect, unprotect


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sessions_and_audit_index")]

    operations = [migrations.RunPython(protect, unprotect)]
