"""`python -m softmax_lesson board`: the room, now. It runs until it is stopped."""

import asyncio
import contextlib
import json
import os
import re
import secrets
import socket
import sys
from pathlib import Path

from softmax_lesson.data import files
from softmax_lesson.exercises.engine.events import VARIABLE
from softmax_lesson.jupyter import asked

FOLDER, PORT, LOOPBACK = "softmax-board", 8321, "127.0.0.1"
KEYS, NAMES = "keys.json", ("room", "projector", "teacher")
SHORTEST = 16  # letters of a key
KEY = re.compile(rf"[\w-]{{{SHORTEST},200}}", re.ASCII)  # as it can stand in an address and in a cookie


@asked.says_no
def board(folder=None, shared=None, ip=LOOPBACK, port=PORT, title="") -> int:
    """Run a board and return the exit status.

    folder: where what arrives is kept; without it `softmax-board`. shared: a folder in which students'
    kernels write, or None. ip, port: where it answers. title: the room's name.
    """
    try:
        import tornado  # noqa: F401
    except ModuleNotFoundError:
        print(
            "board: tornado is missing, which comes with Jupyter: install softmax-lesson[lab].",
            file=sys.stderr,
        )
        return 1
    title, shared = asked.letters("--title", title), _shared(shared)
    place = asked.place("FOLDER", FOLDER if folder is None else folder)
    with asked.about("FOLDER"):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        keys = _keys(place / KEYS)
    sockets = _sockets(asked.letters("--ip", ip), asked.whole("--port", port, 0, 65535))
    try:
        running = _board(keys, place, shared, title)
    except BaseException:
        sockets[0].close()
        raise
    print(_words(keys, place, shared, ip, sockets[0].getsockname()[1]), flush=True)
    from softmax_lesson.jupyter.board.server import serve

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(running, sockets))
    running.received.close()
    return 0


def _keys(path: Path) -> dict:
    """Return the keys that are kept: the same after a restart, or no kernel and no page would find back."""
    if not os.path.lexists(path):
        files.write(path, json.dumps({name: secrets.token_urlsafe(SHORTEST) for name in NAMES}, indent=1))
    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
        keys = json.loads(files.read(path))
        if all(isinstance(keys[name], str) and KEY.fullmatch(keys[name]) for name in NAMES):
            return keys
    raise asked.Refused(f"FOLDER: {path} is damaged. Delete it: all addresses are then new.")


def _shared(given) -> Path | None:
    if given is None:
        return None
    place = asked.place("--shared", given)
    with asked.about("--shared"):
        if place.is_dir() and os.access(place, os.R_OK | os.X_OK):
            return place.resolve()
    raise asked.refusal("--shared", "a folder that can be read", str(place))


def _sockets(ip: str, port: int) -> list:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    try:
        listening = socket.create_server((ip, port), family=family, backlog=512)
    except (OSError, ValueError) as trouble:  # of a name that is no name, Python's codec says no
        why = getattr(trouble, "strerror", None) or getattr(trouble, "reason", None) or trouble
        raise asked.Refused(
            f"--ip, --port: {ip}:{port} cannot be used: {why}. Another board may be running there."
        ) from trouble
    listening.setblocking(False)
    return [listening]


def _board(keys, place, shared, title):
    from softmax_lesson.jupyter.board.server import Board

    with asked.about("FOLDER"):
        return Board(keys, place, shared, title)


def _words(keys, place, shared, ip, port) -> str:
    """Return what there is to know about a board that is on."""
    host = socket.gethostname() if ip in ("", "0.0.0.0", "::") else f"[{ip}]" if ":" in ip else ip
    lines = [
        "The room, now. Ctrl + C ends it.",
        f"  For the projector:  http://{host}:{port}/projector?key={keys['projector']}",
        f"  For you:            http://{host}:{port}/teacher?key={keys['teacher']}",
        "  For the students, a line in the first cell (or the variable, where you start their Jupyter):",
        f"      %env {VARIABLE}=http://{host}:{port}/room/{keys['room']}",
    ]
    if shared:
        lines[-1] += f"\n  or  %env {VARIABLE}={shared}"
    if ip == LOOPBACK:
        lines.append("It answers on this machine alone; --ip makes it answer others.")
    lines.append(f"What arrives is kept in {place.resolve()}; whoever deletes that folder deletes it all.")
    return "\n".join(lines)
