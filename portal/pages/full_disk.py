"""The gate on a full disk."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from portal.pages.unavailable import unavailable
from transcription.api.dialects import PREFIXES
from transcription.services.media.disk.ballast import give_room, is_used_up
from transcription.services.trouble import no_room_for_rows

# Whatever is read of recordings, texts and people.
CONTENTS = ("/d/", *PREFIXES)


class FullDiskMiddleware:
    """Gives a slice of the ballast back when the disk is full, so that what follows can
    be written; once nothing is left, contents are closed: nothing is read unaudited."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        give_room()
        if request.path_info.startswith(CONTENTS) and is_used_up():
            language = translation.get_language_from_request(request)
            with translation.override(language):
                return unavailable(request, no_room_for_rows())
        return self.get_response(request)
