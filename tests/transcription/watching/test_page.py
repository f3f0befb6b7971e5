"""The platform's page says which folders are watched, and which stand still."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.people import User
from tests.transcription.watching.recorder import Recorder
from transcription.models.watching import WatchFolder

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def page_of(client: Client, language: str = "zh-hans") -> str:
    headers = {"accept-language": language}
    return client.get("/platform/engine/", headers=headers).content.decode()


def test_without_watch_folders_it_says_nothing(root: User, client_of: ClientOf) -> None:
    assert "监视文件夹" not in page_of(client_of(root))


def test_a_folder_is_shown_with_what_waits_and_without_names(
    recorder: Recorder, root: User, client_of: ClientOf
) -> None:
    recorder.drop("13800138000.wav")
    recorder.look(0)
    page = page_of(client_of(root))
    assert "监视中" in page and "销售部" in page and "13800138000" not in page


def test_why_files_wait_is_said_in_the_readers_language(
    recorder: Recorder, root: User, client_of: ClientOf
) -> None:
    recorder.rule(uploader="nobody")
    recorder.look()
    assert "受阻" in page_of(client_of(root)) and "nobody 不是" in page_of(
        client_of(root)
    )
    assert "nobody is no active member" in page_of(client_of(root), "en")


def test_a_watcher_that_stands_still_is_noticed(
    recorder: Recorder, root: User, client_of: ClientOf
) -> None:
    recorder.look()
    long_ago = timezone.now() - timedelta(minutes=3)
    WatchFolder.objects.update(looked_at=long_ago)
    assert "没有监视进程在查看它" in page_of(client_of(root))
