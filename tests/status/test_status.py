"""`gitflowguard status`: what it says of real repositories, how, and with how many git processes."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from gitflowguard.app.radar.survey import RadarRequest, radar
from gitflowguard.app.status.conflicts import PORTIONS, column
from gitflowguard.app.status.selection import StatusSelection
from gitflowguard.app.status.status import status
from gitflowguard.cli.main import main
from gitflowguard.model.finding import Unknown
from gitflowguard.model.status import NOT_LOOKED, BranchRow, Status, age
from gitflowguard.policy.presets import preset_flow
from gitflowguard.repo.branchfetch import fetches_some
from gitflowguard.repo.git import Git
from gitflowguard.repo.state import find_place
from gitflowguard.report.status import ASCII, Look, render
from tests import basis
from tests.conftest import executable
from tests.status.drawn import git

MADE = 1_795_348_800  # 2026-11-22T12:00:00Z


@pytest.fixture(name="repo")
def a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """main and develop with one commit, and a bare origin that has them; the current directory."""
    basis.copied(("status",), tmp_path, _build)
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def _build(place: Path) -> None:
    folder = place / "work"
    git(place, "init", "--quiet", "--bare", "origin.git")
    git(place, "init", "--quiet", "--initial-branch=main", "work")
    git(folder, "remote", "add", "origin", "../origin.git")
    commit(folder, "one")
    git(folder, "branch", "develop")
    git(folder, "push", "--quiet", "origin", "main", "develop")


def commit(folder: Path, said: str = "work") -> str:
    """An empty commit on the current branch."""
    git(folder, "commit", "--quiet", "--allow-empty", "-m", said)
    return git(folder, "rev-parse", "HEAD")


def start(folder: Path, name: str, base: str) -> str:
    """A new branch with one commit."""
    git(folder, "switch", "--quiet", "--no-track", "-c", name, base)
    return commit(folder, name)


def merge(folder: Path, source: str, target: str) -> str:
    """A real merge."""
    git(folder, "switch", "--quiet", target)
    git(folder, "merge", "--quiet", "--no-ff", "-m", f"Merge branch '{source}' into {target}", source)
    return git(folder, "rev-parse", "HEAD")


def look(hours: int = 2) -> Status:
    """The status some hours after all commits were made."""
    return status(MADE + hours * 3600)


def row(found: Status, name: str) -> BranchRow:
    return next(row for row in found.rows if row.name == name)


def text(found: Status, width: int = 0) -> str:
    return render(found, Look(width))


def line_of(shown: str, name: str) -> list[str]:
    """The words of a branch's line."""
    return next(line.split() for line in shown.splitlines() if name in line.split()[:2])


# --- the sentence -----------------------------------------------------------------------------------


def test_the_one_sentence_names_branch_commit_and_age(repo: Path) -> None:
    """C's question has one answer, and the command that follows from it."""
    tip = git(repo, "rev-parse", "develop")
    found = look()
    assert found.start.says == f"Start new work from develop ({tip[:7]}, 2 hours old)."
    assert found.start.mend == ()
    assert found.start.begin == "git switch -c feature/<slug> develop"


def others_push(repo: Path, branch: str, count: int) -> None:
    """Commits that origin has, as the last fetch saw them, and this clone's branch lacks."""
    old = git(repo, "rev-parse", branch)
    git(repo, "switch", "--quiet", "--detach", branch)
    for number in range(count):
        commit(repo, f"other {number}")
    git(repo, "push", "--quiet", "origin", f"HEAD:{branch}")
    git(repo, "switch", "--quiet", "main")
    assert git(repo, "rev-parse", branch) == old


def test_a_late_develop_is_told_and_the_printed_command_mends_it(repo: Path) -> None:
    """From another branch by a fetch into it, from develop itself by a pull; then nothing is left to mend."""
    others_push(repo, "develop", 3)
    found = look()
    assert found.start.says.endswith("old), but origin/develop is 3 commits ahead.")
    assert found.start.mend == (("git", "fetch", "origin", "develop:develop"),)
    git(repo, *found.start.mend[0][1:])
    assert look().start.mend == ()
    others_push(repo, "develop", 1)
    git(repo, "switch", "--quiet", "develop")
    found = look()
    assert found.start.says.endswith("but origin/develop is 1 commit ahead.")
    assert found.start.mend == (("git", "pull", "--ff-only", "origin", "develop"),)
    git(repo, *found.start.mend[0][1:])
    assert look().start.says.endswith("2 hours old).")


def test_a_diverged_develop_is_told_with_both_numbers(repo: Path) -> None:
    """A pull would make a merge or fail, so none is proposed."""
    others_push(repo, "develop", 2)
    git(repo, "switch", "--quiet", "develop")
    commit(repo)
    found = look()
    assert "develop and origin/develop have diverged: 1 commit here, 2 there." in found.start.says
    assert found.start.mend == (("gitflowguard", "check", "--all"),)


def test_new_work_is_a_feature_whatever_its_form(repo: Path) -> None:
    """A form that begins with a ticket stands behind bugfix among the kinds."""
    (repo / ".gitflowguard.yaml").write_text(
        "preset: gitflow\nkinds: {feature: {names: ['{ticket}-{slug}']}}\n"
    )
    assert look().start.begin == "git switch -c <ticket>-<slug> develop"


def test_a_develop_that_is_only_on_the_remote_is_where_work_starts(repo: Path) -> None:
    """With --no-track, or `git push` would go to develop."""
    git(repo, "branch", "-D", "develop")
    found = look()
    assert found.start.ref == "origin/develop"
    assert found.start.begin == "git switch --no-track -c feature/<slug> origin/develop"
    assert row(found, "develop").remote
    assert "only there" in text(found)


def test_without_develop_the_command_that_cuts_it_is_printed_and_works(repo: Path) -> None:
    """And with neither line there is no guess."""
    git(repo, "push", "--quiet", "origin", ":develop")
    git(repo, "branch", "-D", "develop")
    found = look()
    assert found.start.says == "There is no develop to start new work from; it can be cut from main."
    git(repo, *found.start.mend[0][1:])
    assert look().start.branch == "develop"


def test_a_develop_that_this_clone_does_not_fetch_is_fetched_and_not_cut_anew(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clone with --single-branch has no develop, and its remote may well have one."""
    git(tmp_path, "clone", "--quiet", "--single-branch", "--branch=main", str(tmp_path / "origin.git"), "one")
    monkeypatch.chdir(tmp_path / "one")
    start_ = look().start
    assert start_.says == (
        "Can't determine where new work starts: this clone fetches only some branches of origin, and develop isn't "
        "one of them."
    )
    for command in start_.mend:
        git(tmp_path / "one", *command[1:])
    assert look().start.ref == "origin/develop"
    # A second fetch line, for pull requests say, makes no clone narrow.
    git(repo, "config", "--add", "remote.origin.fetch", "+refs/pull/*/head:refs/remotes/origin/pr/*")
    assert not fetches_some(Git(str(repo)), "origin")


def test_with_neither_line_it_asks_for_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No branch is guessed to be production."""
    git(tmp_path, "init", "--quiet", "--initial-branch=stuff")
    commit(tmp_path)
    monkeypatch.chdir(tmp_path)
    found = look()
    assert found.start.says.startswith("There is neither main nor develop here")
    assert isinstance(row(found, "stuff").origin, Unknown)


def test_an_empty_repository_has_a_sensible_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn where there is nothing, and nothing fails."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    monkeypatch.chdir(tmp_path)
    shown = text(look())
    assert shown.startswith("There is nothing to start from yet: the repository has no commit.\n")
    assert "note: you are on main, which has no commit yet\n" in shown


def test_an_unborn_branch_beside_others_is_noted(repo: Path) -> None:
    """`git switch --orphan`."""
    git(repo, "switch", "--quiet", "--orphan", "pages")
    found = look()
    assert found.notes[0].says == "you are on pages, which has no commit yet"
    assert found.start.branch == "develop"


def test_a_detached_head_is_noted(repo: Path) -> None:
    """No row is marked as current then."""
    tip = git(repo, "rev-parse", "HEAD")
    git(repo, "switch", "--quiet", "--detach")
    found = look()
    assert found.notes[0].says == f"HEAD is detached at {tip[:7]}: a commit made now is on no branch"
    assert not any(row.current for row in found.rows)


def test_a_missing_back_merge_is_noted_but_the_merge_commits_of_releases_are_not(repo: Path) -> None:
    """A finished release leaves main with a merge commit that develop never gets; a lost hotfix is another thing."""
    start(repo, "release/1.0.0", "develop")
    merge(repo, "release/1.0.0", "main")
    merge(repo, "release/1.0.0", "develop")
    assert not any("back-merge" in note.says for note in look().notes)
    start(repo, "hotfix/1.0.1", "main")
    merge(repo, "hotfix/1.0.1", "main")
    (note,) = (note for note in look().notes if "back" in note.says)
    assert note.says == "hotfix/1.0.1 is merged into main, but not back into develop yet"
    for argv in note.mend:
        git(repo, *argv[1:])
    assert not any("back" in note.says for note in look().notes)


def test_a_name_that_is_used_again_owes_in_one_note(repo: Path) -> None:
    """freqtrade merges each release as `new_release`; three of them owe in the same words."""
    for _ in range(2):
        start(repo, "hotfix/1.0.1", "main")
        merge(repo, "hotfix/1.0.1", "main")
        git(repo, "branch", "--quiet", "-D", "hotfix/1.0.1")
    assert len([note for note in look().notes if "back" in note.says]) == 1


def test_what_was_committed_on_main_alone_is_counted(repo: Path) -> None:
    """No merge names it, so status says how much it is."""
    git(repo, "switch", "--quiet", "main")
    commit(repo, "Straight to main")
    (note,) = (note for note in look().notes if "back-merge" in note.says)
    assert note.says == "develop lacks 1 commit of main: a back-merge is missing"


def test_a_hotfix_that_an_open_release_brings_home_is_no_debt(repo: Path) -> None:
    """nvie's model: a hotfix goes into the open release, and with it into develop."""
    start(repo, "release/1.1.0", "develop")
    start(repo, "hotfix/1.0.1", "main")
    merge(repo, "hotfix/1.0.1", "main")
    merge(repo, "hotfix/1.0.1", "release/1.1.0")
    assert not any("back" in note.says for note in look().notes)


def test_an_old_fetch_is_noted(repo: Path) -> None:
    """What is known of the remote is no younger than the last fetch."""
    git(repo, "fetch", "--quiet")
    os.utime(repo / ".git/FETCH_HEAD", (MADE, MADE))
    assert not any("fetched" in note.says for note in look(hours=23).notes)
    assert look(hours=72).notes[-1].says == "origin was last fetched 3 days ago"


def test_the_preset_is_named_only_where_it_is_assumed(repo: Path) -> None:
    """With a policy file its path is told to programs, and nothing to people."""
    assert (
        "note: there is no policy file; the preset gitflow is assumed\n  help: gitflowguard init\n"
        in text(look())
    )
    (repo / ".gitflowguard.yaml").write_text("preset: ml\n")
    found = look()
    assert (found.preset, found.notes) == ("ml", ())
    assert found.policy.endswith(".gitflowguard.yaml")


# --- a branch ---------------------------------------------------------------------------------------


def test_the_books_example_is_answered_at_a_glance(repo: Path) -> None:
    """A's pipeline1spark from main, B's pipeline on top of it: kind, origin, stack, and who holds what."""
    start(repo, "pipeline1spark", "main")
    start(repo, "pipeline", "pipeline1spark")
    found = look()
    lower, upper = row(found, "pipeline1spark"), row(found, "pipeline")
    assert (lower.kind, lower.ahead, lower.behind, lower.stacks) == ("", 1, 0, ())
    assert (upper.kind, upper.ahead, upper.current) == ("", 2, True)
    assert not isinstance(upper.stacks, Unknown)
    assert [stack.on for stack in upper.stacks] == ["pipeline1spark"]
    assert upper.merged == (("develop", False), ("main", False))
    shown = text(found)
    assert line_of(shown, "pipeline")[:3] == ["*", "pipeline", "unknown"]
    assert "    stacked on pipeline1spark: 1 commit of it not merged yet\n" in shown


def test_a_feature_is_followed_from_its_cut_to_its_merge(repo: Path) -> None:
    """Empty at first, then ahead, then merged: its origin is no longer seen, and that is said with the reason."""
    git(repo, "branch", "--no-track", "feature/x", "develop")
    assert row(look(), "feature/x").empty
    assert "nothing new" in text(look())
    git(repo, "switch", "--quiet", "feature/x")
    commit(repo)
    found = row(look(), "feature/x")
    assert (found.parent, found.ahead, found.behind, found.merged) == ("develop", 1, 0, (("develop", False),))
    assert not isinstance(found.origin, Unknown) and found.origin is not None
    assert found.origin.lines[0] == "develop"
    merge(repo, "feature/x", "develop")
    after = look()
    assert row(after, "feature/x").merged == (("develop", True),)
    assert "? feature/x: can't determine where it was cut: develop already holds all of it\n" in text(after)


def test_a_feature_cut_from_main_says_so(repo: Path) -> None:
    """The parent that is counted against is where it was cut, not where it should have been."""
    git(repo, "switch", "--quiet", "main")
    merge_base = commit(repo, "release work")
    start(repo, "feature/x", "main")
    found = row(look(), "feature/x")
    assert (found.parent, found.ahead, found.behind) == ("main", 1, 0)
    assert f"main {merge_base[:7]}" in text(look())


def test_a_release_shows_which_target_lacks_it(repo: Path) -> None:
    """Merged into main and not yet into develop: the half-finished release."""
    start(repo, "release/1.0.0", "develop")
    merge(repo, "release/1.0.0", "main")
    assert row(look(), "release/1.0.0").merged == (("main", True), ("develop", False))
    assert "✓ main ✗ develop" in text(look())
    assert "[x] main [ ] develop" in render(look(), Look(signs=ASCII))


def test_a_twin_is_compared_both_ways(repo: Path) -> None:
    """Same, ahead, behind, both, not there, only there."""
    start(repo, "feature/a", "develop")
    assert "not there" in " ".join(line_of(text(look()), "feature/a"))
    git(repo, "push", "--quiet", "origin", "feature/a")
    assert "same" in line_of(text(look()), "feature/a")
    commit(repo, "more")
    assert "1 ahead" in " ".join(line_of(text(look()), "feature/a"))
    git(repo, "push", "--quiet", "origin", "feature/a")
    git(repo, "reset", "--quiet", "--hard", "HEAD^")
    assert "1 behind" in " ".join(line_of(text(look()), "feature/a"))
    commit(repo, "other")
    twin = row(look(), "feature/a").twin
    assert twin is not None and (twin.ahead, twin.behind) == (1, 1)
    assert "1 ahead, 1 behind" in " ".join(line_of(text(look()), "feature/a"))
    git(repo, "switch", "--quiet", "main")
    git(repo, "branch", "-D", "feature/a")
    assert "only there" in " ".join(line_of(text(look()), "origin/feature/a"))
    assert "feature/a" not in [r.name for r in status(MADE, wanted=StatusSelection(local=True)).rows]


def test_the_newest_work_stands_first_below_the_long_lived_branches(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is the newest? The first one."""
    for name, date in (("feature/old", "2026-11-20T12:00:00Z"), ("feature/a", "2026-11-21T12:00:00Z")):
        monkeypatch.setenv("GIT_COMMITTER_DATE", date)
        start(repo, name, "develop")
    found = look()
    assert [r.name for r in found.rows] == ["main", "develop", "feature/a", "feature/old"]
    assert line_of(text(found), "feature/old")[-3:-1] == ["2", "days"]


def test_a_linked_work_tree_marks_its_own_branch_and_the_other(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """* is here, + is elsewhere, as in `git branch`."""
    git(repo, "worktree", "add", "--quiet", "-b", "feature/x", "../linked", "develop")
    monkeypatch.chdir(repo.parent / "linked")
    shown = text(look())
    assert line_of(shown, "feature/x")[0] == "*"
    assert line_of(shown, "main")[0] == "+"


def test_a_shallow_clone_says_what_cannot_be_told(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Question marks and one note with the command; never a wrong number."""
    start(repo, "feature/x", "develop")
    git(repo, "push", "--quiet", "origin", "feature/x")
    url = f"file://{repo.parent}/origin.git"
    git(
        repo.parent,
        "clone",
        "--quiet",
        "--depth=1",
        "--no-single-branch",
        "--branch=feature/x",
        url,
        "shallow",
    )
    monkeypatch.chdir(repo.parent / "shallow")
    found = look()
    feature = row(found, "feature/x")
    assert isinstance(feature.origin, Unknown) and isinstance(feature.ahead, Unknown)
    assert isinstance(feature.merged, Unknown) and isinstance(feature.stacks, Unknown)
    (note,) = (note for note in found.notes if note.mend == (("git", "fetch", "--unshallow"),))
    assert "shallow" in note.says
    assert "+? -?" in text(found)


# --- what conflicts ---------------------------------------------------------------------------------


def change(folder: Path, name: str, base: str, line: str) -> str:
    """A branch on which one line of train.py is another."""
    if name != base:
        git(folder, "switch", "--quiet", "--no-track", "-c", name, base)
    (folder / "train.py").write_text(line + "\n")
    git(folder, "add", "train.py")
    git(folder, "commit", "--quiet", "-m", f"{line} on {name}")
    return git(folder, "rev-parse", "HEAD")


def rivals(folder: Path, *names: str) -> None:
    """Branches that all change one line, each in its own way."""
    git(folder, "switch", "--quiet", "develop")
    change(folder, "develop", "develop", "epochs = 1")
    for number, name in enumerate(names):
        change(folder, name, "develop", f"epochs = {number + 2}")


def test_the_column_says_what_a_branch_conflicts_with(repo: Path) -> None:
    """Another branch, two of them, the target; or nothing."""
    rivals(repo, "feature/a", "feature/b")
    start(repo, "feature/quiet", "develop")
    shown = text(look())
    assert next(line for line in shown.splitlines() if line.startswith("  branch")).split()[-1] == "conflicts"
    assert line_of(shown, "feature/a")[-2:] == ["with", "feature/b"]
    assert line_of(shown, "feature/b")[-2:] == ["with", "feature/a"]
    assert line_of(shown, "feature/quiet")[-1] == "no"
    assert line_of(shown, "develop")[-1] == "-"
    merge(repo, "feature/a", "develop")
    assert line_of(text(look()), "feature/b")[-2:] == ["with", "develop"]


def test_many_are_counted_and_a_narrow_table_tells_them_below_the_branch(repo: Path) -> None:
    """The two that are named and the number of the others; the table keeps its width."""
    rivals(repo, *(f"feature/{letter}" for letter in "abcd"))
    assert "with feature/b, feature/c and 1 more" in text(look())
    narrow = text(look(), 80).splitlines()
    at = next(index for index, line in enumerate(narrow) if "feature/a " in line)
    assert narrow[at + 1] == "    conflicts with feature/b, feature/c and 1 more"
    assert "conflicts" not in narrow[0]


def test_conflicts_for_programs(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what, and on which target; null where nobody asked."""
    rivals(repo, "feature/a", "feature/b")

    def conflicts(*options: str) -> dict[str, object]:
        assert main(["status", "--json", *options]) == 0
        return {b["name"]: b["conflicts"] for b in json.loads(capsys.readouterr().out)["branches"]}

    assert conflicts()["feature/a"] == [{"with": "feature/b", "target": "develop", "lands": None}]
    assert set(conflicts("--no-radar").values()) == {None}
    git(repo, "switch", "--quiet", "--orphan", "feature/apart")
    commit(repo)
    # It has nothing in common with develop, so it lands nowhere: nothing that could not be looked at.
    assert conflicts()["feature/apart"] is None
    shown = text(look())
    assert line_of(shown, "feature/apart")[-1] == "-" and "? feature/apart: conflicts" not in shown


def test_only_the_newest_unknown_branches_are_looked_at_and_the_rest_is_said(
    repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What one run found the next one knows; the radar itself fills the column."""
    monkeypatch.setattr("gitflowguard.app.status.conflicts.PORTIONS", (1, 2))
    monkeypatch.setattr(
        "gitflowguard.app.status.conflicts.QUICK", 600.0
    )  # a busy machine is not what this is about
    rivals(repo, *(f"feature/{letter}" for letter in "abcde"))
    found = look()
    untold = [row.name for row in found.rows if row.conflicts and row.conflicts.untold == NOT_LOOKED]
    assert untold == ["feature/c", "feature/d", "feature/e"]
    note = found.notes[-1]
    assert note.says.startswith("looked for conflicts on 2 of 5 open branches")
    assert line_of(text(found), "feature/e")[-2:] == ["not", "checked"]
    assert look().notes[-1].says.startswith("looked for conflicts on 4 of 5 open branches")
    assert main(["status", "--json"]) == 0
    assert "unknown" not in json.loads(capsys.readouterr().out)["branches"][-1]["conflicts"]
    monkeypatch.setattr("gitflowguard.app.status.conflicts.PORTIONS", (0, 0))
    assert not any("looked for" in note.says for note in look().notes)


def test_a_slow_first_portion_is_the_last(repo: Path) -> None:
    """The clock decides, not the number of branches."""
    rivals(repo, *(f"feature/{number}" for number in range(8)))
    at = Git()
    place, now = find_place(at), iter((0.0, 60.0))
    seen = column(at, place, preset_flow("gitflow"), MADE, lambda: next(now))
    assert sum(one.untold == NOT_LOOKED for one in seen.conflicts.values()) == 8 - PORTIONS[0]
    assert seen.notes[0].mend == (("gitflowguard", "radar"),)


def test_a_radar_that_cannot_look_is_a_note_and_no_failure(
    repo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No place for its directory, say."""
    rivals(repo, "feature/a")
    monkeypatch.setattr("gitflowguard.tooling.tree.temporary", lambda environ: str(tmp_path / "nowhere"))
    found = look()
    assert found.notes[-1].says.startswith("couldn't look for conflicts: ")
    assert "with" not in text(found).splitlines()[0] and row(found, "feature/a").conflicts is None


# --- how it is drawn --------------------------------------------------------------------------------


def test_columns_are_aligned_also_under_wide_letters(repo: Path) -> None:
    """East Asian letters take two columns."""
    start(repo, "特徴", "develop")
    lines = text(look()).split("\n\n")[1].splitlines()
    from rich.cells import cell_len

    head = lines[0].index("kind")
    for line in lines[1:]:
        name = line[: next(i for i in range(len(line) + 1) if cell_len(line[:i]) >= head)]
        assert name.endswith("  ")


@pytest.mark.parametrize("width", [80, 100, 120])
def test_long_names_fit_the_terminal_and_keep_their_end(repo: Path, width: int) -> None:
    """The table gives up the commit first, then the middle of long names; whole names stay where nobody watches."""
    name = "feature/" + "very-long-name-" * 5 + "end"
    start(repo, name, "develop")
    lines = text(look(), width).split("\n\n")[1].splitlines()
    assert max(len(line) for line in lines) <= width
    assert "-end" in lines[-1] and "…" in lines[-1]
    assert name in text(look())


def test_a_hostile_name_is_shown_and_never_obeyed(repo: Path, capsysbinary: Any) -> None:
    """Direction overrides, C1 controls and bytes that are not UTF-8 are all legal in a branch name."""
    name = b"feature/\xe2\x80\xae\xc2\x9b31m\xff;$(touch${IFS}x)"
    main_at = git(repo, "rev-parse", "main").encode()
    packed = b"# pack-refs with: peeled fully-peeled sorted \n" + main_at + b" refs/heads/" + name + b"\n"
    (repo / ".git/packed-refs").write_bytes(packed)
    assert main(["status", "--color", "never"]) == 0
    shown = capsysbinary.readouterr().out
    assert rb"feature/\u202e\u009b31m\xff;$(touch${IFS}x)" in shown
    assert b"\xe2\x80\xae" not in shown and b"\x1b" not in shown
    assert main(["status", "--json"]) == 0
    out = capsysbinary.readouterr().out
    assert out.isascii()
    assert any("31m" in b["name"] for b in json.loads(out)["branches"])
    assert not (repo / "x").exists()


def test_colours_come_only_when_they_are_wanted(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not into a pipe; and the text without them is the same."""
    assert main(["status"]) == 0
    plain = capsys.readouterr().out
    assert main(["status", "--color", "always"]) == 0
    coloured = capsys.readouterr().out
    assert "\x1b" not in plain and "\x1b[" in coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain


def test_an_output_without_our_signs_gets_ascii(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PYTHONIOENCODING=ascii, old Windows code pages, LC_ALL=C."""
    start(repo, "feature/x", "develop")
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["status"]) == 0
    assert isinstance(out.buffer, io.BytesIO)
    shown = out.buffer.getvalue()
    out.detach()
    assert b"[ ] develop" in shown and shown.isascii()


def test_ages_read_like_a_person_says_them() -> None:
    """Also where a clock is wrong."""
    told = {
        -5: "less than a minute",
        59: "less than a minute",
        60: "1 minute",
        7200: "2 hours",
        200_000: "2 days",
    }
    assert {seconds: age(seconds) for seconds in told} == told
    assert (age(70 * 86400), age(800 * 86400)) == ("2 months", "2 years")


# --- for programs -----------------------------------------------------------------------------------


def test_the_json_document_is_stable(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """schema_version 1: these keys; what can't determine is an object with the reason."""
    tip = start(repo, "feature/x", "develop")
    assert main(["status", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == [
        "schema_version", "tool", "policy", "preset", "head", "shallow", "remote", "now", "start", "branches", "hidden",
        "notes",
    ]  # fmt: skip
    assert (document["schema_version"], document["head"], document["policy"]) == (1, "feature/x", None)
    branches = {branch["name"]: branch for branch in document["branches"]}
    feature = branches["feature/x"]
    base = git(repo, "rev-parse", "develop")
    assert feature == {
        "name": "feature/x",
        "ref": "feature/x",
        "kind": "feature",
        "protected": False,
        "current": True,
        "in_other_work_tree": False,
        "only_remote": False,
        "commit": tip,
        "committed": MADE,
        "origin": {"commit": base, "lines": ["develop"], "own": 1},
        "parent": "develop",
        "ahead": 1,
        "behind": 0,
        "stacked_on": [],
        "merged": {"develop": False},
        "empty": False,
        "twin": None,
        "conflicts": [],
        "landed": [],
    }
    assert branches["develop"]["conflicts"] is None
    assert branches["develop"]["twin"] == {"ref": "origin/develop", "ahead": 0, "behind": 0}
    merge(repo, "feature/x", "develop")
    assert main(["status", "--json"]) == 0
    after = {branch["name"]: branch for branch in json.loads(capsys.readouterr().out)["branches"]}
    assert after["feature/x"]["origin"] == {"unknown": "develop already holds all of it"}


def test_outside_of_a_repository_the_exit_code_is_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Could not look: one line, and nothing on standard output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["status"]) == 3
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1


def test_without_git_the_exit_code_is_3(
    repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty PATH."""
    monkeypatch.setenv("PATH", str(repo / "nothing"))
    assert main(["status"]) == 3
    assert "git is not on PATH" in capsys.readouterr().err


# --- the cost ---------------------------------------------------------------------------------------


def fill(repo: Path, first: int, last: int) -> None:
    """Features of every sort: open, stacked, merged, pushed, only on the remote."""
    for number in range(first, last):
        name = f"feature/n{number}"
        start(repo, name, "develop" if number % 5 != 3 else f"feature/n{number - 1}")
        if number % 5 == 1:
            merge(repo, name, "develop")
        if number % 5 == 4:
            git(repo, "update-ref", f"refs/remotes/origin/{name}", f"refs/heads/{name}")
            git(repo, "switch", "--quiet", "develop")
            git(repo, "branch", "-D", name)


@pytest.mark.slow
def test_a_hundred_branches_cost_as_many_git_processes_as_ten(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recording git stands first on PATH. What the radar knows costs three more, whatever their number; what it
    has to look at for the first time is bounded by the portions, not by the number of branches.

    Slow: that processes do not grow is proved by tests/status/test_many.py,
    test_arguments_and_processes_do_not_grow.
    """
    log = tmp_path / "log"
    real = next(p for p in (Path(d) / "git" for d in os.environ["PATH"].split(":")) if p.exists())
    executable(tmp_path / "bin/git", f'#!/bin/sh\necho "$*" >>"{log}"\nexec "{real}" "$@"\n')
    counts = []

    def processes(foresee: bool, rows: int, known: bool = False) -> int:
        with monkeypatch.context() as patched:
            patched.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
            if known:
                radar(RadarRequest(), MADE)
            log.write_text("")
            found = status(MADE + 7200, foresee=foresee)
        assert len(found.rows) == rows
        return len(log.read_text().splitlines())

    for first, last in ((0, 10), (10, 100)):
        fill(repo, first, last)
        plain, cold = processes(False, last + 2), processes(True, last + 2)
        counts.append((plain, processes(True, last + 2, known=True)))
        assert cold <= plain + 40
    assert counts[0] == counts[1]
    assert counts[0][0] <= 8 and counts[0][1] <= counts[0][0] + 3


def test_status_writes_nothing(repo: Path) -> None:
    """Work tree, index, refs, objects and configuration are the same before and after; only what we keep of our own
    is new, and without the radar not even that."""
    own = repo / ".git/gitflowguard"

    def everything() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in repo.rglob("*") if p.is_file() and own not in p.parents}

    start(repo, "feature/x", "develop")
    before = everything()
    text(status(MADE, foresee=False))
    assert everything() == before and not own.exists()
    text(look())
    assert everything() == before and own.exists()
