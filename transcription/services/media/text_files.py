"""Text files as people have them: UTF-8 from anywhere, GBK and UTF-16 from Windows."""

import codecs
import re
from typing import IO

from django.utils.translation import gettext as _

from accounts.services.refusal import Refused

MAX_BYTES = 2**20

_CHUNK = 2**18
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")


def decode_text(content: bytes) -> str:
    """The text of a small file in UTF-8, GBK (GB 18030) or UTF-16."""
    if len(content) > MAX_BYTES:
        raise Refused("file_too_large", _("The file is larger than 1 MB."))
    for encoding in _candidates(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NOT_TEXT.search(text):
            return text
    raise _not_text()


def encoding_of(file: IO[bytes]) -> str:
    """The encoding of a file of any length, which is read from its beginning, a part at
    a time, as often as there are encodings to try. Raises ``Refused``."""
    file.seek(0)
    for encoding in _candidates(file.read(_CHUNK)):
        file.seek(0)
        if _is_text_in(file, encoding):
            return encoding
    raise _not_text()


def _is_text_in(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(_CHUNK):
            if _NOT_TEXT.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _not_text() -> Refused:
    return Refused(
        "file_not_text", _("This is not a text file in UTF-8, GBK or UTF-16.")
    )


def _candidates(content: bytes) -> tuple[str, ...]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    # Without a byte order mark, UTF-16 shows by the zeros of line breaks and ASCII.
    if b"\x00" in content:
        is_little = content[1::2].count(0) >= content[::2].count(0)
        return ("utf-16-le",) if is_little else ("utf-16-be",)
    return ("utf-8-sig", "gb18030")
