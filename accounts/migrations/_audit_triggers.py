"""The database's own refusal to change the audit trail, whoever asks.

SQLite drops a table's triggers whenever a migration rebuilds the table, so a migration
that alters ``AuditEvent`` calls ``protect`` again; a test sees. As fixed as the
migrations beside it: other triggers are for a new file and a new migration.
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
    "DROP TRIGGER IF EXISTS audit_no_emptying ON accounts_auditevent",
    """
    CREATE TRIGGER audit_no_emptying BEFORE TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
    """,
)
_SQLITE = (
    "DROP TRIGGER IF EXISTS audit_append_only",
    """
    CREATE TRIGGER audit_append_only BEFORE UPDATE ON accounts_auditevent
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
    "DROP TRIGGER IF EXISTS audit_no_emptying",
    """
    CREATE TRIGGER audit_no_emptying BEFORE DELETE ON accounts_auditevent
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
    # INSERT OR REPLACE deletes without asking the trigger above, unless the connection
    # has said PRAGMA recursive_triggers. A row that has no id yet comes here as -1.
    "DROP TRIGGER IF EXISTS audit_no_replacing",
    """
    CREATE TRIGGER audit_no_replacing BEFORE INSERT ON accounts_auditevent
    WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM accounts_auditevent WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
)


def protect(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers on the table (again)."""
    vendor = schema_editor.connection.vendor
    for statement in {"postgresql": _POSTGRESQL, "sqlite": _SQLITE}.get(vendor, ()):
        schema_editor.execute(statement)


def unprotect(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers off, to migrate backwards."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    where = " ON accounts_auditevent" if is_postgresql else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS audit_append_only{where}")
    allow_emptying(schema_editor)
    if not is_postgresql:
        schema_editor.execute("DROP TRIGGER IF EXISTS audit_no_replacing")
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION IF EXISTS audit_is_append_only")


def allow_emptying(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """For the database of tests alone: Django empties its tables between them."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    where = " ON accounts_auditevent" if is_postgresql else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS audit_no_emptying{where}")
