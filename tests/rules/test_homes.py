"""A rule's name and a stage of git are each written in one place: the rule's own folder, and the table of moments."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path
from typing import get_args

import pytest

import gitflowguard
from gitflowguard import hookmain
from gitflowguard.model.check import FAMILIES as TOOL_FAMILIES
from gitflowguard.model.moment import ALL_STAGES, TOOL_STAGES, UNDER_NO_VERIFY
from gitflowguard.policy.form import Stage
from gitflowguard.rules import registry

# They read the code and run none of it: to count that costs as much again.
pytestmark = pytest.mark.no_cover

SOURCE = Path(gitflowguard.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
# What a tool is for (model.check) has the same word as the rule about it.
RULES = (set(registry.NAMES) | set(registry.CODES)) - set(TOOL_FAMILIES)
# The presets weigh rules. A demo expects at each wrong step what it shows there, as a test does.
MAY_NAME_RULES = ("rules/", "policy/presets.py", "app/demo/")
# Where a stage is spelled out: the table; what must run where the table can't be loaded; the words of a schema, which
# a type checker reads. Elsewhere `pre-commit` is the framework of that name.
MAY_NAME_STAGES = ("model/moment.py", "hookmain.py", "policy/form.py")
FRAMEWORK = ("model/adoptionfiles.py", "repo/hookfiles.py", "repo/detect.py", "app/setup/doctorshared.py")
# A hook of other tools', which is none of our stages, is nobody's moment.
# Whose sentences name a rule or a stage: the description of a key, which the schema and the manual show to people.
MAY_SAY = ("policy/form.py",)


@functools.cache
def text_of(path: Path) -> str:
    """The source of a module."""
    return path.read_text(encoding="utf-8")


@functools.cache
def constants(path: Path) -> list[tuple[int, str]]:
    """(line, text) of every string of a module but docstrings. Read once: the package takes a second."""
    tree = ast.parse(text_of(path))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


def named(words: set[str], but: tuple[str, ...]) -> list[str]:
    """Where one of the words is a string, or a word in one, outside of the files that may hold it."""
    found = []
    whole = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(words)))})(?![\w-])")
    for path in FILES:
        place = path.relative_to(SOURCE).as_posix()
        # Most modules hold none of the words, and need not be parsed.
        if not place.startswith(but) and whole.search(text_of(path)):
            found += [f"{place}:{line}: {text}" for line, text in constants(path) if whole.search(text)]
    return found


def test_a_rules_name_is_written_in_rules_and_presets_alone() -> None:
    assert named(RULES, (*MAY_NAME_RULES, *MAY_SAY)) == []


def test_a_stage_of_git_is_written_in_the_table_alone() -> None:
    assert named(set(ALL_STAGES) - {"pre-commit"}, MAY_NAME_STAGES) == []
    alone = [
        line for line in named({"pre-commit"}, MAY_NAME_STAGES + FRAMEWORK) if line.endswith(": pre-commit")
    ]
    assert alone == []  # in a sentence it is the framework


def test_the_copies_that_must_stand_elsewhere_say_the_same() -> None:
    assert sorted(hookmain._UNDER_NO_VERIFY) == sorted(UNDER_NO_VERIFY)
    assert get_args(Stage) == TOOL_STAGES


@pytest.mark.parametrize("text", ["malformed-message", "GFG203"])
def test_the_search_finds_what_it_looks_for(text: str) -> None:
    """The presets name the one, the demo's script and the registry codes."""
    everywhere = named(RULES, ())
    assert any(line.endswith(f": {text}") for line in everywhere)
