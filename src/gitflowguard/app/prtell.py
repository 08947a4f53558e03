"""Tells a verdict wherever it can be told: the job's summary and outputs, a check run or a status, one comment.

None of that changes the exit code. What the token may not do is left out and said in one line.
"""

from __future__ import annotations

import os
import uuid

from gitflowguard.app import prcomment
from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.model.checkname import FAMILY
from gitflowguard.model.names import is_object_id
from gitflowguard.model.record import Record
from gitflowguard.report import github, markdown, pullcheck, pullcomment
from gitflowguard.report.actionsfile import SUMMARY, entry, utf8

TYPE_CHECKING = False
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


class Telling(Record):
    """What is to be told.

    name: ``owner/name``. check: the name of the base's class (checkname.check_name). sha: the head that was judged.
    blind: whether a rule that would refuse could not be told. report_check: report a check run of this very name.
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


def annotations(report: Report, about: About, environ: Mapping[str, str]) -> str:
    """Workflow commands within GitHub's limits, the worst first; "" outside GitHub Actions. The runner reads both
    streams, so they belong on stderr where stdout is a report for programs.
    """
    return github.render(report, about) if _in_actions(environ) else ""


def tell(
    forge: PullForge | None, telling: Telling, environ: Mapping[str, str], about: About
) -> tuple[str, ...]:
    """Tells it everywhere. Returns what was told, and what was left out and why, one line each, not escaped.

    Raises nothing that a server, a token or a file could cause.
    """
    told: list[str] = []
    left: list[str] = []
    _files(telling, environ, about, told, left)
    actions = _in_actions(environ)
    if actions or telling.report_check or telling.comment:
        if forge is None:
            left.append("left out: check run, commit status and comment, for there is no token")
        else:
            _remote(forge, telling, environ, about, told, left)
    return (*((f"told in {', '.join(told)}",) if told else ()), *left)


def check_title(telling: Telling, environ: Mapping[str, str]) -> str:
    """The name of the check run or status: as asked; in GitHub Actions one beside the job's own, which has the check's
    name already, and of two checks of one name both are required; "" for none.
    """
    if telling.report_check or not _in_actions(environ):
        return telling.report_check
    return OURS + telling.check.removeprefix(FAMILY)


def _in_actions(environ: Mapping[str, str]) -> bool:
    return environ.get("GITHUB_ACTIONS") == "true"


def _files(
    telling: Telling, environ: Mapping[str, str], about: About, told: list[str], left: list[str]
) -> None:
    """The files that the runner hands us."""
    works: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
        ("GITHUB_STEP_SUMMARY", "the job's summary", lambda path: _summary(path, telling, about)),
        ("GITHUB_OUTPUT", "the step's outputs", lambda path: _outputs(path, telling)),
    )
    for variable, what, work in works:
        path = environ.get(variable, "")
        if not path:
            continue
        try:
            if work(path):
                told.append(what)
            else:
                left.append(f"left out: {what}, for there is no room left in it")
        except (OSError, ValueError) as problem:
            why = problem.strerror if isinstance(problem, OSError) else str(problem)
            left.append(f"left out: {what}, which cannot be written: {why}")


def _summary(path: str, telling: Telling, about: About) -> bool:
    """Adds the report to the summary, as much as a step's summary may hold; False if it is full."""
    room = SUMMARY - (os.path.getsize(path) if os.path.exists(path) else 0)
    if room < _LEAST:
        return False
    _append(path, markdown.render(telling.report, about, room, utf8))
    return True


def _outputs(path: str, telling: Telling) -> bool:
    report = telling.report
    values = {
        "verdict": pullcheck.verdict(report, telling.blind),
        "findings": str(len(report.violations)),
        "report": os.path.abspath(telling.report_path) if telling.report_path else "",
    }
    _append(path, "".join(entry(name, value, f"ghadelim_{uuid.uuid4()}") for name, value in values.items()))
    return True


def _append(path: str, text: str) -> None:
    with open(path, "a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)


def _remote(
    forge: PullForge,
    telling: Telling,
    environ: Mapping[str, str],
    about: About,
    told: list[str],
    left: list[str],
) -> None:
    """What is told on GitHub itself."""
    barred: list[str] = []
    title, sha = check_title(telling, environ), telling.sha
    if title and is_object_id(sha):
        draft, run = telling.pull.draft, _run(environ)
        made = pullcheck.check_run(
            title, sha, telling.report, about, telling.blind, draft, f"{run}-{uuid.uuid4()}"
        )
        state, says = pullcheck.status(telling.report, telling.blind, draft)
        if _tried("check run", "checks", lambda: forge.check(telling.name, made), barred, left):
            told.append(f"the check run {title}")
        elif _tried(
            "commit status",
            "statuses",
            lambda: forge.status(telling.name, sha, title, state, says),
            barred,
            left,
        ):
            told.append(f"the commit status {title}")
    wanted = _in_actions(environ) if telling.comment is None else telling.comment
    if wanted and telling.pull.number:
        _talk(forge, telling, environ, about, told, left, barred)
    if barred:
        left.append(f"left out, for this token may not: {', '.join(barred)}")


def _talk(
    forge: PullForge,
    telling: Telling,
    environ: Mapping[str, str],
    about: About,
    told: list[str],
    left: list[str],
    barred: list[str],
) -> None:
    """The comment."""
    say = bool(telling.report.violations) or telling.blind
    run, sha, pull = _run(environ), telling.sha, telling.pull
    body = (
        pullcomment.told(telling.report, about, pull, sha, run)
        if say
        else pullcomment.resolved(pull, sha, run)
    )
    talk = prcomment.Talk(telling.name, pull.number, sha, body, say, telling.comments)
    said: list[str] = []
    if _tried("comment", "pull-requests", lambda: said.append(prcomment.keep(forge, talk)), barred, left):
        if said[0].startswith(("a comment", "the comment,")) or said[0] == "the comment":
            told.append(said[0])
        elif said[0]:
            left.append(said[0])


def _tried(what: str, permission: str, work: Callable[[], None], barred: list[str], left: list[str]) -> bool:
    """Whether it went well; else why not goes into one of the two lists."""
    try:
        work()
        return True
    except ForgeError as problem:
        if problem.kind in _MAY_NOT:
            barred.append(f"{what} ({permission}: write)")
        else:
            maybe = "; it may have been told all the same" if problem.uncertain else ""
            left.append(f"left out: the {what}: {problem}{maybe}")
        return False


def _run(environ: Mapping[str, str]) -> int:
    """A number that grows from run to run of a repository; 0 outside GitHub Actions."""
    run, attempt = environ.get("GITHUB_RUN_ID", ""), environ.get("GITHUB_RUN_ATTEMPT", "")
    numbers = [
        int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0 for text in (run, attempt)
    ]
    return numbers[0] * 1000 + min(numbers[1], 999)
