"""A second portal on the same host: under a prefix behind nginx, in one browser."""

import grp
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.people import PASSWORD
from tests.runner.required import skip_or_fail
from tests.runner.worker import free_port
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.browser, pytest.mark.once]

# Of a machine that does other things too.
PATIENCE_MS = 60_000
CALL = ROOT / "tests" / "data" / "clips" / "s01.flac"
NGINX = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    server {{
        listen 127.0.0.1:{hands_on};
        location /asr/ {{ proxy_pass http://127.0.0.1:{portal}; }}
        location /asr/protected-media/ {{ internal; alias {media}/; }}
    }}
    server {{
        listen 127.0.0.1:{strips};
        location /asr/ {{ proxy_pass http://127.0.0.1:{portal}/; }}
        location /asr/protected-media/ {{ internal; alias {media}/; }}
    }}
}}
"""


@pytest.fixture(scope="module")
def prefixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A portal under ``/asr`` with the same people in it."""
    stack = Stack(
        tmp_path_factory.mktemp("prefixed"),
        programs="web",
        SHENGWEN_PREFIX="/asr",
        SHENGWEN_TRUSTED_PROXIES="127.0.0.1",
        SHENGWEN_X_ACCEL="1",
        SHENGWEN_MEDIA_GROUP=grp.getgrgid(os.getegid()).gr_name,
    )
    with stack:
        cast = [sys.executable, "-m", "tests.browser.cast"]
        subprocess.run(cast, cwd=ROOT, env=stack.environment, check=True)
        yield stack


@pytest.fixture(scope="module")
def proxies(
    prefixed: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """nginx in front of it, once handing the prefix on and once taking it away."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        skip_or_fail("nginx", "nginx is not installed.")
    folder = tmp_path_factory.mktemp("nginx")
    ports = {"hands_on": free_port(), "strips": free_port()}
    written = folder / "nginx.conf"
    written.write_text(
        NGINX.format(
            user="user root;" if os.geteuid() == 0 else "",
            folder=folder,
            portal=prefixed.port,
            media=prefixed.data_dir / "media",
            **ports,
        )
    )
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(written)])
    addresses = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    deadline = time.monotonic() + 20
    while not all(_is_up(address) for address in addresses.values()):
        assert process.poll() is None, (folder / "error.log").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield addresses
    process.terminate()
    process.wait(10)


def _is_up(address: str) -> bool:
    try:
        return httpx.get(f"{address}/asr/healthz").status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="zh-CN")
    yield context.new_page()
    context.close()


def log_in_at(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    page.locator("input[name=username]").fill("alice")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{address}/d/sales/**")


@pytest.mark.parametrize("kind", ["hands_on", "strips"])
def test_under_a_prefix_a_call_is_uploaded_and_heard(
    page: Page, proxies: dict[str, str], kind: str, tmp_path: Path
) -> None:
    asked: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: troubles.append(said.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    base = f"{proxies[kind]}/asr"
    log_in_at(page, base)

    call = tmp_path / f"{kind}.flac"
    call.write_bytes(CALL.read_bytes() + kind.encode())  # another file for each
    page.locator("a[href='/asr/d/sales/upload/']").first.click()
    page.locator("input[data-files]").set_input_files(call)
    link = page.locator("[data-queue] a[href*='/recordings/']")
    expect(link).to_be_visible(timeout=PATIENCE_MS)
    address = link.get_attribute("href")
    assert address
    assert address.startswith("/asr/d/sales/recordings/")
    page.goto(proxies[kind] + address)
    expect(page.locator("h1, input[name=title]").first).to_be_visible()

    part = page.request.get(
        f"{proxies[kind]}{address}media/", headers={"Range": "bytes=0-99"}
    )
    assert (part.status, part.body()) == (206, call.read_bytes()[:100])

    page.goto(f"{base}/api/docs/")
    expect(page.locator(".opblock-tag").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".servers option").first).to_have_text("/asr")
    page.goto(f"{base}/d/sales/")
    page.locator("form[action='/asr/preferences/language/'] button").first.click(
        force=True
    )
    expect(page.locator("html")).to_have_attribute("lang", "en", timeout=PATIENCE_MS)
    assert page.url == f"{base}/d/sales/"
    assert all(url.startswith((f"{base}/", "data:", "blob:")) for url in asked), asked
    assert not troubles


def test_two_portals_on_one_host_know_the_same_browser(
    page: Page, portal: Stack, prefixed: Stack
) -> None:
    log_in_at(page, portal.base_url)
    log_in_at(page, f"{prefixed.base_url}/asr")
    for address in (f"{portal.base_url}/d/sales/", f"{prefixed.base_url}/asr/d/sales/"):
        page.goto(address)
        assert page.url == address, "one login ended the other's"
        expect(page.locator("body")).to_contain_text("销售部")
    names = [
        str(cookie.get("name"))
        for cookie in page.context.cookies()
        if re.search("session$", str(cookie.get("name")))
    ]
    assert len(set(names)) == 2
