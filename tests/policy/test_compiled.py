"""The compiled policy: equal after the round trip, None after any damage."""

from __future__ import annotations

import marshal
import subprocess
import sys
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.model.flow import Flow
from gitflowguard.policy import compiled
from gitflowguard.policy.compiled import pack, unpack
from gitflowguard.policy.presets import preset_flow
from tests.policy.helpers import flow
from tests.policy.test_parse import WHOLE

KEY = (b"preset: ml\n", "0.1.0", "cpython-311")
PACKED = pack(preset_flow("ml"), *KEY)


@pytest.mark.parametrize("text", ["preset: gitflow", "preset: ml", WHOLE, "kinds: {develop: null}"])
def test_what_was_packed_comes_back_equal_and_of_the_same_types(text: str) -> None:
    """Every field, also of the kinds."""
    before = flow(text)
    after = unpack(pack(before, *KEY), *KEY)
    assert after == before
    assert after is not None and repr(after) == repr(before)


@pytest.mark.parametrize(
    "other", [(b"preset: ml", *KEY[1:]), (KEY[0], "0.1.1", KEY[2]), (*KEY[:2], "cpython-312")]
)
def test_another_key_gives_none(other: tuple[bytes, str, str]) -> None:
    """Source, our version and Python's tag all count."""
    assert unpack(PACKED, *KEY) is not None
    assert unpack(PACKED, *other) is None


def test_two_keys_cannot_look_alike() -> None:
    """What is cut from the version is not found again in the source."""
    packed = pack(preset_flow("ml"), b"c", "a", "b")
    assert unpack(packed, b"bc", "a", "") is None
    assert unpack(packed, b"", "a", "bc") is None


@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
def test_any_flipped_byte_gives_none(index: int, flip: int) -> None:
    """CRC-32 finds every error burst of up to 32 bits."""
    damaged = bytearray(PACKED)
    damaged[index] ^= flip
    assert unpack(bytes(damaged), *KEY) is None


@given(st.integers(0, len(PACKED) - 1))
def test_any_truncation_gives_none(size: int) -> None:
    """A disk may fill up midway."""
    assert unpack(PACKED[:size], *KEY) is None


@given(st.binary(max_size=200))
def test_garbage_gives_none(data: bytes) -> None:
    """Also behind a true beginning."""
    assert unpack(data, *KEY) is None
    assert unpack(PACKED + data, *KEY) is None or not data


def test_a_sound_file_of_another_layout_gives_none() -> None:
    """A checksum does not prove that the content is a flow."""
    for content in (
        (),
        {"kinds": 1},
        {"kinds": [{"x": 1}]},
        {"kinds": [], "message": (), "ticket": 1, "new": 2},
    ):
        body = compiled._key(*KEY) + marshal.dumps(content)
        assert unpack(compiled._MAGIC + crc32(body).to_bytes(4, "big") + body, *KEY) is None


def test_the_compiled_policy_and_the_presets_import_nothing_heavy() -> None:
    """A hook reads them in every commit."""
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}; "
        "import gitflowguard.policy.compiled, gitflowguard.policy.presets, gitflowguard.app.policy.file; "
        "print(sorted({'typing', 're', 'yaml', 'msgspec', 'enum', 'dataclasses', 'json'} & set(sys.modules)))"
    )
    argv = [sys.executable, "-I", "-S", "-c", code]
    said = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_flow_is_all_that_is_packed() -> None:
    """A field that is added to the flow later is carried too, or this test fails."""
    assert set(compiled._plain(preset_flow("ml"))) == set(Flow._fields)
