"""What is kept between runs: found under its key, and nothing else is, whatever lies in its place."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard import cachefile
from gitflowguard.cachefile import CacheFiles, age, forget, make_room, put, read

KIND = CacheFiles("sample 1", 1 << 12)
SECRETS = {"plain": b"", "keyed": b"s" * 32}
VALUE = {"list": [1, None, 2.5], "text": "\udc80é", "bytes": b"\0\xff"}
PACKED = {name: KIND.pack("key", VALUE, secret) for name, secret in SECRETS.items()}
each = pytest.mark.parametrize("name", SECRETS)


def same(value: Any) -> Any:
    return value


def unpacked(data: bytes, name: str, key: object = "key") -> object:
    return KIND.unpack(data, key, same, SECRETS[name])


@each
def test_what_was_packed_comes_back_under_its_key_alone(name: str) -> None:
    data = PACKED[name]
    assert unpacked(data, name) == VALUE
    assert [unpacked(data, name, key) for key in ("ke", "key ", b"key", ("key",), None)] == [None] * 5
    assert KIND.unpack(data, "key", same, b"t" * 32) is None


@each
def test_a_name_of_the_form_the_version_and_the_python_count(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """marshal is stable in none of them."""
    others = [CacheFiles("sample 2", 1 << 12)]
    with monkeypatch.context() as patch:
        patch.setattr(cachefile, "__version__", "0.0.1")
        others.append(CacheFiles(KIND.form, KIND.most))
    monkeypatch.setattr(cachefile, "_PYTHON", "cpython-99")
    others.append(CacheFiles(KIND.form, KIND.most))
    for other in others:
        assert other.unpack(PACKED[name], "key", same, SECRETS[name]) is None
        assert unpacked(other.pack("key", VALUE, SECRETS[name]), name) is None


@each
@given(st.data())
def test_any_flipped_byte_and_any_cut_gives_none(name: str, data: st.DataObject) -> None:
    """CRC-32 finds every error burst of up to 32 bits; a disk may fill up midway."""
    whole = PACKED[name]
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = bytearray(whole)
    damaged[at] ^= data.draw(st.integers(1, 255))
    assert unpacked(bytes(damaged), name) is None
    assert unpacked(whole[:at], name) is None


@each
@given(data=st.binary(max_size=200))
def test_garbage_gives_none(name: str, data: bytes) -> None:
    """Also behind a true beginning."""
    assert unpacked(data, name) is None
    assert unpacked(PACKED[name] + data, name) is None or not data


def test_a_value_of_another_layout_gives_none() -> None:
    """Whatever the maker raises: all can be found anew."""

    def raises(value: Any) -> Any:
        raise RuntimeError(value)

    assert KIND.unpack(PACKED["plain"], "key", raises) is None


@each
def test_a_file_there_and_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / "deep" / "one.bin"
    assert KIND.load(str(path), "key", same, SECRETS[name]) is None
    assert KIND.save(str(path), "key", VALUE, SECRETS[name])
    assert KIND.load(str(path), "key", same, SECRETS[name]) == VALUE
    assert [one.name for one in path.parent.iterdir()] == ["one.bin"]


def test_what_is_too_large_is_neither_written_nor_read(tmp_path: Path) -> None:
    path = str(tmp_path / "one.bin")
    assert not KIND.save(path, "key", b"x" * KIND.most) and not os.path.exists(path)
    Path(path).write_bytes(CacheFiles(KIND.form, KIND.most * 2).pack("key", b"x" * KIND.most))
    assert KIND.load(path, "key", same) is None


def test_what_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not KIND.save(str(tmp_path / "file" / "one.bin"), "key", 1)
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    assert not KIND.save(str(tmp_path / "two.bin"), "key", deep)
    forget(str(tmp_path / "none"))
    assert age(str(tmp_path / "none")) == 0.0
    make_room(str(tmp_path / "none"), bool, 1)


def test_only_a_regular_file_is_read(tmp_path: Path) -> None:
    """A pipe would make us wait, and a link may lead anywhere."""
    path, link, pipe = (str(tmp_path / name) for name in ("file", "link", "pipe"))
    Path(path).write_bytes(b"data")
    os.symlink(path, link)
    os.mkfifo(pipe)
    assert read(path, 3) == b"dat" and read(link, 9, links=True) == b"data"
    assert [read(one, 9) for one in (link, pipe, str(tmp_path), "\0")] == [b""] * 4


def test_a_private_file_is_the_users_alone(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    assert put(str(path), b"x", private=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_newest_stay_and_files_of_others(tmp_path: Path) -> None:
    """Also a directory of such a name."""
    kind = CacheFiles("sample 1", 1 << 12, "one-", 3)
    (tmp_path / "one-folder").mkdir()
    (tmp_path / "two-0").write_text("")
    for number in range(6):
        path = tmp_path / f"one-{number}"
        assert kind.save(str(path), number, number)
        os.utime(path, (number, number))
    there = sorted(one.name for one in tmp_path.iterdir())
    assert there == ["one-3", "one-4", "one-5", "one-folder", "two-0"]
