"""One way to put a file in place: whole or not at all, with no rest left, whoever looks or fails in between."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from gitflowguard.atomic import put


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_replaces_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert put(str(path), b"old")
    assert put(str(path), b"new", durable=True)
    assert path.read_bytes() == b"new" and os.listdir(tmp_path) == ["file"]


def test_only_new_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert put(str(path), b"first", only_new=True)
    assert not put(str(path), b"second", only_new=True)
    assert path.read_bytes() == b"first" and os.listdir(tmp_path) == ["file"]


def test_only_new_without_links_on_the_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    assert put(str(tmp_path / "file"), b"data", only_new=True)
    assert (tmp_path / "file").read_bytes() == b"data" and os.listdir(tmp_path) == ["file"]


def test_the_umask_decides_unless_a_mode_is_given(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        put(str(tmp_path / "plain"), b"")
        put(str(tmp_path / "private"), b"", mode=0o600)
        put(str(tmp_path / "wide"), b"", mode=0o666)
    finally:
        os.umask(before)
    assert [mode_of(tmp_path / name) for name in ("plain", "private", "wide")] == [0o640, 0o600, 0o666]


def test_a_link_is_replaced_and_never_followed(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"theirs")
    os.symlink(tmp_path / "other", tmp_path / "file")
    put(str(tmp_path / "file"), b"ours")
    assert (tmp_path / "other").read_bytes() == b"theirs" and not (tmp_path / "file").is_symlink()


@pytest.mark.parametrize("fails", ["replace", "fsync"])
def test_after_a_failure_the_old_content_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, fails, interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(str(path), b"new", durable=True)
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["file"]


def test_nowhere_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        put(str(tmp_path / "absent" / "file"), b"")
