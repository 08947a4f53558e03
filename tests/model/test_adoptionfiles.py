"""The list of what adoption touches: each file has its role, and nothing beside them has one."""

from __future__ import annotations

import pytest

from gitflowguard.model.adoptionfiles import FILES, has_table, only_adoption, role_of


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, paths in FILES.items() for path in paths])
def test_each_file_has_its_role(role: str, path: str) -> None:
    """Also beside the others."""
    assert role_of(path) == role and only_adoption((path, ".gitflowguard.yaml"))


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("packages/web/.husky/pre-commit", "husky"),
        ("a/b/.husky/post-checkout", "husky"),
        (".husky/_/pre-commit", ""),
        (".husky/install.mjs", ""),
        ("x.husky/pre-commit", ""),
        ("packages/web/lefthook.yml", ""),
        ("packages/web/.gitflowguard.yaml", ""),
        ("packages/web/pyproject.toml", ""),
        (".github/workflows/other.yml", ""),
        ("README", ""),
        ("", ""),
    ],
)
def test_only_huskys_folder_may_lie_elsewhere(path: str, role: str) -> None:
    """git reads the others at the top alone; a file beside them is the user's."""
    assert role_of(path) == role and only_adoption((path,)) == bool(role)


def test_no_file_is_no_adoption() -> None:
    """An empty commit brings nothing in."""
    assert not only_adoption(())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[tool.gitflowguard]\n", True),
        ("  [tool.gitflowguard.kinds]\n", True),
        ("# [tool.gitflowguard]\n", False),
        ("[tool.gitflowguardian]\n", False),
        ("", False),
    ],
)
def test_a_table_is_seen_by_its_head(text: str, found: bool) -> None:
    """Without a reader of TOML, for every hook asks."""
    assert has_table(text.encode()) == found
