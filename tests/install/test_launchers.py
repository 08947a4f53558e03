"""The sh files that people and frameworks start: which Python they find, and what they keep from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAUNCHERS = ROOT / "launchers"
NAMES = ("git-flowguard", "gitflowguard", "gitflowguard-hook")
FORMS = {
    "plain": "#!{python}\n",
    "long": "#!/bin/sh\n'''exec' {python} \"$0\" \"$@\"\n' '''\n",
    "quoted": "#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\n",
}


def installed(folder: Path, form: str, python: str = sys.executable) -> Path:
    """A folder of programs as an installer leaves it. form: how it writes down which Python is meant."""
    folder.mkdir(parents=True)
    for name in NAMES:
        shutil.copy(LAUNCHERS / name, folder / name)
    start = folder / "gitflowguard-start"
    start.write_text(
        form.format(python=python) + "import sys\nfrom gitflowguard.__main__ import main\nsys.exit(main())\n"
    )
    start.chmod(0o755)
    return folder


def run(*argv: str | Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs it there, with more variables."""
    return subprocess.run(
        argv, cwd=cwd, env={**os.environ, **more}, capture_output=True, text=True, check=False
    )


def test_they_are_one_text() -> None:
    """Three names, one file; each can be started."""
    texts = {(LAUNCHERS / name).read_text("utf-8") for name in NAMES}
    assert len(texts) == 1 and sorted(os.listdir(LAUNCHERS)) == sorted(NAMES)
    assert all(os.access(LAUNCHERS / name, os.X_OK) for name in NAMES)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("name", ("bin", "a b's"))
def test_each_form_of_an_installers_script_names_the_python(tmp_path: Path, form: str, name: str) -> None:
    """pip and uv write two forms; the folder's own name plays no part."""
    folder = installed(tmp_path / name, form)
    for program in NAMES[:2]:
        done = run(folder / program, "--version", cwd=tmp_path)
        assert done.returncode == 0 and done.stdout.startswith("gitflowguard "), done.stderr


def test_a_python_in_a_folder_with_a_space(tmp_path: Path) -> None:
    """The form with quotes is there for it."""
    python = tmp_path / "my env" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    folder = installed(tmp_path / "bin", FORMS["quoted"], str(python))
    assert run(folder / "gitflowguard", "--version", cwd=tmp_path).returncode == 0


def test_a_chain_of_links_leads_to_the_file(tmp_path: Path) -> None:
    """pipx and uv link from a folder of their own; a program called readlink beside us isn't asked."""
    folder = installed(tmp_path / "bin", FORMS["plain"])
    (tmp_path / "one").mkdir()
    (tmp_path / "one/gitflowguard").symlink_to("../two-gitflowguard")
    (tmp_path / "two-gitflowguard").symlink_to(folder / "gitflowguard")
    mark = tmp_path / "mark"
    evil = tmp_path / "readlink"
    evil.write_text(f"#!/bin/sh\ntouch '{mark}'\n")
    evil.chmod(0o755)
    done = run(tmp_path / "one/gitflowguard", "--version", cwd=tmp_path, PATH=f".:{os.environ['PATH']}")
    assert done.returncode == 0 and not mark.exists()


@pytest.mark.parametrize("item", ("", ".", "{here}", ":/nowhere"))
@pytest.mark.parametrize(
    "argv", (("gitflowguard", "--version"), ("gitflowguard-hook", "pre-commit")), ids=lambda a: a[0]
)
def test_nothing_that_python_loads_by_itself_comes_from_the_folder(
    tmp_path: Path, item: str, argv: tuple[str, ...]
) -> None:
    """sitecustomize, usercustomize, our own package; and PYTHONHOME and PYTHONSTARTUP lead nowhere."""
    folder = installed(tmp_path / "bin", FORMS["plain"])
    here = tmp_path / "work"
    here.mkdir()
    mark = tmp_path / "mark"
    for name in ("sitecustomize", "usercustomize", "gitflowguard", "click", "encodings"):
        (here / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write({name!r})\n")
    path = item.format(here=here) + (":" if item == "" else "")
    home = run(folder / argv[0], *argv[1:], cwd=here, PYTHONPATH=path, PYTHONSTARTUP="sitecustomize.py")
    assert not mark.exists() and "Traceback" not in home.stderr


@pytest.mark.parametrize("what", ("no script", "no python"))
def test_what_is_missing_is_named(tmp_path: Path, what: str) -> None:
    """Exit code 3, one line."""
    folder = installed(
        tmp_path / "bin", FORMS["plain"], "/nonexistent/python" if what == "no python" else sys.executable
    )
    if what == "no script":
        (folder / "gitflowguard-start").unlink()
    done = run(folder / "gitflowguard", "status", cwd=tmp_path)
    assert done.returncode == 3 and "install gitflowguard again" in done.stderr
