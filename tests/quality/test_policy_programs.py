"""A program that a policy names runs only where a protected branch of the team has it, or its user trusts it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from gitflowguard.model.check import Tool
from gitflowguard.quality.foreign import digest, entry
from tests.budget import sampled
from tests.conftest import executable
from tests.e2e.world import make

POLICY = ".gitflowguard.yaml"


class Scene:
    """A guarded repository, and a policy whose program leaves a mark."""

    def __init__(self, root: Path) -> None:
        self.mark = root / "ran"
        self.world = make(root, "native")
        self.top = self.world.work

    def text(self, *more: str) -> str:
        """A policy that names the program."""
        words = ", ".join(("sh", "-c", f'"echo ran >> {self.mark}"', *more))
        return f"tools:\n  nice: {{run: [{words}], files: ['*.txt']}}\n"

    def on(self, branch: str, text: str, push: bool = True) -> None:
        """Commits a policy on a branch."""
        self.world.do("switch", "-q", branch)
        self.world.write(POLICY, text)
        self.world.do("commit", "-q", "-m", "Policy")
        if push:
            self.world.do("push", "-q", "origin", branch)

    def stranger(self, text: str = "") -> None:
        """A branch of somebody else, checked out, with something to look at."""
        self.world.do("switch", "-q", "-c", "feature/stranger", "develop")
        self.on("feature/stranger", text or self.text())
        self.world.write("more.txt", "more\n")

    def run(self, *words: str, cwd: Path | None = None) -> tuple[int, str]:
        ours = words[0] == "gitflowguard"
        ran = self.world.guard(*words[1:], cwd=cwd) if ours else self.world.run(*words, cwd=cwd)
        return ran.code, ran.text

    def ran(self) -> bool:
        """Whether the program ran since this was asked last."""
        there = self.mark.exists()
        self.mark.unlink(missing_ok=True)
        return there


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def by_hand(scene: Scene) -> None:
    scene.stranger()
    code, text = scene.run("gitflowguard", "quality", "--all")
    assert code == 3 and "Can't determine what nice reports" in text


def of_a_range(scene: Scene) -> None:
    scene.stranger()
    scene.world.do("commit", "-q", "-m", "More")
    assert scene.run("gitflowguard", "quality", "--from", "develop")[0] == 3


def rewriting(scene: Scene) -> None:
    scene.stranger()
    scene.run("gitflowguard", "quality", "--fix")


def freezing(scene: Scene) -> None:
    scene.stranger()
    assert "Can't determine what nice reports" in scene.run("gitflowguard", "baseline", "--dry-run")[1]


def by_the_id_of_a_framework(scene: Scene) -> None:
    scene.stranger()
    assert scene.run("gitflowguard-hook", "quality", "more.txt")[0] == 3


def at_a_push(scene: Scene) -> None:
    scene.stranger(scene.text() + "quality: {stages: [pre-push]}\n")
    scene.world.do("commit", "-q", "-m", "More")
    scene.world.do("push", "-q", "origin", "--delete", "develop")
    scene.run("git", "push", "origin", "feature/stranger")


def at_a_pull_request_into_it(scene: Scene) -> None:
    scene.stranger()
    scene.world.branch("feature/other", "feature/stranger")
    scene.world.do("push", "-q", "origin", "feature/other")
    code, text = scene.run(
        "gitflowguard", "pr", "check", "--head", "feature/other", "--base", "feature/stranger"
    )
    assert code in (1, 3) and "Can't determine what nice reports" in text


def called_a_line_by_itself(scene: Scene) -> None:
    """The policy says that its own branch is the integration branch."""
    scene.stranger("kinds: {develop: {name: feature/stranger}}\n" + scene.text())
    assert scene.run("gitflowguard", "quality", "--all")[0] == 3


def from_a_remote_that_it_names(scene: Scene) -> None:
    """A remote of somebody else was fetched, and the policy calls it the team's."""
    other = scene.world.root / "other.git"
    scene.world.do("clone", "-q", "--bare", str(scene.world.origin), str(other))
    scene.stranger("remote: other\n" + scene.text())
    scene.world.do("remote", "add", "other", str(other))
    scene.world.do("push", "-q", "other", "feature/stranger:develop", "feature/stranger:main")
    scene.run("git", "fetch", "-q", "other")
    assert scene.run("gitflowguard", "quality", "--all")[0] == 3


def in_a_linked_work_tree(scene: Scene) -> None:
    scene.stranger()
    scene.world.do("switch", "-q", "--force", "develop")
    linked = scene.world.root / "linked"
    scene.world.do("worktree", "add", "-q", str(linked), "feature/stranger")
    assert scene.run("gitflowguard", "quality", "--all", cwd=linked)[0] == 3


def in_a_submodule(scene: Scene) -> None:
    scene.stranger()
    scene.world.do("commit", "-q", "-m", "More")
    scene.world.do("push", "-q", "origin", "feature/stranger")
    outer = scene.world.root / "outer"
    scene.world.do("init", "-q", str(outer))
    scene.run(
        "git", "submodule", "add", "-q", "-b", "feature/stranger", str(scene.world.origin), "in", cwd=outer
    )
    assert (outer / "in/more.txt").exists()
    assert scene.run("gitflowguard", "quality", "--all", cwd=outer / "in")[0] == 3


def in_a_sparse_checkout(scene: Scene) -> None:
    scene.stranger()
    scene.world.do("commit", "-q", "-m", "More")
    scene.world.do("sparse-checkout", "set", "--no-cone", "/more.txt")
    assert not (scene.top / POLICY).exists()
    scene.run("gitflowguard", "quality", "--all")


WAYS = (
    by_hand, of_a_range, rewriting, freezing, by_the_id_of_a_framework, at_a_push, at_a_pull_request_into_it,
    called_a_line_by_itself, from_a_remote_that_it_names, in_a_linked_work_tree, in_a_submodule, in_a_sparse_checkout,
)  # fmt: skip


@pytest.mark.parametrize("way", sampled(WAYS, 0, 1, 4, 5, 6, 7, 8, 11), ids=lambda way: str(way.__name__))
def test_a_strangers_program_does_not_run(scene: Scene, way: Callable[[Scene], None]) -> None:
    """Whoever starts it.

    The other ways are slow: what is the team's is decided in one place for all that start a program.
    """
    way(scene)
    assert not scene.ran()


def test_a_commit_is_not_blocked_and_says_what_did_not_run(scene: Scene) -> None:
    """The branch that adds a program has to be able to become a pull request. The command is what trusts it."""
    scene.stranger()
    code, text = scene.run("git", "commit", "-m", "More")
    assert code == 0 and "so it did not run" in text and not scene.ran()
    command = re.search(r"trust it in this clone: (git config --add gitflowguard\.trust [0-9a-f]{40})", text)
    assert command is not None, text
    scene.world.write("again.txt", "again\n")
    assert scene.run(*shlex.split(command[1]))[0] == 0
    code, text = scene.run("git", "commit", "-m", "Again")
    assert code == 0 and "did not run" not in text and scene.ran()
    # What is trusted is this entry, and no other one of the same name.
    scene.on("feature/stranger", scene.text("other"))
    assert scene.run("gitflowguard", "quality", "--all")[0] == 3 and not scene.ran()


def test_a_program_of_the_team_runs_on_every_branch(scene: Scene) -> None:
    """Its entry stands on a protected branch; what files it looks at doesn't decide what runs."""
    scene.on("develop", scene.text())
    scene.world.branch("feature/x")
    scene.on("feature/x", scene.text().replace("*.txt", "a.txt") + "stale-days: 3\n", push=False)
    scene.world.write("a.txt", "a\n")
    code, text = scene.run("git", "commit", "-m", "Work")
    assert code == 0 and "did not run" not in text and scene.ran()
    assert scene.run("gitflowguard", "quality", "--all", "--no-cache")[0] == 0 and scene.ran()
    scene.world.do("push", "-q", "origin", "feature/x")
    scene.run("gitflowguard", "pr", "check", "--head", "feature/x", "--base", "develop")
    # sh isn't a program of ours, and a pull request is judged by ours alone.
    assert not scene.ran()


def test_without_a_remote_the_own_branches_count(scene: Scene) -> None:
    scene.on("develop", scene.text(), push=False)
    scene.world.do("remote", "remove", "origin")
    scene.world.branch("feature/x")
    scene.world.write("a.txt", "a\n")
    assert scene.run("git", "commit", "-m", "Work")[0] == 0 and scene.ran()
    scene.on("feature/x", scene.text("other"), push=False)
    assert scene.run("gitflowguard", "quality", "--all")[0] == 3 and not scene.ran()


def test_a_program_in_the_repository_runs_with_the_content_that_the_team_has(scene: Scene) -> None:
    """The policy may be the team's own and the program that it names another one."""
    policy = "tools: {nice: {run: [./tools/lint.sh], files: ['*.txt']}}\n"
    scene.world.do("switch", "-q", "develop")
    executable(scene.top / "tools/lint.sh", "#!/bin/sh\nexit 0\n")
    scene.world.do("add", "tools/lint.sh")
    scene.on("develop", policy)
    scene.world.branch("feature/stranger")
    assert scene.run("gitflowguard", "quality", "--all")[0] == 0
    scene.world.write("tools/lint.sh", f"#!/bin/sh\necho ran >> {scene.mark}\n")
    assert scene.run("gitflowguard", "quality", "--all")[0] == 3 and not scene.ran()
    # From another folder of the same repository, too.
    assert scene.run("gitflowguard", "quality", "--all", cwd=scene.top / "tools")[0] == 3 and not scene.ran()


def test_the_default_branch_names_the_protected_ones(scene: Scene) -> None:
    """Names that nobody would guess: git's note of the remote's default branch leads to them."""
    scene.world.do("push", "-q", "origin", "develop:next", "main:stable")
    scene.on("develop", "kinds: {develop: {name: next}, main: {name: stable}}\n" + scene.text(), push=False)
    scene.world.do("push", "-q", "origin", "develop:next")
    scene.world.do("push", "-q", "origin", "--delete", "develop")
    scene.world.write("a.txt", "a\n")
    assert scene.run("gitflowguard", "quality", "--all")[0] == 3 and not scene.ran()
    scene.world.do("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/next")
    assert scene.run("gitflowguard", "quality", "--all")[0] == 0 and scene.ran()


@pytest.mark.parametrize(
    ("tool", "asks"),
    [
        (Tool("black", ("--line-length", "100", "--config=x.py")), False),
        (Tool("flake8", ("--max-line-length=127", "--extend-ignore", "E203")), False),
        (Tool("flake8", ("--append-config=evil.py",)), True),
        (Tool("flake8", ("--append", "evil.py")), True),
        (Tool("flake8", plugins=True), True),
        (Tool("mypy", ("--strict", "--python-version", "3.11")), False),
        (Tool("mypy", ("--python-executable=./evil",)), True),
        (Tool("mypy", ("--config-file", "evil.ini")), True),
        (Tool("mypy", ("@evil.txt",)), True),
        (Tool("nbstripout", ("--install",)), True),
        (Tool("own", run=("own",)), True),
    ],
)
def test_what_somebody_has_to_answer_for(tool: Tool, asks: bool) -> None:
    assert bool(entry(tool)) is asks


def test_no_two_entries_share_a_digest() -> None:
    """Words that run together, a word that moves, contents that move between files."""
    entries = [("run", "a", "b"), ("run", "ab"), ("run", "a", "b", ""), ("a", "run", "b")]
    keys = [digest(one) for one in entries]
    keys += [digest(("run",), parts) for parts in ((b"ab",), (b"a", b"b"), (b"", b"ab"), (b"run",))]
    assert len(set(keys)) == len(keys)


def test_a_day_with_a_program_of_the_team_costs_no_more_git(scene: Scene, argv_oracle: Path) -> None:
    """The policies of the protected branches are remembered by their commits."""
    from tests import oracle

    counts = []
    for text in ("tools: {black: true}\n", "tools: {nice: {run: [cat], files: ['*.none']}}\n"):
        scene.on("develop", text)
        scene.world.do("switch", "-q", "-C", "feature/x", "develop")
        for name in ("first.txt", "second.txt"):
            scene.world.write(name, text + name)
            argv_oracle.unlink(missing_ok=True)
            assert scene.run("git", "commit", "-m", "Work", cwd=scene.top)[0] == 0
            # No tool looks at a text: the listing that git began with is ended, perhaps before it was recorded.
            calls = [call for call in oracle.calls(argv_oracle) if ":(top)" not in call]
        counts.append(calls)
    assert len(counts[0]) == len(counts[1]), counts


CARRIERS = [
    (".pylintrc", "[MAIN]\ninit-hook=import os\n"),
    ("pyproject.toml", "[tool.pylint.main]\nload_plugins = ['evil']\n"),
    ("conf/rc", "[MAIN]\nload-plugins=evil\n"),
]


@pytest.mark.parametrize(("path", "text"), sampled(CARRIERS, 1, 2))
def test_a_strangers_configuration_that_runs_code(scene: Scene, path: str, text: str) -> None:
    """The program is the team's, and its settings would run code: they have to be the team's, too.

    The third is slow: conf/rc has its form.
    """
    pylint = executable(scene.world.root / "bin" / "pylint", f"#!/bin/sh\necho ran >> {scene.mark}\n")
    policy = f'tools:\n  nice: {{run: ["{pylint}", "--rcfile=conf/rc"], files: ["*.txt"]}}\n'
    scene.on("develop", policy)
    scene.world.do("switch", "-q", "-c", "feature/stranger", "develop")
    scene.world.write("more.txt", "more\n")
    assert scene.run("git", "commit", "-m", "More")[0] == 0 and scene.ran()
    scene.world.write(path, text)
    scene.world.write("again.txt", "again\n")
    _, said = scene.run("gitflowguard", "quality")
    assert "Can't determine what nice reports" in said and not scene.ran()
    scene.world.do("commit", "-q", "-m", "Settings")
    scene.world.do("switch", "-q", "develop")
    code, said = scene.run("gitflowguard", "quality", "--from", "develop", "--to", "feature/stranger")
    assert code == 3 and not scene.ran() and f"{path} runs code" in said
    # The team's own settings count once they are on its branch.
    scene.world.do("merge", "-q", "feature/stranger")
    scene.world.do("push", "-q", "origin", "develop")
    scene.world.write("third.txt", "third\n")
    assert scene.run("gitflowguard", "quality")[0] == 0 and scene.ran()


def test_settings_that_run_code_by_their_kind() -> None:
    """JavaScript that the program reads; another program's is a file like any other."""
    from gitflowguard.quality.foreign import may_run

    eslint, yamllint = Tool("a", run=("npx-eslint/eslint",)), Tool("b", run=("yamllint",))
    assert may_run(eslint, "eslint.config.mjs", b"") and may_run(eslint, "packages/x/.eslintrc.cjs", b"")
    assert not may_run(eslint, ".eslintrc.json", b"") and not may_run(yamllint, "eslint.config.js", b"")
    assert may_run(Tool("c", run=("python", "-m", "pylint")), "setup.cfg", b"[pylint.MAIN]\ninit-hook=x\n")
    assert not may_run(Tool("d", run=("pylint",)), "setup.cfg", b"[pylint.MAIN]\njobs=1\n")


PACKAGES = (
    "tools:\n  mypy: {with: [types-requests==2.32.4.20250913]}\n"
    "  spell: {run: [codespell], package: codespell==2.4.1}\n"
)
LISTED = ["codespell==2.4.1", "mypy==2.4.1", "types-requests==2.32.4.20250913"]


def listed(scene: Scene, *more: str) -> tuple[int, list[str], str]:
    """(exit code, requirements, the rest of what is printed) of `config tools`."""
    code, text = scene.run("gitflowguard", "config", "tools", "--requirements", *more)
    lines = text.splitlines()
    packages = [line for line in lines if "==" in line and " " not in line]
    return code, packages, "\n".join(line for line in lines if line not in packages)


@pytest.mark.parametrize(
    "asked", sampled([((),), (("--at", "HEAD"),), (("--at", "origin/feature/stranger"),)], 0, 2)
)
def test_a_job_installs_no_package_that_only_a_strangers_policy_names(
    scene: Scene, asked: tuple[str, ...]
) -> None:
    """A wheel's code runs in the job; the tools that gitflowguard knows are installed anyway.

    HEAD is slow: another commit is named in the same way.
    """
    scene.stranger(PACKAGES)
    code, packages, says = listed(scene, *asked)
    assert (code, packages) == (3, ["mypy==2.4.1"]), says
    assert says.count("was left out") == 2
    for command in re.findall(r"git config .*$", says, re.MULTILINE):
        assert scene.run(*shlex.split(command))[0] == 0
    assert listed(scene, *asked) == (0, LISTED, "")


@pytest.mark.parametrize("branch", sampled(["main", "develop"], "develop"))
def test_a_job_installs_what_the_teams_policy_names(scene: Scene, branch: str) -> None:
    """In another version too, and by the policy that a base had before it moved on.

    The other branch is slow: both are asked for in the same way.
    """
    scene.on(branch, PACKAGES)
    assert listed(scene) == (0, LISTED, "")
    scene.world.do("switch", "-q", "-c", "support/1", "develop")
    scene.on("support/1", PACKAGES.replace("2.4.1}", "2.3.0}"))
    assert listed(scene, "--at", "origin/support/1") == (0, ["codespell==2.3.0", *LISTED[1:]], "")
    before = scene.world.do("rev-parse", f"origin/{branch}")
    scene.on(branch, "tools: {mypy: true}\n")
    assert listed(scene, "--at", before) == (0, LISTED, "")
    assert listed(scene, "--at", "origin/support/1")[0] == 3
