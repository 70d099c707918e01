"""One rule for long lists: `make test` has a share of each, `make test-long` all of it."""

import pytest


def in_shares(every):
    """Parametrise `every`: one of so many in `make test`, each one in `make test-long`."""
    values = [every, pytest.param(1, marks=pytest.mark.long)]
    return pytest.mark.parametrize("every", values, ids=["some", "all"])


def share(things, every, first=0):
    """Return one of so many things. Which ones hangs on `first`, so that others may have the others."""
    return list(things)[first % every :: every]


def some_and_more(name, some, more):
    """Parametrise what is drawn: `some` in `make test`, `more` beside them in `make test-long`."""
    return pytest.mark.parametrize(name, [some, pytest.param(more, marks=pytest.mark.long)], ids=str)
