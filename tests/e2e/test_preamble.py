"""What a shim leaves out in sh is only what the program would say nothing about: each world is played with and without.

Two equal worlds get the same commands. In one the hooks are as installed, in the other the program is always started.
Both have to print the same, end the same, and hold the same commits.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import gitflowguard.hookmain
from gitflowguard.model.event import CHECKED_OUT, DEFERRED
from gitflowguard.model.moment import ALL_STAGES, moment_at
from gitflowguard.repo.preamble import preamble
from gitflowguard.repo.shim import shim
from tests import budget
from tests.conftest import executable
from tests.e2e.test_table import PASSES, REFUSED, Case
from tests.e2e.world import Ran, World, make

MESSAGES = "rules: {malformed-message: error, unfinished-commit: error}\nmessage: {style: conventional}\n"
TOOLED = MESSAGES.replace("rules: {", "rules: {large-file: error, ")
# What git says where there is nothing to commit.
NOTHING = ("nothing to commit", "nothing added to commit", "make\nit empty", "No changes")
SHELLS = {name: found for name in ("dash", "bash", "busybox") if (found := shutil.which(name))}


class Pair:
    """with: hooks as installed. without: the same hooks, which always start the program."""

    def __init__(self, root: Path, policy: str, strict: bool = False) -> None:
        self.worlds = []
        for name in ("with", "without"):
            (root / name).mkdir()
            world = make(root / name, "native", strict)
            world.policy(policy)
            self.worlds.append(world)
        for stage in ALL_STAGES:
            hook = self.worlds[1].work / ".git" / "hooks" / stage
            if hook.exists():
                hook.write_text(hook.read_text().replace(preamble(stage), ""))
        (self.worlds[0].work / ".git" / DEFERRED).mkdir()

    def play(self, act: Callable[[World], Ran | None]) -> str:
        """Does it in both; returns what both printed."""
        told = []
        for world in self.worlds:
            try:
                told.append(self._told(world, act(world)))
            except (
                AssertionError
            ) as problem:  # a scene that needs a commit which this policy blocks: in both, or in none
                told.append(f"blocked: {str(problem).partition(chr(10))[0]}")
        assert told[0] == told[1]
        return told[0]

    def _told(self, world: World, ran: Ran | None) -> str:
        text = "" if ran is None else f"exit {ran.code}\n{ran.text}"
        if (
            ran is not None
            and ran.code
            and any(sign in ran.text for sign in (*NOTHING, "error[", "blocked for"))
        ):
            # Where there is nothing to commit, git ends before commit-msg could block: the one difference.
            text = f"exit {ran.code}\n" if self._empty(world) else text
        text = _once(text).replace(str(world.root), "…")
        # git cuts a long address in the subject of a merge, so that only its end is there.
        refs = world.do("for-each-ref", "--format=%(refname) %(tree) %(subject)").replace(
            "/without/", "/with/"
        )
        return re.sub(r"\b[0-9a-f]{7,40}\b", "ID", re.sub(r"%\(tree\)", "", text + refs))

    def _empty(self, world: World) -> bool:
        """Whether nothing is staged against HEAD, or against its parent as `--amend` sees it."""
        against = ("HEAD", "HEAD^")
        return any(
            world.run("git", "diff-index", "--cached", "--quiet", one, "--").code == 0 for one in against
        )

    def pythons(self, act: Callable[[World], Ran]) -> int:
        """How often the hooks as installed start the program for this."""
        world = self.worlds[0]
        log = world.root / "starts"
        counter = executable(
            world.root / "python", f'#!/bin/sh\necho x >>"{log}"\nexec "{sys.executable}" "$@"\n'
        )
        script = str(Path(gitflowguard.hookmain.__file__))
        for stage in ALL_STAGES:
            if (world.work / ".git" / "hooks" / stage).exists():
                executable(world.work / ".git" / "hooks" / stage, shim(stage, str(counter), script))
        log.write_text("")
        ran = act(world)
        assert ran.code == 0, ran.text
        return len(log.read_text().splitlines())


# A finding as it is printed, with its help and the count behind it.
FINDING = re.compile(
    r"^((?:warning|error)\[[^\n]*)\n(?:  [^\n]*\n)*\n\d+ (?:warning|error)s?\.\n", re.MULTILINE
)


def _once(text: str) -> str:
    """Each finding once: hooks that always judge repeat a warning of the same git, with help for what is by then."""
    seen: set[str] = set()

    def kept(found: re.Match[str]) -> str:
        again = found[1] in seen
        seen.add(found[1])
        return "" if again else found[0]

    return FINDING.sub(kept, text)


@pytest.fixture(name="pair")
def _pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path, MESSAGES)


# --- commands that a person types, in any order ----------------------------------------------------------------


def _git(*words: str, **env: str) -> Callable[[World], Ran]:
    return lambda world: world.git(*words, **env)


def _committing(message: str, *flags: str, **env: str) -> Callable[[World], Ran]:
    def act(world: World) -> Ran:
        world.change()
        return world.git("commit", "-m", message, *flags, **env)

    return act


def _edited(message: str) -> Callable[[World], Ran]:
    """With an editor, which writes the message."""

    def act(world: World) -> Ran:
        world.change()
        return world.git("commit", GIT_EDITOR=f"f() {{ printf '{message}\\n' >\"$1\"; }}; f")

    return act


def _same_line(text: str) -> Callable[[World], Ran]:
    """A commit that meets the same line of one file as others of its kind."""

    def act(world: World) -> Ran:
        world.write("shared.txt", text)
        return world.git("commit", "-m", f"feat: say {text}")

    return act


def _kept_markers(world: World) -> Ran:
    """Goes on with the markers left in the file."""
    world.run("git", "-c", "core.hooksPath=/dev/null", "add", "--all")
    signs = {"rebase-merge": "rebase", "CHERRY_PICK_HEAD": "cherry-pick", "MERGE_HEAD": "merge"}
    for sign, verb in signs.items():
        if (world.work / ".git" / sign).exists():
            return world.git(verb, "--continue", GIT_EDITOR="true")
    return Ran(0, "")


def _given_up(world: World) -> Ran:
    for verb in ("rebase", "cherry-pick", "merge", "revert"):
        world.git(verb, "--abort")
    world.run("git", "-c", "core.hooksPath=/dev/null", "reset", "--hard")
    return Ran(0, "")


COMMANDS: dict[str, Callable[[World], Ran]] = {
    "commit": _committing("feat: work"),
    "commit with a bad message": _committing("Worked some"),
    "commit with a comment sign": _committing("feat: work\n\n#12 is a ticket\n  and an indent  "),
    "commit without the first hooks": _committing("feat: work", "--no-verify"),
    "commit with a skip": _committing("Worked", GITFLOWGUARD_SKIP="malformed-message: a test"),
    "commit with an editor": _edited("feat: typed"),
    "commit with an editor, badly": _edited("typed"),
    "commit nothing": _git("commit", "--allow-empty", "-m", "feat: nothing"),
    "amend": _git("commit", "--amend", "--no-edit"),
    "amend the message": _git("commit", "--amend", "-m", "changed"),
    "new branch": _git("switch", "-c", "feature/new", "develop"),
    "new branch with a bad name": _git("switch", "-c", "pipeline1spark", "develop"),
    "to develop": _git("switch", "develop"),
    "to main": _git("switch", "main"),
    "to a feature": _git("switch", "feature/x"),
    "to another": _git("switch", "feature/y"),
    "detach": _git("switch", "--detach", "feature/x"),
    "files": _git("checkout", "HEAD", "--", "README.md"),
    "one line": _same_line("one"),
    "another line": _same_line("another"),
    "merge": _git("merge", "--no-ff", "--no-edit", "feature/y"),
    "squash": _git("merge", "--squash", "feature/y"),
    "pick": _git("cherry-pick", "feature/y"),
    "revert": _git("revert", "--no-edit", "HEAD"),
    "rebase": _git("rebase", "feature/y"),
    "rebase on develop": _git("rebase", "develop"),
    "rebase and reword": _git(
        "rebase", "-i", "develop", GIT_SEQUENCE_EDITOR="sed -i s/^pick/reword/", GIT_EDITOR="true"
    ),
    "rebase and break": _git("rebase", "-i", "develop", GIT_SEQUENCE_EDITOR="sed -i 1ibreak"),
    "go on with markers": _kept_markers,
    "give up": _given_up,
    "stash": _git("stash", "--include-untracked", "--", "README.md"),
    "fetch": _git("fetch"),
    "delete": _git("branch", "-D", "feature/new"),
}


def _walk(pair: Pair, seed: int, steps: int) -> None:
    dice = random.Random(seed)
    for world in pair.worlds:
        for name in ("feature/x", "feature/y"):
            world.branch(name, commits=2)
    for name in dice.choices(list(COMMANDS), k=steps):
        pair.play(COMMANDS[name])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_any_order_of_commands(tmp_path: Path, seed: int) -> None:
    """Slow. Quick, each for one command: the tests of what it saves and of what it never saves, below."""
    _walk(Pair(tmp_path, MESSAGES), seed, 10)


@pytest.mark.slow
@pytest.mark.parametrize("strict", (False, True))
@pytest.mark.parametrize("seed", range(2, 12))
def test_any_order_of_many_commands(tmp_path: Path, seed: int, strict: bool) -> None:
    _walk(Pair(tmp_path, (MESSAGES, "preset: gitflow\n", TOOLED)[seed % 3], strict), seed, 16)


@pytest.mark.slow
@pytest.mark.parametrize("case", [*REFUSED, *PASSES], ids=lambda case: str(case.name))
def test_the_scenes_of_the_table(tmp_path: Path, case: Case) -> None:
    """Under the policy of the case, and under one with rules on messages."""
    for number, policy in enumerate((case.policy or "preset: gitflow\n", MESSAGES)):
        (tmp_path / str(number)).mkdir()
        Pair(tmp_path / str(number), policy).play(case.act)


# --- what it saves ----------------------------------------------------------------------------------------------


def test_one_python_a_commit_where_nobody_writes_the_message(pair: Pair) -> None:
    """With -m, -F, --amend --no-edit; two where an editor opens: it must not open for a branch that is blocked."""
    world = pair.worlds[0]
    world.do("switch", "-c", "feature/x", "develop")
    (world.work / "message").write_text("feat: from a file\n")
    assert pair.pythons(COMMANDS["commit"]) == 1
    assert pair.pythons(_git("commit", "--amend", "--no-edit")) == 1
    assert pair.pythons(COMMANDS["commit nothing"]) == 1
    assert pair.pythons(_git("commit", "--allow-empty", "-F", "message")) == 1
    assert pair.pythons(COMMANDS["commit with an editor"]) == 2
    assert pair.pythons(COMMANDS["commit without the first hooks"]) == 1
    assert not list((world.work / ".git" / DEFERRED).iterdir())


def test_a_bad_branch_is_blocked_before_the_editor_opens(pair: Pair) -> None:
    world = pair.worlds[0]
    world.change()
    ran = world.git("commit", GIT_EDITOR="touch opened; false")
    assert ran.code != 0 and "error[GFG201]" in ran.text and not (world.work / "opened").exists()


def test_pre_commit_judges_alone_where_commit_msg_is_not_ours(pair: Pair) -> None:
    """Whoever replaces commit-msg, or takes its permission to run, gets the judgement of the branch all the same."""
    world = pair.worlds[0]
    hook = world.work / ".git" / "hooks" / "commit-msg"
    kept = hook.read_text()
    for text, mode in (
        ("#!/bin/sh\nexit 0\n", 0o755),
        (kept, 0o644),
        (kept.replace("hook 1:", "hook 9:"), 0o755),
    ):
        hook.write_text(text)
        hook.chmod(mode)
        world.change()
        ran = world.git("commit", "-m", "feat: straight")
        assert ran.code != 0 and "error[GFG201]" in ran.text, ran.text
    hook.unlink()
    assert "error[GFG201]" in world.git("commit", "-m", "feat: straight").text


def test_tools_run_before_git_reads_the_index_again(pair: Pair) -> None:
    """So the folder goes as soon as the policy names rules that look at what is staged."""
    world = pair.worlds[0]
    folder = world.work / ".git" / DEFERRED
    world.do("switch", "-c", "feature/x", "develop")
    world.policy(TOOLED)
    assert pair.pythons(COMMANDS["commit"]) == 1 and not folder.exists()
    assert pair.pythons(COMMANDS["commit"]) == 2
    world.policy(MESSAGES)
    assert pair.pythons(COMMANDS["commit"]) == 2 and folder.is_dir()
    assert pair.pythons(COMMANDS["commit"]) == 1


def test_a_word_of_a_git_that_had_nothing_to_commit_is_forgotten(pair: Pair) -> None:
    """It only makes a later git of that process id judge both; many old ones are taken away."""
    world = pair.worlds[0]
    folder = world.work / ".git" / DEFERRED
    world.do("switch", "-c", "feature/x", "develop")
    assert world.git("commit", "-m", "feat: nothing").code == 1 and len(list(folder.iterdir())) == 1
    for number in range(9):
        (folder / f"old{number}").write_text("")
        os.utime(folder / f"old{number}", (0, 0))
    assert COMMANDS["commit"](world).code == 0
    assert len(list(folder.iterdir())) == 1


def test_a_word_left_behind_does_not_pass_what_is_staged_later(pair: Pair) -> None:
    """As in a container, where the same process id comes round: the shim of prepare-commit-msg is started with it."""
    world = pair.worlds[0]
    git = world.work / ".git"
    old = git / "gitflowguard-passed"
    old.write_text(f"{os.getpid()} 0 ref: refs/heads/develop\n")
    os.utime(old, (1, 1))
    world.change()
    (git / "COMMIT_EDITMSG").write_text("feat: straight\n")
    ran = world.run(str(git / "hooks" / "prepare-commit-msg"), ".git/COMMIT_EDITMSG", "message")
    assert ran.code == 1 and "error[GFG201]" in ran.text, ran.text


def test_a_rebase_starts_one_python_however_many_commits_it_picks(pair: Pair) -> None:
    """pre-rebase notes the branch, so the next rebase starts none; --no-verify leaves its word to the first pick."""
    world = pair.worlds[0]
    world.branch("feature/onto")
    world.branch("feature/x", commits=6)
    assert pair.pythons(_git("rebase", "feature/onto")) == 1
    world.do("reset", "--hard", "ORIG_HEAD")
    assert pair.pythons(_git("rebase", "--no-verify", "feature/onto")) == 1
    world.do("reset", "--hard", "ORIG_HEAD")
    assert pair.pythons(_git("rebase", "-i", "feature/onto", GIT_SEQUENCE_EDITOR="true")) == 0


def test_a_replayed_commit_may_show_markers_and_a_resolved_one_may_not_keep_them(pair: Pair) -> None:
    """A page that documents conflicts is replayed as it is; markers of a conflict of this rebase are found."""
    shown = "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> feature/x\n"
    for world in pair.worlds:
        world.branch("feature/onto")
        world.write("shared.txt", "theirs\n")
        world.do("commit", "-m", "feat: theirs")
        world.branch("feature/x")
        world.write("docs.md", shown)
        world.do("commit", "-m", "docs: a conflict")
        world.write("shared.txt", "ours\n")
        world.do("commit", "-m", "feat: ours")
    assert "CONFLICT" in pair.play(_git("rebase", "feature/onto"))
    assert "error[GFG202]" in pair.play(_kept_markers)


def test_a_finding_is_said_once_in_a_rebase(tmp_path: Path) -> None:
    """Many picks with one and the same finding print it once; here each pick judges, since git is told nothing."""
    pair = Pair(tmp_path, "preset: gitflow\n", strict=True)
    world = pair.worlds[1]
    world.branch("feature/onto")
    world.branch("feature/x", commits=budget.examples(5, quick=2))
    ran = world.git("rebase", "feature/onto")
    lines = [
        line for line in ran.text.splitlines() if "gitflowguard" in line or "GFG" in line or "note:" in line
    ]
    assert ran.code == 0 and len(lines) == len(set(lines))


def test_checkouts_that_make_no_branch_start_no_python(pair: Pair) -> None:
    """A branch that never moved is judged at its first checkout, and again where there was something to say."""
    world = pair.worlds[0]
    world.do("branch", "feature/x", "develop")
    assert pair.pythons(_git("switch", "feature/x")) == 1
    assert pair.pythons(_git("switch", "develop")) == 0
    assert pair.pythons(_git("switch", "feature/x")) == 0
    assert pair.pythons(_git("checkout", "HEAD", "--", "README.md")) == 0
    assert pair.pythons(_git("switch", "--detach")) == 0
    world.do("branch", "-D", "feature/x")
    assert pair.pythons(_git("switch", "-c", "feature/x", "main")) == 1
    world.do("branch", "wrong", "develop")
    for _ in range(2):
        assert pair.pythons(_git("switch", "wrong")) == 1
        world.do("switch", "develop")


def test_another_policy_looks_at_new_branches_again(pair: Pair) -> None:
    world = pair.worlds[0]
    assert pair.pythons(_git("switch", "-c", "feature/x", "develop")) == 1
    world.do("switch", "main")
    world.policy("preset: gitflow\nadoption: {since: 2020-01-01}\n")
    world.git("switch", "-c", "feature/y", "develop")
    assert (
        not (world.work / ".git" / CHECKED_OUT).exists()
        or "feature/x" not in (world.work / ".git" / CHECKED_OUT).read_text()
    )


# --- every sh -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHELLS)
@pytest.mark.parametrize("stage", [stage for stage in ALL_STAGES if moment_at(stage).idle])
def test_every_sh_understands_it(name: str, stage: str) -> None:
    """No word of one shell alone, with unset variables as errors."""
    words = [SHELLS[name], *(["sh"] if name == "busybox" else [])]
    done = subprocess.run([*words, "-n"], input=shim(stage), text=True, capture_output=True, check=False)
    assert done.returncode == 0 and not done.stderr


@pytest.mark.parametrize("name", SHELLS)
def test_a_git_directory_that_cannot_be_written_or_read_goes_on_to_the_program(
    tmp_path: Path, name: str
) -> None:
    """No redirection that fails ends the hook: what is odd is the program's business, and no noise is printed."""
    words = [SHELLS[name], *(["sh"] if name == "busybox" else [])]
    folder = tmp_path / ".git"
    (folder / "hooks").mkdir(parents=True)
    (folder / DEFERRED).mkdir()
    (folder / "HEAD").write_text("ref: refs/heads/feature/x\n")
    (folder / "gitflowguard-passed").mkdir()  # neither read nor written
    (folder / "gitflowguard-replaying").mkdir()
    (folder / "rebase-merge").mkdir()
    for stage in ALL_STAGES:
        executable(folder / "hooks" / stage, f"{preamble(stage)}echo judged\n")
    for stage, args in (("pre-commit", ()), ("prepare-commit-msg", ("m", "message")), ("commit-msg", ("m",)),
                        ("post-checkout", ("0", "0", "1"))):  # fmt: skip
        done = subprocess.run(
            [*words, f".git/hooks/{stage}", *args], cwd=tmp_path, text=True, capture_output=True, check=False,
            env={"GIT_EDITOR": ":", "GIT_INDEX_FILE": ".git/index", "PATH": "/nonexistent"},
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, "judged\n"), done.stderr
