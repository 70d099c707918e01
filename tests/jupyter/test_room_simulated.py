"""A small class before a real board, which is killed in the middle: nothing is lost, nothing counts twice."""

import importlib.util
import os
from pathlib import Path

import pytest

from softmax_lesson.exercises.engine import outbox

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "board" / "room.py"


@pytest.fixture(scope="module")
def script():
    found = importlib.util.spec_from_file_location("room_script", SCRIPT)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_board_killed_in_the_middle_loses_nothing(script, monkeypatch):
    monkeypatch.setattr(outbox, "LONGEST_WAIT", 1.0)
    found = script.simulate(students=25, every=0.5, seconds=4, down=0.2)
    assert found["sent"] == 25 * 8
    assert found["received"] == found["counted"] == found["sent"]
    assert found["lost"] == found["foreign"] == 0
    during = [m for m in found["noted"].made.values() if found["killed"] < m < found["back"]]
    assert during, "some were made while there was no board"
    assert max(count for _, count in found["noted"].shown) == found["sent"]
    assert "lost 0;" in script.report(found)


def test_what_is_lost_would_be_seen(script, tmp_path, monkeypatch):
    """The comparison itself: one event is in no file, one was sent by nobody, one is written twice."""
    noted = script.Noted(made={"a": 0.0, "b": 0.0})
    (tmp_path / "received-1.jsonl").write_text('{"id": "a"}\n{"id": "a"}\n{"id": "x"}\n{"id": "b"')

    class Again:
        def again(self):
            return self

    def read(board, page, noted, stop):
        noted.shown.append((0.0, 2))

    monkeypatch.setattr(script, "read_page", read)
    found = script.compare(tmp_path, noted, [Again()])
    assert found == {"sent": 2, "received": 1, "lost": 1, "foreign": 1, "twice": 1, "counted": 2}
