"""Facts and policy as bytes for the process that holds a plug-in: the same values come out as went in.

marshal holds built-in values only, so a record goes as the name of its class and its fields. Both ends are the same
version of ours and the same Python.
"""

from __future__ import annotations

import marshal

from gitflowguard.app.policy.cache import POLICIES, flow_of, plain
from gitflowguard.model.authorship import Authorship, EarlierAuthors, Identity
from gitflowguard.model.facts import (
    Branch,
    Commit,
    Late,
    Marker,
    Merge,
    Origin,
    Refs,
    RefUpdate,
    Release,
    Repetition,
    Stack,
    View,
)
from gitflowguard.model.finding import Unknown
from gitflowguard.model.pull import Pull, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_CLASSES = {
    one.__name__: one
    for one in (
        *(Authorship, Branch, Commit, Identity, Marker, Merge, Origin, Pull, RefUpdate, Release),
        *(Repetition, Stack, Unknown, Verdict),
    )
}
_RECORD = "record"


def dump(words: tuple[Any, ...], facts: Sequence[Any], view: View) -> bytes:
    """words: built-in values. A port in a fact, which only our own rules ask, becomes None."""
    refs = (dict(view.refs.heads), dict(view.refs.remotes), dict(view.refs.tags), *view.refs[3:5])
    flow = POLICIES.pack(b"", plain(view.flow))
    return marshal.dumps((words, [_bare(fact) for fact in facts], flow, refs, view.trunks))


def load(data: bytes) -> tuple[tuple[Any, ...], tuple[Any, ...], View]:
    """The way back. Raises ValueError where the other end is another version."""
    words, facts, packed, refs, trunks = marshal.loads(data)  # our own parent's bytes  # nosec B302
    flow = POLICIES.unpack(packed, b"", flow_of)
    if flow is None:
        raise ValueError("gitflowguard was replaced meanwhile; run it again")
    return words, tuple(map(_made, facts)), View(flow, Refs(*refs), trunks)


def _bare(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return (_RECORD, type(value).__name__, [_bare(one) for one in value])
    if isinstance(value, (tuple, list)):
        return [_bare(one) for one in value]
    if isinstance(value, Late):
        return bool(value)
    return None if isinstance(value, EarlierAuthors) else value


def _made(value: Any) -> Any:
    if isinstance(value, tuple) and value[:1] == (_RECORD,):
        return _CLASSES[value[1]](*map(_made, value[2]))
    return tuple(map(_made, value)) if isinstance(value, list) else value
