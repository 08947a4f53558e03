"""The compiled policy: equal after the round trip, and light."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gitflowguard.app.policy.cache import POLICIES, flow_of, plain
from gitflowguard.model.flow import Flow
from gitflowguard.policy.presets import preset_flow
from tests.policy.helpers import compiled, flow
from tests.policy.test_parse import WHOLE


@pytest.mark.parametrize("text", ["preset: gitflow", "preset: ml", WHOLE, "kinds: {develop: null}"])
def test_what_was_packed_comes_back_equal_and_of_the_same_types(text: str) -> None:
    """Every field, also of the kinds."""
    before = flow(text)
    after = compiled(before)
    assert after == before
    assert after is not None and repr(after) == repr(before)


def test_a_sound_file_of_another_layout_gives_none() -> None:
    """A checksum does not prove that the content is a flow."""
    for content in (
        (),
        {"kinds": 1},
        {"kinds": [{"x": 1}]},
        {"kinds": [], "message": (), "ticket": 1, "new": 2},
    ):
        assert POLICIES.unpack(POLICIES.pack(b"", content), b"", flow_of) is None


def test_the_compiled_policy_and_the_presets_import_nothing_heavy() -> None:
    """A hook reads them in every commit."""
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}; "
        "import gitflowguard.app.policy.cache, gitflowguard.policy.presets, gitflowguard.app.policy.file; "
        "print(sorted({'typing', 're', 'yaml', 'msgspec', 'enum', 'dataclasses', 'json'} & set(sys.modules)))"
    )
    argv = [sys.executable, "-I", "-S", "-c", code]
    said = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_flow_is_all_that_is_packed() -> None:
    """A field that is added to the flow later is carried too, or this test fails."""
    assert set(plain(preset_flow("ml"))) == set(Flow._fields)
