"""What of a department's recordings a member's search reaches."""

from dataclasses import replace
from uuid import UUID

from django.core.exceptions import FullResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.expressions import RawSQL

from accounts.models.members import Membership
from transcription.models.recordings import Recording, visible_to
from transcription.search.backends.base import Condition
from transcription.search.language.tree import Node
from transcription.services.search.filters import RecordingFilters, narrowed
from transcription.services.search.finding import Asked


def asked_by(membership: Membership, tree: Node, filters: RecordingFilters) -> Asked:
    """The tree, of recordings that the membership may know of, through the filters."""
    asked = Asked(tree, membership.department_id, _conditions(membership, filters))
    if filters.recording is None:
        return asked
    only = recording_id(membership, filters.recording)
    return replace(asked, low=only, high=only)


def recording_id(membership: Membership, uuid: UUID) -> int:
    """0, which no recording has, for one that the membership may not know of."""
    found = Recording.objects.visible_to(membership).filter(uuid=uuid)
    return found.values_list("pk", flat=True).first() or 0


def _conditions(membership: Membership, filters: RecordingFilters) -> list[Condition]:
    """That the membership may know of the hit's recording and the filters let it
    through; which one it is, the range of keys says already."""
    visible = _visible(membership)
    others = replace(filters, recording=None)
    if others == RecordingFilters():
        return visible
    itself = Recording.objects.filter(pk=RawSQL("r.id", ()))
    wanted = narrowed(itself, others).order_by().values("pk")
    sql, values = wanted.query.sql_with_params()
    return [*visible, Condition(f"EXISTS ({sql})", tuple(values))]


def _visible(membership: Membership) -> list[Condition]:
    """``visible_to`` as the database says it, of ``r`` itself: a subquery would read
    the recording of every hit once more."""
    query = Recording.objects.filter(visible_to(membership)).query
    try:
        sql, values = query.where.as_sql(
            query.get_compiler(DEFAULT_DB_ALIAS), connection
        )
    except FullResultSet:
        return []
    table = connection.ops.quote_name(Recording._meta.db_table)
    return [Condition(sql.replace(f"{table}.", "r."), tuple(values))]
