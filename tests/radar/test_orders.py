"""Orders of landing, against all there are."""

from __future__ import annotations

from itertools import combinations, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from gitflowguard.radar import orders
from gitflowguard.radar.orders import against, order
from tests.budget import examples

Pairs = set[tuple[str, str]]
NAMES = tuple("abcdefgh")


def steps_without_conflict(names: tuple[str, ...], conflicts: Pairs) -> int:
    """How many of the names land one after the other; one that conflicts with what has landed does not."""
    landed: list[str] = []
    for name in names:
        if not any((before, name) in conflicts for before in landed):
            landed.append(name)
    return len(landed)


@st.composite
def cases(draw: st.DrawFn, most: int = 6) -> tuple[tuple[str, ...], Pairs, dict[str, tuple[str, ...]]]:
    """Names, what conflicts (often both ways round), and who stands on whom."""
    names = NAMES[: draw(st.integers(1, most))]
    pairs = list(permutations(names, 2))
    one_way = draw(st.sets(st.sampled_from(pairs), max_size=6)) if pairs else set()
    both = draw(st.sets(st.sampled_from(pairs), max_size=8)) if pairs else set()
    conflicts = one_way | both | {(b, a) for a, b in both}
    stands: dict[str, tuple[str, ...]] = draw(
        st.dictionaries(
            st.sampled_from(names),
            st.lists(st.sampled_from(names), min_size=1, max_size=1).map(tuple),
            max_size=2,
        )
    )
    return names, conflicts, stands


@settings(max_examples=examples(150), deadline=None, derandomize=True, database=None)
@given(cases())
def test_what_lands_now_lands_without_a_conflict(
    case: tuple[tuple[str, ...], Pairs, dict[str, tuple[str, ...]]],
) -> None:
    names, conflicts, stands = case
    whole, now = order(names, conflicts, stands)
    assert sorted(whole) == sorted(names)
    assert whole[: len(now)] == now
    assert not [pair for pair in combinations(now, 2) if pair in conflicts]
    for name, bases in stands.items():
        for base in bases:
            if name != base and name in now and base in now:
                assert now.index(base) < now.index(name)


@settings(max_examples=examples(100), deadline=None, derandomize=True, database=None)
@given(cases(8))
def test_no_larger_set_can_land_where_conflicts_go_both_ways(
    case: tuple[tuple[str, ...], Pairs, dict[str, tuple[str, ...]]],
) -> None:
    """Then the order inside the set does not matter, and the best set is a largest independent one."""
    names, some, _ = case
    conflicts = some | {(b, a) for a, b in some}
    _, now = order(names, conflicts, {})
    best = max(
        size
        for size in range(len(names) + 1)
        for chosen in combinations(names, size)
        if not any(pair in conflicts for pair in combinations(chosen, 2))
    )
    assert len(now) == best


@settings(max_examples=examples(60), deadline=None, derandomize=True, database=None)
@given(cases(6))
def test_no_order_has_fewer_conflicts(
    case: tuple[tuple[str, ...], Pairs, dict[str, tuple[str, ...]]],
) -> None:
    """Of all orders, as long as no two wait for each other in a circle of one-way conflicts."""
    names, conflicts, _ = case
    whole, now = order(names, conflicts, {})
    best = max(steps_without_conflict(one, conflicts) for one in permutations(names))
    assert steps_without_conflict(whole, conflicts) == best


def test_the_older_work_goes_first_where_nothing_else_decides() -> None:
    assert order(("a", "b", "c"), set(), {}) == (("a", "b", "c"), ("a", "b", "c"))
    both = {("a", "b"), ("b", "a")}
    assert order(("a", "b"), both, {}) == (("a", "b"), ("a",))


def test_who_is_in_whose_way() -> None:
    assert against(("a", "b", "c"), {("a", "c"), ("c", "a")}) == {"a": (), "b": (), "c": ("a",)}


def test_names_that_are_not_there_are_passed_over() -> None:
    whole, now = order(("a", "b"), {("a", "x"), ("x", "a")}, {"b": ("x", "b"), "y": ("a",), "a": ("b",)})
    assert whole == now == ("b", "a")


def test_a_large_group_gets_a_good_set() -> None:
    """A hub that conflicts with all others is left out, and a chain gives every second one, without a long search."""
    many = [f"n{number:02}" for number in range(orders.MOST + 5)]
    hub = {(many[0], other) for other in many[1:]}
    assert len(order(many, hub | {(b, a) for a, b in hub}, {})[1]) == len(many) - 1
    chain = set(zip(many, many[1:]))
    assert len(order(many, chain | {(b, a) for a, b in chain}, {})[1]) >= len(many) // 3
    ring = set(zip(many[:40], [*many[1:40], many[0]]))
    assert len(order(many[:40], ring | {(b, a) for a, b in ring}, {})[1]) == 20
