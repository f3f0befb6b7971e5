import pytest

from accounts.services.refusal import Refused
from transcription.services.media.text_files import MAX_BYTES, decode_text

WORDS = "阿里巴巴\r\n利率\r\nVIP客户"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"],
)
def test_a_text_file_is_read_whoever_saved_it(encoding: str) -> None:
    assert decode_text(WORDS.encode(encoding)).lstrip("\ufeff") == WORDS


def test_an_empty_file_is_empty() -> None:
    assert decode_text(b"") == ""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "file_not_text"),
        (b"PK\x03\x04\x14\x00\x06\x00", "file_not_text"),
        (b"\xff\xff\xff", "file_not_text"),
        (b"a" * (MAX_BYTES + 1), "file_too_large"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        decode_text(content)
    assert refused.value.code == code
    assert refused.value.sentence
