"""Asks the rules of the team's own about the facts of a moment; loaded only where the policy has such a rule.

Each runs in a private directory that holds its own files, under limits, and is ended with all that it has started.
Whatever goes wrong is a gap of that rule, which blocks where the rule is an error: no pass, no traceback.
"""

from __future__ import annotations

import os
import sys

from gitflowguard.app.own import facts as ownfacts
from gitflowguard.app.own.answer import read
from gitflowguard.app.own.times import note
from gitflowguard.app.policy.trust import unvouched_rule
from gitflowguard.app.quality.run import environment
from gitflowguard.model.finding import ERROR, IGNORE, Unknown
from gitflowguard.model.names import shell
from gitflowguard.model.ownrule import PREFIX
from gitflowguard.model.record import Record
from gitflowguard.quality.adapter import GarbledOutput
from gitflowguard.repo.git import GitError
from gitflowguard.repo.ruleprogram import at_commit, on_disk
from gitflowguard.rules.own import fact_class, rule_of
from gitflowguard.tooling.environments import within
from gitflowguard.tooling.interrupt import interruptible
from gitflowguard.tooling.order import ToolCall
from gitflowguard.tooling.run import start
from gitflowguard.tooling.tree import Tree, sweep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from gitflowguard.app.own.answer import Said
    from gitflowguard.model.facts import Fact, View
    from gitflowguard.model.moment import Moment
    from gitflowguard.model.ownrule import OwnRule
    from gitflowguard.model.rule import Rule
    from gitflowguard.repo.git import Git, Place
    from gitflowguard.tooling.order import Result
    from gitflowguard.tooling.run import Runner

_HOST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "host.py")
# Beside a rule's files: a name that no path of a repository has (read-cache.c, verify_dotfile), because the private
# directory's .git is ours.
_FEED = os.path.join(".git", "facts")
_MEGABYTES = 1024
_REASON = 300


class OwnScene(Record):
    """What a rule is asked in."""

    git: Git
    place: Place
    view: View
    at: Moment


class OwnAnswers(Record):
    """rules: with the answers of those of the team's own. notes: on rules that did not run, or that did not count."""

    rules: tuple[Rule, ...]
    notes: tuple[str, ...] = ()


class _NotRun(Exception):
    """Why a program can't be started; a clause."""


def asked(scene: OwnScene, rules: Sequence[Rule], facts: Sequence[Fact], advice: bool = False) -> OwnAnswers:
    """The rules, with the answers of the team's own to these facts.

    advice: whether a rule that nobody answers for is only reported, as where somebody commits the policy that adds it.
    """
    own = {rule.name: rule for rule in scene.view.flow.own}
    found: list[Rule] = []
    notes: list[str] = []
    took: list[tuple[str, float]] = []
    for rule in rules:
        if not rule.name.startswith(PREFIX):
            found.append(rule)
            continue
        mine = own[rule.name]
        heard = _heard_by(mine, rule, scene.view, facts)
        if advice and heard and not mine.vouched:
            gap = unvouched_rule(mine, scene.place.top)
            fix = f": {shell(gap.mend[0])}" if gap.mend else ""
            notes.append(f"Can't determine {mine.name}: {gap.reason}{fix}")
            continue
        said = _said(scene, mine, heard, took) if heard else {}
        if advice:
            notes += _unheard(mine, heard, said, scene.view)
        found.append(rule_of(mine, said))
    if took:
        note(scene.place, scene.at.name, took)
    return OwnAnswers(tuple(found), tuple(notes))


def _heard_by(mine: OwnRule, rule: Rule, view: View, facts: Iterable[Any]) -> list[Any]:
    """The facts that the rule judges under the policy."""
    wanted = fact_class(mine)
    return [
        fact
        for fact in facts
        if type(fact) is wanted and view.flow.severity(rule.name, rule.default, fact.about) != IGNORE
    ]


def _unheard(mine: OwnRule, heard: list[Any], said: Mapping[int, Said], view: View) -> Iterable[str]:
    """Why a rule that is only a warning could not judge: a hook prints no gap of such a rule by itself."""
    gaps = {
        one.reason: None
        for fact in heard
        if view.flow.severity(mine.name, ERROR, fact.about) != ERROR
        for one in said.get(id(fact), ())
        if isinstance(one, Unknown)
    }
    return (f"Can't determine {mine.name}: {reason}" for reason in gaps)


def _said(scene: OwnScene, mine: OwnRule, heard: list[Any], took: list[tuple[str, float]]) -> dict[int, Said]:
    """By the identity of a fact, what its program says of it. took: is given how long that was."""
    import time

    begun = time.monotonic()
    try:
        if not mine.vouched:
            gap: Unknown = unvouched_rule(mine, scene.place.top)
        else:
            return _ran(scene, mine, heard)
    except _NotRun as problem:
        gap = Unknown(str(problem))
    except (GitError, OSError, ValueError) as problem:
        gap = Unknown(f"its program could not be laid out: {problem}")
    finally:
        if mine.vouched:
            took.append((mine.name, time.monotonic() - begun))
    return {id(fact): (gap,) for fact in heard}


def _ran(scene: OwnScene, mine: OwnRule, heard: list[Any]) -> dict[int, Said]:
    """Runs the program and reads its answer. Raises _NotRun, GitError, OSError, ValueError."""
    environ = environment(os.environ)
    with interruptible(), Tree(environ) as tree:
        argv = _plugin(scene, mine, heard, tree) if mine.plugin else _program(scene, mine, heard, tree)
        order = ToolCall(
            key=mine.name,
            argv=argv,
            files=(_FEED,),
            sizes=(0,),
            split=False,
            seconds=mine.seconds,
            megabytes=_MEGABYTES,
            feed=_FEED,
        )
        with start((), environ, 1) as runner:
            result = _result(runner, order, tree.root)
    sweep(environ)
    try:
        answer = read(_judged(result), heard)
    except GarbledOutput as problem:
        raise _NotRun(f"its answer can't be used: {problem}") from None
    if result.code and not answer.findings:
        raise _NotRun(_ended(result))
    return {id(fact): answer.said.get(number, ()) for number, fact in enumerate(heard)}


def _result(runner: Runner, order: ToolCall, root: str) -> Result:
    (result,) = runner.run((order,), root)
    return result


def _judged(result: Result) -> bytes:
    """The answer of a program that has judged: it ends with 0, or with 1 and findings. Raises _NotRun."""
    if result.why:
        raise _NotRun(f"its program {result.why}")
    if result.code not in (0, 1) or (result.code and not result.out.strip()):
        raise _NotRun(_ended(result))
    return result.out


def _ended(result: Result) -> str:
    """How a program ended that judged nothing, with the last line of its errors: a traceback's says what it is."""
    lines = result.err.decode("utf-8", "replace").strip().splitlines()
    last = lines[-1].strip()[:_REASON] if lines else ""
    return f"its program ended with exit code {result.code}" + (f": {last}" if last else "")


def _program(scene: OwnScene, mine: OwnRule, heard: list[Any], tree: Tree) -> tuple[str, ...]:
    """Lays out the files and the facts of a program; its command line."""
    import json

    git, words = scene.git, mine.run
    files = at_commit(git, mine.held, words) if mine.held else on_disk(scene.place.top, words)
    for path, file in files.items():
        tree.write(path, file.data, file.runs)
    data = ownfacts.document(mine, heard, scene.view, scene.at, scene.place)
    _feed(tree, json.dumps(data).encode("ascii"))
    if "/" not in words[0]:
        return (_found(words[0], scene.place.top), *words[1:])
    path = words[0].removeprefix("./")
    if os.path.isabs(path):
        if scene.place.top and within(os.path.dirname(path), scene.place.top):
            raise _NotRun(f"{path} lies in the work tree; write its path from the root of the repository")
        return words
    if path not in files:
        raise _NotRun(f"{path} isn't among the files of the branch that answers for it")
    if not files[path].runs:
        raise _NotRun(f"{path} isn't executable; to make it so: git update-index --chmod=+x {shell((path,))}")
    return (os.path.join(tree.root, path), *words[1:])


def _plugin(scene: OwnScene, mine: OwnRule, heard: list[Any], tree: Tree) -> tuple[str, ...]:
    """The same of an installed package, in a Python of its own beside ours."""
    from gitflowguard.app.own.carry import dump

    _feed(tree, dump((mine.name, mine.plugin, mine.reads, mine.needs, mine.moments), heard, scene.view))
    return (sys.executable, "-E", "-P", _HOST)


def _feed(tree: Tree, data: bytes) -> None:
    with open(os.path.join(tree.root, _FEED), "wb") as file:
        file.write(data)


def lacks_program(name: str, top: str) -> str:
    """Why a program can't be started by its name, "" where it is there."""
    try:
        _found(name, top)
    except _NotRun as problem:
        return str(problem)
    return ""


def _found(name: str, top: str) -> str:
    """The program beside our Python, else on PATH outside of the work tree: what lies in that isn't the user's choice.

    Raises _NotRun.
    """
    own = os.path.dirname(sys.executable)
    folders = (
        folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(folder)
    )
    for folder in (own, *(one for one in folders if not (top and within(one, top)))):
        program = os.path.join(folder, name)
        if os.path.isfile(program) and os.access(program, os.X_OK):
            return program
    raise _NotRun(f"there is no program {name} here")
