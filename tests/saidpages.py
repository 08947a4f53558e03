"""A case of a rule's page as a repository, and what answers there in place of tools, contents, reports and records.

A history is its own repository. A page of another kind says what somebody outside of the graph reports of a branch; so
it gets that branch, with the files that it names, and the one function that reads such things answers what the
page says. Whether a moment asks that function at all, and whether the rule is heard there, is what the tests find out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gitflowguard.app.gate.question import GateQuestion, GateResult
from gitflowguard.app.quality.asked import QualityResult
from gitflowguard.model.blob import Blob
from gitflowguard.model.check import Tool
from gitflowguard.model.facts import Fact, Refs, View
from gitflowguard.model.flow import Flow
from gitflowguard.model.measure import Measure
from gitflowguard.model.moment import TOOL_STAGES
from gitflowguard.model.protection import Live
from gitflowguard.model.provenance import Provenance
from gitflowguard.policy.origins import of_preset, show
from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.repo.blobs import NewContent
from gitflowguard.rules.registry import CODES, NAMES
from tests.blobpages import read_blobs
from tests.guardpages import linted, read_guards
from tests.measurepages import read_measures
from tests.recordpages import read_records
from tests.scenario import Case, Memory, Real, Script, amended, collect, foreseen, read_checks, read_script

if TYPE_CHECKING:
    import pytest

# What makes a policy ask for reports at all; the page says what they hold.
_MODEL = "model:\n  metrics: reports/metrics.json\n  gate: [{metric: accuracy, min: 0.5}]\n"


class Setting(NamedTuple):
    """script: the repository to build. policy: the text of the policy file, which means script.flow.

    answers: dotted name of what is replaced -> what takes its place. paths: of the files that the page speaks of.
    live: what GitHub says, None where that isn't the page's matter.
    """

    script: Script
    policy: str
    answers: Mapping[str, Callable[..., Any]] = {}
    paths: tuple[str, ...] = ()
    live: Live | None = None

    def answer(self, here: pytest.MonkeyPatch) -> None:
        """Puts the answers in the place of what reads the outside."""
        for name, answer in self.answers.items():
            here.setattr(name, answer)


def setting_of(case: Case, rule: str, severity: str) -> Setting:
    """The case under its page's policy, with this severity for the rule."""
    script = read_script("")
    if case.checks:
        flow, checks = read_checks(case.script)
        tools = flow._replace(tools=(Tool("flake8"),), quality=flow.quality._replace(stages=TOOL_STAGES))
        setting = Setting(_branched(tools, [one.about for one in checks]), "", _tools(checks))
    elif case.blobs:
        flow, blobs = read_blobs(case.script)
        made = _branched(flow, [one.about for one in blobs], [one.path for one in blobs])
        setting = Setting(
            made,
            "",
            {"gitflowguard.app.artefacts.read.read": _contents(blobs)},
            paths=tuple(one.path for one in blobs),
        )
    elif case.measures:
        flow, measures = read_measures(case.script)
        setting = Setting(_branched(flow, ["feature/login"]), _MODEL, _reports(measures))
    elif case.records:
        flow, records = read_records(case.script)
        known = {one.path: one for one in records}
        answers = _records(known)
        setting = Setting(script._replace(flow=flow), "", answers, tuple(known))
    elif case.guards:
        flow, live = read_guards(case.script)
        setting = Setting(script._replace(flow=flow), "", live=live)
    else:
        setting = Setting(read_script(case.script), "")
    flow = amended(setting.script.flow, rule, severity)
    policy = show(of_preset(flow)) + setting.policy
    read = parse(policy.encode(), "policy", NAMES, CODES, tools=TOOLS).flow
    meant = flow._replace(severities=read.severities)
    assert read._replace(model=()) == meant and dict(read.severities) == dict(flow.severities)
    return setting._replace(script=setting.script._replace(flow=read), policy=policy)


def _branched(flow: Flow, branches: Sequence[str], paths: Sequence[str] = ()) -> Script:
    """A repository with each branch that is named, and a commit of each file on it."""
    lines = []
    for name in dict.fromkeys(branches):
        lines += [f"branch {name} from develop"] if name not in ("main", "develop") else []
        lines += [f"commit on {name}", *(f"write {path} on {name}: {path}" for path in dict.fromkeys(paths))]
    return read_script("\n".join(lines))._replace(flow=flow)


def _tools(checks: Sequence[Any]) -> dict[str, Callable[..., Any]]:
    """The tools say what the page says of each file."""
    modules = ("hooks.quality", "hooks.files", "quality.look")
    return {f"gitflowguard.app.{one}.look": lambda *_: QualityResult(tuple(checks)) for one in modules}


def _contents(blobs: Sequence[Blob]) -> Callable[..., Any]:
    """New contents are what the page says of their paths; whose they are and where they came from is git's."""
    known = {one.path: one for one in blobs}

    def read(_git: object, _place: object, _flow: object, missed: Sequence[NewContent], where: Any) -> Any:
        found = [(known[one.path], one) for one in missed if one.path in known]
        about = where.about
        return tuple(blob._replace(about=about, oid=one.oid, commit=one.commit) for blob, one in found), []

    return read


def _records(known: Mapping[str, Provenance]) -> dict[str, Callable[..., Any]]:
    """The records beside artefacts are what the page says, in the work tree and in what a change brings."""
    return {
        "gitflowguard.app.provenance.verify._fact": lambda _shop, _lines, path: known[path],
        "gitflowguard.app.records.arriving.wanted": lambda *_: True,
        "gitflowguard.app.records.arriving.facts": lambda *_: tuple(known.values()),
    }


def _reports(measures: Sequence[Measure]) -> dict[str, Callable[..., Any]]:
    """The reports say what the page says, of the branch that the moment asks about."""

    def gather(_git: object, _flow: object, _demand: object, asked: GateQuestion) -> GateResult:
        return GateResult(tuple(one._replace(about=asked.about) for one in measures), judged=True)

    return {f"gitflowguard.app.gate.{one}.gather": gather for one in ("gather", "check")}


def facts_of(case: Case, place: Path) -> tuple[Sequence[Fact], View]:
    """The facts that the case tells, without a moment. place: where git builds a history that memory can't hold."""
    for told, read in ((case.checks, read_checks), (case.blobs, read_blobs), (case.measures, read_measures)):
        if told:
            flow, found = read(case.script)
            return found, View(flow, Refs({}, {}, {}))
    if case.records:
        flow, records = read_records(case.script)
        return records, View(flow, Refs({}, {}, {}))
    if case.guards:
        flow, live = read_guards(case.script)
        return linted(flow, live), View(flow, Refs({}, {}, {}))
    script = read_script(case.script)
    if case.git_only:
        return foreseen(Real(script, place / "real"), script.flow)
    return collect(Memory(script), script.flow)
