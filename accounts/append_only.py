"""The database's own refusal to change the audit trail, whoever asks.

Called by migrations. SQLite drops a table's triggers whenever a migration rebuilds the
table, so a migration that alters ``AuditEvent`` calls ``protect`` again; a test sees.
SQLite refuses changes only: Django empties test tables with DELETE there.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION 'The audit trail is append-only.'
            USING ERRCODE = 'insufficient_privilege';
    END
    $$ LANGUAGE plpgsql
    """,
    "DROP TRIGGER IF EXISTS audit_append_only ON accounts_auditevent",
    """
    CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()
    """,
)
_SQLITE = (
    "DROP TRIGGER IF EXISTS audit_append_only",
    """
    CREATE TRIGGER audit_append_only BEFORE UPDATE ON accounts_auditevent
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
)


def protect(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the trigger on the table (again)."""
    vendor = schema_editor.connection.vendor
    for statement in {"postgresql": _POSTGRESQL, "sqlite": _SQLITE}.get(vendor, ()):
        schema_editor.execute(statement)


def unprotect(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the trigger off, to migrate backwards."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "DROP TRIGGER IF EXISTS audit_append_only ON accounts_auditevent"
        )
        schema_editor.execute("DROP FUNCTION IF EXISTS audit_is_append_only")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS audit_append_only")
