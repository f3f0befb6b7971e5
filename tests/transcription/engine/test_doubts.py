import numpy as np

from tests.models import silence
from transcription.engine.base import SAMPLE_RATE, Recognition, Samples, Word
from transcription.engine.doubts import quietest_near_middle, recognise_carefully
from transcription.engine.guards import REPETITION

NOISE = np.random.default_rng(1).normal(0, 0.1, 4 * SAMPLE_RATE).astype(np.float32)


def noise_with_a_pause(at: float) -> Samples:
    samples = NOISE.copy()
    start = round(at * SAMPLE_RATE)
    samples[start : start + SAMPLE_RATE // 10] = 0
    return samples


def test_silence_is_never_shown_to_the_model() -> None:
    shown: list[int] = []

    def decode(pieces: list[Samples]) -> list[Recognition]:
        shown.append(len(pieces))
        return [Recognition("好", "zh") for _ in pieces]

    found = recognise_carefully([silence(1), NOISE, silence(0.01)], "zh", decode)
    assert [recognition.text for recognition in found] == ["", "好", ""]
    assert shown == [1]


def test_a_loop_is_recognised_again_in_two_halves_cut_at_the_pause() -> None:
    piece = noise_with_a_pause(1.8)
    lengths: list[int] = []

    def decode(pieces: list[Samples]) -> list[Recognition]:
        if len(pieces) == 1:
            return [Recognition("问" * 30, "zh")]
        lengths.extend(len(half) for half in pieces)
        return [
            Recognition("你好", "zh", words=(Word("你好", 0, 500, offset=0),)),
            Recognition("请问", "zh", words=(Word("请问", 100, 600, offset=0),)),
        ]

    (found,) = recognise_carefully([piece], "zh", decode)
    assert found.text == "你好请问"
    assert found.flags == ()
    assert sum(lengths) == len(piece)
    assert 1.8 < lengths[0] / SAMPLE_RATE < 1.9
    # The second half's times count from the start of the piece.
    assert [word.offset for word in found.words] == [0, 2]
    assert found.words[1].start_ms == 100 + lengths[0] * 1000 // SAMPLE_RATE


def test_what_loops_again_is_kept_with_a_mark_and_no_confidence() -> None:
    def decode(pieces: list[Samples]) -> list[Recognition]:
        return [Recognition("问" * 30, "zh", confidence=0.99) for _ in pieces]

    (found,) = recognise_carefully([NOISE], "zh", decode)
    assert found.text == "问" * 30
    assert REPETITION in found.flags
    assert found.confidence == 0.0


def test_punctuation_alone_is_nothing() -> None:
    def decode(pieces: list[Samples]) -> list[Recognition]:
        return [Recognition("!" * 224, "en", words=(Word("!", 0, 20, offset=0),))]

    (found,) = recognise_carefully([NOISE], "en", decode)
    assert (found.text, found.words) == ("", ())


def test_a_sound_result_is_asked_for_once() -> None:
    calls = 0

    def decode(pieces: list[Samples]) -> list[Recognition]:
        nonlocal calls
        calls += 1
        return [Recognition("请问客服电话是多少", "zh") for _ in pieces]

    recognise_carefully([NOISE], "zh", decode)
    assert calls == 1


def test_the_cut_is_in_the_quietest_moment_of_the_middle() -> None:
    cut = quietest_near_middle(noise_with_a_pause(2.2))
    assert 2.2 <= cut / SAMPLE_RATE <= 2.3
    assert quietest_near_middle(NOISE[:100]) == 50
