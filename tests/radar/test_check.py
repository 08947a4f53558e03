"""`radar check`: who else works on a file, before it is edited; from the store, and in few milliseconds."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gitflowguard.app.radar import check, openwork, planned
from gitflowguard.app.radar.check import answer
from gitflowguard.app.radar.planned import PERSON, BadInput, EditQuestion, from_stdin, place_of
from gitflowguard.cli import radarcheck
from gitflowguard.radar.edits import CLEAR, MEETS, NEAR, UNKNOWN, CheckResult, PlannedEdit
from gitflowguard.report.radar import edits as report
from tests import oracle
from tests.conftest import executable
from tests.radar.team import Team
from tests.radar.test_worktrees import LINES, edit, fingerprint

COMMAND = (sys.executable, "-m", "gitflowguard", "radar", "check")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    """develop; feature/other changes lines 3 to 4 and 20 of f.txt, deletes g.txt, adds n.txt; feature/me is here."""
    monkeypatch.setenv("GITFLOWGUARD_BACKGROUND", "off")
    team = Team(tmp_path / "repo", {"f.txt": LINES, "g.txt": LINES, "d/h.txt": LINES})
    text = LINES.replace("line 3\nline 4\n", "three\nfour\n").replace("line 20\n", "twenty\n")
    team.git("switch", "-q", "-c", "feature/other", "develop")
    team.commit({"f.txt": text, "g.txt": None, "n.txt": "new\n", "d/h.txt": LINES.replace("line 9", "nine")})
    team.git("switch", "-q", "-c", "feature/me", "develop")
    monkeypatch.chdir(team.root)
    return team


def asked(*edits: PlannedEdit) -> CheckResult:
    """The answer to these."""
    return answer(EditQuestion(PERSON, edits), 1_700_000_000)


def at(path: str, *lines: tuple[int, int]) -> CheckResult:
    """The answer for lines of one file."""
    return asked(PlannedEdit(path, lines or None))


def test_nothing_is_known_before_the_first_look(made: Team) -> None:
    result = at("f.txt", (3, 3))
    assert (result.verdict, result.as_of, result.fresh) == (UNKNOWN, 0, False)
    said = "\n".join(report.lines(result, 0))
    assert "can't determine what others have committed" in said and "gitflowguard radar looks now" in said
    assert report.document(result, 0, "1")["mend_shell"] == ["gitflowguard radar"]
    done = subprocess.run((sys.executable, "-m", *report.FILL), capture_output=True, check=False)
    assert done.returncode == 0 and at("f.txt", (3, 3)).verdict == MEETS


@pytest.mark.parametrize(
    ("path", "lines", "verdict"),
    [
        ("f.txt", ((3, 3),), MEETS),
        ("f.txt", ((5, 5),), MEETS),  # no line between: git takes both changes together
        ("f.txt", ((6, 6),), NEAR),
        ("f.txt", ((19, 18),), NEAR),
        ("f.txt", ((20, 19),), MEETS),
        ("f.txt", ((10, 10), (20, 20)), MEETS),
        ("f.txt", (), MEETS),
        ("g.txt", ((1, 1),), MEETS),
        ("n.txt", ((1, 0),), MEETS),
        ("d", (), MEETS),
        ("d/h.txt", ((1, 1),), NEAR),
        ("none.txt", ((1, 1),), CLEAR),
    ],
)
def test_lines_of_somebody_elses_commit(
    made: Team, path: str, lines: tuple[tuple[int, int], ...], verdict: str
) -> None:
    made.radar()
    result = at(path, *lines)
    assert (result.verdict, result.fresh) == (verdict, True)


def test_of_a_folder_it_names_the_file(made: Team) -> None:
    """What happens to a file in it doesn't happen to the folder."""
    made.radar()
    for folder in ("d", "d/"):
        assert report.lines(at(folder), 0)[0].endswith(" changes d/h.txt")


def test_a_submodule_is_a_path_of_the_repository_around_it(
    made: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From outside; in it the radar is that of the submodule, which has not looked yet."""
    lib = Team(tmp_path / "lib", {"a.txt": "a\n"})
    made.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(lib.root), "sub mod")
    made.git("commit", "-q", "-m", "Submodule")
    made.git("switch", "-q", "-c", "feature/bump")
    (made.root / "sub mod" / "b.txt").write_text("b\n")
    made.git("-C", "sub mod", "add", "b.txt")
    made.git("-C", "sub mod", "commit", "-q", "-m", "b")
    made.git("commit", "-q", "-a", "-m", "Bump")
    made.git("switch", "-q", "-c", "feature/other-bump", "HEAD~1")
    made.radar()
    found = at("sub mod")
    assert [one.branch for one in found.paths[0].others] == ["feature/bump"]
    inside = at("sub mod/a.txt")
    assert inside.verdict == UNKNOWN
    line = f"gitflowguard -C '{made.root}/sub mod' radar"
    assert report.document(inside, 0, "1")["mend_shell"] == [line] and line in report.lines(inside, 0)[0]
    monkeypatch.chdir(made.root / "sub mod")
    assert at(".").verdict == UNKNOWN and at("../f.txt").verdict == MEETS


def test_lines_are_those_of_the_file_as_it_lies(made: Team) -> None:
    """Moved down by what was written above; a change here that is the same as theirs is none."""
    made.radar()
    (made.root / "f.txt").write_text("top\ntop\n" + LINES)
    (other,) = at("f.txt").paths[0].others
    assert other.lines == ((5, 6), (22, 22))
    assert at("f.txt", (5, 5)).verdict == MEETS and at("f.txt", (3, 3)).verdict == NEAR
    theirs = made.git("show", "feature/other:f.txt") + "\n"
    assert asked(PlannedEdit("f.txt", ((3, 3),), theirs.encode())).verdict == CLEAR
    (made.root / "f.txt").write_text(theirs)
    assert at("f.txt").verdict == CLEAR


def test_a_branch_that_is_gone_landed_or_ones_own(made: Team) -> None:
    made.radar()
    made.git("switch", "-q", "feature/other")
    assert at("f.txt").verdict == CLEAR
    made.git("switch", "-q", "-c", "feature/on-top")
    assert at("f.txt").verdict == CLEAR  # it holds that work
    made.git("switch", "-q", "feature/me")
    assert at("f.txt").verdict == MEETS
    made.git("switch", "-q", "develop")
    made.git("merge", "-q", "--no-ff", "feature/other")
    made.git("switch", "-q", "feature/me")
    assert at("f.txt").verdict == CLEAR
    made.git("branch", "-q", "-f", "develop", "main")
    made.git("branch", "-q", "-D", "feature/other", "feature/on-top")
    assert at("f.txt").verdict == CLEAR


def test_a_branch_that_has_moved_since_is_said(made: Team, capsys: pytest.CaptureFixture[str]) -> None:
    made.radar()
    made.on("feature/other", {"x.txt": "x\n"})
    made.git("switch", "-q", "feature/me")
    result = at("f.txt", (3, 3))
    assert result.verdict == MEETS and not result.fresh and result.paths[0].others[0].moved
    said = report.lines(result, result.as_of + 7300)
    assert "f.txt:3-4,20: feature/other (" in said[0] and said[0].endswith(
        "changes these lines, too; it has moved since"
    )
    assert said[1] == "note: as of 2 hours ago; branches have changed since"


def _switch(made: Team) -> None:
    made.git("switch", "-q", "develop")


def _begin(made: Team) -> None:
    made.git("switch", "-q", "-c", "feature/new", "develop")


def _commit(made: Team) -> None:
    made.git("commit", "-q", "--allow-empty", "-m", "Mine")


def _push(made: Team) -> None:
    made.git("update-ref", "refs/remotes/origin/feature/me", "feature/me")


def _pack(made: Team) -> None:
    made.git("pack-refs", "--all")


def _stash(made: Team) -> None:
    (made.root / "g.txt").write_text("g\n")
    made.git("stash", "push", "-q", "--include-untracked")


def _tag(made: Team) -> None:
    made.git("tag", "1.0.0")


def _bisect(made: Team) -> None:
    made.git("bisect", "start")


def _detach(made: Team) -> None:
    made.git("switch", "-q", "--detach", "develop")


def _linked(made: Team) -> None:
    made.git("worktree", "add", "-q", "--detach", str(made.root.parent / "linked"), "develop")


@pytest.mark.parametrize(
    "does",
    [_switch, _begin, _commit, _push, _pack, _stash, _tag, _bisect, _detach, _linked],
    ids=lambda one: one.__name__,
)
def test_nothing_that_others_have_done_has_changed(made: Team, does: Callable[[Team], None]) -> None:
    """Switches, one's own branch and commits, packed refs and what isn't a branch."""
    made.radar()
    does(made)
    assert at("f.txt").fresh


def _moves(made: Team) -> None:
    made.git("branch", "-q", "--force", "feature/other", "feature/other~")


def _goes(made: Team) -> None:
    made.git("branch", "-q", "-D", "feature/other")


def _comes(made: Team) -> None:
    made.git("branch", "-q", "feature/third", "feature/other")


def _fetched(made: Team) -> None:
    made.git("update-ref", "refs/remotes/origin/feature/far", "feature/other")


def _mine_no_more(made: Team) -> None:
    _commit(made)
    made.git("switch", "-q", "develop")


@pytest.mark.parametrize(
    "does", [_moves, _goes, _comes, _fetched, _mine_no_more], ids=lambda one: one.__name__
)
@pytest.mark.parametrize("packed", [False, True])
def test_what_others_have_done_is_seen(made: Team, does: Callable[[Team], None], packed: bool) -> None:
    """Whether git has packed the refs before."""
    made.radar()
    if packed:
        _pack(made)
    does(made)
    assert not at("f.txt").fresh


def test_a_detached_head_and_one_before_the_first_commit(made: Team) -> None:
    made.radar()
    made.git("switch", "-q", "--detach", "feature/other")
    assert at("f.txt").verdict == CLEAR
    made.git("switch", "-q", "--detach", "develop")
    assert at("f.txt").verdict == MEETS
    made.git("switch", "-q", "--orphan", "fresh")
    assert at("f.txt").verdict == MEETS


def stop_rebase(made: Team) -> None:
    """feature/other, stopped in a rebase onto develop; feature/lower, below it, moves along."""
    made.git("branch", "-q", "feature/lower", "feature/other")
    made.on("feature/other", {"f.txt": LINES.replace("line 12\n", "twelve\n")})
    made.git("switch", "-q", "feature/me")
    made.radar()
    made.git("switch", "-q", "develop")
    made.commit({"f.txt": LINES.replace("line 3\n", "develop\n")})
    made.git("switch", "-q", "feature/other")
    words = ("git", "-c", "rebase.updateRefs=true", "rebase", "-q", "develop")
    done = subprocess.run(words, cwd=made.root, env=oracle.unrecorded(), capture_output=True, check=False)
    assert done.returncode == 1, done.stderr


def test_in_a_rebase_ones_own_branches_are_not_somebody_elses(made: Team) -> None:
    stop_rebase(made)
    assert made.git("branch", "--show-current") == ""
    assert at("f.txt").verdict == CLEAR and at("g.txt").verdict == CLEAR
    made.git("rebase", "--abort")
    made.git("switch", "-q", "feature/me")
    assert at("f.txt").verdict == MEETS


def test_in_a_bisection_and_on_an_older_commit_of_it(made: Team) -> None:
    """HEAD is detached on the branch's own commits; on the commit where it was cut it is anybody's."""
    made.on("feature/other", {"f.txt": LINES.replace("line 12\n", "twelve\n")})
    made.git("switch", "-q", "feature/me")
    made.radar()
    made.git("switch", "-q", "--detach", "feature/other~1")
    assert at("f.txt").verdict == CLEAR
    made.git("switch", "-q", "--detach", "feature/other~2")
    assert at("f.txt").verdict == MEETS
    made.git("switch", "-q", "feature/other")
    made.git("bisect", "start", "feature/other", "develop")
    assert made.git("branch", "--show-current") == ""
    assert at("f.txt").verdict == CLEAR


def test_a_branch_that_conflicts_with_its_target_counts_too(made: Team) -> None:
    made.on("develop", {"f.txt": LINES.replace("line 3\n", "develop\n")})
    made.git("switch", "-q", "feature/me")
    made.radar()
    assert at("f.txt", (3, 3)).verdict == MEETS and at("g.txt", (1, 1)).verdict == MEETS


def test_what_changes_too_much_is_not_compared(made: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openwork, "MOST_PATHS", 2)
    made.radar()
    result = at("none.txt", (1, 1))
    assert (result.verdict, result.beside) == (UNKNOWN, ("feature/other",))
    assert "not compared: feature/other; gitflowguard radar says why" in report.notes(result, 0)[0]


def test_a_binary_file_has_no_lines(made: Team) -> None:
    made.on("develop", {"b.bin": "\0a\n"})
    made.git("branch", "-q", "-f", "feature/me", "develop")
    made.branch("feature/bin", {"b.bin": "\0b\n"})
    made.git("switch", "-q", "feature/me")
    made.radar()
    assert at("b.bin", (9, 9)).verdict == MEETS


def test_uncommitted_work_in_other_work_trees(made: Team, tmp_path: Path) -> None:
    """As it lies at this moment, without a look: edited, new, deleted; what only differs in line ends is none."""
    top = tmp_path / "linked"
    made.git("worktree", "add", "-q", "-b", "feature/linked", str(top), "develop")
    made.radar()
    assert at("d/h.txt", (9, 9)).paths[0].others[0].worktree == ""
    edit(top, 15, "here")
    (top / "g.txt").unlink()
    (top / "fresh.txt").write_text("x\n")
    (top / "d" / "h.txt").write_bytes(LINES.replace("\n", "\r\n").encode())
    before = fingerprint(made.root, top)
    rows = {
        path: [(one.worktree, one.branch, one.change) for one in at(path).paths[0].others if one.worktree]
        for path in ("f.txt", "g.txt", "fresh.txt", "d/h.txt", "none.txt")
    }
    mine = str(top), "feature/linked"
    assert rows == {
        "f.txt": [(*mine, "edits")],
        "g.txt": [(*mine, "deletes")],
        "fresh.txt": [(*mine, "adds")],
        "d/h.txt": [],
        "none.txt": [],
    }
    assert fingerprint(made.root, top) == before
    assert at("f.txt", (15, 15)).verdict == MEETS and at("f.txt", (10, 10)).verdict == NEAR
    said = "\n".join(report.lines(at("fresh.txt"), 0))
    assert f"uncommitted work in {top} on feature/linked adds this file, too" in said
    back = answer(EditQuestion(PERSON, (PlannedEdit(str(top / "f.txt"), ((3, 3),)),)), 0)
    assert [(one.branch, one.touches) for one in back.paths[0].others] == [("feature/other", True)]


def test_a_filter_is_not_run(made: Team, tmp_path: Path) -> None:
    """Where one stands between the file and what is stored, git says by its index whether the file was changed."""
    mark, top = tmp_path / "mark", tmp_path / "linked"
    made.git("config", "filter.f.smudge", "tr a-z A-Z")
    made.git("config", "filter.f.clean", "tr A-Z a-z")
    made.on("develop", {".gitattributes": "*.up filter=f\n", "x.up": "text\n"})
    made.git("worktree", "add", "-q", "-b", "feature/linked", str(top), "develop")
    assert (top / "x.up").read_text() == "TEXT\n"
    made.git(
        "config", "filter.f.clean", str(executable(tmp_path / "evil", f"#!/bin/sh\ntouch '{mark}'\ncat\n"))
    )
    index = made.root / ".git" / "worktrees" / "linked" / "index"
    os.utime(index, (index.stat().st_mtime + 9,) * 2)  # else git looks into a file of the same instant
    assert not at("x.up").paths[0].others
    (top / "x.up").write_text("OTHER TEXT\n")
    assert [one.worktree for one in at("x.up").paths[0].others] == [str(top)]
    assert not mark.exists()


def test_the_store_is_as_good_as_it_is(made: Team) -> None:
    """A cut, garbled or foreign file says nothing; a look at a part of the branches keeps the rest."""
    made.radar()
    place = place_of(".")
    assert place is not None
    (file,) = (made.root / ".git" / "gitflowguard" / "radar").glob("open-*.bin")
    data = file.read_bytes()
    for bad in (b"", data[:-1], data[:30], data.replace(b"open 3", b"open 0"), b"\0" * 100):
        file.write_bytes(bad)
        assert not openwork.load(place[0])
    file.write_bytes(data)
    made.branch("feature/third", {"third.txt": "x\n"})
    from gitflowguard.app.radar.aims import RadarSelection
    from gitflowguard.app.radar.survey import RadarRequest, radar

    radar(RadarRequest(RadarSelection("develop", "feature/third")), made.clock, str(made.root))
    names = {one.name for work in openwork.load(place[0]) for one in work.branches}
    assert names == {"feature/other", "feature/third"}


def payload(**more: object) -> bytes:
    return json.dumps({"session_id": "x", "cwd": os.getcwd(), **more}).encode()


def of_tool(tool: str, event: str = "PreToolUse", **given: object) -> EditQuestion:
    return from_stdin(payload(hook_event_name=event, tool_name=tool, tool_input=given))


def test_what_assistants_ask(made: Team) -> None:
    """The lines of the old text, or those that a new content changes."""
    path = str(made.root / "f.txt")
    (one,) = of_tool("Edit", file_path=path, old_string="line 3\nline 4\n", new_string="x\n").edits
    assert (one.path, one.lines) == (path, ((3, 4),))
    (one,) = of_tool("Edit", file_path=path, old_string="line 3", new_string="x", replace_all=True).edits
    assert one.lines == ((3, 3), (30, 30))
    rows = [{"old_string": "line 5\n"}, {"old_string": "line 7\n"}]
    assert of_tool("MultiEdit", file_path=path, edits=rows).edits[0].lines == ((5, 5), (7, 7))
    (one,) = of_tool("Write", file_path="f.txt", content=LINES.replace("line 9\n", "")).edits
    assert one.lines == ((9, 9),) and one.text is not None
    assert of_tool("Write", file_path="new.txt", content="x\n").edits[0].lines == ((1, 0),)
    assert of_tool("Edit", file_path=path, old_string="nowhere").edits[0].lines is None
    assert of_tool("replace", "BeforeTool", file_path=path, old_string="line 3\n").asker == "BeforeTool"
    for given in ({"command": "ls"}, {"file_path": 3}, {"file_path": "a\0b"}, {"file_path": ""}):
        assert of_tool("Bash", **given).edits == ()
    assert from_stdin(payload(hook_event_name="PreToolUse", tool_input=[])).edits == ()


def test_our_own_json() -> None:
    question = from_stdin(b' {"path": "a", "lines": [[3, 5], [9, 8]]}')
    assert question == EditQuestion("program", (PlannedEdit("a", ((3, 5), (9, 8))),))
    assert from_stdin(b'{"edits": [{"path": "a"}, {"path": "b"}]}').edits == (
        PlannedEdit("a"),
        PlannedEdit("b"),
    )
    assert from_stdin(b'{"edits": [{"path": "a"}, {"path": "b"}]}', ("b",)).edits == (PlannedEdit("b"),)


@pytest.mark.parametrize(
    "data",
    [
        b"text", b"{", b"{}", b'{"path": 3}', b'{"edits": []}', b'{"edits": 3}', b'{"edits": [3]}',
        b'{"path": "a", "lines": 3}', b'{"path": "a", "lines": [[0, 1]]}', b'{"path": "a", "lines": [[3, 1]]}',
        b'{"path": "a", "lines": [["3", 3]]}', b'{"path": "a", "lines": [[1]]}', b'{"path": ""}',
        b'{"path": "a\\u0000"}', b'{"cwd": "\\u0000", "path": "a"}',
        b"--- a/x\n+++ b/x\n@@ nonsense @@\n", b"@@ -1\n", b"{" * 100_000, b'{"a":' * 100_000,
    ],
)  # fmt: skip
def test_bad_input(data: bytes) -> None:
    with pytest.raises(BadInput):
        from_stdin(data)


def test_a_diff_that_was_made_and_one_that_was_not(made: Team) -> None:
    """Both are about lines of the file as it lies; context counts for nothing."""
    for context in ("-U0", "-U3"):
        (made.root / "f.txt").write_text(LINES)
        rows = LINES.splitlines()
        rows[9:10] = ["ten", "and more"]
        rows.insert(25, "inserted")
        del rows[28]
        (made.root / "f.txt").write_text("\n".join(rows) + "\n")
        diff = subprocess.run(["git", "diff", context], capture_output=True, check=True).stdout
        (one,) = from_stdin(diff).edits
        assert (one.path, one.lines) == ("f.txt", ((10, 11), (26, 26), (29, 28)))
        (made.root / "f.txt").write_text(LINES)
        (one,) = from_stdin(diff).edits
        assert one.lines == ((10, 10), (25, 24), (27, 27))


def test_names_in_a_diff(made: Team) -> None:
    """Quoted, with another prefix, with none, of a new and of a deleted file; from a folder below the top."""
    (made.root / "t\u00e4b\tx.txt").write_text("x\n")
    made.git("add", "--all")
    (made.root / "g.txt").unlink()
    for words in ((), ("--no-prefix",), ("-c", "diff.mnemonicPrefix=true")):
        argv = ["git", *words[: 2 if words[:1] == ("-c",) else 0], "diff", "HEAD"]
        argv += [word for word in words if word.startswith("--")]
        diff = subprocess.run(argv, capture_output=True, check=True).stdout
        os.chdir(made.root / "d")
        assert [one.path for one in from_stdin(diff).edits] == ["g.txt", "t\u00e4b\tx.txt"]
        assert [one.path for one in from_stdin(diff, ("../g.txt",)).edits] == ["g.txt"]
        os.chdir(made.root)


def test_files_of_a_diff_without_a_hunk(made: Team) -> None:
    """Binary, renamed with and without a change, quoted, with another mode: each is edited as a whole. And nothing at
    all is the diff of a clean work tree."""
    assert from_stdin(b"").edits == () and from_stdin(b"\n").edits == ()
    assert said(("--stdin", "--exit-code"))[1] == "There is no edit to check.\n"
    (made.root / "t\u00e4b.bin").write_bytes(b"\0\1")
    made.git("add", "--all")
    made.git("commit", "-q", "-m", "binary")
    (made.root / "t\u00e4b.bin").write_bytes(b"\0\2")
    made.git("mv", "g.txt", "moved.txt")
    (made.root / "f.txt").chmod(0o755)
    for more in ((), ("--binary",), ("--no-prefix",), ("--no-renames",)):
        diff = subprocess.run(("git", "diff", "HEAD", *more), capture_output=True, check=True).stdout
        edits = {one.path: one.lines for one in from_stdin(diff).edits}
        assert edits.pop("f.txt") is None and edits.pop("t\u00e4b.bin") is None
        assert edits.pop("g.txt") is None if more != ("--no-renames",) else edits.pop("g.txt")
        assert set(edits) <= {"moved.txt"}
    (made.root / "moved.txt").write_text(LINES.replace("line 3\n", "other\n"))
    diff = subprocess.run(("git", "diff", "-M", "HEAD"), capture_output=True, check=True).stdout
    assert [one.path for one in from_stdin(diff).edits if one.lines] == ["moved.txt"]


def test_random_diffs_name_the_lines_that_git_names(made: Team) -> None:
    """Against git's own hunks without context, for what was made already and what was not."""
    dice = random.Random(3)
    for _ in range(20):
        rows = LINES.splitlines()
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(rows))
            rows[place : place + dice.randint(0, 2)] = [f"x{dice.random()}"] * dice.randint(0, 2)
        new = "\n".join(rows) + "\n"
        if new == LINES:
            continue
        (made.root / "f.txt").write_text(new)
        plain = subprocess.run(["git", "diff", "-U0"], capture_output=True, text=True, check=True).stdout
        wide = subprocess.run(["git", "diff", "-U5"], capture_output=True, check=True).stdout
        heads = [planned._ranges(line.encode()) for line in plain.splitlines() if line.startswith("@@ ")]
        sides = [
            [(first + (count == 0), first + max(count, 1) - 1) for first, count in side]
            for side in zip(*heads)
        ]
        assert from_stdin(wide).edits[0].lines == tuple(sides[1])
        (made.root / "f.txt").write_text(LINES)
        assert from_stdin(wide).edits[0].lines == tuple(sides[0])


def said(words: tuple[str, ...], data: bytes = b"") -> tuple[int, str]:
    """The program as an editor starts it."""
    done = subprocess.run(
        (*COMMAND, *words), input=data, capture_output=True, check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert b"Traceback" not in done.stderr, done.stderr
    return done.returncode, (done.stdout + done.stderr).decode()


def test_the_command(made: Team) -> None:
    made.radar()
    code, text = said(("f.txt",))
    assert code == 0 and text.startswith("f.txt:3-4,20: feature/other (") and text.count("\n") == 1
    assert said(("none.txt", "--exit-code")) == (
        0,
        "Nobody else works on none.txt.\nnote: none.txt isn't here; unless it is a new file, check its name\n",
    )
    mistyped = said(("g.txt", "none", "--", "f.txt"))[1]
    assert mistyped.count("isn't here") == 1 and "note: none isn't here" in mistyped
    new = b"diff --git a/n.txt b/n.txt\nnew file mode 100644\n--- /dev/null\n+++ b/n.txt\n@@ -0,0 +1 @@\n+n\n"
    assert "isn't here" not in said(("--stdin",), new)[1]
    assert said(("f.txt", "--exit-code"))[0] == 1
    assert said(("--exit-code", "--", "f.txt", "g.txt"))[0] == 1
    assert said(("--stdin", "--exit-code"), b'{"path": "f.txt", "lines": [[10, 10]]}')[0] == 0
    assert said(("--stdin",), b"nonsense") == (
        2, "gitflowguard: standard input is neither a JSON object nor a diff\n"
    )  # fmt: skip
    code, text = said(("/nowhere/x.txt",))
    assert code == 3 and "/nowhere/x.txt isn't in the work tree of a Git repository" in text
    assert said(())[0] == 2 and said(("--bogus", "f.txt"))[0] == 2
    assert "Whether an edit of these files meets" in said(("--help",))[1]
    assert said(("f.txt", "-q")) == (0, "")


def policy(made: Team, severity: str) -> None:
    """The policy of this work tree, which nobody has committed yet."""
    rule = f"rules: {{conflicts-with-branch: {severity}}}\n" if severity else "rules: [\n"
    (made.root / ".gitflowguard.yaml").write_text(f"preset: gitflow\n{rule}")


def test_the_policy_decides_the_exit_code(made: Team) -> None:
    """As elsewhere only an error fails; where nothing is known an error is exit code 3."""
    policy(made, "error")
    assert said(("f.txt",))[0] == 3
    made.radar()
    assert said(("f.txt",))[0] == 1 and said(("none.txt",))[0] == 0
    assert json.loads(said(("f.txt", "--json"))[1])["severity"] == "error"
    policy(made, "warning")
    assert said(("f.txt",))[0] == 0 and said(("f.txt", "--exit-code"))[0] == 1
    policy(made, "ignore")
    assert said(("f.txt",))[0] == 0 and said(("f.txt", "--exit-code"))[0] == 1
    policy(made, "")
    code, text = said(("f.txt",))
    assert code == 2 and ".gitflowguard.yaml" in text


def test_the_policy_decides_whether_an_assistant_is_stopped(made: Team) -> None:
    """The exit code of a hook is 0 whatever the policy says, and a broken policy stops no edit."""
    made.radar()
    meets = {"file_path": str(made.root / "f.txt"), "old_string": "line 3\n", "new_string": "x"}

    def told(event: str) -> dict[str, Any]:
        code, text = said(("--stdin",), payload(hook_event_name=event, tool_input=meets))
        assert code == 0, text
        return dict(json.loads(text))

    policy(made, "error")
    assert told("PreToolUse")["hookSpecificOutput"]["permissionDecision"] == "ask"
    assert told("BeforeTool")["decision"] == "deny"
    policy(made, "ignore")
    assert told("PreToolUse") == told("BeforeTool") == {}
    policy(made, "")
    assert "permissionDecision" not in told("PreToolUse")["hookSpecificOutput"]


def test_to_ask_goes_with_an_assistants_hook_only(made: Team) -> None:
    """It isn't ignored in silence."""
    made.radar()
    hook = payload(hook_event_name="PreToolUse", tool_input={"file_path": "f.txt", "content": "x"})
    assert said(("f.txt", "--ask"))[0] == 2
    assert "--ask answers the hook of a coding assistant" in said(("f.txt", "--ask"))[1]
    for words, data in (
        (("--stdin", "--ask"), b'{"path": "f.txt"}'),
        (("--stdin", "--ask"), b""),
        (("--stdin", "--ask", "--json"), hook),
    ):  # fmt: skip
        code, text = said(words, data)
        assert code == 2 and "--ask answers the hook of a coding assistant" in text
    assert said(("--stdin", "--ask"), hook)[0] == 0


def test_the_answers_to_assistants(made: Team) -> None:
    """In the form that each reads; nothing to say is an empty object, and no path of theirs is a failure."""
    made.radar()
    meets = {"file_path": str(made.root / "f.txt"), "old_string": "line 3\n", "new_string": "x"}

    def told(event: str, tool: dict[str, Any], *words: str) -> dict[str, Any]:
        data = payload(hook_event_name=event, tool_name="Edit", tool_input=tool)
        code, text = said(("--stdin", *words), data)
        assert code == 0, text
        return dict(json.loads(text))

    inner = told("PreToolUse", meets)["hookSpecificOutput"]
    assert inner.keys() == {"hookEventName", "additionalContext"} and inner["hookEventName"] == "PreToolUse"
    assert "feature/other" in inner["additionalContext"] and "f.txt:3-4" in inner["additionalContext"]
    asks = told("PreToolUse", meets, "--ask")["hookSpecificOutput"]
    assert asks["permissionDecision"] == "ask" and "feature/other" in asks["permissionDecisionReason"]
    assert told("BeforeTool", meets).keys() == {"systemMessage"}
    assert told("BeforeTool", meets, "--ask")["decision"] == "deny"
    for event in ("PreToolUse", "BeforeTool"):
        for tool in (meets | {"old_string": "line 12\n"}, {"command": "ls"}, {"file_path": "/nowhere/x"}):
            assert told(event, tool, "--ask") == {}
    assert told("PreToolUse", meets, "--json")["verdict"] == MEETS
    assert told("SomethingElse", meets)["verdict"] == MEETS


def test_an_assistant_hears_what_is_not_known(made: Team) -> None:
    data = payload(hook_event_name="PreToolUse", tool_input={"file_path": "none.txt", "content": "x"})
    code, text = said(("--stdin",), data)
    assert code == 0 and "gitflowguard radar looks now" in text


def test_another_look_is_begun_where_branches_have_moved(made: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once in a while, and only in this repository."""
    begun: list[int] = []
    monkeypatch.setattr("gitflowguard.app.radar.behind.start", lambda: begun.append(1))
    made.radar()
    question = EditQuestion(PERSON, (PlannedEdit("f.txt"),))
    as_of = answer(question, 0).as_of
    assert not begun
    made.git("branch", "feature/new")
    answer(question, as_of + check.PATIENCE)
    assert not begun
    answer(question, as_of + check.PATIENCE + 1)
    assert begun == [1]


def test_a_check_is_light(made: Team, tmp_path: Path, argv_oracle: Path) -> None:
    """At most three gits, none for a file that nobody else knows of; no click, and little time."""
    made.git("worktree", "add", "-q", "-b", "feature/linked", str(tmp_path / "linked"), "develop")
    edit(tmp_path / "linked", 15, "here")
    made.radar()
    argv_oracle.write_bytes(b"")
    assert said(("f.txt",))[1].count("\n") == 2
    assert len(oracle.calls(argv_oracle)) == 3, oracle.calls(argv_oracle)
    made.git("worktree", "remove", "--force", str(tmp_path / "linked"))
    argv_oracle.write_bytes(b"")
    assert said(("none.txt",))[1].startswith("Nobody")
    assert not oracle.calls(argv_oracle)
    code = "import sys; from gitflowguard.cli.radarcheck import quick; quick(['f.txt']); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"click", "typing", "re", "json", "yaml", "subprocess", "dataclasses", "difflib"}


def test_the_short_way_is_clicks(made: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every flag that the short way knows is one of the command's, and the other way round."""
    from gitflowguard.cli.radar import check as command

    flags = {word: one.name for one in command.params for word in one.opts if word.startswith("--")}
    flags.pop("--quiet", None)
    assert flags == radarcheck.FLAGS
    assert radarcheck.quick(["--help"]) is None and radarcheck.quick(["-q", "x"]) is None


@pytest.mark.slow
@pytest.mark.parametrize("severity", ["none", "error"])
def test_a_check_takes_60_ms_at_most(made: Team, severity: str) -> None:
    """CPU of all that it starts, at its best of nine: a busy machine makes it more. With a policy, and without one."""
    if severity != "none":
        policy(made, severity)
    made.radar()
    env = oracle.unrecorded()
    costs = []
    for _ in range(9):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run((*COMMAND, "f.txt"), env=env, stdout=subprocess.DEVNULL, check=False)
        assert done.returncode == (severity == "error")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(costs) <= 0.060, costs
