"""Short sentences that are none: what is said after a pause and still belongs to what
was said before it."""

import re
from typing import Final

# Somebody else has spoken in so long a silence, or a new thought begins.
_FAR_MS: Final = 1500
# 您买的是扫地机器人，对吗？
_TAG: Final = re.compile(
    "(?:您看|你看|这样)?(?:对|是|好|行|可以|没错|没问题)(?:吗|吧|么|嘛|不)"
    "|是不是|对不对|好不好|行不行|可不可以"
)
# 请带身份证，还有两张照片。
_MORE: Final = re.compile("还有(?!没有|多少|多久|什么|哪|谁|几个人).{1,8}")


def belongs_to_former(said: str, mark: str, pause_ms: int | None) -> bool:
    """Whether a sentence without commas goes on with the one before it, ``pause_ms``
    ago."""
    if pause_ms is not None and pause_ms >= _FAR_MS:
        return False
    if mark == "？":
        return _TAG.fullmatch(said) is not None
    return _MORE.fullmatch(said) is not None
