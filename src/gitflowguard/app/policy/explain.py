"""A rule's manual, for a person: read from the rule's own file, nowhere else."""

from __future__ import annotations

import difflib

from gitflowguard.app.policy.load import here
from gitflowguard.app.policy.opening import flow_of
from gitflowguard.model.names import listed
from gitflowguard.model.ownrule import PREFIX, is_own
from gitflowguard.model.record import Record
from gitflowguard.model.rule import Rule
from gitflowguard.policy.errors import PolicyError
from gitflowguard.process import ProcessError
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.read import read_refs
from gitflowguard.repo.state import find_place
from gitflowguard.rules import registry
from gitflowguard.rules.own import rule_of

# The severity that a reader most likely wants instead: one step down, or on at all.
_OTHER = {"error": "warning", "warning": "ignore", "ignore": "warning"}
_ARTICLE = {"warning": "a warning", "ignore": "silent"}
_NOT_IN_HOOKS = ("model", "protection", "pull")
HEADINGS = ("What it checks", "Why it matters", "Example", "How to fix it")


class UnknownRule(Exception):
    """No rule goes by this word; the text says what was meant, perhaps."""


class Manual(Record):
    """A rule's documentation, cut into its parts.

    headline: the first sentence. sections: (heading, text), in the order of the file.
    """

    headline: str
    sections: tuple[tuple[str, str], ...]


def read_manual(rule: Rule) -> Manual:
    """Cuts the manual at its headings; each stands alone on a line."""
    sections: list[tuple[str, list[str]]] = []
    for line in rule.doc.strip().splitlines():
        if line in HEADINGS:
            sections.append((line, []))
        elif sections:
            sections[-1][1].append(line)
    parts = tuple((heading, "\n".join(lines).strip("\n")) for heading, lines in sections)
    return Manual(rule.doc.strip().splitlines()[0], parts)


def document(word: str) -> dict[str, object]:
    """The manual for programs. Raises UnknownRule."""
    rule = _rule(word)
    (row,) = (row for row in (*table(), *own_table()) if row["name"] == rule.name)
    parts = (*read_manual(rule).sections, severity_section(rule))
    return {**row, "sections": [{"heading": heading, "text": text} for heading, text in parts]}


def _rule(word: str) -> Rule:
    rule = registry.find(word) or next((one for one in own_rules() if one.name == word.strip()), None)
    if rule is None:
        raise UnknownRule(f"there is no rule {word}{_meant(word)}; `gitflowguard rules` lists them")
    return rule


def explain(word: str) -> str:
    """The manual of the rule with this code or name. Raises UnknownRule."""
    rule = _rule(word)
    heir = "" if word.strip().upper() in (rule.code, rule.name.upper()) else f" (was {word.strip().upper()})"
    title = f"{rule.name}, a rule of this repository's own"
    if not is_own(rule.name):
        title = f"{rule.code} {rule.name}{heir}, {rule.default} by default"
    lines = [title, "=" * len(title), "", read_manual(rule).headline]
    for heading, text in (*read_manual(rule).sections, severity_section(rule)):
        lines += ["", heading, "-" * len(heading), text]
    return "\n".join(lines)


def severity_section(rule: Rule) -> tuple[str, str]:
    """(heading, text): the line of the policy that changes the severity, and how a hook skips the rule once."""
    if is_own(rule.name):
        return _own_severity(rule)
    other = _OTHER[rule.default]
    family = next(family for _, family, name in registry.RULES if name == rule.name)
    skip = f'\n\nTo skip it once in a hook, give a reason:\n\n    GITFLOWGUARD_SKIP="{rule.name}: why" git …'
    return (
        "How to change its severity",
        f"An error blocks, a warning is shown, and ignore turns the rule off. To make it\n"
        f"{_ARTICLE[other]}, add this to your policy (.gitflowguard.yaml):\n\n"
        f"    rules:\n      {rule.name}: {other}{'' if family in _NOT_IN_HOOKS else skip}",
    )


def _own_severity(rule: Rule) -> tuple[str, str]:
    """The same of a rule of the team's own, which stands in the policy as a whole."""
    return (
        "How to change its severity",
        "An error blocks, a warning is shown, and ignore turns the rule off. It is in your policy\n"
        f"(.gitflowguard.yaml):\n\n    rules:\n      {rule.name}:\n        severity: warning"
        f'\n\nTo skip it once in a hook, give a reason:\n\n    GITFLOWGUARD_SKIP="{rule.name}: why" git …',
    )


def own_rules() -> tuple[Rule, ...]:
    """The rules of the team's own in the policy here, with its severities; () where there is none that can be read."""
    git = Git()
    try:
        place = find_place(git)
        source = here(git, place, read_refs(git, place=place))
        # Without the word nothing is parsed: most policies have none, and the reader takes 50 ms.
        named = source is not None and PREFIX.encode() in source.data
        if source is None or not named:
            return ()
        flow = flow_of(place, source)
        rules = map(rule_of, flow.own)
        return tuple(one._replace(default=flow.severity(one.name, one.default, "")) for one in rules)
    except (GitError, PolicyError, ProcessError):
        return ()


def own_table() -> tuple[dict[str, str], ...]:
    """These rules as rows."""
    return tuple(
        {
            "code": rule.code,
            "name": rule.name,
            "default": rule.default,
            "family": "own",
            "headline": rule.headline,
        }
        for rule in own_rules()
    )


def table() -> tuple[dict[str, str], ...]:
    """Every rule as a row: code, name, default, family, headline."""
    families = {name: family for _, family, name in registry.RULES}
    return tuple(
        {
            "code": rule.code,
            "name": rule.name,
            "default": rule.default,
            "family": families[rule.name],
            "headline": rule.headline,
        }
        for rule in registry.load()
    )


def _meant(word: str) -> str:
    """``; did you mean …``, or nothing."""
    own = tuple(one.name for one in own_rules()) if is_own(word.strip()) else ()
    names = {name.lower(): name for name in own or (*registry.NAMES, *registry.CODES)}
    near = difflib.get_close_matches(word.strip().lower(), names, n=3, cutoff=0.5)
    return f"; did you mean {listed(tuple(names[name] for name in near))}" if near else ""
