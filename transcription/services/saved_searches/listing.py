"""What a person sees of saved searches: the list with what is new, and the hits."""

from typing import Final

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models.members import Membership
from transcription.models.saved_searches import (
    SavedSearch,
    SavedSearchHit,
    SavedSearchQuerySet,
    SavedSearchReader,
)

NEW_CAP: Final = 99  # more are "99+"


class _Count(Subquery):
    """How many rows a (limited) query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def saved_searches_of(membership: Membership) -> SavedSearchQuerySet:
    """Those that the membership sees, with ``alerts``, the number of ``new_hits`` since
    they last looked (up to ``NEW_CAP`` + 1) and ``last_hit_at``; the latest hits first.
    Of hits only those of recordings that it may know of."""
    me = SavedSearchReader.objects.filter(
        search=OuterRef("pk"), user=membership.user_id
    )
    hits = SavedSearchHit.objects.known_to(membership).filter(search=OuterRef("pk"))
    new = hits.filter(pk__gt=OuterRef("seen")).order_by().values("pk")
    visible = SavedSearch.objects.kept().visible_to(membership)
    return (
        visible.select_related("owner")
        .annotate(
            alerts=Coalesce(Subquery(me.values("alerts")), False),
            seen=Coalesce(Subquery(me.values("seen")), 0),
            last_hit_at=Subquery(hits.order_by("-pk").values("found_at")[:1]),
        )
        .annotate(new_hits=_Count(new[: NEW_CAP + 1]))
        .order_by(F("last_hit_at").desc(nulls_last=True), "name", "pk")
    )


def count_new_hits(membership: Membership) -> int:
    """Since they last looked, of the searches that a person follows: their own, and
    those of which they want to be told. Up to ``NEW_CAP`` + 1 of each."""
    found = saved_searches_of(membership).filter(
        Q(owner=membership.user_id) | Q(alerts=True)
    )
    return sum(found.order_by().values_list("new_hits", flat=True))  # type: ignore[misc]


def hits_of_search(
    search: SavedSearch, membership: Membership
) -> QuerySet[SavedSearchHit]:
    """The latest first, of recordings that the membership may know of."""
    found = search.hits.known_to(membership).select_related(
        "recording__agent_member__user"
    )
    return found.defer("recording__waveform").order_by("-pk")


def seen_until(search: SavedSearch, membership: Membership) -> int:
    """The id of the last hit that the person has looked at."""
    me = SavedSearchReader.objects.filter(search=search, user=membership.user_id)
    return me.values_list("seen", flat=True).first() or 0


def mark_looked(search: SavedSearch, membership: Membership) -> None:
    """What there is now is no news to this person any more."""
    newest = search.hits.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None or newest <= seen_until(search, membership):
        return
    SavedSearchReader.objects.update_or_create(
        search=search, user=membership.user, defaults={"seen": newest}
    )
