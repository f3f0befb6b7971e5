"""Processes that must not outlive the one that started them."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_parent_pid = 0


def tie_children_to_parents() -> None:
    """From now on every process forked from this one, or from a child of it, gets
    SIGTERM when its parent dies, however it dies. Linux only; elsewhere the heartbeat
    looks for its parent."""
    if sys.platform != "linux":
        return
    os.register_at_fork(before=_remember_pid, after_in_child=_ask_for_sigterm)


def _remember_pid() -> None:
    global _parent_pid  # fork handlers take no arguments
    _parent_pid = os.getpid()


def _ask_for_sigterm() -> None:
    end_with_parent(_parent_pid)


def end_with_parent(parent_pid: int) -> None:
    """Called in a new process: it gets SIGTERM when its parent dies. Linux only."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent_pid:  # it died before we asked
        os.kill(os.getpid(), signal.SIGTERM)
