"""What a decoder cannot do even when a file has taken it over.

``enter`` gives up, in this process and for good: the network, other processes, every
file but those that Python and its libraries consist of (to read) and one folder (to
write), and every system call that decoding does not need. What is open already stays
open: that is how the recording comes in and the answer goes out. Linux only, in layers
that stand for one another; what the kernel does not give is named by ``enter``.

Numbers are the kernel's, from include/uapi: linux/{landlock,seccomp,audit,prctl,sched,
bpf_common}.h, asm/unistd_64.h (x86_64) and asm-generic/unistd.h (aarch64). They are
part of its interface and never change. docs/decisions/decoder-cage.md says why this is
our own code.
"""

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

NETWORK: Final = "network namespace"
FILES: Final = "Landlock"
CALLS: Final = "seccomp"
ALL: Final = (NETWORK, FILES, CALLS)

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULESET_VERSION, _RULE_PATH_BENEATH = 1, 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_REMOVE_FILE, _MAKE_REG, _TRUNCATE = 1 << 5, 1 << 8, 1 << 14
# What each version of the interface can withhold, of files; then network and scopes.
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15}  # the lowest so many bits
_NET_RIGHTS: Final = 0b11  # bind and connect TCP, from version 4 on
_SCOPES: Final = 0b11  # abstract sockets and signals to others, from version 6 on

# name: x86_64, aarch64 (None: the machine does not have it)
_ALLOWED: Final[dict[str, tuple[int | None, int | None]]] = {
    "read": (0, 63),
    "write": (1, 64),
    "readv": (19, 65),
    "writev": (20, 66),
    "pread64": (17, 67),
    "pwrite64": (18, 68),
    "open": (2, None),
    "openat": (257, 56),
    "close": (3, 57),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "brk": (12, 214),
    "msync": (26, 227),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "dup": (32, 23),
    "fcntl": (72, 25),
    "ftruncate": (77, 46),
    "fallocate": (285, 47),
    "fadvise64": (221, 223),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "getdents64": (217, 61),
    "getcwd": (79, 17),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "futex": (202, 98),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "times": (100, 153),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "uname": (63, 160),
    "getrandom": (318, 278),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "membarrier": (324, 283),
    "statfs": (137, 43),
    "fstatfs": (138, 44),
    "restart_syscall": (219, 128),
    "arch_prctl": (158, None),
}
_ARCHITECTURES: Final = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_LD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_KILL, _ERRNO, _ALLOW, _ENOSYS = 0x80000000, 0x00050000, 0x7FFF0000, 38


def enter(folder: Path, code: Iterable[Path]) -> tuple[str, ...]:
    """Keep nothing but ``folder`` to write in and ``code`` to read from. Returns the
    protections that this system does not give. Call it with a single thread, with
    everything imported that needs more, and before the first hostile byte is read."""
    if sys.platform != "linux":
        return ALL
    libc = ctypes.CDLL(None, use_errno=True)
    missing = []
    if not _leave_network(libc):
        missing.append(NETWORK)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if not _keep_files(libc, folder, code):
        missing.append(FILES)
    if not _keep_calls(libc):
        missing.append(CALLS)
    return tuple(missing)


def _leave_network(libc: ctypes.CDLL) -> bool:
    """Into an empty network. In a user namespace of its own nobody needs a right for
    that, and root has no special rights any more."""
    both = _CLONE_NEWUSER | _CLONE_NEWNET
    return any(libc.unshare(what) == 0 for what in (both, _CLONE_NEWNET))


def _keep_files(libc: ctypes.CDLL, folder: Path, code: Iterable[Path]) -> bool:
    version = libc.syscall(_CREATE_RULESET, None, 0, _RULESET_VERSION)
    if version < 1:
        return False
    files = (1 << _FILE_RIGHTS.get(version, 16)) - 1
    wanted = struct.pack(
        "=QQQ",
        files,
        _NET_RIGHTS if version >= 4 else 0,
        _SCOPES if version >= 6 else 0,
    )
    # Older kernels know a shorter structure.
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = libc.syscall(_CREATE_RULESET, wanted, size, 0)
    if rules < 0:
        return False
    to_write = _WRITE_FILE | _READ_FILE | _REMOVE_FILE | _MAKE_REG | _TRUNCATE
    try:
        granted = _grant(libc, rules, folder, to_write & files)
        for path in code:
            if path.exists():
                granted = _grant(libc, rules, path, _READ_FILE | _READ_DIR) and granted
        return granted and libc.syscall(_RESTRICT_SELF, rules, 0) == 0
    finally:
        os.close(rules)


def _grant(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> bool:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", rights, place)
        return bool(libc.syscall(_ADD_RULE, rules, _RULE_PATH_BENEATH, rule, 0) == 0)
    finally:
        os.close(place)


def _keep_calls(libc: ctypes.CDLL) -> bool:
    """Every other system call is one that this kernel does not have: libraries know
    how to go on without, and nothing is killed for asking."""
    known = _ARCHITECTURES.get(platform.machine())
    if known is None or struct.calcsize("P") != 8:
        return False
    architecture, column = known
    numbers = [pair[column] for pair in _ALLOWED.values() if pair[column] is not None]
    program = [
        (_LD_WORD, 0, 0, 4),  # of struct seccomp_data: the architecture
        (_JUMP_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LD_WORD, 0, 0, 0),  # the number of the call
        *(
            (_JUMP_IF_EQUAL, len(numbers) - index, 0, number)
            for index, number in enumerate(numbers)
        ),
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),
        (_RETURN, 0, 0, _ALLOW),
    ]
    filters = b"".join(struct.pack("=HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(filters)
    head = struct.pack("@HP", len(program), ctypes.addressof(buffer))
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, head, 0, 0) == 0)
