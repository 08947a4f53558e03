"""GitHub's document of a pull request: one reader, whether an event holds it or the API answers with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import gitflowguard
from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.github.pulldocuments import proposed
from gitflowguard.forge.github.pulldocuments import read as answer
from gitflowguard.hook.payload import EventError, read
from gitflowguard.hook.pulldocument import GHOST, read_pull
from gitflowguard.model.proposal import PullRequest, as_fact

REPO = {"id": 1, "owner": {"login": "acme"}}
BASE = {"ref": "develop", "sha": "1" * 40, "repo": REPO}
HEAD = {"ref": "feature/x", "sha": "A" * 40, "repo": REPO}
DOCUMENT: dict[str, Any] = {
    **{"number": 7, "state": "open", "draft": False, "user": {"login": "ada", "type": "User"}, "title": "X"},
    **{"base": BASE, "head": HEAD, "mergeable": True, "changed_files": 3, "commits": 2, "comments": 1},
}
WHOLE = PullRequest(
    number=7,
    open=True,
    draft=False,
    author="ada",
    head="feature/x",
    head_sha="a" * 40,
    base="develop",
    base_sha="1" * 40,
    fork=False,
    mergeable=True,
    files=3,
    commits=2,
    comments=1,
    robot=False,
    title="X",
    owner="acme",
)
SOURCE = Path(gitflowguard.__file__).parent


def test_both_sources_read_the_same() -> None:
    assert read_pull(DOCUMENT) == proposed(DOCUMENT) == WHOLE
    assert read({"pull_request": DOCUMENT}).pull == as_fact(WHOLE)
    assert read({"pull_request": {**DOCUMENT, "mergeable": False}}).pull == as_fact(WHOLE)._replace(
        mergeable=False
    )


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"head": {**HEAD, "repo": {**REPO, "id": 2, "owner": None}}}, {"fork": True, "owner": GHOST}),
        ({"head": {**HEAD, "repo": None}}, {"fork": True, "owner": ""}),
        ({"user": {"login": "renovate[bot]", "type": "User"}}, {"author": "renovate[bot]", "robot": True}),
        ({"user": {"login": "Copilot", "type": "Bot"}}, {"author": "Copilot", "robot": True}),
        ({"mergeable": None}, {"mergeable": None}),
        ({"draft": True}, {"draft": True}),
        ({"state": "closed"}, {"open": False}),
        ({"changed_files": None, "comments": None, "title": None}, {"files": 0, "comments": 0, "title": ""}),
    ],
)
def test_what_a_document_says(change: dict[str, Any], found: dict[str, Any]) -> None:
    assert read_pull(DOCUMENT | change) == proposed(DOCUMENT | change) == WHOLE._replace(**found)


def test_an_account_that_is_gone() -> None:
    """An event of it names nobody; GitHub's own page shows a ghost."""
    assert read_pull({**DOCUMENT, "user": None}) == WHOLE._replace(author="")
    assert proposed({**DOCUMENT, "user": None}) == WHOLE._replace(author=GHOST)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"base": None}, "the event's base isn't an object"),
        ({"head": []}, "the event's head isn't an object"),
        ({"head": {**HEAD, "ref": "a..b"}}, "the event's ref isn't the name of a branch"),
        ({"base": {**BASE, "ref": 3}}, "the event's ref isn't the name of a branch"),
        ({"base": {**BASE, "sha": "main"}}, "the event's sha isn't a commit"),
        ({"head": {**HEAD, "sha": "0" * 40}}, "the event's sha isn't a commit"),
    ],
)
def test_a_document_of_another_form(change: dict[str, Any], says: str) -> None:
    """Each source in its own words."""
    with pytest.raises(EventError) as problem:
        read({"pull_request": DOCUMENT | change})
    assert str(problem.value) == says
    with pytest.raises(ForgeError, match="GitHub answers in a way that was not expected") as other:
        answer(proposed, DOCUMENT | change)
    assert other.value.kind == errors.GARBLED


@pytest.mark.parametrize(
    "change",
    [
        {"number": None},
        {"user": "ada"},
        {"changed_files": "3"},
        {"comments": []},
        {"head": {**HEAD, "repo": "acme/web"}},
        {"base": {**BASE, "repo": 1}},
    ],
)
def test_an_event_may_lack_what_an_answer_has(change: dict[str, Any]) -> None:
    """What only the API is asked for has to be whole there, and stops no event."""
    assert read({"pull_request": DOCUMENT | change}).pull
    with pytest.raises(ForgeError, match="not expected"):
        answer(proposed, DOCUMENT | change)
    with pytest.raises(ForgeError, match="not expected"):
        answer(proposed, {key: value for key, value in DOCUMENT.items() if key != "state"})


def test_nobody_else_reads_the_document() -> None:
    """A second reader would have its own idea of a fork, of a robot, of a branch's name."""
    keys = re.compile(r"""["'](?:changed_files|mergeable)["']|\[["'](?:head|base)["']\]""")
    readers = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if path.parts[-2] in ("hook", "github", "pull", "cli") and keys.search(path.read_text("utf-8"))
    }
    assert readers == {"hook/pulldocument.py", "forge/github/pulldocuments.py"}
