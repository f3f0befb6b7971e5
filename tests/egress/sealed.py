"""Runs a command where nothing can leave the machine, and says what tried to.

``python3 -m tests.egress.sealed --report FILE -- COMMAND …`` gives the command a
network namespace with a loopback of its own, a resolver that notes every name, and a
default route into a sink that notes every packet. With ``--registries`` there is one
way out, a proxy that notes every host, and only the package registries may be among
them.

The exit status is the command's, or 70 when something tried to leave. Linux; root, or
user namespaces for everybody. The standard library alone: it also watches the
installation.
"""

import argparse
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from tests.egress.recorder import DNS_ADDRESS, Seen, watch_lookups, watch_packets
from tests.egress.registry_proxy import RELAY, relay, serve_proxy

REGISTRIES = {"pypi.org", "files.pythonhosted.org", "registry.npmjs.org"}
SOMETHING_LEFT = 70
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
# Late packets of a process that is just ending.
SETTLE_SECONDS = 0.5
_SINK, _FAR_END = "sink0", "sink1"
_NO_AUTOCONFIGURATION = {"accept_ra": 0, "autoconf": 0, "addr_gen_mode": 1}
# A cable at whose far end nobody answers; the neighbour is written down, so that
# packets are sent at once and nobody asks for him.
_CABLE = f"ip link add {_SINK} type veth peer name {_FAR_END}"
_ROUTES = f"""
ip link set lo up
ip link set {_SINK} up
ip link set {_FAR_END} up
ip addr add 10.99.0.2/24 dev {_SINK}
ip -6 addr add fd99::2/64 dev {_SINK} nodad
ip neigh add 10.99.0.1 lladdr 02:00:00:00:00:01 dev {_SINK}
ip -6 neigh add fd99::1 lladdr 02:00:00:00:00:01 dev {_SINK}
ip route add default via 10.99.0.1 dev {_SINK}
ip -6 route add default via fd99::1 dev {_SINK}
"""


def seal() -> None:
    """Take this process, and all it will start, off the network."""
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.geteuid(), os.getegid()
    flags = CLONE_NEWNET | CLONE_NEWNS | (CLONE_NEWUSER if uid else 0)
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare: no network namespace to be had")
    if uid:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1", encoding="ascii")
    _run("mount", "--make-rprivate", "/")
    _run(*_CABLE.split())
    for interface in (_SINK, _FAR_END):
        for name, value in _NO_AUTOCONFIGURATION.items():
            setting = Path(f"/proc/sys/net/ipv6/conf/{interface}/{name}")
            setting.write_text(str(value), encoding="ascii")
    for line in _ROUTES.strip().splitlines():
        _run(*line.split())


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def redirect_lookups(folder: Path) -> None:
    """Names are asked of the recorder, and of nobody who lives outside."""
    for name, text in (
        ("resolv.conf", f"nameserver {DNS_ADDRESS[0]}\n"),
        ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
    ):
        replacement = folder / name
        replacement.write_text(text, encoding="ascii")
        original = Path("/etc", name).resolve()
        if original.exists():
            _run("mount", "--bind", str(replacement), str(original))


def run_sealed(command: list[str], folder: Path, way_out: Path | None) -> int:
    """In a process of its own: seal it, run ``command``, leave ``seen.json``."""
    seal()
    redirect_lookups(folder)
    seen = Seen()
    watch_lookups(seen)
    watch_packets(seen, _SINK)
    environment = dict(os.environ)
    if way_out:
        relay(way_out)
        proxy = f"http://{RELAY[0]}:{RELAY[1]}"
        environment |= {"HTTPS_PROXY": proxy, "https_proxy": proxy}
        environment |= {"HTTP_PROXY": proxy, "http_proxy": proxy}
    status = subprocess.run(command, env=environment, check=False).returncode
    time.sleep(SETTLE_SECONDS)
    (folder / "seen.json").write_text(json.dumps(seen.as_json()), encoding="utf-8")
    return status


def _child(command: list[str], folder: Path, way_out: Path | None) -> None:
    sys.exit(run_sealed(command, folder, way_out))


def watch(command: list[str], *, through_registries: bool) -> tuple[int, Seen]:
    """Run ``command`` sealed; its exit status and what tried to leave."""
    context = get_context("fork")
    with tempfile.TemporaryDirectory(prefix="sealed-") as name:
        folder = Path(name)
        hosts_file, way_out = folder / "hosts", folder / "proxy.sock"
        hosts_file.touch()
        proxy = context.Process(target=serve_proxy, args=(way_out, hosts_file))
        if through_registries:
            proxy.start()
            while not way_out.exists():
                time.sleep(0.05)
        child = context.Process(
            target=_child, args=(command, folder, way_out if proxy.pid else None)
        )
        child.start()
        child.join()
        if proxy.pid:
            proxy.kill()
        report = folder / "seen.json"
        if not report.exists():
            raise SystemExit("The seal itself failed; nothing was recorded.")
        seen = Seen(**json.loads(report.read_text(encoding="utf-8")))
        seen.registries = sorted(set(hosts_file.read_text("utf-8").split()))
        return child.exitcode or 0, seen


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tests.egress.sealed")
    parser.add_argument("--registries", action="store_true")
    parser.add_argument("--report", type=Path)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    status, seen = watch(options.command, through_registries=options.registries)
    if options.report:
        options.report.parent.mkdir(parents=True, exist_ok=True)
        options.report.write_text(json.dumps(seen.as_json(), indent=1), "utf-8")
    elsewhere = sorted(set(seen.registries) - REGISTRIES)
    sys.stdout.write(
        f"sealed: {len(seen.lookups)} lookups {seen.lookups}, "
        f"{len(seen.packets)} destinations {seen.packets}, "
        f"through the proxy {seen.registries}\n"
    )
    if seen.lookups or seen.packets or elsewhere:
        return SOMETHING_LEFT
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
