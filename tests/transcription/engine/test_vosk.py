import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.models import clip, models_dir, needs, said_in, silence, vosk_engine
from transcription.engine.base import (
    EngineError,
    ErrorCode,
    RecognitionOptions,
    TimingSource,
    WatchedEngine,
)
from transcription.engine.choose import choose_engine, load_engine
from transcription.engine.models.catalogue import EMBEDDED
from transcription.engine.vosk_engine import CHUNK, VoskEngine

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def vosk() -> VoskEngine:
    needs(*EMBEDDED)
    engine = vosk_engine()
    assert isinstance(engine, VoskEngine)
    return engine


def test_mandarin_becomes_words_with_times_and_confidence(vosk: VoskEngine) -> None:
    samples = clip("s01")
    (recognised,) = vosk.recognise([samples], RecognitionOptions("zh"))
    assert recognised.text == said_in("s01")
    assert recognised.language == "zh"
    assert recognised.timing_source == TimingSource.ENGINE
    assert "".join(word.text for word in recognised.words) == recognised.text
    ends = [0]
    for word in recognised.words:
        assert recognised.text[word.offset : word.end] == word.text
        assert ends[-1] <= word.start_ms < word.end_ms <= len(samples) // 16
        assert word.confidence is not None and 0 < word.confidence <= 1
        ends.append(word.end_ms)
    # 开放时间 is said about a second into the clip, and the clip is speech to its end.
    opening = next(word for word in recognised.words if word.text == "开放")
    assert 700 < opening.start_ms < 1100
    assert ends[-1] > 3000
    assert recognised.confidence is not None and recognised.confidence > 0.85


def test_english_keeps_its_spaces(vosk: VoskEngine) -> None:
    (recognised,) = vosk.recognise([clip("espeak_en")], RecognitionOptions("en"))
    assert recognised.text == said_in("espeak_en")


def test_auto_tells_the_two_languages_apart(vosk: VoskEngine) -> None:
    for name, language in (("s04", "zh"), ("espeak_en", "en")):
        (recognised,) = vosk.recognise([clip(name)], RecognitionOptions("auto"))
        assert recognised.language == language
        (chosen,) = vosk.recognise([clip(name)], RecognitionOptions(language))
        assert recognised == chosen


def test_the_words_do_not_depend_on_what_else_is_recognised(vosk: VoskEngine) -> None:
    """Kaldi's own noise would come from libc's ``rand()``, which all threads share."""
    zh = RecognitionOptions("zh")
    clips = [clip(name) for name in ("s01", "s04", "s05")]
    alone = [vosk.recognise([piece], zh)[0] for piece in clips]
    needs(*EMBEDDED)
    side_by_side = load_engine(choose_engine("vosk", "cpu", models_dir()), threads=3)
    assert side_by_side.facts.calls_at_once == 3
    assert side_by_side.recognise(clips, zh) == alone
    with ThreadPoolExecutor(3) as callers:
        recognised = callers.map(
            lambda piece: side_by_side.recognise([piece], zh), clips
        )
        assert [one for (one,) in recognised] == alone


def test_who_watches_leaves_in_the_middle_of_a_call(vosk: VoskEngine) -> None:
    class Canceled(Exception):
        pass

    began = time.monotonic()

    def check() -> None:
        if time.monotonic() - began > 0.5:
            raise Canceled

    assert isinstance(vosk, WatchedEngine)
    hours = [np.tile(clip("s01"), 6)] * 100
    with pytest.raises(Canceled):
        vosk.watched_by(check).recognise(hours, RecognitionOptions("zh"))
    assert time.monotonic() - began < 5
    (recognised,) = vosk.recognise([clip("s01")], RecognitionOptions("zh"))
    assert recognised.text == said_in("s01")  # nobody watches this


def test_who_leaves_stops_the_decoders(
    vosk: VoskEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import vosk as library

    chunks: list[int] = []
    threads: set[bool] = set()

    class Counted(library.KaldiRecognizer):  # type: ignore[misc]
        def AcceptWaveform(self, data: bytes) -> int:
            chunks.append(len(data))
            threads.add(threading.current_thread().daemon)
            return int(super().AcceptWaveform(data))

    class LeavingError(Exception):
        pass

    def leave(signum: int, frame: object) -> None:
        raise LeavingError

    monkeypatch.setattr(library, "KaldiRecognizer", Counted)
    pieces = [clip("s01")] * 100
    before = signal.signal(signal.SIGALRM, leave)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(LeavingError):
            vosk.recognise(pieces, RecognitionOptions("zh"))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    (recognised,) = vosk.recognise([clip("s01")], RecognitionOptions("zh"))
    assert recognised.text == said_in("s01")
    assert len(chunks) < 50 * clip("s01").size // CHUNK
    assert threads == {True}, "the end of a process would wait for them"


def test_every_piece_gets_its_answer_in_order(vosk: VoskEngine) -> None:
    pieces = [silence(1.0), clip("s01"), clip("s01")[:160], clip("s05")]
    recognised = vosk.recognise(pieces, RecognitionOptions("zh"))
    assert [bool(one.text) for one in recognised] == [False, True, False, True]
    assert recognised[1].text == said_in("s01")
    assert "营业收入" in recognised[3].text


def test_nothing_is_invented_in_noise(vosk: VoskEngine) -> None:
    noise = np.random.default_rng(0).normal(0, 0.003, 48_000).astype(np.float32)
    (recognised,) = vosk.recognise([noise], RecognitionOptions("zh"))
    assert recognised.text == ""
    assert recognised.confidence is None


def test_japanese_is_refused(vosk: VoskEngine) -> None:
    with pytest.raises(EngineError) as caught:
        vosk.recognise([clip("s01")], RecognitionOptions("ja"))
    assert caught.value.code == ErrorCode.LANGUAGE_UNSUPPORTED
