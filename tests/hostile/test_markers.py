"""Nothing of a stranger's is started: every command and every hook, in every layout of a work tree."""

# flake8: noqa: E501 - a command is one line
from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import gitflowguard.hookmain
from gitflowguard.model import moment
from tests import budget
from tests.cli.test_variables import ALL
from tests.conftest import executable
from tests.e2e.world import BIN
from tests.hostile.marked import (
    ENVIRONMENTS,
    HOOKS,
    INNER,
    INNER_HOOKS,
    PROGRAMS,
    SHADOWS,
    TOOLS,
    TTY,
    Marked,
    environ,
    touching,
)

pytestmark = pytest.mark.hostile("programs of a stranger")
ENDS = ("--head", "feature/x", "--base", "develop")
COMMANDS = (
    "check", "check --all", "check --output-format sarif", "check --output-format json", "check --exit-zero", "status",
    "status --json", "status --no-radar", "doctor", "rules", "rules --help", "explain GFG106", "explain direct-commit",
    "config show", "config show --origin", "config schema", "config validate", "config validate .gitflowguard.yaml",
    "config tools", "init --dry-run", "init --dry-run --strict", "init --dry-run --pre-commit", "init --dry-run --no-hooks",
    "uninstall --dry-run", "quality", "quality --all", "quality --all --no-cache", "quality app.py",
    "quality --from develop", "quality --from develop --to feature/x", "quality --from develop --new-only",
    "quality --all --config-from develop", "quality --all --tool flake8 --no-baseline", "baseline --dry-run", "radar",
    "radar --no-cache", "radar --worktrees", "radar check a.txt", "radar --target develop", "radar --semantic", "radar --output-format html",
    "radar --branches feature/*", "pr check --head feature/x --base develop", "pr check --head feature/x --base main",
    "pr check --head feature/x --base develop --no-radar", "pr check --head feature/other --base develop",
    "pr check --head feature/x --base develop --fork --head-sha feature/x", "protect simulate", "protect owners",
    "protect selftest acme/web --yes", "completion bash", "help", "help status",
    "protect plan --repo acme/web", "protect verify --repo acme/web", "protect apply --repo acme/web --yes",
    "protect undo acme/web --yes", "protect import acme/web", "fleet status acme/web", "config update", "mcp", "--version", "--help", "demo --help", "message MESSAGE",
    "artefacts check", "artefacts check --all", "artefacts check --from develop", "artefacts trust a.txt", "ci --dry-run",
    "ci --check", "ci --retrain --dry-run", "model check", "model check --base develop", "model start --event MESSAGE",
    "model record a.txt", "model verify a.txt",
)  # fmt: skip
STAGES = {
    "pre-commit": (), "pre-merge-commit": (), "prepare-commit-msg": ("MESSAGE",), "commit-msg": ("MESSAGE",),
    "pre-rebase": ("develop",), "post-checkout": ("0" * 40, "0" * 40, "1"), "pre-push": ("origin", "x"),
    "reference-transaction": ("prepared",),
}  # fmt: skip
# How a hook is reached: by our native hooks' own line, and by frameworks and hooks/ on PATH.
DOORS = ("native", "console")
# Seconds that a control may take.
PATIENCE = 4
SAMPLE = ("check", "quality --all --no-cache", "pr check --head feature/x --base develop")


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Marked:
    """Made once; every test clears the marks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_COUNT", "2")
        for at, (key, value) in enumerate({"user.name": "x", "user.email": "x@y"}.items()):
            patch.setenv(f"GIT_CONFIG_KEY_{at}", key)
            patch.setenv(f"GIT_CONFIG_VALUE_{at}", value)
        return Marked(tmp_path_factory.mktemp("marked"))


def plain(marked: Marked) -> tuple[Path, dict[str, str]]:
    return marked.top, {}


def subdirectory(marked: Marked) -> tuple[Path, dict[str, str]]:
    return marked.top / "assets", {}


def linked(marked: Marked) -> tuple[Path, dict[str, str]]:
    """A linked work tree of the branch that the stranger made."""
    place = marked.root / "linked"
    if not place.exists():
        marked.git("worktree", "add", "-q", "-f", str(place), "feature/x")
        shutil.copy(marked.top / "MESSAGE", place / "MESSAGE")
    return place, {}


def submodule(marked: Marked) -> tuple[Path, dict[str, str]]:
    """The same repository as a submodule: its .git is a file, its directory lies in another's."""
    outer = marked.root / "outer"
    if not outer.exists():
        modules = outer / ".git" / "modules" / "web"
        subprocess.run(["git", "init", "-q", "--template=", str(outer)], check=True)
        shutil.copytree(marked.top, outer / "web", symlinks=True, ignore=shutil.ignore_patterns(".git"))
        shutil.copytree(marked.top / ".git", modules, symlinks=True)
        (outer / "web" / ".git").write_text("gitdir: ../.git/modules/web\n")
        subprocess.run(
            ["git", "config", "-f", str(modules / "config"), "core.worktree", "../../../web"], check=True
        )
    return outer / "web", {}


def bare(marked: Marked) -> tuple[Path, dict[str, str]]:
    """A bare copy with its settings and hooks."""
    place = marked.root / "bare.git"
    if not place.exists():
        shutil.copytree(marked.top / ".git", place, symlinks=True)
        subprocess.run(["git", "config", "-f", str(place / "config"), "core.bare", "true"], check=True)
    return place, {}


def by_variable(marked: Marked) -> tuple[Path, dict[str, str]]:
    """GIT_DIR and GIT_WORK_TREE, asked from the stranger's folder."""
    return marked.top, {"GIT_DIR": str(marked.top / ".git"), "GIT_WORK_TREE": str(marked.top)}


def embedded(marked: Marked) -> tuple[Path, dict[str, str]]:
    """Inside the bare repository that lies in the work tree."""
    return marked.top / "assets" / "inner", {}


def odd_path(marked: Marked) -> tuple[Path, dict[str, str]]:
    """An empty item in PYTHONPATH, as `export PYTHONPATH=$PYTHONPATH:/x` leaves, names the current folder."""
    return marked.top, {"PYTHONPATH": ":/nonexistent"}


def dot_path(marked: Marked) -> tuple[Path, dict[str, str]]:
    """The current folder, first on PATH."""
    return marked.top, {"PATH": f".{os.pathsep}{os.environ['PATH']}"}


def policy_that_runs(marked: Marked) -> tuple[Path, dict[str, str]]:
    """A branch whose policy names a program that no line of the team's remote has."""
    place = marked.root / "running"
    if not place.exists():
        marked.git("worktree", "add", "-q", "-b", "feature/run", str(place), "feature/x")
        shutil.copy(marked.top / "MESSAGE", place / "MESSAGE")
        program = marked.programs / "policy-run"
        executable(program, touching(marked.marks, "policy-run"))
        more = f"  evil: {{run: ['{program}'], files: ['**']}}\n"
        (place / ".gitflowguard.yaml").write_text(f"preset: gitflow\ntools:\n{more}")
        marked.git("-C", str(place), "commit", "-q", "-m", "Policy", ".gitflowguard.yaml")
    return place, {}


Layout = Callable[[Marked], tuple[Path, dict[str, str]]]
LAYOUTS: tuple[Layout, ...] = (
    plain, subdirectory, linked, submodule, bare, by_variable, embedded, odd_path, dot_path, policy_that_runs,
)  # fmt: skip


def lines(layout: Layout) -> Iterator[tuple[str, list[str], str]]:
    """(name, argv, stdin) of every command and hook."""
    script = str(Path(gitflowguard.hookmain.__file__))
    for words in COMMANDS:
        yield words, [str(BIN / "gitflowguard"), *words.split()], ""
    told = f"refs/heads/feature/x {'1' * 40} refs/heads/feature/x {'0' * 40}\n"
    for stage, args in STAGES.items():
        stdin = told if stage in ("pre-push", "reference-transaction") else ""
        yield f"native {stage}", [sys.executable, "-I", "-S", script, stage, *args], stdin
        yield f"console {stage}", [str(BIN / "gitflowguard-hook"), stage, *args], stdin


# A work tree of the repository itself, one that is linked, a repository within, and a policy that names a program.
QUICK = (plain, linked, embedded, policy_that_runs)


@pytest.mark.parametrize("layout", budget.sampled(LAYOUTS, *QUICK), ids=lambda layout: str(layout.__name__))
@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=pytest.mark.slow if part else ()) for part in range(4)]
)
def test_nothing_of_a_strangers_is_started(
    marked: Marked, layout: Layout, part: int, tally: Callable[[int, int], None]
) -> None:
    """Part 0 is a sample, which is quick for QUICK; the others are all the rest. `make test-hostile` has all."""
    place, env = layout(marked)
    marked.clear()
    rest = [line for line in lines(layout) if line[0] not in SAMPLE]
    sample = [line for line in lines(layout) if line[0] in SAMPLE]
    chosen = rest[part - 1 :: 3] if part else sample if layout is plain else sample[:1]
    found: dict[str, list[str]] = {}
    for name, argv, stdin in chosen:
        done = subprocess.run(
            argv, cwd=place, env=environ(**env), input=stdin, capture_output=True, text=True, errors="replace",
            timeout=120, check=False,
        )  # fmt: skip
        if marked.fired():
            found[name] = marked.fired()
            marked.clear()
        assert "Traceback" not in done.stderr, (name, done.stderr)
    tally(len(chosen), len(found))
    assert not found


def control(marked: Marked, argv: list[str], tty: bool = False, **env: str) -> list[str]:
    """Runs a plain command in the repository; what ran of the stranger's."""
    marked.clear()
    ends: tuple[int, ...] = pty.openpty() if tty else ()
    answer = "protocol=https\nhost=host.invalid\n\n" if "credential" in argv else "y\n"
    child = subprocess.Popen(
        argv, cwd=marked.top, env=environ(**env), start_new_session=True, text=True, errors="replace",
        stdin=ends[1] if tty else subprocess.PIPE, stdout=ends[1] if tty else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        child.communicate(None if tty else answer, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        pass  # two that wait for each other, because the program is no server; it has run by then
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()
        for end in ends:
            os.close(end)
    return marked.fired()


@pytest.fixture
def fresh(tmp_path: Path) -> Marked:
    """One of its own, for what a control changes."""
    return Marked(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("key", PROGRAMS)
def test_a_setting_can_fire(fresh: Marked, key: str, tally: Callable[[int, int], None]) -> None:
    """git itself starts the program that the setting names."""
    tally(0, 0)
    words = PROGRAMS[key]
    tty = words[0] == TTY
    if key in ("remote.origin.uploadpack", "remote.origin.receivepack", "core.alternateRefsCommand"):
        fresh.git("config", "--unset-all", "extensions.partialClone")
    if key == "interactive.diffFilter":
        fresh.git("config", "--unset-all", "diff.external")
    if key == "core.alternateRefsCommand":
        fresh.git("config", "--unset-all", "remote.origin.uploadpack")
    if key == "gpg.ssh.defaultKeyCommand":
        fresh.git("config", "--unset-all", "user.signingKey")
    if key == "core.askPass":
        fresh.git("config", "--unset-all", "credential.helper")
        fresh.git("config", "--unset-all", "credential.https://host.invalid.helper")
    if key.startswith("mergetool."):
        fresh.git("-c", "filter.evil.clean=cat", "commit", "-qam", "x")
        fresh.git("config", "--unset-all", "merge.evil.driver")
        subprocess.run(
            ["git", "merge", "-q", "feature/other"], cwd=fresh.top, capture_output=True, check=False
        )
    if key in ("sequence.editor", "merge.evil.driver"):
        fresh.git("-c", "filter.evil.clean=cat", "commit", "-qam", "x")
    argv = ["git", "-c", "core.hooksPath=/dev/null", *words[tty:]]
    assert key.replace("/", "%") in control(fresh, argv, tty)


@pytest.mark.slow
def test_everything_else_can_fire(fresh: Marked, tally: Callable[[int, int], None]) -> None:
    """Hooks, modules, programs, environments, plug-ins and the bare repository within."""
    tally(0, 0)
    quiet = ["git", "-c", "core.fsmonitor="]
    for hook in HOOKS:
        assert f"hook-{hook}" in control(fresh, [*quiet, "hook", "run", hook]), hook
    for hook in INNER_HOOKS:
        assert f"inner-hook-{hook}" in control(
            fresh, ["git", "-C", "assets/inner", "hook", "run", hook]
        ), hook
    for name in SHADOWS:
        argv = [sys.executable, "-c", f"import {name}"]
        assert f"shadow-{name}" in control(fresh, argv, PYTHONPATH="."), name
    for name in TOOLS:
        assert f"tool-{name}" in control(fresh, [f"./{name}"]), name
    for path in ENVIRONMENTS:
        assert f"env-{path.replace('/', '%')}" in control(fresh, [f"./{path}"]), path
    site = next((fresh.top / ".venv" / "lib").glob("*/site-packages"))
    argv = [sys.executable, "-c", f"import site; site.addsitedir({str(site)!r})"]
    assert "pth" in control(fresh, argv)
    assert "flake8-plugin" in control(fresh, [str(BIN / "flake8"), "app.py"])
    assert "mypy-plugin" in control(fresh, [str(BIN / "mypy"), "--cache-dir=/dev/null", "MESSAGE"])
    assert "conftest" in control(fresh, [sys.executable, "-c", "import conftest"])
    assert "pre-commit-entry" in control(fresh, ["./entry.sh"])
    assert "gitmodules" in control(fresh, [*quiet, "ls-remote", f"ext::{fresh.programs / 'gitmodules'}"])
    inner = ["git", "-C", "assets/inner"]
    for key, words in {
        "core.fsmonitor": ("--work-tree=.", "status"), "alias.evil": ("evil",),
        "core.sshCommand": ("ls-remote", "ssh://host.invalid/x"),
        "gpg.program": ("--work-tree=.", "commit", "-S", "--allow-empty", "-m", "x"),
    }.items():  # fmt: skip
        assert f"inner-{key}" in control(fresh, [*inner, *words]), key
    assert set(INNER) >= {"core.pager", "diff.external"}


def test_the_numbers(tally: Callable[[int, int], None]) -> None:
    """As many as the threat model names; every command, every hook."""
    tally(0, 0)
    left = [
        words for words in ALL if not any(f"{line} ".startswith(" ".join((*words, ""))) for line in COMMANDS)
    ]
    assert not left
    assert set(STAGES) == {*moment.STAGES, moment.REFERENCE_TRANSACTION}
    local = len(PROGRAMS) + len(HOOKS)
    travels = len(SHADOWS) + len(TOOLS) + len(ENVIRONMENTS) + 1 + len(INNER) + len(INNER_HOOKS) + 5
    assert local >= 43 + 25 and travels >= 64
    assert len(COMMANDS) + len(STAGES) * len(DOORS) >= 65
