"""What of a notebook may act on a page: the lesson's own scripts, unchanged, and nothing else.

Text and outputs go through bleach, which nbconvert brings, with a list of what is allowed. A script passes
when it is, letter by letter, one of the installed package's, with a state in JSON; of a picture with
any other one only the still form is left.
"""

import base64
import binascii
import functools
import json
import re

from bleach.css_sanitizer import CSSSanitizer
from bleach.sanitizer import Cleaner
from jinja2 import pass_context
from nbconvert import HTMLExporter, SlidesExporter
from nbconvert.preprocessors import Preprocessor

from softmax_lesson import widgets
from softmax_lesson.widgets.prediction import Spoken

TAGS = set(
    re.findall(
        r"\w+",
        """h1 h2 h3 h4 p a em strong b i code pre span div ul ol li table caption thead tbody tr th td br hr
        details summary sub sup small blockquote img figure figcaption progress""",
    )
)
OF_ANY = {"class", "id", "style", "role", "lang", "title", "scope", "tabindex", "open"}
STYLES = ["max-width", "text-align", "white-space", "margin", "padding", "padding-left", "border-left"]
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# What stands around a package's script, with the state: Interactive.html in kit/base, Spoken.html.
PICTURE = (
    r"\(\(\) => \{\nconst state = (?P<state>\{.*\});\nSCRIPT"
    r'for \(const el of kit\.places\("[\w-]+"\)\) '
    r"kit\.standAlone\(picture, el, \{ \.\.\.state \}\);\n\}\)\(\)"
)
PREDICTION = r"\(\(\) => \{\nSCRIPTpicture\.onPage\((?P<state>\{.*\})\);\n\}\)\(\)"


def allowed(tag, name, value):
    """Whether a tag may have this attribute: links lead to the web or the course, pictures are inside."""
    if tag == "img" and name == "src":
        return re.fullmatch(r"data:image/png;base64,[\w+/=\s]+", value) is not None
    if tag == "a" and name == "href":
        return re.match(r"https://|#|[\w.-]+(?:[#?/]|$)", value) is not None
    ours = tag == "div" and name in ("data-picture", "data-prediction")
    ours = ours or (tag == "progress" and name in ("max", "value"))
    ours = ours or (tag == "ol" and name == "start")  # a list that goes on after a formula
    ours = ours or (tag == "img" and name in ("alt", "width"))
    return ours or name in OF_ANY or name.startswith("aria-")


@functools.cache
def cleaner():
    """Return what cleans markup; what is not allowed is shown as the text that it is."""
    styles = CSSSanitizer(allowed_css_properties=STYLES)
    return Cleaner(tags=TAGS, attributes=allowed, protocols=["https", "data"], css_sanitizer=styles)


def clean(markup):
    """Return HTML in which nothing acts and nothing is fetched."""
    return cleaner().clean(markup)


@functools.cache
def packages_scripts():
    """Return the package's scripts as they stand in an output, each with what stands around it."""
    of_pictures = [(kind._script, PICTURE) for kind in widgets.catalogue()]
    return [
        (script.replace("</", r"<\/"), around)
        for script, around in [*of_pictures, (Spoken._script, PREDICTION)]
    ]


def is_the_lessons(script):
    """Whether a script is one of the package's, unchanged, with a state that is JSON."""
    for own, around in packages_scripts():
        if script.count(own) == 1:
            match = re.fullmatch(around, script.replace(own, "SCRIPT"), re.DOTALL)
            return match is not None and is_json(match["state"])
    return False


def is_json(text):
    """Whether a text is JSON, so that nothing in it runs; and it cannot end the script that it stands in."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return "<" not in text


def clean_output(markup):
    """Return an output's HTML, clean but for the lesson's own scripts."""
    kept = [script for script in SCRIPT.findall(markup) if is_the_lessons(script)]
    for number, script in enumerate(kept):
        markup = markup.replace(f"<script>{script}</script>", f"kept-script-{number}-kept", 1)
    markup = clean(SCRIPT.sub("", markup))
    for number, script in enumerate(kept):
        markup = markup.replace(f"kept-script-{number}-kept", f"<script>{script}</script>", 1)
    return markup


class CleanOutputs(Preprocessor):
    """Cleans every output of a notebook; a form that no reader of a page needs goes."""

    def preprocess_cell(self, cell, resources, index):
        """Keep three forms of an output, each of them clean."""
        for output in cell.get("outputs", []):
            forms = output.get("data", {})
            for kind in set(forms) - {"text/plain", "text/html", "image/png"}:
                del forms[kind]
            if "text/html" in forms:
                forms["text/html"] = clean_output(forms["text/html"])
            if "image/png" in forms and not is_base64(forms["image/png"]):
                del forms["image/png"]
        return cell, resources


def is_base64(text):
    """Whether a text is nothing but base64, so that it cannot leave the attribute that it stands in."""
    try:
        return bool(base64.b64decode("".join(text.split()), validate=True))
    except (ValueError, binascii.Error):
        return False


class CleanText:
    """An exporter of nbconvert whose Markdown is cleaned once it is HTML."""

    @pass_context
    def markdown2html(self, context, source):
        """Return a text as HTML in which nothing acts."""
        return clean(super().markdown2html(context, source))


class Page(CleanText, HTMLExporter):
    """A page, cleaned."""


class Slides(CleanText, SlidesExporter):
    """Slides, cleaned."""
