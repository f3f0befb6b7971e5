"""How much audio goes into one call of an engine, learnt from the memory there is.

What a call costs is its number of pieces times the longest of them: padded
milliseconds. On a CPU a batch gains nothing beyond the pieces that an engine works on
side by side, and the caller needs control back often (lease, cancel). A graphics card
should be full: it begins with a little, the peak of every call says what a millisecond
costs, and the next call is as large as what is free.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from transcription.engine.base import EngineFacts

logger = logging.getLogger(__name__)

CPU_BATCH_MS: Final = 20_000
FIRST_GPU_BATCH_MS: Final = 60_000
SERVICE_BATCH_MS: Final = 480_000  # 16 pieces of half a minute; vLLM batches them
MAX_GPU_BATCH_MS: Final = 1_200_000  # a call takes seconds then; a cancel waits for it
_SHARE_OF_FREE: Final = 0.8
_GROWTH: Final = 2  # what twice the audio costs was seen at half of it


class CardMemory(Protocol):
    """The memory of the device that the engine runs on, in bytes."""

    def begin(self) -> None:
        """From now on, a new peak."""
        ...

    def peak(self) -> int:
        """The most that was in use at once since ``begin``, beyond what was then."""
        ...

    def free(self) -> int:
        """What the next call may use."""
        ...


class BatchBudget:
    """The padded milliseconds of the next call. Only the thread that has the engine's
    turn calls it.

    After a call that did not fit, half of it is the most for the life of the process.
    """

    def __init__(
        self, memory: CardMemory | None, first_ms: int = FIRST_GPU_BATCH_MS
    ) -> None:
        self._memory = memory
        self._most_ms = MAX_GPU_BATCH_MS if memory else first_ms
        self._batch_ms = first_ms
        self._largest_ms = 0
        self._bytes_per_ms = 0.0

    @property
    def gains(self) -> bool:
        """Whether several pieces together take less time than one after another."""
        return self._memory is not None

    @property
    def batch_ms(self) -> int:
        return self._batch_ms

    @property
    def bytes_per_second(self) -> int:
        """Peak memory per padded second of audio; 0 until it has been measured."""
        return round(self._bytes_per_ms * 1000)

    @contextmanager
    def measured(self, padded_ms: int) -> Iterator[None]:
        """Around a call of the engine: learns from its peak when it succeeds."""
        if self._memory is None:
            yield
            return
        self._memory.begin()
        yield
        self._learn(self._memory, padded_ms)

    def shrink(self, padded_ms: int) -> None:
        """A call of so much did not fit."""
        self._most_ms = max(1, min(self._most_ms, padded_ms // 2))
        self._batch_ms = min(self._batch_ms, self._most_ms)
        logger.warning(
            "Out of memory with a batch of %.0f s; from now on at most %.0f s.",
            padded_ms / 1000,
            self._most_ms / 1000,
        )

    def _learn(self, memory: CardMemory, padded_ms: int) -> None:
        # Small calls pay for what does not grow with them: the largest call is the best
        # measure.
        if padded_ms >= self._largest_ms and padded_ms > 0:
            self._largest_ms = padded_ms
            self._bytes_per_ms = memory.peak() / padded_ms
        if self._bytes_per_ms <= 0:
            return
        fits = int(memory.free() * _SHARE_OF_FREE / self._bytes_per_ms)
        seen = max(self._largest_ms * _GROWTH, FIRST_GPU_BATCH_MS)
        self._batch_ms = max(1, min(self._most_ms, fits, seen))


def budget_for(facts: EngineFacts) -> BatchBudget:
    """The budget of an engine on its device (cpu, cuda:0, mps, service)."""
    if facts.device == "service":
        return BatchBudget(_Elsewhere(), SERVICE_BATCH_MS)
    if facts.device.startswith("cuda"):
        return BatchBudget(_Cuda(facts.device))
    return BatchBudget(None, CPU_BATCH_MS * facts.calls_at_once)


class _Elsewhere:
    """A service looks after its memory itself."""

    def begin(self) -> None:
        return None

    def peak(self) -> int:
        return 0

    def free(self) -> int:
        return 0


class _Cuda:
    def __init__(self, device: str) -> None:
        self._device = device
        self._before = 0

    def begin(self) -> None:
        import torch

        torch.cuda.reset_peak_memory_stats(self._device)
        self._before = int(torch.cuda.memory_allocated(self._device))

    def peak(self) -> int:
        import torch

        return int(torch.cuda.max_memory_allocated(self._device)) - self._before

    def free(self) -> int:
        import torch

        free, _total = torch.cuda.mem_get_info(self._device)
        # What torch holds and does not use is as good as free.
        cached = torch.cuda.memory_reserved(self._device)
        used = torch.cuda.memory_allocated(self._device)
        return int(free + cached - used)
