"""How many connections the web server keeps, in all and from one address."""

import ipaddress
import logging
import resource
import time
from collections import Counter
from collections.abc import Iterable
from enum import Enum
from functools import cache

from django.conf import settings

logger = logging.getLogger(__name__)

IPV6_PREFIX = 64  # what one household or one machine is given: it counts as one
# A request in hand may need its socket, a file that arrives and a database's three.
DESCRIPTORS_PER_CONNECTION = 4
# More than the cap, so that those who are too many still get their answer.
ANSWERED_BEYOND = 100
SECONDS_BETWEEN_WARNINGS = 60.0

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TooMany(Enum):
    """Why a connection is not taken."""

    FROM_ADDRESS = "SHENGWEN_CONNECTIONS_PER_ADDRESS"
    IN_ALL = "SHENGWEN_CONNECTIONS"


def source_of(host: str) -> Network | None:
    """What is counted as one: an IPv4 address, the /64 of an IPv6 address. None for
    what is neither (a Unix socket)."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return ipaddress.ip_network((address, IPV6_PREFIX), strict=False)
        address = address.ipv4_mapped
    return ipaddress.ip_network(address)


class ConnectionCounts:
    """Who has how many connections open. Proxies that are trusted carry everybody's,
    and limit by themselves: theirs are counted in all only. Those that are turned away
    are counted apart: they linger over their answer and must take nobody's place."""

    def __init__(
        self, *, in_all: int, per_address: int, proxies: Iterable[str] = ()
    ) -> None:
        self._in_all, self._per_address = in_all, per_address
        names = set(proxies)
        self._trusts_all = "*" in names
        self._proxies = [n for n in map(_network, names) if n is not None]
        self._open: Counter[Network] = Counter()
        self._total = 0
        self._turned_away = 0  # that are still open
        self._not_yet_told = 0
        self._warned_at = -SECONDS_BETWEEN_WARNINGS

    @property
    def is_beyond_answering(self) -> bool:
        """Whether more are turned away at the moment than can be told why."""
        return self._turned_away > ANSWERED_BEYOND

    def enter(self, host: str | None) -> TooMany | None:
        """Count a new connection. ``leave`` must follow with what is returned."""
        source = self._counted(host)
        if source is not None and self._open[source] >= self._per_address:
            reason = TooMany.FROM_ADDRESS
        elif self._total >= self._in_all:
            reason = TooMany.IN_ALL
        else:
            self._total += 1
            if source is not None:
                self._open[source] += 1
            return None
        self._turned_away += 1
        self._warn(reason, source)
        return reason

    def leave(self, host: str | None, turned_away: TooMany | None) -> None:
        if turned_away:
            self._turned_away -= 1
            return
        self._total -= 1
        source = self._counted(host)
        if source is not None:
            self._open[source] -= 1
            if not self._open[source]:
                del self._open[source]

    def _counted(self, host: str | None) -> Network | None:
        if host is None or self._trusts_all:
            return None
        source = source_of(host)
        if source is None or any(
            source.version == proxy.version and _overlaps(source, proxy)
            for proxy in self._proxies
        ):
            return None
        return source

    def _warn(self, reason: TooMany, source: Network | None) -> None:
        """Once a minute: a flood of connections is no flood of lines."""
        self._not_yet_told += 1
        now = time.monotonic()
        if now - self._warned_at < SECONDS_BETWEEN_WARNINGS:
            return
        logger.warning(
            "Turned away %d connections, the last from %s: more than %s allows.",
            self._not_yet_told,
            source or "a proxy",
            reason.value,
        )
        self._warned_at, self._not_yet_told = now, 0


def _network(name: str) -> Network | None:
    try:
        return ipaddress.ip_network(name, strict=False)
    except ValueError:
        return None  # a Unix socket's name, "*"


def _overlaps(source: Network, proxy: Network) -> bool:
    return source.overlaps(proxy)


@cache
def connection_counts() -> ConnectionCounts:
    """This process's counts; fewer in all where the system allows few open files."""
    in_all = settings.CONNECTIONS
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    possible = soft // DESCRIPTORS_PER_CONNECTION
    if soft != resource.RLIM_INFINITY and in_all > possible:
        logger.warning(
            "Open files are limited to %d: at most %d connections are taken, not %d.",
            soft,
            possible,
            in_all,
        )
        in_all = possible
    return ConnectionCounts(
        in_all=in_all,
        per_address=settings.CONNECTIONS_PER_ADDRESS,
        proxies=settings.TRUSTED_PROXIES,
    )
