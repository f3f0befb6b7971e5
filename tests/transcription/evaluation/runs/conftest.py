"""A worker's engine and a set of two sentences to measure it with."""

import pytest

from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM
from tests.transcription.conftest import sound, uploaded
from tests.transcription.engines import FakeEngine, FakeVad
from transcription.models.evaluation import ReferenceSet
from transcription.services.evaluation import running
from transcription.services.evaluation.sets import add_clip, create_set
from transcription.services.recogniser.holder import Loaded


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The engine of the worker: writes 利率调整了吗 in everything that sounds."""
    engine = FakeEngine()
    monkeypatch.setattr(running, "SILENT_CLIPS", 1)
    monkeypatch.setattr(
        running,
        "loaded_engine",
        lambda language, wanted="": Loaded(engine, FakeVad()),
    )
    return engine


@pytest.fixture
def target(sales: Department) -> ReferenceSet:
    made = create_set(department=sales, origin=SYSTEM, name="回归")
    for seed, text in enumerate(("利率调整了吗", "利率涨了吗"), 1):
        add_clip(
            reference_set=made,
            origin=SYSTEM,
            file=uploaded(sound(seed=seed)),
            text=text,
        )
    return made
