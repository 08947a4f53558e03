"""The jobs on four small projects: a lock that fits, one that doesn't, no test, skipped tests, a venv, a subdirectory.

pip, uv and Poetry are real and use this machine's package index. micromamba is real where it is installed (cijobs has
the stand-in for other machines); the steps behind it are always real.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitflowguard.model.adoptionfiles import CI_FILE
from tests.ci.cijobs import HERE, Machine, failed
from tests.install.place import Shell, git, repository

pytestmark = pytest.mark.slow
PYPROJECT = f"""\
[project]
name = "tiny"
version = "0.1"
requires-python = "=={HERE}.*"
dependencies = ["iniconfig"]
"""
POETRY = """
[tool.poetry]
package-mode = false
[tool.poetry.group.dev.dependencies]
pytest = "*"
[[tool.poetry.source]]
name = "index"
url = "https://pypi.org/simple/"
priority = "primary"
"""
PASSING = "import iniconfig\n\n\ndef test_it():\n    assert iniconfig\n"
SKIPPED = "import pytest\n\n\n@pytest.mark.skip\ndef test_it():\n    pass\n"
# manager -> its manifests.
FILES = {
    "pip": {"requirements.in": "iniconfig\npytest\n", "requirements.txt": "iniconfig\npytest\n"},
    "uv": {"pyproject.toml": PYPROJECT + '[dependency-groups]\ntest = ["pytest"]\n'},
    "poetry": {"pyproject.toml": PYPROJECT + POETRY},
    "conda": {
        "environment.yml": f"channels: [conda-forge]\ndependencies:\n  - python={HERE}\n  - pip\n"
        "  - pip:\n    - iniconfig\n"
    },
}
# manager -> (file, text before, text after): what makes its lock stale; and the step that must say so.
STALE = {
    "pip": ("requirements.in", "pytest\n", "pytest\ntomli-w\n", "Check the lock file"),
    "uv": ("pyproject.toml", '"iniconfig"', '"iniconfig", "tomli-w"', "Install"),
    "poetry": ("pyproject.toml", '"iniconfig"', '"iniconfig", "tomli-w"', "Check the lock file"),
}


class World:
    """A project in a repository, with its workflow, and the machine that runs the jobs."""

    def __init__(self, guard: Shell, root: Path, manager: str, directory: str) -> None:
        self.machine = Machine(root / "machine")
        self.top = repository(root / "project", "main", "develop")
        self.home = self.top / directory
        self.guard = guard
        self.write("tests/test_it.py", PASSING)
        for name, text in FILES[manager].items():
            self.write(name, text)
        self.lock(manager)
        git(self.top, "add", ".")
        git(self.top, "commit", "-qm", "A project")
        done = guard(self.top, "ci", *(() if manager in ("conda", "uv", "poetry") else ("--python", HERE)))
        assert done.code == 0, done.err
        self.text = (self.top / CI_FILE).read_text()

    def write(self, name: str, text: str) -> None:
        """A file of the project."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def lock(self, manager: str) -> None:
        """What a developer does before the first commit."""
        if manager == "uv":
            self.machine.act({"uses": "astral-sh/setup-uv@x", "with": {"version": "0.13.9"}})
            self._run("uv", "lock")
        elif manager == "poetry":
            self.machine.venv("python")
            self._run("pipx", "install", "poetry==2.5.1")
            self._run("poetry", "lock")

    def _run(self, *argv: str) -> None:
        done = subprocess.run(
            argv, cwd=self.home, env=self.machine.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def test(self) -> list[str]:
        """The steps of the job `test` that fail."""
        self.machine.clean(self.top)
        return failed(self.machine.run(self.text, "test", self.top))

    def lint(self) -> list[str]:
        """The steps of the job `lint` that fail."""
        return failed(self.machine.run(self.text, "lint", self.top))


@pytest.fixture(scope="module", autouse=True)
def _index() -> None:
    done = subprocess.run(
        (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", "/dev/null/none", "iniconfig"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "No matching distribution" in done.stderr or "ConnectionError" in done.stderr:
        pytest.skip("no package index can be reached: pip finds no iniconfig, which these projects need")


@pytest.fixture
def worlds(guard: Shell, tmp_path: Path) -> Iterator[tuple[Shell, Path]]:
    """What a World is made of."""
    yield guard, tmp_path


@pytest.mark.parametrize("manager", FILES)
def test_the_jobs_are_green_for_a_good_project_and_red_for_a_bad_one(
    worlds: tuple[Shell, Path], manager: str
) -> None:
    """In a subdirectory, with a virtual environment that git ignores."""
    world = World(*worlds, manager, "work/part one")
    assert 'working-directory: "work/part one"' in world.text
    world.write("myenv/pyvenv.cfg", "home = /usr\n")
    world.write("myenv/lib/bad.py", "def broken(:\n")
    world.write("myenv/lib/test_bad.py", "def test_no():\n    assert False\n")
    (world.top / ".git/info/exclude").write_text("myenv/\n.venv/\n")
    assert world.test() == []
    assert world.lint() == []
    world.write("tests/test_it.py", SKIPPED)
    assert world.test() == ["At least one test ran"]
    (world.home / "tests/test_it.py").unlink()
    assert world.test() == ["Tests"]
    world.write("tests/test_it.py", PASSING + "\n\ndef test_no():\n    assert False\n")
    assert world.test() == ["Tests"]
    world.write("tests/test_it.py", "def test_it():\n    return undefined\n")
    assert world.lint() == ["What stops a build"]
    if manager in STALE:
        name, before, after, step = STALE[manager]
        world.write(name, (world.home / name).read_text().replace(before, after))
        assert world.test() == [step]


def test_the_policys_tools_judge_the_whole_project(guard: Shell, tmp_path: Path) -> None:
    """black, isort and bandit find their fault each, and a name that begins with a dash isn't taken for an option."""
    world = World(guard, tmp_path, "pip", "")
    tools = "preset: ml\ntools: {black: true, isort: true, bandit: true}\n"
    world.write(".gitflowguard.yaml", tools)
    assert guard(world.top, "ci", "--python", HERE).code == 0
    world.text = (world.top / CI_FILE).read_text()
    assert world.lint() == []
    world.write("-x.py", "import sys\nimport os\nx = {  }\nos.system(sys.argv[1])\n")
    git(world.top, "add", "--", "-x.py")
    assert world.lint() == ["Format: black", "Imports: isort", "Security: bandit"]


def test_only_success_of_every_job_is_green(guard: Shell, tmp_path: Path) -> None:
    """Skipped and cancelled are no passes, and neither is nothing at all."""
    world = World(guard, tmp_path, "pip", "")
    for results, bad in {
        "success success": False,
        "success failure": True,
        "skipped success": True,
        "success cancelled": True,
        "": True,
    }.items():
        text = world.text.replace("${{ join(needs.*.result, ' ') }}", f'"{results}"')
        assert (
            bool(failed(world.machine.run(text.replace("always()", "!cancelled()"), "ci", world.top))) is bad
        )


@pytest.mark.parametrize("manager", ["pip", "uv", "conda"])
def test_gitlabs_script_is_green_for_a_good_project_and_red_for_a_bad_one(
    worlds: tuple[Shell, Path], manager: str
) -> None:
    """The same steps in one shell, in a subdirectory; a failing line ends it."""
    world = World(*worlds, manager, "part one")
    pythons = () if manager in ("conda", "uv") else ("--python", HERE)
    assert world.guard(world.top, "ci", "--for", "gitlab", *pythons).code == 0
    text = (world.top / ".gitlab-ci.yml").read_text()
    assert world.machine.script(text, "test", world.top).code == 0
    assert (world.home / "reports/junit.xml").exists()
    world.write("tests/test_it.py", SKIPPED)
    done = world.machine.script(text, "test", world.top)
    assert done.code == 1 and "No test ran" in done.out
    world.write("tests/test_it.py", "def test_no():\n    assert False\n")
    assert world.machine.script(text, "test", world.top).code == 1


def test_an_environment_that_cannot_be_solved_stops_the_job(worlds: tuple[Shell, Path]) -> None:
    """setup-micromamba fails, so no step runs in another Python."""
    world = World(*worlds, "conda", "")
    world.write("environment.yml", f"dependencies:\n  - python={HERE}\n  - there-is-no-such-package\n")
    with pytest.raises(subprocess.CalledProcessError):
        world.test()
