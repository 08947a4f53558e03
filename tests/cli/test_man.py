"""Man pages: one for each command, read by man itself, and by git for its own --help."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_variables import ALL
from tools import man

ROOT = Path(__file__).parents[2]


def test_every_command_has_its_page_and_they_are_what_the_code_says() -> None:
    """`make docs` writes them."""
    wanted = man.pages()
    assert {f"gitflowguard-{'-'.join(words)}.1" for words in ALL} <= set(wanted)
    assert {"gitflowguard.1", "git-flowguard.1", "gitflowguard-protect.1"} <= set(wanted)
    assert man.main(["--check"]) == 0


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A directory as an installer leaves it: bin and share/man side by side."""
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "launchers/git-flowguard", tmp_path / "bin")
    shutil.copytree(ROOT / "man", tmp_path / "share/man")
    return tmp_path


@pytest.mark.parametrize("words", ["git flowguard --help", "git help flowguard", "man gitflowguard"])
def test_git_and_man_find_the_page(prefix: Path, words: str) -> None:
    """By PATH alone, as manpath(1) does."""
    if not shutil.which("man"):
        pytest.skip("man is not installed")
    env = {name: value for name, value in os.environ.items() if name != "MANPATH"}
    env |= {
        "PATH": f"{prefix}/bin{os.pathsep}{env['PATH']}",
        "MANPAGER": "cat",
        "PAGER": "cat",
        "MANWIDTH": "100",
    }
    env |= {"HOME": str(prefix), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(words.split(), env=env, cwd=prefix, capture_output=True, text=True, check=False)
    shown = re.sub(".\b", "", done.stdout)
    assert done.returncode == 0, done.stderr
    assert "gitflowguard - Gitflow that cannot be broken by accident" in shown and "EXIT STATUS" in shown


def test_no_page_has_a_warning() -> None:
    """groff reads each without complaint."""
    if not shutil.which("groff"):
        pytest.skip("groff is not installed")
    argv = ("groff", "-man", "-ww", "-z", "-Tutf8", *sorted(str(one) for one in man.FOLDER.glob("*.1")))
    done = subprocess.run(argv, cwd=ROOT / "man", capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr


def test_the_pages_are_the_same_after_a_command_was_called_by_itself() -> None:
    """click keeps a command's help option as it was asked for first."""
    from click.testing import CliRunner

    from gitflowguard.cli.rules import command

    CliRunner().invoke(command, ["--help"])
    assert man.main(["--check"]) == 0


def test_an_example_and_an_option_can_be_copied_from_a_narrow_page() -> None:
    """groff breaks neither: it would hyphenate --output-file as it does a word."""
    if not shutil.which("groff"):
        pytest.skip("groff is not installed")
    pages = sorted(man.FOLDER.glob("*-*.1"))
    pages = [page for page in pages if page.name != man.ALIAS]
    argv = ("groff", "-man", "-rLL=50n", "-Tutf8", "-P-c", *map(str, pages))
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    shown = re.sub(".\b", "", done.stdout)
    assert not re.findall(r".*\u2010$", shown, re.M)
    examples = [line for page in pages for line in re.findall(r"\.nf\n(gitflowguard .*)", page.read_text())]
    assert len(examples) > 30
    for line in examples:
        assert f"{line.replace(chr(92), '')}\n" in shown
