"""What the pages show, counted from the events: votes, exercises, who is stuck, the mistake of the minute.

The projector's part gives nothing away: neither which option is right, nor a pseudonym, nor a mistake that
fewer than three students made, nor a word that the lesson does not know.
"""

import collections
import functools
from dataclasses import dataclass

from softmax_lesson import exercises
from softmax_lesson.exercises.engine.feedback import marked_up
from softmax_lesson.exercises.engine.general import GENERAL, PATTERNS
from softmax_lesson.exercises.engine.questions import questions, steps_with_questions
from softmax_lesson.jupyter.board.heard import Event
from softmax_lesson.jupyter.grading.page import STOPPED, UNKNOWN, next_steps

ROOM = 4 * 3600.0  # seconds: whoever was heard within them is in the room
NOW = 3 * 60.0  # seconds: votes within them tell which prediction the room is at
WINDOWS = (1, 5, 15)  # minutes in which the mistake of the minute is looked for
STUCK = 3  # tries on one mistake
CROWD = 3  # students: a mistake of fewer is not shown to all


@dataclass
class Work:
    """One student at one exercise: the last verdict and mistake, how often in a row, whether it is done."""

    time: float = 0.0
    verdict: str = ""
    mistake: str | None = None
    in_a_row: int = 0
    since: float = 0.0
    done: bool = False

    @property
    def stuck(self) -> bool:
        """Three tries on one mistake, the last one included."""
        return not self.done and self.in_a_row >= STUCK

    @property
    def words(self) -> str:
        """The mistake in words."""
        return words_of(self.verdict, self.mistake)


@dataclass
class Vote:
    """One student's prediction: the option, when it was chosen, whether the answer was seen."""

    option: int
    time: float
    seen: bool


def words_of(verdict: str, mistake: str | None) -> str:
    """Return a mistake's name in words; what has no name is wrong in its own way, or stops."""
    return mistake.replace("_", " ") if mistake else UNKNOWN if verdict == "wrong" else STOPPED


class Tally:
    """All that the pages show. `events` counts what was added, `unknown` what the lesson knows nothing of."""

    def __init__(self):
        """Begin with nothing."""
        self.exercises = {f"{e.step}.{e.name}": e for e in exercises.catalogue()}
        self.questions = {q.key: q for step in steps_with_questions() for q in questions(step).values()}
        self.events = self.unknown = 0
        self._ids, self._last_heard = set(), {}
        self._work, self._votes = collections.defaultdict(dict), collections.defaultdict(dict)
        self._recent = collections.deque()

    # ---- in ---------------------------------------------------------------------------------------------

    def knows(self, event: Event) -> bool:
        """Whether this event was added before."""
        return bytes.fromhex(event.id) in self._ids

    def add(self, event: Event) -> None:
        """Count an event; one that was added before changes nothing."""
        if self.knows(event):
            return
        self._ids.add(bytes.fromhex(event.id))
        self.events += 1
        self._last_heard[event.who] = max(event.time, self._last_heard.get(event.who, 0.0))
        if event.what == "check" and event.about in self.exercises:
            self._check(event)
        elif event.what == "prediction" and self._is_option(event):
            self._prediction(event)
        else:
            self.unknown += 1

    def _is_option(self, event: Event) -> bool:
        return event.about in self.questions and event.option < len(self.questions[event.about].options)

    def _check(self, event: Event) -> None:
        work = self._work[event.about].setdefault(event.who, Work())
        work.done = work.done or event.verdict == "correct"
        if event.time < work.time:  # it was long on its way
            return
        same = (event.verdict, event.mistake) == (work.verdict, work.mistake) or (
            event.mistake is not None and event.mistake == work.mistake
        )
        if not same:
            work.in_a_row, work.since = 0, event.time
        work.in_a_row += event.verdict != "correct"
        work.time, work.verdict, work.mistake = event.time, event.verdict, event.mistake
        if event.mistake:
            self._recent.append(event)

    def _prediction(self, event: Event) -> None:
        known = self._votes[event.about].get(event.who)
        if known is None:
            self._votes[event.about][event.who] = Vote(event.option, event.time, event.seen)
        elif not known.seen and event.time >= known.time:
            known.time = event.time if event.option != known.option else known.time
            known.option, known.seen = event.option, event.seen

    # ---- out --------------------------------------------------------------------------------------------

    def projector(self, now: float) -> dict:
        """Return what all may see, for JSON."""
        key = self._prediction_now(now)
        step = self._step_now(now, key)
        return {
            "time": now,
            "events": self.events,
            "students": len(self._in_the_room(now)),
            "now": key,
            "predictions": [self._question(key, now, False) for key in self._voted(now)],
            "step": step,
            "exercises": [self._exercise(about, now, False) for about in self._tried(now, step)],
            "minute": self._minute(now, CROWD, False),
        }

    def teacher(self, now: float) -> dict:
        """Return what the teacher sees, for JSON."""
        last = self._in_the_room(now)
        return {
            "time": now,
            "events": self.events,
            "unknown": self.unknown,
            "students": len(last),
            "active": sum(now - time < 10 * 60 for time in last.values()),
            "now": self._prediction_now(now),
            "predictions": [self._question(key, now, True) for key in self._voted(now)],
            "exercises": [self._exercise(about, now, True) for about in self._tried(now)],
            "stuck": self._stuck(now),
            "minute": self._minute(now, 1, True),
        }

    def _in_the_room(self, now: float) -> dict[str, float]:
        return {who: time for who, time in self._last_heard.items() if now - time < ROOM}

    def _recently(self, kept: dict, now: float) -> dict:
        return {who: one for who, one in kept.items() if now - one.time < ROOM}

    # ---- predictions

    def _voted(self, now: float) -> list[str]:
        return [key for key in self.questions if self._recently(self._votes.get(key, {}), now)]

    def _prediction_now(self, now: float) -> str | None:
        """Return the prediction that the room is at.

        That is the last one in the lesson of those that several voted on within three minutes: some are
        behind, and who runs ahead is alone. Where there is none, the one that was voted on last.
        """
        fresh = {
            key: sum(now - vote.time < NOW for vote in self._votes[key].values()) for key in self._voted(now)
        }
        several = max(2, len(self._in_the_room(now)) // 10)
        if at := [key for key, votes in fresh.items() if votes >= several]:
            return at[-1]
        latest = {key: max(vote.time for vote in self._votes[key].values()) for key in fresh}
        return max(latest, key=latest.get, default=None)

    def _question(self, key: str, now: float, for_teacher: bool) -> dict:
        asked, votes = self.questions[key], self._recently(self._votes[key], now)
        counts = collections.Counter(vote.option for vote in votes.values())
        options = [
            {"text": marked_up(option.text), "votes": counts[place]}
            | ({"right": option.right} if for_teacher else {})
            for place, option in enumerate(asked.options)
        ]
        seen = {"seen": sum(vote.seen for vote in votes.values())} if for_teacher else {}
        return {
            "key": key,
            "question": marked_up(asked.question),
            "options": options,
            "votes": len(votes),
        } | seen

    # ---- exercises

    def _tried(self, now: float, step: str | None = None) -> list[str]:
        """Return the exercises that somebody tried; or all of a step."""
        if step is not None:
            return [about for about, exercise in self.exercises.items() if exercise.step == step]
        return [about for about in self.exercises if self._recently(self._work.get(about, {}), now)]

    def _step_now(self, now: float, key: str | None) -> str | None:
        """Return the step whose exercises most tried within ten minutes; else that of the prediction."""
        busy = collections.Counter()
        for about, work in self._work.items():
            busy[self.exercises[about].step] += sum(now - one.time < 10 * 60 for one in work.values())
        step, count = max(busy.items(), key=lambda item: item[1], default=(None, 0))
        return step if count else self.questions[key].step if key else None

    def _exercise(self, about: str, now: float, for_teacher: bool) -> dict:
        work = self._recently(self._work.get(about, {}), now).values()
        counts = {"done": sum(one.done for one in work), "tried": sum(not one.done for one in work)}
        found = {"about": about, "name": self.exercises[about].name} | counts
        if for_teacher:
            open_ = collections.Counter(one.words for one in work if not one.done)
            found["stuck"] = sum(one.stuck for one in work)
            found["most"] = open_.most_common(1)[0] if open_ else None
        return found

    def _stuck(self, now: float) -> list[dict]:
        """Return who is stuck, the longest first."""
        found = [
            {"who": who, "about": about, "mistake": one.words, "tries": one.in_a_row, "since": one.since}
            for about, work in self._work.items()
            for who, one in self._recently(work, now).items()
            if one.stuck
        ]
        return sorted(found, key=lambda one: (one["since"], one["who"]))

    # ---- the mistake of the minute

    def _minute(self, now: float, least: int, for_teacher: bool) -> dict | None:
        """Return the mistake that most students made within one minute, else within five, else fifteen.

        least: so many must have made it. To the projector only what the lesson itself says is shown.
        """
        self._forget(now)
        for minutes in WINDOWS:
            makers = collections.defaultdict(set)
            for event in self._recent:
                if now - event.time < 60 * minutes:
                    makers[event.about, event.mistake].add(event.who)
            crowds = sorted(makers.items(), key=lambda item: -len(item[1]))
            for (about, mistake), who in crowds:
                sentence = sentence_of(self.exercises[about], mistake)
                if len(who) >= max(least, 2 if minutes < WINDOWS[-1] else 1) and (sentence or for_teacher):
                    return _minute_of(
                        self.exercises[about], mistake, sentence, len(who), minutes, for_teacher
                    )
        return None

    def _forget(self, now: float) -> None:
        """Let go of the mistakes that are too old for any minute, as far as they stand in front."""
        while self._recent and now - self._recent[0].time >= 60 * WINDOWS[-1]:
            self._recent.popleft()


def _minute_of(exercise, mistake, sentence, students, minutes, for_teacher) -> dict:
    found = {
        "about": f"{exercise.step}.{exercise.name}",
        "name": exercise.name,
        "mistake": mistake.replace("_", " "),
        "sentence": marked_up(sentence),
        "students": students,
        "minutes": minutes,
    }
    plan = _plans().get(exercise.name) if for_teacher else None
    if plan:
        found |= {"say": marked_up(plan["say"]), "show": plan["show"]}
        found["where"] = f"notebook {plan['notebook'][:2]}, “{plan['section']}”"
    return found


_plans = functools.cache(next_steps)


@functools.lru_cache(10_000)  # mistakes have the names that somebody sends
def sentence_of(exercise, mistake: str) -> str:
    """Return what the tutor says to a mistake of the lesson's own; nothing for any other name."""
    own = (known.sentence for known in exercise.mistakes if known.name == mistake)
    general = (known.sentence for known in (*GENERAL, *PATTERNS) if known.name == mistake)
    return next(own, None) or next(general, "")
