"""The private directory: what is laid out in it, what never is, and that it goes, whatever happens."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from gitflowguard.tooling import tree as module
from gitflowguard.tooling.interrupt import interruptible
from gitflowguard.tooling.removal import remove
from gitflowguard.tooling.tree import NAME, OLD, Tree, sweep, temporary

DEAD = 2**22 + 1  # no system gives a process so high a number


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A directory for temporary things of our own."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    return {"TMPDIR": str(folder)}


def left(environ: dict[str, str]) -> list[str]:
    """What lies in the temporary directory."""
    return sorted(os.listdir(environ["TMPDIR"]))


def test_files_lie_where_they_do_in_the_repository(environ: dict[str, str]) -> None:
    """With their bytes; written twice, the second counts; read back as a tool has left them; gone at the end."""
    with Tree(environ) as tree:
        tree.write("a.py", b"long first content\r\n")
        tree.write("dir/sub/b.py", b"\0\xff")
        tree.write("a.py", b"a\r\n")
        assert (Path(tree.root) / "a.py").read_bytes() == tree.read("a.py") == b"a\r\n"
        Path(tree.root, "dir/sub/b.py").write_bytes(b"rewritten")
        assert tree.read("dir/sub/b.py") == b"rewritten"
    assert left(environ) == []


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_it_is_ours_alone(environ: dict[str, str], mask: int) -> None:
    """0700 and 0600 under any umask; executable only where that is asked for."""
    before = os.umask(mask)
    try:
        with Tree(environ) as tree:
            tree.write("dir/a.py", b"")
            tree.write("dir/b.sh", b"", executable=True)
            modes = {
                path.relative_to(tree.root).as_posix(): stat.S_IMODE(path.stat().st_mode)
                for path in (Path(tree.root), *Path(tree.root).rglob("*"))
            }
    finally:
        os.umask(before)
    assert modes == {".": 0o700, ".git": 0o700, "dir": 0o700, "dir/a.py": 0o600, "dir/b.sh": 0o700}


def test_its_name_and_its_border(environ: dict[str, str]) -> None:
    """The name says whose it is; the empty .git stops a search upwards for a project's root."""
    with Tree(environ) as tree:
        assert os.path.basename(tree.root).startswith(f"{NAME}-{os.getuid()}-{os.getpid()}-")
        assert os.listdir(tree.root) == [".git"] and os.listdir(f"{tree.root}/.git") == []
        with Tree(environ) as other:
            assert other.root != tree.root


NAMES = [
    "é.py", "\udcff.py", "a b.py", "a\nb.py", "-rf", "a:1.py", "\\..\\x.py", "...", "..a", ".gitignore", ".github/x",
    "a.git", ".git2", "git", "~", "%s", "a" * 255, "CON", "\u200b.py", "a/b/c/d/e/f/g.py",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_strange_names(environ: dict[str, str], name: str) -> None:
    """Whatever git can hold under a name lies under that name."""
    with Tree(environ) as tree:
        tree.write(name, b"x")
        assert tree.read(name) == b"x"
        assert Path(tree.root, name).read_bytes() == b"x"
    assert left(environ) == []


REFUSED = [
    "", ".", "..", "/", "/etc/x", "//x", "../x", "a/../x", "a/..", "a//b", "a/", "./a", "a/.", "a\0b", "\0",
    ".git", ".git/config", "a/.git/hooks/x", ".GIT/config", ".Git", "x/.gIt", ".git.", ".git ", ".git. .", "GIT~1",
    "git~1/x", ".git::$INDEX_ALLOCATION/x", ".g\u200cit/x", ".\ufeffGIT", "a" * 256, "a/" * 3000 + "a",
]  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_names(tmp_path: Path, environ: dict[str, str], name: str) -> None:
    """ValueError for what would leave the directory, touch its .git, or be no name at all; nothing is written."""
    with Tree(environ) as tree:
        with pytest.raises(ValueError):
            tree.write(name, b"x")
        assert not [entry.name for entry in os.scandir(tree.root) if entry.is_file(follow_symlinks=False)]
        assert os.listdir(f"{tree.root}/.git") == [] and left(environ) == [os.path.basename(tree.root)]
    assert os.listdir(tmp_path) == ["tmp"] and left(environ) == []


def test_a_file_and_a_directory_of_one_name(environ: dict[str, str]) -> None:
    """Cannot be laid out, and that is a ValueError, in either order."""
    with Tree(environ) as tree:
        tree.write("a", b"x")
        for name in ("a/b", "a/b/c"):
            with pytest.raises(ValueError, match="cannot be laid out"):
                tree.write(name, b"y")
        tree.write("d/e", b"x")
        with pytest.raises(ValueError, match="cannot be laid out"):
            tree.write("d", b"y")
        assert tree.read("a") == b"x"


def test_a_full_disk_is_no_bad_name(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine cannot do stays an OSError."""

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    with Tree(environ) as tree:
        with monkeypatch.context() as patch:
            patch.setattr(os, "open", full)
            with pytest.raises(OSError, match="No space"):
                tree.write("a", b"x")
    assert left(environ) == []


def test_nothing_is_written_or_read_through_links(tmp_path: Path, environ: dict[str, str]) -> None:
    """A tool that puts a link or a pipe in a file's place leads us nowhere, and we do not wait."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"precious")
    with Tree(environ) as tree:
        os.symlink(outside, f"{tree.root}/a")
        with pytest.raises(ValueError):
            tree.write("a", b"x")
        with pytest.raises(OSError):
            tree.read("a")
        os.mkfifo(f"{tree.root}/pipe")
        os.mkdir(f"{tree.root}/dir")
        os.symlink(tmp_path, f"{tree.root}/way")
        with pytest.raises(ValueError):
            tree.write("way/b", b"x")
        for name in ("pipe", "dir", "missing"):
            with pytest.raises(OSError):
                tree.read(name)
    assert outside.read_bytes() == b"precious" and not (tmp_path / "b").exists()
    assert left(environ) == []


@pytest.mark.parametrize("problem", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_it_goes_when_all_goes_wrong(environ: dict[str, str], problem: type[BaseException]) -> None:
    """Also where the body is left by an interrupt."""
    with pytest.raises(problem):
        with Tree(environ) as tree:
            tree.write("a/b", b"x")
            raise problem
    assert left(environ) == []


def test_interrupted_at_its_beginning(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its two first directories: nothing is left."""
    real = os.mkdir

    def mkdir(path: str, mode: int = 0o777) -> None:
        if path.endswith(".git"):
            raise KeyboardInterrupt
        real(path, mode)

    monkeypatch.setattr(os, "mkdir", mkdir)
    with pytest.raises(KeyboardInterrupt):
        with Tree(environ):
            raise AssertionError("it must not begin")
    assert left(environ) == []


def test_a_name_that_is_taken(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's directory is never used: another name is."""
    taken = Path(environ["TMPDIR"], f"{NAME}-{os.getuid()}-{os.getpid()}-{'00' * 6}")
    taken.mkdir()
    numbers = iter((b"\0" * 6, b"\0" * 6, b"\1" * 6))
    monkeypatch.setattr(os, "urandom", lambda _: next(numbers))
    with Tree(environ) as tree:
        assert tree.root.endswith("01" * 6)
    assert left(environ) == [taken.name] and not list(taken.iterdir())


def test_what_tools_leave_behind(tmp_path: Path, environ: dict[str, str]) -> None:
    """Links out of it, pipes, directories without rights and very deep ones all go; what links lead to stays."""
    outside = tmp_path / "outside"
    (outside / "sub").mkdir(parents=True)
    (outside / "sub" / "file").write_text("precious")
    os.chmod(outside, 0o500)
    with Tree(environ) as tree:
        os.symlink(outside, f"{tree.root}/link")
        os.symlink("nowhere", f"{tree.root}/dangling")
        os.mkfifo(f"{tree.root}/pipe")
        for mode in (0o000, 0o400, 0o500, 0o300):
            os.makedirs(f"{tree.root}/{mode:o}/in")
            Path(f"{tree.root}/{mode:o}/in/x").write_text("x")
            os.symlink(outside, f"{tree.root}/{mode:o}/in/link")
            os.chmod(f"{tree.root}/{mode:o}/in", mode)
            os.chmod(f"{tree.root}/{mode:o}", mode)
        os.chmod(tree.root, 0o500)
    assert left(environ) == []
    assert (outside / "sub" / "file").read_text() == "precious"
    assert stat.S_IMODE(outside.stat().st_mode) == 0o500
    os.chmod(outside, 0o700)


def test_a_very_deep_path(environ: dict[str, str]) -> None:
    """As deep as git's longest path: deeper than Python calls itself."""
    deep = "a/" * 1900 + "b.py"
    with Tree(environ) as tree:
        if len(tree.root) + len(deep) >= os.pathconf("/", "PC_PATH_MAX"):
            pytest.skip("the temporary directory's own path is too long")
        tree.write(deep, b"x")
        assert tree.read(deep) == b"x"
    assert left(environ) == []


def test_deeper_than_any_path(environ: dict[str, str]) -> None:
    """A tool may go down step by step where no path reaches; we come after it, with two descriptors."""
    root = Path(environ["TMPDIR"], "deep")
    root.mkdir()
    at = os.open(root, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d" * 20, dir_fd=at)
        below = os.open("d" * 20, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    before = len(os.listdir("/dev/fd"))
    remove(str(root))
    assert left(environ) == []
    assert len(os.listdir("/dev/fd")) == before


def test_a_wide_one(environ: dict[str, str]) -> None:
    """Many directories in one."""
    with Tree(environ) as tree:
        for number in range(500):
            tree.write(f"d{number}/a.py", b"x")
    assert left(environ) == []


def test_removing_what_is_no_directory(tmp_path: Path) -> None:
    """A link to a directory is not followed, a file not removed, what is not there not missed."""
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "x").write_text("x")
    (tmp_path / "link").symlink_to("dir")
    for name in ("link", "dir/x", "missing", "dir/x/y"):
        remove(str(tmp_path / name))
    assert (tmp_path / "dir" / "x").exists() and (tmp_path / "link").is_symlink()


def test_removing_goes_on_after_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file that cannot be removed keeps no other."""
    root = tmp_path / "root"
    for name in ("a", "b/x", "b/y", "c/z"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    real = os.unlink

    def unlink(path: str, *, dir_fd: int | None = None) -> None:
        if path == "x":
            raise PermissionError(1, "no")
        real(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", unlink)
    monkeypatch.setattr(os, "supports_dir_fd", {*os.supports_dir_fd, unlink})
    remove(str(root))
    assert sorted(path.relative_to(root).as_posix() for path in root.rglob("*")) == ["b", "b/x"]


def test_the_temporary_directory(tmp_path: Path) -> None:
    """TMPDIR where it can be used; never the working directory, where the work tree is."""
    (tmp_path / "file").write_text("")
    assert temporary({"TMPDIR": str(tmp_path)}) == str(tmp_path)
    for wrong in ("", ".", "tmp", str(tmp_path / "missing"), str(tmp_path / "file"), "\0"):
        assert temporary({"TMPDIR": wrong}) in ("/tmp", "/var/tmp")


def test_no_temporary_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is an OSError with words for a person, not a tree in the work tree; sweeping says nothing."""
    monkeypatch.setattr(os.path, "isdir", lambda _: False)
    with pytest.raises(OSError, match="TMPDIR"):
        Tree({})
    sweep({})


def leftover(environ: dict[str, str], name: str, age: float = 2 * OLD) -> Path:
    """A directory such as SIGKILL leaves."""
    path = Path(environ["TMPDIR"], name)
    (path / ".git").mkdir(parents=True)
    (path / "a.py").write_text("x")
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def test_sweeping(tmp_path: Path, environ: dict[str, str]) -> None:
    """Only what is ours, old, and of a process that is no more; nothing through a link."""
    user = os.getuid()
    gone = [leftover(environ, f"{NAME}-{user}-{DEAD}-{number}") for number in ("aa", "bb")]
    kept = [
        leftover(environ, f"{NAME}-{user}-{os.getpid()}-cc"),  # it is alive
        leftover(environ, f"{NAME}-{user}-{DEAD}-dd", age=OLD / 2),  # it is young
        leftover(environ, f"{NAME}-{user + 1}-{DEAD}-ee"),  # another user's name
        leftover(environ, f"{NAME}-{user}-x-ff"),  # no number
        leftover(environ, f"{NAME}-{user}-²-gg"),  # a digit for Python's isdigit
        leftover(environ, f"{NAME}-{user}-{'9' * 40}-hh"),  # no number of a process
        leftover(environ, f"{NAME}-{user}--ii"),
        leftover(environ, f"x{NAME}-{user}-{DEAD}-jj"),
    ]
    other = tmp_path / "other"
    (other / "sub").mkdir(parents=True)
    os.utime(other, (1, 1))
    link = Path(environ["TMPDIR"], f"{NAME}-{user}-{DEAD}-kk")
    link.symlink_to(other)
    os.utime(link, (1, 1), follow_symlinks=False)
    file = Path(environ["TMPDIR"], f"{NAME}-{user}-{DEAD}-ll")
    file.write_text("x")
    os.utime(file, (1, 1))
    sweep(environ)
    assert [path for path in gone if path.exists()] == []
    assert [path for path in (*kept, link, file, other / "sub") if not path.exists()] == []


def test_sweeping_knows_the_owner(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory under our name that another user has made is not ours to remove."""
    path = leftover(environ, f"{NAME}-{os.getuid() + 1}-{DEAD}-aa")
    monkeypatch.setattr(module, "_user", lambda: os.getuid() + 1)
    sweep(environ)
    assert path.exists()


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=["TERM", "INT", "KILL"]
)
def test_killed(environ: dict[str, str], number: int) -> None:
    """A signal that can be heard leaves nothing; what SIGKILL leaves is swept an hour after."""
    script = (
        "import signal, sys\n"
        f"sys.path[:0] = [{str(Path(module.__file__).parents[2])!r}]\n"
        "from gitflowguard.tooling.tree import Tree\n"
        "def leave(number, frame): raise SystemExit(130)\n"
        "signal.signal(signal.SIGTERM, leave); signal.signal(signal.SIGINT, leave)\n"
        f"with Tree({environ!r}) as tree:\n"
        "    tree.write('a/b.py', b'x')\n"
        "    print('ready', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout and process.stdout.readline() == b"ready\n"
    assert len(left(environ)) == 1
    process.send_signal(number)
    process.communicate(timeout=120)
    assert len(left(environ)) == (1 if number == signal.SIGKILL else 0)
    sweep(environ)
    assert len(left(environ)) == (1 if number == signal.SIGKILL else 0)
    for name in left(environ):
        os.utime(Path(environ["TMPDIR"], name), (1, 1))
    sweep(environ)
    assert left(environ) == []


def test_a_signal_right_after_it_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody but us knows of it then."""
    real = os.mkdir

    def made(path: str, mode: int = 0o777) -> None:
        real(path, mode)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "mkdir", made)
    with pytest.raises(KeyboardInterrupt), Tree({"TMPDIR": str(tmp_path)}):
        pass
    assert not list(tmp_path.iterdir())


def test_a_signal_while_it_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits until all is gone."""
    real = os.scandir
    asked: list[object] = []

    def scanned(at: int) -> Any:
        if not asked:
            asked.append(at)
            os.kill(os.getpid(), signal.SIGTERM)
        return real(at)

    monkeypatch.setattr(os, "supports_fd", {*os.supports_fd, scanned})
    with pytest.raises(SystemExit), interruptible():
        with Tree({"TMPDIR": str(tmp_path)}) as tree:
            tree.write("src/deep/a.py", b"")
            monkeypatch.setattr(os, "scandir", scanned)
    assert asked and not list(tmp_path.iterdir())
