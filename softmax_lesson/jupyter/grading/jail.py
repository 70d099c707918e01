"""What the process that runs a student's answers may not do.

On Linux, where the kernel lets anybody make namespaces, the process sees nothing but Python, the lesson and
an empty folder, all but that folder read-only: no file of the host, no process of the host, no network; and
when it ends, everything that it started ends. Elsewhere Python itself refuses what is not needed (an audit
hook), which somebody determined can get around. Limits on memory, files and processes hold in both.
"""

import contextlib
import ctypes
import os
import platform
import resource
import signal
import site
import sys
import sysconfig
from pathlib import Path

from softmax_lesson.data.sample import sample_folder

MEGABYTE = 2**20
MEMORY = 1024 * MEGABYTE  # beyond what Python and the lesson take
LARGEST_FILE = 16 * MEGABYTE
DISK = 64 * MEGABYTE
PROCESSES = 32
FILES = 64
WORK = "/softmax-lesson-work"  # no machine has its Python in a folder of this name
# The user's number there, whoever it is outside: 0 would get its rights back by starting a program.
INSIDE = 1000

# From the kernel's headers. Python has `os.unshare` from 3.12 on, and nothing for the others.
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (1 << n for n in (17, 26, 27, 28, 29, 30))
MS_BIND, MS_REC, MS_PRIVATE, MS_NOSUID, MS_NODEV = 4096, 16384, 1 << 18, 2, 4
MNT_DETACH = 2
AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID = -100, 0x8000, 1, 2
MOUNT_SETATTR = 442  # the same on all machines; the C library has a name for it from 2.36 on
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CAPABILITIES_3 = 0x20080522


class NoJail(Exception):
    """Says why this machine gives a process no namespaces of its own."""


def close_in(place: str, hidden: list[str]) -> None:
    """Give this process and its children a system of their own; what it forks next is its first process.

    place: an empty folder, over which the new system is laid; nothing is written there. hidden: folders that
    must not be seen even if they lie in Python's own. Raises NoJail; the process is then to be given up.
    """
    if sys.platform != "linux" or platform.machine() not in PIVOT_ROOT:
        raise NoJail("only Linux has namespaces")
    try:
        _own_user()
        _lay(place, hidden)
        _move_in(place)
    except (OSError, AttributeError) as trouble:
        raise NoJail(str(trouble)) from trouble


def give_up_rights() -> None:
    """Give up every capability, for good: programs that are started do not get them back."""
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())


def die_with_parent() -> None:
    """On Linux, be killed when the parent ends, however that ends."""
    if sys.platform == "linux":
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def set_limits(seconds: int, size: int) -> None:
    """Limit memory, files, processes and the processor's time, as far as the system knows such a limit.

    size: what `size_now` said of this process.
    """
    wishes = {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": seconds,
        "RLIMIT_FSIZE": LARGEST_FILE,
        "RLIMIT_NOFILE": FILES,
        "RLIMIT_NPROC": PROCESSES,
        **({"RLIMIT_AS": size + MEMORY} if size else {}),
    }
    for name, most in wishes.items():
        with contextlib.suppress(OSError, ValueError, AttributeError):  # macOS refuses some
            limit = getattr(resource, name)
            hard = resource.getrlimit(limit)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(limit, (most, most))


def size_now() -> int:
    """Return how many bytes of memory this process has asked for, 0 where the system does not say."""
    with contextlib.suppress(OSError, ValueError):
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return 0


def watch_over(work: str, hidden: list[str]) -> None:
    """Refuse, by Python's own means, what an answer does not need: files elsewhere, programs, the network."""
    work, *hidden = map(os.path.realpath, (work, *hidden))
    sys.addaudithook(_hook(work, tuple(map(os.path.realpath, visible())), tuple(hidden)))


def visible() -> list[str]:
    """Return the folders that an answer may read: Python's, its packages' and the lesson's."""
    ours = [Path(__file__).parents[2], sample_folder()]
    python = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix]
    python += [*sysconfig.get_paths().values(), *site.getsitepackages(), site.getusersitepackages()]
    wished = {os.path.abspath(path) for path in [*python, *ours, *_systems()] if os.path.isdir(path)}
    wished.discard("/")
    return [path for path in sorted(wished) if not any(_within(path, o) for o in wished - {path})]


def _systems() -> list[str]:
    """Return where the system has its programs and libraries."""
    return ["/usr", *(p for p in ("/bin", "/sbin", "/lib", "/lib64") if not os.path.islink(p))]


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _own_user() -> None:
    """Enter namespaces of a user, of mounts, processes, network, and be that user."""
    user, group = os.geteuid(), os.getegid()
    _call("unshare", NEWUSER | NEWNS | NEWPID | NEWNET | NEWIPC | NEWUTS)
    for file, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{INSIDE} {user} 1"),
        ("gid_map", f"{INSIDE} {group} 1"),
    ):
        Path("/proc/self", file).write_text(text)
    _mount(None, "/", None, MS_REC | MS_PRIVATE)


def _lay(place: str, hidden: list[str]) -> None:
    """Lay a small system over `place`: what may be read, read-only, and an empty folder."""
    _mount("none", place, "tmpfs", MS_NOSUID | MS_NODEV, f"size={DISK},mode=755")
    for folder in visible():
        _show(folder, place + folder)
    for device in ("/dev/null", "/dev/zero", "/dev/urandom"):
        _show(device, place + device)
    for name in ("/bin", "/sbin", "/lib", "/lib64"):
        if os.path.islink(name) and not os.path.lexists(place + name):
            os.symlink(os.readlink(name), place + name)
    for folder in hidden:
        if os.path.isdir(place + folder):
            _mount("none", place + folder, "tmpfs", MS_NOSUID | MS_NODEV, "size=4096,mode=755")
    os.mkdir(place + WORK)
    os.makedirs(f"{place}/tmp", exist_ok=True)


def _show(path: str, where: str) -> None:
    if os.path.isdir(path):
        os.makedirs(where, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(where), exist_ok=True)
        Path(where).touch()
    _mount(path, where, None, MS_BIND | MS_REC)
    read_only = (ctypes.c_uint64 * 4)(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID)
    size = ctypes.c_size_t(ctypes.sizeof(read_only))
    _system_call(MOUNT_SETATTR, AT_FDCWD, where.encode(), AT_RECURSIVE, read_only, size)


def _move_in(place: str) -> None:
    """Make `place` the root, and let the old one go."""
    os.chdir(place)
    _system_call(PIVOT_ROOT[platform.machine()], b".", b".")  # the old root lies over the new one ...
    _call("umount2", b".", MNT_DETACH)  # ... and goes
    os.chdir(WORK)


def _mount(source, target, kind, flags, data=""):
    words = [text.encode() if text is not None else None for text in (source, target, kind)]
    _call("mount", *words, ctypes.c_ulong(flags), data.encode())


def _prctl(option, value):
    _call("prctl", option, ctypes.c_ulong(value), 0, 0, 0)


def _call(name, *words):
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*words) != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def _system_call(number, *words):
    _call("syscall", ctypes.c_long(number), *words)


# ---- where Python itself has to watch ---------------------------------------------------------------------

REFUSED = (
    *("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile", "pty."),
    *("socket.", "ctypes.", "sys.addaudithook", "os.kill", "signal.", "syslog.", "webbrowser.", "urllib."),
)
WRITERS = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.link", "os.symlink")
WRITERS = (*WRITERS, "os.truncate", "os.utime", "os.setxattr", "os.removexattr", "shutil.")
READERS = ("os.listdir", "os.scandir", "os.chdir", "os.walk", "os.fwalk", "glob.")
NO = "an answer that is graded may use files of its own folder only, and start no program and no connection"


def _hook(work, readable, hidden):
    """Return an audit hook that lets an answer compute, import, and use files in `work`.

    All that it asks is its own: what stands in this module can be changed by an answer.
    """
    refused, writers, readers, within = REFUSED, WRITERS, READERS, _within
    real, error, writing = os.path.realpath, PermissionError, os.O_WRONLY | os.O_RDWR | os.O_CREAT

    def look(event, words):
        if event.startswith(refused):
            raise error(f"{event}: {NO}")
        if event == "open":
            writes = any(letter in (words[1] or "") for letter in "wax+") or (words[2] or 0) & writing
            check(words[:1], () if writes else readable)
        elif event.startswith(writers):
            check(words[:2] if event in ("os.rename", "os.link", "os.symlink") else words[:1], ())
        elif event.startswith(readers):
            check(words[:1], readable)

    def check(paths, also):
        for path in paths:
            if isinstance(path, str | bytes):
                place = real(path if isinstance(path, str) else path.decode(errors="replace"))
                mine = any(within(place, folder) for folder in (work, *also))
                if not mine or any(within(place, folder) for folder in hidden):
                    raise error(f"{path!r}: {NO}")

    return look
