"""A branch's policy is foreign text: what a terminal or a runner obeys reaches neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.world import make

pytestmark = pytest.mark.hostile("bad inputs")


@pytest.mark.parametrize(
    "key", ["\\e[31mRED\\e]0;title\\a", "\\n::error::x", "\\r\\L::warning::", "\\x9b31m"]
)
@pytest.mark.parametrize(
    "text", ['kinds: {"%s": 1}\n', '"%s": 1\n', 'rules: {"%s": error}\n', 'kinds: {a: {"%s": 1}}\n']
)
def test_a_key_is_shown_and_not_obeyed(text: str, key: str, tmp_path: Path) -> None:
    """By a hook and by config validate."""
    world = make(tmp_path, "native")
    world.policy("preset: gitflow\n" + text % key)
    world.change()
    for ran in (world.git("commit", "-m", "Work"), world.guard("config", "validate")):
        assert ran.code, ran.text
        assert all(letter.isprintable() or letter == "\n" for letter in ran.text), ascii(ran.text)
        assert not [line for line in ran.text.splitlines() if line.lstrip().startswith("::")]
