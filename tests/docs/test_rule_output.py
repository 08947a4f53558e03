"""The pages of the rules show what is printed: rendered from the scenarios that real git is held against."""

from __future__ import annotations

import pytest

from gitflowguard.rules import registry
from tests.docs.pages import ROOT, codes
from tools.rule_output import printed

# What it finds can't be determined by design, and that is all its scenarios show.
SILENT = {"opaque-artefact", "unchecked-file"}


@pytest.mark.parametrize(("family", "name"), [row[1:] for row in registry.RULES if row[2] not in SILENT])
def test_the_page_shows_what_the_rule_prints(family: str, name: str) -> None:
    """Code, sentence, commands, and where to read on; no placeholder of a scenario."""
    rule = registry.find(name)
    assert rule is not None
    title, shown = printed(rule, family)
    assert title and f"[{rule.code}]: " in shown and f"more: gitflowguard explain {name}" in shown
    assert "<change" not in shown
    page = ROOT / "docs" / "rules" / f"{name}.md"
    assert shown + "\n" in [code.text for code in codes(page) if code.info == "text"]
