"""The flow played through: every step, by everybody, under the rules that would be there."""

from __future__ import annotations

from typing import Any

import pytest

from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.guarded import UNREACHABLE, Guarded
from gitflowguard.model.protection import (
    Actor,
    Classic,
    Clause,
    Live,
    Owners,
    People,
    Person,
    PullHead,
    Ruleset,
)
from gitflowguard.protection.classicrules import as_rulesets
from gitflowguard.protection.compile import compile_flow
from gitflowguard.protection.flowsteps import GITHUB_NAMES, steps
from gitflowguard.protection.nouns.played import (
    BLOCKED,
    EVERYBODY,
    NEEDED,
    NOBODY,
    SEEN,
    SOME,
    TIDY,
    UNKNOWN,
    USUAL,
)
from gitflowguard.protection.plan import plan
from gitflowguard.protection.play import Played, afterwards, now, play
from gitflowguard.protection.stopped import stopped
from tests.guardpages import applied
from tests.policy.helpers import flow

PLAIN = flow("preset: gitflow")
LIVE = applied(PLAIN)
PRESETS = (
    "preset: gitflow",
    "preset: ml",
    "preset: as-is",
    "preset: gitflow\nnames: conventional",
    "kinds: {develop: false}",
)
TEAM = People((Person("ada", "admin"), Person("ben"), Person("cleo")))


def theirs(
    *clauses: Clause, ref: str = "~ALL", name: str = "theirs", target: str = "branch", **more: Any
) -> Ruleset:
    """A ruleset of others."""
    return Ruleset(name, target, (ref,), (), clauses, id=99, source="acme", **more)


def beside(*rulesets: Ruleset, live: Live = LIVE, **more: Any) -> Live:
    """The repository with rulesets of others."""
    assert not isinstance(live.rulesets, Unknown)
    return live._replace(rulesets=(*live.rulesets, *rulesets), **more)


def played(live: Live, policy: Flow = PLAIN, heads: tuple[PullHead, ...] = ()) -> tuple[Played, ...]:
    """Every step once the plan is carried out."""
    desired = compile_flow(policy)
    stage = afterwards(desired, live, plan(desired, live, policy.protection.level))
    return play(policy, stage, steps(policy, live, heads))


def found(live: Live, policy: Flow = PLAIN, heads: tuple[PullHead, ...] = ()) -> list[Guarded]:
    """What GFG904 says of it."""
    desired = compile_flow(policy)
    stage = afterwards(desired, live, plan(desired, live, policy.protection.level))
    return list(stopped(played(live, policy, heads), stage, tuple(kind.id for kind in policy.kinds)))


def says(live: Live, **more: Any) -> list[tuple[bool, str]]:
    """(whether it is only a warning, the sentence)."""
    return [(one.advice, one.says) for one in found(live, **more)]


def step(live: Live, what: str, policy: Flow = PLAIN, heads: tuple[PullHead, ...] = ()) -> Played:
    """The one step of that verb and subject."""
    (one,) = [row for row in played(live, policy, heads) if f"{row.row.verb} {row.row.subject}" == what]
    return one


@pytest.mark.parametrize("text", PRESETS)
def test_each_preset_lets_its_own_flow_through(text: str) -> None:
    """Whoever may write can take every step that the flow needs, and none that it blocks; nothing is to be said."""
    policy = flow(text)
    live = applied(policy)
    rows = [one.row for one in played(live, policy)]
    assert {row.can for row in rows if row.wanted in (NEEDED, USUAL)} == {EVERYBODY}
    assert {row.can for row in rows if row.wanted == BLOCKED} == {NOBODY}
    assert {row.can for row in rows if row.wanted == TIDY} <= {EVERYBODY, SOME}
    assert found(live, policy) == []


def test_the_whole_flow_is_there() -> None:
    """Each kind is started, changed, merged to each of its targets and deleted; tags and GitHub's own names, too."""
    done = {f"{one.row.verb} {one.row.subject}" for one in played(LIVE)}
    for kind in PLAIN.kinds:
        name = kind.names[0].example(PLAIN)
        assert f"delete {name}" in done
        assert f"start {name}" in done or kind.id in ("main", "develop")
        for target in kind.targets:
            into = PLAIN.kind(target)
            assert into is not None and f"merge into {into.names[0].example(PLAIN)} {name}" in done
    for expected in (
        *("push past a pull request to main", "push to feature/x", "rewrite develop", "squash into main"),
        *("start the tag 1.0.0", "move the tag 1.0.0", "delete the tag 1.0.0"),
        *("merge into develop main", "merge into develop patch-1 of a fork"),
        *("start gh-pages", "start ada-patch-1", "start revert-12-feature/x", "start copilot/fix-12"),
    ):
        assert expected in done, expected


def test_a_branch_that_is_not_there_has_to_be_made() -> None:
    """And one whose existence wasn't read is not asked about."""
    closed = theirs(Clause("creation"), ref="refs/heads/develop")
    assert step(beside(closed, branches=("main",)), "start develop").row.can == NOBODY
    for there in (("main", "develop"), Unknown("no right")):
        assert not [
            row
            for row in played(beside(closed, branches=there))
            if row.row.subject == "develop" and row.row.verb == "start"
        ]


def test_whoever_alone_can() -> None:
    """A role means every higher one, a name one person; a team, an App and a key aren't seen."""
    shut = Clause("creation")
    cases: tuple[tuple[tuple[Actor, ...], str, tuple[str, ...]], ...] = (
        ((Actor("role:admin"),), SOME, ("ada",)),
        ((Actor("role:write"),), EVERYBODY, ()),
        ((Actor("org-admin"),), SOME, ("ada",)),
        ((Actor("user:BEN"),), SOME, ("ben",)),
        ((Actor("user:nobody-here"),), NOBODY, ()),
        ((Actor("team:release"), Actor("deploy-key")), SOME, ("team:release", "deploy-key")),
        ((Actor("role:admin", "pull_request"),), NOBODY, ()),
    )
    for bypass, can, who in cases:
        row = step(beside(theirs(shut, ref="refs/heads/release/*", bypass=bypass)), "start release/1.0").row
        assert (row.can, row.who) == (can, who), bypass
    hidden = step(beside(theirs(shut, bypass=Unknown("no right"))), "start release/1.0").row
    assert (hidden.can, hidden.why) == (UNKNOWN, "who may bypass theirs: no right")


def test_people_who_were_not_read() -> None:
    """Whoever may write is one, and each name of a bypass list another."""
    live = beside(theirs(Clause("creation"), bypass=(Actor("role:admin"),)), people=Unknown("no right"))
    assert step(live, "start feature/x").row.who == ("role:admin",)
    assert step(LIVE._replace(people=Unknown("no right")), "start feature/x").row.can == EVERYBODY


def test_a_robot_needs_its_own_way_by() -> None:
    """A person's bypass doesn't help Dependabot, and its own does."""
    policy = flow("kinds: {bot: false}")
    live = applied(policy)
    name = GITHUB_NAMES[3][0]
    assert step(live, f"start {name}", policy).row.can == NOBODY
    admins = flow("kinds: {bot: false}\nprotection: {names: {bypass: ['role:admin']}}")
    assert step(applied(admins), f"start {name}", admins).row.can == NOBODY
    free = flow("kinds: {bot: false}\nprotection: {names: {bypass: ['app:dependabot']}}")
    assert step(applied(free), f"start {name}", free).row.can == EVERYBODY


def test_names_of_github_that_the_policy_lacks() -> None:
    """One warning that names the buttons and Apps."""
    policy = flow("kinds: {bot: false, revert: false, patch: false, pages: false}")
    (one,) = found(applied(policy), policy)
    assert one.advice and one.topic == UNREACHABLE
    assert one.says == (
        "gitflow: other names lets nobody create revert-12-feature/x (the Revert button), ada-patch-1 (an edit on "
        "GitHub's page), gh-pages (GitHub Pages), dependabot/npm_and_yarn/left-pad-1.3.0 (Dependabot) and "
        "copilot/fix-12 (Copilot), which GitHub and its Apps do by themselves"
    )


def test_a_finished_release_that_nobody_may_delete() -> None:
    """Where the policy names nobody, and where a rule of others is about it."""
    policy = flow("protection: {kinds: {release: {deleted-by: []}}}")
    assert says(applied(policy), policy=policy) == [
        (True, "gitflow: release (keep) lets nobody delete release branches, so that what is finished stays")
    ]
    alone = beside(theirs(Clause("deletion"), ref="refs/heads/feature/**/*", bypass=(Actor("user:zoe"),)))
    assert says(alone) == [
        (
            True,
            "theirs lets only user:zoe delete feature branches, and nobody with write access is among them, so that "
            "what is finished stays",
        )
    ]


def test_tags_that_nobody_may_make() -> None:
    """A release ends with one."""
    live = beside(theirs(Clause("creation"), ref="~ALL", target="tag"))
    assert says(live) == [(False, "theirs lets nobody create version tags, so that none can be started")]


def test_a_pattern_of_names() -> None:
    """Evaluated where it is plain; a regular expression is a condition."""
    plain = {"operator": "starts_with", "pattern": "team/", "negate": False}
    kind = "branch_name_pattern"
    row = step(beside(theirs(Clause(kind, plain))), "start feature/x").row
    assert (
        row.can == NOBODY and row.stops[0].says == "feature/x can't be created: a name must start with team/"
    )
    for operator, pattern, negate, can in (
        ("starts_with", "feature/", False, EVERYBODY),
        ("starts_with", "feature/", True, NOBODY),
        ("ends_with", "x", False, EVERYBODY),
        ("contains", "wip", True, EVERYBODY),
        ("contains", "wip", False, NOBODY),
    ):
        clause = Clause(kind, {"operator": operator, "pattern": pattern, "negate": negate})
        assert step(beside(theirs(clause)), "start feature/x").row.can == can, operator
    regex = Clause(kind, {"operator": "regex", "pattern": "^x$", "negate": False})
    row = step(beside(theirs(regex)), "start feature/x").row
    assert row.can == EVERYBODY
    assert row.needs == ("its name passes the pattern ^x$, which can't be evaluated here",)
    assert step(beside(theirs(regex)), "push to feature/x").row.needs == ()
    stopping = says(beside(theirs(Clause(kind, plain), ref="refs/heads/hotfix/*")))
    assert stopping == [
        (
            False,
            "nobody can start hotfix/1.0: hotfix/1.0 can't be created: a name must start with team/ (theirs)",
        )
    ]


def test_a_rule_that_nobody_knows_is_a_condition() -> None:
    """It stops nothing, and is named."""
    row = step(beside(theirs(Clause("code_scanning"))), "merge into develop feature/x").row
    assert row.can == EVERYBODY
    assert "the rule code_scanning is kept, which can't be evaluated here" in row.needs


def test_the_only_code_owner() -> None:
    """Everybody else's pull requests go in."""
    live = LIVE._replace(owners=Owners("CODEOWNERS", (), "* @ada\n"))
    row = step(live, "merge into main release/1.0").row
    assert (row.can, row.who) == (SOME, ("ben", "cleo"))
    assert row.stops[0].says == "gitflow: main asks for the approval of a code owner, and ada is the only one"
    assert [advice for advice, text in says(live) if text.startswith("ada is the only code owner")] == [
        True
    ] * 3


def test_methods_and_settings() -> None:
    """A queue that merges as wanted is a condition; one that doesn't, and a repository without the way, stop."""
    fine = theirs(Clause("merge_queue", {"merge_method": "MERGE"}), ref="refs/heads/develop")
    row = step(beside(fine), "merge into develop feature/x").row
    assert row.can == EVERYBODY and "it goes through the merge queue, which merges by merge" in row.needs
    squashing = theirs(Clause("merge_queue", {"merge_method": "SQUASH"}), ref="refs/heads/develop")
    assert says(beside(squashing)) == [
        (False, "the merge queue of theirs merges into develop by squash, and the policy wants merge")
    ]
    feature = theirs(Clause("merge_queue"), ref="refs/heads/feature/x")
    assert says(beside(feature)) == [
        (
            False,
            "nobody can push to feature/x: changes to feature/x come through the merge queue only (theirs)",
        )
    ]
    only = theirs(
        Clause("pull_request", {"allowed_merge_methods": ["squash", "merge"]}), ref="refs/heads/main"
    )
    assert says(beside(only)) == []


def test_a_way_that_others_narrow() -> None:
    """The policy leaves two ways, and a rule of others one that it has not."""
    policy = flow("protection: {kinds: {develop: {merge-methods: [merge, rebase]}}}")
    ours = applied(policy)
    rebase = theirs(Clause("pull_request", {"allowed_merge_methods": ["rebase"]}), ref="refs/heads/develop")
    assert says(beside(rebase, live=ours), policy=policy) == []
    squash = rebase._replace(clauses=(Clause("pull_request", {"allowed_merge_methods": ["squash"]}),))
    assert says(beside(squash, live=ours), policy=policy) == [
        (False, "gitflow: develop and theirs allow no common way of merging into develop")
    ]


def test_what_was_done_here_before() -> None:
    """Names that could not be made today, and pull requests that could not be merged; forks and listed names may."""
    heads = (
        PullHead("wip", "develop"),
        PullHead("feature/a", "develop"),
        PullHead("feature/a", "main"),
        PullHead("patch-1", "develop", fork=True),
        PullHead("develop", "main", fork=True),
        PullHead("old"),
        PullHead("feature/b", "somewhere"),
    )
    rows = {f"{o.row.verb} {o.row.subject}": o.row for o in played(LIVE, heads=heads) if o.row.wanted == SEEN}
    assert {name: row.can for name, row in rows.items()} == {
        "start wip": NOBODY,
        "start feature/a": EVERYBODY,
        "start feature/b": EVERYBODY,
        "start old": NOBODY,
        "merge into develop wip": NOBODY,
        "merge into develop feature/a": EVERYBODY,
        "merge into main feature/a": NOBODY,
        "merge into develop patch-1 of a fork": EVERYBODY,
        "merge into main develop of a fork": NOBODY,
    }
    assert says(LIVE, heads=heads) == [
        (True, "gitflow: other names lets nobody create wip and old, which was done here before"),
        (True, "gitflow: develop would block what was done here before: merge wip into develop"),
        (
            True,
            "gitflow: main would block what was done here before: merge feature/a into main and merge develop of a "
            "fork into main",
        ),
    ]
    many = tuple(PullHead(f"wip-{number}") for number in range(9))
    assert says(LIVE, heads=many)[0][1].endswith(
        "create wip-0, wip-1, wip-2, wip-3, wip-4 and 4 others, which was done here before"
    )


def test_one_cause_is_one_finding() -> None:
    """A rule that stops the flow is not reported a second time for what else it stops."""
    policy = flow("kinds: {pages: false}")
    live = beside(theirs(Clause("creation")), live=applied(policy))
    said = [text for _, text in says(live, policy=policy, heads=(PullHead("wip"),))]
    assert sum("theirs" in text for text in said) == 1


@pytest.mark.parametrize(
    ("document", "blocked", "free"),
    [
        ({"lock_branch": True, "enforce_admins": True}, ("update",), ()),
        ({"lock_branch": True}, ("update",), ("role:admin",)),
        ({"restrictions": {"users": ["ada"], "apps": ["ci"]}}, ("update",), ("role:admin", "user:ada", "app:ci")),
        ({"block_creations": True, "enforce_admins": True}, ("creation",), ()),
        ({"required_linear_history": True, "enforce_admins": True}, ("required_linear_history",), ()),
        ({"required_status_checks": {"strict": True, "checks": []}}, (), ()),
    ],
)  # fmt: skip
def test_classic_protection_as_rulesets(
    document: dict[str, Any], blocked: tuple[str, ...], free: tuple[str, ...]
) -> None:
    """Each key blocks what the rule of a ruleset would; force pushes and deletions are blocked for everybody."""
    rulesets = as_rulesets(Classic("main", document))
    *first, last = rulesets
    assert [clause.type for clause in last.clauses] == ["non_fast_forward", "deletion"] and last.bypass == ()
    assert tuple(clause.type for one in first for clause in one.clauses) == blocked
    assert all(
        tuple(actor.name for actor in one.bypass or ()) == free
        for one in first
        if not isinstance(one.bypass, Unknown)
    )
    assert {one.name for one in rulesets} == {"the classic protection of main"}


def test_classic_protection_beside_and_alone() -> None:
    """What is there counts, at the level of rulesets and of classic protection alike."""
    reviews = {"required_approving_review_count": 6, "bypass_pull_request_allowances": {"users": ["ben"]}}
    there = Classic(
        "main", {"enforce_admins": True, "required_pull_request_reviews": reviews}, signatures=True
    )
    live = LIVE._replace(classic=(there,))
    row = step(live, "merge into main release/1.0").row
    assert (row.can, row.who) == (SOME, ("ben",)) and "every commit is signed" in row.needs
    policy = flow("protection: {level: classic}")
    alone = step(
        applied(policy)._replace(people=People((Person("ada", "admin"),))),
        "merge into main release/1.0",
        policy,
    )
    assert alone.row.can == NOBODY and alone.row.stops[0].ruleset == "the classic protection of main"
    unread = Live(LIVE.repository, Unknown("no right"), people=TEAM, branches=("main", "develop"))
    assert step(unread, "push past a pull request to main").row.can == EVERYBODY


def test_github_as_it_is() -> None:
    """Without a plan: rulesets that are off block nothing."""
    off = theirs(Clause("creation"), enforcement="disabled")
    stage = now(beside(off))
    assert {one.row.can for one in play(PLAIN, stage, steps(PLAIN, LIVE)) if one.row.wanted == NEEDED} == {
        EVERYBODY
    }
    assert now(LIVE._replace(rulesets=Unknown("no right"), classic=Unknown("no right"))).rulesets == ()


def test_nobody_has_write_access() -> None:
    """Only what asks for approvals is stopped; nothing is said of what stays."""
    said = says(LIVE._replace(people=People(())))
    assert [text.partition(":")[0] for _, text in said] == [
        *("nobody can merge into main", "nobody can merge into develop"),
        *("nobody can merge into release branches", "nobody can merge into support branches"),
    ]


def test_merges_that_only_some_can_make_by_a_rule_of_others() -> None:
    """Whoever it names, and what is left to the others is a warning."""
    lock = theirs(
        Clause("update"),
        ref="refs/heads/develop",
        bypass=(Actor("user:ada"), Actor("app:bot", "pull_request")),
    )
    assert says(beside(lock)) == [
        (True, "theirs lets only user:ada and app:bot by pull request change develop")
    ]
    locked = lock._replace(bypass=Unknown("no right"))
    (unknown,) = found(beside(locked))
    assert unknown.unknown == Unknown("theirs lets only some change develop, and who that is: no right")
    (other,) = found(
        beside(theirs(Clause("required_linear_history"), ref="refs/heads/develop", bypass=Unknown("hidden")))
    )
    assert other.unknown is not None and other.unknown.reason == (
        "develop: develop takes no merge commits, and who may bypass theirs: hidden"
    )
