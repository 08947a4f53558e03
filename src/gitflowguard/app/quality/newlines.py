"""Only what a change brought: a finding is old if the tool proves that it made it before.

A line that stands where it stood is not enough. The file may come from a path that no tool looks at, a quote that
was deleted may make code of text, and a configuration may have left the file out. So the tool looks at the former
content, under its former path and configuration, and only what it says of both is old.
"""

from __future__ import annotations

from gitflowguard.app.quality.groups import groups_of
from gitflowguard.quality.catalogue import agreed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from gitflowguard.app.quality.asked import Group, QualityRequest
    from gitflowguard.model.check import Check
    from gitflowguard.model.flow import Flow
    from gitflowguard.quality.adapter import Remark
    from gitflowguard.repo.addedlines import Changes
    from gitflowguard.repo.git import Git, Place

    # (tool, path, code, line, its words) of a finding
    Spot = tuple[str, str, str, int, str]
    Again = Callable[[QualityRequest, tuple[Group, ...]], Iterable[tuple[str, Remark]]]

# Beside one of these a digit is part of a name or text, as in x1, '1' and 1.5; not in "(11)" and "line 12".
_PART = frozenset("_.'\"")


def only_new(
    git: Git,
    place: Place,
    flow: Flow,
    asked: QualityRequest,
    checks: tuple[Check, ...],
    groups: Iterable[Group],
    environ: Mapping[str, str],
    again: Again,
) -> tuple[Check, ...]:
    """The checks without findings that the tools made before the change, too.

    again: runs the tools on other contents; gives (tool, remark) pairs.
    """
    found = tuple(check for check in checks if check.unchecked is None)
    if not asked.new_only or not found:
        return checks
    changed = _changed(git, place, asked, found, groups)
    spots = {check: _spot(check, changed) for check in found}
    wanted = {spot for spot in spots.values() if spot is not None}
    before = _before(git, place, flow, asked, changed, wanted, environ, again) if wanted else []
    # A tool that judges files together also speaks of files that the change did not touch.
    old = {check for check in found if check.path not in changed.files} | _matched(spots, before)
    return tuple(check for check in checks if check not in old)


def _changed(
    git: Git, place: Place, asked: QualityRequest, found: Iterable[Check], groups: Iterable[Group]
) -> Changes:
    """What the change did to the lines of the files in which something was found."""
    # Here, because most runs find nothing.
    from gitflowguard.repo.addedlines import LineChange, changes

    blobs = {entry.path: entry.oid for group in groups for entry in group.entries}
    wanted = {check.path: blobs.get(check.path, "") for check in found}
    changed = changes(git, place, asked.base, asked.head, wanted)
    return changed._replace(files={**changed.files, **{entry.path: LineChange() for entry in asked.arriving}})


def _matched(spots: Mapping[Check, Spot | None], before: list[Spot]) -> set[Check]:
    """The findings that were made before, each for one: by code, line and words.

    Words may hold a number that the change moved ("too complex (11)"), and no other word differs: a name that is
    undefined now may stand on the same line as one that was.
    """
    free: dict[Spot, int] = {}
    for one in before:
        free[_numberless(one)] = free.get(_numberless(one), 0) + 1
    old: set[Check] = set()
    for check, spot in spots.items():
        if spot is not None and free.get(_numberless(spot), 0):
            free[_numberless(spot)] -= 1
            old.add(check)
    return old


def _numberless(spot: Spot) -> Spot:
    """The same with one sign for each number in its words."""
    return (*spot[:4], "".join(_words(spot[4])))


def _words(says: str) -> Iterator[str]:
    """The text in pieces, with "0" for each number that stands alone."""
    at = 0
    while at < len(says):
        end = at
        while end < len(says) and (says[end].isalnum() or says[end] in _PART):
            end += 1
        word = says[at:end]
        yield "0" if word.isdecimal() else word or says[end]
        at = end if word else end + 1


def _spot(check: Check, changed: Changes) -> Spot | None:
    """Where the finding would have been before; None where its lines are new, or it is about none."""
    change = changed.files.get(check.path)
    if change is None or change.was is None or not check.line:
        return None
    line = change.before(check.line, max(check.end, check.line))
    return (check.tool, change.was.path, check.code, line, check.says) if line else None


def _before(
    git: Git,
    place: Place,
    flow: Flow,
    asked: QualityRequest,
    changed: Changes,
    wanted: Iterable[Spot],
    environ: Mapping[str, str],
    again: Again,
) -> list[Spot]:
    """The findings that the tools made before the change."""
    names = {tool for tool, *_ in wanted}
    paths = {path for _, path, *_ in wanted}
    entries = {one.was.path: one.was for one in changed.files.values() if one.was is not None}
    # Where somebody else's configuration was asked for (a pull request's base), it holds for both.
    own = asked.commit in ("", changed.head)
    old = asked._replace(
        entries=tuple(entry for path, entry in entries.items() if path in paths),
        commit=changed.base if own else asked.commit,
        head=changed.base,
        texts=None,
    )
    tools = tuple(tool for tool in agreed(flow.tools) if tool.name in names)
    bar = flow.bar(asked.branch)
    groups, _, _ = groups_of(git, place, tools, old, bar, flow.quality, environ)
    return [
        (tool, remark.path, remark.code, remark.line, remark.says)
        for tool, remark in again(old, tuple(groups))
    ]
