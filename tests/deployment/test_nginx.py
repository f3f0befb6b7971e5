"""The shipped nginx before a real portal, as an operator would have them: workers as
www-data, the portal without root's powers."""

import os
import re
import shutil
import socket
import ssl
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil
import pytest

from tests.deployment.nginx import NAME, WWW_DATA, Front, nginx_before, program
from tests.runner.required import skip_or_fail
from tests.stack import ROOT, Stack

pytestmark = pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="nginx does not know which database there is"
)
SOUND = (ROOT / "transcription" / "samples" / "shop_late_delivery.wav").read_bytes()
GUARDS = (
    "Content-Security-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Not pytest's: www-data must be able to walk to it."""
    if os.geteuid() != 0 or not program():
        skip_or_fail("nginx", "nginx's workers need root to become www-data.")
    path = Path(tempfile.mkdtemp(prefix="shengwen-nginx-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def portal_behind(data_dir: Path, **environment: str) -> Stack:
    """As the settings example has it. It owns its files and is in nginx's group; no
    other power is left to it."""
    powerless = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    stack = Stack(data_dir, programs="web", prefix=(*powerless, f"--groups={WWW_DATA}"))
    stack.environment.update(
        SHENGWEN_ALLOWED_HOSTS=NAME,
        SHENGWEN_TRUSTED_ORIGINS=f"https://{NAME}",
        SHENGWEN_TRUSTED_PROXIES="127.0.0.1",
        SHENGWEN_HTTPS="1",
        SHENGWEN_X_ACCEL="1",
        SHENGWEN_MEDIA_GROUP="www-data",
        SHENGWEN_API_WAIT_SECONDS="0",
        **environment,
    )
    return stack


def log_in(client: httpx.Client, prefix: str = "") -> None:
    address = f"{prefix}/accounts/login/"
    page = client.get(address)
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert found is not None, page.text
    form = {"username": "alice", "password": "correct horse 电池"}
    answer = client.post(address, data=form | {"csrfmiddlewaretoken": found[1]})
    assert answer.status_code == 302, answer.text


@pytest.fixture(scope="module")
def portal(folder: Path) -> Iterator[Stack]:
    with portal_behind(folder / "data") as stack:
        yield stack


@pytest.fixture(scope="module")
def front(portal: Stack, folder: Path) -> Iterator[Front]:
    (folder / "front").mkdir(mode=0o711)
    with nginx_before(portal, folder / "front") as running:
        yield running


@pytest.fixture(scope="module")
def alice(portal: Stack, front: Front) -> Iterator[httpx.Client]:
    """Logged in through nginx."""
    key = portal.token()
    with front.client() as client:
        log_in(client)
        client.headers["Authorization"] = f"Bearer {key}"
        yield client


@pytest.fixture(scope="module")
def sound_url(alice: httpx.Client) -> str:
    """A recording that came in through nginx."""
    answer = alice.post("/api/transcribe", files={"audio": ("call.wav", SOUND)})
    assert answer.status_code == 202, answer.text
    return f"/d/sales/recordings/{answer.json()['recording']}/media/"


def test_port_80_leads_to_443_and_nowhere_else(front: Front) -> None:
    answer = httpx.get(
        f"http://127.0.0.1:{front.http_port}/d/sales/?page=2",
        headers={"Host": "evil.example"},
    )
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"https://{NAME}/d/sales/?page=2"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_living_tls_versions_and_http_2(
    front: Front, version: ssl.TLSVersion
) -> None:
    context = front.tls()
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", front.https_port)) as plain,
        context.wrap_socket(plain, server_hostname=NAME) as secure,
    ):
        assert secure.version() == version.name.replace("_", ".")
        assert secure.selected_alpn_protocol() == "h2"


def test_workers_and_portal_are_different_users(front: Front, portal: Stack) -> None:
    (worker,) = psutil.Process(front.process.pid).children()
    assert worker.uids().effective == 33
    (server,) = portal.server_processes()
    status = Path(f"/proc/{server.pid}/status").read_text("ascii")
    assert "CapEff:\t0000000000000000" in status


def test_sound_is_heard_from_the_middle(alice: httpx.Client, sound_url: str) -> None:
    whole = alice.get(sound_url)
    assert whole.status_code == 200, "nginx may not read the media"
    assert whole.content == SOUND
    part = alice.get(sound_url, headers={"Range": "bytes=1000-1999"})
    assert part.status_code == 206
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(SOUND)}"
    assert part.content == SOUND[1000:2000]
    assert part.headers["Content-Type"] == "audio/wav"


def test_a_strangers_way_to_the_file_is_404(front: Front, sound_url: str) -> None:
    with front.client() as stranger:
        assert stranger.get(sound_url).status_code == 302  # to the login
        uuid = sound_url.split("/")[-3]
        path = f"/protected-media/recordings/{uuid[:2]}/{uuid[2:4]}/{uuid}/original.wav"
        assert stranger.get(path).status_code == 404


def test_files_are_the_groups_to_read_and_the_rest_is_private(
    portal: Stack, sound_url: str
) -> None:
    uuid = sound_url.split("/")[-3]
    (folder,) = portal.data_dir.glob(f"media/recordings/*/*/{uuid}")
    (file,) = folder.iterdir()
    for path, mode in ((portal.data_dir, 0o710), (folder, 0o2750), (file, 0o640)):
        assert stat.S_IMODE(path.stat().st_mode) == mode, path
        assert path.stat().st_gid == WWW_DATA, path
    for name in ("shengwen.sqlite3", "secret_key", "log/web.log"):
        assert stat.S_IMODE((portal.data_dir / name).stat().st_mode) == 0o600, name


def test_what_guards_a_page_guards_its_sound(
    alice: httpx.Client, sound_url: str
) -> None:
    page, sound = alice.get("/d/sales/"), alice.get(sound_url)
    guards = [name for name in GUARDS if name in page.headers]
    assert len(guards) >= 6
    for name in guards:
        assert sound.headers.get_list(name) == [page.headers[name]], name
    assert sound.headers["Cache-Control"] == "private, no-cache"


def test_text_is_compressed_and_sound_is_not(
    alice: httpx.Client, sound_url: str
) -> None:
    wish = {"Accept-Encoding": "gzip"}
    for path in ("/d/sales/", "/api/schema/?format=json"):
        assert alice.get(path, headers=wish).headers["Content-Encoding"] == "gzip", path
    assert "Content-Encoding" not in alice.get(sound_url, headers=wish).headers


def test_no_log_holds_search_words_or_an_invitations_secret(
    alice: httpx.Client, front: Front
) -> None:
    asked = alice.get("/d/sales/search/", params={"q": "裁员名单", "secret": "geheim"})
    assert asked.status_code == 200
    alice.get("/accounts/invitation/geheim-4711/")
    plain = f"http://127.0.0.1:{front.http_port}"
    httpx.get(f"{plain}/accounts/invitation/geheim-4711/?q=geheim")
    # The next page says where one came from.
    alice.get("/d/sales/", headers={"Referer": f"https://{NAME}/?q=geheim"})
    logs = front.logs()
    assert '"GET /d/sales/search/ HTTP/1.1" 200' in logs
    assert '"GET /accounts/invitation/- HTTP/1.1"' in logs
    for word in ("geheim", "裁员", quote("裁员")):
        assert word not in logs


def test_an_allow_list_of_addresses(portal: Stack, folder: Path) -> None:
    (folder / "closed").mkdir(mode=0o711)
    allowed = "allow 127.0.0.2;\ndeny all;\n"
    with nginx_before(portal, folder / "closed", addresses=allowed) as front:
        for address, status in (("127.0.0.1", 403), ("127.0.0.2", 200)):
            with front.client(address) as client:
                assert client.get("/accounts/login/").status_code == status, address


def test_the_shipped_allow_list_is_understood(portal: Stack, folder: Path) -> None:
    (folder / "shipped").mkdir(mode=0o711)
    text = (ROOT / "deploy" / "nginx" / "addresses.conf").read_text("utf-8")
    with (
        nginx_before(portal, folder / "shipped", addresses=text) as front,
        front.client() as client,
    ):
        assert client.get("/accounts/login/").status_code == 200


def test_one_address_has_a_hundred_requests_at_a_time(front: Front) -> None:
    head = (
        f"POST /accounts/login/ HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 9\r\n\r\n"
    )
    with ExitStack() as stack:
        for _ in range(101):
            plain = socket.create_connection(("127.0.0.1", front.https_port))
            secure = stack.enter_context(front.tls().wrap_socket(plain))
            secure.sendall(f"{head}\r\n".encode())
        with front.client("127.0.0.1") as client, front.client("127.0.0.9") as other:
            assert client.get("/accounts/login/").status_code == 429
            assert other.get("/accounts/login/").status_code == 200


def test_under_a_path_of_a_shared_host(portal: Stack, folder: Path) -> None:
    (folder / "shared").mkdir(mode=0o711)
    second = portal_behind(folder / "second", SHENGWEN_PREFIX="/asr")
    second.static = False
    second.data_dir.mkdir()
    (second.data_dir / "static").symlink_to(portal.data_dir / "static")
    with (
        second,
        nginx_before(second, folder / "shared", prefix="/asr") as front,
        front.client() as client,
    ):
        headers = {"Authorization": f"Bearer {second.token()}"}
        log_in(client, "/asr")
        files = {"audio": ("call.wav", SOUND)}
        taken = client.post("/asr/api/transcribe", files=files, headers=headers).json()
        path = f"/asr/d/sales/recordings/{taken['recording']}/media/"
        part = client.get(path, headers={"Range": "bytes=0-99"})
        assert part.status_code == 206
        assert part.content == SOUND[:100]


def test_a_portal_that_is_away_is_a_sentence_and_leaves_no_words_in_the_log(
    alice: httpx.Client, portal: Stack, front: Front
) -> None:
    """The last test of this portal."""
    portal.stop()
    asked = alice.get("/d/sales/search/", params={"q": "geheim"})
    assert asked.status_code == 503
    assert asked.headers["Retry-After"] == "15"
    assert "声文正在重新启动" in asked.text
    assert "geheim" not in front.logs()
