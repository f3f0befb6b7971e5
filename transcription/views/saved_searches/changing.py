"""Saving a search, changing one, deleting it and bringing it back."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.conflicts import Conflict, conflict_of, conflict_status
from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from accounts.services.versions import ChangedMeanwhile
from transcription.access.saved_searches import (
    access_saved_search,
    access_saved_search_to_change,
)
from transcription.forms.saved_searches import (
    AlertsForm,
    ChangeSearchForm,
    SaveSearchForm,
    question_of,
    question_text,
)
from transcription.models.saved_searches import SavedSearch
from transcription.services.saved_searches.keeping import (
    change_search,
    delete_search,
    restore_search,
    save_search,
    set_alerts,
)
from transcription.services.saved_searches.questions import canonical
from transcription.views.saved_searches.listing import remember_deleted, search_page


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.SEARCH)
def saved_search_new(request: DepartmentRequest) -> HttpResponseBase:
    """Keep the question of the search page; GET is the form alone, with the question in
    the address."""
    if request.method != "POST":
        return _new_page(request, SaveSearchForm(initial=_named(request)))
    form = SaveSearchForm(request.POST)
    if form.is_valid():
        try:
            search = save_search(
                membership=request.membership,
                origin=origin_of(request),
                read=question_of,
                **form.cleaned_data,
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(
                request, _("The search “%(name)s” is saved.") % _of(search)
            )
            return redirect(search_page(search))
    return _new_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _named(request: DepartmentRequest) -> dict[str, str]:
    question = canonical(request.GET.urlencode())
    return {
        "question": question,
        "name": request.GET.get("q", "").strip()[: SavedSearch.NAME_MAX],
    }


def _new_page(
    request: DepartmentRequest, form: SaveSearchForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    question = str(form["question"].value() or "")
    context = {"form": form, "text": question_text(question, request.membership)}
    return render(
        request, "transcription/search/saved/new.html", context, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def saved_search_edit(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Its name, whether it is shared, and from the search page what it asks."""
    search = access_saved_search_to_change(request.membership, uuid)
    if "theirs" in request.POST:  # of a conflict: what is stored stands
        return _to_list(request)
    if request.method != "POST":
        return _edit_page(request, search, ChangeSearchForm.of(search))
    form = ChangeSearchForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, search, form, 422)
    try:
        change_search(
            search=search,
            origin=origin_of(request),
            read=question_of,
            **form.cleaned_data,
        )
    except ChangedMeanwhile as changed:
        fresh = access_saved_search_to_change(request.membership, uuid)
        conflict = conflict_of(request, changed, form, ChangeSearchForm.of(fresh))
        status = conflict_status(request)
        return _edit_page(request, fresh, form, status, conflict)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _edit_page(request, search, form, 422)
    messages.success(request, _("Saved."))
    return _to_list(request)


def _edit_page(
    request: DepartmentRequest,
    search: SavedSearch,
    form: ChangeSearchForm,
    status: int = HTTPStatus.OK,
    conflict: Conflict | None = None,
) -> HttpResponse:
    question = str(form["question"].value() or "")
    context = {
        "form": form,
        "conflict": conflict,
        "search": search,
        "text": question_text(question, request.membership),
        "search_page": search_page(search),
    }
    return render(
        request, "transcription/search/saved/edit.html", context, status=status
    )


@require_POST
def saved_search_alerts(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Whether this person is told of new hits."""
    search = access_saved_search(request.membership, uuid)
    form = AlertsForm(request.POST)
    alerts = form.is_valid() and form.cleaned_data["alerts"]
    set_alerts(search=search, membership=request.membership, alerts=alerts)
    said = (
        _("You are told when new recordings match “%(name)s”.")
        if alerts
        else _("You are no longer told of “%(name)s”.")
    )
    messages.success(request, said % _of(search))
    return _to_list(request)


@require_POST
def saved_search_delete(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Gone from the lists; the next page offers to bring it back."""
    search = access_saved_search_to_change(request.membership, uuid)
    if delete_search(search=search, origin=origin_of(request)):
        remember_deleted(request, search)
    return _to_list(request)


@require_POST
def saved_search_restore(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """What was just deleted, as it was."""
    search = access_saved_search_to_change(request.membership, uuid, deleted=True)
    try:
        restore_search(search=search, origin=origin_of(request))
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("The search “%(name)s” is back.") % _of(search))
    return _to_list(request)


def _of(search: SavedSearch) -> dict[str, str]:
    return {"name": search.name}


def _to_list(request: DepartmentRequest) -> HttpResponseBase:
    return redirect("transcription:saved_searches", department=request.department.slug)
