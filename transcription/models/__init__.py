"""Django finds a model when its file is imported; nothing else is offered here."""

from transcription.models import (  # noqa: F401
    evaluation,
    installation,
    jobs,
    recogniser,
    recordings,
    rehearings,
    revisions,
    runs,
    speech,
    transcripts,
    turns,
)
from transcription.models.hotwords import (  # noqa: F401
    dismissals,
    lists,
    overrides,
    proposals,
    uncertain,
)
