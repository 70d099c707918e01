"""The page: what the class got wrong, in which lines, what to say next and which picture to show."""

import collections
import datetime
import functools
import html
import tomllib
from pathlib import Path

from softmax_lesson import exercises
from softmax_lesson.exercises.engine.feedback import marked_up
from softmax_lesson.exercises.engine.language import everywhere
from softmax_lesson.exercises.engine.pairs import FIRST, THEN
from softmax_lesson.exercises.engine.questions import questions
from softmax_lesson.jupyter.grading.results import Result
from softmax_lesson.jupyter.grading.running import DIED, NO_END

HERE = Path(__file__).parent
MOST_SHOWN = 5  # different answers to one mistake
MOST_GROUPS = 8  # mistakes of an exercise that have a row of their own at once
NAMES = {NO_END: "does not end", DIED: "ends its process"}
UNKNOWN, STOPPED = "wrong in a way of its own", "stops"
ONE_OF_TWO = tuple(text.partition("{")[0] for text in (*everywhere(FIRST), *everywhere(THEN)))
ESCAPED = functools.partial(html.escape, quote=True)


class Group:
    """All students who gave one kind of answer to one exercise."""

    def __init__(self, name: str, kind: str):
        """Take the name of the mistake in words; kind: "wrong" or "error"."""
        self.name, self.kind, self.verdicts = name, kind, []

    @property
    def sentence(self) -> str:
        """What the tutor says to most of them; nothing where each has a sentence of their own."""
        if self.name in (UNKNOWN, STOPPED):
            return ""
        return collections.Counter(sentence_of(verdict) for _, verdict in self.verdicts).most_common(1)[0][0]


def next_steps() -> dict[str, dict]:
    """Return {exercise: {"say", "show", "notebook", "section"}}: what next.toml says."""
    return tomllib.loads((HERE / "next.toml").read_text(encoding="utf-8"))


def sentence_of(verdict: dict) -> str:
    """Return what the tutor says of a verdict: its first line, or both of two mistakes."""
    first, *others = verdict["text"].split("\n")
    return " ".join([first, *(line for line in others if line.startswith(ONE_OF_TWO))])


def groups(results: list[Result], exercise: str) -> list[Group]:
    """Return the wrong answers to an exercise by mistake, the most frequent first."""
    found = {}
    for result in results:
        verdict = result.verdict(exercise)
        if verdict["status"] in ("wrong", "error"):
            name = verdict["mistake"]
            words = NAMES.get(name, name.replace("_", " ")) if name else None
            words = words or (UNKNOWN if verdict["status"] == "wrong" else STOPPED)
            found.setdefault(words, Group(words, verdict["status"])).verdicts.append((result, verdict))
    return sorted(found.values(), key=lambda group: (-len(group.verdicts), group.name))


def document(title: str, results: list[Result], steps: dict, notes: list[str], names: bool) -> str:
    """Return the page as HTML.

    steps: {step: its exercises}. notes: what there is to say about this run, a sentence each. names: whether
    students are named; else each has a number, which the table beside the page explains.
    """
    who = functools.partial(_who, names=names)
    parts = [_top(title, results, steps, notes), _glance(results, steps)]
    parts += [_step(step, inside, results, who) for step, inside in steps.items()]
    parts.append(_people(results, steps, who))
    style, script = ((HERE / file).read_text(encoding="utf-8") for file in ("page.css", "page.js"))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{ESCAPED(title)} · Softmax, step by step</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(parts)}</main>\n<script>\n{script}</script>\n</body>\n</html>\n"
    )


def _who(result: Result, names: bool) -> str:
    return ESCAPED(result.student.name) if names else f"student {result.number}"


def _top(title, results, steps, notes) -> str:
    notebooks = sum(len(result.student.notebooks) for result in results)
    count = f"{many(len(results), 'student')}, {many(notebooks, 'notebook')}, "
    count += many(sum(map(len, steps.values())), "exercise")
    said = "".join(f"<p>{marked_up(note)}</p>" for note in notes)
    links = "".join(f'<li><a href="#{step}">{step}</a></li>' for step in steps)
    return (
        f"<h1>What the class got wrong: {ESCAPED(title)}</h1>\n"
        f"<p>{count}. {datetime.date.today():%d %B %Y}.</p>\n{said}\n"
        '<nav aria-label="This page"><ul><li><a href="#glance">At a glance</a></li>'
        f'{links}<li><a href="#people">Who is stuck, who is done</a></li></ul></nav>\n'
    )


# ---- at a glance ------------------------------------------------------------------------------------------


def _glance(results, steps) -> str:
    """Return the table of all exercises: how many are right, and the most frequent mistake."""
    rows = "".join(_glance_row(results, name) for inside in steps.values() for name in inside)
    head = "".join(
        f'<th scope="col">{word}</th>'
        for word in ("exercise", "", "right", "wrong", "stops", "open", "most frequent mistake")
    ).replace('<th scope="col"></th>', "<td></td>")
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    title = '<h2 id="glance">At a glance</h2>'
    return f'<section aria-labelledby="glance">\n{title}\n{_wide("All exercises", table)}</section>\n'


def _glance_row(results, name) -> str:
    statuses = [result.verdict(name)["status"] for result in results]
    counts = [statuses.count(status) for status in ("correct", "wrong", "error", "not attempted")]
    parts = "".join(
        f'<i class="{kind}" style="flex-grow: {count}"></i>'
        for kind, count in zip(("right", "wrong", "error", "open"), counts, strict=True)
        if count
    )
    first = next((g for g in groups(results, name) if g.name not in (UNKNOWN, STOPPED)), None)
    most = f"{len(first.verdicts)}: {ESCAPED(first.name)}" if first else ""
    numbers = "".join(f'<td class="number">{count or "·"}</td>' for count in counts)
    return (
        f'<tr><th scope="row"><a href="#{name}">{name}</a></th>'
        f'<td><span class="stack" aria-hidden="true">{parts}</span></td>{numbers}<td>{most}</td></tr>'
    )


def _wide(label, table) -> str:
    """Return a table in a box of its own that scrolls, by keyboard too, where the screen is narrow."""
    return f'<div class="wide" role="region" aria-label="{label}" tabindex="0">{table}</div>\n'


# ---- who --------------------------------------------------------------------------------------------------


def _people(results, steps, who) -> str:
    """Return who is done, who is stuck where, and whose files could not be read."""
    names = [name for inside in steps.values() for name in inside]
    done = [result for result in results if _given(result, steps) and not _open(result, steps)]
    stuck = sorted((r for r in results if _stuck(r, names)), key=lambda r: (-len(_stuck(r, names)), r.number))
    rows = "".join(_stuck_row(result, names, who) for result in stuck)
    table = (
        '<table><thead><tr><th scope="col">who</th><th scope="col">right</th>'
        f'<th scope="col">not right yet</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    parts = [_list("Done: every exercise of the notebooks they handed in is right", done, who)]
    parts.append(
        f"<h3>Stuck: an answer that is not right</h3>{_wide('Who is stuck', table)}" if stuck else ""
    )
    idle = [r for r in results if r.student.notebooks and not r.problems and not _attempted(r, names)]
    parts.append(_list("Handed in, and nothing attempted", idle, who))
    troubled = [result for result in results if result.problems]
    if troubled:
        lines = "".join(f"<li>{who(r)}: {_problem(p, r)}</li>" for r in troubled for p in r.problems)
        parts.append(f"<h3>Files that could not be graded</h3><ul>{lines}</ul>")
    head = '<h2 id="people">Who is stuck, who is done</h2>'
    return f'<section aria-labelledby="people">\n{head}\n{"".join(parts)}</section>\n'


def _problem(sentence, result) -> str:
    """Return a sentence about a file without the file's name, in which the student's own may stand."""
    names = [file.path.name for file in (*result.student.notebooks, *result.student.others)]
    for name in names:
        sentence = sentence.removeprefix(f"{name}: ").replace(name, f"a {name.rpartition('.')[2]} file")
    return ESCAPED(sentence)


def _list(title, results, who) -> str:
    if not results:
        return ""
    return f"<h3>{title}</h3><p>{', '.join(map(who, results))}. ({len(results)})</p>"


def _stuck_row(result, names, who) -> str:
    found = []
    for name in _stuck(result, names):
        verdict = result.verdict(name)
        mistake = (verdict["mistake"] or ("stops" if verdict["status"] == "error" else "")).replace("_", " ")
        found.append(f'<a href="#{name}">{name}</a>{f" ({ESCAPED(mistake)})" if mistake else ""}')
    points = f"{result.points(names)} of {len(names)}"
    right = f'<td class="number">{points}</td>'
    return f'<tr><th scope="row">{who(result)}</th>{right}<td>{", ".join(found)}</td></tr>'


def _stuck(result, names) -> list[str]:
    return [name for name in names if result.verdict(name)["status"] in ("wrong", "error")]


def _attempted(result, names) -> list[str]:
    return [name for name in names if result.verdict(name)["status"] != "not attempted"]


def _given(result, steps) -> list[str]:
    """Return the exercises of the notebooks that a student handed in."""
    return [n for inside in steps.values() if any(n in result.verdicts for n in inside) for n in inside]


def _open(result, steps) -> list[str]:
    """Return those of them that are not right."""
    return [n for n in _given(result, steps) if result.verdict(n)["status"] != "correct"]


# ---- one step ---------------------------------------------------------------------------------------------


def _step(step, names, results, who) -> str:
    """Return the exercises of a notebook and, beside them, what was predicted in it."""
    known = {exercise.name: exercise for exercise in exercises.catalogue()}
    told = "".join(_exercise(known[name], results, who) for name in names)
    votes = "".join(filter(None, (_question(one, results) for one in questions(step).values())))
    beside = f'<aside aria-label="Predictions of {step}"><h3>Predictions</h3>{votes}</aside>' if votes else ""
    return (
        f'<section aria-labelledby="{step}">\n<h2 id="{step}">{step}</h2>\n'
        f'<div class="beside"><div>{told}</div>{beside}</div></section>\n'
    )


def _exercise(exercise, results, who) -> str:
    statuses = [result.verdict(exercise.name)["status"] for result in results]
    of = len(results)
    bars = [_bar("right", statuses.count("correct"), of, "right")]
    found = groups(results, exercise.name)
    bars += [_opened(group, of, who, place == 0) for place, group in enumerate(found[:MOST_GROUPS])]
    bars += _folded(found[MOST_GROUPS:], of, who)
    bars.append(_bar("not attempted", statuses.count("not attempted"), of, "open"))
    task = marked_up(exercise.task.split("\n")[0])
    rows = "".join(f"<li>{bar}</li>" for bar in bars)
    return (
        f'<article><h3 id="{exercise.name}">{exercise.name}</h3><p>{task}</p>'
        f'<ul class="bars">{rows}</ul>{_next(exercise.name)}</article>\n'
    )


def _bar(name, count, of, kind) -> str:
    """Return a row of a histogram: its name, a bar, how many."""
    share = f"{100 * count / max(of, 1):.1f}%"
    return (
        f'<span class="row"><span class="name">{name}</span><span class="bar" aria-hidden="true">'
        f'<i class="{kind}" style="width: {share}"></i></span><span class="number">{count}</span></span>'
    )


def _opened(group, of, who, is_first) -> str:
    """Return a mistake's bar, which opens: the tutor's sentence, and the students' own lines."""
    sentence = f"<blockquote>{marked_up(group.sentence)}</blockquote>" if group.sentence else ""
    by_lines = {}
    for result, verdict in group.verdicts:
        own = "" if group.sentence else sentence_of(verdict)
        by_lines.setdefault(("\n".join(verdict["shown"]), own), []).append(result)
    kinds = sorted(by_lines.items(), key=lambda item: -len(item[1]))
    shown = "".join(_lines(code, own, authors, who) for (code, own), authors in kinds[:MOST_SHOWN])
    rest = sum(len(authors) for _, authors in kinds[MOST_SHOWN:])
    more = f"<p>And {rest} more, each in other words.</p>" if rest else ""
    bar = _bar(ESCAPED(group.name), len(group.verdicts), of, group.kind)
    return f"<details{' open' if is_first else ''}><summary>{bar}</summary>{sentence}{shown}{more}</details>"


def _folded(rare, of, who) -> list[str]:
    """Return the rare mistakes as one row that opens."""
    if not rare:
        return []
    rows = "".join(f"<li>{_opened(group, of, who, False)}</li>" for group in rare)
    count = sum(len(group.verdicts) for group in rare)
    bar = _bar(f"{many(len(rare), 'rarer mistake')}", count, of, "wrong")
    return [f'<details><summary>{bar}</summary><ul class="bars">{rows}</ul></details>']


def _lines(code, own, authors, who) -> str:
    named = [who(author) for author in authors]
    count = f"{len(authors)} times: " if len(authors) > 1 else ""
    words = f" {marked_up(own)}" if own else ""
    block = f"<pre>{html.escape(code)}</pre>" if code else ""
    return f'<div class="lines"><p>{count}{", ".join(named)}.{words}</p>{block}</div>'


def _next(name) -> str:
    """Return what to say to the class next, and what to show."""
    plan = next_steps().get(name)
    if not plan:
        return ""
    where = f"notebook {plan['notebook'][:2]}, “{ESCAPED(plan['section'])}”"
    return (
        f'<p class="next"><strong>Say next:</strong> {marked_up(plan["say"])} '
        f"<strong>Show:</strong> <code>{plan['show']}</code>, {where}.</p>"
    )


def _question(question, results) -> str:
    """Return how a prediction was voted, and what the tutor says to the largest group that was wrong."""
    votes = collections.Counter(r.votes[question.key] for r in results if question.key in r.votes)
    cast = votes.total()
    if not cast:
        return ""
    bars = "".join(
        f"<li>{_bar(_option(option), votes[place], cast, 'right' if option.right else 'wrong')}</li>"
        for place, option in enumerate(question.options)
    )
    wrong = [place for place in votes if not question.options[place].right]
    sentence = ""
    if wrong:
        option = question.options[max(wrong, key=lambda place: (votes[place], -place))]
        sentence = f"<p>To <em>{marked_up(option.text)}</em>: {marked_up(option.sentence)}</p>"
    asked = f"<p><strong>{marked_up(question.question)}</strong> ({many(cast, 'vote')})</p>"
    return f'<div class="question">{asked}<ul class="bars">{bars}</ul>{sentence}</div>'


def _option(option) -> str:
    return f"{marked_up(option.text)}{' <b>✓ right</b>' if option.right else ''}"


def many(count: int, what: str) -> str:
    """Return a count with its noun, in the plural where it is not one."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
