"""A change laid over a tree gives the tree that git makes of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from gitflowguard.repo.objectreader import ObjectReader
from gitflowguard.repo.overlay import overlay
from gitflowguard.repo.scratch import Scratch
from gitflowguard.tooling.tree import Tree
from tests import oracle
from tests.budget import examples

NAMES = ("a", "a.b", "a0", "d/a", "d/e/f", "d/e/g", "d-e", "d/\u00fc", "z/y/x/w")
FILES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(("one", "two", "three")), max_size=7)


def tree_of(where: Path, files: dict[str, str]) -> str:
    """The tree of these files, made by git."""
    env = {**oracle.unrecorded(), "GIT_INDEX_FILE": str(where / "index.test"), "GIT_DIR": str(where)}
    (where / "index.test").unlink(missing_ok=True)

    def git(*args: str, stdin: str = "") -> str:
        done = subprocess.run(
            ["git", *args], input=stdin, env=env, text=True, capture_output=True, check=True
        )
        return done.stdout.strip()

    rows = []
    for path, text in files.items():
        rows.append(f"100644 {git('hash-object', '-w', '--stdin', stdin=text)}\t{path}\0")
    git("update-index", "-z", "--index-info", stdin="".join(rows))
    return git("write-tree")


@seed(3)
@settings(
    max_examples=examples(8, quick=4),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(FILES, FILES, FILES)
def test_it_is_the_tree_that_git_writes(
    before: dict[str, str], after: dict[str, str], more: dict[str, str]
) -> None:
    """before -> after is the change; `more` is what another branch has beside it."""
    with Tree(os.environ) as place:
        where = Path(place.root) / "repo"
        subprocess.run(["git", "init", "-q", "--bare", str(where)], check=True, env=oracle.unrecorded())
        more = {f"other/{path}": text for path, text in more.items()}
        (Path(place.root) / "scratch").mkdir()
        scratch = Scratch(str(Path(place.root) / "scratch"), (str(where / "objects"),))
        reader = ObjectReader(scratch)
        old, new = tree_of(where, before), tree_of(where, after)
        changes = reader.differences([(old, new)])[0]
        trees = [tree_of(where, {**before, **more}), old, "1" * 40]
        wanted = [tree_of(where, {**after, **more}), new, ""]
        found = overlay(reader, trees, changes)
        empty = tree_of(where, {})
        assert [tree or empty for tree in found[:2]] == wanted[:2] and found[2] == ""
        kept = set(scratch.kept())
        assert all(tree in kept or tree in (*trees, empty, "") for tree in found)
