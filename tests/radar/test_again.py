"""What an earlier run found is asked of git once: edits, dates, and conflicts that a landing leaves as they were."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest

from gitflowguard.app.radar import summary, tips
from gitflowguard.app.radar.aims import RadarSelection, named_branches
from gitflowguard.app.radar.detail import ConflictCase, details
from gitflowguard.app.radar.kept import RadarCache
from gitflowguard.app.radar.known import KnownVerdicts
from gitflowguard.app.radar.scripts import KeptScripts
from gitflowguard.app.radar.survey import RadarRequest, radar
from gitflowguard.app.radar.tips import TipCache
from gitflowguard.app.radar.verdicts import BranchOnTarget
from gitflowguard.radar.changes import Edit, PathChange
from gitflowguard.radar.nouns import CLEAN, STALE, Clash, Radar
from gitflowguard.radar.screen import Facts, Key
from gitflowguard.repo.batch import contents_of
from gitflowguard.repo.branchfetch import some_only
from gitflowguard.repo.git import Git
from gitflowguard.repo.objectreader import ObjectReader
from gitflowguard.repo.state import find_place
from tests.radar.team import Team

NOW = 1_800_000_000
EDITS = (Edit((2, 3), (2, 2), (b"x",)), Edit((9, 8), (8, 8), (b"y",)))


def seen(team: Team, cached: bool = True) -> Radar:
    """What the radar says of develop."""
    return radar(RadarRequest(RadarSelection("develop"), cached=cached, cores=1), NOW, str(team.root)).radar


def lines(*changed: tuple[int, str]) -> str:
    """Thirty lines, some of them changed."""
    text = [f"line {number}" for number in range(30)]
    for number, word in changed:
        text[number] = word
    return "\n".join(text) + "\n"


class Reader:
    """Answers in place of git, and counts."""

    def __init__(self, answers: dict[Key, tuple[Edit, ...] | None]) -> None:
        self.answers = answers
        self.asked: list[set[Key]] = []
        self.missing: dict[str, None] = {}

    def scripts(self, keys: Collection[Key]) -> dict[Key, tuple[Edit, ...] | None]:
        self.asked.append(set(keys))
        return {key: self.answers[key] for key in keys}


def kept(reader: Reader, shelf: RadarCache | None) -> KeptScripts:
    return KeptScripts(cast(ObjectReader, reader), shelf, "develop")


def holding(*blobs: str) -> BranchOnTarget:
    """A clean branch with files of these contents."""
    changed = {blob: PathChange("100644", "100644", "0", blob) for blob in blobs}
    return BranchOnTarget("tip", CLEAN, facts=Facts((), changed, {}))


@pytest.fixture
def cache(tmp_path: Path) -> RadarCache:
    team = Team(tmp_path / "repo", {"a": "a\n"})
    return RadarCache(find_place(Git(str(team.root))), os.environ, ())


def test_an_edit_is_compared_once(cache: RadarCache) -> None:
    one, two = ("base", "one"), ("base", "two")
    reader = Reader({one: EDITS, two: None})
    first = kept(reader, cache)
    assert first.scripts({one, two}) == {one: EDITS, two: None} and reader.asked == [{one, two}]
    assert [edit.old for edit in first.scripts({one})[one] or ()] == [(2, 3), (9, 8)] and reader.asked[
        1:
    ] == [set()]
    first.keep((holding("one", "two"), BranchOnTarget("other", STALE)))
    again = kept(reader, cache)
    assert [edit.old for edit in again.scripts({one, two})[one] or ()] == [(2, 3), (9, 8)]
    assert again.scripts({two}) == {two: None} and not any(reader.asked[1:])


def test_a_file_in_the_place_of_another_is_not_read(cache: RadarCache) -> None:
    """A cache of CI may be put together by others: they can't sign a file, but they can copy one."""
    cache.keep_part("lines", "develop", {"a": "b"})
    for kind, name in (("lines", "main"), ("tips", "develop"), ("on", "develop"), ("was", "develop")):
        Path(cache._path(name, kind)).write_bytes(Path(cache._path("develop", "lines")).read_bytes())
        assert cache.part(kind, name) is None
        assert cache.load(name, "develop") == KnownVerdicts() and cache.moved(name, "")[0] == ""
    assert cache.part("lines", "develop") == {"a": "b"}


def test_what_no_branch_holds_any_more_is_forgotten(cache: RadarCache) -> None:
    one, two = ("base", "one"), ("base", "two")
    reader = Reader({one: EDITS, two: EDITS})
    first = kept(reader, cache)
    first.scripts({one, two})
    first.keep((holding("two"),))
    kept(reader, cache).scripts({one, two})
    assert reader.asked == [{one, two}, {one}]


def test_what_a_partial_clone_lacks_is_no_binary_file(cache: RadarCache) -> None:
    one = ("base", "one")
    reader = Reader({one: None})

    class Lacking(Reader):
        def scripts(self, keys: Collection[Key]) -> dict[Key, tuple[Edit, ...] | None]:
            self.missing["one"] = None
            return super().scripts(keys)

    lacking = kept(Lacking({one: None}), cache)
    assert lacking.scripts({one}) == {one: None}
    lacking.keep((holding("one"),))
    nowhere = kept(reader, None)
    assert nowhere.scripts({one}) == {one: None}
    nowhere.keep((holding("one"),))
    kept(reader, cache).scripts({one})
    assert reader.asked == [{one}, {one}]


def test_dates_and_authors_of_known_commits_are_not_read_again(
    tmp_path: Path, cache: RadarCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = Team(tmp_path / "team", {"a": "a\n"})
    for number in range(3):
        team.branch(f"feature/{number}", {f"f{number}": "x\n"})
    team.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/main")
    git = Git(str(team.root))
    asked: list[tuple[str, ...]] = []
    real = Git.call

    def counting(self: Git, *args: str, codes: tuple[int, ...] = (0,)) -> object:
        asked.extend([args[2:]] if "authorname" in args[1] else [])
        return real(self, *args, codes=codes)

    known = TipCache(cache)
    first = named_branches(git, "origin", "", known)
    monkeypatch.setattr(Git, "call", counting)
    assert named_branches(git, "origin", "", known) == first == named_branches(git, "origin", "")
    assert asked == [("refs/heads", "refs/remotes/origin")], "who remembers nothing reads all"
    team.git("commit", "-q", "--allow-empty", "-m", "more", "--author", "Zoë <z@example.org>")
    again = named_branches(git, "origin", "", known)
    assert asked[1:] == [("refs/heads/develop",)] and again["develop"].author == "Zoë"
    monkeypatch.setattr(tips, "_FEW", 0)
    team.branch("feature/new", {"n": "x\n"})
    assert named_branches(git, "origin", "", known) == named_branches(git, "origin", "")
    assert asked[2:] == [("refs/heads", "refs/remotes/origin")] * 2, "a clone of new branches is read at once"


def test_answers_of_cat_file() -> None:
    """One without a content is repeated, whatever letters it has; a submodule's commit has a form of its own."""
    one, sub = "1" * 40, "2" * 40
    names = ("tree:a\nb 1 blob", "12", f"{sub}:module", one)
    said = f"{names[0]} missing\n12 ambiguous\n{sub} submodule\n{one} blob 3\na\nb\n".encode()
    assert contents_of(said, names) == [("", "", b"")] * 3 + [(one, "blob", b"a\nb")]


def test_fetch_lines() -> None:
    assert not some_only([]) and not some_only(["+refs/heads/*:refs/remotes/origin/*"])
    assert some_only(["+refs/heads/main:refs/remotes/origin/main"])


def conflicting(team: Team, **files: str | None) -> None:
    """feature/old conflicts with develop, and does this besides."""
    team.branch("feature/old", {"a.txt": lines((3, "mine")), **files})
    team.on("develop", {"a.txt": lines((3, "theirs"))})
    for number in range(6):
        team.branch(f"feature/{number}", {f"f{number}.txt": lines((3, "mine"))})


FILES = {f"f{number}.txt": lines() for number in range(6)} | {
    "a.txt": lines(),
    "d/x": lines(),
    "e/y": lines(),
}


def same(team: Team) -> Radar:
    """What is said after a landing, which a look that knows nothing says as well."""
    again, cold = seen(team), seen(team, cached=False)
    assert (again.contacts, again.pairs, again.orders) == (cold.contacts, cold.pairs, cold.orders)
    return again


def test_a_conflict_of_who_removes_a_directory_stays_what_it_was(tmp_path: Path) -> None:
    """As long as the target has added nothing to that directory; else git takes that to where the files went."""
    team = Team(tmp_path, FILES)
    conflicting(team, **{"d/x": None, "g/x": lines()})
    seen(team)
    team.on("develop", {"new.txt": "x\n"})
    assert same(team).merges == 0
    team.on("develop", {"d/z": "z\n"})
    assert same(team).merges == 1
    team.on("develop", {"other.txt": "x\n"})
    assert same(team).merges == 1, "where d/z went decides by now"


def test_a_conflict_of_who_edits_what_the_target_renamed_stays_as_long_as_files_are_only_edited(
    tmp_path: Path,
) -> None:
    team = Team(tmp_path, FILES)
    conflicting(team, **{"e/y": lines((20, "mine"))})
    team.on("develop", {"e/y": None, "e/moved": lines()})
    seen(team)
    team.on("develop", {"f0.txt": lines((25, "theirs"))})
    assert same(team).merges == 1, "feature/0, which edits that file"
    team.on("develop", {"new.txt": lines()})
    assert same(team).merges == 1, "the renamed file may be another one by now"


def test_who_is_merged_again_and_conflicts_as_before_keeps_its_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = Team(tmp_path, FILES)
    conflicting(team, **{"e/y": lines((20, "mine"))})
    team.on("develop", {"e/y": None, "e/moved": lines()})
    seen(team)
    described: list[int] = []

    def counting(
        reader: ObjectReader,
        cases: Sequence[ConflictCase],
        target: str,
        main: str,
        texts: bool,
        last: Mapping[str, str],
    ) -> list[tuple[Clash, ...]]:
        described.append(len(cases))
        return details(reader, cases, target, main, texts, last)

    monkeypatch.setattr(summary, "details", counting)
    team.on("develop", {"new.txt": "x\n"})
    assert seen(team).merges == 1 and described == [0]
    team.on("develop", {"a.txt": lines((3, "theirs"), (29, "more"))})
    assert seen(team).merges == 1 and described == [0, 1]
    same(team)


def test_two_that_add_the_same_file_are_merged_by_that_file(tmp_path: Path) -> None:
    team = Team(tmp_path, FILES)
    for number, text in enumerate(("one\n", "two\n", "one\n")):
        team.branch(f"feature/{number}", {"new.txt": text, f"f{number}.txt": lines((3, "mine"))})
    found = seen(team)
    met = {frozenset((one.first, one.second)) for one in found.pairs}
    assert met == {frozenset(("feature/1", other)) for other in ("feature/0", "feature/2")}
    assert {clash.kind for one in found.pairs for clash in one.clashes} == {"add/add"}
    team.on("develop", {"other.txt": "x\n"})
    assert same(team).merges == 0, "no merge of whole trees has to be made again"
