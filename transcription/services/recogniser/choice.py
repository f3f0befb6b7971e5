"""The recogniser that the settings call for. Cheap: nothing is loaded."""

from django.conf import settings

from transcription.engine.choose import EngineChoice, choose_engine


def configured_choice(language: str = "", engine_wanted: str = "") -> EngineChoice:
    """For ``language``, or the best one there is; ``engine_wanted`` names another than
    the settings do. Raises ``EngineError`` when no installed one will do."""
    return choose_engine(
        engine_wanted or settings.ENGINE,
        settings.ENGINE_DEVICE,
        settings.MODELS_DIR,
        language,
        settings.ENGINE_URL,
    )
