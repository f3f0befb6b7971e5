"""Addresses of hotword pages, in a department or on the platform."""

from django import template
from django.template import Context
from django.urls import reverse

from transcription.models.hotwords.lists import Hotword, HotwordList
from transcription.models.jobs import TranscriptionJob

register = template.Library()


@register.filter
def word_of(line: str) -> str:
    """The word of a job's line ``词|变体``."""
    return line.partition("|")[0]


@register.filter
def count_of(counts: dict[int, int], hotword_list: HotwordList) -> int:
    """The list's number among those of all lists."""
    return counts.get(hotword_list.pk, 0)


@register.filter
def words_for_job_alone(job: TranscriptionJob) -> int:
    """How many of the job's words are from no list; 0 for a job that does not say how
    many are from which."""
    counts = [version.get("words") for version in job.hotword_versions]
    if None in counts:
        return 0
    return len(job.hotwords) - sum(map(int, counts))


@register.filter
def is_in(hotword_list: HotwordList, ids: set[int]) -> bool:
    """Whether the list is one of these."""
    return hotword_list.pk in ids


@register.simple_tag(takes_context=True)
def hotword_url(
    context: Context,
    name: str,
    hotword_list: HotwordList | None = None,
    hotword: Hotword | None = None,
    **kwargs: object,
) -> str:
    """The page of this name in the scope that the page shows."""
    department = context["scope"].department
    if department:
        kwargs["department"] = department.slug
    if hotword_list:
        kwargs["uuid"] = hotword_list.uuid
    if hotword:
        kwargs["hotword_id"] = hotword.pk
    namespace = "transcription" if department else "platform"
    return reverse(f"{namespace}:{name}", kwargs=kwargs)
