"""Agents' names, and which members of the department they mean."""

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.forms.recordings import AGENTS_PER_PAGE, AgentFormSet, agent_forms
from transcription.services.recordings.agents import (
    AgentName,
    AgentsChanged,
    agent_names,
    match_agents,
    member_label,
    members_of,
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE_MEMBERS)
def agents(request: DepartmentRequest) -> HttpResponseBase:
    """The names with what they mean; POST says it of a page of them, or of none."""
    names = agent_names(request.department)
    if request.method != "POST":
        return _page(request, names)
    forms = agent_forms(request.department, (), request.POST)
    if not forms.is_valid():
        trouble = _("Nothing was saved yet: some names below are not clear.")
        return _page(request, names, forms, [trouble])
    try:
        count = match_agents(
            department=request.department,
            origin=origin_of(request),
            matches=forms.matches(),
        )
    except AgentsChanged as changed:
        return _conflict(request, names, forms, changed)
    message = ngettext(
        "%(count)d recording changed.", "%(count)d recordings changed.", count
    )
    messages.success(request, message % {"count": count})
    return redirect(request.get_full_path())


def _conflict(
    request: DepartmentRequest,
    names: list[AgentName],
    forms: AgentFormSet,
    changed: AgentsChanged,
) -> HttpResponse:
    """Somebody else has said of a name whom it means: the list has theirs, and what was
    typed for the others."""
    if "application/json" in request.headers.get("Accept", ""):
        raise changed
    trouble = [changed.sentence]
    for form in forms:
        if form.key[0] in changed.names:
            words = {"name": form.key[0], "typed": form.typed or "—"}
            trouble.append(_("For %(name)s you typed: %(typed)s") % words)
    typed = {form.key: form.typed for form in forms}
    answer = _page(request, names, None, trouble, typed)
    answer.status_code = HTTPStatus.CONFLICT
    return answer


def _page(
    request: DepartmentRequest,
    names: list[AgentName],
    forms: AgentFormSet | None = None,
    trouble: list[str] | None = None,
    typed: dict[tuple[str, str], str] | None = None,
) -> HttpResponse:
    page = Paginator(names, AGENTS_PER_PAGE).get_page(request.GET.get("page"))
    shown = forms or agent_forms(request.department, page, typed=typed)
    known = {(one.name, one.before): one for one in names}
    context = {
        "forms": shown,
        "rows": [(form, known.get(form.key)) for form in shown],
        "trouble": trouble or [],
        "page": page,
        "open_count": sum(one.member is None for one in names),
        "members": [member_label(member) for member in members_of(request.department)],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK
    return render(
        request, "transcription/recordings/agents/index.html", context, status=status
    )
