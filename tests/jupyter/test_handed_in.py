"""Whose a notebook is, in every layout that is handed in."""

import io
import os
import zipfile

import pytest

from softmax_lesson.jupyter.grading import handed_in
from softmax_lesson.jupyter.grading.handed_in import MOST_OF_ONE, NotGiven, students

FLAT = {"anna.ipynb": "anna", "ben_05_derivatives.ipynb": "ben", "cleo 04_loss (1).ipynb": "cleo"}
FOLDERS = {"anna/05_derivatives.ipynb": "anna", "anna/04_loss.ipynb": "anna", "ben/deep/down/x.ipynb": "ben"}
NBGRADER = {
    "submitted/anna/ps1/05_derivatives.ipynb": "anna",
    "submitted/ben/ps1/05_derivatives.ipynb": "ben",
}
MOODLE = {
    "Anna Berg_123_assignsubmission_file_/05_derivatives.ipynb": "Anna Berg",
    "Ben_O_Neill_124_assignsubmission_file_05_derivatives.ipynb": "Ben_O_Neill",
    "Cleo Zoé_125_assignsubmission_file/work/05.ipynb": "Cleo Zoé",
}
CANVAS = {
    "berganna_11_900_05_derivatives.ipynb": "berganna",
    "oneillben_LATE_12_901_05_derivatives-2.ipynb": "oneillben",
}


def lay(folder, names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")


def packed(names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, "{}")
    return content.getvalue()


def owners(found):
    return {student.name: len(student.notebooks) for student in found}


def wanted(layout):
    return {name: list(layout.values()).count(name) for name in layout.values()}


LAYOUTS = {"flat": FLAT, "folders": FOLDERS, "nbgrader": NBGRADER, "Moodle": MOODLE, "Canvas": CANVAS}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_is_understood_as_a_folder_and_as_a_zip(layout, tmp_path):
    lay(tmp_path / "in", layout)
    assert owners(students(tmp_path / "in")[0]) == wanted(layout)
    (tmp_path / "all.zip").write_bytes(packed(layout))
    assert owners(students(tmp_path / "all.zip")[0]) == wanted(layout)
    (tmp_path / "holder").mkdir()
    (tmp_path / "holder" / "all.zip").write_bytes(packed(f"all/{name}" for name in layout))
    assert owners(students(tmp_path / "holder")[0]) == wanted(layout)


def test_the_numbers_of_moodle_and_canvas_are_kept(tmp_path):
    lay(tmp_path, [*MOODLE, *CANVAS])
    found = {student.name: (student.system, student.number) for student in students(tmp_path)[0]}
    assert found["Anna Berg"] == ("Moodle", "123") and found["Ben_O_Neill"] == ("Moodle", "124")
    assert found["oneillben"] == ("Canvas", "12")


def test_two_of_one_name_are_two(tmp_path):
    lay(tmp_path, ["Kim_1_assignsubmission_file_/a.ipynb", "Kim_2_assignsubmission_file_/a.ipynb"])
    assert owners(students(tmp_path)[0]) == {"Kim (1)": 1, "Kim (2)": 1}


def test_nbgraders_other_folders_are_no_students(tmp_path):
    lay(tmp_path, [*NBGRADER, "source/ps1/05_derivatives.ipynb", "release/ps1/05_derivatives.ipynb"])
    assert owners(students(tmp_path)[0]) == wanted(NBGRADER)


def test_a_students_zip_is_opened(tmp_path):
    folder = tmp_path / "Anna_1_assignsubmission_file_"
    folder.mkdir()
    (folder / "work.zip").write_bytes(packed(["softmax/04_loss.ipynb", "softmax/05_derivatives.ipynb"]))
    (tmp_path / "ben.zip").write_bytes(packed(["04_loss.ipynb", "__MACOSX/._04_loss.ipynb"]))
    found = students(tmp_path)[0]
    assert owners(found) == {"Anna": 2, "ben": 1}
    assert [file.content() for student in found for file in student.notebooks] == [b"{}"] * 3


def test_what_is_no_notebook_is_seen(tmp_path):
    lay(tmp_path, ["anna/essay.docx", "ben/progress.json", "dan.pdf", "marks.csv", "README.md", ".DS_Store"])
    (tmp_path / "eve").mkdir()
    lay(tmp_path, ["anna/.ipynb_checkpoints/05-checkpoint.ipynb"])
    found, nobodys = students(tmp_path)
    assert owners(found) == {"anna": 0, "ben": 0, "dan": 0, "eve": 0}
    assert nobodys == ["README.md", "marks.csv"]


def test_what_a_teacher_puts_beside_the_notebooks_is_no_students(tmp_path):
    teachers = ["nbgrader_config.py", "requirements.txt", "solutions.txt"]
    lay(tmp_path, ["anna_04_loss.ipynb", "ben.txt", *teachers])
    found, nobodys = students(tmp_path)
    assert owners(found) == {"anna": 1, "ben": 0}
    assert nobodys == teachers


def test_a_damaged_zip_is_its_students_alone(tmp_path):
    lay(tmp_path, ["ben/05.ipynb"])
    (tmp_path / "anna.zip").write_bytes(packed(["05.ipynb"])[:-30])
    found = {student.name: student for student in students(tmp_path)[0]}
    assert "The zip cannot be read" in found["anna"].others[0].problem
    assert len(found["ben"].notebooks) == 1


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_text("{}")
    try:
        os.symlink(tmp_path / "secret", tmp_path / "in" / "anna.ipynb")
    except OSError:
        pytest.skip("this system makes no links")
    with pytest.raises(NotGiven, match="link"):
        students(tmp_path / "in")[0][0].notebooks[0].content()


def test_a_zip_that_unpacks_to_too_much_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(handed_in, "LARGEST", 1000)
    with zipfile.ZipFile(tmp_path / "anna.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("05.ipynb", "0" * 100_000)
    lay(tmp_path, ["ben.ipynb"])
    anna = students(tmp_path)[0][0]
    with pytest.raises(NotGiven, match="not opened"):
        anna.notebooks[0].content()
    anna.notebooks[0].size = 10  # as a zip may say that lies
    with pytest.raises(NotGiven, match="unpack"):
        anna.notebooks[0].content()


def test_names_in_a_zip_lead_nowhere_else(tmp_path):
    (tmp_path / "all.zip").write_bytes(packed(["../../etc/anna.ipynb", "/abs/ben.ipynb"]))
    assert owners(students(tmp_path / "all.zip")[0]) == {"etc": 1, "abs": 1}


def test_of_thousands_of_notebooks_of_one_student_the_first_are_opened(tmp_path):
    (tmp_path / "ann").mkdir()
    with zipfile.ZipFile(tmp_path / "ann" / "bombs.zip", "w") as packed:
        for number in range(MOST_OF_ONE + 7):
            packed.writestr(f"{number:04}.ipynb", "{}")
    (found,), _ = students(tmp_path)
    assert len(found.notebooks) == MOST_OF_ONE + 1
    assert found.notebooks[-2].content() == b"{}"
    with pytest.raises(NotGiven, match=r"^7 notebooks beyond the first 100 were not opened\.$"):
        found.notebooks[-1].content()
