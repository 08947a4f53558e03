"""Workers that stay for the next commit: who finds them, who doesn't, and when they leave."""

from __future__ import annotations

import os
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from gitflowguard import process
from gitflowguard.tooling import plan
from gitflowguard.tooling import run as runner
from gitflowguard.tooling import stay as module
from gitflowguard.tooling.order import Result, ToolCall
from gitflowguard.tooling.stay import Stay, find, has_room, listed, stay
from gitflowguard.tooling.worker import Keeper
from tests.tooling.fake import Fake, descriptors

MAIN, OTHER = "faketool:main", "faketool:other"


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Fake:
    """An environment that holds the fake tool."""
    return Fake(tmp_path_factory.mktemp("environment"))


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The tools' environment, with a directory for temporary things; whoever stays there is ended.

    On a busy machine a worker may take longer than a second to answer.
    """
    monkeypatch.setattr(module, "_PATIENCE", 120.0)
    # A short name: the path of a socket has a limit.
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    kept = {
        name: value for name, value in os.environ.items() if name not in ("CI", "GITFLOWGUARD_BACKGROUND")
    }
    yield {**kept, "TMPDIR": str(folder)}
    for pid in stayers(folder):
        with suppress(ProcessLookupError):  # a caller's child ends by itself
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder)


def stayers(folder: Path) -> list[int]:
    """The processes that were told to stay in a directory."""
    found = []
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit() and str(folder).encode() in (place / "cmdline").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


def made(environ: Mapping[str, str], fake: Fake, mark: str = "1", *more: str) -> Stay:
    """A place for workers with the fake tool in one version."""
    place = stay(environ, {(fake.python, entry): mark for entry in (MAIN, *more)})
    assert place is not None
    return place


def go(
    fake: Fake,
    place: Stay,
    environ: Mapping[str, str],
    cwd: Path,
    *orders: ToolCall,
    entries: tuple[str, ...] = (MAIN,),
) -> tuple[Result, ...]:
    """A commit's run."""
    with runner.start([(fake.python, entries)], environ, 2, place) as running:
        return running.run(orders or (fake.order("ok"),), str(cwd))


def met(place: Stay, fake: Fake, *entries: str) -> list[tuple[int, tuple[str, ...]]]:
    """The workers that are found, left again."""
    found = find(place, fake.python, entries or (MAIN,))
    for fd, _ in found:
        os.close(fd)
    return found


def settled(place: Stay, count: int, seconds: float = 120) -> list[str]:
    """The sockets there, once they are so many."""
    end = time.monotonic() + seconds
    while len(listed(place)) != count and time.monotonic() < end:
        time.sleep(0.02)
    return listed(place)


def test_the_next_commit_finds_the_worker(fake: Fake, environ: dict[str, str], tmp_path: Path) -> None:
    place, fds = made(environ, fake), descriptors()
    first = go(fake, place, environ, tmp_path)
    (name,) = settled(place, 1)
    inode = os.lstat(os.path.join(place.folder, name)).st_ino
    second = go(fake, place, environ, tmp_path, fake.order("ok"), fake.order("exit7"))
    by_file = {result.files: result for result in second}
    assert by_file[("exit7",)].code == 7 and by_file[("ok",)] == first[0]
    assert listed(place) == [name] and os.lstat(os.path.join(place.folder, name)).st_ino == inode
    assert [loaded for _, loaded in met(place, fake)] == [(MAIN,)]
    assert descriptors() == fds
    plain = runner.run([fake.order("ok")], str(tmp_path), {**environ, runner.SWITCH: "command"}, 2)
    assert by_file[("ok",)] == plain[0]


def test_what_decides_an_answer_is_in_the_name(fake: Fake, environ: dict[str, str]) -> None:
    names = {
        made(environ, fake).name(fake.python, (MAIN,)),
        made(environ, fake, "2").name(fake.python, (MAIN,)),
        made({**environ, "PYTHONUTF8": "1"}, fake).name(fake.python, (MAIN,)),
        made(environ, fake)._replace(marks={("/other", MAIN): "1"}).name("/other", (MAIN,)),
    }
    assert len(names) == 4
    assert made({**environ, "PWD": "/x", "SHLVL": "9"}, fake).name(fake.python, (MAIN,)) in names


def test_what_a_worker_inherits_is_in_the_name(fake: Fake, environ: dict[str, str]) -> None:
    before = made(environ, fake)
    mask = os.umask(0o027)
    try:
        assert made(environ, fake).environ != before.environ
    finally:
        os.umask(mask)
    now = resource.getrlimit(resource.RLIMIT_CORE)
    soft = 0 if now[0] else min(4096, now[1]) if now[1] != resource.RLIM_INFINITY else 4096
    resource.setrlimit(resource.RLIMIT_CORE, (soft, now[1]))
    try:
        assert soft == now[0] or made(environ, fake).environ != before.environ
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, now)
    assert made(environ, fake).environ == before.environ


def test_a_tool_of_no_known_version_doesnt_stay(fake: Fake, environ: dict[str, str], tmp_path: Path) -> None:
    place = made(environ, fake, "")
    assert go(fake, place, environ, tmp_path)[0].code == 0
    assert place.name(fake.python, (MAIN,)) == "" and find(place, fake.python, (MAIN,)) == []
    assert settled(place, 1, 0.3) == [] == stayers(Path(place.folder))


def test_an_upgraded_tool_is_loaded_anew(fake: Fake, environ: dict[str, str], tmp_path: Path) -> None:
    go(fake, made(environ, fake), environ, tmp_path)
    assert len(settled(made(environ, fake), 1)) == 1
    go(fake, made(environ, fake, "2"), environ, tmp_path)
    assert len(settled(made(environ, fake), 2)) == 2


def test_only_the_tools_that_are_missing_are_loaded(
    fake: Fake, environ: dict[str, str], tmp_path: Path
) -> None:
    place = made(environ, fake, "1", OTHER)
    go(fake, place, environ, tmp_path)
    settled(place, 1)
    with runner.start([(fake.python, (MAIN, OTHER))], environ, 2, place) as running:
        assert [worker.entries for worker in running.workers] == [(MAIN,), (OTHER,)]
    assert len(settled(place, 2)) == 2


def test_a_worker_leaves_after_a_while(
    fake: Fake, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_SECONDS", 2)
    place = made(environ, fake)
    go(fake, place, environ, tmp_path)
    assert len(settled(place, 1)) == 1
    assert settled(place, 0) == []
    end = time.monotonic() + 120
    while stayers(Path(place.folder)) and time.monotonic() < end:
        time.sleep(0.02)
    assert stayers(Path(place.folder)) == []


def test_what_hangs_in_a_worker_is_killed_with_its_caller(
    fake: Fake, environ: dict[str, str], tmp_path: Path
) -> None:
    place = made(environ, fake)
    go(fake, place, environ, tmp_path)
    settled(place, 1)
    results = go(fake, place, environ, tmp_path, fake.order("hang", seconds=1))
    assert results[0].why == "took more than 1 s"
    with runner.start([(fake.python, (MAIN,))], environ, 2, place) as running:
        running._cwd = str(tmp_path)
        running.workers[0].ask(1, plan.calls([fake.order("hang")], 1)[0], str(tmp_path))
        running.workers[0].write()
        while not running.workers[0].lanes:
            assert select.select([running.workers[0].peer.answer], [], [], 20)[0]
            running.workers[0].read()
        lane = next(iter(running.workers[0].lanes.values()))
    end = time.monotonic() + 120
    while os.path.exists(f"/proc/{lane}") and time.monotonic() < end:
        time.sleep(0.02)
    assert not os.path.exists(f"/proc/{lane}")
    assert go(fake, place, environ, tmp_path)[0].code == 0 and len(listed(place)) == 1


def test_a_killed_worker_costs_no_answer(fake: Fake, environ: dict[str, str], tmp_path: Path) -> None:
    place = made(environ, fake)
    go(fake, place, environ, tmp_path)
    settled(place, 1)
    for pid in stayers(Path(place.folder)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert go(fake, place, environ, tmp_path)[0].code == 0
    assert len(settled(place, 1)) == 1


def test_a_socket_without_a_greeting_is_passed_by(
    fake: Fake, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.05)
    place = made(environ, fake)
    path = place.name(fake.python, (MAIN,))
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(path)
        silent.listen(1)
        assert find(place, fake.python, (MAIN,)) == []
        assert listed(place) == [], "nobody waits for it a second time"
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(path)
    assert find(place, fake.python, (MAIN,)) == [] and listed(place) == []
    Path(path).write_text("no socket")
    assert find(place, fake.python, (MAIN,)) == []


def test_a_worker_that_hangs_is_replaced(
    fake: Fake, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = made(environ, fake)
    go(fake, place, environ, tmp_path)
    settled(place, 1)
    stopped = stayers(Path(place.folder))
    for pid in stopped:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr(module, "_PATIENCE", 0.05)
    assert go(fake, place, environ, tmp_path)[0].code == 0
    assert len(settled(place, 1)) == 1
    assert set(stayers(Path(place.folder))) - set(stopped), "another one has its place"


def test_to_look_who_is_there_keeps_nobody(
    fake: Fake, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_SECONDS", 2)
    place = made(environ, fake)
    go(fake, place, environ, tmp_path)
    settled(place, 1)
    end = time.monotonic() + 60
    while listed(place) and time.monotonic() < end:
        met(place, fake)
        time.sleep(0.1)
    assert listed(place) == []


def test_a_worker_that_stays_runs_no_program(fake: Fake, environ: dict[str, str], tmp_path: Path) -> None:
    place = made(environ, fake)
    go(fake, place, environ, tmp_path)
    settled(place, 1)
    with runner.start([(fake.python, (MAIN,))], environ, 2, place) as running:
        (worker,) = running.workers
        order = fake.order("ok")._replace(argv=("/bin/sh", "-c", "echo was here >ran"), entry="")
        worker.ask(1, plan.calls([order], 1)[0], str(tmp_path))
        worker.write()
        answers: list[tuple[int, int, str, bytes, bytes]] = []
        while not answers:
            assert select.select([worker.peer.answer], [], [], 60)[0]
            answers = worker.read()
        assert [(number, note) for number, _, note, _, _ in answers] == [(1, "fall back")]
    assert list(tmp_path.iterdir()) == []


CONFINED = """
import ctypes, os, sys
from gitflowguard.tooling import stay
stay._PATIENCE = 60
before = stay._greeted(sys.argv[1]) >= 0
assert ctypes.CDLL(None).prctl(38, 1, 0, 0, 0) == 0  # prctl(2), PR_SET_NO_NEW_PRIVS
print(before, stay._greeted(sys.argv[1]) >= 0)
"""


def test_who_is_confined_isnt_let_in(fake: Fake, environ: dict[str, str], tmp_path: Path) -> None:
    place = made(environ, fake)
    go(fake, place, environ, tmp_path)
    (name,) = settled(place, 1)
    words = (sys.executable, "-c", CONFINED, os.path.join(place.folder, name))
    assert process.run(words, environ=dict(os.environ), timeout=120).out == b"True False\n"


def test_a_worker_knows_its_socket(environ: dict[str, str]) -> None:
    path = os.path.join(environ["TMPDIR"], "door")
    keeper = Keeper(path, 1, {})
    assert keeper.is_there()
    os.utime(path, ns=(1, 1))
    assert not keeper.is_there(), "another one, to which the file system gave the same number"
    os.unlink(path)
    assert not keeper.is_there()
    keeper.door.close()


def test_who_owns_the_other_end_counts(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    path = os.path.join(environ["TMPDIR"], "door")
    with socket.socket(socket.AF_UNIX) as door, socket.socket(socket.AF_UNIX) as talk:
        door.bind(path)
        door.listen(1)
        talk.connect(path)
        assert module._owner(talk) == os.getuid()
        monkeypatch.setattr(module, "_owner", lambda talk: os.getuid() + 1)
        assert module._greeted(path) == -1


def test_only_so_many_stay(fake: Fake, environ: dict[str, str], tmp_path: Path) -> None:
    place = made(environ, fake)
    doors = [socket.socket(socket.AF_UNIX) for _ in range(module.MOST)]
    for number, door in enumerate(doors):
        door.bind(f"{place.folder}/x{number}")
    assert has_room(place), "nobody listens there"
    assert listed(place) == []
    for number, door in enumerate(doors):
        door.close()
        Path(place.folder, f"y{number}").write_text("")
    assert not has_room(place)
    assert go(fake, place, environ, tmp_path)[0].code == 0
    assert stayers(Path(place.folder)) == []


@pytest.mark.parametrize("mode", [0o755, 0o700])
def test_a_directory_of_others_is_not_used(
    environ: dict[str, str], mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(environ["TMPDIR"], f"gitflowguard-{os.getuid()}-stay")
    folder.mkdir()
    folder.chmod(mode)
    assert (stay(environ, {}) is None) == (mode == 0o755)
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    Path(environ["TMPDIR"], "gitflowguard-4711-stay").mkdir(mode=0o700)
    assert stay(environ, {}) is None


def test_nothing_stays_where_it_is_not_wanted(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stay({**environ, "GITFLOWGUARD_BACKGROUND": "off"}, {}) is None
    assert stay({**environ, "CI": "true"}, {}) is None
    monkeypatch.delattr(os, "fork")
    assert stay(environ, {}) is None


def test_a_fault_ends_a_worker_that_would_have_stayed(
    fake: Fake, environ: dict[str, str], tmp_path: Path
) -> None:
    place = made(environ, fake)
    with pytest.raises(KeyboardInterrupt), runner.start([(fake.python, (MAIN,))], environ, 2, place):
        raise KeyboardInterrupt
    assert stayers(Path(place.folder)) == [] == listed(place)
    with pytest.raises(process.ProcessError), runner.start([(fake.python, (MAIN,))], environ, 2, place):
        raise process.ProcessError
    assert stayers(Path(place.folder)) == []
