"""What a kept verdict rests on, in memory: the rules that it stands for, and where a remote's branch may stand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gitflowguard.app.hooks.keeping import MOMENTS, NEEDS
from gitflowguard.model.event import KEPT, KEPT_CHAIN, KEPT_TIP
from gitflowguard.model.moment import AT_MESSAGE, AT_PUSH, MESSAGE, moment_of
from gitflowguard.repo import kept
from gitflowguard.repo.kept import KeptVerdict, Snapshot
from gitflowguard.repo.place import Place
from gitflowguard.rules import registry

A, B, C, D = (letter * 40 for letter in "abcd")
NOTHING = "0" * 40
# Each of these follows from an equal world for the next commit of a branch: docs/architecture.md, "A kept verdict".
# A new rule of these families belongs here once that was thought through, or needs something that is not kept.
ARGUED = {
    "branch": {"GFG101", "GFG102", "GFG103", "GFG104", "GFG105", "GFG106", "GFG108"},
    "commit": {
        "GFG201", "GFG202", "GFG203", "GFG204", "GFG206", "GFG207", "GFG208", "GFG209", "GFG210",
        "GFG214",  # of the last commit: a noted one was judged as the last, by commit-msg
    },
    "push": {"GFG401", "GFG402", "GFG403", "GFG404"},
}  # fmt: skip


@pytest.mark.parametrize("family", ARGUED)
def test_every_rule_that_a_kept_verdict_stands_for_was_argued(family: str) -> None:
    """Those that read such a fact at a commit or a push."""
    moments = [moment_of(name) for name in MOMENTS]
    speaking = {
        row[0]
        for row in registry.rows()
        for at in moments
        if row[1] == family and set(registry.needs_of(row)) <= NEEDS
        if at.hears(row[1], registry.needs_of(row), registry.claims_of(row))
    }
    assert speaking == ARGUED[family]


def test_a_message_that_passes_at_the_commit_is_judged_by_all_rules_of_the_push() -> None:
    """Every rule on messages that speaks at a push speaks at commit-msg, too."""
    push, message = moment_of(AT_PUSH), moment_of(AT_MESSAGE)
    for row in registry.rows():
        needs, claims = registry.needs_of(row), registry.claims_of(row)
        if MESSAGE in needs and push.hears(row[1], needs, claims):
            assert message.hears(row[1], needs, claims), row


@pytest.mark.parametrize(
    ("old", "olds"),
    [
        ("", (NOTHING, A, B, C)),  # all messages of the branch were read
        (B, (B, A)),  # those below b were not
        (D, (D, A)),  # the remote had been rewritten
        (A, (A,)),
    ],
)
def test_where_the_remote_may_stand(old: str, olds: tuple[str, ...]) -> None:
    """The branch is a, b, c from its tip down."""
    assert kept.olds_of((A, B, C), A, old) == olds


def test_the_chain_is_the_first_parents_own() -> None:
    """A merged side is none of it, and a root ends it."""
    assert kept.chain_of({A: (B, D), B: (C,), D: (C,), C: ()}, A) == (A, B, C)
    assert kept.chain_of({A: (B,)}, A) == (A,)
    assert kept.chain_of({}, A) == ()


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Place:
    git = tmp_path / ".git"
    git.mkdir()
    return Place(str(tmp_path), str(git), str(git))


def _kept(place: Place) -> tuple[Snapshot, KeptVerdict]:
    seen = Snapshot("feature/x", "origin", b"first line\nnames\ncontents\n")
    made = KeptVerdict(branch="feature/x", tip=A, remote="origin", chain=(A, B), url="address", olds=(A,))
    kept.write(place, seen, made)
    found = kept.read(place, seen)
    assert found is not None
    return seen, found


def test_commits_are_noted_in_turn(place: Place) -> None:
    """One on top of the last goes on; one on an earlier parent takes the place of what stood there."""
    seen, found = _kept(place)
    path = Path(place.git_dir, KEPT)
    begin = path.read_bytes()

    def note(parent: str, tree: str, message: str) -> bytes:
        now = kept.read(place, seen)
        assert now is not None
        kept.add(place, now, parent, tree, message)
        return path.read_bytes().removeprefix(begin)

    assert note(C, "t0", "feat: on another commit") == b""
    assert note(A, "t1", "feat: one") == f"+\nt1 {A}\nfeat: one\n\0".encode()
    assert note(C, "t2", "feat: two") == f"+\nt1 {A}\nfeat: one\n\0t2 {C}\nfeat: two\n\0".encode()
    assert note(D, "t3", "feat: three").endswith(f"\0t3 {D}\nfeat: three\n\0".encode())
    assert note(C, "t4", "feat: two again") == f"+\nt1 {A}\nfeat: one\n\0t4 {C}\nfeat: two again\n\0".encode()
    assert note(B, "t5", "feat: below") == f"+\nt5 {B}\nfeat: below\n\0".encode()
    assert note(B, "", "feat: no tree is known") == f"+\nt5 {B}\nfeat: below\n\0".encode()
    tip = Path(place.git_dir, KEPT_TIP).read_text()
    assert tip == f"{A}\n0\n1\norigin\naddress\n{found.end}\n{A} {B}\n{A} {B}\n1\n"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("other", [b"first line\nnames\ncontentS\n", b"first line\n", b""])
def test_one_byte_of_difference_is_another_world(place: Place, other: bytes) -> None:
    """So is another branch, another remote, and a file that isn't there."""
    seen, _ = _kept(place)
    assert kept.read(place, seen._replace(data=other)) is None
    assert kept.read(place, seen._replace(branch="feature/y")) is None
    assert kept.read(place, seen._replace(remote="fork")) is None
    kept.forget(place)
    assert kept.read(place, seen) is None


@pytest.mark.parametrize("data", [b"", b"\n" * 9, b"x\n" * 9, b"\xff" * 99])
def test_odd_notes_are_none(place: Place, data: bytes) -> None:
    """Whatever stands in the file."""
    seen, _ = _kept(place)
    Path(place.git_dir, KEPT_CHAIN).write_bytes(data)
    assert kept.read(place, seen) is None


def test_a_tree_is_read_from_the_index(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extension says that it is of the whole index, and not where only its letters stand there."""
    monkeypatch.delenv("GIT_INDEX_FILE", raising=False)
    index = Path(place.git_dir, "index")
    assert kept.staged_tree(place, 40) == ""
    whole = b"TREE" + (27).to_bytes(4, "big") + b"\x002 0\n" + bytes(range(20)) + b"more"
    for data, tree in (
        (b"DIRC" + whole, bytes(range(20)).hex()),
        (b"DIRC" + whole + b"TREE of a name", bytes(range(20)).hex()),
        (b"DIRC" + whole.replace(b"\x002 0", b"\x00-1 0"), ""),
        (b"DIRC TREE", ""),
        (b"DIRC", ""),
    ):
        index.write_bytes(data)
        assert kept.staged_tree(place, 40) == tree
    assert not kept.conflict_noted(place)
    index.write_bytes(b"DIRC REUC")
    assert kept.conflict_noted(place)
    os.unlink(index)
    assert kept.conflict_noted(place)
