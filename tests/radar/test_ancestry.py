"""Own commits and merge bases of many branches, against git and against a slow search, on random graphs."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitflowguard.app.radar.look import root_of
from gitflowguard.app.radar.verdicts import BranchOnTarget
from gitflowguard.radar.ancestry import independent, lines, newest, shared_root
from gitflowguard.repo.objectreader import ObjectReader
from gitflowguard.repo.scratch import Scratch
from tests.budget import examples, sampled

Graph = list[tuple[int, ...]]


def graph(rng: random.Random, size: int) -> Graph:
    """Parents of each commit, all before it; several roots, merges of two and three, and of unrelated histories."""
    found: Graph = [()]
    for place in range(1, size):
        many = rng.choice((1, 1, 1, 1, 2, 2, 3, 0 if rng.random() < 0.2 else 1))
        near = range(max(0, place - 8), place)
        found.append(tuple(dict.fromkeys(rng.choice(near) for _ in range(many))))
    return found


def above(graph: Graph, place: int) -> set[int]:
    """A commit and all that it holds."""
    found, todo = set[int](), [place]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += graph[one]
    return found


def bases(graph: Graph, one: int, other: int) -> set[int]:
    """The best common ancestors, slowly."""
    common = above(graph, one) & above(graph, other)
    return {sha for sha in common if not any(sha in above(graph, two) for two in common if two != sha)}


def written(graph: Graph, where: Path, rng: random.Random) -> list[str]:
    """The graph as a repository; dates in no order. Returns the ids."""
    subprocess.run(["git", "init", "-q", str(where)], check=True)
    stream = "".join(
        f"commit refs/heads/c{place}\nmark :{place + 1}\n"
        f"committer T <t@example.invalid> {1700000000 + rng.randrange(100)} +0000\ndata {len(str(place))}\n{place}\n"
        + "".join(f"{'merge' if n else 'from'} :{parent + 1}\n" for n, parent in enumerate(parents))
        for place, parents in enumerate(graph)
    )
    marks = where / "marks"
    argv = ["git", "-C", str(where), "fast-import", "--quiet", f"--export-marks={marks}"]
    subprocess.run(argv, input=stream.encode(), check=True)
    known = dict(line.split(" ") for line in marks.read_text().splitlines())
    return [known[f":{place + 1}"] for place in range(len(graph))]


@pytest.mark.parametrize("number", sampled(range(6), 0, 3))
def test_lines_are_what_git_says(number: int, tmp_path: Path) -> None:
    """Merge bases as `git merge-base --all`, own commits as `git rev-list`; and after a landing, too.

    The other seeds are slow: more of the same histories at random.
    """
    rng = random.Random(number)
    made = graph(rng, 60)
    ids = written(made, tmp_path / "repo", rng)
    (tmp_path / "scratch").mkdir()
    reader = ObjectReader(Scratch(str(tmp_path / "scratch"), [str(tmp_path / "repo" / ".git" / "objects")]))

    def git(*args: str) -> set[str]:
        done = subprocess.run(["git", "-C", str(tmp_path / "repo"), *args], capture_output=True, check=False)
        return set(done.stdout.decode().split())

    for target in rng.sample(range(30, 60), 3):
        tips = rng.sample(range(10, 60), 12)
        found = reader.lines(ids[target], [ids[tip] for tip in tips])
        for tip in tips:
            line = found[ids[tip]]
            assert set(line.own) == {ids[sha] for sha in above(made, tip) - above(made, target)}
            want = {ids[sha] for sha in bases(made, target, tip)} if line.own else set()
            assert set(line.edge) == want
            assert not line.own or want == git("merge-base", "--all", ids[target], ids[tip])
        alone = [tip for tip in tips if len(found[ids[tip]].edge) == 1]
        for first in alone:
            for second in alone:
                line = found[ids[second]]
                stand = BranchOnTarget(ids[second], "clean", edge=line.edge, own=line.own)
                root = root_of(found[ids[first]].own, stand)
                if root and ids[second] not in found[ids[first]].own:
                    merged = [*made, (target, first)]
                    assert {root} == {ids[sha] for sha in bases(merged, len(made), second)}


@settings(max_examples=examples(100), deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10**6), st.integers(2, 14))
def test_the_short_walk_has_all_merge_bases_at_its_edge(number: int, size: int) -> None:
    rng = random.Random(number)
    made = graph(rng, size)
    target = rng.randrange(size)
    held = above(made, target)
    rows = [
        (str(place), tuple(map(str, made[place]))) for place in reversed(range(size)) if place not in held
    ]
    tips = [place for place in range(size) if place not in held]
    found = lines(rows, [*map(str, tips), str(target)])
    assert not found[str(target)].own and not found[str(target)].edge
    whole = [(str(place), tuple(map(str, made[place]))) for place in reversed(range(size))]
    for tip in tips:
        line = found[str(tip)]
        assert set(map(int, line.own)) == above(made, tip) - held
        want = {str(sha) for sha in bases(made, target, tip)}
        assert want <= set(line.edge)
        assert set(independent(line.edge, whole)) == want


def test_the_newest_on_the_targets_own_chain() -> None:
    places = {"a": 0, "b": 1, "c": 2, "x": -1}
    assert newest(("b", "c", "x"), places) == ("b", "x")
    assert newest(("x",), places) == ("x",)
    assert newest((), places) == ()


def test_where_a_branch_and_what_has_landed_of_it_stand() -> None:
    """The tip that has landed, if the merge base is below it; none where there may be another."""
    own = {"c": ("b",), "b": ("a",), "a": ("base",)}
    assert shared_root(("a", "b", "other"), own, "base") == "b"
    assert shared_root(("a", "b"), own, "") == ""
    assert shared_root((), own, "base") == ""
    two = {"c": ("a", "b"), "a": ("base",), "b": ("base",)}
    assert shared_root(("a", "b"), two, "base") == ""
    beside = {"c": ("a", "base"), "a": ("old",)}
    assert shared_root(("a",), beside, "base") == ""
    round_about = {"d": ("c", "b"), "c": ("a",), "b": ("a", "a"), "a": ("base",)}
    assert shared_root(("a", "b", "c", "d"), round_about, "base") == "d"
