"""Files and microphone recordings on their way in."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.http.sentences import in_a_row
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.forms.recordings import UploadForm
from transcription.services.kinds import KINDS
from transcription.services.media.uploads import HashedUpload
from transcription.services.recogniser.status import engine_status
from transcription.services.recordings.keeping import (
    Uploaded,
    nothing_is_the_same,
    upload_recording,
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.UPLOAD)
def upload(request: DepartmentRequest) -> HttpResponseBase:
    """The page; or files: one per call with a JSON answer, or many from the form."""
    if request.method != "POST":
        form = UploadForm(department=request.department)
        return render(request, "transcription/recordings/upload.html", _context(form))
    form = UploadForm(request.POST, department=request.department)
    files = [f for f in request.FILES.getlist("file") if isinstance(f, HashedUpload)]
    if request.accepts("text/html"):
        return _from_form(request, form, files)
    return _from_script(request, form, files)


def _is_of_another_account(request: DepartmentRequest) -> bool:
    """Whether somebody else opened the page: what is on it is not this person's."""
    return request.POST.get("account", str(request.user.pk)) != str(request.user.pk)


def _other_account() -> str:
    return _("Somebody else opened this page. Reload it before you upload.")


def _context(form: UploadForm) -> dict[str, object]:
    return {
        "form": form,
        "engine": engine_status(KINDS),
        "max_bytes": settings.UPLOAD_MAX_BYTES,
    }


def _take(request: DepartmentRequest, form: UploadForm, file: HashedUpload) -> Uploaded:
    return upload_recording(
        membership=request.membership,
        origin=origin_of(request),
        file=file,
        options=form.options(),
        details=form.details(),
        find_existing=(
            nothing_is_the_same if form.cleaned_data["allow_duplicate"] else None
        ),
    )


def _from_script(
    request: DepartmentRequest, form: UploadForm, files: list[HashedUpload]
) -> JsonResponse:
    """201 with the new recording, 200 with the one that is here already, or 4xx."""
    if _is_of_another_account(request):
        return _refused("other_account", _other_account())
    if not form.is_valid():
        sentences = [str(e) for errors in form.errors.values() for e in errors]
        return _refused("invalid_options", in_a_row(sentences))
    if not files:
        return _refused("no_file", _("Choose a file."))
    if len(files) > 1:
        return _refused("several_files", _("Send one file per call."))
    try:
        taken = _take(request, form, files[0])
    except Refused as refused:
        return _refused(refused.code, refused.sentence)
    answer = {
        "uuid": str(taken.recording.uuid),
        "title": taken.recording.title,
        "url": _url_of(request, taken),
        "status_url": _url_of(request, taken, "job_status"),
        "is_duplicate": taken.is_duplicate,
    }
    if taken.is_duplicate:
        answer["message"] = _("This department has this file already.")
    return JsonResponse(answer, status=200 if taken.is_duplicate else 201)


def _url_of(
    request: DepartmentRequest, taken: Uploaded, name: str = "recording"
) -> str:
    kwargs = {"department": request.department.slug, "uuid": taken.recording.uuid}
    return reverse(f"transcription:{name}", kwargs=kwargs)


def _refused(code: str, message: str) -> JsonResponse:
    known = {
        "disk_full": HTTPStatus.INSUFFICIENT_STORAGE,
        "other_account": HTTPStatus.CONFLICT,
    }
    status = known.get(code, HTTPStatus.UNPROCESSABLE_ENTITY)
    return JsonResponse({"code": code, "message": message}, status=status)


def _from_form(
    request: DepartmentRequest, form: UploadForm, files: list[HashedUpload]
) -> HttpResponseBase:
    """Without JavaScript: every file in one request, a sentence for each that fails."""
    if not files:
        form.add_error(None, _("Choose a file."))
    if _is_of_another_account(request):
        form.add_error(None, _other_account())
    if not form.is_valid():
        return _again(request, form)
    taken: list[Uploaded] = []
    for file in files:
        try:
            uploaded = _take(request, form, file)
        except Refused as refused:
            words = {"name": file.name, "problem": refused.sentence}
            messages.error(request, _("%(name)s: %(problem)s") % words)
            continue
        taken.append(uploaded)
        if uploaded.is_duplicate:
            messages.warning(
                request,
                _("%(name)s: this department has this file already, as “%(title)s”.")
                % {"name": file.name, "title": uploaded.recording.title},
                extra_tags=_url_of(request, uploaded) if len(files) > 1 else "",
            )
    slug = request.department.slug
    if len(files) == 1 and taken:
        uuid = taken[0].recording.uuid
        return redirect("transcription:recording", department=slug, uuid=uuid)
    if not taken:
        return _again(request, form)
    new = sum(not uploaded.is_duplicate for uploaded in taken)
    if new:
        messages.success(
            request, _("%(count)s recordings were uploaded.") % {"count": new}
        )
    return redirect("transcription:archive", department=slug)


def _again(request: DepartmentRequest, form: UploadForm) -> HttpResponseBase:
    page = "transcription/recordings/upload.html"
    return render(request, page, _context(form), status=422)
