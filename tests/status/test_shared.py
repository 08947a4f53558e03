"""What many tips have in common: found from the newest rows of the graph, and the same as git says."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from gitflowguard.app.radar.aims import RadarSelection, aims
from gitflowguard.app.policy.load import assumed
from gitflowguard.cli.main import main
from gitflowguard.repo.git import Git
from gitflowguard.repo.read import read_refs
from gitflowguard.repo.shared import held_by_all, newest_shared
from tests import oracle
from tests.budget import sampled
from tests.e2e.world import World, make


def drawn(dice: random.Random) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """A graph with merges and more than one root, and some of its commits."""
    names = [f"{number:040x}" for number in range(dice.randint(1, 14))]
    parents = {}
    for index, name in enumerate(names):
        count = min(index, dice.choice((0, 1, 1, 1, 2, 3)))
        parents[name] = tuple(dice.sample(names[:index], count))
    return parents, dice.sample(names, dice.randint(1, min(4, len(names))))


def held(parents: dict[str, tuple[str, ...]], tip: str) -> set[str]:
    """The commit and all below it."""
    found, todo = set(), [tip]
    while todo:
        sha = todo.pop()
        if sha not in found:
            found.add(sha)
            todo.extend(parents[sha])
    return found


def newest(parents: dict[str, tuple[str, ...]], tips: list[str]) -> set[str]:
    """By definition (git-merge-base(1), --octopus --all)."""
    shared = set.intersection(*(held(parents, tip) for tip in tips))
    return {sha for sha in shared if not any(sha in held(parents, o) for o in shared - {sha})}


@pytest.mark.parametrize("seed", range(300))
def test_by_definition(seed: int) -> None:
    """Of the whole graph in any order; and of a part nothing that isn't shared."""
    dice = random.Random(seed)
    parents, tips = drawn(dice)
    mixed = dict(dice.sample(sorted(parents.items()), len(parents)))
    assert set(newest_shared(mixed, tips)) == newest(parents, tips)
    part = dict(list(mixed.items())[: len(mixed) // 2 + 1])
    every = set.intersection(*(held(parents, tip) for tip in tips))
    assert set(newest_shared(part, tips)) <= every


def test_more_rows_are_asked_for_once() -> None:
    """Then it gives up; a graph that ended before the limit is not asked again."""
    asked: list[int] = []

    def ask(count: int, stdin: bytes) -> list[str]:
        asked.append(count)
        return [f"{number:040x} {number + 1:040x}" for number in range(min(count, enough))]

    enough = 10**6
    assert not held_by_all(ask, ["a", "b"], 15_000) and asked == [2008, 15_000]
    asked.clear()
    enough = 10
    assert not held_by_all(ask, ["a", "b"], 15_000) and asked == [2008]


def crowded(root: Path, count: int) -> World:
    """A clone of CI's: a feature without a reflog, and so many branches of others at one of a few commits."""
    world = make(root, "native")
    world.branch("feature/x", commits=1)
    text = "".join(
        f"commit refs/heads/feature/c{number}\ncommitter a <a@b> {1_600_000_000 + number} +0000\ndata 2\nc\n"
        f"from {world.do('rev-parse', 'develop')}\n\n"
        for number in range(3)
    )
    assert world.run("git", "fast-import", "--quiet", stdin=text).code == 0
    tips = [world.do("rev-parse", f"feature/c{number}") for number in range(3)]
    rows = {row.split(" ")[1]: row.split(" ")[0] for row in world.do("show-ref").split("\n")}
    for number in range(count):
        rows[f"refs/remotes/origin/feature/a-rather-long-name-{number}"] = tips[number % 3]
        rows[f"refs/remotes/origin/release/{number}.0"] = tips[number % 3]
    packed = "".join(f"{sha} {ref}\n" for ref, sha in sorted(rows.items()))
    (world.work / ".git/packed-refs").write_text(f"# pack-refs with: sorted \n{packed}")
    subprocess.run(["rm", "-rf", str(world.work / ".git/logs")], check=True)
    return world


@pytest.mark.parametrize("count", sampled([700, 35_000], 0))
def test_no_ref_is_an_argument(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    argv_oracle: Path,
    capsys: pytest.CaptureFixture[str],
    count: int,
) -> None:
    """35,000 branches and as many releases: their names, and their commits, are more than exec(2) takes.

    700 of each, which `make test` takes, would be found in the arguments as well.
    """
    world = crowded(tmp_path, count)
    monkeypatch.chdir(world.work)
    argv_oracle.unlink(missing_ok=True)
    assert main(["check"]) in (0, None)
    git = Git()
    aims(git, assumed(read_refs(git)), RadarSelection(), 1_700_000_000)
    capsys.readouterr()
    for call in oracle.calls(argv_oracle):
        named = [word for word in call if "a-rather-long" in word or word.strip("^0123456789abcdef") == ""]
        assert len(named) < 8 and len(call) < 60, call[:60]
