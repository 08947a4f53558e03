"""A push event is read strictly; a queue that is gone asks nothing."""

from __future__ import annotations

from typing import Any

import pytest

from gitflowguard.hook.payload import EventError, read, read_push

SHA = "1" * 40
PUSH = {"ref": "refs/heads/main", "before": "0" * 40, "after": SHA, "forced": False}


def test_a_push_is_read() -> None:
    """Branch, ends and force; no object isn't a commit; ids in one spelling."""
    found = read_push(PUSH)
    assert (found.branch, found.before, found.after, found.forced) == ("main", "", SHA, False)
    assert read_push({**PUSH, "after": "A" * 40, "forced": True}).after == "a" * 40
    assert read_push({**PUSH, "ref": "refs/tags/1.0"}).branch == ""


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ([], "isn't a push"),
        ({"ref": "refs/heads/main"}, "isn't a push"),
        ({**PUSH, "ref": 3}, "isn't the name of a ref"),
        ({**PUSH, "ref": "refs/heads/a..b"}, "isn't the name of a ref"),
        ({**PUSH, "before": "main"}, "before isn't a commit"),
        ({**PUSH, "after": None}, "after isn't a commit"),
    ],
)
def test_what_is_no_push_is_an_error(event: Any, says: str) -> None:
    """One sentence with the part that is wrong."""
    with pytest.raises(EventError, match=says):
        read_push(event)


def test_a_queue_that_is_gone_asks_nothing() -> None:
    """GitHub tells of the end of a merge group too; the sentence says why nothing is judged."""
    found = read({"action": "destroyed", "merge_group": {"base_ref": "refs/heads/main"}})
    assert found.pull is None and "merge group is gone" in found.nothing
