"""A push and a pull request see the same range, so they say the same: over random histories."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest

from gitflowguard.app.policy.load import assumed
from gitflowguard.app.pull import judge as pr
from gitflowguard.app.pull.ends import ends
from gitflowguard.engine import evaluate
from gitflowguard.hook.ci import Named
from gitflowguard.hook.payload import EventRequest
from gitflowguard.model.event import parse
from gitflowguard.model.facts import View
from gitflowguard.model.finding import Report
from gitflowguard.model.history import lines
from gitflowguard.repo import gather, pushes
from gitflowguard.repo.git import Git
from gitflowguard.repo.read import GitHistory, read_refs
from gitflowguard.repo.state import read_state
from gitflowguard.rules import registry
from tests.scenario import Real, read_script

HEADS = ("feature/a", "bugfix/b", "release/1.0", "hotfix/1.0.1", "stuff", "Feature/c", "release/one")
# A push of production without its back-merge is told; a pull request to production is the first half of a finish.
HALVES = "GFG303"
MESSAGES = ("", ": fixup! plan {}", ": WIP {}")


def script_of(seed: int) -> tuple[str, str, str]:
    """(script, head, base): branches cut from anywhere, commits, merges of lines into them and back."""
    dice = random.Random(seed)
    names = ["main", "develop"]
    out: list[str] = []
    for name in dice.sample(HEADS, dice.randint(1, 3)):
        out += [
            f"branch {name} from {dice.choice(names)}",
            f"commit on {name}{dice.choice(MESSAGES).format(len(out))}",
        ]
        names.append(name)
        if dice.random() < 0.4:
            out += [f"commit on {(line := dice.choice(('main', 'develop')))}", f"publish {line}"]
            out += [f"merge {line} into {name}"]
        if dice.random() < 0.3:
            out.append(f"commit on {name}{dice.choice(MESSAGES).format(len(out))}")
    head = names[-1]
    return "\n".join(out), head, dice.choice(("main", "develop"))


def _pushed(git: Git, branch: str, new: str, old: str) -> tuple[Report, View]:
    """What pre-push says of one ref, as far as families 1, 2, 3 and 6 go."""
    refs = read_refs(git)
    flow = assumed(refs)
    view = View(flow, refs, lines(flow, refs))
    place = git.place()
    scene = gather.Scene(git, place, GitHistory(git, place, refs), view, read_state(place))
    ref = f"refs/heads/{branch}"
    event = parse("pre-push", ("origin",), f"{ref} {new} {ref} {old or '0' * 40}\n".encode(), {})
    rules = registry.load(("branch", "commit", "merge", "release"), ("stale-branch", "leftover-branch"))
    return evaluate(rules, pushes.push(scene, event).facts, view), view


def _told(report: Report) -> set[tuple[str, str, str]]:
    found = {(v.code, v.severity, v.finding.says) for v in report.violations}
    return found | {(s.code, "unknown", s.unknown.reason) for s in report.skipped}


def _agree(seed: int) -> set[str]:
    """Judges one history both ways; returns the codes of what was found."""
    script, head, base = script_of(seed)
    with tempfile.TemporaryDirectory() as place:
        reader = Real(read_script(script), Path(place) / "repo")
        git = Git(str(reader.top))
        old, tip = (reader.git("rev-parse", f"refs/heads/{name}") for name in (base, head))
        asked, _ = ends(git, Named("", head, base))
        judged = pr.judge(EventRequest(asked), {}, pr.PullOptions(False, False), git=git)
        pushed, view = _pushed(git, head, tip, "")
        legal = view.flow.may_merge(head, base)
        assert ("GFG501" in {v.code for v in judged.report.violations}) == (legal is not True), script
        wanted = _told(pushed)
        if legal and old != tip:
            # Made for real, the merge is judged by the push of the base; what it says of others' merges is the same.
            reader.git("switch", "-q", base)
            reader.git("merge", "-q", "--no-ff", "-m", f"Merge branch '{head}' into {base}", tip)
            made, _ = _pushed(git, base, reader.git("rev-parse", "HEAD"), old)
            wanted |= _told(made)
        mine = {v for v in _told(judged.report) if v[0][3] in "1236" and v[0] != HALVES}
        wanted = {v for v in wanted if v[0] != HALVES}
        # Of forbidden merges it says no less: those inside the head no push looks at again.
        assert mine >= wanted and not {v for v in mine - wanted if v[0] != "GFG301"}, script
        return {v.code for v in judged.report.violations}


def test_a_pull_request_says_what_the_pushes_say() -> None:
    """Families 1, 2, 3 and 6, in the same words; and the histories break rules, or it would prove nothing."""
    codes = {code for seed in range(12) for code in _agree(seed)}
    assert codes >= {"GFG101", "GFG105", "GFG204", "GFG301", "GFG603"}, codes


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 200))
def test_a_pull_request_says_what_the_pushes_say_of_many_histories(seed: int) -> None:
    """The same over more of them."""
    _agree(seed)
