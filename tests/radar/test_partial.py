"""Partial clones: nothing fails as a whole or is fetched unasked, and the printed command fetches what is needed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from gitflowguard.app.radar.lacking import lacking, short_of, unread
from gitflowguard.model.finding import Unknown
from gitflowguard.repo.fetching import fetch_objects, promisor
from gitflowguard.repo.git import Git, GitError
from tests.budget import examples
from tests.conftest import executable
from tests.radar.histories import History, histories, write
from tests.radar.team import Team
from tests.radar.test_worktrees import LINES

PROGRAM = (sys.executable, "-m", "gitflowguard")
FILTERS = ("blob:none", "tree:0", "blob:limit=200")


def run(where: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "GITFLOWGUARD_BACKGROUND": "off"}
    return subprocess.run(argv, cwd=where, env=env, capture_output=True, text=True, check=False)


def told(where: Path, *words: str) -> dict[str, Any]:
    """What the radar says for a program; git that made no merge has no part in it."""
    done = run(where, *PROGRAM, "radar", "--target", "develop", "--json", *words)
    assert done.returncode in (0, 1, 3) and done.stdout and "Traceback" not in done.stderr, done.stderr
    document = dict(json.loads(done.stdout))
    document.pop("merges")
    return document


def clone(source: Path, where: Path, *words: str) -> Path:
    argv = ["git", "-c", "protocol.version=2", "clone", "-q", *words, source.as_uri(), str(where)]
    subprocess.run(argv, check=True, capture_output=True)
    return where


def served(source: Path) -> None:
    """As forges serve it."""
    for key in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        subprocess.run(["git", "-C", str(source), "config", key, "true"], check=True)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Conflicts with the target and in a pair, a rename, twins, a criss-cross, attributes, a change of modes."""
    made = Team(
        tmp_path / "source",
        {"f.txt": LINES, "g.txt": LINES, "d/h.txt": LINES, ".gitattributes": "*.lst merge=union\n"},
    )
    served(made.root)
    made.on("develop", {"l.lst": "a\n"})
    for name, line in (("a", 3), ("b", 3), ("stale", 15), ("e", 25)):
        made.branch(f"feature/{name}", {"f.txt": LINES.replace(f"line {line}\n", f"{name}\n")})
    made.branch("feature/apart", {"apart.txt": "x\n"})
    made.git("switch", "-q", "-c", "feature/moved", "develop")
    made.git("mv", "g.txt", "moved.txt")
    made.commit({"moved.txt": LINES.replace("line 9\n", "nine\n")})
    made.git("switch", "-q", "develop")
    made.git("switch", "-q", "-c", "feature/twin", "develop")
    made.git("cherry-pick", "feature/a")
    made.git("switch", "-q", "develop")
    made.on(
        "develop",
        {"f.txt": LINES.replace("line 15\n", "develop\n"), "g.txt": LINES.replace("line 20\n", "dev\n")},
    )
    made.git("switch", "-q", "feature/e")
    made.git("merge", "-q", "--no-edit", "develop")
    made.on("develop", {"d/h.txt": LINES.replace("line 1\n", "one\n")})
    return made.root


def test_an_edit_is_checked_without_the_files_that_are_missing(tmp_path: Path, source: Path) -> None:
    """git before 2.45 ends at the first of them, where it may not fetch it."""
    part = clone(source, tmp_path / "part", "--filter=blob:none")
    told(part)
    done = run(part, *PROGRAM, "radar", "check", "f.txt", "moved.txt")
    assert done.returncode == 0 and "couldn't check" not in done.stderr, done.stderr
    assert done.stdout.startswith("f.txt: feature/e (Test Person) changes this file\n")
    assert "note: not compared: feature/" in done.stdout


@pytest.mark.parametrize(
    ("what", "checkout"),
    [
        ("tree:0", ("--no-checkout",)),
        *(
            pytest.param(what, checkout, marks=pytest.mark.slow)
            for what, checkout in (
                ("blob:none", ()), ("blob:none", ("--no-checkout",)), ("tree:0", ()), ("blob:limit=200", ()),
                ("blob:limit=200", ("--no-checkout",)),
            )
        ),
    ],
)  # fmt: skip
def test_the_printed_command_makes_it_a_whole_clones_answer(
    tmp_path: Path, source: Path, what: str, checkout: tuple[str, ...]
) -> None:
    """Also in a dirty tree; the configuration stays as it was, and no work is lost."""
    whole = told(clone(source, tmp_path / "whole"))
    part = clone(source, tmp_path / "part", f"--filter={what}", *checkout)
    (part / "dirty.txt").write_text("mine\n")
    config = (part / ".git" / "config").read_bytes()
    before = told(part)
    lines = {line for one in before["branches"] for line in one["mend_shell"] if "--fetch" in line}
    lines |= {line for one in before["pairs"] for line in one["mend_shell"] if "--fetch" in line}
    if what == "blob:limit=200":
        assert before["says"]
    else:
        assert lines == {"gitflowguard radar --fetch --target develop"}
    for line in lines:
        done = run(part, *PROGRAM, *shlex.split(line)[1:])
        assert done.returncode in (0, 1), done.stderr
        assert "fetching" in done.stderr and done.stderr.count("fetching") <= 7
        assert "couldn't" not in done.stdout and "can't determine" not in done.stdout, done.stdout
    assert told(part, "--no-cache") == whole
    assert told(part) == whole
    assert (part / ".git" / "config").read_bytes() == config
    assert (part / "dirty.txt").read_text() == "mine\n"


def test_each_branch_by_itself(tmp_path: Path, source: Path) -> None:
    """What needs no file is judged: a new file beside everything is clean without one."""
    part = clone(source, tmp_path / "part", "--filter=blob:none", "--branch", "develop")
    states = {one["branch"]: one["state"] for one in told(part)["branches"]}
    assert states["feature/apart"] == "clean"
    assert states["feature/a"] == {"unknown": "2 files that it needs are not in this partial clone"}
    said = run(part, *PROGRAM, "status").stdout
    assert "feature/apart" in said and "can't determine" in said


def test_the_command_asks_what_was_asked(tmp_path: Path, source: Path) -> None:
    part = clone(source, tmp_path / "part", "--filter=blob:none", "--branch", "develop")
    done = run(part, *PROGRAM, "radar", "--branches", "feature/a", "--since", "9999d", "--max", "7")
    line = "gitflowguard radar --fetch --branches feature/a --since 9999d --max 7"
    assert line in done.stdout, done.stdout
    missing = len(told(part)["branches"])
    assert run(part, *PROGRAM, *shlex.split(line)[1:]).returncode == 0
    states = {one["branch"]: one["state"] for one in told(part)["branches"]}
    assert (
        states["feature/a"] == "clean"
        and isinstance(states["feature/moved"], dict)
        and len(states) == missing
    )


def test_nothing_is_fetched_unasked(tmp_path: Path, source: Path) -> None:
    """Whatever is run, no program that reaches the remote starts; with --fetch it does."""
    part, mark = clone(source, tmp_path / "part", "--filter=tree:0"), tmp_path / "mark"
    evil = executable(tmp_path / "evil.sh", f"#!/bin/sh\ntouch '{mark}'\nexit 1\n")
    for key, value in {"core.sshCommand": str(evil), "remote.origin.url": "ssh://example.invalid/x"}.items():
        subprocess.run(["git", "-C", str(part), "config", key, value], check=True)
    for words in (
        ("radar",),
        ("radar", "--semantic"),
        ("status",),
        ("radar", "check", "f.txt"),
        ("radar", "--worktrees"),
    ):
        run(part, *PROGRAM, *words)
        assert not mark.exists(), words
    done = run(part, *PROGRAM, "radar", "--fetch")
    assert mark.exists() and done.returncode == 3
    assert "git fetch origin failed" in done.stderr and "Traceback" not in done.stderr


def test_a_whole_clone_has_nothing_to_fetch(tmp_path: Path, source: Path) -> None:
    whole = clone(source, tmp_path / "whole")
    done = run(whole, *PROGRAM, "radar", "--fetch", "--target", "develop")
    assert done.returncode == 0 and done.stderr == ""
    assert run(whole, *PROGRAM, "radar", "--fetch", "--watch").returncode == 2


def test_what_the_remote_has_no_more(tmp_path: Path, source: Path) -> None:
    """The rest comes anyway; a remote that says something else is an error in its words."""
    part = clone(source, tmp_path / "part", "--filter=blob:none", "--no-checkout")
    blob = subprocess.run(
        ["git", "rev-parse", "develop:d/h.txt"], cwd=source, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert promisor(Git(str(part))) == "origin" and promisor(Git(str(part)), "other") == "origin"
    assert promisor(Git(str(source))) == ""
    fetch_objects(str(part), "origin", ["1" * 40, blob, "2" * 40])
    packs = list((part / ".git" / "objects" / "pack").glob("*.promisor"))
    assert len(packs) == 2
    with pytest.raises(GitError, match="git fetch nowhere failed"):
        fetch_objects(str(part), "nowhere", ["3" * 40])
    fetch_objects(str(part), "nowhere", [])


def test_what_git_says_of_an_object_that_it_lacks() -> None:
    oid = "1" * 40
    for word in ("unable to read blob object", "unable to read", "Could not read"):
        assert unread(Unknown(f"git could not make this merge: {word} {oid}")) == (oid,)
    assert unread(Unknown("git could not make this merge: unable to read")) == ()
    assert unread(Unknown(f"git could not make this merge: it is odd: {oid}")) == ()
    assert short_of(3, ()).mend == ()
    other = Unknown("something else")
    assert lacking(None, [], other, ()) is other  # type: ignore[arg-type]


def on_histories(part: int) -> Callable[[], None]:
    @seed(part)
    @settings(
        max_examples=examples(6),
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(histories())
    def test(history: History) -> None:
        with tempfile.TemporaryDirectory() as folder:
            compared(history, Path(folder), FILTERS[part % 2])

    return test


def compared(history: History, root: Path, what: str) -> None:
    """Without files nothing else is said than with them, and after the fetch the same."""
    write(history, root / "source")
    served(root / "source")
    whole = told(clone(root / "source", root / "whole", "--no-checkout"))
    part = clone(root / "source", root / "part", f"--filter={what}", "--no-checkout")
    right = {one["branch"]: one["state"] for one in whole["branches"]}
    for one in told(part)["branches"]:
        assert isinstance(one["state"], dict) or one["state"] == right[one["branch"]], one
    told(part, "--fetch")
    assert told(part, "--no-cache") == whole


@pytest.mark.slow
@pytest.mark.parametrize("part", range(2))
def test_random_histories_without_their_files(part: int) -> None:
    on_histories(part)()
