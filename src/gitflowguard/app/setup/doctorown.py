"""`doctor`: whether the rules of a team's own can run here. Nothing of them is loaded or started."""

from __future__ import annotations

import os
from collections.abc import Iterator

from gitflowguard.app.own.ask import lacks_program
from gitflowguard.app.own.host import GROUP
from gitflowguard.model.finding import ERROR, IGNORE
from gitflowguard.model.flow import Flow
from gitflowguard.model.ownrule import OwnRule
from gitflowguard.rules.own import rule_of

_STATUS = {ERROR: "bad"}


def check_own(top: str, flow: Flow) -> Iterator[tuple[str, str, str]]:
    """(rule, status, what is there) of each rule that the policy doesn't ignore."""
    for one in flow.own:
        rule = rule_of(one)
        severity = flow.severity(rule.name, rule.default, "")
        if severity == IGNORE:
            continue
        why = _no_plugin(one) if one.plugin else _no_program(top, one)
        if not why:
            yield one.name, "ok", "its package is installed" if one.plugin else "its program is there"
        else:
            yield one.name, _STATUS.get(severity, "warning"), f"{why}, so the rule can't run"


def _no_plugin(one: OwnRule) -> str:
    """Why the package can't be asked, "" where it can."""
    from importlib import metadata

    word = one.name.removeprefix("x/")
    try:
        points = metadata.distribution(one.plugin).entry_points
    except metadata.PackageNotFoundError:
        return f"the package {one.plugin} isn't installed beside gitflowguard"
    if any(point.group == GROUP and point.name == word for point in points):
        return ""
    return f"the package {one.plugin} has no entry point {word} in {GROUP}"


def _no_program(top: str, one: OwnRule) -> str:
    """The same of a program: one by its name, or a file of the repository."""
    word = one.run[0]
    if "/" not in word:
        return lacks_program(word, top)
    return "" if os.path.isfile(os.path.join(top, word)) else f"there is no {word} in this work tree"
