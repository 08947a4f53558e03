"""How the installed hooks behave: skips, chains, failures, what they leave behind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gitflowguard.model.distribution import newest
from tests import budget, oracle
from tests.conftest import executable
from tests.e2e.world import World, install, make


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Native hooks."""
    return make(tmp_path, "native")


def on_develop(world: World) -> None:
    world.do("switch", "develop")
    world.change()


def test_a_skip_needs_a_reason(world: World) -> None:
    on_develop(world)
    ran = world.git("commit", "-m", "x", GITFLOWGUARD_SKIP="direct-commit")
    assert ran.code != 0 and "needs a reason" in ran.text


def test_a_skip_of_an_unknown_rule_is_refused(world: World) -> None:
    on_develop(world)
    ran = world.git("commit", "-m", "x", GITFLOWGUARD_SKIP="direct-comit: typo")
    assert ran.code != 0 and "names an unknown rule" in ran.text


def test_a_skip_is_logged_and_leaves_a_trailer(world: World) -> None:
    """It silences that one rule, on this one command, and says so in three places."""
    on_develop(world)
    ran = world.git(
        "commit", "-m", "Subject", GITFLOWGUARD_SKIP="direct-commit: server down, agreed with Ana"
    )
    assert ran.code == 0, ran.text
    assert "skipped by GITFLOWGUARD_SKIP: direct-commit (server down, agreed with Ana)" in ran.text
    body = world.do("log", "-1", "--format=%B")
    assert body.strip().endswith("Gitflowguard-Skip: direct-commit: server down, agreed with Ana")
    log = (world.work / ".git" / "gitflowguard" / "skips.log").read_text()
    assert log.count("GFG201\tdirect-commit: server down, agreed with Ana") == 1


def test_a_skip_silences_only_its_rule(world: World) -> None:
    world.branch("pipeline", commits=0)
    world.change()
    ran = world.git("commit", "-m", "x", GITFLOWGUARD_SKIP="direct-commit: another rule")
    assert ran.code != 0 and "error[GFG101]" in ran.text


def test_skip_by_code(world: World) -> None:
    on_develop(world)
    assert world.git("commit", "-m", "x", GITFLOWGUARD_SKIP="GFG201: by its code").code == 0


def test_other_switches_do_not_switch_it_off(world: World) -> None:
    """Neither =1, nor a hostile PYTHONPATH, nor a module beside the hook."""
    on_develop(world)
    evil = world.root / "evil"
    evil.mkdir()
    for name in ("os.py", "gitflowguard.py", "site.py"):
        (evil / name).write_text("raise SystemExit(0)\n")
    assert world.git("commit", "-m", "x", GITFLOWGUARD_SKIP="1").code != 0
    ran = world.git("commit", "-m", "x", PYTHONPATH=str(evil), PYTHONSTARTUP=str(evil / "os.py"))
    assert ran.code != 0 and "error[GFG201]" in ran.text


def test_modules_in_the_work_tree_are_not_imported(world: World) -> None:
    """click.py, logging.py and yaml.py in the root do nothing."""
    marker = world.root / "imported"
    for name in ("click.py", "logging.py", "yaml.py", "msgspec.py", "typing.py", "marshal.py"):
        (world.work / name).write_text(f"open({str(marker)!r}, 'w').close()\n")
    world.policy("preset: ml\n")
    world.branch("feature/x", commits=0)
    world.change()
    ran = world.git("commit", "-m", "x")
    assert ran.code == 0, ran.text
    assert not marker.exists()


def chain(world: World, stage: str, script: str) -> None:
    executable(world.work / ".git" / "hooks" / f"{stage}.chained", script)


def test_a_former_hook_still_runs_after_ours_with_the_same_input(world: World) -> None:
    seen = world.root / "seen"
    chain(world, "pre-push", f"#!/bin/sh\necho \"$@\" >'{seen}'; cat >>'{seen}'\n")
    world.branch("feature/x")
    assert world.git("push", "origin", "feature/x").code == 0
    lines = seen.read_text().splitlines()
    assert lines[0].startswith("origin ") and lines[1].startswith("refs/heads/feature/x ")


def test_a_former_hook_may_still_refuse(world: World) -> None:
    chain(world, "pre-commit", "#!/bin/sh\necho no >&2; exit 7\n")
    world.branch("feature/x", commits=0)
    world.change()
    ran = world.git("commit", "-m", "x")
    assert ran.code != 0 and "no" in ran.text


def test_a_former_hook_is_not_asked_where_we_refuse(world: World) -> None:
    seen = world.root / "seen"
    chain(world, "pre-commit", f"#!/bin/sh\ntouch '{seen}'\n")
    on_develop(world)
    assert world.git("commit", "-m", "x").code != 0
    assert not seen.exists()


def test_a_broken_policy_refuses_and_says_where(world: World) -> None:
    """Enforcement fails closed; the line names file, line and column."""
    world.policy("presett: gitflow\n")
    world.branch("feature/x", commits=0)
    world.change()
    ran = world.git("commit", "-m", "x")
    assert ran.code != 0 and ".gitflowguard.yaml:1:1" in ran.text and "did you mean" in ran.text


def test_a_broken_policy_does_not_stop_advice(world: World) -> None:
    world.policy("presett: gitflow\n")
    assert world.git("switch", "-c", "feature/x").code == 0


def test_a_moved_interpreter_fails_closed_with_the_mend(world: World) -> None:
    hook = world.work / ".git" / "hooks" / "pre-commit"
    text = hook.read_text().splitlines()
    text[2] = "py='/nowhere/python'"
    hook.write_text("\n".join(text) + "\n")
    on_develop(world)
    ran = world.git("commit", "-m", "x", PATH="/usr/bin:/bin")
    assert ran.code != 0 and f"pip install {newest()}" in ran.text


def test_the_hooks_work_without_a_path_of_the_users(world: World) -> None:
    """Graphical clients start git with hardly any environment."""
    world.branch("feature/x", commits=0)
    world.change()
    ran = world.git("commit", "-m", "x", PATH="/usr/bin:/bin")
    assert ran.code == 0, ran.text


def test_merge_no_verify_is_told_how_to_leave(world: World) -> None:
    """prepare-commit-msg runs under --no-verify too; git leaves the merge half done."""
    world.branch("feature/x")
    world.do("switch", "main")
    ran = world.git("merge", "--no-ff", "--no-edit", "--no-verify", "feature/x")
    assert ran.code != 0 and "git merge --abort" in ran.text


def test_cherry_pick_onto_main_is_told_how_to_leave(world: World) -> None:
    world.branch("feature/x")
    world.do("switch", "main")
    ran = world.git("cherry-pick", "feature/x")
    assert ran.code != 0 and "git cherry-pick --abort" in ran.text


def test_a_new_branch_with_a_wrong_name_is_told_at_once(world: World) -> None:
    """The branch is there and git has ended well, so it is a warning, and it says what comes."""
    ran = world.git("switch", "-c", "pipeline1spark")
    assert ran.code == 0 and "git branch -m pipeline1spark feature/pipeline1spark" in ran.text
    assert "warning[GFG101]" in ran.text and "error" not in ran.text
    assert "note: pipeline1spark was created, but commits to it will be blocked" in ran.text
    world.change()
    assert world.git("commit", "-m", "x").code != 0


@pytest.mark.parametrize("framework", budget.sampled(("pre-commit", "prek"), "prek"))
def test_native_and_framework_together_say_it_once(world: World, framework: str) -> None:
    """Both hooks run and both block; the reason stands there once, and a second try gives it again.

    With pre-commit it is slow: the words to the second hook are ours, and don't pass through the framework.
    """
    world.way = framework
    install(world)
    on_develop(world)
    for _ in range(2):
        ran = world.git("commit", "-m", "x")
        assert ran.code != 0 and ran.text.count("error[GFG201]") == 1, ran.text
        assert ran.text.count("blocked for the reason above") == 1


def test_a_second_hook_still_blocks_by_itself(world: World) -> None:
    """Where the first one was let pass, the second one's block is not hidden."""
    on_develop(world)
    hook = world.work / ".git" / "hooks" / "pre-commit"
    text = hook.read_text()
    verdict = "  10[0-9]|11[0-8]) exit $((code - 100)) ;;\n"
    assert verdict in text
    hook.write_text(text.replace(verdict, "  10[0-9]|11[0-8]) exit 0 ;;\n"))
    ran = world.git("commit", "-m", "x")
    assert ran.code != 0 and ran.text.count("error[GFG201]") == 1, ran.text
    assert "blocked for the reason above" in ran.text


def test_a_skip_is_confirmed_once(world: World) -> None:
    on_develop(world)
    ran = world.git("commit", "-m", "x", GITFLOWGUARD_SKIP="direct-commit: agreed")
    assert ran.code == 0 and ran.text.count("skipped by GITFLOWGUARD_SKIP") == 1, ran.text


def test_what_cannot_be_determined_is_not_told_at_a_commit(world: World) -> None:
    """Two branches that share commits, and no record of which came first: `check` says so, a commit does not."""
    world.branch("feature/a")
    world.do("branch", "--no-track", "feature/b", "feature/a")
    (world.work / ".git" / "logs" / "refs" / "heads" / "feature" / "b").unlink()
    ran = world.git("switch", "feature/b")
    world.change()
    more = world.git("commit", "-m", "Work")
    assert more.code == 0 and "stacked" not in ran.text + more.text


def test_going_back_to_a_known_branch_says_nothing(world: World) -> None:
    world.branch("feature/x")
    ran = world.git("switch", "develop")
    assert "GFG" not in ran.text and "gitflowguard" not in ran.text


def test_the_base_of_a_new_branch_is_noted_in_avhs_key(world: World) -> None:
    assert world.git("switch", "-c", "feature/x", "develop").code == 0
    assert world.do("config", "gitflow.branch.feature/x.base") == "develop"


def test_rebasing_a_shared_develop_away_is_refused(world: World) -> None:
    world.do("switch", "main")
    world.commit("Only on main")
    world.do("switch", "develop")
    ran = world.git("rebase", "main")
    assert ran.code != 0 and "error[GFG402]" in ran.text


def test_rebasing_develop_onto_its_twin_passes(world: World) -> None:
    world.do("switch", "develop")
    assert world.git("rebase", "origin/develop").code == 0


def test_an_old_branch_without_the_policy_file_is_judged_by_the_lines(world: World) -> None:
    """The policy lies on develop; a branch cut before it came has no file."""
    start = world.do("rev-parse", "main")
    world.do("switch", "develop")
    world.write(".gitflowguard.yaml", 'kinds:\n  feature: {name: "work/{slug}"}\n')
    world.do("commit", "-m", "Policy")
    world.do("switch", "-c", "feature/x", start)
    world.change()
    ran = world.git("commit", "-m", "x")
    assert ran.code != 0 and "work/" in ran.text


def test_a_push_is_judged_by_the_policy_on_the_remote(world: World) -> None:
    """The author of a push can edit their own file, not the remote's develop."""
    world.do("switch", "develop")
    world.write(".gitflowguard.yaml", "preset: gitflow\n")
    world.do("commit", "-m", "Policy")
    world.do("push", "-q", "origin", "develop")
    world.policy("rules: {direct-commit: ignore}\n")
    world.change()
    world.do("commit", "-m", "Straight")
    ran = world.git("push", "origin", "develop")
    assert ran.code != 0 and "error[GFG201]" in ran.text


def test_a_commit_of_paths_is_judged_by_its_own_index(world: World) -> None:
    """git gives `commit -- path` a temporary index; the real one holds more."""
    world.do("switch", "develop")
    world.change("other.txt")
    (world.work / ".gitflowguard.yaml").write_text("preset: gitflow\n")
    world.do("add", "--intent-to-add", ".gitflowguard.yaml")
    both = world.git("commit", "-m", "Adopt", "--", ".gitflowguard.yaml", "other.txt")
    assert both.code != 0 and "error[GFG201]" in both.text
    one = world.git("commit", "-m", "Adopt", "--", ".gitflowguard.yaml")
    assert one.code == 0, one.text


def test_words_do_not_depend_on_the_language(world: World) -> None:

    on_develop(world)
    plain = world.git("commit", "-m", "x").text
    other = world.git("commit", "-m", "x", LANGUAGE="de", LC_ALL="", LANG="de_DE.UTF-8").text
    assert plain == other


def push_of(world: World, count: int) -> str:
    """What git tells pre-push of so many new features, a wrong name and a deleted main; the branches are made."""
    tip, none = world.do("rev-parse", "develop"), "0" * 40
    names = [f"refs/heads/feature/f{number}" for number in range(count)]
    world.run("git", "update-ref", "--stdin", stdin="".join(f"update {name} {tip}\n" for name in names))
    lines = [f"{name} {tip} {name} {none}" for name in names]
    bad = [f"refs/heads/pipeline {tip} refs/heads/pipeline {none}", f"(delete) {none} refs/heads/main {tip}"]
    return "\n".join([*lines, *bad, ""])


# What the shim of pre-push starts, without its limit of 10 s, which a busy machine can miss.
UNHURRIED = """
import sys
from gitflowguard.repo import deadline
deadline.SECONDS = 600.0
from gitflowguard import hookfront
sys.exit(hookfront.main(sys.argv[1:]))
"""


def test_ten_thousand_refs_in_one_push(world: World, argv_oracle: Path) -> None:
    """As many git processes as for a hundred refs, and each bad ref, alone, is named; `make test` has a thousand."""
    hook = (sys.executable, "-c", UNHURRIED, "pre-push", "origin", "url")
    world.run(*hook, stdin=push_of(world, 1))  # reads the policy for the ones to come
    asked = []
    for count in (100, budget.examples(10_000, quick=1_000)):
        stdin = push_of(world, count)
        argv_oracle.unlink(missing_ok=True)
        ran = world.run(*hook, stdin=stdin)
        assert ran.code == 1, ran.text
        assert ran.text.count("error[GFG101]") == ran.text.count("error[GFG403]") == 1
        assert ran.text.count("error[") == 2
        asked.append(oracle.calls(argv_oracle))
    few, many = asked
    assert 0 < len(few) == len(many), (few, many)
