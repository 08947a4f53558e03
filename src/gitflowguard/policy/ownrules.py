"""The rules of a team's own in a policy file, and what cannot be meant."""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.finding import ERROR
from gitflowguard.model.moment import moment_of
from gitflowguard.model.ownrule import OWN_MOMENTS, OwnRule, is_own, row_of
from gitflowguard.policy.document import PolicyFault
from gitflowguard.policy.errors import shown
from gitflowguard.policy.form import Form, OwnRuleForm
from gitflowguard.policy.tools import wrong_package, wrong_program

_DIST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")
# By what the rule reads; rules.registry says the same of the facts' classes, and a test compares the two.
_FAMILIES = {
    "branch": "branch",
    "commit": "commit",
    "identity": "commit",
    "merge": "merge",
    "push": "push",
    "pull": "pull",
    "release": "release",
}
_LETTERS = "lower-case letters, digits and -"


def own_entries(form: Form) -> int:
    """How many words there are about such rules."""
    own = [rule for rule in form.rules.values() if isinstance(rule, OwnRuleForm)]
    return sum(1 + (len(rule.run) if isinstance(rule.run, list) else 0) for rule in own)


def own_in(form: Form, faults: list[PolicyFault]) -> tuple[tuple[OwnRule, ...], dict[str, str]]:
    """(the rules, in the order of the file; severity by name). Adds to the faults."""
    found: list[OwnRule] = []
    severities: dict[str, str] = {}
    for name, own in form.rules.items():
        if isinstance(own, OwnRuleForm):
            rule = _rule(name, own)
            says = tuple(_wrong(rule))
            faults.extend(PolicyFault(("rules", name), f"rules.{name}: {one}", True) for one in says)
            found.append(rule)
            severities[name] = own.severity
    return tuple(found), severities


def _rule(name: str, own: OwnRuleForm) -> OwnRule:
    """The rule as written."""
    return OwnRule(
        name=name,
        run=tuple(own.run) if isinstance(own.run, list) else (),
        plugin=own.plugin if isinstance(own.plugin, str) else "",
        reads=own.reads,
        needs=tuple(dict.fromkeys(own.needs)),
        moments=tuple(dict.fromkeys(own.moments)),
        seconds=own.seconds,
        about=own.about,
        package=own.package if isinstance(own.package, str) else "",
    )


def _wrong(rule: OwnRule) -> Iterator[str]:
    """What is wrong with one rule."""
    if not is_own(rule.name):
        yield f"a rule of your own is called x/ and a word of {_LETTERS}, such as x/issue-key"
    if bool(rule.run) == bool(rule.plugin):
        yield "write one of run: [program, option] and plugin: package"
    yield from _wrong_words(rule)
    for word in (*rule.run, rule.about):
        if not word.isprintable():
            yield f"{shown(word)} contains an invisible character"
    yield from _never(rule)


def _wrong_words(rule: OwnRule) -> Iterator[str]:
    """Names that can't be meant."""
    says = wrong_program(rule.run[0]) if rule.run else _wrong_plugin(rule.plugin)
    if says:
        yield says
    says = wrong_package(rule.package) if rule.package else ""
    if says:
        yield f"package: {says}"


def _wrong_plugin(name: str) -> str:
    """Why a text isn't the name of a package, "" if it is or if there is none."""
    good = not name or (name[0].isalnum() and set(name) <= _DIST)
    return "" if good else f"plugin: {shown(name)} isn't the name of a package"


def _never(rule: OwnRule) -> Iterator[str]:
    """The moments at which it could never run."""
    silent = tuple(name for name in rule.moments or OWN_MOMENTS if not _speaks(rule, name))
    needs = f" with {' and '.join(rule.needs)}" if rule.needs else ""
    if rule.moments and silent:
        yield f"it can't run at {' or '.join(silent)}: that has no {rule.reads}{needs}"
    elif silent == OWN_MOMENTS:
        yield f"it would never run: nothing has a {rule.reads}{needs}"


def _speaks(rule: OwnRule, name: str) -> bool:
    """Whether a moment has what the rule reads and needs."""
    row = row_of(rule, _FAMILIES[rule.reads], ERROR)
    return moment_of(name).hears(row[1], tuple(row[4].split()), tuple(row[5].split()))
