"""Each kind of damage, done to a copy of a notebook, meets its rule; the share is printed (pytest -rP)."""

import copy
import itertools

import nbformat
import pytest
from contract import problems
from damage import KINDS, OF_THE_FILE, SUBJECT, UNSEEN, write
from test_contract import PIXELS, RUN_DAMAGE

NOTEBOOK = nbformat.read(SUBJECT, as_version=4)
FEWEST, MOST_UNSEEN = 145, 10
EVERY = [(family, damage) for family, kinds in KINDS.items() for damage in kinds]


def refused(damage, folder):
    """Return what the contract says of a copy with this damage."""
    damaged = copy.deepcopy(NOTEBOOK)
    damage(damaged)
    assert damaged != NOTEBOOK, "nothing is damaged"
    return problems(write(damaged, folder / SUBJECT.name))


@pytest.mark.filterwarnings("ignore:Non-unique cell id")
@pytest.mark.parametrize("family", KINDS)
def test_the_contract_catches_every_kind_of_a_family_and_says_what_is_wrong(family, tmp_path):
    missed = []
    for number, (damage, words) in enumerate(KINDS[family].items()):
        found = refused(damage, tmp_path)
        if not any(words in sentence for sentence in found):
            missed.append((number, damage.__name__, words, found))
    assert not missed, "\n".join(map(str, missed))


@pytest.mark.parametrize("kind", OF_THE_FILE)
def test_the_contract_catches_damage_to_the_file(kind, tmp_path):
    damage, words = OF_THE_FILE[kind]
    stored = SUBJECT.read_bytes().replace(b"\r\n", b"\n")
    path = tmp_path / SUBJECT.name
    path.write_bytes(damage(stored))
    assert path.read_bytes() != stored
    found = problems(path)
    assert any(words in sentence for sentence in found), found


@pytest.mark.default_sample
@pytest.mark.parametrize("kind", UNSEEN)
def test_what_is_named_as_unseen_is_so(kind, tmp_path):
    """One that a rule has come to see belongs to the others."""
    damage, reason = UNSEEN[kind]
    assert len(reason) > 30
    assert refused(damage, tmp_path) == []


def test_the_share_that_is_caught():
    seen = len(EVERY) + len(OF_THE_FILE) + len(PIXELS) + len(RUN_DAMAGE)
    print(f"{seen + len(UNSEEN)} kinds of damage, {seen} caught: {seen / (seen + len(UNSEEN)):.0%}; unseen:")
    print(*(f"  {kind}: {reason}" for kind, (_, reason) in UNSEEN.items()), sep="\n")
    assert seen >= FEWEST
    assert len(UNSEEN) <= MOST_UNSEEN
    for one, other in itertools.combinations([damage for _, damage in EVERY], 2):
        assert one is not other
