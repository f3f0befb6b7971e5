"""What somebody typed for a sentence is found again: in its row, or above the text
when a newer transcript has replaced the sentence."""

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_recording, make_transcript
from tests.transcription.pages import url_of
from transcription.models.drafts import Draft
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment
from transcription.services.drafts.keeping import save_draft
from transcription.services.drafts.sentences import unsaved_corrections
from transcription.services.drafts.things import segment_thing

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
PROGRAM = {"accept": "application/json"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def recording(sales: Department, bob: User) -> Recording:
    made = make_recording(sales, bob)
    make_transcript(made, ["您好", "再见"])
    return made


def sentences(recording: Recording) -> list[Segment]:
    return list(recording.transcripts.get(is_current=True).segments.all())


def transcribe_again(recording: Recording) -> None:
    recording.transcripts.update(is_current=False)
    make_transcript(recording, ["您好呀"])


def keep(user: User, segment: Segment, text: str) -> None:
    thing = segment_thing(segment)
    save_draft(user=user, thing=thing, fields={"text": text}, base_version="")


def test_a_row_says_that_its_reader_has_typed_something(
    recording: Recording, bob: User, carol: User, client_of: ClientOf
) -> None:
    first, second = sentences(recording)
    keep(bob, first, "您好吗")
    keep(bob, second, "再见")  # what it says already
    address = f"{url_of(recording)}segments/{first.pk}/"
    for page in (url_of(recording), f"{url_of(recording)}segments/"):
        shown = client_of(bob).get(page).content.decode()
        assert shown.count("未保存的修改") == 1
        assert f'class="segment-unsaved" href="{address}"' in shown
        assert "未保存的修改" not in client_of(carol).get(page).content.decode()
    row = client_of(bob).get(f"{address}?read=1", headers=HTMX).content.decode()
    assert "segment-unsaved" in row
    client_of(bob).post(address, {"draft": "drop"})
    assert (
        "segment-unsaved" not in client_of(bob).get(url_of(recording)).content.decode()
    )


def test_who_may_not_correct_any_more_sees_no_form_to_go_on_with(
    recording: Recording, dave: User, client_of: ClientOf
) -> None:
    keep(dave, sentences(recording)[0], "您好吗")
    assert (
        "segment-unsaved" not in client_of(dave).get(url_of(recording)).content.decode()
    )


def test_it_takes_as_many_queries_for_one_draft_as_for_many(
    sales: Department, bob: User, client_of: ClientOf
) -> None:
    made = make_recording(sales, bob)
    make_transcript(made, [f"第{number}句" for number in range(40)])
    client = client_of(bob)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    pages = [url_of(made), f"{url_of(made)}segments/"]
    before = [queries(page) for page in pages] and [queries(page) for page in pages]
    segments = sentences(made)
    keep(bob, segments[0], "改")
    one = [queries(page) for page in pages]
    for segment in segments:
        keep(bob, segment, "改")
    assert [queries(page) for page in pages] == one
    assert one == [count + 1 for count in before]


def test_what_was_typed_stands_above_the_text_that_replaced_its_sentence(
    recording: Recording, bob: User, carol: User, client_of: ClientOf
) -> None:
    old = sentences(recording)[1]
    keep(bob, old, "再见啦")
    transcribe_again(recording)
    page = client_of(bob).get(url_of(recording)).content.decode()
    assert "再见啦</p>" in page
    assert "1 处未保存的修改" in page
    assert f'href="?t={old.start_ms / 1000:g}"' in page
    assert "再见啦" not in client_of(carol).get(url_of(recording)).content.decode()
    unsaved = unsaved_corrections(user=bob, recording=recording)
    assert [(one.segment_id, one.text) for one in unsaved.stranded] == [
        (old.pk, "再见啦")
    ]

    address = f"{url_of(recording)}segments/{old.pk}/"
    answer = client_of(bob).post(address, {"draft": "drop"})
    assert answer["Location"] == url_of(recording)
    assert "再见啦" not in client_of(bob).get(url_of(recording)).content.decode()
    assert not Draft.objects.exists()


def test_what_is_typed_while_the_sentence_is_replaced_is_kept(
    recording: Recording, bob: User, client_of: ClientOf
) -> None:
    first, second = sentences(recording)
    transcribe_again(recording)
    client = client_of(bob)
    address = f"{url_of(recording)}segments/"
    sent = {"draft": "keep", "text": "写到一半"}
    kept = client.post(f"{address}{first.pk}/", sent, headers=PROGRAM)
    assert kept.status_code == 204
    page = client.post(f"{address}{second.pk}/", {"text": "没有脚本"}, follow=True)
    shown = page.content.decode()
    assert "toast-error" in shown
    assert "写到一半</p>" in shown and "没有脚本</p>" in shown

    refused = client.post(f"{address}{first.pk}/", {"text": "存"}, headers=PROGRAM)
    assert refused.status_code == 409
    assert json.loads(refused.content)["code"] == "transcribed_again"
    assert Draft.objects.get(key__endswith=f"/{first.pk}").fields == {"text": "存"}


@pytest.mark.parametrize(("who", "status"), [("dave", 403), ("charlie", 404)])
def test_nobody_else_keeps_or_drops_anything_at_an_old_sentence(
    recording: Recording,
    who: str,
    status: int,
    client_of: ClientOf,
    request: pytest.FixtureRequest,
) -> None:
    old = sentences(recording)[0]
    transcribe_again(recording)
    client = client_of(request.getfixturevalue(who))
    for sent in ({"draft": "keep", "text": "x"}, {"text": "x"}, {"draft": "drop"}):
        answer = client.post(f"{url_of(recording)}segments/{old.pk}/", sent)
        assert answer.status_code == status
    assert not Draft.objects.exists()


def test_notes_stand_behind_the_words_and_need_no_scripts(
    recording: Recording, bob: User, client_of: ClientOf
) -> None:
    first, _second = sentences(recording)
    Segment.objects.filter(pk=first.pk).update(
        text="您好吗", text_machine="您好", edited_at=timezone.now(), edited_by=bob
    )
    page = client_of(bob).get(url_of(recording)).content.decode()
    assert page.count('<details class="segment-about"') == 1
    about = page.partition('<details class="segment-about"')[2].partition("</details>")
    assert "<summary aria-label=" in about[0]
    assert "由 Bob 修改" in about[0]
