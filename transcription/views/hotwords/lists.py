"""Hotword lists: made, read, renamed, switched on and off, removed.

Members see the lists of their department and the company's; its admins change them.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.forms.conflicts import Conflict, conflict_of, conflict_status
from accounts.http.requests import UserRequest
from accounts.models.people import User
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from accounts.services.versions import ChangedMeanwhile, version_of
from transcription.forms.hotwords import (
    LINE_MAX,
    AnswersForm,
    ListForm,
    ProposalForm,
    PublishForm,
    WordForm,
    WordsForm,
)
from transcription.models.hotwords.lists import Hotword, HotwordList, HotwordListVersion
from transcription.services.evaluation.trials import Trial, newest_trial
from transcription.services.hotwords.drafts import (
    draft_changes,
    draft_lines,
    published_lines,
    published_version,
)
from transcription.services.hotwords.for_jobs import counts_for_jobs
from transcription.services.hotwords.lists import (
    AddReport,
    as_text,
    create_list,
    delete_list,
    edit_list,
    set_enabled,
)
from transcription.services.hotwords.overrides import (
    CompanyWord,
    company_words,
    lists_off,
)
from transcription.services.hotwords.proposals import (
    open_counts,
    open_proposals,
    proposals_of,
)
from transcription.services.hotwords.versions import has_letter_words
from transcription.views.hotwords.scope import (
    Scope,
    of_list_to_change,
    of_list_to_read,
    of_scope,
)
from transcription.views.media.downloads import attachment

LIST_PAGE = "transcription/hotwords/lists/list.html"

WORDS_PER_PAGE = 300
_DONE = {"duplicate", "proposed"}  # nothing to correct


@require_safe
@of_scope(Capability.READ)
def hotword_lists(request: UserRequest, scope: Scope) -> HttpResponse:
    """All lists of the scope."""
    return _lists_page(request, scope)


def _lists_page(
    request: HttpRequest, scope: Scope, form: ListForm | None = None
) -> HttpResponse:
    """All lists of the scope, and in a department those of the company."""
    last = HotwordListVersion.objects.filter(hotword_list=OuterRef("pk"))
    lists = HotwordList.objects.order_by("name").annotate(
        number=Subquery(last.values("number")[:1]),
        word_count=Coalesce(Subquery(last.values("word_count")[:1]), 0),
    )
    own = lists.filter(department=scope.department)
    companys = lists.filter(department=None)
    context = {
        "scope": scope,
        "form": form or ListForm(),
        "lists": own.annotate(draft_count=Count("hotwords")),
        "counts": counts_for_jobs(scope.department) if scope.department else None,
        "lacks_letter_words": not (scope.department or has_letter_words()),
        "company_lists": companys if scope.department else [],
        "off": lists_off(scope.department) if scope.department else set(),
        "open_counts": open_counts(own) if scope.may_change else {},
    }
    status = 422 if form else 200
    return render(
        request, "transcription/hotwords/lists/index.html", context, status=status
    )


@require_POST
@of_scope(Capability.MANAGE_HOTWORDS)
def create(request: UserRequest, scope: Scope) -> HttpResponseBase:
    """A new list; then its page."""
    form = ListForm(request.POST)
    if form.is_valid():
        try:
            made = create_list(
                department=scope.department,
                origin=origin_of(request),
                name=form.cleaned_data["name"],
            )
        except Refused as refused:
            form.add_error("name", refused.sentence)
        else:
            return redirect(scope.url("hotword_list", made))
    return _lists_page(request, scope, form)


@require_safe
@of_list_to_read
def hotword_list(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponse:
    """One list and its words."""
    return list_page(request, scope, hotword_list)


def list_page(
    request: HttpRequest,
    scope: Scope,
    hotword_list: HotwordList,
    *,
    list_form: ListForm | None = None,
    word_form: WordForm | None = None,
    words_form: WordsForm | None = None,
    proposal_form: ProposalForm | None = None,
    answers_form: AnswersForm | None = None,
    report: AddReport | None = None,
    previewed: str = "",
    conflict: Conflict | None = None,
) -> HttpResponse:
    """One list: its words, and after adding or proposing what became of each line, or
    would. Lines that were left out stand in the field again, to be corrected there, and
    what was ``previewed`` stands in it as it was."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:30]
    words, word_count = _words(scope, hotword_list, query)
    to_correct = {"text": previewed or _to_correct(report)}
    context = _state(scope, hotword_list, origin_of(request).user) | {
        "publish_form": PublishForm(),
        "word_count": word_count,
        "query": query,
        "page": Paginator(words, WORDS_PER_PAGE).get_page(request.GET.get("page")),
        "list_form": list_form or rename_form(hotword_list),
        "word_form": word_form or WordForm(),
        "words_form": words_form or WordsForm(initial=to_correct),
        "answers_form": answers_form or AnswersForm(),
        "proposal_form": proposal_form or ProposalForm(initial=to_correct),
        "removed": request.GET.get("removed", "").replace("\x00", "")[:LINE_MAX],
        "report": report,
        "is_preview": bool(previewed),
        "conflict": conflict,
    }
    failed = (list_form, word_form, words_form, proposal_form, answers_form)
    status = 422 if any(form is not None for form in failed) else 200
    if conflict is not None:
        status = conflict_status(request)
    return render(request, LIST_PAGE, context, status=status)


def _trial(scope: Scope, hotword_list: HotwordList) -> Trial | None:
    """The draft's last try; the company's lists have no sentences to be tried on."""
    if scope.membership is None or hotword_list.department_id is None:
        return None
    return newest_trial(scope.membership, hotword_list)


def _state(
    scope: Scope, hotword_list: HotwordList, user: User | None
) -> dict[str, object]:
    """What is published, in draft and proposed, as far as the scope may see it."""
    is_guest = scope.is_guest(hotword_list)
    version = published_version(hotword_list)
    changes = None if is_guest else draft_changes(hotword_list, version)
    own = proposals_of(hotword_list, user) if user and scope.may_propose else []
    return {
        "scope": scope,
        "list": hotword_list,
        "may_change": scope.may_change,
        "may_try": scope.department and hotword_list.department_id,
        "version": version,
        "changes": changes,
        "trial": _trial(scope, hotword_list) if changes else None,
        "is_off": is_guest and _is_off(scope, hotword_list),
        "used": _used(scope, hotword_list, version),
        "proposals": open_proposals(hotword_list) if scope.may_change else [],
        "own_proposals": own,
    }


def _words(
    scope: Scope, hotword_list: HotwordList, query: str
) -> tuple["list[CompanyWord] | QuerySet[Hotword]", int]:
    """The words with ``query`` in them, and how many there are without it."""
    if scope.department and hotword_list.department_id is None:
        published = company_words(hotword_list, scope.department)
        found = [word for word in published if query.casefold() in word.text.casefold()]
        return found, len(published)
    draft = hotword_list.hotwords.all()
    return draft.filter(text__icontains=query), draft.count()


def _used(
    scope: Scope, hotword_list: HotwordList, version: HotwordListVersion | None
) -> int | None:
    """How many words the department's new jobs take from the list."""
    if scope.department is None or version is None:
        return None
    return counts_for_jobs(scope.department).of_list.get(hotword_list.pk, 0)


def _is_off(scope: Scope, hotword_list: HotwordList) -> bool:
    if scope.department is None:
        return False
    return hotword_list.pk in lists_off(scope.department)


def _to_correct(report: AddReport | None) -> str:
    problems = report.problems if report else []
    return "\n".join(p.text for p in problems if p.code not in _DONE)


@require_POST
@of_list_to_change
def edit(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponseBase:
    """Another name."""
    if "theirs" in request.POST:  # of a conflict: the name that it has stands
        return redirect(scope.url("hotword_list", hotword_list))
    form = ListForm(request.POST)
    if form.is_valid():
        try:
            edit_list(
                hotword_list=hotword_list,
                origin=origin_of(request),
                name=form.cleaned_data["name"],
                version=form.cleaned_data["version"],
            )
        except ChangedMeanwhile as changed:
            hotword_list.refresh_from_db()
            conflict = conflict_of(request, changed, form, rename_form(hotword_list))
            return list_page(
                request, scope, hotword_list, list_form=form, conflict=conflict
            )
        except Refused as refused:
            form.add_error("name", refused.sentence)
        else:
            messages.success(request, _("Renamed."))
            return redirect(scope.url("hotword_list", hotword_list))
    return list_page(request, scope, hotword_list, list_form=form)


def rename_form(hotword_list: HotwordList) -> ListForm:
    """As the name is now."""
    name = hotword_list.name
    return ListForm(initial={"name": name, "version": version_of(name)})


@require_http_methods(["GET", "HEAD", "POST"])
@of_list_to_change
def delete(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponseBase:
    """Asks first, on a page of its own."""
    if request.method != "POST":
        context = {
            "scope": scope,
            "list": hotword_list,
            "word_count": hotword_list.hotwords.count(),
        }
        return render(request, "transcription/hotwords/lists/delete.html", context)
    delete_list(hotword_list=hotword_list, origin=origin_of(request))
    messages.success(
        request, _("The list “%(name)s” is deleted.") % {"name": hotword_list.name}
    )
    return redirect(scope.url("hotword_lists"))


@require_POST
@of_list_to_change
def toggle(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponseBase:
    """On or off, as the form says; back to where the switch was."""
    is_enabled = request.POST.get("enabled") == "1"
    set_enabled(
        hotword_list=hotword_list, origin=origin_of(request), is_enabled=is_enabled
    )
    names = {"name": hotword_list.name}
    if is_enabled:
        messages.success(request, _("New jobs use “%(name)s”.") % names)
    else:
        messages.success(request, _("New jobs do not use “%(name)s”.") % names)
    if request.POST.get("from") == "list":
        return redirect(scope.url("hotword_list", hotword_list))
    return redirect(scope.url("hotword_lists"))


@require_safe
@of_list_to_read
def download(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponse:
    """The list as a text file that can be uploaded again, and that Notepad can read."""
    is_guest = scope.is_guest(hotword_list)
    lines = published_lines(hotword_list) if is_guest else draft_lines(hotword_list)
    content = as_text(hotword_list, lines).encode("utf-8-sig")
    response = HttpResponse(content, content_type="text/plain; charset=utf-8")
    return attachment(response, f"{hotword_list.name}.txt")
