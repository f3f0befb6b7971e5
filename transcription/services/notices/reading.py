"""A person's notices in a department: how many are new, the list, what was read."""

from dataclasses import dataclass
from typing import Final

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.models.compiled import Row, compiled
from transcription.models.evaluation import EvaluationRun
from transcription.models.exports import RecordingExport
from transcription.models.jobs import TranscriptionJob
from transcription.models.notices import Notice, NoticeKind
from transcription.models.recordings import visible_to
from transcription.models.rehearings import Rehearing
from transcription.models.runs import ACTIVE_STATES
from transcription.models.saved_searches import (
    SavedSearch,
    SavedSearchHit,
    SavedSearchReader,
)

# What the door of a notice's subject asks for.
_OPENED_WITH: Final = {
    NoticeKind.JOB: Capability.READ,
    NoticeKind.EVALUATION: Capability.READ,
    NoticeKind.RE_RECOGNITION: Capability.MANAGE_HOTWORDS,
    NoticeKind.EXPORT: Capability.READ,
    NoticeKind.SAVED_SEARCH: Capability.SEARCH,
}


@dataclass(frozen=True, slots=True)
class NoticeCount:
    """For the header of every page. ``newest`` is the number of the last unread one:
    what comes after it is news. ``awaits``: something of the person's goes on, so that
    it is worth asking again. ``has_found``: a saved search that they follow has hits
    which they have not looked at."""

    unread: int = 0
    newest: int = 0
    awaits: bool = False
    has_found: bool = False


def notices_of(membership: Membership) -> QuerySet[Notice]:
    """The person's, about what the membership may open now, the newest first."""
    kinds = [kind for kind, needs in _OPENED_WITH.items() if membership.can(needs)]
    return Notice.objects.filter(
        Q(job=None)
        | Q(job__recording__deleted_at=None)
        & visible_to(membership, "job__recording__"),
        Q(saved_search=None) | _has_news(membership),
        department=membership.department_id,
        recipient=membership.user_id,
        kind__in=kinds,
    ).select_related(
        "job__recording",
        "evaluation__reference_set",
        "re_recognition",
        "export",
        "saved_search",
    )


def _has_news(membership: Membership) -> Q:
    """A saved search that the person can open, with hits that they may know of."""
    found = SavedSearchHit.objects.known_to(membership).filter(
        search=OuterRef("saved_search"), found_at__gte=OuterRef("created_at")
    )
    mine = Q(saved_search__owner=membership.user_id) | Q(saved_search__is_shared=True)
    return mine & Q(Exists(found), saved_search__deleted_at=None)


def unread_of(membership: Membership) -> QuerySet[Notice]:
    return notices_of(membership).filter(read_at=None)


def count_notices(membership: Membership) -> NoticeCount:
    """Every page asks. One plain query where nothing is unread, which is nearly always;
    else a second one, which knows what may still be opened."""
    ((has_unread, *others),) = _news(membership.department_id, membership.user_id)
    awaits, has_found = map(bool, others)
    if not has_unread:
        return NoticeCount(awaits=awaits, has_found=has_found)
    counted = unread_of(membership).order_by().select_related(None)
    seen = counted.aggregate(unread=Count("pk"), newest=Coalesce(Max("pk"), 0))
    return NoticeCount(awaits=awaits, has_found=has_found, **seen)


@compiled
def _news(department: int, person: int) -> QuerySet[Membership, Row]:
    """Whether anything is unread, whether anything of theirs goes on, and whether a
    search that they follow has found something."""
    mine = {"requested_by": person, "state__in": ACTIVE_STATES}
    jobs = TranscriptionJob.objects.filter(department=department, notifies=True, **mine)
    evaluations = EvaluationRun.objects.filter(
        reference_set__department=department, **mine
    )
    re_recognitions = Rehearing.objects.filter(department=department, **mine)
    exports = RecordingExport.objects.filter(department=department, **mine)
    awaited = Exists(evaluations) | Exists(re_recognitions) | Exists(exports)
    unread = Notice.objects.filter(
        department=department, recipient=person, read_at=None
    )
    here = Membership.objects.filter(department=department, user=person)
    return here.values_list(
        ExpressionWrapper(Q(Exists(unread)), output_field=BooleanField()),
        ExpressionWrapper(Q(Exists(jobs)) | awaited, output_field=BooleanField()),
        ExpressionWrapper(_found(department, person), output_field=BooleanField()),
    )


def _found(department: int, person: int) -> Q:
    """By the indexes of what is theirs: of their own searches, and of those of others
    of which they want to be told."""
    followed = SavedSearchReader.objects.filter(
        user=person,
        alerts=True,
        search__department=department,
        search__is_shared=True,
        search__deleted_at=None,
    )
    theirs = SavedSearchHit.objects.filter(
        search=OuterRef("search"), pk__gt=OuterRef("seen")
    )
    own = SavedSearch.objects.kept().filter(department=department, owner=person)
    me = SavedSearchReader.objects.filter(search=OuterRef("pk"), user=person)
    seen = Coalesce(Subquery(me.values("seen")), 0)
    hits = SavedSearchHit.objects.filter(
        search=OuterRef("pk"), pk__gt=OuterRef("seen_until")
    )
    return Q(Exists(own.annotate(seen_until=seen).filter(Exists(hits)))) | Q(
        Exists(followed.filter(Exists(theirs)))
    )


def mark_read(notices: QuerySet[Notice]) -> int:
    """How many of them were new."""
    new = list(notices.filter(read_at=None).values_list("pk", flat=True))
    if not new:  # a page that is read all day writes nothing
        return 0
    return Notice.objects.filter(pk__in=new).update(read_at=timezone.now())
