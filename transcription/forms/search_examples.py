"""Examples of what can be typed that have a name in them: one that there is."""

from django.utils.translation import pgettext

from accounts.models.members import Membership
from transcription.models.recordings import Recording
from transcription.search.language.writing import quoted
from transcription.services.search.filters import tags_for
from transcription.services.search.voices import known_voices


def examples_for(membership: Membership) -> dict[str, str]:
    """As they are typed in the language of the page; with a usual name where the
    department has none. Three queries."""
    voices = known_voices(membership) or [pgettext("search example", "customer")]
    agent = _agent(membership) or pgettext("search example", "Wang")
    tags = tags_for(membership).values_list("name", flat=True)
    tag = tags.first() or pgettext("search example", "complaint")
    return {
        "by_voice": pgettext("search example", "speaker:%(name)s refund")
        % {"name": quoted(voices[0])},
        "with_tag": pgettext("search example", "last:month tag:%(name)s")
        % {"name": quoted(tag)},
        "of_agent": pgettext("search example", "agent:%(name)s direction:in longer:5m")
        % {"name": quoted(agent)},
        "not_by_voice": pgettext(
            "search example", "refund -(speaker:%(name)s (sorry OR apologise))"
        )
        % {"name": quoted(voices[-1])},
    }


def _agent(membership: Membership) -> str:
    seen = Recording.objects.visible_to(membership).kept().order_by("-pk")
    newest = seen.select_related("agent_member__user").defer("waveform")[:20]
    return next(filter(None, (one.agent_name for one in newest)), "")
