"""What the pages of a department's lists and of the company's have in common.

A ``Shelf`` is where the lists stand. Whoever calls has been let through the door.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models.departments import Department
from accounts.services.audit.writing import origin_of
from transcription.forms.hotwords import (
    LINE_MAX,
    ListForm,
    ProposalForm,
    PublishForm,
    WholeListForm,
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
from transcription.services.hotwords.lists import (
    AddReport,
    ListRefused,
    as_text,
    create_list,
    delete_list,
    edit_list,
    replace_words,
    set_enabled,
    spaced,
    version_of,
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
from transcription.views.media.downloads import attachment

WORDS_PER_PAGE = 300
_DONE = {"duplicate", "proposed"}  # nothing to correct


@dataclass(frozen=True, slots=True)
class Shelf:
    """The lists of a department, or of the company. What somebody may do decides what
    the page offers; the doors decide what is possible."""

    department: Department | None
    may_change: bool
    may_propose: bool = False  # to whoever may change it
    may_override: bool = False  # a department's admin, about the company's lists

    def is_guest(self, hotword_list: HotwordList) -> bool:
        """Whether the list is the company's and shown in a department: only what is
        published matters there."""
        return self.department is not None and hotword_list.department_id is None

    def url(self, name: str, hotword_list: HotwordList | None = None) -> str:
        """The address of a page on this shelf."""
        kwargs: dict[str, object] = {}
        if hotword_list:
            kwargs["uuid"] = hotword_list.uuid
        if self.department is None:
            return reverse(f"platform:{name}", kwargs=kwargs)
        kwargs["department"] = self.department.slug
        return reverse(f"transcription:{name}", kwargs=kwargs)


def lists_page(
    request: HttpRequest, shelf: Shelf, form: ListForm | None = None
) -> HttpResponse:
    """All lists of the shelf, and in a department those of the company."""
    last = HotwordListVersion.objects.filter(hotword_list=OuterRef("pk"))
    lists = HotwordList.objects.order_by("name").annotate(
        number=Subquery(last.values("number")[:1])
    )
    own = lists.filter(department=shelf.department)
    # Of the company's lists a department uses what is published.
    companys = lists.filter(department=None).annotate(
        word_count=Subquery(last.values("word_count")[:1])
    )
    context = {
        "shelf": shelf,
        "form": form or ListForm(),
        "lists": own.annotate(word_count=Count("hotwords")),
        "company_lists": companys if shelf.department else [],
        "off": lists_off(shelf.department) if shelf.department else set(),
        "open_counts": open_counts(own) if shelf.may_change else {},
    }
    status = 422 if form else 200
    return render(
        request, "transcription/hotwords/lists/index.html", context, status=status
    )


def create(request: HttpRequest, shelf: Shelf) -> HttpResponseBase:
    """A new list; then its page."""
    form = ListForm(request.POST)
    if form.is_valid():
        try:
            made = create_list(
                department=shelf.department,
                origin=origin_of(request),
                name=form.cleaned_data["name"],
            )
        except ListRefused as refused:
            form.add_error("name", refused.message)
        else:
            return redirect(shelf.url("hotword_list", made))
    return lists_page(request, shelf, form)


def list_page(
    request: HttpRequest,
    shelf: Shelf,
    hotword_list: HotwordList,
    *,
    list_form: ListForm | None = None,
    words_form: WordsForm | None = None,
    proposal_form: ProposalForm | None = None,
    report: AddReport | None = None,
) -> HttpResponse:
    """One list: its words, and after adding or proposing what became of each line.
    Lines that were left out stand in the field again, to be corrected there."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:30]
    is_guest = shelf.is_guest(hotword_list)
    version = published_version(hotword_list)
    changes = None if is_guest else draft_changes(hotword_list, version)
    words, word_count = _words(shelf, hotword_list, query)
    to_correct = {"text": _to_correct(report)}
    user = origin_of(request).user
    context = {
        "shelf": shelf,
        "list": hotword_list,
        "may_change": shelf.may_change,
        "version": version,
        "changes": changes,
        "trial": _trial(shelf, hotword_list) if changes else None,
        "may_try": shelf.department and hotword_list.department_id,
        "publish_form": PublishForm(),
        "word_count": word_count,
        "query": query,
        "page": Paginator(words, WORDS_PER_PAGE).get_page(request.GET.get("page")),
        "list_form": list_form or ListForm(initial={"name": hotword_list.name}),
        "word_form": WordForm(),
        "words_form": words_form or WordsForm(initial=to_correct),
        "proposal_form": proposal_form or ProposalForm(initial=to_correct),
        "proposals": open_proposals(hotword_list) if shelf.may_change else [],
        "own_proposals": proposals_of(hotword_list, user)
        if user and shelf.may_propose
        else [],
        "is_off": is_guest and _is_off(shelf, hotword_list),
        "removed": request.GET.get("removed", "").replace("\x00", "")[:LINE_MAX],
        "report": report,
    }
    failed = bool(list_form or words_form or proposal_form)
    status = 422 if failed else 200
    return render(
        request, "transcription/hotwords/lists/list.html", context, status=status
    )


def _trial(shelf: Shelf, hotword_list: HotwordList) -> Trial | None:
    """The draft's last try; the company's lists have no sentences to be tried on."""
    if shelf.department is None or hotword_list.department_id is None:
        return None
    return newest_trial(shelf.department, hotword_list)


def _words(
    shelf: Shelf, hotword_list: HotwordList, query: str
) -> tuple["list[CompanyWord] | QuerySet[Hotword]", int]:
    """The words with ``query`` in them, and how many there are without it."""
    if shelf.department and hotword_list.department_id is None:
        published = company_words(hotword_list, shelf.department)
        found = [word for word in published if query.casefold() in word.text.casefold()]
        return found, len(published)
    draft = hotword_list.hotwords.all()
    return draft.filter(text__icontains=query), draft.count()


def _is_off(shelf: Shelf, hotword_list: HotwordList) -> bool:
    if shelf.department is None:
        return False
    return hotword_list.pk in lists_off(shelf.department)


def _to_correct(report: AddReport | None) -> str:
    problems = report.problems if report else []
    return "\n".join(p.text for p in problems if p.code not in _DONE)


def edit(
    request: HttpRequest, shelf: Shelf, hotword_list: HotwordList
) -> HttpResponseBase:
    """Another name."""
    form = ListForm(request.POST)
    if form.is_valid():
        try:
            edit_list(
                hotword_list=hotword_list,
                origin=origin_of(request),
                name=form.cleaned_data["name"],
            )
        except ListRefused as refused:
            form.add_error("name", refused.message)
        else:
            messages.success(request, _("Renamed."))
            return redirect(shelf.url("hotword_list", hotword_list))
    return list_page(request, shelf, hotword_list, list_form=form)


def delete(
    request: HttpRequest, shelf: Shelf, hotword_list: HotwordList
) -> HttpResponseBase:
    """Asks first, on a page of its own."""
    if request.method != "POST":
        context = {
            "shelf": shelf,
            "list": hotword_list,
            "word_count": hotword_list.hotwords.count(),
        }
        return render(request, "transcription/hotwords/lists/delete.html", context)
    delete_list(hotword_list=hotword_list, origin=origin_of(request))
    messages.success(
        request, _("The list “%(name)s” is deleted.") % {"name": hotword_list.name}
    )
    return redirect(shelf.url("hotword_lists"))


def toggle(
    request: HttpRequest, shelf: Shelf, hotword_list: HotwordList
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
        return redirect(shelf.url("hotword_list", hotword_list))
    return redirect(shelf.url("hotword_lists"))


def text(
    request: HttpRequest, shelf: Shelf, hotword_list: HotwordList
) -> HttpResponseBase:
    """The whole list as one text, to be edited and saved as a replacement."""
    version = version_of(hotword_list)
    if request.method != "POST":
        words = map(spaced, draft_lines(hotword_list))
        initial = {"text": "\n".join(words), "version": version}
        form = WholeListForm(initial=initial)
        return _text_page(request, shelf, hotword_list, form)
    form = WholeListForm(request.POST)
    if form.is_valid():
        try:
            report = replace_words(
                hotword_list=hotword_list,
                origin=origin_of(request),
                text=form.cleaned_data["text"],
                version=form.cleaned_data["version"],
            )
        except ListRefused as refused:
            form.add_error(None, refused.message)
            # What was typed stays, now on top of the list as it is.
            form.data = request.POST.copy()
            form.data["version"] = version
        else:
            if report.problem_count:
                return list_page(request, shelf, hotword_list, report=report)
            messages.success(request, _("Saved."))
            return redirect(shelf.url("hotword_list", hotword_list))
    return _text_page(request, shelf, hotword_list, form, status=422)


def _text_page(
    request: HttpRequest,
    shelf: Shelf,
    hotword_list: HotwordList,
    form: WholeListForm,
    status: int = 200,
) -> HttpResponse:
    context = {"shelf": shelf, "list": hotword_list, "form": form}
    return render(
        request, "transcription/hotwords/lists/text.html", context, status=status
    )


def download(shelf: Shelf, hotword_list: HotwordList) -> HttpResponse:
    """The list as a text file that can be uploaded again, and that Notepad can read."""
    is_guest = shelf.is_guest(hotword_list)
    lines = published_lines(hotword_list) if is_guest else draft_lines(hotword_list)
    content = as_text(hotword_list, lines).encode("utf-8-sig")
    response = HttpResponse(content, content_type="text/plain; charset=utf-8")
    return attachment(response, f"{hotword_list.name}.txt")
