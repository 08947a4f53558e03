"""Which operations, statuses and rule types a run of tests has exercised.

``PYTEST_FAKEGITHUB=DIR pytest …`` keeps a file a process and fake there; ``python -m fakegithub.coverage DIR``
adds them up.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

PLACE = "PYTEST_FAKEGITHUB"


def count(counts: Counter[str], operation: str, status: int, body: Any) -> None:
    """Counts an answer, and the rule types that it shows."""
    counts[f"{operation} {status}"] += 1
    rules = body.get("rules") if isinstance(body, dict) else body if "/rules/branches" in operation else None
    for rule in rules or ():
        if isinstance(rule, dict) and "type" in rule:
            counts[f"rule {rule['type']}"] += 1


def keep(counts: Counter[str]) -> None:
    """Writes the counts where the environment says, if it does."""
    place = os.environ.get(PLACE)
    if place and counts:
        Path(place).mkdir(parents=True, exist_ok=True)
        (Path(place) / f"{uuid.uuid4().hex}.json").write_text(json.dumps(counts))


def total(place: Path) -> Counter[str]:
    """All counts of a directory."""
    counts: Counter[str] = Counter()
    for path in sorted(place.glob("*.json")):
        counts.update(json.loads(path.read_text()))
    return counts


def report(counts: Counter[str]) -> str:
    """A Markdown table of operations and statuses, what was never asked, and the rule types."""
    from fakegithub.contract import routes

    rows: dict[str, list[str]] = {one.name: [] for one in routes()}
    kinds = []
    for name, number in sorted(counts.items()):
        if name.startswith("rule "):
            kinds.append(f"{name[5:]} ({number})")
        else:
            operation, _, status = name.rpartition(" ")
            rows.setdefault(operation, []).append(f"{status} ({number})")
    met = sum(1 for said in rows.values() if said)
    lines = ["| operation | statuses |", "|---|---|"]
    lines += [f"| {name} | {', '.join(said) or 'never'} |" for name, said in sorted(rows.items())]
    lines += ["", f"{met} of {len(rows)} operations. Rule types: {', '.join(kinds) or 'none'}."]
    return "\n".join(lines)


if __name__ == "__main__":
    print(report(total(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ[PLACE]))))
