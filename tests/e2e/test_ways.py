"""The ways round the hooks that docs/hooks.md lists: each is played, and what the page says of it is true."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from gitflowguard.model.adoption import branch_id
from gitflowguard.policy.presets import preset_flow
from gitflowguard.protection.compile import compile_flow
from tests import budget
from tests.e2e.world import Ran, World, install, make

PAGE = Path(__file__).parents[2] / "docs" / "hooks.md"
HERE, AT_LAST = "what still judges it on your machine", "stopped at the latest by"
PROTECTION, CHECK = "protection", "`pr check`"
Play = Callable[[World], None]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Native hooks with the strict one, the policy on main and develop, and feature/x with a commit."""
    world = make(tmp_path_factory.mktemp("ways"), "native")
    world.do("switch", "-q", "main")
    ids = " ".join(map(branch_id, ("kept", "also")))
    record = f'adoption: {{date: "2026-11-20", branches: "{ids}"}}\n'
    world.write(".gitflowguard.yaml", "preset: gitflow\n" + record)
    world.do("commit", "-q", "-m", "The policy")
    world.do("switch", "-q", "develop")
    world.do("merge", "-q", "--no-edit", "main")
    world.do("push", "-q", "origin", "main", "develop")
    world.branch("feature/x")
    return world


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    """A copy that a test may break."""
    shutil.copytree(template.root, tmp_path / "copy", symlinks=True)
    copy = World(tmp_path / "copy", template.way, dict(template.env))
    copy.do("remote", "set-url", "origin", str(copy.origin))
    return copy


def passes(ran: Ran) -> None:
    """The way itself works."""
    assert ran.code == 0, ran.text


def blocks(ran: Ran, *codes: str) -> None:
    """A hook blocks, for one of these reasons."""
    assert ran.code != 0 and any(f"error[{code}]" in ran.text for code in codes), ran.text


def push_blocked(world: World, branch: str, *codes: str) -> None:
    """What the way made stays on this machine."""
    before = world.run("git", "rev-parse", "-q", "--verify", f"refs/heads/{branch}", cwd=world.origin).text
    blocks(world.git("push", "origin", branch), *codes)
    after = world.run("git", "rev-parse", "-q", "--verify", f"refs/heads/{branch}", cwd=world.origin).text
    assert after == before


def checked(world: World, head: str, base: str, *codes: str) -> None:
    """A pull request of it doesn't pass, by the history that the remote has."""
    world.do("push", "-q", "--no-verify", "origin", f"{head}:refs/heads/{head}")
    world.do("fetch", "-q", "origin")
    ran = world.guard("pr", "check", "--head", head, "--base", base, "--no-radar")
    assert ran.code == 1 and any(code in ran.text for code in codes), ran.text


def protected(*branches: str, kind: str = "pull_request") -> None:
    """GitHub is told to let nobody push to these branches, and to keep them."""
    rules = compile_flow(preset_flow("gitflow")).rulesets
    for branch in branches or ("main", "develop"):
        wanted = {c.type for one in rules if f"refs/heads/{branch}" in one.include for c in one.clauses}
        assert {kind, "non_fast_forward", "deletion"} <= wanted, branch


def strict(world: World) -> None:
    """The hook that `init --strict` adds."""
    install(world, strict=True)


def no_verify(world: World) -> None:
    world.do("switch", "-q", "develop")
    world.change()
    blocks(world.git("commit", "--no-verify", "-m", "Straight"), "GFG201")
    world.do("commit", "-q", "--no-verify", "-m", "Straight")
    push_blocked(world, "develop", "GFG201")
    protected()


def push_no_verify(world: World) -> None:
    world.do("switch", "-q", "develop")
    world.commit("Straight")
    passes(world.git("push", "-q", "--no-verify", "origin", "develop"))
    protected()


def fast_forward(world: World) -> None:
    world.do("switch", "-q", "main")
    passes(world.git("merge", "-q", "--ff-only", "feature/x"))
    push_blocked(world, "main", "GFG301")
    passes(world.git("reset", "-q", "--hard", "origin/main"))
    passes(world.git("update-ref", "refs/heads/main", "feature/x"))
    push_blocked(world, "main", "GFG301")
    passes(world.git("update-ref", "refs/heads/main", "origin/main"))
    world.do("reset", "-q", "--hard")
    strict(world)
    blocks(world.git("merge", "-q", "--ff-only", "feature/x"), "GFG301")
    protected()


def fetch_from_here(world: World) -> None:
    passes(world.git("fetch", "-q", ".", "feature/x:main"))
    push_blocked(world, "main", "GFG301")
    world.do("update-ref", "refs/heads/main", "origin/main")
    strict(world)
    for here in (".", str(world.work), f"file://{world.work}/.git", f"{world.work}/"):
        blocks(world.git("fetch", "-q", here, "feature/x:main"), "GFG301")
    # A colleague's merge arrives as ever.
    other = world.root / "other"
    world.run("git", "clone", "-q", str(world.origin), str(other))
    world.run("git", "switch", "-q", "develop", cwd=other)
    world.run("git", "switch", "-q", "-c", "feature/y", cwd=other)
    world.run("git", "commit", "-q", "--allow-empty", "-m", "Y", cwd=other)
    world.run("git", "switch", "-q", "develop", cwd=other)
    world.run("git", "merge", "-q", "--no-ff", "--no-edit", "feature/y", cwd=other)
    world.run("git", "push", "-q", "origin", "develop", cwd=other)
    passes(world.git("fetch", "-q", "origin", "develop:develop"))
    protected()


def symbolic_ref(world: World) -> None:
    passes(world.git("symbolic-ref", "refs/heads/main", "refs/heads/feature/x"))
    push_blocked(world, "main", "GFG301", "GFG404")
    protected()


def am(world: World) -> None:
    patch = world.root / "patch"
    patch.write_text(world.do("format-patch", "--stdout", "develop..feature/x") + "\n")
    world.do("switch", "-q", "main")
    passes(world.git("am", "-q", str(patch)))
    push_blocked(world, "main", "GFG201")
    world.do("reset", "-q", "--hard", "origin/main")
    strict(world)
    blocks(world.git("am", "-q", str(patch)), "GFG201")
    protected()


def rename(world: World) -> None:
    passes(world.git("branch", "-m", "feature/x", "pipeline"))
    world.change()
    blocks(world.git("commit", "-m", "Work"), "GFG101")
    push_blocked(world, "pipeline", "GFG101")
    checked(world, "pipeline", "develop", "GFG101")


def forged_tracking(world: World) -> None:
    world.do("switch", "-q", "develop")
    world.commit("Straight")
    passes(world.git("update-ref", "refs/remotes/origin/develop", "develop"))
    passes(world.git("push", "-q", "origin", "develop"))
    world.write(".gitflowguard.yaml", "preset: gitflow\nrules: {direct-commit: ignore}\n")
    world.do("commit", "-q", "-m", "Lax")
    world.do("push", "-q", "--no-verify", "origin", "HEAD:refs/heads/feature/lax")
    push_blocked(world, "develop", "GFG201")
    world.do("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/feature/lax")
    push_blocked(world, "develop", "GFG201")
    for line in ("develop", "main"):
        world.do("update-ref", "-d", f"refs/remotes/origin/{line}")
    passes(world.git("push", "-q", "origin", "develop"))
    protected()


def others_remote(world: World) -> None:
    world.run("git", "init", "-q", "--bare", str(world.root / "ben.git"))
    world.do("remote", "add", "ben", str(world.root / "ben.git"))
    world.do("branch", "-m", "feature/x", "pipeline")
    world.do("config", "branch.pipeline.remote", "ben")
    world.do("config", "branch.pipeline.merge", "refs/heads/pipeline")
    world.change()
    passes(world.git("commit", "-q", "-m", "Work"))
    push_blocked(world, "pipeline", "GFG101")
    checked(world, "pipeline", "develop", "GFG101")


def _milder(world: World, name: str) -> None:
    """A name of no kind is a warning for this branch; its way into production is closed all the same."""
    world.change()
    ran = world.git("commit", "-m", "More")
    assert ran.code == 0 and "error[" not in ran.text, ran.text
    passes(world.git("push", "-q", "origin", name))
    checked(world, name, "main", "GFG501", "GFG301")


def old_date(world: World) -> None:
    world.do("switch", "-q", "-c", "pipeline", "develop")
    world.change()
    old = "2020-01-01T00:00:00Z"
    ran = world.run("git", "-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Old", GIT_AUTHOR_DATE=old)
    passes(ran)
    _milder(world, "pipeline")


def reused_name(world: World) -> None:
    passes(world.git("switch", "-q", "-c", "kept", "develop"))
    world.change()
    passes(world.git("commit", "-m", "More"))
    passes(world.git("push", "-q", "origin", "kept"))
    world.do("fetch", "-q", "origin")
    ran = world.guard("pr", "check", "--head", "kept", "--base", "develop", "--no-radar")
    assert ran.code == 0 and "warning[GFG101]" in ran.text, ran.text
    ran = world.guard("pr", "check", "--head", "kept", "--base", "main", "--no-radar")
    assert ran.code == 1 and "error[GFG501]" in ran.text, ran.text


def version_tag(world: World) -> None:
    world.do("tag", "9.0.0", "feature/x")
    passes(world.git("push", "-q", "origin", "9.0.0"))
    rules = compile_flow(preset_flow("gitflow")).rulesets
    clauses = {c.type for one in rules if one.target == "tag" for c in one.clauses}
    assert {"update", "deletion"} <= clauses


def other_refs(world: World) -> None:
    before = world.run("git", "for-each-ref", "refs/heads", cwd=world.origin).text
    passes(world.git("push", "-q", "origin", "feature/x:refs/for/main", "feature/x:refs/anything/x"))
    assert world.run("git", "for-each-ref", "refs/heads", cwd=world.origin).text == before
    protected()


def forwarded_address(world: World) -> None:
    moved = world.root / "former.git"
    moved.symlink_to(world.origin)
    elsewhere = world.root / "elsewhere.git"
    shutil.copytree(world.origin, elsewhere)
    world.do("switch", "-q", "develop")
    world.commit("Straight")
    blocks(world.git("push", str(moved), "develop"), "GFG201")  # a link leads to the same place
    passes(
        world.git("push", "-q", str(elsewhere), "develop")
    )  # another path on the host; forwarding is not seen
    protected()


def no_hooks(world: World) -> None:
    for hook in (world.work / ".git" / "hooks").iterdir():
        hook.chmod(0o644)
    world.do("switch", "-q", "develop")
    world.change()
    passes(world.git("commit", "-q", "-m", "Straight"))
    doctor = world.guard("doctor")
    assert doctor.code == 1 and "✗ pre-push" in doctor.text, doctor.text
    passes(world.git("push", "-q", "origin", "develop"))
    protected()


def other_hooks(world: World) -> None:
    world.do("switch", "-q", "develop")
    world.change()
    passes(world.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Straight"))
    passes(world.git("-c", "core.hooksPath=/dev/null", "push", "-q", "origin", "develop"))
    protected()


def edited_policy(world: World) -> None:
    world.do("branch", "-m", "feature/x", "pipeline")
    world.policy("preset: gitflow\nrules: {unknown-branch-kind: ignore}\n")
    world.change()
    passes(world.git("commit", "-q", "-m", "Work"))
    push_blocked(world, "pipeline", "GFG101")
    checked(world, "pipeline", "develop", "GFG101")


def merge_of_its_own(world: World) -> None:
    """What a merge resolves isn't told from what it adds, but for the policy, whose every state is somebody's."""
    world.do("switch", "-q", "develop")
    passes(world.git("merge", "-q", "--no-ff", "--no-commit", "feature/x"))
    world.write("x.py", "import os\n")
    passes(world.git("commit", "-q", "--no-edit"))
    world.write(".gitflowguard.yaml", "preset: gitflow\nrules: {direct-commit: ignore}\n")
    world.do("commit", "-q", "--amend", "--no-edit")
    push_blocked(world, "develop", "GFG201")
    world.do("checkout", "-q", "HEAD^", "--", ".gitflowguard.yaml")
    world.do("commit", "-q", "--amend", "--no-edit")
    passes(world.git("push", "-q", "origin", "develop"))
    protected()


# The first word of each way in the page's table, in its order -> how it is played.
WAYS: tuple[tuple[str, str, Play], ...] = (
    ("`git commit --no-verify`, `git merge --no-verify`", PROTECTION, no_verify),
    ("`git push --no-verify`", PROTECTION, push_no_verify),
    ("a fast-forward, `git reset`, `git update-ref`", PROTECTION, fast_forward),
    ("`git fetch . feature/x:main`", PROTECTION, fetch_from_here),
    ("`git symbolic-ref refs/heads/main refs/heads/feature/x`", PROTECTION, symbolic_ref),
    ("`git am` on main", PROTECTION, am),
    ("`git branch -m`", CHECK, rename),
    ("a remote-tracking branch that is written by hand", PROTECTION, forged_tracking),
    ("`branch.<name>.remote` set to another's repository", CHECK, others_remote),
    ("a commit with an old date", CHECK, old_date),
    ("a new branch with the name of one that was there", CHECK, reused_name),
    ("a version tag on any commit", PROTECTION, version_tag),
    ("a push to `refs/for/main`", PROTECTION, other_refs),
    ("a push by an address that the team's host forwards", PROTECTION, forwarded_address),
    ("a clone without hooks, `chmod -x` on a hook, a web interface", PROTECTION, no_hooks),
    ("`git -c core.hooksPath=/dev/null`", PROTECTION, other_hooks),
    ("a work tree whose policy file was edited", CHECK, edited_policy),
    ("a merge that changes files by itself", PROTECTION, merge_of_its_own),
)


# Quick: what each stage and the hook of `init --strict` judge, what none does, and what `pr check` judges. What an
# edited policy can't open is quick in tests/e2e/test_policy_source.py. In a slow one the same hook says the same of a
# branch that got there by another command.
QUICK = (no_verify, fast_forward, symbolic_ref, rename, forged_tracking, version_tag, no_hooks, old_date)


def rows() -> list[list[str]]:
    """The page's table, cell by cell."""
    part = PAGE.read_text(encoding="utf-8").partition("## Ways round")[2].partition("\n\nA push of a tag")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_page_lists_these_ways_and_no_other() -> None:
    """In its order, with what stops each."""
    head, *body = rows()
    assert head == ["way", HERE, AT_LAST]
    assert len(body) == len(WAYS)
    for (way, _, last), (known, stop, _) in zip(body, WAYS):
        assert way.startswith(known) and last.startswith(stop), way


@pytest.mark.hostile("ways round hooks")
@pytest.mark.parametrize(
    ("way", "stop", "play"),
    budget.sampled(WAYS, *(row for row in WAYS if row[2] in QUICK)),
    ids=[way for way, _, _ in WAYS],
)
def test_a_way(way: str, stop: str, play: Play, world: World) -> None:
    """It passes where the page says so, and is judged where it says so. Quick for QUICK, all in `make test-hostile`."""
    cells = {row[0]: row[1] for row in rows()}
    here = next(said for name, said in cells.items() if name.startswith(way))
    assert ("nothing" in here) is (play in NOTHING_HERE)
    play(world)


NOTHING_HERE = (
    push_no_verify,
    forged_tracking,
    version_tag,
    other_refs,
    forwarded_address,
    no_hooks,
    other_hooks,
)


@pytest.mark.parametrize(
    ("name", "annotated"),
    budget.sampled(product(("main", "develop"), (True, False)), ("main", True), ("develop", False)),
)
def test_a_tag_with_the_name_of_a_line_is_not_pushed(name: str, annotated: bool, world: World) -> None:
    """The commands that are printed move it to another name and push that one. Quick: each line and each sort of tag
    once."""
    world.do("tag", *(("-a", "-m", "Tag") if annotated else ()), name, "feature/x")
    tag = world.do("rev-parse", f"refs/tags/{name}")
    ran = world.git("push", "origin", f"refs/tags/{name}")
    blocks(ran, "GFG404")
    for line in (line.strip().removeprefix("help: ") for line in ran.text.splitlines()):
        if line.startswith("git "):
            passes(world.git(*line.split()[1:]))
    assert world.do("ls-remote", "origin", "refs/tags/*").split()[:2] == [tag, f"refs/tags/{name}-tag"]
    blocks(world.git("push", "origin", f"feature/x:refs/tags/{name}"), "GFG404")
    # To take one back that is there already is what should happen.
    world.do("push", "-q", "origin", f"feature/x:refs/tags/{name}")
    passes(world.git("push", "-q", "origin", f":refs/tags/{name}"))


def test_a_replacement_is_not_pushed(world: World) -> None:
    """Under its own name, another one, or with all refs."""
    world.do("replace", "develop", "feature/x")
    blocks(world.git("push", "origin", "refs/replace/*:refs/replace/*"), "GFG404")
    blocks(world.git("push", "origin", f"feature/x:refs/replace/{'1' * 40}"), "GFG404")
    blocks(world.git("push", "--mirror", "origin"), "GFG404")
