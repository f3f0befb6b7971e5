"""A recogniser that runs in a service of the company's own: vLLM with Fun-ASR-Nano.

The sound of one piece goes to ``POST /v1/audio/transcriptions`` of the one address that
the operator configured, as many pieces at a time as vLLM batches well, and nowhere
else: no proxy of the environment is asked and no redirection followed. What comes back
is text of unknown origin and is treated like that.
"""

import http.client
import io
import json
import secrets
import time
import unicodedata
import wave
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import partial
from typing import Any, Final

from transcription.engine.base import (
    SAMPLE_RATE,
    EngineError,
    EngineFacts,
    ErrorCode,
    Recognition,
    RecognitionOptions,
    Samples,
)
from transcription.engine.choose import EngineChoice
from transcription.engine.doubts import recognise_carefully
from transcription.engine.guards import (
    MAX_HOTWORDS,
    checked_language,
    checked_samples,
    language_of,
    safe_hotwords,
    without_spaces_between_cjk,
    without_tags,
)
from transcription.engine.vllm.address import ServiceAddress
from transcription.engine.vllm.calls import Answer, CallConnection, side_by_side

LANGUAGES: Final = frozenset({"zh", "en", "ja"})
AT_ONCE: Final = 16
PAUSES: Final = (0.5, 2.0, 8.0)  # seconds before each further try
MAX_TEXT: Final = 4_000
MAX_NAME: Final = 60  # of a model; jobs keep 80 characters
_OF_THE_PIECE: Final = frozenset({400, 413, 415, 422})
_WORTH_ANOTHER_TRY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class RemoteEngine:
    """Fun-ASR-Nano behind vLLM's OpenAI-compatible API; no times.

    vLLM's class for it puts hotwords into the prompt, in Fun-ASR's own words, and has
    no place there for the language or for an option about figures: these come as
    digits.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 60.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        try:
            self._address = ServiceAddress.parse(url)
        except ValueError as error:
            raise EngineError(ErrorCode.SERVICE_FAILED, str(error)) from error
        self._timeout = timeout
        self._pause = pause
        self._check: Callable[[], None] = lambda: None
        (_health,) = self._together([partial(self._ask, method="GET", path="/health")])
        (models,) = self._together(
            [partial(self._ask, method="GET", path="/v1/models")]
        )
        self._model = _served_model(models)
        self._facts = EngineFacts(
            name="vllm",
            model_name=f"{self._model[:MAX_NAME]} (vLLM)",
            device="service",
            languages=LANGUAGES,
            max_hotwords=MAX_HOTWORDS,
            does_itn=True,
        )

    @property
    def facts(self) -> EngineFacts:
        return self._facts

    def watched_by(self, check: Callable[[], None]) -> "RemoteEngine":
        """See ``WatchedEngine``."""
        watched = copy(self)
        watched._check = check
        return watched

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        """See ``Engine``."""
        language = checked_language(options, LANGUAGES)
        fields = self._fields(language, safe_hotwords(options.hotwords))
        clean = [checked_samples(piece) for piece in pieces]

        def decode(some: list[Samples]) -> list[Recognition]:
            return self._together(
                [
                    partial(self._recognise_piece, piece=one, fields=fields)
                    for one in some
                ]
            )

        return recognise_carefully(clean, language, decode)

    def _fields(self, language: str, hotwords: Sequence[str]) -> Mapping[str, str]:
        """What is asked of every piece, beside its sound."""
        fields = {
            "model": self._model,
            "response_format": "json",
            "temperature": "0",
        }
        if language != "auto":
            fields["language"] = language
        if hotwords:
            fields["hotwords"] = ", ".join(hotwords)  # as FunASR joins them
        return fields

    def _recognise_piece(
        self, connection: CallConnection, piece: Samples, fields: Mapping[str, str]
    ) -> Recognition:
        body, content_type = _form(fields, _wav(piece))
        answer = self._ask(
            connection, "POST", "/v1/audio/transcriptions", body, content_type
        )
        text = _text(answer)
        return Recognition(text, fields.get("language") or language_of(text))

    def _together(
        self, calls: Sequence[Callable[[CallConnection], Answer]]
    ) -> list[Answer]:
        """The answers to all. Raises ``EngineError``, and what ``check`` raises."""
        try:
            return side_by_side(
                calls,
                self._address,
                seconds=self._timeout,
                at_once=AT_ONCE,
                check=self._check,
            )
        except TimeoutError as error:
            raise _gone(str(error)) from error

    def _ask(
        self,
        connection: CallConnection,
        method: str,
        path: str,
        body: bytes = b"",
        content_type: str = "",
    ) -> bytes:
        """The body of a good answer, after several tries. Raises ``EngineError``."""
        headers = {"Accept": "application/json", "Connection": "close"}
        if content_type:
            headers["Content-Type"] = content_type
        for pause in (*PAUSES, None):
            try:
                status, answer = connection.exchange(method, path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                problem = type(error).__name__
            else:
                problem = f"HTTP {status}"
                if status not in _WORTH_ANOTHER_TRY:
                    break
            if pause is None or pause >= connection.seconds_left:
                raise _gone(problem)
            self._pause(pause)
        if status in _OF_THE_PIECE and method == "POST":
            raise EngineError(ErrorCode.ENGINE_FAILED, problem)
        if status != http.client.OK:
            raise _gone(problem)
        return answer


def load(choice: EngineChoice, threads: int) -> RemoteEngine:
    """See ``Recogniser.adapter``. The service knows itself how many threads it has."""
    return RemoteEngine(choice.service_url)


def _served_model(answer: bytes) -> str:
    """The name of the first model of ``GET /v1/models``."""
    models = _json(answer).get("data")
    first = models[0] if isinstance(models, list) and models else None
    name = first.get("id") if isinstance(first, dict) else None
    if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= 80:
        raise _gone("it names no model")
    return name


def _text(answer: bytes) -> str:
    """What was recognised, as plain text in one line."""
    text = _json(answer).get("text")
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise _strange()
    printable = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character)[0] != "C"
    )
    return without_spaces_between_cjk(" ".join(without_tags(printable).split()))


def _json(answer: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        raise _strange() from None
    if not isinstance(found, dict):
        raise _strange()
    return found


def _strange() -> EngineError:
    return EngineError(
        ErrorCode.ENGINE_FAILED, "an answer that is none", permanent=False
    )


def _gone(detail: str) -> EngineError:
    return EngineError(ErrorCode.SERVICE_FAILED, detail, permanent=False)


def _wav(piece: Samples) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes((piece * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _form(fields: Mapping[str, str], sound: bytes) -> tuple[bytes, str]:
    """``multipart/form-data`` with the fields and a file, and its content type."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        f"{value}\r\n".encode()
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
        'filename="piece.wav"\r\nContent-Type: audio/wav\r\n\r\n'.encode()
    )
    parts += [sound, f"\r\n--{boundary}--\r\n".encode()]
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
