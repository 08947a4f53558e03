"""Which project is found, by which manager and for which Pythons; and what is asked where the files don't say."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitflowguard.app.ci.detect import CiOptions, detect_project
from gitflowguard.app.ci.pythons import ASSUMED, KNOWN, allowed, is_python, named
from gitflowguard.model.project import DevNeeds, Project
from gitflowguard.repo.files import SetupError
from gitflowguard.repo.git import Git
from tests.install.place import repository

PYPROJECT = '[project]\nname = "x"\nversion = "1"\n'
SETUP_CFG = "[metadata]\nname = x\n[options.extras_require]\ntest =\n  pytest>=8; python_version > '3'\n"
SETUP_PY = """
import setuptools
extras = {}
extras["test_prod"] = ["pytest>=7.2.0", "parameterized"]
extras["testing"] = extras["test_prod"] + ["datasets"]
unknown = extras["none"] + [name() for name in extras]
setuptools.setup(name="x", version="1", python_requires=">=3.13", extras_require=extras, packages=find("src"))
"""
BUILD = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'


def found(folder: Path, files: dict[str, str], asked: CiOptions = CiOptions()) -> Project:
    """The project of a repository with these files."""
    top = repository(folder)
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return detect_project(Git(str(top)), str(top), asked)


@pytest.mark.parametrize(
    ("files", "manager", "directory"),
    [
        (("requirements.txt",), "pip", ""),
        (("requirements/base.txt",), "pip", ""),
        (("uv.lock", "pyproject.toml"), "uv", ""),
        (("poetry.lock", "pyproject.toml"), "poetry", ""),
        (("poetry.lock", "pyproject.toml", "requirements.txt"), "poetry", ""),
        (("environment.yml",), "conda", ""),
        (("Chapter02/requirements.txt", "Chapter02/pyproject.toml"), "pip", "Chapter02"),
        (("a/requirements/base.txt",), "pip", "a"),
        (("a/b/uv.lock", "a/b/pyproject.toml"), "uv", "a/b"),
        (("setup.py",), "pip", ""),
    ],
    ids="/".join,
)
def test_the_manager_is_known_by_its_files(
    tmp_path: Path, files: tuple[str, ...], manager: str, directory: str
) -> None:
    """A lock file goes before a requirements file that may be made of it."""
    project = found(tmp_path / "r", {name: "" for name in files})
    assert (project.manager, project.directory) == (manager, directory)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "found no Python project"),
        ({"uv.lock": "", "poetry.lock": ""}, "files of uv and poetry; say which: --tool"),
        ({"environment.yml": "", "requirements.txt": ""}, "files of pip and conda; say which: --tool pip"),
        ({"a/requirements.txt": "", "b/uv.lock": ""}, "several directories hold a Python project: a and b"),
        ({"pyproject.toml": "[tool.uv]\n"}, "there is no uv.lock"),
        ({"pyproject.toml": "[tool.poetry]\nname = 'x'\n"}, "there is no poetry.lock"),
        ({"pyproject.toml": "[tool.black]\n"}, "there is no requirements.txt"),
        ({"pyproject.toml": "= x"}, "isn't valid TOML"),
        ({"a${{ x }}/requirements.txt": ""}, "a workflow can't name the directory"),
    ],
    ids=str,
)
def test_what_the_files_leave_open_is_asked(tmp_path: Path, files: dict[str, str], says: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(SetupError, match=says.split(";")[0]):
        found(tmp_path / "r", files)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (CiOptions(pythons=("2.7",)), "--python 2.7"),
        (CiOptions(pythons=("3.12'",)), "--python 3.12'"),
        (CiOptions(directory="../x"), "inside the repository"),
        (CiOptions(directory="/tmp"), "inside the repository"),
        (CiOptions(directory="none"), "no such directory"),
        (CiOptions(directory="${{ x }}"), "inside the repository"),
    ],
    ids=str,
)
def test_options_are_checked(tmp_path: Path, asked: CiOptions, says: str) -> None:
    """They end up in a file that runs."""
    with pytest.raises(SetupError, match=says):
        found(tmp_path / "r", {"requirements.txt": ""}, asked)


def test_an_environment_that_installs_the_requirements_is_condas(tmp_path: Path) -> None:
    """Both files are there, and only one is the manifest."""
    text = "dependencies:\n- python=3.11\n- pip:\n  - -r requirements.txt\n"
    project = found(tmp_path / "r", {"environment.yml": text, "requirements.txt": "x"})
    assert (project.manager, project.pythons, project.evidence) == ("conda", ("3.11",), "environment.yml")


@pytest.mark.parametrize(
    ("specifier", "pythons"),
    [
        (">=3.11", KNOWN),
        (">=3.12,<4", ("3.12", "3.13", "3.14")),
        (">=3.11.4,<3.13", ("3.11", "3.12")),
        ("~=3.12", ("3.12", "3.13", "3.14")),
        ("~=3.12.1", ("3.12",)),
        ("==3.12.*", ("3.12",)),
        ("==3.12", ("3.12",)),
        (">=3.11, !=3.12.*", ("3.11", "3.13", "3.14")),
        (">=3.11,!=3.12.1", KNOWN),
        ("^3.12", ("3.12", "3.13", "3.14")),
        ("~3.12", ("3.12",)),
        ("3.11.* || 3.13.*", ("3.11", "3.13")),
        ("<3.12", ("3.11",)),
        ("<3.12.5", ("3.11", "3.12")),
        ("<=3.12", ("3.11", "3.12")),
        ("*", KNOWN),
        (">=4", ()),
        ("what", ()),
    ],
)
def test_a_specifier_allows_minor_versions(specifier: str, pythons: tuple[str, ...]) -> None:
    """As pip and Poetry read it."""
    assert allowed(specifier) == pythons


def test_an_old_python_that_a_project_insists_on_is_taken() -> None:
    """3.9 no longer gets fixes, and is what the project says."""
    assert named("==3.9.*") == ("3.9",) and named(">=3.9,<3.11") == ("3.9", "3.10")
    assert is_python("3.12") and not is_python("3.012") and not is_python("3.12\n--x")


@pytest.mark.parametrize(
    ("files", "pythons", "evidence"),
    [
        ({"pyproject.toml": PYPROJECT + 'requires-python = ">=3.13"\n'}, ("3.13", "3.14"), "pyproject.toml"),
        (
            {
                "pyproject.toml": PYPROJECT
                + 'requires-python = ">=3.10"\nclassifiers = ["Programming Language :: Python :: 3.10", '
                '"Programming Language :: Python :: 3.9", "Programming Language :: Python :: 3 :: Only"]\n'
            },
            ("3.10",),
            "pyproject.toml",
        ),
        ({".python-version": "3.12.4\n"}, ("3.12",), ".python-version"),
        ({"setup.cfg": "[options]\npython_requires = >=3.13\n"}, ("3.13", "3.14"), "setup.cfg"),
        (
            {"setup.cfg": "[metadata]\nclassifiers =\n  Programming Language :: Python :: 3.12\n"},
            ("3.12",),
            "setup.cfg",
        ),
        ({"setup.cfg": "no section\n", "setup.py": SETUP_PY}, ("3.13", "3.14"), "setup.py"),
        ({"setup.py": "from setuptools import setup\nsetup(python_requires=read())\n"}, (ASSUMED,), ""),
        ({"setup.py": "print 'old'\n"}, (ASSUMED,), ""),
        ({}, (ASSUMED,), ""),
    ],
    ids=str,
)
def test_pythons_come_from_the_projects_files(
    tmp_path: Path, files: dict[str, str], pythons: tuple[str, ...], evidence: str
) -> None:
    """Classifiers within the bounds, else all that the bounds allow."""
    project = found(tmp_path / "r", {"requirements.txt": "", **files})
    assert (project.pythons, project.evidence) == (pythons, evidence)


@pytest.mark.parametrize(
    ("files", "needs"),
    [
        ({"requirements.txt": "pytest==9\n"}, DevNeeds(True)),
        ({"requirements.txt": "pytest-cov\n"}, DevNeeds()),
        ({"setup.py": SETUP_PY}, DevNeeds(True, ("testing",))),
        ({"setup.py": "setup(install_requires=('a\\n' 'pytest>=8'))"}, DevNeeds(True)),
        ({"pyproject.toml": BUILD, "setup.cfg": SETUP_CFG}, DevNeeds(True, ("test",))),
        ({"setup.py": "setup(extras_require={**more, 'test': [name], 'b': some})"}, DevNeeds()),
        # pip installs the file, so the group of the same project isn't needed.
        (
            {"requirements-dev.txt": "pytest<10\n", "pyproject.toml": '[dependency-groups]\ntest = ["pytest"]\n'},
            DevNeeds(True),
        ),
        (
            {"uv.lock": "", "pyproject.toml": '[dependency-groups]\ntest = ["pytest>=8"]\n'},
            DevNeeds(True, (), ("test",)),
        ),
        (
            {"uv.lock": "", "pyproject.toml": '[project.optional-dependencies]\ndocs = ["x"]\ndev = ["pytest"]\n'},
            DevNeeds(True, ("dev",)),
        ),
        (
            {"poetry.lock": "", "pyproject.toml": '[tool.poetry.group.qa.dependencies]\npytest = "*"\n'},
            DevNeeds(True, (), ("qa",)),
        ),
        ({"poetry.lock": "", "pyproject.toml": '[tool.poetry.dependencies]\npytest = "*"\n'}, DevNeeds(True)),
        ({"environment.yml": "dependencies:\n  - pytest=8\n"}, DevNeeds(True)),
    ],
    ids=str,
)  # fmt: skip
def test_where_pytest_comes_from(tmp_path: Path, files: dict[str, str], needs: DevNeeds) -> None:
    """So that the job installs what a developer has, and adds pytest only where nothing brings it."""
    assert found(tmp_path / "r", files).needs == needs


def test_a_lock_of_pip(tmp_path: Path) -> None:
    """Its source can be checked where it names packages only."""
    files = {
        "requirements.in": "flask  # web\n-r other.in\n",
        "requirements.txt": "flask==3 --hash=sha256:00\n",
        "requirements-dev.in": "pytest\n",
        "requirements-dev.txt": "pytest==9\n",
        "pyproject.toml": PYPROJECT + BUILD,
    }
    project = found(tmp_path / "r", files)
    assert project.files == ("requirements.txt", "requirements-dev.txt")
    assert project.sources == ("requirements-dev.in",) and project.hashed and project.package
