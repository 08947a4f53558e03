"""Which file is the policy, and what is never opened as one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gitflowguard.app.policy.file import Source, find, has_table
from gitflowguard.policy.errors import PolicyError

TABLE = b"[project]\nname = 'x'\n[tool.gitflowguard]\npreset = 'ml'\n"


def refused(root: Path, most: int = 0) -> str:
    """The error's text; no more than so many bytes have been read from any file until it came."""
    real, got = os.read, [0]

    def counted(handle: int, size: int) -> bytes:
        data = real(handle, size)
        got[0] += len(data)
        return data

    with pytest.MonkeyPatch.context() as patched, pytest.raises(PolicyError) as caught:
        patched.setattr(os, "read", counted)
        find(str(root))
    assert got[0] <= most
    return str(caught.value)


def test_the_yaml_file_is_found(tmp_path: Path) -> None:
    """Its path is as a person names it."""
    (tmp_path / ".gitflowguard.yaml").write_bytes(b"preset: ml\n")
    assert find(str(tmp_path)) == Source(".gitflowguard.yaml", b"preset: ml\n")


def test_a_pyproject_counts_only_with_our_table(tmp_path: Path) -> None:
    """Nor does a comment or another tool's table count."""
    file = tmp_path / "pyproject.toml"
    assert find(str(tmp_path)) is None
    file.write_bytes(b"# [tool.gitflowguard]\n[tool.gitflowguards]\n")
    assert find(str(tmp_path)) is None
    file.write_bytes(TABLE)
    assert find(str(tmp_path)) == Source("pyproject.toml", TABLE)
    assert has_table(b"  [tool.gitflowguard.kinds]\r\n")


def test_both_at_once_is_an_error_that_names_both(tmp_path: Path) -> None:
    """Neither wins in silence."""
    (tmp_path / ".gitflowguard.yaml").write_bytes(b"preset: ml\n")
    (tmp_path / "pyproject.toml").write_bytes(TABLE)
    said = refused(tmp_path, most=200)
    assert ".gitflowguard.yaml" in said and "pyproject.toml" in said and "keep one" in said


def test_a_yaml_file_beside_a_pyproject_of_others(tmp_path: Path) -> None:
    """The ordinary case."""
    (tmp_path / ".gitflowguard.yaml").write_bytes(b"preset: ml\n")
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.black]\n")
    found = find(str(tmp_path))
    assert found and found.path == ".gitflowguard.yaml"


@pytest.mark.parametrize("name", [".gitflowguard.yaml", "pyproject.toml"])
class TestOddFiles:
    """Refused at once, whichever of the two it is."""

    def test_a_symbolic_link(self, tmp_path: Path, name: str) -> None:
        """It may lead anywhere: /etc/passwd, a device."""
        (tmp_path / name).symlink_to("/etc/passwd")
        assert refused(tmp_path) == f"{name}: this is a symbolic link; put the file itself here"

    def test_a_dangling_link(self, tmp_path: Path, name: str) -> None:
        """Not taken for an absent file."""
        (tmp_path / name).symlink_to("nowhere")
        assert "symbolic link" in refused(tmp_path)

    def test_a_fifo(self, tmp_path: Path, name: str) -> None:
        """Nobody writes to it, and we do not wait."""
        os.mkfifo(tmp_path / name)
        assert "not a plain file" in refused(tmp_path)

    def test_a_directory(self, tmp_path: Path, name: str) -> None:
        """Opens, but is no file."""
        (tmp_path / name).mkdir()
        assert "not a plain file" in refused(tmp_path)

    def test_a_device_by_a_link(self, tmp_path: Path, name: str) -> None:
        """/dev/zero has no end."""
        (tmp_path / name).symlink_to("/dev/zero")
        assert "symbolic link" in refused(tmp_path)

    def test_a_socket(self, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Cannot be opened at all."""
        import socket

        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(name)
            assert "cannot be read" in refused(tmp_path)

    def test_a_huge_file(self, tmp_path: Path, name: str) -> None:
        """A gigabyte is not read."""
        with open(tmp_path / name, "wb") as file:
            file.truncate(1 << 30)
        assert "larger than" in refused(tmp_path)


def test_an_odd_pyproject_does_not_matter_beside_a_policy_file(tmp_path: Path) -> None:
    """It is somebody else's then."""
    (tmp_path / ".gitflowguard.yaml").write_bytes(b"preset: ml\n")
    (tmp_path / "pyproject.toml").symlink_to("elsewhere.toml")
    found = find(str(tmp_path))
    assert found and found.data == b"preset: ml\n"


def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, and the file is closed."""
    (tmp_path / ".gitflowguard.yaml").write_bytes(b"preset: ml\n")

    def broken(handle: int, size: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", broken)
    assert refused(tmp_path) == ".gitflowguard.yaml: the file cannot be read: Input/output error"


def test_a_root_that_is_gone_has_no_policy(tmp_path: Path) -> None:
    """Nor has a path below a file."""
    (tmp_path / "file").write_bytes(b"")
    assert find(str(tmp_path / "gone")) is None
    assert find(str(tmp_path / "file")) is None
