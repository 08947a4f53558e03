"""`quality --fix` loses nothing: odd places, formatters that break off, other programs, signals at any moment."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gitflowguard.repo import contents, fixing
from gitflowguard.repo.git import Git
from gitflowguard.repo.state import find_place
from tests.budget import sampled, spread
from tests.conftest import executable
from tests.e2e.world import BIN, Ran, World
from tests.quality.world import GOOD, LAYOUT, UGLY, guarded

REST = "".join(f"A{n} = {n}\n" for n in range(20))


def fix(world: World, *args: str, cwd: Path | None = None) -> Ran:
    return world.run("gitflowguard", "quality", "--fix", *args, cwd=cwd)


def staged(world: World, path: str) -> str:
    return world.run("git", "cat-file", "blob", f":{path}").text


def untouched(world: World, path: str) -> bool:
    return (world.work / path).read_text() == UGLY and staged(world, path) == UGLY


def own_formatter(world: World, body: str) -> None:
    """An environment of the project whose ruff looks as ruff does, and rewrites as `body` says."""
    venv = world.work / ".venv"
    site = venv / "lib" / f"python3.{sys.version_info[1]}" / "site-packages" / "ruff-0.14.0.dist-info"
    site.mkdir(parents=True)
    (venv / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = 3.{sys.version_info[1]}.0\n")
    real = str(BIN / "ruff")
    looks = f"if '--check' in sys.argv: os.execv({real!r}, [{real!r}, *sys.argv[1:]])\nname = sys.argv[-1]\n"
    executable(venv / "bin" / "ruff", f"#!{sys.executable} -I\nimport os, sys, time\n{looks}{body}\n")
    (world.work / ".git" / "info" / "exclude").write_text(".venv\n.gitflowguard.yaml\n")


def test_from_a_directory_below(tmp_path: Path) -> None:
    """All that is staged; a path from where a person stands; a path from the root, as findings name it."""
    world = guarded(tmp_path, policy=LAYOUT)
    for args in ((), ("--", "a.py"), ("--", "src/a.py")):
        world.write("src/a.py", UGLY)
        done = fix(world, *args, cwd=world.work / "src")
        assert done.code == 0 and "fixed src/a.py (ruff-format)" in done.text, done.text
        assert (world.work / "src/a.py").read_text() == GOOD == staged(world, "src/a.py")


def test_nothing_is_written_beyond_a_link(tmp_path: Path) -> None:
    """The directory of a staged file has become a link to somewhere else."""
    world = guarded(tmp_path, policy=LAYOUT)
    world.write("d/a.py", UGLY)
    (world.work / "d").rename(tmp_path / "elsewhere")
    (world.work / "d").symlink_to(tmp_path / "elsewhere")
    done = fix(world)
    assert (
        done.code == 1 and "not fixed d/a.py (ruff-format): it lies beyond the link d" in done.text
    ), done.text
    assert (tmp_path / "elsewhere" / "a.py").read_text() == UGLY == staged(world, "d/a.py")


def test_a_read_only_file_is_left(tmp_path: Path) -> None:
    """Somebody has said that it must not change."""
    world = guarded(tmp_path, policy=LAYOUT)
    world.write("a.py", UGLY)
    (world.work / "a.py").chmod(0o444)
    done = fix(world)
    assert done.code == 1 and "it is read-only" in done.text and untouched(world, "a.py")


BREAKS = {
    "is killed halfway": ("open(name, 'w').write('x = '); os.kill(os.getpid(), 9)", "killed by signal 9"),
    "fails halfway": ("open(name, 'w').write(''); sys.exit(123)", "ended with exit code 123"),
    "says why": ("sys.stderr.write('no room\\n'); sys.exit(1)", "exit code 1: no room"),
    "hangs": ("open(name, 'w').write('x = '); time.sleep(600)", "took more than 1 s"),
    "removes the file": ("os.unlink(name)", "left no file behind"),
    "puts a link there": ("os.unlink(name); os.symlink('/etc/passwd', name)", "left no file behind"),
    "changes nothing": ("", "changed nothing"),
}


@pytest.mark.parametrize("fault", sampled(BREAKS, "says why", "is killed halfway"))
def test_a_formatter_that_breaks_off(tmp_path: Path, fault: str) -> None:
    """What it has left behind goes nowhere; the reason is told.

    The others are slow: they end by the same check of what a formatter has left.
    """
    body, said = BREAKS[fault]
    # The others get the time that a busy machine takes to start a program.
    seconds = 1 if fault == "hangs" else 30
    world = guarded(tmp_path, policy=LAYOUT + f"quality: {{seconds: {seconds}}}\n")
    own_formatter(world, body)
    world.write("a.py", UGLY)
    done = fix(world)
    assert done.code == 1 and "not fixed a.py (ruff-format): " in done.text and said in done.text, done.text
    assert untouched(world, "a.py")


def test_unstaged_edits_under_autocrlf(tmp_path: Path) -> None:
    """Line ends are no edit."""
    world = guarded(tmp_path, policy=LAYOUT)
    world.do("config", "core.autocrlf", "true")
    world.write("a.py", "X=1\n" + REST)
    (world.work / "a.py").write_bytes(f"X=1\n{REST}Y=2\n".replace("\n", "\r\n").encode())
    done = fix(world)
    assert done.code == 0 and "fixed a.py" in done.text, done.text
    assert (world.work / "a.py").read_bytes() == f"X = 1\n{REST}Y=2\n".replace("\n", "\r\n").encode()
    assert staged(world, "a.py") == "X = 1\n" + REST


@pytest.mark.parametrize("what", ["saved", "staged"])
def test_what_is_changed_meanwhile_is_kept(tmp_path: Path, what: str) -> None:
    """An editor saves, or somebody stages, while the formatter works at the work tree's bytes: its second run."""
    world = guarded(tmp_path, policy=LAYOUT)
    count, mine = tmp_path / "count", str(world.work / "a.py")
    meanwhile = f"    open({mine!r}, 'w').write('mine = 1\\n')\n"
    if what == "staged":
        meanwhile += f"    os.system('git -C \"{world.work}\" add a.py')\n"
    own_formatter(
        world,
        f"open({str(count)!r}, 'a').write('x')\nif os.stat({str(count)!r}).st_size == 2:\n{meanwhile}"
        f"os.execv({str(BIN / 'ruff')!r}, ['ruff', *sys.argv[1:]])",
    )
    world.write("a.py", UGLY)
    done = fix(world)
    assert "not fixed a.py (ruff-format): it was changed meanwhile" in done.text, done.text
    assert (world.work / "a.py").read_text() == "mine = 1\n"
    assert staged(world, "a.py") == ("mine = 1\n" if what == "staged" else UGLY)


def test_where_the_index_cannot_be_written_the_work_tree_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another git takes the lock at the last moment."""
    world = guarded(tmp_path, policy=LAYOUT)
    world.write("a.py", UGLY)
    monkeypatch.chdir(world.work)
    git = Git()
    entry = contents.listed(git, ("a.py",))[0]
    lock = world.work / ".git" / "index.lock"

    def rewrite(data: bytes) -> bytes:
        lock.touch()
        return GOOD.encode()

    why = fixing.apply(git, find_place(git), "a.py", entry, UGLY.encode(), GOOD.encode(), rewrite)
    assert "index.lock" in why
    lock.unlink()
    assert untouched(world, "a.py")


def test_names_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    """A control letter in a name does not reach the terminal."""
    world = guarded(tmp_path, policy=LAYOUT)
    name = "\x1b[31ma\n.py"
    (world.work / name).write_text(UGLY)
    world.do("add", "-A")
    done = fix(world)
    assert "fixed \\x1b[31ma\\x0a.py (ruff-format)" in done.text and "\x1b" not in done.text, done.text
    assert (world.work / name).read_text() == GOOD


@pytest.mark.parametrize(
    "number", sampled([signal.SIGINT, signal.SIGTERM, signal.SIGKILL], 2), ids=["INT", "TERM", "KILL"]
)
def test_killed_at_many_moments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """Each side is as it was or as it was to become; unstaged edits stay; a second run finishes the work.

    The signals that a program can answer are slow: test_interrupted_between_two_files has one between two
    files.
    """
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    world = guarded(tmp_path, policy=LAYOUT)
    old, new = f"X=1\n{REST}", f"X = 1\n{REST}"
    env = {**os.environ, **world.env}
    ended = set()
    for step in spread(range(6), 2):
        for name in ("a.py", "b.py"):
            world.write(name, old)
        (world.work / "b.py").write_text(old + "Y=2\n")
        process = subprocess.Popen(
            ["gitflowguard", "quality", "--fix"],
            cwd=world.work, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(0.05 + step * 0.07)
        process.send_signal(number)
        process.communicate(timeout=120)
        ended.add(process.returncode)
        assert (world.work / "a.py").read_text() in (old, new)
        assert (world.work / "b.py").read_text() in (old + "Y=2\n", new + "Y=2\n")
        assert {staged(world, name) for name in ("a.py", "b.py")} <= {old, new}
        left = [path.name for path in (tmp_path / "tmp").iterdir() if path.name.startswith("gitflowguard-")]
        assert number == signal.SIGKILL or not left, (step, left)
        (world.work / ".git" / "index.lock").unlink(missing_ok=True)  # git's own, of a git that was killed
        done = fix(world)
        assert "not fixed" not in done.text, done.text
        assert (world.work / "a.py").read_text() == new == staged(world, "a.py") == staged(world, "b.py")
        assert (world.work / "b.py").read_text() == new + "Y=2\n"
    assert ended & {-number, 128 + number}, "no signal came in time"
    assert stat.S_ISREG((world.work / "a.py").lstat().st_mode)


def test_interrupted_between_two_files(tmp_path: Path) -> None:
    """What is done is told as done; what is not, is as it was; nobody says that nothing was changed."""
    world = guarded(tmp_path, policy=LAYOUT)
    go = tmp_path / "go"
    wait = f"if name.endswith('b.py'):\n    open({str(go)!r}, 'w').close(); time.sleep(600)\n"
    own_formatter(world, wait + f"os.execv({str(BIN / 'ruff')!r}, ['ruff', *sys.argv[1:]])")
    for name in ("a.py", "b.py", "c.py"):
        world.write(name, UGLY)
    process = subprocess.Popen(
        ["gitflowguard", "quality", "--fix"],
        cwd=world.work,
        env={**os.environ, **world.env},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not go.exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=120)[1]
    assert process.returncode == 130, said
    assert "fixed a.py (ruff-format)\n" in said and "interrupted; what is listed above is done" in said, said
    assert "nothing was changed" not in said and "b.py" not in said
    assert (world.work / "a.py").read_text() == GOOD == staged(world, "a.py")
    assert untouched(world, "b.py") and untouched(world, "c.py")


def test_a_machine_that_has_no_room(tmp_path: Path) -> None:
    """A limit on the size of files, as a full disk: couldn't check, exit 3; and no bug of ours."""
    import resource

    world = guarded(tmp_path, policy=LAYOUT)
    world.write("a.py", UGLY)
    done = subprocess.run(
        ["gitflowguard", "quality", "--fix"],
        cwd=world.work,
        env={**os.environ, **world.env},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3 and "couldn't check" in done.stderr, done
    assert "bug" not in done.stderr and untouched(world, "a.py")
