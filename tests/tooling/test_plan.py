"""How orders become calls: a table, since it is a pure function."""

from __future__ import annotations

import pytest

from gitflowguard.tooling import plan
from gitflowguard.tooling.order import ToolCall

BLACK, FLAKE8, BANDIT = "black:patched_main", "flake8.main.cli:main", "bandit.cli.main:main"
OURS, THEIRS = "/ours/python", "/theirs/python"
KB = 1024


def order(entry: str, *sizes: int, split: bool = True, seconds: int = 30) -> ToolCall:
    """An order on files f0, f1, … of so many bytes."""
    files = tuple(f"f{number}" for number in range(len(sizes)))
    return ToolCall(
        key=entry,
        argv=("/bin/x",),
        files=files,
        sizes=sizes,
        python=OURS,
        entry=entry,
        split=split,
        seconds=seconds,
    )


def three(*sizes: int) -> list[ToolCall]:
    """The three usual tools on the same files."""
    return [order(entry, *sizes) for entry in (BLACK, FLAKE8, BANDIT)]


@pytest.mark.parametrize(
    ("wanted", "cores", "expected"),
    [
        ([], 2, ()),
        ([(OURS, ())], 2, ()),
        ([(OURS, (BLACK,))], 8, ((OURS, (BLACK,)),)),
        ([(OURS, (BLACK, FLAKE8, BANDIT))], 1, ((OURS, (BLACK, FLAKE8, BANDIT)),)),
        ([(OURS, (BANDIT, FLAKE8, BLACK))], 2, ((OURS, (BLACK,)), (OURS, (FLAKE8, BANDIT)))),
        (
            [(OURS, (BLACK,)), (OURS, (FLAKE8,)), (OURS, (BANDIT,))],
            2,
            ((OURS, (BLACK,)), (OURS, (FLAKE8, BANDIT))),
        ),
        ([(OURS, (BLACK, FLAKE8, BANDIT))], 4, ((OURS, (BLACK,)), (OURS, (FLAKE8,)), (OURS, (BANDIT,)))),
        ([(OURS, (BLACK, BLACK))], 2, ((OURS, (BLACK,)),)),
        ([(OURS, (BLACK, FLAKE8)), (THEIRS, (BANDIT,))], 2, ((OURS, (BLACK, FLAKE8)), (THEIRS, (BANDIT,)))),
        ([(OURS, (BLACK, FLAKE8)), (THEIRS, (BANDIT,))], 1, ((OURS, (BLACK, FLAKE8)), (THEIRS, (BANDIT,)))),
    ],
)
def test_workers_by_processors(
    wanted: list[tuple[str, tuple[str, ...]]], cores: int, expected: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    """One processor loads all once; more load side by side, black beside flake8 with bandit."""
    assert plan.teams(wanted, cores) == expected


@pytest.mark.parametrize(
    ("sizes", "cores", "counts"),
    [
        ((10 * KB,), 1, {BLACK: 1, FLAKE8: 1, BANDIT: 1}),
        ((10 * KB,), 2, {BLACK: 1, FLAKE8: 1, BANDIT: 1}),
        ((8 * KB,) * 20, 1, {BLACK: 1, FLAKE8: 1, BANDIT: 1}),
        ((8 * KB,) * 20, 2, {BLACK: 2, FLAKE8: 1, BANDIT: 1}),
        ((8 * KB,) * 80, 2, {BLACK: 3, FLAKE8: 2, BANDIT: 1}),
        ((0,) * 5, 8, {BLACK: 1, FLAKE8: 1, BANDIT: 1}),
        ((2000 * KB,), 8, {BLACK: 1, FLAKE8: 1, BANDIT: 1}),
        ((), 2, {}),
    ],
)
def test_pieces_by_work(sizes: tuple[int, ...], cores: int, counts: dict[str, int]) -> None:
    """Little work is not cut; much is, so that no processor is left without, and never below one file."""
    found: dict[str, int] = {}
    for call in plan.calls(three(*sizes), cores):
        found[call.order.key] = found.get(call.order.key, 0) + 1
    assert found == counts


@pytest.mark.parametrize("cores", [1, 2, 3, 8])
@pytest.mark.parametrize("count", [1, 2, 17, 400])
def test_each_file_is_in_exactly_one_call(cores: int, count: int) -> None:
    """Nothing is lost or done twice, sizes stay with their files, and a piece keeps the files' order."""
    orders = three(*(KB * (1 + number % 37) for number in range(count)))
    calls = plan.calls(orders, cores)
    for one in orders:
        mine = [call for call in calls if call.order == one]
        assert sorted(name for call in mine for name in call.files) == sorted(one.files)
        for call in mine:
            assert list(call.files) == sorted(call.files, key=one.files.index)
            assert [one.sizes[one.files.index(name)] for name in call.files] == list(call.sizes)


def test_dearest_first_and_none_too_long() -> None:
    """What takes longest begins first, and no piece takes longer than its time limit surely bears."""
    calls = plan.calls(three(*([20 * KB] * 3000)), 2)
    costs = [call.cost for call in calls]
    assert costs == sorted(costs, reverse=True)
    assert max(costs) < 4200


def test_pieces_are_even() -> None:
    """One large file among small ones has a piece to itself; the others share the rest evenly."""
    large, *others = plan.calls([order(BLACK, 300 * KB, *[10 * KB] * 30)], 2)
    assert large.files == ("f0",)
    assert len({len(call.files) for call in others}) == 1


def test_what_judges_files_together_is_not_cut() -> None:
    """mypy sees all files at once, however many there are."""
    assert len(plan.calls([order("mypy.__main__:console_entry", *[50 * KB] * 900, split=False)], 8)) == 1


@pytest.mark.parametrize(
    ("count", "split", "lengths"),
    [
        (1, True, []),
        (2, True, [1, 1]),
        (16, True, [1] * 16),
        (17, True, [9, 8]),
        (400, True, [200, 200]),
        (9, False, []),
    ],
)
def test_a_call_that_died_is_looked_into(count: int, split: bool, lengths: list[int]) -> None:
    """Few files singly, many by halves; one file, or files that belong together, are the end of it."""
    (call,) = plan.calls([order(BLACK, *[0] * count, split=split)], 1)
    parts = plan.smaller(call._replace(program=True))
    assert [len(part.files) for part in parts] == lengths
    assert tuple(name for part in parts for name in part.files) == (call.files if lengths else ())
    assert all(part.program for part in parts)


@pytest.mark.parametrize(("count", "expected"), [(1, 30.0), (2, 33.0), (11, 60.0), (5000, 300.0)])
def test_time_by_files(count: int, expected: float) -> None:
    """One file has the whole limit, each further one a tenth, all together ten times as much at most."""
    (call,) = plan.calls([order(BLACK, *[0] * count)], 1)
    assert plan.seconds(call) == pytest.approx(expected)
