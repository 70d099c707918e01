"""The command line: `python -m softmax_lesson doctor`."""

import argparse
import sys

from softmax_lesson.jupyter import doctor


def main() -> int:
    """Run the subcommand; return the exit status, 0 when all is well."""
    parser = argparse.ArgumentParser(prog="python -m softmax_lesson")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    commands.add_parser("doctor", help="check that everything the course needs is here and works")
    parser.parse_args()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(
            errors="backslashreplace"
        )  # a path may hold letters that a console cannot show
    report = doctor.report()
    print(report)
    return int(report.problems > 0)


if __name__ == "__main__":
    sys.exit(main())
