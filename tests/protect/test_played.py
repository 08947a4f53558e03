"""The flow played through in a plan, and the question to a repository as it is: against a GitHub on the loopback."""

from __future__ import annotations

from typing import Any

import pytest

from fakegithub.fake import Request
from gitflowguard.protection.nouns.played import PlayedStep, Stop
from gitflowguard.report.protect.played import count, rows
from tests.protect.bench import Bench, Said


def foreign(bench: Bench, kind: str, refs: str = "~ALL", **more: Any) -> dict[str, Any]:
    """A ruleset of somebody else."""
    made: dict[str, Any] = {
        "id": bench.github.state.next(),
        "name": "theirs",
        "target": "branch",
        "source_type": "Repository",
        "source": bench.web.full_name,
        "enforcement": "active",
        "conditions": {"ref_name": {"include": [refs], "exclude": []}},
        "rules": [{"type": kind, **more}],
        "bypass_actors": [],
        "created_at": bench.github.state.tick(),
        "updated_at": bench.github.state.tick(),
    }
    bench.web.rulesets[made["id"]] = made
    return made


def ready(bench: Bench) -> None:
    """Everything is there but the rulesets."""
    bench.web.commit("main", {".github/CODEOWNERS": "* @octocat\n"})
    bench.reported()


def lists(bench: Bench, path: str) -> list[Request]:
    """The requests for a list of the repository."""
    return [one for one in bench.github.requests if one.path.endswith(f"/acme/web/{path}")]


def test_the_table_of_a_plan(bench: Bench) -> None:
    """What was done here before is in it, and one request each reads it."""
    ready(bench)
    bench.web.pull("wip", "develop")
    bench.web.pull("patch-1", "develop", fork="ben/web")
    said = bench.run("plan", "--no-diff")
    assert said.code == 0, said.text
    assert (
        "\n  ! nobody      start wip\n                wip cannot be created (gitflow: other names)\n"
        in said.out
    )
    assert "only admin  delete release/1.0 and hotfix/1.0" in said.out
    assert "2 pull requests and 2 other branches" in said.out
    assert "GFG904]: gitflow: other names lets nobody create wip, which was done here before" in said.out
    assert len(lists(bench, "branches")) == 1
    data = bench.run("plan", "--output-format", "json").data["repositories"][0]
    wip = [one for one in data["played"] if one["step"] == "start wip"]
    assert wip == [
        {
            "step": "start wip",
            "wanted": "seen",
            "can": "nobody",
            "who": [],
            "stops": [
                {"says": "wip cannot be created", "ruleset": "gitflow: other names", "rule": "creation"}
            ],
            "needs": [],
            "unknown": None,
        }
    ]
    page = bench.run("plan", "--output-format", "markdown").out
    assert "| ! | nobody | start wip | wip cannot be created (gitflow: other names) |" in page


def test_replay_none_and_more_than_a_page(bench: Bench) -> None:
    """``--replay 0`` asks for nothing; a number counts pull requests, the newest first."""
    ready(bench)
    for number in range(3):
        bench.web.pull(f"feature/{number}", "develop")
    assert (
        " pull requests and "
        not in bench.run("plan", "--replay", "0").out.rpartition("Read from")[2].partition("\n")[0]
    )
    assert not lists(bench, "branches")
    said = bench.run("plan", "--replay", "2", "--output-format", "json").data["repositories"][0]
    seen = [
        one["step"]
        for one in said["played"]
        if one["step"].startswith("merge into develop feature/") and one["wanted"] == "seen"
    ]
    assert seen == ["merge into develop feature/2", "merge into develop feature/1"]


def test_in_sync_it_is_played_through_only_if_somebody_asks(bench: Bench) -> None:
    """An unchanged repository stays two requests."""
    ready(bench)
    assert bench.run("apply", "--yes").code == 0
    bench.run("plan")
    bench.github.requests.clear()
    assert "played through" not in bench.run("plan").out and len(bench.github.requests) == 2
    said = bench.run("plan", "--replay", "10")
    assert said.code == 0 and "The flow, played through" in said.out and "in sync" in said.out


def test_who_may_not_list_pull_requests(bench: Bench) -> None:
    """It is said, and nothing is guessed."""
    ready(bench)
    bench.github.fail(
        lambda one: one.method == "GET" and one.path.endswith("/acme/web/branches"),
        "403-permission",
        times=99,
    )
    said = bench.run("plan", "--no-diff")
    assert said.code == 0 and "Not read: pull requests and branches" in said.out, said.text


@pytest.mark.parametrize("format_", ["text", "markdown", "json", "sarif"])
def test_a_rule_of_others_stops_the_apply(bench: Bench, format_: str) -> None:
    """Before anything is sent, in every format."""
    ready(bench)
    foreign(bench, "creation", "refs/heads/hotfix/*")
    said = bench.run("apply", "--yes", "--output-format", format_)
    assert said.code == 1 and not bench.github.writes
    assert "theirs lets nobody create hotfix branches" in said.out


def live(bench: Bench, *words: str) -> Said:
    """A question to the repository as it is."""
    return bench.call(
        *("protect", "simulate", *words, "--repo", "acme/web", "--api-url", bench.github.url),
        *("--policy", str(bench.file)),
    )


def test_simulate_asks_the_repository(bench: Bench) -> None:
    """Before an apply nothing blocks; a rule of others does, and is named with its ruleset."""
    ready(bench)
    said = live(bench, "--may-push", "main")
    assert (said.code, said.out) == (
        0,
        "push to the branch main on acme/web? Yes:\n  yes  no rule forbids it for the branch main\n",
    )
    foreign(bench, "update", "refs/heads/main")
    said = live(bench, "--may-push", "main")
    assert said.code == 1 and "no   main cannot be moved  (theirs: update)" in said.out
    assert bench.run("simulate", "--may-push", "main").out.startswith("push to the branch main? No:")
    data = live(bench, "--may-push", "main", "--output-format", "json").data
    assert (
        data["repository"] == "acme/web" and data["reasons"][0]["rule"] == "update" and data["unknown"] == []
    )


def test_simulate_knows_the_people(bench: Bench) -> None:
    """A person's roles count; one without write access can do nothing."""
    ready(bench)
    bench.web.roles["ben"] = "write"
    bench.github.user("ben")
    foreign(bench, "update", "refs/heads/main")["bypass_actors"] = [
        {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
    ]
    assert live(bench, "--may-push", "main", "--as", "user:admin").code == 0
    said = live(bench, "--may-push", "main", "--as", "user:ben")
    assert said.code == 1 and "(theirs: update)" in said.out
    said = live(bench, "--may-push", "main", "--as", "user:zoe")
    assert said.code == 1 and "no   zoe has no write access to acme/web" in said.out


def test_simulate_heads_no_branch_that_is_not_there_with_yes(bench: Bench) -> None:
    """Live it is an error that names what was meant; offline a push to such a name has a condition."""
    ready(bench)
    for words in (("--may-push", "mian"), ("--may-merge", "feature/x", "mian"), ("--may-delete", "mian")):
        said = live(bench, *words)
        assert (said.code, said.out) == (2, "") and "has no branch mian; did you mean main?" in said.err
    said = bench.run("simulate", "--may-push", "mian")
    assert said.out.startswith("push to the branch mian? Yes, if all of this holds:")
    assert "if   it exists already: mian cannot be created  (gitflow: other names: creation)" in said.out


def test_simulate_with_a_token_that_sees_little(bench: Bench) -> None:
    """What wasn't read stands below the answer."""
    ready(bench)
    bench.patch.setenv("GITHUB_TOKEN", bench.github.token("read"))
    said = live(bench, "--may-push", "main")
    assert said.out.startswith("push to the branch main on acme/web? Yes, by what was read:")
    assert "\n  ?    classic branch protection: " in said.out


def test_simulate_of_an_archived_repository(bench: Bench) -> None:
    """Nobody may anything."""
    ready(bench)
    bench.web.settings["archived"] = True
    said = live(bench, "--may-push", "main")
    assert said.code == 1 and "acme/web is archived" in said.out


def test_rows_of_the_table() -> None:
    """What ends alike shares a row; what a reviewer should look at comes first."""
    stop = Stop("x can't be made", "theirs", "creation")
    table = rows(
        (
            PlayedStep("start", "a", "needed", "everybody"),
            *(PlayedStep("start", f"b{number}", "usual", "everybody") for number in range(7)),
            PlayedStep(
                "merge into main", "a", "needed", "some", ("ada", "ben"), (stop,), ("1 person approves it",)
            ),
            PlayedStep(
                "start", "c", "needed", "unknown", stops=(stop,), why="who may bypass theirs: no right"
            ),
            PlayedStep("start", "d", "needed", "nobody", stops=(stop,)),
            PlayedStep("start", "e", "needed", "nobody", stops=(stop,)),
            PlayedStep("merge into main", "z", "needed", "nobody", stops=(Stop("no way", "", "settings"),)),
            PlayedStep("delete", "main", "blocked", "nobody", stops=(stop,)),
            PlayedStep("delete", "a", "tidy", "some", ("ada",), (stop,)),
        )
    )
    assert [(one.mark, one.who, one.does, one.why) for one in table] == [
        ("!", "nobody", "start d and e", "theirs: creation"),
        ("!", "nobody", "merge z into main", "no way"),
        ("!", "only ada and ben", "merge a into main", "x can't be made (theirs)"),
        ("!", "unknown", "start c", "who may bypass theirs: no right"),
        ("", "nobody", "delete main", "theirs: creation"),
        ("", "only ada", "delete a", "theirs: creation"),
        ("", "everybody", "start a, b0, b1, b2, b3, b4 and 2 more", ""),
    ]
    assert count((PlayedStep("start", "a", "needed", "everybody"),)) == "1 step: 1 as the policy wants"


def test_verify_deep(bench: Bench) -> None:
    """The same table without a plan; by itself verify leaves it out."""
    ready(bench)
    assert bench.run("apply", "--yes").code == 0
    assert "played through" not in bench.run("verify").out
    said = bench.run("verify", "--deep")
    assert said.code == 0 and "The flow, played through" in said.out
    assert "2 other branches" in said.out
