"""Which policy judges, where the team's lines have names of their own or the remote's policy cannot be had."""

from __future__ import annotations

import subprocess
from itertools import product
from pathlib import Path

import pytest

from tests import budget
from tests.e2e.world import World, install, make

pytestmark = pytest.mark.hostile("ways round hooks")

NAMES = 'kinds:\n  main: {name: stable}\n  develop: {name: next}\n  feature: {name: "task/{slug}"}\n'
FILE = ".gitflowguard.yaml"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Native hooks, develop and main."""
    return make(tmp_path, "native")


def put(world: World, branch: str, text: str) -> None:
    """The policy, on the branch here and on origin."""
    world.do("switch", "-q", branch)
    world.write(FILE, text)
    world.do("commit", "-q", "-m", "The policy")
    world.do("push", "-q", "origin", branch)


def rename(world: World) -> None:
    """The team calls its lines stable and next; main and develop are gone. task/old has no policy file."""
    world.do("branch", "-m", "main", "stable")
    world.do("branch", "-m", "develop", "next")
    world.branch("task/old", "next")
    world.do("push", "-q", "origin", "stable", "next", ":main", ":develop")
    put(world, "stable", NAMES)
    world.do("switch", "-q", "next")
    world.do("merge", "-q", "--no-edit", "stable")
    world.do("push", "-q", "origin", "next")


def use(world: World) -> None:
    """An ordinary push, after which this clone has used the team's policy once."""
    world.branch("task/first", "next")
    assert world.git("push", "-q", "origin", "task/first").code == 0


def commit(world: World) -> str:
    """What git and its hooks say to a commit, and the exit code."""
    world.change()
    ran = world.git("commit", "-m", "Go on")
    return f"{ran.code} {ran.text}"


def test_a_branch_without_the_file_finds_it_on_the_teams_own_lines(world: World) -> None:
    rename(world)
    use(world)
    world.do("switch", "-q", "task/old")
    assert not (world.work / FILE).exists()
    assert commit(world).startswith("0 ")
    world.do("switch", "-q", "-c", "feature/x")
    assert "error[GFG101]" in commit(world)


def test_a_fresh_clone_finds_it_by_the_remotes_default_branch(world: World) -> None:
    """Nothing was compiled yet, so nothing but origin/HEAD tells what the lines are called."""
    rename(world)
    subprocess.run(["git", "-C", str(world.origin), "symbolic-ref", "HEAD", "refs/heads/stable"], check=True)
    world.do("remote", "set-head", "origin", "--auto")
    world.do("switch", "-q", "task/old")
    world.do("branch", "-q", "-D", "stable", "next")
    assert not (world.work / ".git" / "gitflowguard").exists()
    assert commit(world).startswith("0 ")


@pytest.mark.parametrize("used", budget.sampled((True, False), 1))
def test_an_edited_work_tree_does_not_open_the_teams_own_lines(world: World, used: bool) -> None:
    """Whether or not this clone has seen the policy as it was; where it has, it is slow, as more is known there."""
    rename(world)
    if used:
        use(world)
    world.policy(NAMES + "rules: {deleted-branch: ignore}\n")
    ran = world.git("push", "origin", ":next")
    assert ran.code != 0 and "error[GFG403]" in ran.text, ran.text


def test_a_work_tree_that_cannot_be_read_does_not_open_them_either(world: World) -> None:
    rename(world)
    use(world)
    world.policy("rules: {deleted-branch: [\n")
    ran = world.git("push", "origin", ":next")
    assert ran.code != 0 and "error[GFG403]" in ran.text, ran.text


SOFT = "kinds:\n  main: {name: feature/a}\n  develop: {name: feature/b}\nrules: {deleted-branch: ignore}\n"


def noted(world: World, branch: str) -> None:
    """origin's default branch is this one, and the clone has noted it."""
    subprocess.run(
        ["git", "-C", str(world.origin), "symbolic-ref", "HEAD", f"refs/heads/{branch}"], check=True
    )
    world.do("remote", "set-head", "origin", "--auto")


@pytest.mark.parametrize(
    ("held", "default"),
    budget.sampled(
        product(("main", "develop", "both"), ("", "main", "develop")), ("develop", "main"), ("both", "")
    ),
)
def test_a_branch_whose_policy_calls_itself_a_line_does_not_judge_its_own_push(
    world: World, default: str, held: str
) -> None:
    """It is on the remote, checked out, and was used for a commit; the team's branches are deleted from it.

    Quick where one line has the team's policy and the remote names the other one as its own, and where both have it.
    """
    for branch in ("main", "develop"):
        if held in (branch, "both"):
            put(world, branch, "preset: gitflow\n")
    if default:
        noted(world, default)
    world.do("switch", "-q", "-c", "feature/a", "develop")
    world.write(FILE, SOFT)
    world.do("add", FILE)
    world.do("commit", "-q", "-m", "Soft")
    world.change()
    world.git("commit", "-q", "-m", "By that policy")
    world.do("reset", "-q", "--hard")
    world.do("push", "-q", "origin", "feature/a", "feature/a:feature/b")
    for words in (("origin",), (str(world.origin),)):
        ran = world.git("push", *words, ":develop")
        assert ran.code != 0 and "error[GFG403]" in ran.text, ran.text
    world.do("switch", "-q", "--detach", "develop")
    ran = world.git("push", "origin", ":develop")
    assert ran.code != 0 and "error[GFG403]" in ran.text, ran.text


def test_a_commit_on_a_strangers_branch_leaves_no_names_for_branches_without_a_policy(world: World) -> None:
    """Their work tree has no policy; the lines are looked for under the usual names, not under the stranger's."""
    world.branch("feature/old", "develop")
    world.do("switch", "-q", "-c", "feature/a", "develop")
    world.write(FILE, SOFT.replace("deleted-branch", "direct-commit"))
    world.do("add", FILE)
    assert world.git("commit", "-q", "-m", "Soft").code in (0, 1)
    world.do("switch", "-q", "main")
    world.change()
    ran = world.git("commit", "-q", "-m", "Straight")
    assert ran.code != 0 and "error[GFG201]" in ran.text, ran.text


def test_a_leftover_main_does_not_overrule_the_teams_own_lines(world: World) -> None:
    """The clone has noted which branch is the default one."""
    put(world, "main", "preset: gitflow\n")
    world.do("branch", "leftover", "main")
    rename(world)
    world.do("push", "-q", "origin", "leftover:main")
    noted(world, "stable")
    world.branch("task/y", "next", commits=1)
    world.do("branch", "feature/y")
    assert world.git("push", "origin", "task/y").code == 0
    ran = world.git("push", "origin", "feature/y")
    assert ran.code != 0 and "error[GFG101]" in ran.text, ran.text
    assert world.git("push", "origin", ":next").code != 0


def partial(world: World) -> World:
    """A clone without blobs, save those of main, which is checked out."""
    subprocess.run(["git", "-C", str(world.origin), "config", "uploadpack.allowFilter", "true"], check=True)
    clone = World(world.root / "partial", "native", world.env)
    clone.root.mkdir()
    url = world.origin.as_uri()
    world.run("git", "clone", "-q", "--filter=blob:none", url, str(clone.work), cwd=world.root)
    install(clone)
    return clone


def test_a_partial_clone_without_the_remotes_policy_blocks_and_says_how_to_get_it(world: World) -> None:
    """The work tree's policy, older and milder, judges nothing; the named command brings the file."""
    put(world, "main", "rules: {unknown-branch-kind: ignore}\n")
    put(world, "develop", "preset: gitflow\nstale-days: 30\n")
    clone = partial(world)
    clone.do("switch", "-q", "-c", "pipeline", "origin/main")
    clone.commit()
    ran = clone.git("push", "origin", "pipeline")
    command = "git cat-file -t origin/develop:.gitflowguard.yaml"
    assert ran.code != 0 and f"in this partial clone; to get it: {command}" in ran.text, ran.text
    assert clone.run(*command.split()).code == 0
    assert "error[GFG101]" in clone.git("push", "origin", "pipeline").text
    clone.do("branch", "-m", "feature/x")
    ran = clone.git("push", "-q", "origin", "feature/x")
    assert ran.code == 0, ran.text


def test_a_partial_clone_without_any_policy_says_how_to_get_it(world: World) -> None:
    """The named command brings the file, and the push passes."""
    put(world, "develop", "preset: gitflow\n")
    clone = partial(world)
    clone.do("switch", "-q", "-c", "hotfix/1.0.1", "origin/main")
    ran = clone.git("push", "origin", "hotfix/1.0.1")
    command = "git cat-file -t origin/develop:.gitflowguard.yaml"
    assert ran.code != 0 and f"to get it: {command}" in ran.text, ran.text
    assert clone.run(*command.split()).code == 0
    ran = clone.git("push", "origin", "hotfix/1.0.1")
    assert ran.code == 0 and "partial clone" not in ran.text, ran.text


def test_another_missing_file_does_not_hide_the_policy(world: World) -> None:
    """A pyproject.toml beside it was never fetched; the policy was, and judges."""
    world.do("switch", "-q", "main")
    world.commit(name="pyproject.toml")
    world.do("push", "-q", "origin", "main")
    put(world, "develop", "preset: gitflow\n")
    clone = partial(world)
    clone.do("switch", "-q", "develop")
    world.commit(name="pyproject.toml")
    world.do("push", "-q", "origin", "develop")
    clone.do("fetch", "-q")
    clone.policy("rules: {deleted-branch: ignore}\n")
    ran = clone.git("push", "origin", ":develop")
    assert "error[GFG403]" in ran.text and "partial clone" not in ran.text, ran.text


def test_a_policy_that_can_be_had_is_not_lowered_by_a_partial_clone(world: World) -> None:
    """The blob is here once it was checked out; the work tree's edit then counts for nothing."""
    put(world, "develop", "preset: gitflow\n")
    clone = partial(world)
    clone.do("switch", "-q", "develop")
    clone.policy("rules: {deleted-branch: ignore}\n")
    ran = clone.git("push", "origin", ":develop")
    assert ran.code != 0 and "error[GFG403]" in ran.text and "partial clone" not in ran.text, ran.text


def test_a_missing_object_of_a_full_clone_still_refuses(world: World) -> None:
    """Only a partial clone may lack an object; elsewhere the repository is broken, and nothing can be told."""
    put(world, "develop", "preset: gitflow\n")
    tree = world.do("rev-parse", "origin/develop^{tree}")
    world.branch("feature/x", "origin/develop")
    path = world.work / ".git" / "objects" / tree[:2] / tree[2:]
    path.chmod(0o600)
    path.write_bytes(b"broken")
    ran = world.git("push", "origin", "feature/x")
    assert ran.code != 0 and "partial clone" not in ran.text, ran.text


def test_a_broken_policy_on_the_remote_lets_its_repair_pass(world: World) -> None:
    """It was broken from the first, so the preset judges."""
    put(world, "develop", "preset: gitfow\n")
    world.do("switch", "-q", "-c", "feature/repair")
    world.write(FILE, "preset: gitflow\n")
    world.do("commit", "-q", "-m", "Mend the policy")
    for _ in range(2):
        ran = world.git("push", "origin", "feature/repair")
        assert ran.code == 0, ran.text
        assert "note: the policy origin/develop:.gitflowguard.yaml:1 can't be read" in ran.text
        assert "gitfow" in ran.text and "the preset gitflow was used" in ran.text
        world.commit()
    ran = world.git("push", "origin", ":develop")
    assert ran.code != 0 and "error[GFG403]" in ran.text, ran.text


BROKEN = {
    "text": "preset: gitfow\n",
    "large": "preset: gitflow\n" + "# x\n" * 20_000,
    "link": None,
}
LINES = (("develop",), ("main",), ("main", "develop"))


@pytest.mark.parametrize(
    ("how", "lines"),
    budget.sampled(product(BROKEN, LINES), ("link", LINES[1]), ("text", LINES[2])),
)
def test_a_policy_that_can_not_be_read_gives_way_to_the_one_before_it(
    world: World, how: str, lines: tuple[str, ...]
) -> None:
    """The work tree's, which would allow it, has no say; the repair passes as the team's former policy asks.

    Quick: one that can be read and one that can't, on one line and on both. The others are read in the same place.
    """
    for line in ("main", "develop"):
        put(world, line, NAMES.replace("stable", "main").replace("next", "develop"))
    before = {line: world.do("rev-parse", "--short=7", line) for line in lines}
    for line in lines:
        world.do("switch", "-q", line)
        text = BROKEN[how]
        if text is None:
            (world.work / FILE).unlink()
            (world.work / FILE).symlink_to("other.yaml")
        else:
            world.write(FILE, text)
        world.do("add", FILE)
        world.do("commit", "-q", "-m", "Broken")
        world.do("push", "-q", "origin", line)
    world.do("switch", "-q", "develop")
    (world.work / FILE).unlink()
    world.write(FILE, "rules: {direct-commit: ignore, deleted-branch: ignore, unknown-branch-kind: ignore}\n")
    world.do("commit", "-q", "-m", "Straight")
    ran = world.git("push", "origin", "develop")
    assert ran.code == 1 and "error[GFG201]" in ran.text, ran.text
    if "develop" in lines:  # main's only says what the lines are called
        assert f"note: the policy origin/develop:{FILE}" in ran.text, ran.text
        assert f"so the one before it, of {before['develop']}, was used" in ran.text, ran.text
    assert "error[GFG101]" in world.git("push", "origin", "develop:pipeline").text
    ran = world.git("push", "origin", "develop:task/repair")
    assert ran.code == 0, ran.text


def test_a_line_that_was_broken_from_the_first_leaves_the_word_to_the_other_one(world: World) -> None:
    """The default branch's policy was never one; develop's is."""
    noted(world, "main")
    put(world, "main", "preset: gitfow\n")
    put(world, "develop", "kinds: {feature: {name: 'task/{slug}'}}\n")
    world.branch("task/x")
    world.do("branch", "feature/x")
    assert world.git("push", "-q", "origin", "task/x").code == 0
    assert "error[GFG101]" in world.git("push", "origin", "feature/x").text


def test_the_work_trees_policy_has_no_say_even_where_it_is_broken_too(world: World) -> None:
    """It stops commits; what is committed is judged at the push by what the team has."""
    put(world, "develop", "preset: gitfow\n")
    world.branch("feature/x", "develop")
    world.policy("preset: gitflw\n")
    ran = world.git("push", "origin", "feature/x")
    assert ran.code == 0 and "gitfow" in ran.text and "gitflw" not in ran.text, ran.text
    assert "gitflw" in commit(world)


def test_a_clone_that_forgets_the_remotes_lines_is_judged_by_what_the_remote_says(world: World) -> None:
    """The remote-tracking branches are deleted; git itself asks the remote where the line stands."""
    for line in ("main", "develop"):
        put(world, line, "preset: gitflow\n")
    world.do("switch", "-q", "develop")
    world.write(FILE, "rules: {direct-commit: ignore, rewritten-branch: ignore}\n")
    world.do("commit", "-q", "-m", "Straight")
    for line in ("main", "develop"):
        world.do("update-ref", "-d", f"refs/remotes/origin/{line}")
    for words in (("origin",), (str(world.origin),)):
        ran = world.git("push", *words, "develop")
        assert ran.code == 1 and "error[GFG201]" in ran.text, ran.text


TABLE = '[tool.gitflowguard]\npreset = "ml"\n'
TWO = "note: origin/develop holds two policies"


def both(world: World) -> None:
    """develop, here and on origin, holds the YAML file and the table."""
    world.do("switch", "-q", "develop")
    world.write(FILE, "rules: {direct-commit: error}\n")
    world.write("pyproject.toml", TABLE)
    world.do("commit", "-q", "-m", "Both")
    world.do("push", "-q", "origin", "develop")


@pytest.mark.parametrize("gone", budget.sampled((FILE, "pyproject.toml"), "pyproject.toml"))
def test_two_policies_at_the_remote_are_one_line_at_a_push_and_end_by_a_pull_request(
    world: World, gone: str
) -> None:
    """Said again where it was read before; the pull request is judged by the file that it leaves.

    That the table is left is slow: which of two files counts is in tests/policy, in memory.
    """
    both(world)
    world.do("switch", "-q", "-c", "feature/one")
    world.do("rm", "-q", gone)
    world.do("commit", "-q", "-m", "One policy")
    for words in (("origin", "feature/one"), ("origin", "feature/one:feature/two")):
        pushed = world.git("push", "-q", *words)
        assert pushed.code == 0 and pushed.text.count(TWO) == 1 and "remove one" in pushed.text, pushed.text
    check = ("pr", "check", "--no-radar", "--no-quality", "--base", "develop")
    world.do("fetch", "-q", "origin")
    ran = world.guard(*check, "--head", "feature/one")
    assert ran.code == 0 and "this pull request removes one" in ran.text, ran.text
    # Another one, that was cut when develop had one policy alone, takes nothing away.
    world.do("switch", "-q", "-c", "feature/other", "develop~1")
    world.write(FILE, "rules: {direct-commit: error}\n")
    world.do("commit", "-q", "-m", "The same file")
    ran = world.guard(*check, "--head", "feature/other")
    assert ran.code == 2 and "a pull request that removes one of them passes" in ran.text, ran.text
    # One that removes both leaves nothing to judge by.
    world.do("switch", "-q", "-c", "feature/none", "develop")
    world.do("rm", "-q", FILE, "pyproject.toml")
    world.do("commit", "-q", "-m", "No policy")
    assert world.guard(*check, "--head", "feature/none").code == 2


def test_check_says_that_the_policy_is_assumed(world: World) -> None:
    """A policy of another name is ignored, which must not look like one that is kept."""
    note = "note: there is no policy file{}; the preset gitflow is assumed"
    assert note.format("") in world.guard("check").text
    (world.work / ".gitflowguard.yml").write_text("preset: ml\n")
    near = ": .gitflowguard.yml isn't read; name it .gitflowguard.yaml"
    assert note.format(near) in world.guard("check", "--all").text
    world.policy("preset: gitflow\n")
    assert "assumed" not in world.guard("check").text


PULL = ("pr", "check", "--no-radar", "--no-quality", "--base", "develop", "--head")
BAD = 'preset must be as-is, gitflow or ml, not "gitfow"; did you mean "gitflow"?'


def proposed(world: World, name: str, files: dict[str, str | None]) -> str:
    """A branch that writes files (None: takes them away), with its commit; its name."""
    world.do("switch", "-q", "-c", name, "develop")
    for path, content in files.items():
        if content is None:
            world.do("rm", "-q", path)
        else:
            world.write(path, content)
    world.do("add", "-A")
    world.do("commit", "-q", "-m", "Change the policy", "--no-verify")
    return name


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({FILE: "preset: gitfow\n"}, f"feature/x:{FILE}:1:9: {BAD}"),
        ({FILE: "a: [\n"}, f"feature/x:{FILE}:1:4: "),
        ({"pyproject.toml": TABLE}, "are both a policy; keep one"),
        ({FILE: "preset: gitflow\n"}, ""),
        ({FILE: None}, ""),
    ],
    ids=["a word", "the form", "a second one", "none is wrong", "taken away"],
)
def test_a_pull_request_may_not_leave_a_policy_that_nobody_can_read(
    world: World, files: dict[str, str | None], says: str
) -> None:
    """Hooks refuse such a commit; what a forge's editor makes only the pull request can tell."""
    put(world, "develop", "rules: {direct-commit: error}\n")
    ran = world.guard(*PULL, proposed(world, "feature/x", files))
    assert ran.code == (1 if says else 0), ran.text
    assert ("GFG506" in ran.text) == bool(says) and says in ran.text, ran.text


def test_what_a_merge_makes_of_the_policy_is_read_and_not_what_the_branch_has(world: World) -> None:
    """The base repaired it meanwhile; or both sides are right and their merge says a thing twice."""
    put(world, "develop", "preset: gitfow\n")
    proposed(world, "feature/old", {"a.txt": "a\n"})
    put(world, "develop", "rules: {direct-commit: error}\n")
    assert world.guard(*PULL, "feature/old").code == 0
    lines = "rules:\n  direct-commit: error\n" + "".join(f"# {n}\n" for n in range(9))
    put(world, "develop", lines)
    name = proposed(world, "feature/x", {FILE: "merge-drivers: []\n" + lines})
    put(world, "develop", lines + "merge-drivers: []\n")
    ran = world.guard(*PULL, name)
    assert ran.code == 1 and "GFG506" in ran.text and "merge-drivers" in ran.text, ran.text


def test_a_policy_that_nobody_can_read_is_corrected_by_a_pull_request(world: World) -> None:
    """It is judged by the last one that could be read, which no author of a pull request chooses."""
    put(world, "develop", "rules: {unknown-branch-kind: ignore, forbidden-pull: ignore}\n")
    used = world.do("rev-parse", "--short", "develop").strip()
    put(world, "develop", "preset: gitfow\n")
    # Which kinds of branch there are says the policy before the mistake.
    ran = world.guard(*PULL, proposed(world, "odd", {FILE: "preset: gitflow\n"}))
    assert ran.code == 0, ran.text
    assert (
        f"({FILE.join(('develop:', ':1:9: '))}{BAD}); this pull request corrects it, and the one of {used}"
        in ran.text
    )
    others: tuple[tuple[str, dict[str, str | None]], ...] = (
        ("feature/other", {"a.txt": "a\n"}),
        ("feature/worse", {FILE: "preset: gitfloww\n"}),
        ("feature/none", {FILE: None}),
    )
    for name, files in others:
        ran = world.guard(*PULL, proposed(world, name, files))
        assert ran.code == 2 and BAD in ran.text, (name, ran.text)


def test_where_no_policy_of_the_base_could_ever_be_read_the_preset_judges(world: World) -> None:
    put(world, "develop", "preset: gitfow\n")
    ran = world.guard(*PULL, proposed(world, "feature/x", {FILE: "preset: ml\n"}))
    assert ran.code == 0 and "corrects it, and the preset gitflow was assumed" in ran.text, ran.text


def test_an_old_branch_under_two_policies_says_so(world: World) -> None:
    """Its work tree has none, so the first one on develop is used, and not in silence."""
    world.branch("feature/old", "develop", commits=1)
    both(world)
    world.do("switch", "-q", "feature/old")
    said = commit(world)
    assert said.startswith("0 ") and "note: develop holds two policies" in said
    assert "develop holds two policies" in world.guard("check").text


def test_a_forges_own_refs_are_nobodys_branches(world: World) -> None:
    """An older copy of one's own pull request is not what one's branch stands on."""
    world.policy("rules: {stacked-branch: error}\n")
    world.branch("feature/x", "develop", commits=2)
    for ref in (
        "origin/PR-7",
        "origin/pr/7",
        "origin/pull/7/head",
        "pull/7/merge",
        "origin/merge-requests/7/head",
    ):
        world.do("update-ref", f"refs/remotes/{ref}", "feature/x~1")
    world.do("update-ref", "refs/remotes/origin/gh-readonly-queue/develop/pr-7-1", "feature/x")
    world.do("branch", "-q", "pr/8", "feature/x~1")
    said = commit(world)
    assert said.startswith("0 ") and "GFG106" not in said and "PR-7" not in said, said
    pushed = world.git("push", "-q", "origin", "feature/x")
    assert (pushed.code, pushed.text) == (0, "")
    for words in (("check", "--all"), ("status",), ("radar",)):
        ran = world.guard(*words)
        assert ran.code == 0, ran.text
        assert not [
            name
            for name in ("PR-7", "pr/7", "pull/7", "merge-requests", "readonly", "pr/8")
            if name in ran.text
        ]


def test_a_work_tree_on_a_copy_of_a_pull_request_is_nobodys_branch(world: World) -> None:
    """Jenkins checks out a local PR-7: a commit there is as one on a detached HEAD; a push under that name is not."""
    world.do("switch", "-q", "-c", "PR-7", "develop")
    assert commit(world).startswith("0 ")
    pushed = world.git("push", "-q", "origin", "PR-7")
    assert pushed.code != 0 and "error[GFG101]" in pushed.text


def test_nobody_commits_in_a_bare_repository(world: World) -> None:
    """HEAD there is what a clone checks out, not a branch that somebody stands on."""
    world.do("push", "-q", "origin", "main", "develop")
    ran = world.guard("check", cwd=world.origin)
    assert ran.code == 0 and "direct-commit" not in ran.text and "this repository is bare" in ran.text
