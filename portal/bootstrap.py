"""What must happen before the portal's own packages are there.

``python3 -m portal.bootstrap run`` makes the virtual environment, installs the locked
packages and the browser libraries, and hands over to ``manage.py``. It runs on the
machine's Python, so it uses the standard library alone, and its syntax is old enough
for an old Python to read the sentence that says so.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from portal.progress import announce, note

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "shengwen-installed.json"
INSTALL_LOG = ROOT / "var" / "log" / "install.log"
TORCH = "torch==2.13.0"
# torch, the locked packages, the browser libraries and the embedded models.
DISK_NEEDED_MB = 4000
STILL_WORKING_SECONDS = 20


class SetupError(Exception):
    """One sentence for the person at the terminal."""


def check_python() -> None:
    """Refuse a Python that is too old, or one that cannot make an environment."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the point is to say so
        raise SetupError(
            "Python 3.11 or newer is needed, and {} is {}.{}. Name another one: "
            "make run PYTHON=python3.11".format(sys.executable, *sys.version_info[:2])
        )
    try:
        __import__("venv")
        __import__("ensurepip")
    except ImportError:
        raise SetupError(
            "This Python cannot make a virtual environment. On Debian or Ubuntu: "
            "apt-get install python3-venv"
        ) from None


def check_port(host: str, port: int) -> None:
    """Refuse a port that somebody else has, before the long steps and not after."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise SetupError(
                f"Port {port} needs more rights than this account has. "
                "Use one from 1024 up: make run PORT=8000"
            ) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise SetupError(
                    f"Cannot listen on {host}: {error.strerror}."
                ) from None
            raise SetupError(
                f"Port {port} is taken by another program (or a portal that is "
                f"already running). Use another one: make run PORT={port + 1}"
            ) from None


def check_disk() -> None:
    """Refuse to begin an installation that cannot end well."""
    free_mb = shutil.disk_usage(ROOT).free // 2**20
    if free_mb < DISK_NEEDED_MB:
        raise SetupError(
            f"Only {free_mb} MB are free on the disk of {ROOT}; the installation "
            f"needs {DISK_NEEDED_MB} MB."
        )


def read_stamps() -> dict[str, str]:
    """What has been installed, as hashes of the files that ordered it."""
    try:
        stamps = json.loads(STAMPS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def write_stamp(**done: str) -> None:
    """Remember what has just been installed."""
    draft = STAMPS.with_suffix(".draft")
    draft.write_text(json.dumps({**read_stamps(), **done}), encoding="utf-8")
    draft.replace(STAMPS)


def fingerprint(*paths: Path) -> str:
    """One hash over the files' contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def run_logged(
    what: str,
    command: list[str],
    advice: str,
    environment: dict[str, str] | None = None,
) -> None:
    """Run an installer quietly; when it fails, raise one sentence saying why."""
    for folder in (INSTALL_LOG.parent.parent, INSTALL_LOG.parent):
        # As portal.installation.data_folder wants them.
        folder.mkdir(mode=0o700, exist_ok=True)
    INSTALL_LOG.touch(mode=0o600)
    with INSTALL_LOG.open("ab") as log:
        began = log.tell()
        process = subprocess.Popen(  # noqa: S603 - our own command lines
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        waited = 0
        while True:
            try:
                status = process.wait(timeout=STILL_WORKING_SECONDS)
                break
            except subprocess.TimeoutExpired:
                waited += STILL_WORKING_SECONDS
                note(f"still working ({waited} s)")
            except KeyboardInterrupt:
                process.terminate()
                process.wait()
                raise
    if status != 0:
        said = INSTALL_LOG.read_bytes()[began:].decode("utf-8", "replace")
        if "No space left on device" in said or "ENOSPC" in said:
            advice = "The disk is full."
        raise SetupError(f"{what} failed. {advice} Details: {INSTALL_LOG}")


def pip(what: str, *arguments: str) -> None:
    """Run the environment's pip."""
    run_logged(
        what,
        [
            str(VENV_PYTHON),
            *("-m", "pip", "install", "--disable-pip-version-check"),
            *("--no-input", "--progress-bar", "off", *arguments),
        ],
        "Is the package index reachable (or PIP_INDEX_URL set to your mirror)?",
    )


def make_environment() -> None:
    """``.venv``, made anew when it is missing, broken or of an old Python."""
    probe = "import sys; sys.exit(sys.version_info < (3, 11))"
    if VENV_PYTHON.exists():
        answer = subprocess.run(  # noqa: S603 - our own command line
            [str(VENV_PYTHON), "-c", probe], check=False, capture_output=True
        )
        if answer.returncode == 0:
            announce(1, "Python environment: present")
            return
        note("the Python environment in .venv does not work; making it anew")
        shutil.rmtree(VENV)
    announce(1, "Making the Python environment (.venv)")
    check_disk()
    run_logged(
        "Making the Python environment",
        [sys.executable, "-m", "venv", str(VENV)],
        "Does python3 -m venv work on this machine?",
    )


def install_torch() -> None:
    """The machine decides between the CPU and the CUDA build of the same version, so
    torch is not in the lock (requirements/README.md)."""
    index = os.environ.get("SHENGWEN_TORCH_INDEX", "")
    if read_stamps().get("torch") == TORCH:
        announce(2, f"{TORCH}: present")
        return
    announce(2, f"Installing {TORCH} (200 MB for a CPU, several GB with CUDA)")
    pip(f"Installing {TORCH}", TORCH, *(["--index-url", index] if index else []))
    write_stamp(torch=TORCH)


def install_packages(lock_name: str) -> None:
    """The locked packages, every file checked against its hash."""
    lock = ROOT / "requirements" / f"{lock_name}.txt"
    wanted = fingerprint(lock)
    if read_stamps().get(lock_name) == wanted:
        announce(3, "Locked packages: present")
        return
    announce(3, f"Installing the locked packages (requirements/{lock.name})")
    pip(
        "Installing the locked packages",
        *("--no-deps", "--require-hashes", "-r", str(lock)),
    )
    write_stamp(**{lock_name: wanted})
    if lock_name == "dev":  # dev.txt holds all of base.txt, at the same versions
        write_stamp(base=fingerprint(lock.with_name("base.txt")))


def install_browser_libraries(lock_name: str) -> None:
    """What ``package-lock.json`` orders, into ``node_modules``; no install scripts.
    What only tests need comes with the developers' lock."""
    base = fingerprint(ROOT / "package-lock.json")
    dev = f"{base} dev"  # holds all of the other
    wanted = dev if lock_name == "dev" else base
    stamp = ROOT / "node_modules" / ".shengwen-installed"
    if stamp.exists() and stamp.read_text(encoding="utf-8") in {wanted, dev}:
        announce(4, "Browser libraries: present")
        return
    announce(4, "Installing the browser libraries (package-lock.json)")
    npm = shutil.which("npm")
    if npm is None:
        raise SetupError(
            "npm is missing, and the browser libraries come through it. "
            "Install Node.js 18 or newer (on Debian: apt-get install nodejs npm)."
        )
    run_logged(
        "Installing the browser libraries",
        [
            npm,
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-update-notifier",
            *([] if lock_name == "dev" else ["--omit=dev"]),
        ],
        "Is the npm registry reachable (or npm's registry set to your mirror)?",
    )
    stamp.write_text(wanted, encoding="utf-8")


def port_number(raw: str) -> int:
    """A port somebody typed."""
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw) <= 65535:
        raise SetupError(f"PORT must be a number from 1 to 65535, not {raw!r}.")
    return int(raw)


def install(lock_name: str) -> None:
    """Steps 1 to 4. Doing them twice does nothing twice."""
    make_environment()
    install_torch()
    install_packages(lock_name)
    install_browser_libraries(lock_name)


def finish_code() -> None:
    """What else is made beside the code, while its owner is here: a service's user may
    read the code and not write to it. The portal's data are nobody's business now."""
    announce(5, "Browser assets, translations, bytecode")
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, "SHENGWEN_DATA_DIR": scratch}
        for words in (
            [str(ROOT / "manage.py"), "vendor_assets"],
            [str(ROOT / "manage.py"), "compile_translations"],
            ["-m", "compileall", "-q", "portal", "accounts", "transcription"],
        ):
            run_logged(
                f"{words[-1]}",
                [str(VENV_PYTHON), *words],
                "Is this folder writable?",
                environment,
            )


def main(arguments: list[str]) -> int:
    """``run`` ends by becoming the portal; ``install`` ends after the installation."""
    parser = argparse.ArgumentParser(prog="portal.bootstrap", description=__doc__)
    parser.add_argument("task", choices=["run", "install"])
    parser.add_argument("--dev", action="store_true", help="the developers' lock")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    options = parser.parse_args(arguments)
    try:
        check_python()
        port = port_number(options.port)
        if options.task == "run":
            check_port(options.host, port)
        os.umask(0o022)  # code is for everybody to read; data have modes of their own
        install("dev" if options.dev else "base")
        if options.task == "install" and not options.dev:
            finish_code()
    except SetupError as error:
        sys.stderr.write(f"Stopped: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"Stopped: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. The next start continues from here.\n")
        return 130
    if options.task == "install":
        return 0
    command = [str(VENV_PYTHON), str(ROOT / "manage.py"), "start"]
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(command[0], [*command, "--host", options.host, "--port", str(port)])  # noqa: S606


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
