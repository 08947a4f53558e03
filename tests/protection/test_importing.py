"""What GitHub has, as a policy would say it: short, readable by the policy's own reader, and the same again."""

from __future__ import annotations

import pytest

from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import PLAN_LACKS, Actor, Classic, Clause, Ruleset
from gitflowguard.protection.compile import compile_flow
from gitflowguard.protection.importing import imported
from tests.guardpages import applied
from tests.policy.helpers import flow

PLAIN = flow("preset: gitflow")


@pytest.mark.parametrize(
    "section",
    [
        'protection:\n  repository:\n    default-branch: "main"\n',
        """\
protection:
  kinds:
    main:
      approvals: 3
      code-owners: false
      merge-methods: ["squash", "merge"]
      checks: ["ci / test", {name: "build", app: "jenkins"}]
      up-to-date: true
      signatures: true
      bypass: ["team:ops", "user:ada via pull-request"]
    feature:
      pull-request: true
      approvals: 1
      checks: ["lint"]
    release:
      pull-request: false
      created-by: ["team:release"]
      deleted-by: ["app:cleanup"]
  names:
    bypass: ["app:importer"]
  tags:
    bypass: ["deploy-key"]
    created-by: ["team:release via exempt"]
  repository:
    default-branch: "main"
    merge-methods: ["merge", "squash"]
    delete-branch-on-merge: true
    auto-merge: true
""",
    ],
)
def test_what_was_compiled_is_imported_as_the_same(section: str) -> None:
    """Compiled, applied and imported, a policy compiles to the same again."""
    wanted = flow(section)
    text = imported(PLAIN, applied(wanted))
    assert "#" not in text
    again = flow(text)
    assert compile_flow(again) == compile_flow(wanted)
    assert again.protection.settings == wanted.protection.settings
    assert imported(PLAIN, applied(again)) == text


def test_what_is_as_it_would_be_anyway_is_not_written() -> None:
    """Only the default branch, which has no default."""
    assert imported(PLAIN, applied(PLAIN)) == 'protection:\n  repository:\n    default-branch: "main"\n'


def test_nothing_there() -> None:
    """A section that may be written all the same, and what it would mean."""
    bare = applied(PLAIN)._replace(rulesets=())
    settings = {**bare.repository.settings, "default_branch": "trunk"}
    bare = bare._replace(repository=bare.repository._replace(settings=settings))
    text = imported(PLAIN, bare)
    assert text.splitlines() == [
        "protection:",
        "  # main: nothing protects it on GitHub",
        "  # develop: nothing protects it on GitHub",
        "  # support/<slug>: nothing protects it on GitHub",
        "  level: auto",
    ]
    assert flow(text).protection == PLAIN.protection


def test_classic_protection() -> None:
    """With the ways of old: contexts instead of checks, administrators let through, things without a word."""
    main = Classic(
        "main",
        {
            "required_status_checks": {"strict": True, "contexts": ["build"]},
            "enforce_admins": False,
            "required_pull_request_reviews": {"required_approving_review_count": 1},
            "required_linear_history": True,
            "lock_branch": True,
            "restrictions": {"users": ["ada"], "teams": [], "apps": []},
        },
        True,
    )
    develop = Classic(
        "develop", {"enforce_admins": True, "required_status_checks": None, "allow_force_pushes": True}
    )
    live = applied(PLAIN)._replace(rulesets=Unknown(PLAN_LACKS + "rulesets"), classic=(main, develop))
    text = imported(PLAIN, live)
    got = flow(text).protection
    guard = got.guard("main")
    assert (guard.approvals, guard.up_to_date, guard.signatures) == (1, True, True)
    assert [check.context for check in guard.checks] == ["build"]
    assert guard.bypass == (Actor("role:admin"),)
    assert (guard.code_owners, guard.dismiss_stale, guard.last_push, guard.threads) == (False,) * 4
    assert guard.merge_methods == ()
    assert got.guard("develop").pull_request is False
    for words in ("required_linear_history", "lock_branch", "restrictions"):
        assert f"# main: the rule {words} is on GitHub, and a policy can't express it" in text
    assert "# rulesets: not read; GitHub's plan for this repository has no rulesets" in text


def test_what_is_hidden_is_said() -> None:
    """A bypass list that this token is not shown is neither empty nor full; foreign text breaks no line."""
    mine = Ruleset(
        name="their\nname",
        target="branch",
        include=("refs/heads/main",),
        exclude=(),
        clauses=(Clause("merge_queue"),),
        bypass=Unknown("no right"),
        source="acme/web",
    )
    live = applied(PLAIN)
    assert not isinstance(live.rulesets, Unknown)
    text = imported(PLAIN, live._replace(rulesets=(*live.rulesets, mine), classic=Unknown("no right")))
    assert "  # main: who may bypass their?name is not shown to this token" in text.splitlines()
    assert "  # classic protection: not read; no right" in text.splitlines()
    assert flow(text).protection.guard("main").bypass == ()
