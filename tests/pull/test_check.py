"""`pr check` from local refs and from an event: verdicts, exit codes, whose policy counts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from gitflowguard.cli.main import main
from tests import oracle
from tests.pull.scenes import FEATURE, build, check, event, payload
from tests.scenario import Real

Patch = pytest.MonkeyPatch
Said = pytest.CaptureFixture[str]


def _codes(capsys: Said) -> list[str]:
    """The codes of a JSON report, warnings too."""
    found = json.loads(capsys.readouterr().out)
    return sorted({one["code"] for one in found["findings"]})


def _policy(reader: Real, branch: str, text: str) -> None:
    reader.write(".gitflowguard.yaml", branch, text)
    reader.publish(branch)


def test_a_feature_into_develop_is_clean(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """What is not known from local refs is told and no failure."""
    build(tmp_path, FEATURE, monkeypatch)
    assert check("--head", "feature/login", "--base", "develop") == 0
    said = capsys.readouterr().out
    assert "reviews aren't stored in git" in said and "the preset gitflow was assumed" in said


def test_a_feature_into_main_is_refused_once(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """By its own rule alone, not also as the merge that it would be."""
    build(tmp_path, FEATURE, monkeypatch)
    assert check("--head", "feature/login", "--base", "main", "--output-format", "json") == 1
    assert _codes(capsys) == ["GFG501"]


@pytest.mark.parametrize("base", ["Main", "MAIN", "master"])
def test_a_base_that_is_nearly_main_fails(
    base: str, tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """GitHub's expressions do not see the capital letter; we do."""
    build(tmp_path, f"branch {base} from main\n{FEATURE}", monkeypatch)
    assert check("--head", "feature/login", "--base", base) == 1
    assert f"the base {base} doesn't match any branch type in the policy" in capsys.readouterr().out


def test_a_draft_gets_its_verdict_and_only_the_option_excuses_it(
    tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """A job's green check belongs to the commit, and would count for another pull request of the same commit."""
    reader = build(tmp_path, FEATURE, monkeypatch)
    assert check("--head", "feature/login", "--base", "main", "--draft") == 0
    assert "GFG501" in capsys.readouterr().out
    body = payload(_at(reader, "main"), _at(reader, "feature/login"), draft=True)
    assert check("--event", event(tmp_path, body)) == 1
    assert "GFG501" in capsys.readouterr().out


def _at(reader: Real, branch: str) -> tuple[str, str]:
    return branch, reader.git("rev-parse", f"refs/heads/{branch}")


def test_a_branch_that_is_not_here_is_named_with_the_command(
    tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """Exit 3: nobody looked."""
    build(tmp_path, FEATURE, monkeypatch)
    assert check("--head", "feature/other", "--base", "develop") == 3
    said = capsys.readouterr().err
    assert "this clone lacks the head feature/other" in said
    assert "git fetch origin '+refs/heads/*:refs/remotes/origin/*'" in said


def test_the_commit_that_the_event_names_is_judged_and_no_other(
    tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """A head that is not here is not replaced by what the branch holds now."""
    reader = build(tmp_path, FEATURE, monkeypatch)
    body = payload(_at(reader, "develop"), ("feature/login", "1" * 40))
    assert check("--event", event(tmp_path, body)) == 3
    assert (
        "git fetch origin '+refs/heads/*:refs/remotes/origin/*' refs/pull/7/head" in capsys.readouterr().err
    )
    body = payload(("develop", "2" * 40), _at(reader, "feature/login"))
    assert check("--event", event(tmp_path, body)) == 3


def test_the_event_of_actions_is_the_default(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """GITHUB_EVENT_PATH; and without it a person is asked what they mean."""
    reader = build(tmp_path, FEATURE, monkeypatch)
    body = payload(_at(reader, "main"), _at(reader, "feature/login"))
    assert check() == 2
    monkeypatch.setenv("GITHUB_EVENT_PATH", event(tmp_path, body))
    assert check() == 1


def test_a_deleted_fork_is_a_fork(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """head.repo null is foreign; so is another repository's id."""
    script = "branch release/1.0 from develop\ncommit on release/1.0\n"
    reader = build(tmp_path, script, monkeypatch)
    body = payload(_at(reader, "main"), _at(reader, "release/1.0"))
    for repo in (None, {"id": 2}):
        body["pull_request"]["head"]["repo"] = repo
        assert check("--event", event(tmp_path, body), "--output-format", "json") == 1
        assert "GFG502" in _codes(capsys)
    body["pull_request"]["head"]["repo"] = {"id": 1}
    assert check("--event", event(tmp_path, body)) == 0


def test_the_policy_at_the_base_counts_and_its_change_is_told(
    tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """A head that switches a rule off is judged by the rule all the same."""
    reader = build(tmp_path, FEATURE, monkeypatch)
    _policy(reader, "main", "preset: gitflow")
    reader.write(".gitflowguard.yaml", "feature/login", "preset: gitflow\\nrules: {forbidden-pull: ignore}")
    assert check("--head", "feature/login", "--base", "main", "--output-format", "json") == 1
    assert _codes(capsys) == ["GFG501", "GFG505"]


def test_a_policy_that_cannot_be_read_fails_closed(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """Exit 2, with the place, whatever the work tree holds."""
    reader = build(tmp_path, FEATURE, monkeypatch)
    _policy(reader, "develop", "preset: gitflow\\nrulez: {}")
    (reader.top / ".gitflowguard.yaml").write_text("preset: gitflow\n")
    assert check("--head", "feature/login", "--base", "develop") == 2
    assert "develop:.gitflowguard.yaml" in capsys.readouterr().err


def test_a_wrong_origin_and_a_forbidden_merge_inside_are_found(
    tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """What no hook on this computer has seen."""
    script = (
        "branch feature/a from develop\ncommit on feature/a\n"
        "branch feature/b from develop\ncommit on feature/b\nmerge feature/a into feature/b\n"
        "commit on main\npublish main\nbranch release/1.0 from main\ncommit on release/1.0\n"
    )
    build(tmp_path, script, monkeypatch)
    assert check("--head", "feature/b", "--base", "develop", "--output-format", "json") == 1
    assert "GFG301" in _codes(capsys)
    assert check("--head", "release/1.0", "--base", "main", "--output-format", "json") == 1
    assert "GFG105" in _codes(capsys)


def test_a_back_merge_that_is_owed_is_named_until_it_comes(
    tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """Told on a feature of somebody else; not on the pull request that brings it."""
    script = (
        "branch hotfix/1.0.1 from main\ncommit on hotfix/1.0.1\nmerge hotfix/1.0.1 into main\npublish main\n"
        + FEATURE
    )
    build(tmp_path, script, monkeypatch)
    assert check("--head", "feature/login", "--base", "develop") == 0
    said = capsys.readouterr().out
    assert "hotfix/1.0.1 is merged into main, but not back into develop yet" in said
    assert check("--head", "hotfix/1.0.1", "--base", "develop") == 0
    assert "back into develop" not in capsys.readouterr().out


def test_a_rule_that_refuses_and_cannot_be_told_is_no_pass(
    tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """Approvals that count as errors need somebody to ask."""
    reader = build(tmp_path, FEATURE, monkeypatch)
    _policy(reader, "develop", "preset: gitflow\\nrules: {missing-approval: error}")
    assert check("--head", "feature/login", "--base", "develop") == 3


def _queued(reader: Real, branch: str) -> str:
    """The merge as GitHub's queue makes it, on main, under its own subject."""
    subject = f"Merge pull request #104 from acme/{branch}"
    parents = ("-p", _at(reader, "main")[1], "-p", _at(reader, branch)[1])
    return reader.git("commit-tree", f"{branch}^{{tree}}", *parents, "-m", subject)


def test_a_merge_group_is_judged_by_what_it_brings(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """A forbidden merge in the queue is refused; an unknown base is not let through."""
    reader = build(tmp_path, FEATURE + "publish feature/login\n", monkeypatch)
    (_, base), head = _at(reader, "main"), _queued(reader, "feature/login")
    group = {
        "base_ref": "refs/heads/main",
        "base_sha": base,
        "head_ref": f"refs/heads/gh-readonly-queue/main/pr-104-{base}",
        "head_sha": head,
    }
    body = {"action": "checks_requested", "merge_group": group}
    assert check("--event", event(tmp_path, body), "--output-format", "json") == 1
    assert "GFG301" in _codes(capsys)
    group["base_ref"] = "refs/heads/Main"
    assert check("--event", event(tmp_path, body)) == 3


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            {"ref": "refs/heads/main", "before": "1" * 40, "after": "2" * 40},
            "a push isn't a pull request; run this job on pull_request and merge_group only",
        ),
        (
            {"action": "created", "issue": {"number": 7, "pull_request": {}}},
            "gitflowguard pr check --number 7",
        ),
        ({"action": "created", "issue": {"number": 7}}, "gitflowguard pr check --number NUMBER"),
        ({"action": "created", "issue": {"number": "x", "pull_request": {}}}, "pr check --number NUMBER"),
        ({"schedule": "0 5 * * *"}, "gitflowguard pr check --number NUMBER"),
    ],
)
def test_any_other_event_is_never_a_pass(
    body: dict[str, object], says: str, tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """It would be a green check of this name on a commit that nobody judged."""
    build(tmp_path, FEATURE, monkeypatch)
    assert check("--event", event(tmp_path, body)) == 2
    assert says in capsys.readouterr().err


def test_a_closed_one_is_judged(tmp_path: Path, monkeypatch: Patch) -> None:
    """Its check is the commit's."""
    reader = build(tmp_path, FEATURE, monkeypatch)
    body = payload(_at(reader, "main"), _at(reader, "feature/login"))
    body["action"] = "closed"
    assert check("--event", event(tmp_path, body)) == 1


@pytest.mark.parametrize("branch", ["../../x", "a..b", "-x", "a b", "a\nb", "", "a/.x", "x.lock", "a\x1b"])
def test_a_name_that_git_could_not_have_is_not_looked_up(
    branch: str, tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """The event is foreign text; so is what it calls a commit."""
    reader = build(tmp_path, FEATURE, monkeypatch)
    body = payload(_at(reader, "main"), (branch, "1" * 40))
    assert check("--event", event(tmp_path, body)) == 2
    body = payload(_at(reader, "main"), ("feature/login", "--output=x"))
    assert check("--event", event(tmp_path, body)) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_number_of_git_processes_does_not_grow_with_branches(
    tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """10 branches and 200 cost the same."""
    reader = build(tmp_path, FEATURE, monkeypatch)
    tip = reader.git("rev-parse", "develop")
    counts = []
    for most in (10, 200):
        orders = "".join(f"create refs/remotes/origin/feature/b{most}-{n} {tip}\n" for n in range(most))
        file = tmp_path / "orders"
        file.write_text(orders)
        with file.open() as stdin:
            subprocess.run(("git", "update-ref", "--stdin"), cwd=reader.top, stdin=stdin, check=True)
        log = tmp_path / f"log{most}"
        monkeypatch.setenv(oracle.LOG, str(log))
        assert check("--head", "feature/login", "--base", "develop") == 0
        counts.append(len(oracle.calls(log)))
    assert counts[0] == counts[1] <= 20


def test_the_tools_look_at_the_changed_files_as_the_base_configures_them(
    tmp_path: Path, monkeypatch: Patch, capsys: Said
) -> None:
    """A head that silences a tool in its own configuration is told all the same."""
    reader = build(tmp_path, "", monkeypatch)
    _policy(reader, "develop", "preset: gitflow\\ntools: {flake8: true}")
    reader.branch("feature/login", "develop")
    reader.write("new.py", "feature/login", "import os")
    reader.write(".flake8", "feature/login", "[flake8]\\nignore = F401")
    words = ["pr", "check", "--head", "feature/login", "--base", "develop", "--output-format", "json"]
    assert main([*words, "--no-radar"]) == 1
    assert _codes(capsys) == ["GFG505", "GFG802"]  # the changed configuration is reported
    assert main([*words, "--no-radar", "--no-quality"]) == 0
    assert _codes(capsys) == ["GFG505"]


def test_the_radar_tells_what_the_branch_would_meet(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """As advice: a conflict that may come fails nobody."""
    script = (
        "branch feature/login from develop\nwrite a.txt on feature/login: one\npublish feature/login\n"
        "write a.txt on develop: two\npublish develop\n"
    )
    build(tmp_path, script, monkeypatch)
    words = ["pr", "check", "--head", "feature/login", "--base", "develop", "--output-format", "json"]
    assert main(words) == 0
    assert "GFG701" in _codes(capsys)


def test_the_radar_looks_at_a_fork_too(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """By the commit that was fetched, under a name that no branch of ours can have."""
    script = (
        "branch feature/login from develop\nwrite a.txt on feature/login: one\n"
        "write a.txt on develop: two\npublish develop\n"
    )
    build(tmp_path, script, monkeypatch)
    words = [
        "pr",
        "check",
        "--head",
        "feature/login",
        "--base",
        "develop",
        "--fork",
        "--output-format",
        "json",
    ]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "GFG701" in out and "feature/login of a fork conflicts with develop" in out


def test_a_fresh_clone_of_ci_says_the_same(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """HEAD detached at a trial merge, only remote-tracking refs, and the head as a pull ref."""
    reader = build(tmp_path, FEATURE, monkeypatch)
    body = payload(_at(reader, "develop"), _at(reader, "feature/login"))
    reader.git("push", "-q", "--no-verify", "origin", "feature/login:refs/pull/7/head")
    clone = tmp_path / "clone"
    reader.run(("git", "clone", "-q", str(reader.origin), str(clone)))
    reader.git("fetch", "-q", "origin", "refs/pull/7/head:refs/remotes/pull/7/merge", cwd=clone)
    reader.git("switch", "-q", "--detach", "refs/remotes/pull/7/merge", cwd=clone)
    monkeypatch.chdir(clone)
    assert check("--event", event(tmp_path, body), "--output-format", "json") == 0
    assert _codes(capsys) == []
    body["pull_request"]["base"] = {"ref": "main", "sha": _at(reader, "main")[1], "repo": {"id": 1}}
    assert check("--event", event(tmp_path, body), "--output-format", "json") == 1
    assert _codes(capsys) == ["GFG501"]


def test_a_shallow_clone_is_no_pass(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """Exit 3, and the command that brings the history."""
    reader = build(tmp_path, FEATURE + "publish feature/login\nclone shallow\n", monkeypatch)
    monkeypatch.chdir(reader.top)
    assert check("--head", "feature/login", "--base", "develop") == 3
    assert "this clone is shallow" in capsys.readouterr().out


def test_a_legal_merge_group_passes(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """As the queue has it: no branch of ours stands at its commit."""
    script = "branch release/1.0 from develop\ncommit on release/1.0\npublish release/1.0\n"
    reader = build(tmp_path, script, monkeypatch)
    (_, base), head = _at(reader, "main"), _queued(reader, "release/1.0")
    group = {
        "base_ref": "refs/heads/main",
        "base_sha": base,
        "head_ref": f"refs/heads/gh-readonly-queue/main/pr-104-{base}",
        "head_sha": head,
    }
    body = {"action": "checks_requested", "merge_group": group}
    assert check("--event", event(tmp_path, body)) == 0
    assert (
        "GFG303" not in capsys.readouterr().out
    ), "a release reaches main first; its other half can still follow"


def test_the_first_half_of_a_release_is_no_finding(tmp_path: Path, monkeypatch: Patch, capsys: Said) -> None:
    """Every release reaches main before develop; the debt is named once it is merged."""
    build(
        tmp_path, "branch release/1.0 from develop\ncommit on release/1.0\npublish release/1.0\n", monkeypatch
    )
    assert check("--head", "release/1.0", "--base", "main") == 0
    assert "GFG303" not in capsys.readouterr().out
