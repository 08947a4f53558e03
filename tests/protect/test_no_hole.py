"""On the way from one policy to another GitHub refuses, after each request, whatever it refuses before and afterwards.

Told by the fake's own judge of pushes and merges, which knows nothing of our code.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from fakegithub import gate, rules
from tests.protect.bench import Bench

# Each is stronger than another in something and weaker in something else.
POLICIES = {
    "preset": "preset: gitflow\n",
    "many": "protection:\n  kinds: {main: {approvals: 4, merge-methods: [merge, squash]}, develop: {approvals: 0}}\n",
    "squash": "protection:\n  kinds: {main: {approvals: 1, merge-methods: [squash]}, release: {pull-request: false}}\n",
    "open": "protection:\n  kinds: {develop: {bypass: ['role:write']}}\n  names: {bypass: ['role:write']}\n",
    "few": "kinds: {release: false, hotfix: false, support: false}\nprotection:\n  kinds: {main: {up-to-date: true}}\n",
    "trunk": "kinds: {develop: false}\nprotection:\n  tags: {bypass: ['role:write']}\n",
}
BRANCHES = ("main", "develop", "release/1.0", "hotfix/1.0.1", "support/1", "feature/x", "wip")
ACTIONS = ("push", "force", "create", "delete")


def refused(bench: Bench) -> set[str]:
    """Everything that a person with write access is refused now."""
    actor = rules.Actor("octocat", "write")
    found = {
        f"{action} {branch}"
        for action in ACTIONS
        for branch in BRANCHES
        if rules.refusal(bench.web, action, f"refs/heads/{branch}", actor) is not None
    }
    found |= {
        f"{action} tag {tag}"
        for action in ("force", "create", "delete")
        for tag in ("1.0.0", "nightly")
        if rules.refusal(bench.web, action, f"refs/tags/{tag}", actor) is not None
    }
    for pull in bench.web.pulls.values():
        for method in ("merge", "squash", "rebase"):
            if gate.merge_refusal(bench.web, pull, method, actor) is not None:
                found.add(f"{method} {pull.head} into {pull.base} with {len(pull.reviews)} reviews")
    return found


# One pair; all others with `make test-all`. tests/protection/test_order.py has the order in memory.
QUICK = {("preset", "many")}
PAIRS = [
    pytest.param(*pair, marks=() if pair in QUICK else pytest.mark.slow) for pair in permutations(POLICIES, 2)
]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_no_hole_on_the_way(bench: Bench, before: str, after: str) -> None:
    for base in ("main", "develop"):
        for count in (0, 1, 2, 4):
            pull = bench.web.pull("feature/x" if base == "develop" else "release/1.0", base)
            for login in ("ann", "bob", "cid", "dan")[:count]:
                bench.web.roles[login] = "write"
                bench.web.review(pull.number, login)
    bench.reported()
    bench.policy(POLICIES[before])
    assert bench.run("apply", "--yes", "--allow-unseen").code == 0
    first, seen = refused(bench), list[set[str]]()
    bench.github.watch(lambda *_: seen.append(refused(bench)))
    bench.policy(POLICIES[after])
    said = bench.run("apply", "--yes", "--allow-unseen")
    assert said.code == 0, said.text
    last = refused(bench)
    assert seen and seen[-1] == last
    for state in seen:
        assert first & last <= state, (first & last) - state
    if first != last:
        # The test would see a hole: without order, something that is refused at last is not refused at first.
        assert first - last or last - first
