"""The import's pages: a list is read, looked at, its files sent one by one."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models.people import User
from tests.transcription.recordings.importing.archives import (
    HEADER,
    sound,
    states,
    write_list,
)
from transcription.models.imports import ArchiveImport
from transcription.models.recordings import Recording
from transcription.views.recordings.importing import lists

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
IMPORTS = "/d/sales/imports/"
OPTIONS = {"language": "zh", "is_private": "no"}
JSON = {"accept": "application/json"}
ROWS = [
    ["2024/a.wav", "来电", "王芳", "007", "呼入", "2024-03-01 14:05"],
    ["2024/b.wav", "", "", "", "内部"],
    [r"2024\c.wav"],
]


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return write_list(tmp_path / "list.csv", ROWS, encoding="gb18030").read_bytes()


def bring(client: Client, content: bytes, name: str = "通话.csv") -> str:
    """The address of the import of this list."""
    data = OPTIONS | {"list": SimpleUploadedFile(name, content)}
    answer = client.post(IMPORTS, data)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["location"])


def send(client: Client, address: str, line: int, name: str) -> dict[str, object]:
    data = {"line": line, "file": SimpleUploadedFile(name, sound(line))}
    answer = client.post(f"{address}files/", data, headers=JSON)
    told: dict[str, object] = answer.json()
    return told | {"status": answer.status_code}


def test_a_list_is_looked_at_before_anything_is_taken(
    alice: User, client_of: ClientOf, content: bytes
) -> None:
    client = client_of(alice)
    address = bring(client, content)
    answer = client.get(address)
    counts = answer.context["counts"]
    assert (counts.total, counts.waiting, counts.refused) == (3, 2, 1)
    page = answer.content.decode()
    for said in ("内部", "呼入、呼出", "007", "2024-03-01 14:05:00"):
        assert said in page
    assert [line.is_refused for line in answer.context["lines"]].count(True) == 1
    assert page.count("这一行有问题") == 2  # to be seen, and to be heard
    assert [int(field.value() or 0) for field in answer.context["form"]] == [
        *(0, 1, 2, 3, 4, 5, 0, 6)
    ]
    refused = send(client, address, 2, "a.wav")
    assert (refused["status"], refused["code"]) == (422, "no_line")
    assert not Recording.objects.exists()
    assert bring(client, content, "other name.csv") == address


def test_files_are_sent_for_their_lines_until_none_waits(
    alice: User, client_of: ClientOf, content: bytes
) -> None:
    client = client_of(alice)
    address = bring(client, content)
    started = client.post(address, {"action": "start"}, headers=JSON)
    assert started.json()["counts"]["waiting"] == 2
    waiting = client.get(f"{address}lines/").json()
    assert waiting == {"lines": [[2, "2024/a.wav"], [4, "2024/c.wav"]]}
    other = send(client, address, 4, "a.wav")
    assert (other["status"], other["code"]) == (422, "other_file")
    sent = send(client, address, 2, "A.WAV")
    assert (sent["status"], sent["state"]) == (200, "done")
    assert send(client, address, 2, "a.wav")["state"] == "done"
    assert Recording.objects.get().phone_number == "007"
    made = ArchiveImport.objects.get()
    assert made.finished_at is None
    # The same folder again, from another day's page: only what is missing.
    assert client.get(f"{address}lines/").json() == {"lines": [[4, "2024/c.wav"]]}
    send(client, address, 4, "c.wav")
    made.refresh_from_db()
    assert made.finished_at is not None
    assert states(made) == ["done", "refused", "done"]
    assert "已导入" in client.get(address).content.decode()


def test_a_file_that_is_no_recording_is_its_lines_affair(
    alice: User, client_of: ClientOf, content: bytes
) -> None:
    client = client_of(alice)
    address = bring(client, content)
    client.post(address, {"action": "start"})
    data = {"line": 2, "file": SimpleUploadedFile("a.wav", b"no sound at all")}
    answer = client.post(f"{address}files/", data, headers=JSON)
    assert answer.json()["state"] == "failed"
    client.post(address, {"action": "finish"})
    made = ArchiveImport.objects.get()
    assert made.finished_at and states(made) == ["failed", "refused", "failed"]
    client.post(address, {"action": "again"})
    made.refresh_from_db()
    assert made.finished_at is None
    assert states(made) == ["waiting", "refused", "waiting"]


def test_what_the_columns_are_can_be_corrected_before_the_start(
    alice: User, client_of: ClientOf, tmp_path: Path
) -> None:
    path = write_list(
        tmp_path / "l.csv", [["x", "a.wav"], ["y", "b.wav"]], ["甲", "乙"]
    )
    client = client_of(alice)
    address = bring(client, path.read_bytes())
    page = client.get(address)
    assert "没有哪一列是文件名" in page.content.decode()
    started = client.post(address, {"action": "start"}, headers=JSON)
    assert (started.status_code, started.json()["code"]) == (422, "no_file_column")
    columns = {"action": "columns", "file": "1", "title": "0"}
    twice = client.post(address, columns | {"title": "1"})
    assert twice.status_code == 422 and "选了两次" in twice.content.decode()
    assert client.post(address, columns).status_code == 302
    made = ArchiveImport.objects.get()
    assert states(made) == ["waiting", "waiting"]
    client.post(address, {"action": "start"})
    refused = client.post(address, columns, headers=JSON)
    assert refused.json()["code"] == "import_started"


def test_the_lines_not_taken_are_downloaded_as_they_are_in_the_list(
    alice: User, client_of: ClientOf, content: bytes
) -> None:
    client = client_of(alice)
    answer = client.get(f"{bring(client, content)}errors/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    header, row, _end = text.split("\r\n")
    assert header.split(",")[2:] == [*HEADER]
    assert row.startswith("3,") and row.endswith("2024/b.wav,,,,内部")


def test_the_template_is_a_list_that_is_understood(
    alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    for language in ("zh", "en"):
        template = client.get(f"{IMPORTS}template/{language}/")
        counts = client.get(bring(client, template.content)).context["counts"]
        assert (counts.waiting, counts.total) == (1, 1)
    assert client.get(f"{IMPORTS}template/fr/").status_code == 404


@pytest.mark.parametrize("what", ["nothing", "binary", "long", "large"])
def test_a_list_that_is_none_is_refused_with_a_sentence(
    alice: User,
    client_of: ClientOf,
    content: bytes,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    monkeypatch.setattr(lists, "MOST_LINES", 2)
    monkeypatch.setattr(lists, "MOST_BYTES", 1000)
    sent = {"binary": bytes(range(256)), "long": content, "large": b"a,b\n" * 999}
    data: dict[str, object] = dict(OPTIONS)
    if what in sent:
        data["list"] = io.BytesIO(sent[what])
    answer = client_of(alice).post(IMPORTS, data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not ArchiveImport.objects.exists()


def test_an_import_is_its_makers_and_the_supervisors(
    alice: User, bob: User, carol: User, client_of: ClientOf, content: bytes
) -> None:
    address = bring(client_of(carol), content)
    assert client_of(bob).get(address).status_code == 200
    assert address in client_of(bob).get(IMPORTS).content.decode()
    assert client_of(alice).get(address).status_code == 403
    assert address not in client_of(alice).get(IMPORTS).content.decode()


def test_an_import_is_taken_off_the_list_and_its_recordings_stay(
    alice: User, client_of: ClientOf, content: bytes
) -> None:
    client = client_of(alice)
    address = bring(client, content)
    client.post(address, {"action": "start"})
    send(client, address, 2, "a.wav")
    assert client.post(address, {"action": "forget"}).status_code == 302
    assert client.get(address).status_code == 404
    assert Recording.objects.count() == 1


def test_files_known_by_name_are_counted_where_the_person_may_know(
    alice: User, bob: User, client_of: ClientOf, content: bytes
) -> None:
    theirs = client_of(bob)
    address = bring(theirs, content)
    theirs.post(address, {"action": "start"})
    send(theirs, address, 2, "a.wav")
    client = client_of(alice)
    mine = bring(client, content)
    assert client.get(mine).context["alike"] == 1
    Recording.objects.update(is_private=True)
    assert client.get(mine).context["alike"] == 0
