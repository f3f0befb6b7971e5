"""The one address that sound may be sent to. Imports nothing heavy: settings use it."""

import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class ServiceAddress:
    """Where the service is: a scheme, a host, a port, and nothing else."""

    is_https: bool
    host: str
    port: int

    @classmethod
    def parse(cls, url: str) -> "ServiceAddress":
        """Raises ``ValueError`` for anything but ``http(s)://host[:port][/]``."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("it must begin with http:// or https:// and name a host")
        if parts.username is not None or parts.query or parts.fragment:
            raise ValueError("it must hold no user, query or fragment")
        if parts.path not in {"", "/"}:
            raise ValueError("it must end behind the host and port")
        try:
            parts.hostname.encode("idna")  # as the lookup does it, and where it fails
        except UnicodeError:
            raise ValueError("it must name a host that there can be") from None
        is_https = parts.scheme == "https"
        return cls(is_https, parts.hostname, parts.port or (443 if is_https else 80))

    def is_private(self) -> bool:
        """Whether every address of the host is one that never leaves a company."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except OSError:
            return False
        addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
        return all(one.is_private or one.is_loopback for one in addresses)

    def connect(self, timeout: float) -> http.client.HTTPConnection:
        if self.is_https:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(
                self.host, self.port, timeout=timeout, context=context
            )
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)
