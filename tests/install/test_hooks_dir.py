"""The committed hooks/ are what the shim module makes."""

from __future__ import annotations

from pathlib import Path

from tools import hooks_dir


def test_the_committed_hooks_are_up_to_date() -> None:
    """`python tools/hooks_dir.py --check` is clean."""
    assert hooks_dir.differences(hooks_dir.HOOKS) == []


def test_differences_are_seen(tmp_path: Path) -> None:
    """A changed byte, a lost mode, a missing and a foreign file: one line each."""
    folder = tmp_path / "hooks"
    hooks_dir.generate(folder)
    assert hooks_dir.differences(folder) == []
    (folder / "pre-commit").write_text("#!/bin/sh\n")
    (folder / "pre-push").chmod(0o644)
    (folder / "commit-msg").unlink()
    (folder / "extra").write_text("")
    assert hooks_dir.differences(folder) == [
        "commit-msg is not what repo/shim.py makes",
        "extra is no hook of ours",
        "pre-commit is not what repo/shim.py makes",
        "pre-push is not executable",
    ]
