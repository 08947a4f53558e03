"""What ends a conflict, by the policy and the branches alone; tests/e2e/test_remedies.py executes it."""

from __future__ import annotations

import pytest

from gitflowguard.model.adoption import Adoption, branch_id
from gitflowguard.model.facts import Refs, View
from gitflowguard.policy.presets import preset_flow
from gitflowguard.radar.nouns import RadarTarget, Remedy
from gitflowguard.radar.remedy import RemedyGround, Side, may_update, remedy

ONE, TWO = "1" * 40, "2" * 40
DEVELOP = RadarTarget("develop", "develop", TWO)
FLOW = preset_flow("gitflow")


def refs(*heads: str, tags: tuple[str, ...] = (), **remotes: str) -> Refs:
    """Local branches at ONE, and branches of remotes as ``origin="feature/a develop"``."""
    afar = {(remote, name): ONE for remote, names in remotes.items() for name in names.split()}
    return Refs(dict.fromkeys(heads, ONE), afar, dict.fromkeys(tags, ONE))


def ground(seen: Refs, adopted: bool = True, stand_in: str = "", named: bool = True) -> RemedyGround:
    return RemedyGround(View(FLOW, seen), adopted, stand_in, named)


def side(name: str, ref: str = "", tip: str = ONE) -> Side:
    return Side(name, ref or name, tip)


def steps(found: Remedy) -> list[str]:
    return [" ".join(argv) for argv in found.steps]


def test_the_target_is_taken_in() -> None:
    found = remedy(ground(refs("feature/a", "develop")), DEVELOP, side("feature/a"))
    assert found == Remedy("feature/a", steps=(("git", "switch", "feature/a"), ("git", "merge", "develop")))


def test_once_the_other_has_landed() -> None:
    found = remedy(ground(refs("feature/a", "feature/b")), DEVELOP, side("feature/a"), side("feature/b"))
    assert (found.moves, found.after, found.order) == ("feature/a", "feature/b", ())


def test_a_clean_order_needs_no_command() -> None:
    """Unless the policy lets one of the two not in at all: then that is said beside it."""
    both = ("feature/b", "feature/a")
    here = ground(refs("feature/a", "feature/b"))
    assert remedy(here, DEVELOP, side("feature/a"), side("feature/b"), both) == Remedy(order=both)
    main = RadarTarget("main", "main", TWO)
    found = remedy(here, main, side("feature/a"), side("feature/b"), both)
    assert (
        found.order == both
        and found.why == "the policy doesn't let feature/b into main; it may be merged into develop"
    )


@pytest.mark.parametrize(
    ("seen", "one", "said"),
    [
        (
            refs("develop", origin="feature/a"),
            side("feature/a", "origin/feature/a"),
            ["git switch feature/a"],
        ),
        (
            refs("feature/a", origin="feature/a"),
            side("feature/a", "origin/feature/a", TWO),
            ["git switch feature/a", "git merge --ff-only origin/feature/a"],
        ),
        (
            refs("develop", origin="feature/a", fork="feature/a"),
            side("feature/a", "origin/feature/a"),
            ["git switch -c feature/a --track origin/feature/a"],
        ),
    ],
)
def test_the_branch_as_new_as_it_was_looked_at(seen: Refs, one: Side, said: list[str]) -> None:
    assert steps(remedy(ground(seen), DEVELOP, one)) == [*said, "git merge develop"]


def test_a_target_on_the_remote_is_fetched_first() -> None:
    afar = RadarTarget("develop", "origin/develop", TWO)
    found = steps(remedy(ground(refs("feature/a", origin="develop")), afar, side("feature/a")))
    assert found == ["git fetch origin", "git switch feature/a", "git merge origin/develop"]


@pytest.mark.parametrize(
    ("seen", "ref", "word"),
    [
        (refs("feature/a", "develop", tags=("develop",)), "develop", "refs/heads/develop"),
        (refs("x", tags=("origin/develop",), origin="develop"), "origin/develop", "refs/remotes/origin/develop"),
    ],
)  # fmt: skip
def test_a_tag_of_the_same_name_is_not_meant(seen: Refs, ref: str, word: str) -> None:
    found = steps(remedy(ground(seen), RadarTarget("develop", ref, TWO), side("feature/a")))
    assert found[-1] == f"git merge {word}"


@pytest.mark.parametrize(
    ("name", "ref", "target", "why"),
    [
        ("hotfix/1.0.1", "", "develop", "hotfix/1.0.1 may not take in develop, so the conflict is resolved in"),
        ("feature/a", "", "main", "the policy doesn't let feature/a into main; it may be merged into develop"),
        ("feature/a", "", "v5", "the policy doesn't know v5, so merging it into feature/a is blocked"),
        ("odd", "", "main", "the policy doesn't let odd into main"),
        ("pull/7/head", "refs/pull/7/head", "develop", "pull/7/head is a copy: the branch that it was made from"),
    ],
)  # fmt: skip
def test_where_the_policy_leaves_no_way_there_are_no_commands(
    name: str, ref: str, target: str, why: str
) -> None:
    found = remedy(ground(refs(name)), RadarTarget(target, target, TWO), side(name, ref))
    assert (found.moves, found.steps) == ("", ()) and found.why.startswith(why)


def test_an_assumed_policy_stops_nobody_by_what_it_does_not_know() -> None:
    here = ground(refs("feature/a", "odd"), adopted=False, stand_in="main")
    for target in ("v5", "main"):
        for name in ("feature/a", "odd"):
            found = steps(remedy(here, RadarTarget(target, target, TWO), side(name)))
            assert found == [f"git switch {name}", f"git merge {target}"]


def test_a_policy_whose_develop_is_not_here_blocks_the_merge_of_main() -> None:
    here = ground(refs("feature/a"), stand_in="main")
    assert "isn't here" not in remedy(here, DEVELOP, side("feature/a")).why
    assert not may_update(here, "main", "feature/a")
    odd = remedy(here, RadarTarget("main", "main", TWO), side("release/1.0"))
    assert odd.steps[-1] == ("git", "merge", "main")
    flow = FLOW._replace(kinds=tuple(
        kind._replace(targets=("main", "develop")) if kind.id == "feature" else kind for kind in FLOW.kinds
    ))  # fmt: skip
    found = remedy(
        here._replace(view=View(flow, here.view.refs)), RadarTarget("main", "main", TWO), side("feature/a")
    )
    assert (
        found.why == "the policy names develop, which isn't here, so merging main into feature/a is blocked"
    )


def test_a_name_that_the_hooks_block_is_changed_before_anything_is_committed() -> None:
    assert steps(remedy(ground(refs("odd")), DEVELOP, side("odd"))) == [
        "git switch odd", "git branch -m odd feature/odd", "git merge develop",
    ]  # fmt: skip
    shared = remedy(ground(refs("odd", origin="odd")), DEVELOP, side("odd"))
    assert shared.why == "commits on odd are blocked, because its name doesn't match the policy"


def test_a_name_from_before_the_policy_or_that_nobody_blocks_stays() -> None:
    plain = ["git switch odd", "git merge develop"]
    assert steps(remedy(ground(refs("odd"), named=False), DEVELOP, side("odd"))) == plain
    for adoption in (Adoption("2026-11-29"), Adoption("", branch_id("odd"))):
        here = RemedyGround(View(FLOW._replace(adoption=adoption), refs("odd")))
        assert steps(remedy(here, DEVELOP, side("odd"))) == plain
