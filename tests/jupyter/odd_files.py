"""Files that are not what is asked for: no notebook, no JSON, no ordinary file at all."""

import json
import os

import pytest


def notebook(*cells, **more):
    """Return a notebook of these cells, by default the smallest that a student may have."""
    cells = cells or (cell("## A\n*(3 minutes)*", "markdown", id="a"), cell("x = 1", id="b"))
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more


def cell(source, kind="code", **more):
    """Return a cell; of what is given as `...` it has nothing."""
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    made = {"cell_type": kind, "id": "c", "metadata": {}, "source": source} | code | more
    return {name: value for name, value in made.items() if value is not ...}


def of_3():
    """Return a notebook as IPython wrote it until 2015."""
    code = {"cell_type": "code", "input": ["x = 1"], "outputs": [], "language": "python", "metadata": {}}
    return {"worksheets": [{"cells": [code]}], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}


# What JSON may hold instead of a notebook.
VALUES = {
    "null": None,
    "number": 3,
    "text": "cells",
    "list": [{"cells": []}],
    "nothing in it": {},
    "format 3": of_3(),
    "cells null": notebook(cells=None),
    "cells number": notebook(cells=3),
    "cells object": notebook(cells={"a": 1}),
    "cells of numbers": notebook(1, 2),
    "cells of lists": notebook(["code"]),
    "cells of texts": notebook("code", "cell_type"),
    "no source": notebook(cell(...)),
    "source number": notebook(cell(3)),
    "source null": notebook(cell(None, "markdown")),
    "source of numbers": notebook(cell([1, 2])),
    "source object": notebook(cell({"a": 1})),
    "half a letter in the source": notebook(cell("x = '\ud800'")),
    "no metadata": notebook(cell("x", metadata=...)),
    "metadata list": notebook(cell("x", metadata=[1])),
    "tags number": notebook(cell("x", metadata={"tags": 3})),
    "tags of lists": notebook(cell("x", metadata={"tags": [["answer"]]})),
    "no kind": notebook(cell("x", cell_type=...)),
    "kind list": notebook(cell("x", cell_type=["code"])),
    "kind unknown": notebook(cell("x", cell_type="heading")),
    "no id": notebook(cell("## A", "markdown", id=...), cell("x = 1", id=...)),
    "id list": notebook(cell("## A", "markdown", id=[1])),
    "no outputs": notebook(cell("x", outputs=...)),
    "outputs number": notebook(cell("x", outputs=3)),
    "outputs of numbers": notebook(cell("x", outputs=[1])),
    "outputs of other things": notebook(cell("x", outputs=[{"data": 3}, {"data": {"text/html": 3}}])),
    "no cells": notebook(cells=[]),
    "many cells": notebook(*[cell("x = 1", id=f"c{n}") for n in range(10_000)]),
    "a loop in the code": notebook(cell("def f(:\n  \x00 return")),
}
TEXTS = {
    "empty": b"",
    "blank": b" \n\n",
    "no JSON": b'{"cells": [',
    "half a letter": b'{"cells": "\xff\xfe"}',
    "two bytes a letter": json.dumps(notebook()).encode("utf-16"),
    "deep": b"[" * 100_000,
    "deep cells": b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "long number": b'{"cells": ' + b"9" * 5000 + b"}",
    "NaN": b'{"cells": NaN}',
    "zeros": bytes(1000),
    "HTML": b"<!doctype html><title>Log in</title>",
    "conflict": b'<<<<<<< HEAD\n{"cells": []}\n=======\n',
}
NO_FILES = ("folder", "pipe", "socket", "to nothing", "in a circle", "endless", "no right")
KINDS = [*TEXTS, *VALUES, *NO_FILES]
# These in every run; the others in `make test-long`.
FEW = ("half a letter", "source number", "folder", "pipe", "in a circle")


def put(kind, path):
    """Put an odd file there."""
    if kind in TEXTS:
        path.write_bytes(TEXTS[kind])
    elif kind in VALUES:
        path.write_text(json.dumps(VALUES[kind]), encoding="utf-8")
    elif kind == "folder":
        path.mkdir()
    elif os.name == "nt":
        pytest.skip("Windows: pipes and links need rights")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        os.mknod(path, 0o140600) if hasattr(os, "mknod") and os.geteuid() == 0 else os.mkfifo(path)
    elif kind in ("to nothing", "in a circle", "endless"):
        targets = {"to nothing": "nowhere-at-all", "in a circle": path.name, "endless": "/dev/zero"}
        path.symlink_to(targets[kind])
    else:
        if os.geteuid() == 0:
            pytest.skip("root may read everything")
        path.write_text(json.dumps(notebook()))
        path.chmod(0)
