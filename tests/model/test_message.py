"""The message as git will store it: real git commits, and its own %B is the answer."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitflowguard.model.message import (
    Cleanup,
    stored,
    trailer_lines,
    trailers_of,
    with_trailers,
)
from gitflowguard.repo.cleanup import how_cleaned, read_words
from gitflowguard.repo.git import Git
from tests import basis
from tests.budget import examples
from tests.conftest import executable

# The hook keeps what it was shown. The editor writes what it is told above, below or in the place of the file.
HOOK = """#!/bin/sh
cp "$1" seen; printf %s "$1" >name; printf %s "$GIT_EDITOR" >editor; printf %s "${GIT_EDITOR+x}" >set
"""
EDITOR = """#!/bin/sh
case $HOW in
  above) cat "$TEXT" "$1" >"$1.new" ;;
  below) cat "$1" "$TEXT" >"$1.new" ;;
  instead) cat "$TEXT" >"$1.new" ;;
  *) exit 0 ;;
esac
mv "$1.new" "$1"
"""
LINES = (
    "Say it", "#12 Say it", "; a list", "", "", "   ", "trailing  \t", "# a comment", "#", "---", "\x0b", "é\r",
    "# ------------------------ >8 ------------------------", "; ------------------------ >8 ------------------------",
    "Signed-off-by: U <u@example.org>", "Key: value", "  indented", "@@ -1 +1 @@", "diff --git a/x b/x",
)  # fmt: skip
MODES = ("", "default", "strip", "whitespace", "verbatim", "scissors")
SIGNS = ("", "#", ";", "%", "auto")
WAYS = (
    "-m",
    "-F",
    "editor",
    "template",
    "amend",
    "-c",
    "-C",
    "fixup",
    "squash",
    "merge",
    "merge -m",
    "revert",
    "concluded",
)
texts = st.lists(st.sampled_from(LINES), max_size=6).map("\n".join)


def repository(place: Path) -> None:
    """Two lines that can be merged, with a hook that keeps what it is shown."""
    run(place, "init", "-q", "-b", "main", ".")
    (place / ".git/hooks").mkdir(exist_ok=True)
    executable(place / ".git/hooks/commit-msg", HOOK)
    executable(place / "editor.sh", EDITOR)
    for number in range(3):
        run(
            place,
            "-c",
            "core.hooksPath=/dev/null",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            f"Old {number}\n\nBody",
        )
    run(place, "branch", "side", "HEAD~1")
    run(place, "switch", "-q", "side")
    run(place, "-c", "core.hooksPath=/dev/null", "commit", "-q", "--allow-empty", "-m", "Side")
    run(place, "switch", "-q", "main")


def run(place: Path, *args: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Runs git there; the caller looks at the exit code."""
    return subprocess.run(
        ("git", *args),
        cwd=place,
        env={**os.environ, **env},
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def words_of(way: str, place: Path) -> tuple[tuple[str, ...], ...]:
    """git's command lines for a way of making a commit; the last one makes it."""
    file, text = str(place / "text"), (place / "text").read_bytes().decode()
    commit = ("commit", "--allow-empty", "--allow-empty-message")
    ways: dict[str, tuple[tuple[str, ...], ...]] = {
        "-m": ((*commit, "-m", text),),
        "-F": ((*commit, "-F", file),),
        "editor": (commit,),
        "template": ((*commit, "--template", file),),
        "amend": ((*commit, "--amend"),),
        "-c": ((*commit, "-c", "HEAD~1"),),
        "-C": ((*commit, "-C", "HEAD~1"),),
        "fixup": ((*commit, "--fixup", "HEAD~1"),),
        "squash": ((*commit, "--squash", "HEAD~1"),),
        "merge": (("merge", "--no-ff", "--edit", "side"),),
        "merge -m": (("merge", "--no-ff", "-m", text or "x", "side"),),
        "revert": (("revert", "--no-commit", "HEAD~1"), (*commit, "-e")),
        "concluded": (("merge", "--no-ff", "--no-commit", "side"), commit),
    }
    return ways[way]


def compare(
    place: Path, way: str, mode: str, sign: str, verbose: str, by_option: bool, how: str, text: str
) -> str:
    """Makes the commit and compares; returns what was tried, "" where git made no commit."""
    (place / "text").write_bytes(text.encode())
    for name in ("seen", "name", "editor", "set"):
        (place / name).unlink(missing_ok=True)
    config_keys: list[tuple[str, str]] = [("core.commentChar", sign)] if sign else []
    config_keys += [("commit.cleanup", mode)] if mode and not by_option else []
    config_keys += [("commit.verbose", "true")] if verbose == "config" else []
    *before, words = words_of(way, place)
    for one in before:
        run(place, *one)
    options: tuple[str, ...] = (f"--cleanup={mode}",) if mode and by_option else ()
    options += ("-v",) if verbose == "-v" and words[0] == "commit" else ()
    words = (words[0], *options, *words[1:])
    config = tuple(word for key, value in config_keys for word in ("-c", f"{key}={value}"))
    if sign == "auto" and how == "instead" and way not in ("editor", "-m", "-F", "-C", "fixup", "merge -m"):
        return ""  # nothing is left of the message that git chose a sign for
    tip = run(place, "rev-parse", "HEAD").stdout
    done = run(place, *config, *words, GIT_EDITOR=str(place / "editor.sh"), HOW=how, TEXT=str(place / "text"))
    if done.returncode or not (place / "seen").exists() or run(place, "rev-parse", "HEAD").stdout == tip:
        run(place, "merge", "--abort")
        run(place, "revert", "--abort")
        return ""
    raw = (place / "seen").read_bytes()
    environ = {"GIT_EDITOR": (place / "editor").read_text()} if (place / "set").read_text() else {}
    git = Git(str(place))
    git._environ = {**os.environ, **_counted(config_keys)}
    clean = how_cleaned(
        git, raw, str(place / (place / "name").read_text()), read_words((*config, *words)), environ
    )
    real = run(place, "log", "-1", "--format=%B", "-z").stdout.removesuffix(b"\0")
    run(place, "reset", "-q", "--hard", tip.decode().strip())
    tried = f"{way} {mode} {sign} {verbose} {by_option} {how} {clean} {raw!r}"
    got = stored(raw, clean)
    assert got.rstrip(b"\n") == real.rstrip(b"\n"), tried
    return tried


def _counted(given: list[tuple[str, str]]) -> dict[str, str]:
    """The settings as the environment gives them to a hook of git's."""
    found = {"GIT_CONFIG_COUNT": str(len(given))}
    for at, (key, value) in enumerate(given):
        found |= {f"GIT_CONFIG_KEY_{at}": key, f"GIT_CONFIG_VALUE_{at}": value}
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One repository for all cases of this file: each puts the branch back."""
    found: Path = tmp_path_factory.mktemp("messages")
    basis.copied(("messages",), found, repository)
    return found


@settings(max_examples=examples(40))
@given(
    st.sampled_from(WAYS),
    st.sampled_from(MODES),
    st.sampled_from(SIGNS),
    st.sampled_from(("", "-v", "config")),
    st.booleans(),
    st.sampled_from(("above", "below", "instead", "nothing")),
    texts,
)
def test_random_messages(
    place: Path, way: str, mode: str, sign: str, verbose: str, by_option: bool, how: str, text: str
) -> None:
    """Any way × mode × sign × -v × text."""
    compare(place, way, mode, sign, verbose, by_option, how, text)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_every_way_mode_and_sign(place: Path, way: str) -> None:
    """The whole table, each with a few texts and editors drawn by the row's own number."""
    chosen = random.Random(way)  # a test's choice  # nosec B311
    for mode, sign, verbose in itertools.product(MODES, SIGNS, ("", "-v", "config")):
        text = "\n".join(chosen.choice(LINES) for _ in range(chosen.randrange(6)))
        how = chosen.choice(("above", "below", "instead", "nothing"))
        compare(place, way, mode, sign, verbose, chosen.random() < 0.5, how, text)


# (the file, how it is cleaned, what is stored with the trailer "Skip: why", where git finds it)
PLACES = [
    ("Subject\n", Cleanup(), "Subject\n\nSkip: why\n"),
    ("Subject", Cleanup("whitespace"), "Subject\n\nSkip: why\n"),
    ("Subject\n\nKey: value\n", Cleanup(), "Subject\n\nKey: value\nSkip: why\n"),
    ("Key: value\n", Cleanup(), "Key: value\n\nSkip: why\n"),
    ("Subject\n\nSkip: why\n# a comment\n", Cleanup(), "Subject\n\nSkip: why\n"),
    ("Subject\n\nbefore\n---\nafter\n", Cleanup(), "Subject\n\nbefore\n---\nafter\n\nSkip: why\n"),
    ("Subject\n; x\n#12\n\n; y\n", Cleanup(sign=b";"), "Subject\n#12\n\nSkip: why\n"),
    ("S\n\n# x\n", Cleanup("whitespace"), "S\n\n# x\n\nSkip: why\n"),
    (
        "S\n# ------------------------ >8 ------------------------\nText\n\nKey: value\n",
        Cleanup("scissors"),
        "S\n\nSkip: why\n",
    ),
    ("S\n\nText\nSigned-off-by: U\n", Cleanup(), "S\n\nText\nSigned-off-by: U\nSkip: why\n"),
    ("S\n\nText\nKey: value\n", Cleanup(), "S\n\nText\nKey: value\n\nSkip: why\n"),
]


@pytest.mark.parametrize(("raw", "how", "whole"), PLACES)
def test_a_trailer_stands_where_git_finds_it(raw: str, how: Cleanup, whole: str, place: Path) -> None:
    """In the stored message, and by git's own reader of trailers."""
    text = stored(with_trailers(raw.encode(), how, (b"Skip: why",)), how)
    assert text == whole.encode() and ("Skip", "why") in trailers_of(whole)
    assert b"Skip: why" in trailer_lines(text)
    words = ("interpret-trailers", "--parse", "--no-divider")
    found = subprocess.run(("git", *words), cwd=place, input=text, capture_output=True, check=True).stdout
    assert b"Skip: why" in found.split(b"\n")


@pytest.mark.parametrize("template", ["", "\n# Please enter\n#\n# On branch x\n", "# why?\n"])
def test_an_empty_message_keeps_its_first_line_for_the_subject(template: str) -> None:
    """Whoever types on the first line, or writes in front of the file without a line's end, has typed a subject."""
    file = with_trailers(template.encode(), Cleanup(), (b"Skip: why",))
    for typed in (b"Subject" + file, b"Subject\n" + file, b"Subject\n\nBody\n" + file):
        text = stored(typed, Cleanup())
        assert text.startswith(b"Subject\n\n") and trailer_lines(text) == (b"Skip: why",)
