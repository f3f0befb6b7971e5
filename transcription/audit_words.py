"""What this app says in the audit trail, of recordings, hotwords, the recogniser."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.services.audit.words import Detail, Words, labelled
from transcription.models.recordings import Language
from transcription.templatetags.transcript import clock

_WHATS: Final = {
    "correct": gettext_lazy("corrected sentence %(number)s"),
    "undo": gettext_lazy("put sentence %(number)s back"),
    "undo_hotword": gettext_lazy("took a hotword out of sentence %(number)s"),
    "revise": gettext_lazy("put a hotword into sentences"),
    "undo_revision": gettext_lazy("took a hotword out of sentences again"),
    "rehear": gettext_lazy("had sentences re-recognised with a hotword"),
    "cancel_rehearing": gettext_lazy("canceled a re-recognition"),
    "speaker": gettext_lazy("named a speaker"),
    "swap_channels": gettext_lazy("let the channels change names"),
    "details": gettext_lazy("changed the details"),
    "agent": gettext_lazy("said which member an agent's name means"),
    "tag": gettext_lazy("gave it a tag"),
    "untag": gettext_lazy("took a tag away"),
    "move_out": gettext_lazy("moved it to another department"),
    "move_in": gettext_lazy("moved it here from another department"),
    "tag_rename": gettext_lazy("called the tag otherwise"),
    "tag_colour": gettext_lazy("changed the tag's colour"),
    "tag_merge": gettext_lazy("merged the tag into another"),
    "tag_delete": gettext_lazy("deleted the tag"),
    "export": gettext_lazy("packed it into an archive"),
    "export_order": gettext_lazy("ordered an archive of recordings"),
    "export_download": gettext_lazy("downloaded the archive"),
    "cancel_export": gettext_lazy("canceled the making of an archive"),
    "import": gettext_lazy("imported an archive"),
    "cancel": gettext_lazy("canceled the transcription"),
    "retry": gettext_lazy("ordered a new transcription"),
    "engine_load": gettext_lazy("asked to load a model"),
    "engine_unload": gettext_lazy("asked to unload the models"),
    "engine_clear_cache": gettext_lazy("asked to clear the cache"),
    "intake_paused": gettext_lazy("paused the intake"),
    "intake_resumed": gettext_lazy("resumed the intake"),
    "vad": gettext_lazy("started a trial run of voice-activity detection"),
    "vad_cancel": gettext_lazy("canceled a trial run of voice-activity detection"),
    "evaluate": gettext_lazy("ordered an evaluation"),
    "cancel_evaluation": gettext_lazy("canceled an evaluation"),
    "delete_evaluation": gettext_lazy("deleted an evaluation"),
    "watch_rule": gettext_lazy("changed the rule of the watch folder"),
    "saved_search_new": gettext_lazy("saved a search"),
    "saved_search": gettext_lazy("changed a saved search"),
}


def _phrases(detail: Detail) -> Iterator[str]:
    what = str(detail.get("what", ""))
    if what in _WHATS:
        segment = detail.get("segment")
        # People count from one.
        number = segment + 1 if isinstance(segment, int) else "?"
        yield str(_WHATS[what]) % {"number": number}
    if isinstance(size := detail.get("bytes"), int):
        yield labelled(_("size"), filesizeformat(size))
    if isinstance(is_raw := detail.get("raw"), bool):
        yield labelled(_("text"), _("As spoken") if is_raw else _("Normalised"))
    if uploader := detail.get("uploader"):
        yield labelled(_("in the name of"), str(uploader))
    if heard := detail.get("heard"):
        yield labelled(_("heard"), _stretches(heard))
    if count := detail.get("replaced"):
        yield ngettext(
            "replaced %(count)s correction", "replaced %(count)s corrections", count
        ) % {"count": count}


def _stretches(heard: Iterable[Sequence[int]]) -> str:
    said = (f"{clock(start)}–{clock(end)}" for start, end in heard)
    return pgettext("between the items of a list", ", ").join(said)


_COMINGS_AND_GOINGS: Final = (
    AuditAction.DELETE,
    AuditAction.RESTORE,
    AuditAction.PURGE,
)
_MOVES: Final = ("move_out", "move_in")


def _pages(department: Department, events: Iterable[AuditEvent]) -> dict[int, str]:
    """Of the recordings that the trail does not say are gone."""
    about = {e.pk: e.object_id for e in events if e.object_type == "recording"}
    comings_and_goings = AuditEvent.objects.filter(
        object_type="recording",
        object_id__in=set(about.values()),
        department=department,
    ).filter(Q(action__in=_COMINGS_AND_GOINGS) | Q(detail__what__in=_MOVES))
    last = {
        uuid: AuditAction.DELETE if detail.get("what") == "move_out" else action
        for uuid, action, detail in comings_and_goings.order_by("id").values_list(
            "object_id", "action", "detail"
        )
    }
    return {
        pk: reverse("transcription:recording", args=[department.slug, uuid])
        for pk, uuid in about.items()
        if uuid and last.get(uuid) not in (AuditAction.DELETE, AuditAction.PURGE)
    }


def _changes(department: Department, events: Iterable[AuditEvent]) -> dict[int, str]:
    """Of corrections, in recordings that are there."""
    corrected = {e.pk: e for e in events if "correction" in e.detail}
    return {
        pk: reverse(
            "transcription:correction",
            args=[department.slug, event.object_id, event.detail["correction"]],
        )
        for pk in _pages(department, corrected.values())
        if (event := corrected[pk])
    }


WORDS: Final = Words(
    phrases=_phrases,
    pages=_pages,
    changes=_changes,
    counts=frozenset({"added", "removed", "changed"}),
    kinds={
        "recording": gettext_lazy("Recording"),
        "transcript": gettext_lazy("Transcript"),
        "segment": gettext_lazy("Segment"),
        "speaker": gettext_lazy("Speaker"),
        "agent": gettext_lazy("Agent"),
        "tag": gettext_lazy("Tag"),
        "import": gettext_lazy("Import of an archive"),
        "watch": gettext_lazy("Watch folder"),
        "job": gettext_lazy("Job"),
        "hotword_list": gettext_lazy("Hotword list"),
        "reference_set": gettext_lazy("Reference set"),
        "rehearing": gettext_lazy("Sentences re-recognised"),
        "export": gettext_lazy("Bulk export"),
        "search": gettext_lazy("Search"),
        "saved_search": gettext_lazy("Saved search"),
        "engine": gettext_lazy("Recogniser"),
    },
    labels={
        "vad": gettext_lazy("cutting of speech (ms)"),
        "query": gettext_lazy("query"),
        "hits": gettext_lazy("hits"),
        "continued": gettext_lazy("a further page"),
        "places": gettext_lazy("places"),
        "cut": gettext_lazy("there was more than the file holds"),
        "by_sound": gettext_lazy("by sound"),
        "sentences": gettext_lazy("sentences"),
        "whole": gettext_lazy("the whole text"),
        "added": gettext_lazy("added"),
        "removed": gettext_lazy("removed"),
        "changed": gettext_lazy("changed"),
        "deleted": gettext_lazy("deleted"),
        "words": gettext_lazy("words"),
        "agent": gettext_lazy("agent"),
        "into": gettext_lazy("into"),
        "lines": pgettext_lazy("of a list", "lines"),
        "imported": gettext_lazy("imported"),
        "there_before": gettext_lazy("there before"),
        "not_taken": gettext_lazy("not taken"),
        "tag": gettext_lazy("tag"),
        "member": gettext_lazy("member"),
        "recordings": gettext_lazy("recordings"),
        "is_private": gettext_lazy("private"),
        "is_shared": gettext_lazy("shared"),
        "question": gettext_lazy("question"),
        "other_department": gettext_lazy("department"),
        "respelled": pgettext_lazy("of hotwords", "changed"),
        "published": gettext_lazy("published version"),
        "restores": gettext_lazy("with the words of version"),
        "discarded": gettext_lazy("unpublished changes discarded"),
        "proposed": gettext_lazy("words proposed"),
        "accepted": gettext_lazy("proposal accepted"),
        "declined": gettext_lazy("proposal declined"),
        "dismissed": gettext_lazy("suggestion dismissed"),
        "settled": gettext_lazy("suggestion taken up"),
        "brought_back": gettext_lazy("discarded changes brought back"),
        "put_aside": gettext_lazy("suggestion put aside"),
        "from_corrections": gettext_lazy("hotwords suggested from corrections"),
        "from_uncertain": gettext_lazy(
            "hotwords suggested from what was recognised uncertainly"
        ),
        "used_here": gettext_lazy("used in this department"),
        "left_out": gettext_lazy("left out in this department"),
        "readmitted": gettext_lazy("used in this department again"),
    },
    filters={
        "title": gettext_lazy("Title or number"),
        "uploader": gettext_lazy("Uploaded by"),
        "agent": gettext_lazy("Agent"),
        "tag": gettext_lazy("Tag"),
        "language": gettext_lazy("Language"),
        "recording": gettext_lazy("Recording"),
    },
    values={
        "language": {one.value: one.label for one in Language},
        "format": {
            "original": gettext_lazy("Original file"),
            "clipboard": gettext_lazy("copied from the page"),
        },
        "vad": {"built_in": gettext_lazy("the portal's own")},
    },
)
