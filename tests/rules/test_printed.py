"""Every command that a rule prints, pasted into a shell where the work tree isn't clean.

The scenes are the histories of the rules' own pages, so that a new rule is tried without a line here. Each is
disturbed in a way of `DISTURBED`; the rule speaks, its commands are fitted to the work tree as the hooks and
`check` do it, and `sh -e` runs them. They have to end well, lose nothing, and leave the rule less to say.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from gitflowguard.model.finding import Report, Violation
from gitflowguard.model.names import shell
from gitflowguard.model.rule import Rule
from gitflowguard.repo.fitting import fit
from gitflowguard.repo.git import Git
from gitflowguard.rules import registry
from tests.scenario import Case, Real, judge, read_page, read_script

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
# What these say needs no history, and their commands touch no branch: their pages run them, or name a tool's own.
NO_HISTORY = ("quality", "artefact", "protection", "model")
# git is meant to stop in the conflict that these foresee (test_pages runs them).
STOPS = ("conflict",)


class Scene(NamedTuple):
    """A breaking history of a rule's page."""

    rule: Rule
    case: Case


def _scenes() -> dict[str, list[Scene]]:
    """Rule -> the histories of its page in which it prints commands for a repository that git can build."""
    found: dict[str, list[Scene]] = {}
    for _, family, name in registry.RULES:
        rule = registry.find(name)
        assert rule is not None
        if family in NO_HISTORY + STOPS:
            continue
        cases = read_page((HERE / family / f"{name}.md").read_text())
        found[name] = [
            Scene(rule, case)
            for case in cases
            if not case.memory_only and f"{rule.code} " in case.report and "\n    " in case.report
        ]
    return found


SCENES = _scenes()


def test_every_rule_with_a_history_has_a_scene_that_prints_commands() -> None:
    """A rule that prints none says so here, with the reason."""
    without = {
        "forbidden-pull": "the pull request is closed or given another base, on the forge",
        "missing-approval": "another person has to look",
        "changed-policy": "another person has to look",
        "unreadable-policy": "the file has to be corrected by hand",
        "foreign-source": "the pull request has to be opened anew",
        "missing-body": "only the author knows the reason",
    }
    silent = {name for name, scenes in SCENES.items() if not scenes}
    assert silent <= set(without), silent - set(without)


class Disturbed(NamedTuple):
    """What was put into the work tree: unique lines, by where they were."""

    staged: str = ""
    files: str = ""
    new: str = ""


def _staged(reader: Real) -> Disturbed:
    """A staged edit in a file that differs between the lines, in other lines, and a new file."""
    _line(reader, 1, "STAGED")
    (reader.top / "fresh.txt").write_text("STAGED\n")
    reader.git("add", "lines.txt", "fresh.txt")
    return Disturbed(staged="STAGED")


def _unstaged(reader: Real) -> Disturbed:
    _line(reader, 3, "CHANGED")
    return Disturbed(files="CHANGED")


def _untracked(reader: Real) -> Disturbed:
    (reader.top / "folder").mkdir()
    (reader.top / "folder" / "note.txt").write_text("NEW\n")
    return Disturbed(new="NEW")


def _everything(reader: Real) -> Disturbed:
    """A file that is staged in one form and changed again, beside a new one."""
    staged, files, new = _staged(reader), _unstaged(reader), _untracked(reader)
    return Disturbed(staged.staged, files.files, new.new)


def _detached(reader: Real) -> Disturbed:
    reader.git("switch", "-q", "--detach")
    return _everything(reader)


def _mid_rebase(reader: Real) -> Disturbed:
    reader.git("switch", "-q", "--detach")
    reader.git("commit", "-q", "--allow-empty", "-m", "replayed")
    reader.git("rebase", "-q", "--exec", "false", "HEAD~1", ok=False)
    return _everything(reader)


def _mid_revert(reader: Real) -> Disturbed:
    """A revert that stopped and whose result was edited."""
    sha = reader.git("log", "--no-merges", "--format=%H", "-1")
    reader.git("revert", "--no-commit", sha, ok=False)
    return _everything(reader)


def _linked(reader: Real) -> Disturbed:
    """Every branch that does not stand here is checked out in a work tree of its own, each with a new file."""
    here = reader.git("symbolic-ref", "--short", "-q", "HEAD", ok=False)
    for number, name in enumerate(
        reader.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    ):
        if name != here:
            path = reader.top.parent / f"linked{number}"
            reader.git("worktree", "add", "-q", str(path), name, ok=False)
            if path.exists():
                (path / "other.txt").write_text("OTHER\n")
    return _everything(reader)


# Those behind the first four begin something of their own, so no operation may be in progress.
DISTURBED: dict[str, Callable[[Real], Disturbed]] = {
    "staged": _staged,
    "unstaged": _unstaged,
    "untracked": _untracked,
    "everything": _everything,
    "detached": _detached,
    "rebase": _mid_rebase,
    "revert": _mid_revert,
    "linked": _linked,
}
ANYWHERE = tuple(DISTURBED)[:4]


def _line(reader: Real, number: int, text: str) -> None:
    file = reader.top / "lines.txt"
    lines = file.read_text().splitlines() if file.exists() else [str(one) for one in range(9)]
    lines[number] = text
    file.write_text("\n".join(lines) + "\n")


def _try(scene: Scene, how: str, place: Path) -> None:
    """One scene, disturbed, and what the rule prints, run until it has nothing to print."""
    script = read_script(scene.case.script)
    reader = Real(script, place)
    if how not in ANYWHERE and (reader.under_way or reader.rebasing[0]):
        pytest.skip("an operation is in progress already")
    put = DISTURBED[how](reader)
    report = judge(reader, script.flow, scene.rule)
    found = report.violations
    for _ in range(len(found)):
        printed = fit(Report(violations=found), Git(str(reader.top)).place(), reader.refs())
        mendable = [one for one in printed.violations if one.finding.mend]
        if not mendable:
            break
        first = mendable[0]
        _paste(reader, first)
        _nothing_lost(reader, put, first)
        reader.note("").unlink(missing_ok=True)
        if "push" not in {argv[1] for argv in first.finding.mend}:
            reader.again()
        left = judge(reader, script.flow, scene.rule).violations
        assert len(left) < len(found), (first.finding, left)
        found = left


def _paste(reader: Real, violation: Violation) -> None:
    text = "".join(shell(argv) + "\n" for argv in violation.finding.mend)
    reader.run(("sh", "-e", "-c", text))


def _nothing_lost(reader: Real, put: Disturbed, violation: Violation) -> None:
    """Each line is in the tree, the index or the last commit where it was put, or in a stash that the text names."""
    tree = {path for path in reader.top.rglob("*.txt") if ".git" not in path.parts}
    files = "".join(path.read_text() for path in tree)
    indexed = "".join(reader.git("show", f":{path}", ok=False) for path in ("lines.txt", "fresh.txt"))
    made = reader.git("log", "--all", "-p", "--format=", "-3")
    stashes = reader.git("stash", "list", "--format=%H").split()
    kept = "".join(reader.git("log", "-p", "-m", "--format=", "-4", sha) for sha in stashes)
    named = any(argv[1:3] == ("stash", "push") and "--message" in argv for argv in violation.finding.mend)
    assert named or not stashes, "a stash is left that no command names"
    assert put.staged in indexed or put.staged in made or put.staged in kept
    assert put.files in files or put.files in kept
    assert put.new in files or put.new in kept
    for other in reader.top.parent.glob("linked*"):
        assert (other / "other.txt").read_text() == "OTHER\n"


def _params(quick: bool) -> list[object]:
    """One scene of every fifth rule with everything in its way, and each kind of disturbance once; or all of both.

    That the commands of the others mend is proved by test_pages, in a clean work tree.
    """
    found: list[object] = []
    hows = tuple(DISTURBED)
    for number, (name, scenes) in enumerate(SCENES.items()):
        for scene in scenes[:1] if quick else scenes:
            chosen = (*hows[number : number + 1], *("everything",) * (number % 5 == 1)) if quick else hows
            found += [
                pytest.param(scene, how, id=f"{name}: {scene.case.title}: {how}")
                for how in dict.fromkeys(chosen)
            ]
    return found


@pytest.mark.parametrize(("scene", "how"), _params(quick=True))
def test_what_a_rule_prints_works_in_a_disturbed_work_tree(scene: Scene, how: str, tmp_path: Path) -> None:
    """It ends well, loses nothing, and the second try passes."""
    _try(scene, how, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("scene", "how"), _params(quick=False))
def test_whatever_a_rule_prints_works_in_every_work_tree(scene: Scene, how: str, tmp_path: Path) -> None:
    """Each history of each page, disturbed in each way."""
    _try(scene, how, tmp_path)


def test_the_shell_is_there() -> None:
    """A missing sh would fail every test above for a reason of its own."""
    assert subprocess.run(("sh", "-e", "-c", "true"), check=False).returncode == 0
