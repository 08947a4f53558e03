"""A table: states of the index, and exactly the contents that are to be checked in each."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gitflowguard.repo import contents
from gitflowguard.repo.addedlines import LineChange, changes
from gitflowguard.repo.contents import IndexEntry
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.state import find_place, read_state
from tests import oracle
from tests.budget import sampled
from tests.conftest import executable


class Box:
    """A repository with one commit: a.py and b.py."""

    def __init__(self, root: Path) -> None:
        self.root = root / "work"
        self.root.mkdir()
        self.env: dict[str, str] = {}
        self.git("init", "-q", "-b", "main")
        self.put("a.py", "1\n2\n3\n4\n5\n6\n7\n8\n9\n")
        self.put("b.py", "b\n")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "First")

    def git(self, *args: str, stdin: bytes = b"", code: int = 0) -> str:
        done = subprocess.run(
            ["git", *args],
            cwd=self.root,
            executable=oracle.direct(),
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert done.returncode == code, done.stderr.decode(errors="replace")
        return done.stdout.decode("utf-8", "surrogateescape")

    def put(self, path: str, text: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def add(self, path: str, text: str | bytes) -> None:
        self.put(path, text)
        self.git("add", "--", path)

    def branch(self, name: str, path: str, text: str) -> None:
        self.git("switch", "-q", "-c", name, "main")
        self.add(path, text)
        self.git("commit", "-q", "-m", name)
        self.git("switch", "-q", "main")


Expected = dict[str, str]
Row = Callable[[Box], Expected]
ROWS: list[Row] = []


def row(function: Row) -> Row:
    ROWS.append(function)
    return function


@row
def nothing_staged(box: Box) -> Expected:
    box.put("a.py", "unstaged\n")
    return {}


@row
def a_change(box: Box) -> Expected:
    box.add("a.py", "x\n")
    return {"a.py": "x\n"}


@row
def a_change_and_an_unstaged_edit(box: Box) -> Expected:
    box.add("a.py", "x\n")
    box.put("a.py", "y\n")
    return {"a.py": "x\n"}


@row
def a_partial_hunk(box: Box) -> Expected:
    box.put("a.py", "0\n2\n3\n4\n5\n6\n7\n8\n0\n")
    patch = b"--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n-1\n+0\n 2\n"
    box.git("apply", "--cached", "-", stdin=patch)
    return {"a.py": "0\n2\n3\n4\n5\n6\n7\n8\n9\n"}


@row
def an_untracked_file(box: Box) -> Expected:
    box.put("new.py", "x\n")
    return {}


@row
def an_ignored_file_that_is_forced(box: Box) -> Expected:
    box.put(".git/info/exclude", "*.log\n")
    box.put("x.log", "x\n")
    box.git("add", "-f", "x.log")
    return {"x.log": "x\n"}


@row
def an_announced_file(box: Box) -> Expected:
    box.put("new.py", "x\n")
    box.git("add", "-N", "new.py")
    return {}


@row
def an_announced_file_beside_a_change(box: Box) -> Expected:
    box.put("new.py", "x\n")
    box.git("add", "-N", "new.py")
    box.add("a.py", "y\n")
    return {"a.py": "y\n"}


@row
def an_announced_file_then_added(box: Box) -> Expected:
    box.put("new.py", "x\n")
    box.git("add", "-N", "new.py")
    box.git("add", "new.py")
    box.put("new.py", "y\n")
    return {"new.py": "x\n"}


@row
def a_rename(box: Box) -> Expected:
    box.git("mv", "b.py", "c.py")
    return {"c.py": "b\n"}


@row
def a_rename_with_an_edit(box: Box) -> Expected:
    box.git("mv", "a.py", "c.py")
    box.add("c.py", "1\n2\n3\n4\n5\n6\n7\n8\nx\n")
    return {"c.py": "1\n2\n3\n4\n5\n6\n7\n8\nx\n"}


@row
def a_copy(box: Box) -> Expected:
    box.add("copy.py", "b\n")
    return {"copy.py": "b\n"}


@row
def two_files_swapped(box: Box) -> Expected:
    one, other = (box.root / name for name in ("a.py", "b.py"))
    first, second = one.read_text(), other.read_text()
    box.add("a.py", second)
    box.add("b.py", first)
    return {"a.py": second, "b.py": first}


@row
def only_the_mode(box: Box) -> Expected:
    box.git("update-index", "--chmod=+x", "a.py")
    return {}


@row
def a_program_made_executable(box: Box) -> Expected:
    """It counts as one from now on; a name with an extension tells what it is whatever its mode."""
    for path in ("deploy", "tools/run", "note.txt", "back"):
        box.add(path, "#!/usr/bin/env python3\n")
    box.git("update-index", "--chmod=+x", "back")
    box.git("commit", "-q", "-m", "Programs")
    box.git("update-index", "--chmod=+x", "deploy", "tools/run", "note.txt")
    box.git("update-index", "--chmod=-x", "back")
    return {path: "#!/usr/bin/env python3\n" for path in ("deploy", "tools/run")}


@row
def a_link_whose_target_became_the_content(box: Box) -> Expected:
    """The same blob under another mode."""
    oid = box.git("hash-object", "-w", "--stdin", stdin=b"import os\n").strip()
    box.git("update-index", "--add", "--cacheinfo", f"120000,{oid},link.py")
    box.git("commit", "-q", "-m", "Link")
    box.git("update-index", "--add", "--cacheinfo", f"100644,{oid},link.py")
    return {"link.py": "import os\n"}


@row
def mode_and_content(box: Box) -> Expected:
    box.add("a.py", "x\n")
    box.git("update-index", "--chmod=+x", "a.py")
    return {"a.py": "x\n"}


@row
def file_mode_off(box: Box) -> Expected:
    box.git("config", "core.fileMode", "false")
    (box.root / "a.py").chmod(0o755)
    box.add("b.py", "x\n")
    return {"b.py": "x\n"}


@row
def a_file_that_becomes_a_link(box: Box) -> Expected:
    (box.root / "a.py").unlink()
    (box.root / "a.py").symlink_to("b.py")
    box.git("add", "a.py")
    return {}


@row
def a_link_that_becomes_a_file(box: Box) -> Expected:
    (box.root / "l.py").symlink_to("b.py")
    box.git("add", "l.py")
    box.git("commit", "-q", "-m", "Link")
    (box.root / "l.py").unlink()
    box.add("l.py", "x\n")
    return {"l.py": "x\n"}


@row
def a_new_link(box: Box) -> Expected:
    (box.root / "l.py").symlink_to("/etc/passwd")
    box.git("add", "l.py")
    return {}


@row
def a_submodule(box: Box) -> Expected:
    box.git("clone", "-q", ".", "sub")
    box.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./sub", code=0)
    return {".gitmodules": (box.root / ".gitmodules").read_text()}


@row
def a_submodule_that_moves(box: Box) -> Expected:
    a_submodule(box)
    box.git("commit", "-q", "-m", "Submodule")
    box.git("config", "submodule.recurse", "true")
    subprocess.run(
        ["git", "-C", str(box.root / "sub"), "commit", "-q", "--allow-empty", "-m", "x"], check=True
    )
    box.git("add", "sub")
    return {}


@row
def a_deletion(box: Box) -> Expected:
    box.git("rm", "-q", "a.py")
    return {}


@row
def a_deletion_and_the_file_is_still_there(box: Box) -> Expected:
    box.git("rm", "-q", "--cached", "a.py")
    return {}


@row
def staged_and_gone_from_the_work_tree(box: Box) -> Expected:
    box.add("new.py", "x\n")
    (box.root / "new.py").unlink()
    return {"new.py": "x\n"}


@row
def the_first_commit(box: Box) -> Expected:
    box.git("update-ref", "-d", "HEAD")
    return {"a.py": "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "b.py": "b\n"}


@row
def an_orphan_branch(box: Box) -> Expected:
    box.git("checkout", "-q", "--orphan", "other")
    box.git("rm", "-q", "--cached", "a.py")
    return {"b.py": "b\n"}


@row
def detached(box: Box) -> Expected:
    box.git("checkout", "-q", "--detach")
    box.add("a.py", "x\n")
    return {"a.py": "x\n"}


@row
def line_ends_by_attribute(box: Box) -> Expected:
    box.add(".gitattributes", "*.py text eol=crlf\n")
    box.git("commit", "-q", "-m", "Attributes")
    box.add("a.py", "x\r\ny\r\n")
    return {"a.py": "x\ny\n"}


@row
def line_ends_by_configuration(box: Box) -> Expected:
    box.git("config", "core.autocrlf", "input")
    box.add("a.py", "x\r\ny\r\n")
    return {"a.py": "x\ny\n"}


@row
def carriage_returns_that_are_kept(box: Box) -> Expected:
    box.add("a.py", "x\r\ny\r\n")
    return {"a.py": "x\r\ny\r\n"}


@row
def a_clean_filter(box: Box) -> Expected:
    box.git("config", "filter.up.clean", "tr a-z A-Z")
    box.git("config", "filter.up.smudge", "false")
    box.put(".git/info/attributes", "a.py filter=up\n")
    box.add("a.py", "abc\n")
    return {"a.py": "ABC\n"}


@row
def the_attribute_ident(box: Box) -> Expected:
    box.put(".git/info/attributes", "a.py ident\n")
    box.add("a.py", "# $Id: 123 $\n")
    return {"a.py": "# $Id$\n"}


@row
def another_encoding_in_the_work_tree(box: Box) -> Expected:
    box.put(".git/info/attributes", "a.py working-tree-encoding=UTF-16LE text\n")
    box.add("a.py", "é\n".encode("utf-16-le"))
    return {"a.py": "é\n"}


@row
def skip_worktree(box: Box) -> Expected:
    box.git("update-index", "--skip-worktree", "a.py")
    box.put("a.py", "x\n")
    box.add("b.py", "y\n")
    return {"b.py": "y\n"}


@row
def assume_unchanged(box: Box) -> Expected:
    box.git("update-index", "--assume-unchanged", "a.py")
    box.put("a.py", "x\n")
    return {}


@row
def a_sparse_checkout(box: Box) -> Expected:
    box.add("d/x.py", "x\n")
    box.add("e/y.py", "y\n")
    box.git("commit", "-q", "-m", "Folders")
    box.git("sparse-checkout", "set", "d")
    box.add("d/x.py", "z\n")
    return {"d/x.py": "z\n"}


@row
def a_split_index(box: Box) -> Expected:
    box.git("update-index", "--split-index")
    box.add("a.py", "x\n")
    return {"a.py": "x\n"}


@row
def an_index_of_version_4(box: Box) -> Expected:
    box.git("update-index", "--index-version", "4")
    box.add("a.py", "x\n")
    return {"a.py": "x\n"}


@row
def a_clean_merge(box: Box) -> Expected:
    box.branch("side", "side.py", "s\n")
    box.add("a.py", "x\n")
    box.git("commit", "-q", "-m", "Ours")
    box.git("merge", "-q", "--no-commit", "--no-ff", "side")
    return {}


@row
def a_merge_that_joins_both_sides_of_a_file(box: Box) -> Expected:
    box.branch("side", "a.py", "1\n2\n3\n4\n5\n6\n7\n8\nx\n")
    box.add("a.py", "x\n2\n3\n4\n5\n6\n7\n8\n9\n")
    box.git("commit", "-q", "-m", "Ours")
    box.git("merge", "-q", "--no-commit", "--no-ff", "side")
    return {"a.py": "x\n2\n3\n4\n5\n6\n7\n8\nx\n"}


@row
def a_conflict_that_is_resolved(box: Box) -> Expected:
    _conflict(box)
    box.add("b.py", "both\n")
    return {"b.py": "both\n"}


@row
def a_conflict_that_is_resolved_to_theirs(box: Box) -> Expected:
    _conflict(box)
    box.add("b.py", "theirs\n")
    return {}


@row
def a_conflict_that_is_open(box: Box) -> Expected:
    _conflict(box)
    box.add("a.py", "x\n")
    return {"a.py": "x\n"}


@row
def a_merge_of_three(box: Box) -> Expected:
    box.branch("one", "one.py", "1\n")
    box.branch("two", "two.py", "2\n")
    box.git("merge", "-q", "--no-commit", "--no-ff", "one", "two")
    box.add("three.py", "3\n")
    return {"three.py": "3\n"}


@row
def a_squashed_merge(box: Box) -> Expected:
    box.branch("side", "side.py", "s\n")
    box.git("merge", "-q", "--squash", "side")
    box.add("a.py", "x\n")
    return {"a.py": "x\n"}


@row
def a_cherry_pick_that_stopped(box: Box) -> Expected:
    box.branch("side", "b.py", "theirs\n")
    box.add("b.py", "ours\n")
    box.git("commit", "-q", "-m", "Ours")
    box.git("cherry-pick", "side", code=1)
    box.add("b.py", "both\n")
    return {"b.py": "both\n"}


@row
def a_revert_that_is_not_committed(box: Box) -> Expected:
    box.add("b.py", "x\n")
    box.git("commit", "-q", "-m", "x")
    box.git("revert", "--no-commit", "HEAD")
    return {"b.py": "b\n"}


@row
def an_amend(box: Box) -> Expected:
    box.add("b.py", "x\n")
    box.git("commit", "-q", "-m", "x")
    box.add("a.py", "y\n")
    return {"a.py": "y\n"}


@row
def odd_names(box: Box) -> Expected:
    names = [
        "a b.py",
        "new\nline.py",
        "tab\t.py",
        "é.py",
        "-x.py",
        ":(glob)*.py",
        "'\"$(x).py",
        "\udcff.py",
        "d/ .py",
    ]
    for name in names:
        box.add(f"./{name}", name.encode("utf-8", "surrogateescape"))
    return {name: name for name in names}


@row
def quoted_paths(box: Box) -> Expected:
    box.git("config", "core.quotePath", "true")
    box.git("config", "diff.noprefix", "true")
    box.git("config", "diff.external", "false")
    box.add("ü.py", "x\n")
    return {"ü.py": "x\n"}


@row
def an_empty_file(box: Box) -> Expected:
    box.add("empty.py", "")
    return {"empty.py": ""}


@row
def a_file_that_is_emptied(box: Box) -> Expected:
    box.add("a.py", "")
    return {"a.py": ""}


@row
def a_large_file(box: Box) -> Expected:
    box.add("large.py", "x" * 3_000_000)
    return {"large.py": "x" * 3_000_000}


@row
def a_file_that_becomes_a_directory(box: Box) -> Expected:
    box.git("rm", "-q", "b.py")
    box.add("b.py/c.py", "x\n")
    return {"b.py/c.py": "x\n"}


@row
def a_directory_that_becomes_a_file(box: Box) -> Expected:
    box.add("d/x.py", "x\n")
    box.git("commit", "-q", "-m", "Folder")
    box.git("rm", "-q", "-r", "d")
    box.add("d", "x\n")
    return {"d": "x\n"}


@row
def other_settings_of_a_user(box: Box) -> Expected:
    marker = box.root.parent / "marker"
    program = executable(box.root.parent / "program", f"#!/bin/sh\n: >{marker}\nexit 1\n")
    box.add("a.py", "x\n")
    for key in ("core.fsmonitor", "diff.external"):
        box.git("config", key, str(program))
    box.git("config", "core.untrackedCache", "true")
    box.git("config", "status.renames", "copies")
    box.git("config", "diff.renames", "copies")
    return {"a.py": "x\n"}


def _conflict(box: Box) -> None:
    box.branch("side", "b.py", "theirs\n")
    box.add("b.py", "ours\n")
    box.git("commit", "-q", "-m", "Ours")
    box.git("merge", "-q", "side", code=1)


def state(box: Box) -> dict[str, str]:
    """Every file, by content; the index by its time, too."""
    found = {
        str(path.relative_to(box.root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(box.root.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    found["index time"] = str((box.root / ".git" / "index").stat().st_mtime_ns)
    return found


def read(box: Box) -> Expected:
    git = Git()
    entries = contents.staged(git, read_state(find_place(git)).heads)
    found = contents.texts(git, None, tuple(entry.oid for entry in entries), 1 << 24)
    texts = {entry.path: found[entry.oid] for entry in entries}
    return {
        path: data.decode("utf-8", "surrogateescape") if isinstance(data, bytes) else str(data)
        for path, data in texts.items()
    }


def test_there_are_forty_rows_or_more() -> None:
    """As many as were asked for, and no two alike."""
    assert len({function.__name__ for function in ROWS}) == len(ROWS) >= 40


@pytest.mark.parametrize(
    "build",
    sampled(ROWS, odd_names, quoted_paths, an_announced_file, every=2),
    ids=lambda function: function.__name__,
)
def test_a_state_of_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: Row) -> None:
    """Exactly these contents are read, and nothing is touched by reading them.

    Some states are slow: the same commands of git read them all.
    """
    box = Box(tmp_path)
    expected = build(box)
    monkeypatch.chdir(box.root)
    before = state(box)
    found = read(box)
    assert found == expected
    assert state(box) == before
    assert not (tmp_path / "marker").exists()


@pytest.mark.parametrize("way", ["below", "linked", "GIT_DIR"])
def test_from_other_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """A directory below the root, a linked work tree, and the repository named by the environment."""
    box = Box(tmp_path)
    box.add("d/x.py", "x\n")
    if way == "linked":
        box.git("commit", "-q", "-m", "x")
        box.git("worktree", "add", "-q", str(tmp_path / "linked"))
        (tmp_path / "linked" / "d" / "x.py").write_text("y\n")
        subprocess.run(["git", "-C", str(tmp_path / "linked"), "add", "-A"], check=True)
        monkeypatch.chdir(tmp_path / "linked" / "d")
    elif way == "GIT_DIR":
        monkeypatch.setenv("GIT_DIR", str(box.root / ".git"))
        monkeypatch.setenv("GIT_WORK_TREE", str(box.root))
        monkeypatch.chdir(tmp_path)
    else:
        monkeypatch.chdir(box.root / "d")
    assert set(read(box)) == {"d/x.py"}
    assert {entry.path for entry in contents.everything(Git())} == {"a.py", "b.py", "d/x.py"}
    found, tracked = contents.configs(Git(), contents.Places(("a.py", "d/x.py", "none"), (), ("d", ".venv")))
    assert set(found) == {"a.py", "d/x.py"} and tracked == {"d"}


COMMITS = {
    "commit": ((), {"staged.py"}),
    "all": (("-a",), {"staged.py", "a.py"}),
    "paths": (("--", "a.py"), {"a.py"}),
    "only": (("--only", "a.py"), {"a.py"}),
    "include": (("--include", "a.py"), {"staged.py", "a.py"}),
    "amend": (("--amend",), {"staged.py"}),
}


@pytest.mark.parametrize("form", COMMITS)
def test_the_index_that_git_commits_from(tmp_path: Path, form: str) -> None:
    """By git's own pre-commit hook: the form decides which index it is."""
    import sys

    box = Box(tmp_path)
    box.put("a.py", "edited\n")
    box.add("staged.py", "s\n")
    out = tmp_path / "out"
    text = (
        f"#!{sys.executable}\nfrom gitflowguard.repo import contents\nfrom gitflowguard.repo.git import Git\n"
        f"open({str(out)!r}, 'w').write('\\n'.join(entry.path for entry in contents.staged(Git())))\n"
    )
    executable(box.root / ".git" / "hooks" / "pre-commit", text)
    args, expected = COMMITS[form]
    box.git("commit", "-q", "-m", "x", *args)
    assert set(out.read_text().split("\n")) == expected


def test_ranges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From where two commits parted, at the second; without a common history, against the first itself."""
    box = Box(tmp_path)
    box.branch("side", "side.py", "s\n")
    box.add("b.py", "later\n")
    box.git("commit", "-q", "-m", "Later")
    monkeypatch.chdir(box.root)
    git = Git()
    side, main = contents.resolved(git, "side"), contents.resolved(git, "main")
    assert [entry.path for entry in contents.between(git, main, side)] == ["side.py"]
    assert {entry.path for entry in contents.tree(git, side)} == {"a.py", "b.py", "side.py"}
    assert contents.configs(git, contents.Places(("side.py", "no.py"), (), ("d",)), side)[0].keys() == {
        "side.py"
    }
    box.git("checkout", "-q", "--orphan", "other")
    box.add("c.py", "c\n")
    box.git("commit", "-q", "-m", "Other")
    other = contents.resolved(git, "other")
    assert {entry.path for entry in contents.between(git, side, other)} == {"b.py", "c.py"}
    for word in ("nowhere", "--output=x", ""):
        with pytest.raises(GitError):
            contents.resolved(git, word)


def test_pointers_and_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """git-lfs: the content that lies in this clone, or why not; git-crypt; a size; a blob that is not here."""
    box = Box(tmp_path)
    monkeypatch.chdir(box.root)
    name = hashlib.sha256(b"weights").hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{name}\nsize 7\n"
    box.add("m.pt", pointer)
    box.add("bad.pt", pointer.replace(name, "../../../../etc/passwd"))
    box.add("secret.py", b"\0GITCRYPT\0abc")
    git = Git()
    place = find_place(git)
    oids = {entry.path: entry.oid for entry in contents.staged(git)}
    found = contents.texts(git, place, (*oids.values(), "1" * 40), 1 << 20)
    for path, word in (("m.pt", "git-lfs"), ("bad.pt", "git-lfs"), ("secret.py", "git-crypt")):
        assert word in getattr(found[oids[path]], "reason")
    assert "not in this clone" in getattr(found["1" * 40], "reason")
    box.put(f".git/lfs/objects/{name[:2]}/{name[2:4]}/{name}", b"weights")
    assert contents.texts(git, place, (oids["m.pt"],), 1 << 20)[oids["m.pt"]] == b"weights"
    assert "file-kb" in getattr(contents.texts(git, place, (oids["m.pt"],), 3)[oids["m.pt"]], "reason")
    assert contents.texts(git, None, (oids["m.pt"],), 1 << 20)[oids["m.pt"]] == pointer.encode()


def test_files_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they lie there, under the id that git would give them; links and ignored files are left out."""
    box = Box(tmp_path)
    box.put("d/x.py", "x\n")
    box.put("d/i.log", "i\n")
    box.put(".git/info/exclude", "*.log\n")
    (box.root / "d" / "l.py").symlink_to("x.py")
    monkeypatch.chdir(box.root)
    git = Git()
    entries, data = contents.on_disk(git, find_place(git), ("d", "a.py"))
    assert {entry.path for entry in entries} == {"d/x.py", "a.py"}
    by_path = {entry.path: entry.oid for entry in entries}
    assert by_path["a.py"] == box.git("rev-parse", ":a.py").strip() and data[by_path["d/x.py"]] == b"x\n"
    with pytest.raises(GitError, match="nowhere"):
        contents.on_disk(git, find_place(git), ("nowhere",))


def whole(git: Git, base: str = "", head: str = "") -> dict[str, LineChange]:
    """What a change did to every file that it touched."""
    if head:
        entries = contents.between(git, base, head)
    else:
        entries = contents.staged(git)
    wanted = {entry.path: entry.oid for entry in entries}
    return dict(changes(git, find_place(git), base, head, wanted).files)


def test_lines_that_a_change_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By file, whatever the file is called and whatever the user's diff looks like."""
    box = Box(tmp_path)
    for key, value in (("diff.noprefix", "true"), ("diff.context", "9"), ("core.bigFileThreshold", "1")):
        box.git("config", key, value)
    box.put(".git/info/attributes", "* -diff\n")
    old = {path: IndexEntry(path, box.git("rev-parse", f":{path}").strip()) for path in ("a.py", "b.py")}
    box.add("a.py", "1\nx\n3\n4\n5\n6\n7\n8\n9\n10\n11")
    box.add("new\nline.py", "diff --git a/x b/x\n@@ -1 +1 @@\n")
    box.add("b.py", "")
    box.add("binary.py", b"\0\1\2")
    monkeypatch.chdir(box.root)
    found = whole(Git())
    assert found == {
        "a.py": LineChange(old["a.py"], ((1, 1, 1), (3, 9, 3))),
        "new\nline.py": LineChange(),
        "b.py": LineChange(old["b.py"]),
        "binary.py": LineChange(),
    }
    start = box.git("rev-parse", "HEAD").strip()
    box.git("commit", "-q", "-m", "x")
    assert whole(Git(), start, box.git("rev-parse", "HEAD").strip()) == found
    os.chdir(tmp_path)


def test_lines_of_a_file_that_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They stood at the former path, whatever the user's settings say; an edit on the way is new."""
    box = Box(tmp_path)
    box.git("config", "diff.renames", "false")
    a, b = (IndexEntry(path, box.git("rev-parse", f":{path}").strip()) for path in ("a.py", "b.py"))
    box.git("mv", "a.py", "d.py")
    box.git("mv", "b.py", "new\nname.py")
    monkeypatch.chdir(box.root)
    moved = LineChange(b, ((1, 1, 1),))
    assert whole(Git()) == {"d.py": LineChange(a, ((1, 9, 1),)), "new\nname.py": moved}
    box.add("d.py", "1\n2\n3\nx\n5\n6\n7\n8\n9\n")
    box.add("other.py", "other\n")
    edited = LineChange(a, ((1, 3, 1), (5, 9, 5)))
    assert whole(Git()) == {"other.py": LineChange(), "d.py": edited, "new\nname.py": moved}
    os.chdir(tmp_path)


def test_a_link_that_became_a_file_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its former content was a path. So is what was staged anew since it was looked at: nobody compared that."""
    box = Box(tmp_path)
    (box.root / "link.py").symlink_to("a.py")
    box.git("add", "link.py")
    box.git("commit", "-q", "-m", "Link")
    (box.root / "link.py").unlink()
    box.add("link.py", "a.py")
    box.add("b.py", "b\nc\n")
    monkeypatch.chdir(box.root)
    git = Git()
    oids = {entry.path: entry.oid for entry in contents.everything(git)}
    wanted = {"link.py": oids["link.py"], "b.py": oids["a.py"]}
    assert changes(git, find_place(git), "", "", wanted).files == {
        "link.py": LineChange(),
        "b.py": LineChange(),
    }
    os.chdir(tmp_path)


def test_neighbours() -> None:
    """What tells an import sorter which modules are the project's own, wherever its root is."""
    paths = [
        "setup.py",
        "pkg/__init__.py",
        "pkg/deep/__init__.py",
        "src/other/mod.py",
        "doc.md",
        "tests/test_a.py",
    ]
    made = contents.modules(tuple(contents.IndexEntry(path, "") for path in paths))
    assert made == tuple(sorted(path for path in paths if path != "doc.md"))
