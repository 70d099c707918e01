"""The command line: `python -m softmax_lesson`, and start, doctor, grade, classes, export, shut or board."""

import os
import sys

# A student's own random.py or numpy.py in the current folder would be taken for Python's and NumPy's.
sys.path[:] = [place for place in sys.path if os.path.abspath(place) != os.getcwd()]

import argparse

OURS = ("--only-copy", "-h", "--help")
A_PLAN = "--plan="


def main() -> int:
    """Run the subcommand; return the exit status, 0 when all is well."""
    if hasattr(sys.stdout, "reconfigure"):  # a path may hold letters that a console cannot show
        sys.stdout.reconfigure(errors="backslashreplace")
    ours, jupyters = split(sys.argv[1:])
    arguments = parser().parse_args(ours)
    # Each command loads its own: the doctor has to speak where the others cannot even be read.
    if arguments.command == "start":
        from softmax_lesson.jupyter import start

        return start.start(arguments.folder, jupyters, arguments.only_copy, arguments.plan)
    if arguments.command == "grade":
        from softmax_lesson.jupyter.grading.grade import grade

        return grade(arguments.folder, arguments.to, arguments.names)
    if arguments.command == "classes":
        from softmax_lesson.jupyter.classes.command import classes

        return classes(arguments.names, arguments.folder, arguments.only_sample)
    if arguments.command == "export":
        from softmax_lesson.jupyter import exporting

        return exporting.export(arguments.tool, arguments.folder, arguments.by_student)
    if arguments.command == "shut":
        from softmax_lesson.jupyter import shutting

        return shutting.write(arguments.folders, arguments.until, arguments.word)
    if arguments.command == "board":
        from softmax_lesson.jupyter.board.command import board

        return board(arguments.folder, arguments.shared, arguments.ip, arguments.port, arguments.title)
    from softmax_lesson.jupyter import doctor

    report = doctor.report()
    print(report)
    return int(report.problems > 0)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the words that are ours."""
    whole = argparse.ArgumentParser(prog="python -m softmax_lesson")
    commands = whole.add_subparsers(title="commands", dest="command", required=True, metavar="COMMAND")
    starting = commands.add_parser(
        "start",
        help="make or update your own copy of the notebooks, and open it in JupyterLab",
        usage="%(prog)s [FOLDER] [--only-copy] [--plan=MINUTES] [options of jupyter lab]",
    )
    starting.add_argument(
        "folder",
        nargs="?",
        metavar="FOLDER",
        help="where your copy is or goes; without it, my_notebooks",
    )
    starting.add_argument("--only-copy", action="store_true", help="make or update the copy; open nothing")
    starting.add_argument(
        "--plan", metavar="MINUTES", help="open one notebook for a session: --plan=50 or --plan=90"
    )
    commands.add_parser("doctor", help="check that everything the course needs is here and works")
    _for_teachers(commands)
    _for_handing_out(commands)
    _for_the_room(commands)
    return whole


def _for_teachers(commands) -> None:
    """Add the commands of who teaches."""
    grading = commands.add_parser(
        "grade", help="grade a folder of notebooks: tables, and a page for the class"
    )
    grading.add_argument(
        "folder", metavar="FOLDER", help="what was handed in, as your system packs it; or a zip"
    )
    grading.add_argument(
        "--to", metavar="FOLDER", help="where the results go; without it, FOLDER-graded beside it"
    )
    grading.add_argument("--names", action="store_true", help="name the students on the page")
    other = commands.add_parser(
        "classes",
        help="in a clone: give the lesson three other classes of CIFAR-10, and list what is to be read again",
        usage="%(prog)s [NAME NAME NAME --from FOLDER] [--only-sample]",
    )
    other.add_argument(
        "names", nargs="*", metavar="NAME", help="three classes; without them, what is still to be read"
    )
    other.add_argument(
        "--from", dest="folder", metavar="FOLDER", help="where cifar-10-binary.tar.gz or its six files lie"
    )
    other.add_argument("--only-sample", action="store_true", help="cut and measure; run no notebook")


def _for_handing_out(commands) -> None:
    """Add the commands of who hands notebooks out."""
    exporting = commands.add_parser(
        "export", help="make an assignment of each notebook, for nbgrader or otter-grader"
    )
    exporting.add_argument("tool", choices=("nbgrader", "otter"), help="for which tool")
    exporting.add_argument("folder", metavar="FOLDER", help="the course's folder; what is there stays")
    exporting.add_argument(
        "--by-student", action="store_true", help="draw the inputs of each check from the student's number"
    )
    shutting = commands.add_parser(
        "shut", help="keep solution() and .reference shut until a date, or until you say a word"
    )
    shutting.add_argument("folders", metavar="FOLDER", nargs="+", help="where notebooks of students are")
    shutting.add_argument(
        "--until", metavar="DATE", help="2026-12-01, or '2026-12-01 18:00' by this machine's clock"
    )
    shutting.add_argument("--word", metavar="WORD", help='students open them by solution("WORD")')


def _for_the_room(commands) -> None:
    """Add the command of who watches a room."""
    words = commands.add_parser("board", help="show live what a room predicts and gets wrong")
    words.add_argument(
        "folder", nargs="?", metavar="FOLDER", help="where what arrives is kept; without it, softmax-board"
    )
    words.add_argument("--shared", metavar="FOLDER", help="a folder that students' kernels write to")
    words.add_argument(
        "--ip", default="127.0.0.1", help="where it answers; without it, on this machine alone"
    )
    words.add_argument("--port", type=int, default=8321, help="without it, 8321")
    words.add_argument("--title", default="", help="the room's name, on both pages")


def split(words: list[str]) -> tuple[list[str], list[str]]:
    """Return the words that are ours and, after `start`, those that are for jupyter lab.

    The folder stands first, or after `--only-copy`: what follows an option of jupyter's may be its value.
    """
    if words[:1] != ["start"]:
        return words, []
    if words[1:2] == ["--only-copy"]:
        words = ["start", *words[2:3], "--only-copy", *words[3:]]
    own = 2 if len(words) > 1 and not words[1].startswith("-") else 1
    rest = words[own:]
    ours = [word for word in rest if word in OURS or word.startswith(A_PLAN)]
    return [*words[:own], *ours], [word for word in rest if word not in ours]


if __name__ == "__main__":
    sys.exit(main())
