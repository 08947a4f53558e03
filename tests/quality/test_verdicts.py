"""Ours against the tools' own words, file by file: a sample of what `benchmarks/quality.py --verdicts` does at large.

The sample is code that others wrote and that is here already: modules of the tools themselves and of what they need,
as installed, and a few files of which it is known what is wrong with them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

from tests.budget import is_whole
from tests.e2e.world import BIN, World
from tests.quality.world import BROKEN, DANGEROUS, GOOD, UGLY, UNUSED, guarded

PACKAGES = ("bandit/core", "bandit/plugins", "click", "flake8", "flake8/options", "git", "yaml", "stevedore")
# `make test` asks about one small module of each package.
EACH, LARGEST = (4, 24_000) if is_whole() else (1, 8_000)
Verdicts = set[tuple[str, str, int, str]]


def sample(work: Path) -> tuple[str, ...]:
    """Lays the sample out; returns its paths."""
    made = {"good.py": GOOD, "ugly.py": UGLY, "unused.py": UNUSED, "bad.py": DANGEROUS, "broken.py": BROKEN}
    made["nul.py"] = "x = '\0'\n"
    made["hidden.py"] = "import os  # noqa\nexec(input())  # nosec\nx=1  # fmt: skip\n"
    for package in PACKAGES:
        files = sorted(Path(sysconfig.get_path("purelib"), package).glob("*.py"))
        small = [path for path in files if 0 < path.stat().st_size < LARGEST][:EACH]
        made |= {f"{package}/{path.name}": path.read_text() for path in small}
    for name, text in made.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text)
    return tuple(sorted(made))


def said(work: Path, *argv: str) -> tuple[str, str]:
    """What a tool prints, called as a person would."""
    done = subprocess.run(
        (str(BIN / argv[0]), *argv[1:]), cwd=work, capture_output=True, text=True, check=False
    )
    return done.stdout, done.stderr


def theirs(work: Path, files: tuple[str, ...]) -> Verdicts:
    """What the three tools say themselves."""
    found: Verdicts = set()
    would = "would reformat "
    rows = said(work, "black", "--check", "--no-cache", *files)[1].splitlines()
    found |= {("black", os.path.normpath(row[len(would) :]), 0, "") for row in rows if row.startswith(would)}
    # As black's own documents set flake8 up beside it, which is what it gets where it has no settings.
    style = ("--max-line-length=88", "--extend-ignore=E203,E701")
    for row in said(work, "flake8", "--format=%(path)s\t%(row)d\t%(code)s", *style, *files)[0].splitlines():
        path, line, code = row.split("\t")
        found.add(("flake8", os.path.normpath(path), int(line), code))
    report = json.loads(said(work, "bandit", "--quiet", "--format", "json", *files)[0])
    for one in report["results"]:
        found.add(("bandit", os.path.normpath(one["filename"]), one["line_number"], one["test_id"]))
    return found


def ours(world: World) -> tuple[Verdicts, str]:
    """What we say, and what we say that we couldn't check at."""
    done = world.guard("quality", "--all", "--output-format", "json")
    data = json.loads(done.text)
    found = {
        (one["tool"], one["path"], one["line"] if one["tool"] != "black" else 0, one["tool_code"] or "")
        for one in data["findings"]
    }
    return found, " ".join(one["reason"] for one in data["skipped"])


def test_verdicts_are_the_tools_own(tmp_path: Path) -> None:
    """Not a finding more or less on any file, with nothing known and with all of it; what they cannot read is told."""
    world = guarded(tmp_path)
    files = sample(world.work)
    world.do("add", "--", *files)
    expected = theirs(world.work, files)
    assert {tool for tool, *_ in expected} == {"black", "flake8", "bandit"} and len(files) > 8 * EACH
    for _ in range(2):
        found, skipped = ours(world)
        assert found - expected == set() and expected - found == set()
        assert "broken.py" in skipped and "nul.py" in skipped
