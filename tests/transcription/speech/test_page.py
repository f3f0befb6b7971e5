"""The page of a recording's speech regions, and the files it hands out."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils.timezone import get_current_timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.factories import make_recording, make_vad_run
from tests.transcription.pages import url_of
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.models.speech import VadRun
from transcription.services.speech.reading import drawing_of, export_vad, regions_of

ClientOf = Callable[[User], Client]
PARAMETERS = {
    "end_silence_ms": "300",
    "max_segment_ms": "10000",
    "gap_ms": "0",
    "pad_ms": "50",
}


@pytest.fixture
def recording(sales: Department, alice: User) -> Recording:
    return make_recording(sales, alice)


@pytest.fixture
def call(sales: Department, alice: User) -> VadRun:
    """Two channels: 客服 speaks first, 客户 answers in between."""
    stereo = make_recording(sales, alice, waveform=[[5, 9], [7, 3]], channel_count=2)
    return make_vad_run(
        stereo,
        tracks=[
            {"channel": 0, "regions": [[0, 1000, 0, 1100], [3000, 4250, 2900, 4300]]},
            {"channel": 1, "regions": [[1500, 2500, 1400, 2600]]},
        ],
    )


def page_of(client: Client, recording: Recording, query: str = "") -> str:
    return client.get(url_of(recording, "vad/") + query).content.decode()


def test_an_order_leads_to_the_page_that_waits(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    response = client.post(url_of(recording, "vad/"), PARAMETERS)
    run = VadRun.objects.get()
    assert response.headers["Location"].endswith(f"vad/?run={run.uuid}")
    assert (run.end_silence_ms, run.max_segment_ms) == (300, 10_000)
    assert (run.gap_ms, run.pad_ms) == (0, 50)
    content = client.get(response.headers["Location"]).content.decode()
    assert f'hx-get="{url_of(recording, f"vad/{run.uuid}/status/")}"' in content
    assert (
        '<button class="btn btn-small" id="run-cancel"' in content
    )  # focus stays on it
    assert '<meta http-equiv="refresh"' in content  # without scripts it reloads
    assert 'value="300"' in content  # the form remembers


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("end_silence_ms", "10"),
        ("end_silence_ms", "six"),
        ("max_segment_ms", "60000"),
        ("max_segment_ms", "1e9"),
        ("gap_ms", "-1"),
        ("pad_ms", ""),
        ("pad_ms", "99999999999999999999"),
    ],
)
def test_parameters_that_make_no_sense_are_sent_back(
    recording: Recording, alice: User, client_of: ClientOf, field: str, value: str
) -> None:
    data = PARAMETERS | {field: value}
    response = client_of(alice).post(url_of(recording, "vad/"), data)
    assert response.status_code == 422
    assert "field-errors" in response.content.decode()
    assert not VadRun.objects.exists()


def test_a_region_must_be_longer_than_its_silence(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    data = PARAMETERS | {"end_silence_ms": "5000", "max_segment_ms": "2000"}
    response = client_of(alice).post(url_of(recording, "vad/"), data)
    assert "必须大于判定语音结束的静音时长" in response.content.decode()


def test_a_second_order_meanwhile_gets_a_sentence(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    make_vad_run(recording, JobState.QUEUED)
    response = client_of(alice).post(url_of(recording, "vad/"), PARAMETERS)
    assert response.status_code == 422
    assert "这条录音正在检测" in response.content.decode()


def test_an_auditor_looks_and_orders_nothing(
    recording: Recording, dave: User, client_of: ClientOf
) -> None:
    make_vad_run(recording)
    content = page_of(client_of(dave), recording)
    assert "00:00.500" in content
    assert 'name="end_silence_ms"' not in content


def test_the_table_tells_start_end_and_length_and_plays(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    make_vad_run(recording)
    content = page_of(client_of(alice), recording)
    assert "00:00.500" in content
    assert "00:02.500" in content
    assert "2 秒" in content
    assert 'href="?t=0.5"' in content
    assert "共 1 段" in content
    started = page_of(client_of(alice), recording, "?t=0.5")
    assert "#t=0.500" in started  # plays without scripts


def test_channels_carry_the_departments_names(
    call: VadRun, alice: User, client_of: ClientOf
) -> None:
    content = page_of(client_of(alice), call.recording)
    assert [region.name for region in regions_of(call)] == ["客服", "客户", "客服"]
    assert content.count('<svg class="speech-lane') == 2
    assert "波形上的语音段：客户" in content


def test_many_regions_come_page_by_page(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    regions = [[n * 40, n * 40 + 20, n * 40, n * 40 + 20] for n in range(201)]
    make_vad_run(recording, tracks=[{"channel": None, "regions": regions}])
    client = client_of(alice)
    assert page_of(client, recording).count("data-region") == 200
    assert page_of(client, recording, "?page=2").count("data-region") == 1


def test_a_failed_run_says_why_and_offers_another_try(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    make_vad_run(recording, JobState.FAILED, error_code="worker_lost", pad_ms=77)
    content = page_of(client_of(alice), recording)
    assert "多次意外中断" in content
    assert "worker_lost" in content
    assert '<input type="hidden" name="pad_ms" value="77">' in content


def test_a_run_that_is_to_be_tried_again_says_why_and_when(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    make_vad_run(
        recording,
        JobState.QUEUED,
        error_code="disk_full",
        try_again_at=datetime(2026, 3, 1, 9, 41, tzinfo=get_current_timezone()),
    )
    content = page_of(client_of(alice), recording)
    assert "等待重试" in content
    assert "磁盘" in content and "09:41" in content
    assert "有空闲进程" not in content


def test_the_fragment_asks_again_until_the_end(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    run = make_vad_run(recording, JobState.RUNNING, progress_percent=40)
    url = url_of(recording, f"vad/{run.uuid}/status/")
    client = client_of(alice)
    content = client.get(url).content.decode()
    assert "40%" in content
    assert "hx-trigger" in content
    VadRun.objects.update(state=JobState.CANCELED, lease_token=None)
    assert client.get(url).headers["HX-Refresh"] == "true"


def test_canceling_is_one_click(
    recording: Recording, bob: User, client_of: ClientOf
) -> None:
    run = make_vad_run(recording, JobState.QUEUED)
    client = client_of(bob)
    response = client.post(url_of(recording, f"vad/{run.uuid}/cancel/"), follow=True)
    assert "检测已取消" in response.content.decode()


def test_another_recordings_run_is_not_found(
    recording: Recording, sales: Department, alice: User, client_of: ClientOf
) -> None:
    other = make_vad_run(make_recording(sales))
    client = client_of(alice)
    for query in (f"?run={other.uuid}", "?run=x"):
        assert client.get(url_of(recording, "vad/") + query).status_code == 404


def test_the_exports_agree_with_the_table(call: VadRun, alice: User) -> None:
    def content(fmt: str) -> bytes:
        return export_vad(run=call, origin=Origin(user=alice), fmt=fmt).content

    rows = list(csv.DictReader(io.StringIO(content("csv").decode("utf-8-sig"))))
    assert [row["声道"] for row in rows] == ["客服", "客户", "客服"]
    assert rows[1]["开始"] == "00:00:01.500"
    assert (rows[2]["时长（毫秒）"], rows[2]["含前后留白的结束（毫秒）"]) == (
        "1250",
        "4300",
    )
    told = json.loads(content("json"))
    assert told["parameters"]["end_silence_ms"] == 500
    assert told["regions"][1]["end_ms"] == 2500
    assert content("txt").decode().splitlines()[1] == "1.500\t2.500\t客户 2"


def test_an_export_is_a_download_with_a_trace(
    call: VadRun, alice: User, client_of: ClientOf
) -> None:
    url = url_of(call.recording, f"vad/{call.uuid}/csv/")
    response = client_of(alice).get(url)
    assert response.headers["Content-Disposition"].startswith("attachment")
    event = AuditEvent.objects.get(action=AuditAction.EXPORT)
    assert event.detail == {"what": "vad", "format": "csv"}
    assert client_of(alice).get(url.replace("csv", "exe")).status_code == 404


def test_nothing_is_exported_before_there_is_something(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    run = make_vad_run(recording, JobState.QUEUED)
    url = url_of(recording, f"vad/{run.uuid}/csv/")
    response = client_of(alice).get(url, follow=True)
    assert "还没有可以导出的结果" in response.content.decode()


def test_a_drawing_has_a_lane_for_each_voice_track(call: VadRun) -> None:
    drawing = drawing_of(call.recording, call)
    assert drawing
    assert [lane.name for lane in drawing.lanes] == ["客服", "客户"]
    first, second = drawing.lanes
    assert first.speech.count("M") == 2
    assert second.speech == "M166.7 0H277.8V100H166.7Z"


def test_the_same_sound_twice_is_one_lane(sales: Department) -> None:
    memo = make_recording(sales, waveform=[[1, 2], [3, 1]], is_dual_mono=True)
    drawing = drawing_of(memo, make_vad_run(memo))
    assert drawing
    assert len(drawing.lanes) == 1


def test_hours_are_drawn_longer_than_a_page_and_touching_regions_as_one(
    sales: Department,
) -> None:
    hours = make_recording(sales, duration_ms=3_600_000)
    regions = [[n * 100, n * 100 + 99, n * 100, n * 100 + 99] for n in range(30_000)]
    run = make_vad_run(
        hours, audio_ms=3_600_000, tracks=[{"channel": None, "regions": regions}]
    )
    drawing = drawing_of(hours, run)
    assert drawing
    assert drawing.is_long
    assert drawing.width == 20_000
    assert drawing.lanes[0].speech.count("M") == 1


def test_without_a_measured_waveform_there_is_a_page_all_the_same(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    raw = make_recording(sales, alice, waveform=None, duration_ms=None)
    assert "speech-lane" not in page_of(client_of(alice), raw)


def test_the_recordings_page_leads_here(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    content = client_of(alice).get(url_of(recording)).content.decode()
    assert f'href="{url_of(recording, "vad/")}"' in content
