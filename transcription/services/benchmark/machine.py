"""The machine's own facts, as somebody who buys one names them."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

_GPU_QUERY = ("--query-gpu=name,memory.total", "--format=csv,noheader,nounits")


@dataclass(frozen=True, slots=True)
class Machine:
    """``cores`` is how many this process may use; ``gpus`` names the NVIDIA cards with
    their memory; ``load`` is how many processes wanted a core in the last minute."""

    system: str
    cpu: str
    cores: int
    memory_bytes: int
    gpus: tuple[str, ...]
    load: float


def this_machine_facts() -> Machine:
    """Asked of the system now."""
    return Machine(
        system=f"{platform.system()} {platform.release()}",
        cpu=_cpu_name(),
        cores=usable_cores(),
        memory_bytes=int(psutil.virtual_memory().total),
        gpus=_gpus(),
        load=psutil.getloadavg()[0],
    )


def usable_cores() -> int:
    """Fewer than the machine has where a container or ``taskset`` says so."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        return os.cpu_count() or 1


def _cpu_name() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    for line in text.splitlines():
        key, _colon, value = line.partition(":")
        if key.strip() in ("model name", "Model"):
            return " ".join(value.split())
    return platform.processor() or platform.machine()


def _gpus() -> tuple[str, ...]:
    command = shutil.which("nvidia-smi")
    if command is None:
        return ()
    try:
        answer = subprocess.run(  # noqa: S603 - no user text in it
            [command, *_GPU_QUERY],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    cards = (line.rpartition(",") for line in answer.stdout.splitlines() if line)
    return tuple(
        f"{name.strip()}, {int(memory) / 1024:.0f} GB"
        for name, _comma, memory in cards
        if memory.strip().isdecimal()
    )
