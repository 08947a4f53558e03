"""One install, light: what `pip install` brings, and what a command says whose part is missing."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gitflowguard import __version__
from gitflowguard.cli.main import main
from gitflowguard.installation import add, missing_part
from gitflowguard.model import distribution
from gitflowguard.model.distribution import newest, requirement
from tests.docs.test_words import every_string
from tests.e2e.world import World, make

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
# In a process of its own, where what the extras bring can't be imported.
LIGHT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
from gitflowguard.cli.main import main
sys.exit(max(main(words) for words in {calls!r}))
"""
ABSENT = (
    "github",
    "black",
    "flake8",
    "bandit",
    "pyflakes",
    "pycodestyle",
    "stevedore",
    "requests",
    "jwt",
    "nacl",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A guarded repository with a branch."""
    made = make(tmp_path_factory.mktemp("light"), "native")
    made.policy("preset: gitflow\n")
    made.branch("feature/login")
    return made


WITHOUT = (
    "check", "check --all", "status", "radar", "radar --output-format html", "doctor", "explain GFG101", "rules",
    "config show", "config validate", "init --dry-run", "demo --help", "completion bash", "uninstall --dry-run",
    "pr check --head feature/login --base develop --no-radar", "protect simulate --may-push main",
)  # fmt: skip


def test_the_guard_needs_none_of_the_parts(world: World) -> None:
    """Hooks, policy, check, status, radar, and the check of a pull request by its two branches: in one process."""
    calls = [words.split() for words in WITHOUT]
    done = world.run(sys.executable, "-c", LIGHT.format(absent=ABSENT, calls=calls))
    assert done.code in (0, 1) and "isn't installed" not in done.text, done.text
    assert "installation is broken" not in done.text, done.text


def test_what_asks_github_says_the_line_that_adds_it(world: World) -> None:
    """Exit code 3, two lines, and no word of a broken installation."""
    code = LIGHT.format(absent=ABSENT, calls=[["protect", "plan", "acme/web"]])
    done = world.run(sys.executable, "-c", code, GITHUB_TOKEN="x")
    lines = done.text.splitlines()
    assert done.code == 3 and len(lines) == 2, done.text
    assert lines[0] == (
        "gitflowguard: asking GitHub needs the part [github] of gitflowguard, which isn't installed"
    )
    assert lines[1].startswith("  help: ") and f"'{requirement(__version__, ('github',))}'" in lines[1]


def test_the_day_of_a_model_says_which_part_it_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its policy runs flake8; without it the day would stop half-way, and blame the policy."""
    monkeypatch.setattr("gitflowguard.installation._has", lambda name: name == "pip")
    assert main(["demo", "--ml"]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert (
        lines[0] == "gitflowguard: demo --ml needs the part [quality] of gitflowguard, which isn't installed"
    )
    assert "gitflowguard[quality]" in lines[1] and len(lines) == 2


@pytest.mark.parametrize(
    "home, found, begins",
    [("/x/pipx/venvs/g", "pipx", "pipx install --force "), ("/x/uv/tools/g", "uv", "uv tool install --force "),
     ("/x/env", "", f"{sys.executable} -m pip install ")],
)  # fmt: skip
def test_the_line_fits_how_it_was_installed(
    home: str, found: str, begins: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """pipx, uv tool, pip."""
    monkeypatch.setattr(sys, "prefix", home)
    if found:
        (tmp_path / found).write_text("#!/bin/sh\n")
        (tmp_path / found).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert add("github").startswith(begins)


def test_other_missing_modules_are_no_part() -> None:
    """A broken installation stays one."""
    assert not missing_part(ModuleNotFoundError("x", name="click")) and not missing_part(ValueError())


def test_on_the_index_it_is_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """The switch is one constant."""
    monkeypatch.setattr(distribution, "ON_INDEX", True)
    assert requirement("1.2.3") == "gitflowguard==1.2.3"
    assert requirement("1.2.3", ("github",)) == "gitflowguard[github]==1.2.3"


def test_what_a_repair_installs_works_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The repository until the package index has it, and then its name there; the parts are kept."""
    assert newest() == f"git+{distribution.REPOSITORY}"
    assert newest(("github",)) == f"gitflowguard[github] @ git+{distribution.REPOSITORY}"
    monkeypatch.setattr(distribution, "ON_INDEX", True)
    assert newest() == "gitflowguard" and newest(("github", "quality")) == "gitflowguard[github,quality]"


def test_no_text_names_a_source_that_is_not_there() -> None:
    """Every printed installation takes its source from model/distribution.py: in strings, hooks and templates."""
    texts = [(said.where, said.text) for said in every_string("install|--force")]
    texts += [(path.name, path.read_text("utf-8")) for path in (ROOT / "hooks").iterdir()]
    wrong = re.compile(r"(?:\binstall|--force|--reinstall|--force-reinstall) ['\"]?gitflowguard\b(?! @)")
    assert wrong.search("pipx install --force gitflowguard") and wrong.search(
        "pip install 'gitflowguard[github]'"
    )
    # The package's name alone, where `uninstall` or a sentence follows it.
    assert not [(where, found.group()) for where, text in texts if (found := wrong.search(text))]


def test_the_parts_are_declared() -> None:
    """And the guard's own list has none of them."""
    extras = PROJECT["optional-dependencies"]
    assert set(extras) == {"github", "quality", "mcp", "all"}
    assert extras["all"] == ["gitflowguard[github,quality,mcp]"]
    own = {name.split(">")[0].lower() for name in PROJECT["dependencies"]}
    assert not own & {"pygithub", "black", "flake8", "bandit", "mcp"} and len(own) == 7


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel and an sdist, built twice from copies of the tracked files."""
    pytest.importorskip("hatchling")
    pytest.importorskip("hatch_fancy_pypi_readme")
    top = tmp_path_factory.mktemp("build")
    for name in ("one", "two"):
        files = (
            subprocess.check_output(
                ("git", "ls-files", "-co", "--exclude-standard", "-z"), cwd=ROOT, text=True
            )
            .rstrip("\0")
            .split("\0")
        )
        for file in files:
            if (ROOT / file).is_file():
                target = top / name / "source" / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes((ROOT / file).read_bytes())
                target.chmod(0o755 if file.startswith("launchers/") else 0o644)
        argv = (sys.executable, "-m", "hatchling", "build", "--directory", str(top / name / "dist"))
        subprocess.run(argv, cwd=top / name / "source", check=True, capture_output=True)
    return top


@pytest.mark.slow
def test_two_builds_are_the_same_bytes(built: Path) -> None:
    """Offline, from two directories (reproducible-builds.org)."""
    names = [path.name for path in sorted((built / "one/dist").iterdir())]
    assert len(names) == 2
    for name in names:
        assert (built / "one/dist" / name).read_bytes() == (built / "two/dist" / name).read_bytes(), name


@pytest.mark.slow
def test_the_wheel_has_what_it_promises(built: Path) -> None:
    """The man pages, the typed marker, the SBOM, addresses, and a description whose links work on PyPI."""
    import zipfile
    from email.parser import Parser

    (wheel,) = (built / "one/dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (meta,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        said = Parser().parsestr(archive.read(meta).decode())
    assert "gitflowguard/py.typed" in names
    assert any(name.endswith("share/man/man1/git-flowguard.1") for name in names)
    assert any(name.endswith(".dist-info/sboms/gitflowguard.cdx.json") for name in names)
    assert {one.partition(",")[0] for one in said.get_all("Project-URL", [])} == set(PROJECT["urls"])
    text = str(said.get_payload())
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 20 and all(link.startswith(("https://", "#")) for link in links)
    assert f"/blob/v{__version__}/docs/demo.md)" in text and f"/v{__version__}/docs/radar.svg)" in text


@pytest.mark.slow
def test_the_sbom_names_each_dependency(built: Path) -> None:
    """CycloneDX, made from pyproject.toml (PEP 770)."""
    import json
    import zipfile

    (wheel,) = (built / "one/dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith(".cdx.json"))
        document = json.loads(archive.read(name))
    assert (
        document["bomFormat"] == "CycloneDX" and document["metadata"]["component"]["version"] == __version__
    )
    named = {component["name"].lower() for component in document["components"]}
    extras = PROJECT["optional-dependencies"]
    declared = (*PROJECT["dependencies"], *extras["github"], *extras["quality"], *extras["mcp"])
    assert named == {entry.split(">")[0].lower() for entry in declared}
