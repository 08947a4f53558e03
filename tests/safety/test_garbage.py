"""A git that ends well and answers nonsense, at each of its calls: exit code 3 with the reason, never a false pass."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator

import pytest

from gitflowguard import hookfront
from gitflowguard.cli.main import main
from gitflowguard.process import Completed
from gitflowguard.process import run as real
from gitflowguard.repo.git import Git
from gitflowguard.repo.shape import odd
from tests import budget
from tests.e2e.world import World, make

SHA = "1" * 40
BANNER = b"\x1b[1mWelcome to corp git 1.0\x1b[0m\n"
# What stands in git's place says; a part of the answer stands for a pipe that was cut.
KINDS: dict[str, Callable[[bytes], bytes]] = {
    "words": lambda out: b"no such thing here\nreally not\n",
    "bytes": lambda out: b"\xff\xfe\0\0\x80:\t \n\n",
    "banner": lambda out: BANNER + out,
    "cut": lambda out: out[: len(out) * 2 // 3].rstrip(b"\0\n"),
    "numbers": lambda out: b"0 1 2\n3 4 5\n",
}
JUDGES: dict[str, Callable[[], int]] = {
    "pre-commit": lambda: hookfront.main(["pre-commit"]),
    "pre-push": lambda: hookfront.main(["pre-push", "origin", "url"]),
    "commit-msg": lambda: hookfront.main(["commit-msg", "MESSAGE"]),
    "pre-rebase": lambda: hookfront.main(["pre-rebase", "main"]),
    "check": lambda: main(["check"]),
    "pr check": lambda: main(["pr", "check", "--head", "pipeline", "--base", "develop", "--no-radar"]),
    "status": lambda: main(["status"]),
    "doctor": lambda: main(["doctor"]),
    "radar": lambda: main(["radar"]),
    "quality": lambda: main(["quality"]),
}
QUICK = ("pre-commit", "pre-push")
# These inform, and say of a part that it isn't known; they judge nothing.
ADVICE = ("status", "doctor", "radar")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Something wrong for every judge: a name, a message, conflict markers, a direct commit on main."""
    world = make(tmp_path_factory.mktemp("garbage"), "native")
    text = "preset: gitflow\nmessage: {style: conventional}\nrules: {malformed-message: error}\n"
    world.do("switch", "-q", "main")
    world.write(".gitflowguard.yaml", text)
    world.do("commit", "-q", "-m", "feat: policy")
    world.do("push", "-q", "origin", "main")
    world.do("switch", "-q", "develop")
    world.do("merge", "-q", "--no-edit", "main")
    world.do("push", "-q", "origin", "develop")
    world.do("switch", "-q", "main")
    world.commit("Straight")
    world.branch("pipeline", "develop")
    world.write("marks.txt", "<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n")
    (world.work / "MESSAGE").write_text("A message\n")
    world.do("fetch", "-q")
    return world


class Lying:
    """Counts git's calls, and at one of them gives another answer; ``wanted`` 0 lies never."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls, self.wanted = 0, 0
        self.lie: Callable[[bytes], bytes] = bytes
        self.hit: tuple[str, ...] = ()
        self.changed = False

        def run(argv: tuple[str, ...], stdin: bytes, env: dict[str, str]) -> Completed:
            done = real(argv, stdin, env)
            self.calls += 1
            if self.calls != self.wanted:
                return done
            self.hit = argv
            out = self.lie(done.out)
            self.changed = out != done.out
            return Completed(0, out, b"")

        monkeypatch.setattr("gitflowguard.repo.git.run", run)
        monkeypatch.setattr(Git, "ahead", lambda *args, **more: None)

    def at(self, number: int, lie: Callable[[bytes], bytes]) -> None:
        """The next command is lied to at this call."""
        self.calls, self.wanted, self.lie, self.hit, self.changed = 0, number, lie, (), False


@pytest.fixture
def lying(
    scene: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[str], list[str]]]:
    """What goes wrong for a judge, over every call (in `make test` every other one) and every kind."""
    monkeypatch.chdir(scene.work)
    monkeypatch.setenv("GIT_INDEX_FILE", str(scene.work / ".git" / "index"))
    pushed = f"refs/heads/main {scene.do('rev-parse', 'main')} refs/heads/main {scene.do('rev-parse', 'origin/main')}\n"
    git = Lying(monkeypatch)

    def ran(name: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pushed.encode())))
        capsys.readouterr()
        try:
            code = JUDGES[name]()
        except SystemExit as leave:
            code = int(leave.code or 0)
        return code, "".join(capsys.readouterr())

    def faults(name: str) -> list[str]:
        ran(name)  # compiles the policy, fills the stores
        git.at(0, bytes)
        plain, _ = ran(name)
        count = git.calls
        assert count
        found = []
        for number in budget.spread(range(1, count + 1), max(2, count // 2)):
            for kind, lie in KINDS.items():
                git.at(number, lie)
                code, said = ran(name)
                if not git.changed:
                    continue
                words = [word for word in git.hit if word not in ("-c", "git") and "=" not in word]
                about = f"{name}, call {number} ({' '.join(words)[:90]}), {kind}: {code} {said[:300]}"
                if code not in (0, 1, 2, 3) or "Traceback" in said or "bug of ours" in said:
                    found.append(about)
                elif plain == 1 and code == 0 and name not in ADVICE and kind != "cut":
                    found.append(f"a false pass: {about}")
        return found

    yield faults


@pytest.mark.parametrize("name", QUICK)
def test_nonsense_is_no_pass(name: str, lying: Callable[[str], list[str]]) -> None:
    """The two hooks that guard most."""
    assert lying(name) == []


@pytest.mark.slow
@pytest.mark.hostile("faults")
@pytest.mark.parametrize("name", [name for name in JUDGES if name not in QUICK])
def test_nonsense_is_no_pass_anywhere(name: str, lying: Callable[[str], list[str]]) -> None:
    """Every other hook and command."""
    assert lying(name) == []


@pytest.mark.parametrize(
    ("args", "good", "bad"),
    [
        (("rev-list", "--parents", "--stdin"), f"{SHA} {SHA}\n{SHA}\n", f"{SHA} {SHA}\n{SHA[:9]}\n"),
        (("rev-list", "--stdin"), f"{SHA}\n", SHA),
        (("merge-base", "--end-of-options", "a", "b"), f"{SHA}\n", "a merge base\n"),
        (("for-each-ref", "--format=%(objectname)%00%(refname)"), f"{SHA}\0refs/x\n", "x\0refs/x\n"),
        (("for-each-ref", "--format=%(refname)%00%(subject)"), "refs/x\0One\n", "refs/x\n"),
        (("for-each-ref", "--format=%(refname)"), "refs/x\n", "refs/"),
        (("rev-parse", "--show-toplevel"), "/two\nlines\n", "/a\0b\n"),
        (("ls-tree", "-r", "-z", "x"), f"100644 blob {SHA}\ta b\0", f"100644 blob {SHA}\ta b"),
        (("ls-tree", "--long", "-z", "x"), f"100644 blob {SHA}    17\ta\0", "100644 blob 17\ta\0"),
        (("ls-files", "--cached", "--stage", "-z"), f"100755 {SHA} 0\té\n\0", f"100755 {SHA} 4\té\0"),
        (("diff-index", "--raw", "-z", "HEAD"), f":100644 100644 {SHA} {SHA} M\0a\0", f":100644 100644 {SHA} M\0a\0"),
        (("diff-tree", "--name-status", "-z", "x"), "M\0a\0D\0b\0", "M\0a\0D\0"),
        (("diff-tree", "--raw", "-z", "x"), f":000000 100644 {SHA} {SHA} A\0a\0", f":000000 100644 {SHA} {SHA} A\0"),
        (("cat-file", "--batch"), f"{SHA} blob 3\nabc\n", "abc\n"),
        (("cat-file", "--batch"), "x:y missing\n", "missing\n"),
        (("log", "-z", "--format=%H %s"), f"{SHA} One\0{SHA} \0", f"{SHA} One\0Two\0"),
        (("log", "-z", "--format=%H %P%n%B"), f"{SHA} {SHA}\nOne\n\nTwo\n\0", "One\n\0"),
        (("log", "--format=%H %ct"), f"{SHA} 17\n", "17\n"),
        (("log", "--format=%as"), "2026-11-29\n", ""),
        (("rev-parse", "--verify", "--quiet", "HEAD"), f"{SHA}\n", "HEAD\n"),
        (("symbolic-ref", "--quiet", "HEAD"), "refs/heads/main\n", "main\n"),
        (("var", "GIT_AUTHOR_IDENT"), "A. B <a@b> 17 +0100\n", "A. B\n"),
        (("version",), "git version 2.39.5 (Apple Git-154)\n", "hub version 2\n"),
        (("config", "--get", "branch.x.remote"), "origin\n", "origin\nelsewhere\n"),
        (("config", "-z", "--get-regexp", "x"), "a.b\nvalue\0a.c\0", "value\0"),
    ],
)  # fmt: skip
def test_the_shape_of_an_answer(args: tuple[str, ...], good: str, bad: str) -> None:
    """As git's manual pages have it; an empty answer is one."""
    assert not odd(args, good.encode()) and not odd(args, b"")
    assert not odd(args, good.encode().replace(b"1" * 40, b"a" * 64))
    assert not bad or odd(args, bad.encode())
