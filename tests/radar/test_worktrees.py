"""Work that isn't committed yet: judged as the commit that would hold it, and nothing of the user's is written."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gitflowguard.app.radar.aims import RadarSelection
from gitflowguard.app.radar.survey import RadarRequest, RadarResult, radar
from gitflowguard.app.radar.worktrees import shown
from gitflowguard.repo import uncommitted
from tests import oracle
from tests.budget import sampled
from tests.conftest import executable
from tests.radar import ours, truth
from tests.radar.team import Team

RADAR = (sys.executable, "-m", "gitflowguard", "radar", "--worktrees")
LINES = "".join(f"line {n}\n" for n in range(1, 31))


def team(root: Path, *names: str) -> Team:
    """develop with one file, and a linked work tree for each branch."""
    made = Team(root / "repo", {"f.txt": LINES, "g.txt": LINES})
    for name in names:
        made.git("worktree", "add", "-q", "-b", f"feature/{name}", str(root / name), "develop")
    return made


def edit(top: Path, line: int, word: str, name: str = "f.txt") -> None:
    """Changes one line."""
    rows = (top / name).read_text().splitlines()
    rows[line - 1] = word
    (top / name).write_text("\n".join(rows) + "\n")


def seen(made: Team, target: str = "develop", cwd: Path | None = None) -> RadarResult:
    """What the radar sees with all that lies there."""
    question = RadarRequest(RadarSelection(target), worktrees=True)
    return radar(question, int(time.time()), str(cwd or made.root))


def pairs(result: RadarResult) -> set[frozenset[str]]:
    """Who conflicts with whom."""
    return {frozenset((one.first, one.second)) for one in result.radar.pairs}


def states(result: RadarResult) -> dict[str, str]:
    """Branch -> its state."""
    return {one.branch: one.state for one in result.radar.contacts}


def fingerprint(*folders: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its content and time; our own folder in .git is left out. Of objects the content alone: git sets
    the time of one that it would have written and finds there (docs/architecture.md, "Known limits")."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and "gitflowguard" not in path.parts:
                time_of = 0 if "objects" in path.parts else path.stat().st_mtime_ns
                found[str(path)] = path.read_bytes(), time_of
    return found


def test_two_work_trees_with_the_same_dirty_line(tmp_path: Path) -> None:
    """Between them, with the current one, and each with what is committed elsewhere."""
    made = team(tmp_path, "a", "b")
    made.branch("feature/done", {"g.txt": LINES.replace("line 9\n", "done\n")})
    edit(tmp_path / "a", 3, "a")
    edit(tmp_path / "b", 3, "b")
    edit(tmp_path / "b", 9, "b", "g.txt")
    made.git("switch", "-q", "-c", "feature/here")
    edit(made.root, 3, "here")
    result = seen(made)
    assert pairs(result) == {
        frozenset(("feature/a", "feature/b")),
        frozenset(("feature/a", "feature/here")),
        frozenset(("feature/b", "feature/here")),
        frozenset(("feature/b", "feature/done")),
    }
    assert not result.blind
    assert all(not one.mend for one in result.radar.pairs if one.second != "feature/done")
    trees = {one.branch: one.worktree for one in result.radar.contacts}
    assert trees == {
        "feature/a": str(tmp_path / "a"),
        "feature/b": str(tmp_path / "b"),
        "feature/here": str(made.root),
        "feature/done": "",
    }
    assert not radar(RadarRequest(RadarSelection("develop")), 0, str(made.root)).radar.pairs


def test_what_the_page_says(tmp_path: Path) -> None:
    made = team(tmp_path, "a", "b")
    edit(tmp_path / "a", 3, "a")
    (tmp_path / "a" / "new.txt").write_text("new\n")
    edit(tmp_path / "b", 3, "b")
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(RADAR, cwd=made.root, env=env, capture_output=True, text=True, check=True)
    assert "feature/b and feature/a conflict with each other" in done.stdout
    assert "note: ../a counts as if it were committed on feature/a: 2 files differ" in done.stdout
    done = subprocess.run(
        (*RADAR, "--json"), cwd=made.root, env=env, capture_output=True, text=True, check=True
    )
    rows = {one["branch"]: one["worktree"] for one in json.loads(done.stdout)["branches"]}
    assert rows == {"feature/a": str(tmp_path / "a"), "feature/b": str(tmp_path / "b")}


def test_work_on_a_long_lived_branch_and_on_none(tmp_path: Path) -> None:
    """It is a branch of its own that would merge where new work merges."""
    made = team(tmp_path, "a")
    made.git("worktree", "add", "-q", "--detach", str(tmp_path / "loose"), "develop")
    for top, word in ((made.root, "here"), (tmp_path / "a", "a"), (tmp_path / "loose", "loose")):
        edit(top, 3, word)
    result = seen(made)
    assert len(states(result)) == 3 and len(pairs(result)) == 3
    assert sum(name.startswith("the work tree ") for name in states(result)) == 2


def test_the_own_work_tree_has_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At its top, below it, and where it lies inside of another one; a bare dot says nothing to a reader."""
    made = Team(tmp_path / "repo", {"f.txt": LINES, "d/g.txt": LINES})
    inner = made.root / "trees" / "a"
    made.git("worktree", "add", "-q", "-b", "feature/a", str(inner), "develop")
    edit(made.root, 3, "here")
    edit(inner, 3, "a")
    for folder, other in ((made.root, "trees/a"), (made.root / "d", "../trees/a"), (inner / "d", "../../..")):
        monkeypatch.chdir(folder)
        result = seen(made, cwd=folder)
        notes = [one for one in result.radar.notes if "counts as if it were committed" in one]
        assert sum(one.startswith("this work tree counts") for one in notes) == 1
        assert sum(one.startswith(f"{other} counts") for one in notes) == 1
        own = "the work tree ../../.." if folder.name == "d" and folder.parent == inner else "this work tree"
        assert frozenset((own, "feature/a")) in pairs(result)
    monkeypatch.chdir(tmp_path)
    assert shown(str(made.root)) == "repo"


def test_a_detached_work_tree_with_commits_alone_counts(tmp_path: Path) -> None:
    made = team(tmp_path, "a")
    edit(tmp_path / "a", 3, "a")
    made.git("worktree", "add", "-q", "--detach", str(tmp_path / "loose"), "develop")
    edit(tmp_path / "loose", 3, "loose")
    made.git("-C", str(tmp_path / "loose"), "commit", "-q", "-am", "Loose")
    assert len(pairs(seen(made))) == 1


def test_nothing_lies_there(tmp_path: Path) -> None:
    """A touched file is no change; a branch without commits and changes is none to merge."""
    made = team(tmp_path, "a")
    os.utime(tmp_path / "a" / "f.txt", (1, 1))
    result = seen(made)
    assert not states(result) and not [note for note in result.radar.notes if "counts" in note]


def test_a_change_in_the_same_instant_as_the_index(tmp_path: Path) -> None:
    """As long as before, at the time of the index: git looks into such a file, and so does the copy of its index."""
    made = team(tmp_path, "a", "b")
    for name, word in (("a", "LINE 3"), ("b", "lINE 3")):
        edit(tmp_path / name, 3, word)
        index = made.root / ".git" / "worktrees" / name / "index"
        entry = int(subprocess.check_output(
            ["git", "ls-files", "--debug", "f.txt"], cwd=tmp_path / name, text=True
        ).split("mtime: ")[1].split(":")[0])  # fmt: skip
        for path in (tmp_path / name / "f.txt", index):
            os.utime(path, (entry, entry))
    made.git("-C", str(tmp_path / "a"), "update-index", "-q", "--really-refresh")
    assert pairs(seen(made)) == {frozenset(("feature/a", "feature/b"))}


def ignored(made: Team, top: Path) -> None:
    (top / ".gitignore").write_text("*.log\nout/\n")
    (top / "x.log").write_text("a\n")
    (top / "out").mkdir()
    (top / "out" / "x").write_text("a\n")
    (made.root / ".git" / "info" / "exclude").write_text("secret\n")
    (top / "secret").write_text("a\n")


def attributes(made: Team, top: Path) -> None:
    (top / ".gitattributes").write_text("*.txt text eol=crlf\n*.id ident\n")
    (top / "n.txt").write_bytes(b"one\r\ntwo\r\n")
    (top / "a.id").write_text("$Id: 1234 $\n")
    edit(top, 7, "crlf")


def autocrlf(made: Team, top: Path) -> None:
    made.git("config", "core.autocrlf", "true")
    (top / "n.md").write_bytes(b"one\r\ntwo\r\n")


def intent(made: Team, top: Path) -> None:
    (top / "n.py").write_text("x = 1\n")
    made.git("-C", str(top), "add", "-N", "n.py")


def staged(made: Team, top: Path) -> None:
    (top / "s.py").write_text("x = 1\n")
    made.git("-C", str(top), "add", "s.py")
    edit(top, 4, "staged")
    made.git("-C", str(top), "add", "f.txt")
    edit(top, 5, "not staged")
    made.git("-C", str(top), "rm", "-q", "--cached", "g.txt")


def kinds(made: Team, top: Path) -> None:
    """A link, a program, a file in the place of a directory and the other way round."""
    (top / "g.txt").unlink()
    (top / "g.txt").mkdir()
    (top / "g.txt" / "inner").write_text("x\n")
    (top / "l").symlink_to("f.txt")
    executable(top / "run.sh", "#!/bin/sh\n")
    (top / "f.txt").chmod(0o755)


def renamed(made: Team, top: Path) -> None:
    (top / "g.txt").rename(top / "h.txt")
    edit(top, 3, "renamed", "h.txt")


def split(made: Team, top: Path) -> None:
    made.git("-C", str(top), "update-index", "--split-index")
    edit(top, 3, "split")


def sparse(made: Team, top: Path) -> None:
    made.git("-C", str(top), "sparse-checkout", "set", "--no-cone", "/f.txt")
    assert not (top / "g.txt").exists()
    edit(top, 3, "sparse")


def assumed(made: Team, top: Path) -> None:
    made.git("-C", str(top), "update-index", "--assume-unchanged", "g.txt")
    edit(top, 3, "unseen", "g.txt")
    edit(top, 3, "seen")


def merging(made: Team, top: Path) -> None:
    """A merge that waits for its commit brings the other side along."""
    made.branch("feature/side", {"side.txt": "x\n"})
    made.git("-C", str(top), "merge", "-q", "--no-ff", "--no-commit", "feature/side")


def odd_names(made: Team, top: Path) -> None:
    for name in (" lead", "new\nline", 'quo"te', "g\u00e9", "-x", ":(top)y", "\udcff"):
        (top / name).write_text("x\n")


def nested(made: Team, top: Path) -> None:
    """Another repository in it is none of its files; `git add` would take it in as a submodule."""
    subprocess.run(["git", "init", "-q", str(top / "inner")], check=True)
    (top / "inner" / "x").write_text("x\n")
    edit(top, 3, "outer")


CASES = (
    ignored, attributes, autocrlf, intent, staged, kinds, renamed, split, sparse, assumed, merging, odd_names, nested
)  # fmt: skip


@pytest.mark.parametrize("case", sampled(CASES, 0, 3, 4, 5, 6, 9, 10, 12), ids=lambda one: one.__name__)
def test_the_commit_is_what_git_would_commit(tmp_path: Path, case: Callable[[Team, Path], None]) -> None:
    """Tree and parents; nothing of the repository changes meanwhile, not even a time.

    The other states are slow: git itself knows them, by the copy of its index that
    test_a_change_in_the_same_instant_as_the_index has.
    """
    made, top = team(tmp_path, "a"), tmp_path / "a"
    case(made, top)
    before = fingerprint(made.root, top)
    result = seen(made)
    assert fingerprint(made.root, top) == before
    assert not result.blind
    (contact,) = (one for one in result.radar.contacts if one.branch == "feature/a")
    with_trees = Kept()
    commit = with_trees.of(made, top)
    assert contact.tip == commit.split()[0]
    if case is nested:
        shutil.rmtree(top / "inner")
    made.git("-C", str(top), "add", "--all")
    made.git("-C", str(top), "commit", "-q", "--no-verify", "-m", "For real")
    assert commit.split()[1] == made.git("rev-parse", "feature/a^{tree}")
    assert commit.split()[2:] == made.git("show", "-s", "--format=%P", "feature/a").split()


class Kept:
    """Reads a commit out of the scratch directory before that is gone."""

    def of(self, made: Team, top: Path) -> str:
        from gitflowguard.app.policy.opening import load_flow
        from gitflowguard.app.radar.survey import RadarSession
        from gitflowguard.repo.git import Git
        from gitflowguard.repo.read import read_refs
        from gitflowguard.repo.state import find_place
        from gitflowguard.tooling.tree import Tree

        git = Git(str(made.root))
        place = find_place(git)
        flow, _ = load_flow(git, place, read_refs(git))
        with Tree(os.environ) as tree:
            session = RadarSession(git, place, flow, tree.root, RadarRequest())
            (one,) = (row for row in session.uncommitted() if row.place.top == str(top))
            out = session.reader.ask("log", "--max-count=1", "--format=%H %T %P", one.commit)
        return out.decode().strip()


@pytest.mark.parametrize(
    ("state", "says"),
    [("rebase", "in the middle of a rebase"), ("conflict", "1 file with unresolved conflicts")],
)
def test_what_nobody_can_know_yet(tmp_path: Path, state: str, says: str) -> None:
    """It is unknown, with the reason; the branch counts as it is committed, and the others are judged."""
    made, top = team(tmp_path, "a", "b"), tmp_path / "a"
    edit(top, 3, "a")
    made.git("-C", str(top), "commit", "-q", "-am", "Three")
    edit(tmp_path / "b", 3, "b")
    made.on("develop", {"f.txt": LINES.replace("line 3\n", "develop\n")})
    word = "rebase" if state == "rebase" else "merge"
    subprocess.run(["git", "-C", str(top), word, "-q", "develop"], capture_output=True, check=False)
    before = fingerprint(made.root, top)
    result = seen(made)
    assert fingerprint(made.root, top) == before
    assert result.blind and any(says in note for note in result.radar.notes), result.radar.notes
    assert states(result) == {"feature/a": "stale", "feature/b": "stale"}


def test_files_that_are_left_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too large, not to be read, no file at all, under a filter: named, and the rest counts."""
    monkeypatch.setattr(uncommitted, "MOST_BYTES", 1000)
    made, top = team(tmp_path, "a"), tmp_path / "a"
    mark = tmp_path / "mark"
    made.git(
        "config", "filter.evil.clean", str(executable(tmp_path / "evil", f"#!/bin/sh\ntouch '{mark}'\ncat\n"))
    )
    (top / ".gitattributes").write_text("*.nb filter=evil\n*.none filter=unknown\n")
    (top / "x.nb").write_text("x\n")
    (top / "x.none").write_text("x\n")
    (top / "large").write_bytes(b"x" * 2000)
    os.mkfifo(top / "f.txt.fifo")
    (top / "g.txt").unlink()
    os.mkfifo(top / "g.txt")
    result = seen(made)
    assert not mark.exists() and not result.blind
    notes = "\n".join(result.radar.notes)
    assert "g.txt counts as it was staged: it isn't a file" in notes
    assert "large counts as it was staged: it is larger than" in notes
    assert "x.nb counts as it was staged: the filter evil isn't run" in notes
    assert "2 files differ" in notes, notes


def test_more_new_files_than_a_person_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncommitted, "MOST_NEW", 3)
    made, top = team(tmp_path, "a"), tmp_path / "a"
    for number in range(5):
        (top / f"n{number}").write_text("x\n")
    edit(top, 3, "a")
    notes = "\n".join(seen(made).radar.notes)
    assert "1 file differs" in notes and "5 untracked files counts as it was staged" in notes


def test_git_lfs_without_its_program(tmp_path: Path) -> None:
    """A pointer has one form, so it is made here; a touched file is no change."""
    made, top = team(tmp_path, "a"), tmp_path / "a"
    script = (
        '#!/bin/sh\ncat > "$TMPDIR/lfs"\nsum=$(sha256sum < "$TMPDIR/lfs" | cut -d" " -f1)\n'
        'printf "version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n" "$sum" '
        '"$(wc -c < "$TMPDIR/lfs" | tr -d " ")"\n'
    )
    clean = executable(tmp_path / "lfs-clean", script)
    made.git("config", "filter.lfs.clean", f"TMPDIR={tmp_path} {clean}")
    (top / ".gitattributes").write_text("*.bin filter=lfs -text\n")
    for name in ("one.bin", "two.bin"):
        (top / name).write_bytes(b"\0data")
    made.git("-C", str(top), "add", "--all")
    made.git("-C", str(top), "commit", "-q", "-m", "Data")
    os.utime(top / "one.bin", (1, 1))
    (top / "two.bin").write_bytes(b"\0other")
    commit = Kept().of(made, top).split()
    assert "1 file differs" in "\n".join(seen(made).radar.notes)
    made.git("-C", str(top), "commit", "-q", "-am", "For real")
    assert commit[1] == made.git("rev-parse", "feature/a^{tree}")


def test_a_submodule_with_another_commit(tmp_path: Path) -> None:
    """Its commit counts as in a real one; git isn't started in it, whose settings could name a program."""
    inner = Team(tmp_path / "inner", {"x": "x\n"})
    made = Team(tmp_path / "repo", {"f.txt": LINES})
    made.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.root), "sub")
    made.git("commit", "-q", "-m", "Sub")
    made.git("branch", "-f", "develop", "main")
    made.git("switch", "-q", "-c", "feature/a")
    mark = tmp_path / "mark"
    sub = made.root / "sub"
    made.git(
        "-C",
        str(sub),
        "config",
        "core.fsmonitor",
        str(executable(tmp_path / "evil", f"#!/bin/sh\ntouch '{mark}'\n")),
    )
    (sub / "x").write_text("dirty\n")
    made.git(
        "-c",
        "core.fsmonitor=false",
        "-C",
        str(sub),
        "-c",
        "core.fsmonitor=false",
        "commit",
        "-q",
        "-am",
        "Inner",
    )
    mark.unlink(missing_ok=True)
    (sub / "x").write_text("dirty again\n")
    commit = Kept().of(made, made.root).split()
    assert not mark.exists()
    made.git("-C", str(sub), "config", "--unset", "core.fsmonitor")
    made.git("commit", "-q", "-am", "For real")
    assert commit[1] == made.git("rev-parse", "feature/a^{tree}")


def dirty(top: Path, dice: random.Random, git: Callable[..., str]) -> None:
    """A few things that people and programs do to files."""
    for _ in range(dice.randint(1, 4)):
        files = sorted(path for path in top.rglob("*.txt") if path.is_file())
        path = dice.choice(files)
        what = dice.choice(("edit", "edit", "edit", "edit", "new", "delete", "move", "stage"))
        if what == "edit":
            rows = path.read_text().splitlines() or [""]
            at = dice.randrange(len(rows))
            rows[at : at + dice.randint(0, 2)] = [f"{dice.choice('xyz')}"] * dice.randint(0, 2)
            path.write_text("".join(row + "\n" for row in rows))
        elif what == "new":
            new = top / dice.choice(("new.txt", "d/new.txt", "d/e/other.txt"))
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(LINES.replace("line 4\n", dice.choice("xyz") + "\n"))
        elif what == "delete" and len(files) > 2:
            path.unlink()
        elif what == "move":
            new = top / dice.choice(("moved.txt", "m/moved.txt"))
            new.parent.mkdir(exist_ok=True)
            path.rename(new)
        elif what == "stage":
            git("-C", str(top), "add", "--all")


@pytest.mark.parametrize("number", sampled(range(6), 0))
def test_verdicts_are_those_of_a_real_commit_and_a_real_merge(tmp_path: Path, number: int) -> None:
    """States, pairs both ways round, and paths: then everything is committed for real, and merged."""
    dice = random.Random(number)
    made = team(tmp_path, "a", "b", "c", "d")
    tops = [tmp_path / name for name in "abcd"]
    for top in tops:
        for commits in range(dice.randint(0, 2)):
            dirty(top, dice, made.git)
            made.git("-C", str(top), "add", "--all")
            made.git("-C", str(top), "commit", "-q", "--allow-empty", "-m", f"Work {commits}")
        dirty(top, dice, made.git)
    dirty(made.root, dice, made.git)
    made.git("add", "--all")
    made.git("commit", "-q", "--allow-empty", "-m", "develop goes on")
    before = fingerprint(made.root, *tops)
    told = ours.from_radar(seen(made).radar)
    assert fingerprint(made.root, *tops) == before
    for top in tops:
        made.git("-C", str(top), "add", "--all")
        made.git("-C", str(top), "commit", "-q", "--allow-empty", "-m", "For real")
    made.git("pack-refs", "--all")
    branches = {f"feature/{name}": made.git("rev-parse", f"feature/{name}") for name in "abcd"}
    clone = truth.Clone(made.root, tmp_path / "clone", ())
    real = truth.real(clone, made.git("rev-parse", "develop"), branches)
    for name, (state, paths) in told.contacts.items():
        assert (name, state) == (name, real.contacts[name][0])
        assert paths >= real.contacts[name][1]
    # A work tree in which nothing is changed against its branch, which adds nothing, is no open branch.
    assert {real.contacts[name][0] for name in real.contacts.keys() - told.contacts.keys()} <= {truth.LANDED}
    assert told.pairs.keys() == real.pairs.keys()


def test_the_log_of_processes_names_no_program_but_git(tmp_path: Path, argv_oracle: Path) -> None:
    """Every git, and nothing else, is started for a work tree: few for each."""
    made = team(tmp_path, "a")
    edit(tmp_path / "a", 3, "a")
    seen(made)
    started = [line for line in argv_oracle.read_text().splitlines() if str(tmp_path / "a") in line]
    assert 0 < len(started) <= 8, started
    assert oracle.LOG
