"""Runs the hostile suite and writes its table: what was tried, and how much of it went wrong.

    python tools/hostile.py [--write] [WORKERS]

A test counts to the section that its marker names (``@pytest.mark.hostile("kill points")``), as one case or as
many as its fixture ``tally`` was given. With --write the table replaces the one in docs/guides/security.md. The run
ends after 15 minutes at the latest; it then shows what it has counted by then and fails.
"""

from __future__ import annotations

import datetime
import functools
import platform
import signal
import subprocess  # the only program started is this Python  # nosec B404
import sys
import tempfile
import xml.etree.ElementTree as tree  # the file is pytest's own  # nosec B405
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "guides" / "security.md"
BEGIN, END = "<!-- hostile: begin -->\n", "<!-- hostile: end -->\n"
# The whole run, and what of it is left for pytest to end in once it is interrupted.
SECONDS, GRACE = 15 * 60, 40
# section -> what goes wrong there, in the words of the table.
SECTIONS = {
    "programs of a stranger": "started",
    "ways past `pr check`": "passed",
    "ways round hooks": "not as documented",
    "kill points": "lost anything",
    "faults": "traceback or false clean",
    "bad inputs": "traceback or false clean",
    "git's settings": "changed a verdict",
    "token canary": "leaked",
    "a check never writes": "wrote",
}
# More of the same than 15 minutes hold; `make test-all` runs them.
LONGER = ("tests/protect/test_faults.py::test_all_faults",)
FAILED = ("failure", "error")

Counts = dict[str, tuple[int, int]]


def counts(report: Path) -> Counts:
    """Section -> (tried, wrong), from pytest's JUnit file. A failed test counts as one wrong case at least."""
    found = dict.fromkeys(SECTIONS, (0, 0))
    for case in tree.parse(report).iter("testcase"):  # the file is pytest's own  # nosec B314
        said = {one.get("name"): one.get("value", "") for one in case.iter("property")}
        section = said.get("hostile", "")
        if section not in found or case.find("skipped") is not None:
            continue
        bad = any(case.find(word) is not None for word in FAILED)
        tried, wrong = int(said.get("tried", 1)), int(said.get("wrong", 0))
        before = found[section]
        found[section] = (before[0] + max(tried, int(bad)), before[1] + max(wrong, int(bad)))
    return found


def table(found: Counts, seconds: float) -> str:
    """The table in Markdown, with the command, the date and the machine's versions."""
    rows = [f"| {name} | {tried:,} | {wrong:,} {SECTIONS[name]} |" for name, (tried, wrong) in found.items()]
    argv = ["git", "version"]
    said = subprocess.run(argv, capture_output=True, text=True, check=True)  # nosec B603
    git = said.stdout.split()[2]
    about = (
        f"`make test-hostile`, {datetime.date.today().isoformat()}, git {git}, Python {platform.python_version()}, "
        f"{seconds / 60:.0f} minutes.\n"
    )
    return "\n".join(("| what | tried | result |", "|---|---|---|", *rows, "", about))


def write(text: str) -> None:
    """Puts the table into the page."""
    page = PAGE.read_text("utf-8")
    head, rest = page.split(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}{text}{END}{rest.split(END)[1]}", "utf-8")


def run(argv: list[str], seconds: float) -> tuple[int, bool]:
    """(exit code, whether it came to its end). pytest is interrupted at the limit, so that it still writes its report;
    what doesn't end after that is killed."""
    # A shell starts what it puts in the background deaf to SIGINT (POSIX sh, "Signals and Error Handling"), and that is
    # inherited (signal(7)).
    hearing = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(argv, cwd=ROOT, preexec_fn=hearing) as child:  # nosec B603
        try:
            return child.wait(seconds), True
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGINT)
        try:
            return child.wait(GRACE) or 1, False
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait() or 1, False


def main(words: list[str]) -> int:
    """Runs it; returns pytest's exit code, or 1 where the time was over."""
    workers = next((word for word in words if word.isdecimal()), "auto")
    start = datetime.datetime.now()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        argv = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "worksteal", "-m", "hostile"]
        argv += [f"--deselect={one}" for one in LONGER]
        code, ended = run([*argv, "--durations=25", f"--junitxml={report}"], SECONDS - GRACE)
        found = counts(report) if report.exists() else {}
        text = table(found, (datetime.datetime.now() - start).total_seconds())
    print(text)
    if not ended:
        print("the hostile suite did not end within 15 minutes: the table is not whole", file=sys.stderr)
    elif "--write" in words:
        write(text)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
