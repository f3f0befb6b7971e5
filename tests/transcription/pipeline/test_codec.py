"""Checkpoints survive a trip through JSON."""

import json

from transcription.engine.base import TimingSource, Word
from transcription.pipeline.codec import segments_from_json, segments_to_json
from transcription.pipeline.text.mapping import Change, TextMapping
from transcription.pipeline.types import HotwordHit, PipelineSegment


def test_segments_come_back_as_they_went() -> None:
    segments = (
        PipelineSegment(
            channel=1,
            start_ms=10,
            end_ms=900,
            text_raw="一共一千元",
            text="一共1000元",
            words=(
                Word("一共", 10, 400, 0.5, offset=0),
                Word("一千元", 400, 900, offset=2),
            ),
            mapping=TextMapping((Change(2, 4, 2, 6),)),
            hotwords=(HotwordHit("一共", "依共", 0, 2),),
            confidence=0.75,
            timing_source=TimingSource.ENGINE,
            flags=("repetition",),
        ),
        PipelineSegment(None, 0, 1, "啊", "啊"),
    )
    stored = json.loads(json.dumps(segments_to_json(segments)))
    assert segments_from_json(stored) == segments


def test_words_of_an_older_checkpoint_are_looked_for_in_the_text() -> None:
    words = (
        Word("请讲", 0, 300, 0.5, offset=0),
        Word("请", 300, 500, offset=3),
        Word("讲", 500, 900, offset=4),
    )
    segment = PipelineSegment(None, 0, 900, "请讲，请讲", "请讲，请讲", words)
    (stored,) = json.loads(json.dumps(segments_to_json([segment])))
    stored["words"] = [word[:4] for word in stored["words"]]
    assert segments_from_json([stored]) == (segment,)
