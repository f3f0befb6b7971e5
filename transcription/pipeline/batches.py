"""One call after another until every piece has an answer, whatever goes wrong.

A call that fails is cut in two until the piece that causes the failure is alone. That
piece gets no text and a flag; the others are not affected.
"""

import logging
from collections.abc import Sequence
from typing import Final

from transcription.engine.base import (
    SAMPLE_RATE,
    Engine,
    EngineError,
    ErrorCode,
    Recognition,
    RecognitionOptions,
    Samples,
)
from transcription.engine.device.batch_budget import BatchBudget

logger = logging.getLogger(__name__)

NOT_RECOGNISED: Final = "not_recognised"

# What may be one piece's fault. Everything else would meet the next piece too.
_OF_A_PIECE = {ErrorCode.ENGINE_FAILED, ErrorCode.CORRUPT_AUDIO}

Outcome = Recognition | EngineError


def recognise_batch(
    engine: Engine,
    pieces: Sequence[Samples],
    options: RecognitionOptions,
    budget: BatchBudget,
) -> list[Outcome]:
    """One outcome per piece, in order.

    A piece on which the engine fails for good is a recognition without text and with
    the flag ``NOT_RECOGNISED``. An error in the place of a recognition says that not
    even this piece alone fits into memory. Raises what is no single piece's fault.
    """
    if not pieces:
        return []
    padded_ms = max(length_ms(piece) for piece in pieces) * len(pieces)
    try:
        with budget.measured(padded_ms):
            return list(_call(engine, pieces, options))
    except EngineError as error:
        if error.code is ErrorCode.OUT_OF_MEMORY:
            if len(pieces) == 1:
                # A new one: the old one's traceback holds on to the memory.
                return [EngineError(error.code, error.detail, permanent=False)]
            budget.shrink(padded_ms)
        elif error.code not in _OF_A_PIECE:
            raise
        elif len(pieces) == 1:
            return [_once_more(engine, pieces, options, error)]
    middle = len(pieces) // 2
    return [
        *recognise_batch(engine, pieces[:middle], options, budget),
        *recognise_batch(engine, pieces[middle:], options, budget),
    ]


def length_ms(piece: Samples) -> int:
    return piece.size * 1000 // SAMPLE_RATE


def _once_more(
    engine: Engine,
    piece: Sequence[Samples],
    options: RecognitionOptions,
    error: EngineError,
) -> Outcome:
    if not error.permanent:
        try:
            return _call(engine, piece, options)[0]
        except EngineError as again:
            if again.code not in _OF_A_PIECE:
                raise
            error = again
    logger.warning(
        "A piece of %.1f s was not recognised: %s", length_ms(piece[0]) / 1000, error
    )
    language = "" if options.language == "auto" else options.language
    return Recognition("", language, flags=(NOT_RECOGNISED,))


def _call(
    engine: Engine, pieces: Sequence[Samples], options: RecognitionOptions
) -> list[Recognition]:
    """The engine's call; whatever it raises as ``EngineError``."""
    try:
        recognitions = engine.recognise(pieces, options)
    except (EngineError, OSError):
        raise
    except MemoryError as error:
        raise EngineError(ErrorCode.OUT_OF_MEMORY, permanent=False) from error
    except Exception as error:
        logger.exception("The recogniser raised what it should not.")
        raise EngineError(
            ErrorCode.ENGINE_FAILED, type(error).__name__, permanent=False
        ) from error
    if len(recognitions) != len(pieces):
        raise EngineError(
            ErrorCode.ENGINE_FAILED, "results do not line up", permanent=False
        )
    return recognitions
