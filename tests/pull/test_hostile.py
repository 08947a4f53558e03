"""Foreign text in an event reaches no output unescaped, in any format."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitflowguard.engine import evaluate
from gitflowguard.hook.payload import EventError, EventRequest, read
from gitflowguard.hook.pulldocument import valid
from gitflowguard.model.facts import Refs, View
from gitflowguard.model.pull import APPROVED, CHANGES, Pull, Verdict
from gitflowguard.policy.presets import preset_flow
from gitflowguard.report.about import About
from gitflowguard.report.formats import FORMATS, render
from gitflowguard.rules import registry
from tests.budget import examples
from tests.pull.scenes import payload

pytestmark = pytest.mark.hostile("bad inputs")

BAD = {chr(n) for n in (*range(0x20), *range(0x7F, 0xA0))} - {"\n"}
BAD |= {chr(n) for n in (0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
TEXT = st.one_of(
    st.text(min_size=1, max_size=20),
    st.sampled_from(
        [
            "::error::x", "\n::add-mask::x", "a\r::stop-commands::x", "x%0A::warning::y", "\x1b]8;;http://e\x07",
            "\u202eniam", "$(id)", "`id`", "a|b", "@everyone", "<script>", "${{github.token}}", "\udcff", "\x9b31m",
        ]
    ),
)  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=examples(25, quick=8), deadline=None, suppress_health_check=list(HealthCheck))
@given(head=TEXT, base=TEXT, who=TEXT, path=TEXT)
def test_no_control_survives_in_any_format(form: str, head: str, base: str, who: str, path: str) -> None:
    """Names as a branch could never have them, too: the escapers do not rely on the parser."""
    rules = registry.load(("pull",))
    said = {
        "verdicts": (Verdict(who, CHANGES), Verdict(who + "2", APPROVED)),
        "policy": (path,),
        "pusher": who,
    }
    facts = [
        Pull(base, head, "1" * 40, "2" * 40, True, mergeable=False, moved=True, **said),  # type: ignore[arg-type]
        Pull("main", head, "1" * 40, "2" * 40, True, author=who, **said),  # type: ignore[arg-type]
        Pull("develop", head, "1" * 40, "2" * 40, author=who, behind=2, up_to_date=True, policy=(path,)),
    ]
    report = evaluate(rules, facts, View(preset_flow("gitflow"), Refs({}, {}, {})))
    assert report.violations
    text = render(form, report, About("0", "p.yaml", rules, False))
    assert not BAD & set(text.replace("\t", " ") if form == "junit" else text)
    commands = [line for line in text.split("\n") if line.lstrip().startswith("::")]
    if form == "github":
        assert all(line.startswith(("::error", "::warning", "::notice")) for line in commands)
        # One annotation for each of ours and not one more.
        assert len(commands) <= len(report.violations) + len(report.skipped) + 2
    else:
        assert commands == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=examples(150), deadline=None)
@given(
    junk=JSON, where=st.sampled_from(["", "base", "head", "user", "number", "draft", "mergeable", "state"])
)
def test_an_event_of_any_shape_is_read_or_refused(junk: object, where: str) -> None:
    """Never another exception than the one that says what is wrong; and names are always valid ones."""
    body = payload(("main", "1" * 40), ("feature/x", "2" * 40))
    if where:
        body["pull_request"][where] = junk
    for one in (junk, body, {"pull_request": junk}, {"merge_group": junk}):
        try:
            asked = read(one)
        except EventError as problem:
            assert str(problem)
            continue
        assert isinstance(asked, EventRequest)
        assert asked.pull is None or (valid(asked.pull.head) and valid(asked.pull.about))


@settings(max_examples=examples(60), deadline=None)
@given(name=st.text(alphabet="ab/.-@{~^:\\ *[?\x7f\x01é", min_size=1, max_size=8))
def test_what_is_valid_is_what_git_says(name: str) -> None:
    """Nothing that git refuses is let through (git-check-ref-format(1) is the oracle)."""
    with tempfile.TemporaryDirectory() as place:
        argv = ("git", "check-ref-format", "--branch", name)
        done = subprocess.run(argv, cwd=Path(place), capture_output=True, check=False)
    assert not valid(name) or done.returncode == 0
