"""Paths in printed commands, as a folder of the work tree reads them."""

from __future__ import annotations

import os

import pytest

from gitflowguard.model.below import path_from, seen_from


@pytest.mark.parametrize("folder", ["a", "a/b", "a b/c", "x/y/z"])
@pytest.mark.parametrize("path", ["f", "a/f", "a/b/f", "a/b", "a", "a b/c/d", "ab/f", "x/y", "./a/f"])
def test_a_path_leads_to_its_file(folder: str, path: str) -> None:
    """From the folder, whether the file is beside it, above or below it."""
    assert os.path.normpath(f"/{folder}/{path_from(folder, path)}") == os.path.normpath(f"/{path}")


def test_a_name_like_an_option_stays_a_path() -> None:
    """git-update-index(1) takes a word with a dash for an option."""
    assert path_from("a", "a/-f") == "./-f"


def test_only_paths_are_changed() -> None:
    """Branches behind ``--`` are names, and another work tree's paths are from there."""
    kept = (
        ("git", "switch", "a/f"),
        ("git", "-C", "/w", "add", "--", "a/f"),
        ("git", "branch", "-m", "--", "-a", "b"),
    )
    assert seen_from("a", kept) == kept
    assert seen_from("", (("git", "add", "--", "a/f"),)) == (("git", "add", "--", "a/f"),)
    given = (("git", "restore", "--staged", "--", "a/f", "g"), ("git", "update-index", "--unresolve", "a/f"))
    assert seen_from("a", given) == (
        ("git", "restore", "--staged", "--", "f", "../g"),
        ("git", "update-index", "--unresolve", "f"),
    )
