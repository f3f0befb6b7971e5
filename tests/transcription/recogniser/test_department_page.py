"""The recogniser's page: short in a department, with commands on the platform."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_worker
from transcription.engine.choose import ChoiceReason, EngineChoice
from transcription.engine.models.catalogue import CATALOGUE, Model, model_named
from transcription.engine.recognisers import (
    EMBEDDED_RECOGNISER,
    RECOGNISERS,
    Recogniser,
)
from transcription.services.kinds import KINDS
from transcription.services.recogniser import status as status_module
from transcription.services.recogniser.status import engine_status
from transcription.services.recogniser.words import (
    device_name,
    engine_title,
    language_list,
    model_notes,
)

ClientOf = Callable[[User], Client]


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    vosk = model_named("vosk-small-cn")
    assert vosk
    reason = ChoiceReason.EMBEDDED
    choice = EngineChoice(EMBEDDED_RECOGNISER, (vosk,), tmp_path, "cpu", reason)
    monkeypatch.setattr(status_module, "configured_choice", lambda *args: choice)


def install(monkeypatch: pytest.MonkeyPatch, *ids: str) -> None:
    monkeypatch.setattr(Model, "is_installed", lambda self, folder: self.id in ids)


def test_a_department_reads_no_commands(
    embedded: None, alice: User, client_of: ClientOf
) -> None:
    content = client_of(alice).get("/d/sales/engine/").content.decode()
    assert "Vosk small-cn" in content
    assert "manage.py" not in content
    assert "SHENGWEN_" not in content
    assert "请" in content and "平台管理员" in content


def test_a_recogniser_without_a_worker_is_not_called_ready(
    embedded: None, alice: User, root: User, client_of: ClientOf
) -> None:
    """Its files are there, and nobody would transcribe what is uploaded."""
    pages = ((alice, "/d/sales/engine/"), (root, "/platform/engine/"))
    long_ago = timezone.now() - timedelta(minutes=5)
    for seen_at, said, unsaid in (
        (None, "工作进程无响应", "就绪"),
        (long_ago, "工作进程无响应", "就绪"),
        (timezone.now(), "就绪", "工作进程无响应"),
    ):
        if seen_at:
            make_worker(seen_at=seen_at)
        for person, address in pages:
            content = client_of(person).get(address).content.decode()
            assert said in content
            assert unsaid not in content


def test_without_an_engine_a_department_is_told_whom_to_ask(
    alice: User, client_of: ClientOf, settings: Settings, tmp_path: Path
) -> None:
    settings.MODELS_DIR = tmp_path
    content = client_of(alice).get("/d/sales/engine/").content.decode()
    assert "请联系平台管理员安装。" in content
    assert "manage.py" not in content


def test_the_platform_reads_how_to_get_a_better_one(
    embedded: None,
    root: User,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(monkeypatch, "vosk-small-cn", "whisper-small")
    content = client_of(root).get("/platform/engine/").content.decode()
    assert "models install sensevoice-small" in content
    assert "SHENGWEN_ENGINE=funasr_whisper" in content
    assert 'href="/platform/engine/" aria-current="page"' in content


@pytest.mark.django_db
def test_the_reason_knows_of_a_better_model_that_auto_passes_over(
    embedded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, "vosk-small-cn", "fsmn-vad")
    with translation.override("en"):
        assert "no better model is installed" in engine_status(KINDS).reason
        assert not engine_status(KINDS).advice
        install(monkeypatch, "vosk-small-cn", "whisper-small")
        assert "A more accurate model is installed" in engine_status(KINDS).reason
        assert "slow on this machine" in engine_status(KINDS).reason
        assert "funasr_whisper" in engine_status(KINDS).advice
        install(monkeypatch, "vosk-small-cn", "nano-2512-transformers")
        assert "only taken when it is named" in engine_status(KINDS).reason
        assert "SHENGWEN_ENGINE=nano_transformers" in engine_status(KINDS).advice


@pytest.mark.django_db
def test_the_voice_detector_runs_in_front_of_every_engine(
    embedded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, "vosk-small-cn", "fsmn-vad")
    running = [line.id for line in engine_status(KINDS).models if line.is_running]
    assert running == ["fsmn-vad", "vosk-small-cn"]


@pytest.mark.parametrize("model", CATALOGUE, ids=lambda model: model.id)
def test_every_model_is_described_in_chinese(model: Model) -> None:
    with translation.override("zh-hans"):
        notes = model_notes(model)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in notes), notes
        names = language_list(model.languages)
        assert not names.isascii() or not names


@pytest.mark.parametrize("row", RECOGNISERS, ids=lambda row: row.name)
def test_every_recogniser_and_what_it_runs_on_has_words(row: Recogniser) -> None:
    assert engine_title(row.name) == row.title != row.name
    for device in row.devices:
        assert device_name(device) != device


def test_codes_are_read_as_names() -> None:
    with translation.override("zh-hans"):
        assert language_list(["zh", "yue"]) == "中文、粤语"
    with translation.override("en"):
        assert language_list(["zh", "yue"]) == "Chinese, Cantonese"
        assert device_name("cpu") == "CPU"


@pytest.mark.django_db
def test_the_upload_page_names_the_engine_to_those_who_run_it(
    embedded: None, sales: Department, alice: User
) -> None:
    with translation.override("zh-hans"):
        lines = [
            render_to_string(
                "transcription/recogniser/_queue_line.html",
                {
                    "engine": engine_status(KINDS),
                    "here": alice.memberships.get(),
                    "can": {"manage_department": is_admin},
                },
            )
            for is_admin in (True, False)
        ]
    assert "识别引擎：Vosk（内置，CPU）" in lines[0]
    assert lines[1].strip() == ""
