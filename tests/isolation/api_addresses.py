"""The API's lines of the sweep."""

from collections.abc import Mapping

from tests.isolation.rules import EDITORS, UPLOADERS, Door, Rule, Scene


def _job(scene: Scene) -> Mapping[str, object]:
    return {"uuid": scene.transcript.job.uuid}


def _model(scene: Scene) -> Mapping[str, object]:
    return {"model": "whisper-1"}


RULES = [
    # Without a file: the answer of an open door is a 400.
    Rule("api:transcribe", "post", roles=UPLOADERS, door=Door.API),
    Rule("api:job", door=Door.API, kwargs=_job),
    # The job is a colleague's.
    Rule("api:job_cancel", "post", roles=EDITORS, door=Door.API, kwargs=_job),
    Rule("api:job_retry", "post", roles=EDITORS, door=Door.API, kwargs=_job),
    # Without a file here too.
    Rule("openai:transcriptions", "post", roles=UPLOADERS, door=Door.API),
    Rule("openai:models", door=Door.API),
    Rule("openai:model", door=Door.API, kwargs=_model, is_shared=True),
]

# The document names no department and no person; the last two are a 404 for everybody.
PUBLIC = {"api:schema", "api:docs", "api:nothing", "openai:nothing"}
