"""An event as the board accepts it: what has another form is refused, and what is not expected is left out.

Whoever has the room's address can send what they like. So nothing is taken over but the fields below, each of
them short and of its kind: neither code nor anything else gets onto the disk by this way.
"""

import dataclasses
import json
import math
import re
from dataclasses import dataclass

from softmax_lesson.exercises.engine.events import VERDICTS
from softmax_lesson.exercises.engine.questions import MOST

ID, ABOUT = re.compile(r"[0-9a-f]{32}"), re.compile(r"\d\d_\w{1,60}\.\w{1,60}", re.ASCII)
LONGEST = 200  # letters of a text
LONGEST_LINE = 2000  # bytes


@dataclass(frozen=True)
class Event:
    """One event; see `softmax_lesson.exercises.engine.events` for what the fields mean.

    A check has a verdict, a mistake or None, and a try; a prediction has an option, and whether its answer
    was seen.
    """

    id: str
    who: str
    what: str
    about: str
    time: float
    verdict: str | None = None
    mistake: str | None = None
    attempt: int | None = None
    option: int | None = None
    seen: bool | None = None

    def line(self) -> bytes:
        """Return the event as a line of JSON, in the form in which it came."""
        known = {name: value for name, value in dataclasses.asdict(self).items() if value is not None}
        if "attempt" in known:
            known["try"] = known.pop("attempt")
        return json.dumps(known).encode() + b"\n"


def event_of(given, now: float, later: float = 0.0) -> Event | None:
    """Return the event that a JSON object holds, or None.

    now: the board's clock; nothing is later than that. later: seconds by which it is ahead of the sender's.
    """
    if not isinstance(given, dict) or not _fits(given):
        return None
    common = {name: given[name] for name in ("id", "who", "what", "about")}
    common["time"] = min(given["time"] + later, now)
    if given["what"] == "check":
        return Event(**common, verdict=given["verdict"], mistake=given.get("mistake"), attempt=given["try"])
    return Event(**common, option=given["option"], seen=given["seen"])


def event_of_line(line: bytes, now: float) -> Event | None:
    """Return the event that a line of a file holds, or None."""
    try:
        return event_of(json.loads(line), now) if len(line) <= LONGEST_LINE else None
    except (ValueError, RecursionError):
        return None


def _fits(given: dict) -> bool:
    """Whether every field that an event of this kind needs is there and of its kind."""
    if not (_matches(ID, given.get("id")) and _matches(ABOUT, given.get("about"))):
        return False
    if not (_is_text(given.get("who")) and is_time(given.get("time"))):
        return False
    if given.get("what") == "check":
        mistake = given.get("mistake")
        known = given.get("verdict") in VERDICTS and _is_count(given.get("try"), 1, 10**6)
        return known and (mistake is None or _is_text(mistake))
    if given.get("what") == "prediction":
        return _is_count(given.get("option"), 0, MOST - 1) and isinstance(given.get("seen"), bool)
    return False


def _matches(pattern, value) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_text(value) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable()


def is_time(value) -> bool:
    """Whether this is a time in seconds since 1970."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value < 1e11 and math.isfinite(value)


def _is_count(value, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
