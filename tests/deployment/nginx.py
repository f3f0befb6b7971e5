"""A real nginx with ``deploy/nginx/shengwen.conf``: other ports, paths and certificate,
every other letter as it is shipped. Its workers are www-data, as on Debian."""

import grp
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.runner.worker import free_port
from tests.stack import ROOT, Stack

NAME = "shengwen.example.cn"
SHIPPED = ROOT / "deploy" / "nginx" / "shengwen.conf"
WWW_DATA = grp.getgrnam("www-data").gr_gid
START_SECONDS = 20
# As Debian's /etc/nginx/nginx.conf has it, without its own logs and folders.
_MAIN = """
user www-data;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/main.error.log;
events {{ worker_connections 768; }}
http {{
    sendfile on;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    include {folder}/shengwen.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Front:
    """A running nginx before a portal."""

    folder: Path
    http_port: int
    https_port: int
    process: subprocess.Popen[bytes]

    def client(self, address: str = "127.0.0.1") -> httpx.Client:
        """A browser of the company at one of its addresses."""
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.https_port}",
            headers={"Host": NAME, "Referer": f"https://{NAME}/"},
            transport=httpx.HTTPTransport(
                verify=self.tls(), local_address=address, retries=2
            ),
            timeout=60,
        )

    def tls(self) -> ssl.SSLContext:
        """Trusts this nginx's certificate, and no other."""
        context = ssl.create_default_context(cafile=self.folder / "shengwen.pem")
        context.check_hostname = False  # it is asked for by address
        return context

    def logs(self) -> str:
        """All that it has written down."""
        return "".join(p.read_text("utf-8") for p in self.folder.glob("log/*"))


def render(text: str, front_ports: tuple[int, int], stack: Stack, folder: Path) -> str:
    """The shipped file with this machine's ports and paths; each occurs in it."""
    for shipped, here in (
        ("listen 80;", f"listen {front_ports[0]};"),
        ("listen 443 ssl", f"listen {front_ports[1]} ssl"),
        ("/etc/ssl/", f"{folder}/"),
        ("/var/log/shengwen/", f"{folder}/log/"),
        ("/var/lib/shengwen/media/", f"{stack.data_dir}/media/"),
        ("http://127.0.0.1:8000", stack.base_url),
        ("/etc/nginx/shengwen-addresses.conf", f"{folder}/addresses.conf"),
    ):
        assert shipped in text, shipped
        text = text.replace(shipped, here)
    return text


@contextmanager
def nginx_before(
    stack: Stack, folder: Path, *, addresses: str | None = None, prefix: str = ""
) -> Iterator[Front]:
    """Started with the shipped configuration; with its allow-list when ``addresses``
    says what is in it, and under a path as its comment says."""
    ports = free_port(), free_port()
    text = SHIPPED.read_text("utf-8")
    if addresses is not None:
        text = text.replace("# include /etc/nginx", "include /etc/nginx")
        (folder / "addresses.conf").write_text(addresses)
    for location in ("/", "/protected-media/"):
        assert f"location {location} {{" in text
        text = text.replace(
            f"location {location} {{", f"location {prefix}{location} {{"
        )
    (folder / "log").mkdir()
    (folder / "shengwen.conf").write_text(render(text, ports, stack, folder))
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder))
    _make_certificate(folder)
    command = [program(), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    tried = subprocess.run(
        [*command, "-t"], capture_output=True, text=True, check=False
    )
    assert tried.returncode == 0, tried.stderr
    assert "[warn]" not in tried.stderr, tried.stderr
    with subprocess.Popen([*command, "-g", "daemon off;"]) as process:
        front = Front(folder, *ports, process)
        try:
            _wait(front)
            yield front
        finally:
            process.send_signal(signal.SIGTERM)


def program() -> str:
    """Debian keeps it where only root looks."""
    return shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin") or ""


def _make_certificate(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", f"/CN={NAME}"),
            *("-keyout", str(folder / "shengwen.key")),
            *("-out", str(folder / "shengwen.pem")),
        ],
        check=True,
        capture_output=True,
    )


def _wait(front: Front) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{front.http_port}/", timeout=2)
            return
        except httpx.TransportError:
            assert time.monotonic() < deadline, "nginx does not answer"
            time.sleep(0.05)
