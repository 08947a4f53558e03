"""Whether the people who are there can merge at all, before anything is sent and whenever it is verified."""

from __future__ import annotations

import re

import pytest

from gitflowguard.app.protect.fit import section
from fakegithub.fake import Request
from fakegithub.gate import merge_refusal
from fakegithub.rules import Actor
from tests.budget import sampled
from tests.policy.helpers import flow
from tests.protect.bench import OURS, Bench, Said

SOLO = "ada/fishery"
PROPOSAL = re.compile(r"^protection:\n(?:  .*\n)+", re.M)


@pytest.fixture
def solo(bench: Bench) -> Bench:
    """A repository of one person, whose checks have reported."""
    bench.web = bench.github.repo(SOLO)
    bench.web.commit("main", {".github/CODEOWNERS": "* @ada\n"})
    bench.github.state.tokens.clear()  # the bench's own says that somebody else administers everything
    bench.token = bench.github.token(None, user="ada")
    bench.patch.setenv("GITHUB_TOKEN", bench.token)
    bench.reported()
    return bench


def run(bench: Bench, *argv: str) -> Said:
    return bench.run(*argv, names=(bench.web.full_name,))


def asked(bench: Bench) -> list[Request]:
    """The requests about people."""
    return [one for one in bench.github.requests if one.path.endswith("/collaborators")]


def pasted(said: Said) -> str:
    """The proposal, as a person copies it."""
    found = PROPOSAL.search(said.out)
    assert found, said.out
    return found[0]


def merges(bench: Bench, login: str, base: str = "main", approved: tuple[str, ...] = ()) -> bool:
    """Whether GitHub lets a person merge a pull request of their own, all checks green."""
    pull = bench.web.pull(f"release/{len(bench.web.pulls) + 1}.0.0", base, login=login, owners=("ada", "ben"))
    for name in OURS:
        bench.web.check_runs.append(
            {"id": 1, "head_sha": pull.head_sha, "name": name, "app": 15368, "conclusion": "success"}
        )
    for who in approved:
        bench.web.review(pull.number, who)
    return merge_refusal(bench.web, pull, "merge", Actor(login, bench.web.role_of(login))) is None


@pytest.mark.parametrize(
    "policy", sampled(["preset: gitflow\n", "preset: ml\n", "preset: gitflow\nkinds: {develop: false}\n"], 0)
)
def test_one_person_is_not_locked_out_and_the_proposal_fits(solo: Bench, policy: str) -> None:
    """plan and apply stop; what they propose, put into the policy, is applied, in sync, and lets the person merge.

    The other policies are slow: what a proposal says of any policy is proved in memory by tests/protection.
    """
    solo.policy(policy)
    plan = run(solo, "plan", "--no-diff")
    assert plan.code == 1 and "GFG904" in plan.out and "only ada has write access" in plan.out
    apply = run(solo, "apply", "--yes")
    assert apply.code == 1 and not solo.github.writes and pasted(apply) == pasted(plan)
    solo.policy(policy + pasted(plan))
    assert run(solo, "plan").code == 0
    assert run(solo, "apply", "--yes").code == 0
    verified = run(solo, "verify")
    assert verified.code == 0 and "in sync" in verified.out and "GFG904" not in verified.out
    assert merges(solo, "ada") and merges(solo, "ada", "main")


def test_a_plan_that_was_made_before_is_not_applied(solo: Bench) -> None:
    """The file holds steps alone; who is there is asked again."""
    file = solo.folder / "plan.json"
    assert run(solo, "plan", "-o", str(file)).code == 1
    said = solo.run("apply", "--yes", str(file), names=())
    assert said.code == 1 and "GFG904" in said.out and not solo.github.writes


def test_people_who_leave_are_noticed_by_verify(bench: Bench) -> None:
    """Nothing has drifted, and still nobody could merge: that isn't called in sync."""
    bench.reported()
    assert bench.run("apply", "--yes").code == 0
    assert bench.run("verify").code == 0
    bench.github.org("acme").staff.clear()
    said = bench.run("verify")
    assert said.code == 1 and "in sync" not in said.out and "GFG904" in said.out
    assert said.out.startswith("acme/web: nothing to change, 4 errors, by rulesets\n")
    assert said.out.count("protection:\n  kinds:") == 1


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ({"ben": "write", "cleo": "maintain"}, 0),
        ({"ben": "write", "cleo": "read"}, 1),
        ({"ben": "write", "renovate[bot]": "write"}, 1),
        ({"ben": "write", "cleo": "triage", "dan": "admin"}, 0),
    ],
)
def test_who_counts(solo: Bench, roles: dict[str, str], code: int) -> None:
    """People with write access or more; main needs two of them beside the author. Robots approve nothing."""
    for login, role in roles.items():
        solo.github.user(login)
        solo.web.roles[login] = role
    solo.web.commit("main", {".github/CODEOWNERS": "* @ada @ben\n"})
    solo.reported()
    said = run(solo, "apply", "--yes")
    assert said.code == code, said.text
    others = tuple(login for login, role in roles.items() if role in ("write", "maintain", "admin"))
    if not code:
        assert merges(solo, "ada", approved=others)
    else:
        assert "2 approvals by others, and only ada and ben have write access" in said.out


def test_what_a_policy_says_already_stays_in_the_proposal(solo: Bench) -> None:
    """It takes the place of the whole section, and changes only what doesn't fit."""
    solo.web.roles["ben"] = "write"
    solo.github.user("ben")
    own = (
        "protection: {kinds: {main: {threads: false, checks: [{name: build, app: github-actions}, lint]}, release: "
        '{created-by: ["user:ada"]}}, tags: {bypass: ["role:admin"]}, repository: {merge-methods: [merge, squash]}}\n'
    )
    solo.policy("preset: gitflow\n" + own)
    solo.reported("build", "lint")
    found = pasted(run(solo, "plan"))
    before, after = flow("preset: gitflow\n" + own).protection, flow("preset: gitflow\n" + found).protection
    assert after.guard("main") == before.guard("main")._replace(approvals=1, last_push=False)
    assert after.guard("release") == before.guard("release") and after.settings == before.settings
    assert after.guard("~tags") == before.guard("~tags")


@pytest.mark.parametrize(
    "text",
    [
        "protection: {level: classic, kinds: {main: {approvals: 3}}}",
        "protection: {kinds: {develop: {bypass: ['team:a b via pull-request', deploy-key]}}}",
        "protection: {names: {bypass: [org-admin]}, tags: {created-by: ['app:bot via exempt']}}",
        "protection: {repository: {default-branch: develop, auto-merge: true, delete-branch-on-merge: false}}",
        'protection: {kinds: {main: {checks: ["it\'s \\"new\\": {x}", {name: "#1", app: ci}]}}}',
    ],
)
def test_a_section_is_read_back_as_it_was(text: str) -> None:
    """Whatever a policy may say of protection."""
    before = flow(f"preset: gitflow\n{text}\n").protection
    assert flow("preset: gitflow\n" + section(before)).protection == before


def test_without_the_right_to_list_them_nothing_is_claimed(bench: Bench) -> None:
    """It is unknown, and said; never an error, never fine."""
    bench.reported()
    bench.run("apply", "--yes")
    bench.github.fail(lambda ask: ask.path.endswith("/collaborators"), "403-permission", times=9)
    said = bench.run("verify", "--no-cache")
    assert said.code == 0 and said.out.startswith("acme/web: in sync, by rulesets; 1 check unknown\n")
    assert (
        "unreachable-merge" in said.out and "who has write access cannot be seen with this token" in said.out
    )
    assert "nobody with write access" not in said.out


def test_it_costs_one_request_and_none_that_counts_when_it_is_known(bench: Bench) -> None:
    """However many people there are; a repository in sync isn't asked again by plan."""
    bench.github.org("acme").staff = {f"person{number}" for number in range(250)}
    for login in bench.github.org("acme").staff:
        bench.github.user(login)
    bench.reported()
    bench.run("plan")
    assert len(asked(bench)) == 1 and asked(bench)[0].query["permission"] == "push"
    bench.run("apply", "--yes")
    bench.github.forget()
    assert bench.run("plan").code == 0 and not asked(bench)
    bench.run("verify")
    assert [one.status for one in asked(bench)] == [304]


def test_classic_protection_locks_out_as_well(bench: Bench) -> None:
    """Where the plan has no rulesets, or the policy wants none."""
    bench.policy("preset: gitflow\nprotection: {level: classic}\n")
    bench.github.org("acme").staff = {"frances"}
    bench.reported()
    said = bench.run("apply", "--yes")
    assert said.code == 1 and "the classic protection of main asks for 2 approvals" in said.out
    bench.policy("preset: gitflow\n" + pasted(said))
    assert bench.run("apply", "--yes").code == 0


@pytest.mark.parametrize("kept", [True, False])
def test_somebody_elses_classic_protection_counts(bench: Bench, kept: bool) -> None:
    """Both hold; whoever administers is free of it where it says so."""
    from fakegithub import on_classic

    bench.policy("preset: gitflow\nprotection: {kinds: {main: {approvals: 0, last-push: false}}}\n")
    bench.github.org("acme").staff = {"frances", "hedy"}
    bench.reported()
    asks = {
        "required_approving_review_count": 6,
        "dismiss_stale_reviews": False,
        "require_code_owner_reviews": False,
        "require_last_push_approval": False,
        "dismissal_restrictions": None,
        "bypass_pull_request_allowances": None,
    }
    on_classic.set_protection(bench.web, "main", enforce_admins=kept, required_pull_request_reviews=asks)
    said = bench.run("plan")
    assert "the classic protection of main asks for 6 approvals" in said.out
    assert (said.code == 1) is kept and ("only admin  merge" in said.out) is not kept


@pytest.mark.parametrize("format_", ["json", "markdown", "sarif", "text"])
def test_every_format_has_the_finding_and_three_the_proposal(solo: Bench, format_: str) -> None:
    """SARIF holds findings alone."""
    said = run(solo, "plan", "--output-format", format_, "--no-diff")
    assert "GFG904" in said.out and ("approvals: 0" in said.out) is (format_ != "sarif")


@pytest.mark.parametrize("branch", sampled(["master", "trunk", "feature/x"], "feature/x"))
def test_a_default_branch_outside_the_policy(bench: Bench, branch: str) -> None:
    """Stops plan, apply and verify; either way that is named ends it.

    The other names are slow: test_the_default_branch_named_in_the_policy has master.
    """
    bench.reported()
    assert bench.run("apply", "--yes").code == 0
    bench.web.branch(branch, "main")
    bench.web.settings["default_branch"] = branch
    for task in ("plan", "verify"):
        said = bench.run(task)
        assert said.code == 1 and "GFG901" in said.out and "in sync" not in said.out
        assert f"the default branch {branch} is" in said.out
    bench.github.forget()
    bench.policy("preset: gitflow\nprotection: {kinds: {main: {approvals: 1}}}\n")
    assert bench.run("apply", "--yes").code == 1 and not bench.github.writes
    bench.policy("preset: gitflow\nprotection: {repository: {default-branch: main}}\n")
    assert bench.run("apply", "--yes").code == 0 and bench.web.default == "main"
    assert bench.run("verify").code == 0


def test_the_default_branch_named_in_the_policy(bench: Bench) -> None:
    """The other way."""
    bench.web.branch("master", "main")
    bench.web.settings["default_branch"] = "master"
    bench.policy("preset: gitflow\nkinds: {main: {name: master}}\n")
    bench.reported("gitflow (master)", *OURS)
    assert bench.run("apply", "--yes").code == 0 and bench.run("verify").code == 0
