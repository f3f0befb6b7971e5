"""Failed logins from one network are slowed, never locked: offices share an address.

An attempt takes its place before the password is looked at, so that forty at once count
as forty; a right password gives the place back. Nobody waits in a thread: who is too
early is told when to come again. Browsers in which a person has logged in before are
not slowed (docs/decisions/logins.md).
"""

import logging
import math
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts.models.sign_in.login_pace import LoginPace, network_of
from accounts.services.audit.writing import origin_of
from accounts.services.sign_in.known_browsers import is_known

logger = logging.getLogger(__name__)

FREE = 20  # failures at full speed: a morning's typing errors of an office
FORGOTTEN_AFTER = timedelta(minutes=1)  # one failure less
LONGEST_SECONDS = 60
KEPT = timedelta(days=1)


def seconds_between(failures: float) -> int:
    """How far apart attempts must be after so many failures: 2, 4, 8, … 60."""
    beyond = math.ceil(round(failures, 6)) - FREE
    # The power is kept small before it is taken: failures may be any number.
    return min(1 << min(beyond + 1, 10), LONGEST_SECONDS) if beyond >= 0 else 0


def is_attempt(request: HttpRequest) -> bool:
    """Whether the form has a password that somebody would have to look at."""
    return bool(request.POST.get("username") and request.POST.get("password"))


def begin(request: HttpRequest) -> int:
    """Before an attempt's password is looked at: 0, or the seconds to wait."""
    if is_known(request, request.POST["username"]):
        return 0
    ip_address = origin_of(request).ip_address
    return take_place(ip_address=ip_address, at=timezone.now())


def excuse(request: HttpRequest, username: str) -> None:
    """The attempt was no failure: it was right, or nobody looked at it."""
    if not is_known(request, username):
        give_back(ip_address=origin_of(request).ip_address)


def take_place(*, ip_address: str | None, at: datetime) -> int:
    """Count an attempt as failed in advance; 0, or the seconds to wait, uncounted."""
    network = network_of(ip_address)
    with transaction.atomic():
        LoginPace.objects.get_or_create(
            network=network, defaults={"failures": 0, "counted_at": at}
        )
        pace = LoginPace.objects.select_for_update().get(network=network)
        passed = max(at - pace.counted_at, timedelta(0))
        failures = max(0.0, pace.failures - passed / FORGOTTEN_AFTER)
        wait = seconds_between(failures) - passed.total_seconds()
        if wait > 0:
            return math.ceil(wait)
        LoginPace.objects.filter(network=network).update(
            failures=failures + 1, counted_at=at
        )
    if not seconds_between(failures) and seconds_between(failures + 1):
        logger.warning("Logins from %s fail often: they are slowed.", network)
    return 0


def give_back(*, ip_address: str | None) -> None:
    """One attempt was no failure."""
    LoginPace.objects.filter(network=network_of(ip_address)).update(
        failures=F("failures") - 1
    )


def forget_quiet_networks(*, at: datetime) -> None:
    """Remove the rows that slow nobody any more."""
    LoginPace.objects.filter(counted_at__lt=at - KEPT).delete()
