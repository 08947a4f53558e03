"""What names show, and what subjects say was merged: in memory, many forms."""

from __future__ import annotations

import pytest

from gitflowguard.model.template import Template
from gitflowguard.policy.habits import learn, shape_of
from gitflowguard.policy.presets import preset_flow
from gitflowguard.policy.proposal import (
    AS_IS,
    GITFLOW,
    TRUNK,
    ProposalEvidence,
    habits,
    names_for,
    scheme_for,
    usual_way,
)
from gitflowguard.policy.traffic import (
    Arrival,
    Traffic,
    TrafficStep,
    arrival,
    home,
    traffic,
)

FLOW = preset_flow("gitflow")
NONSENSE = ("pipeline1spark", "test", "wip", "my_branch", "a", "new-thing", "2plus1-x", "Fix", "v", "ABC")


@pytest.mark.parametrize(
    ("names", "templates"),
    [
        ((), {}),
        (("feat/a", "feat/B.c"), {"feat/{slug}": "feature"}),
        (("fix/a",), {"fix/{slug}": "bugfix"}),
        (("zebra/a",), {}),
        (("zeb ra/a", "zeb ra/b", "z\u00e9/a", "z\u00e9/b", "[z]/a", "[z]/b", "z+/a", "z+/b"), {}),
        (("zebra/a", "zebra/b"), {"zebra/{slug}": "feature"}),
        (("unmaintained/2024.1", "unmaintained/zed"), {"unmaintained/{slug}": "support"}),
        (("users/ada/x",), {"users/*/{slug}": "feature"}),
        (("ABC-1-x", "XY-22-y"), {"{ticket}-{slug}": "feature"}),
        (("ABC-1_x", "ABC-2"), {"{ticket}_{slug}": "feature", "{ticket}": "feature"}),
        (("ABC-1-x",), {}),
        (("issue-1-a", "issue-2-b"), {"issue-{number}-{slug}": "feature"}),
        (("12-a", "13-b", "14-c"), {"{number}-{slug}": "feature"}),
        (("12-a", "13-b"), {}),
        (("2026-01-02", "2026-01-03", "2026-01-04"), {}),
        (("fix-a", "fix-b", "fix-3"), {"fix-{slug}": "bugfix"}),
        (("add-a", "add-b"), {}),
        (("add-a", "add-b", "add-c"), {"add-{slug}": "feature"}),
        (("patch-1", "patch-2", "patch-3"), {}),
        (("release/v1.2.0", "release/v1.3"), {"release/v{version}": "release"}),
        (("release/2026-11",), {"release/{number}-{number}": "release"}),
        (("release/next",), {"release/{slug}": "release"}),
        (("release-1.0", "release-1.1"), {"release-{version}": "release"}),
        (("hotfix/fix-login", "hotfix/1.0.1"), {"hotfix/{slug}": "hotfix"}),
        (("v5.3", "5.x"), {"v{number}.{number}": "support", "{number}.x": "support"}),
        (("v5.3",), {}),
        (("pyup-update-x-1-to-2",), {}),
        (("dependabot/x", "main", "develop", "gh-pages", "revert-1-x", "ada-patch-1"), {}),
    ],
)
def test_templates_are_learned(names: tuple[str, ...], templates: dict[str, str]) -> None:
    """Each shows its names, and none takes in nonsense."""
    found = learn(names, FLOW)
    assert {habit.template: habit.kind for habit in found} == templates
    for habit in found:
        assert all(Template(habit.template).match(name, FLOW) is not None for name in habit.names)
        assert all(Template(habit.template).match(name, FLOW) is None for name in NONSENSE)


def test_the_commonest_comes_first_and_no_kind_gets_too_many() -> None:
    """At most a dozen templates a kind, whatever there is."""
    names = [f"{word}/{n}x" for w, word in enumerate("abcdefghijklmnopqrst") for n in range(2 + w)]
    found = learn(names, FLOW)
    assert len(found) == 12 and found[0].template == "t/{slug}"
    assert [len(habit.names) for habit in found] == sorted(
        (len(habit.names) for habit in found), reverse=True
    )


@pytest.mark.parametrize(
    "name", ["", "/", "-", "a/", "/a", "é/ü", "a b/c", "feat/ü", "x" * 300, "feat/" + "y" * 300, "#1", "{a}"]
)
def test_odd_names_show_nothing(name: str) -> None:
    """And break nothing."""
    assert shape_of(name) is None


@pytest.mark.parametrize(
    ("subject", "merge", "found"),
    [
        ("Merge pull request #12 from acme/feat/x", True, Arrival("feat/x", "acme", True)),
        ("Merge branch 'feature/x' into develop", True, Arrival("feature/x", target="develop")),
        ("Merge branch 'x' of https://h/r into main", True, Arrival("x", target="main")),
        ("Merge remote-tracking branch 'origin/x'", True, Arrival("x")),
        ("Merge branch 'x' into 'main'", True, Arrival("x", "", True, "main")),
        ("Merged in feature/x (pull request #12)", True, Arrival("feature/x", "", True)),
        (
            "Merge pull request #12 in P/r from feature/x to main",
            True,
            Arrival("feature/x", "", True, "main"),
        ),
        ("Merged PR 123: add a thing", False, Arrival("", "", True)),
        ("Add a thing (#12)", False, Arrival("", "", True)),
        ("Add a thing (!12)", False, Arrival("", "", True)),
        ("Merge tag '1.0' into develop", True, Arrival("")),
        ("Add a thing (see #12)", False, None),
        ("(#12)", False, None),
        ("Merge branch 'x'", False, None),
        ("Merged PR about x", False, None),
        ("", True, None),
    ],
)
def test_a_subject_says_what_was_merged(subject: str, merge: bool, found: Arrival | None) -> None:
    """As git, GitHub, GitLab, Bitbucket and Azure DevOps write it; a commit like any other says nothing."""
    assert arrival(subject, merge) == found


def _line(branch: str, *subjects: str) -> Traffic:
    steps = (
        TrafficStep(f"{n:040x}", 100 - n, 2 if s.startswith("Merge") else 1, s)
        for n, s in enumerate(subjects)
    )
    return traffic(branch, steps)


def test_home_is_whose_pull_requests_are_the_most() -> None:
    """Unless the remote's address says whose it is."""
    line = _line("main", *(f"Merge pull request #{n} from {who}/x{n}" for n, who in enumerate("aab")))
    assert (home([line]), home([line], "c"), home([])) == ("a", "c", "")
    assert line.pulls == 3 and line.merges_of("x1") == 1 and line.newest == 100


def _known(*names: str, develop: str = "", straight: int = 0, **more: object) -> ProposalEvidence:
    line = _line("main", *(f"Add {n} (#{n})" for n in range(straight)), "start")
    return ProposalEvidence("main", develop, names, (), line, **more)  # type: ignore[arg-type]


FREE = tuple(f"odd{letter}" for letter in "abcdefgh")


@pytest.mark.parametrize(
    ("known", "way"),
    [
        (_known(), GITFLOW),
        (_known(straight=4), GITFLOW),
        (_known(straight=5), TRUNK),
        (_known(straight=50, narrow=True), GITFLOW),
        (_known(straight=50, told=True), GITFLOW),
        (_known(straight=50, develop="dev"), GITFLOW),
        (_known(*FREE[:5], straight=50), TRUNK),
        (_known(*FREE, straight=50), AS_IS),
        (_known(*FREE, told=True), GITFLOW),
        (_known(*FREE, *(f"feat/{n}" for n in range(8)), straight=50), TRUNK),
        (_known(*FREE, *(f"feat/{n}" for n in range(5)), develop="dev"), GITFLOW),
        (_known(*FREE, *(f"feat/{n}" for n in range(5))), AS_IS),
        (_known(*FREE, *(f"dependabot/{n}" for n in range(50))), AS_IS),
    ],
)
def test_the_way_follows_the_evidence(known: ProposalEvidence, way: str) -> None:
    """Settings first, then names, then lines, then what came into production."""
    assert usual_way(known, habits(known)).way == way


@pytest.mark.parametrize(
    ("names", "conventional"),
    [
        (("feat/a", "fix/b"), True),
        (("feature/a", "bugfix/b"), False),
        (("feat/a", "docs/b"), False),
        (("chore/a", "feature/b", "hotfix/c"), True),
        ((), False),
    ],
)
def test_conventional_branch_is_seen(names: tuple[str, ...], conventional: bool) -> None:
    """Where all names of work lie within it, and the preset's own do not do."""
    known = _known(*names)
    base = {kind.id: kind for kind in FLOW.kinds}
    assert names_for(known, habits(known), base, None).conventional is conventional
    assert names_for(known, habits(known), base, True).conventional
    assert not names_for(known, habits(known), base, False).conventional


@pytest.mark.parametrize(
    ("versions", "scheme"),
    [
        ((), "semver"),
        (("1.0", "1.1.0-rc.1"), "semver"),
        (("1.0rc1", "1.0", "1.1b2", "1.1"), "pep440"),
        (("2026-11", "2026-12", "2027-01"), "calver"),
        (("1.0rc1", *("1.0",) * 30), "semver"),
    ],
)
def test_the_scheme_of_versions_is_read_from_tags(versions: tuple[str, ...], scheme: str) -> None:
    """semver unless another one reads clearly more."""
    assert scheme_for(versions) == scheme


@pytest.mark.parametrize(
    ("names", "first"),
    [
        (("bump_a", "bump_b", "bump_c", "feature/x", "feature/y"), "feature/{slug}"),
        (("issue-1-a", "issue-2-b", "issue-3-c", "feat/x", "feat/y"), "feat/{slug}"),
        (("feat/a", "feat/b", "feat/c", "feature/x"), "feat/{slug}"),
        (("ABC-1-a", "ABC-2-b", "ABC-3-c", "feat/x"), "{ticket}-{slug}"),
        (("work/a", "work/b", "work/c", "feat/x"), "work/{slug}"),
    ],
)
def test_messages_propose_a_usual_name(names: tuple[str, ...], first: str) -> None:
    """The first name of a kind is the one that messages propose: a prefix, where the team has one."""
    known = ProposalEvidence("main", "develop", names)
    base = {kind.id: kind for kind in FLOW.kinds}
    assert names_for(known, habits(known), base, False).kinds["feature"][0][0] == first
