"""A prediction before a result, and what a tutor says to it after: native radio buttons, no drawing.

    nudge = Prediction("05_derivatives.nudge")  # what is asked: exercises/predictions/05_derivatives.toml
    nudge  # a cell of its own, before the result

    nudge.answer()  # a cell of its own, after the result

The cell that asks holds neither the answer nor the tutor's sentences. The script, prediction.js, is the same
for both; it uses nothing of the kit, for a notebook has fifteen of them.
"""

import html

from traitlets import Bool, Int, List, TraitError, TraitType, Unicode, validate

from softmax_lesson import arguments
from softmax_lesson.exercises.engine import events, progress_file
from softmax_lesson.exercises.engine.feedback import marked_up
from softmax_lesson.exercises.engine.language import translate
from softmax_lesson.exercises.engine.questions import question
from softmax_lesson.widgets.kit.base import Speaking, called, module_of, style_of, words_of


class Choice(Int):
    """The number of an option, counted from 0, or None."""

    def validate(self, obj, value):
        """Return `value` as it is, or say what is wrong with it."""
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise TraitError(
                f"choice: expected the number of an option or None, got {arguments.shown(value)}."
            )
        return value


class Texts(List):
    """A list of texts."""

    set = TraitType.set


class Spoken(Speaking):
    """What a prediction and its answer share: four forms of output, of which one is words only."""

    _script = f"const picture = {called('prediction', style_of('prediction'))};\n"
    _esm = f"{_script}export default picture;\n"
    _english = words_of("prediction")
    role = Unicode().tag(sync=True)
    key = Unicode().tag(sync=True)
    options = Texts().tag(sync=True)
    choice = Choice(None, allow_none=True).tag(sync=True)

    def html(self):
        """Return it as HTML: words, which the script, where one runs, replaces by what answers."""
        state = self._whole_state_in_a_script()
        script = self._script.replace("</", r"<\/")
        place = f'class="sml-{self.role}" data-prediction="{html.escape(self.key)}"'
        return (
            f"<div {place}>{self.words()}</div>"
            f"<script>(() => {{\n{script}picture.onPage({state});\n}})()</script>"
        )

    def words(self):
        """Return its text twin as HTML."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs):
        """Give a notebook the live view, HTML and plain text; it takes the best it can show."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return data | {"text/plain": repr(self), "text/html": self.html()}, metadata


class Prediction(Spoken):
    """One question with three or four options, to be answered before its result is seen.

    Parameters: key, a step and a name such as "05_derivatives.nudge". `choice` is the number of the option
    chosen, counted from 0, or None; it can be read, set and observed until the answer is shown. It is kept
    with the student's progress, where the next kernel finds it.
    Raises: ValueError for a key that does not exist; traitlets.TraitError for a choice that does not.
    """

    _esm = module_of(Spoken._script)
    question = Unicode().tag(sync=True)
    closed = Bool(False).tag(sync=True)

    def __init__(self, key):
        """Ask; what was predicted before is chosen already."""
        self.content = question(key)
        texts = [option.text for option in self.content.options]
        kept = progress_file.predictions().get(key, {}).get("choice")
        super().__init__(
            role="asks",
            key=key,
            question=marked_up(translate(self.content.question)),
            options=[marked_up(translate(text)) for text in texts],
            choice=texts.index(kept) if kept in texts else None,
        )
        events.announce()
        self.observe(lambda change: self._keep(), "choice")

    @validate("choice")
    def _one_of_the_options(self, proposal):
        if proposal.value is not None and not 0 <= proposal.value < len(self.content.options):
            most = len(self.content.options) - 1
            raise TraitError(
                f"choice: expected 0 to {most} or None, got {proposal.value}. Options count from 0."
            )
        if self.closed:
            raise TraitError(
                "choice: the answer has been shown. Make the prediction anew: run its cell again."
            )
        return proposal.value

    def _keep(self):
        if self.choice is not None:
            text = self.content.options[self.choice].text
            progress_file.record_prediction(self.key, text, seen=self.closed)
            events.predicted(self.key, self.choice, seen=self.closed)

    def answer(self):
        """Return what was predicted and what a tutor says to it; from now on the choice is closed."""
        self.closed = True
        self._keep()
        return Answer(self.content, self.choice)

    def __repr__(self):
        """Return the question, the options and the choice as text."""
        marks = ["(x)" if number == self.choice else "( )" for number in range(len(self.content.options))]
        options = (translate(option.text) for option in self.content.options)
        lines = [f"  {mark} {option}" for mark, option in zip(marks, options, strict=True)]
        first = self._said("predict", question=translate(self.content.question))
        return "\n".join([first, *lines, self._said("none" if self.choice is None else "made")])

    def words(self):
        """Return the question and the options as HTML that needs no script."""
        options = "".join(f"<li>{option}</li>" for option in self.options)
        return f"<p><strong>{self._said('predict', question=self.question)}</strong></p><ul>{options}</ul>"


class Answer(Spoken):
    """What was predicted, what is the answer, and the sentence of a tutor.

    Parameters: content, a `Question`; choice, the number of the option chosen or None.
    """

    sentences = Texts().tag(sync=True)
    right = Int().tag(sync=True)

    def __init__(self, content, choice=None):
        """Take the question with its sentences, and the choice."""
        self.content = content
        super().__init__(
            role="answers",
            key=content.key,
            options=[marked_up(translate(option.text)) for option in content.options],
            sentences=[marked_up(translate(option.sentence)) for option in content.options],
            right=content.options.index(content.answer),
            choice=choice,
        )

    def __repr__(self):
        """Return what is said as text."""
        options = [translate(option.text) for option in self.content.options]
        sentences = [translate(option.sentence) for option in self.content.options]
        return "\n".join(self._lines(options, sentences))

    def words(self):
        """Return what is said as HTML that needs no script."""
        first, *more = self._lines(self.options, self.sentences)
        return f"<p><strong>{first}</strong></p>" + "".join(f"<p>{line}</p>" for line in more)

    def _lines(self, options, sentences):
        """Return what was predicted and what is right, and the tutor's sentence, as prediction.js does."""
        ended = [option if option.endswith((".", "!", "?")) else f"{option}." for option in options]
        answer = self._said("answer", option=ended[self.right])
        if self.choice is None:
            first, sentence = f"{self._said('predicted_nothing')} {answer}", sentences[self.right]
        else:
            verdict = self._said("right") if self.choice == self.right else answer
            first = f"{self._said('predicted', option=ended[self.choice])} {verdict}"
            sentence = sentences[self.choice]
        return [first, sentence] if sentence else [first]
