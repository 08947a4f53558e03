"""The table of what must be refused and what must pass, three ways: native hooks, pre-commit, prek.

A case builds its scene with the hooks off and ends in one command with them on.
Where a framework cannot see what the native hook sees, the case names the ways
that refuse (`by`), and the others are asserted to let it through: the documented
difference is part of the test.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.world import WAYS, Ran, World, install, make

ML = "preset: ml\n"
TICKET = "message: {ticket: true}\nrules: {malformed-message: error}\n"
NATIVE = ("native",)


class Case(NamedTuple):
    """act: builds the scene and runs the last command. by: the ways that refuse it."""

    name: str
    act: Callable[[World], Ran]
    code: str = ""
    by: tuple[str, ...] = WAYS
    policy: str = ""


def on(branch: str, *, amend: bool = False, verify: bool = True) -> Callable[[World], Ran]:
    """Commits on a branch cut from develop (or on a line itself)."""

    def act(world: World) -> Ran:
        if branch in ("main", "develop"):
            world.do("switch", branch)
        else:
            world.branch(branch, commits=1 if amend else 0)
        world.change()
        flags = ["--amend"] if amend else []
        return world.git("commit", "-m", "Work", *flags, *([] if verify else ["--no-verify"]))

    return act


def merging(source: str, target: str, start: str = "develop", *flags: str) -> Callable[[World], Ran]:
    """Merges a new branch into another, with a merge commit."""

    def act(world: World) -> Ran:
        if source not in ("main", "develop"):
            world.branch(source, start)
        if target in ("main", "develop"):
            world.do("switch", target)
        elif target not in world.do("branch", "--format=%(refname:short)").splitlines():
            world.branch(target)
        else:
            world.do("switch", target)
        return world.git("merge", "--no-ff", "--no-edit", *flags, source)

    return act


def pushing(*refspecs: str, scene: Callable[[World], object]) -> Callable[[World], Ran]:
    """Pushes after a scene was set."""

    def act(world: World) -> Ran:
        scene(world)
        return world.git("push", *(["origin"] if not refspecs[0].startswith("--") else []), *refspecs)

    return act


def fast_forwarded(world: World) -> None:
    """main stands at a feature, as `git merge --ff-only feature/x` leaves it."""
    world.branch("feature/x")
    world.do("switch", "main")
    world.do("merge", "--ff-only", "feature/x")


def rewritten(world: World) -> None:
    world.do("switch", "develop")
    world.do("commit", "--amend", "-m", "Another past")


def forbidden_in_range(world: World) -> None:
    world.branch("feature/x")
    world.do("switch", "main")
    world.do("merge", "--no-ff", "--no-edit", "feature/x")


def direct_in_range(world: World) -> None:
    world.do("switch", "develop")
    world.commit("Straight to develop")


def good_and_bad(world: World) -> None:
    """git lists develop before main, and frameworks look at the first ref only."""
    world.branch("feature/a")
    world.do("switch", "develop")
    world.do("merge", "--no-ff", "--no-edit", "feature/a")
    world.do("switch", "main")
    world.commit("Straight to main")


def mirror(world: World) -> None:
    world.branch("feature/a")
    world.do("remote", "set-url", "--push", "origin", str(world.origin))


def left_markers(world: World) -> Ran:
    conflict(world)
    world.do("add", "pipeline.py")
    return world.git("commit", "--no-edit")


def conflict(world: World) -> None:
    """A merge of develop into a feature that stops at a conflict."""
    world.write("pipeline.py", "lr = 1\n")
    world.do("commit", "-m", "Base")
    world.do("push", "-q", "origin", "develop")
    world.branch("feature/x", commits=0)
    world.write("pipeline.py", "lr = 2\n")
    world.do("commit", "-m", "Two")
    world.do("switch", "develop")
    world.write("pipeline.py", "lr = 3\n")
    world.do("commit", "-m", "Three")
    world.do("switch", "feature/x")
    assert world.run("git", "-c", "core.hooksPath=/dev/null", "merge", "develop").code == 1


def documented_markers(world: World) -> Ran:
    """A file that explains conflict markers came from develop; the merge's own conflict is solved."""
    world.do("switch", "develop")
    world.write("conflicts.md", "Git writes:\n\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> feature/x\n")
    world.do("commit", "-m", "Explain")
    conflict(world)
    world.write("pipeline.py", "lr = 4\n")
    return world.git("commit", "--no-edit")


def second_release(world: World) -> Ran:
    world.branch("release/1.0.0")
    world.do("switch", "develop")
    world.branch("release/1.1.0", commits=0)
    world.change()
    return world.git("commit", "-m", "Bump")


def old_version(world: World) -> Ran:
    world.do("tag", "1.2.0", "main")
    world.do("switch", "develop")
    world.do("merge", "main")
    world.branch("release/1.1.0", commits=0)
    world.change()
    return world.git("commit", "-m", "Bump")


def hotfix_beside_release(world: World) -> Ran:
    world.do("tag", "1.0.0", "main")
    world.branch("release/1.1.0")
    world.branch("hotfix/1.0.1", "main", commits=0)
    world.change()
    return world.git("commit", "-m", "Repair")


def stacked(world: World) -> Ran:
    world.branch("feature/a")
    world.branch("feature/b", "feature/a", commits=0)
    world.change()
    return world.git("commit", "-m", "On top")


def on_merged(world: World) -> Ran:
    """A branch cut from a feature that has been merged since."""
    world.branch("feature/a")
    world.branch("feature/b", "feature/a", commits=0)
    world.do("switch", "develop")
    world.do("merge", "--no-ff", "--no-edit", "feature/a")
    world.do("switch", "feature/b")
    world.change()
    return world.git("commit", "-m", "On top")


def main_cut(world: World) -> Ran:
    """A feature cut from a main that holds what develop does not, merged into develop."""
    world.do("switch", "main")
    world.commit("Only on main")
    world.branch("feature/x", "main")
    world.do("switch", "develop")
    return world.git("merge", "--no-ff", "--no-edit", "feature/x")


def message(text: str, branch: str = "feature/x") -> Callable[[World], Ran]:
    def act(world: World) -> Ran:
        world.branch(branch, commits=1)
        world.change()
        return world.git("commit", "-m", text)

    return act


def confusable(world: World) -> Ran:
    return on("featur\u0435/x")(world)


def ff_only_origin(world: World) -> Ran:
    """main moved on the remote; this clone follows."""
    world.do("switch", "main")
    world.commit("Made elsewhere")
    world.do("push", "-q", "origin", "main")
    world.do("reset", "-q", "--hard", "HEAD~1")
    world.do("fetch", "-q", "origin")
    return world.git("merge", "--ff-only", "origin/main")


def others_had(world: World) -> None:
    """develop holds a direct commit that is on the remote already."""
    world.do("switch", "develop")
    world.commit("Straight to develop, long ago")
    world.do("push", "-q", "origin", "develop")
    world.branch("feature/x")
    world.do("switch", "develop")
    world.do("merge", "--no-ff", "--no-edit", "feature/x")


def own_force(world: World) -> None:
    world.branch("feature/x")
    world.do("push", "-q", "origin", "feature/x")
    world.do("commit", "--amend", "-m", "Again")


def empty_remote(world: World) -> Ran:
    other = world.root / "empty.git"
    world.run("git", "init", "-q", "--bare", str(other))
    world.do("remote", "add", "fresh", str(other))
    return world.git("push", "fresh", "main", "develop")


def merged_deletion(world: World) -> None:
    world.branch("feature/x")
    world.do("push", "-q", "origin", "feature/x")
    world.do("switch", "develop")
    world.do("merge", "--no-ff", "--no-edit", "feature/x")
    world.do("push", "-q", "origin", "develop")


def root_commit(world: World) -> Ran:
    """The first commit of a repository that has none."""
    world.do("switch", "--orphan", "main2")
    for branch in ("main", "develop"):
        world.do("branch", "-D", branch)
    world.do("branch", "-m", "main")
    world.do("remote", "remove", "origin")
    world.change()
    return world.git("commit", "-m", "First")


def adoption(branch: str) -> Callable[[World], Ran]:
    """What `init` wrote, committed where the team's lines are."""

    def act(world: World) -> Ran:
        world.do("switch", branch)
        world.write(".gitflowguard.yaml", "preset: gitflow\n") if world.way == "native" else None
        if world.way != "native":
            (world.work / ".git" / "info" / "exclude").write_text("")
            world.write(".gitflowguard.yaml", "preset: gitflow\n")
            world.do("add", ".pre-commit-config.yaml")
        return world.git("commit", "-m", "Adopt gitflowguard")

    return act


REFUSED = (
    Case("commit on main", on("main"), "GFG201"),
    Case("commit on develop", on("develop"), "GFG201"),
    Case("commit on develop with --no-verify", on("develop", verify=False), "GFG201"),
    Case("commit on pipeline1spark", on("pipeline1spark"), "GFG101"),
    Case("commit on Feature/x", on("Feature/x"), "GFG101"),
    Case("commit on a look-alike of feature/x", confusable, "GFG103"),
    Case("commit on feature/UPPER", on("feature/UPPER_x"), "GFG102"),
    Case("commit on feature/$(touch x)", on("feature/$(touch${IFS}x)"), "GFG102"),
    Case("commit on feature", on("feature"), "GFG101"),
    Case("merge feature into main", merging("feature/x", "main"), "GFG301"),
    Case("merge develop into main", merging("develop", "main"), "GFG301"),
    Case("merge feature into release", merging("feature/x", "release/1.0.0"), "GFG301"),
    Case("merge an unknown branch into develop", merging("pipeline", "develop"), "GFG301"),
    Case(
        "merge feature into main with --no-verify",
        merging("feature/x", "main", "develop", "--no-verify"),
        "GFG301",
    ),
    Case("main-cut feature into develop when policy says so", main_cut, "GFG105", policy=ML),
    Case("push main fast-forwarded to a feature", pushing("main", scene=fast_forwarded), "GFG301"),
    Case(
        "push feature onto main", pushing("feature/x:main", scene=lambda w: w.branch("feature/x")), "GFG404"
    ),
    Case("push of a rewritten develop", pushing("+develop", scene=rewritten), "GFG402"),
    Case("deletion of main", pushing(":main", scene=lambda w: None), "GFG403", by=NATIVE),
    Case("--all with one bad ref among good ones", pushing("--all", scene=good_and_bad), "GFG201", by=NATIVE),
    Case("--mirror", pushing("--mirror", scene=mirror), "GFG404", by=NATIVE),
    Case("push of a range with a forbidden merge", pushing("main", scene=forbidden_in_range), "GFG301"),
    Case("push of a direct commit on develop", pushing("develop", scene=direct_in_range), "GFG201"),
    Case("commit with conflict markers left", left_markers, "GFG202"),
    Case("a second open release", second_release, "GFG108"),
    Case("a version that is not above the last tag", old_version, "GFG604"),
    Case("message without the ticket", message("Tidy up"), "GFG203", policy=TICKET),
    Case("feature stacked on an unmerged feature, preset ml", stacked, "GFG106", policy=ML),
    Case("squash merge into develop", lambda w: squash(w), "GFG302"),
)


def squash(world: World) -> Ran:
    world.branch("feature/x")
    world.do("switch", "develop")
    world.do("merge", "--squash", "feature/x")
    return world.git("commit", "-m", "All of x")


def worktree(world: World) -> Ran:
    """A commit in a linked work tree."""
    world.do("branch", "feature/w", "develop")
    world.do("worktree", "add", "-q", "../linked", "feature/w")
    (world.root / "linked" / "new.txt").write_text("x\n")
    if world.way != "native":
        text = (world.work / ".pre-commit-config.yaml").read_text()
        (world.root / "linked" / ".pre-commit-config.yaml").write_text(text)
    world.run("git", "add", "new.txt", cwd=world.root / "linked")
    return world.run("git", "commit", "-m", "In a work tree", cwd=world.root / "linked")


def submodule(world: World) -> Ran:
    """A commit on a feature in a super-project that has a submodule."""
    world.branch("feature/x", commits=0)
    world.do("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(world.origin), "lib")
    return world.git("commit", "-m", "A submodule")


def partly(world: World) -> Ran:
    """`git commit -- path` gives the hooks a temporary index."""
    world.branch("feature/x", commits=0)
    world.commit("Two files", "one.txt")
    (world.work / "one.txt").write_text("new\n")
    world.change("two.txt")
    return world.git("commit", "-m", "One of them", "--", "one.txt")


def shallow(world: World) -> Ran:
    """A commit in a shallow clone."""
    world.branch("feature/x")
    world.do("push", "-q", "origin", "feature/x")
    clone = world.root / "shallow"
    world.run("git", "clone", "-q", "--depth", "1", "-b", "feature/x", world.origin.as_uri(), str(clone))
    for hook in (world.work / ".git" / "hooks").glob("*"):
        if not hook.name.endswith(".sample"):
            target = clone / ".git" / "hooks" / hook.name
            target.write_bytes(hook.read_bytes())
            target.chmod(0o755)
    if world.way != "native":
        text = (world.work / ".pre-commit-config.yaml").read_text()
        (clone / ".pre-commit-config.yaml").write_text(text)
    (clone / "new.txt").write_text("x\n")
    world.run("git", "add", "new.txt", cwd=clone)
    return world.run("git", "commit", "-m", "Shallow", cwd=clone)


def rebased(world: World) -> Ran:
    world.branch("feature/x", commits=2)
    world.do("switch", "develop")
    world.commit("Meanwhile", "meanwhile.txt")
    world.do("push", "-q", "origin", "develop")
    world.do("switch", "feature/x")
    return world.git("rebase", "develop")


def reworded(world: World) -> Ran:
    """An interactive rebase that rewords: pre-commit and commit-msg run on a detached HEAD."""
    world.branch("feature/x", commits=2)
    return world.git(
        "rebase", "-i", "HEAD~2", GIT_SEQUENCE_EDITOR="sed -i s/^pick/reword/", GIT_EDITOR="true"
    )


def applied(world: World) -> Ran:
    world.branch("feature/x")
    patch = world.do("format-patch", "-1", "--stdout")
    (world.root / "p.patch").write_text(patch + "\n")
    world.branch("feature/y", commits=0)
    return world.git("am", str(world.root / "p.patch"))


def picked(world: World) -> Ran:
    world.branch("feature/x")
    world.branch("feature/y", commits=0)
    return world.git("cherry-pick", "feature/x")


def reverted(world: World) -> Ran:
    world.branch("feature/x")
    return world.git("revert", "--no-edit", "HEAD")


def stashed(world: World) -> Ran:
    world.branch("feature/x")
    world.change()
    assert world.git("stash").code == 0
    return world.git("stash", "pop")


def bisected(world: World) -> Ran:
    world.branch("feature/x", commits=3)
    assert world.git("bisect", "start", "HEAD", "HEAD~3").code == 0
    return world.git("bisect", "run", "true")


def detached(world: World) -> Ran:
    world.do("switch", "--detach", "develop")
    world.change()
    return world.git("commit", "-m", "Nowhere")


def tag_back(world: World) -> Ran:
    """The version's tag is merged back into develop, as AVH's finish does."""
    world.branch("release/1.0.0")
    world.do("switch", "main")
    world.do("merge", "--no-ff", "--no-edit", "release/1.0.0")
    world.do("tag", "-a", "1.0.0", "-m", "1.0.0")
    world.do("switch", "develop")
    return world.git("merge", "--no-ff", "--no-edit", "1.0.0")


def main_back(world: World) -> Ran:
    world.branch("hotfix/1.0.1", "main")
    world.do("switch", "main")
    world.do("merge", "--no-ff", "--no-edit", "hotfix/1.0.1")
    world.do("switch", "develop")
    return world.git("merge", "--no-ff", "--no-edit", "main")


def update(world: World) -> Ran:
    world.branch("feature/x")
    world.do("switch", "develop")
    world.commit("Meanwhile")
    world.do("push", "-q", "origin", "develop")
    world.do("switch", "feature/x")
    return world.git("merge", "--no-ff", "--no-edit", "develop")


def pulled(world: World) -> Ran:
    """A pull that makes a merge of develop with its own twin."""
    world.do("switch", "develop")
    base = world.do("rev-parse", "HEAD")
    world.commit("Theirs", "theirs.txt")
    world.do("push", "-q", "origin", "develop")
    world.do("reset", "-q", "--hard", base)
    world.branch("feature/x")
    world.do("switch", "develop")
    world.do("merge", "--no-ff", "--no-edit", "feature/x")
    return world.git("pull", "--no-rebase", "--no-edit", "origin", "develop")


def whole_release(world: World) -> Ran:
    """Everything a release needs, with hooks on throughout; the push is last."""
    world.branch("feature/x")
    steps = (
        ("switch", "develop"),
        ("merge", "--no-ff", "--no-edit", "feature/x"),
        ("switch", "-c", "release/1.0.0"),
        ("switch", "main"),
        ("merge", "--no-ff", "--no-edit", "release/1.0.0"),
        ("tag", "-a", "1.0.0", "-m", "1.0.0"),
        ("switch", "develop"),
        ("merge", "--no-edit", "release/1.0.0"),
        ("merge", "--no-ff", "--no-edit", "main"),
        ("branch", "-d", "release/1.0.0"),
    )
    for step in steps:
        done = world.git(*step)
        assert done.code == 0, f"{step}\n{done.text}"
    return world.git("push", "origin", "main", "develop", "1.0.0")


def one_commit_finish(world: World) -> Ran:
    """AVH fast-forwards develop to a feature of one commit and deletes the feature."""
    world.branch("feature/x")
    world.do("switch", "develop")
    world.do("merge", "--ff", "feature/x")
    world.do("branch", "-d", "feature/x")
    return world.git("push", "origin", "develop")


def on_support(world: World) -> Ran:
    """An older line: a hotfix below the newest tag is legal there."""
    world.do("tag", "1.0.0", "main")
    world.do("branch", "support/1.x", "main")
    world.do("switch", "main")
    world.branch("release/2.0.0", "develop")
    world.do("switch", "main")
    world.do("merge", "--no-ff", "--no-edit", "release/2.0.0")
    world.do("tag", "2.0.0")
    world.branch("hotfix/1.0.1", "support/1.x", commits=0)
    world.change()
    return world.git("commit", "-m", "Old line")


PASSES = (
    Case("the root commit", root_commit),
    Case("init's own commit on main", adoption("main")),
    Case("init's own commit on develop", adoption("develop")),
    *(
        Case(f"commit on {name}", on(name))
        for name in (
            "feature/x",
            "feature/PROJ-1".lower(),
            "bugfix/y",
            "release/1.0.0",
            "dependabot/pip/black-26",
        )
    ),
    Case("commit on hotfix", lambda w: hotfix_beside_release(w)),
    Case("amend on a feature", on("feature/x", amend=True)),
    Case("merge release into main", merging("release/1.0.0", "main")),
    Case("merge release into develop", merging("release/1.0.0", "develop")),
    Case("merge hotfix into main", merging("hotfix/1.0.1", "main", "main")),
    Case("merge hotfix into develop", merging("hotfix/1.0.1", "develop", "main")),
    Case("merge feature into develop", merging("feature/x", "develop")),
    Case("back-merge of a tag", tag_back),
    Case("back-merge of main", main_back),
    Case("update a feature from develop", update),
    Case("a pull that merges", pulled),
    Case("fast-forward main to origin/main", ff_only_origin),
    Case("force push of one's own feature", pushing("+feature/x", scene=own_force)),
    Case("push of tags", pushing("--tags", scene=lambda w: w.do("tag", "1.0.0", "main"))),
    Case("first push of main and develop to an empty remote", empty_remote),
    Case("deletion of a merged feature", pushing(":feature/x", scene=merged_deletion)),
    Case("push of what the remote had", pushing("develop", scene=others_had)),
    Case("a file that documents markers", documented_markers),
    Case("hotfix above main's last tag while a release is open", hotfix_beside_release),
    Case("hotfix on an older line", on_support),
    Case("fixup! on a feature", message("fixup! Work", "feature/x"), policy=TICKET),
    Case("merge message without ticket", merging("feature/x", "develop"), policy=TICKET),
    Case("revert message without ticket", lambda w: reverted(w), policy=TICKET),
    Case("message with the ticket", message("PROJ-12 Tidy up"), policy=TICKET),
    Case("branch cut from a feature merged since", on_merged, policy=ML),
    Case("stacked feature by default", stacked),
    Case("rebase", rebased),
    Case("rebase with reword", reworded),
    Case("cherry-pick", picked),
    Case("revert", reverted),
    Case("am", applied),
    Case("bisect", bisected),
    Case("stash", stashed),
    Case("detached HEAD", detached),
    Case("shallow clone", shallow),
    Case("linked work tree", worktree),
    Case("submodule", submodule),
    Case("git commit -- path", partly),
    Case("a whole release", whole_release),
    Case("AVH's finish of a one-commit feature", one_commit_finish),
)


def play(root: Path, case: Case, way: str) -> Ran:
    """Builds the world and runs the case in one way."""
    world = make(root, way)
    if case.policy:
        world.policy(case.policy)
    return case.act(world)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", REFUSED, ids=lambda case: str(case.name))
def test_refused(case: Case, way: str, tmp_path: Path) -> None:
    """A wrong step is refused with its rule's code, and a framework's blind spot is what we say it is."""
    ran = play(tmp_path, case, way)
    if way in case.by:
        assert ran.code != 0 and f"error[{case.code}]" in ran.text, ran.text
    else:
        assert ran.code == 0, ran.text


@pytest.mark.parametrize("framework", WAYS[1:])
@pytest.mark.parametrize(
    "case", [case for case in REFUSED if case.by == NATIVE], ids=lambda case: str(case.name)
)
def test_native_hook_behind_a_framework_sees_every_ref(case: Case, framework: str, tmp_path: Path) -> None:
    """`pre-commit install` and `prek install` keep our pre-push as .legacy and still run it with all of stdin."""
    world = make(tmp_path, "native")
    world.way = framework
    install(world)
    assert (world.work / ".git" / "hooks" / "pre-push.legacy").exists()
    ran = case.act(world)
    assert ran.code != 0 and f"error[{case.code}]" in ran.text, ran.text


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", PASSES, ids=lambda case: str(case.name))
def test_passes(case: Case, way: str, tmp_path: Path) -> None:
    """A legal step passes, whatever stands around it."""
    ran = play(tmp_path, case, way)
    assert ran.code == 0 and "error[" not in ran.text, ran.text
