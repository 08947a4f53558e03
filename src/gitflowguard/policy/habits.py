"""What a team calls its branches: name templates learned from the names that are there.

A template is proposed only where names that a person would call alike share it:
``feat/login`` and ``feat/logout`` show ``feat/{slug}``, ``ABC-1-login`` shows
``{ticket}-{slug}``. A name that stands alone shows nothing, so a new nonsense name
stays outside whatever is learned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gitflowguard.model.flow import Flow
from gitflowguard.model.record import Record
from gitflowguard.model.template import Template
from gitflowguard.policy.presets import BOTS

FEATURE, BUGFIX, RELEASE, HOTFIX, SUPPORT, BOT, PAGES = (
    "feature",
    "bugfix",
    "release",
    "hotfix",
    "support",
    "bot",
    "pages",
)
# Words before the slash or dash, by the kind of branch that they mean (conventionalbranch.org, git-flow AVH's
# prefixes, and the usual verbs of public repositories).
_WORDS = {
    BUGFIX: "bugfix bugfixes bug-fix bug bugs fix fixes",
    HOTFIX: "hotfix hotfixes hot-fix hf patch",
    RELEASE: "release releases rel rc",
    SUPPORT: "support lts maintenance maint stable backports unmaintained eol",
    FEATURE: "feature features feat feats ft story task chore chores docs doc refactor refactoring ci test tests "
    "perf build style deps improvement improvements enhancement enh cleanup experiment spike poc wip",
}
_KIND_OF_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_VERBS = frozenset(
    "add update remove improve change rename move bump use allow support make upgrade migrate".split()
)
_TRACKER = frozenset("issue issues gh bug ticket task i pr".split())
# Robots that open pull requests, beside those that every preset has.
_ROBOTS = (
    "pyup-**",
    "pyup/**",
    "greenkeeper/**",
    "allcontributors/**",
    "deepsource-**",
    "sourcery/**",
    "whitesource/**",
    "scala-steward/**",
    "update/*-steward-**",
    "crowdin/**",
    "l10n_**",
    "requires-io-**",
    "fossabot/**",
    "gitpod/**",
    "aider/**",
    "windsurf/**",
    "gemini/**",
    "openhands/**",
    "nf-core-template-merge-**",
)
# Branches that hold what is published or measured, not source; believed only of one without a common history.
PUBLISHED = frozenset(
    "gh-pages pages gh_pages website site www docs-site wiki badges coverage benchmarks assets data media "
    "python-coverage-comment-action-data apidocs documentation static".split()
)
_ANY_ROBOT = tuple(Template(text) for text in (*BOTS, *_ROBOTS))
_PEOPLE = frozenset("users user u people personal private".split())
_TICKET = re.compile(r"[A-Z][A-Z0-9]*-[0-9]+(?:([-_])(?=.))?")
_NUMBERED = re.compile(r"([A-Za-z]*)([-_#]?)([0-9]+)(?:([-_])([^/]+))?")
_VERSIONED = re.compile(r"([A-Za-z]{0,8}[-_]?)([0-9]+(?:\.[0-9]+)+|[0-9]+(?:\.[0-9]+)*\.x)")
# What may stand in a template as it is, and be understood by whoever reads the policy.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9#][A-Za-z0-9._/#-]*")
_DIGITS = re.compile(r"[0-9]+")
_MOST = 12


class Habit(Record):
    """A template that names of this repository show.

    kind: the id of the kind that it belongs to. names: those that show it, sorted.
    """

    template: str
    kind: str
    names: tuple[str, ...]


def learn(names: Iterable[str], flow: Flow) -> tuple[Habit, ...]:
    """The habits behind the names, the commonest first.

    names: of branches, also of merged ones; each counts once. flow: the preset; what it calls a line, a
    robot's branch or a published one teaches nothing.
    """
    loose = sorted({name for name in names if not settled(flow, name)})
    groups: dict[tuple[str, str], list[str]] = {}
    for name in loose:
        shape = shape_of(name)
        if shape is not None:
            groups.setdefault(shape, []).append(name)
    together: dict[str, int] = {}
    for (template, _), shown in groups.items():
        together[_family(template)] = together.get(_family(template), 0) + len(shown)
    found = [
        Habit(template, kind, tuple(shown))
        for (template, kind), shown in groups.items()
        if together[_family(template)] >= _needed(template)
    ]
    found.sort(key=lambda habit: (-len(habit.names), habit.template))
    return tuple(_slim(found, flow))


def settled(flow: Flow, name: str) -> bool:
    """Whether the preset already knows what such a branch is, and no team's habit shows in it."""
    kind = flow.kind_of(name)
    if kind is None:
        return False
    return not any(template.prefix for template in kind.names) or kind.id not in _WORDS


def shape_of(name: str) -> tuple[str, str] | None:
    """(template, kind) that the name is an example of; None where it shows nothing."""
    robot = next((one for one in _ANY_ROBOT if one.match(name, _PLAIN) is not None), None)
    if robot is not None:
        return robot.text, BOT
    if not _PLAIN_NAME.fullmatch(name):
        return None
    found = _slashed(name) if "/" in name else _bare(name)
    if found is None or Template(found[0]).match(name, _PLAIN) is None:
        return None
    return found


def _slashed(name: str) -> tuple[str, str] | None:
    """A name with a slash: the word before it says the kind."""
    word, _, tail = name.partition("/")
    kind = _KIND_OF_WORD.get(word.lower(), FEATURE)
    if word.lower() in _PEOPLE:
        return (f"{word}/*/{{slug}}", FEATURE) if "/" in tail else (f"{word}/{{slug}}", FEATURE)
    if kind in (RELEASE, HOTFIX):
        return f"{word}/{_versions(tail)}", kind
    return f"{word}/{{slug}}", kind


def _versions(tail: str) -> str:
    """What stands behind ``release/``: a version, a line of versions, a date, else any words."""
    version = tail[1:] if tail[:1] in ("v", "V") else tail
    before = tail[: len(tail) - len(version)]
    if _PLAIN.well_formed(version):
        return before + "{version}"
    plain = _DIGITS.sub("", version)
    if plain != version and set(plain) <= set(".-_x"):
        return before + _DIGITS.sub("{number}", version)
    return "{slug}"


def _bare(name: str) -> tuple[str, str] | None:
    """A name without a slash: a ticket, an issue's number, a version, or a usual word and a dash."""
    ticket = _TICKET.match(name)
    if ticket:
        rest = name[ticket.end() :]
        return ("{ticket}" + (ticket[1] + "{slug}" if rest else ""), FEATURE)
    version = _VERSIONED.fullmatch(name)
    if version:
        return _line_of_versions(*version.groups())
    word, mark, rest = name.partition("-") if "-" in name else name.partition("_")
    if word.lower() == "patch" and rest.isdigit():
        return None  # what GitHub calls a branch in somebody's fork
    numbered = _NUMBERED.fullmatch(name)
    if numbered and not (_date(name) or word.lower() in _KIND_OF_WORD and word.lower() not in _TRACKER):
        before, join, _, after, rest = numbered.groups()
        if rest or before.lower() in _TRACKER:
            return f"{before}{join}{{number}}" + (f"{after}{{slug}}" if rest else ""), _kind(before)
    if mark and (word.lower() in _KIND_OF_WORD or word.lower() in _VERBS):
        kind = _kind(word)
        return (f"{word}{mark}{{slug}}", kind) if kind not in (RELEASE, SUPPORT) else None
    return None


def _kind(word: str) -> str:
    low = word.lower()
    return FEATURE if low in _TRACKER or low in _VERBS else _KIND_OF_WORD.get(low, FEATURE)


def _line_of_versions(before: str, version: str) -> tuple[str, str]:
    """``2.11``, ``v5.3``, ``1.2.x``: a line that is kept for fixes; ``release-1.2`` is a release."""
    if _KIND_OF_WORD.get(before.rstrip("-_").lower()) == RELEASE and _PLAIN.well_formed(version):
        return before + "{version}", RELEASE
    # Not {version}: that is a version to be released, and a line that is kept has its releases behind it.
    return before + _DIGITS.sub("{number}", version), SUPPORT


def _date(name: str) -> bool:
    """Whether the name is digits alone, as in 2024-01-31: no habit of naming work."""
    return not any(letter.isalpha() for letter in name)


def _needed(template: str) -> int:
    """How many names a template takes before it counts as a habit."""
    if any(template == robot.text for robot in _ANY_ROBOT):
        return 1
    word, slash, _ = template.partition("/")
    if slash:
        return 1 if word.lower() in _KIND_OF_WORD or word.lower() in _PEOPLE else 2
    if _family(template) in ("{ticket}", "{version}"):
        return 2
    word = template.partition("{")[0].rstrip("-_#").lower()
    return 2 if word in _KIND_OF_WORD or word in _TRACKER else 3


def _family(template: str) -> str:
    """What is counted together: tickets with and without words, and lines named by versions of any form."""
    if template.startswith("{ticket}"):
        return "{ticket}"
    line = "/" not in template and template.endswith(("{version}", "{number}.x", "{number}.{number}"))
    return "{version}" if line else template


def _slim(found: list[Habit], flow: Flow) -> list[Habit]:
    """Without templates that another one takes in, at most a dozen a kind."""
    kept: list[Habit] = []
    count: dict[str, int] = {}
    for habit in found:
        sample = Template(habit.template).example(flow)
        wider = any(
            other.kind == habit.kind
            and other.template != habit.template
            and len(Template(other.template).prefix) >= len(Template(habit.template).prefix)
            and Template(other.template).match(sample, flow) is not None
            for other in found
        )
        if not wider and count.get(habit.kind, 0) < _MOST:
            kept.append(habit)
            count[habit.kind] = count.get(habit.kind, 0) + 1
    return kept


_PLAIN = Flow(())
