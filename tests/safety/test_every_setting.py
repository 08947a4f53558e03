"""Every setting that this git documents, with values far from the usual: no verdict changes, no program starts.

The names are git's own (`git help -c`). Many are tried at once; where a verdict differs, halves are tried until the
setting is found. A value that git itself rejects may end a run with 3, never with another verdict.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest

from gitflowguard import hookfront
from gitflowguard.cli.main import main
from tests import budget
from tests.conftest import executable
from tests.e2e.world import World, make

# What makes it another repository, or another work tree: the verdict is about that one then.
OTHER_REPOSITORY = (
    "core.bare", "core.worktree", "core.repositoryformatversion", "extensions.", "include.", "includeif.", "safe.",
)  # fmt: skip
# Ends of names whose value is a program.
PROGRAMS = (
    ".cmd", ".command", ".textconv", ".clean", ".smudge", ".process", ".driver", ".program", ".path", ".helper",
    ".editor", ".pager", ".sshcommand", ".gitproxy", ".askpass", ".fsmonitor", ".external", ".difffilter",
    ".uploadpack", ".receivepack", ".packobjectshook", ".defaultkeycommand", ".alternaterefscommand", ".browser",
    ".sendmailcmd", ".tocmd", ".cccmd", ".smtpserver", ".hookspath",
)  # fmt: skip
NUMBERS = (
    "threshold", "limit", "size", "depth", "count", "timeout", "width", "level", "window", "memory", "threads",
    "version", "abbrev", "compression", "days", "wrap", "context", "maxage", "verbosity", "jobs", "chars", "parallel",
    "auto", "filesize", "bits", "delay", "port", "time", "graph",
)  # fmt: skip
# One value of each kind in a round: of a flag, a number, and of all else a word, a path, an encoding.
ROUNDS = (
    ("true", "1", "UTF-16"),
    ("false", "0", "ATTRIBUTES"),
    ("always", "1000000", "refs/heads/*"),
)
SAMPLE = (
    "i18n.logOutputEncoding", "i18n.commitEncoding", "core.attributesFile", "core.bigFileThreshold", "core.quotePath",
    "core.abbrev", "core.ignoreCase", "core.autocrlf", "core.fsmonitor", "core.hooksPath", "core.pager",
    "core.commentChar", "core.logAllRefUpdates", "core.sparseCheckout", "color.ui", "column.ui", "diff.external",
    "diff.noprefix", "diff.mnemonicPrefix", "diff.orderFile", "diff.relative", "diff.renames", "diff.ignoreSubmodules",
    "format.pretty", "log.showSignature", "log.follow", "log.mailmap", "log.diffMerges", "log.decorate", "gpg.program",
    "merge.default", "merge.renames", "merge.conflictStyle", "merge.renormalize", "mailmap.file", "notes.displayRef",
    "transfer.hideRefs", "submodule.recurse", "index.sparse", "feature.experimental", "log.excludeDecoration",
)  # fmt: skip
BUNCH = 60
POLICY = (
    "preset: gitflow\nmessage: {style: conventional}\nrules: {malformed-message: error}\n"
    "tools: {flake8: true}\nquality: {new-only: true}\n"
)
Settings = Sequence[tuple[str, str]]
Verdicts = list[tuple[int, str]]
PR = ("pr", "check", "--base", "develop", "--no-radar", "--output-format", "json", "--head")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A bad branch with a bad line, a legal one, a direct commit on main, and the bad branch checked out."""
    world = make(tmp_path_factory.mktemp("every"), "native")
    world.do("switch", "-q", "main")
    world.write(".gitflowguard.yaml", POLICY)
    world.do("commit", "-q", "-m", "feat: policy")
    world.do("push", "-q", "origin", "main")
    world.do("switch", "-q", "develop")
    world.do("reset", "-q", "--hard", "main")
    world.write("old.py", "import os\nX = 1\n")
    world.do("commit", "-q", "-m", "feat: old")
    world.do("push", "-q", "-f", "origin", "develop")
    world.do("switch", "-q", "-c", "feature/legal")
    world.write("new.py", "X = 1\n")
    world.do("commit", "-q", "-m", "feat: new")
    world.do("switch", "-q", "main")
    world.commit("fix: straight")
    world.do("switch", "-q", "-c", "feature/ä", "develop")
    world.write("old.py", "import os\nX = undefined_ä\n")
    world.do("commit", "-q", "-m", "Schlecht: ä")
    world.do("push", "-q", "origin", "feature/ä", "feature/legal")
    world.write("old.py", "import os\nX = undefined_o\n")
    world.do("fetch", "-q")
    (world.root / "ATTRIBUTES").write_text("* binary\n* -diff\n* merge=union\n")
    world.do("config", "include.path", str(world.root / "hostile"))
    (world.root / "hostile").write_text("")
    return world


class Bench:
    """The judges, in this process, and the file of settings that is included."""

    def __init__(
        self, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.world, self._patch, self._capsys = world, monkeypatch, capsys
        self.fired, self.started = world.root / "fired", list[str]()
        monkeypatch.chdir(world.work)
        monkeypatch.setenv("GIT_INDEX_FILE", str(world.work / ".git" / "index"))
        self.marker = executable(world.root / "marker", f"#!/bin/sh\necho \"$0 $*\" >>'{self.fired}'\n")

    def value(self, name: str, turn: int) -> str:
        """What the setting is set to in a round."""
        low = name.lower()
        flag, number, word = ROUNDS[turn]
        if low.endswith(PROGRAMS) or low.startswith(("alias.", "pager.", "credential.", "browser.", "man.")):
            return str(self.marker)
        if low.endswith(NUMBERS):
            return number
        if low in ("merge.default", "merge.other.driver"):
            return "union"
        if low.endswith(("file", "template", "encoding", "ref", "refs", "excludedecoration")):
            return str(self.world.root / "ATTRIBUTES") if word == "ATTRIBUTES" else word
        return flag

    def put(self, settings: Settings) -> None:
        """Makes them the repository's."""
        lines = []
        for name, value in settings:
            section, _, rest = name.partition(".")
            sub, _, key = rest.rpartition(".")
            head = f'[{section} "{sub}"]' if sub else f"[{section}]"
            lines.append(f'{head}\n\t{key} = "{value}"\n')
        (self.world.root / "hostile").write_text("".join(lines))

    def verdicts(self) -> Verdicts:
        """(exit code, report) of a commit, a push, and two pull requests."""
        found = []
        self.fired.unlink(missing_ok=True)  # plain git starts programs, when it is asked what it rejects
        lines = f"refs/heads/main {self._main} refs/heads/main {self._there}\n"
        judges: tuple[Callable[[], int], ...] = (
            lambda: hookfront.main(["pre-commit"]),
            lambda: hookfront.main(["pre-push", "origin", str(self.world.origin)]),
            lambda: main([*PR, "feature/ä"]),
            lambda: main([*PR, "feature/legal"]),
        )
        for judge in judges:
            self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
            self._capsys.readouterr()
            code = judge()
            found.append((code, "".join(self._capsys.readouterr())))
        if self.fired.exists():
            self.started.append(self.fired.read_text())
        return found

    def plain(self) -> Verdicts:
        """Without any; and the two ends of the push."""
        self.put(())
        self._main, self._there = self.world.do("rev-parse", "main"), self.world.do(
            "rev-parse", "origin/main"
        )
        found = self.verdicts()
        assert [code for code, _ in found] == [1, 1, 1, 0], found
        for (_, said), codes in zip(found, (("GFG802",), ("GFG201",), ("GFG203", "GFG802"))):
            assert all(code in said for code in codes), said
        return found

    def rejected(self, settings: Settings) -> list[tuple[str, str]]:
        """Those whose value ends git itself with an error."""
        self.put(settings)
        tries = (
            ["log", "-1"],
            ["status"],
            ["diff", "HEAD"],
            ["for-each-ref"],
            ["ls-files"],
            ["cat-file", "-t", "HEAD"],
        )
        if not any(self._fails(argv) for argv in tries):
            return []
        half = len(settings) // 2
        return [*self.rejected(settings[:half]), *self.rejected(settings[half:])] if half else list(settings)

    def _fails(self, argv: list[str]) -> bool:
        done = subprocess.run(["git", *argv], cwd=self.world.work, capture_output=True, check=False)
        return done.returncode > 1

    def differing(self, settings: Settings, plain: Verdicts) -> list[tuple[str, str]]:
        """Those that change a verdict."""
        self.put(settings)
        got = self.verdicts() if settings else plain
        if got == plain:
            return []
        half = len(settings) // 2
        return (
            [*self.differing(settings[:half], plain), *self.differing(settings[half:], plain)]
            if half
            else list(settings)
        )

    def blind(self, setting: tuple[str, str], plain: Verdicts) -> bool:
        """Whether each verdict is as without the setting, or that nothing could be checked."""
        self.put([setting])
        return all(now == before or now[0] == 3 for now, before in zip(self.verdicts(), plain))


def documented() -> list[str]:
    """The names that git lists, a placeholder filled with a word."""
    argv = ["git", "help", "-c"]
    lines = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.splitlines()
    names = [line for line in lines if "." in line and " " not in line]
    filled = [_filled(name) for name in names]
    return [name for name in dict.fromkeys(filled) if not name.lower().startswith(OTHER_REPOSITORY)]


def _filled(name: str) -> str:
    while "<" in name:
        name = name[: name.index("<")] + "other" + name[name.index(">") + 1 :]
    return name.replace("*", "other")


@pytest.fixture
def bench(scene: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bench:
    """The judges over the scene."""
    return Bench(scene, monkeypatch, capsys)


def _try(bench: Bench, names: Sequence[str], turns: Sequence[int]) -> None:
    plain = bench.plain()
    wrong = []
    for turn in turns:
        settings = [(name, bench.value(name, turn)) for name in names]
        for start in range(0, len(settings), BUNCH):
            bunch = settings[start : start + BUNCH]
            broken = bench.rejected(bunch)
            wrong += [one for one in broken if not bench.blind(one, plain)]
            wrong += bench.differing([one for one in bunch if one not in broken], plain)
    bench.put(())
    assert not wrong
    assert not bench.started


@pytest.mark.parametrize("turn", budget.sampled(range(2), 0))
def test_the_settings_that_have_changed_one_before(bench: Bench, turn: int) -> None:
    """A sample of each kind, all at once: in `make test` every third one, with the first of their values."""
    _try(bench, budget.spread(SAMPLE, len(SAMPLE) // 3), (turn,))


@pytest.mark.slow
@pytest.mark.hostile("git's settings")
@pytest.mark.parametrize("turn", range(len(ROUNDS)))
def test_every_documented_setting(bench: Bench, turn: int) -> None:
    """One value of each kind a round."""
    names = documented()
    assert len(names) > 500, "git help -c lists the settings"
    _try(bench, names, (turn,))
