"""An installed package that brings a rule: really installed, offline, into an environment of its own, where hooks
start as `init` writes them (-I -S)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import gitflowguard
from tests.budget import sampled
from tests.e2e.world import World, make
from tests.own.test_own_rules import FILES, PAGE, POLICY

NAME = "x/no-friday"
ENTRY = next(block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.S) if NAME in block)
ERROR = ENTRY.replace("severity: warning", "severity: error")
RULE = "acme_rules.py"


class Place(NamedTuple):
    """An environment that has the package."""

    python: Path
    module: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Builds and installs the page's package with pip, from no index. Ours and what we need come by a .pth file."""
    root = tmp_path_factory.mktemp("plugin")
    source, home = root / "source", root / "env"
    source.mkdir()
    for name in ("pyproject.toml", RULE):
        (source / name).write_text(FILES[name])
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", str(home)), check=True)
    python = home / "bin/python"
    (packages,) = home.glob("lib/python*/site-packages")
    ours = Path(gitflowguard.__file__).parents[1]
    (packages / "ours.pth").write_text(f"{ours}\n{sysconfig.get_path('purelib')}\n")
    pip = (sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index")
    done = subprocess.run(
        (*pip, "--no-build-isolation", "--no-deps", str(source)), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Place(python, packages / RULE)


@pytest.fixture
def world(tmp_path: Path, place: Place) -> Iterator[World]:
    """A team whose hooks run under that environment's Python, as `init` there writes them."""
    made = make(tmp_path, "native")
    for shim in (made.work / ".git/hooks").iterdir():
        text = shim.read_text(errors="replace")
        if sys.executable in text:
            shim.write_text(text.replace(sys.executable, str(place.python)))
    yield made
    place.module.write_text(FILES[RULE])


def team(world: World, policy: str) -> None:
    """The policy on develop at the remote, and a branch of work with something staged."""
    world.do("switch", "-q", "develop")
    world.write(POLICY, policy)
    world.do("commit", "-q", "-m", "Rules")
    world.do("push", "-q", "origin", "develop")
    world.do("switch", "-q", "-c", "feature/login", "develop")
    world.change()


def check(world: World, place: Place, *words: str) -> tuple[int, str]:
    done = world.run(str(place.python), "-m", "gitflowguard", *(words or ("check",)))
    return done.code, done.text


def test_the_package_of_the_page(world: World, place: Place) -> None:
    """It warns in a hook and in `check`; as an error it blocks; a message without the word passes in silence."""
    team(world, ENTRY)
    says = '"Written on Friday" was written on a Friday'
    done = world.git("commit", "-m", "Written on Friday")
    assert done.code == 0 and f"warning[{NAME}]: {says}" in done.text
    code, text = check(world, place)
    assert code == 0 and f"warning[{NAME}]: {says}" in text
    assert f"{NAME}  message" in check(world, place, "doctor", "--timings")[1]
    team_again = ERROR.replace("severity", "seconds: 9\n    severity")
    world.do("switch", "-q", "develop")
    world.write(POLICY, team_again)
    world.do("commit", "-q", "-m", "Stricter")
    world.do("push", "-q", "origin", "develop")
    world.do("switch", "-q", "-c", "feature/next", "develop")
    world.change()
    done = world.git("commit", "-m", "Again on Friday")
    assert done.code == 1 and f"error[{NAME}]" in done.text
    done = world.git("commit", "-m", "Monday")
    assert done.code == 0 and "gitflowguard" not in done.text


BROKEN = {
    "import no_such_module\n": "acme_rules:RULE of acme-gitflow-rules can't be loaded: ModuleNotFoundError",
    "raise SystemExit(0)\n": "SystemExit: 0",
    "RULE = 7\n": "acme_rules:RULE of acme-gitflow-rules isn't a gitflowguard.plugins.Rule",
    FILES[RULE].replace("subject = ", "raise KeyError('x'); subject = "): "x/no-friday failed: KeyError: 'x'",
    FILES[RULE].replace("yield Finding", "yield str"): "x/no-friday failed: TypeError",
    FILES[RULE].replace(
        'needs=("message",)', "needs=()"
    ): "the policy differs from the rule, which has reads: commit",
    FILES[RULE].replace('code="x/no-friday"', 'code="GFG101"'): "has the code and name GFG101 x/no-friday",
    FILES[RULE] + "import os\nos._exit(0)\n": "its answer can't be used: it is empty",
}


@pytest.mark.parametrize("text", sampled(BROKEN, 0, 5), ids=range(len(BROKEN)))
def test_a_broken_package_is_one_clear_line(world: World, place: Place, text: str) -> None:
    """Exit code 3 in `check` and a block in a hook, never a traceback and never silence.

    The others are slow: what an answer has to be is proved by tests/own/test_own_units.py, and a rule that raises
    by tests/own/test_own_rules.py.
    """
    place.module.write_text(text)
    team(world, ERROR)
    done = world.git("commit", "-m", "Friday")
    assert done.code != 0 and BROKEN[text] in done.text and "Traceback" not in done.text
    world.do("commit", "-q", "-m", "Friday")
    code, said = check(world, place)
    assert code == 3 and BROKEN[text] in said and "Traceback" not in said


def test_what_is_not_installed_is_said(world: World, place: Place) -> None:
    """A package, or an entry point, that isn't there."""
    team(world, ERROR.replace("acme-gitflow-rules", "acme-other"))
    done = world.git("commit", "-m", "Work")
    assert "the package acme-other isn't installed beside gitflowguard" in done.text and done.code != 0
    world.do("commit", "-q", "-m", "Work")
    world.do("switch", "-q", "develop")
    team_policy = ERROR.replace(NAME, "x/no-monday")
    world.write(POLICY, team_policy)
    world.do("commit", "-q", "-m", "Other")
    world.do("push", "-q", "origin", "develop")
    world.do("switch", "-q", "-c", "feature/b", "develop")
    world.do("commit", "-q", "--allow-empty", "-m", "Work")
    code, text = check(world, place)
    assert code == 3 and "has no entry point no-monday in gitflowguard.rules" in text


def test_a_package_is_loaded_only_where_the_policy_names_it(
    world: World, place: Place, tmp_path: Path
) -> None:
    """Not by a hook, not by a command; and what a branch alone names isn't loaded either."""
    mark = tmp_path / "loaded"
    place.module.write_text(f"open({str(mark)!r}, 'w')\n{FILES[RULE]}")
    team(world, "preset: gitflow\n")
    assert world.git("commit", "-m", "Friday").code == 0
    for words in (("check",), ("rules",), ("doctor", "--timings")):
        check(world, place, *words)
    world.write(POLICY, ERROR)
    assert world.git("commit", "-m", "Friday").code == 0
    code, text = check(world, place)
    assert code == 3 and "this branch's policy names a package" in text
    assert not mark.exists()


def test_what_a_package_prints_is_no_answer(world: World, place: Place) -> None:
    """A print at its import, or in its check, changes nothing."""
    place.module.write_text("print('hello')\n" + FILES[RULE].replace("subject = ", "print('{}'); subject = "))
    team(world, ERROR)
    done = world.git("commit", "-m", "Friday")
    assert done.code == 1 and f"error[{NAME}]" in done.text and "hello" not in done.text
    assert os.path.exists(place.module)
