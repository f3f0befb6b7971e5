"""What names and side-cars say of a call."""

import json
from datetime import UTC, datetime

import pytest

from accounts.services.refusal import Refused
from tests.transcription.recordings.importing.archives import sound
from tests.transcription.watching.recorder import Recorder
from transcription.models.recordings import Recording
from transcription.services.recordings.importing.columns import Column
from transcription.services.recordings.importing.pattern import NamePattern

AT = datetime(2024, 3, 1, 6, 5, 9, tzinfo=UTC)  # 14:05:09 in Shanghai


@pytest.mark.parametrize(
    ("template", "name", "time"),
    [
        ("{time:%Y%m%d-%H%M%S}_{any}.wav", "20240301-140509_x.wav", "14:05:09"),
        ("{time:%Y%m%d-%H%M%S}_{any}.wav", "20240301-140509_x.WAV", "14:05:09"),
        ("{time:%y%m%d%H%M}{any}.wav", "2403011405x.wav", "14:05:00"),
        ("{time:%d-%m-%Y-%H-%M}_{any}.mp3", "01-03-2024-14-05_x.mp3", "14:05:00"),
        (
            "{any}[{time:%Y.%m.%d %H.%M.%S}].wav",
            "x[2024.03.01 14.05.09].wav",
            "14:05:09",
        ),
    ],
)
def test_a_moment_is_read_in_the_recorders_form(
    template: str, name: str, time: str
) -> None:
    found = NamePattern(template).read(name)
    assert found is not None and found[Column.TIME] == f"2024-03-01 {time}"


def test_a_direction_may_have_words_of_its_own() -> None:
    pattern = NamePattern("{direction:out|external}-{number}.wav")
    found = pattern.read("external-007.wav")
    assert found is not None and found[Column.DIRECTION] == "external"
    assert pattern.read("in-007.wav") is None


def test_day_and_time_may_have_forms_of_their_own() -> None:
    pattern = NamePattern("{date:%d%m%Y}_{time:%H%M}.wav")
    assert pattern.read("01032024_1405.wav") == {
        Column.DATE: "2024-03-01",
        Column.TIME: "14:05:00",
    }
    assert pattern.read("2024-3-1_1405.wav") is None


@pytest.mark.parametrize(
    "template",
    [
        *("{time:%Y}.wav", "{time:%H%M%Y}.wav", "{time:%B %d %Y %H%M}.wav"),
        *("{time:%H%H%M}.wav", "{time:%}.wav", "{time:%Y%m%d%H%M%}.wav"),
        *("{time:%Y/%m/%d %H%M}.wav", "{time:now}.wav", "{date:%Y%m%d%H%M}.wav"),
        *("{number:%Y}.wav", "{time:%H%M}{time}.wav", "{agent:x}.wav", "call.wav"),
        *("{direction:in|}.wav", "{direction:a(b}.wav", "{direction:.*}.wav"),
    ],
)
def test_a_form_that_is_no_moment_is_refused_with_the_right_ones(template: str) -> None:
    with pytest.raises(Refused) as refused:
        NamePattern(template)
    assert "%Y" in refused.value.sentence


@pytest.mark.django_db
class TestTaken:
    """What a recording has in the end."""

    def made(self, recorder: Recorder) -> Recording:
        recorder.look()
        assert not recorder.left, recorder.left
        return Recording.objects.get()

    def test_by_its_name(self, recorder: Recorder) -> None:
        recorder.rule(
            'pattern = "{time:%Y%m%d-%H%M%S}_{direction}_{number}_{agent}.wav"'
        )
        recorder.drop("20240301-140509_out_13800138000_王芳.wav")
        made = self.made(recorder)
        assert (made.recorded_at, made.direction) == (AT, "outbound")
        assert (made.phone_number, made.agent) == ("13800138000", "王芳")

    def test_by_the_first_pattern_that_fits(self, recorder: Recorder) -> None:
        recorder.rule(
            'pattern = ["out-{number}-{agent}.wav", "in-{agent}-{number}.wav"]'
        )
        recorder.drop("in-101-13800138000.wav")
        made = self.made(recorder)
        assert (made.phone_number, made.agent) == ("13800138000", "101")

    @pytest.mark.parametrize(
        ("word", "direction"),
        [("external", "inbound"), ("rg", ""), ("out", "outbound")],
    )
    def test_the_recorders_words_for_directions(
        self, recorder: Recorder, word: str, direction: str
    ) -> None:
        recorder.rule(
            'pattern = "{direction}-{number}.wav"',
            "[directions]",
            'External = "inbound"',
            'rg = ""',
        )
        recorder.drop(f"{word}-007.wav")
        assert self.made(recorder).direction == direction

    def test_an_unknown_direction_is_put_aside(self, recorder: Recorder) -> None:
        recorder.rule('pattern = "{direction}-{number}.wav"')
        recorder.drop("sideways-007.wav")
        recorder.look()
        assert "sideways" in recorder.why("sideways-007.wav")

    def test_a_moment_that_never_was_is_put_aside(self, recorder: Recorder) -> None:
        recorder.rule('pattern = "{time:%Y%m%d%H%M}.wav"')
        recorder.drop("202402301405.wav")
        recorder.look()
        assert "202402301405" in recorder.why("202402301405.wav")

    def test_the_rules_zone_is_the_recorders(self, recorder: Recorder) -> None:
        recorder.rule('pattern = "{time:%Y%m%d%H%M%S}.wav"', 'time_zone = "UTC"')
        recorder.drop("20240301060509.wav")
        assert self.made(recorder).recorded_at == AT

    @pytest.mark.parametrize("beside", ["a.json", "a.wav.json", "a.wav.JSON"])
    def test_by_its_side_car(self, recorder: Recorder, beside: str) -> None:
        recorder.drop("a.wav")
        told = {
            "坐席": "王芳",
            "Caller ID": "007",
            "direction": "IN",
            "tags": ["甲", "乙"],
        }
        recorder.drop(beside, json.dumps(told).encode())
        if beside.endswith("JSON"):
            recorder.rule()
            recorder.look()
            assert recorder.left == [beside]  # not this one's, by its letters
            return
        made = self.made(recorder)
        assert (made.agent, made.phone_number) == ("王芳", "007")
        assert made.direction == "inbound"
        assert sorted(made.tags.values_list("name", flat=True)) == ["乙", "甲"]
        assert recorder.done() == sorted([beside, "a.wav"])

    @pytest.mark.parametrize(
        "time",
        [
            *(
                "2024-03-01 14:05:09",
                "2024-03-01T14:05:09+08:00",
                "2024-03-01T06:05:09Z",
            ),
            *(1709273109, "1709273109", 1709273109000, 1709273109000123, 1709273109.5),
        ],
    )
    def test_a_side_cars_moment(self, recorder: Recorder, time: object) -> None:
        recorder.drop("a.wav")
        recorder.drop("a.json", json.dumps({"start_time": time}).encode())
        found = self.made(recorder).recorded_at
        assert found is not None and found.replace(microsecond=0) == AT

    def test_keys_inside_of_keys_are_named_with_dots(self, recorder: Recorder) -> None:
        recorder.rule(
            "[columns]",
            '"variables.start_stamp" = "time"',
            '"variables.dialed" = "number"',
        )
        recorder.drop("a.wav")
        inner = {"start_stamp": "2024-03-01 14:05:09", "dialed": "007", "x": None}
        recorder.drop("a.json", json.dumps({"variables": inner}).encode())
        made = self.made(recorder)
        assert (made.recorded_at, made.phone_number) == (AT, "007")

    def test_a_csv_of_one_call_in_the_encoding_of_a_spreadsheet(
        self, recorder: Recorder
    ) -> None:
        recorder.drop("a.wav")
        recorder.drop(
            "a.csv", "坐席;号码;时间\n王芳;007;2024/3/1 14:05:09\n".encode("gb18030")
        )
        made = self.made(recorder)
        assert (made.agent, made.phone_number) == ("王芳", "007")
        assert made.recorded_at == AT

    def test_of_name_and_side_car_the_side_car_is_believed(
        self, recorder: Recorder
    ) -> None:
        recorder.rule('pattern = "{date}_{number}.wav"')
        recorder.drop("20240229_007.wav")
        recorder.drop("20240229_007.json", b'{"number": "008", "agent": ""}')
        made = self.made(recorder)
        assert made.phone_number == "008" and made.recorded_at is not None

    @pytest.mark.parametrize(
        "content",
        [b"{", b"[]", b'"x"', b"\xff\xfe\x00", b"[" * 100_000, b" " * 2**20 + b"{}"],
    )
    def test_a_broken_side_car_is_put_aside_with_its_sound(
        self, recorder: Recorder, content: bytes
    ) -> None:
        recorder.drop("a.wav")
        recorder.drop("a.json", content)
        recorder.look()
        assert recorder.files() == [
            *("failed/a.json", "failed/a.wav", "failed/a.wav.txt")
        ]
        assert "a.json" in recorder.why("a.wav")

    def test_a_side_car_that_is_expected_is_waited_for(
        self, recorder: Recorder
    ) -> None:
        recorder.rule("sidecar_seconds = 60")
        recorder.drop("a.wav")
        recorder.look(69)
        assert recorder.left == ["a.wav"]
        recorder.drop("a.json", b'{"agent": "Li"}')
        recorder.look(9)
        assert len(recorder.left) == 2  # it may be half written
        recorder.look(1)
        assert self.made(recorder).agent == "Li"

    def test_one_that_does_not_come_is_said(self, recorder: Recorder) -> None:
        recorder.rule("sidecar_seconds = 60")
        recorder.drop("a.wav")
        recorder.look(70)
        assert "within 60 seconds" in recorder.why("a.wav")
        # Moved back with one, it is taken.
        (recorder.folder / "failed" / "a.wav").rename(recorder.folder / "a.wav")
        recorder.drop("a.json", b'{"agent": "Li"}')
        assert self.made(recorder).agent == "Li"

    def test_side_cars_alone_stay(self, recorder: Recorder) -> None:
        recorder.drop("a.json", b"{}")
        recorder.drop("b.csv", b"x\ny\n")
        recorder.look()
        assert recorder.left == ["a.json", "b.csv"]

    def test_files_that_mean_the_same_side_car_share_it(
        self, recorder: Recorder
    ) -> None:
        recorder.drop("a.txt", b"a note of the recorder's own")
        recorder.drop("a.wav", sound(1))
        recorder.drop("a.json", b'{"agent": "Li"}')
        assert self.made(recorder).agent == "Li"
        assert recorder.done() == ["a.json", "a.wav"]
        assert recorder.files("failed") == ["failed/a.txt", "failed/a.txt.txt"]
