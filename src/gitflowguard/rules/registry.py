"""The one list of rules, sorted by code.

A hook pays for every module that it imports, so rules are loaded by family, and
only the families whose facts are at hand. A retired code stays in RETIRED for
ever and names its heir.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitflowguard.model.rule import Rule

RULES: tuple[tuple[str, str, str], ...] = (
    # code, family folder, name; `make new-rule` adds the line
    ("GFG101", "branch", "unknown-branch-kind"),
    ("GFG102", "branch", "malformed-branch-name"),
    ("GFG103", "branch", "confusable-branch-name"),
    ("GFG104", "branch", "colliding-branch-name"),
    ("GFG105", "branch", "wrong-origin"),
    ("GFG106", "branch", "stacked-branch"),
    ("GFG107", "branch", "stale-branch"),
    ("GFG108", "branch", "parallel-release"),
    ("GFG109", "branch", "leftover-branch"),
    ("GFG201", "commit", "direct-commit"),
    ("GFG202", "commit", "conflict-markers"),
    ("GFG203", "commit", "malformed-message"),
    ("GFG204", "commit", "unfinished-commit"),
    ("GFG301", "merge", "forbidden-merge"),
    ("GFG302", "merge", "squashed-merge"),
    ("GFG303", "merge", "missing-back-merge"),
    ("GFG304", "merge", "diverged-main"),
    ("GFG305", "merge", "flattened-merge"),
    ("GFG401", "push", "direct-push"),
    ("GFG402", "push", "rewritten-branch"),
    ("GFG403", "push", "deleted-branch"),
    ("GFG404", "push", "crossed-push"),
    ("GFG501", "pull", "forbidden-pull"),
    ("GFG502", "pull", "foreign-source"),
    ("GFG503", "pull", "missing-approval"),
    ("GFG504", "pull", "outdated-pull"),
    ("GFG505", "pull", "changed-policy"),
    ("GFG603", "release", "malformed-version"),
    ("GFG604", "release", "stale-version"),
    ("GFG701", "conflict", "conflicts-with-target"),
    ("GFG702", "conflict", "conflicts-with-branch"),
    ("GFG703", "conflict", "duplicated-work"),
    ("GFG801", "quality", "unformatted"),
    ("GFG802", "quality", "lint"),
    ("GFG803", "quality", "security"),
    ("GFG804", "quality", "unchecked-file"),
    ("GFG811", "artefact", "unsafe-pickle"),
    ("GFG812", "artefact", "opaque-artefact"),
    ("GFG813", "artefact", "aged-model"),
    ("GFG814", "artefact", "notebook-output"),
    ("GFG815", "artefact", "large-file"),
    ("GFG816", "artefact", "committed-data"),
    ("GFG817", "artefact", "committed-secret"),
    ("GFG818", "artefact", "missing-content"),
    ("GFG901", "protection", "missing-protection"),
    ("GFG902", "protection", "weaker-protection"),
    ("GFG903", "protection", "unknown-check"),
    ("GFG904", "protection", "unreachable-merge"),
)
RETIRED: dict[str, str] = {}
FAMILIES = (
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
    "Branch": "branch",
    "Commit": "commit",
    "Merge": "merge",
    "RefUpdate": "push",
    "Pull": "pull",
    "Release": "release",
    "Collision": "conflict",
    "Check": "quality",
    "Blob": "artefact",
    "Guarded": "protection",
}


def load(families: Iterable[str] = FAMILIES, but: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The rules of the named families without those named in ``but``, in the order of their codes."""
    wanted, unwanted = set(families), set(but)
    found: list[Rule] = []
    for _, family, name in RULES:
        if family in wanted and name not in unwanted:
            module = __import__(module_of(family, name), fromlist=["RULE"])
            found.append(module.RULE)
    return tuple(found)


def of_family(family: str) -> tuple[str, ...]:
    """The names of the rules of a family; loads none."""
    return tuple(name for _, own, name in RULES if own == family)


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
