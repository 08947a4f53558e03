"""The ``records`` blocks of the rule pages: artefacts and what their records say, a line each.

``models/spam.json: recorded at 1a2b3c4d; changes pipeline.py``: recorded at a merge into main with a clean work tree,
unless the words behind say otherwise.

| words | what they say |
|---|---|
| `unrecorded`, `broken: WHY` | in place of `recorded at COMMIT`: no record beside it, or one that can't be read |
| `elsewhere`, `inside`, `unmerged`, `hidden: WHY` | where the commit stands |
| `changes`, `changes A, B`, `nobody knows` | what was changed when it was trained |
| `other PATH` | an input with other bytes |
| `altered FILE: WHY`, `gone: WHY` | files that aren't what was recorded |

``policy`` is a line of the policy file.
"""

from __future__ import annotations

from gitflowguard.engine import evaluate
from gitflowguard.model.facts import Refs, View
from gitflowguard.model.finding import Report, Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.provenance import STANDINGS, Provenance
from gitflowguard.model.rule import Rule
from gitflowguard.model.training import SUFFIX
from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.rules.registry import CODES, NAMES


def read_records(text: str) -> tuple[Flow, list[Provenance]]:
    """The flow and the facts of a block; ValueError for a line that is none."""
    policy, found = ["preset: gitflow"], []
    for line in filter(str.strip, text.splitlines()):
        if line.startswith("policy "):
            policy.append(line[len("policy ") :])
            continue
        path, _, words = line.partition(": ")
        first, *more = words.split("; ")
        fact = _first(Provenance("main", path, path + SUFFIX), first)
        for word in more:
            fact = _with(fact, word)
        found.append(fact)
    return parse("\n".join(policy).encode(), "policy", NAMES, CODES, tools=TOOLS).flow, found


def _first(fact: Provenance, word: str) -> Provenance:
    if word == "unrecorded":
        return fact._replace(flaw=f"there is no {fact.record}")
    if word.startswith("broken: "):
        return fact._replace(flaw=word[len("broken: ") :])
    if word.startswith("recorded at "):
        return fact._replace(commit=f"{word[len('recorded at ') :]:0<40}")
    raise ValueError(f"a records block has no such words: {word}")


def _with(fact: Provenance, word: str) -> Provenance:
    verb, _, rest = word.partition(" ")
    if word in STANDINGS:
        return fact._replace(standing=word)
    if verb == "hidden:":
        return fact._replace(standing=Unknown(rest))
    if verb == "changes":
        return fact._replace(clean=False, changes=tuple(rest.split(", ")) if rest else ())
    if word == "nobody knows":
        return fact._replace(clean=None)
    if verb == "other":
        return fact._replace(other=(*fact.other, rest))
    if verb == "altered" and not isinstance(fact.altered, Unknown):
        path, _, why = rest.partition(": ")
        return fact._replace(altered=(*fact.altered, (path, why)))
    if verb == "gone:":
        return fact._replace(altered=Unknown(rest))
    raise ValueError(f"a records block has no such words: {word}")


def judge_records(text: str, rule: Rule) -> Report:
    """What one rule says of a ``records`` block."""
    flow, found = read_records(text)
    return evaluate((rule,), found, View(flow, Refs({}, {}, {})))
