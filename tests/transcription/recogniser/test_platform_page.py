"""The platform's page: workers, queues, speed."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import (
    make_evaluation,
    make_job,
    make_recording,
    make_vad_run,
    make_worker,
)
from transcription.models.recogniser import EngineRequest
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobState
from transcription.services.recogniser.load.speed import speed_over_time

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def page_of(client: Client, query: str = "") -> str:
    return client.get(f"/platform/engine/{query}").content.decode()


def test_a_worker_is_shown_with_its_memory_and_work(
    sales: Department, root: User, client_of: ClientOf
) -> None:
    worker = make_worker(gpu_name="H100", gpu_free_bytes=2**36, gpu_total_bytes=2**37)
    make_job(
        make_recording(sales, title="机密通话"),
        JobState.RUNNING,
        worker=worker.name,
        progress_percent=37,
    )
    make_vad_run(make_recording(sales), JobState.RUNNING, worker=worker.name)
    Rehearing.objects.create(
        department=sales,
        hotword="利率",
        state=JobState.RUNNING,
        lease_token=uuid4(),
        worker=worker.name,
        item_count=2,
        done_count=1,
    )
    make_evaluation(
        sales, JobState.RUNNING, worker=worker.name, item_count=4, done_count=1
    )
    content = page_of(client_of(root))
    assert "gpu-host" in content
    assert "Vosk small" in content
    assert "H100" in content
    assert "销售部：转写 37%" in content
    assert "销售部：检测语音段 0%" in content
    assert "销售部：识别评测 25%" in content
    assert "销售部：重新识别 50%" in content
    assert "机密通话" not in content  # the platform reads no contents


def test_a_worker_that_says_nothing_any_more_is_called_silent(
    root: User, client_of: ClientOf
) -> None:
    make_worker(seen_at=timezone.now() - timedelta(minutes=2))
    assert "无响应" in page_of(client_of(root))


def test_without_workers_the_page_says_what_to_do(
    root: User, client_of: ClientOf
) -> None:
    assert "manage.py serve" in page_of(client_of(root))


def test_the_oldest_wait_is_told(
    sales: Department, root: User, client_of: ClientOf
) -> None:
    ago = timezone.now() - timedelta(minutes=7)
    make_job(make_recording(sales), JobState.QUEUED, created_at=ago)
    content = page_of(client_of(root))
    assert "最早的已等待" in content
    assert "7" in content.split("最早的已等待")[1][:20]


def test_sentences_that_wait_for_re_recognition_are_counted(
    sales: Department, root: User, client_of: ClientOf
) -> None:
    Rehearing.objects.create(department=sales, hotword="利率")
    content = page_of(client_of(root))
    (line,) = re.findall("<dt>重新识别</dt>\\s*<dd>(.*?)</dd>", content)
    assert line.startswith("1 个排队中，0 个运行中")


def test_evaluations_that_wait_are_counted(
    sales: Department, root: User, client_of: ClientOf
) -> None:
    ago = timezone.now() - timedelta(minutes=8)
    make_evaluation(sales, JobState.QUEUED, created_at=ago)
    make_evaluation(sales, JobState.QUEUED)
    make_evaluation(sales)
    content = page_of(client_of(root))
    (line,) = re.findall("<dt>识别评测</dt>\\s*<dd>(.*?)</dd>", content)
    assert line.startswith("2 个排队中，0 个运行中")
    assert "8\xa0分钟" in line


def test_a_request_is_pending_until_it_is_done(root: User, client_of: ClientOf) -> None:
    worker = make_worker()
    client = client_of(root)
    url = f"/platform/engine/workers/{worker.pk}/"
    response = client.post(url, {"action": "unload"}, follow=True)
    assert "等待工作进程" in response.content.decode()
    response = client.post(url, {"action": "unload"}, follow=True)
    assert "已经提交过，正在等待执行" in response.content.decode()
    EngineRequest.objects.update(state="failed", error_code="out_of_memory")
    fragment = client.get("/platform/engine/workers/").content.decode()
    assert "内存" in fragment
    assert "Root" in fragment


@pytest.mark.parametrize(
    "data", [{}, {"action": "reboot"}, {"action": "load", "language": "../etc"}]
)
def test_nonsense_is_no_request(
    root: User, client_of: ClientOf, data: dict[str, str]
) -> None:
    worker = make_worker()
    url = f"/platform/engine/workers/{worker.pk}/"
    response = client_of(root).post(url, data, follow=True)
    assert "不支持这个操作" in response.content.decode()
    assert not EngineRequest.objects.exists()


def test_a_worker_that_is_gone_is_not_found(root: User, client_of: ClientOf) -> None:
    url = "/platform/engine/workers/4711/"
    assert client_of(root).post(url, {"action": "unload"}).status_code == 404


def done(department: Department, rtf: float, ago: timedelta, model: str = "A") -> None:
    make_job(
        make_recording(department),
        audio_ms=10_000,
        processing_ms=round(rtf * 10_000),
        finished_at=timezone.now() - ago,
        model_name=model,
    )


def test_an_hour_is_a_bar(sales: Department) -> None:
    done(sales, 0.2, timedelta())
    done(sales, 0.4, timedelta(hours=3))
    done(sales, 9.0, timedelta(hours=25))  # before this chart
    speed = speed_over_time("day")
    assert len(speed.slots) == len(speed.bars) == 24
    factors = [slot.real_time_factor for slot in speed.used]
    assert factors == [pytest.approx(0.2), pytest.approx(0.4)]
    now, earlier = speed.used
    assert (now.jobs, now.audio_ms) == (1, 10_000)
    assert earlier.start < now.start
    assert speed.bars[-1].height == pytest.approx(100 * 0.2 / speed.top, abs=0.01)
    assert all(bar.height <= 100 for bar in speed.bars)


def test_the_time_of_recordings_recognised_side_by_side_counts_once(
    sales: Department,
) -> None:
    for _ in range(4):  # ten seconds each, and eight for all of them together
        done(sales, 0.8, timedelta())
    (slot,) = speed_over_time("day").used
    assert slot.real_time_factor == pytest.approx(0.2, abs=0.01)


def test_days_and_models_are_chosen(
    sales: Department, root: User, client_of: ClientOf
) -> None:
    done(sales, 0.2, timedelta(days=5), "Vosk small")
    done(sales, 0.2, timedelta(days=6), "Vosk small")
    done(sales, 1.5, timedelta(days=5), "Whisper small")
    month = speed_over_time("month")
    assert len(month.slots) == 30
    assert month.models == ("Vosk small", "Whisper small")
    assert month.model == "Vosk small"
    (day,) = speed_over_time("month", "Whisper small").used
    assert day.real_time_factor == pytest.approx(1.5)
    content = page_of(client_of(root), "?span=month&model=Whisper%20small")
    assert "1.500" in content
    assert content.count('class="recogniser-bar"') == 1


def test_jobs_that_did_not_end_well_count_for_nothing(sales: Department) -> None:
    make_job(make_recording(sales), JobState.FAILED, audio_ms=1, processing_ms=9)
    make_job(make_recording(sales), audio_ms=0, finished_at=timezone.now())
    speed = speed_over_time("day")
    assert speed.used == ()
    assert speed.model == ""
    assert speed.top > 0


def test_an_odd_span_is_a_day(root: User, client_of: ClientOf) -> None:
    assert client_of(root).get("/platform/engine/?span=x").status_code == 200
