"""Names, versions, templates, flows and records."""

from __future__ import annotations

import os
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.engine import evaluate
from gitflowguard.model.facts import Branch, Refs, View
from gitflowguard.model.finding import Finding, Unknown
from gitflowguard.model.flow import Flow, Kind
from gitflowguard.model.markers import left_markers
from gitflowguard.model.names import (
    Version,
    is_null,
    is_object_id,
    listed,
    parse_version,
    plural,
    quote,
    slug,
)
from gitflowguard.model.record import Record
from gitflowguard.model.rule import Rule
from gitflowguard.model.template import Template
from gitflowguard.policy.presets import preset_flow

FLOW = preset_flow("gitflow")


class Pair(Record):
    """A value with a default."""

    left: int
    right: str = "r"


def test_a_record_is_a_named_tuple() -> None:
    """What the core relies on: construction, defaults, equality, copies, repr."""
    pair = Pair(1)
    assert pair == (1, "r") and pair.left == 1 and pair.right == "r"
    assert Pair(right="x", left=2) == (2, "x") and hash(Pair(1)) == hash((1, "r"))
    assert pair._replace(right="s") == Pair(1, "s") and pair._asdict() == {"left": 1, "right": "r"}
    assert Pair._make((3, "t")) == Pair(3, "t") and Pair._fields == ("left", "right")
    assert repr(pair) == "Pair(left=1, right='r')"


@pytest.mark.parametrize(
    ("args", "kwargs", "says"),
    [((), {}, "needs a value"), ((1, "a", 2), {}, "takes 2 values"), ((1,), {"other": 2}, "no field")],
)
def test_a_record_refuses_what_does_not_fit(
    args: tuple[object, ...], kwargs: dict[str, object], says: str
) -> None:
    build: object = Pair
    with pytest.raises(TypeError, match=says):
        build(*args, **kwargs)  # type: ignore[operator]  # called wrongly on purpose


def test_a_record_survives_a_copy() -> None:
    import copy
    import pickle

    assert copy.copy(Pair(1)) == Pair(1)
    assert pickle.loads(pickle.dumps(Pair(1))) == Pair(1)


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=1, max_size=4
    )
)
def test_quoted_words_come_back_from_the_shell(words: list[str]) -> None:
    """A mend that a person pastes is the argv that we mean."""
    line = "printf '%s\\0' " + " ".join(map(quote, words))
    done = subprocess.run(
        ["sh", "-c", line], capture_output=True, check=True, env={"PATH": os.environ["PATH"]}
    )
    assert done.stdout.decode().split("\0")[:-1] == words


@given(st.text(max_size=80))
def test_a_slug_fits_its_slot(text: str) -> None:
    assert Template("{slug}").match(slug(text), FLOW) is not None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fix the Login", "fix-the-login"),
        ("a..b", "a.b"),
        ("x.lock", "x"),
        ("§§", "my-change"),
        ("é", "my-change"),
    ],
)
def test_slugs(text: str, found: str) -> None:
    assert slug(text) == found


def test_small_words() -> None:
    assert plural(1, "commit") == "1 commit" and plural(2, "commit") == "2 commits"
    assert listed(()) == "" and listed(("a",)) == "a" and listed(("a", "b", "c"), "and") == "a, b and c"
    assert is_null("0" * 40) and is_null("") and not is_null("0a")
    assert is_object_id("A" * 40) and is_object_id("b" * 64) and not is_object_id("g" * 40)


ORDERED = (
    "0.9",
    "1.0-alpha",
    "1.0-alpha.1",
    "1.0-alpha.beta",
    "1.0-rc.2",
    "1.0-rc.11",
    "1.0",
    "1.0.1",
    "1.10",
    "2.0.0.1",
)


def test_versions_are_ordered_as_semver_says() -> None:
    """semver.org section 11."""
    found = [parse_version(text) for text in ORDERED]
    assert None not in found
    assert sorted(found, key=lambda v: v.rank() if v else ()) == found


@pytest.mark.parametrize(
    ("text", "scheme", "version"),
    [
        ("1.2.3", "semver", Version((1, 2, 3))),
        ("1.2-rc.1", "semver", Version((1, 2), ("rc", "1"))),
        ("1", "semver", None),
        ("1.02", "semver", None),
        ("1.2.3.4.5", "semver", None),
        ("1..2", "semver", None),
        ("1.2-", "semver", None),
        ("1.2-a..b", "semver", None),
        ("1.2rc1", "semver", None),
        ("1.2-é", "semver", None),
        ("1.1234567890", "semver", None),
        ("1.2rc1", "pep440", Version((1, 2), ("rc", "1"))),
        ("1.2.dev3", "pep440", Version((1, 2), ("~dev", "3"))),
        ("1.2b2", "pep440", Version((1, 2), ("b", "2"))),
        ("1.2-rc.1", "pep440", None),
        ("1.2rcx", "pep440", None),
        ("2026.11", "semver", Version((2026, 11))),
    ],
)
def test_versions(text: str, scheme: str, version: Version | None) -> None:
    assert parse_version(text, scheme) == version


def test_a_post_release_is_above_its_release() -> None:
    """PEP 440: 1.0.dev1 < 1.0a1 < 1.0rc1 < 1.0 < 1.0.post1 < 1.1."""
    words = ("1.0.dev1", "1.0a1", "1.0rc1", "1.0", "1.0.post1", "1.1")
    found = [parse_version(text, "pep440") for text in words]
    assert sorted(found, key=lambda v: v.rank() if v else ()) == found


@pytest.mark.parametrize(
    ("template", "name", "fits"),
    [
        ("feature/{slug}", "feature/login", True),
        ("feature/{slug}", "feature/team/login-2.x", True),
        ("feature/{slug}", "feature/", False),
        ("feature/{slug}", "feature/Login", True),
        ("feature/{slug}", "feature/JIRA-12", True),
        ("feature/{slug}", "feature/PROJ-123-Add-Login_v2.1", True),
        ("feature/{slug}", "feature/login!", False),
        ("feature/{slug}", "feature/login-", False),
        ("feature/{slug}", "feature/-x", False),
        ("feature/{ticket}-{slug}", "feature/ABC-12-login", True),
        ("feature/{ticket}-{slug}", "feature/abc-12-login", False),
        ("feature/{ticket}", "feature/A1-1", True),
        ("feature/{ticket}", "feature/-1", False),
        ("release/{version}", "release/1.2.0", True),
        ("release/{version}", "release/banana", False),
        ("release-{version}-rc", "release-1.2-rc", True),
        ("release-{version}-rc", "release-1.2", False),
        ("issue-{number}", "issue-12", True),
        ("issue-{number}", "issue-x", False),
        ("bot/**", "bot/a/b", True),
        ("bot/*", "bot/a/b", False),
        ("snyk-*", "snyk-fix", True),
        ("x/{nonsense}", "x/y", False),
        ("main", "main", True),
        ("main", "maine", False),
        ("feature/{any}", "feature/" + "x" * 300, False),
    ],
)
def test_templates(template: str, name: str, fits: bool) -> None:
    assert (Template(template).match(name, FLOW) is not None) is fits


def test_a_ticket_of_the_teams_own_form() -> None:
    flow = FLOW._replace(ticket=Template("PROJ-{number}"))
    assert Template("feature/{ticket}").match("feature/PROJ-7", flow) is not None
    assert Template("feature/{ticket}").match("feature/ABC-7", flow) is None


def test_a_hostile_name_is_matched_in_no_time() -> None:
    """Two slots and 255 letters: the work is bounded, where a pattern could take for ever."""
    template = Template("feature/{ticket}-{slug}-{ticket}-{slug}")
    assert template.match("feature/" + "A1-" * 80 + "!", FLOW) is None


def test_what_a_flow_answers() -> None:
    assert FLOW.production == "main" and FLOW.integration == "develop"
    assert FLOW.only("feature") == "" and FLOW.only("nope") == "" and FLOW.only("main") == "main"
    assert FLOW.name_of("release") == "release/<version>" and FLOW.name_of("nope") == "nope"
    assert FLOW.version_of("release/banana") == "banana" and FLOW.version_of("feature/x") == ""
    assert FLOW.near_kind("feature/Bad Name") == FLOW.kind("feature") and FLOW.near_kind("odd") is None
    assert Flow(()).production == "main" and Flow(()).integration == "main"
    trunk = preset_flow("gitflow", "trunk", None)
    assert trunk.integration == trunk.production == "trunk"


@pytest.mark.parametrize(
    ("source", "target", "legal"),
    [
        ("feature/x", "develop", True),
        ("feature/x", "main", False),
        ("develop", "main", False),
        ("develop", "feature/x", True),
        ("feature/x", "feature/y", False),
        ("feature/x", "feature/x", True),
        ("main", "develop", True),
        ("main", "hotfix/1.0.1", True),
        ("hotfix/1.0.1", "release/1.1", True),
        ("odd", "develop", False),
        ("feature/x", "odd", None),
    ],
)
def test_merges(source: str, target: str, legal: bool | None) -> None:
    assert FLOW.may_merge(source, target) is legal


def test_severities_from_the_most_special() -> None:
    flow = Flow(FLOW.kinds, (("r", "warning"), ("q", "ignore")), (("feature", "q", "error"),))
    assert flow.severity("r", "error", "feature/x") == "warning"
    assert flow.severity("q", "error", "feature/x") == "error"
    assert flow.severity("q", "error", "main") == "ignore"
    assert flow.severity("p", "ignore", "feature/x") == "ignore"
    assert flow.active("q", "error") and not flow.active("p", "ignore")


def test_refs_answer_the_same_with_and_without_an_index() -> None:
    """The index is only speed."""
    plain = Refs({"a": "1", "A": "2", "é": "3"}, {("o", "a"): "4", ("o", "b"): "1", ("p", "b"): "5"}, {})
    fast = plain.indexed()
    assert plain.branches() == fast.branches() == ("A", "a", "b", "é")
    for name in (*plain.branches(), "none"):
        assert plain.tips(name) == fast.tips(name) and plain.twins(name) == fast.twins(name)
    for sha in "12345":
        assert plain.at(sha) == fast.at(sha)
    assert plain.twins("a") == ("A",) and plain.tips("a") == ("1", "4") and plain.at("1") == ("a", "b")
    assert [plain.shown(n) for n in ("a", "b", "none")] == ["a", "o/b", "none"]


def test_a_holder_is_a_branch_that_exists() -> None:
    view = View(FLOW, Refs({"release/1.0": "1"}, {("origin", "develop"): "2"}, {}))
    assert view.holder("develop") == "origin/develop"
    assert view.holder("release") == "release/1.0"
    assert view.holder("feature") == "feature/<slug>"


@pytest.mark.parametrize(
    ("staged", "sides", "tried", "lines"),
    [
        (b"a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n", (b"a\n", None), None, [2, 6]),
        (b"<<<<<<< HEAD\r\n", (b"",), b"<<<<<<< HEAD\r\n", [1]),
        (b"<<<<<<< HEAD\n", (b"<<<<<<< HEAD\n",), None, []),
        (b"<<<<<<< ours\n", (b"",), b"<<<<<<< HEAD\n", [1]),
        (b"<<<<<<< doc\n", (b"",), b"text\n", []),
        (b"<<<<<<< doc\n", (b"<<<<<<< old\n",), b"<<<<<<< old\n", []),
        (b"<<<<<<<<<<< HEAD\n", (b"",), None, [1]),
        (b"<<<<<<<HEAD\n=======\n<<<<<< x\n", (b"",), None, []),
        (b"|||||||\n", (b"",), None, [1]),
    ],
)
def test_markers(
    staged: bytes, sides: tuple[bytes | None, ...], tried: bytes | None, lines: list[int]
) -> None:
    assert [marker.line for marker in left_markers("f", staged, sides, tried)] == lines


def test_the_engine_judges_once_and_drops_nothing() -> None:
    """Unknown is skipped, advice is a warning, ignored rules do not run, silenced findings are kept apart."""
    said: list[Finding | Unknown] = [
        Finding("bad"),
        Finding("bad"),
        Finding("hint", advice=True),
        Unknown("dark"),
    ]
    loud = Rule("GFG101", "loud", Branch, lambda fact, view: iter(said), "Loud.\n")
    mute = Rule(
        code="GFG102",
        name="mute",
        reads=Branch,
        check=lambda fact, view: iter(said),
        doc="Mute.\n",
        default="ignore",
    )
    view = View(Flow((Kind("feature", (Template("{any}"),)),)), Refs({}, {}, {}))
    report = evaluate((loud, mute), (Branch("x"),), view)
    assert [(v.severity, v.finding.says) for v in report.violations] == [
        ("error", "bad"),
        ("warning", "hint"),
    ]
    assert [s.unknown.reason for s in report.skipped] == ["dark"] and report.judged == 1
    hushed = evaluate((loud,), (Branch("x"),), view, {"GFG101": "why"})
    assert not hushed.violations and [s.reason for s in hushed.silenced] == ["why", "why"]
    assert loud.headline == "Loud" and loud.family == 1
