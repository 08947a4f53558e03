"""The breaking history of a rule's page, placed at each moment, and judged through what really starts there.

A page tells a state of a repository. `tries` lists how somebody comes to a moment from there: the commit that is
made next, the merge that was made, the push that follows. Each is tried in a copy, until the rule speaks.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitflowguard import hookfront
from gitflowguard.app.hooks.check import check
from gitflowguard.app.pull.judge import judge as judge_pull
from gitflowguard.app.quality.asked import QualityResult
from gitflowguard.engine import evaluate
from gitflowguard.hook.payload import EventRequest
from gitflowguard.model.check import Check, Tool
from gitflowguard.model.facts import View
from gitflowguard.model.finding import ERROR, Report
from gitflowguard.model.flow import Flow
from gitflowguard.model.moment import (
    AT_CHECK,
    AT_COMMIT,
    AT_CREATION,
    AT_FILES,
    AT_MERGE,
    AT_MESSAGE,
    AT_MOVE,
    AT_PREPARE,
    AT_PROTECT,
    AT_PULL,
    AT_PUSH,
    AT_RADAR,
    AT_REBASE,
    AT_SURVEY,
    TOOL_STAGES,
    Moment,
)
from gitflowguard.model.pull import Pull
from gitflowguard.model.rule import Rule
from gitflowguard.policy.origins import of_preset, show
from gitflowguard.rules import registry
from tests.guardpages import judge_guards
from tests.scenario import NOW, Case, Real, amended, foreseen, read_checks, read_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

NULL = "0" * 40
PLAIN = "branch feature/login from develop\ncommit on feature/login\n"
POLICY = ".gitflowguard.yaml"


class Try(NamedTuple):
    """How to come to the moment: git's commands, then the hook. staged: whether a new file is staged before it."""

    commands: tuple[tuple[str, ...], ...] = ()
    args: tuple[str, ...] = ()
    stdin: str = ""
    env: tuple[tuple[str, str], ...] = ()
    staged: bool = False
    message: str = "change"
    pull: tuple[str, str] | None = None


def git(top: Path, *args: str) -> str:
    """Runs git in a copy; "" where it fails, which leaves the next command to show it."""
    reader = Real.__new__(Real)
    reader.top = top
    return reader.git(*args, ok=False)


def _refs(top: Path, below: str) -> dict[str, str]:
    rows = git(top, "for-each-ref", "--format=%(refname) %(objectname)", below).splitlines()
    return {ref.removeprefix(below): sha for ref, sha in map(str.split, rows) if not ref.endswith("/HEAD")}


class State(NamedTuple):
    """What the page's history left. heads: here; remote: on origin, as this clone knows it."""

    reader: Real
    heads: dict[str, str]
    remote: dict[str, str]


def tries(at: Moment, reader: Real) -> Iterator[Try]:
    """What may bring the rule's fact to the moment, the likeliest first."""
    there = State(reader, _refs(reader.top, "refs/heads/"), _refs(reader.top, "refs/remotes/origin/"))
    return WAYS[at.name](there)


def _commits(there: State, args: tuple[str, ...] = ()) -> Iterator[Try]:
    yield Try(args=args)
    yield from (Try((("switch", "-q", name),), args, staged=True) for name in there.heads)
    for target, name, start in _merges(there):
        back = (("switch", "-q", target), ("reset", "-q", "--hard", start))
        yield Try((*back, ("merge", "-q", "--no-ff", "--no-commit", name)), args)
        yield Try((*back, ("merge", "-q", "--squash", name)), args)


def _prepared(there: State) -> Iterator[Try]:
    return _commits(there, ("MESSAGE", "message"))


def _merging(there: State) -> Iterator[Try]:
    for target, name, start in _merges(there):
        back = (("switch", "-q", target), ("reset", "-q", "--hard", start))
        yield Try(back, env=((f"GITHEAD_{there.heads[name]}", name),), staged=True)


def _messages(there: State) -> Iterator[Try]:
    for name, sha in there.heads.items():
        text = git(there.reader.top, "log", "-1", "--format=%B", sha)
        yield Try((("switch", "-q", name),), ("MESSAGE",), message=text)


def _pushes(there: State) -> Iterator[Try]:
    note = there.reader.note("")
    rows = [(f"refs/heads/{name}", sha, there.remote.get(name, NULL)) for name, sha in there.heads.items()]
    every = "".join(f"{ref} {sha} {ref} {old}\n" for ref, sha, old in rows if sha != old)
    for stdin in filter(None, (note.read_text() if note.exists() else "", every)):
        yield Try((), ("origin", "url"), stdin)
        yield from (Try((("switch", "-q", name),), ("origin", "url"), stdin) for name in there.heads)


def _rebases(there: State) -> Iterator[Try]:
    if there.reader.rebasing[0]:
        yield Try((), (there.reader.rebasing[0],))
    for name in there.heads:
        yield from (Try((("switch", "-q", name),), (other,)) for other in there.heads if other != name)


def _creations(there: State) -> Iterator[Try]:
    for name, sha in there.heads.items():
        first = (
            ("switch", "-q", "--detach"),
            ("branch", "-q", "-D", name),
            ("switch", "-q", "-c", name, sha),
        )
        yield Try(first, (NULL, sha, "1"))


def _moves(there: State) -> Iterator[Try]:
    for name, sha in there.heads.items():
        old, ref = there.remote.get(name, NULL), f"refs/heads/{name}"
        back = ("branch", "-q", "-D", name) if old == NULL else ("update-ref", ref, old)
        away = ("switch", "-q", "--detach") if old == NULL else ("switch", "-q", name)
        yield Try((away, back), ("prepared",), f"{old} {sha} {ref}\n")
        yield Try((), ("prepared",), f"{sha} {NULL} {ref}\n")


def _pulls(there: State) -> Iterator[Try]:
    yield from (Try(pull=(name, target)) for target, name, _ in _merges(there))
    shared = (("push", "-q", "--no-verify", "origin", "--all"),)
    yield from (Try(shared, pull=(name, target)) for target, name, _ in _merges(there))


def _files(there: State) -> Iterator[Try]:
    yield Try(args=("pipeline.py",), staged=True)


WAYS = {
    AT_COMMIT: _commits,
    AT_CHECK: _commits,
    AT_SURVEY: _commits,
    AT_PREPARE: _prepared,
    AT_MERGE: _merging,
    AT_MESSAGE: _messages,
    AT_PUSH: _pushes,
    AT_REBASE: _rebases,
    AT_CREATION: _creations,
    AT_MOVE: _moves,
    AT_PULL: _pulls,
    AT_FILES: _files,
}


def _merges(there: State) -> Iterator[tuple[str, str, str]]:
    """(target, branch, where the target stood before) of merges that could be made, or were."""
    heads = there.heads
    for target in sorted(heads, key=lambda name: name not in ("main", "develop")):
        before = git(there.reader.top, "rev-parse", f"{target}^1")
        for start in dict.fromkeys((heads[target], there.remote.get(target, ""), before)):
            yield from ((target, name, start) for name in heads if name != target and len(start) == 40)


def speaks(rule: Rule, case: Case, at: Moment, place: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the rule speaks of the page's history at the moment, as an error."""
    if at.name == AT_PROTECT:
        return _named(judge_guards(case.script, rule), rule)
    flow, said = read_checks(case.script) if case.checks else (read_script(case.script).flow, [])
    flow = amended(flow, rule.name, ERROR)
    if case.checks:
        flow = flow._replace(tools=(Tool("flake8"),), quality=flow.quality._replace(stages=TOOL_STAGES))
        _tools_say(monkeypatch, tuple(one._replace(about="feature/login") for one in said))
    base = place / "base"
    script = read_script(PLAIN if case.checks else case.script)._replace(flow=flow)
    reader = Real(script, base)
    if at.name == AT_RADAR:
        facts, view = foreseen(reader, flow)
        return _named(evaluate(registry.active(flow, at, ("conflict",)), facts, view), rule)
    reader.git("config", "core.excludesFile", "")
    with (reader.top / ".git/info/exclude").open("a") as file:
        file.write(f"{POLICY}\nMESSAGE\n")
    (reader.top / POLICY).write_text(show(of_preset(flow)))
    if at.name == AT_PULL and reader.pulls:
        return any(_pull(rule, reader, pull) for pull in reader.pulled(View(flow, reader.refs())))
    for number, one in enumerate(tries(at, reader)):
        again = place / f"try{number}"
        shutil.copytree(base, again, symlinks=True)
        if _tried(one, rule, at, again / reader.top.name, flow, monkeypatch):
            return True
        shutil.rmtree(again)
    return False


def _tools_say(monkeypatch: pytest.MonkeyPatch, said: tuple[Check, ...]) -> None:
    """The tools say what the page says of each file."""
    for module in ("hooks.quality", "hooks.files", "quality.look"):
        monkeypatch.setattr(f"gitflowguard.app.{module}.look", lambda *_: QualityResult(said))


def _tried(one: Try, rule: Rule, at: Moment, top: Path, flow: Flow, monkeypatch: pytest.MonkeyPatch) -> bool:
    for argv in one.commands:
        git(top, *argv)
    if one.staged:
        (top / "pipeline.py").write_text("import os\n")
        git(top, "add", "pipeline.py")
    if at.name == AT_MOVE:  # git holds it while a branch is deleted
        (top / ".git/packed-refs.lock").touch()
    (top / "MESSAGE").write_text(one.message + "\n")
    with monkeypatch.context() as here:
        here.chdir(top)
        if at.name in (AT_CHECK, AT_SURVEY):
            return _named(check({}, at.name == AT_SURVEY, NOW.timestamp()).report, rule)
        if one.pull is not None:
            reader = Real.__new__(Real)
            reader.top, reader.rebasing = top, ("", False)
            refs = _refs(top, "refs/heads/")
            name, base = one.pull
            asked = Pull(base, name, _refs(top, "refs/remotes/origin/").get(base, refs[base]), refs[name])
            return _pull(rule, reader, asked)
        return _hooked(one, rule, at, here)


def _hooked(one: Try, rule: Rule, at: Moment, here: pytest.MonkeyPatch) -> bool:
    """Whether the hook names the rule, and blocks where the moment does."""
    for name, value in (*one.env, ("GIT_INDEX_FILE", ".git/index"), ("GIT_EDITOR", ":")):
        here.setenv(name, value)
    here.setattr("gitflowguard.repo.caller.keeps_merges", lambda *_: False)  # no git above us
    said = io.StringIO()
    here.setattr(sys, "stderr", said)
    here.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(one.stdin.encode())))
    code = hookfront.main([at.stage, *one.args])
    if f"[{rule.code}]" not in said.getvalue() and f"can't determine: {rule.name}" not in said.getvalue():
        return False
    assert f"error[{rule.code}]" not in said.getvalue() or bool(code) == at.blocks, (at.name, said.getvalue())
    return True


def _pull(rule: Rule, reader: Real, asked: Pull) -> bool:
    """What `pr check` says of the pull request, and of the merge group that it would be in."""
    policy = (reader.top / POLICY).read_text()
    with_policy = asked._replace(base_sha=_adopted(reader.top, asked.base_sha, policy))
    git(reader.top, "update-ref", f"refs/remotes/origin/{asked.about}", with_policy.base_sha)
    if asked.policy:
        changed = _adopted(
            reader.top, _merged(reader.top, asked.head_sha, with_policy.base_sha), policy + "# more\n"
        )
        with_policy = with_policy._replace(head_sha=changed)
    before = os.getcwd()
    os.chdir(reader.top)
    try:
        requests = (EventRequest(with_policy), EventRequest(with_policy, group=True))
        return any(_named(judge_pull(one, {}).report, rule) for one in requests)
    finally:
        os.chdir(before)


def _adopted(top: Path, parent: str, policy: str) -> str:
    """A commit on top of another one that holds the policy, made without a work tree."""
    (top / "POLICY").write_text(policy)
    blob = git(top, "hash-object", "-w", "POLICY")
    reader = Real.__new__(Real)
    reader.top = top
    index = str(top / ".git/other")
    reader.git("read-tree", parent, GIT_INDEX_FILE=index)
    reader.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{POLICY}", GIT_INDEX_FILE=index)
    return git(
        top,
        "commit-tree",
        reader.git("write-tree", GIT_INDEX_FILE=index),
        "-p",
        parent,
        "-m",
        "Adopt the policy",
    )


def _merged(top: Path, head: str, base: str) -> str:
    """A merge of the base into the head."""
    return git(top, "commit-tree", f"{base}^{{tree}}", "-p", head, "-p", base, "-m", "Merge branch 'develop'")


def _named(report: Report, rule: Rule) -> bool:
    found = any(one.name == rule.name for one in report.violations)
    return found or any(one.name == rule.name for one in report.skipped)
