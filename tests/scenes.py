"""The breaking history of a rule's page, placed at each moment, and judged through what really starts there.

A page tells a state of a repository. `tries` lists how somebody comes to a moment from there: the commit that is
made next, the merge that was made, the push that follows. Each is tried in a copy, until the rule speaks.

Pages without a history (what tools, contents, reports, records or GitHub say) get a repository of their own, and what
reads those things at the moment answers what the page says (`tests/saidpages.py`).
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitflowguard import hookfront
from gitflowguard.app.gate.check import GateSelection, check_model
from gitflowguard.app.hooks import filling
from gitflowguard.app.hooks.check import check
from gitflowguard.app.protect.scope import judged as judge_protection
from gitflowguard.app.protect.scope import scope_of
from gitflowguard.app.provenance.place import open_model_repository
from gitflowguard.app.provenance.verify import verify
from gitflowguard.app.pull.judge import PullOptions
from gitflowguard.app.pull.judge import judge as judge_pull
from gitflowguard.app.radar.survey import RadarRequest, radar
from gitflowguard.app.radar.survey import judged as judge_radar
from gitflowguard.hook.payload import EventRequest
from gitflowguard.model.facts import View
from gitflowguard.model.finding import ERROR, Report, Unknown
from gitflowguard.model.moment import (
    AT_CHECK,
    AT_COMMIT,
    AT_CREATION,
    AT_FILES,
    AT_MERGE,
    AT_MESSAGE,
    AT_MODEL,
    AT_MOVE,
    AT_PREPARE,
    AT_PROTECT,
    AT_PULL,
    AT_PUSH,
    AT_RADAR,
    AT_REBASE,
    AT_SURVEY,
    AT_VERIFY,
    RADAR,
    Moment,
)
from gitflowguard.model.pull import Pull
from gitflowguard.model.rule import Rule
from gitflowguard.protection.plan import plan
from tests.saidpages import Setting, setting_of
from tests.scenario import NOW, Case, Real

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

NULL = "0" * 40
POLICY = ".gitflowguard.yaml"


class Try(NamedTuple):
    """How to come to the moment: git's commands, then the hook.

    staged: whether a new content is staged before it. pull: (head, base) that `pr check` is asked about.
    pushed: whether standard input names every branch that a push would move. onto: what a command compares with.
    """

    commands: tuple[tuple[str, ...], ...] = ()
    args: tuple[str, ...] = ()
    stdin: str = ""
    env: tuple[tuple[str, str], ...] = ()
    staged: bool = False
    message: str = "change"
    pushed: bool = False
    pull: tuple[str, str] | None = None
    onto: str = ""


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

    @property
    def own(self) -> list[str]:
        """The branches, those that are everywhere last."""
        return sorted(self.heads, key=lambda name: name in ("main", "develop"))

    @property
    def finished(self) -> tuple[tuple[str, ...], ...]:
        """The commands that end what is under way, as a person does who looks at nothing; () where nothing is."""
        if not self.reader.under_way:
            return ()
        said = self.reader.message
        text = ("--no-edit",) if isinstance(said, Unknown) else ("-m", said)
        return (("commit", "-q", "--no-verify", "--allow-empty", *text),)


def tries(at: Moment, reader: Real) -> Iterator[Try]:
    """What may bring the rule's fact to the moment, the likeliest first."""
    there = State(reader, _refs(reader.top, "refs/heads/"), _refs(reader.top, "refs/remotes/origin/"))
    return WAYS[at.name](there)


def _commits(there: State, args: tuple[str, ...] = ()) -> Iterator[Try]:
    yield Try(args=args)
    yield from (Try((("switch", "-q", name),), args, staged=True) for name in there.own)
    yield from (Try((("switch", "-q", name), ("reset", "-q", "--soft", "HEAD^")), args) for name in there.own)
    for target, name, start in _merges(there):
        back = (("switch", "-q", target), ("reset", "-q", "--hard", start))
        yield Try((*back, ("merge", "-q", "--no-ff", "--no-commit", name)), args)
        yield Try((*back, ("merge", "-q", "--squash", name)), args)


def _checks(there: State) -> Iterator[Try]:
    """What could be committed now, and what could be pushed: what is under way stays so, or is finished first."""
    yield Try()
    if there.finished:
        yield Try(there.finished)
    yield from (Try((("switch", "-q", name),)) for name in there.own)
    yield from _commits(there)


def _prepared(there: State) -> Iterator[Try]:
    return _commits(there, ("MESSAGE", "message"))


def _merging(there: State) -> Iterator[Try]:
    """git has merged into the index, and MERGE_HEAD isn't written yet."""
    for target, name, start in _merges(there):
        back = (("switch", "-q", target), ("reset", "-q", "--hard", start), ("read-tree", name))
        yield Try(back, env=((f"GITHEAD_{there.heads[name]}", name),), staged=True)


def _messages(there: State) -> Iterator[Try]:
    said = there.reader.message
    if there.reader.under_way and not isinstance(said, Unknown):
        yield Try((), ("MESSAGE",), message=said)
    for name in there.own:
        text = git(there.reader.top, "log", "-1", "--format=%B", there.heads[name])
        yield Try((("switch", "-q", name),), ("MESSAGE",), message=text)


def _pushes(there: State) -> Iterator[Try]:
    note = there.reader.note("")
    if note.exists():
        yield Try((), ("origin", "url"), note.read_text())
    yield Try(there.finished, ("origin", "url"), pushed=True)
    yield from (
        Try((*there.finished, ("switch", "-q", name)), ("origin", "url"), pushed=True) for name in there.own
    )


def _all_pushed(top: Path) -> str:
    """What git tells pre-push of every branch that isn't on origin as it is here."""
    remote = _refs(top, "refs/remotes/origin/")
    rows = [
        (f"refs/heads/{name}", sha, remote.get(name, NULL)) for name, sha in _refs(top, "refs/heads/").items()
    ]
    return "".join(f"{ref} {sha} {ref} {old}\n" for ref, sha, old in rows if sha != old)


def _rebases(there: State) -> Iterator[Try]:
    if there.reader.rebasing[0]:
        yield Try((), (there.reader.rebasing[0],))
    for name in there.own:
        yield from (Try((("switch", "-q", name),), (other,)) for other in there.heads if other != name)


def _creations(there: State) -> Iterator[Try]:
    for name in there.own:
        sha = there.heads[name]
        first = (
            ("switch", "-q", "--detach"),
            ("branch", "-q", "-D", name),
            ("switch", "-q", "-c", name, sha),
        )
        yield Try(first, (NULL, sha, "1"))


def _moves(there: State) -> Iterator[Try]:
    for name in there.own:
        sha, old, ref = there.heads[name], there.remote.get(name, NULL), f"refs/heads/{name}"
        back = ("branch", "-q", "-D", name) if old == NULL else ("update-ref", ref, old)
        away = ("switch", "-q", "--detach") if old == NULL else ("switch", "-q", name)
        yield Try((away, back), ("prepared",), f"{old} {sha} {ref}\n")
        yield Try((), ("prepared",), f"{sha} {NULL} {ref}\n")


def _pulls(there: State) -> Iterator[Try]:
    yield from (Try(there.finished, pull=(name, target)) for target, name, _ in _merges(there))
    shared = (*there.finished, ("push", "-q", "--no-verify", "origin", "--all"))
    yield from (Try(shared, pull=(name, target)) for target, name, _ in _merges(there))


def _files(there: State) -> Iterator[Try]:
    yield from (
        Try((("switch", "-q", name),), args=("pipeline.py",), staged=True)
        for name in there.own
        if there.heads
    )


def _models(there: State) -> Iterator[Try]:
    yield from (
        Try((("switch", "-q", name),), onto=onto) for name in there.own for onto in ("develop", "main")
    )


def _verified(there: State) -> Iterator[Try]:
    yield Try()


WAYS = {
    AT_COMMIT: _commits,
    AT_CHECK: _checks,
    AT_SURVEY: _checks,
    AT_PREPARE: _prepared,
    AT_MERGE: _merging,
    AT_MESSAGE: _messages,
    AT_PUSH: _pushes,
    AT_REBASE: _rebases,
    AT_CREATION: _creations,
    AT_MOVE: _moves,
    AT_PULL: _pulls,
    AT_FILES: _files,
    AT_RADAR: _verified,
    AT_MODEL: _models,
    AT_VERIFY: _verified,
}


def _merges(there: State) -> Iterator[tuple[str, str, str]]:
    """(target, branch, where the target stood before) of merges that could be made, or were."""
    heads = there.heads
    targets = sorted(
        heads, key=lambda name: ("develop", "main").index(name) if name in ("develop", "main") else 2
    )
    for target in targets:
        before = git(there.reader.top, "rev-parse", f"{target}^1")
        for start in dict.fromkeys((heads[target], there.remote.get(target, ""), before)):
            yield from ((target, name, start) for name in there.own if name != target and len(start) == 40)


class Stage:
    """The page's case, built once; each moment and each try gets a copy.

    Args:
        rule: the rule that has to speak, as an error.
        place: an empty directory.
    """

    def __init__(self, rule: Rule, case: Case, place: Path) -> None:
        self.rule, self.place, self.count = rule, place, 0
        self.setting: Setting = setting_of(case, rule.name, ERROR)
        self.reader = Real(self.setting.script, place / "base")
        self.reader.git("config", "core.excludesFile", "")
        with (self.reader.top / ".git/info/exclude").open("a") as file:
            file.write(f"{POLICY}\nMESSAGE\n")
        (self.reader.top / POLICY).write_text(self.setting.policy)

    def speaks(self, at: Moment, monkeypatch: pytest.MonkeyPatch) -> bool:
        """Whether the rule speaks at the moment, however one comes there from the page's case."""
        with monkeypatch.context() as here:
            self.setting.answer(here)
            if at.name == AT_PROTECT:
                return self._protected()
            if at.name == AT_PULL and self.reader.pulls:
                pulls = self.reader.pulled(View(self.setting.script.flow, self.reader.refs()))
                return any(self._pulled(pull, self._copy()) for pull in pulls)
            return any(self._tried(one, at, here) for one in tries(at, self.reader))

    def _copy(self) -> Path:
        """The work tree of a fresh copy."""
        self.count += 1
        again = self.place / f"try{self.count}"
        shutil.copytree(self.reader.top.parent, again, symlinks=True)
        return again / self.reader.top.name

    def _tried(self, one: Try, at: Moment, here: pytest.MonkeyPatch) -> bool:
        top = self._copy()
        for argv in one.commands:
            git(top, *argv)
        if one.staged:
            for path in self.setting.paths or ("pipeline.py",):
                (top / path).parent.mkdir(parents=True, exist_ok=True)
                (top / path).write_text("import os\n")
                git(top, "add", "--", path)
        if at.name == AT_MOVE:  # git holds it while a branch is deleted
            (top / ".git/packed-refs.lock").touch()
        (top / "MESSAGE").write_text(one.message + "\n")
        here.chdir(top)
        try:
            if one.pull is not None:
                name, base = one.pull
                heads, remote = _refs(top, "refs/heads/"), _refs(top, "refs/remotes/origin/")
                return self._pulled(Pull(base, name, remote.get(base, heads[base]), heads[name]), top)
            if at.stage:
                return self._hooked(one, at, top, here)
            return self._named(self._asked(one, at))
        finally:
            here.chdir(self.place)
            shutil.rmtree(top.parent)

    def _asked(self, one: Try, at: Moment) -> Report:
        """What the command of the moment reports."""
        if at.name in (AT_CHECK, AT_SURVEY):
            return check({}, at.name == AT_SURVEY, NOW.timestamp()).report
        if at.name == AT_RADAR:
            return judge_radar(
                radar(RadarRequest(cached=False, run=self.setting.script.run), int(NOW.timestamp()))
            )
        if at.name == AT_MODEL:
            return check_model(GateSelection(base=one.onto), {}).report
        assert at.name == AT_VERIFY, f"tests/scenes.py can't come to {at.name}; give it a way"
        return verify(open_model_repository(), self.setting.paths).report

    def _hooked(self, one: Try, at: Moment, top: Path, here: pytest.MonkeyPatch) -> bool:
        """Whether the hook names the rule, and blocks where the moment does."""
        stdin = _all_pushed(top) if one.pushed else one.stdin
        for name, value in (*one.env, ("GIT_INDEX_FILE", ".git/index"), ("GIT_EDITOR", ":")):
            here.setenv(name, value)
        here.setattr("gitflowguard.repo.caller.keeps_merges", lambda *_: False)  # no git above us
        started: list[tuple[str, ...]] = []
        here.setattr("gitflowguard.app.hooks.radar.start", lambda *words: started.append(words))
        code, said = _run((at.stage, *one.args), stdin, here)
        if started and RADAR in self.rule.needs:  # what a push reports of it was found behind an earlier push
            here.setattr(os, "nice", lambda _: 0)
            filling.fill(started[0])
            code, said = _run((at.stage, *one.args), stdin, here)
        if f"[{self.rule.code}]" not in said and f"can't determine: {self.rule.name}" not in said:
            return False
        assert f"error[{self.rule.code}]" not in said or bool(code) == at.blocks, (at.name, said)
        return True

    def _pulled(self, asked: Pull, top: Path) -> bool:
        """What `pr check` says of the pull request, and of the merge group that it would be in."""
        asked = asked._replace(base_sha=_adopted(top, asked.base_sha, self.setting.policy))
        git(top, "update-ref", f"refs/remotes/origin/{asked.about}", asked.base_sha)
        if asked.policy:
            both = _merged(top, asked.head_sha, asked.base_sha)
            more = "preset: gitfow\n" if asked.unreadable else "# more\n"
            asked = asked._replace(head_sha=_adopted(top, both, self.setting.policy + more))
        before = os.getcwd()
        os.chdir(top)
        try:
            requests = (EventRequest(asked), EventRequest(asked, group=True))
            wanted = PullOptions(reports=str(top))
            return any(self._named(judge_pull(one, {}, wanted).report) for one in requests)
        finally:
            os.chdir(before)

    def _protected(self) -> bool:
        """What `protect` says of a repository on GitHub that is as the page tells."""
        flow, live = self.setting.script.flow, self.setting.live
        assert live is not None
        scope = scope_of(None, flow)  # type: ignore[arg-type]  # what GitHub says is here already
        return self._named(judge_protection(scope, live, plan(scope.desired, live, flow.protection.level)))

    def _named(self, report: Report) -> bool:
        found = any(one.name == self.rule.name for one in report.violations)
        return found or any(one.name == self.rule.name for one in report.skipped)


def _run(argv: tuple[str, ...], stdin: str, here: pytest.MonkeyPatch) -> tuple[int, str]:
    """A hook in this process: its exit code, and what it printed."""
    said = io.StringIO()
    here.setattr(sys, "stderr", said)
    here.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
    return hookfront.main(list(argv)), said.getvalue()


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
