"""The two pages: what stands still in them. Their scripts fill in what comes from the board."""

import html
from pathlib import Path

HERE = Path(__file__).parent
STYLES = {"page.css": HERE.parent / "grading" / "page.css", "board.css": HERE / "board.css"}
SCRIPTS = {path.name: path for path in sorted(HERE.glob("*.mjs"))}
# {name in the address: (the file, its kind)}
FILES = {name: (path, "text/css") for name, path in STYLES.items()}
FILES |= {name: (path, "text/javascript") for name, path in SCRIPTS.items()}

PROJECTOR = """
<main>
<header><h1>{title}</h1><p id="students"></p></header>
<section id="prediction" aria-labelledby="question">
<h2 id="question">No prediction yet</h2>
<ul class="bars" id="votes"></ul>
<p id="voted"></p>
</section>
<section id="work" aria-labelledby="step">
<h2 id="step">Exercises</h2>
<ul class="bars" id="exercises"></ul>
</section>
<section id="minute" aria-labelledby="minute-title" hidden>
<h2 id="minute-title"></h2>
<blockquote id="minute-sentence"></blockquote>
</section>
<footer>
<label>Show <select id="which"><option value="">where the room is</option></select></label>
<button type="button" id="hide" aria-pressed="false">Hide the bars</button>
<p id="live" role="status">Not connected yet.</p>
</footer>
</main>
"""

TEACHER = """
<main>
<h1>The room, now{title}</h1>
<p id="students">Nobody was heard yet.</p>
<p id="live" role="status">Not connected yet.</p>
<p id="trouble" role="alert"></p>
<nav aria-label="This page"><ul>
<li><a href="#minute">Mistake of the minute</a></li>
<li><a href="#stuck">Stuck</a></li>
<li><a href="#exercises">Exercises</a></li>
<li><a href="#predictions">Predictions</a></li>
<li><a href="projector" target="_blank">The page for the projector</a></li>
</ul></nav>
<section aria-labelledby="minute"><h2 id="minute">Mistake of the minute</h2>
<div id="minute-body"></div></section>
<section aria-labelledby="stuck"><h2 id="stuck">Stuck: three tries on one mistake</h2>
<div class="wide" role="region" aria-label="Who is stuck" tabindex="0" id="stuck-body"></div></section>
<section aria-labelledby="exercises"><h2 id="exercises">Exercises</h2>
<div class="wide" role="region" aria-label="Exercises tried" tabindex="0" id="exercises-body"></div></section>
<section aria-labelledby="predictions"><h2 id="predictions">Predictions</h2>
<div id="predictions-body"></div></section>
</main>
"""


def document(page: str, title: str = "") -> str:
    """Return a page, "projector" or "teacher", as HTML. title: the room's name, if it has one."""
    name = html.escape(title)
    if page == "projector":
        body, head = PROJECTOR.format(title=name or "The room, now"), name or "The room, now"
    else:
        body, head = TEACHER.format(title=name and f": {name}"), f"Teacher · {name or 'The room, now'}"
    links = "".join(f'<link rel="stylesheet" href="files/{style}">\n' for style in STYLES)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{head} · Softmax, step by step</title>\n{links}"
        f'<script type="module" src="files/{page}.mjs"></script>\n</head>\n'
        f'<body class="{page}">{body}</body>\n</html>\n'
    )
