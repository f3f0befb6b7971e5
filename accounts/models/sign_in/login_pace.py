"""How many logins have failed lately from one network."""

import ipaddress

from django.db import models

IPV6_PREFIX = 64  # what one household or one office has to itself


class LoginPace(models.Model):
    """One network's failed logins; ``services.sign_in.login_pace`` has the cost."""

    network = models.CharField(max_length=45, primary_key=True)
    # Counted down as time passes, from ``counted_at`` on.
    failures = models.FloatField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.network


def network_of(ip_address: str | None) -> str:
    """An IPv4 address, or the /64 of an IPv6 address; empty where none is known."""
    if not ip_address:
        return ""
    address = ipaddress.ip_address(ip_address)
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
