"""What a hook prints: the one table of moment × state. docs/hooks.md shows it.

A legal day prints nothing. A hook interrupts somebody who is doing something else,
so it speaks only where it blocks, where something is wrong that can still be fixed
cheaply, or where a check that should have run did not. What is only good to know is
left to `check`, `status`, `doctor` and `pr check`, which people start when they want to read.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, WARNING
from gitflowguard.model.moment import CLOCK, COLUMNS, FLATTENED, MOMENTS, PROOF, SHARED, SURVEY
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.finding import Report, Skipped

NOTHING = "nothing"
LINE = "one line"
WARN = "warning"
BLOCK = "block"

# States. Beside these there are the severities, and the needs of rules that few moments offer.
UNSURE_BLOCK = "unsure-block"
UNSURE_WARN = "unsure-warn"
SKIPPED = "skip"
REPLAY = "replay"
DETACHED = "detached"
ADOPTED = "adopted"
UNNAMED = "unnamed-merge"
PARTIAL = "partial-push"
FALLBACK = "other-policy"
TWO_POLICIES = "two-policies"
BARE = "bare"
NO_TOOLS = "tools-not-run"
REPAIRED = "message-repaired"


class SpeechRow(Record):
    """One row.

    id: a constant above, a severity, or a need (model.moment.NEEDS): what its rules find.
    says: the state in words, for the docs.
    at: what is printed at each moment, in the order of model.moment.COLUMNS.
    """

    id: str
    says: str
    at: tuple[str, ...]


class RunNote(Record):
    """A sentence about the run itself, and the state that it belongs to."""

    state: str
    says: str


TABLE = (
    SpeechRow(ERROR, "a rule with severity error finds something", (BLOCK, BLOCK, BLOCK, WARN, BLOCK)),
    SpeechRow(WARNING, "a rule with severity warning finds something", (WARN, WARN, WARN, WARN, WARN)),
    # Nobody can rename such a branch without closing its pull request (docs.github.com, "Renaming a branch"), so a
    # commit on it says nothing.
    SpeechRow(
        ADOPTED,
        "a branch from before adoption doesn't fit the policy",
        (NOTHING, WARN, NOTHING, NOTHING, NOTHING),
    ),
    SpeechRow(
        SHARED,
        "a release or hotfix reaches production and not develop yet",
        (NOTHING, WARN, NOTHING, NOTHING, NOTHING),
    ),
    SpeechRow(
        FLATTENED,
        "a rebase would flatten a merge that isn't pushed yet",
        (NOTHING, NOTHING, BLOCK, NOTHING, NOTHING),
    ),
    SpeechRow(CLOCK, "a branch is idle", (NOTHING,) * 5),
    SpeechRow(SURVEY, "a merged branch is still there", (NOTHING,) * 5),
    SpeechRow(
        UNSURE_BLOCK,
        "a rule with severity error can't determine its result",
        (NOTHING, LINE, NOTHING, NOTHING, NOTHING),
    ),
    SpeechRow(UNSURE_WARN, "a rule with severity warning can't determine its result", (NOTHING,) * 5),
    SpeechRow(PROOF, "a file couldn't be checked", (BLOCK, BLOCK, NOTHING, NOTHING, NOTHING)),
    SpeechRow(SKIPPED, "`GITFLOWGUARD_SKIP` skips a finding", (LINE, LINE, LINE, LINE, LINE)),
    SpeechRow(REPLAY, "a commit is replayed by rebase or am", (NOTHING,) * 5),
    SpeechRow(DETACHED, "HEAD is detached", (NOTHING,) * 5),
    SpeechRow(UNNAMED, "git doesn't say yet what is merged", (NOTHING,) * 5),
    SpeechRow(PARTIAL, "a hook framework passes on only part of a push", (NOTHING,) * 5),
    SpeechRow(
        FALLBACK,
        "the remote's policy can't be read, so the one before it is used",
        (NOTHING, LINE, NOTHING, NOTHING, NOTHING),
    ),
    SpeechRow(
        TWO_POLICIES,
        "the branch that holds the policy holds two, so the first is used",
        (LINE, LINE, NOTHING, NOTHING, NOTHING),
    ),
    SpeechRow(BARE, "the repository is bare", (NOTHING,) * 5),
    SpeechRow(REPAIRED, "the subject of a message is repaired", (LINE, NOTHING, NOTHING, NOTHING, NOTHING)),
    SpeechRow(NO_TOOLS, "the tools didn't run on everything", (LINE, LINE, NOTHING, NOTHING, NOTHING)),
)
_ROWS = {row.id: row.at for row in TABLE}
_COLUMNS = {moment.stage: COLUMNS.index(moment.column) for moment in MOMENTS if moment.column}


def outcome(stage: str, state: str) -> str:
    """What a stage does about a state: NOTHING, LINE, WARN or BLOCK."""
    return _ROWS[state][_COLUMNS[stage]]


def spoken(stage: str, report: Report, notes: tuple[RunNote, ...], blocking: frozenset[str]) -> Report:
    """The part of a report that a stage prints. Errors always stay: what blocks is always shown.

    notes: those of the run; they become notes of the report. blocking: the names of the
    rules whose severity is error where they could not determine their result.
    """
    shown = tuple(one for one in report.skipped if outcome(stage, _unsure(one, blocking)) != NOTHING)
    texts = tuple(dict.fromkeys(note.says for note in notes if outcome(stage, note.state) != NOTHING))
    if outcome(stage, ADOPTED) == NOTHING:
        report = report._replace(violations=tuple(one for one in report.violations if not one.adopted))
    report = report._replace(skipped=shown, notes=(*report.notes, *texts))
    return _softened(report) if outcome(stage, ERROR) == WARN else report


def _unsure(one: Skipped, blocking: frozenset[str]) -> str:
    """The state of a rule that couldn't determine its result."""
    if one.proof:
        return PROOF
    return UNSURE_BLOCK if one.name in blocking else UNSURE_WARN


def _softened(report: Report) -> Report:
    """The report of a moment that can't block: its errors as warnings, and what will be blocked."""
    branches = dict.fromkeys(one.finding.ref for one in report.errors)
    if not branches:
        return report
    found = tuple(one._replace(severity=WARNING) for one in report.violations)
    texts = tuple(
        f"{name or 'the branch'} was created, but commits to it will be blocked" for name in branches
    )
    return report._replace(violations=found, notes=(*report.notes, *texts))
