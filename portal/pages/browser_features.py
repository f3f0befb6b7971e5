"""What browsers may do for the portal's pages: hear the microphone, and little else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# For itself alone: recording, playing what somebody clicked on, copying a secret.
_OWN = ("microphone", "autoplay", "clipboard-write")
# Named one by one, because the header knows no "all others". Pages use none of these;
# a script that somebody smuggles in, or a frame, gets none of them either.
_OFF = (
    *("accelerometer", "browsing-topics", "camera", "captured-surface-control"),
    *("clipboard-read", "compute-pressure", "digital-credentials-get"),
    *("display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation"),
    *("gyroscope", "hid", "identity-credentials-get", "idle-detection"),
    *("interest-cohort", "keyboard-map", "language-detector", "language-model"),
    *("local-fonts", "magnetometer", "midi", "on-device-speech-recognition"),
    *("otp-credentials", "payment", "picture-in-picture"),
    *("private-state-token-issuance", "private-state-token-redemption"),
    *("publickey-credentials-create", "publickey-credentials-get"),
    *("screen-wake-lock", "serial", "speaker-selection", "storage-access"),
    *("summarizer", "sync-xhr", "translator", "usb", "window-management"),
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = ", ".join(
    [*(f"{name}=(self)" for name in _OWN), *(f"{name}=()" for name in _OFF)]
)


class PermissionsPolicyMiddleware:
    """Says so in every answer that may be a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response
