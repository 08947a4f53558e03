"""Tells a verdict wherever it can be reported: the job's summary and outputs, a check run or a status, one comment.

None of that changes the exit code. What the token may not do is left out and said in one line.
"""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING

from gitflowguard.app.pull import comment as prcomment
from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.model.checkname import FAMILY
from gitflowguard.model.names import is_object_id
from gitflowguard.model.record import Record
from gitflowguard.output import safe
from gitflowguard.report import github, markdown
from gitflowguard.report.escape import Escaped
from gitflowguard.report.pull import check as pullcheck
from gitflowguard.report.pull import comment as pullcomment
from gitflowguard.report.pull.actionsfile import SUMMARY, entry, utf8

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitflowguard.forge.pullport import PullForge
    from gitflowguard.model.finding import Report
    from gitflowguard.model.pull import Pull
    from gitflowguard.report.about import About

OURS = "gitflowguard"
# Kinds of refusal that are about the token or the repository, not about this moment.
_MAY_NOT = (errors.PERMISSION, errors.ABSENT, errors.SSO, errors.PLAN, errors.ARCHIVED, errors.CREDENTIALS)
_LEAST = 2000


class Delivery(Record):
    """What is to be reported.

    name: ``owner/name``. check: the name of the base's class (checkname.check_name). sha: the head that was judged.
    blind: whether a rule that would refuse couldn't be determined. report_check: report a check run of this very name.
    report_path: the report's file, "" for none. comment: whether a comment is wanted; None means in GitHub Actions.
    comments: how many comments the pull request had, None if unknown.
    """

    report: Report
    pull: Pull
    name: str
    check: str
    sha: str
    blind: bool = False
    report_check: str = ""
    report_path: str = ""
    comment: bool | None = None
    comments: int | None = None


def annotated(report: Report, about: About, environ: Mapping[str, str]) -> str:
    """Workflow commands within GitHub's limits, the worst first; "" outside GitHub Actions. The runner reads both
    streams, so they belong on stderr where stdout is a report for programs.
    """
    return github.render(report, about) if _in_actions(environ) else ""


def tell(
    forge: PullForge | None, telling: Delivery, environ: Mapping[str, str], about: About
) -> tuple[str, ...]:
    """Tells it everywhere. Returns what was reported, and what was left out and why, one line each, not escaped.

    Raises nothing that a server, a token or a file could cause.
    """
    teller = _Teller(telling, environ, about)
    teller.files()
    if _in_actions(environ) or telling.report_check or telling.comment:
        if forge is None:
            teller.left.append("left out: check run, commit status and comment, because there is no token")
        else:
            teller.check(forge)
            teller.talk(forge)
    return teller.lines()


def check_title(telling: Delivery, environ: Mapping[str, str]) -> str:
    """The name of the check run or status: as asked; in GitHub Actions one beside the job's own, which has the check's
    name already, and of two checks of one name both are required; "" for none.
    """
    if telling.report_check or not _in_actions(environ):
        return telling.report_check
    return OURS + telling.check.removeprefix(FAMILY)


class _Teller:
    """Goes from surface to surface. told: where it was reported. left: sentences about the rest. barred: what the token
    may not do, with the permission that it lacks.
    """

    def __init__(self, telling: Delivery, environ: Mapping[str, str], about: About) -> None:
        self._telling = telling
        self._environ = environ
        self._about = about
        self._run = _run(environ)
        self.told: list[str] = []
        self.left: list[str] = []
        self.barred: list[str] = []

    def lines(self) -> tuple[str, ...]:
        """What a person should know of it."""
        told = (f"reported in {', '.join(self.told)}",) if self.told else ()
        barred = (f"left out, because this token may not: {', '.join(self.barred)}",) if self.barred else ()
        return (*told, *self.left, *barred)

    def files(self) -> None:
        """The files that the runner hands us."""
        self._file("GITHUB_STEP_SUMMARY", "the job's summary", self._summary)
        self._file("GITHUB_OUTPUT", "the step's outputs", self._outputs)

    def _file(self, variable: str, what: str, work: Callable[[str], bool]) -> None:
        path = self._environ.get(variable, "")
        try:
            if path and work(path):
                self.told.append(what)
            elif path:
                self.left.append(f"left out: {what}, because there is no room left in it")
        except (OSError, ValueError) as problem:
            why = problem.strerror if isinstance(problem, OSError) else str(problem)
            self.left.append(f"left out: {what}, which cannot be written: {why}")

    def _summary(self, path: str) -> bool:
        """Adds the report to the summary, as much as a step's summary may hold; False if it is full."""
        room = SUMMARY - (os.path.getsize(path) if os.path.exists(path) else 0)
        if room < _LEAST:
            return False
        _append(path, markdown.render(self._telling.report, self._about, room, utf8))
        return True

    def _outputs(self, path: str) -> bool:
        report, file = self._telling.report, self._telling.report_path
        values = {
            "verdict": pullcheck.verdict(report, self._telling.blind),
            "findings": str(len(report.violations)),
            "report": os.path.abspath(file) if file else "",
        }
        _append(path, "".join(entry(name, text, f"ghadelim_{uuid.uuid4()}") for name, text in values.items()))
        return True

    def check(self, forge: PullForge) -> None:
        """A check run at the commit that was judged; where the token may make none, a commit status."""
        telling, title = self._telling, check_title(self._telling, self._environ)
        if not (title and is_object_id(telling.sha)):
            return
        report, blind, draft = telling.report, telling.blind, telling.pull.draft
        reference = f"{self._run}-{uuid.uuid4()}"
        run = pullcheck.check_run(title, telling.sha, report, self._about, blind, draft, reference)
        if self._tried("check run", "checks", lambda: forge.check(telling.name, run)):
            self.told.append(f"the check run {title}")
            return
        state, says = pullcheck.status(report, blind, draft)
        if self._tried(
            "commit status",
            "statuses",
            lambda: forge.status(telling.name, telling.sha, title, state, says),
        ):
            self.told.append(f"the commit status {title}")

    def talk(self, forge: PullForge) -> None:
        """The comment, where one is wanted."""
        telling, pull, sha = self._telling, self._telling.pull, self._telling.sha
        wanted = _in_actions(self._environ) if telling.comment is None else telling.comment
        if not (wanted and pull.number):
            return
        # Where a model was measured, its table is worth a comment whatever the verdict.
        say = bool(telling.report.violations or self._about.insert) or telling.blind
        if say:
            body = pullcomment.body_of(telling.report, self._about, pull, sha, self._run)
        else:
            body = pullcomment.resolved(pull, sha, self._run)
        talk = prcomment.Talk(
            name=telling.name, number=pull.number, sha=sha, body=body, say=say, comments=telling.comments
        )
        self._tried("comment", "pull-requests", lambda: self._kept(prcomment.keep(forge, talk)))

    def _kept(self, ended: prcomment.CommentResult) -> None:
        if ended.says:
            (self.told if ended.told else self.left).append(ended.says)

    def _tried(self, what: str, permission: str, work: Callable[[], None]) -> bool:
        """Whether it went well; if not, why is noted."""
        try:
            work()
            return True
        except ForgeError as problem:
            if problem.kind in _MAY_NOT:
                self.barred.append(f"{what} ({permission}: write)")
            else:
                maybe = "; it may have been reported anyway" if problem.uncertain else ""
                self.left.append(f"left out: the {what}: {problem}{maybe}")
            return False


def _in_actions(environ: Mapping[str, str]) -> bool:
    return environ.get("GITHUB_ACTIONS") == "true"


def _append(path: str, text: str) -> None:
    with open(path, "a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(safe(Escaped(text)))


def _run(environ: Mapping[str, str]) -> int:
    """A number that grows from run to run of a repository; 0 outside GitHub Actions."""
    texts = (environ.get("GITHUB_RUN_ID", ""), environ.get("GITHUB_RUN_ATTEMPT", ""))
    run, attempt = (
        int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0 for text in texts
    )
    return run * 1000 + min(attempt, 999)
