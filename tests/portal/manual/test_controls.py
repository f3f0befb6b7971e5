"""What the manual calls by name is on the pages that it describes.

A button that gets another name gets it in the manual too: both take it from the
catalogue. One that is gone, or moved to another page, fails here.
"""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from portal.pages.manual import CHAPTERS
from tests.people import join
from tests.portal.manual.reading import pieces
from transcription.models.hotwords.lists import HotwordList
from transcription.models.imports import ArchiveImport
from transcription.models.recordings import Recording

ClientOf = Callable[[User], Client]

CONTROL = re.compile(r'<b class="control">(.*?)</b>', re.DOTALL)
RECORDING = (
    "upload",
    "archive",
    "recording",
    "segment_edit",
    "recording_edit",
    "trash",
)
WORDS = (
    "hotword_lists",
    "hotword_list",
    "published_list",
    "hotword_edit",
    "hotword_versions",
)
MORE_WORDS = ("hotword_suggestions", "hotword_archive", "hotword_usage")
# Who reads the chapter, and the pages that it is about.
ABOUT = {
    "upload": ("alice", ("upload", "notices", "archive", "imports", "import")),
    "read": ("alice", ("archive", "recording")),
    "correct": ("alice", (*RECORDING, "conflict")),
    "search": ("alice", ("search", "found", "archive")),
    "supervise": (
        "bob",
        (*RECORDING, "doubtful", "evaluation", "hotword_lists", "hotword_suggestions"),
    ),
    "hotwords": ("carol", (*WORDS, *MORE_WORDS)),
    "department": ("carol", ("members", "agents", "settings", "access", "recording")),
    "audit": ("dave", ("audit", "access", "recording")),
}


# Pages that answer a form: of a text that somebody else has changed meanwhile.
SENT = {"conflict": {"text": "别的", "version": "0"}}


@pytest.fixture
def wrong_list(department: Department, alice: User) -> ArchiveImport:
    """An import of alice's that is not started, with a line that is not taken."""
    made = ArchiveImport.objects.create(
        department=department,
        user=alice,
        name="list.csv",
        fingerprint="1",
        header=["文件"],
        columns={"file": 0},
        time_zone="Asia/Shanghai",
        language="zh",
        line_count=1,
    )
    made.lines.create(
        number=2, cells=[""], state="refused", problems=[["file", "no_file", ""]]
    )
    return made


@pytest.fixture
def addresses(
    department: Department,
    call: Recording,
    products: HotwordList,
    names: HotwordList,
    carol: User,
    support: Department,
    wrong_list: ArchiveImport,
) -> dict[str, str]:
    """Of the pages, by the name that ``ABOUT`` gives them."""
    join(carol, support, Role.ADMIN)  # who administers one alone moves nothing

    def page(name: str, **kwargs: object) -> str:
        kwargs["department"] = department.slug
        return reverse(f"transcription:{name}", kwargs=kwargs)

    of_call = {"uuid": call.uuid}
    of_list = {"uuid": products.uuid}
    first = call.transcripts.get().segments.get(index=0)
    people = {"department": department.slug}
    return {
        "upload": page("upload"),
        "notices": page("notices"),
        "archive": page("archive"),
        "imports": page("imports"),
        "import": page("import", uuid=wrong_list.uuid),
        "recording": page("recording", **of_call),
        "doubtful": page("recording", **of_call) + "?show=doubtful",
        "recording_edit": page("recording_edit", **of_call),
        "segment_edit": page("segment_edit", segment_id=first.pk, **of_call),
        "conflict": page("segment_edit", segment_id=first.pk, **of_call),
        "trash": page("trash"),
        "search": page("search"),
        "found": page("search") + "?q=金葵花",
        "evaluation": page("evaluation"),
        "hotword_lists": page("hotword_lists"),
        "hotword_list": page("hotword_list", **of_list),
        "published_list": page("hotword_list", uuid=names.uuid),
        "hotword_edit": page(
            "hotword_edit", hotword_id=products.hotwords.get(text="云帆").pk, **of_list
        ),
        "hotword_versions": page("hotword_versions", **of_list),
        "hotword_suggestions": page("hotword_suggestions"),
        "hotword_archive": page("hotword_archive") + "?word=金葵花卡",
        "hotword_usage": page("hotword_usage"),
        "members": reverse("people:members", kwargs=people),
        "agents": page("agents"),
        "settings": reverse("people:settings", kwargs=people),
        "audit": reverse("people:audit", kwargs=people),
        "access": reverse("people:access", kwargs=people),
    }


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("slug", CHAPTERS)
def test_what_a_chapter_names_is_on_its_pages(
    slug: str,
    language: str,
    addresses: dict[str, str],
    client_of: ClientOf,
    request: pytest.FixtureRequest,
) -> None:
    reader, pages = ABOUT[slug]
    client = client_of(request.getfixturevalue(reader))
    headers = {"accept-language": language}

    def read(address: str, sent: dict[str, str] | None = None) -> str:
        ask = client.get if sent is None else client.post
        answer = ask(address, sent or {}, headers=headers)
        assert answer.status_code == (200 if sent is None else 409), address
        return answer.content.decode()

    chapter = read(reverse("help_chapter", kwargs={"slug": slug}))
    named = {" ".join(unescape(name).split()) for name in CONTROL.findall(chapter)}
    there: set[str] = set()
    for page in pages:
        there |= pieces(read(addresses[page], SENT.get(page)))
    assert named, "the chapter names nothing"
    assert named - there == set()
