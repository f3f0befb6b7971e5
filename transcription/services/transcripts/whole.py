"""A whole transcript in turns: to copy and to print."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import pgettext

from transcription.models.transcripts import Transcript
from transcription.services.transcripts.reading import Voice, voices


@dataclass(frozen=True, slots=True)
class Sentence:
    start_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until another one does."""

    voice: Voice | None
    sentences: tuple[Sentence, ...]


def turns_of(transcript: Transcript, *, raw: bool) -> list[Turn]:
    """In three queries, and without the rows' bulk."""
    known = {voice.speaker.pk: voice for voice in voices(transcript)}
    text = "text_raw" if raw else "text"
    turns: list[tuple[int | None, list[Sentence]]] = []
    rows = transcript.segments.values_list("speaker_id", "start_ms", text)
    for speaker, start_ms, said in rows:
        if not turns or turns[-1][0] != speaker:
            turns.append((speaker, []))
        turns[-1][1].append(Sentence(start_ms, said))
    return [Turn(known.get(pk or 0), tuple(said)) for pk, said in turns]


def as_text(turns: Iterable[Turn]) -> str:
    """A paragraph for each turn, a line for each sentence."""
    colon = pgettext("after a name", ": ")
    return "\n".join(
        (f"{turn.voice.name}{colon}" if turn.voice else "")
        + "\n".join(sentence.text for sentence in turn.sentences if sentence.text)
        for turn in turns
    )
