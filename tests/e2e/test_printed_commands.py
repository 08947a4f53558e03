"""What hooks, `status`, `radar`, `doctor` and `init` print, pasted into a shell where the work tree isn't clean.

tests/rules/test_printed.py does so for rules that read a history, on their pages' histories. Here are the families
that read contents, tools and trial merges, and the commands that print help of their own. Each scene is disturbed in
the same ways; what is printed runs under `sh -e`, loses nothing, and the second try passes.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests import budget
from tests.e2e.world import Ran, World, make
from tests.rules.test_printed import DISTURBED, Disturbed
from tests.scenario import Real

if TYPE_CHECKING:
    from collections.abc import Callable

LABELS = re.compile(r"^( *(?:help|first|then|so|fix): +)(\S.*)$", re.MULTILINE)
LONG = "".join(f"{number}\n" for number in range(9))
# The radar's commands lead into a conflict that is to be resolved.
STOPS = "radar"
AFTERWARDS = "resolve the conflict and commit the merge"


class Scene(NamedTuple):
    """make: what is set up before the disturbance. argv: what prints.

    again: whether all is well, by the world and by what argv said when no help was left.
    """

    make: Callable[[World], None]
    argv: tuple[str, ...]
    again: Callable[[World, Ran], bool]
    # States in which nothing is printed: a commit in a rebase is judged when it is pushed.
    silent: tuple[str, ...] = ()


def blocks(text: str) -> list[str]:
    """Every list of commands in what was printed, as a person copies it."""
    found = []
    for match in LABELS.finditer(text):
        column, lines = len(match[1]), [match[2]]
        for line in text[match.end() + 1 :].split("\n"):
            if line[:column].strip() or not line[column:].strip():
                break
            lines.append(line[column:])
        found.append("\n".join(lines))
    for _, _, rest in [text.partition("paste this:\n\n")]:
        found += [rest.partition("\n\n")[0]] if rest else []
    return found


def _base(world: World) -> None:
    world.write("lines.txt", LONG)
    world.do("commit", "-q", "-m", "Lines")
    world.do("push", "-q", "origin", "HEAD")


def _secret(world: World) -> None:
    world.policy("preset: gitflow\nrules: {committed-secret: error}\n")
    world.branch("feature/x")
    world.write(".env", "API_KEY=AKIAIOSFODNN7EXAMPLE0\nPASSWORD=correct-horse-battery\n")


def _unformatted(world: World) -> None:
    world.policy("preset: gitflow\ntools: {black: true}\n")
    world.branch("feature/x")
    world.write("bad.py", "x = {  'a':1 }\n\n\n\n\n\n\ny = 1\n")
    (world.work / "bad.py").write_text("x = {  'a':1 }\n\n\n\n\n\n\ny = 2\n")


def _owed(world: World) -> None:
    """A hotfix that is not back on develop, which is behind its twin."""
    world.policy("preset: gitflow\n")
    world.do("switch", "-q", "develop")
    _base(world)
    world.write("lines.txt", LONG.replace("7", "seven"))
    world.do("commit", "-q", "-m", "Plan")
    world.do("push", "-q", "origin", "develop")
    world.do("reset", "-q", "--hard", "HEAD~1")
    world.branch("hotfix/9.9.9", "main")
    world.do("switch", "-q", "main")
    world.do("merge", "-q", "--no-ff", "--no-edit", "hotfix/9.9.9")
    world.do("push", "-q", "origin", "main")
    world.branch("feature/x", "develop")
    world.write("lines.txt", LONG.replace("8", "eight"))
    world.do("commit", "-q", "-m", "Eight")


def _clash(world: World) -> None:
    """Two branches that change one line, one of them behind develop."""
    world.policy("preset: gitflow\n")
    world.do("switch", "-q", "develop")
    _base(world)
    world.branch("feature/a", "develop")
    world.write("lines.txt", LONG.replace("5", "five"))
    world.do("commit", "-q", "-m", "Five")
    world.do("switch", "-q", "develop")
    world.write("lines.txt", LONG.replace("5", "V"))
    world.do("commit", "-q", "-m", "V")
    world.do("push", "-q", "origin", "develop")
    world.branch("feature/b", "develop~1")


def _no_hook(world: World) -> None:
    world.policy("preset: gitflow\n")
    _base(world)
    (world.work / ".git/hooks/pre-push").unlink()
    world.do("switch", "-q", "-c", "feature/x", "develop")


def _unguarded(world: World) -> None:
    for hook in (world.work / ".git/hooks").iterdir():
        hook.unlink()
    _base(world)


def _commits(world: World, last: Ran) -> bool:
    """What is still staged was committed; where nothing is, git says so."""
    return last.code == 0 or "nothing" in last.text or "no changes added" in last.text


def _no_debt(world: World, last: Ran) -> bool:
    return "not back into develop" not in world.guard("status").text


def _landed(world: World, last: Ran) -> bool:
    return "feature/a conflicts" not in world.guard("radar").text


def _well(world: World, last: Ran) -> bool:
    return "pre-push            active" in world.guard("doctor").text


def _adopted(world: World, last: Ran) -> bool:
    told = world.run("git", "show", "HEAD:.gitflowguard.yaml")
    return told.code == 0 or world.run("git", "show", "main:.gitflowguard.yaml").code == 0


SCENES = {
    "artefact": Scene(_secret, ("git", "commit", "-m", "Add"), _commits, ("rebase", "detached")),
    "quality": Scene(_unformatted, ("git", "commit", "-m", "Add"), _commits, ("rebase", "detached")),
    "status": Scene(_owed, ("gitflowguard", "status"), _no_debt),
    STOPS: Scene(_clash, ("gitflowguard", "radar"), _landed, ("rebase", "revert")),
    "doctor": Scene(_no_hook, ("gitflowguard", "doctor"), _well),
    "init": Scene(_unguarded, ("gitflowguard", "init", "--yes"), _adopted, ("rebase", "revert", "detached")),
}


def _lines(world: World) -> set[str]:
    """Every line of every file of the work tree, the index and the newest commits and stashes."""
    files = [path for path in world.work.rglob("*") if path.is_file() and ".git" not in path.parts]
    text = "".join(path.read_text(errors="replace") for path in files)
    staged = world.do("ls-files", "-s").splitlines()
    text += "".join(
        world.do("cat-file", "blob", row.split()[1]) + "\n" for row in staged if not row.startswith("16")
    )
    text += world.do("log", "--all", "--format=", "-p", "-m", "-12").replace("\n+", "\n")
    return {line for line in text.splitlines() if line.strip()}


def _say(world: World, argv: tuple[str, ...]) -> Ran:
    """What prints: git with its hooks, or a command of ours."""
    return world.guard(*argv[1:]) if argv[0] == "gitflowguard" else world.run(*argv)


def _run(world: World, text: str, stops: bool) -> Ran:
    """Runs the commands; a merge that is foreseen to stop is resolved where it stopped, and the rest follows."""
    done = world.run("sh", "-e", "-c", text)
    if not done.code or not stops:
        return done
    rest = text.split("\n")
    at = next(number for number, line in enumerate(rest) if " merge " in line)
    words = shlex.split(rest[at])
    where = Path(words[2]) if words[1] == "-C" else world.work

    def git(*args: str) -> str:
        said = world.run("git", "-c", "core.hooksPath=/dev/null", *args, cwd=where)
        assert said.code == 0, (done.text, said.text)
        return said.text

    assert git("diff", "--name-only", "--diff-filter=U").split() == ["lines.txt"], done.text
    git("checkout", "--theirs", "--", "lines.txt")
    git("add", "lines.txt")
    git("commit", "-q", "--no-edit")
    return world.run("sh", "-e", "-c", "\n".join(rest[at + 1 :]) or ":")


def _then(world: World, behind: list[str]) -> None:
    """Runs what the next block names for after the conflict: its first line is for a person."""
    if behind and behind[0].startswith(AFTERWARDS):
        done = world.run("sh", "-e", "-c", behind[0].partition("\n")[2])
        assert done.code == 0, f"{behind[0]}\n{done.text}"


def _is_new(printed: str, seen: set[str]) -> bool:
    """Whether it is still to be run: one branch for new work is enough, and the radar shows what it shows."""
    begun = "<slug>" in printed and any("<slug>" in one for one in seen)
    return printed not in seen and not begun and not printed.startswith(("gitflowguard radar", AFTERWARDS))


def _try(name: str, how: str, place: Path) -> None:
    scene = SCENES[name]
    world = make(place, "native")
    scene.make(world)
    reader = Real.__new__(Real)
    reader.top = world.work
    put: Disturbed = DISTURBED[how](reader)
    kept = {line for line in (put.staged, put.files, put.new) if line}
    said = _say(world, scene.argv)
    printed = blocks(said.text)
    assert printed or how in scene.silent, said.text
    seen: set[str] = set()
    while todo := [one for one in printed if _is_new(one, seen)]:
        seen.add(todo[0])
        done = _run(world, todo[0].replace("<slug>", "try"), name == STOPS)
        assert done.code == 0, f"{todo[0]}\n{done.text}"
        _then(world, printed[printed.index(todo[0]) + 1 :])
        assert kept <= _lines(world), f"lost by\n{todo[0]}\n{done.text}"
        said = _say(world, scene.argv)
        printed = blocks(said.text)
        assert len(seen) < 9, seen
    stashes = world.do("stash", "list")
    assert not stashes or any("--message" in one for one in seen), stashes
    for other in world.root.glob("linked*"):
        assert (other / "other.txt").read_text() == "OTHER\n"
    if seen:
        assert scene.again(world, said)


@pytest.mark.parametrize("name", budget.sampled(SCENES, "artefact", STOPS, "init"))
def test_what_is_printed_works_where_everything_is_changed(name: str, tmp_path: Path) -> None:
    """A file staged in one form and changed again, beside a new one.

    Quick: a hook's commands, those of the radar and those of `init`, which doctor prints too. Those of the other rules
    are quick in tests/rules/test_printed.py.
    """
    _try(name, "everything", tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("how", [how for how in DISTURBED if how != "everything"])
@pytest.mark.parametrize("name", SCENES)
def test_what_is_printed_works_in_every_work_tree(name: str, how: str, tmp_path: Path) -> None:
    """The other ways to disturb it."""
    _try(name, how, tmp_path)


def test_a_file_is_unstaged_where_there_is_no_commit_yet(tmp_path: Path) -> None:
    """`git restore --staged` has nothing to restore from there."""
    world = make(tmp_path, "native")
    world.do("switch", "-q", "--orphan", "fresh")
    for ref in world.do("for-each-ref", "--format=%(refname)").split():
        world.do("update-ref", "-d", ref)
    world.do("symbolic-ref", "HEAD", "refs/heads/main")
    world.policy("preset: gitflow\nrules: {committed-secret: error}\n")
    world.write(".env", "API_KEY=AKIAIOSFODNN7EXAMPLE0\nPASSWORD=correct-horse-battery\n")
    world.write("a.txt", "a\n")
    (world.work / ".env").write_text("changed\n")
    said = world.git("commit", "-m", "Start")
    assert said.code == 1
    (printed,) = set(blocks(said.text))
    done = world.run("sh", "-e", "-c", printed)
    assert done.code == 0, done.text
    assert (world.work / ".env").read_text() == "changed\n"
    assert world.do("ls-files") == "a.txt" and world.git("commit", "-m", "Start").code == 0


def test_the_families_that_are_left_print_no_command_for_a_work_tree() -> None:
    """What a model's rules ask for is a training; what GitHub doesn't block, `protect apply` sets (tests/protect),
    and `config update` locks what a policy extends (tests/e2e/test_extends.py)."""
    here = Path(__file__).parent.parent / "rules"
    printed = {
        line.strip()
        for family in ("model", "protection")
        for page in (here / family).glob("*.md")
        for report in re.findall(r"^```report\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
        for line in report.splitlines()
        if line.startswith("    ")
    }
    assert printed == {"gitflowguard protect apply", "gitflowguard config update"}
