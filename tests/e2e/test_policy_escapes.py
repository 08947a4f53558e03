"""A branch's policy is foreign text: what a terminal or a runner obeys reaches neither."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from tests import budget
from tests.e2e.world import make

pytestmark = pytest.mark.hostile("bad inputs")


KEYS = ("\\e[31mRED\\e]0;title\\a", "\\n::error::x", "\\r\\L::warning::", "\\x9b31m")
TEXTS = ('kinds: {"%s": 1}\n', '"%s": 1\n', 'rules: {"%s": error}\n', 'kinds: {a: {"%s": 1}}\n')


# Each key once, each text once: every fifth of sixteen.
@pytest.mark.parametrize(("text", "key"), budget.sampled(product(TEXTS, KEYS), every=5))
def test_a_key_is_shown_and_not_obeyed(text: str, key: str, tmp_path: Path) -> None:
    """By a hook and by config validate. Quick for each key and each text once; the other pairs are slow."""
    world = make(tmp_path, "native")
    world.policy("preset: gitflow\n" + text % key)
    said = [world.guard("config", "validate")]
    world.change()
    said.append(world.git("commit", "-m", "Work"))
    for ran in said:
        assert ran.code, ran.text
        assert all(letter.isprintable() or letter == "\n" for letter in ran.text), ascii(ran.text)
        assert not [line for line in ran.text.splitlines() if line.lstrip().startswith("::")]
