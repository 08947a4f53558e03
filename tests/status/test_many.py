"""Many branches: as many git processes as for a few, none with branches in its arguments, and linear work."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gitflowguard.cli.main import main
from tests import oracle
from tests.e2e.world import World, make

COMMANDS = (["check"], ["check", "--all"], ["status", "--no-radar"])


def grown(root: Path, count: int) -> World:
    """A repository with so many open features, half of them with a commit of their own, and no reflogs."""
    world = make(root, "native")
    tip = world.do("rev-parse", "develop")
    own = "".join(
        f"commit refs/heads/feature/r{number}\ncommitter a <a@b> {1_600_000_000 + number} +0000\ndata 2\nc\n"
        f"from {tip}\n\n"
        for number in range(count // 2)
    )
    same = "".join(f"reset refs/heads/feature/s{number}\nfrom {tip}\n\n" for number in range(count // 2))
    assert world.run("git", "fast-import", "--quiet", stdin=own + same).code == 0
    world.do("pack-refs", "--all")
    return world


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_arguments_and_processes_do_not_grow(
    tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch, argv_oracle: Path
) -> None:
    """A line of arguments has a limit, and a process its price."""
    counts = []
    for number in (20, 400):
        world = grown(tmp_path / str(number), number)
        monkeypatch.chdir(world.work)
        argv_oracle.unlink(missing_ok=True)
        main(words)
        calls = oracle.calls(argv_oracle)
        named = [call for call in calls for word in call if word.startswith("refs/heads/feature")]
        assert not named and max(map(len, calls)) < 500, max(calls, key=len)
        counts.append(len(calls))
    assert counts[1] <= counts[0] + 1, counts


@pytest.mark.slow
def test_the_work_grows_with_the_branches_and_not_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four times as many branches take less than eight times the processor time of our own."""
    spent = []
    for number in (500, 2000):
        monkeypatch.chdir(grown(tmp_path / str(number), number).work)
        main(["check", "--all"])
        start = time.process_time()
        for words in (["check", "--all"], ["status", "--no-radar"]):
            main(words)
        spent.append(time.process_time() - start)
    capsys.readouterr()
    assert spent[1] < 8 * spent[0] + 0.5, spent
    assert spent[1] < 6, spent
