"""What in a message makes GitHub start no workflow, and the message without it."""

from __future__ import annotations

import pytest

from gitflowguard.model.skipwords import WORDS, silences
from gitflowguard.rules.commit.silenced_check import without


@pytest.mark.parametrize("word", WORDS)
def test_each_word_anywhere_in_the_message(word: str) -> None:
    """docs.github.com, "Skipping workflow runs"."""
    for text in (f"{word} Add it", f"Add it {word}", f"Add it\n\nLater {word} on."):
        assert silences(text) == word and silences(without(text)) == ""


@pytest.mark.parametrize("line", ["skip-checks: true", "skip-checks:true"])
def test_a_trailer_counts_in_the_last_line_alone(line: str) -> None:
    assert silences(f"Add it\n\n\n{line}") == line
    assert silences(f"Add it\n\n{line}\n\nMore") == ""
    assert without(f"Add it\n\n\n{line}") == "Add it"


@pytest.mark.parametrize("text", ["skip ci", "[skip  ci]", "[SKIP CI]", "Add it", "", "[skip cin]"])
def test_what_is_no_such_word(text: str) -> None:
    assert silences(text) == ""


@pytest.mark.parametrize("text", ["[no ci]", "[no ci]\n\nBody", "skip-checks: true"])
def test_a_subject_is_never_empty(text: str) -> None:
    assert without(text).startswith("Describe what the commit does")
