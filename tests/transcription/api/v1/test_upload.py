"""``POST /api/v1/departments/<slug>/recordings/``."""

import pytest

from accounts.models.departments import Department
from accounts.models.people import User
from tests.transcription.api.conftest import ApiOf, speech
from tests.transcription.api.test_errors import problem_of
from tests.transcription.api.v1.conftest import BASE, JSON
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording

URL = f"{BASE}recordings/"
FORM = {
    "title": "退款来电",
    "agent": "赵钱孙",
    "phone_number": "13800000000",
    "direction": "inbound",
    "recorded_at": "2026-03-05T10:00:00+08:00",
    "tags": "投诉，要紧",
    "language": "en",
    "itn": "false",
    "hotwords": "声文",
    "private": "true",
}


def test_what_is_sent_is_kept_and_ordered(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    answer = api_of(alice).post(URL, {"audio": speech(), **FORM})
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert answer["Location"] == told["url"]
    assert (told["title"], told["agent"], told["direction"]) == (
        *("退款来电", "赵钱孙"),
        "inbound",
    )
    assert (sorted(told["tags"]), told["is_private"]) == (["投诉", "要紧"], True)
    assert told["recorded_at"].startswith("2026-03-05T10:00:00")
    job = TranscriptionJob.objects.get(uuid=told["job"])
    assert (job.language, job.use_itn, job.notifies) == ("en", False, False)
    assert "声文" in job.hotwords


def test_the_same_file_again_is_the_same_recording(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    api = api_of(alice)
    first = api.post(URL, {"audio": speech()})
    again = api.post(URL, {"audio": speech(), "title": "other"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["uuid"] == again.json()["uuid"]
    assert Recording.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "audio"),
        ({"audio": "text"}, "audio"),
        ({"language": "klingon"}, "language"),
        ({"recorded_at": "yesterday"}, "recorded_at"),
        ({"direction": "up"}, "direction"),
        ({"title": "x" * 201}, "title"),
        ({"title": ["a", "b"]}, "title"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_kept(
    api_of: ApiOf, alice: User, form: dict[str, object], field: str
) -> None:
    sent = form if field == "audio" else {"audio": speech(), **form}
    problem = problem_of(api_of(alice).post(URL, sent), 400, "invalid_request")
    assert {error["field"] for error in problem["errors"]} == {field}
    assert not Recording.objects.exists()


def test_json_is_no_upload(api_of: ApiOf, alice: User) -> None:
    problem_of(api_of(alice).post(URL, {}, JSON), 415, "unsupported_media_type")


def test_auditors_upload_nothing(api_of: ApiOf, dave: User) -> None:
    answer = api_of(dave).post(URL, {"audio": speech()})
    problem_of(answer, 403, "permission_denied")
