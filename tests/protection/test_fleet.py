"""Versions in files, and what sets a repository apart: in memory."""

from __future__ import annotations

import json

import pytest

from gitflowguard.model.finding import Unknown
from gitflowguard.protection.fleet import (
    UNVERSIONED,
    compared,
    digest,
    hooks_version,
    key_of,
    workflow_version,
)
from gitflowguard.protection.nouns.fleet import Fleet, FleetRow
from gitflowguard.report.protect.fleet import render


@pytest.mark.parametrize(
    "text, version",
    [
        ("      - uses: gitflowguard/gitflowguard@v0.2.0\n", "v0.2.0"),
        ("- uses: gitflowguard/gitflowguard@1a2b3c # v0.2.0\n", "1a2b3c"),
        (
            "pip install 'gitflowguard[github] @ git+https://github.com/gitflowguard/gitflowguard@v0.1.0'\n",
            "v0.1.0",
        ),
        ("pip install 'gitflowguard[github]==0.3.0' \\\n", "0.3.0"),
        ("pip install gitflowguard==0.3.0;", "0.3.0"),
        ("# uses: gitflowguard/gitflowguard@v0.1.0\n- uses: gitflowguard/gitflowguard@v0\n", "v0"),
        ("run: gitflowguard pr check\n", UNVERSIONED),
    ],
)
def test_the_version_in_a_workflow(text: str, version: str) -> None:
    assert workflow_version(text) == version


@pytest.mark.parametrize(
    "text, version",
    [
        ("repos:\n- repo: https://github.com/gitflowguard/gitflowguard\n  rev: v0.2.0\n", "v0.2.0"),
        ("- rev: 'v0.2.0'  # pinned\n  repo: \"https://github.com/gitflowguard/gitflowguard.git\"\n", "v0.2.0"),
        ("- repo: https://github.com/gitflowguard/gitflowguard\n  hooks: []\n", UNVERSIONED),
        ("- repo: https://github.com/psf/black\n  rev: 26.1\n", ""),
        ("- repo: https://github.com/psf/black\n  rev: 1\n- repo: https://github.com/gitflowguard/gitflowguard\n"
         "  rev: v2\n", "v2"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_version_of_the_hooks(text: str, version: str) -> None:
    assert hooks_version(text) == version


def test_a_digest_knows_no_line_ends_and_a_key_only_at_the_top() -> None:
    assert digest("a\r\nb") == digest("a\nb") != digest("a\nb\n")
    assert key_of("kinds:\n  extends: x\nextends: 'y'  # z\n", "extends") == "y" and not key_of(
        "a: b", "extends"
    )


def row(name: str, **more: object) -> FleetRow:
    given: dict[str, object] = {
        "policy": ".gitflowguard.yaml", "digest": "aa", "workflow": "v2", "hooks": "v2", "required": True
    }  # fmt: skip
    return FleetRow(name, **{**given, **more})  # type: ignore[arg-type]


def test_what_most_have_is_the_measure() -> None:
    """Of two that differ neither is the measure; what is unknown is no difference."""
    rows = compared(
        [
            row("a", extends="x", locked="1"),
            row("b", extends="x", locked="1"),
            row("c", digest="bb", workflow="v1", hooks="v1", steps=1, required=False),
            row("d", extends="x", workflow="", hooks=""),
            row(
                "e", extends="x", locked="1", workflow=Unknown("?"), steps=Unknown("?"), required=Unknown("?")
            ),
            FleetRow("f"),
            FleetRow("g", Unknown("no answer")),
            row("h", problem="x.yaml:1: broken"),
        ]
    )
    assert [one.differs for one in rows[:2]] == [(), ()] and rows[4].differs == ()
    assert rows[2].differs == (
        "its policy isn't the usual one (aa)", "doesn't extend x", "check v1, usual is v2", "hooks v1, usual is v2",
        "protection: 1 step to take", "the check isn't required",
    )  # fmt: skip
    assert rows[3].differs == ("extends without a lock", "no workflow")
    assert [one.differs for one in rows[5:]] == [("not guarded: no policy",), (), ("x.yaml:1: broken",)]
    assert [one.differs for one in compared([row("a"), row("b", digest="bb")])] == [(), ()]


def test_text_and_json_say_the_same() -> None:
    """Foreign text is inert; a list of nothing says so."""
    rows = compared(
        [row("a/\x1b[31m", extends="x", locked="1"), FleetRow("b", Unknown("why\x07")), FleetRow("c")]
    )
    text = render("text", Fleet(rows, 0, 2), "1")
    assert "\x1b" not in text and "\x07" not in text and "x + aa" in text and "unknown: why" in text
    assert text.endswith("3 repositories: 1 guarded, 1 not, 1 unknown. Left out: 2 forks.\n")
    data = json.loads(render("json", Fleet(rows, 3), "1"))
    assert [one["guarded"] for one in data["repositories"]] == [True, None, False]
    assert data["summary"] == "3 repositories: 1 guarded, 1 not, 1 unknown. Left out: 3 archived."
    assert render("text", Fleet(()), "1") == "0 repositories: 0 guarded, 0 not.\n"
    two = compared([row("a"), row("b"), row("c", workflow="v1", steps=2), row("d", hooks="v1")])
    assert "2 of the guarded differ." in render("text", Fleet(two), "1")
    assert "2 to do" in render("text", Fleet(two), "1")
