"""`init` in repositories of many habits: what it learns, what it says of the branches there; `check` agrees."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gitflowguard.app.setup.proposing import ProposalOptions, propose
from gitflowguard.model.adoption import branch_id
from gitflowguard.model.flow import Flow
from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.repo.detect import detect
from gitflowguard.repo.git import Git
from gitflowguard.rules.registry import CODES, NAMES
from tests import budget
from tests.install.history import History
from tests.install.place import Ran, Shell, git, repository

POLICY = ".gitflowguard.yaml"
QUIET = ("--no-hooks", "--ci", "none")
NONSENSE = "pipeline1spark"


def flow_of(repo: Path) -> Flow:
    """The policy that was written."""
    return parse((repo / POLICY).read_bytes(), POLICY, NAMES, CODES, tools=TOOLS).flow


def found(ran: Ran) -> dict[str, str]:
    """The lines under `Found:`."""
    lines = ran.out.partition("Found:\n")[2].partition("\n\n")[0].splitlines()
    pairs = (line.strip().split("  ", 1) for line in lines)
    return {pair[0]: pair[-1].strip() for pair in pairs}


def warned(ran: Ran) -> int:
    """How many branches `init` says are only warned about."""
    match = re.search(r"^(\d+) of \d+ branches ", ran.out, re.MULTILINE)
    return int(match[1]) if match else 0


def check_agrees(repo: Path, guard: Shell, count: int) -> None:
    """`check --all` blocks nothing, and warns about just as many branches for being there at adoption."""
    ran = guard(repo, "check", "--all")
    assert "error[" not in ran.out and ran.code == 0, ran.out + ran.err
    about = set(re.findall(r"; (\S+) was here before adoption", ran.out))
    assert len(about) == count, ran.out


def conventional() -> History:
    """feat/ and fix/, pull requests into main, no develop."""
    shape = History()
    shape.merged("main", "feat/a", "feat/b", "fix/c", "feat/d", "fix/e", "chore/f")
    shape.branches("main", "feat/login", "feat/Logout", "fix/crash", "custom-lint", "feat/wip-2")
    return shape


def tickets() -> History:
    """Jira keys as names, into develop; releases into main."""
    shape = History()
    shape.commit("develop", base="main")
    shape.merged("develop", "ABC-1-start", "ABC-2-more", "ABC-7_odd")
    shape.merged("main", "release/1.0", form="Merge branch '{name}' into {into}")
    shape.tag("1.0", "main")
    shape.branches(
        "develop", "ABC-12-paging", "ABC-13-search", "ABC-14", "issue-3-typo", "issue-4-link", "old"
    )
    return shape


def calver() -> History:
    """Dates as versions."""
    shape = History()
    shape.squashed("main", 8)
    for version in ("2026-04", "2026-05", "2026-06"):
        shape.tag(version, "main")
    shape.branches("main", "release/2026-07", "feature/x")
    return shape


def prefixed() -> History:
    """v in tags and in the names of releases, which were squashed and never merged."""
    shape = History()
    shape.squashed("main", 9)
    shape.tag("v1.0.0", "main")
    shape.branches("main", "release/v1.0.0", "release/v1.1.0", "hotfix/fix-login", "feature/x")
    return shape


def stable() -> History:
    """develop is the default, releases go to stable by a branch that is used again and again."""
    shape = History("develop")
    shape.commit("stable", base="develop")
    shape.merged("develop", "feat/a", "fix/b", "feat/c", "feat/d")
    for version in ("2026.1", "2026.2", "2026.3", "2026.4"):
        shape.merged("stable", "new_release")
        shape.commit("stable", "Merge branch 'develop' into stable", merge="develop")
        shape.tag(version, "stable")
        shape.squashed("develop", 1)
    shape.branches("develop", "feat/e", "fix/f", "lonely-name")
    return shape


def trunk() -> History:
    """Merges by Bitbucket, Azure DevOps and GitLab; the main line is called trunk."""
    shape = History("trunk")
    shape.merged("trunk", "feature/a", "feature/b", form="Merged in {name} (pull request #{n})")
    shape.merged("trunk", "feature/c", form="Merge branch '{name}' into '{into}'")
    shape.commit("trunk", "Merged PR 12: add a thing")
    shape.squashed("trunk", 4)
    shape.branches("trunk", "feature/d", "users/ada/test", "users/ben/test2")
    return shape


def dev_master() -> History:
    """dev is merged straight into master at a release."""
    shape = History("master")
    shape.commit("dev", base="master")
    shape.merged("dev", "fix-a", "fix-b", "docs/c", "fix_d", "fix_e")
    shape.merged("master", "dev")
    shape.tag("v2.0.0", "master")
    shape.branches("dev", "fix-g", "docs/h", "patch", "TEMPLATE")
    return shape


def followed() -> History:
    """master is moved to develop at a release, without a merge."""
    shape = History("develop")
    shape.merged("develop", "feature/a", "feature/b", form="Merge branch '{name}' into {into}")
    shape.tag("1.0.0", "develop")
    shape.lines += ["reset refs/heads/master", f"from :{shape.tips['develop']}", ""]
    shape.branches("develop", "feature/c")
    shape.commit("develop")
    return shape


def pages() -> History:
    """A published branch without a common history, beside work."""
    shape = History()
    shape.squashed("main", 6)
    shape.commit("gh-pages")
    shape.commit("website")
    shape.commit("orphaned-by-mistake")
    shape.branches("main", "feature/x")
    return shape


def robots() -> History:
    """Robots, assistants, and GitHub's own names."""
    shape = History()
    shape.squashed("main", 7)
    shape.branches(
        "main",
        *("dependabot/pip/x-1.0", "renovate/y", "pyup-pin-z-1", "copilot/fix-it", "claude/brave-turing"),
        *("release-please--branches--main", "changeset-release/main", "revert-12-feature/x", "ada-patch-1"),
        *("pre-commit-ci-update-config", "codex/a", "cursor/b", "feature/by-hand"),
    )
    return shape


def versions() -> History:
    """Maintenance lines named by their versions, merged forward."""
    shape = History()
    shape.squashed("main", 6)
    shape.tag("2.11.1", "main")
    shape.branches("main", "2.10", "2.11", "3.x", "feature/x")
    shape.merged("main", "2.11", form="Merge branch '{name}'")
    return shape


def freely() -> History:
    """Everybody calls a branch as they like."""
    shape = History()
    shape.squashed("main", 6)
    shape.branches(
        "main", *(f"{word}-thing{n}" for n, word in enumerate("red blue green odd wild calm soft".split()))
    )
    return shape


def many() -> History:
    """Hundreds of branches."""
    shape = History()
    shape.commit("develop", base="main")
    shape.branches(
        "develop", *(f"feature/thing-{n}" for n in range(250)), *(f"fix/bug-{n}" for n in range(100))
    )
    shape.branches("develop", *(f"bob{n}x" for n in range(50)))
    return shape


Case = tuple[Callable[[], History], str, str, str, int, dict[str, str]]
CASES: list[Case] = [
    (conventional, "", "main", "", 1, {"feat/new": "feature", "fix/new": "bugfix", "chore/new": "chore"}),
    (tickets, "", "main", "develop", 1, {"ABC-99-x": "feature", "ABC-99": "feature", "issue-9-x": "feature"}),
    (calver, "", "main", "", 0, {"release/2026-11": "release", "feature/y": "feature"}),
    (prefixed, "", "main", "", 1, {"release/v2.0.0": "release", "hotfix/other": "hotfix"}),
    (stable, "", "stable", "develop", 1, {"new_release": "release", "feat/new": "feature"}),
    (trunk, "", "trunk", "", 0, {"users/cleo/x": "feature", "feature/z": "feature"}),
    (dev_master, "", "master", "dev", 2, {"fix-new": "bugfix", "docs/new": "feature"}),
    (followed, "", "master", "develop", 0, {"feature/x": "feature"}),
    (pages, "", "main", "", 1, {"gh-pages": "pages", "website": "pages"}),
    (robots, "", "main", "", 0, {"dependabot/pip/y-2": "bot", "pyup-pin-a": "bot", "revert-13-x": "revert"}),
    (versions, "", "main", "", 0, {"2.12": "support", "4.x": "support"}),
    (many, "", "main", "develop", 50, {"feature/new": "feature", "fix/new": "bugfix"}),
]


# With develop and without, under any name of the two, with words and tickets in names, and with releases by month.
QUICK = (0, 1, 2, 6)


@pytest.mark.parametrize(
    ("shape", "head", "main", "develop", "count", "names"),
    budget.sampled(CASES, *QUICK),
    ids=lambda value: getattr(value, "__name__", None),
)
def test_init_fits_what_is_there(
    tmp_path: Path,
    guard: Shell,
    shape: Callable[[], History],
    head: str,
    main: str,
    develop: str,
    count: int,
    names: dict[str, str],
) -> None:
    """The lines, the names, the branches that don't fit; nothing there is blocked, and nonsense still is.

    Quick for QUICK; what is learned from the others' names is in tests/policy/test_habits.py, in memory.
    """
    repo = shape().clone(tmp_path / "r", head=head)
    ran = guard(repo, "init", "--yes", *QUIET)
    assert (ran.code, ran.err) == (0, "")
    flow = flow_of(repo)
    assert (flow.production, flow.only("develop")) == (main, develop)
    assert {name: kind.id if (kind := flow.kind_of(name)) else "" for name in names} == names
    assert flow.kind_of(NONSENSE) is None and not flow.adoption.lists(NONSENSE)
    assert warned(ran) == count
    check_agrees(repo, guard, count)
    assert guard(repo, "init", *QUIET).out.endswith("No changes.\n")


@pytest.mark.parametrize("shape", budget.sampled((dev_master, stable, followed), stable))
def test_a_release_goes_the_way_that_it_went_before(
    tmp_path: Path, guard: Shell, shape: Callable[[], History]
) -> None:
    """develop straight into production, where that is what was done. Quick for one name of the two lines."""
    repo = shape().clone(tmp_path / "r")
    guard(repo, "init", "--yes", *QUIET)
    flow = flow_of(repo)
    assert flow.may_merge(flow.integration, flow.production) and flow.may_merge(
        flow.production, flow.integration
    )


def test_a_develop_that_lies_still_is_a_leftover(tmp_path: Path, guard: Shell) -> None:
    """Half a year behind production; while a branch that collects work counts under any name."""
    shape = History()
    shape.commit("develop", base="main", age=400)
    shape.squashed("main", 9)
    ran = guard(shape.clone(tmp_path / "r"), "init", "--yes", *QUIET)
    assert (
        found(ran)["integration"] == "none: work goes straight to main"
        and flow_of(tmp_path / "r").kind("develop") is None
    )
    other = History()
    other.commit("collect", base="main")
    for name in ("feature/a", "feature/b", "feature/c"):
        other.merged("collect", name)
        other.merged("main", "collect")
    ran = guard(other.clone(tmp_path / "o"), "init", "--yes", *QUIET)
    assert (
        found(ran)["integration"].startswith("collect (on origin only, ")
        and flow_of(tmp_path / "o").integration == "collect"
    )


def test_where_names_follow_no_pattern_none_is_blocked(tmp_path: Path, guard: Shell) -> None:
    """The default is the third way, and says why; asked for, another way blocks new names."""
    repo = freely().clone(tmp_path / "r")
    ran = guard(repo, "init", "--yes", *QUIET)
    assert (
        found(ran)["way of working"]
        == "as it is, any name is fine (7 of 7 branches follow no naming pattern)"
    )
    flow = flow_of(repo)
    assert flow.preset == "as-is" and flow.may_merge(NONSENSE, "main") and warned(ran) == 0
    check_agrees(repo, guard, 0)
    assert "so: git switch -c <name> main" in guard(repo, "status").out
    (repo / POLICY).unlink()
    ran = guard(repo, "init", "--dry-run", *QUIET)
    assert "--develop none (no develop, blocks other names)" in ran.out
    ran = guard(repo, "init", "--yes", "--develop", "none", *QUIET)
    assert warned(ran) == 7 and flow_of(repo).kind_of(NONSENSE) is None
    check_agrees(repo, guard, 7)


@pytest.mark.parametrize("word", budget.sampled(("none", "None", "false", "no"), "none", "no"))
def test_without_develop_makes_no_branch_of_that_name(tmp_path: Path, guard: Shell, word: str) -> None:
    """No branch is made at all, and a second run with the same option agrees. Quick: our word, and one of YAML's."""
    repo = repository(tmp_path / "r")
    assert guard(repo, "init", "--yes", "--develop", word, *QUIET).code == 0
    assert git(repo, "branch", "--format=%(refname:short)") == "main"
    flow = flow_of(repo)
    assert flow.kind("develop") is None and flow.may_merge("feature/x", "main")
    assert guard(repo, "init", "--develop", word, *QUIET).out.endswith("No changes.\n")
    ran = guard(repo, "init", "--develop", "dev", *QUIET)
    assert ran.code == 2 and "--develop dev contradicts .gitflowguard.yaml, which says none" in ran.err


def test_as_is_guards_the_lines_only(tmp_path: Path, guard: Shell) -> None:
    """With develop where there is one, without where there is none; none is made."""
    repo = repository(tmp_path / "r", "main", "dev", "whatever")
    assert guard(repo, "init", "--yes", "--as-is", *QUIET).code == 0
    flow = flow_of(repo)
    assert (flow.preset, flow.only("develop")) == ("as-is", "dev") and flow.protected("dev")
    kind = flow.kind_of(NONSENSE)
    assert kind is not None and flow.may_merge(NONSENSE, "dev") and flow.may_merge("dev", "main")
    other = repository(tmp_path / "o", "main", "whatever")
    assert guard(other, "init", "--yes", "--as-is", "--develop", "none", *QUIET).code == 0
    assert flow_of(other).kind("develop") is None and git(other, "branch", "--list", "develop", "none") == ""


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--as-is", "--preset", "gitflow"), "--as-is and --preset gitflow contradict each other"),
        (("--as-is", "--names", "conventional"), "so --names has nothing to say"),
    ],
)
def test_options_that_contradict_each_other(
    tmp_path: Path, guard: Shell, options: tuple[str, ...], says: str
) -> None:
    """Exit 2, one reason."""
    ran = guard(repository(tmp_path / "r"), "init", *options)
    assert ran.code == 2 and says in ran.err


def test_conventional_names_can_be_asked_for(tmp_path: Path, guard: Shell) -> None:
    """And refused where the branches show them."""
    repo = repository(tmp_path / "r")
    assert guard(repo, "init", "--yes", "--names", "conventional", *QUIET).code == 0
    assert flow_of(repo).names == "conventional" and git(repo, "rev-parse", "develop")
    shown = conventional().clone(tmp_path / "s")
    ran = guard(shown, "init", "--yes", "--names", "preset", *QUIET)
    assert flow_of(shown).names == "preset" and found(ran)["feature names"].startswith("feat/{slug} (")


@pytest.mark.parametrize("branches", [(), ("feature/x",), ("feature/x", "fix/y")])
def test_a_small_repository_still_gets_gitflow(
    tmp_path: Path, guard: Shell, branches: tuple[str, ...]
) -> None:
    """As README's first minute needs it: develop is made from main."""
    repo = repository(tmp_path / "r", "main", *branches)
    ran = guard(repo, "init", "--yes", *QUIET)
    assert found(ran)["way of working"] == "Gitflow (the usual way)"
    assert git(repo, "rev-parse", "develop") == git(repo, "rev-parse", "main")


def test_an_unborn_repository_has_nothing_to_learn_from(tmp_path: Path, guard: Shell) -> None:
    """No history, no branch, no record of adoption."""
    repo = tmp_path / "r"
    git(tmp_path, "init", "-q", "-b", "main", "r")
    ran = guard(repo, "init", "--yes", *QUIET)
    assert ran.code == 0 and "adoption" not in (repo / POLICY).read_text() and warned(ran) == 0


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("--depth", "1")),
        pytest.param(("--single-branch",), marks=pytest.mark.slow),
        pytest.param(("--depth", "2", "--no-single-branch"), marks=pytest.mark.slow),
    ],
)
def test_a_clone_that_lacks_history(tmp_path: Path, guard: Shell, options: tuple[str, ...]) -> None:
    """What it doesn't have shows nothing; init still ends well, and blocks nothing that is there.

    Quick where both is missing, history and branches; one of the two is slow.
    """
    repo = stable().clone(tmp_path / "r", *options, "-b", "develop")
    ran = guard(repo, "init", "--dry-run", "--main", "develop", "--as-is", *QUIET)
    assert ran.code == 0 and "Dry run" in ran.out
    ran = guard(repo, "init", "--yes", *QUIET)
    assert ran.code in (0, 2) and (ran.code == 0 or "gitflowguard init --main NAME" in ran.err)
    if ran.code == 0:
        assert "error[" not in guard(repo, "check", "--all").out


def test_a_fork_is_nobodys_habit(tmp_path: Path, guard: Shell) -> None:
    """Its branches, one that follows it, and names under which its pull requests came, count for nothing."""
    shape = conventional()
    shape.merged(
        "main", *(f"patch-{n}" for n in range(5)), form="Merge pull request #{n} from somebody/{name}"
    )
    repo = shape.clone(tmp_path / "r")
    fork = History()
    fork.branches("main", *(f"zoo/{n}" for n in range(9)))
    git(repo, "remote", "add", "somebody", str(fork.write(tmp_path / "fork.git")))
    git(repo, "fetch", "-q", "somebody")
    git(repo, "branch", "-q", "--track", "theirs", "somebody/zoo/1")
    ran = guard(repo, "init", "--yes", *QUIET)
    text = (repo / POLICY).read_text()
    assert ran.code == 0 and "zoo" not in ran.out and "patch" not in text
    assert warned(ran) == 1
    check_agrees(repo, guard, 1)


def test_verbose_lists_the_branches_by_reason(tmp_path: Path, guard: Shell) -> None:
    """Without it, the command that lists them."""
    repo = prefixed().clone(tmp_path / "r")
    ran = guard(repo, "init", "--dry-run", *QUIET)
    assert (
        "only warned about until" in ran.out
        and "To see which: gitflowguard init --dry-run --verbose" in ran.out
    )
    ran = guard(repo, "init", "--dry-run", "--verbose", *QUIET)
    assert "GFG604 stale-version (1):\n    " in ran.out and "release/v1.0.0" in ran.out.partition("GFG604")[2]
    assert "To see which" not in ran.out and not (repo / POLICY).exists()


@pytest.mark.parametrize(
    ("answers", "options"),
    budget.sampled((((), ("--dry-run", "--develop", "none")), (("2", "n"), ()), (("1", "n"), ())), *(0, 2)),
)
def test_the_command_that_lists_them_plans_the_same(
    tmp_path: Path,
    guard: Shell,
    monkeypatch: pytest.MonkeyPatch,
    answers: tuple[str, ...],
    options: tuple[str, ...],
) -> None:
    """With the options and the answer that led there: without them every branch would fit. The answer that says
    what the option says is slow."""
    repo = freely().clone(tmp_path / "r")
    monkeypatch.setattr("sys.stdin", Typist(*answers))
    ran = guard(repo, "init", *options, *QUIET)
    assert warned(ran) == 7 and not (repo / POLICY).exists()
    shown = re.search(r"^To see which: gitflowguard (.*)$", ran.out, re.MULTILINE)
    assert shown is not None
    listing = guard(repo, *shown[1].split(), *QUIET)
    assert listing.code == 0 and "  GFG101 unknown-branch-kind (7):\n" in listing.out


def test_the_command_that_lists_them_is_check_once_they_are_written(tmp_path: Path, guard: Shell) -> None:
    """A second `init` no longer says which they are."""
    repo = freely().clone(tmp_path / "r")
    ran = guard(repo, "init", "--yes", "--develop", "none", *QUIET)
    assert "\nTo see which: gitflowguard check --all\n" in ran.out
    check_agrees(repo, guard, 7)


def test_asking_for_names_blocks_other_names(tmp_path: Path, guard: Shell) -> None:
    """Even where they follow no pattern: `--names` isn't passed over for the preset without names."""
    repo = freely().clone(tmp_path / "r")
    guard(repo, "init", "--yes", "--names", "conventional", *QUIET)
    flow = flow_of(repo)
    assert flow.names == "conventional" and flow.kind_of(NONSENSE) is None


def test_a_wrong_answer_is_named_and_a_no_is_no_hint_to_force(
    tmp_path: Path, guard: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And an end of input leaves the shell's prompt on a line of its own."""
    repo = freely().clone(tmp_path / "r")
    monkeypatch.setattr("sys.stdin", Typist("develop", "3", "n"))
    ran = guard(repo, "init", *QUIET)
    assert ran.out.count("Type 1, 2 or 3, or Ctrl-C to leave.\n") == 1
    assert (ran.code, ran.err) == (2, "gitflowguard: nothing was written\n")

    class Ended(Typist):
        def readline(self) -> str:
            return ""

    monkeypatch.setattr("sys.stdin", Ended())
    ran = guard(repo, "init", *QUIET)
    assert "] \nFound:" in ran.out and ran.out.endswith("Write this? [y/N] \n")


def test_a_robot_of_the_team_is_counted_once(tmp_path: Path, guard: Shell) -> None:
    """Not with one number among the names and with another among the robots."""
    shape = robots()
    shape.merged("main", *(f"pyup-scheduled-{n}" for n in range(9)))
    shape.branches("main", "pyup-pin-a-1", "pyup-pin-b-2", "pyup-scheduled-12")
    ran = guard(shape.clone(tmp_path / "r"), "init", "--dry-run", "--preset", "gitflow", *QUIET)
    lines = found(ran)
    assert lines["bot names"].startswith("pyup-") and "copilot/** (1)" in lines["robots, assistants"]
    assert "pyup" not in lines["robots, assistants"]


def test_a_policy_survives_prettier(tmp_path: Path, guard: Shell) -> None:
    """It leaves one blank before a comment; where it runs as a hook, two would stop the first commit."""
    repo = prefixed().clone(tmp_path / "r")
    guard(repo, "init", "--yes", *QUIET)
    rows = [row for row in (repo / POLICY).read_text().splitlines() if row.startswith("      - ")]
    counted = [row for row in rows if "#" in row]
    assert counted and all(re.fullmatch(r" +- \S+ # \d+", row) for row in counted)


def test_a_tag_that_exists_is_shown(tmp_path: Path, guard: Shell) -> None:
    """The newest, not an example."""
    repo = stable().clone(tmp_path / "r")
    assert found(guard(repo, "init", "--dry-run", *QUIET))["version tags"] == "2026.4 and 3 others"


def test_the_record_holds_the_day_and_the_branches(tmp_path: Path) -> None:
    """The clock is the caller's."""
    repo = dev_master().clone(tmp_path / "r")
    asked = Git(str(repo))
    proposed = propose(asked, detect(asked, asked.place()), ProposalOptions(), now=1_800_000_000)
    assert proposed.flow.adoption.date == "2027-01-15"
    ids = tuple(sorted(branch_id(name) for name in ("TEMPLATE", "patch")))
    assert tuple(proposed.flow.adoption.branches.split(" ")) == ids


def test_processes_do_not_grow_with_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many for four hundred branches as for four."""
    counts = []
    for index, shape in enumerate((many, dev_master)):
        repo = shape().clone(tmp_path / str(index))
        asked = Git(str(repo))
        place = detect(asked, asked.place())
        calls: list[tuple[str, ...]] = []
        real = Git.call

        def call(self: Git, *args: str, **options: object) -> object:
            calls.append(args)
            return real(self, *args, **options)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(Git, "call", call)
            propose(asked, place, ProposalOptions())
        counts.append(len(calls))
    assert max(counts) <= 12, counts


def test_no_production_lists_the_likeliest_first(tmp_path: Path, guard: Shell) -> None:
    """Where version tags are, then what is busiest; and the option to name it."""
    repo = repository(tmp_path / "r", "aaa", "zzz", "mmm")
    git(repo, "switch", "-q", "zzz")
    git(repo, "commit", "-q", "--allow-empty", "-m", "more")
    git(repo, "tag", "v1.0.0")
    ran = guard(repo, "init", *QUIET)
    assert ran.code == 2 and "gitflowguard init --main NAME" in ran.err
    assert ran.err.rstrip().endswith("the likeliest first, zzz, aaa and mmm")


class Typist:
    """A terminal at which somebody gives one answer after the other."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self.answers.pop(0) + "\n" if self.answers else ""


@pytest.mark.parametrize(
    ("answers", "preset", "develop"),
    budget.sampled(
        (
            (("", "y"), "gitflow", ""),
            (("1", "y"), "gitflow", "develop"),
            (("2", "y"), "gitflow", ""),
            (("3", "y"), "as-is", ""),
            (("what", "3", "y"), "as-is", ""),
            (("a", "b", "c", "y"), "gitflow", ""),
            (("3", ""), "", ""),
        ),
        *(0, 1, 4, 6),
    ),
)
def test_one_question_offers_the_three_ways(
    tmp_path: Path,
    guard: Shell,
    monkeypatch: pytest.MonkeyPatch,
    answers: tuple[str, ...],
    preset: str,
    develop: str,
) -> None:
    """With the default that --yes takes, and why; Enter is the default, and the plan is asked about as ever.

    Quick: the default, each other answer, a wrong one, and no. The default by its number, the answer without a wrong
    one before it, and three wrong ones are slow.
    """
    repo = conventional().clone(tmp_path / "r")
    monkeypatch.setattr("sys.stdin", Typist(*answers))
    ran = guard(repo, "init", *QUIET)
    assert "2. without develop: work goes to main by pull requests\n" in ran.out
    assert "1, 2 or 3? [2: 6 of the last 7 commits on main are merged work, " in ran.out
    assert (ran.code, (repo / POLICY).exists()) == ((0, True) if preset else (2, False))
    if preset:
        flow = flow_of(repo)
        assert (flow.preset, flow.only("develop")) == (preset, develop)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(options, marks=() if options[0] in ("--yes", "--develop") else pytest.mark.slow)
        for options in (("--yes",), ("--dry-run",), ("--as-is",), ("--develop", "dev"), ("--names", "preset"))
    ],
)
def test_what_is_answered_already_is_not_asked(
    tmp_path: Path, guard: Shell, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    """By an option, by --yes, by a policy that is there. Quick for one option; the others are slow."""
    repo = conventional().clone(tmp_path / "r")
    monkeypatch.setattr("sys.stdin", Typist("y"))
    ran = guard(repo, "init", *options, *QUIET)
    assert ran.code == 0 and "How does this team work?" not in ran.out
    if (repo / POLICY).exists():
        assert guard(repo, "init", *QUIET).out.endswith("No changes.\n")


def test_real_hooks_let_what_was_there_go_on(tmp_path: Path, guard: Shell) -> None:
    """Commit, push and merge of a branch that doesn't fit; a new one of the same sort is blocked. Quick for two
    of the three branches."""
    repo = dev_master().clone(tmp_path / "r")
    assert guard(repo, "init", "--yes", "--ci", "none").code == 0
    git(repo, "switch", "-q", "dev")
    for branch in budget.spread(("TEMPLATE", "patch", "fix-g"), 2):
        git(repo, "switch", "-q", branch)
        git(repo, "commit", "-q", "--allow-empty", "-m", "Go on")
        git(repo, "push", "-q", "origin", branch)
        git(repo, "switch", "-q", "dev")
        git(repo, "merge", "-q", "--no-ff", "--no-edit", branch)
    git(repo, "push", "-q", "origin", "dev")
    git(repo, "switch", "-q", "-c", NONSENSE)
    with pytest.raises(AssertionError, match="GFG101"):
        git(repo, "commit", "-q", "--allow-empty", "-m", "Begin")
