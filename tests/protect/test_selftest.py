"""The self-test against a GitHub on the loopback: everything is tried for real there."""

from __future__ import annotations

import json
import re

import pytest

from fakegithub import rules
from fakegithub.client import Client
from fakegithub.fake import Fake
from fakegithub.replay import Replay
from gitflowguard.app.protect.selftest import for_one
from gitflowguard.forge.github.recording import Recorder
from gitflowguard.forge.github.scratch import MARKER
from gitflowguard.protection.compile import compile_flow
from gitflowguard.protection.nouns.trial import NOT_TRIED, SelftestResult, Trial
from gitflowguard.report.protect.selftest import render
from tests.policy.helpers import flow
from tests.protect.bench import SMALL, Bench, Said

QUESTIONS = [f"S{number}" for number in range(1, 15)]


@pytest.fixture
def ada(bench: Bench) -> Bench:
    """A person whose token may make repositories."""
    bench.token = bench.github.token(None, user="ada")
    bench.patch.setenv("GITHUB_TOKEN", bench.token)
    return bench


def run(bench: Bench, *words: str, name: str = "ada/scratch", stdin: str = "") -> Said:
    """The command."""
    where = ("--api-url", bench.github.url, "--policy", str(bench.file))
    return bench.call("protect", "selftest", name, *where, *words, stdin=stdin)


@pytest.mark.slow
def test_everything_is_as_promised_and_the_recording_replays(ada: Bench) -> None:
    """The preset: every step of the flow, each open question, and exchanges that a second GitHub answers alike."""
    file = ada.folder / "exchanges.json"
    said = run(ada, "--yes", "--public", "--record", str(file), "--output-format", "json")
    assert said.code == 0, said.text
    result = said.data
    assert [one for one in result["trials"] if one["differs"]] == []
    assert [one["row"] for one in result["trials"] if one["row"]] == QUESTIONS
    tried = {one["does"]: one["happened"] for one in result["trials"]}
    assert tried["merge release/1.0 into main by merge"] == "yes"
    assert tried["merge release/1.0 into main by squash"] == tried["push past a pull request to main"] == "no"
    assert sum(happened == NOT_TRIED for happened in tried.values()) <= 6
    assert ada.github.state.find("ada/scratch") is None and result["end"] == "ada/scratch is deleted"
    text = file.read_text()
    for word in (ada.token, "ada", '"201\\d', "2026-11"):
        assert not re.search(rf"(?<![\w-]){word}(?![\w-])", text), word
    steps = json.loads(text)
    assert {step["path"].split("?")[0] for step in steps} >= {"/user/repos", "/repos/owner/scratch/git/refs"}
    other = Fake().start()
    try:
        assert Replay(Client(other, other.token(None, user="owner"))).run(steps) == []
    finally:
        other.stop()


def test_each_request_is_shown_before_it_is_sent(ada: Bench) -> None:
    """On stderr, in order; an organization's repository is made there."""
    ada.policy(SMALL)
    ada.patch.setenv("GITHUB_TOKEN", ada.github.token("admin"))
    said = run(ada, "--yes", name="acme/scratch")
    assert said.code == 0, said.text
    shown = [line for line in said.err.splitlines() if re.match("(POST|PUT|PATCH|DELETE) ", line)]
    assert shown == [f"{one.method} {one.path}" for one in ada.github.requests if one.method != "GET"]
    assert shown[0] == "POST /orgs/acme/repos" and shown[-1] == "DELETE /repos/acme/scratch"
    assert "all as promised" in said.out


def test_a_difference_is_named_and_ends_with_1(ada: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A GitHub that lets branches be created against the rule."""
    ada.policy(SMALL)
    monkeypatch.delitem(rules.BY_ACTION, ("creation", "create"))
    said = run(ada, "--yes", "--public")
    assert said.code == 1
    assert re.search(r"^!  create a branch outside the policy +no +yes +S3$", said.out, re.M), said.out
    assert "differ from what was promised" in said.out


@pytest.mark.parametrize("made", ["foreign", "full", "unmarked"])
def test_only_an_empty_repository_of_ours(ada: Bench, made: str) -> None:
    """Any other is refused before anything is sent."""
    repo = ada.github.repo("ada/scratch", empty=made == "unmarked")
    repo.settings["description"] = MARKER if made == "full" else "my work"
    said = run(ada, "--yes")
    assert said.code == 2 and not ada.github.writes
    assert ("isn't empty" if made == "full" else "isn't a scratch repository") in said.err


def test_a_marked_one_is_taken_and_kept(ada: Bench) -> None:
    """And the command says how it is deleted."""
    ada.policy(SMALL)
    ada.github.repo("ada/scratch", empty=True).settings["description"] = MARKER
    said = run(ada, "--yes", "--keep")
    assert said.code == 0 and "ada/scratch is kept; delete it with: gh repo delete ada/scratch" in said.out
    assert ada.github.state.find("ada/scratch") is not None


def test_a_token_that_may_not_delete(ada: Bench) -> None:
    """It says how."""
    ada.policy(SMALL)
    ada.github.fail(lambda one: one.method == "DELETE" and one.path == "/repos/ada/scratch", "403-permission")
    said = run(ada, "--yes", "--public")
    assert (
        said.code == 0
        and "ada/scratch couldn't be deleted; delete it with: gh repo delete ada/scratch" in said.out
    )


def test_nobody_is_there_to_ask_and_names_that_are_none(ada: Bench) -> None:
    """Nothing is sent."""
    for words, name in (((), "ada/scratch"), (("--yes",), "scratch")):
        said = run(ada, *words, name=name)
        assert said.code == 2 and not ada.github.requests, said.text


def test_somebody_elses_account(ada: Bench) -> None:
    """What was made by mistake is deleted again."""
    ada.github.user("ben")
    said = run(ada, "--yes", name="ben/scratch")
    assert said.code == 3 and "ada/scratch is deleted again" in said.err
    assert ada.github.state.find("ada/scratch") is None


def second(bench: Bench, login: str, *words: str) -> Said:
    """The command with another account's token on standard input."""
    token = bench.github.token(None, user=login)
    said = run(bench, "--yes", "--second-token-stdin", *words, stdin=token + "\n")
    assert token not in said.text
    return said


def test_what_somebody_else_may_not_do(ada: Bench) -> None:
    """A stranger's steps are all blocked, and a server that lets one through is found out."""
    ada.policy(SMALL)
    ada.github.user("ben")
    said = second(ada, "ben", "--public", "--output-format", "json")
    assert said.code == 0, said.text
    rows = {one["does"]: one for one in said.data["trials"] if one["does"].endswith(" as ben")}
    assert {"rewrite main as ben", "delete main as ben", "push past a pull request to main as ben"} <= set(
        rows
    )
    assert {one["promised"] for one in rows.values()} == {"no"}
    assert {one["happened"] for one in rows.values()} <= {"no", NOT_TRIED}
    assert sum(one["happened"] == "no" for one in rows.values()) >= 5


def test_somebody_who_may_write(ada: Bench) -> None:
    """Invited to a marked repository that is kept empty: promised what simulate says, and it happens."""
    ada.github.user("ben")
    repo = ada.github.repo("ada/scratch", empty=True)
    repo.settings["description"] = MARKER
    repo.roles["ben"] = "write"
    said = second(ada, "ben", "--output-format", "json")
    rows = {one["does"]: one for one in said.data["trials"] if one["does"].endswith(" as ben")}
    assert [one for one in rows.values() if one["differs"]] == [] and said.code == 0
    assert rows["push past a pull request to main as ben"]["happened"] == "no"
    assert {one["happened"] for one in rows.values()} >= {"yes", "no"}
    assert any(does.startswith("merge ") and one["happened"] == "yes" for does, one in rows.items())


def test_a_second_token_that_is_none(ada: Bench) -> None:
    """The same account, an App's, both on standard input: nothing is sent."""
    said = run(ada, "--yes", "--second-token-stdin", stdin=ada.token)
    assert said.code == 2 and "the second token is ada's, like the first one" in said.err
    assert run(ada, "--yes", "--second-token-stdin", "--token-stdin").code == 2
    ada.github.fail(lambda one: one.path == "/user", "403-permission", times=9)
    said = run(ada, "--yes", "--second-token-stdin", stdin=ada.github.token("admin"))
    assert said.code == 2 and "the second token is no person's" in said.err
    assert not ada.github.writes


def test_the_policy_as_one_person_can_live_with_it() -> None:
    """No approvals, checks that anybody may report; the rest is as it was."""
    policy = for_one(
        flow("protection: {kinds: {main: {approvals: 4, up-to-date: true}, hotfix: {signatures: true}}}")
    )
    guard = policy.protection.guard("main")
    assert (guard.approvals, guard.code_owners, guard.up_to_date) == (0, False, True)
    rows = [
        row
        for ruleset in compile_flow(policy).rulesets
        for clause in ruleset.clauses
        for row in clause.parameters.get("required_status_checks", ())
    ]
    assert rows and not [row for row in rows if "app" in row]
    assert policy.protection.guard("hotfix") == flow(
        "protection: {kinds: {hotfix: {signatures: true}}}"
    ).protection.guard("hotfix")


def test_a_recording_holds_nothing_of_anybody() -> None:
    """Names as whole words, commits, ids and dates alike in path, body and answer."""
    recorder = Recorder("Ada", "secret-project")
    sha, at = "a" * 40, "2026-11-22T12:00:00Z"
    body = {
        "login": "zoe",
        "id": 4711,
        "actor_id": 5,
        "node_id": "X",
        "at": at,
        "sha": sha,
        "says": "metadata of zoe",
    }
    recorder.keep(
        "GET",
        f"/repos/Ada/secret-project/rulesets/4711?ref={sha}",
        body,
        200,
        json.dumps([body, True, None, 1.5]),
    )
    recorder.keep("DELETE", "/repos/ada/secret-project", None, 204, "")
    recorder.keep("GET", "/x", None, 200, "<html>")
    first, second, third = json.loads(recorder.text())
    clean = {
        "login": "person-1", "id": 1001, "actor_id": 5, "node_id": "", "at": "2026-01-01T00:00:00Z",
        "sha": f"{1:040x}", "says": "metadata of person-1",
    }  # fmt: skip
    assert first["path"] == f"/repos/owner/scratch/rulesets/1001?ref={1:040x}"
    assert first["body"] == clean and first["response"] == [clean, True, None, 1.5]
    assert (second["path"], second["response"], third["response"]) == ("/repos/owner/scratch", None, None)


def test_the_report() -> None:
    """Text and JSON; GitHub's words stand below the table where something differs."""
    trials = (
        Trial("push to \x1b[31mmain", "no", "yes", "S1", "done"),
        Trial("start x", "yes", NOT_TRIED, "", "it is there already"),
    )
    result = SelftestResult("ada/scratch", trials, "ada/scratch is deleted")
    text = render("text", result)
    assert "\x1b" not in text and text.splitlines()[1].startswith("!  push to")
    assert "1 step tried, 1 not tried: 1 differ from what was promised" in text
    data = json.loads(render("json", result))
    assert data["differing"] == 1 and data["trials"][0]["differs"] and data["trials"][1]["row"] is None
