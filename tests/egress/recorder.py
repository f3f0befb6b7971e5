"""What a sealed process asks of the network: names looked up, packets sent away.

The standard library alone: it also watches the installation, before there are packages.
"""

import ipaddress
import socket
import struct
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

DNS_ADDRESS = ("127.0.0.53", 53)
# Names get this address, so that the connection which follows is recorded too.
SINK_ANSWER = bytes([198, 51, 100, 1])
_ETHERNET_HEADER = 14
_IPV4, _IPV6 = 0x0800, 0x86DD
_ALL_PROTOCOLS = 0x0003
_PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6"}
_A_RECORD = 1


@dataclass(slots=True)
class Seen:
    """Everything that was recorded, each thing once."""

    lookups: list[str] = field(default_factory=list)
    packets: list[str] = field(default_factory=list)
    registries: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {name: sorted(set(items)) for name, items in asdict(self).items()}


def watch_lookups(seen: Seen) -> None:
    """Answer every question at ``DNS_ADDRESS``, over UDP, and remember its name."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(DNS_ADDRESS)

    def serve() -> None:
        while True:
            question, sender = server.recvfrom(4096)
            name, kind, end = _question(question)
            seen.lookups.append(name)
            server.sendto(_answer(question, kind, end), sender)

    threading.Thread(target=serve, daemon=True).start()


def _question(message: bytes) -> tuple[str, int, int]:
    """Name, record type and end of the first question (RFC 1035, section 4.1.2)."""
    labels, at = [], 12
    while length := message[at]:
        labels.append(message[at + 1 : at + 1 + length].decode("ascii", "replace"))
        at += 1 + length
    (kind,) = struct.unpack_from("!H", message, at + 1)
    return ".".join(labels), kind, at + 5


def _answer(message: bytes, kind: int, end: int) -> bytes:
    found = kind == _A_RECORD
    counts = struct.pack("!HHHHH", 0x8180, 1, int(found), 0, 0)
    reply = message[:2] + counts + message[12:end]
    if found:
        record = struct.pack("!HHHIH", 0xC00C, _A_RECORD, 1, 5, len(SINK_ANSWER))
        reply += record + SINK_ANSWER
    return reply


def watch_packets(seen: Seen, interface: str) -> None:
    """Remember where every IP packet on ``interface`` was going."""
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL_PROTOCOLS))
    tap.bind((interface, 0))

    def listen() -> None:
        while True:
            if destination := _destination(tap.recv(65536)):
                seen.packets.append(destination)

    threading.Thread(target=listen, daemon=True).start()


def _destination(frame: bytes) -> str:
    """``tcp 198.51.100.1 443``, or nothing for what never leaves the link."""
    (ethertype,) = struct.unpack_from("!H", frame, 12)
    packet = frame[_ETHERNET_HEADER:]
    if ethertype == _IPV4:
        address, number = socket.inet_ntop(socket.AF_INET, packet[16:20]), packet[9]
        ports = packet[(packet[0] & 15) * 4 :]
    elif ethertype == _IPV6:
        address, number = socket.inet_ntop(socket.AF_INET6, packet[24:40]), packet[6]
        ports = packet[40:]
        if ipaddress.IPv6Address(address) in ipaddress.IPv6Network("ff02::/16"):
            return ""  # the kernel's own talk with its neighbours
    else:
        return ""
    protocol = _PROTOCOLS.get(number, str(number))
    if protocol not in {"tcp", "udp"}:
        return f"{protocol} {address}"
    return f"{protocol} {address} {struct.unpack_from('!H', ports, 2)[0]}"
