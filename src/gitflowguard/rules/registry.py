"""The one list of rules, sorted by code.

A hook pays for every module that it imports, so rules are loaded by family, and
only the families whose facts are at hand. A retired code stays in RETIRED for
ever and names its heir.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR
from gitflowguard.model.ownrule import PREFIX, READS, row_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitflowguard.model.flow import Flow
    from gitflowguard.model.moment import Moment
    from gitflowguard.model.rule import Rule

# Code, family folder, name, severity by default; then what the rule needs and, where it narrows that, the moments at
# which it may speak (model.moment). So a hook knows without loading a rule whether to, and what to gather for it.
# The rule's own file says the same, and a test compares the two; `make new-rule` writes both.
_ROWS: tuple[tuple[str, ...], ...] = (
    ("GFG001", "model", "missing-metric", "error", "reports"),
    ("GFG002", "model", "weak-model", "error", "reports"),
    ("GFG003", "model", "worse-model", "error", "reports"),
    ("GFG004", "model", "unsure-model", "warning", "reports"),
    ("GFG005", "model", "stale-metrics", "error", "reports"),
    ("GFG006", "model", "changed-reference", "warning", "reports"),
    ("GFG007", "model", "untested-model", "error", "reports"),
    ("GFG008", "model", "foreign-artefact", "error", "records"),
    ("GFG009", "model", "dirty-artefact", "error", "records"),
    ("GFG010", "model", "altered-artefact", "error", "records"),
    ("GFG011", "model", "unrecorded-artefact", "error", "records"),
    ("GFG101", "branch", "unknown-branch-kind", "error"),
    ("GFG102", "branch", "malformed-branch-name", "error"),
    ("GFG103", "branch", "confusable-branch-name", "error"),
    ("GFG104", "branch", "colliding-branch-name", "error"),
    ("GFG105", "branch", "wrong-origin", "error"),
    ("GFG106", "branch", "stacked-branch", "warning"),
    ("GFG107", "branch", "stale-branch", "ignore", "survey clock"),
    ("GFG108", "branch", "parallel-release", "error"),
    ("GFG109", "branch", "leftover-branch", "warning", "survey"),
    ("GFG201", "commit", "direct-commit", "error", "", "commit prepare push move check survey pull"),
    ("GFG202", "commit", "conflict-markers", "error", "markers"),
    ("GFG203", "commit", "malformed-message", "ignore", "message"),
    ("GFG204", "commit", "unfinished-commit", "warning", "arriving"),
    ("GFG206", "commit", "missing-sign-off", "ignore", "message"),
    ("GFG207", "commit", "indicative-subject", "ignore", "message"),
    ("GFG208", "commit", "miscased-subject", "ignore", "message"),
    ("GFG209", "commit", "missing-body", "ignore", "message"),
    ("GFG210", "commit", "undisclosed-assistant", "ignore", "message"),
    ("GFG211", "commit", "malformed-identity", "ignore", "identity"),
    ("GFG212", "commit", "foreign-address", "ignore", "identity"),
    ("GFG213", "commit", "foreign-committer", "ignore", "identity"),
    ("GFG214", "commit", "silenced-check", "ignore", "message"),
    ("GFG301", "merge", "forbidden-merge", "error"),
    ("GFG302", "merge", "squashed-merge", "error", "operation"),
    ("GFG303", "merge", "missing-back-merge", "warning", "shared"),
    ("GFG304", "merge", "diverged-main", "warning", "", "commit merge prepare check survey"),
    ("GFG305", "merge", "flattened-merge", "error", "flattened", "rebase"),
    ("GFG401", "push", "direct-push", "ignore", "", "push check survey"),
    ("GFG402", "push", "rewritten-branch", "error", "", "push rebase check survey"),
    ("GFG403", "push", "deleted-branch", "error", "", "push move"),
    ("GFG404", "push", "crossed-push", "error", "", "push"),
    ("GFG501", "pull", "forbidden-pull", "error"),
    ("GFG502", "pull", "foreign-source", "error"),
    ("GFG503", "pull", "missing-approval", "warning"),
    ("GFG504", "pull", "outdated-pull", "warning"),
    ("GFG505", "pull", "changed-policy", "error"),
    ("GFG506", "pull", "unreadable-policy", "error"),
    ("GFG603", "release", "malformed-version", "error"),
    ("GFG604", "release", "stale-version", "error"),
    ("GFG701", "conflict", "conflicts-with-target", "warning", "radar"),
    ("GFG702", "conflict", "conflicts-with-branch", "warning", "radar"),
    ("GFG703", "conflict", "duplicated-work", "warning", "radar", "radar"),
    ("GFG704", "conflict", "breaks-when-merged", "warning", "radar", "radar pull"),
    ("GFG705", "conflict", "fails-when-merged", "warning", "radar", "radar"),
    ("GFG801", "quality", "unformatted", "error", "tools"),
    ("GFG802", "quality", "lint", "error", "tools"),
    ("GFG803", "quality", "security", "error", "tools"),
    ("GFG804", "quality", "unchecked-file", "error", "tools proof"),
    ("GFG811", "artefact", "unsafe-pickle", "ignore", "contents"),
    ("GFG812", "artefact", "opaque-artefact", "ignore", "contents proof"),
    ("GFG813", "artefact", "aged-model", "ignore", "contents"),
    ("GFG814", "artefact", "notebook-output", "ignore", "contents"),
    ("GFG815", "artefact", "large-file", "ignore", "contents"),
    ("GFG816", "artefact", "committed-data", "ignore", "contents"),
    ("GFG817", "artefact", "committed-secret", "ignore", "contents"),
    ("GFG818", "artefact", "missing-content", "ignore", "contents"),
    ("GFG901", "protection", "missing-protection", "error", "forge"),
    ("GFG902", "protection", "weaker-protection", "error", "forge"),
    ("GFG903", "protection", "unknown-check", "error", "forge"),
    ("GFG904", "protection", "unreachable-merge", "error", "forge"),
    ("GFG905", "protection", "stale-lock", "warning", "forge"),
)
RULES: tuple[tuple[str, str, str], ...] = tuple(row[:3] for row in _ROWS)  # type: ignore[misc]
RETIRED: dict[str, str] = {}
FAMILIES = (
    "model",
    "branch",
    "commit",
    "merge",
    "push",
    "pull",
    "release",
    "conflict",
    "quality",
    "artefact",
    "protection",
)


def module_of(family: str, name: str) -> str:
    """The module that holds a rule; the name is the file's name, so they cannot drift."""
    return f"gitflowguard.rules.{family}.{name.replace('-', '_')}"


# The fact that a family judges, by the name of its class.
FACTS = {
    "Measure": "model",
    "Branch": "branch",
    "Commit": "commit",
    "Authorship": "commit",
    "Merge": "merge",
    "RefUpdate": "push",
    "Pull": "pull",
    "Release": "release",
    "Collision": "conflict",
    "Check": "quality",
    "Blob": "artefact",
    "Guarded": "protection",
    "Provenance": "model",
}


def load(
    families: Iterable[str] = FAMILIES, but: Iterable[str] = (), at: Moment | None = None
) -> tuple[Rule, ...]:
    """The rules of the named families without those named in ``but``, in the order of their codes.

    at: only those that may speak at this moment; others are not even imported.
    """
    wanted, unwanted = set(families), set(but)
    return tuple(
        _loaded(row)
        for row in _ROWS
        if row[1] in wanted and row[2] not in unwanted and (at is None or _speaks(row, at))
    )


def active(flow: Flow, at: Moment, families: Iterable[str] = FAMILIES) -> tuple[Rule, ...]:
    """The rules of the families that may speak at a moment and that the policy doesn't ignore; loads no others."""
    wanted = set(families)
    return tuple(_loaded(row, flow) for row in speaking(flow, at) if row[1] in wanted)


def speaking(flow: Flow, at: Moment) -> tuple[tuple[str, ...], ...]:
    """The rows of the rules that may speak at the moment and that the policy doesn't ignore; loads none."""
    return tuple(row for row in _with_own(flow) if _speaks(row, at) and _on(row, flow))


def wanted(flow: Flow, at: Moment, need: str) -> bool:
    """Whether a rule that may speak at the moment needs this, under the policy; loads none."""
    return need in at.offers and any(
        need in needs_of(row) and _speaks(row, at) and _on(row, flow) for row in _with_own(flow)
    )


def own_speaks(flow: Flow, at: Moment) -> bool:
    """Whether a rule of the policy's own may speak at the moment."""
    return bool(flow.own) and any(row[0].startswith(PREFIX) for row in speaking(flow, at))


def _with_own(flow: Flow) -> tuple[tuple[str, ...], ...]:
    """The table, then the rules of the policy's own."""
    if not flow.own:
        return _ROWS
    return (*_ROWS, *(row_of(one, FACTS[READS[one.reads]], ERROR) for one in flow.own))


def _loaded(row: tuple[str, ...], flow: Flow | None = None) -> Rule:
    if flow is not None and row[0].startswith(PREFIX):
        from gitflowguard.rules.own import rule_of

        return next(rule_of(one) for one in flow.own if one.name == row[0])
    rule: Rule = __import__(module_of(row[1], row[2]), fromlist=["RULE"]).RULE
    return rule


def needs_of(row: tuple[str, ...]) -> tuple[str, ...]:
    """What the rule of a row needs."""
    return tuple(row[4].split()) if len(row) > 4 else ()


def claims_of(row: tuple[str, ...]) -> tuple[str, ...]:
    """The moments that the rule of a row names, () for all that have what it reads and needs."""
    return tuple(row[5].split()) if len(row) > 5 else ()


def _speaks(row: tuple[str, ...], at: Moment) -> bool:
    return at.hears(row[1], needs_of(row), claims_of(row))


def _on(row: tuple[str, ...], flow: Flow) -> bool:
    """Whether the policy lets the rule speak on any branch. A row that is shorter is an error by default."""
    return flow.active(row[2], row[3] if len(row) > 3 else ERROR)


def rows() -> tuple[tuple[str, ...], ...]:
    """The table, for tests and generators."""
    return _ROWS


def of_fact(name: str) -> tuple[tuple[str, str], ...]:
    """(name, severity by default) of the rules of the family that judges a fact; loads none. name: of its class."""
    family = FACTS[name]
    return tuple((row[2], row[3] if len(row) > 3 else ERROR) for row in _ROWS if row[1] == family)


def find(word: str) -> Rule | None:
    """The rule with this code or name, whatever the case; a retired code leads to its heir."""
    key = word.strip()
    code = RETIRED.get(key.upper(), key.upper())
    for row_code, family, name in RULES:
        if code == row_code or key.lower() == name:
            module = __import__(module_of(family, name), fromlist=["RULE"])
            rule: Rule = module.RULE
            return rule
    return None


NAMES = tuple(name for _, _, name in RULES)
CODES = tuple(code for code, _, _ in RULES)
