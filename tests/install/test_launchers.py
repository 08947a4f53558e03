"""The sh files that people and frameworks start: which Python they find, and what they keep from it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import budget

ROOT = Path(__file__).parents[2]
LAUNCHERS = ROOT / "launchers"
NAMES = ("git-flowguard", "gitflowguard", "gitflowguard-hook")
FORMS = {
    "plain": "#!{python}\n",
    "with an option": "#!{python} -E\n",
    "long": "#!/bin/sh\n'''exec' {python} \"$0\" \"$@\"\n' '''\n",
    "quoted": "#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\n",
    "quoted, with an option": "#!/bin/sh\n'''exec' \"{python}\" -E \"$0\" \"$@\"\n' '''\n",
}
BESIDE = "#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'{python}' \"$0\" \"$@\"\n' '''\n"


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
@pytest.mark.parametrize("name", (pytest.param("bin", marks=pytest.mark.slow), "a b's"))
def test_each_form_of_an_installers_script_names_the_python(tmp_path: Path, form: str, name: str) -> None:
    """pip and uv write two forms; the folder's own name plays no part. An easy name is slow."""
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


@pytest.mark.parametrize("name", ("bin", "a b's"))
def test_the_python_beside_the_script(tmp_path: Path, name: str) -> None:
    """What uvx and `uv venv --relocatable` write; through a link too, and after the folder has moved."""
    folder = installed(tmp_path / "old", BESIDE, "python3")
    (folder / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (folder / "python3").chmod(0o755)
    moved = folder.rename(tmp_path / name)
    (tmp_path / "link").symlink_to(moved / "gitflowguard")
    for program in (moved / "gitflowguard", tmp_path / "link"):
        done = run(program, "--version", cwd=tmp_path)
        assert done.returncode == 0 and done.stdout.startswith("gitflowguard "), done.stderr


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


def _interrupted(argv: tuple[str, ...], cwd: Path, delay: float) -> tuple[int, str]:
    """(exit code, what was printed) of a program that gets SIGINT after so many seconds."""
    child = subprocess.Popen(
        argv, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    time.sleep(delay)
    child.send_signal(signal.SIGINT)
    said, _ = child.communicate(timeout=120)
    return child.returncode, said


@pytest.mark.hostile("kill points")
@pytest.mark.parametrize(
    "words",
    (
        "gitflowguard status",
        "gitflowguard-hook pre-commit",
        pytest.param("gitflowguard nonsense", marks=pytest.mark.slow),
    ),
)
def test_ctrl_c_in_the_first_moments_shows_no_traceback(
    tmp_path: Path, words: str, tally: Callable[[int, int], None]
) -> None:
    """Python's own start, our imports, the command: it ends by the signal, or goes on where the signal came first.

    A command that isn't there starts as one that is; it is slow.
    """
    subprocess.run(("git", "init", "-q", tmp_path), check=True)
    folder = installed(tmp_path / "bin", FORMS["plain"])
    program, *rest = words.split()
    argv = (str(folder / program), *rest)
    start = time.monotonic()
    usual = run(*argv, cwd=tmp_path)
    whole = time.monotonic() - start
    wrong, ended, points = [], 0, budget.examples(24, quick=5)
    for number in range(points):
        code, said = _interrupted(argv, tmp_path, whole * number / points)
        ended += code in (130, -signal.SIGINT)
        if "Traceback" in said or "KeyboardInterrupt" in said:
            wrong.append(said)
        elif code not in (130, -signal.SIGINT, usual.returncode):
            wrong.append(f"{code}: {said}")
    tally(points, len(wrong))
    assert not wrong, wrong[0]
    assert ended, "no signal came in time"


def test_a_job_in_the_background_goes_on_ignoring_the_signal(tmp_path: Path) -> None:
    """A shell without job control starts one so (sh(1), Asynchronous Lists)."""
    folder = installed(tmp_path / "bin", FORMS["plain"])
    subprocess.run(("git", "init", "-q", tmp_path), check=True)
    # The shell's child ignores the signal before it opens the file.
    started = '"$0" status >said 2>&1 & pid=$!; while [ ! -e said ]; do sleep 0.01; done'
    script = f"{started}; for _ in 1 2 3 4 5 6 7 8; do kill -INT $pid; sleep 0.02; done; wait $pid"
    done = run("sh", "-c", script, folder / "gitflowguard", cwd=tmp_path)
    usual = run(folder / "gitflowguard", "status", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "said").read_text()) == (
        usual.returncode,
        usual.stdout + usual.stderr,
    )
