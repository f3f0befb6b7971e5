"""From what was recognised to the figures of one run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transcription.evaluation.measure import RecognisedClip, Unlike
from transcription.evaluation.scores.alignment import by_turn
from transcription.evaluation.scores.cer import Score, comparable, interval, pooled
from transcription.evaluation.scores.hotwords import HotwordCount, WordList
from transcription.evaluation.scores.shortening import Shortened, shortened
from transcription.evaluation.scores.texts import is_written, recognised_text, wanted

MS_PER_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class ClipScore:
    """One clip: reference, recognised text, how far they are apart, what it cost.

    ``turns`` scores every turn; there is none in silence. ``hotwords`` counts the words
    of the list that was evaluated; ``library`` those of all that the engine was given.
    ``speech_ms`` is what its turns take of ``audio_ms``, where that is known.
    """

    name: str
    reference: str
    recognised: str
    turns: tuple[Score, ...]
    hotwords: HotwordCount
    library: HotwordCount
    audio_ms: int
    speech_ms: int
    seconds: float
    piece_ms: tuple[float, ...]
    work_ms: int = 0  # what was recognised in these seconds
    unlike: Unlike = Unlike.NOTHING

    @property
    def score(self) -> Score:
        return pooled(self.turns)


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one run over a whole set.

    Percentages are of 100; None where there is nothing to divide by. ``false_*`` are
    insertions of words of the library where they were not said.
    """

    clips: int
    utterances: int
    characters: int
    cer: float
    cer_low: float
    cer_high: float
    said: int
    recall: float | None
    precision: float | None
    false_insertions: int
    false_per_speech_hour: float | None
    false_per_silence_hour: float | None
    silence_characters: int
    shortened: int
    piece_ms_p50: float
    piece_ms_p95: float
    real_time_factor: float | None
    speech_ms: int
    silence_ms: int


def score_clip(
    result: RecognisedClip, evaluated: WordList, library: WordList
) -> ClipScore:
    """See ``ClipScore``."""
    clip = result.clip
    as_written = is_written(clip.reference)
    said = tuple(
        wanted(turn, clip.language, as_written=as_written) for turn in clip.turns
    )
    text = recognised_text(result.segments, as_written=as_written)
    reference = " ".join(said)
    turns = by_turn([comparable(turn) for turn in said], comparable(text))
    return ClipScore(
        name=clip.name,
        reference=reference,
        recognised=text,
        turns=tuple(score for _, score in turns),
        hotwords=evaluated.count(reference, text),
        library=library.count(reference, text),
        audio_ms=result.audio_ms,
        speech_ms=result.audio_ms if clip.speech_ms is None else clip.speech_ms,
        seconds=result.seconds,
        piece_ms=result.piece_ms,
        work_ms=result.work_ms,
        unlike=result.unlike,
    )


def shortened_clips(
    without: Sequence[RecognisedClip], using: Sequence[RecognisedClip]
) -> list[tuple[int, Shortened]]:
    """Clips' indices and stretches that lost text to hotwords; both runs of one set."""
    return [
        (index, stretch)
        for index, (before, after) in enumerate(zip(without, using, strict=True))
        for stretch in shortened(before.segments, after.segments)
    ]


def summarise(scored: Sequence[ClipScore], shortened_count: int) -> Summary:
    """See ``Summary``. Silence has no part in CER, recall, precision and latency."""
    speech = [one for one in scored if one.turns]
    silence = [one for one in scored if not one.turns]
    turns = [score for one in speech for score in one.turns]
    hotwords = sum((one.hotwords for one in speech), HotwordCount())
    library = sum((one.library for one in speech), HotwordCount())
    in_silence = sum((one.library for one in silence), HotwordCount())
    speech_ms = sum(one.speech_ms for one in speech)
    silence_ms = sum(one.audio_ms for one in silence)
    piece_ms = [ms for one in speech for ms in one.piece_ms] or [0.0]
    audio_ms = sum(one.work_ms or one.audio_ms for one in speech)
    seconds = sum(one.seconds for one in speech)
    low, high = interval(turns)
    p50, p95 = np.percentile(piece_ms, (50, 95))
    total = pooled(turns)
    return Summary(
        clips=len(scored),
        utterances=len(turns),
        characters=total.characters,
        cer=total.percent,
        cer_low=low,
        cer_high=high,
        said=hotwords.said,
        recall=_percent(hotwords.recall),
        precision=_percent(library.precision),
        false_insertions=library.false,
        false_per_speech_hour=_per_hour(library.false, speech_ms),
        false_per_silence_hour=_per_hour(in_silence.false, silence_ms),
        silence_characters=sum(len(comparable(one.recognised)) for one in silence),
        shortened=shortened_count,
        piece_ms_p50=float(p50),
        piece_ms_p95=float(p95),
        real_time_factor=seconds * 1000 / audio_ms if audio_ms else None,
        speech_ms=speech_ms,
        silence_ms=silence_ms,
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _per_hour(count: int, length_ms: int) -> float | None:
    return count * MS_PER_HOUR / length_ms if length_ms else None
