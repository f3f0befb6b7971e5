"""One recording: read it, take it away, throw it away."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http.redirects import path_within
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.recordings import (
    access_recording,
    access_recording_to_edit,
    may_correct,
    may_edit,
)
from transcription.access.transcripts import current_transcript
from transcription.exports import FORMATS
from transcription.forms.recordings import RetryForm
from transcription.forms.transcripts import FIND_MAX, TEXTS, PlaceForm, text_of
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.transcripts import Transcript
from transcription.services.drafts.sentences import unsaved_corrections
from transcription.services.notices.reading import mark_read, notices_of
from transcription.services.readers.noting import note_view
from transcription.services.recogniser.status import coming_model
from transcription.services.recordings.exports import export_transcript
from transcription.services.recordings.keeping import trash_recording
from transcription.services.transcripts.pages import (
    PAGE,
    lines_apart,
    lines_on,
    pages_of,
)
from transcription.services.transcripts.reading import (
    VOICE_COLOURS,
    Voice,
    doubtful_segments,
    has_corrections,
    voices,
)
from transcription.services.transcripts.sound_notes import about_sound, why_empty
from transcription.services.transcripts.voices import (
    about_speakers,
    channel_names,
    has_silent_channel,
)
from transcription.views.media.downloads import attachment
from transcription.views.media.player import media_url, start_seconds
from transcription.views.search_way import way_of


@require_safe
def recording(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """The transcript page. ``?text=raw``, ``?t=12.3``, ``?s=<sentence>`` and
    ``?page=2`` work without JavaScript."""
    found = access_recording(request.membership, uuid, Capability.READ)
    transcript = current_transcript(found)
    text = text_of(request)
    job = found.jobs.select_related("requested_by").first()
    way = way_of(request, found)
    context = {
        "recording": found,
        "job": job,
        "transcript": transcript,
        "text_cookie": settings.TEXT_COOKIE_NAME,
        "cookie_path": settings.COOKIE_PATH,
        "done": transcript.job if transcript else job,
        "coming_engine": _coming_engine(job),
        "may_edit": may_edit(request.membership, found),
        "may_correct": may_correct(request.membership, found),
        "unsaved": unsaved_corrections(user=request.user, recording=found),
        "may_retry": may_edit(request.membership, found)
        and request.membership.can(Capability.UPLOAD),
        "options_form": RetryForm(recording=found),
        "text": text,
        "formats": FORMATS,
        "start": start_seconds(request.GET.get("t", "")),
        "media_url": media_url(request, found),
        "peaks": found.waveform,
        "find": (request.GET.get("q") or (way.said if way else ""))[:FIND_MAX],
        "archive_url": _archive_url(request),
        "way": way,
        **_sound_of(transcript),
        **(_lines_of(request, transcript) if transcript else {}),
        **_speakers_of(found, transcript),
    }
    note_view(recording=found, origin=origin_of(request))
    mark_read(notices_of(request.membership).filter(job__recording=found))
    response = render(request, "transcription/recordings/recording.html", context)
    if request.GET.get("text") in TEXTS:
        _remember(response, text)
    return response


def _sound_of(transcript: Transcript | None) -> dict[str, object]:
    if transcript is None:
        return {}
    said = about_sound(transcript)
    return {"about_sound": said, "why_empty": why_empty(transcript)}


def _remember(response: HttpResponse, text: str) -> None:
    response.set_cookie(
        settings.TEXT_COOKIE_NAME,
        text,
        max_age=31_536_000,
        path=settings.COOKIE_PATH,
        samesite="Lax",
    )


def _lines_of(request: DepartmentRequest, transcript: Transcript) -> dict[str, object]:
    """A page of what is read; with ``?show=doubtful`` of those where somebody should
    listen."""
    may_measure = request.membership.can(Capability.MANAGE_HOTWORDS)
    context: dict[str, object] = {
        "has_corrections": may_measure and has_corrections(transcript)
    }
    is_doubtful = request.GET.get("show") == "doubtful"
    doubtful = doubtful_segments(transcript) if is_doubtful else []
    if doubtful:
        page = Paginator(doubtful, PAGE).get_page(request.GET.get("page"))
        lines = lines_apart(transcript, [doubt.pk for doubt in page])
        return {**context, "is_doubtful": True, "lines": lines, "page": page}
    pages = pages_of(transcript)
    number = PlaceForm(request.GET).page_in(transcript, pages)
    return {
        **context,
        "lines": lines_on(transcript, number),
        "number": number,
        "pages": pages,
        "page": Paginator(range(pages.sentences), PAGE).get_page(number),
    }


def _speakers_of(found: Recording, transcript: Transcript | None) -> dict[str, object]:
    known = voices(transcript) if transcript else []
    return {
        "voices": known,
        "lanes": _lanes(found, transcript, known),
        "about_speakers": transcript
        and about_speakers(transcript, [voice.speaker for voice in known]),
        "may_swap": len({v.speaker.channel for v in known} - {None}) == 2,
    }


def _lanes(
    found: Recording, transcript: Transcript | None, known: list[Voice]
) -> list[dict[str, object]]:
    """Who speaks in each channel of the waveform; nobody in a single one, and nobody
    knows where only one of two is used."""
    count = len(found.waveform or [])
    if count < 2:
        return []
    is_alone = transcript is not None and has_silent_channel(transcript)
    names = {} if is_alone else channel_names(found)
    by_channel = {voice.speaker.channel: voice for voice in known}
    return [
        {"name": voice.name, "colour": voice.colour}
        if (voice := by_channel.get(channel))
        else {"name": names.get(channel, ""), "colour": channel % VOICE_COLOURS}
        for channel in range(count)
    ]


def _coming_engine(job: TranscriptionJob | None) -> str:
    """What will recognise a recording that no recogniser has taken up yet."""
    is_coming = job is not None and job.is_active and not job.engine
    return coming_model() if is_coming else ""


def _archive_url(request: DepartmentRequest) -> str:
    """The archive: filtered as it was when somebody came from there."""
    kwargs = {"department": request.department.slug}
    archive = reverse("transcription:archive", kwargs=kwargs)
    came_from = path_within(request, request.headers.get("Referer", ""))
    return came_from if came_from.startswith(f"{archive}?") else archive


@require_POST
def delete(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Into the trash; the archive then offers to undo it."""
    found = access_recording_to_edit(request.membership, uuid)
    trash_recording(
        recording=found, membership=request.membership, origin=origin_of(request)
    )
    slug = request.department.slug
    archive = reverse("transcription:archive", kwargs={"department": slug})
    return redirect(f"{archive}?trashed={uuid}")


@require_safe
def export(request: DepartmentRequest, uuid: UUID, fmt: str) -> HttpResponseBase:
    """The transcript as a file, with the text that is read on its page; ``?text=raw``
    takes the engine's own words."""
    found = access_recording(request.membership, uuid, Capability.READ)
    if fmt not in FORMATS:
        raise Http404
    transcript = current_transcript(found)
    if transcript is None:
        messages.info(request, _("There is no transcript to export yet."))
        return redirect(
            "transcription:recording", department=request.department.slug, uuid=uuid
        )
    exported = export_transcript(
        recording=found,
        transcript=transcript,
        origin=origin_of(request),
        fmt=fmt,
        raw=text_of(request) == "raw",
    )
    response = HttpResponse(exported.content, content_type=exported.content_type)
    return attachment(response, f"{found.title}.{exported.extension}")
