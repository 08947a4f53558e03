"""The ``measures`` blocks of the rule pages: what the reports say of a model, a line for each fact.

| line | what it does |
|---|---|
| `True.f1-score 0.78 min 0.80 max 1 drop 0.02 rise 5% rows 30` | a metric with its value and its bounds |
| `… before 0.93 support 12 interval -0.12 0.05 on 45` | the value at the base, the rows, the interval of the change |
| `… fault: words`, `… unknown: words` | no number, a source that couldn't be asked |
| `… base: words` | no number at the base |
| `test NAME: words`, `input NAME: words` | a test, an input; without words all is well |
| `reference NAME: words` | a file that old and new numbers share |
| `into main`, `only advice`, `policy RULE: warning` | where it goes, whether it is only a warning, the policy |
"""

from __future__ import annotations

import re
from typing import Any

from gitflowguard.engine import evaluate
from gitflowguard.model.facts import Refs, View
from gitflowguard.model.finding import Report, Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.measure import METRIC, Bound, Measure
from gitflowguard.model.rule import Rule
from gitflowguard.policy.presets import preset_flow

_BOUNDS = {"min": "minimum", "max": "maximum", "drop": "drop", "rise": "rise"}


def read_measures(text: str) -> tuple[Flow, list[Measure]]:
    """The flow and the facts of a block; ValueError for a line that is none."""
    flow, about, advice = preset_flow("gitflow"), "develop", False
    facts: list[Measure] = []
    for line in filter(str.strip, text.splitlines()):
        if line.startswith("policy "):
            name, _, severity = line[len("policy ") :].partition(": ")
            flow = flow._replace(severities=((name, severity),))
        elif line.startswith("into "):
            about = line[len("into ") :]
        elif line == "only advice":
            advice = True
        else:
            facts.append(read_measure(line, about)._replace(advice=advice))
    return flow, facts


def judge_measures(text: str, rule: Rule) -> Report:
    """What one rule says of the block."""
    flow, facts = read_measures(text)
    return evaluate((rule,), facts, View(flow, Refs({}, {}, {})))


def read_measure(line: str, about: str) -> Measure:
    """One line as a fact; ValueError if it is none."""
    head, _, says = line.partition(": ")
    other = re.fullmatch(r"(test|input|reference) (\S+)", head)
    if other:
        return Measure(about=about, kind=other[1], name=other[2], fault=says)
    words = head.split()
    measure = Measure(about=about, kind=METRIC, name=words[0])
    if words[-1] in ("fault", "unknown", "base"):
        key = {"fault": "fault", "base": "before_fault", "unknown": "unknown"}[words.pop()]
        reason: Any = Unknown(says) if key == "unknown" else says
        measure = measure._replace(**{key: reason})
    rest = words[1:]
    if rest and rest[0] not in (*_BOUNDS, "rows", "before", "support", "interval"):
        measure = measure._replace(value=rest.pop(0))
    bound: dict[str, Any] = {}
    while rest:
        word = rest.pop(0)
        if word in _BOUNDS:
            bound[_BOUNDS[word]] = rest.pop(0)
        elif word == "rows":
            bound["rows"] = int(rest.pop(0))
        elif word in ("before", "support"):
            more: dict[str, Any] = {word: rest.pop(0)}
            measure = measure._replace(**more)
        elif word == "interval":
            measure = measure._replace(low=rest.pop(0), high=rest.pop(0))
        elif word == "on":
            measure = measure._replace(pairs=int(rest.pop(0)))
        else:
            raise ValueError(f"a measures block has no such line: {line}")
    return measure._replace(bound=Bound(metric=words[0], **bound))
