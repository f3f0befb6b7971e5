"""Many recordings at once: tagged, hidden, thrown away, transcribed again, undone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.http.sentences import in_a_row
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.forms.archive import ArchiveForm
from transcription.forms.selection import Action, SelectionForm, ticked
from transcription.models.recordings import Recording
from transcription.services.recordings.selection.changing import (
    set_private,
    tag_recordings,
    untag_recordings,
)
from transcription.services.recordings.selection.choosing import (
    Outcome,
    PutBack,
    Selection,
)
from transcription.services.recordings.selection.ordering import (
    estimate,
    transcribe_again,
)
from transcription.services.recordings.selection.trashing import (
    restore_recordings,
    trash_recordings,
)
from transcription.services.recordings.selection.undoing import change_of, undo_change
from transcription.views.recordings.outcomes import remember_outcome, remember_rest


@require_POST
@requires(Capability.EDIT_OWN)
def bulk(request: DepartmentRequest) -> HttpResponseBase:
    """Do it, or ask first where it takes hours; then back to the list as it was."""
    form = SelectionForm(request.POST)
    if not form.is_valid():
        for sentence in form.non_field_errors():
            messages.error(request, str(sentence))
        return _back(request)
    filters = ArchiveForm(request.GET or None, membership=request.membership).filters()
    selection = form.selection(filters)
    action = Action(form.cleaned_data["action"])
    if action is Action.RETRY and not form.cleaned_data["confirmed"]:
        return _ask(request, form, selection)
    try:
        outcome = _done(request, action, form, selection)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        remember_outcome(request, action, outcome, form.cleaned_data["tag"].strip())
    return _back(request)


def _done(
    request: DepartmentRequest,
    action: Action,
    form: SelectionForm,
    selection: Selection,
) -> Outcome:
    who, origin = request.membership, origin_of(request)
    name = form.cleaned_data["tag"]
    match action:
        case Action.TAG:
            return tag_recordings(
                membership=who, origin=origin, selection=selection, name=name
            )
        case Action.UNTAG:
            return untag_recordings(
                membership=who, origin=origin, selection=selection, name=name
            )
        case Action.DELETE:
            return trash_recordings(membership=who, origin=origin, selection=selection)
        case Action.RETRY:
            return transcribe_again(
                membership=who,
                origin=origin,
                selection=selection,
                with_corrected=form.cleaned_data["with_corrected"],
            )
    return set_private(
        membership=who,
        origin=origin,
        selection=selection,
        is_private=action is Action.PRIVATE,
    )


def _ask(
    request: DepartmentRequest, form: SelectionForm, selection: Selection
) -> HttpResponse:
    context = {
        "form": form,
        "about": estimate(request.membership, selection),
        "is_all": form.cleaned_data["all"],
        "uuids": selection.uuids,
        "archive_url": _archive(request),
    }
    return render(request, "transcription/recordings/bulk/retry.html", context)


@require_POST
@requires(Capability.EDIT_OWN)
def bulk_undo(request: DepartmentRequest) -> HttpResponseBase:
    """What the person did last with many recordings, or before that."""
    try:
        change = change_of(request.membership, _uuid(request.POST.get("change", "")))
        back = undo_change(
            membership=request.membership, origin=origin_of(request), change=change
        )
    except Refused as refused:
        messages.error(request, refused.sentence)
        return _back(request)
    _say_back(request, back)
    if back.left:
        remember_rest(request, change, _("There are more of them."))
    return _back(request)


@require_POST
@requires(Capability.EDIT_OWN)
def bulk_restore(request: DepartmentRequest) -> HttpResponseBase:
    """Several out of the trash; what the person may not restore stays there."""
    known = Recording.objects.visible_to(request.membership).trashed()
    back = restore_recordings(
        membership=request.membership,
        origin=origin_of(request),
        recordings=known.filter(uuid__in=ticked(request.POST)),
    )
    _say_back(request, back)
    return redirect("transcription:trash", department=request.department.slug)


def _say_back(request: DepartmentRequest, back: PutBack) -> None:
    sentences = [
        ngettext(
            "%(count)d recording is as it was before.",
            "%(count)d recordings are as they were before.",
            back.done,
        )
        % {"count": back.done}
    ]
    if back.is_searched_later:
        sentences.append(_("They can be searched again in a minute or two."))
    if back.left:
        rest = ngettext(
            "%(count)d is left: do it once more.",
            "%(count)d are left: do it once more.",
            back.left,
        )
        sentences.append(rest % {"count": back.left})
    messages.success(request, in_a_row(sentences))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _archive(request: DepartmentRequest) -> str:
    """The list with the filters of the address, on the same page."""
    kwargs = {"department": request.department.slug}
    url = reverse("transcription:archive", kwargs=kwargs)
    query = request.GET.urlencode()
    return f"{url}?{query}" if query else url


def _back(request: DepartmentRequest) -> HttpResponseBase:
    return redirect(_archive(request))
