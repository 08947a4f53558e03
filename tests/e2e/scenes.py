"""The scenes of the table: each builds a state with the hooks off and runs one command with them on."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.world import Ran, World


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
        ("commit", "--allow-empty", "-m", "Bump the version"),
        ("switch", "main"),
        ("merge", "--no-ff", "--no-edit", "release/1.0.0"),
        ("tag", "-a", "1.0.0", "-m", "1.0.0"),
        ("switch", "release/1.0.0"),
        ("commit", "--allow-empty", "-m", "A late repair"),
        ("switch", "main"),
        ("merge", "--no-ff", "--no-edit", "release/1.0.0"),
        ("switch", "develop"),
        ("merge", "--no-ff", "--no-edit", "release/1.0.0"),
        ("merge", "--no-ff", "--no-edit", "main"),
        ("branch", "-d", "release/1.0.0"),
    )
    for step in steps:
        done = world.git(*step)
        assert done.code == 0, f"{step}\n{done.text}"
    return world.git("push", "origin", "main", "develop", "1.0.0")


def fast_forwarded_release(world: World) -> Ran:
    """main is fast-forwarded to the release, then develop gets it too."""
    assert world.git("switch", "-c", "release/1.0.0", "develop").code == 0
    assert world.git("commit", "--allow-empty", "-m", "Bump").code == 0
    world.do("switch", "main")
    world.do("merge", "--ff-only", "release/1.0.0")
    world.do("switch", "develop")
    return world.git("merge", "--no-ff", "--no-edit", "release/1.0.0")


def hotfix_to_develop_first(world: World) -> Ran:
    """The hotfix reaches develop before main."""
    world.branch("hotfix/1.0.1", "main")
    world.do("switch", "develop")
    world.do("merge", "--no-ff", "--no-edit", "hotfix/1.0.1")
    world.do("switch", "main")
    return world.git("merge", "--no-ff", "--no-edit", "hotfix/1.0.1")


def hotfix_cut_from_develop(world: World) -> Ran:
    """It would drag unreleased work into main."""
    world.branch("hotfix/1.0.1", "develop", commits=0)
    world.change()
    return world.git("commit", "-m", "Repair")


def feature_cut_from_main(world: World) -> Ran:
    """A fresh feature on a commit that only main has."""
    world.do("switch", "main")
    world.commit("Only on main")
    world.branch("feature/x", "main", commits=0)
    world.change()
    return world.git("commit", "-m", "Work")


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
