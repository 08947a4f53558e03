"""The store of passes: what was kept is found, and nothing else passes, whatever lies in the store."""

from __future__ import annotations

import os
import random
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gitflowguard.tooling import store as module
from gitflowguard.tooling.repeat import VARIABLE
from gitflowguard.tooling.store import (
    MOST_BYTES,
    MOST_FILES,
    Store,
    secret_of,
)

SECRET = b"s" * 32
SETUP = b"flake8 7.1"
ITEMS = [("a.py", "1" * 40), ("dir/b.py", "2" * 40), ("a.py", "3" * 40)]
COUNTS = [0, 5, 0]
KEPT = [(path, oid, number) for (path, oid), number in zip(ITEMS, COUNTS)]
NOTHING = [None] * len(ITEMS)


def made(folder: Path, setup: bytes = SETUP, secret: bytes = SECRET) -> Path:
    """A store with three entries; returns its one file."""
    Store(str(folder), secret).keep(setup, KEPT)
    (file,) = folder.iterdir()
    return file


def passed(folder: Path, setup: bytes = SETUP, secret: bytes = SECRET) -> list[int | None]:
    """What a new process would find."""
    return Store(str(folder), secret).passed(setup, ITEMS)


def test_what_was_kept_is_found(tmp_path: Path) -> None:
    """With its number, by the same and by another process; nothing before."""
    store = Store(str(tmp_path / "deep" / "passed"), SECRET)
    assert store.passed(SETUP, ITEMS) == NOTHING
    store.keep(SETUP, KEPT)
    assert store.passed(SETUP, ITEMS) == COUNTS
    assert passed(tmp_path / "deep" / "passed") == COUNTS


def test_only_the_same_passes(tmp_path: Path) -> None:
    """Another path, content or set-up has not passed; nor has one that glues to the same bytes."""
    made(tmp_path)
    store = Store(str(tmp_path), SECRET)
    others = [("b.py", "1" * 40), ("a.py", "2" * 40), ("", "1" * 40), ("a.py", ""), ("a.py\0", "1" * 40)]
    assert store.passed(SETUP, others) == [None] * 5
    assert store.passed(SETUP + b"\0" + b"1" * 40, [("a.py", "")]) == [None]
    assert store.passed(SETUP + b"x", ITEMS) == NOTHING
    assert store.passed(b"", ITEMS) == NOTHING


def test_names_of_all_kinds(tmp_path: Path) -> None:
    """Bytes that are no UTF-8, line breaks, blanks and a NUL in a path."""
    items = [("\udcff.py", "1" * 40), ("a\nb.py", "2" * 64), ("a b 3", "3" * 40), ("", ""), ("é\0", "5" * 40)]
    Store(str(tmp_path), SECRET).keep(SETUP, [(path, oid, 1) for path, oid in items])
    assert Store(str(tmp_path), SECRET).passed(SETUP, items) == [1] * 5


def test_no_set_up_keeps_nothing(tmp_path: Path) -> None:
    """b"" says that nobody can tell what decides."""
    Store(str(tmp_path / "passed"), SECRET).keep(b"", KEPT)
    Store(str(tmp_path / "passed"), SECRET).keep(SETUP, [])
    assert not (tmp_path / "passed").exists()


def test_entries_are_made_with_the_secret(tmp_path: Path) -> None:
    """Another clone's entries pass nothing, under its name for the file or under ours."""
    foreign = made(tmp_path / "foreign", secret=b"t" * 32)
    assert passed(tmp_path / "foreign") == NOTHING
    own = made(tmp_path / "own")
    assert own.name != foreign.name
    head, rows = own.read_bytes().split(b"\n", 1)
    own.write_bytes(head + b"\n" + foreign.read_bytes().split(b"\n", 1)[1])
    assert passed(tmp_path / "own") == NOTHING
    own.write_bytes(head + b"\n" + rows)
    assert passed(tmp_path / "own") == COUNTS


def test_entries_of_another_set_up(tmp_path: Path) -> None:
    """Copied into this set-up's file, as a file or line by line, they pass nothing."""
    lax = made(tmp_path / "lax", b"flake8 --ignore=E")
    strict = made(tmp_path / "strict")
    head = strict.read_bytes().split(b"\n", 1)[0]
    strict.write_bytes(lax.read_bytes())
    assert passed(tmp_path / "strict") == NOTHING
    strict.write_bytes(head + b"\n" + lax.read_bytes().split(b"\n", 1)[1])
    assert passed(tmp_path / "strict") == NOTHING


@pytest.mark.parametrize("number", [b"", b"0", b"4", b"-5", b"x", b"5x", b"9" * 30, b"\xb2", b" "])
def test_a_number_cannot_be_changed(tmp_path: Path, number: bytes) -> None:
    """Comments that hide findings cannot be talked away, nor can the number be left out."""
    file = made(tmp_path)
    assert file.read_bytes().count(b" 5 ") == 1
    file.write_bytes(file.read_bytes().replace(b" 5 ", b" " + number + b" "))
    assert passed(tmp_path) == [0, None, 0]


def test_a_number_cannot_be_added(tmp_path: Path) -> None:
    """To a pass that has none: then it is none."""
    file = made(tmp_path)
    head, *rows = file.read_bytes().splitlines()
    for more in (b" 7", b" 7 " + b"0" * 32, b" " + rows[1].partition(b" ")[2]):
        file.write_bytes(b"\n".join((head, rows[0] + more, *rows[1:])) + b"\n")
        assert passed(tmp_path) == [None, 5, 0]


def test_cut_at_every_byte(tmp_path: Path) -> None:
    """A file that ends early has fewer passes, never another number; and it can be added to."""
    file = made(tmp_path)
    whole = file.read_bytes()
    seen = set()
    for end in range(len(whole) + 1):
        file.write_bytes(whole[:end])
        found = passed(tmp_path)
        assert all(one in (None, right) for one, right in zip(found, COUNTS)), end
        seen.add(tuple(found))
        Store(str(tmp_path), SECRET).keep(SETUP, KEPT[2:])
        assert passed(tmp_path)[2] == 0, end
    assert seen == {(None, None, None), (0, None, None), (0, 5, None), (0, 5, 0)}


def test_random_bytes(tmp_path: Path) -> None:
    """Noise over any part of the file makes no pass and no exception."""
    file = made(tmp_path)
    whole = file.read_bytes()
    chance = random.Random(7)
    for _ in range(300):
        at = chance.randrange(len(whole))
        noise = chance.randbytes(chance.randrange(1, 60))
        file.write_bytes(whole[:at] + noise + whole[at + len(noise) :])
        assert all(one in (None, right) for one, right in zip(passed(tmp_path), COUNTS))


@pytest.mark.parametrize("head", [b"", b"gitflowguard-passed 2 x", b"\xff" * 100, b"x" * 100_000])
def test_a_wrong_head(tmp_path: Path, head: bytes) -> None:
    """The whole file is left aside, and replaced when something is kept."""
    file = made(tmp_path)
    rows = file.read_bytes().split(b"\n", 1)[1]
    file.write_bytes(head + b"\n" + rows)
    assert passed(tmp_path) == NOTHING
    Store(str(tmp_path), SECRET).keep(SETUP, KEPT[:1])
    assert passed(tmp_path) == [0, None, None]
    assert head not in file.read_bytes() or not head


def link(path: Path) -> None:
    """A link to a file that holds the right entries."""
    other = path.parent.parent / "elsewhere"
    path.rename(other)
    path.symlink_to(other)


def nowhere(path: Path) -> None:
    """A link that leads nowhere."""
    path.unlink()
    path.symlink_to(path.parent / "nowhere" / "at all")


def loop(path: Path) -> None:
    """A link to itself."""
    path.unlink()
    path.symlink_to(path)


def pipe(path: Path) -> None:
    """A pipe into which nobody writes."""
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("change", [link, nowhere, loop, pipe])
def test_something_else_in_its_place(tmp_path: Path, change: Callable[[Path], None]) -> None:
    """Nothing is read through it and nothing written; it is replaced."""
    file = made(tmp_path / "passed")
    change(file)
    elsewhere = tmp_path / "elsewhere"
    before = elsewhere.read_bytes() if elsewhere.exists() else b""
    assert passed(tmp_path / "passed") == NOTHING
    Store(str(tmp_path / "passed"), SECRET).keep(SETUP, KEPT)
    assert passed(tmp_path / "passed") == COUNTS
    assert stat.S_ISREG(file.lstat().st_mode)
    assert (elsewhere.read_bytes() if elsewhere.exists() else b"") == before
    assert len(list((tmp_path / "passed").iterdir())) == 1


def test_a_directory_in_its_place(tmp_path: Path) -> None:
    """Stays, with what is in it; the store does without, and leaves nothing half done."""
    file = made(tmp_path)
    file.unlink()
    file.mkdir()
    (file / "x").write_text("x")
    assert passed(tmp_path) == NOTHING
    Store(str(tmp_path), SECRET).keep(SETUP, KEPT)
    assert passed(tmp_path) == NOTHING
    assert [one.name for one in tmp_path.iterdir()] == [file.name] and (file / "x").exists()


@pytest.mark.parametrize("kind", ["file", "nowhere", "device"])
def test_a_folder_that_is_none(tmp_path: Path, kind: str) -> None:
    """A store that can be neither read nor written is an empty one."""
    (tmp_path / "file").write_text("x")
    folder = {"file": tmp_path / "file", "nowhere": tmp_path / "file" / "below", "device": Path("/dev/null")}[
        kind
    ]
    store = Store(str(folder), SECRET)
    store.keep(SETUP, KEPT)
    assert store.passed(SETUP, ITEMS) == NOTHING


@pytest.mark.parametrize("name", ["open", "lstat", "link", "replace", "write", "makedirs", "scandir"])
def test_every_failing_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A read-only, full or strange file system: never an exception, never a wrong pass, nothing left half done."""
    if name in ("write",):
        made(tmp_path)  # so that there is something to append to

    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "no")

    with monkeypatch.context() as patch:
        patch.setattr(os, name, fail)
        store = Store(str(tmp_path), SECRET)
        store.keep(SETUP, [("new.py", "9" * 40, 0)])
        assert all(one in (None, right) for one, right in zip(store.passed(SETUP, ITEMS), COUNTS))
    assert not [one for one in tmp_path.iterdir() if "." in one.name]


def test_no_more_than_so_many_files(tmp_path: Path) -> None:
    """What was not used for longest goes first; a directory that somebody made there does no harm."""
    (tmp_path / "a directory").mkdir()
    for number in range(MOST_FILES + 6):
        before = set(tmp_path.iterdir())
        Store(str(tmp_path), SECRET).keep(b"set-up %d" % number, KEPT)
        (new,) = set(tmp_path.iterdir()) - before
        os.utime(new, (1_000_000 + number, 1_000_000 + number))
    assert len(list(tmp_path.iterdir())) == MOST_FILES + 1
    found = [passed(tmp_path, b"set-up %d" % number) == COUNTS for number in range(MOST_FILES + 6)]
    assert found == [False] * 6 + [True] * MOST_FILES


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    """However old and however many: only what is called as we call our own may go."""
    for number in range(MOST_FILES + 6):
        (tmp_path / f"theirs{number}.conf").write_text("theirs")
        os.utime(tmp_path / f"theirs{number}.conf", (1_000, 1_000))
    for number in range(MOST_FILES + 6):
        Store(str(tmp_path), SECRET).keep(b"set-up %d" % number, KEPT)
    assert len(list(tmp_path.glob("theirs*.conf"))) == MOST_FILES + 6
    assert len(list(tmp_path.iterdir())) == 2 * MOST_FILES + 6


def test_a_link_in_place_of_the_folder(tmp_path: Path) -> None:
    """Nothing is written or removed where it leads."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "store").symlink_to(tmp_path / "elsewhere")
    Store(str(tmp_path / "store"), SECRET).keep(SETUP, KEPT)
    assert not list((tmp_path / "elsewhere").iterdir())
    assert passed(tmp_path / "store") == [None] * len(COUNTS)


def test_what_is_used_stays(tmp_path: Path) -> None:
    """A look-up makes an old file young."""
    file = made(tmp_path)
    os.utime(file, (1_000_000, 1_000_000))
    assert passed(tmp_path) == COUNTS
    assert time.time() - file.stat().st_mtime < 3600


def test_a_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    """The oldest entries go, the newest stay, and the size keeps within its bound."""
    store = Store(str(tmp_path), SECRET)
    sizes = []
    for turn in range(6):
        store.keep(SETUP, [(f"{turn}/{number}.py", "1" * 40, 0) for number in range(30_000)])
        (file,) = tmp_path.iterdir()
        sizes.append(file.stat().st_size)
    assert max(sizes) <= MOST_BYTES and max(sizes) > MOST_BYTES // 2
    store = Store(str(tmp_path), SECRET)
    assert store.passed(SETUP, [("5/0.py", "1" * 40), ("5/29999.py", "1" * 40), ("0/0.py", "1" * 40)]) == [
        0,
        0,
        None,
    ]


def test_more_at_once_than_a_file_holds(tmp_path: Path) -> None:
    """The last of them are kept."""
    Store(str(tmp_path), SECRET).keep(SETUP, [(f"{number}.py", "1" * 40, 0) for number in range(150_000)])
    (file,) = tmp_path.iterdir()
    assert file.stat().st_size <= MOST_BYTES
    assert Store(str(tmp_path), SECRET).passed(SETUP, [("0.py", "1" * 40), ("149999.py", "1" * 40)]) == [
        None,
        0,
    ]


WRITER = """
import sys
sys.path[:0] = [{source!r}]
from gitflowguard.tooling.store import Store, secret_of
print("ready", flush=True)
sys.stdin.read()
store = Store({folder!r}, secret_of({common!r}, {{}}))
who = int(sys.argv[1])
for turn in range(60):
    store.keep(b"shared", [(f"{{who}}/{{turn}}/{{n}}.py", "1" * 40, n % 3) for n in range(5)])
    store.keep(b"own %d" % who, [("a.py", "1" * 40, who)])
"""


def test_eight_processes(tmp_path: Path) -> None:
    """They agree on one secret, and every entry of each is there with its number."""
    common, folder = tmp_path, tmp_path / "gitflowguard" / "passed"
    source = str(Path(module.__file__).parents[2])
    script = WRITER.format(source=source, folder=str(folder), common=str(common))
    argv = [sys.executable, "-I", "-c", script]
    pipe = subprocess.PIPE
    writers = [subprocess.Popen([*argv, str(who)], stdin=pipe, stdout=pipe) for who in range(8)]
    for one in writers:  # none begins before all are there
        assert one.stdout and one.stdout.readline() == b"ready\n"
    for one in writers:
        assert one.stdin
        one.stdin.close()
    assert [one.wait(60) for one in writers] == [0] * 8
    for one in writers:
        assert one.stdout
        one.stdout.close()
    store = Store(str(folder), secret_of(str(common), {}))
    for who in range(8):
        items = [(f"{who}/{turn}/{n}.py", "1" * 40) for turn in range(60) for n in range(5)]
        assert store.passed(b"shared", items) == [n % 3 for _ in range(60) for n in range(5)]
        assert store.passed(b"own %d" % who, [("a.py", "1" * 40)]) == [who]
    assert len(list(folder.iterdir())) == 9
    assert [one.name for one in folder.parent.iterdir() if "." in one.name] == ["passed.key"]


def first(monkeypatch: pytest.MonkeyPatch, other: Callable[[], object]) -> None:
    """Lets another process do its work at the last moment: just before a file gets its name."""
    done: list[object] = []

    def before(real: Callable[[str, str], None]) -> Callable[[str, str], None]:
        def call(source: str, target: str) -> None:
            if not done:
                done.append(None)
                done.append(other())
            real(source, target)

        return call

    monkeypatch.setattr(os, "link", before(os.link))
    monkeypatch.setattr(os, "replace", before(os.replace))


def test_two_make_a_secret_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one's counts, for both."""
    others: list[bytes] = []
    first(monkeypatch, lambda: others.append(secret_of(str(tmp_path), {})))
    assert secret_of(str(tmp_path), {}) == others[0] == secret_of(str(tmp_path), {})
    assert len(list((tmp_path / "gitflowguard").iterdir())) == 1


def test_a_secret_that_was_made_a_moment_ago_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made by another process right after we had looked and found none: it may be in use already."""
    others: list[bytes] = []
    real = module._kept

    def looked(path: str) -> bytes:
        monkeypatch.setattr(module, "_kept", real)
        found = real(path)
        others.append(secret_of(str(tmp_path), {}))
        return found

    monkeypatch.setattr(module, "_kept", looked)
    assert secret_of(str(tmp_path), {}) == others[0] == secret_of(str(tmp_path), {})


def test_two_make_a_file_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entries of both are kept."""
    first(monkeypatch, lambda: Store(str(tmp_path), SECRET).keep(SETUP, KEPT[:1]))
    Store(str(tmp_path), SECRET).keep(SETUP, KEPT[1:])
    assert passed(tmp_path) == COUNTS
    assert len(list(tmp_path.iterdir())) == 1


def test_a_pipe_that_speaks(tmp_path: Path) -> None:
    """What somebody feeds into it is neither a secret nor an entry."""
    file = made(tmp_path / "gitflowguard" / "passed")
    key = tmp_path / "gitflowguard" / "passed.key"
    for path, data in ((key, b"k" * 32), (file, file.read_bytes())):
        path.unlink(missing_ok=True)
        os.mkfifo(path)
        handle = os.open(path, os.O_RDWR)
        os.write(handle, data)
        try:
            if path == key:
                assert secret_of(str(tmp_path), {}) != data
            else:
                assert passed(file.parent) == NOTHING
        finally:
            os.close(handle)


def test_the_secret_is_made_once(tmp_path: Path) -> None:
    """32 bytes for us alone, the same ever after; another clone has another."""
    first = secret_of(str(tmp_path / "one"), {})
    assert len(first) == 32 and secret_of(str(tmp_path / "one"), {}) == first
    assert secret_of(str(tmp_path / "two"), {}) != first
    file = tmp_path / "one" / "gitflowguard" / "passed.key"
    assert file.read_bytes() == first and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_the_secret_of_a_ci(tmp_path: Path) -> None:
    """Any text will do; nothing is written; an empty one is none."""
    first = secret_of(str(tmp_path), {VARIABLE: "a secret"})
    assert len(first) == 32 and first == secret_of("elsewhere", {VARIABLE: "a secret"})
    assert first != secret_of(str(tmp_path), {VARIABLE: "a secret "})
    assert len(secret_of(str(tmp_path), {VARIABLE: "\udcff" * 1000})) == 32
    assert not list(tmp_path.iterdir())
    assert secret_of(str(tmp_path), {VARIABLE: ""}) == secret_of(str(tmp_path), {})


@pytest.mark.parametrize("content", [b"", b"short", b"l" * 33, b"l" * 100_000])
def test_a_secret_that_is_none(tmp_path: Path, content: bytes) -> None:
    """A cut or foreign file is replaced by one of 32 bytes."""
    file = tmp_path / "gitflowguard" / "passed.key"
    file.parent.mkdir()
    file.write_bytes(content)
    made_now = secret_of(str(tmp_path), {})
    assert len(made_now) == 32 and made_now not in content
    assert secret_of(str(tmp_path), {}) == made_now == file.read_bytes()


@pytest.mark.parametrize("change", [link, nowhere, pipe])
def test_a_secret_elsewhere(tmp_path: Path, change: Callable[[Path], None]) -> None:
    """A link or a pipe in its place is replaced; what the link leads to is neither read nor written."""
    file = tmp_path / "gitflowguard" / "passed.key"
    known = secret_of(str(tmp_path), {})
    change(file)
    assert secret_of(str(tmp_path), {}) != known
    assert secret_of(str(tmp_path), {}) == file.read_bytes()
    assert stat.S_ISREG(file.lstat().st_mode)


def test_no_place_for_a_secret(tmp_path: Path) -> None:
    """Then nothing passes twice, and nothing is raised."""
    (tmp_path / "file").write_text("")
    one, other = secret_of(str(tmp_path / "file"), {}), secret_of(str(tmp_path / "file"), {})
    assert len(one) == len(other) == 32 and one != other


def test_the_modules_are_light() -> None:
    """A hook that finds everything passed loads nothing that costs milliseconds."""
    script = (
        f"import sys; sys.path[:0] = [{str(Path(module.__file__).parents[2])!r}]; before = set(sys.modules)\n"
        "import gitflowguard.tooling.store, gitflowguard.tooling.find, gitflowguard.tooling.tree\n"
        "import gitflowguard.quality.key\n"
        "from gitflowguard.tooling import environments\n"
        "environments._letters('/x')\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True
    )
    heavy = {"re", "json", "typing", "dataclasses", "enum", "functools", "subprocess", "logging", "hashlib"}
    assert not heavy & set(done.stdout.split())
    assert not {"tempfile", "shutil", "base64", "pathlib", "collections"} & set(done.stdout.split())


@pytest.mark.parametrize("seed", range(20))
def test_few_and_many_questions_have_one_answer(tmp_path: Path, seed: int) -> None:
    """Whether each digest is searched for or every line is read: also in a store with doubles, cuts and noise."""
    chance = random.Random(seed)
    items = [(f"f{number}.py", f"{number:040x}") for number in range(module._FEW + 1)]
    store = Store(str(tmp_path), SECRET)
    for _ in range(3):
        some = chance.sample(items, 30)
        store.keep(SETUP, [(path, oid, chance.choice((0, 0, 3, 1_000_001))) for path, oid in some])
    (file,) = tmp_path.iterdir()
    head, *lines = file.read_bytes().split(b"\n")
    for _ in range(40):
        at = chance.randrange(len(lines))
        line = lines[at]
        lines.insert(
            chance.randrange(len(lines)),
            chance.choice(
                (line[: chance.randrange(40)], line + b" 7", line + b" 7 x", b" " + line, b"", line)
            ),
        )
    file.write_bytes(b"\n".join([head, *lines]))
    many = Store(str(tmp_path), SECRET).passed(SETUP, items)
    few = [Store(str(tmp_path), SECRET).passed(SETUP, [item])[0] for item in items]
    assert few == many and len(set(many)) > 2
