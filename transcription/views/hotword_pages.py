"""What the pages of a department's lists and of the company's have in common.

A ``Shelf`` is where the lists stand. Whoever calls has been let through the door.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import origin_of
from accounts.models import Department
from transcription.forms.hotwords import ListForm, WholeListForm, WordForm, WordsForm
from transcription.models import Hotword, HotwordList
from transcription.services.hotwords import (
    AddReport,
    ListRefused,
    add_words,
    as_text,
    create_list,
    delete_list,
    edit_list,
    remove_word,
    replace_words,
    set_enabled,
    version_of,
)
from transcription.views.downloads import attachment

WORDS_PER_PAGE = 300


@dataclass(frozen=True, slots=True)
class Shelf:
    """The lists of a department, or of the company. ``may_change`` decides what the
    page offers; the doors decide what is possible."""

    department: Department | None
    may_change: bool

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
    lists = HotwordList.objects.annotate(word_count=Count("hotwords"))
    context = {
        "shelf": shelf,
        "form": form or ListForm(),
        "lists": lists.filter(department=shelf.department).order_by("name"),
        "company_lists": lists.filter(department=None).order_by("name")
        if shelf.department
        else [],
    }
    status = 422 if form else 200
    return render(request, "transcription/hotword_lists.html", context, status=status)


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
    report: AddReport | None = None,
) -> HttpResponse:
    """One list: its words, and after adding what became of each line. Lines that were
    left out stand in the field again, to be corrected there."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:30]
    words = hotword_list.hotwords.all()
    if query:
        words = words.filter(text__icontains=query)
    context = {
        "shelf": shelf,
        "list": hotword_list,
        "may_change": shelf.may_change,
        "word_count": hotword_list.hotwords.count(),
        "query": query,
        "page": Paginator(words, WORDS_PER_PAGE).get_page(request.GET.get("page")),
        "list_form": list_form or ListForm(initial={"name": hotword_list.name}),
        "word_form": WordForm(),
        "words_form": words_form or WordsForm(initial={"text": _to_correct(report)}),
        "removed": request.GET.get("removed", "").replace("\x00", "")[:30],
        "report": report,
    }
    failed = bool(list_form or words_form)
    status = 422 if failed else 200
    return render(request, "transcription/hotword_list.html", context, status=status)


def _to_correct(report: AddReport | None) -> str:
    problems = report.problems if report else []
    return "\n".join(p.text for p in problems if p.code != "duplicate")


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
        return render(request, "transcription/hotword_list_delete.html", context)
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


def add(
    request: HttpRequest, shelf: Shelf, hotword_list: HotwordList
) -> HttpResponseBase:
    """One typed word."""
    form = WordForm(request.POST)
    if not form.is_valid():
        return redirect(shelf.url("hotword_list", hotword_list))
    return _added(request, shelf, hotword_list, form.cleaned_data["text"])


def paste(
    request: HttpRequest, shelf: Shelf, hotword_list: HotwordList
) -> HttpResponseBase:
    """Many words, pasted or in a file."""
    form = WordsForm(request.POST, request.FILES)
    if not form.is_valid():
        return list_page(request, shelf, hotword_list, words_form=form)
    return _added(request, shelf, hotword_list, form.cleaned_data["words"])


def _added(
    request: HttpRequest, shelf: Shelf, hotword_list: HotwordList, text: str
) -> HttpResponseBase:
    report = add_words(hotword_list=hotword_list, origin=origin_of(request), text=text)
    if report.problem_count:
        return list_page(request, shelf, hotword_list, report=report)
    if report.added:
        message = ngettext(
            "%(count)d word added.", "%(count)d words added.", report.added
        )
        messages.success(request, message % {"count": report.added})
    else:
        messages.warning(request, _("There was no word in it, only comments."))
    return redirect(shelf.url("hotword_list", hotword_list))


def text(
    request: HttpRequest, shelf: Shelf, hotword_list: HotwordList
) -> HttpResponseBase:
    """The whole list as one text, to be edited and saved as a replacement."""
    version = version_of(hotword_list)
    if request.method != "POST":
        words = "\n".join(hotword_list.hotwords.values_list("text", flat=True))
        form = WholeListForm(initial={"text": words, "version": version})
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
        request, "transcription/hotword_list_text.html", context, status=status
    )


def download(hotword_list: HotwordList) -> HttpResponse:
    """The list as a text file that can be uploaded again, and that Notepad can read."""
    content = as_text(hotword_list).encode("utf-8-sig")
    response = HttpResponse(content, content_type="text/plain; charset=utf-8")
    return attachment(response, f"{hotword_list.name}.txt")


def remove(
    request: HttpRequest, shelf: Shelf, hotword_list: HotwordList, hotword: Hotword
) -> HttpResponseBase:
    """Takes a word out; the page then offers to put it back."""
    word = hotword.text
    remove_word(hotword=hotword, origin=origin_of(request))
    back = {"removed": word}
    back |= {
        name: request.POST[name] for name in ("q", "page") if request.POST.get(name)
    }
    return redirect(f"{shelf.url('hotword_list', hotword_list)}?{urlencode(back)}")
