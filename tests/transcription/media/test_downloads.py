"""What a file that somebody takes away is called."""

import pytest
from django.http import HttpResponse

from transcription.views.media.downloads import attachment

NAMES = {
    "call.txt": 'attachment; filename="call.txt"',
    "....txt": 'attachment; filename="recording.txt"',
    " . .srt": 'attachment; filename="recording.srt"',
    "v1. .docx": 'attachment; filename="v1.docx"',
    "...": 'attachment; filename="recording"',
    "": 'attachment; filename="recording"',
    "../../etc/passwd": 'attachment; filename="_.._etc_passwd"',
    ".profile": 'attachment; filename="recording.profile"',
    "录音.txt": "attachment; filename*=utf-8''%E5%BD%95%E9%9F%B3.txt",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_download_has_a_name_and_keeps_its_extension(name: str) -> None:
    header = attachment(HttpResponse(), name).headers["Content-Disposition"]
    assert header == NAMES[name]
