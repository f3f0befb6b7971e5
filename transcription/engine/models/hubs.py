"""Downloads a model repository from ModelScope or Hugging Face, file by file.

Only ever called by the installer. Half a file is kept and continued, because the big
models have two gigabytes and connections to the hubs break.
"""

import http.client
import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from transcription.engine.models.catalogue import HubSource, Model
from transcription.engine.models.reporting import InstallError, Progress, sha256_of

CONNECT_TIMEOUT = 15  # seconds without a byte
ATTEMPTS = 5
HUBS = {"modelscope": "https://modelscope.cn", "huggingface": "https://huggingface.co"}


@dataclass(frozen=True, slots=True)
class _Remote:
    path: str
    size: int
    sha256: str
    url: str


def base_of(hub: str) -> str:
    """The hub's address; ``MODELSCOPE_ENDPOINT`` and ``HF_ENDPOINT`` name a mirror."""
    name = {"modelscope": "MODELSCOPE_ENDPOINT", "huggingface": "HF_ENDPOINT"}[hub]
    return os.environ.get(name, HUBS[hub]).rstrip("/")


def download_repository(
    source: HubSource, model: Model, staging: Path, progress: Progress
) -> None:
    """Put the files that ``model`` needs into ``staging``, checked against the hub."""
    base = base_of(source.hub)
    try:
        listing = _listing(source, base)
        wanted = {file.path for file in model.files}
        if missing := sorted(wanted - listing.keys()):
            raise InstallError(f"{source} lacks {', '.join(missing)}.")
        for remote in (listing[path] for path in sorted(wanted)):
            progress(f"{model.id}: {remote.path} ({remote.size / 1e6:.1f} MB)")
            _download(remote, staging / remote.path)
    except (OSError, http.client.HTTPException) as error:
        raise InstallError(
            f"{source} could not be fetched from {base}: {_reason(error)}. Download it "
            "on another machine and run `manage.py models import`."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InstallError(f"{base} answered in an unknown way: {error!r}.") from error


def _listing(source: HubSource, base: str) -> dict[str, _Remote]:
    if source.hub == "modelscope":
        return _modelscope_listing(source, base)
    return _huggingface_listing(source, base)


def _modelscope_listing(source: HubSource, base: str) -> dict[str, _Remote]:
    root = f"{base}/api/v1/models/{source.repository}/repo"
    query = urlencode({"Revision": source.revision, "Recursive": "True"})
    answer = _json(f"{root}/files?{query}")
    files = {}
    for entry in answer["Data"]["Files"]:
        if entry["Type"] == "blob":
            query = urlencode({"Revision": source.revision, "FilePath": entry["Path"]})
            files[entry["Path"]] = _Remote(
                entry["Path"], entry["Size"], entry.get("Sha256", ""), f"{root}?{query}"
            )
    return files


def _huggingface_listing(source: HubSource, base: str) -> dict[str, _Remote]:
    tree = f"{base}/api/models/{source.repository}/tree/{source.revision}"
    files = {}
    for entry in _json(f"{tree}?recursive=true"):
        if entry["type"] == "file":
            path = entry["path"]
            where = f"{source.repository}/resolve/{source.revision}/{quote(path)}"
            sha256 = entry.get("lfs", {}).get("oid", "")
            files[path] = _Remote(path, entry["size"], sha256, f"{base}/{where}")
    return files


def _json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=CONNECT_TIMEOUT) as answer:  # noqa: S310
        return json.load(answer)


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code}"
    if isinstance(error, urllib.error.URLError):
        return str(error.reason)
    return str(error) or type(error).__name__


def _download(remote: _Remote, target: Path) -> None:
    """Fetch one file, continuing where the last attempt stopped."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    if target.is_file() and target.stat().st_size == remote.size:
        return
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _continue(remote, part)
            break
        except (OSError, http.client.HTTPException) as error:
            refused = isinstance(error, urllib.error.HTTPError) and error.code < 500
            if attempt == ATTEMPTS or refused:
                raise
    if remote.sha256 and sha256_of(part) != remote.sha256:
        part.unlink()
        raise OSError(f"{remote.path} arrived damaged")
    part.replace(target)


def _continue(remote: _Remote, part: Path) -> None:
    have = part.stat().st_size if part.is_file() else 0
    if have >= remote.size > 0:
        return
    request = urllib.request.Request(remote.url)  # noqa: S310 - https of a known hub
    if have:
        request.add_header("Range", f"bytes={have}-")
    with urllib.request.urlopen(request, timeout=CONNECT_TIMEOUT) as answer:  # noqa: S310
        mode = "ab" if answer.status == http.client.PARTIAL_CONTENT else "wb"
        with part.open(mode) as file:
            while block := answer.read(2**20):
                file.write(block)
    if part.stat().st_size != remote.size:
        raise OSError(f"{remote.path} broke off")
