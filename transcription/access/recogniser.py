"""Worker processes: the object, or 404."""

from django.http import Http404

from accounts.models.people import User
from transcription.models.recogniser import EngineWorker


def access_engine_worker(user: User, worker_id: int) -> EngineWorker:
    """A worker process; for anybody but a platform admin there is none."""
    found = EngineWorker.objects.filter(pk=worker_id).first()
    if found is None or not user.is_platform_admin:
        raise Http404
    return found
