"""The ids gitflowguard-quality, -format, -lint and -security: a hook framework names files, we read the index.

What counts is what the framework names (its `files`, `exclude` and `types` have chosen) and the index or the range
holds as new. A framework may split a long list over several calls: each one judges its own share.
"""

from __future__ import annotations

import os

from gitflowguard.app.hooks.judge import HookResult
from gitflowguard.app.hooks.quality import only_reported
from gitflowguard.app.policy.cache import understood
from gitflowguard.app.policy.opening import open_repository
from gitflowguard.app.quality.asked import QualityRequest, QualityResult
from gitflowguard.app.quality.look import look
from gitflowguard.app.quality.narrow import blind, excused
from gitflowguard.engine import evaluate
from gitflowguard.model.event import GITHEAD
from gitflowguard.model.facts import View
from gitflowguard.model.moment import AT_FILES, moment_of
from gitflowguard.quality.catalogue import USUAL
from gitflowguard.quality.foreign import asks
from gitflowguard.repo import contents
from gitflowguard.repo.git import Git
from gitflowguard.repo.state import read_state
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.app.policy.file import Source
    from gitflowguard.model.check import Tool
    from gitflowguard.model.flow import Flow
    from gitflowguard.policy.errors import PolicyError
    from gitflowguard.repo.contents import IndexEntry
    from gitflowguard.repo.git import Place

RANGE = ("PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF")


def judge(
    files: tuple[str, ...],
    families: tuple[str, ...],
    silenced: Mapping[str, str],
    compiled: Mapping[bytes, Flow | PolicyError],
) -> HookResult:
    """Judges the contents behind the files. Raises PolicyError, GitError, NeedsCompiling."""
    git = Git()

    def read(place: Place, source: Source) -> Flow:
        return understood(place, source, compiled)

    opened = open_repository(git, read)
    place, refs, flow = opened.place, opened.refs, opened.flow
    if not flow.tools:
        flow = flow._replace(tools=_chosen(git, place))
    if asks(flow):
        from gitflowguard.app.policy.trust import vouched

        flow = vouched(git, place, refs, flow, read)
    entries, base, head = _contents(git, place, files)
    asked = QualityRequest(
        entries,
        refs.head,
        families,
        base=base,
        head=head,
        commit=head,
        new_only=flow.quality.new_only and (bool(base) or "GIT_INDEX_FILE" in os.environ),
    )
    looked = look(git, place, flow, asked, os.environ) if entries else QualityResult()
    # By hand and in CI each tool has to speak.
    looked = only_reported(looked) if "GIT_INDEX_FILE" in os.environ else looked.whole()
    rules = registry.active(flow, moment_of(AT_FILES))
    report = evaluate(rules, looked.checks, View(flow, refs, ()), silenced, looked.notes)
    report = excused(report, silenced)
    return HookResult(
        report=report,
        policy=opened.policy,
        messages=False,
        place=place,
        refs=refs,
        new=False,
        tools=looked.tools,
        blind=blind(report, flow, rules),
    )


def _chosen(git: Git, place: Place) -> tuple[Tool, ...]:
    """What the repository has configured; else the usual three, because somebody has asked for this id."""
    from gitflowguard.app.quality.chosen import chosen

    return chosen(git, place, "").tools or USUAL


def _contents(git: Git, place: Place, files: tuple[str, ...]) -> tuple[tuple[IndexEntry, ...], str, str]:
    """(contents, base, head) of what the framework means; base and head only for a range of commits.

    No names at all: the hook is set to pass none, so all that is new counts.
    """
    named = frozenset(files)
    base, head = (os.environ.get(name, "") for name in RANGE)
    if base and head:
        head = contents.resolved(git, head)
        base = contents.start_of(git, contents.resolved(git, base), head)
        return _named(contents.between(git, base, head), named), base, head
    if "GIT_INDEX_FILE" in os.environ or not files:
        told = tuple(name[len(GITHEAD) :] for name in os.environ if name.startswith(GITHEAD))
        return _named(contents.staged(git, read_state(place).heads or told), named), "", ""
    return contents.listed(git, files), "", ""


def _named(entries: tuple[IndexEntry, ...], names: frozenset[str]) -> tuple[IndexEntry, ...]:
    return tuple(entry for entry in entries if entry.path in names) if names else entries
