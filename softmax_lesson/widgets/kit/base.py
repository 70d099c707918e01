"""What every interactive picture shares: one script, one state, four forms of output.

A picture is a Python file (its state, its sentence, its still picture), a JavaScript file of the same name
(its live view: one function, which is handed the kit) and, where it has a style of its own, a CSS file. The
live view is computed and drawn in the browser; the same script makes the page that needs no kernel and no
network.
"""

import base64
import hashlib
import html
import io
import json
import re
import tomllib
import warnings
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import anywidget
import numpy as np
from traitlets import Dict, TraitError, default

from softmax_lesson.exercises.engine.feedback import printable
from softmax_lesson.exercises.engine.language import language, translate

WIDGETS = Path(__file__).parents[1]
WIDE = 630  # pixels of a still picture; twice as many would make the first display larger than 45 kB
LINES = 24  # colours of a picture of lines: with 16, thin grey ones become dotted
SPACE = re.compile(r"(?<=[{};:,])\s+|\s+(?=[{}])")  # in a style, whose texts have no such signs
PLACE = re.compile(r"\{(\w+)\}")
BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"  # Okabe and Ito's; vermillion is the correct class


def script_of(name, styled=True):
    """Return one script that declares `kit` and `picture`: what the two functions of these names return.

    Parameters: name, that of the picture's files; styled, whether one of them is a style.
    Raises: FileNotFoundError where a file is missing.
    """
    kit = called("kit/kit", style_of("kit/kit"), style_of(name) if styled else '""')
    return f"const kit = {kit};\nconst picture = {called(name, 'kit')};\n"


def called(name, *arguments):
    """Return what calls the function that a script is, handing it the arguments.

    Each file is one function, so its text in brackets is a value that can be called at once, and its names
    cannot clash with another's.
    """
    return f"({without_comments(WIDGETS / f'{name}.js')})({', '.join(arguments)})"


def style_of(name):
    """Return a style as a text of JavaScript, without the space that only its readers need."""
    style = without_comments(WIDGETS / f"{name}.css")
    return json.dumps(SPACE.sub("", style).replace("\n", " "), ensure_ascii=False)


def without_comments(file):
    """Return a script or a style without indentation and lines of comment: it travels with every display.

    Each line is taken for itself. That is safe where no text goes on from one line to the next: ESLint
    refuses that here (`make lint-js`).
    """
    lines = map(str.strip, file.read_text("utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def module_of(script):
    """Return a script that declares `picture` as a module for anywidget, live in front of Python."""
    return f"{script}export default {called('kit/live', 'picture')};\n"


def words_of(*names):
    """Return what the files of these names say, {name: text}."""
    texts = ((WIDGETS / f"{name}.toml").read_text("utf-8") for name in ("kit/live", *names))
    return {name: words for text in texts for name, words in tomllib.loads(text).items()}


def filled(text, values):
    """Return a text with values in its {places}; kit.js has the same function."""
    return PLACE.sub(lambda place: str(values[place[1]]), text)


def number(x):
    """Write a number with three decimals, or as a power of ten where they would show nothing."""
    if x == 0 or 1e-3 <= abs(x) < 1e5:
        text = str(Decimal(x + 0.0).quantize(Decimal("0.001"), ROUND_HALF_UP))
    else:
        text = re.sub(r"e([+-])0", r"e\1", f"{x:.2e}")
    return text.replace("-", "−")


def score(x):
    """Write a score as short as it can be: 1.0, 0.25, −3.142."""
    return re.sub(r"(\.\d+?)0+$", r"\1", number(x))


class Speaking(anywidget.AnyWidget):
    """A widget whose words stand in TOML, for Python and its script alike: `_english`, by their names."""

    _words = Dict(read_only=True).tag(sync=True)  # in the language that is spoken

    @default("_words")
    def _in_the_language_spoken(self):
        return {name: translate(text) for name, text in self._english.items()}

    def _said(self, name, /, **values):
        """Return some of its words with values in their {places}; the script has it as `say`."""
        return filled(self._words[name], values)

    def __str__(self):
        """Return the text as `print` can show it here."""
        return printable(repr(self))

    def state(self):
        """Return its own traits, by name."""
        names = set(self.trait_names(sync=True)) - set(anywidget.AnyWidget.class_trait_names())
        return {name: getattr(self, name) for name in sorted(names) if not name.startswith("_")}

    def whole_state(self):
        """Return all that the script reads: the state, and the words in the language that is spoken."""
        return {**self.state(), "_words": self._words}

    def _whole_state_in_a_script(self):
        """Return the whole state as JavaScript that nothing in it can end."""
        return json.dumps(self.whole_state(), ensure_ascii=False).replace("<", r"\u003c")


class Interactive(Speaking):
    """A picture that answers at once: a widget with a live view, and three forms for where no kernel runs.

    What it says stands in NAME.toml beside its script, for Python and the script alike.

    A subclass names its JavaScript file (with `styled=False` if no style of that name lies beside it),
    declares its state as traits (tagged sync), and defines `sentence()` and `draw(figure)`. Then there are
    the live view, `html()`, `png()` and `repr`; `page()` is a whole document to save and to open from disk.
    """

    still_colours = LINES  # of the still picture: lines and bars need no more, photographs do

    def __init_subclass__(cls, script=None, styled=True, **kwargs):
        """Read the JavaScript of a new picture once, when its class is made."""
        if script:  # not for the class anywidget makes of each instance
            cls._english = words_of("kit/kit", script)
            cls._script = script_of(script, styled)
            cls._esm = module_of(cls._script)
        super().__init_subclass__(**kwargs)

    def __init__(self, **traits):
        """Set the traits that are named. Raises: TypeError for a name that is none."""
        for name in traits:
            if not self.has_trait(name):
                raise TypeError(
                    f"{name}: expected the name of a trait, and {type(self).__name__} has none so."
                )
        super().__init__(**traits)

    def __setattr__(self, name, value):
        """Set a trait, or say which one cannot be set."""
        if getattr(getattr(type(self), name, None), "read_only", False):
            raise TraitError(f"{name}: cannot be set. Make a new picture: {type(self).__name__}(...).")
        super().__setattr__(name, value)

    def sentence(self):
        """Return the picture in words: one line with its numbers, the same as under the live view."""
        raise NotImplementedError

    def draw(self, figure):
        """Draw the still picture into a matplotlib figure."""
        raise NotImplementedError

    def __repr__(self):
        """Return the sentence: what a terminal, a screen reader and nbval get."""
        return self.sentence()

    def png(self):
        """Return the still picture of the present state as PNG bytes, on white; drawn once a state."""
        state = json.dumps(self.state())
        if getattr(self, "_still", (None,))[0] != state:
            self._still = state, self._draw_png()
        return self._still[1]

    def _draw_png(self):
        from matplotlib import style  # slow to import: not before a picture is wanted
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from PIL import Image

        # Whatever style the student has set for figures of their own; and a $ in a name is a $. The first
        # display waits for this picture: letters without hinting and titles at a fixed height are quicker.
        quick = {"text.hinting": "none", "axes.titley": 1}
        with style.context(["default", {"text.parse_math": False, **quick}]), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # no letter for a sign in a name: a box stands there
            # 630 x 252 pixels; matplotlib 3.10.0 makes 251 of 2.8 x 90, which is a bit too little
            figure = Figure(figsize=(7, 2.8000000000000003), dpi=90, facecolor="white")
            self.draw(figure)
            canvas = FigureCanvasAgg(figure)
            canvas.draw()
        drawn, small = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB"), io.BytesIO()
        few = drawn.quantize(self.still_colours, Image.Quantize.FASTOCTREE)
        level = 9 if self.still_colours > LINES else 6  # photographs are worth some milliseconds
        few.save(small, "PNG", compress_level=level)
        return small.getvalue()

    def html(self):
        """Return the picture as HTML, alive by the script inside it; where none runs, the still picture.

        A front end may run a copy of the script elsewhere, so the place of the picture carries a mark, made
        of its state: nbval compares this text. Places with one mark are of equal pictures, and the script
        fills each that is not filled yet.

        State, script, still picture, in this order: the state is what the live view's message ends with, and
        the bundle goes on with the picture, so that deflate, which looks back 32 kB, sends each of them once.
        """
        alt = html.escape(self.sentence())
        script = self._script.replace("</", r"<\/")
        state = self._whole_state_in_a_script()
        made_of = json.dumps(self.state()).replace("<", r"\u003c")
        mark = f"{type(self).__name__}-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"
        data = base64.b64encode(self.png()).decode()
        return (
            f'<div data-picture="{mark}"><script>(() => {{\nconst state = {state};\n{script}'
            f'for (const el of kit.places("{mark}")) kit.standAlone(picture, el, {{ ...state }});\n'
            "})()</script></div>"
            f'<img alt="{alt}" src="data:image/png;base64,{data}" width="{WIDE}" style="max-width:100%">'
        )

    def page(self):
        """Return a whole HTML document with the live picture: no kernel and no network needed."""
        title = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(self).__name__)
        return (
            f'<!doctype html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{title}</title>\n"
            "<style>:root { color-scheme: light dark; }"
            " body { max-width: 1320px; margin: 0 auto; padding: .5em; }"
            " h1 { margin: .2em 0 .5em; font: 600 1.2rem system-ui, sans-serif; }</style>\n"
            f"</head>\n<body>\n<main>\n<h1>{title}</h1>\n{self.html()}\n</main>\n</body>\n</html>\n"
        )

    def _repr_mimebundle_(self, **kwargs):
        """Give a notebook all four forms; it takes the best it can show."""
        png = base64.b64encode(self.png()).decode()
        data, metadata = super()._repr_mimebundle_(**kwargs)
        data |= {"text/plain": self.sentence(), "text/html": self.html(), "image/png": png}
        return data, {**metadata, "image/png": {"alt": self.sentence(), "width": WIDE}}
