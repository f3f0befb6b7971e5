"""What the engine occupies. Imports nothing heavy: asks torch where it is loaded."""

import ctypes
import gc
import sys
from dataclasses import dataclass
from typing import Any

import psutil


@dataclass(frozen=True, slots=True)
class GpuMemory:
    """A graphics card as its driver and torch see it, in bytes."""

    name: str
    free: int
    total: int
    peak: int  # of this process, since it began


def resident_bytes() -> int:
    """What this process holds of the machine's memory now."""
    return int(psutil.Process().memory_info().rss)


def _torch() -> Any:
    """torch, where it is loaded; None while another thread is still importing it."""
    torch = sys.modules.get("torch")
    spec = getattr(torch, "__spec__", None)
    # The mark by which the import system itself tells half a module from a whole one.
    return None if getattr(spec, "_initializing", False) else torch


def gpu_memory() -> GpuMemory | None:
    """The current card; None where this process uses none (or not yet)."""
    torch = _torch()
    if torch is None or not torch.cuda.is_available():
        return None
    if not torch.cuda.is_initialized():  # asking would occupy the card
        return None
    free, total = torch.cuda.mem_get_info()
    return GpuMemory(
        name=torch.cuda.get_device_name(),
        free=free,
        total=total,
        peak=torch.cuda.max_memory_reserved(),
    )


def release_memory() -> None:
    """Return what Python, torch and the C library keep for later to the system."""
    gc.collect()
    torch = _torch()
    if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's, not musl's
        if trim is not None:
            trim(0)
