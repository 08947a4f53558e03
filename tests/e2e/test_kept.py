"""A kept verdict never says yes where a whole judgement would say anything else: each case is asked both ways.

`both` runs the same push, and the same hooks of a commit, with what is kept and without it. Whatever was done to the
repository in between, both have to end alike and print the same.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import gitflowguard.hookmain
from gitflowguard.model.event import (
    CHECKED_OUT,
    DEFERRED,
    FREE,
    FREE_POLICY,
    KEPT,
    KEPT_CHAIN,
    KEPT_MESSAGE,
    KEPT_TIP,
    MET,
    PASSED,
    REPLAYING,
)
from gitflowguard.model.moment import STAGES
from gitflowguard.repo.shim import shim
from tests import basis, budget
from tests.conftest import executable
from tests.e2e.world import Ran, World, handle, make

MESSAGES = "rules: {malformed-message: error}\nmessage: {style: conventional}\n"
ANY_MESSAGE = "preset: gitflow\n"
FILES = (KEPT, KEPT_TIP, KEPT_CHAIN, KEPT_MESSAGE)
QUIET = {"GITFLOWGUARD_BACKGROUND": "off"}


@dataclass
class Team:
    """A clone whose work tree and remote have the same policy. log: a line for each Python that a hook starts."""

    world: World
    log: Path

    @property
    def work(self) -> Path:
        """The work tree."""
        return self.world.work

    def do(self, *words: str) -> str:
        """git without hooks."""
        return self.world.do(*words)

    def git(self, *words: str, **env: str) -> Ran:
        """git as a person types it."""
        return self.world.git(*words, **QUIET, **env)

    def commit(self, message: str = "feat: more", *flags: str) -> Ran:
        """A commit under the hooks."""
        self.world.change()
        return self.git("commit", "-q", "-m", message, *flags)

    def push(self, *words: str, **env: str) -> Ran:
        """A push of the branch."""
        return self.git("push", "-q", *(words or ("origin", "feature/x")), **env)

    def pythons(self, act: Callable[[], Ran]) -> int:
        """How many Pythons the hooks of a command start; the command has to succeed."""
        self.log.write_text("")
        ran = act()
        assert ran.code == 0, ran.text
        return len(self.log.read_text().splitlines())

    def kept(self) -> list[Path]:
        """The files that hold the verdict."""
        return [self.work / ".git" / name for name in FILES]

    def both(self, act: Callable[[], Ran]) -> Ran:
        """What a command says with the kept verdict, after it was compared with what it says without one."""
        saved = {path: path.read_bytes() for path in self.kept() if path.is_file()}
        first = act()
        for path in self.kept():
            path.unlink(missing_ok=True)
        second = act()
        assert (first.code, first.text) == (second.code, second.text)
        for path in self.kept():
            path.unlink(missing_ok=True)
        for path, data in saved.items():
            path.write_bytes(data)
        return first

    def trial(self, *words: str, **env: str) -> Ran:
        """What a push would meet; git runs pre-push for it and sends nothing."""
        return self.both(lambda: self.push("--dry-run", *(words or ("origin", "feature/x")), **env))

    def stage(self, name: str, *words: str) -> Ran:
        """One hook of a commit as git starts it, compared in the same way. No hook of the same git ran before it."""
        env = {"GIT_INDEX_FILE": ".git/index", "GIT_EDITOR": "vi"}

        def act() -> Ran:
            (self.work / ".git" / PASSED).unlink(missing_ok=True)
            return self.world.run(f".git/hooks/{name}", *words, cwd=None, stdin=None, **env)

        return self.both(act)

    def replaced(self, message: str = "feat: next") -> Ran:
        """commit-msg of `git commit --amend --no-edit`, whose pre-commit has left its judgement; likewise compared."""
        git, pid = self.work / ".git", str(os.getpid())
        for name in ("MESSAGE", f".git/{KEPT_MESSAGE}"):
            (self.work / name).write_text(f"{message}\n")

        def act() -> Ran:
            (git / DEFERRED).mkdir(exist_ok=True)
            (git / DEFERRED / pid).touch()
            (git / PASSED).write_text(f"{pid} amend {(git / 'HEAD').read_text()}")
            env = {"GIT_INDEX_FILE": ".git/index", "GIT_EDITOR": ":"}
            ran = self.world.run(".git/hooks/commit-msg", "MESSAGE", cwd=None, stdin=None, **env)
            assert not (git / DEFERRED / pid).exists()
            return ran

        return self.both(act)

    def picked(self) -> Ran:
        """prepare-commit-msg of a cherry-pick, compared in the same way."""
        (self.work / ".git/CHERRY_PICK_HEAD").write_text(self.do("rev-parse", "HEAD") + "\n")
        ran = self.stage("prepare-commit-msg", "MESSAGE", "message")
        (self.work / ".git/CHERRY_PICK_HEAD").unlink()
        return ran


def team(root: Path, policy: str = MESSAGES) -> Team:
    """main, develop and the policy on both sides, feature/x with a commit, pushed and judged.

    A copy, except for the hooks, which name the log of this place. The remote's address is relative, so that what was
    kept is about the copy as well: the day of commits and pushes below would fail else.
    """
    basis.copied(("kept", policy), root, lambda base: _judged(base, policy))
    return _counted(handle(root, "native"))


def _judged(root: Path, policy: str) -> None:
    """Build what `team` gives."""
    world = make(root, "native")
    world.do("remote", "set-url", "origin", "../origin.git")
    for line in ("main", "develop"):
        world.do("switch", "-q", line)
        world.write(".gitflowguard.yaml", policy)
        world.do("commit", "-q", "-m", "build: guard")
        world.do("push", "-q", "origin", line)
    made = _counted(world)
    made.do("switch", "-q", "-c", "feature/x", "develop")
    for number in range(2):
        assert made.commit(f"feat: begin {number}").code == 0
    ran = made.push()
    assert (ran.code, ran.text) == (0, ""), ran.text


def _counted(world: World) -> Team:
    """Hooks that write a line for each Python they start."""
    log = world.root / "starts"
    python = executable(world.root / "python", f'#!/bin/sh\necho x >>"{log}"\nexec "{sys.executable}" "$@"\n')
    for stage in STAGES:
        script = shim(stage, str(python), str(Path(gitflowguard.hookmain.__file__)))
        executable(world.work / ".git" / "hooks" / stage, script)
    return Team(world, log)


@pytest.fixture(name="pushed")
def _pushed(tmp_path: Path) -> Team:
    """A branch whose first push was judged."""
    return team(tmp_path)


# --- that it serves ----------------------------------------------------------------------------------------------


def test_a_day_of_commits_and_pushes_starts_one_python_a_commit_and_none_a_push(pushed: Team) -> None:
    """The first push is judged whole; those behind it bring what the commits' own hooks have judged."""
    for number in range(3):
        assert pushed.pythons(lambda: pushed.commit(f"feat: step {number}\n\n- one\n- two\n\nMore.")) == 1
        assert pushed.trial().code == 0
        assert pushed.pythons(pushed.push) == 0
    assert pushed.pythons(lambda: pushed.commit("feat: one")) == 1
    assert pushed.pythons(lambda: pushed.commit("feat: two")) == 1
    assert pushed.pythons(pushed.push) == 0


def test_notes_of_a_former_version_are_made_anew(pushed: Team) -> None:
    """They don't count the commits that were judged since: the push is judged whole, and leaves notes that do."""
    pushed.commit("feat: one")
    notes = pushed.work / ".git" / KEPT_TIP
    assert notes.read_text().endswith("\n1\n")
    notes.write_text(notes.read_text().removesuffix("1\n"))
    assert pushed.pythons(pushed.push) == 1
    pushed.commit("feat: two")
    assert pushed.pythons(pushed.push) == 0


def test_without_a_rule_on_messages_the_push_starts_none_either(tmp_path: Path) -> None:
    """Then pre-commit notes the commit."""
    free = team(tmp_path, ANY_MESSAGE)
    for _ in range(2):
        assert free.pythons(lambda: free.commit("anything")) == 1
        assert free.pythons(free.push) == 0


@pytest.mark.parametrize("sh", [name for name in ("dash", "bash", "busybox") if shutil.which(name)])
def test_every_shell_makes_the_same_bytes(pushed: Team, sh: str) -> None:
    """Names of refs in an order of their own, nested, and a configuration with blanks."""
    for name in ("a-b", "a/b", "a.c", "a/B", "Z", "ä/b"):
        pushed.do("branch", f"feature/{name}", "develop")
    pushed.do("config", "alias.odd", "log  --format='%h  %s' ")
    pushed.commit("feat: first")
    pushed.push()  # judged whole: there are new refs
    hook = pushed.work / ".git/hooks/pre-push"
    runs = f"{shutil.which(sh)}{' sh' if sh == 'busybox' else ''}"
    hook.write_text(hook.read_text().replace("#!/bin/sh", f"#!{runs}", 1))
    pushed.commit("feat: second")
    assert pushed.pythons(pushed.push) == 0


def test_the_radar_looks_behind_a_push_that_starts_no_python(pushed: Team) -> None:
    """Another open branch is there: what the push may meet is looked at behind it, as ever."""
    pushed.do(
        "branch", "feature/other", pushed.do("commit-tree", "-p", "develop", "-m", "x", "develop^{tree}")
    )
    pushed.do("push", "-q", "origin", "feature/other")
    pushed.commit("feat: first")
    pushed.push()
    pushed.commit("feat: second")
    (pushed.work / ".git" / MET).write_text("feature/x\n")
    assert pushed.pythons(lambda: pushed.push("--dry-run", "origin", "feature/x")) == 1
    (pushed.work / ".git" / MET).write_text("feature/other\n")
    pushed.commit("feat: third")
    assert pushed.pythons(lambda: pushed.push("--dry-run", "origin", "feature/x")) == 0
    pushed.log.write_text("")
    ran = pushed.world.git("push", "-q", "origin", "feature/x", CI="", GITFLOWGUARD_BACKGROUND="on")
    assert (ran.code, ran.text) == (0, "")
    _wait(lambda: len(pushed.log.read_text().splitlines()) == 1)


def _wait(done: Callable[[], bool]) -> None:
    import time

    for _ in range(200):
        if done():
            return
        time.sleep(0.02)
    raise AssertionError("it didn't happen")


# --- what must be judged anew ------------------------------------------------------------------------------------


def _no_verify(team: Team) -> None:
    team.world.change()
    team.do("commit", "-q", "-m", "changed some things")


def _marker(team: Team) -> None:
    """A rebase's conflict that somebody committed with its markers, past the hooks."""
    team.world.write("a.txt", "<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> abc1234 (feat: take both)\n")
    team.do("commit", "-q", "-m", "feat: take both")


def _marker_under_the_hooks(team: Team) -> None:
    team.world.write("a.txt", "<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> abc1234 (feat: take both)\n")
    team.git("commit", "-q", "-m", "feat: take both")


def _same_words_other_content(team: Team) -> None:
    """A commit passes under the hooks, and another one with its parent and message takes its place."""
    team.commit("feat: take both")
    team.do("reset", "-q", "--hard", "HEAD^")
    _marker(team)


def _forged_merge(team: Team) -> None:
    """A message that only a merge may have."""
    team.commit("Merge branch 'feature/y' into feature/x")


def _policy_for_one_commit(team: Team) -> None:
    """The policy allows a commit, and is put back."""
    path = team.work / ".gitflowguard.yaml"
    text = path.read_text()
    path.write_text(ANY_MESSAGE)
    team.commit("changed some things")
    path.write_text(text)


def _policy_on_the_line(team: Team) -> None:
    """Somebody pushes a stricter policy, which is fetched."""
    team.commit("feat: without a ticket")
    tree = team.do("rev-parse", "origin/main^{tree}")
    (team.world.root / "policy").write_text(
        MESSAGES.replace("{style: conventional}", "{style: conventional, ticket: true}")
    )
    blob = team.do("hash-object", "-w", str(team.world.root / "policy"))
    team.do("read-tree", "--index-output=.git/other", tree)
    env = {"GIT_INDEX_FILE": ".git/other"}
    team.world.run(
        "git", "update-index", "--cacheinfo", f"100644,{blob},.gitflowguard.yaml", cwd=None, stdin=None, **env
    )
    new = team.world.run("git", "write-tree", cwd=None, stdin=None, **env).text.strip()
    sha = team.do(
        "commit-tree", new, "-p", "origin/main", "-p", "origin/develop", "-m", "Merge branch 'develop'"
    )
    team.do("update-ref", "refs/remotes/origin/main", sha)
    team.do("update-ref", "refs/remotes/origin/develop", sha)


def _reset_to_main(team: Team) -> None:
    team.do("switch", "-q", "main")
    team.world.commit("fix: on main")
    team.do("push", "-q", "origin", "main")
    team.do("switch", "-q", "feature/x")
    team.do("reset", "-q", "--hard", "main")
    team.commit("feat: on main")


def _stacked(team: Team) -> None:
    """The branch goes on at another one, which the remote has."""
    team.do("branch", "feature/y", "develop")
    team.do("switch", "-q", "feature/y")
    team.world.commit("feat: theirs")
    team.do("push", "-q", "origin", "feature/y")
    team.do("switch", "-q", "feature/x")
    team.do("merge", "-q", "--no-edit", "feature/y")


def _twin(team: Team) -> None:
    team.do("branch", "Feature/X", "develop")


def _tag(team: Team) -> None:
    team.do("tag", "feature/x", "develop")


def _renamed(team: Team) -> None:
    team.commit()
    team.do("branch", "-m", "feature/x", "odd")
    team.do("branch", "-m", "odd", "feature/x")
    _no_verify(team)


def _replaced(team: Team) -> None:
    _no_verify(team)
    good = team.do("commit-tree", "-p", "HEAD^", "-m", "feat: fine", "HEAD^{tree}")
    team.do("replace", "HEAD", good)


def _grafted(team: Team) -> None:
    (team.work / ".git/info").mkdir(exist_ok=True)
    (team.work / ".git/info/grafts").write_text(team.do("rev-parse", "HEAD") + "\n")


def _shallow(team: Team) -> None:
    (team.work / ".git/shallow").write_text(team.do("rev-parse", "HEAD^") + "\n")


def _borrowed(team: Team) -> None:
    (team.work / ".git/objects/info/alternates").write_text(str(team.world.origin / "objects") + "\n")


def _packed(team: Team) -> None:
    team.commit()
    team.do("pack-refs", "--all")
    _no_verify(team)


def _collected(team: Team) -> None:
    team.commit()
    team.do("gc", "-q", "--prune=now")
    _no_verify(team)


def _amended(team: Team) -> None:
    team.commit()
    team.do("commit", "-q", "--amend", "-m", "changed some things")


def _lower(team: Team) -> None:
    team.commit()
    team.do("reset", "-q", "--hard", "HEAD~2")
    _no_verify(team)


def _an_older_one_again(team: Team) -> None:
    """The branch goes back to a pushed commit below the judged tip, and what was noted since is that commit's twin."""
    team.commit("feat: older")
    team.commit("feat: newer")
    team.push()
    team.do("reset", "-q", "--hard", "HEAD~2")
    team.do("checkout", "-q", "ORIG_HEAD~1", "--", ".")
    team.git("commit", "-q", "-m", "feat: older")
    team.do("reset", "-q", "--hard", "origin/feature/x~1")


def _to_the_line(team: Team) -> None:
    team.do("reset", "-q", "--hard", "develop")


def _merged(team: Team) -> None:
    """The line is merged into the branch, past the hooks, with a message of its own."""
    team.do("switch", "-q", "develop")
    team.do("merge", "-q", "--no-ff", "--no-edit", "feature/x")
    team.do("switch", "-q", "feature/x")
    team.do("merge", "-q", "--no-ff", "-m", "changed some things", "develop")


def _fetched(team: Team) -> None:
    """A colleague's commits on the branch come by a pull, with a message that nobody judged."""
    sha = team.do("commit-tree", "-p", "HEAD", "-m", "changed some things", "HEAD^{tree}")
    team.do("push", "-q", "--no-verify", "origin", f"{sha}:refs/heads/feature/x")
    team.do("pull", "-q", "--ff-only", "origin", "feature/x")


def _two_commits_one_unjudged(team: Team) -> None:
    team.commit("feat: judged")
    _no_verify(team)
    team.commit("feat: judged again")


def _other_hook_folder(team: Team) -> None:
    team.commit()
    chained = team.work / ".git/hooks/pre-push.chained"
    executable(chained, "#!/bin/sh\necho chained >&2\nexit 1\n")


ATTACKS = (
    _no_verify, _marker, _marker_under_the_hooks, _same_words_other_content, _forged_merge, _policy_for_one_commit,
    _policy_on_the_line, _reset_to_main, _stacked, _twin, _tag, _renamed, _replaced, _grafted, _shallow, _borrowed,
    _packed, _collected, _amended, _lower, _an_older_one_again, _to_the_line, _merged, _fetched,
    _two_commits_one_unjudged, _other_hook_folder,
)  # fmt: skip
# Of these it is known that a whole judgement blocks or reports.
SAID = {
    _no_verify, _marker, _marker_under_the_hooks, _same_words_other_content, _forged_merge, _policy_for_one_commit,
    _policy_on_the_line, _renamed, _replaced, _packed, _collected, _amended, _lower, _two_commits_one_unjudged,
    _other_hook_folder,
}  # fmt: skip
# One of each kind: messages, contents, a policy, a merge's words, objects, history, names, a branch that moved or came.
PUSHED = (
    _no_verify, _marker, _policy_for_one_commit, _forged_merge, _replaced, _shallow, _twin, _lower, _fetched, _borrowed,
    _tag,
)  # fmt: skip
# One that no hook saw, and one by another policy: `make test` tries the hooks after these.
HOOKED = {_no_verify, _policy_for_one_commit}


@pytest.mark.parametrize("attack", budget.sampled(ATTACKS, *PUSHED), ids=lambda one: one.__name__.strip("_"))
def test_what_nobody_judged_is_judged_at_the_push(pushed: Team, attack: Callable[[Team], None]) -> None:
    """With and without the kept verdict a push ends alike. Quick for PUSHED; the others leave the same things changed
    in another way, and are slow."""
    attack(pushed)
    ran = pushed.trial("--force", "origin", "feature/x")
    assert (ran.code != 0 or bool(ran.text)) or attack not in SAID


@pytest.mark.parametrize(
    "attack",
    [pytest.param(one, marks=() if one in HOOKED else pytest.mark.slow) for one in ATTACKS],
    ids=lambda one: one.__name__.strip("_"),
)
def test_the_hooks_of_the_next_commit_judge_it_too(pushed: Team, attack: Callable[[Team], None]) -> None:
    """With and without it they end alike. Quick for HOOKED; what the push says, for one of each kind (above). The
    others are slow."""
    attack(pushed)
    (pushed.work / "MESSAGE").write_text("feat: next\n")
    for stage, *words in (
        ("pre-commit",),
        ("prepare-commit-msg", "MESSAGE", "message"),
        ("commit-msg", "MESSAGE"),
    ):
        pushed.stage(stage, *words)
    pushed.replaced()
    pushed.picked()


PUSHES = {
    "another remote": ("elsewhere", "feature/x"),
    "by address": ("{origin}", "feature/x"),
    "another name": ("origin", "feature/x:feature/z"),
    "onto a line": ("origin", "feature/x:main"),
    "HEAD": ("origin", "HEAD:refs/heads/feature/x"),
    "a commit": ("origin", "HEAD~1:refs/heads/feature/x"),
    "two refs": ("origin", "feature/x", "odd"),
    "deleted": ("origin", ":feature/x"),
    "a line deleted": ("origin", ":develop"),
    "all": ("--all", "origin"),
    "tags": ("origin", "feature/x", "refs/tags/feature-x:refs/tags/main"),
}


# Each thing that the verdict names is another one in one of these.
OTHERS = ("another remote", "by address", "another name", "a commit", "two refs")


@pytest.mark.parametrize("name", budget.sampled(PUSHES, *OTHERS))
def test_another_push_is_judged(pushed: Team, name: str) -> None:
    """The verdict is of one branch, pushed under its own name to the remote where it was judged.

    Quick for OTHERS: in a slow one the line that git tells the hook differs in the same place as in one of them.
    """
    words = PUSHES[name]
    pushed.do("remote", "add", "elsewhere", str(pushed.world.origin))
    pushed.do("branch", "odd", "develop")
    pushed.do("tag", "feature-x")
    pushed.commit("feat: a")
    pushed.push()
    pushed.commit("feat: b")
    assert pushed.kept()[0].is_file()
    pushed.trial("--force", *(word.replace("{origin}", str(pushed.world.origin)) for word in words))


@pytest.mark.parametrize(
    "env",
    budget.sampled(
        (
            {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "gitflow.branch.feature/x.base",
                "GIT_CONFIG_VALUE_0": "main",
            },
            {"GIT_CONFIG_PARAMETERS": "'core.abbrev'='9'"},
            {"GITFLOWGUARD_SKIP": "malformed-message: because"},
        ),
        *(1, 2),
    ),
    ids=lambda env: next(iter(env)),
)
def test_settings_of_one_command_are_judged(pushed: Team, env: dict[str, str]) -> None:
    """What is set for one command isn't what was kept. Quick: git's settings in one form, and ours."""
    pushed.commit("feat: a")
    pushed.trial("origin", "feature/x", **env)
    assert pushed.pythons(lambda: pushed.push(**env)) == 1


def test_a_moved_remote_is_judged(pushed: Team) -> None:
    """Somebody has rewritten the branch there, or it is gone: other commits are brought than were judged."""
    pushed.commit("feat: a")
    sha = pushed.do("commit-tree", "-p", "develop", "-m", "feat: theirs", "develop^{tree}")
    pushed.do("push", "-q", "--force", "origin", f"{sha}:refs/heads/feature/x")
    assert pushed.pythons(lambda: pushed.push("--dry-run", "--force", "origin", "feature/x")) == 1
    pushed.do("push", "-q", "origin", ":feature/x")
    pushed.trial()


def test_the_messages_below_an_old_tip_are_judged_where_the_remote_lost_it(tmp_path: Path) -> None:
    """What the remote held when the branch was judged wasn't read; where it is gone there, it is brought again."""
    made = team(tmp_path)
    _no_verify(made)
    made.do("push", "-q", "origin", "feature/x")
    made.commit("feat: a")
    assert made.push().code == 0  # the bad message is on the remote already
    made.commit("feat: b")
    assert made.pythons(made.push) == 0
    made.do("push", "-q", "origin", ":feature/x")
    ran = made.trial()
    assert ran.code == 1 and "changed some things" in ran.text


def test_an_edited_file_passes_nothing(pushed: Team) -> None:
    """Bytes are changed in turn, and files cut and swapped; the blocked push stays blocked."""
    _no_verify(pushed)
    stdin = f"refs/heads/feature/x {pushed.do('rev-parse', 'HEAD')} refs/heads/feature/x {'0' * 40}\n"
    chance = random.Random(7)
    hook = pushed.work / ".git/hooks/pre-push"
    verdict = [path for path in pushed.kept() if path.is_file()]
    assert len(verdict) == 3
    for path in verdict:
        data = path.read_bytes()
        for at in chance.sample(range(len(data)), budget.examples(12, quick=2)):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(7)]) + data[at + 1 :])
            ran = pushed.world.run(
                str(hook), "origin", str(pushed.world.origin), cwd=None, stdin=stdin, **QUIET
            )
            assert ran.code == 1, (path.name, at)
            assert "changed some things" in ran.text
        odds = (b"", b"\n" * 9, data[: len(data) // 2], data * 2, b"$(exit 0)\n`exit 0`\n" * 9)
        for odd in budget.spread(odds, 3):
            path.write_bytes(odd)
            ran = pushed.world.run(
                str(hook), "origin", str(pushed.world.origin), cwd=None, stdin=stdin, **QUIET
            )
            assert ran.code == 1
        path.write_bytes(data)


def test_the_files_of_another_clone_pass_nothing(pushed: Team, tmp_path: Path) -> None:
    """A clone brings none, and those of another repository are of another world."""
    (tmp_path / "second").mkdir()
    other = team(tmp_path / "second")
    other.do("commit", "-q", "--amend", "-m", "changed some things")
    for mine, theirs in zip(pushed.kept(), other.kept()):
        if mine.is_file():
            shutil.copy(mine, theirs)
    ran = other.trial("--force", "origin", "feature/x")
    assert ran.code == 1 and "changed some things" in ran.text


def test_a_broken_program_is_reported_whatever_is_kept(pushed: Team) -> None:
    """A hook whose program is gone has judged nothing."""
    pushed.commit("feat: a")
    (pushed.world.root / "python").unlink()
    ran = pushed.git("push", "-q", "origin", "feature/x", PATH="/usr/bin:/bin")
    assert ran.code == 1 and "this hook is broken" in ran.text


@pytest.mark.parametrize("what", ["folder", "unreadable", "pipe"])
def test_odd_files_take_the_whole_judgement(pushed: Team, what: str) -> None:
    """Nothing waits, nothing is printed, the push is judged."""
    for path in pushed.kept():
        path.unlink(missing_ok=True)
        if what == "folder":
            path.mkdir()
        elif what == "pipe":
            os.mkfifo(path)
        else:
            path.write_bytes(b"x")
            path.chmod(0)
    for ran in (pushed.commit("feat: a"), pushed.push()):
        assert (ran.code, ran.text) == (0, "")


def test_a_pipe_in_place_of_a_kept_file_holds_nobody(pushed: Team) -> None:
    """The verdict alone, while its tip is there; then each file that a hook reads or writes. A commit, a push, a rebase
    and a new branch end as ever: a shell that opens a pipe would wait until somebody ends it."""
    git = pushed.work / ".git"
    for names in ((KEPT,), (CHECKED_OUT, PASSED, REPLAYING, FREE, FREE_POLICY, MET)):
        folder = sorted(path for path in (git / "gitflowguard").iterdir() if path.is_file())
        others = [path for path in folder if path.name != Path(KEPT_TIP).name] if names[0] != KEPT else []
        for path in dict.fromkeys((*(git / name for name in names), *others)):
            path.unlink(missing_ok=True)
            os.mkfifo(path)
        acts = [pushed.commit("feat: a"), pushed.git("commit", "-q", "--amend", "--no-edit", "--allow-empty")]
        acts += [pushed.push("--force", "origin", "feature/x"), pushed.git("rebase", "-q", "develop")]
        acts += [pushed.git("switch", "-q", "-c", f"feature/{len(names)}", "develop")]
        acts += [pushed.git("switch", "-q", "feature/x")]
        assert [(ran.code, ran.text) for ran in acts] == [(0, "")] * len(acts)


# --- a commit that is amended, or picked ---------------------------------------------------------------------------


def _amend(team: Team) -> Ran:
    """With a change, under the message that is there."""
    team.world.change()
    return team.git("commit", "-q", "--amend", "--no-edit")


def test_an_amended_commit_with_its_message_starts_no_python(tmp_path: Path) -> None:
    """Neither before the first push nor after it; the push behind it is judged whole, for nobody noted the commit."""
    made = team(tmp_path)
    made.do("switch", "-q", "-c", "feature/z", "develop")
    made.commit("feat: one")
    made.commit("feat: two")
    assert made.pythons(lambda: made.commit("feat: three\n\nWith more.")) == 1
    for _ in range(3):
        assert made.pythons(lambda: _amend(made)) == 0
    assert made.pythons(lambda: made.push("origin", "feature/z")) == 1
    for number in range(3):
        assert made.pythons(lambda: made.commit(f"feat: step {number}")) == 1
    assert made.pythons(lambda: _amend(made)) == 0
    assert made.do("log", "-1", "--format=%s") == "feat: step 2"
    assert made.pythons(lambda: made.push("origin", "feature/z")) == 1
    assert os.listdir(made.work / ".git" / DEFERRED) == []


@pytest.mark.parametrize("sh", [name for name in ("dash", "bash", "busybox") if shutil.which(name)])
def test_each_shell_knows_an_amended_commit_and_a_picked_one(pushed: Team, sh: str) -> None:
    """On a branch that has gone on since the push by two commits."""
    runs = f"{shutil.which(sh)}{' sh' if sh == 'busybox' else ''}"
    for name in ("pre-commit", "prepare-commit-msg", "commit-msg"):
        hook = pushed.work / ".git/hooks" / name
        hook.write_text(hook.read_text().replace("#!/bin/sh", f"#!{runs}", 1))
    pushed.do("branch", "feature/theirs", "develop")
    for number in range(2):
        pushed.commit(f"feat: step {number}")
    pushed.push()  # judged whole: there is another branch
    for number in range(2):
        pushed.commit(f"feat: more {number}")
    assert pushed.pythons(lambda: _amend(pushed)) == 0
    sha = pushed.do("commit-tree", "-p", "develop", "-m", "feat: theirs", "develop^{tree}")
    assert pushed.pythons(lambda: pushed.git("cherry-pick", "--allow-empty", sha)) == 0
    assert pushed.pythons(lambda: pushed.git("cherry-pick", "--allow-empty", sha)) == 0
    assert pushed.pythons(lambda: pushed.commit("feat: theirs")) == 1


def test_a_new_commit_with_the_words_of_another_is_noted_for_the_push(pushed: Team) -> None:
    """Only what is amended goes unnoted, so the push of two commits with one message starts no Python."""
    for _ in range(3):
        assert pushed.pythons(lambda: pushed.commit("feat: more")) == 1
    assert pushed.pythons(pushed.push) == 0


def test_another_message_is_judged(pushed: Team) -> None:
    """A word more, a line more, a space at the end; and the message of a commit that was blocked."""
    pushed.commit("feat: one")
    for message in ("changed some things", "feat: one\n\nx", "feat: one "):
        ran = pushed.git("commit", "-q", "--amend", "-m", message)
        assert (ran.code != 0) == message.startswith("changed")
    assert pushed.git("commit", "-q", "--amend", "-m", "changed some things").code != 0


def _picked_marker(team: Team) -> None:
    """The index has a line that looks like a conflict's."""
    team.world.write("a.txt", "<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> abc1234 (feat: take both)\n")


def _resolved(team: Team) -> None:
    """The index remembers a conflict that was resolved, with its markers."""
    team.world.write("b.txt", "base\n")
    team.do("commit", "-q", "-m", "feat: base")
    team.push("--force", "origin", "feature/x")
    base = team.do("rev-parse", "HEAD")
    team.do("switch", "-q", "--detach")
    team.world.write("b.txt", "theirs\n")
    team.do("commit", "-q", "-m", "feat: theirs")
    theirs = team.do("rev-parse", "HEAD")
    team.do("switch", "-q", "feature/x")
    assert team.do("rev-parse", "HEAD") == base
    team.world.write("b.txt", "ours\n")
    team.commit("feat: ours")
    assert team.git("cherry-pick", "-n", theirs).code != 0
    team.do("add", "b.txt")


def _relative_path(team: Team) -> None:
    """A program of the work tree stands in for `cmp`, by a relative folder of PATH."""
    _no_verify(team)
    team.do("config", "user.name", "Somebody Else")
    executable(team.work / "cmp", "#!/bin/sh\nexit 0\n")
    team.world.env["PATH"] = f".:{team.world.env['PATH']}"


@pytest.mark.parametrize(
    ("odd", "replaced"),
    budget.sampled(((_picked_marker, 1), (_resolved, 2), (_relative_path, 2)), 1, 2),
    ids=lambda one: one.__name__.strip("_") if callable(one) else "",
)
def test_an_odd_index_or_path_is_judged(pushed: Team, odd: Callable[[Team], None], replaced: int) -> None:
    """Each is asked with what is kept and without it, where it starts a Python. replaced: how many both ways start.

    A marker that was picked is slow: that it's found is quick in tests/e2e/test_preamble.py.
    """
    (pushed.work / "MESSAGE").write_text("feat: next\n")
    odd(pushed)
    for act, starts in ((pushed.replaced, replaced), (pushed.picked, 2)):
        pushed.log.write_text("")
        act()
        assert len(pushed.log.read_text().splitlines()) == starts
    pushed.trial()


# --- a rebase ----------------------------------------------------------------------------------------------------


def test_a_rebase_of_a_branch_that_is_noted_as_unprotected_starts_no_python(pushed: Team) -> None:
    """The hooks of the branch's first commit have noted it; the picks are replayed as behind the program's own word."""
    for number in range(2):
        pushed.do("switch", "-q", "develop")
        pushed.world.commit(f"feat: develop {number}")
        pushed.do("switch", "-q", "feature/x")
        assert pushed.pythons(lambda: pushed.git("rebase", "-q", "develop")) == 0
        assert (
            pushed.pythons(lambda: pushed.git("rebase", "-q", "-i", "HEAD~2", GIT_SEQUENCE_EDITOR="true"))
            == 0
        )


@pytest.mark.parametrize(
    "how",
    budget.sampled(
        ("another policy", "a second policy", "a link", "protected", "named", "detached"),
        *("another policy", "protected", "named"),
    ),
)
def test_another_rebase_is_judged(pushed: Team, how: str) -> None:
    """The note is about one branch under one policy. Quick: another policy, another branch, a branch that is named;
    the slow ones are other ways to have another policy or branch."""
    policy = pushed.work / ".gitflowguard.yaml"
    words = ("develop", "feature/x") if how == "named" else ("develop",)
    if how == "another policy":
        policy.write_text("# more\n" + policy.read_text())
    elif how == "a second policy":
        (pushed.work / "pyproject.toml").write_text('[tool.gitflowguard]\npreset = "gitflow"\n')
    elif how == "a link":
        policy.rename(pushed.work / "other.yaml")
        policy.symlink_to("other.yaml")
    elif how == "protected":
        pushed.do("switch", "-q", "main")
    elif how == "detached":
        pushed.do("switch", "-q", "--detach", "feature/x")
    pushed.log.write_text("")
    ran = pushed.world.run(".git/hooks/pre-rebase", *words)
    assert pushed.log.read_text()
    for name in (FREE, FREE_POLICY):
        (pushed.work / ".git" / name).unlink()
    again = pushed.world.run(".git/hooks/pre-rebase", *words)
    assert (ran.code, ran.text) == (again.code, again.text)
    assert (ran.code != 0) == (how in ("a second policy", "a link", "protected"))


# --- any day -----------------------------------------------------------------------------------------------------


def _any_step(chance: random.Random, made: Team) -> None:
    """One thing that a person may do; whether it succeeds doesn't matter."""
    messages = (
        "feat: fine",
        "changed some things",
        "fix: more\n\n- a\n- b",
        "Merge branch 'x'",
        "fixup! feat: fine",
    )
    message, branch = chance.choice(messages), chance.choice(
        ("feature/x", "feature/y", "develop", "bugfix/z")
    )
    steps: tuple[Callable[[], object], ...] = (
        lambda: made.commit(message),
        lambda: made.commit(message),
        lambda: made.commit(message, "--no-verify"),
        lambda: made.push("origin", branch),
        lambda: made.push("origin", "HEAD"),
        lambda: made.git("switch", "-q", branch),
        lambda: made.git("switch", "-q", "-c", branch, chance.choice(("develop", "main", "HEAD"))),
        lambda: made.git("commit", "-q", "--amend", "-m", message),
        lambda: made.git(
            "reset", "-q", "--hard", chance.choice(("HEAD^", "HEAD~2", "develop", "main", "feature/y"))
        ),
        lambda: made.git("merge", "-q", "--no-edit", branch),
        lambda: made.git("merge", "-q", "--ff-only", branch),
        lambda: made.git("cherry-pick", chance.choice(("feature/x", "feature/y", "main"))),
        lambda: made.git("rebase", "-q", chance.choice(("develop", "main"))),
        lambda: made.git("fetch", "-q", "origin"),
        lambda: made.git("pack-refs", "--all"),
        lambda: made.git("branch", "-D", branch),
        lambda: made.git("cherry-pick", "--abort"),
        lambda: made.git("rebase", "--abort"),
    )
    chance.choice(steps)()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_day_ends_alike_with_and_without(pushed: Team, seed: int) -> None:
    """Random steps; after each the hooks of a commit and a push say the same with and without what is kept.

    Slow. Quick, a step at a time: test_what_nobody_judged_is_judged_at_the_push and
    test_the_hooks_of_the_next_commit_judge_it_too.
    """
    chance = random.Random(seed)
    (pushed.work / "MESSAGE").write_text("feat: next\n")
    for _ in range(12 if seed == 1 else 60):
        _any_step(chance, pushed)
        head = pushed.world.git("symbolic-ref", "--quiet", "--short", "HEAD").text.strip()
        pushed.stage("pre-commit")
        pushed.stage("prepare-commit-msg", "MESSAGE", "message")
        if head:
            pushed.trial("--force", "origin", head)
            pushed.replaced()
            pushed.picked()


def test_a_rule_that_asks_who_commits_is_asked_each_time(tmp_path: Path) -> None:
    """Nothing of an author lies in an equal world, so under such a policy no verdict is kept, by no hook."""
    made = team(tmp_path, MESSAGES + "identity: {emails: [example.invalid]}\n")
    assert not any(path.exists() for path in made.kept())
    ran = made.commit("feat: more", "--author", "Eve <eve@elsewhere.org>")
    assert ran.code == 1 and "GFG212" in ran.text
