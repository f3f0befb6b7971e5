"""Cut anywhere out of anything, a text is found exactly where a scan finds it."""

import random

import pytest

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_recording, make_transcript
from tests.people import membership
from transcription.search.folding import END, folded
from transcription.services.search import searching as service
from transcription.services.search.index import index_transcript
from transcription.services.search.searching import search_segments

pytestmark = pytest.mark.django_db

PIECES = (
    *(
        "您好",
        "退款",
        "哈哈哈",
        "理财产品",
        "人工智能客服系统",
        "的的的",
        "電話",
        "ガス",
    ),
    *("VIP", "iPhone", "Café", "funasr", "abcabc", "8000", "13800138000", "1,299元"),
    *("12.5", "18:45", "3-5", "7788", "𠮷野家", "𠮷", "e\u0301t\u0301"),
)
MARKS = ("", "", "", " ", "，", "。", "-", "“")


def test_200_cuttings_are_exact(
    alice: User, sales: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "RECORDINGS_PER_PAGE", 100)
    chance = random.Random(11)  # noqa: S311 - a sample, not a secret
    texts: dict[str, str] = {}
    for number in range(40):
        said = "".join(chance.choice(PIECES) + chance.choice(MARKS) for _ in range(12))
        recording = make_recording(sales, title=f"{number}", original_name="")
        index_transcript(make_transcript(recording, [said]))
        texts[str(recording.uuid)] = folded(said).text
    member = membership(alice)
    wrong = []
    for _ in range(200):
        line = ""
        while not line:
            line = chance.choice(chance.choice(list(texts.values())).split(END))
        start = chance.randrange(len(line))
        cut = line[start : start + chance.randint(1, 12)].strip("‿·∶’")
        if not cut:
            continue
        page = search_segments(
            membership=member, origin=SYSTEM, query=f'"{_typed(cut)}"'
        )
        found = {str(group.recording.uuid) for group in page.groups if group.hits}
        expected = {uuid for uuid, text in texts.items() if cut in text}
        if found != expected:
            wrong.append((cut, len(found), len(expected)))
    assert wrong == []


def _typed(folded_text: str) -> str:
    """What a person types to ask for it."""
    return folded_text.translate(str.maketrans("‿·∶", " .:"))
