"""Times and states as people read them."""

from collections.abc import Iterable, Mapping

from django import template
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models.members import Membership
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Language, Tag
from transcription.models.runs import LeasedRun
from transcription.services.readers.people import Reader
from transcription.services.readers.stretches import Stretch
from transcription.services.recogniser import words as engine_words
from transcription.services.runs.errors import sentence
from transcription.services.search.filters import tags_for

register = template.Library()


@register.filter
def clock(ms: int | None) -> str:
    """``02:07``, from an hour on ``1:02:07``; a dash for what nobody has measured."""
    if ms is None:
        return "—"
    minutes, seconds = divmod(int(ms) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{seconds:02}"
    return f"{minutes:02}:{seconds:02}"


@register.simple_tag
def known_tags(here: Membership) -> QuerySet[Tag]:
    """What is suggested while the person types a tag."""
    return tags_for(here)


@register.filter
def of_person(heard: Mapping[int, list[Stretch]], reader: Reader) -> list[Stretch]:
    """What this one heard of the recording."""
    return heard.get(reader.user_id, [])


@register.filter
def exact_clock(ms: int) -> str:
    """``02:07.350``: what ``clock`` says, to the millisecond."""
    return f"{clock(ms)}.{int(ms) % 1000:03}"


@register.filter
def seconds(ms: int) -> str:
    """``12.3``: seconds for a link or a media fragment."""
    return f"{int(ms) / 1000:.3f}".rstrip("0").rstrip(".")


@register.filter
def remaining(ms: int | None) -> str:
    """How long it will still take, in words."""
    if ms is None:
        return ""
    whole = max(1, round(ms / 1000))
    if whole < 90:
        return ngettext(
            "about %(count)s second left", "about %(count)s seconds left", whole
        ) % {"count": whole}
    minutes = round(whole / 60)
    return ngettext(
        "about %(count)s minute left", "about %(count)s minutes left", minutes
    ) % {"count": minutes}


@register.filter
def language_name(code: str | None) -> str:
    """The language as people call it."""
    return str(dict(Language.choices).get(code or "", code or "—"))


@register.filter
def language_list(codes: Iterable[str]) -> str:
    """Several languages in a row."""
    return engine_words.language_list(codes)


@register.filter
def device_name(device: str) -> str:
    """``CPU`` for the engine's ``cpu``."""
    return engine_words.device_name(device)


@register.filter
def why(job: TranscriptionJob | LeasedRun) -> str:
    """Why the job or run failed, as a sentence."""
    return sentence(job.error_code, job.error_detail) if job.error_code else ""


@register.filter
def error_sentence(code: str) -> str:
    """A machine code as a sentence."""
    return sentence(code)


@register.filter
def plain(number: float) -> str:
    """A number as SVG reads it, whatever the language writes for a point."""
    return f"{number:g}"


@register.filter
def rtf(job: TranscriptionJob) -> str:
    """Processing time per second of audio, and what that means; empty when nobody has
    measured it, or when there was nothing to do, as in silence."""
    factor = job.real_time_factor
    if factor is None or factor < 0.005:
        return ""
    return _("%(factor)s (%(speed)s× real time)") % {
        "factor": f"{factor:.2f}",
        "speed": f"{1 / factor:.1f}",
    }
