"""A merge that changes the policy by itself: no state of it gets onto a line that none of its sides had."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from gitflowguard.model.finding import Unknown
from gitflowguard.repo.evilmerges import altered, changing
from gitflowguard.repo.git import Git
from gitflowguard.repo.place import Place
from tests import objects, oracle
from tests.e2e.world import World, kept

YAML, TOML, LOCK = ".gitflowguard.yaml", "pyproject.toml", ".gitflowguard.lock"
BASE = "preset: gitflow\n\n\n\nstale-days: 30\n\n\n\nremote: origin\n"
LINE = BASE.replace("30", "60")
SIDE = BASE.replace("preset: gitflow", "preset: ml")
BOTH = SIDE.replace("30", "60")
LAX = BASE + "rules: {direct-commit: ignore}\n"
DEPENDENCY = '[project]\nname = "x"\ndependencies = ["a"]\n'
TABLE = '\n[tool.gitflowguard]\npreset = "gitflow"\n'
LINKED, MODULE = f"{objects.LINK} ", f"{objects.MODULE} "

Files = Mapping[str, str]


class Graph:
    """Commits made of files, without an index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        self.objects = folder / ".git"
        self.git = Git(str(folder))
        self.place = Place(str(folder), str(folder / ".git"), str(folder / ".git"))

    def ask(self, *args: str, stdin: str = "") -> str:
        argv = ("git", "-C", str(self.folder), *args)
        env = oracle.unrecorded()
        done = subprocess.run(argv, input=stdin, capture_output=True, text=True, env=env, check=True)
        return done.stdout.strip()

    def commit(self, files: Files, *parents: str) -> str:
        """A commit of these files. A text that begins with a link's or a submodule's mode is one."""
        rows = {}
        for path, text in {**files, "other.txt": str(sorted(files.items()))}.items():
            mode = text[:6] if text.startswith((LINKED, MODULE)) else objects.BLOB
            data = text if mode == objects.BLOB else text[7:]
            gone = mode == objects.MODULE
            rows[path] = (mode, "1" * 40 if gone else objects.written(self.objects, "blob", data.encode()))
        return objects.commit(self.objects, objects.tree(self.objects, rows), parents, f"{len(parents)}")

    def alters(self, merge: str, *parents: str) -> tuple[str, ...]:
        """What the merge changes by itself, as a push would find it."""
        if not changing(self.git, {merge: parents[0]}):
            return ()
        found = altered(self.git, self.place, parents, merge)
        assert not isinstance(found, Unknown), found
        return found


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return Graph(tmp_path_factory.mktemp("graph"))


def files(text: str, **more: str) -> Files:
    return {YAML: text, **{TOML if name == "toml" else LOCK: data for name, data in more.items()}}


LEGAL = {
    "neither side changed it": (BASE, BASE, BASE, [BASE]),
    "the line changed it": (BASE, LINE, BASE, [LINE]),
    "the branch changed it": (BASE, BASE, SIDE, [SIDE, BASE]),
    "both, in different places": (BASE, LINE, SIDE, [BOTH, LINE]),
    "both, in one place": (BASE, LINE, BASE.replace("30", "90"), [LINE, BASE.replace("30", "90")]),
    "both alike": (BASE, LINE, LINE, [LINE]),
}
NOBODYS = LAX.replace("30", "1")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow if name in ("the line changed it", "both alike") else ())
        for name in LEGAL
    ],
)
def test_what_a_merge_may_leave(graph: Graph, name: str) -> None:
    """The line's own policy, or what git makes of both sides; in a conflict, either side's. Nothing else.

    Slow where one side has what the other has: as where neither changed it, or the branch did.
    """
    base, line, side, legal = LEGAL[name]
    start = graph.commit(files(base))
    ours, theirs = graph.commit(files(line), start), graph.commit(files(side), start)
    for text in {*legal, base, line, side, BOTH, NOBODYS, ""}:
        merge = graph.commit(files(text), ours, theirs)
        assert graph.alters(merge, ours, theirs) == (() if text in legal else (YAML,)), text


@pytest.mark.parametrize(
    ("made", "names"),
    [
        ({YAML: LINE, TOML: DEPENDENCY}, ()),
        ({YAML: LINE, TOML: DEPENDENCY + TABLE}, (TOML,)),
        ({TOML: DEPENDENCY + TABLE}, (YAML, TOML)),
        ({TOML: DEPENDENCY}, (YAML,)),
        ({YAML: LINKED + "other.txt"}, (YAML,)),
        ({YAML: MODULE + "x"}, (YAML,)),
        ({YAML: LINE, TOML: LINKED + "other.txt"}, (TOML,)),
        ({YAML: LINE, LOCK: "anything"}, (LOCK,)),
    ],
    ids=["a dependency", "a second policy", "moved", "removed", "link", "submodule", "linked table", "lock"],
)
def test_every_form_of_a_policy_counts(graph: Graph, made: Files, names: tuple[str, ...]) -> None:
    """What else a merge changes in pyproject.toml is not the policy."""
    start = graph.commit(files(BASE, toml='[project]\nname = "x"\n'))
    ours = graph.commit(files(LINE, toml='[project]\nname = "x"\n'), start)
    theirs = graph.commit(files(BASE, toml='[project]\nname = "x"\nversion = "1"\n'), start)
    merge = graph.commit(made, ours, theirs)
    assert graph.alters(merge, ours, theirs) == names


def test_a_policy_that_one_side_moved_is_moved_whole(graph: Graph) -> None:
    """A merge that takes half of the move leaves no policy, or two."""
    start = graph.commit({YAML: BASE, TOML: DEPENDENCY})
    ours = graph.commit({YAML: BASE, TOML: DEPENDENCY}, start)
    theirs = graph.commit({TOML: DEPENDENCY + TABLE}, start)
    for made, names in (
        ({TOML: DEPENDENCY + TABLE}, ()),
        ({YAML: BASE, TOML: DEPENDENCY}, ()),
        ({TOML: DEPENDENCY}, (YAML,)),
        ({YAML: BASE, TOML: DEPENDENCY + TABLE}, (TOML,)),
        ({TOML: DEPENDENCY + TABLE + "stale-days = 1\n"}, (TOML,)),
    ):
        assert graph.alters(graph.commit(made, ours, theirs), ours, theirs) == names


def test_a_table_merges_beside_a_conflict_in_the_dependencies(graph: Graph) -> None:
    """Both sides changed the same line of the file, and only the branch the policy in it."""
    start = graph.commit({TOML: DEPENDENCY + TABLE})
    ours = graph.commit({TOML: DEPENDENCY.replace('"a"', '"b"') + TABLE}, start)
    theirs = graph.commit({TOML: DEPENDENCY.replace('"a"', '"c"') + TABLE + "stale-days = 60\n"}, start)
    for table, names in (
        (TABLE + "stale-days = 60\n", ()),
        (TABLE, ()),
        (TABLE + "stale-days = 1\n", (TOML,)),
    ):
        merge = graph.commit({TOML: DEPENDENCY.replace('"a"', '"b", "c"') + table}, ours, theirs)
        assert graph.alters(merge, ours, theirs) == names


def test_an_octopus(graph: Graph) -> None:
    """The policy of the one branch that changed it, or the line's; two that changed it are not this merge's to join."""
    start = graph.commit(files(BASE))
    ours, plain = graph.commit(files(BASE), start), graph.commit(files(BASE, lock=""), start)
    side, other = graph.commit(files(SIDE), start), graph.commit(files(LINE), start)
    for parents, text, names in (
        ((ours, plain, side), SIDE, ()),
        ((ours, side, other), BASE, ()),
        ((ours, side, other), BOTH, (YAML,)),
        ((ours, plain, side), LAX, (YAML,)),
    ):
        lock = {"lock": ""} if plain in parents else {}
        assert graph.alters(graph.commit(files(text, **lock), *parents), *parents) == names


def test_a_criss_cross(graph: Graph) -> None:
    """Two merge bases with two policies: git's own merge of them decides."""
    start = graph.commit(files(BASE))
    one, two = graph.commit(files(LINE), start), graph.commit(files(SIDE), start)
    ours, theirs = graph.commit(files(BOTH), one, two), graph.commit(files(BOTH), two, one)
    strict = BOTH.replace("origin", "upstream")
    side = graph.commit(files(strict), theirs)
    line = graph.commit(files("# x\n\n\n" + BOTH), ours)
    for text, names in (("# x\n\n\n" + strict, ()), (BASE, (YAML,)), (SIDE, (YAML,)), (LAX, (YAML,))):
        assert graph.alters(graph.commit(files(text), line, side), line, side) == names


def test_unrelated_histories(graph: Graph) -> None:
    """Nothing is common to them: each side's policy is a change."""
    ours, theirs = graph.commit(files(BASE)), graph.commit(files(SIDE))
    for text, names in ((BASE, ()), (SIDE, ()), (LAX, (YAML,))):
        assert graph.alters(graph.commit(files(text), ours, theirs), ours, theirs) == names


def test_whoever_brings_the_first_policy_is_free(graph: Graph) -> None:
    """As with a commit: no parent has one in any form."""
    start = graph.commit({TOML: DEPENDENCY})
    ours, theirs = graph.commit({TOML: DEPENDENCY}, start), graph.commit({TOML: DEPENDENCY, LOCK: "x"}, start)
    assert (
        graph.alters(graph.commit({YAML: LAX, TOML: DEPENDENCY, LOCK: "x"}, ours, theirs), ours, theirs) == ()
    )


def test_what_git_can_not_merge_again_is_unknown(graph: Graph) -> None:
    """A side's content is gone, as in a damaged clone."""
    start = graph.commit(files(BASE))
    lost = BASE.replace("30", "77")
    ours, theirs = graph.commit(files(LINE), start), graph.commit(files(lost), start)
    merge = graph.commit(files(LAX), ours, theirs)
    oid = graph.ask("hash-object", "--stdin", stdin=lost)
    (graph.folder / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    found = altered(graph.git, graph.place, (ours, theirs), merge)
    assert isinstance(found, Unknown) and "can't be made again" in found.reason


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Native hooks, a policy on both lines, a feature with a commit."""
    return kept(tmp_path, "evil merges", _scene)


def _scene(world: World) -> None:
    world.do("switch", "-q", "main")
    world.write(YAML, BASE)
    world.do("commit", "-q", "-m", "The policy")
    world.do("switch", "-q", "develop")
    world.do("merge", "-q", "--no-edit", "main")
    world.do("push", "-q", "origin", "main", "develop")
    world.branch("feature/x")


def evil(world: World, line: str, branch: str, text: str = LAX) -> None:
    """A merge that writes a policy of its own, as somebody types it."""
    world.do("switch", "-q", line)
    assert world.git("merge", "-q", "--no-ff", "--no-commit", branch).code == 0
    world.write(YAML, text)
    ran = world.git("commit", "-q", "--no-edit")
    assert ran.code == 0, ran.text


@pytest.mark.hostile("ways round hooks")
def test_the_push_is_blocked_and_its_commands_end_it(world: World) -> None:
    """The work is kept on a branch; from there it comes in by a merge."""
    evil(world, "develop", "feature/x", BASE + "tag-prefix: v\n")
    (world.work / "dirty.txt").write_text("mine\n")
    for said in (world.guard("check"), world.git("push", "origin", "develop")):
        assert said.code == 1 and f"changes {YAML} of develop by itself" in said.text, said.text
    for line in said.text.splitlines():
        command = line.strip().removeprefix("help: ")
        if command.startswith("git ") and "GITFLOWGUARD" not in line:
            assert world.git(*command.split()[1:]).code == 0, command
    assert (world.work / "dirty.txt").read_text() == "mine\n"
    assert world.do("show", f"feature/my-change:{YAML}").endswith("tag-prefix: v")
    assert world.git("merge", "-q", "--no-ff", "--no-edit", "feature/my-change").code == 0
    ran = world.git("push", "-q", "origin", "develop")
    assert ran.code == 0, ran.text


def test_the_check_on_a_push_reports_it(world: World) -> None:
    """By the policy that the branch had before; the push itself went past the hooks."""
    evil(world, "develop", "feature/x")
    before = world.do("rev-parse", "origin/develop")
    world.do("push", "-q", "--no-verify", "origin", "develop")
    payload = {
        "ref": "refs/heads/develop",
        "before": before,
        "after": world.do("rev-parse", "HEAD"),
        "forced": False,
    }
    event = world.root / "event.json"
    event.write_text(json.dumps(payload))
    ran = world.guard("check", "--event", str(event))
    assert ran.code == 1 and f"changes {YAML} of develop by itself" in ran.text, ran.text


@pytest.mark.hostile("ways round hooks")
@pytest.mark.parametrize("how", [("--no-ff", "--no-edit"), pytest.param(("--ff",), marks=pytest.mark.slow)])
def test_it_does_not_come_in_by_way_of_the_other_line(world: World, how: tuple[str, ...]) -> None:
    """Made on this clone's main, which develop then takes. By a fast-forward it is slow."""
    world.branch("hotfix/1.0.1", "main")
    evil(world, "main", "hotfix/1.0.1")
    world.do("switch", "-q", "develop")
    world.do("merge", "-q", *how, "main")
    ran = world.git("push", "origin", "develop")
    assert ran.code == 1 and f"changes {YAML} of main by itself" in ran.text, ran.text


@pytest.mark.hostile("ways round hooks")
def test_an_older_policy_is_not_brought_back_by_a_merge(world: World) -> None:
    """develop has become stricter; the branch has the policy of before, and the merge takes that one."""
    world.do("switch", "-q", "develop")
    world.write(YAML, LINE)
    world.do("commit", "-q", "-m", "Stricter")
    world.do("push", "-q", "origin", "develop")
    evil(world, "develop", "feature/x", BASE)
    ran = world.git("push", "origin", "develop")
    assert ran.code == 1 and "by itself" in ran.text, ran.text


@pytest.mark.hostile("ways round hooks")
def test_an_amended_merge(world: World) -> None:
    """With the hooks of the commit off; the strict hook sees it where it moves the line."""
    world.do("switch", "-q", "develop")
    world.do("merge", "-q", "--no-ff", "--no-edit", "feature/x")
    world.write(YAML, LAX)
    world.do("commit", "-q", "--amend", "--no-edit")
    ran = world.git("push", "origin", "develop")
    assert ran.code == 1 and "by itself" in ran.text, ran.text


def pulled(world: World, *how: str) -> None:
    """Two people at once: this clone's develop has a merge, the remote's a stricter policy, and a pull joins them."""
    world.do("switch", "-q", "develop")
    world.write(YAML, LINE)
    world.do("commit", "-q", "-m", "Stricter")
    world.do("push", "-q", "origin", "develop")
    world.do("reset", "-q", "--hard", "HEAD~1")
    world.do("merge", "-q", "--no-ff", "--no-edit", "feature/x")
    world.do("merge", "-q", *how, "-m", "Merge branch 'develop' of origin", "origin/develop")


@pytest.mark.hostile("ways round hooks")
@pytest.mark.parametrize("turned", [False, True])
def test_a_pull_does_not_bring_the_policy_of_before_back(world: World, turned: bool) -> None:
    """The first parent is this clone's own state, which has the older policy; whichever parent comes first."""
    pulled(world, "-s", "ours")
    if turned:
        parents = [word for one in ("HEAD^2", "HEAD^1") for word in ("-p", one)]
        words = ("-m", "Merge branch 'feature/x' into develop")
        world.do("reset", "-q", "--hard", world.do("commit-tree", "HEAD^{tree}", *parents, *words))
    assert world.do("show", f"HEAD:{YAML}") == BASE.strip()
    ran = world.git("push", "origin", "develop")
    assert ran.code == 1 and f"changes {YAML} of develop by itself" in ran.text, ran.text


@pytest.mark.hostile("ways round hooks")
def test_a_merge_of_the_line_into_its_own_past_does_not_either(world: World) -> None:
    """The first parent is where develop stood once."""
    pulled(world)
    world.do("push", "-q", "origin", "develop")
    words = ("-p", "HEAD^1^1", "-p", "HEAD", "-m", "Merge branch 'develop'")
    world.do("reset", "-q", "--hard", world.do("commit-tree", "HEAD^1^1^{tree}", *words))
    ran = world.git("push", "origin", "develop")
    assert ran.code == 1 and "by itself" in ran.text, ran.text


def test_an_honest_pull_passes(world: World) -> None:
    """The stricter policy comes in with it."""
    pulled(world)
    assert world.do("show", f"HEAD:{YAML}") == LINE.strip()
    ran = world.git("push", "-q", "origin", "develop")
    assert (ran.code, ran.text) == (0, ""), ran.text


def test_a_legal_merge_of_a_changed_policy_is_silent(world: World) -> None:
    """Both sides have changed it, in different places; the hooks say nothing, and start one git for it."""
    world.write(YAML, SIDE)
    world.do("commit", "-q", "-m", "Other preset")
    world.do("switch", "-q", "develop")
    world.write(YAML, LINE)
    world.do("commit", "-q", "-m", "Stricter")
    world.do("push", "-q", "origin", "develop")
    world.do("switch", "-q", "develop")
    assert world.git("merge", "-q", "--no-ff", "--no-edit", "feature/x").code == 0
    assert world.do("show", f"HEAD:{YAML}") == BOTH.strip()
    ran = world.git("push", "-q", "origin", "develop")
    assert (ran.code, ran.text) == (0, ""), ran.text


def test_the_merge_is_made_again_without_anybodys_driver(world: World, tmp_path: Path) -> None:
    """An attribute names a driver that the configuration knows; it doesn't run, and gives no other policy."""
    mark = tmp_path / "ran"
    test_a_legal_merge_of_a_changed_policy_is_silent(world)
    world.do("config", "merge.mine.driver", f"touch '{mark}'; echo 'rules: {{direct-commit: ignore}}' >>%A")
    world.branch("feature/y", "develop~1")
    world.write(YAML, BASE.replace("upstream", "x").replace("origin", "upstream"))
    world.do("commit", "-q", "-m", "Remote")
    world.do("switch", "-q", "develop")
    (world.work / ".git" / "info").mkdir(exist_ok=True)
    (world.work / ".git" / "info" / "attributes").write_text(f"{YAML} merge=mine\n")
    world.do("merge", "-q", "--no-ff", "--no-edit", "feature/y")
    assert mark.exists()
    os.unlink(mark)
    ran = world.git("push", "origin", "develop")
    assert ran.code == 1 and "by itself" in ran.text and not mark.exists(), ran.text
