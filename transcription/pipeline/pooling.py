"""One engine for several recordings at once, and never for more threads than it takes.

Every recording has a ``PooledEngine``, which it uses like an engine of its own. The
thread that waits while the engine is free takes the turn and serves one batch for all:
pieces of the recording that has the least left to recognise and, where a batch gains
time, pieces of equal options from other recordings with it. The pool has no thread of
its own: a recording that is alone is served in its own thread, as by the engine itself.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from transcription.engine.base import (
    Engine,
    EngineError,
    EngineFacts,
    Recognition,
    RecognitionOptions,
    Samples,
    WatchedEngine,
)
from transcription.engine.device.batch_budget import BatchBudget, budget_for
from transcription.pipeline.batches import Outcome, length_ms, recognise_batch

CHECK_SECONDS = 0.5  # how long a request waits between two calls of its ``check``


class _Leaving(BaseException):
    """The thread that serves a batch has to leave; this is no error of the batch."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True, eq=False)
class _Request:
    caller: "PooledEngine"
    pieces: list[Samples]
    options: RecognitionOptions
    waiting: set[int]
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    error: Exception | None = None

    @property
    def is_answered(self) -> bool:
        return self.error is not None or len(self.outcomes) == len(self.pieces)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One piece of one request."""

    request: _Request
    index: int

    @property
    def samples(self) -> Samples:
        return self.request.pieces[self.index]

    @property
    def length_ms(self) -> int:
        return length_ms(self.samples)


class EnginePool:
    """Shares one engine between recordings; remembers how large a batch may be."""

    def __init__(self, engine: Engine, budget: BatchBudget | None = None) -> None:
        self._engine = engine
        self.budget = budget or budget_for(engine.facts)
        self._news = threading.Condition()
        self._requests: list[_Request] = []  # in the order of their arrival
        self._turns = engine.facts.calls_at_once  # that are free

    @property
    def facts(self) -> EngineFacts:
        return self._engine.facts

    def for_recording(self, check: Callable[[], None] = lambda: None) -> "PooledEngine":
        """The engine for one recording. ``check`` is called while it waits and between
        batches, and may raise to leave."""
        return PooledEngine(self, check)

    def ask(self, request: _Request) -> None:
        """Return when the request is answered; raises what ``check`` raises."""
        with self._news:
            self._requests.append(request)
        try:
            while not request.is_answered:
                batch = self._turn(request)
                if batch:
                    self._serve(batch, request.caller)
                if not request.is_answered:
                    request.caller.check()
        finally:
            with self._news:
                self._requests.remove(request)

    def _turn(self, request: _Request) -> list[_Entry]:
        """The next batch for the caller to serve; empty when others serve it."""
        with self._news:
            batch = self._taken_for(request)
            if not batch and not request.is_answered:
                self._news.wait(CHECK_SECONDS)
                batch = self._taken_for(request)
            return batch

    def _taken_for(self, request: _Request) -> list[_Entry]:
        if request.is_answered or not self._turns:
            return []
        batch = self._next_batch()
        if batch:
            self._turns -= 1
        return batch

    def _next_batch(self) -> list[_Entry]:
        """Pieces of like length: a batch costs its longest piece for each."""
        open_requests = [r for r in self._requests if r.waiting and r.error is None]
        if not open_requests:
            return []
        first = min(open_requests, key=lambda request: request.caller.left_ms)
        longest = _entries(first)[0]
        batch = [longest]
        together = open_requests if self.budget.gains else [first]
        for entry in sorted(
            (
                entry
                for request in together
                if request.options == first.options
                for entry in _entries(request)
            ),
            key=lambda entry: -entry.length_ms,
        ):
            if entry == longest or entry.length_ms > longest.length_ms:
                continue
            if longest.length_ms * (len(batch) + 1) > self.budget.batch_ms:
                break
            batch.append(entry)
        for entry in batch:
            entry.request.waiting.remove(entry.index)
        return batch

    def _serve(self, batch: list[_Entry], caller: "PooledEngine") -> None:
        """For all, in the thread of ``caller``; raises what its ``check`` raises while
        the engine is elsewhere, and leaves the batch to the others then."""
        began = time.monotonic()
        outcomes: list[Outcome] = []
        failure: Exception | None = None
        try:
            outcomes = recognise_batch(
                self._watched(caller),
                [entry.samples for entry in batch],
                batch[0].request.options,
                self.budget,
            )
        except Exception as error:  # not one piece's: every request in the batch has it
            failure = error
        except _Leaving as leaving:
            raise leaving.reason from None
        finally:
            with self._news:
                self._turns += 1
                self._hand_out(batch, outcomes, failure, time.monotonic() - began)
                self._news.notify_all()

    def _watched(self, caller: "PooledEngine") -> Engine:
        if not isinstance(self._engine, WatchedEngine):
            return self._engine

        def check() -> None:
            try:
                caller.check()
            except Exception as reason:
                raise _Leaving(reason) from reason

        return self._engine.watched_by(check)

    def _hand_out(
        self,
        batch: list[_Entry],
        outcomes: list[Outcome],
        failure: Exception | None,
        seconds: float,
    ) -> None:
        for index, entry in enumerate(batch):
            request = entry.request
            request.caller.served_seconds += seconds / len(batch)
            if outcomes:
                request.outcomes[entry.index] = outcomes[index]
            elif failure is not None:
                request.error = failure
            else:  # the thread that served it has left in the middle
                request.waiting.add(entry.index)


class PooledEngine:
    """What one recording sees of the pool: satisfies ``Engine``.

    ``left_ms`` says how much of the recording is still to be recognised: the least is
    served first, so that what is short need not wait for what is long.
    """

    def __init__(self, pool: EnginePool, check: Callable[[], None]) -> None:
        self._pool = pool
        self.check = check
        self.left_ms = 0
        self.asked_seconds = 0.0
        self.served_seconds = 0.0

    @property
    def facts(self) -> EngineFacts:
        return self._pool.facts

    @property
    def request_ms(self) -> int:
        """Padded milliseconds that are worth handing in at once."""
        return self._pool.budget.batch_ms

    @property
    def gains(self) -> bool:
        """Whether several pieces together take less time than one after another."""
        return self._pool.budget.gains or self.facts.calls_at_once > 1

    @property
    def waited_seconds(self) -> float:
        """How long the engine was busy with other recordings instead of this one."""
        return max(0.0, self.asked_seconds - self.served_seconds)

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        """See ``Engine``. A piece that the engine fails on comes back without
        text and with the flag ``NOT_RECOGNISED``."""
        request = _Request(self, list(pieces), options, set(range(len(pieces))))
        began = time.monotonic()
        try:
            self._pool.ask(request)
        finally:
            self.asked_seconds += time.monotonic() - began
        if request.error is not None:
            raise _own(request.error)
        recognitions = []
        for index in range(len(pieces)):
            outcome = request.outcomes[index]
            if isinstance(outcome, EngineError):
                raise outcome
            recognitions.append(outcome)
        return recognitions


def _entries(request: _Request) -> list[_Entry]:
    """What waits of a request, the longest first."""
    entries = [_Entry(request, index) for index in sorted(request.waiting)]
    return sorted(entries, key=lambda entry: -entry.length_ms)


def _own(error: Exception) -> Exception:
    """The same error, for one of several threads to raise."""
    if not isinstance(error, EngineError):
        return error
    own = EngineError(error.code, error.detail, permanent=error.permanent)
    own.__cause__ = error
    return own
