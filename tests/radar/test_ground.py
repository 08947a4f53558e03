"""What is left to merge of a branch after others have landed, by paths alone."""

from __future__ import annotations

import pytest

from gitflowguard.radar.changes import NONE, TREE, PathChange
from gitflowguard.radar.ground import TargetOverlay
from gitflowguard.radar.screen import Facts

FILE, RUN, LINK = "100644", "100755", "120000"


def edit(old: str = "1", new: str = "2", mode: str = FILE) -> PathChange:
    return PathChange(mode, mode, old * 40, new * 40)


NEW = PathChange(NONE, FILE, "0" * 40, "3" * 40)
GONE = PathChange(FILE, NONE, "3" * 40, "0" * 40)
EMPTIED = PathChange(TREE, NONE, "4" * 40, "0" * 40)


def branch(changes: dict[str, PathChange], single: bool = True, moved: bool = False) -> Facts:
    return Facts((), changes, changes, single, moved)


def ground(*landed: dict[str, PathChange]) -> TargetOverlay:
    one = TargetOverlay()
    for changes in landed:
        one.land(changes)
    return one


@pytest.mark.parametrize(
    ("landed", "changes", "decides"),
    [
        ({"a": edit()}, {"b": edit()}, ()),
        ({"a": edit()}, {"a": edit("1", "3")}, ("a",)),
        ({"a": edit(), "b": edit()}, {"c": NEW, "b": edit("1", "3"), "a": edit("1", "3")}, ("a", "b")),
        ({"a": NEW}, {"a": NEW}, ("a",)),
        ({"a": NEW}, {"a": NEW, "b": GONE}, None),
        ({"a": NEW}, {"a": NEW._replace(new_mode=RUN)}, None),
        ({"a": NEW._replace(new_mode=LINK)}, {"a": NEW._replace(new_mode=LINK)}, None),
        ({"a": edit("3", "4")}, {"a": NEW}, None),
        ({"a": edit()}, {"a": GONE}, None),
        ({"a": GONE}, {"a": edit()}, None),
        ({"a": edit()}, {"a": PathChange(FILE, RUN, "1" * 40, "1" * 40)}, None),
        ({"a": PathChange(FILE, RUN, "1" * 40, "1" * 40)}, {"a": edit()}, None),
        ({"d": NEW}, {"d/x": NEW}, None),
        ({"d/x": NEW}, {"d": NEW}, None),
        ({"d": EMPTIED, "d/x": GONE, "e/x": NEW}, {"d/new": NEW}, None),
        ({".gitattributes": NEW}, {"b": edit()}, None),
        ({"d/.gitattributes": edit()}, {"b": edit()}, None),
    ],
)
def test_what_decides(
    landed: dict[str, PathChange], changes: dict[str, PathChange], decides: tuple[str, ...] | None
) -> None:
    assert ground(landed).meets(branch(changes)) == decides


def test_on_untouched_ground_everything_merges_as_it_did() -> None:
    assert ground().meets(branch({"a": NEW}, single=False, moved=True)) == ()
    assert ground({"b": NEW}).meets(branch({"a": NEW}, single=False)) is None
    assert ground({"b": NEW}).meets(branch({"a": NEW}, moved=True)) is None


def test_two_that_empty_a_directory_together_take_what_a_third_adds_to_it() -> None:
    both = ground({"d/a": GONE, "e/a": NEW}, {"d/b": GONE, "e/b": NEW})
    assert both.meets(branch({"d/c": NEW})) is None
    assert both.meets(branch({"d/c": edit("5", "6")})) == ()
    assert both.meets(branch({"f/c": NEW})) == ()


def test_a_directory_that_still_holds_a_file_is_not_gone() -> None:
    """What a third adds below it stays there; of what the target began with only the folders on the way are read."""
    there = {
        "d": {"a": False, "b": False, "e": True},
        "d/e": {"f": False},
        "g": {"h": True},
        "g/h": {"i": False},
    }
    read: list[str] = []

    def entries(folder: str) -> dict[str, bool]:
        read.append(folder)
        return there[folder]

    one = TargetOverlay(entries)
    one.land({"d/a": GONE, "x": NEW})
    assert one.meets(branch({"d/c": NEW})) == () == one.meets(branch({"d/e/c": NEW}))
    one.land({"d/b": GONE})
    assert one.meets(branch({"d/c": NEW})) == (), "there is d/e"
    one.land({"d/e/f": GONE})
    assert one.meets(branch({"d/c": NEW})) is None
    assert one.meets(branch({"d/k/c": NEW})) is None
    one.land({"g/h/i": GONE})
    assert one.meets(branch({"g/c": NEW})) is None
    assert read == ["d", "d/e", "g", "g/h"]


def test_a_file_that_the_target_has_already_decides_if_it_changed_since() -> None:
    there = Facts((), {"a": edit("1", "3")}, {}, True, False)
    assert ground({"a": edit("3", "4")}).meets(there) == ("a",)
    assert ground({"b": edit()}).meets(there) == ()


def test_the_state_is_named_by_what_changed_and_not_by_its_order() -> None:
    one, other = {"a": edit()}, {"b": NEW}
    assert ground(one, other).fingerprint() == ground(other, one).fingerprint()
    assert ground(one).fingerprint() != ground(other).fingerprint() != ground().fingerprint()
    state = ground(one)
    first = state.fingerprint()
    state.land(other)
    assert state.fingerprint() != first


def test_the_changes_are_from_the_beginning_to_what_lies_there_now() -> None:
    state = ground({"a": edit(), "d": EMPTIED, "d/x": GONE}, {"a": edit("2", "5")})
    assert state.changes() == {"a": edit("1", "5"), "d": EMPTIED, "d/x": GONE}
