"""A plugin for nbval, which looks at no pixels: a stored picture is the one that its cell draws now."""

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    from pictures import other_picture  # pytest knows the way to it after it has loaded its plugins

    done = yield
    if how := other_picture(item.cell, item.test_outputs):
        item.raise_cell_error(f"{item.cell.id}: {how}")
    return done
