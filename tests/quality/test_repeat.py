"""A commit that is made again on the same input isn't judged again; any other input is, and whole.

`Commit.both` asks the hook with what is kept and without it. Whatever was changed in between, both end alike, print the
same, and the changed input is never answered from what is kept.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import gitflowguard.hookmain
from gitflowguard.app.hooks import repeating
from gitflowguard.model.event import PASSED
from gitflowguard.tooling import disk, environments, find, installed, repeat
from tests import oracle
from tests.budget import sampled
from tests.conftest import executable
from tests.e2e.world import BIN, World
from tests.quality.world import GOOD, UGLY, UNUSED, guarded

SCRIPT = Path(gitflowguard.hookmain.__file__)
POLICY = "tools: {ruff: {args: [--config, conf/rules.toml]}, ruff-format: true}\n"
PID = "4711"
WORDS = ("pre-commit", "--hook", ".git/hooks/pre-commit", "--git", PID, "--")


@dataclass
class Commit:
    """A commit that is about to be made in a project with tools of its own. log: a line for each start of one."""

    world: World
    log: Path

    @property
    def kept(self) -> Path:
        """What is kept of the hook."""
        return self.world.work / repeat.path("pre-commit")

    def hook(self, **env: str) -> tuple[set[str], int, str]:
        """(modules of ours that it loads, exit code, what it prints) of the hook as its shim starts it."""
        # pytest says in its own variable which part of a test runs.
        environ = {name: text for name, text in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-X", "importtime", str(SCRIPT), *WORDS],
            cwd=self.world.work,
            env={**environ, **self.world.env, "GIT_INDEX_FILE": ".git/index", **env},
            capture_output=True,
            text=True,
            check=False,
        )
        rows = done.stderr.splitlines()
        names = {row.rsplit("|", 1)[1].strip() for row in rows if row.startswith("import time:")}
        said = "\n".join(row for row in rows if not row.startswith("import time:"))
        judged = done.returncode - 100  # repo.shim.JUDGED
        return {name for name in names if name.startswith("gitflowguard")}, judged, said

    def served(self, **env: str) -> bool:
        """Whether the hook answers from what is kept; the answer is the one of a whole look anyway."""
        before = self.kept.read_bytes() if self.kept.is_file() else b""
        modules, code, said = self.hook(**env)
        self.kept.unlink(missing_ok=True)
        assert (code, said) == self.hook(**env)[1:]
        self.kept.unlink(missing_ok=True)
        if before:
            self.kept.write_bytes(before)
        return "gitflowguard.hookfront" not in modules

    def starts(self) -> int:
        """How often a tool was started since the last question."""
        count = len(self.log.read_text().splitlines()) if self.log.exists() else 0
        self.log.unlink(missing_ok=True)
        return count


def tool(world: World, version: str, log: Path) -> None:
    """ruff in the project's environment."""
    home = world.work / ".venv"
    site = home / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"
    site.mkdir(parents=True, exist_ok=True)
    for old in site.glob("ruff-*"):
        old.rmdir()
    (site / f"ruff-{version}.dist-info").mkdir()
    (home / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = 3.{sys.version_info[1]}.0\n")
    executable(home / "bin" / "ruff", f'#!/bin/sh\necho x >>"{log}"\nexec "{BIN}/ruff" "$@"\n')


@pytest.fixture(name="commit")
def _commit(tmp_path: Path) -> Commit:
    """A good file is staged, the hook has had nothing to say, and that is kept."""
    made = Commit(guarded(tmp_path, policy=POLICY), tmp_path / "log")
    tool(made.world, "0.14.0", made.log)
    (made.world.work / ".git/info/exclude").write_text(".venv\n.gitflowguard.yaml\n")
    made.world.write("conf/rules.toml", '[lint]\nselect = ["F"]\n')
    made.world.write("a.py", GOOD)
    assert made.hook()[1:] == (0, "")
    assert made.kept.is_file() and made.starts() == 2
    return made


def test_the_same_commit_again_is_known(commit: Commit, argv_oracle: Path) -> None:
    """No git, no tool, and three modules of ours besides their packages; the next hooks of that git get their word."""
    word = commit.world.work / ".git" / PASSED
    first = word.read_bytes()
    word.unlink()
    argv_oracle.unlink(missing_ok=True)
    modules, code, said = commit.hook()
    assert (code, said) == (0, "")
    tooling = {"gitflowguard.tooling", "gitflowguard.tooling.repeat", "gitflowguard.tooling.disk"}
    assert modules == {"gitflowguard", "gitflowguard.cachefile", *tooling}
    assert not argv_oracle.exists() or oracle.calls(argv_oracle) == []
    assert commit.starts() == 0
    assert word.read_bytes() == first and first.startswith(PID.encode())
    assert commit.served()


def test_a_commit_whose_message_was_blocked_is_made_again(
    commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By git itself: the second try starts no tool, and commit-msg judges the new message."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    commit.world.policy(POLICY + "rules: {malformed-message: error}\nmessage: {style: conventional}\n")
    for _ in range(2):  # the first one compiles the policy
        assert commit.world.git("commit", "-q", "-m", "changed some things").code == 1
    kept = commit.kept.read_bytes()
    commit.starts()
    assert commit.world.git("commit", "-q", "-m", "changed more things").code == 1
    assert commit.kept.read_bytes() == kept
    done = commit.world.git("commit", "-q", "-m", "feat: double it")
    assert (done.code, done.text, commit.starts()) == (0, "", 0)
    assert commit.kept.read_bytes() == kept


def _bad(commit: Commit) -> None:
    commit.world.write("a.py", UNUSED + GOOD)


def _other_file(commit: Commit) -> None:
    commit.world.write("b.py", UGLY)


def _announced(commit: Commit) -> None:
    """An empty settings file that is only announced (`git add -N`) lies beside the others."""
    (commit.world.work / "ruff.toml").write_text("")
    commit.world.do("add", "-N", "ruff.toml")


def _named_settings(commit: Commit) -> None:
    commit.world.write("conf/rules.toml", '[lint]\nselect = ["C4"]\n')


def _found_settings(commit: Commit) -> None:
    commit.world.write("pyproject.toml", "[tool.ruff]\nline-length = 20\n")


def _policy(commit: Commit) -> None:
    path = commit.world.work / ".gitflowguard.yaml"
    path.write_text(path.read_text() + "quality: {suppressions: refuse}\n")


def _unstaged_pyproject(commit: Commit) -> None:
    """It could hold a policy."""
    (commit.world.work / "pyproject.toml").write_text("")


def _version(commit: Commit) -> None:
    tool(commit.world, "0.14.1", commit.log)


def _plugin(commit: Commit) -> None:
    (commit.world.work / f".venv/lib/python3.{sys.version_info[1]}/site-packages/other-1.0.dist-info").mkdir()


def _program(commit: Commit) -> None:
    (commit.world.work / ".venv/bin/ruff").write_text("#!/bin/sh\nexit 1\n")


def _no_program(commit: Commit) -> None:
    (commit.world.work / ".venv/bin/ruff").unlink()


def _not_executable(commit: Commit) -> None:
    (commit.world.work / ".venv/bin/ruff").chmod(0o644)


def _linked_environment(commit: Commit) -> None:
    (commit.world.work / ".venv").rename(commit.world.root / "environment")
    os.symlink(commit.world.root / "environment", commit.world.work / ".venv")


def _tracked_environment(commit: Commit) -> None:
    commit.world.do("add", "-f", ".venv/bin/ruff")


def _python(commit: Commit) -> None:
    (commit.world.work / ".venv/pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.9.0\n")


def _branch(commit: Commit) -> None:
    commit.world.do("branch", "feature/X", "develop")


def _tag(commit: Commit) -> None:
    commit.world.do("tag", "v1.0.0")


def _packed(commit: Commit) -> None:
    commit.world.do("pack-refs", "--all")


def _renamed(commit: Commit) -> None:
    commit.world.do("branch", "-m", "odd")


def _switched(commit: Commit) -> None:
    commit.world.do("switch", "-q", "develop")


def _tip(commit: Commit) -> None:
    commit.world.do("commit", "-q", "--allow-empty", "-m", "more")


def _reflog(commit: Commit) -> None:
    path = commit.world.work / ".git/logs/refs/heads/feature/x"
    path.write_text("".join(path.read_text().splitlines(True)[1:]))


def _settings(commit: Commit) -> None:
    commit.world.do("config", "gitflow.branch.develop", "trunk")


def _own_settings(commit: Commit) -> None:
    home = Path(os.environ["HOME"])
    (home / ".config/git").mkdir(parents=True, exist_ok=True)
    (home / ".config/git/config").write_text("[gitflowguard]\n\ttrust = x\n")


def _linked_settings(commit: Commit) -> None:
    """Settings that are kept elsewhere, as people do with those of their home directory."""
    path, home = commit.world.work / ".git/config", commit.world.root / "settings"
    home.write_text(path.read_text())
    path.unlink()
    os.symlink(home, path)
    assert commit.hook()[0] and commit.hook()[1:] == (0, "")
    home.write_text(home.read_text() + "[gitflow]\n\tx = y\n")


def _linked_policy(commit: Commit) -> None:
    path = commit.world.work / ".gitflowguard.yaml"
    path.rename(commit.world.root / "policy")
    os.symlink(commit.world.root / "policy", path)


def _merge(commit: Commit) -> None:
    (commit.world.work / ".git/MERGE_HEAD").write_text(commit.world.do("rev-parse", "develop") + "\n")


def _squash(commit: Commit) -> None:
    head = commit.world.do("rev-parse", "develop")
    (commit.world.work / ".git/SQUASH_MSG").write_text(
        f"Squashed commit of the following:\n\ncommit {head}\n"
    )


def _former_hook(commit: Commit) -> None:
    executable(commit.world.work / ".git/hooks/pre-commit.chained", "#!/bin/sh\necho chained >&2\nexit 1\n")


def _shallow(commit: Commit) -> None:
    (commit.world.work / ".git/shallow").write_text(commit.world.do("rev-parse", "HEAD") + "\n")


def _emptied_store(commit: Commit) -> None:
    shutil.rmtree(commit.world.work / ".git/gitflowguard/passed")


def _other_secret(commit: Commit) -> None:
    (commit.world.work / ".git/gitflowguard/passed.key").write_bytes(b"x" * 32)


def _no_secret(commit: Commit) -> None:
    (commit.world.work / ".git/gitflowguard/passed.key").unlink()


def _fewer_questions(commit: Commit) -> None:
    """A store that comes from elsewhere asks less than the hook depends on."""
    rows = commit.kept.read_bytes().split(b"\0")
    commit.kept.write_bytes(b"\0".join(row for row in rows if row != b"c .git/index"))
    _bad(commit)


def _garbled(commit: Commit) -> None:
    commit.kept.write_bytes(b"\xff" * 100)


def _pipe(commit: Commit) -> None:
    commit.kept.unlink()
    os.mkfifo(commit.kept)


CHANGES = (
    _bad, _other_file, _announced, _named_settings, _found_settings, _policy, _unstaged_pyproject, _version, _plugin,
    _program, _no_program, _not_executable, _linked_environment, _tracked_environment, _python, _branch, _tag, _packed,
    _renamed, _switched, _tip, _reflog, _settings, _own_settings,
    _linked_settings, _linked_policy, _merge, _squash, _former_hook, _shallow,
    _emptied_store, _other_secret, _no_secret, _fewer_questions, _garbled, _pipe,
)  # fmt: skip


VARIABLES = (
    "PATH", "VIRTUAL_ENV", "GIT_DIR", "GIT_INDEX_FILE", "GIT_CONFIG_PARAMETERS", "PRE_COMMIT", "HOME", "NEW",
)  # fmt: skip


@pytest.mark.parametrize(
    "change",
    sampled(CHANGES, CHANGES.index(_bad), CHANGES.index(_version)),
    ids=lambda change: change.__name__.strip("_"),
)
def test_anything_else_is_looked_at(commit: Commit, change: Callable[[Commit], None]) -> None:
    """What the whole look says then is what is said. test_nothing_else_is_taken_for_the_same has all of them."""
    change(commit)
    assert not commit.served()


@pytest.mark.parametrize("name", sampled(VARIABLES, "NEW"))
def test_another_environment_is_looked_at(commit: Commit, name: str) -> None:
    """Each variable counts, but for what a shell changes from command to command."""
    assert not commit.served(**{name: _text(commit, name)})
    assert commit.served(SHLVL="7", OLDPWD="/")


def _text(commit: Commit, name: str) -> str:
    """Another value of a variable, under which a whole look can go on."""
    if name == "GIT_INDEX_FILE":
        shutil.copy(commit.world.work / ".git/index", commit.world.work / ".git/index.lock")
    texts = {"GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index.lock", "GIT_CONFIG_PARAMETERS": "'a.b=c'"}
    texts |= {"PATH": f"{os.environ['PATH']}:/nowhere", "HOME": str(commit.world.root)}
    return texts.get(name, "/x")


def test_nothing_else_is_taken_for_the_same(commit: Commit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every change of above and every variable, asked in this process."""
    work, saved = commit.world.work, commit.world.root / "saved"
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    monkeypatch.chdir(work)
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), *WORDS])
    for name, text in {**commit.world.env, "GIT_INDEX_FILE": ".git/index"}.items():
        monkeypatch.setenv(name, text)
    shutil.copytree(work, saved, symlinks=True)
    assert repeat.is_silent(sys.argv)
    for change in CHANGES:
        with monkeypatch.context() as here:
            here.delenv("GIT_INDEX_FILE")
            change(commit)
        assert not repeat.is_silent(sys.argv), change.__name__
        for entry in os.scandir(work):
            shutil.rmtree(entry) if entry.is_dir(follow_symlinks=False) else os.unlink(entry)
        shutil.copytree(saved, work, symlinks=True, dirs_exist_ok=True)
        (Path(os.environ["HOME"]) / ".config/git/config").unlink(missing_ok=True)
        assert repeat.is_silent(sys.argv), change.__name__
    for name in VARIABLES:
        with monkeypatch.context() as here:
            here.setenv(name, _text(commit, name))
            assert not repeat.is_silent(sys.argv), name
    assert not repeat.is_silent([*sys.argv, "more"])
    assert not repeat.is_silent([*sys.argv[:5], "pid", *sys.argv[6:]])


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        ("tools: {ruff: true}\n", "import os  # noqa: F401\n"),
        ("tools: {ruff: true}\n", UNUSED),
        ("preset: ml\ntools: {ruff: true}\n", GOOD),
        ("tools: {own: {run: [/bin/true], files: ['*.py']}}\n", GOOD),
        ("tools: {ruff: true}\nrules: {bad-identity: error}\n", GOOD),
    ],
    ids=["hidden finding", "finding", "readers of contents", "own program", "who commits"],
)
def test_what_has_more_to_say_or_to_read_is_not_kept(tmp_path: Path, policy: str, text: str) -> None:
    """A note is printed each time; a program, a reader of contents and an identity depend on more than is compared."""
    commit = Commit(guarded(tmp_path, policy=policy), tmp_path / "log")
    commit.world.write("a.py", text)
    for _ in range(2):
        commit.hook()
    assert not commit.kept.exists()


def test_a_tool_of_which_nobody_knows_the_version_runs_each_time(commit: Commit) -> None:
    """As without anything kept: the script may be another one tomorrow."""
    (site,) = (commit.world.work / ".venv/lib").glob("*/site-packages/ruff-*")
    site.rmdir()
    commit.kept.unlink()
    for _ in range(2):
        assert commit.hook()[1:] == (0, "")
        assert commit.starts() == 2 and not commit.kept.exists()


def test_a_commit_that_was_changed_meanwhile_is_not_kept(
    commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was there before anything was read has to be there afterwards, too."""
    monkeypatch.chdir(commit.world.work)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    argv = [str(SCRIPT), *WORDS]
    monkeypatch.setattr(sys, "argv", argv)
    begun = repeating.begin(argv, "feature/x", os.environ)
    assert begun is not None and begun == repeating.begin(argv, "feature/x", os.environ)
    _bad(commit)
    assert begun != repeating.begin(argv, "feature/x", os.environ)
    (commit.world.work / ".git/index").write_bytes(b"REUC")
    assert repeating.begin(argv, "feature/x", os.environ) is None


@pytest.mark.parametrize("module", [find, environments, installed], ids=lambda module: module.__name__)
def test_a_tool_is_found_by_questions_that_are_noted(module: object) -> None:
    """Nothing there asks the disk but by tooling.disk."""
    tree = ast.parse(Path(str(getattr(module, "__file__"))).read_text())
    pure = {
        "join",
        "dirname",
        "basename",
        "abspath",
        "isabs",
        "split",
        "normcase",
        "sep",
        "pathsep",
        "name",
        "path",
    }
    asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _of_os(node.value)}
    assert asked <= pure | {"fsencode", "fsdecode"}
    assert not {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & {"open"}


def _of_os(node: ast.expr) -> bool:
    return ast.unparse(node) in ("os", "os.path")


def test_answers_have_one_form(tmp_path: Path) -> None:
    """Nothing, an empty file, a directory and a link differ; so do none and an empty directory."""
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    os.symlink("empty", tmp_path / "link")
    forms = {disk.answer("c", str(tmp_path / name)) for name in ("none", "empty")}
    assert forms == {b"", b"+"}
    assert disk.answer("n", str(tmp_path / "none")) != disk.answer("n", str(tmp_path / "folder"))
    assert disk.answer("n", str(tmp_path / "empty")) == disk.answer("n", str(tmp_path / "none"))
    assert disk.answer("l", str(tmp_path / "link")) != disk.answer("l", str(tmp_path / "empty"))
    with pytest.raises(ValueError, match="null"):
        disk.real("a\0b")
