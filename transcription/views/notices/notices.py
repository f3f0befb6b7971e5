"""What a person is told: the list, what is new, what was read."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http.activity import polled
from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from transcription.forms.notices import NewsForm, ReadForm
from transcription.services.notices.reading import (
    count_notices,
    mark_read,
    notices_of,
    unread_of,
)
from transcription.services.notices.sentences import lines_of
from transcription.services.notices.upkeep import KEPT_DAYS

PAGE_SIZE = 25
NEWS_MAX = 5


@require_safe
@requires(Capability.READ)
def notices(request: DepartmentRequest) -> HttpResponse:
    """The person's own, the newest first."""
    found = notices_of(request.membership)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": lines_of(page.object_list, request.membership),
        "days": KEPT_DAYS,
    }
    return render(request, "transcription/notices/index.html", context)


@polled
@require_safe
@requires(Capability.READ)
def badge(request: DepartmentRequest) -> HttpResponse:
    """The header's fragment, with what is new after what the page has counted."""
    after = NewsForm(request.GET)
    news = unread_of(request.membership).none()
    if after.is_valid():
        news = unread_of(request.membership).filter(pk__gt=after.cleaned_data["after"])
    context = {
        "here": request.membership,
        "notices": count_notices(request.membership),
        "news": lines_of(news[:NEWS_MAX], request.membership),
    }
    return render(request, "transcription/notices/_badge.html", context)


@require_POST
@requires(Capability.READ)
def read(request: DepartmentRequest) -> HttpResponseBase:
    """One, or all when none is named."""
    form = ReadForm(request.POST)
    if not form.is_valid():
        raise Http404
    found = notices_of(request.membership)
    if form.cleaned_data["notice"]:
        found = found.filter(uuid=form.cleaned_data["notice"])
        if not found.exists():
            raise Http404
    mark_read(found)
    return redirect("transcription:notices", department=request.department.slug)
