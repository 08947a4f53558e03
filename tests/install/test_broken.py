"""An installation that broke after `init`: exit code 3, the cause, a command that exists, and --no-verify passes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gitflowguard.model.distribution import newest
from gitflowguard.model.moment import ALL_STAGES
from gitflowguard.repo.shim import STRICT, shim
from tests import budget
from tests.conftest import executable
from tests.install.hooktools import BIN, install_framework
from tests.install.place import git, repository
from tests.install.venv import SITE, Venv, make_venv, own, record, with_pip

POLICY = "preset: gitflow\n"
EMPTY = ("commit", "--allow-empty", "-m", "x")
ONCE = "git -c core.hooksPath=/dev/null"


def _deleted(venv: Venv) -> None:
    shutil.rmtree(venv.root)


def _no_interpreter(venv: Venv) -> None:
    """The Python that the environment was made of is gone: a link that leads nowhere."""
    venv.python.unlink()
    venv.python.symlink_to("/nowhere/python3")


def _empty_interpreter(venv: Venv) -> None:
    """A disk that ran full. An empty file is a program that succeeds."""
    venv.python.unlink()
    executable(venv.python, "")


def _dying_interpreter(venv: Venv) -> None:
    """As where a shared library is gone: the loader speaks, and the exit code is its own."""
    venv.python.unlink()
    executable(venv.python, "#!/bin/sh\necho 'dyld: Library not loaded' >&2\nkill -ABRT $$\n")


def _foreign_interpreter(venv: Venv) -> None:
    """Made for another machine."""
    venv.python.unlink()
    venv.python.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(64))
    venv.python.chmod(0o755)


def _failing_interpreter(venv: Venv) -> None:
    """Its standard library is gone: Python ends with 1, which is no verdict."""
    venv.python.unlink()
    executable(venv.python, "#!/bin/sh\nexit 1\n")


def _lax_interpreter(venv: Venv) -> None:
    """Whatever it is, it succeeds without having judged."""
    venv.python.unlink()
    executable(venv.python, "#!/bin/sh\nexit 0\n")


def _no_package(venv: Venv) -> None:
    shutil.rmtree(venv.package)


def _no_part(venv: Venv) -> None:
    shutil.rmtree(venv.package / "rules")


def _no_core(venv: Venv) -> None:
    shutil.rmtree(venv.package / "app")


def _empty_start(venv: Venv) -> None:
    venv.put("hookmain.py", "")


def _cut_start(venv: Venv) -> None:
    """Half of the program is a program that does nothing and succeeds."""
    venv.put("hookmain.py", (venv.package / "hookmain.py").read_text().partition("# Where passes")[0])


def _syntax_start(venv: Venv) -> None:
    venv.put("hookmain.py", "def main(:\n")


def _syntax(venv: Venv) -> None:
    venv.put("hookfront.py", "def main(:\n")


def _cut_module(venv: Venv) -> None:
    venv.put("repo/git.py", (venv.package / "repo/git.py").read_text()[:4000].rpartition("\n")[0])


def _name_at_import(venv: Venv) -> None:
    venv.put("model/record.py", "missing_name\n" + (venv.package / "model/record.py").read_text())


def _mixed(venv: Venv) -> None:
    """A module of another version, whose function takes other arguments."""
    text = (venv.package / "repo/state.py").read_text()
    venv.put("repo/state.py", text.replace("def find_place(git: Git)", "def find_place()"))


def _mixed_names(venv: Venv) -> None:
    text = (venv.package / "repo/read.py").read_text()
    venv.put("repo/read.py", text.replace("def homed(", "def at_home("))


def _two_versions(venv: Venv) -> None:
    record(venv, "0.0.9")
    _mixed(venv)


def _no_compiled_part(venv: Venv) -> None:
    """As after an upgrade of Python: what was compiled for the former one isn't found."""
    for path in own(venv, "msgspec").glob("_core*"):
        path.unlink()


def _no_init(venv: Venv) -> None:
    (venv.package / "__init__.py").unlink()


BREAKS = [
    _deleted, _no_interpreter, _empty_interpreter, _dying_interpreter, _foreign_interpreter, _failing_interpreter,
    _lax_interpreter, _no_package, _no_part, _no_core, _empty_start, _cut_start, _syntax_start, _syntax, _cut_module,
    _name_at_import, _mixed, _mixed_names, _two_versions, _no_compiled_part, _no_init,
]  # fmt: skip
# An environment that is gone, a Python that is, one that fails and one that succeeds at nothing, our start, and our
# modules: one harm each. For hooks each of the others is as one of these; what commands say of most is quick below.
QUICK = (
    _deleted,
    _no_interpreter,
    _failing_interpreter,
    _lax_interpreter,
    _empty_start,
    _syntax,
    _two_versions,
)
# Whatever these print before the hook can speak, nobody can keep from the terminal.
LOUD = (_syntax_start,)


@pytest.fixture(name="venv")
def _venv(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Venv:
    return make_venv(tmp_path / "venv", tmp_path_factory.getbasetemp())


@pytest.fixture(name="repo")
def _repo(tmp_path: Path, venv: Venv) -> Path:
    """A feature under the hooks that the environment's own `init --strict` writes, and a policy that isn't compiled."""
    repo = repository(tmp_path / "repo", "main", "develop")
    git(repo, "switch", "-q", "-c", "feature/x", "develop")
    for stage in ALL_STAGES:
        executable(repo / ".git/hooks" / stage, _shim(venv, stage))
    (repo / ".gitflowguard.yaml").write_text(POLICY)
    return repo


def _shim(venv: Venv, stage: str) -> str:
    """The hook that this environment's `init` writes."""
    return shim(stage, str(venv.python), str(venv.package / "hookmain.py"))


def test_the_hooks_of_these_tests_are_those_that_init_writes(tmp_path: Path, venv: Venv) -> None:
    """Byte by byte, by the program of the environment."""
    repo = repository(tmp_path / "repo", "main", "develop")
    (repo / ".gitflowguard.yaml").write_text(POLICY)
    done = venv.run("gitflowguard", "init", "--yes", "--strict", cwd=repo)
    assert done.returncode == 0, done.stdout + done.stderr
    hooks = {path.name: path.read_text() for path in (repo / ".git/hooks").iterdir()}
    assert hooks == {stage: _shim(venv, stage) for stage in ALL_STAGES}


def tools_alone(folder: Path, *more: str) -> str:
    """A PATH with git and what a shell needs, and nothing of ours."""
    folder.mkdir(exist_ok=True)
    for name in ("sh", "git", "cat", "env", "tr", "sed"):
        found = next(p for p in map(Path, os.environ["PATH"].split(os.pathsep)) if (p / name).exists())
        if not (folder / name).exists():
            (folder / name).symlink_to(found / name)
    for name in more:
        executable(folder / name, "#!/bin/sh\nexit 0\n")
    return str(folder)


def ask(repo: Path, *args: str, path: str) -> tuple[int, str]:
    """(exit code, standard error) of a git command."""
    done = subprocess.run(
        ("git", *args),
        cwd=repo,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def hook(repo: Path, stage: str, *args: str, path: str) -> int:
    """A hook's own exit code, as git would start it."""
    env = {**os.environ, "PATH": path}
    return subprocess.run(
        (repo / ".git/hooks" / stage, *args), cwd=repo, env=env, capture_output=True, check=False
    ).returncode


@pytest.mark.parametrize("harm", budget.sampled(BREAKS, *QUICK), ids=lambda harm: harm.__name__)
def test_a_broken_installation_blocks_and_no_verify_passes(
    tmp_path: Path, venv: Venv, repo: Path, harm: Callable[[Venv], None]
) -> None:
    """One cause, one help, the way round; the commit isn't made, and with --no-verify it is. Quick for QUICK."""
    with_pip(venv)
    harm(venv)
    path = tools_alone(tmp_path / "bare", "pipx")
    before = git(repo, "rev-parse", "HEAD")
    code, said = ask(repo, *EMPTY, path=path)
    assert code == 1 and git(repo, "-c", "core.hooksPath=/dev/null", "rev-parse", "HEAD") == before, said
    assert "a bug of ours" not in said and (harm in LOUD or "Traceback" not in said), said
    ours = [line for line in said.splitlines() if line.startswith("gitflowguard: ")]
    assert len(ours) == 1 and "so nothing was checked" in ours[0], said
    help_ = [line for line in said.splitlines() if line.startswith("  help: ")]
    assert len(help_) == 1 and "gitflowguard init --yes" in help_[0], said
    assert f"{ONCE} commit" in said
    assert hook(repo, "pre-commit", path=path) == 3
    code, said = ask(repo, *EMPTY, "--no-verify", path=path)
    assert code == 0 and git(repo, "-c", "core.hooksPath=/dev/null", "rev-parse", "HEAD^") == before, said
    assert "so nothing was checked" in said and "Traceback" not in said or harm in LOUD


@pytest.mark.parametrize(
    "harm",
    budget.sampled((_deleted, _failing_interpreter, _syntax, _no_part), _deleted, _syntax),
    ids=lambda harm: harm.__name__,
)
def test_only_hooks_that_no_verify_skips_block(
    tmp_path: Path, venv: Venv, repo: Path, harm: Callable[[Venv], None]
) -> None:
    """git runs the others under --no-verify, too (githooks(5)). Quick where the hook speaks itself, and for its Python.

    Whether the other two harms are seen at all is quick above and below.
    """
    with_pip(venv)
    harm(venv)
    path = tools_alone(tmp_path / "bare", "uv")
    (repo / "MESSAGE").write_text("x\n")
    zero = "0" * 40
    codes = {
        "pre-commit": hook(repo, "pre-commit", path=path),
        "pre-merge-commit": hook(repo, "pre-merge-commit", path=path),
        "commit-msg": hook(repo, "commit-msg", "MESSAGE", path=path),
        "pre-rebase": hook(repo, "pre-rebase", "develop", path=path),
        "pre-push": hook(repo, "pre-push", "origin", "url", path=path),
        "prepare-commit-msg": hook(repo, "prepare-commit-msg", "MESSAGE", path=path),
        "post-checkout": hook(repo, "post-checkout", zero, zero, "1", path=path),
        STRICT: hook(repo, STRICT, "prepared", path=path),
    }
    assert codes == {
        "pre-commit": 3, "pre-merge-commit": 3, "commit-msg": 3, "pre-rebase": 3, "pre-push": 3,
        "prepare-commit-msg": 0, "post-checkout": 0, STRICT: 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "harm",
    budget.sampled((_deleted, _no_compiled_part, _lax_interpreter), _deleted, _no_compiled_part),
    ids=lambda harm: harm.__name__,
)
def test_the_one_off_way_passes(tmp_path: Path, venv: Venv, repo: Path, harm: Callable[[Venv], None]) -> None:
    """The printed command, with a dirty tree; what was changed stays. A Python that succeeds at nothing is slow."""
    harm(venv)
    path = tools_alone(tmp_path / "bare")
    (repo / "README").write_text("changed\n")
    _, said = ask(repo, "commit", "-m", "x", "-a", path=path)
    command = next(line for line in said.splitlines() if "once without any hook: " in line).split("hook: ")[1]
    words = command.removesuffix(" …").split()
    assert words[0] == "git"
    code, said = ask(repo, *words[1:], "-m", "x", "-a", path=path)
    assert code == 0 and git(repo, "-c", "core.hooksPath=/dev/null", "show", "HEAD:README") == "changed", said


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(words, marks=() if words[0] in ("doctor", "--version") else pytest.mark.slow)
        for words in (("doctor",), ("init", "--yes"), ("--version",), ("check",), ("status",))
    ],
    ids=" ".join,
)
def test_commands_of_a_half_broken_installation(tmp_path: Path, venv: Venv, words: tuple[str, ...]) -> None:
    """The part of msgspec that is compiled for one Python is missing: one line, the repair, exit code 3.

    All commands start alike: quick is one that looks at a repository, and one that doesn't.
    """
    repo = repository(tmp_path / "repo", "main", "develop")
    (repo / ".gitflowguard.yaml").write_text(POLICY)
    _no_compiled_part(venv)
    done = venv.run("gitflowguard", *words, cwd=repo)
    assert done.returncode == 3, done.stdout + done.stderr
    first, second = done.stderr.splitlines()
    assert (
        first.startswith("gitflowguard: the installation is broken, so nothing was checked: ")
        and "msgspec" in first
    )
    assert second.startswith("  help: ") and second.endswith("gitflowguard init --yes")


@pytest.mark.parametrize(
    "harm",
    budget.sampled(
        (_syntax, _no_part, _no_core, _cut_module, _name_at_import, _mixed_names, _no_init),
        *(_syntax, _no_part, _cut_module, _mixed_names),
    ),
    ids=lambda harm: harm.__name__,
)
def test_a_command_never_shows_a_traceback(tmp_path: Path, venv: Venv, harm: Callable[[Venv], None]) -> None:
    """Whatever is missing: exit code 3 and one line with the cause. What is missing as it is in another row is slow."""
    repo = repository(tmp_path / "repo", "main", "develop")
    harm(venv)
    done = venv.run("gitflowguard", "check", cwd=repo)
    whole = harm is _syntax  # of hookfront, which no command loads
    assert done.returncode == (0 if whole else 3), done.stderr
    assert "Traceback" not in done.stderr and done.stderr.count("is broken") == (0 if whole else 1)


def test_an_upgraded_python_is_named(tmp_path: Path, venv: Venv, repo: Path) -> None:
    """The environment's link leads to a newer Python, as after an upgrade of the system."""
    others = _pythons()
    if not others:
        pytest.skip("there is no newer Python on this machine")
    venv.python.unlink()
    venv.python.symlink_to(others[0])
    code, said = ask(repo, *EMPTY, path=tools_alone(tmp_path / "bare", "pipx"))
    assert code == 1 and "No module named" in said and "installed for Python " in said, said
    assert re.search(r"help: .*gitflowguard.*gitflowguard init --yes", said), said
    assert ask(repo, *EMPTY, "-n", path=tools_alone(tmp_path / "bare"))[0] == 0


def _pythons() -> list[str]:
    """Newer versions of Python on this machine; a version manager's own stand-ins are not asked."""
    later = range(sys.version_info.minor + 1, sys.version_info.minor + 4)
    there = [Path(f"/usr/bin/python3.{minor}") for minor in later]
    there += [
        path for minor in later for path in Path(sys.base_prefix).parent.glob(f"3.{minor}*/bin/python3")
    ]
    return [str(path) for path in there if path.exists() and _version(path) > sys.version_info[:2]]


def _version(python: Path) -> tuple[int, ...]:
    """What it says itself: its name may be older than what was put there."""
    words = (python, "-I", "-c", "import sys; print(*sys.version_info[:2])")
    return tuple(map(int, subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()))


@pytest.mark.slow
@pytest.mark.parametrize("way", ("pre-commit", "prek"))
def test_behind_a_framework(tmp_path: Path, venv: Venv, repo: Path, way: str) -> None:
    """The framework has moved our hooks to <hook>.legacy; they speak there as well.

    Slow. Quick: that a framework runs <hook>.legacy is in tests/install/test_frameworks.py, what the hook says there is
    what it says above, and what a framework's own entry says is below.
    """
    quiet = (
        "{id: quiet, name: quiet, entry: 'true', language: system, always_run: true, pass_filenames: false}"
    )
    (repo / ".pre-commit-config.yaml").write_text(f"repos: [{{repo: local, hooks: [{quiet}]}}]\n")
    install_framework(repo, way, "pre-commit", "prepare-commit-msg")
    _no_part(venv)
    path = os.pathsep.join((str(BIN), os.environ["PATH"]))
    code, said = ask(repo, *EMPTY, path=path)
    assert code == 1 and said.count("so nothing was checked") == 1 and "help: " in said, said
    code, said = ask(repo, *EMPTY, "-n", path=path)
    assert code == 0, said


def test_a_hook_of_a_framework_names_the_repair(tmp_path: Path, venv: Venv, repo: Path) -> None:
    """`gitflowguard-hook`, started by pre-commit, prek, husky or lefthook: no shim of ours is there to speak."""
    _no_part(venv)
    done = venv.run("gitflowguard-hook", "pre-commit", cwd=repo)
    assert done.returncode == 3 and "help: " in done.stderr and "Traceback" not in done.stderr
    assert venv.run("gitflowguard-hook", "prepare-commit-msg", "MESSAGE", cwd=repo).returncode == 0


@pytest.mark.parametrize(
    ("place", "tools", "command"),
    [
        ("share/uv/tools/gitflowguard", ("uv", "pipx"),
         f"uv tool install --force --reinstall {newest()}"),
        ("share/pipx/venvs/gitflowguard", ("uv", "pipx"), f"pipx install --force {newest()}"),
        ("project/.venv", ("uv",), f"uv tool install {newest()}"),
        ("project/.venv", ("pipx",), f"pipx install {newest()}"),
        ("share/pipx/venvs/gitflowguard", (), f"python3 -m pip install {newest()}"),
    ],
)  # fmt: skip
def test_the_way_it_was_installed(tmp_path: Path, place: str, tools: tuple[str, ...], command: str) -> None:
    """By the path of the interpreter that is gone, and by what is there."""
    repo = repository(tmp_path / "repo", "develop", "main")
    python = tmp_path / place / "bin/python"
    executable(repo / ".git/hooks/pre-commit", shim("pre-commit", str(python), str(tmp_path / "hookmain.py")))
    code, said = ask(repo, *EMPTY, path=tools_alone(tmp_path / "bare", *tools))
    assert (
        code == 1
        and f"  help: {command} && gitflowguard init --yes\n" in said
        and f"its Python is gone: {python}" in said
    )


@pytest.mark.parametrize("name", ["it's mine", "a b", "x\x1b[31my"])
def test_odd_paths_are_shown_and_quoted(tmp_path: Path, name: str) -> None:
    """The interpreter's path may hold anything; a terminal never obeys it, and the command means it."""
    repo = repository(tmp_path / "repo", "develop", "main")
    root = tmp_path / name
    asked = tmp_path / "asked"
    executable(
        root / "bin/python", f'#!/bin/sh\n[ "$2" = pip ] && {{ echo "$*" >>"{asked}"; exit 0; }}\nexit 1\n'
    )
    (root / "pyvenv.cfg").write_text("")
    (root / "run.py").write_text("x\n")
    executable(
        repo / ".git/hooks/pre-commit", shim("pre-commit", str(root / "bin/python"), str(root / "run.py"))
    )
    path = tools_alone(tmp_path / "bare")
    code, said = ask(repo, *EMPTY, path=path)
    assert code == 1 and "\x1b" not in said, said
    command = said.partition("  help: ")[2].partition("\n")[0].partition(" && ")[0]
    if "\x1b" not in name:
        done = subprocess.run(("sh", "-c", command), capture_output=True, check=False, env={"PATH": path})
        assert done.returncode == 0
        assert asked.read_text().splitlines()[-1] == f"-m pip install --force-reinstall {newest()}"


def test_a_wheel_brings_it_back(tmp_path: Path, venv: Venv, repo: Path) -> None:
    """The printed commands, run for real by an environment's own pip, which is given a stand-in for the index."""
    pip = BIN.parent / SITE / "pip"
    if not pip.is_dir():
        pytest.skip("this environment has no pip")
    (venv.site / "pip").symlink_to(pip)
    healthy = (venv.package / "repo/read.py").read_text()
    _mixed_names(venv)
    code, said = ask(repo, *EMPTY, path=tools_alone(tmp_path / "bare"))
    command = said.partition("  help: ")[2].partition("\n")[0]
    install, _, start = command.partition(" && ")
    assert code == 1 and install == f"'{venv.python}' -m pip install --force-reinstall {newest()}"
    venv.put("repo/read.py", healthy)  # what it installs
    done = subprocess.run(("sh", "-c", start), cwd=repo, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ask(repo, *EMPTY, path=tools_alone(tmp_path / "bare"))[0] == 0
