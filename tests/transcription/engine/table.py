"""What an adapter says of itself, against its row in the table of recognisers."""

from transcription.engine.base import EngineFacts
from transcription.engine.recognisers import recogniser_named


def agrees_with_the_table(facts: EngineFacts) -> None:
    row = recogniser_named(facts.name)
    assert row is not None, f"no row is called {facts.name}"
    assert facts.writes_punctuation == row.writes_punctuation
    assert bool(facts.max_hotwords) == row.takes_hotwords
    spoken = {language for model in row.models for language in model.languages}
    assert facts.languages == spoken
