"""The badge: the same in both forms, readable, and shown on a page with an address that leads to it."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

from tests.docs.pages import ROOT
from tools import badge


def test_the_files_are_what_the_tool_writes() -> None:
    """`make docs` refreshes them."""
    assert badge.main(["--check"]) == 0


def test_the_picture_names_itself_and_its_words_fit() -> None:
    """For people who don't see it; each word stands inside its half."""
    root = ElementTree.fromstring(badge.picture())
    assert root.get("aria-label") == "gitflow: guarded"
    texts = [one for one in root.iter() if one.tag.endswith("text")]
    ends = [float(one.get("x", 0)) + float(one.get("textLength", 0)) for one in texts]
    assert [one.text for one in texts] == ["gitflow", "guarded"]
    assert ends[0] < float(texts[1].get("x", 0)) and ends[1] < float(root.get("width", 0))


def test_the_endpoint_has_only_keys_that_shields_reads() -> None:
    """shields.io/badges/endpoint-badge: these are required, or its colors."""
    data = json.loads(badge.endpoint())
    assert set(data) == {"schemaVersion", "label", "message", "labelColor", "color"}
    assert data["schemaVersion"] == 1 and re.fullmatch("#[0-9a-f]{6}", data["color"])


def test_the_addresses_on_the_page_lead_to_the_files() -> None:
    """Both lines to paste."""
    text = (ROOT / "docs/adoption.md").read_text("utf-8")
    paths = re.findall(r"raw\.githubusercontent\.com/gitflowguard/gitflowguard/main/([^)\s]+)", text)
    assert len(paths) == 2 and all((ROOT / path).is_file() for path in paths)
