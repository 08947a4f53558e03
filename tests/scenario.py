"""The script language of the rule pages, and its two readers.

A history is told in plain lines ("branch feature/x from develop"). `Memory`
builds it as a graph of made-up ids, `Real` with git commands in a repository of
its own; both then answer the same questions, and a page must hold under both.
docs: CONTRIBUTING.md, "The script language".

What tools said of files needs no history: pages of the family `quality` list it in
``checks`` blocks, a line for each fact (`read_checks`). Nor does what GitHub refuses: pages of the
family `protection` tell it in ``guards`` blocks (`guardpages`). What a content is stands in the
``blobs`` blocks of the family `artefact` (`blobpages`). Pages of the family `model` tell what reports say in
``measures`` blocks (`measurepages`), and what a record says in ``records`` blocks (`recordpages`).

What the radar foresees hangs on what the files hold, and on git's own merge: a graph in
memory has neither. So histories of the family `conflict` are marked ``git-only``: they are
built by `Real` alone, and the radar itself is asked (`foreseen`).
"""

from __future__ import annotations

import hashlib
import re
import shlex
import subprocess
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from gitflowguard.app.radar.survey import RadarRequest, radar
from gitflowguard.engine import evaluate
from gitflowguard.model import lineage
from gitflowguard.model.adoption import Adoption, branch_id
from gitflowguard.model.authorship import Authorship, EarlierAuthors, Identity
from gitflowguard.model.authorship import read as read_identity
from gitflowguard.model.check import Check
from gitflowguard.model.collision import Collision
from gitflowguard.model.event import Event, parse
from gitflowguard.model.facts import Commit, Fact, Marker, Merge, Refs, RefUpdate, Repetition, View
from gitflowguard.model.finding import Argv, Finding, Report, Unknown
from gitflowguard.model.flow import Flow, IdentityPolicy, MessagePolicy
from gitflowguard.model.history import Cut
from gitflowguard.model.names import HEADS, is_null, shell
from gitflowguard.model.protection import Guard, Protection
from gitflowguard.model.pull import APPROVED, CHANGES, NOT_IN_GIT, Pull, Verdict
from gitflowguard.model.rule import Rule
from gitflowguard.model.source import is_robot
from gitflowguard.model.template import Template
from gitflowguard.policy.origins import of_preset, show
from gitflowguard.policy.presets import preset_flow
from gitflowguard.radar.facts import collisions
from gitflowguard.repo import authorship, gather, pushes
from gitflowguard.repo.git import Git
from gitflowguard.repo.read import GitHistory, read_refs
from gitflowguard.repo.state import read_state
from gitflowguard.report import words
from tests import basis, oracle
from tests.blobpages import judge_blobs
from tests.guardpages import judge_guards
from tests.measurepages import judge_measures
from tests.recordpages import judge_records

if TYPE_CHECKING:
    from gitflowguard.model.history import History

NOW = datetime.fromisoformat("2026-11-22T12:00:00+00:00")
NOT_WRITTEN = Unknown("the message is not written yet")

GRAMMAR: tuple[tuple[str, str], ...] = (
    (r"branch (\S+) from (\S+)", "branch"),
    (r"orphan (\S+)", "orphan"),
    (r"commit on (\S+) (\d+) days ago", "commit_old"),
    (r"commit on (\S+) adopting the policy", "adopt"),
    (r"commit on (\S+) by (.+ <.*>)", "commit_by"),
    (r"identity (.* <.*>)", "identity"),
    (r"author (.* <.*>)", "author"),
    (r"commit on (\S+)(?:: (.+))?", "commit"),
    (r"write (\S+) on (\S+): (.+)", "write"),
    (r"remove (\S+) on (\S+)", "remove"),
    (r"move (\S+) to (\S+) on (\S+)", "move"),
    (r"pick (\S+) onto (\S+)", "pick"),
    (r"squash (\S+) into (\S+)", "squash"),
    (r"amend (\S+)", "amend"),
    (r"merge (\S+) and (\S+) into (\S+)", "octopus"),
    (r"merge (\S+) into (\S+)", "merge"),
    (r"fast-forward (\S+) to (\S+)", "forward"),
    (r"tag (\S+) on (\S+)", "tag"),
    (r"publish (\S+)", "publish"),
    (r"others commit on (\S+)( unseen)?", "others"),
    (r"forget (\S+)", "forget"),
    (r"lose the reflog of (\S+)", "lose"),
    (r"clone shallow", "clone"),
    (r"start commit on (\S+)(?:: (.+))?", "start_commit"),
    (r"start merge (\S+) into (\S+)(?: leaving markers in (\S+))?", "start_merge"),
    (r"start squash (\S+) into (\S+)", "start_squash"),
    (r"start cherry-pick (\S+) on (\S+)(?: leaving markers in (\S+))?", "start_pick"),
    (r"start revert on (\S+)", "start_revert"),
    (r"start rebase (\S+) onto (\S+)( keeping merges)?", "start_rebase"),
    (r"push (\S+) to (\S+?)( by force)?", "push"),
    (r"delete (\S+) on origin", "delete"),
    (r"push as a mirror", "mirror"),
    (
        r"pull (\S+) into (\S+?)( from a fork)?(?: by (\S+))?( as a draft)?( changing the policy| breaking the policy)?"
        r"(?: changing how (\S+) checks)?( unmergeable)?"
        r"( on an old base)?(?: approved by (.+?))?(?: with changes requested by (\S+))?( unreviewed)?",
        "pull",
    ),
)


class Step(NamedTuple):
    """One line of a script, read: the reader's method and its words."""

    verb: str
    words: tuple[str, ...]


class Script(NamedTuple):
    """A whole history and the policy that it is judged by."""

    flow: Flow
    steps: tuple[Step, ...]
    run: tuple[str, ...] = ()  # a command for `radar --run`


def read_script(text: str) -> Script:
    """Reads the lines; ValueError names one that is not understood."""
    flow, steps = preset_flow("gitflow"), []
    run: tuple[str, ...] = ()
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("policy "):
            key, _, value = line[len("policy ") :].partition(": ")
            flow = amended(flow, key, value)
            continue
        if line.startswith("try "):
            run = tuple(shlex.split(line[len("try ") :]))
            continue
        for pattern, verb in GRAMMAR:
            found = re.fullmatch(pattern, line)
            if found:
                steps.append(Step(verb, tuple(unescaped(word or "") for word in found.groups())))
                break
        else:
            raise ValueError(f"the script language has no such line: {line}")
    return Script(flow, tuple(steps), run)


def amended(flow: Flow, key: str, value: str) -> Flow:
    """The flow with one line of policy changed: a rule's severity, a setting, or ``kind.field``."""
    first, dot, field = key.partition(".")
    sections: dict[str, Any] = {"message": MessagePolicy(), "identity": IdentityPolicy()}
    if first in sections and dot:
        was = getattr(sections[first], field)
        wish: Any = value
        if not isinstance(was, str):
            wish = value == "true" if isinstance(was, bool) else int(value) if isinstance(was, int) else None
            wish = tuple(value.split(", ")) if wish is None else wish
        return flow._replace(**{first: getattr(flow, first)._replace(**{field: wish})})
    if key == "radar.semantic":
        return flow._replace(semantic=value == "true")
    if first == "protection" and dot:  # protection.develop: up to date
        return flow._replace(protection=Protection(guards=(Guard(field, up_to_date=value == "up to date"),)))
    if dot:
        words = tuple(value.split(", "))
        new: Any = {"names": tuple(map(Template, words)), "parallel": value == "true"}.get(field, words)
        return flow._replace(
            kinds=tuple(k._replace(**{field: new}) if k.id == first else k for k in flow.kinds)
        )
    if key == "adoption":  # adoption: <day> <branch> …
        day, *there = value.split(" ")
        return flow._replace(adoption=Adoption(day, " ".join(map(branch_id, map(unescaped, there)))))
    if key in Flow._fields:
        known: Any = {"stale_days": lambda: int(value), "ticket": lambda: Template(value)}
        return flow._replace(**{key: known.get(key, lambda: value)()})
    return flow._replace(
        severities=(*flow.severities, (key, value)),
        exceptions=tuple(e for e in flow.exceptions if e[1] != key),
    )


def unescaped(word: str) -> str:
    r"""``\u0435`` as the letter, ``\xff`` as a byte that is not UTF-8."""
    word = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), word)
    return re.sub(r"\\x([89a-f][0-9a-f])", lambda m: chr(0xDC00 + int(m[1], 16)), word)


def escaped(text: str) -> str:
    """The same letters, written so that a page shows them."""
    return "".join(
        x if x.isascii() else f"\\x{ord(x) - 0xDC00:02x}" if 0xDC80 <= ord(x) < 0xDD00 else f"\\u{ord(x):04x}"
        for x in text
    )


class Reader(Protocol):
    """What both readers answer once the steps are done."""

    def refs(self) -> Refs: ...

    def history(self, refs: Refs) -> History: ...

    def pending(self, view: View) -> list[Fact]: ...

    def arriving(self, view: View, branch: str, new: str, old: str) -> list[Fact]: ...

    def updates(self, view: View) -> list[RefUpdate]: ...

    def authors(self, view: View, branch: str, own: dict[str, tuple[str, ...]]) -> list[Authorship]: ...

    def pulled(self, view: View) -> list[Pull]: ...

    def texts(self, shas: tuple[str, ...]) -> dict[str, str]: ...

    def idle(self, sha: str) -> int: ...

    def labels(self) -> dict[str, str]: ...


def collect(reader: Reader, flow: Flow) -> tuple[list[Fact], View]:
    """Every fact of the repository: branches, what a push would bring, what is under way, what is pushed."""
    refs = reader.refs()
    view, history = View(flow, refs), reader.history(refs)
    facts: list[Fact] = []
    for name in refs.branches():
        tip = refs.tips(name)[0]
        facts.append(lineage.branch(history, view, name, tip)._replace(idle_days=reader.idle(tip)))
        release = lineage.release(history, view, name, tip)
        if release is not None:
            facts.append(release)
        facts += _made(reader, view, history, name)
    return [*facts, *reader.pending(view), *reader.updates(view), *reader.pulled(view)], view


def _made(reader: Reader, view: View, history: History, name: str) -> list[Fact]:
    """The commits of a branch that the remote has not got, as the facts that a push would show."""
    refs = view.refs
    new, old = refs.heads.get(name, ""), refs.remotes.get(("origin", name), "")
    if not new or new == old or history.shallow:
        return []
    if view.flow.protected(name):
        found = reader.arriving(view, name, new, old)
        brought = [m for m in found if isinstance(m, Merge) and m.sha]
        for merge in brought:
            own = history.own(merge.tip, (merge.base, *((old,) if old else ())))
            texts = reader.texts(tuple(own))
            found += [
                Commit(
                    about=name,
                    sha=c,
                    parents=own[c],
                    operation="merged",
                    message=texts[c],
                    markers=(),
                    base=old,
                )
                for c in own
            ]
        there = tuple(refs.remotes.values())
        return [*found, *reader.authors(view, name, history.own(new, there) if old else {})]
    known = lineage.tips_of(refs, lineage.lines(view.flow, refs, name))
    own = history.own(new, known)
    texts = reader.texts(tuple(own))
    commits: list[Fact] = [
        Commit(
            about=name,
            sha=c,
            parents=own[c],
            operation="merge" if own[c][1:] else "commit",
            message=texts[c],
            markers=(),
        )
        for c in own
    ]
    return [*commits, *reader.authors(view, name, own)]


def judge(reader: Reader, flow: Flow, rule: Rule) -> Report:
    """What one rule says of the whole repository."""
    facts, view = collect(reader, flow)
    return evaluate((rule,), facts, view)


def foreseen(reader: Real, flow: Flow) -> tuple[tuple[Collision, ...], View]:
    """What the radar foresees in a real repository. A flow that is not the preset's lies there as a file."""
    if flow != preset_flow("gitflow"):
        (reader.top / ".gitflowguard.yaml").write_text(show(of_preset(flow)))
    seen = radar(RadarRequest(cached=False, run=reader.script.run), int(NOW.timestamp()), str(reader.top))
    assert seen.flow == flow, "the radar read another policy than the page has"
    return collisions(seen.radar), View(seen.flow, seen.refs)


def told(report: Report, labels: dict[str, str]) -> str:
    """The report as a page writes it: a line per finding, its commands below it; ids by their subjects."""
    lines: dict[str, None] = {}
    for violation in report.violations:
        mend = _commands(violation.finding.mend, labels)
        lines[f"{violation.code} {violation.severity}: {_sentence(violation.finding)}{mend}"] = None
    for skipped in report.skipped:
        mend = _commands(skipped.unknown.mend, labels)
        lines[f"{skipped.code} can't determine: {skipped.unknown.reason}{mend}"] = None
    return escaped("\n".join(lines) or "clean")


def _sentence(finding: Finding) -> str:
    """What it says; a tool's words with their place, which is half of what it says."""
    return words.located(finding) if finding.tool else finding.says


def _commands(mend: tuple[Argv, ...], labels: dict[str, str]) -> str:
    text = "".join(f"\n    {shell(argv)}" for argv in mend)
    return re.sub(r"\b[0-9a-f]{40}\b", lambda m: f"<{labels[m[0]]}>" if m[0] in labels else m[0], text)


def subject_of(source: tuple[str, ...], target: str, tags: dict[str, str]) -> str:
    """The subject that git gives a merge."""
    what = "tag" if source[0] in tags else "branch" if len(source) == 1 else "branches"
    return f"Merge {what} {' and '.join(repr(name) for name in source)} into {target}"


# What the reader of policies says of a misspelt preset; tests/e2e/test_policy_source.py has it from the command.
_BROKEN = (
    '{}:.gitflowguard.yaml:1:9: preset must be as-is, gitflow or ml, not "gitfow"; did you mean "gitflow"?'
)


def pull_of(words: tuple[str, ...], view: View, history: History) -> Pull:
    """A ``pull`` line as the fact, its graph read at this moment. ``owner:x`` among the approvals owns the files.

    ``stale:x`` approved an older head, ``reader:x`` may not write.
    """
    head, base, fork, author, draft, policy, tool, unmergeable, old, approved, asked, unread = words
    refs = view.refs
    base_sha = refs.remotes.get(("origin", base)) or next(iter(refs.tips(base)), "")
    head_sha = next(iter(refs.tips(head)), "")
    verdicts, owned = [], False
    for word in filter(None, approved.split(", ")):
        mark, _, who = word.rpartition(":")
        looked = "0" * 40 if mark == "stale" else head_sha
        verdicts.append(Verdict(who, APPROVED, looked, mark != "reader"))
        owned = owned or mark == "owner"
    if asked:
        verdicts.append(Verdict(asked, CHANGES, head_sha))
    kind = view.flow.kind_of(base)
    behind = len(history.own(base_sha, (head_sha,))) if base_sha and head_sha else 0
    return Pull(
        about=base, head=head, base_sha=base_sha, head_sha=head_sha, fork=bool(fork),
        draft=bool(draft), author=author or "ada",
        verdicts=NOT_IN_GIT if unread else tuple(verdicts),
        unowned=() if owned else ("pipeline.py",),
        mergeable=not (unmergeable and behind),
        moved=bool(old),
        behind=behind,
        up_to_date=kind is not None and view.flow.protection.guard(kind.id).up_to_date is True,
        policy=(".gitflowguard.yaml",) if policy else (),
        unreadable=_BROKEN.format(head) if policy == " breaking the policy" else "",
        settings=((f".{tool}", f"what {tool} reports"),) if tool else (),
        robot=is_robot(author),
    )  # fmt: skip


class Memory(EarlierAuthors):
    """The history as a graph in memory; it is its own `History`."""

    def __init__(self, script: Script) -> None:
        self.shallow = False
        self.commits: dict[str, tuple[str, ...]] = {}
        self.text: dict[str, str] = {}
        self.age: dict[str, int] = {}
        self.heads: dict[str, str] = {}
        self.remotes: dict[tuple[str, str], str] = {}
        self.tags: dict[str, str] = {}
        self.logs: dict[str, list[tuple[str, str]]] = {}
        self.head = "main"
        self.count = 0
        self.mine = Identity("Test Person", "test@example.invalid")
        self.writer: Identity | None = None
        self.who: dict[str, tuple[Identity, Identity]] = {}
        self.adopting: set[str] = set()
        self.started: dict[str, Any] = {}
        self.pushed: list[RefUpdate] = []
        self.unseen: dict[str, str] = {}
        self.pulls: list[tuple[str, ...]] = []
        self._put("main", self._new((), "start"), "commit (initial): start")
        self.branch("develop", "main")
        self._put("develop", self._new((self.heads["main"],), "plan"), "commit: plan")
        self.publish("main")
        self.publish("develop")
        for step in script.steps:
            getattr(self, step.verb)(*step.words)

    # -- building ------------------------------------------------------------------------------

    def _new(self, parents: tuple[str, ...], text: str, age: int = 0) -> str:
        sha = hashlib.sha1(f"{len(self.commits)} {text}".encode(), usedforsecurity=False).hexdigest()
        self.commits[sha], self.text[sha], self.age[sha] = parents, text, age
        self.who[sha] = (self.mine, self.mine)
        return sha

    def _put(self, branch: str, sha: str, moved: str) -> None:
        self.heads[branch] = sha
        self.logs.setdefault(branch, []).append((sha, moved))
        self.head = branch

    def _at(self, name: str) -> str:
        if name.startswith("origin/"):
            return self.remotes["origin", name[len("origin/") :]]
        return self.heads.get(name) or self.tags[name]

    def _next(self) -> str:
        self.count += 1
        return f"change {self.count}"

    def branch(self, name: str, start: str) -> None:
        self.heads[name] = self._at(start)
        self.logs[name] = [(self.heads[name], f"branch: Created from {start}")]

    def orphan(self, name: str) -> None:
        text = self._next()
        self._put(name, self._new((), text), f"commit (initial): {text}")

    def commit(self, branch: str, message: str = "", age: int = 0) -> None:
        text = message.replace("\\n", "\n") or self._next()
        self._put(branch, self._new((self.heads[branch],), text, age), f"commit: {text}")

    def commit_old(self, branch: str, days: str) -> None:
        self.commit(branch, "", int(days))

    def commit_by(self, branch: str, author: str) -> None:
        self.commit(branch)
        self.who[self.heads[branch]] = (read_identity(author), self.mine)

    def identity(self, who: str) -> None:
        self.mine = read_identity(who)

    def author(self, who: str) -> None:
        self.writer = read_identity(who)

    def newest(self) -> tuple[Identity, ...]:
        return tuple(dict.fromkeys(author for author, _ in reversed(self.who.values())))

    def authors(self, view: View, branch: str, own: dict[str, tuple[str, ...]]) -> list[Authorship]:
        groups: dict[tuple[Identity, Identity], list[str]] = {}
        for sha in own:
            groups.setdefault(self.who[sha], []).append(sha)
        return [
            Authorship(
                about=branch,
                author=author,
                committer=committer,
                mine=self.mine,
                shas=tuple(shas),
                base="".join(own[shas[-1]][:1]),
                earlier=self,
            )
            for (author, committer), shas in groups.items()
        ]

    def adopt(self, branch: str) -> None:
        self.commit(branch, "Adopt the policy")
        self.adopting.add(self.heads[branch])

    def write(self, path: str, branch: str, content: str) -> None:
        self.commit(branch)

    def remove(self, path: str, branch: str) -> None:
        self.commit(branch)

    def move(self, path: str, new: str, branch: str) -> None:
        self.commit(branch)

    def pick(self, source: str, branch: str) -> None:
        text = self.text[self._at(source)]
        self._put(branch, self._new((self.heads[branch],), text), f"cherry-pick: {text}")

    def squash(self, source: str, branch: str) -> None:
        self.commit(branch)

    def amend(self, branch: str) -> None:
        text = self._next()
        self._put(branch, self._new(self.commits[self.heads[branch]], text), f"commit (amend): {text}")

    def merge(self, *names: str) -> None:
        source, target = names[:-1], names[-1]
        parents = (self.heads[target], *map(self._at, source))
        made = self._new(parents, subject_of(source, target, self.tags))
        self._put(target, made, f"merge {' '.join(source)}: Merge made by the 'ort' strategy.")

    octopus = merge

    def forward(self, branch: str, source: str) -> None:
        self._put(branch, self._at(source), f"merge {source}: Fast-forward")

    def tag(self, name: str, branch: str) -> None:
        self.tags[name] = self._at(branch)

    def publish(self, branch: str) -> None:
        self.remotes["origin", branch] = self.heads[branch]

    def others(self, branch: str, unseen: str = "") -> None:
        made = self._new((self.remotes["origin", branch],), self._next())
        if unseen:
            self.unseen[branch] = made
        else:
            self.remotes["origin", branch] = made

    def forget(self, branch: str) -> None:
        del self.heads[branch], self.logs[branch]
        self.head = "develop" if self.head == branch else self.head

    def lose(self, branch: str) -> None:
        self.logs[branch] = []

    def clone(self) -> None:
        self.shallow = True
        self.heads = {name: sha for (_, name), sha in self.remotes.items()}
        self.logs, self.head = {}, "main"

    def _start(
        self, operation: str, branch: str, source: str = "", message: str = "", path: str = ""
    ) -> None:
        self.head = branch
        markers = (Marker(path, 1), Marker(path, 5)) if path else ()
        text: str | Unknown = message or NOT_WRITTEN
        self.started = {"operation": operation, "source": source, "message": text, "markers": markers}

    def start_commit(self, branch: str, message: str) -> None:
        self._start("commit", branch, message=message)

    def start_merge(self, source: str, branch: str, path: str) -> None:
        self._start("merge", branch, source, path=path)

    def start_squash(self, source: str, branch: str) -> None:
        self._start("squash", branch, source)

    def start_pick(self, source: str, branch: str, path: str) -> None:
        self._start("cherry-pick", branch, path=path)
        self.started["replay"] = Repetition((self._at(source),), self.text[self._at(source)])

    def start_revert(self, branch: str) -> None:
        self._start("revert", branch)
        tip = self.heads[branch]
        self.started["replay"] = Repetition((tip,), f'Revert "{self.text[tip]}"')

    def start_rebase(self, branch: str, onto: str, keeping: str) -> None:
        self.head = branch
        self.started = {"operation": "rebase", "onto": onto, "keeping": bool(keeping)}

    def push(self, source: str, target: str, force: str) -> None:
        new, old = self._at(self.head if source == "HEAD" else source), self.remotes.get(
            ("origin", target), ""
        )
        old = self.unseen.get(target, old)
        keeps = not old or old in self._reach((new,))
        seen = self.remotes.get(("origin", target), "")
        lost = self._reach((seen,)) - self._reach((new,)) if seen else set()
        rewrote = not keeps and any(sha in lost for sha, _ in self.logs.get(source, ()))
        local = "HEAD" if source == "HEAD" else f"refs/{'tags' if source in self.tags else 'heads'}/{source}"
        known = target not in self.unseen
        ref = HEADS + target
        self.pushed.append(
            RefUpdate(
                local=local,
                remote=ref,
                new=new,
                old=old,
                url="origin",
                keeps=keeps,
                known=known or keeps,
                rewrote=rewrote,
            )
        )

    def delete(self, branch: str) -> None:
        old = self.remotes["origin", branch]
        trunks = [
            sha for (_, name), sha in self.remotes.items() if name in ("main", "develop") and name != branch
        ]
        self.pushed.append(
            RefUpdate(
                local="",
                remote=HEADS + branch,
                new="",
                old=old,
                url="origin",
                keeps=True,
                merged=old in self._reach(trunks),
            )
        )

    def mirror(self) -> None:
        for (remote, name), sha in self.remotes.items():
            ref = f"refs/remotes/{remote}/{name}"
            self.pushed.append(RefUpdate(ref, ref, sha, ""))

    # -- History -------------------------------------------------------------------------------

    def _reach(self, tips: Any) -> set[str]:
        seen: set[str] = set()
        todo = list(tips)
        while todo:
            sha = todo.pop()
            if sha not in seen:
                seen.add(sha)
                todo += self.commits[sha]
        return seen

    def own(self, tip: str, known: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        left = self._reach((tip,)) - self._reach(known)
        return {sha: self.commits[sha] for sha in reversed(self.commits) if sha in left}

    def holders(self, commit: str, branches: tuple[str, ...]) -> tuple[str, ...]:
        refs = self.refs()
        return tuple(name for name in branches if commit in self._reach(refs.tips(name)))

    def cut(self, branch: str) -> Cut | None:
        first = next(iter(self.logs.get(branch, ())), ("", ""))
        base = first[1].removeprefix("branch: Created from ")
        if base == first[1] or base == f"origin/{branch}":
            return None
        return Cut(first[0], base if base in self.heads else "")

    def moves(self, branch: str) -> tuple[tuple[str, str], ...]:
        return tuple(reversed(self.logs.get(branch, ())))

    def subjects(self, commits: tuple[str, ...]) -> dict[str, str]:
        return {sha: self.text[sha].partition("\n")[0] for sha in commits}

    def continuing(self, commit: str, branches: tuple[str, ...]) -> tuple[str, ...]:
        refs = self.refs()
        return tuple(name for name in branches if any(commit in self._chain(tip) for tip in refs.tips(name)))

    def _chain(self, tip: str) -> list[str]:
        found = [tip]
        while self.commits[found[-1]]:
            found.append(self.commits[found[-1]][0])
        return found

    def merged_tags(self, tip: str) -> tuple[str, ...]:
        reach = self._reach((tip,))
        return tuple(tag for tag, sha in self.tags.items() if sha in reach)

    # -- Reader --------------------------------------------------------------------------------

    def refs(self) -> Refs:
        return Refs(dict(self.heads), dict(self.remotes), dict(self.tags), self.head)

    def history(self, refs: Refs) -> History:
        return self

    def pending(self, view: View) -> list[Fact]:
        if not self.started:
            return []
        if self.started["operation"] == "rebase":
            return self._rebased()
        operation, source = self.started["operation"], self.started["source"]
        branch, tip = self.head, self.heads[self.head]
        merged = (self._at(source),) if source else ()
        parents = (tip, *(merged if operation == "merge" else ()))
        facts: list[Fact] = [
            Commit(
                about=branch,
                sha="",
                parents=parents,
                operation=operation,
                message=self.started["message"],
                markers=self.started["markers"],
                adopts=False,
                base=tip,
                replay=self.started.get("replay", Repetition()),
            ),
            Authorship(branch, self.writer or self.mine, self.mine, self.mine, earlier=self),
        ]
        for sha in merged:
            name = source if operation == "merge" else ""
            merge = lineage.merge(self, view, branch, name, sha, tip)
            facts.append(merge._replace(squashed=operation == "squash"))
            if view.flow.protected(branch):
                own = self.own(sha, (tip,))
                facts += [
                    Commit(
                        about=branch,
                        sha=c,
                        parents=own[c],
                        operation="merged",
                        message=self.text[c],
                        markers=(),
                        adopts=False,
                        base=tip,
                    )
                    for c in own
                ]
        return facts

    def _rebased(self) -> list[Fact]:
        """The merges that the rebase would drop."""
        branch = self.head
        known = (self._at(self.started["onto"]), self.remotes["origin", branch])
        found = lineage.flattened(self, branch, self.heads[branch], known)
        return [found] if found is not None and not self.started["keeping"] else []

    def arriving(self, view: View, branch: str, new: str, old: str) -> list[Fact]:
        found = lineage.arrivals(self, view, branch, new, old)
        assert not isinstance(found, Unknown), "a deep clone is never shallow"
        return [f._replace(adopts=f.sha in self.adopting) if isinstance(f, Commit) else f for f in found]

    def updates(self, view: View) -> list[RefUpdate]:
        return self.pushed

    def pull(self, *words: str) -> None:
        self.pulls.append(words)

    def pulled(self, view: View) -> list[Pull]:
        return [pull_of(words, view, self) for words in self.pulls]

    def texts(self, shas: tuple[str, ...]) -> dict[str, str]:
        return {sha: self.text[sha] for sha in shas}

    def idle(self, sha: str) -> int:
        return self.age[sha]

    def labels(self) -> dict[str, str]:
        return {sha: text.partition("\n")[0] for sha, text in self.text.items()}


HOOKS = {
    "pre-push": '#!/bin/sh\ncat >> "$(git rev-parse --git-dir)/pushed"\nexit "${VETO:-0}"\n',
    "prepare-commit-msg": '#!/bin/sh\nexit "${VETO:-0}"\n',
}


class Real:
    """The same history, made by git commands below a directory of its own."""

    def __init__(self, script: Script, place: Path) -> None:
        self.script = script
        self.top = place / "work"
        self.origin = place / "origin.git"
        self.count = 0
        self.message: str | Unknown = NOT_WRITTEN
        self.under_way = False
        self.rebasing = ("", False)
        self.pulls: list[tuple[str, ...]] = []
        self.tags: dict[str, str] = {}
        self.ages: dict[str, int] = {}
        basis.copied(("scenario",), place, _build)
        for step in script.steps:
            getattr(self, step.verb)(*step.words)

    # -- building ------------------------------------------------------------------------------

    def git(self, *args: str, ok: bool = True, cwd: Path | None = None, **env: str) -> str:
        """Runs git in the work tree and returns what it printed."""
        return self.run(("git", *args), ok, cwd, **env)

    def run(self, argv: Argv, ok: bool = True, cwd: Path | None = None, **env: str) -> str:
        """Runs any command of a mend; a failure shows what was said."""
        done = subprocess.run(
            argv, cwd=cwd or self.top, env={**oracle.unrecorded(), **env}, capture_output=True, check=False
        )
        said = (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
        assert not ok or done.returncode == 0, f"{shell(argv)}\n{said}"
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def _next(self) -> str:
        self.count += 1
        return f"change {self.count}"

    def _stage(self, branch: str, path: str, content: str) -> None:
        if (self.top / ".git" / "HEAD").read_text().strip() != f"ref: {HEADS}{branch}":
            self.git("switch", "-q", branch)
        file = self.top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content.replace("\\n", "\n") + "\n")
        self.git("add", "--", path)

    def branch(self, name: str, start: str) -> None:
        made = f"branch: Created from {start}"
        self.git("update-ref", "--create-reflog", "-m", made, f"refs/heads/{name}", f"{start}^{{commit}}")

    def orphan(self, name: str) -> None:
        self.git("switch", "-q", "--orphan", name)
        self.git("commit", "-q", "--allow-empty", "-m", self._next())

    def commit(self, branch: str, message: str = "", date: str = "") -> None:
        text = message.replace("\\n", "\n") or self._next()
        file = hashlib.sha1(f"{branch}{text}".encode(), usedforsecurity=False).hexdigest()[:8]
        self._stage(branch, f"{file}.txt", text)
        self.git("commit", "-q", "-m", text, GIT_COMMITTER_DATE=date or NOW.isoformat())

    def commit_by(self, branch: str, author: str) -> None:
        text = self._next()
        self._stage(branch, f"{self.count}.txt", text)
        self.git("commit", "-q", "-m", text, f"--author={author}")

    def identity(self, who: str) -> None:
        named = read_identity(who)
        self.git("config", "user.name", named.name)
        self.git("config", "user.email", named.email)

    def author(self, who: str) -> None:
        self.git("config", "author.email", read_identity(who).email)

    def authors(self, view: View, branch: str, own: dict[str, tuple[str, ...]]) -> list[Authorship]:
        return authorship.made(self._scene(view).git, branch, own)

    def commit_old(self, branch: str, days: str) -> None:
        self.commit(branch, "", (NOW - timedelta(days=int(days))).isoformat())

    def adopt(self, branch: str) -> None:
        self._stage(branch, ".gitflowguard.yaml", "version: 1")
        self.git("commit", "-q", "-m", "Adopt the policy")

    def write(self, path: str, branch: str, content: str) -> None:
        self._stage(branch, path, content)
        self.git("commit", "-q", "-m", self._next())

    def remove(self, path: str, branch: str) -> None:
        self.git("switch", "-q", branch)
        self.git("rm", "-q", "--", path)
        self.git("commit", "-q", "-m", self._next())

    def move(self, path: str, new: str, branch: str) -> None:
        self.git("switch", "-q", branch)
        (self.top / new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", "--", path, new)
        self.git("commit", "-q", "-m", self._next())

    def pick(self, source: str, branch: str) -> None:
        self.git("switch", "-q", branch)
        self.git("cherry-pick", source)

    def squash(self, source: str, branch: str) -> None:
        self.git("switch", "-q", branch)
        self.git("merge", "-q", "--squash", source)
        self.git("commit", "-q", "-m", self._next())

    def amend(self, branch: str) -> None:
        self.git("switch", "-q", branch)
        self.git("commit", "-q", "--amend", "--allow-empty", "-m", self._next())

    def merge(self, *names: str) -> None:
        source, target = names[:-1], names[-1]
        self.git("switch", "-q", target)
        self.git("merge", "-q", "--no-ff", "-m", subject_of(source, target, self.tags), *source)

    octopus = merge

    def forward(self, branch: str, source: str) -> None:
        self.git("switch", "-q", branch)
        self.git("merge", "-q", "--ff-only", source)

    def tag(self, name: str, branch: str) -> None:
        self.git("tag", name, f"refs/heads/{branch}")
        self.tags[name] = ""

    def publish(self, branch: str) -> None:
        self.git("push", "-q", "--no-verify", "origin", f"refs/heads/{branch}:refs/heads/{branch}")

    def others(self, branch: str, unseen: str = "") -> None:
        tip = self.git("rev-parse", branch, cwd=self.origin)
        made = self.git("commit-tree", f"{tip}^{{tree}}", "-p", tip, "-m", self._next(), cwd=self.origin)
        self.git("update-ref", f"refs/heads/{branch}", made, cwd=self.origin)
        if not unseen:
            self.git("fetch", "-q", "origin")

    def forget(self, branch: str) -> None:
        if self.git("symbolic-ref", "--short", "HEAD") == branch:
            self.git("switch", "-q", "develop")
        self.git("branch", "-q", "-D", branch)

    def lose(self, branch: str) -> None:
        (self.top / ".git" / "logs" / "refs" / "heads" / branch).unlink()

    def clone(self) -> None:
        self.git("push", "-q", "--no-verify", "origin", "--tags")
        deep, self.top = self.top, self.top.with_name("shallow")
        source = f"file://{self.origin}"
        self.git(
            "clone", "-q", "--depth", "1", "--no-single-branch", "-b", "main", source, str(self.top), cwd=deep
        )
        for name in self.git("for-each-ref", "--format=%(refname:strip=3)", "refs/remotes/origin").split():
            if name not in ("HEAD", "main"):
                self.git("branch", "-q", name, f"origin/{name}")

    def start_commit(self, branch: str, message: str) -> None:
        self._stage(branch, "staged.txt", "staged")
        self.message, self.under_way = message or NOT_WRITTEN, True

    def start_merge(self, source: str, branch: str, path: str) -> None:
        self.git("switch", "-q", branch)
        subject = subject_of((source,), branch, {})
        self.git("merge", "-q", "--no-ff", "--no-commit", "-m", subject, source, ok=not path)
        self._leave(path)

    def start_squash(self, source: str, branch: str) -> None:
        self.git("switch", "-q", branch)
        self.git("merge", "-q", "--squash", source)
        self._leave("")

    def start_pick(self, source: str, branch: str, path: str) -> None:
        self.git("switch", "-q", branch)
        self.git("cherry-pick", source, ok=False, VETO="1")
        self._leave(path)

    def start_revert(self, branch: str) -> None:
        self.git("switch", "-q", branch)
        self.git("revert", "--no-commit", "HEAD")
        self._leave("")

    def start_rebase(self, branch: str, onto: str, keeping: str) -> None:
        self.git("switch", "-q", branch)
        self.rebasing = (onto, bool(keeping))

    def _rebased(self, view: View) -> list[Fact]:
        """What pre-rebase is shown; nobody rebases a branch that has all of the other."""
        onto, keeping = self.rebasing
        held = self.git("merge-base", onto, "HEAD") == self.git("rev-parse", onto)
        if held:
            return []
        found = gather.rebase(self._scene(view), Event("pre-rebase", (onto,)), keeping).facts
        return [fact for fact in found if isinstance(fact, Merge)]

    def _leave(self, path: str) -> None:
        """Adds a conflicted file as it is."""
        self.under_way = True
        if path:
            assert "<<<<<<<" in (self.top / path).read_text(), "the script makes no conflict"
            self.git("add", "--", path)

    def push(self, source: str, target: str, force: str) -> None:
        self._pushing(*(("--force",) if force else ()), "origin", f"{source}:refs/heads/{target}")

    def delete(self, branch: str) -> None:
        self._pushing("origin", "--delete", branch)

    def mirror(self) -> None:
        self._pushing("--mirror", "origin")

    def _pushing(self, *args: str) -> None:
        """A push that the hook notes and refuses."""
        self.pushes: list[tuple[str, ...]] = [*getattr(self, "pushes", ()), args]
        self.git("push", "-q", *args, ok=False, VETO="1")

    def again(self) -> None:
        """Forgets what was pushed and tries the script's pushes once more, as a person would."""
        self.note("").unlink(missing_ok=True)
        for args in getattr(self, "pushes", ()):
            self.git("push", "-q", *args, ok=False, VETO="1")

    def note(self, unused: str) -> Path:
        """Where the hook wrote down what was pushed."""
        return self.top / ".git" / "pushed"

    # -- Reader --------------------------------------------------------------------------------

    def refs(self) -> Refs:
        return read_refs(Git(str(self.top)))

    def _scene(self, view: View) -> gather.Scene:
        git = Git(str(self.top))
        place = git.place()
        return gather.Scene(git, place, GitHistory(git, place, view.refs), view, read_state(place))

    def history(self, refs: Refs) -> History:
        git = Git(str(self.top))
        return GitHistory(git, git.place(), refs)

    def pending(self, view: View) -> list[Fact]:
        if self.rebasing[0]:
            return self._rebased(view)
        if not self.under_way:
            return []
        scene = self._scene(view)
        staged = bool(self.git("diff", "--cached", "--name-only"))
        if not staged and scene.state.operation == "commit":
            return []
        found = gather.commit(scene, Event("pre-commit")).facts
        facts: list[Fact] = [f for f in found if isinstance(f, (Merge, Authorship))]
        for fact in found:
            if isinstance(fact, Commit):
                facts.append(fact if fact.sha else fact._replace(message=self.message))
        return facts

    def arriving(self, view: View, branch: str, new: str, old: str) -> list[Fact]:
        ref = HEADS + branch
        event = parse("pre-push", ("origin",), f"{ref} {new} {ref} {old or '0' * 40}\n".encode(), {})
        found = pushes.push(self._scene(view), event).facts
        return [f for f in found if isinstance(f, Commit | Merge)]

    def updates(self, view: View) -> list[RefUpdate]:
        note = self.note("")
        if not note.exists():
            return []
        event = parse("pre-push", ("origin",), note.read_bytes(), {})
        found = pushes.push(self._scene(view), event).facts
        return [f for f in found if isinstance(f, RefUpdate)]

    def pull(self, *words: str) -> None:
        self.pulls.append(words)

    def pulled(self, view: View) -> list[Pull]:
        return [pull_of(words, view, self.history(view.refs)) for words in self.pulls]

    def texts(self, shas: tuple[str, ...]) -> dict[str, str]:
        return {sha: text.strip("\n") for sha, text in Git(str(self.top)).messages(shas, whole=True).items()}

    def idle(self, sha: str) -> int:
        if sha not in self.ages:
            made = datetime.fromtimestamp(int(self.git("show", "-s", "--format=%ct", sha)), NOW.tzinfo)
            self.ages[sha] = (NOW - made).days
        return self.ages[sha]

    def labels(self) -> dict[str, str]:
        lines = self.git("log", "--all", "--reflog", "--format=%H %s").splitlines()
        lines += self.git("log", "--all", "--format=%H %s", cwd=self.origin).splitlines()
        pairs = [line.partition(" ") for line in lines]
        return {sha: subject for sha, _, subject in pairs if not is_null(sha)}


def _build(base: Path) -> None:
    """main with one commit, develop with one more, both on origin: the state that every script starts from."""
    work = base / "work"

    def git(*args: str) -> None:
        subprocess.run(("git", *args), cwd=work if work.exists() else base, check=True, capture_output=True)

    git("init", "-q", "--bare", "origin.git")
    git("init", "-q", "work")
    git("remote", "add", "origin", "../origin.git")
    lines = work / "lines.txt"
    lines.write_text("".join(f"{number}\n" for number in range(9)))
    git("add", "lines.txt")
    git("commit", "-q", "-m", "start")
    git("update-ref", "--create-reflog", "-m", "branch: Created from main", "refs/heads/develop", "main")
    git("switch", "-q", "develop")
    lines.write_text(lines.read_text().replace("8", "eight"))
    git("commit", "-q", "-a", "-m", "plan")
    git("push", "-q", "origin", "main", "develop")
    for name, text in HOOKS.items():
        hook = work / ".git" / "hooks" / name
        hook.write_text(text)
        hook.chmod(0o755)


class Case(NamedTuple):
    """One history of a page, or what tools said, and the report that it must give."""

    title: str
    script: str
    report: str
    memory_only: bool
    checks: bool = False
    git_only: bool = False
    guards: bool = False
    blobs: bool = False
    measures: bool = False
    records: bool = False


_KINDS = "history|checks|guards|blobs|measures|records"
_CASE = re.compile(
    rf"^## (?P<title>.+?)\n.*?^```(?P<kind>{_KINDS})(?P<only>[^\n]*)\n(?P<script>.*?)^```\n\s*"
    r"```report\n(?P<report>.*?)^```",
    re.M | re.S,
)
_CHECK = re.compile(
    r"(?P<tool>\S+) (?P<family>format|lint|security) (?P<path>[^\s:]+)(?::(?P<line>\d+))?(?::(?P<column>\d+))?"
    r"(?: (?P<code>[^\s:]+))??(?P<bar> advice| unchecked)?: (?P<says>.+)"
)


def read_page(text: str) -> tuple[Case, ...]:
    """The cases of a page: a heading, prose, a block of one of the kinds above, a ``report`` block."""
    found = _CASE.finditer(text)
    return tuple(
        Case(
            m["title"],
            m["script"],
            m["report"].rstrip("\n"),
            "memory-only" in m["only"],
            m["kind"] == "checks",
            "git-only" in m["only"],
            m["kind"] == "guards",
            m["kind"] == "blobs",
            m["kind"] == "measures",
            m["kind"] == "records",
        )
        for m in found
    )


def read_checks(text: str) -> tuple[Flow, list[Check]]:
    """What tools said, a line each: ``flake8 lint pipeline.py:3:1 F401: words``, without line and code if need be.

    ``advice`` before the colon: only told; ``unchecked``: the words say why. A line that begins with four
    spaces is a command that mends the last one, ``on X`` the branch of what follows, ``policy`` as in a history.
    """
    flow, branch = preset_flow("gitflow"), "feature/login"
    found: list[Check] = []
    for line in filter(str.strip, text.splitlines()):
        if line.startswith("    "):
            found[-1] = found[-1]._replace(mend=(*found[-1].mend, tuple(shlex.split(line))))
        elif line.startswith("policy "):
            key, _, value = line[len("policy ") :].partition(": ")
            flow = amended(flow, key, value)
        elif line.startswith("on "):
            branch = line[len("on ") :]
        else:
            found.append(_check(branch, unescaped(line)))
    return flow, [_could_not_look(one) if one.says.startswith(_UNCHECKED) else one for one in found]


# Marks a line that is turned into an Unknown once its commands are read.
_UNCHECKED = "\0"


def _check(branch: str, line: str) -> Check:
    """One line of a ``checks`` block; ValueError if it is none."""
    m = re.fullmatch(_CHECK, line)
    if m is None:
        raise ValueError(f"a checks block has no such line: {line}")
    mark = _UNCHECKED if m["bar"] == " unchecked" else ""
    return Check(
        about=branch,
        tool=m["tool"],
        family=m["family"],
        path=m["path"],
        code=m["code"] or "",
        says=mark + m["says"],
        line=int(m["line"] or 0),
        column=int(m["column"] or 0),
        advice=m["bar"] == " advice",
    )


def _could_not_look(said: Check) -> Check:
    """The fact as the tools' runner makes it: no words of the tool, but a reason."""
    reason = f"{said.path} was not checked: {said.says.removeprefix(_UNCHECKED)}"
    return said._replace(says="", mend=(), unchecked=Unknown(reason, said.mend))


def judge_checks(text: str, rule: Rule) -> str:
    """What one rule says of a ``checks`` block, as a page writes it."""
    flow, found = read_checks(text)
    return told(evaluate((rule,), found, View(flow, Refs({}, {}, {}))), {})


def accept(page: Path, rule: Rule) -> None:
    """Writes into the page what the memory reader, or the radar, says; read it aloud before you keep it."""

    def fresh(match: re.Match[str]) -> str:
        if match["kind"] == "checks":
            report = judge_checks(match["script"], rule)
        elif match["kind"] == "guards":
            report = told(judge_guards(match["script"], rule), {})
        elif match["kind"] == "blobs":
            report = told(judge_blobs(match["script"], rule), {})
        elif match["kind"] == "records":
            report = told(judge_records(match["script"], rule), {})
        elif match["kind"] == "measures":
            report = told(judge_measures(match["script"], rule), {})
        elif "git-only" in match["only"]:
            script = read_script(match["script"])
            with tempfile.TemporaryDirectory() as place:
                real = Real(script, Path(place) / "repo")
                facts, view = foreseen(real, script.flow)
                report = told(evaluate((rule,), facts, view), real.labels())
        else:
            script = read_script(match["script"])
            reader = Memory(script)
            report = told(judge(reader, script.flow, rule), reader.labels())
        return match[0][: match.start("report") - match.start()] + report + "\n```"

    page.write_text(_CASE.sub(fresh, page.read_text()))
