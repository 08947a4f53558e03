"""Keeps that a commit's first hook had nothing to say, with all that this depended on (tooling.repeat).

Nothing follows from it for another commit, another tip or another reflog: every input is compared. So what is kept
needs an argument in one point alone, that no input is missing. Facts before a commit are read from the refs, the
reflogs, git's settings, the index, the policy, the files of an operation that is under way, and for the tools from
the disk (tooling.disk); objects are named by their content. A rule with another need, a rule of the policy's own, and
a tool that runs other code than its own take the whole look each time.
"""

from __future__ import annotations

import os
import sys

from gitflowguard.app.hooks import keeping
from gitflowguard.model.event import CHAINED, PASSED
from gitflowguard.model.moment import AT_COMMIT, PROOF, TOOLS, CONTENTS, moment_at
from gitflowguard.model.names import HEADS
from gitflowguard.quality import foreign
from gitflowguard.repo import kept
from gitflowguard.rules import registry
from gitflowguard.tooling import disk, repeat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitflowguard.app.hooks.judge import HookResult
    from gitflowguard.tooling.disk import Noted

# What is under way in the work tree (repo.state.read_state), and a directory that one tool or another reads.
OPERATIONS = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "SQUASH_MSG", "rebase-merge", "rebase-apply")
NEEDS = {TOOLS, PROOF}
_NOTHING = repr(False).encode()


def begin(argv: list[str], branch: str, environ: Mapping[str, str]) -> Noted | None:
    """What a commit's first hook depends on before any of it is read; None where this commit isn't an ordinary one."""
    if moment_at(argv[1]).name != AT_COMMIT or any(environ.get(name) for name in kept.VARIABLES):
        return None
    try:
        noted = {(kind, path): disk.answer(kind, path) for kind, path in _questions(argv, branch, environ)}
    except (OSError, ValueError):
        return None
    absent = all(data == _NOTHING for (kind, _), data in noted.items() if kind in "el")
    fits = all(len(data) <= disk.MOST for data in noted.values())
    return noted if absent and fits and not _conflict(noted, environ) else None


def keep(begun: Noted, argv: list[str], outcome: HookResult) -> None:
    """Keeps that a hook had nothing to say, where all that this followed from is known. argv: of the process."""
    opened, at = outcome.opened, moment_at(argv[1])
    if opened is None or not outcome.quiet or outcome.noted is None:
        return
    flow = opened.flow
    if flow.own or foreign.asks(flow) or registry.wanted(flow, at, CONTENTS):
        return
    rows = registry.speaking(flow, at)
    if not all(set(registry.needs_of(row)) <= keeping.NEEDS | NEEDS for row in rows):
        return
    if begin(argv, opened.refs.head, os.environ) != begun:
        return
    text = repeat.entry(argv, os.path.join(".git", PASSED), not outcome.messages, {**begun, **outcome.noted})
    if text:
        _write(repeat.path(argv[1]), text)


def _write(path: str, text: bytes) -> None:
    from gitflowguard.atomic import put

    try:
        put(path, text, mode=0o600)
    except OSError:
        pass  # the next one looks again


def _questions(argv: list[str], branch: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(kind, path) of all that is read but what the tools are found by. Raises OSError, ValueError for an odd place."""
    for name in (*kept.ODD, *OPERATIONS):
        yield "e", f".git/{name}"
    yield "e", argv[3].removesuffix(".legacy") + CHAINED
    for name in (".git", ".git/HEAD", *(name for name in kept.PLAIN if not name.startswith(".git/"))):
        yield "l", name  # a policy that is a link is a mistake
    version = os.path.join(os.path.dirname(sys.argv[0]), "__init__.py")
    for path in (
        ".git/HEAD",
        *kept.PLAIN,
        *_settings(environ),
        version,
        f".git/logs/{HEADS}{branch}",
        *_indexes(environ),
    ):
        yield "c", path
    for folder in kept.FOLDERS:
        yield from _refs(f".git/{folder}", [0])


def _settings(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Where git finds its settings beside the repository's own (git-config(1), FILES)."""
    home = environ.get("HOME", "")
    other = environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    named = environ.get("GIT_CONFIG_GLOBAL", "")
    return (
        "/etc/gitconfig",
        *((named,) if named else (os.path.join(home, ".gitconfig"), f"{other}/git/config")),
    )


def _indexes(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The index that is committed, and the work tree's."""
    return tuple(dict.fromkeys((environ.get("GIT_INDEX_FILE") or ".git/index", ".git/index")))


def _refs(folder: str, count: list[int]) -> Iterator[tuple[str, str]]:
    """The loose refs below a folder."""
    yield "n", folder
    for name in disk.names(folder):
        path = f"{folder}/{name}"
        count[0] += 1
        if count[0] > kept.MOST_LOOSE:
            raise ValueError
        if os.path.isdir(path):
            yield from _refs(path, count)
        else:
            yield "c", path


def _conflict(noted: Noted, environ: Mapping[str, str]) -> bool:
    """Whether an index remembers a conflict that was resolved (gitformat-index(5), "Resolve undo"), or isn't there."""
    found = [noted["c", path] for path in _indexes(environ)]
    return any(not data or b"REUC" in data for data in found)
