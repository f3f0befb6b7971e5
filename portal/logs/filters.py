"""What a log line may hold: one sentence for what an operator expects to happen."""

import logging

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http.multipartparser import MultiPartParserError
from redis import RedisError

from transcription.services.trouble import first_line, trouble_of

AGAIN_SECONDS = 60.0
_REFUSALS = (PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError)


class OneSentence(logging.Filter):
    """Trouble that passes by itself (a busy database, a full disk, an absent Redis) and
    refused requests are sentences: their tracebacks would be the same a thousand times.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or not _is_expected(error):
            return True
        sentence, reason = record.getMessage(), first_line(error)
        record.msg = sentence if reason in sentence else f"{sentence} ({reason})"
        record.args = ()
        record.exc_info = record.exc_text = None
        return True


class NotAgain(logging.Filter):
    """Of a logger that says the same line with every poll: once a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        line, now = record.getMessage(), record.created
        is_news = now - self._said.get(line, 0.0) >= AGAIN_SECONDS
        if is_news:
            recent = {k: v for k, v in self._said.items() if now - v < AGAIN_SECONDS}
            self._said = {**recent, line: now}
        return is_news


def _is_expected(error: BaseException) -> bool:
    if isinstance(error, (*_REFUSALS, RedisError, UnicodeDecodeError)):
        return True
    return trouble_of(error) is not None
