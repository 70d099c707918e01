"""Every exercise of the catalogue: right answers accepted, every declared mistake named, the words well made.

A new exercise is covered as soon as it stands in its step's file; its right answers, written in three
different ways, stand in solutions/.
"""

import importlib
import re

import numpy as np
import pytest
from draws import key_of, that_differ
from retyped import retyped
from shares import in_shares, share, some_and_more

from softmax_lesson import exercises
from softmax_lesson.exercises.engine import judging
from softmax_lesson.exercises.engine.general import GENERAL, PATTERNS
from softmax_lesson.exercises.engine.running import quiet
from softmax_lesson.exercises.engine.trial import Trial

CATALOGUE = exercises.catalogue()
MORE_SEEDS = range(2, 20)

each_exercise = pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda e: f"{e.step[:2]}-{e.name}")
each_draw = some_and_more("seeds", range(2), MORE_SEEDS)
# What hangs on no mistake and no exercise in particular; among some are one number, two things, many right.
some_exercises = pytest.mark.parametrize(
    ("exercise", "every"),
    [
        *((exercise, 8) for exercise in share(CATALOGUE, 3)),
        *(pytest.param(exercise, 1, marks=pytest.mark.long) for exercise in CATALOGUE),
    ],
    ids=lambda value: getattr(value, "name", value),
)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))


@pytest.fixture
def without_the_line(monkeypatch):
    """Where only the name of a mistake counts, nobody looks for the line: that takes most of the time."""
    monkeypatch.setattr(judging, "_where", lambda *args, **kept: (None, None))


def right_answers(exercise):
    module = importlib.import_module(f"solutions.{exercise.step[3:]}")
    return module.SOLUTIONS[exercise.name]


def test_the_catalogue_goes_through_the_lesson():
    steps = [exercise.step for exercise in CATALOGUE]
    names = [exercise.name for exercise in CATALOGUE]
    assert steps == sorted(steps)
    assert set(steps) <= set(exercises.STEPS)
    assert {"00_start_here", "01_scores", "04_loss"} <= set(steps)
    assert len(set(names)) == len(names)


@each_exercise
def test_a_declaration_is_complete(exercise):
    assert exercise.task and exercise.reference and exercise.parameters
    assert len(exercise.hints) >= 2
    assert len({mistake.name for mistake in exercise.mistakes}) == len(exercise.mistakes) >= 2
    cases = exercise.cases()
    assert any(not case.nasty for case in cases)
    assert all(len(case.args) == len(exercise.parameters) for case in cases)


@each_exercise
def test_the_task_says_what_is_checked_beside_the_numbers(exercise):
    """An argument that is changed is refused, so every task that takes an array says that it stays."""
    takes_arrays = any(isinstance(value, np.ndarray) for case in exercise.cases() for value in case.args)
    assert bool(re.search(r"stays?\s+as\s+(it|they)\s+(is|are)", exercise.task)) == takes_arrays


@each_exercise
def test_the_starter_is_a_short_cell_and_not_attempted(exercise):
    assert exercise.starter.count("\n") < 15
    assert max(map(len, exercise.starter.split("\n"))) <= 110
    namespace = {}
    exec(exercise.starter, namespace)
    feedback = exercise.check(namespace[exercise.name])
    assert (feedback.status, feedback.mistake) == ("not attempted", None)


@each_draw
@each_exercise
def test_the_reference_is_right(exercise, seeds):
    for seed in that_differ(exercise, seeds):
        feedback = exercise.check(retyped(exercise), seed=seed)
        assert (feedback.status, feedback.mistake) == ("correct", None), feedback.text


@some_and_more("seeds", range(1), range(1, 20))
@each_exercise
def test_the_solution_runs_by_itself_and_is_right(exercise, seeds):
    namespace = {}
    exec(exercise.solution_source, namespace)
    for seed in that_differ(exercise, seeds):
        assert exercise.check(namespace[exercise.name], seed=seed).status == "correct"
    assert exercise.solution().code in exercise.solution_source
    assert "#" in exercise.solution().code, "a solution gives its reasoning"


@each_draw
@each_exercise
def test_answers_written_differently_are_right(exercise, seeds):
    answers = right_answers(exercise)
    assert len(answers) >= 3
    for seed in that_differ(exercise, seeds):
        for answer in answers:
            feedback = exercise.check(answer, seed=seed)
            assert feedback.status == "correct", f"{answer.__name__}, seed {seed}: {feedback.text}"


@pytest.mark.usefixtures("without_the_line")
@each_exercise
def test_every_declared_mistake_is_named_with_its_own_sentence(exercise):
    for mistake in exercise.mistakes:
        feedback = exercise.check(mistake.function)
        assert feedback.mistake == mistake.name, f"{mistake.name}: {feedback}"
        assert feedback.status in ("wrong", "error")
        assert mistake.sentence in feedback.text


@some_exercises
def test_a_mistake_is_told_in_the_same_words_every_time(exercise, every):
    mistakes = share(exercise.mistakes, every)
    first = [exercise.check(mistake.function) for mistake in mistakes]
    exercise.check(retyped(exercise), seed=1)
    again = [exercise.check(mistake.function) for mistake in mistakes]
    for one, other in zip(first, again, strict=True):
        assert (one.text, one._repr_html_()) == (other.text, other._repr_html_())


# Seed 0, with every mistake, is that of the test of their sentences.
@pytest.mark.parametrize(
    ("seeds", "every"),
    [(range(1, 2), 4), pytest.param(range(1, 20), 1, marks=pytest.mark.long)],
    ids=["some", "all"],
)
@each_exercise
def test_every_declared_mistake_is_named_whatever_the_seed(exercise, seeds, every):
    """As `judge` does it, but what a mistake makes of the inputs is computed once for all."""
    for seed in that_differ(exercise, seeds):
        trial = Trial(exercise, seed)
        for mistake in share(mistakes_for(exercise, seed), every):
            with quiet() as out:
                outcomes = [trial.declared(mistake, place, out) for place in range(len(trial.cases))]
            assert not all(trial.right(place, outcome) for place, outcome in enumerate(outcomes))
            named = trial.declared_mistake(outcomes)
            assert named == (mistake.name, mistake.sentence), f"{mistake.name}, seed {seed}: {named}"


def mistakes_for(exercise, seed):
    """Return every mistake; of a family, whose members differ in one number, some, others on each seed."""
    families = {}
    for mistake in exercise.mistakes:
        families.setdefault(getattr(mistake.function, "func", mistake.function), []).append(mistake)
    for members in families.values():
        few = -(-len(members) // 4)  # a quarter of a family on each seed: each member on five of 20
        yield from (members[(seed * few + place) % len(members)] for place in range(few))


@each_exercise
def test_no_two_mistakes_share_a_sentence(exercise):
    sentences = [known.sentence for known in [*exercise.mistakes, *GENERAL, *PATTERNS]]
    assert len(set(sentences)) == len(sentences)
    assert min(map(len, sentences)) > 40


@each_exercise
def test_words_lead_and_do_not_tell(exercise):
    """No hint and no sentence contains a line of the solution; naming a function is allowed."""
    lines = exercise.solution().code.split("\n")
    code = [re.sub(r"\s*#.*", "", line).strip().removeprefix("return ") for line in lines]
    start = len(exercise.starter.split("\n")) - 1
    telling = [part for part in (line.split(" = ")[-1] for line in code[start:]) if len(part) > 12]
    for words in [*exercise.hints, *(mistake.sentence for mistake in exercise.mistakes)]:
        for line in telling:
            assert line not in words


@each_exercise
def test_hints_come_one_by_one_and_then_stay(exercise):
    fresh = type(exercise)(
        exercise.step, exercise._function, exercise._inputs, exercise.hints, exercise.reference
    )
    texts = [fresh.hint().text for _ in range(len(exercise.hints) + 1)]
    for count, text in enumerate(texts[:-1], start=1):
        assert all((hint in text) == (place < count) for place, hint in enumerate(exercise.hints))
    assert texts[-1] == texts[-2]


@pytest.mark.usefixtures("without_the_line")
@some_exercises
def test_settings_of_the_notebook_change_nothing(exercise, every):
    with np.errstate(all="raise"), np.printoptions(precision=1):
        assert exercise.check(retyped(exercise), seed=2).status == "correct"
        for mistake in share(exercise.mistakes, every):
            assert exercise.check(mistake.function, seed=2).mistake == mistake.name


@each_exercise
def test_a_check_leaves_the_inputs_alone(exercise):
    def scribble(*args):
        for value in args:
            if isinstance(value, np.ndarray):
                value[...] = 1

    before = [case.args for case in exercise.cases()]
    exercise.check(scribble)
    for old, case in zip(before, exercise.cases(), strict=True):
        for a, b in zip(old, case.args, strict=True):
            np.testing.assert_equal(a, b)
    assert exercise.check(retyped(exercise)).status == "correct"


def shifted(axis, step, lost):
    def change(truth, sizes):
        if truth.ndim <= axis:
            return None
        moved = np.roll(truth, step, axis)
        if lost:
            moved[(slice(None),) * axis + (min(step, 0),)] = 0
        return moved

    return change


def first_and_nothing(truth, sizes):
    return np.concatenate([truth[:1], 0 * truth[1:]]) if truth.ndim and len(truth) > 1 else None


def factor(letters, power):
    def change(truth, sizes):
        return (
            truth * float(np.prod([sizes[s] for s in letters])) ** power if {*letters} <= {*sizes} else None
        )

    return change


# What anybody can do to the right answer of any exercise; None where it makes no sense.
MADE_OF_THE_ANSWER = {
    "transposed": lambda t, sizes: t.T if t.ndim == 2 else None,
    "sign": lambda t, sizes: -1.0 * t,
    "times N": factor("N", 1),
    "over N": factor("N", -1),
    "times N C": factor("NC", 1),
    "over N C": factor("NC", -1),
    "half": lambda t, sizes: t / 2,
    "twice": lambda t, sizes: t * 2.0,
    "times log 2": lambda t, sizes: t * np.log(2),
    "over log 2": lambda t, sizes: t / np.log(2),
    "times log 10": lambda t, sizes: t * np.log(10),
    "over log 10": lambda t, sizes: t / np.log(10),
    "summed down": lambda t, sizes: t.sum(axis=0) if t.ndim in (1, 2) else None,
    "summed along": lambda t, sizes: t.sum(axis=1) if t.ndim == 2 else None,
    "summed down, kept": lambda t, sizes: t.sum(axis=0, keepdims=True) if t.ndim == 2 else None,
    "summed along, kept": lambda t, sizes: t.sum(axis=1, keepdims=True) if t.ndim == 2 else None,
    "averaged down": lambda t, sizes: t.mean(axis=0) if t.ndim in (1, 2) else None,
    "averaged along": lambda t, sizes: t.mean(axis=1) if t.ndim == 2 else None,
    "first for all": lambda t, sizes: np.broadcast_to(t[:1], t.shape) if t.ndim else None,
    "first and nothing": first_and_nothing,
    "first alone": lambda t, sizes: t[0] if t.ndim else None,
    "first alone, kept": lambda t, sizes: t[:1] if t.ndim else None,
    "first number alone": lambda t, sizes: t.ravel()[0] if t.ndim else None,
    "rounded": lambda t, sizes: np.round(t, 2),
}
for _axis in (0, 1):
    for _step in (1, -1):
        for _lost in (False, True):
            _name = f"axis {_axis} shifted by {_step}{', lost' if _lost else ''}"
            MADE_OF_THE_ANSWER[_name] = shifted(_axis, _step, _lost)


@in_shares(4)
@each_exercise
def test_every_general_mistake_is_named_in_every_exercise(exercise, every):
    """A share has others in each exercise, so that each mistake is named in some."""
    named = 0
    rights = [(case, key_of(case.args), exercise.reference(*case.args)) for case in exercise.cases()]
    for what, change in share(MADE_OF_THE_ANSWER.items(), every, CATALOGUE.index(exercise)):
        made = {key: changed(right, case, change) for case, key, right in rights}
        if any(answer is None for answer in made.values()) or (exercise.accepts and "nothing" in what):
            continue
        feedback = exercise.check(lambda *args, made=made: made[key_of(args)])
        if feedback.status != "correct":  # one step number more or less may be right after all
            named += 1
            assert feedback.mistake, f"{what}: {feedback.text}"
    assert named >= 7 // every


def changed(right, case, change):
    """Return the right answer to an input with every part of it changed, None where this makes no sense."""
    parts = [np.asarray(part) for part in (right if isinstance(right, tuple) else [right])]
    answer = [change(part, case.sizes) for part in parts]
    if all(part is None for part in answer):
        return None
    answer = [part if new is None else new for part, new in zip(parts, answer, strict=True)]
    return tuple(answer) if isinstance(right, tuple) else answer[0]


@each_exercise
def test_use_gives_the_lessons_own_until_the_students_is_right(exercise, capsys):
    namespace = {}
    exec(exercise.starter, namespace)
    assert exercise.use(namespace[exercise.name]) is exercise.reference
    assert exercise.use(exercise.mistakes[0].function) is exercise.reference
    exec(exercise.solution_source, namespace)
    right = namespace[exercise.name]
    assert exercise.use(right) is right
    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(set(said)) == 3
    assert all(line.startswith(f"{exercise.name}: ") for line in said)
