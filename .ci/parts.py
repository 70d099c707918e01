"""Run parts of the Makefile one after the other, then say in one table what ran, what did not and why.

python3 .ci/parts.py test test-browser ...: ends with 1 when any part failed, whatever the others did.
What pytest found is read from its own closing lines and its list of what was skipped (-ra).
"""

import re
import subprocess
import sys
import time
from collections import Counter

CLOSING = re.compile(r"^=+ (?:\d+ [a-z]+(?:, )?)+ in [\d.]+s.*=+$")
SKIPPED = re.compile(r"^SKIPPED \[(\d+)\] (.*)")
COLOURS = re.compile(r"\x1b\[[\d;]*m")


def run(part):
    """Run one part, show what it prints, and return (seconds, exit status, what pytest counted, skips)."""
    print(f"\n==> make {part}", flush=True)
    start, counted, skips = time.monotonic(), Counter(), []
    with subprocess.Popen(
        ["make", part], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            plain = COLOURS.sub("", line.rstrip())
            if CLOSING.match(plain):
                counted += found(plain)
            elif skipped := SKIPPED.match(plain):
                skips.append(skipped[2])
    return time.monotonic() - start, process.returncode, counted, skips


def found(line):
    """Return what a closing line of pytest counts: {"passed": 12, "failed": 1, ...}."""
    counts = Counter({what: int(number) for number, what in re.findall(r"(\d+) ([a-z]+)", line)})
    counts["failed"] += counts["error"] + counts["errors"]
    return counts


def main(parts):
    """Run the parts, print the table, and return the exit status."""
    rows, totals, reasons = [], Counter(), []
    for part in parts:
        seconds, status, counted, skips = run(part)
        if status and not counted["failed"]:
            counted["failed"] = 1  # what failed was no test: a style, an installation, a tool that is missing
        totals += counted
        reasons += [f"  make {part}: {reason}" for reason in skips]
        numbers = [counted[what] for what in ("passed", "failed", "skipped")]
        ended = "passed" if status == 0 else f"FAILED ({status})"
        rows.append([f"make {part}", ended, *map(str, numbers), f"{seconds:.0f} s"])
    print("\n==> What ran")
    for part, ended, *numbers in [["part", "ended", "passed", "failed", "skipped", "time"], *rows]:
        print(f"{part:20} {ended:12}", *(f"{number:>8}" for number in numbers))
    print("Skipped, and why:" if reasons else "Nothing was skipped.", *reasons, sep="\n")
    print(f"{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped", flush=True)
    return int(totals["failed"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
