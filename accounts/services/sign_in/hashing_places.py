"""Who may stand in the queue for hashes at the same time.

The queue of ``hashing`` is everybody's, and a hash is half a second of a core: forty
attempts of one person keep all others waiting for twenty seconds, and they need no
guessing for it, only a cookie of ``known_browsers``. So one name has one place, a
network a few, and whoever comes beyond that is told so at once and costs nothing.

The places are this process's, as the queue is.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.http import HttpRequest

from accounts.models.sign_in.login_pace import network_of
from accounts.services.audit.writing import origin_of
from accounts.services.sign_in.hashing import hashes_at_once
from accounts.services.sign_in.known_browsers import is_known

# An office behind one address; its last one waits for about two seconds.
NETWORK_PLACES: Final = 4 * hashes_at_once()
RETRY_SECONDS: Final = 2

_Place = tuple[str, str, bool]
_taken: Counter[_Place] = Counter()
_lock = threading.Lock()


class NoPlaceError(Exception):
    """As many passwords of this name or this network as may be are being checked."""


@contextmanager
def place(request: HttpRequest, username: str) -> Iterator[None]:
    """Held while passwords of somebody are checked; ``NoPlaceError`` at once.

    Browsers that the person has used before have a place of their own: strangers who
    try passwords for the name cannot keep its owner out.
    """
    name: _Place = ("name", username.strip().lower(), is_known(request, username))
    network: _Place = ("network", network_of(origin_of(request).ip_address), False)
    with _lock:
        if _taken[name] or _taken[network] >= NETWORK_PLACES:
            raise NoPlaceError
        _taken.update((name, network))
    try:
        yield
    finally:
        with _lock:
            for one in (name, network):
                _taken[one] -= 1
                if not _taken[one]:
                    del _taken[one]
