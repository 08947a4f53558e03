"""A content that is new to a tool has a new line or none at all: random pairs of trees, in real repositories.

Attributes, encodings, sizes, modes, links, submodules and settings are what an author of a change can choose.
"""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from gitflowguard.app.quality.newlines import _matched
from gitflowguard.model.check import LINT, Check
from gitflowguard.repo import addedlines, contents
from gitflowguard.repo.git import Git
from gitflowguard.repo.state import find_place
from tests.budget import sampled

FILE, PROGRAM, LINK, MODULE = "100644", "100755", "120000", "160000"
NAMES = (
    "a.py",
    "b.py",
    "run",
    "tools/run",
    "c.sh",
    "d.ipynb",
    "e é.py",
    "deep/er/f.py",
    "new\nline.py",
    "-g.py",
)
ATTRIBUTES = (
    "", "* -diff\n", "* binary\n", "* -text\n", "*.py working-tree-encoding=UTF-16\n", "* eol=crlf\n", "* filter=x\n",
    "* diff=none\n", "* ident\n", "* export-ignore\n", "* merge=union -diff\n",
)  # fmt: skip
SETTINGS = (
    "core.bigFileThreshold=1", "core.fileMode=false", "core.symlinks=false", "core.autocrlf=input",
    "diff.renames=copies",
    "core.attributesFile=attributes", "diff.external=false", "diff.ignoreSubmodules=all", "core.ignoreCase=true",
)  # fmt: skip
Tree = dict[str, tuple[str, bytes]]


def text(luck: random.Random) -> bytes:
    """Some lines, in one of several encodings and with several ends."""
    lines = [
        luck.choice(("import os", "x = 1", "", "#!/usr/bin/env python3", "y = 'é'"))
        for _ in range(luck.randrange(7))
    ]
    end = luck.choice(("\n", "\r\n", "\r", "\x0c\n", "\x85"))
    data = end.join((*lines, "")).encode(luck.choice(("utf-8", "latin-1", "utf-16", "utf-8-sig")))
    return data * luck.choice((1, 1, 1, 200))


def change(tree: Tree, luck: random.Random) -> Tree:
    """Each file stays, goes, moves, gets another mode or another content."""
    found: Tree = {}
    for path, (mode, data) in tree.items():
        kind = luck.randrange(9)
        if kind == 0:
            mode = luck.choice((FILE, PROGRAM, LINK, MODULE))
        elif kind == 1:
            data = text(luck)
        elif kind == 2 and mode != MODULE:
            data += luck.choice((b"z = undefined\n", b"\r", b"\n", b"\0"))
        elif kind == 3:
            path = luck.choice(NAMES)
        if kind != 4:
            found[path] = (mode, data)
    found[luck.choice(NAMES)] = (luck.choice((FILE, PROGRAM, LINK)), text(luck))
    found[".gitattributes"] = (FILE, luck.choice(ATTRIBUTES).encode())
    return found


def stream(tree: Tree, branch: str) -> bytes:
    """The tree as a commit, for git fast-import."""
    out = b"commit refs/heads/%s\ncommitter A <a@b> 1 +0000\ndata 1\nx\ndeleteall\n" % branch.encode()
    for path, (mode, data) in tree.items():
        name = b'"' + path.replace("\n", "\\n").encode() + b'"'
        if mode == MODULE:
            out += b"M 160000 %s %s\n" % (b"1" * 40, name)
        else:
            out += b"M %s inline %s\ndata %d\n%s\n" % (mode.encode(), name, len(data or b"x"), data or b"x")
    return out


def sees(path: str, mode: str) -> bool:
    """Whether a tool may look at such a file at all: by its extension, or as a program."""
    return mode in (FILE, PROGRAM) and ("." in path.rpartition("/")[2] or mode == PROGRAM)


@pytest.mark.parametrize("seed", sampled(range(12), every=3))
def test_what_is_new_to_a_tool_has_a_new_line(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is said to be old stands in the former content, in the same words and order.

    The other seeds are slow: the same histories at random.
    """
    luck = random.Random(seed)  # the same cases in each run  # nosec B311
    monkeypatch.setattr(addedlines, "_LIMIT", 900)
    subprocess.run(["git", "init", "-q", "--template=", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "attributes").write_text("* -diff\n")
    for setting in luck.sample(SETTINGS, 3):
        subprocess.run(["git", "config", *setting.split("=")], check=True)
    trees: list[Tree] = [{}]
    for _ in range(9):
        trees.append(change(trees[-1], luck))
    commits = b"".join(stream(tree, f"b{at}") for at, tree in enumerate(trees))
    subprocess.run(["git", "fast-import", "--quiet", "--force"], input=commits, check=True)
    git = Git()
    place = find_place(git)
    for at, (old, new) in enumerate(zip(trees[1:], trees[2:]), 1):
        base, head = (contents.resolved(git, f"b{number}") for number in (at, at + 1))
        # Two roots have no merge base; the range then begins at the base itself.
        entries = {entry.path: entry for entry in contents.between(git, base, head)}
        found = addedlines.changes(
            git, place, base, head, {path: one.oid for path, one in entries.items()}
        ).files
        for path, (mode, data) in new.items():
            before = old.get(path, ("", b""))
            if sees(path, mode) and (not sees(path, before[0]) or before[1] != data):
                assert path in entries, (path, before, mode)
        assert found.keys() == entries.keys()
        for path, line in found.items():
            now = (new[path][1] or b"x").splitlines(keepends=True)
            count = sum(last - first + 1 for first, last, _ in line.same)
            if line.was is None:
                assert not count
                continue
            mode, data = old[line.was.path]
            was = (data or b"x").splitlines(keepends=True)
            assert mode in (FILE, PROGRAM)
            for first, last, start in line.same:
                assert now[first - 1 : last] == was[start - 1 : start + last - first]
            assert count < len(now) or was == now, (path, data, line)


def check(says: str, line: int = 4) -> Check:
    return Check("feature/x", "flake8", LINT, "a.py", "C901", says, line)


@pytest.mark.parametrize(
    ("was", "now", "old"),
    [
        (("undefined name 'a'",), "undefined name 'a'", True),
        (("undefined name 'a'",), "undefined name 'b'", False),
        (("undefined name 'x1'",), "undefined name 'x2'", False),
        (("name '1' is odd",), "name '2' is odd", False),
        (("'f' is too complex (11)",), "'f' is too complex (12)", True),
        (("redefinition of 'f' from line 3",), "redefinition of 'f' from line 30", True),
        (("'f' is too complex (11)",), "'g' is too complex (11)", False),
        ((), "undefined name 'a'", False),
    ],
)
def test_an_old_finding_is_known_by_its_words(was: tuple[str, ...], now: str, old: bool) -> None:
    """On the same line and of the same code; only a number may have moved."""
    spots = {check(now): ("flake8", "a.py", "C901", 4, now)}
    before = [("flake8", "a.py", "C901", 4, says) for says in was]
    assert bool(_matched(spots, before)) is old


def test_one_more_of_the_same_is_new() -> None:
    """Each former finding stands for one of today's."""
    spots = {
        check("twice", 4): ("flake8", "a.py", "C901", 4, "twice"),
        check("twice", 5): ("flake8", "a.py", "C901", 4, "twice"),
    }
    assert len(_matched(spots, [("flake8", "a.py", "C901", 4, "twice")])) == 1
