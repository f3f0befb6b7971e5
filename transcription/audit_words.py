"""What this app says in the audit trail, of recordings, hotwords, the recogniser."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.services.audit.words import Detail, Words, labelled

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
    if count := detail.get("replaced"):
        yield ngettext(
            "replaced %(count)s correction", "replaced %(count)s corrections", count
        ) % {"count": count}


def _pages(department: Department, events: Iterable[AuditEvent]) -> dict[int, str]:
    """Of the recordings that the trail does not say are gone."""
    about = {e.pk: e.object_id for e in events if e.object_type == "recording"}
    comings_and_goings = AuditEvent.objects.filter(
        object_type="recording",
        object_id__in=set(about.values()),
        action__in=[AuditAction.DELETE, AuditAction.RESTORE, AuditAction.PURGE],
    )
    last = dict(comings_and_goings.order_by("id").values_list("object_id", "action"))
    return {
        pk: reverse("transcription:recording", args=[department.slug, uuid])
        for pk, uuid in about.items()
        if uuid and last.get(uuid, AuditAction.RESTORE) == AuditAction.RESTORE
    }


WORDS: Final = Words(
    phrases=_phrases,
    pages=_pages,
    counts=frozenset({"added", "removed", "changed"}),
    kinds={
        "recording": gettext_lazy("Recording"),
        "transcript": gettext_lazy("Transcript"),
        "segment": gettext_lazy("Segment"),
        "speaker": gettext_lazy("Speaker"),
        "job": gettext_lazy("Job"),
        "hotword_list": gettext_lazy("Hotword list"),
        "reference_set": gettext_lazy("Reference set"),
        "rehearing": gettext_lazy("Sentences re-recognised"),
        "search": gettext_lazy("Search"),
        "engine": gettext_lazy("Recogniser"),
    },
    labels={
        "vad": gettext_lazy("cutting of speech (ms)"),
        "query": gettext_lazy("query"),
        "hits": gettext_lazy("hits"),
        "continued": gettext_lazy("a further page"),
        "by_sound": gettext_lazy("by sound"),
        "sentences": gettext_lazy("sentences"),
        "added": gettext_lazy("added"),
        "removed": gettext_lazy("removed"),
        "changed": gettext_lazy("changed"),
        "deleted": gettext_lazy("deleted"),
        "words": gettext_lazy("words"),
        "respelled": pgettext_lazy("of hotwords", "changed"),
        "published": gettext_lazy("published version"),
        "restores": gettext_lazy("with the words of version"),
        "discarded": gettext_lazy("unpublished changes discarded"),
        "proposed": gettext_lazy("words proposed"),
        "accepted": gettext_lazy("proposal accepted"),
        "declined": gettext_lazy("proposal declined"),
        "dismissed": gettext_lazy("suggestion dismissed"),
        "settled": gettext_lazy("suggestion taken up"),
        "put_aside": gettext_lazy("suggestion put aside"),
        "from_corrections": gettext_lazy("hotwords suggested from corrections"),
        "from_uncertain": gettext_lazy(
            "hotwords suggested from what was recognised uncertainly"
        ),
        "used_here": gettext_lazy("used in this department"),
        "left_out": gettext_lazy("left out in this department"),
        "readmitted": gettext_lazy("used in this department again"),
    },
    values={
        "format": {"original": gettext_lazy("Original file")},
        "vad": {"built_in": gettext_lazy("the portal's own")},
    },
)
