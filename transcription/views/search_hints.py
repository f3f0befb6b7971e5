"""What somebody who found nothing, or was not understood, may have meant."""

from dataclasses import dataclass

from accounts.http.requests import DepartmentRequest
from accounts.services.refusal import Refused
from transcription.forms.search import SearchForm
from transcription.forms.search_chips import without_conditions
from transcription.forms.search_links import address_of
from transcription.search.language.tree import Span
from transcription.search.language.writing import quoted
from transcription.services.search.refusals import QuestionRefused
from transcription.services.search.voices import known_voices, unknown_voices


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another question, and the address that asks it."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class VoiceHint:
    """Nobody is called that; ``others`` ask the same of somebody who is there."""

    name: str
    others: list[Suggestion]


def nothing_found(request: DepartmentRequest, form: SearchForm) -> dict[str, object]:
    """For the template of what can be tried instead."""
    return {"voices": voice_hints(request, form), "bare": without_conditions(form)}


def voice_hints(request: DepartmentRequest, form: SearchForm) -> list[VoiceHint]:
    """Of a question that can be understood."""
    unknown = unknown_voices(request.membership, form.query)
    if not unknown:
        return []
    known = known_voices(request.membership)
    return [
        VoiceHint(
            one.name,
            [
                _suggestion(form, one.span, f"speaker:{quoted(name)}", name)
                for name in known
            ],
        )
        for one in unknown
    ]


def probably_meant(form: SearchForm, refusal: Refused | None) -> Suggestion | None:
    """The question with the name that was probably meant."""
    if not isinstance(refusal, QuestionRefused) or not refusal.meant:
        return None
    return _suggestion(form, refusal.span, refusal.meant)


def _suggestion(
    form: SearchForm, span: Span, instead: str, text: str = ""
) -> Suggestion:
    begins, ends = span
    question = f"{form.query[:begins]}{instead}{form.query[ends:]}"
    return Suggestion(text or question, address_of(form.data, q=question))
