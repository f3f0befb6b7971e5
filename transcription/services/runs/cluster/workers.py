"""Which process works on a run, and whether it still lives."""

import os
import socket
from functools import cache
from pathlib import Path

import psutil


@cache
def this_machine() -> str:
    """Host, boot and process namespace: where a pid of ours means something."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
        namespace = str(os.stat("/proc/self/ns/pid").st_ino)
    except OSError:  # not Linux
        boot, namespace = str(int(psutil.boot_time())), "0"
    return f"{socket.gethostname()[:60]}:{boot}:{namespace}"


def worker_name() -> str:
    """``host:boot:namespace:pid:start`` of this process; unique even when the system
    uses the pid again."""
    pid = os.getpid()
    return f"{this_machine()}:{pid}:{_started(pid)}"


def is_dead(worker: str) -> bool:
    """Whether the worker was a process of this machine and is no more. False when it
    cannot be known: then the lease has to run out."""
    machine, _, rest = worker.rpartition(":")
    machine, _, pid = machine.rpartition(":")
    if machine != this_machine() or not pid.isdecimal():
        return False
    return _started(int(pid)) != rest


def _started(pid: int) -> str:
    """When the process started, in a unit of the system's; empty when it is dead."""
    try:
        # Not psutil's create_time here: it moves when the clock is set.
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return _started_by_clock(pid)
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]


def _started_by_clock(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        return str(round(process.create_time()))
    except psutil.NoSuchProcess:
        return ""
