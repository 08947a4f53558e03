"""From what the radar saw to the facts that rules judge; kinds of clashes; what the screen lets through."""

from __future__ import annotations

import pytest

from gitflowguard.model.collision import SAME_WORK, WITH_BRANCH, WITH_TARGET
from gitflowguard.model.finding import Unknown
from gitflowguard.radar import nouns as words
from gitflowguard.radar.answers import MergeAnswer, MergeMessage, StageEntry
from gitflowguard.radar.changes import Edit, PathChange
from gitflowguard.radar.clashes import blobs_of, clashes
from gitflowguard.radar.facts import collisions
from gitflowguard.radar.nouns import Clash, Contact, DuplicatedChange, Pair, Radar, Remedy
from gitflowguard.radar.screen import Facts, Needs, changes_rules, screen

ONE, TWO, THREE = "1" * 40, "2" * 40, "3" * 40
CLASH = Clash("a", words.CONTENT, words.CODE)


def contact(name: str, tip: str, state: str, why: Unknown | None = None) -> Contact:
    return Contact(
        branch=name,
        ref=name,
        tip=tip,
        kind="feature",
        target="develop",
        state=state,
        clashes=(CLASH,) if state == words.STALE else (),
        why=why,
    )


def test_each_collision_is_one_fact() -> None:
    lost = Unknown("lost")
    radar = Radar(
        (),
        (
            contact("a", ONE, words.CLEAN),
            contact("b", TWO, words.CLEAN),
            contact("s", THREE, words.STALE),
            contact("u", THREE, words.UNTOLD, lost),
            contact("l", THREE, words.LANDED),
        ),
        (
            Pair(
                target="develop",
                first="a",
                second="b",
                clashes=(CLASH,),
                ways="both",
                remedy=Remedy("b", "a", steps=(("git", "switch", "b"),)),
                untold=lost,
            ),
            Pair("develop", "a", "gone", untold=lost),
        ),
        (DuplicatedChange("a", "b", ((ONE, TWO, "Work"),)), DuplicatedChange("x", "y", ())),
    )
    found = collisions(radar)
    assert [(one.about, one.other, one.relation, one.tip) for one in found] == [
        ("s", "develop", WITH_TARGET, THREE), ("u", "develop", WITH_TARGET, THREE), ("b", "a", WITH_BRANCH, TWO),
        ("gone", "a", WITH_BRANCH, ""), ("b", "a", SAME_WORK, TWO), ("y", "x", SAME_WORK, ""),
    ]  # fmt: skip
    assert [one.unknown for one in found] == [None, lost, None, lost, None, None]
    assert found[0].clashes == found[2].clashes == (CLASH,)
    assert found[4].commits == ((TWO, ONE, "Work"),) and found[4].target == "develop" and not found[5].target


def entries(path: str, *stages: int, mode: str = "100644") -> tuple[StageEntry, ...]:
    return tuple(StageEntry(mode, str(stage) * 40, stage, path) for stage in stages)


@pytest.mark.parametrize(
    ("stages", "said", "kind"),
    [
        (entries("a", 1, 2, 3), "CONFLICT (contents)", words.CONTENT),
        (entries("a", 2, 3), "CONFLICT (contents)", words.ADD_ADD),
        (entries("a", 1, 3), "CONFLICT (modify/delete)", words.MODIFY_DELETE),
        (entries("a", 1, 2), "", words.MODIFY_DELETE),
        (entries("a", 1, 2, 3, mode="160000"), "", words.SUBMODULE),
        (entries("a", 1), "", words.RENAME_RENAME),
        (entries("a", 2), "", words.OTHER),
        (entries("a", 1, 2) + entries("a", 3, mode="120000"), "", words.MODE),
        (entries("a", 1, 2, 3), "CONFLICT (binary)", words.BINARY),
        (entries("a", 2), "CONFLICT (file/directory)", words.FILE_DIRECTORY),
        (entries("a", 2), "CONFLICT (directory rename suggested)", words.DIRECTORY_RENAME),
        (entries("a", 2), "CONFLICT (something new)", words.OTHER),
        ((), "CONFLICT (rename/rename)", words.RENAME_RENAME),
    ],
)  # fmt: skip
def test_kinds_of_clashes(stages: tuple[StageEntry, ...], said: str, kind: str) -> None:
    messages = (MergeMessage("Auto-merging", ("a",)), *((MergeMessage(said, ("a",)),) if said else ()))
    assert [(one.path, one.kind) for one in clashes(MergeAnswer(False, ONE, stages, messages), {})] == [
        ("a", kind)
    ]


def test_a_file_beside_a_directory_clashes_only_where_git_leaves_it_unmerged() -> None:
    """git prints the message in a clean merge too: of a file that one side removed and the other left alone."""
    said = (MergeMessage("CONFLICT (file/directory)", (f"d~{TWO}", "d")),)
    assert [one.path for one in clashes(MergeAnswer(False, ONE, entries("a", 1, 2, 3), said), {})] == ["a"]
    real = MergeAnswer(False, ONE, entries(f"d~{TWO}", 1, 3), said)
    assert [(one.path, one.kind) for one in clashes(real, {TWO: "b"})] == [("d~b", words.FILE_DIRECTORY)]


def test_the_cause_wins_over_what_follows_from_it() -> None:
    said = (MergeMessage("CONFLICT (contents)", ("a",)), MergeMessage("CONFLICT (rename/rename)", ("a", "b")))
    for messages in (said, said[::-1]):
        answer = MergeAnswer(False, ONE, entries("a", 1, 2, 3), messages)
        assert [one.kind for one in clashes(answer, {})] == [words.RENAME_RENAME]


def test_names_in_paths_that_git_makes_up() -> None:
    names = {ONE: "develop", TWO: "feature/x"}
    paths = (f"d~{TWO}", f"d~{ONE}_0", f"d~{TWO}/in", "d~other", "plain")
    answer = MergeAnswer(False, ONE, tuple(entry for path in paths for entry in entries(path, 2)))
    assert {one.path for one in clashes(answer, names)} == {
        "d~feature_x", "d~develop_0", "d~feature_x/in", "d~other", "plain",
    }  # fmt: skip


def test_whose_lines_clash() -> None:
    answer = MergeAnswer(
        False, ONE, entries("a", 1, 2, 3) + entries("b", 2, 3) + entries("c", 1, 2, 3, mode="120000")
    )
    assert blobs_of(answer, "a") == (ONE, TWO, THREE)
    assert blobs_of(answer, "b") == ("", TWO, THREE)
    assert blobs_of(answer, "c") is None and blobs_of(answer, "none") is None


PLAIN = PathChange("100644", "100644", ONE, TWO)
ALSO = PathChange("100644", "100644", ONE, THREE)
NEW = PathChange("000000", "100644", ONE, TWO)
GONE = PathChange("040000", "000000", ONE, TWO)


def needs(
    facts: list[Facts], scripts: dict[str, tuple[Edit, ...] | None], drivers: dict[str, str] | None = None
) -> list[Needs]:
    return screen(
        facts,
        lambda first, second, whole: True,
        lambda paths: drivers or {},
        lambda keys: {key: scripts.get(key[1]) for key in keys},
    )


def both(change: PathChange, path: str = "a", **more: bool) -> Facts:
    return Facts((), {path: change}, {path: change}, **more)


FAR = {TWO: (Edit((1, 1), (1, 1)),), THREE: (Edit((9, 9), (9, 9)),)}
NEAR = {TWO: (Edit((1, 1), (1, 1)),), THREE: (Edit((2, 2), (2, 2)),)}
BOTH = [Needs(0, 1), Needs(1, 0)]
SMALL = [Needs(0, 1, ("a",)), Needs(1, 0, ("a",))]


def test_what_needs_no_merge() -> None:
    assert needs([], {}) == []
    assert needs([both(PLAIN), both(ALSO, "b")], {}) == []
    assert needs([both(PLAIN), both(ALSO)], dict(FAR)) == []


def test_what_needs_a_small_one() -> None:
    assert needs([both(PLAIN), both(ALSO)], dict(NEAR)) == [one._replace(touching=True) for one in SMALL]
    assert needs([both(PLAIN), both(ALSO)], {}) == SMALL  # binary, say
    assert needs([both(PLAIN), both(ALSO)], dict(FAR), {"a": "own"}) == SMALL
    assert needs([both(PLAIN), both(ALSO)], dict(NEAR), {"a": "union"}) == []


def test_what_needs_a_whole_one() -> None:
    assert needs([both(PLAIN), both(ALSO, single=False)], dict(FAR)) == [Needs(0, 1)]
    assert needs([both(PLAIN), both(ALSO, moved=True)], dict(FAR)) == [Needs(0, 1)]
    assert needs([both(PLAIN), both(NEW)], dict(FAR)) == BOTH
    assert needs([both(PLAIN, "a/b/c"), both(GONE, "a")], {}) == BOTH
    assert needs([Facts(("x",), {}, {}), Facts(("x", "y"), {}, {})], {}) == BOTH


def late(number: int) -> Facts:
    """A branch that was cut before the target changed the file."""
    base, tip, landed = "d" * 40, f"{number:040x}", f"{number + 4096:040x}"
    return Facts(
        (),
        {"a": PathChange("100644", "100644", base, tip)},
        {"a": PathChange("100644", "100644", ONE, landed)},
    )


def test_where_the_target_changed_the_file_since_few_scripts_have_to_serve_many_directions() -> None:
    """Each direction begins at the text of second's merge base: two scripts for two directions save nothing."""
    apart = {f"{n + 4096:040x}": (Edit((1, 1), (1, 1)),) for n in range(9)} | {
        f"{n:040x}": (Edit((9, 9), (9, 9)),) for n in range(9)
    }
    assert needs([late(1), late(2)], dict(apart)) == SMALL
    assert needs([late(n) for n in range(6)], dict(apart)) == []
    near = dict.fromkeys(apart, (Edit((5, 5), (5, 5)),))
    found = needs([late(n) for n in range(6)], dict(near))
    assert len(found) == 30 and all(one.touching and one.small == ("a",) for one in found)


def test_changed_attributes_prove_nothing_of_what_lands_later() -> None:
    ruled = Facts((), {"a": PLAIN, "d/.gitattributes": NEW}, {"a": PLAIN, "d/.gitattributes": NEW})
    assert changes_rules(ruled.landed) and changes_rules({".gitattributes": NEW})
    assert not changes_rules({"x.gitattributes": NEW})
    assert needs([ruled, both(ALSO)], dict(FAR)) == [Needs(0, 1, ("a",))]
