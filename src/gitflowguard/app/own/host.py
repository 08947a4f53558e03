"""The process that holds a plug-in: reads facts (own.carry) on its input, prints what the rule says as JSON.

Started as ``python -E -P host.py`` by the interpreter that the hook runs under, without -S, so the packages that are
installed beside us are there, also editable ones. A plug-in is never imported into our own process: whatever it does to
its interpreter, a hook stays as quick and as quiet as it was. Exit code 3 and one line on stderr: it can't judge.
"""

from __future__ import annotations

import os
import sys

if not __package__:
    sys.path.append(
        os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    )

from gitflowguard.model.exits import BLIND, CLEAN  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from gitflowguard.model.facts import View
    from gitflowguard.model.rule import Rule

GROUP = "gitflowguard.rules"


class HostError(Exception):
    """The rule can't be had, or isn't what the policy says; one line for a person."""


def main(data: bytes) -> dict[str, Any]:
    """The answer of a rule to the facts. Raises HostError."""
    from gitflowguard.app.own.carry import load

    (name, package, reads, needs, moments), facts, view = load(data)
    rule = _rule(name, package)
    _same(rule, reads, needs, moments)
    return _answer(rule, facts, view)


def _rule(name: str, package: str) -> Rule:
    """The rule behind the entry point."""
    from importlib import metadata

    from gitflowguard.model.rule import Rule

    word = name.removeprefix("x/")
    try:
        points = metadata.distribution(package).entry_points
    except metadata.PackageNotFoundError:
        raise HostError(f"the package {package} isn't installed beside gitflowguard") from None
    found = [point for point in points if point.group == GROUP and point.name == word]
    if not found:
        raise HostError(f"the package {package} has no entry point {word} in {GROUP}")
    try:
        rule = found[0].load()
    except Exception as problem:
        raise HostError(f"{found[0].value} of {package} can't be loaded: {_said(problem)}") from None
    if not isinstance(rule, Rule):
        raise HostError(f"{found[0].value} of {package} isn't a gitflowguard.plugins.Rule")
    if (rule.code, rule.name) != (name, name):
        raise HostError(
            f"{found[0].value} of {package} has the code and name {rule.code} {rule.name}, not {name}"
        )
    return rule


def _same(rule: Rule, reads: str, needs: tuple[str, ...], moments: tuple[str, ...]) -> None:
    """The policy has to say what the rule itself says: by that a hook decides whether to ask it, and gathers."""
    from gitflowguard.model.ownrule import READS

    words = {name: word for word, name in READS.items()}
    mine = words.get(rule.reads.__name__, rule.reads.__name__)
    own = (mine, tuple(sorted(rule.needs)), tuple(sorted(rule.moments)))
    if own != (reads, tuple(sorted(needs)), tuple(sorted(moments))):
        says = f"reads: {mine}, needs: [{', '.join(rule.needs)}], moments: [{', '.join(rule.moments)}]"
        raise HostError(
            f"the policy differs from the rule, which has {says}; write that under rules.{rule.name}"
        )


def _answer(rule: Rule, facts: tuple[Any, ...], view: View) -> dict[str, Any]:
    """What the rule says, as any program of the team's would print it."""
    from gitflowguard.model.finding import Finding, Unknown

    findings: list[dict[str, Any]] = []
    unknown: list[dict[str, Any]] = []
    for number, fact in enumerate(facts):
        try:
            said = list(rule.check(fact, view))
        except Exception as problem:
            raise HostError(f"{rule.name} failed: {_said(problem)}") from None
        for one in said:
            if isinstance(one, Unknown):
                unknown.append({"fact": number, "reason": one.reason})
            elif isinstance(one, Finding):
                findings.append(_finding(number, one))
            else:
                raise HostError(f"{rule.name} yields a {type(one).__name__}, not a Finding or an Unknown")
    return {"findings": findings, "unknown": unknown}


def _finding(number: int, one: Any) -> dict[str, Any]:
    severity = "warning" if one.advice else "error"
    row = {"fact": number, "message": one.says, "severity": severity, "path": one.path, "line": one.line}
    return {**row, "commit": one.commit, "fix": [list(command) for command in one.mend]}


def _said(problem: BaseException) -> str:
    return " ".join(f"{type(problem).__name__}: {problem}".split())[:300]


def start() -> int:
    """Answers on the real output; what the plug-in prints goes to stderr."""
    import json

    answer = os.dup(1)
    os.dup2(2, 1)
    try:
        said = json.dumps(main(sys.stdin.buffer.read()))
    except (Exception, SystemExit) as problem:
        line = str(problem) if isinstance(problem, HostError) else _said(problem)
        os.write(2, f"\n{line}\n".encode("utf-8", "backslashreplace"))
        return BLIND
    with os.fdopen(answer, "wb") as out:
        out.write(said.encode("ascii"))
    return CLEAN


if __name__ == "__main__":
    sys.exit(start())
