"""The table of what must be refused and what must pass, three ways: native hooks, pre-commit, prek.

A case builds its scene with the hooks off and ends in one command with them on.
Where a framework cannot see what the native hook sees, the case names the ways
that refuse (`by`), and the others are asserted to let it through: the documented
difference is part of the test.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import budget
from tests.e2e import scenes
from tests.e2e.world import WAYS, Ran, World, install, make

pytestmark = pytest.mark.hostile("ways round hooks")

ML = "preset: ml\n"
TICKET = "message: {ticket: true}\nrules: {malformed-message: error}\n"
NATIVE = ("native",)


class Case(NamedTuple):
    """act: builds the scene and runs the last command. by: the ways that refuse it.

    alike: `make test` leaves it out, since the same hook gives the same answer of another name or step of its sort, and
    the rule's own scenarios (tests/rules) have this one.

    every: `make test` tries it with prek too. Otherwise the frameworks, whose start costs ten times the judgement, are
    left to `make test-all`: they call the same command with the same words. Each stage, and one case that a framework
    can't see, is tried with prek. pre-commit, which starts ten times as slowly and gives hooks the same variables, has
    the cases of PRE_COMMIT: from each of its stages one that it blocks or passes.
    """

    name: str
    act: Callable[[World], Ran]
    code: str = ""
    by: tuple[str, ...] = WAYS
    policy: str = ""
    every: bool = False
    alike: bool = False


REFUSED = (
    Case("commit on main", scenes.on("main"), "GFG201", alike=True),
    Case("commit on develop", scenes.on("develop"), "GFG201", every=True),
    Case("commit on develop with --no-verify", scenes.on("develop", verify=False), "GFG201", every=True),
    Case("commit on pipeline1spark", scenes.on("pipeline1spark"), "GFG101", alike=True),
    Case("commit on Feature/x", scenes.on("Feature/x"), "GFG101"),
    Case("commit on a look-alike of feature/x", scenes.confusable, "GFG103"),
    Case("commit on feature/login!", scenes.on("feature/login!"), "GFG102", alike=True),
    Case("commit on feature/$(touch x)", scenes.on("feature/$(touch${IFS}x)"), "GFG102"),
    Case("commit on feature", scenes.on("feature"), "GFG101", alike=True),
    Case("merge feature into main", scenes.merging("feature/x", "main"), "GFG301", every=True),
    Case("merge develop into main", scenes.merging("develop", "main"), "GFG301", alike=True),
    Case("merge feature into release", scenes.merging("feature/x", "release/1.0.0"), "GFG301", alike=True),
    Case("merge an unknown branch into develop", scenes.merging("pipeline", "develop"), "GFG301", alike=True),
    Case(
        "merge feature into main with --no-verify",
        scenes.merging("feature/x", "main", "develop", "--no-verify"),
        "GFG301",
    ),
    Case("main-cut feature into develop when policy says so", scenes.main_cut, "GFG105", policy=ML),
    Case(
        "push main fast-forwarded to a feature", scenes.pushing("main", scene=scenes.fast_forwarded), "GFG301"
    ),
    Case(
        "push feature onto main",
        scenes.pushing("feature/x:main", scene=lambda w: w.branch("feature/x")),
        "GFG404",
    ),
    Case(
        "push of a rewritten develop",
        scenes.pushing("+develop", scene=scenes.rewritten),
        "GFG402",
        every=True,
    ),
    Case("deletion of main", scenes.pushing(":main", scene=lambda w: None), "GFG403", by=NATIVE, every=True),
    Case(
        "--all with one bad ref among good ones",
        scenes.pushing("--all", scene=scenes.good_and_bad),
        "GFG201",
        by=NATIVE,
    ),
    Case("--mirror", scenes.pushing("--mirror", scene=scenes.mirror), "GFG404", by=NATIVE),
    Case(
        "push of a range with a forbidden merge",
        scenes.pushing("main", scene=scenes.forbidden_in_range),
        "GFG301",
    ),
    Case(
        "push of a direct commit on develop",
        scenes.pushing("develop", scene=scenes.direct_in_range),
        "GFG201",
    ),
    Case("commit with conflict markers left", scenes.left_markers, "GFG202"),
    Case("a second open release", scenes.second_release, "GFG108"),
    Case("a version that is not above the last tag", scenes.old_version, "GFG604"),
    Case("message without the ticket", scenes.message("Tidy up"), "GFG203", policy=TICKET, every=True),
    Case("feature stacked on an unmerged feature, preset ml", scenes.stacked, "GFG106", policy=ML),
    Case("hotfix cut from develop", scenes.hotfix_cut_from_develop, "GFG105", alike=True),
    Case("feature cut from main, preset ml", scenes.feature_cut_from_main, "GFG105", policy=ML, alike=True),
    Case("squash merge into develop", scenes.squash, "GFG302"),
)


PASSES = (
    Case("the root commit", scenes.root_commit),
    Case("init's own commit on main", scenes.adoption("main"), alike=True),
    Case("init's own commit on develop", scenes.adoption("develop")),
    *(
        Case(f"commit on {name}", scenes.on(name), alike=name != "feature/x")
        for name in (
            "feature/x",
            "feature/PROJ-1".lower(),
            "bugfix/y",
            "release/1.0.0",
            "dependabot/pip/black-26",
        )
    ),
    Case("commit on hotfix", scenes.hotfix_beside_release, alike=True),
    Case("amend on a feature", scenes.on("feature/x", amend=True)),
    Case("merge release into main", scenes.merging("release/1.0.0", "main")),
    Case("merge release into develop", scenes.merging("release/1.0.0", "develop"), alike=True),
    Case("merge hotfix into main", scenes.merging("hotfix/1.0.1", "main", "main"), alike=True),
    Case("merge hotfix into develop", scenes.merging("hotfix/1.0.1", "develop", "main"), alike=True),
    Case("merge feature into develop", scenes.merging("feature/x", "develop")),
    Case("back-merge of a tag", scenes.tag_back),
    Case("back-merge of main", scenes.main_back, alike=True),
    Case("update a feature from develop", scenes.update),
    Case("a pull that merges", scenes.pulled),
    Case("fast-forward main to origin/main", scenes.ff_only_origin),
    Case("force push of one's own feature", scenes.pushing("+feature/x", scene=scenes.own_force), every=True),
    Case("push of tags", scenes.pushing("--tags", scene=lambda w: w.do("tag", "1.0.0", "main"))),
    Case("first push of main and develop to an empty remote", scenes.empty_remote),
    Case("deletion of a merged feature", scenes.pushing(":feature/x", scene=scenes.merged_deletion)),
    Case("push of what the remote had", scenes.pushing("develop", scene=scenes.others_had)),
    Case("a file that documents markers", scenes.documented_markers),
    Case("hotfix above main's last tag while a release is open", scenes.hotfix_beside_release),
    Case("hotfix on an older line", scenes.on_support),
    Case("fixup! on a feature", scenes.message("fixup! Work", "feature/x"), policy=TICKET, alike=True),
    Case("merge message without ticket", scenes.merging("feature/x", "develop"), policy=TICKET),
    Case("revert message without ticket", scenes.reverted, policy=TICKET, alike=True),
    Case("message with the ticket", scenes.message("PROJ-12 Tidy up"), policy=TICKET),
    Case("branch cut from a feature merged since", scenes.on_merged, policy=ML),
    Case("stacked feature by default", scenes.stacked),
    Case("rebase", scenes.rebased, every=True),
    Case("rebase with reword", scenes.reworded, alike=True),
    Case("cherry-pick", scenes.picked),
    Case("revert", scenes.reverted),
    Case("am", scenes.applied),
    Case("bisect", scenes.bisected, alike=True),
    Case("stash", scenes.stashed, alike=True),
    Case("detached HEAD", scenes.detached),
    Case("shallow clone", scenes.shallow),
    Case("linked work tree", scenes.worktree),
    Case("submodule", scenes.submodule),
    Case("git commit -- path", scenes.partly),
    Case("a whole release", scenes.whole_release, alike=True),
    Case(
        "a release fast-forwarded into main, then merged into develop",
        scenes.fast_forwarded_release,
        alike=True,
    ),
    Case("a hotfix that reaches develop first", scenes.hotfix_to_develop_first),
    Case("AVH's finish of a one-commit feature", scenes.one_commit_finish),
)


# What `make test` tries under the real pre-commit as well.
PRE_COMMIT = (
    "commit on develop",
    "merge feature into main",
    "push of a rewritten develop",
    "message with the ticket",
)


def quick(case: Case, way: str) -> bool:
    """Whether `make test` tries it: the native hooks one of a sort, a framework what its own part is in it."""
    if way == "pre-commit":
        return case.name in PRE_COMMIT
    return not case.alike if way == "native" else case.every


def rows(cases: tuple[Case, ...], ways: tuple[str, ...] = WAYS) -> list[object]:
    """Every case in every way; those that say no more than a sibling or the native hook's are slow."""
    return [
        pytest.param(case, way, id=f"{case.name}-{way}", marks=() if quick(case, way) else pytest.mark.slow)
        for case in cases
        for way in ways
    ]


def play(root: Path, case: Case, way: str) -> Ran:
    """Builds the world and runs the case in one way."""
    world = make(root, way)
    if case.policy:
        world.policy(case.policy)
    return case.act(world)


@pytest.mark.parametrize(("case", "way"), rows(REFUSED))
def test_refused(case: Case, way: str, tmp_path: Path) -> None:
    """A wrong step is refused with its rule's code, and a framework's blind spot is what we say it is."""
    ran = play(tmp_path, case, way)
    if way in case.by:
        assert ran.code != 0 and f"error[{case.code}]" in ran.text, ran.text
    else:
        assert ran.code == 0, ran.text


BEHIND = list(product((case for case in REFUSED if case.by == NATIVE), WAYS[1:]))


@pytest.mark.parametrize(
    ("case", "framework"), budget.sampled(BEHIND, 0, 1), ids=[f"{case.name}-{way}" for case, way in BEHIND]
)
def test_native_hook_behind_a_framework_sees_every_ref(case: Case, framework: str, tmp_path: Path) -> None:
    """`pre-commit install` and `prek install` keep our pre-push as .legacy and still run it with all of stdin.

    Quick for one case with each; the same hook says the others with git's own hooks, above.
    """
    world = make(tmp_path, "native")
    world.way = framework
    install(world)
    assert (world.work / ".git" / "hooks" / "pre-push.legacy").exists()
    ran = case.act(world)
    assert ran.code != 0 and f"error[{case.code}]" in ran.text, ran.text


@pytest.mark.parametrize(("case", "way"), rows(PASSES))
def test_passes(case: Case, way: str, tmp_path: Path) -> None:
    """A legal step passes, whatever stands around it."""
    ran = play(tmp_path, case, way)
    assert ran.code == 0 and "error[" not in ran.text, ran.text


@pytest.mark.parametrize("branch", budget.sampled(("main", "develop"), "main"))
@pytest.mark.parametrize("way", WAYS[1:])
def test_a_framework_run_in_ci_needs_no_skip(way: str, branch: str, tmp_path: Path) -> None:
    """`run --all-files` on a long-lived branch: nobody commits, so nothing is refused; a staged change still is."""
    world = make(tmp_path, way)
    world.do("switch", branch)
    ran = world.run(way, "run", "--all-files", cwd=None, stdin=None, CI="true")
    assert ran.code == 0 and "Passed" in ran.text, ran.text
    world.change()
    ran = world.run(way, "run", "--all-files", cwd=None, stdin=None, CI="true")
    assert ran.code != 0 and "error[GFG201]" in ran.text


@pytest.mark.parametrize("way", WAYS)
def test_rebasing_develop_onto_its_twin_passes_in_every_way(way: str, tmp_path: Path) -> None:
    """pre-commit hands pre-rebase no arguments when there is only one; that is no reason to refuse."""
    world = make(tmp_path, way)
    world.do("switch", "develop")
    assert world.git("rebase", "origin/develop").code == 0
    world.do("switch", "main")
    world.commit("Only on main")
    world.do("switch", "develop")
    ran = world.git("rebase", "main")
    if way == "pre-commit":
        assert ran.code == 0
    else:
        assert ran.code != 0 and "error[GFG402]" in ran.text
