"""What the head of a pull request counts as, whose findings are softened, and small facts: in memory."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gitflowguard.model.adoption import NAME, WAY, Adoption, branch_id
from gitflowguard.model.collision import SAME_WORK, WITH_TARGET, Collision
from gitflowguard.model.facts import (
    Branch,
    Commit,
    Fact,
    Merge,
    Refs,
    Release,
    Stack,
    View,
)
from gitflowguard.model.finding import ERROR, WARNING, Finding, Unknown, Violation
from gitflowguard.model.flow import Flow
from gitflowguard.model.foreseen import collision
from gitflowguard.model.history import SHALLOW
from gitflowguard.model.lineage import branch, versions
from gitflowguard.model.markers import pushed_markers
from gitflowguard.model.measure import (
    METRIC,
    Bound,
    Measure,
    broken_bound,
    change_of,
    exceeded,
    figure,
    limit,
    unresolved,
)
from gitflowguard.model.merging import missing_targets, owed
from gitflowguard.model.pull import (
    APPROVED,
    CHANGES,
    COMMENTED,
    Pull,
    Verdict,
    latest,
)
from gitflowguard.model.repair import (
    autosquash,
    delete,
    into,
    pull,
    rebase,
    rename,
    reword,
    rewind,
    word,
)
from gitflowguard.model.source import (
    called,
    counted,
    judging,
    may_enter,
    robot_named,
    robots,
)
from gitflowguard.model.standing import Subject, subject, weighed
from gitflowguard.model.status import DAY, age
from gitflowguard.policy.presets import preset_flow
from gitflowguard.radar.nouns import Clash
from tests.model.drawing import Drawn

FLOW = preset_flow("gitflow")


def with_robot(*authors: str) -> Flow:
    """The preset with robots of the team's own."""
    kinds = tuple(kind._replace(authors=authors) if kind.id == "bot" else kind for kind in FLOW.kinds)
    return FLOW._replace(kinds=kinds)


def asked(head: str, base: str = "develop", **more: object) -> Pull:
    """A pull request from one branch into another."""
    return Pull(about=base, head=head, **more)  # type: ignore[arg-type]  # a test's own keywords


@pytest.mark.parametrize(
    ("flow", "pull_request", "robot"),
    [
        (FLOW, asked("renovate/x", author="renovate[bot]", robot=True), True),
        (FLOW, asked("renovate/x", author="github-actions[bot]", robot=True), False),
        (FLOW, asked("renovate/x", author="ann"), False),
        (with_robot("Ann"), asked("renovate/x", author="ann"), True),
        (with_robot("bob"), asked("renovate/x", author="ann"), False),
        (FLOW, asked("renovate/x"), False),
    ],
)
def test_who_is_a_robot(flow: Flow, pull_request: Pull, robot: bool) -> None:
    """The forge says so, or the policy lists the login; any workflow acts under the shared one."""
    assert robots(pull_request, flow) is robot


@pytest.mark.parametrize(
    ("pull_request", "kind"),
    [
        (asked("feature/x"), "feature"),
        (asked("odd"), None),
        (asked("feature/x", fork=True), "feature"),
        (asked("odd", fork=True), "feature"),
        (asked("main", fork=True), "feature"),
        (asked("release/1.2", fork=True), "release"),
        (asked("renovate/x"), "feature"),
        (asked("renovate/x", author="renovate[bot]", robot=True), "bot"),
    ],
)
def test_what_a_head_counts_as(pull_request: Pull, kind: str | None) -> None:
    """By repository, branch and author; a fork's line is a stranger's branch."""
    found = counted(pull_request, FLOW)
    assert (found.id if found else None) == kind


@pytest.mark.parametrize(
    ("pull_request", "may"),
    [
        (asked("feature/x"), True),
        (asked("feature/x", "main"), False),
        (asked("odd"), False),
        (asked("develop", "develop"), True),
        (asked("develop", "develop", fork=True), True),
        (asked("feature/x", "odd"), None),
    ],
)
def test_where_a_head_may_go(pull_request: Pull, may: bool | None) -> None:
    assert may_enter(pull_request, FLOW) is may


def test_a_policy_without_everyday_work() -> None:
    """A fork's odd branch, and a robot's name that no robot made, go nowhere."""
    lines = Flow(tuple(kind for kind in FLOW.kinds if kind.protected or kind.id == "bot"))
    assert may_enter(asked("odd", fork=True), lines) is False
    assert may_enter(asked("renovate/x"), lines) is False
    assert not robot_named(asked("feature/x"), FLOW) and robot_named(asked("renovate/x"), FLOW)
    assert not robot_named(asked("renovate/x", "odd"), FLOW)
    assert not robot_named(asked("renovate/x"), Flow(tuple(k for k in FLOW.kinds if k.id != "bot")))


def test_the_flow_that_judges_a_pull_request() -> None:
    """The same where the name already says it; else the head has the kind that it counts as."""
    assert judging(FLOW, asked("feature/x")) is FLOW
    fork = asked("main", fork=True)
    own = judging(FLOW, fork)
    assert called(fork) == "main of a fork" and own.kind_of("main of a fork") == FLOW.work
    assert own.kind_of("main") == FLOW.kind("main") and own.near_kind("main of a fork") == FLOW.work


def test_the_last_decision_of_each_person() -> None:
    """A comment takes nothing back, and logins know no case."""
    said = (
        Verdict("Ann", CHANGES, "1"),
        Verdict("ann", APPROVED, "2"),
        Verdict("ANN", COMMENTED, "3"),
        Verdict("bob", COMMENTED, "3"),
    )
    assert latest(said) == (Verdict("ann", APPROVED, "2"),) and latest(()) == ()


@pytest.mark.parametrize(
    ("fact", "about"),
    [
        (Branch("feature/x", tip="1", into="develop"), Subject("feature/x", "develop", "1")),
        (Release("release/1.0", ""), Subject("release/1.0")),
        (Merge("main", ("feature/x", "y"), "1", base="0"), Subject("feature/x", "main", "1", "0")),
        (Merge("main", Unknown("no name"), "1"), Subject("", "main", "1")),
        (
            asked("x", "main", head_sha="1", base_sha="0", fork=True),
            Subject("x of a fork", "main", "1", "0"),
        ),
        (Commit("feature/x"), Subject("")),
    ],
)
def test_the_branch_that_a_fact_is_about(fact: Fact, about: Subject) -> None:
    assert subject(fact) == about


class Shown:
    """What a repository tells: which branches are another repository's, which were there before."""

    def __init__(self, foreign: bool = False, old: bool = False) -> None:
        self.foreign, self.old = foreign, old

    def excuses(self, subject: Subject, found: Violation) -> bool:
        """See `Standing`."""
        return self.foreign

    def older(self, subject: Subject, day: str) -> bool:
        """See `Standing`."""
        return self.old


ADOPTED = FLOW._replace(adoption=Adoption("2026-11-29", branch_id("old")))
BAD = Violation("GFG101", "x", ERROR, Finding("bad", (("git", "x"),)), topic=NAME)


@pytest.mark.parametrize(
    ("found", "fact", "flow", "shown", "severity"),
    [
        (BAD._replace(topic=""), Branch("old"), ADOPTED, Shown(), ERROR),
        (BAD, Branch("main"), ADOPTED, Shown(), ERROR),
        (BAD, Commit("old"), ADOPTED, Shown(), ERROR),
        (BAD, Branch("old"), ADOPTED, Shown(foreign=True), None),
        (BAD, Branch("old"), ADOPTED, None, WARNING),
        (BAD, Branch("old"), FLOW, None, ERROR),
        (BAD, Branch("new"), ADOPTED, None, ERROR),
        (BAD, Branch("new"), ADOPTED, Shown(old=True), WARNING),
        (BAD, Branch("new"), ADOPTED, Shown(), ERROR),
        (BAD, Branch("old", into="develop"), ADOPTED, None, WARNING),
        (BAD, Branch("old", into="main"), ADOPTED, None, ERROR),
        (BAD._replace(topic=WAY), Branch("feature/x"), ADOPTED, Shown(old=True), ERROR),
        (BAD._replace(topic=WAY), Branch("odd"), ADOPTED, Shown(old=True), WARNING),
        (BAD._replace(severity=WARNING), Branch("old"), ADOPTED, Shown(), WARNING),
    ],
)
def test_what_was_there_before_is_a_warning(
    found: Violation, fact: Fact, flow: Flow, shown: Shown | None, severity: str | None
) -> None:
    """Only where age counts, and only for findings about a name or a way."""
    got = weighed(found, fact, flow, shown)
    assert (got.severity if got else None) == severity
    if got is not None and severity != found.severity:
        assert got.adopted and "was here before adoption (2026-11-29)" in got.finding.says


def test_an_old_name_on_its_way_into_a_trunk() -> None:
    """Where work goes straight into production, an old name is excused there; a name of a kind isn't."""
    trunk = preset_flow("gitflow", "trunk", None)._replace(adoption=ADOPTED.adoption)
    assert trunk.welcomes("trunk")
    old = weighed(BAD, Branch("old", into="trunk"), trunk, None)
    assert old is not None and old.severity == WARNING and old.finding.mend == ()
    listed = trunk._replace(adoption=Adoption("2026-11-29", branch_id("feature/x")))
    kept = weighed(BAD, Branch("feature/x", into="trunk"), listed, None)
    assert kept is not None and kept.severity == ERROR


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 minute"),
        (3 * 3600, "3 hours"),
        (3 * DAY, "3 days"),
        (90 * DAY, "3 months"),
        (800 * DAY, "2 years"),
    ],
)
def test_ages(seconds: int, text: str) -> None:
    assert age(seconds) == text


REFS = Refs({"f": "1", "-x": "2", "both": "3"}, {("origin", "far"): "4", ("origin", "both"): "3"}, {"f": "1"})


def test_commands_that_fix_a_branch() -> None:
    """Each names a branch without a doubt, and is empty where it would do harm."""
    seen = View(FLOW, REFS._replace(head="f"))
    assert word(REFS, "f") == "refs/heads/f" and word(REFS, "both") == "both"
    assert word(REFS, "-x") == "refs/heads/-x" and word(REFS, "far") == "origin/far"
    assert rename(REFS, "f", "") == rename(REFS, "both", "y") == rename(REFS, "gone", "y") == ()
    assert rename(Refs({"pages": "1"}, {}, {}), "pages", "y") == ()
    assert rename(REFS, "-x", "y") == (("git", "branch", "-m", "--", "-x", "y"),)
    assert rename(Refs({}, {}, {}, head="born"), "born", "y") == (("git", "branch", "-m", "born", "y"),)
    assert rebase(seen, "a", "b", "f") == (("git", "rebase", "--autostash", "--onto", "a", "b", "f"),)
    assert rebase(seen, "a", "b", "far")[0] == ("git", "switch", "far")
    assert rewind(seen, "gone", "b") == rewind(seen, "f", "") == ()
    assert rewind(seen, "f", "b", "1") == (("git", "switch", "f"), ("git", "reset", "--keep", "b"))
    assert rewind(seen, "f", "b", "9")[0][:2] == ("git", "branch")
    assert pull(seen, "origin", "f") == (("git", "pull", "--no-rebase", "--autostash", "origin", "f"),)
    assert pull(seen, "origin", "both")[0] == ("git", "switch", "both")
    assert autosquash(seen, "far", "b") == () and autosquash(seen, "both", "b")[0] == (
        "git",
        "switch",
        "both",
    )
    assert autosquash(seen, "f", "b")[0][:3] == ("git", "-c", "sequence.editor=:")


def test_commands_that_delete_a_branch() -> None:
    """The remote's first; HEAD leaves the branch for a settled one, where there is one."""
    gone = ("git", "push", "origin", "--delete", "both")
    here = ("git", "branch", "-d", "both")
    refs = REFS._replace(head="both")
    assert delete(refs, "both", ("main", "develop")) == (gone, ("git", "switch", "develop"), here)
    assert delete(refs, "both", ()) == (gone, here)
    assert delete(REFS._replace(head="main"), "both", ("main",)) == (gone, here)
    assert delete(refs, "far", ("main",)) == (("git", "push", "origin", "--delete", "far"),)


def test_commands_that_give_a_commit_another_message() -> None:
    """About to be made, the newest of its branch, or an older one that is folded."""
    seen = View(FLOW, REFS._replace(head="f"))
    text = ("-m", "Say it", "-m", "Why so", "--trailer", "Key: value")
    message = "Say it\n\nWhy\nso\n\nKey: value\n"
    assert reword(seen, Commit("f"), message) == (("git", "commit", *text),)
    assert reword(seen, Commit("f", sha="1"), message) == (("git", "commit", "--amend", *text),)
    assert reword(seen, Commit("both", sha="3"), "Say it")[0] == ("git", "switch", "both")
    older = reword(seen, Commit("f", sha="0", parents=("p",)), "Say it")
    assert older[0][:5] == ("git", "commit", "--allow-empty", "-m", "amend! 0") and older[-1][-1] == "p"
    assert reword(seen, Commit("f", sha="0"), "Say it")[-1][-1] == "--root"
    assert reword(seen, Commit("f", sha="0", base="b"), "Say it")[-1][-1] == "b"


def test_the_kinds_that_may_enter() -> None:
    """A robot's kind only where its name alone is enough."""
    seen = View(FLOW, REFS)
    assert "feature/<slug>" in into(seen, "develop") and into(seen, "none") == ()
    assert into(seen, "main") == ("release/<version>", "hotfix/<version>")


def test_a_foreseen_collision() -> None:
    """The first path is named, the others are counted; without a path the sentence stands alone."""
    first = Clash("a.py", "content", "line", theirs=((3, 4),))
    base = Collision("f", "1", "g", WITH_TARGET, "develop")
    one = collision(base._replace(clashes=(first,)), "f collides")
    assert (one.says, one.path, one.line) == ("f collides, in a.py", "a.py", 3)
    more = collision(base._replace(clashes=(first._replace(theirs=()), first, first)), "f collides")
    assert (more.says, more.line) == ("f collides, in a.py and 2 more paths", 0)
    none = collision(base._replace(relation=SAME_WORK), "f repeats g")
    assert (none.says, none.path, none.line) == ("f repeats g", "", 0)


def measured(**more: str) -> Measure:
    """A metric with its bound; keys of the bound begin with ``b_``."""
    bound = {key[2:]: value for key, value in more.items() if key.startswith("b_")}
    rest = {key: value for key, value in more.items() if not key.startswith("b_")}
    return Measure("f", METRIC, "auc", **rest, bound=Bound("auc", **bound))  # type: ignore[arg-type]


def test_a_measure_and_its_bound() -> None:
    """Equal passes; a percentage of 0 says nothing; the interval shows what the rows can't resolve."""
    assert limit("5%", Decimal("-2")) == Decimal("0.1") and limit("5%", Decimal(0)) is None
    assert limit("0.5", Decimal(0)) == Decimal("0.5")
    assert change_of(measured(value="1")) is None
    assert change_of(measured(value="1", before="3")) == -2
    assert broken_bound(measured(value="1", b_minimum="1", b_maximum="1")) == ("", "")
    assert broken_bound(measured(value="0.9", b_minimum="1")) == ("minimum", "1")
    assert broken_bound(measured(value="1.1", b_maximum="1")) == ("maximum", "1")
    assert broken_bound(measured(b_maximum="1")) == ("", "")
    assert exceeded(measured(value="1", b_drop="1")) == ("", "")
    assert exceeded(measured(value="1", before="3", b_drop="1")) == ("drop", "1")
    assert exceeded(measured(value="3", before="1", b_drop="1", b_rise="50%")) == ("rise", "50%")
    assert exceeded(measured(value="3", before="1", b_rise="2")) == ("", "")
    wide = measured(before="1", low="-0.2", high="0.2", b_drop="0.1")
    assert unresolved(wide) == "0.1" and unresolved(wide._replace(low="0.1")) == ""
    assert unresolved(wide._replace(low="-0.05")) == "" and unresolved(wide._replace(before="")) == ""
    assert unresolved(wide._replace(bound=Bound("auc", rise="0.1"))) == "0.1"


@pytest.mark.parametrize(
    ("number", "signed", "text"),
    [
        ("0", True, "0"),
        ("0.00001", False, "1.00E-5"),
        ("2e9", True, "+2.00E+9"),
        ("0.5", True, "+0.5"),
        ("12", False, "12"),
    ],
)
def test_figures(number: str, signed: bool, text: str) -> None:
    assert figure(Decimal(number), signed) == text


def test_an_index_answers_many_questions_from_a_table() -> None:
    """The first few walk the names, the others look them up; what two remotes have twice counts once."""
    names = {("origin", "a"): "1", ("fork", "a"): "1", ("fork", "b"): "2", ("origin", "c"): "1"}
    refs = Refs({"a": "1", "A": "3", "d": "2"}, names, {}).indexed()
    for _ in range(20):
        assert refs.tips("a") == ("1",) and refs.tips("b") == ("2",) and refs.tips("none") == ()
        assert refs.at("1") == ("a", "c") and refs.at("2") == ("b", "d") and refs.at("9") == ()
        assert refs.twins("a") == ("A",) and refs.twins("b") == ()
    for _ in range(20):
        assert refs._index().at_any(("1", "3")) == ("A", "a", "c")
    two = Refs({"a": "1"}, {("origin", "a"): "2"}, {}).indexed()
    assert [two.tips("a") for _ in range(9)] == [("1", "2")] * 9
    assert refs.beginning(("",)) == refs.branches() and refs.beginning(("a", "d")) == ("a", "d")


LABELS = b"<<<<<<< HEAD\na\n=======\nb\n>>>>>>> "


@pytest.mark.parametrize(
    ("label", "message", "left"),
    [
        (b"1a2b3c4 (Add it)", "Add it\n", True),
        (b"Add it", "Add it", True),
        (b"1a2b3c4 (Other)", "Add it", False),
        (b"parent of 1a2b3c4 (Add it)", 'Revert "X"\n\nThis reverts commit 1a2b3c4d5e.', True),
        (b"parent of 1a2b3c4...", "This reverts commit 1a2b3c4d5e.", True),
        (b"parent of 1a2b", "This reverts commit 1a2b3c4d5e.", False),
        (b"topic", "", False),
    ],
)
def test_markers_that_a_commits_own_replay_left(label: bytes, message: str, left: bool) -> None:
    """git labels the lower end with the replayed commit; documentation names another one, and shows other lines."""
    found = pushed_markers("f", LABELS + label + b"\n", (b"what was there\n", None), message)
    assert [marker.line for marker in found] == ([1, 5] if left else [])


def test_versions_are_read_from_the_teams_tags() -> None:
    """Only with the policy's prefix, and only what is a version."""
    flow = FLOW._replace(tag_prefix="v")
    assert [tag for tag, _ in versions(flow, ("v1.10", "v1.2", "1.0", "vx"))] == ["v1.2", "v1.10"]


def test_a_branch_on_a_chain_of_others_and_one_cut_from_no_line() -> None:
    """Another branch on one's own commits is a stack, as far down as the other goes."""
    graph = {"r": "", "d": "r", "f1": "d", "f2": "f1", "f3": "f2"}
    history = Drawn(graph, {"main": "r", "develop": "d", "feature/f": "f3", "feature/g": "f2"})
    fact = branch(history, history.view(), "feature/f", "f3")
    assert fact.stacks == (Stack("feature/g", "f2", 2),)


def test_what_a_target_still_lacks() -> None:
    """Asked only of a merge into production; an open release that has it will bring it."""
    graph = {"r": "", "d": "r", "h": "r", "m": "r h"}
    tips = {"main": "m", "develop": "d", "hotfix/1.0.1": "h"}
    drawn = Drawn(graph, tips, says={"m": "Merge branch 'hotfix/1.0.1'"})
    seen = drawn.view()
    assert missing_targets(drawn, seen, ("hotfix/1.0.1",), "main", "h") == ("develop",)
    assert missing_targets(drawn, seen, ("hotfix/1.0.1",), "develop", "h") == ()
    assert missing_targets(drawn, seen, ("odd",), "main", "h") == ()
    unknown = Unknown("no name")
    assert missing_targets(drawn, seen, unknown, "main", "h") == unknown
    shallow = Drawn(graph, tips, shallow=True)
    assert missing_targets(shallow, seen, ("hotfix/1.0.1",), "main", "h") == SHALLOW
    lone = Drawn(graph, {"main": "m", "hotfix/1.0.1": "h"})
    assert missing_targets(lone, lone.view(), ("hotfix/1.0.1",), "main", "h") == ()
    carried = Drawn({**graph, "q": "d h"}, {**tips, "release/1.1": "q"})
    assert missing_targets(carried, carried.view(), ("hotfix/1.0.1",), "main", "h") == ()
    assert [merge.sources for merge in owed(drawn, seen, ("d",), 9)] == [("hotfix/1.0.1",)]
    assert owed(drawn, seen, ("d",), 0) == () and owed(drawn, seen, ("m",), 9) == ()


def test_what_is_owed_leaves_out_what_is_back_or_has_no_name() -> None:
    """A merge whose subject names nothing can't be said to be owed; one that develop holds isn't."""
    graph = {"r": "", "d": "r", "h": "r", "m": "r h", "g": "m", "n": "m g", "d2": "d h"}
    tips = {"main": "n", "develop": "d2", "hotfix/1.0.1": "h"}
    drawn = Drawn(graph, tips, says={"m": "Merge branch 'hotfix/1.0.1'", "n": "Merge the two"})
    assert owed(drawn, drawn.view(), ("d",), 9) == ()
