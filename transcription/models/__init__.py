"""Django finds a model when its file is imported; nothing else is offered here."""

from transcription.models import (  # noqa: F401
    bulk,
    corrections,
    drafts,
    evaluation,
    exports,
    idempotency,
    imports,
    installation,
    jobs,
    listening,
    notices,
    recogniser,
    recordings,
    rehearings,
    revisions,
    runs,
    saved_searches,
    speech,
    transcripts,
    turns,
    watching,
)
from transcription.models.hotwords import (  # noqa: F401
    dismissals,
    lists,
    overrides,
    proposals,
    uncertain,
    usage,
)
