"""Rules of a team's own in memory: tables that agree, a policy's mistakes, answers, facts there and back."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard import plugins
from gitflowguard.app.own import ask, carry, facts, times
from gitflowguard.app.own.answer import FINDINGS, read
from gitflowguard.model import ownrule
from gitflowguard.model.authorship import Authorship, EarlierAuthors, Identity
from gitflowguard.model.event import SkipError, parse_skip
from gitflowguard.model.facts import (
    Branch,
    Commit,
    Late,
    Merge,
    Origin,
    Refs,
    RefUpdate,
    Release,
    Stack,
    View,
)
from gitflowguard.model.finding import Finding, Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.moment import AT_CHECK, AT_MESSAGE, AT_PULL, AT_REBASE, MOMENTS, moment_of
from gitflowguard.app.policy.cache import POLICIES
from gitflowguard.cachefile import CacheFiles
from gitflowguard.model.ownrule import OwnRule, is_own
from gitflowguard.model.pull import Pull, Verdict
from gitflowguard.policy import form, ownrules
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.parse import parse
from gitflowguard.policy.presets import preset_flow
from gitflowguard.quality.adapter import GarbledOutput
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.quality.requirements import extras, installed_for, requirements
from gitflowguard.repo.git import Git, GitError, Place
from gitflowguard.repo.ruleprogram import MOST, at_commit, is_part, on_disk, paths_in
from gitflowguard.rules import registry
from gitflowguard.rules.own import NOT_ASKED, fact_class, rule_of
from tests.install.place import git, repository
from tests.policy.helpers import compiled
from tools import json_docs

RULE = OwnRule("x/issue-key", run=("python3", "tools/a.py"), needs=("message",))


class Yes(Late):
    """What was asked for late, and is so."""

    def __bool__(self) -> bool:
        return True


class NobodyBefore(EarlierAuthors):
    """A history without a commit."""

    def newest(self) -> tuple[Identity, ...]:
        return ()


SAMPLES: dict[str, Any] = {
    "branch": Branch(
        "feature/a", "1" * 40, Origin("2" * 40, ("develop",), 1), (Stack("feature/b", "3" * 40, 1),)
    ),
    "commit": Commit("feature/a", "1" * 40, ("2" * 40,), message="Add\n\nBody \udcff", adopts=Yes()),
    "identity": Authorship(
        "feature/a",
        Identity("A", "a@b.c"),
        Identity("B", "b@b.c"),
        Identity("B", "b@b.c"),
        earlier=NobodyBefore(),
    ),
    "merge": Merge("develop", ("feature/a",), "1" * 40),
    "push": RefUpdate("refs/heads/a", "refs/heads/a", "1" * 40, ""),
    "pull": Pull("develop", "feature/a", verdicts=(Verdict("ada", "approved"),)),
    "release": Release("release/1.0", "1.0", Unknown("no tags here")),
}


def flow_with(*rules: OwnRule) -> Flow:
    return preset_flow("gitflow")._replace(own=rules)


def view() -> View:
    return View(flow_with(RULE), Refs({"main": "1" * 40}, {("origin", "main"): "1" * 40}, {}, "main"))


def policy(text: str) -> Flow:
    return parse(text.encode(), ".gitflowguard.yaml", registry.NAMES, registry.CODES, tools=TOOLS).flow


def test_the_tables_agree() -> None:
    """What a policy may say, what we know, what is given and what is described are the same words."""
    assert set(get_args(form.Reads)) == set(ownrule.READS) == set(facts.FIELDS) == set(json_docs.OWN_FACTS)
    assert set(get_args(form.Need)) == set(ownrule.OWN_NEEDS) and set(get_args(form.At)) == set(
        ownrule.OWN_MOMENTS
    )
    assert set(ownrule.OWN_MOMENTS) <= {moment.name for moment in MOMENTS}
    for kind, name in ownrule.READS.items():
        assert ownrules._FAMILIES[kind] == registry.FACTS[name]
        assert fact_class(RULE._replace(reads=kind)).__name__ == name
        assert isinstance(SAMPLES[kind], fact_class(RULE._replace(reads=kind)))
        assert set(dict(facts.FIELDS[kind])) == set(json_docs.OWN_FACTS[kind])
    assert all(hasattr(plugins, name) for name in plugins.__all__)
    assert {one for one in ownrule.READS.values()} <= set(plugins.__all__)


def test_every_key_has_its_row_on_the_page() -> None:
    """docs/own-rules.md explains what stands under such a rule, and every word that may stand there."""
    page = (Path(__file__).parents[2] / "docs/own-rules.md").read_text("utf-8")
    for key in form.OwnRuleForm.__struct_fields__:
        assert f"\n| `{key}` |" in page
    for word in (*ownrule.READS, *ownrule.OWN_NEEDS, *ownrule.OWN_MOMENTS):
        assert f"`{word}`" in page


@pytest.mark.parametrize("kind", SAMPLES)
def test_facts_as_json_and_there_and_back(kind: str, tmp_path: Path) -> None:
    """A program's facts follow their schema; a package's are the same records again, ports aside."""
    place = Place(str(tmp_path), str(tmp_path), str(tmp_path))
    made = facts.document(RULE._replace(reads=kind), (SAMPLES[kind],), view(), moment_of(AT_CHECK), place)
    data = json.loads(json.dumps(made))
    jsonschema.validate(data, json_docs.schema("rule-facts", "", json_docs.RULE_FACTS))
    (row,) = data["facts"]
    assert all(row[name] is None for name in row["unknown"])
    words, (back,), seen = carry.load(carry.dump(("x/a", "b", 1), (SAMPLES[kind],), view()))
    called: dict[str, dict[str, Any]] = {"commit": {"adopts": True}, "identity": {"earlier": None}}
    wanted = SAMPLES[kind]._replace(**called.get(kind, {}))
    assert (words, back) == (("x/a", "b", 1), wanted)
    assert seen.flow == view().flow and seen.refs.heads == view().refs.heads


def test_a_host_of_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """gitflowguard was replaced between the two."""
    data = carry.dump((), (), view())
    monkeypatch.setattr(carry, "POLICIES", CacheFiles("policy of another version", POLICIES.most))
    with pytest.raises(ValueError, match="replaced meanwhile"):
        carry.load(data)


WRONG = {
    "rules: {x/a: error}": "a rule of your own needs run: [program, option] or plugin: package",
    "rules: {x/a: {}}": "write one of run: [program, option] and plugin: package",
    "rules: {x/a: {run: [a], plugin: b}}": "write one of run",
    "rules: {direct-commit: {run: [a]}}": "a rule of your own is called x/ and a word",
    "rules: {x/Big: {run: [a]}}": "a rule of your own is called x/",
    "rules: {x/a: {run: [-a]}}": "the first word is the program",
    "rules: {x/a: {plugin: 'a b'}}": "isn't the name of a package",
    "rules: {x/a: {run: [a], reads: pull, moments: [push]}}": "it can't run at push: that has no pull",
    "rules: {x/a: {run: [a], reads: pull, needs: [survey]}}": "it would never run: nothing has a pull with survey",
    "rules: {x/a: {run: [a], reads: comit}}": 'did you mean "commit"',
    "rules: {x/a: {run: [a], secnds: 3}}": 'unknown key "secnds" in rules.x/a; did you mean "seconds"?',
    "rules: {x/a: {run: python a.py}}": "rules.x/a.run must be a list",
    "rules: {x/a: 5}": "rules.x/a must be error",
    "rules: {x/a: {run: [a], package: acme}}": "isn't a package with its exact version",
    "rules: {x/a: {run: [a], seconds: 99}}": "must be at most 60",
    "rules: {x/a: {run: [a\u00ad]}}": "invisible character",
    "kinds: {feature: {rules: {x/a: error}}}": "a rule of your own needs run",
    "rules: {direct-comit: error}": 'did you mean "direct-commit"',
}


@pytest.mark.parametrize("text", WRONG)
def test_a_policy_s_mistake_is_named(text: str) -> None:
    """At its place, with what to write."""
    with pytest.raises(PolicyError) as caught:
        policy(text)
    assert WRONG[text] in str(caught.value) and "not a mapping" not in str(caught.value)


def test_a_policy_with_such_rules() -> None:
    """As written, compiled and back; too many words are too many; each rule is heard where it may speak."""
    flow = policy(
        "rules: {x/a: {run: [sh, a.sh], reads: merge, severity: warning}, x/b: {plugin: acme, reads: pull}}"
    )
    assert compiled(flow) == flow
    assert flow.severity("x/a", "error", "") == "warning" and flow.own[1].entry == (
        "rule",
        "x/b",
        "plugin",
        "acme",
    )
    names = {
        name: [row[0] for row in registry.speaking(flow, moment_of(name))] for name in (AT_PULL, AT_REBASE)
    }
    assert {"x/a", "x/b"} <= set(names[AT_PULL]) and not {"x/a", "x/b"} & set(names[AT_REBASE])
    assert registry.wanted(flow_with(RULE), moment_of(AT_MESSAGE), "message")
    with pytest.raises(PolicyError, match="too many|than"):
        policy("rules: {x/a: {run: [" + "a, " * 400 + "a]}}")


def test_a_job_installs_what_a_rule_names() -> None:
    """With its exact version; a rule that names none adds nothing."""
    flow = policy("rules: {x/a: {plugin: acme, package: acme==1.0}, x/b: {run: [b]}}")
    assert requirements(installed_for(flow)) == ("acme==1.0",) == extras(installed_for(flow))


def test_a_rule_that_nobody_asked_is_no_pass() -> None:
    """A place that makes a report without running programs gets a gap."""
    commit = SAMPLES["commit"]
    assert (
        list(rule_of(RULE).check(commit, view()))
        == [NOT_ASKED]
        == list(rule_of(RULE, {}).check(commit, view()))
    )
    assert list(rule_of(RULE, {id(commit): (Finding("x"),)}).check(commit, view())) == [Finding("x")]
    plugin = RULE._replace(run=(), plugin="acme", about="No Friday.", moments=("push",))
    assert "the package acme judges each commit at: push." in rule_of(plugin).doc
    anytime = rule_of(plugin._replace(moments=(), needs=("message", "clock"))).doc
    assert (
        "The policy names this rule: the package acme judges each commit, at every moment that has" in anytime
    )
    assert "Beside that it needs: message, clock." in anytime
    assert rule_of(plugin).headline == "No Friday" and "own" in rule_of(RULE).headline


@pytest.mark.parametrize("word", ["x/a", "x/issue-key-2"])
def test_names(word: str) -> None:
    """A skip takes such a name before the policy is read, and no other."""
    assert is_own(word) and parse_skip(f"{word}: why", (), ()) == {word: "why"}
    for wrong in ("x/", "x/A", "x/-a", "y/a", "x/a b", "xa", "x/a/b", "x/" + "a" * 51):
        assert not is_own(wrong)
        with pytest.raises(SkipError):
            parse_skip(f"{wrong}: why", (), ())


GARBLED = (
    b"", b"[]", b"{}", b"1", b"nul", b"\xff", b'{"findings": 1}', b'{"findings": [], "more": 1}',
    b'{"findings": [1]}', b'{"findings": [{"fact": 0}]}', b'{"findings": [{"message": "x"}]}',
    b'{"findings": [{"fact": true, "message": "x"}]}', b'{"findings": [{"fact": 1, "message": "x"}]}',
    b'{"findings": [{"fact": 0, "message": " "}]}', b'{"findings": [{"fact": 0, "message": "x", "severity": "bad"}]}',
    b'{"findings": [{"fact": 0, "message": "x", "path": "/etc"}]}',
    b'{"findings": [{"fact": 0, "message": "x", "path": "a/../b"}]}',
    b'{"findings": [{"fact": 0, "message": "x", "line": -1}]}',
    b'{"findings": [{"fact": 0, "message": "x", "commit": "HEAD"}]}',
    b'{"findings": [{"fact": 0, "message": "x", "fix": ["git push"]}]}',
    b'{"findings": [{"fact": 0, "message": "x", "fix": [[]]}]}', b'{"findings": [], "unknown": [{"fact": 0}]}',
    b" " * (1 << 20) + b"{}", b"[" * 100_000,
)  # fmt: skip


@pytest.mark.parametrize("data", GARBLED, ids=range(len(GARBLED)))
def test_an_answer_that_cannot_be_used(data: bytes) -> None:
    """It is no pass, and the reason is one line."""
    with pytest.raises(GarbledOutput) as caught:
        read(data, (SAMPLES["commit"],))
    assert str(caught.value) and "\n" not in str(caught.value)


@given(
    data=st.binary() | st.recursive(st.text() | st.integers() | st.none(), st.lists).map(repr).map(str.encode)
)
def test_any_bytes_are_an_answer_or_garbled(data: bytes) -> None:
    try:
        read(data, (SAMPLES["commit"],))
    except GarbledOutput:
        pass


def test_a_whole_answer() -> None:
    """The page's, and one with too many findings."""
    page = (Path(__file__).parents[2] / "docs/own-rules.md").read_text("utf-8")
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.S)]
    given_, answer = blocks
    jsonschema.validate(given_, json_docs.schema("rule-facts", "", json_docs.RULE_FACTS))
    jsonschema.validate(answer, json_docs.schema("rule-findings", "", json_docs.RULE_FINDINGS))
    commit = SAMPLES["commit"]
    found = read(json.dumps(answer).encode(), (commit,))
    finding, gap = found.said[0]
    assert isinstance(finding, Finding) and isinstance(gap, Unknown) and found.findings == 1
    assert (finding.ref, finding.path, finding.line, finding.advice) == ("feature/a", "src/login.py", 3, True)
    assert finding.mend == (("git", "commit", "--amend"),)
    many = {"findings": [{"fact": 0, "message": f"{'x' * 600} {number}."} for number in range(FINDINGS + 5)]}
    said = read(json.dumps(many).encode(), (commit,)).said[0]
    assert len(said) == FINDINGS + 1
    assert isinstance(said[-1], Finding) and said[-1].says == "5 more findings aren't shown"
    assert all(isinstance(one, Finding) and len(one.says) <= 501 for one in said)


def test_which_files_a_program_is_made_of(tmp_path: Path) -> None:
    """The folder of what is named, from a commit or the work tree; no link, and nothing of the rest."""
    assert paths_in(("python3", "./tools/a.py", "--x=lib/b", "/etc/x", "../y", "-c", "")) == (
        "python3", "tools/a.py", "lib/b",
    )  # fmt: skip
    assert (
        is_part("tools/b.py", RULE.run)
        and is_part("tools/deep/c", RULE.run)
        and not is_part("a.py", RULE.run)
    )
    folder = repository(tmp_path / "r")
    (folder / "tools/deep").mkdir(parents=True)
    for name in ("tools/a.py", "tools/deep/b.py", "alone.py", "other.py"):
        (folder / name).write_text(name)
    (folder / "tools/run").write_text("#!/bin/sh\n")
    (folder / "tools/run").chmod(0o755)
    (folder / "tools/link").symlink_to("/etc/passwd")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "more")
    here, head = Git(str(folder)), git(folder, "rev-parse", "HEAD")
    for words, names in (
        (RULE.run, {"tools/a.py", "tools/deep/b.py", "tools/run"}),
        (("x", "tools/deep"), {"tools/deep/b.py"}),
        (("x", "alone.py", "none.py", "none/x.py"), {"alone.py"}),
        (("x",), set()),
    ):
        there = at_commit(here, head, words)
        assert set(there) == names == set(on_disk(str(folder), words))
        assert [path for path, file in there.items() if file.runs] == [
            one for one in names if one == "tools/run"
        ]
    for number in range(MOST):
        (folder / f"tools/{number}").write_text(str(number))
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "many")
    with pytest.raises(GitError, match="more than"):
        at_commit(here, git(folder, "rev-parse", "HEAD"), RULE.run)
    with pytest.raises(GitError, match="too large"):
        on_disk(str(folder), RULE.run)


def test_times_are_bounded_and_survive_damage(tmp_path: Path) -> None:
    """A file of any content gives figures or none; it doesn't grow for ever."""
    place = Place(str(tmp_path), str(tmp_path), str(tmp_path))
    assert times.times(place) == ()
    times.note(place, "push", [("x/a", 0.1), ("x/a", 0.3), ("x/b", 2)])
    path = tmp_path / "gitflowguard/rule-times"
    with open(path, "ab") as file:
        file.write(b"half a\n\xff\xfe\npush x/a many\n")
    slow, quick = times.times(place)
    assert (slow.rule, slow.median, quick.runs, quick.last, quick.slowest) == ("x/b", 2000, 2, 300, 300)
    for _ in range(20):
        times.note(place, "push", [("x/a", 1.0)] * 500)
    assert path.stat().st_size < 2 * times.MOST
    path.unlink()
    path.mkdir()
    times.note(place, "push", [("x/a", 0.1)])
    assert times.times(place) == ()


def test_where_a_program_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside our Python, then on PATH: no relative folder, none in the work tree."""
    inside, outside = tmp_path / "work/bin", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir(parents=True)
        (folder / "acme-lint").write_text("#!/bin/sh\n")
        (folder / "acme-lint").chmod(0o755)
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("PATH", f"bin:{inside}:{outside}")
    assert ask._found("acme-lint", str(tmp_path / "work")) == str(outside / "acme-lint")
    monkeypatch.setenv("PATH", f"bin:{inside}")
    with pytest.raises(ask._NotRun, match="no program acme-lint"):
        ask._found("acme-lint", str(tmp_path / "work"))
    assert Path(ask._found("python", "")).parent == Path(sys.executable).parent
