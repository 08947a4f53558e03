"""The ``guards`` blocks of the rule pages: what GitHub says of a repository, told as what differs from the policy.

It starts with everything as the policy wants it, every required check seen, and a CODEOWNERS. Then, a line each:

| line | what it does |
|---|---|
| `policy: {kinds: …}` | a line of the policy file; `policy protection: …` too |
| `without gitflow: main` | GitHub does not have this ruleset |
| `gitflow: main without deletion` | nor this rule of it |
| `gitflow: main with required_linear_history` | somebody put this rule into it |
| `gitflow: main pull_request required_approving_review_count = 1` | a parameter, as JSON |
| `gitflow: main bypass role:admin`, `gitflow: main hidden bypass`, `gitflow: main disabled` | |
| `ruleset theirs on refs/heads/main: required_linear_history` | a ruleset of others |
| `setting allow_merge_commit = false` | |
| `classic main: {…}` | classic protection, as JSON |
| `silent #7 into develop`, `silent #7 into develop: [skip ci]`, `hidden silent: why` | open pulls without a report |
| `unseen gitflow (main)`, `seen build by jenkins`, `unseen everything` | checks |
| `no CODEOWNERS`, `CODEOWNERS line 3: Unknown owner` | |
| `writers ada (admin), ben`, `no writers`, `hidden people: why` | who has write access; three people without it |
| `CODEOWNERS: * @ada` | the file's text |
| `upstream changed`, `upstream never had it`, `upstream unchanged` | the policy that is extended |
| `upstream hidden: why` | likewise |
| `no rulesets`, `hidden rulesets: why`, `hidden checks: why`, `hidden CODEOWNERS: why`, `hidden settings: why` | |
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from gitflowguard.engine import evaluate
from gitflowguard.model.facts import Refs, View
from gitflowguard.model.finding import Report, Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.extends import PolicyLock, Upstream
from gitflowguard.model.guarded import LOCKED, Guarded
from gitflowguard.model.protection import (
    PLAN_LACKS,
    Actor,
    Classic,
    Clause,
    Live,
    Owners,
    People,
    Person,
    Repository,
    RequiredCheck,
    Ruleset,
    SilentPull,
)
from gitflowguard.model.rule import Rule
from gitflowguard.policy.extends import digest
from gitflowguard.policy.news import news
from gitflowguard.policy.parse import parse
from gitflowguard.protection.compile import compile_flow
from gitflowguard.protection.lint import lint
from gitflowguard.protection.plan import plan
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.rules.registry import CODES, NAMES

NAME = "acme/web"
# What `gitflowguard init` finds on most repositories on the day that they are made.
SETTINGS = {
    "default_branch": "main",
    "allow_merge_commit": True,
    "allow_squash_merge": True,
    "allow_rebase_merge": True,
    "delete_branch_on_merge": False,
    "allow_auto_merge": False,
}


def applied(flow: Flow) -> Live:
    """What GitHub says once everything is as the policy wants it."""
    desired = compile_flow(flow)
    rulesets = tuple(one._replace(id=n, source=NAME) for n, one in enumerate(desired.rulesets, 1))
    rows = [
        row
        for one in rulesets
        for clause in one.clauses
        for row in clause.parameters.get("required_status_checks", ())
    ]
    return Live(
        repository=Repository(
            name=NAME,
            id=7,
            organisation=True,
            private=False,
            archived=False,
            default_branch="main",
            settings={**SETTINGS, **dict(desired.settings)},
            admin=True,
        ),
        rulesets=rulesets,
        classic=(),
        checks=tuple(RequiredCheck(row["context"], row.get("app", "")) for row in rows),
        owners=Owners(".github/CODEOWNERS", (), "* @acme/everybody\n"),
        branches=("main", "develop"),
        silent=(),
        people=People((Person("ada", "admin"), Person("ben"), Person("cleo"))),
    )


def read_guards(text: str) -> tuple[Flow, Live]:
    """The policy and what GitHub says; ValueError names a line that is not understood."""
    lines = [line for line in text.splitlines() if line.strip()]
    policy = "\n".join(re.sub("^policy:? ", "", line) for line in lines if line.startswith("policy"))
    flow = parse((policy or "preset: gitflow").encode(), "policy", NAMES, CODES, tools=TOOLS).flow
    live = applied(flow)
    for line in lines:
        if not line.startswith("policy"):
            live = _told(live, line)
    return flow, live


def _told(live: Live, line: str) -> Live:
    for pattern, change in GRAMMAR:
        found = re.fullmatch(pattern, line)
        if found:
            return change(live, *found.groups())
    raise ValueError(f"a guards block has no such line: {line}")


def _each(live: Live, name: str, change: Callable[[Ruleset], Ruleset]) -> Live:
    assert not isinstance(live.rulesets, Unknown)
    assert name in {one.name for one in live.rulesets}, f"there is no ruleset {name}"
    return live._replace(rulesets=tuple(change(o) if o.name == name else o for o in live.rulesets))


def _without(live: Live, name: str) -> Live:
    _each(live, name, lambda one: one)
    assert not isinstance(live.rulesets, Unknown)
    return live._replace(rulesets=tuple(one for one in live.rulesets if one.name != name))


def _drop(live: Live, name: str, kind: str) -> Live:
    return _each(live, name, lambda o: o._replace(clauses=tuple(c for c in o.clauses if c.type != kind)))


def _add(live: Live, name: str, kind: str) -> Live:
    return _each(live, name, lambda one: one._replace(clauses=(*one.clauses, Clause(kind))))


def _set(live: Live, name: str, kind: str, key: str, value: str) -> Live:
    def change(clause: Clause) -> Clause:
        same = clause.type == kind
        return Clause(kind, {**clause.parameters, key: json.loads(value)}) if same else clause

    return _each(live, name, lambda one: one._replace(clauses=tuple(map(change, one.clauses))))


def _setting(live: Live, key: str, value: Any) -> Live:
    settings = {**live.repository.settings, key: json.loads(value)}
    return live._replace(repository=live.repository._replace(settings=settings))


def _hidden_settings(live: Live, reason: str) -> Live:
    hidden: dict[str, Any] = {key: Unknown(reason) for key in SETTINGS}
    return live._replace(repository=live.repository._replace(settings=hidden))


def _theirs(live: Live, name: str, ref: str, kind: str) -> Live:
    assert not isinstance(live.rulesets, Unknown)
    one = Ruleset(name, "branch", (ref,), (), (Clause(kind),), id=99, source="acme")
    return live._replace(rulesets=(*live.rulesets, one))


def _classic(live: Live, branch: str, document: str) -> Live:
    assert not isinstance(live.classic, Unknown)
    return live._replace(classic=(*live.classic, Classic(branch, json.loads(document))))


def _seen(live: Live, context: str, app: str | None) -> Live:
    assert not isinstance(live.checks, Unknown)
    return live._replace(checks=(*live.checks, RequiredCheck(context, app or "")))


def _silent(live: Live, number: str, base: str, word: str | None) -> Live:
    assert not isinstance(live.silent, Unknown)
    return live._replace(silent=(*live.silent, SilentPull(int(number), base, word or "")))


def _unseen(live: Live, context: str) -> Live:
    assert not isinstance(live.checks, Unknown)
    kept = tuple(c for c in live.checks if context != "everything" and c.context != context)
    return live._replace(checks=kept)


def _writers(live: Live, words: str) -> Live:
    found = []
    for word in words.split(", "):
        login, _, role = word.partition(" (")
        found.append(Person(login, role.rstrip(")") or "write"))
    return live._replace(people=People(tuple(found)))


def _theirs_asks(live: Live, name: str, ref: str, kind: str, parameters: str) -> Live:
    one = Ruleset(name, "branch", (ref,), (), (Clause(kind, json.loads(parameters)),), id=98, source="acme")
    assert not isinstance(live.rulesets, Unknown)
    return live._replace(rulesets=(*live.rulesets, one))


LOCK = PolicyLock(
    Upstream("acme/policies", "v2"),
    "https://github.com",
    "0123456" + "0" * 33,
    digest(b"preset: ml\n"),
    b"preset: ml\n",
)


def _extended(live: Live, then: str, now: str) -> Live:
    found = news(LOCK, then.encode(), "89abcde" + "0" * 33, now.encode())
    return live._replace(extended=(found,) if found is not None else ())


def _not_seen(live: Live, why: str) -> Live:
    return live._replace(extended=(Guarded("the policy", LOCKED, unknown=Unknown(why)),))


def _owner_error(live: Live, line: str, says: str) -> Live:
    return live._replace(owners=Owners(".github/CODEOWNERS", ((int(line), says),)))


_NAME = r"(gitflow: .+?)"
GRAMMAR: tuple[tuple[str, Callable[..., Live]], ...] = (
    (r"without (gitflow: .+)", _without),
    (_NAME + r" without (\w+)", _drop),
    (_NAME + r" with (\w+)", _add),
    (_NAME + r" bypass (\S+)", lambda v, n, who: _each(v, n, lambda o: o._replace(bypass=(Actor(who),)))),
    (
        _NAME + " hidden bypass",
        lambda v, n: _each(v, n, lambda o: o._replace(bypass=Unknown("no right to see it"))),
    ),
    (_NAME + " disabled", lambda v, n: _each(v, n, lambda o: o._replace(enforcement="disabled"))),
    (_NAME + r" (pull_request|required_status_checks) (\w+) = (.+)", _set),
    (r"ruleset (\S+) on (\S+): (\w+)", _theirs),
    (r"ruleset (\S+) on (\S+): (pull_request|merge_queue) (\{.*\})", _theirs_asks),
    (
        r"ruleset (\S+) bypass (\S+)",
        lambda v, n, who: _each(v, n, lambda o: o._replace(bypass=(Actor(who),))),
    ),
    (
        r"ruleset (\S+) hidden bypass",
        lambda v, n: _each(v, n, lambda o: o._replace(bypass=Unknown("no right"))),
    ),
    (r"writers (.+)", _writers),
    (r"no writers", lambda v: v._replace(people=People(()))),
    (r"hidden people: (.+)", lambda v, why: v._replace(people=Unknown(why))),
    (r"CODEOWNERS: (.+)", lambda v, text: v._replace(owners=Owners(".github/CODEOWNERS", (), text))),
    (r"setting (\w+) = (.+)", _setting),
    (r"classic (\S+): (.+)", _classic),
    (r"seen (.+?)(?: by (\S+))?", _seen),
    (r"unseen (.+)", _unseen),
    (r"silent #(\d+) into ([^ :]+)(?:: (.+))?", _silent),
    (r"hidden silent: (.+)", lambda v, why: v._replace(silent=Unknown(why))),
    (r"no CODEOWNERS", lambda v: v._replace(owners=Owners(""))),
    (r"CODEOWNERS line (\d+): (.+)", _owner_error),
    (r"upstream changed", lambda v: _extended(v, "preset: ml\n", "preset: gitflow\n")),
    (r"upstream never had it", lambda v: _extended(v, "preset: gitflow\n", "preset: gitflow\n")),
    (r"upstream unchanged", lambda v: _extended(v, "preset: ml\r\n", "preset: ml\n")),
    (r"upstream hidden: (.+)", _not_seen),
    (r"no rulesets", lambda v: v._replace(rulesets=Unknown(PLAN_LACKS + "rulesets"))),
    (r"hidden rulesets: (.+)", lambda v, why: v._replace(rulesets=Unknown(why))),
    (r"hidden checks: (.+)", lambda v, why: v._replace(checks=Unknown(why))),
    (r"hidden CODEOWNERS: (.+)", lambda v, why: v._replace(owners=Unknown(why))),
    (r"hidden settings: (.+)", _hidden_settings),
)


def judge_guards(text: str, rule: Rule) -> Report:
    """What one rule says of a ``guards`` block."""
    flow, live = read_guards(text)
    return evaluate((rule,), linted(flow, live), View(flow, Refs({}, {}, {})))


def linted(flow: Flow, live: Live) -> tuple[Guarded, ...]:
    """All facts of a repository."""
    desired = compile_flow(flow)
    return lint(flow, desired, live, plan(desired, live, flow.protection.level))
