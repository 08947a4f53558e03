"""Short ways to say what a policy text does."""

from __future__ import annotations

import pytest

from gitflowguard.app.policy.cache import POLICIES, flow_of, plain
from gitflowguard.model.flow import Flow
from gitflowguard.policy.errors import PolicyError, Problem
from gitflowguard.policy.parse import Policy, parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.rules.registry import CODES, NAMES

FILE = ".gitflowguard.yaml"


def read(text: str, path: str = FILE) -> Policy:
    """A policy from its text."""
    return parse(text.encode(), path, NAMES, CODES, tools=TOOLS)


def flow(text: str) -> Flow:
    """What the text means."""
    return read(text).flow


def compiled(given: Flow) -> Flow | None:
    """A flow that was kept and read again."""
    return POLICIES.unpack(POLICIES.pack(b"text", plain(given)), b"text", flow_of)


def problems(text: str | bytes, path: str = FILE) -> tuple[Problem, ...]:
    """Every mistake in the text; fails the test if it has none."""
    with pytest.raises(PolicyError) as caught:
        parse(text if isinstance(text, bytes) else text.encode(), path, NAMES, CODES, tools=TOOLS)
    return caught.value.problems


def only(text: str | bytes, path: str = FILE) -> str:
    """The one mistake in the text, as the user sees it, without the file's name."""
    found = problems(text, path)
    assert len(found) == 1, found
    return found[0].text.removeprefix(path + ":").strip()
