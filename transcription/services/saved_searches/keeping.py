"""Searches saved, called otherwise, shared, asked otherwise, deleted, brought back."""

import logging
from datetime import timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models.audit.events import AuditAction
from accounts.models.members import Membership
from accounts.roles import Capability
from accounts.services.audit.reading import last_change
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from accounts.services.versions import check_version, version_of
from transcription.models.saved_searches import SavedSearch, SavedSearchReader
from transcription.services.media.cleaning import clean_line
from transcription.services.saved_searches.limits import check_limits
from transcription.services.saved_searches.questions import (
    ReadQuestion,
    canonical,
    covers_of_question,
    reader_of,
)
from transcription.services.saved_searches.terms import Covers, write_terms

logger = logging.getLogger(__name__)

KEPT_DAYS: Final = 30


def save_search(
    *,
    membership: Membership,
    origin: Origin,
    name: str,
    question: str,
    is_shared: bool,
    alerts: bool,
    read: ReadQuestion,
) -> SavedSearch:
    """Keep the question of a search page, which has to be one that can be asked. Raises
    ``Refused``."""
    require(membership, Capability.SEARCH)
    question, covers = _checked(question, membership, read)
    with transaction.atomic():
        check_limits(
            membership.department,
            membership.user,
            is_shared=is_shared,
            is_always_read=not covers,
        )
        search = SavedSearch.objects.create(
            department=membership.department,
            owner=membership.user,
            name=_name(name),
            question=question,
            is_shared=is_shared,
            is_always_read=not covers,
        )
        write_terms(search, covers)
        SavedSearchReader.objects.create(
            search=search, user=membership.user, alerts=alerts
        )
        record(
            AuditAction.EDIT,
            origin,
            search.audit_subject,
            what="saved_search_new",
            is_shared=is_shared,
        )
    return search


def search_version(search: SavedSearch) -> str:
    """Changes with what ``change_search`` can change."""
    return version_of(search.name, search.question, search.is_shared)


def change_search(
    *,
    search: SavedSearch,
    origin: Origin,
    name: str,
    question: str,
    is_shared: bool,
    version: str,
    read: ReadQuestion,
) -> bool:
    """Call it otherwise, share it or no longer, let it ask something else. ``version``
    is that of what the person saw. False when nothing changed. Raises ``Refused``."""
    asks_anew = canonical(question) != search.question
    covers: Covers = ()
    if asks_anew:
        question, covers = _checked(question, reader_of(search.department), read)
    with transaction.atomic():
        locked = SavedSearch.objects.kept().select_for_update(of=("self",))
        search = locked.select_related("department", "owner").get(pk=search.pk)
        before, current = _audited(search), search_version(search)
        find = partial(last_change, search.audit_subject, AuditAction.EDIT, ["what"])
        was_shared, was_always_read = search.is_shared, search.is_always_read
        search.name, search.is_shared = _name(name), is_shared
        if asks_anew:
            search.question, search.is_always_read = question, not covers
        if search_version(search) == current:
            return False
        check_version(version, current, find)
        check_limits(
            search.department,
            None,
            is_shared=is_shared and not was_shared,
            is_always_read=search.is_always_read and not was_always_read,
        )
        search.save(update_fields=["name", "question", "is_shared", "is_always_read"])
        if asks_anew:
            write_terms(search, covers)
        after = _audited(search)
        changes = {k: [before[k], after[k]] for k in before if before[k] != after[k]}
        record(
            AuditAction.EDIT,
            origin,
            search.audit_subject,
            what="saved_search",
            **changes,
        )
    return True


def set_alerts(*, search: SavedSearch, membership: Membership, alerts: bool) -> None:
    """Whether this person is told of new hits. It is their own affair: no audit."""
    SavedSearchReader.objects.update_or_create(
        search=search, user=membership.user, defaults={"alerts": alerts}
    )


def delete_search(*, search: SavedSearch, origin: Origin) -> bool:
    """Nobody sees it any more. False when it was gone already."""
    with transaction.atomic():
        kept = SavedSearch.objects.kept().filter(pk=search.pk)
        if not kept.update(deleted_at=timezone.now()):
            return False
        record(AuditAction.DELETE, origin, search.audit_subject)
    return True


def restore_search(*, search: SavedSearch, origin: Origin) -> bool:
    """As it was. False when it is there. Raises ``Refused`` when there are as many as
    there may be."""
    with transaction.atomic():
        check_limits(
            search.department,
            search.owner,
            is_shared=search.is_shared,
            is_always_read=search.is_always_read,
        )
        gone = SavedSearch.objects.filter(pk=search.pk).exclude(deleted_at=None)
        if not gone.update(deleted_at=None):
            return False
        record(AuditAction.RESTORE, origin, search.audit_subject)
    return True


def forget_deleted_searches() -> int:
    """Nobody brings them back any more; the number removed."""
    oldest = timezone.now() - timedelta(days=KEPT_DAYS)
    gone = SavedSearch.objects.filter(deleted_at__lt=oldest)
    count = gone.count()
    gone.delete()
    if count:
        logger.info("%d deleted saved searches forgotten.", count)
    return count


def _checked(
    question: str, membership: Membership, read: ReadQuestion
) -> tuple[str, Covers]:
    kept = canonical(question)
    if len(kept) > SavedSearch.QUESTION_MAX:
        raise Refused(
            "saved_search_too_long",
            _("This search is too long to be saved. Leave out some words or filters."),
        )
    return kept, covers_of_question(read(kept, membership))


def _name(name: str) -> str:
    cleaned = clean_line(name, SavedSearch.NAME_MAX)
    if not cleaned:
        raise Refused("saved_search_nameless", _("Give the search a name."))
    return cleaned


def _audited(search: SavedSearch) -> dict[str, object]:
    return {
        "name": search.name,
        "is_shared": search.is_shared,
        "question": search.question[:200],
    }
