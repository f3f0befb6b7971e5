"""The transcript page: states, both texts, corrections, exports, jobs."""

import json
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_job, make_recording, make_transcript
from tests.transcription.pages import first_of, url_of
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.models.transcripts import Punctuation, Segment, Speaker
from transcription.templatetags.transcript import rtf

ClientOf = Callable[[User], Client]


def test_the_page_shows_both_texts_and_notes_the_reading(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    response = client_of(alice).get(url_of(recording))
    content = response.content.decode()
    assert "两百九十九" in content
    assert "299" in content
    assert 'class="hotword"' in content
    assert 'data-text="normal"' in content
    assert AuditEvent.objects.filter(action=AuditAction.VIEW).count() == 1


def test_the_choice_of_text_is_kept_in_a_cookie(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    client.get(url_of(recording), {"text": "raw"})
    assert 'data-text="raw"' in client.get(url_of(recording)).content.decode()


def test_a_link_to_a_second_starts_there(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    assert "#t=12.300" in client.get(url_of(recording), {"t": "12.3"}).content.decode()
    for nonsense in ("x", "nan", "-5", "1e99"):
        assert client.get(url_of(recording), {"t": nonsense}).status_code == 200


def test_word_times_are_given_for_both_texts(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    times = client_of(alice).get(url_of(recording, "words/")).json()
    assert times[str(first_of(recording).pk)] == {
        "raw": [[0, 5, 0, 900], [5, 6, 900, 1200]],
        "normal": [[0, 3, 0, 900], [3, 4, 900, 1200]],
    }


def test_silence_is_said_honestly(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    transcript = make_transcript(recording, [])
    transcript.punctuation = Punctuation.MODEL
    transcript.save()
    content = client_of(alice).get(url_of(recording)).content.decode()
    assert 'class="empty"' in content
    assert "badge-succeeded" in content
    # Nobody put marks into no text, or told no voices apart.
    assert str(Punctuation.MODEL.label) not in content
    assert "0 speakers found" not in content


def test_what_failed_before_it_had_a_length_has_no_player(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice, duration_ms=None, waveform=None)
    make_job(recording, JobState.FAILED, error_code="no_audio")
    page = client_of(alice).get(url_of(recording)).content.decode()
    assert "data-play" not in page
    assert "player-none" not in page  # no copy will come


def test_people_read_a_sentence_and_find_the_programs_words_folded_away(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    detail = "Invalid data found when processing input"
    found = make_recording(sales, alice)
    make_job(
        found, JobState.FAILED, error_code="corrupt_audio", error_detail=detail
    )  # fmt: skip
    page = client_of(alice).get(url_of(found)).content.decode()
    above, folded = page.split('<details class="panel technical"')
    assert "文件已损坏，打不开。" in above
    assert "corrupt_audio" not in above and detail not in above
    assert f"corrupt_audio · {detail}" in folded


@pytest.mark.parametrize(("ms", "is_said"), [(1, False), (500, True), (None, False)])
def test_a_speed_that_means_nothing_is_not_shown(ms: int | None, is_said: bool) -> None:
    job = TranscriptionJob(audio_ms=2000, processing_ms=ms)
    assert bool(rtf(job)) is is_said


def test_doubtful_sentences_can_be_read_alone_until_somebody_corrects_them(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    first = first_of(recording)
    Segment.objects.filter(pk=first.pk).update(flags=["near_silence"])
    page = client.get(url_of(recording)).content.decode()
    assert "几乎没有声音" in page
    alone = client.get(url_of(recording), {"show": "doubtful"})
    assert [line.segment for line in alone.context["lines"]] == [first]
    assert "显示全部句子" in alone.content.decode()
    client.post(url_of(recording, f"segments/{first.pk}/"), {"text": "两百九十八元"})
    after = client.get(url_of(recording), {"show": "doubtful"})
    assert len(after.context["lines"]) == 3
    assert "几乎没有声音" not in after.content.decode()


def test_a_sentence_of_which_the_engine_was_unsure_is_doubtful(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    first, *others = Segment.objects.filter(transcript__recording=recording)
    Segment.objects.filter(pk=first.pk).update(confidence=0.79)
    Segment.objects.filter(pk=others[0].pk).update(confidence=0.8)
    page = client_of(alice).get(url_of(recording), {"show": "doubtful"})
    assert [line.segment for line in page.context["lines"]] == [first]
    assert "识别引擎对这一句没有把握" in page.content.decode()


def test_what_could_not_be_recognised_is_shown_and_can_be_written_by_hand(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    first = first_of(recording)
    Segment.objects.filter(pk=first.pk).update(
        text="", text_raw="", words=[], flags=["not_recognised"]
    )
    alone = client.get(url_of(recording), {"show": "doubtful"})
    assert [line.segment for line in alone.context["lines"]] == [first]
    assert "这里没能识别出来" in alone.content.decode()
    for kind in ("txt", "srt", "vtt", "csv", "json"):
        assert client.get(url_of(recording, f"export/{kind}/")).status_code == 200
    client.post(url_of(recording, f"segments/{first.pk}/"), {"text": "喂，你好"})
    page = client.get(url_of(recording)).content.decode()
    assert "喂，你好" in page and "这里没能识别出来" not in page


def test_a_correction_made_without_scripts_is_shown_to_a_reader_of_the_raw_text(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    client.get(url_of(recording), {"text": "raw"})
    segment = first_of(recording)
    url = url_of(recording, f"segments/{segment.pk}/")
    response = client.post(url, {"text": "三百元"})
    assert response["Location"] == (
        f"{url_of(recording)}?text=normal&s={segment.pk}#s{segment.pk}"
    )


def test_the_speaker_is_named_while_a_sentence_is_corrected(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    Speaker.objects.update(name="王芳")
    url = url_of(recording, f"segments/{first_of(recording).pk}/")
    form = client_of(alice).get(url, headers={"hx-request": "true"})
    assert "王芳" in form.content.decode()


def test_the_channels_of_a_call_are_labelled(
    recording: Recording, sales: Department, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    assert "data-lane" not in client.get(url_of(recording)).content.decode()
    Speaker.objects.update(name="王芳")
    Recording.objects.update(waveform=[[10, 60], [0, 0]])
    page = client.get(url_of(recording)).content.decode()
    assert '<li class="voice-0" data-lane>王芳</li>' in page
    assert f'<li class="voice-1" data-lane>{sales.right_channel_name}</li>' in page


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/d/sales/?tag=x", "/d/sales/?tag=x"),
        ("http://testserver/d/support/?tag=x", "/d/sales/"),
        ("http://elsewhere/d/sales/?tag=x", "/d/sales/"),
        ("", "/d/sales/"),
    ],
)
def test_the_way_back_leads_to_the_list_as_it_was_filtered(
    recording: Recording,
    alice: User,
    client_of: ClientOf,
    came_from: str,
    leads_to: str,
) -> None:
    headers = {"referer": came_from}
    page = client_of(alice).get(url_of(recording), headers=headers).content.decode()
    assert f'<a href="{leads_to}" data-back>' in page


def test_the_time_of_the_call_is_labelled_else_that_of_the_upload(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    assert "<span>上传 <time" in client.get(url_of(recording)).content.decode()
    Recording.objects.update(recorded_at=timezone.now())
    assert "<span>通话 <time" in client.get(url_of(recording)).content.decode()


def test_the_words_that_were_searched_stand_in_the_find_box(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    page = client_of(alice).get(url_of(recording), {"q": '退"款'}).content.decode()
    assert 'value="退&quot;款"' in page


def test_a_sentence_is_corrected_and_the_correction_undone(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    segment = first_of(recording)
    url = url_of(recording, f"segments/{segment.pk}/")
    client = client_of(alice)
    assert client.get(url).status_code == 200  # a page without JavaScript
    response = client.post(url, {"text": "三百元"})
    assert response["Location"] == f"{url_of(recording)}?s={segment.pk}#s{segment.pk}"
    htmx = {"hx-request": "true"}
    fragment = client.get(f"{url}?read=1", headers=htmx).content.decode()
    assert "三百元" in fragment
    assert "<html" not in fragment
    refused = client.post(url, {"text": " "}, headers=htmx)
    assert refused.status_code == 422
    client.post(url, {"undo": "1"}, headers=htmx)
    segment.refresh_from_db()
    assert (segment.text, segment.edited_at) == ("299元", None)


def test_a_correction_that_is_refused_is_a_reading_all_the_same(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    """Its answer has the sentence."""
    url = url_of(recording, f"segments/{first_of(recording).pk}/")
    client_of(alice).post(url, {"text": " "}, headers={"hx-request": "true"})
    seen = AuditEvent.objects.get(action=AuditAction.VIEW)
    assert (seen.actor, seen.object_id) == (alice, str(recording.uuid))


def test_a_hotword_of_the_machines_is_shown_and_taken_out_with_one_click(
    recording: Recording, alice: User, carol: User, client_of: ClientOf
) -> None:
    segment = first_of(recording)
    client = client_of(alice)
    page = client.get(url_of(recording)).content.decode()
    assert "热词 元 ← 圆" in page
    url = url_of(recording, f"segments/{segment.pk}/")
    for nonsense in ("", "x", "-1", "²", "9" * 30):
        assert client.post(url, {"hotword": nonsense}).status_code == 302
    segment.refresh_from_db()
    assert segment.text == "299元"
    fragment = client.post(url, {"hotword": "0"}, headers={"hx-request": "true"})
    assert "299圆" in fragment.content.decode()
    assert "←" not in fragment.content.decode()
    segment.refresh_from_db()
    assert (segment.text, segment.text_machine) == ("299圆", "299元")
    assert "撤销热词" in fragment.content.decode()
    whole = client_of(carol).get(url_of(recording)).content.decode()
    assert "用于评测" not in whole


def test_cancel_leads_back_to_the_sentence_without_scripts_too(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    segment = first_of(recording)
    page = client_of(alice).get(url_of(recording, f"segments/{segment.pk}/"))
    place = f'href="{url_of(recording)}?s={segment.pk}#s{segment.pk}"'
    assert place in page.content.decode()


def test_a_colleague_reads_but_does_not_correct(
    sales: Department, bob: User, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, bob)
    make_transcript(recording)
    client = client_of(alice)
    assert "segment-edit" not in client.get(url_of(recording)).content.decode()
    url = url_of(recording, f"segments/{first_of(recording).pk}/")
    assert client.post(url, {"text": "x"}).status_code == 403


def test_a_voice_gets_a_name(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    speaker = Speaker.objects.get()
    client_of(alice).post(
        url_of(recording, f"speakers/{speaker.pk}/"), {"name": "王芳"}
    )
    speaker.refresh_from_db()
    assert speaker.name == "王芳"


def test_details_are_edited(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    data = {"title": "新标题", "tags": "投诉, 回访", "recorded_at": "2026-11-20T09:30"}
    client = client_of(alice)
    assert client.get(url_of(recording, "edit/")).status_code == 200
    client.post(url_of(recording, "edit/"), data)
    recording.refresh_from_db()
    assert recording.title == "新标题"
    assert recording.tags.count() == 2
    odd = client.post(url_of(recording, "edit/"), {"recorded_at": "soon"})
    assert odd.status_code == 422


def test_a_sentence_that_was_transcribed_again_meanwhile_is_said_to_be_gone(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    old = first_of(recording)
    recording.transcripts.update(is_current=False)
    make_transcript(recording, ["两百九十九元"])
    url = url_of(recording, f"segments/{old.pk}/")
    answer = client.post(url, {"text": "改"}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "重新转写" in unquote(answer["X-Message"])
    page = client.post(url, {"text": "改"}, follow=True)
    assert "toast-error" in page.content.decode()


def test_a_correction_that_cannot_be_taken_is_not_lost_without_a_word(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    segment = first_of(recording)
    url = url_of(recording, f"segments/{segment.pk}/")
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post(url, {"text": "改\0正"}, headers=headers)
        assert answer.status_code == 422
        assert answer.context["form"].errors["text"]
    speaker = Speaker.objects.get()
    url = url_of(recording, f"speakers/{speaker.pk}/")
    answer = client.post(url, {"name": "a\0b"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["name"]


@pytest.mark.parametrize("fmt", ["txt", "srt", "vtt", "csv", "json"])
def test_every_export_is_a_download_and_audited(
    recording: Recording, alice: User, client_of: ClientOf, fmt: str
) -> None:
    response = client_of(alice).get(url_of(recording, f"export/{fmt}/"))
    assert response.status_code == 200
    assert f"理财产品咨询.{fmt}" in unquote(response["Content-Disposition"])
    event = AuditEvent.objects.get(action=AuditAction.EXPORT)
    assert event.detail["format"] == fmt
    if fmt == "json":
        assert "299元" in json.dumps(response.json(), ensure_ascii=False)
    if fmt == "txt":  # by the company's clock, as on the page
        at = timezone.localtime(recording.created_at).strftime("%Y-%m-%d %H:%M")
        assert at in response.content.decode()


def test_an_export_has_the_text_that_is_shown(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client, url = client_of(alice), url_of(recording, "export/txt/")
    assert "299" in client.get(url).content.decode()
    client.get(url_of(recording), {"text": "raw"})
    assert "两百九十九" in client.get(url).content.decode()
    assert "299" in client.get(url, {"text": "normal"}).content.decode()


def test_an_export_nobody_knows_is_404_and_one_too_early_is_a_sentence(
    recording: Recording, sales: Department, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    assert client.get(url_of(recording, "export/exe/")).status_code == 404
    empty = make_recording(sales, alice)
    response = client.get(url_of(empty, "export/srt/"), follow=True)
    assert "toast-info" in response.content.decode()
