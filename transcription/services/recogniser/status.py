"""What the pages and checks tell about the recogniser. Cheap: nothing is loaded."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from transcription.engine.base import EngineError
from transcription.engine.choose import (
    ChoiceReason,
    EngineChoice,
    choose_embedder,
)
from transcription.engine.models.catalogue import CATALOGUE, Model, ModelKind
from transcription.engine.recognisers import (
    EMBEDDED_RECOGNISER,
    Recogniser,
    recogniser_of,
)
from transcription.engine.vllm.address import ServiceAddress
from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobState
from transcription.services.recogniser.choice import configured_choice
from transcription.services.recogniser.load.machine_time import (
    MachineWork,
    machine_real_time_factor,
)
from transcription.services.recogniser.load.queue_lines import QueueLine, queue_lines
from transcription.services.recogniser.words import (
    device_name,
    engine_title,
    model_label,
    model_notes,
)
from transcription.services.recogniser.workers import has_worker
from transcription.services.runs.errors import sentence
from transcription.services.runs.kind import RunKind

RECENT_JOBS = 20


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model of the catalogue. ``command`` installs it from the network."""

    id: str
    title: str
    kind: str
    languages: tuple[str, ...]
    licence: str
    size_bytes: int
    notes: str
    is_installed: bool
    is_running: bool
    command: str


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """Which recogniser the next job gets. ``problem`` is a sentence when there is none;
    ``advice`` is for who can set the environment; ``real_time_factor`` is the
    machine's over the last jobs on this engine."""

    engine: str
    model_title: str
    device: str
    reason: str
    advice: str
    problem: str
    languages: tuple[str, ...]
    models: tuple[ModelLine, ...]
    queues: tuple[QueueLine, ...]
    real_time_factor: float | None

    @property
    def has_worker(self) -> bool:
        """Whether a process would take a job now. Asks the database."""
        return has_worker()

    @property
    def is_ready(self) -> bool:
        return not self.problem

    @property
    def is_embedded(self) -> bool:
        return self.engine == EMBEDDED_RECOGNISER.name

    @property
    def title(self) -> str:
        return engine_title(self.engine)

    @property
    def device_label(self) -> str:
        return device_name(self.device)

    @property
    def installed(self) -> tuple[ModelLine, ...]:
        return tuple(line for line in self.models if line.is_installed)


def engine_status(kinds: Iterable[RunKind[Any]]) -> EngineStatus:
    """The recogniser, the models, and the queues of these kinds as they are now."""
    choice, problem = _choice()
    better = _passed_over(choice) if choice else None
    return EngineStatus(
        engine=choice.name if choice else "",
        model_title=model_label(choice) if choice else "",
        device=choice.device if choice else "",
        reason=_reason(choice, better and better[0]) if choice else "",
        advice=_advice(*better) if better else "",
        problem=problem,
        languages=_languages(choice) if choice else (),
        models=tuple(_line(model, choice) for model in CATALOGUE),
        queues=queue_lines(kinds),
        real_time_factor=_real_time_factor(choice.name) if choice else None,
    )


def has_speaker_model() -> bool:
    """Whether voices of a one-track recording can be told apart here."""
    return choose_embedder(settings.MODELS_DIR) is not None


def has_engine() -> bool:
    """Whether a job that came now would find a recogniser."""
    return _choice()[0] is not None


def engine_choices() -> list[tuple[str, str]]:
    """The recognisers that are installed here, by name, with what people call them."""
    installed = dict.fromkeys(
        recogniser
        for model in CATALOGUE
        if (recogniser := recogniser_of(model))
        and model.is_installed(settings.MODELS_DIR)
    )
    return [(recogniser.name, recogniser.title) for recogniser in installed]


def coming_model() -> str:
    """The model that a job would get now; empty when there is none. No queries."""
    choice, _problem = _choice()
    return model_label(choice) if choice else ""


def is_private_service(url: str) -> bool:
    """Whether the service at ``url`` has none but private addresses; asks the DNS."""
    return ServiceAddress.parse(url).is_private()


def install_command() -> str:
    """What an administrator types to get the embedded recogniser."""
    return "python manage.py models install embedded"


def _choice() -> tuple[EngineChoice | None, str]:
    try:
        choice = configured_choice()
    except EngineError as error:
        return None, sentence(error.code)
    return choice, ""


def _passed_over(choice: EngineChoice) -> tuple[Recogniser, Model] | None:
    """A better installed recogniser that ``auto`` passes over, and its model (see
    ``engine.choose``)."""
    if choice.reason != ChoiceReason.EMBEDDED:
        return None
    return next(
        (
            (recogniser, model)
            for model in CATALOGUE
            if (recogniser := recogniser_of(model))
            and recogniser != choice.recogniser
            and model.is_installed(settings.MODELS_DIR)
        ),
        None,
    )


def _advice(recogniser: Recogniser, model: Model) -> str:
    return _("SHENGWEN_ENGINE=%(engine)s takes %(model)s after a restart.") % {
        "engine": recogniser.name,
        "model": model.title,
    }


def _reason(choice: EngineChoice, better: Recogniser | None) -> str:
    match choice.reason:
        case ChoiceReason.CONFIGURED:
            return _("It is named in SHENGWEN_ENGINE.")
        case ChoiceReason.BEST_FOR_GPU:
            return _("It is the best installed model for this machine's GPU.")
        case ChoiceReason.BEST_FOR_CPU:
            return _("It is the best installed model for a machine without a GPU.")
        case ChoiceReason.EMBEDDED if better and better.only_when_named:
            return _(
                "It is the embedded recogniser. A more accurate model is installed, "
                "but it is only taken when it is named."
            )
        case ChoiceReason.EMBEDDED if better:
            return _(
                "It is the embedded recogniser. A more accurate model is installed, "
                "but it is slow on this machine."
            )
        case ChoiceReason.EMBEDDED:
            return _("It is the embedded recogniser; no better model is installed.")
        case ChoiceReason.ONLY_ONE_FOR_LANGUAGE:
            return _("It is the only installed model for this language.")


def _languages(choice: EngineChoice) -> tuple[str, ...]:
    """In the catalogue's order: Chinese first."""
    return tuple(dict.fromkeys(code for m in choice.models for code in m.languages))


def _line(model: Model, choice: EngineChoice | None) -> ModelLine:
    is_installed = model.is_installed(settings.MODELS_DIR)
    # The voice activity detector stands in front of every recogniser, the speaker model
    # behind it, the model that punctuates behind those that do not.
    is_beside = is_installed and (
        model.kind == ModelKind.VAD
        or model == choose_embedder(settings.MODELS_DIR)
        or (
            model.kind == ModelKind.PUNCTUATION
            and choice is not None
            and not choice.recogniser.writes_punctuation
        )
    )
    return ModelLine(
        id=model.id,
        title=model.title,
        kind=model.kind,
        languages=model.languages,
        licence=model.licence,
        size_bytes=model.size,
        notes=model_notes(model),
        is_installed=is_installed,
        is_running=choice is not None and (model in choice.models or is_beside),
        command=f"python manage.py models install {model.id}",
    )


def _real_time_factor(engine: str) -> float | None:
    recent = TranscriptionJob.objects.filter(
        state=JobState.SUCCEEDED, engine=engine, audio_ms__gt=0
    )[:RECENT_JOBS]
    return machine_real_time_factor(
        MachineWork(job.finished_at, job.audio_ms or 0, job.processing_ms or 0)
        for job in recent
        if job.finished_at
    )
