"""The one comment on a pull request, and the hidden first line by which it is found again.

    <!-- gitflowguard comment run=12001 head=0f3c… state=9a8b… -->

run: grows from one run of the workflow to the next; head: the commit that was judged; state: of what is said, so that
the comment is edited only when there is something new.
"""

from __future__ import annotations

import hashlib

from gitflowguard.model.finding import Report
from gitflowguard.model.names import is_object_id, short
from gitflowguard.model.pull import Pull
from gitflowguard.model.record import Record
from gitflowguard.report import markdown
from gitflowguard.report.about import About
from gitflowguard.report.escape import code_span

_BEGIN, _END = "<!-- gitflowguard comment ", " -->"
RESOLVED = "resolved"
# GitHub takes 65,536 characters (danger/danger#424).
LIMIT = 60_000


class CommentMarker(Record):
    """What the hidden line says."""

    run: int
    head: str
    state: str


def marked(body: str) -> CommentMarker | None:
    """The hidden line of a comment's body, if it begins with one."""
    line = body.split("\n", 1)[0].rstrip("\r")
    if not (line.startswith(_BEGIN) and line.endswith(_END)):
        return None
    fields = dict(word.split("=", 1) for word in line[len(_BEGIN) : -len(_END)].split(" ") if "=" in word)
    run, head, state = fields.get("run", ""), fields.get("head", ""), fields.get("state", "")
    if not (run.isascii() and run.isdigit() and len(run) < 30 and state):
        return None
    return CommentMarker(int(run), head, state)


def body_of(report: Report, about: About, pull: Pull, sha: str, run: int) -> str:
    """The body that tells what was found."""
    said = markdown.render(report, about, LIMIT, intro=_which(pull))
    state = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return _hidden(run, sha, state) + said + f"\nThis has been so since commit {code_span(short(sha))}.\n"


def resolved(pull: Pull, sha: str, run: int) -> str:
    """The body once nothing is left of what was said."""
    text = (
        f"## gitflowguard: resolved\n{_which(pull)}\nNothing is left to fix, as of {code_span(short(sha))}.\n"
    )
    return _hidden(run, sha, RESOLVED) + text


def _which(pull: Pull) -> str:
    draft = " It is a draft, so nothing fails yet." if pull.draft else ""
    return f"\n{code_span(pull.head)} into {code_span(pull.about)}.{draft}\n"


def _hidden(run: int, sha: str, state: str) -> str:
    return f"{_BEGIN}run={run} head={sha if is_object_id(sha) else ''} state={state}{_END}\n"
