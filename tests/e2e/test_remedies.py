"""What ends a conflict, for each kind of it: done in a repository with the hooks in it, and looked at again.

The radar's answers are taken from its JSON and executed as a person would: what has to land first lands, the
commands run, the conflict is resolved where they stop and committed. Then the conflict is gone, no rule of ours has
spoken on the way, and nothing was resolved on a branch that others share. An order is merged as it is printed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests import budget
from tests.e2e.world import World, make

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = "".join(f"{number}\n" for number in range(9))
SHARED = ("main", "develop")


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each commit a minute later than the one before."""
    monkeypatch.setenv("GIT_COMMITTER_DATE", "1700000000 +0000")


class Case(NamedTuple):
    """build: makes the branches. moves: who is updated, "" for nobody. after: what lands before it. order: in which
    nothing conflicts. why: a part of the reason why there are no commands. options: of the radar."""

    build: Callable[[World], None]
    moves: str = ""
    after: str = ""
    order: tuple[str, ...] = ()
    why: str = ""
    options: tuple[str, ...] = ()


def _put(world: World, name: str, start: str = "develop", /, **files: str | bytes | None) -> None:
    """A commit on a branch, which is made if it isn't there. None removes a file; ``a__b`` is a/b."""
    there = world.do("for-each-ref", "--format=x", f"refs/heads/{name}")
    world.do("switch", "-q", *(() if there else ("-c",)), name, *(() if there else (start,)))
    for word, text in files.items():
        path = world.work / word.replace("__", "/").replace("_", ".")
        if text is None:
            world.do("rm", "-q", "--", str(path))
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        world.do("add", "--", str(path))
    os.environ["GIT_COMMITTER_DATE"] = f"{int(os.environ['GIT_COMMITTER_DATE'].split()[0]) + 60} +0000"
    world.do("commit", "-q", "-m", f"Work on {name}")


def _start(world: World, **files: str | bytes | None) -> None:
    world.policy("preset: gitflow\n")
    _put(world, "develop", **(files or {"f_txt": LONG}))


def _stale(mine: dict[str, Any], theirs: dict[str, Any], start: dict[str, Any]) -> Callable[[World], None]:
    def build(world: World) -> None:
        _start(world, **start)
        _put(world, "feature/a", **mine)
        _put(world, "develop", **theirs)

    return build


def _pair(world: World) -> None:
    _start(world)
    _put(world, "feature/a", f_txt=LONG.replace("5", "five"))
    _put(world, "feature/b", f_txt=LONG.replace("5", "V"))


def _attributes(world: World) -> None:
    """Only where the branch with the attribute comes first are both entries kept."""
    _start(world, f_txt="start\n")
    _put(world, "feature/a", f_txt="start\na\n")
    _put(world, "feature/b", f_txt="start\nb\n", _gitattributes="f.txt merge=union\n")


def _moved_on(world: World) -> None:
    """feature/b was cut from feature/a, which has moved on since."""
    _start(world)
    _put(world, "feature/a", f_txt=LONG.replace("5", "five"))
    _put(world, "feature/b", "feature/a", f_txt=LONG.replace("5", "V"))
    _put(world, "feature/a", f_txt=LONG.replace("5", "5.0"))


def _hotfix_behind(world: World) -> None:
    _start(world)
    world.do("switch", "-q", "main")
    world.do("merge", "-q", "--ff-only", "develop")
    _put(world, "hotfix/1.0.1", "main", f_txt=LONG.replace("5", "five"))
    _put(world, "develop", f_txt=LONG.replace("5", "V"))


def _hotfix_and_feature(world: World) -> None:
    """The hotfix is the newer one; it may not take in develop, so the feature moves."""
    _start(world)
    world.do("switch", "-q", "main")
    world.do("merge", "-q", "--ff-only", "develop")
    _put(world, "feature/a", f_txt=LONG.replace("5", "V"))
    _put(world, "hotfix/1.0.1", "main", f_txt=LONG.replace("5", "five"))


def _release(world: World) -> None:
    _start(world)
    world.do("switch", "-q", "main")
    world.do("merge", "-q", "--ff-only", "develop")
    _put(world, "release/1.0", f_txt=LONG.replace("5", "five"))
    _put(world, "main", f_txt=LONG.replace("5", "V"))


def _misnamed(world: World) -> None:
    """A name that the hooks block: the branch gets another one before anything is committed on it."""
    _start(world)
    _put(world, "pipeline", f_txt=LONG.replace("5", "five"))
    _put(world, "develop", f_txt=LONG.replace("5", "V"))


def _misnamed_and_shared(world: World) -> None:
    _misnamed(world)
    world.do("push", "-q", "origin", "pipeline")


def _features_only(world: World) -> None:
    _start(world)
    _put(world, "feature/a", f_txt=LONG.replace("5", "five"))
    _put(world, "main", f_txt=LONG.replace("5", "V"))


def _unknown_line(world: World) -> None:
    _start(world)
    _put(world, "feature/a", f_txt=LONG.replace("5", "five"))
    _put(world, "v5-develop", f_txt=LONG.replace("5", "V"))


def _afar(world: World) -> None:
    """The branch and the newest develop are on the remote alone."""
    _start(world)
    _put(world, "feature/a", f_txt=LONG.replace("5", "five"))
    _put(world, "develop", f_txt=LONG.replace("5", "V"))
    world.do("push", "-q", "origin", "feature/a", "develop")
    world.do("reset", "-q", "--hard", "HEAD~1")
    world.do("branch", "-q", "-D", "feature/a")


def _behind_its_twin(world: World) -> None:
    """The remote has a newer feature/a, and a tag is called like the target."""
    _start(world)
    _put(world, "feature/a", other_txt="1\n")
    _put(world, "feature/a", f_txt=LONG.replace("5", "five"))
    world.do("push", "-q", "origin", "feature/a")
    world.do("reset", "-q", "--hard", "HEAD~1")
    _put(world, "develop", f_txt=LONG.replace("5", "V"))
    world.do("tag", "develop", "main")


def _copy(world: World) -> None:
    _start(world)
    _put(world, "feature/a", f_txt=LONG.replace("5", "five"))
    world.do("update-ref", "refs/pull/7/head", "feature/a")
    _put(world, "develop", f_txt=LONG.replace("5", "V"))
    world.do("branch", "-q", "-D", "feature/a")


FIVE, ROMAN = {"f_txt": LONG.replace("5", "five")}, {"f_txt": LONG.replace("5", "V")}
CASES = {
    "content": Case(_stale(FIVE, ROMAN, {"f_txt": LONG}), "feature/a"),
    "add/add": Case(_stale({"n_txt": "a\n"}, {"n_txt": "b\n"}, {"f_txt": LONG}), "feature/a"),
    "modify/delete": Case(_stale(FIVE, {"f_txt": None}, {"f_txt": LONG, "g_txt": "g\n"}), "feature/a"),
    "deleted here": Case(_stale({"f_txt": None}, FIVE, {"f_txt": LONG, "g_txt": "g\n"}), "feature/a"),
    "binary": Case(_stale({"f_bin": b"\0a"}, {"f_bin": b"\0b"}, {"f_bin": b"\0"}), "feature/a"),
    "rename/rename": Case(
        _stale({"f_txt": None, "a_txt": LONG}, {"f_txt": None, "b_txt": LONG}, {"f_txt": LONG, "g_txt": "g\n"}),
        "feature/a",
    ),
    "file/directory": Case(_stale({"d": "a file\n"}, {"d__in": "in it\n"}, {"f_txt": LONG}), "feature/a"),
    "pair": Case(_pair, "feature/b", "feature/a"),
    "one order": Case(_attributes, order=("feature/b", "feature/a")),
    "moved on": Case(_moved_on, "feature/b", "feature/a"),
    "hotfix": Case(_hotfix_behind, why="hotfix/1.0.1 may not take in develop"),
    "hotfix and feature": Case(_hotfix_and_feature, "feature/a", "hotfix/1.0.1"),
    "release": Case(_release, "release/1.0"),
    "misnamed": Case(_misnamed, "pipeline"),
    "misnamed, shared": Case(_misnamed_and_shared, why="commits on pipeline are blocked"),
    "forbidden": Case(_features_only, why="the policy doesn't let feature/a into main", options=("--target", "main")),
    "unknown": Case(_unknown_line, why="the policy doesn't know v5-develop", options=("--target", "v5-develop")),
    "afar": Case(_afar, "feature/a"),
    "behind its twin": Case(_behind_its_twin, "feature/a"),
    "copy": Case(_copy, why="pull/7/head is a copy", options=("--branches", "refs/pull/*/head")),
}  # fmt: skip


def _conflicts(world: World, options: tuple[str, ...]) -> list[dict[str, Any]]:
    """Every conflict that the radar sees, with what would end it; of a conflict with a target too."""
    said = world.guard("radar", "--json", *options)
    assert said.code == 0, said.text
    found = json.loads(said.text)
    stale = [
        {**one, "moves": one["branch"] if one["mend"] else None, "after": None, "order": None}
        for one in found["branches"]
        if one["state"] == "stale"
    ]
    return [*stale, *found["pairs"]]


def _quiet(text: str) -> None:
    assert "GFG" not in text and "gitflowguard" not in text, text


def _resolve(world: World) -> None:
    """As a person does it where the commands stopped; the hooks look at the commit."""
    here = world.do("symbolic-ref", "--short", "HEAD")
    assert here not in SHARED, f"resolved by hand on {here}"
    assert world.do("ls-files", "-u"), "nothing stopped"
    for odd in world.work.glob("d~*"):
        odd.rename(world.work / "elsewhere")
    for name in world.do("diff", "--name-only", "--diff-filter=U").splitlines():
        if (file := world.work / name).is_file() and b"<<<<<<<" in file.read_bytes():
            file.write_text("resolved\n")
    world.do("add", "--all", "--", ".", ":!.gitflowguard.yaml")
    for path in world.do("diff", "--name-only", "--diff-filter=U").splitlines():
        world.do("rm", "-q", "--cached", "--", path)
    done = world.git("commit", "--no-edit")
    assert done.code == 0, done.text
    _quiet(done.text)


# A conflict in a file, one of its name, each way to end it, and reasons why there is none.
QUICK = (
    "content", "modify/delete", "one order", "moved on", "hotfix", "release", "misnamed", "forbidden",
    "behind its twin",
)  # fmt: skip


@pytest.mark.parametrize("name", budget.sampled(CASES, *QUICK))
def test_what_is_printed_ends_the_conflict(name: str, tmp_path: Path) -> None:
    """One conflict of each kind, ended as the radar says, and then looked at again.

    Quick for QUICK. In a slow one git finds another conflict, and the same commands end it; who of two branches
    moves is in tests/radar/test_remedy.py, in memory.
    """
    case = CASES[name]
    world = make(tmp_path, "native")
    case.build(world)
    (found,) = _conflicts(world, case.options)
    assert (found["moves"] or "", found["after"] or "") == (case.moves, case.after)
    assert tuple(found["order"] or ()) == case.order
    assert bool(found["mend"]) == bool(case.moves)
    assert case.why in (found["why_no_commands"] or "") and bool(found["why_no_commands"]) == bool(case.why)
    if case.after or case.order:
        world.do("switch", "-q", found["target"])
    for landing in (case.after,) if case.after else case.order:
        world.do("merge", "-q", "--no-ff", "--no-edit", landing)
    if case.moves:
        done = world.run("sh", "-e", "-c", "\n".join(found["mend_shell"]))
        assert done.code == 1 and "CONFLICT" in done.text, done.text
        _quiet(done.text)
        _resolve(world)
    if not case.why:
        assert _conflicts(world, case.options) == []


def test_a_stack_is_known_as_status_knows_it(tmp_path: Path) -> None:
    """What was cut from a branch that moved on lands behind it, also where its own last commit is the older one."""
    world = make(tmp_path, "native")
    _moved_on(world)
    found = json.loads(world.guard("radar", "--json").text)
    (upper,) = [one for one in found["branches"] if one["branch"] == "feature/b"]
    assert upper["depends_on"] == ["feature/a"]
    assert [one["branch"] for one in found["orders"][0]["steps"]] == ["feature/a", "feature/b"]
    assert "stacked on feature/a" in world.guard("status").text


def test_an_order_is_printed_where_only_that_order_is_clean(tmp_path: Path) -> None:
    """Although no step of the best order conflicts."""
    world = make(tmp_path, "native")
    _attributes(world)
    said = world.guard("radar").text
    assert "who:  nobody, if feature/b" in said
    assert "  feature/b before feature/a: the other way round they conflict\n" in said
    assert "git switch" not in said


def test_status_says_which_order_is_clean(tmp_path: Path) -> None:
    """In the column of each of the two."""
    world = make(tmp_path, "native")
    _attributes(world)
    world.guard("radar")
    rows = json.loads(world.guard("status", "--json").text)["branches"]
    found = {row["name"]: row["conflicts"] for row in rows if row["conflicts"]}
    assert found == {
        "feature/a": [{"with": "feature/b", "target": "develop", "lands": "second"}],
        "feature/b": [{"with": "feature/a", "target": "develop", "lands": "first"}],
    }
    assert "feature/b (land that first)" in world.guard("status", COLUMNS="200").text
