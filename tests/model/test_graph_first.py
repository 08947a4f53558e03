"""Refs, subjects and commits that the author of a change can add never take an error away.

Random histories in memory, judged as `pr check` and as a push without a reflog, before and after such additions.
An error may turn into "can't determine", which is exit 3 where a rule is enforced, and never into silence.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gitflowguard.engine import evaluate
from gitflowguard.model import lineage
from gitflowguard.model.facts import Fact, View
from gitflowguard.model.finding import ERROR, Report, Unknown
from gitflowguard.model.flow import Flow, MessagePolicy
from gitflowguard.model.history import lines
from gitflowguard.model.pull import Pull
from gitflowguard.policy.presets import preset_flow
from gitflowguard.repo import gather, pulls
from gitflowguard.rules import registry
from tests.model.drawing import Drawn

RULES = ("direct-commit", "forbidden-merge", "malformed-message", "unfinished-commit", "wrong-origin")
WORK = ("feature/u", "feature/v", "bugfix/b", "release/1.0", "hotfix/1.0.1", "stuff")
# What the author adds: of every kind, also lines that anybody can make.
ADDED = ("feature/zz", "bugfix/zz", "release/7.7", "hotfix/7.7.7", "support/zz", "odd", "dependabot/zz")
MESSAGES = ("feat: x", "bad message", "WIP", "fixup! feat: x")
NAMED = ("bugfix/named", "release/9.9", "hotfix/9.9.9", "feature/named", "develop", "main", "support/named")


class Told(NamedTuple):
    """A history as it can be told again: see `Drawn`."""

    parents: dict[str, str]
    tips: dict[str, str]
    tags: dict[str, str]
    says: dict[str, str]

    def copy(self) -> Told:
        """The same, free to be changed."""
        return Told(dict(self.parents), dict(self.tips), dict(self.tags), dict(self.says))

    def commit(self, parents: str, says: str) -> str:
        """A new commit; parents as `Drawn` has them."""
        sha = f"c{len(self.parents)}"
        self.parents[sha], self.says[sha] = parents, says
        return sha


def flow_of() -> Flow:
    """The preset, with every rule that is looked at as an error, on every kind."""
    return preset_flow("gitflow")._replace(
        # Markers are read from contents, and these histories have none.
        severities=(*((rule, ERROR) for rule in RULES), ("conflict-markers", "ignore")),
        exceptions=(),
        message=MessagePolicy("conventional"),
    )


def told(dice: random.Random) -> Told:
    """main and develop on the remote, and work branches with commits and merges of each other."""
    found = Told({}, {}, {}, {})
    root = found.commit("", "feat: start")
    found.tips["origin/main"] = found.commit(root, "feat: main")
    found.tips["origin/develop"] = found.commit(root, "feat: plan")
    for name in dice.sample(WORK, dice.randint(2, 4)):
        tip = found.tips[dice.choice(sorted(found.tips))]
        for _ in range(dice.randint(1, 2)):
            tip = found.commit(tip, dice.choice(MESSAGES))
        found.tips[f"origin/{name}"] = tip
    for _ in range(dice.randint(1, 4)):
        target = f"origin/{dice.choice(_work(found))}"
        source = dice.choice([name for name in found.tips if name != target])
        says = dice.choice(("joined", f"Merge branch '{source.removeprefix('origin/')}' into x"))
        found.tips[target] = found.commit(f"{found.tips[target]} {found.tips[source]}", says)
        if dice.random() < 0.3:
            found.tips[target] = found.commit(found.tips[target], dice.choice(MESSAGES))
    return found


def _work(found: Told) -> list[str]:
    return sorted(name for name in WORK if f"origin/{name}" in found.tips)


def added(found: Told, dice: random.Random, but: tuple[str, ...] = ()) -> Told:
    """The same history after its author pushed branches and tags, went on with branches, and wrote other subjects.

    but: branches that stay where they are.
    """
    more = found.copy()
    for name in dice.sample(ADDED, dice.randint(0, 3)):
        tip = dice.choice(sorted(found.parents))
        if dice.random() < 0.4:
            tip = more.commit(f"{dice.choice(sorted(found.parents))} {tip}", "joined")
        elif dice.random() < 0.4:
            tip = more.commit(tip, "feat: more")
        more.tips[f"origin/{name}"] = tip
    for name in dice.sample(("7.7", "bugfix/tag", "release/9.9"), dice.randint(0, 2)):
        more.tags[name] = dice.choice(sorted(found.parents))
    for name in _work(found):
        if name not in but and dice.random() < 0.3:
            more.tips[f"origin/{name}"] = more.commit(more.tips[f"origin/{name}"], "feat: on top")
    for sha, above in found.parents.items():
        if " " in above and dice.random() < 0.5:
            into = dice.choice(("", " into develop", " into release/9.9"))
            more.says[sha] = f"Merge branch '{dice.choice(NAMED)}'{into}"
    return more


def drawn(found: Told) -> tuple[Drawn, View]:
    """The history that answers, and what rules look at."""
    history = Drawn(found.parents, found.tips, found.tags, says=found.says)
    flow = flow_of()
    return history, View(flow, history.refs, lines(flow, history.refs))


def report(facts: tuple[Fact, ...], view: View) -> Report:
    """What the rules say."""
    return evaluate([rule for rule in registry.load() if rule.name in RULES], facts, view)


def asked(found: Told, head: str, base: str) -> Report:
    """`pr check`, as far as it reads the graph."""
    history, view = drawn(found)
    scene = gather.Scene(cast(Any, None), cast(Any, None), cast(Any, history), view, cast(Any, None))
    pull = Pull(base, head, found.tips[f"origin/{base}"], found.tips[f"origin/{head}"])
    return report(tuple(f for f in pulls.pull(scene, pull).facts if not isinstance(f, Pull)), view)


def pushed(found: Told, target: str, new: str) -> Report:
    """A push of a long-lived branch by a clone without its reflog, or a merge group."""
    history, view = drawn(found)
    facts = lineage.arrivals(history, view, target, new, found.tips[f"origin/{target}"], local=False)
    assert not isinstance(facts, Unknown)
    return report(facts, view)


def causes(found: Report) -> set[tuple[str, str]]:
    """(rule, commit) of every error about a commit's words, and the rule alone of those about branches.

    A commit on a line is wrong as a direct commit or as a wrong fast-forward: that is one cause.
    """
    one = {"direct-commit": "line", "forbidden-merge": "line"}
    words = ("malformed-message", "unfinished-commit")
    return {(one.get(v.name, v.name), v.finding.commit if v.name in words else "") for v in found.errors}


def holds(before: Report, after: Report) -> bool:
    """Whether each error is still one, or can't be determined."""
    open_ = {one.name for one in after.skipped}
    unsure = {("line", "")} if open_ & {"direct-commit", "forbidden-merge"} else set()
    unsure |= {(name, "") for name in open_}
    return causes(before) <= causes(after) | unsure


def a_pull_request(seed: int) -> set[str]:
    """One history, asked before and after; the rules that spoke."""
    dice = random.Random(seed)
    found = told(dice)
    head, base = dice.choice(_work(found)), dice.choice(("develop", "main"))
    before = asked(found, head, base)
    more = added(found, dice, (head,))
    if dice.random() < 0.3:
        more.tips[f"origin/{head}"] = more.commit(more.tips[f"origin/{head}"], "feat: on top")
    after = asked(more, head, base)
    assert holds(before, after), (seed, head, base, found, more, before.errors, after.errors, after.skipped)
    return {one.name for one in before.errors}


def a_push(seed: int) -> set[str]:
    """One push of a line with direct commits and merges of anything, before and after."""
    dice = random.Random(seed)
    found = told(dice)
    target = dice.choice(("develop", "main"))
    new = found.tips[f"origin/{target}"]
    for _ in range(dice.randint(1, 3)):
        source = dice.choice(_work(found))
        merged = f"{new} {found.tips[f'origin/{source}']}"
        says = dice.choice(("joined", f"Merge branch '{source}' into {target}"))
        new = found.commit(merged, says) if dice.random() < 0.6 else found.commit(new, "feat: direct")
    before = pushed(found, target, new)
    after = pushed(more := added(found, dice), target, new)
    assert holds(before, after), (seed, target, new, found, more, before.errors, after.errors, after.skipped)
    return {one.name for one in before.errors}


# A hotfix that shares its commits with an open release, and a support line pushed onto one of them.
@example(26579055)
@settings(deadline=None, max_examples=150)
@given(st.integers(0, 1 << 40))
def test_nothing_that_is_added_removes_an_error_of_a_pull_request(seed: int) -> None:
    """Branches under any name, tags, commits on top, other subjects."""
    a_pull_request(seed)


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 1 << 40))
def test_nothing_that_is_added_removes_an_error_of_a_push(seed: int) -> None:
    """The same for what a long-lived branch would receive."""
    a_push(seed)


def test_these_histories_break_every_rule() -> None:
    """Or the properties would prove nothing."""
    asked_of = {name for seed in range(60) for name in a_pull_request(seed)}
    pushed_of = {name for seed in range(60) for name in a_push(seed)}
    assert asked_of >= {"forbidden-merge", "malformed-message", "wrong-origin"}
    assert pushed_of >= {"direct-commit", "forbidden-merge"}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_nothing_that_is_added_removes_an_error_of_many_histories(part: int) -> None:
    """Both over more of them."""
    for seed in range(part * 1000, part * 1000 + 1000):
        a_pull_request(seed)
        a_push(seed)
