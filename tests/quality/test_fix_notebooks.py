"""`quality --fix` strips notebooks where the policy names nbstripout, and says how where it doesn't."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.budget import sampled

from tests.e2e.world import World
from tests.quality.world import guarded

NAMED = "preset: ml\ntools: {flake8: false, nbstripout: true}\n"
UNNAMED = "preset: ml\ntools: {flake8: false}\n"


def book(*sources: str, count: int | None = 1) -> str:
    """A notebook as Jupyter writes it, a cell for each source; with a count, also outputs."""
    outputs = [{"name": "stdout", "output_type": "stream", "text": ["patient 4711\n"]}] if count else []
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "execution_count": count,
            "id": f"cell{number}",
            "metadata": {},
            "outputs": outputs,
            "source": [source],
        }
        for number, source in enumerate(sources)
    ]
    data = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(data, indent=1) + "\n"


def printed(text: str) -> list[str]:
    """The command that a report prints to strip a notebook."""
    line = next(line for line in text.splitlines() if "quality --fix" in line)
    return shlex.split(line[line.index("gitflowguard quality") :])


def kept(text: str) -> list[tuple[str, bool]]:
    """(source, whether there are outputs) of each cell."""
    return [("".join(cell["source"]), bool(cell["outputs"])) for cell in json.loads(text)["cells"]]


def staged(world: World, path: str) -> str:
    return world.run("git", "cat-file", "blob", f":{path}").text


@pytest.mark.parametrize("policy", sampled([NAMED, UNNAMED], 1))
def test_the_printed_command_strips_and_loses_nothing(tmp_path: Path, policy: str) -> None:
    """In a dirty tree: a cell that is only in the work tree, another file with edits, a file that git doesn't know.

    A policy that names the tool is slow: what blocks the commit then is proved by tests/quality/test_adapters.py,
    test_nbstripout, and what is run writes the same files.
    """
    world = guarded(tmp_path, policy=policy)
    world.write("a b.ipynb", book("1"))
    world.write("other.txt", "first\n")
    (world.work / "a b.ipynb").write_text(book("1", "2"))
    (world.work / "other.txt").write_text("second\n")
    (world.work / "new.txt").write_text("mine\n")
    if policy == NAMED:
        blocked = world.git("commit", "-m", "Add a notebook")
        assert blocked.code == 1 and "this notebook holds outputs in cell 1" in blocked.text
        words = printed(blocked.text)
    else:
        said = world.guard("quality", "--fix")
        assert "not fixed a b.ipynb (nbstripout): the policy doesn't name nbstripout" in said.text
        words = printed(said.text)
    assert kept(staged(world, "a b.ipynb")) == [("1", True)]
    done = world.run(*words)
    assert "fixed a b.ipynb (nbstripout)" in done.text, done.text
    assert kept(staged(world, "a b.ipynb")) == [("1", False)]
    assert [source for source, _ in kept((world.work / "a b.ipynb").read_text())] == ["1", "2"]
    assert (world.work / "other.txt").read_text() == "second\n" and staged(world, "other.txt") == "first\n"
    assert (world.work / "new.txt").read_text() == "mine\n"
    assert world.git("commit", "-m", "Add a notebook").code == 0


def test_a_stripped_notebook_and_other_files_are_left_alone(tmp_path: Path) -> None:
    """Also one that isn't a notebook by its content."""
    world = guarded(tmp_path, policy=UNNAMED)
    world.write("a.ipynb", book("1", count=None))
    world.write("b.ipynb", "not JSON\n")
    said = world.guard("quality", "--fix")
    assert "not fixed" not in said.text and kept(staged(world, "a.ipynb")) == [("1", False)]


def test_a_policy_that_lets_outputs_be_hears_nothing(tmp_path: Path) -> None:
    world = guarded(tmp_path, policy="tools: {black: true}\n")
    world.write("a.ipynb", book("1"))
    assert "nbstripout" not in world.guard("quality", "--fix").text
