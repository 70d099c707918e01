"""A plugin to be loaded before nbval: it compares pictures, too, and leaves out what nobody asks for."""

import sys

import pytest

# Who reads a notebook loads jsonschema, and that builds a grammar of addresses for 1.7 s in each process.
sys.modules.setdefault("rfc3987_syntax", None)


def pytest_configure():
    """Each message is laid out for a log that nobody reads: for a picture's script that takes its time."""
    import nbval.kernel  # not before the grammar is out of its way

    nbval.kernel.pformat = repr


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """A stored picture is the one that its cell draws now: nbval itself looks at no pixels."""
    from pictures import other_picture  # pytest knows the way to it after it has loaded its plugins

    done = yield
    if how := other_picture(item.cell, item.test_outputs):
        item.raise_cell_error(f"{item.cell.id}: {how}")
    return done
