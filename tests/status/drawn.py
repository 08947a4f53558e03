"""Small random histories, made for real with ``git fast-import``."""

from __future__ import annotations

import subprocess
from pathlib import Path

from hypothesis import strategies as st

from tests import oracle

Drawn = tuple[list[list[int]], dict[str, int]]

NAMES = (
    "refs/heads/main",
    "refs/heads/develop",
    "refs/heads/feature/a",
    "refs/heads/feature/b",
    "refs/heads/feature/c",
    "refs/heads/release/1.0.0",
    "refs/heads/hotfix/1.0.1",
    "refs/heads/pipeline",
    "refs/remotes/origin/main",
    "refs/remotes/origin/develop",
    "refs/remotes/origin/feature/a",
    "refs/remotes/origin/feature/there",
    "refs/remotes/fork/feature/b",
    "refs/tags/1.0.0",
    "refs/tags/0.9.0",
)


@st.composite
def histories(draw: st.DrawFn, most: int = 12) -> Drawn:
    """(parents of each commit by number, ref -> number): forks, merges, octopuses, criss-crosses, many roots."""
    count = draw(st.integers(1, most))
    parents: list[list[int]] = [[]]
    for number in range(1, count):
        near = st.integers(max(0, number - 4), number - 1)
        some = st.lists(near | st.integers(0, number - 1), max_size=3, unique=True)
        parents.append(draw(some if draw(st.integers(0, 9)) == 0 else some.filter(bool)))
    refs = draw(st.dictionaries(st.sampled_from(NAMES), st.integers(0, count - 1), min_size=1))
    return parents, refs


def build(folder: Path, drawn: Drawn) -> list[str]:
    """Makes the history in a new repository; returns the commits by number."""
    parents, refs = drawn
    git(folder, "init", "--quiet", "--initial-branch=main")
    text = []
    for number, above in enumerate(parents, 1):
        said = f"commit {number}"
        text.append(
            f"commit refs/drawn/{number}\nmark :{number}\ncommitter A <a@example.invalid> {number * 60} +0000\n"
        )
        text.append(f"data {len(said)}\n{said}\n")
        text += [f"{'merge' if index else 'from'} :{parent + 1}\n" for index, parent in enumerate(above)]
        text.append("\n")
    text += [f"reset {ref}\nfrom :{number + 1}\n\n" for ref, number in refs.items()]
    marks = folder / "marks"
    git(folder, "fast-import", "--quiet", f"--export-marks={marks}", stdin="".join(text))
    found = dict(line.split() for line in marks.read_text().splitlines())
    return [found[f":{number}"] for number in range(1, len(parents) + 1)]


def git(folder: Path, *args: str, stdin: str = "") -> str:
    """Real git, which must succeed."""
    done = subprocess.run(
        ["git", *args],
        cwd=folder,
        input=stdin,
        text=True,
        capture_output=True,
        env=oracle.unrecorded(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
