"""``make new-rule FAMILY=merge NAME=squash-onto-main``: a rule's file, its page, its registry line.

What it writes runs and passes its own page: the skeleton finds fault with one
made-up branch name, so that both histories of the page are there to be changed.
"""

from __future__ import annotations

import subprocess  # nosec B404: runs our own generator, no shell
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIGITS = {
    "branch": 1,
    "commit": 2,
    "merge": 3,
    "push": 4,
    "pull": 5,
    "release": 6,
    "conflict": 7,
    "quality": 8,
    "artefact": 8,
    "protection": 9,
}
FACTS = {
    "branch": "Branch",
    "commit": "Commit",
    "merge": "Merge",
    "push": "RefUpdate",
    "pull": "Pull",
    "release": "Release",
    "conflict": "Collision",
    "quality": "Check",
    "artefact": "Blob",
    "protection": "Guarded",
}
# Two families share a digit.
RANGES = {"quality": (1, 10), "artefact": (11, 99)}
CURES = ("no", "not", "require", "required", "must", "only", "forbid", "ensure", "enforce")

RULE = '''\
"""In one sentence: what is wrong.

What it checks

Say which facts are looked at, and what is left in peace.

Why it matters

Say what happens to a team that does it.

Example

    the commands that do it

How to mend

Say what the commands of the finding do.
"""

from __future__ import annotations

from gitflowguard.model.{module} import {fact}
from gitflowguard.model.finding import WARNING, Finding
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check({argument}: {fact}, view: View) -> Iterator[Finding]:
    """Speaks where ..."""
    if {argument}.about == "{bad}":
        yield Finding(f"{{{argument}.about}} is only an example", ref={argument}.about)


RULE = Rule(code="{code}", name="{name}", reads={fact}, check=check, doc=__doc__, default=WARNING)
'''

PAGE = """\
# {name}

Say in a sentence what the histories below are about.{why}

## A breaking history

```{block}
{breaking}
```

```report
{code} warning: {bad} is only an example
```

## A clean history

```{block}
{clean}
```

```report
clean
```
"""

# A branch that the skeleton finds fault with, and a history with and without it.
BAD = {
    "branch": "feature/example",
    "commit": "feature/example",
    "merge": "develop",
    "push": "feature/example",
    "pull": "develop",
    "conflict": "feature/example",
    "quality": "feature/example",
    "artefact": "feature/example",
    "protection": "main",
}
BREAKING = {
    "branch": "branch feature/example from develop",
    "commit": "branch feature/example from develop\ncommit on feature/example",
    "merge": "branch feature/login from develop\ncommit on feature/login\nmerge feature/login into develop",
    "push": "branch feature/example from develop\npush feature/example to feature/example",
    "pull": "branch feature/login from develop\ncommit on feature/login\npull feature/login into develop",
    "release": "branch release/1.0 from develop",
    "conflict": (
        "branch feature/example from develop\nwrite pipeline.py on feature/example: maxIter = 20\n"
        "write pipeline.py on develop: maxIter = 30"
    ),
    "quality": "on feature/example\nflake8 lint pipeline.py:3:1 F401: 'os' imported but unused",
    "artefact": "on feature/example\nmodel.pkl: pickle",
    "protection": "without gitflow: main",
}
CLEAN = "branch feature/login from develop\ncommit on feature/login"
CLEAN_CHECKS = "flake8 lint pipeline.py:3:1 F401: 'os' imported but unused"
CLEAN_BLOBS = "model.pkl: pickle"
CLEAN_GUARDS = "seen ci / test"
# What the fact is called in the skeleton, where the family's name would not do.
ARGUMENTS = {
    "push": "update",
    "quality": "said",
    "artefact": "blob",
    "conflict": "seen",
    "protection": "guarded",
}
# Where the family's fact lives, if not among those that come from the graph, and what its pages are made of.
MODULES = {
    "pull": "pull",
    "conflict": "collision",
    "quality": "check",
    "artefact": "blob",
    "protection": "guarded",
}
BLOCKS = {"conflict": "history git-only", "quality": "checks", "artefact": "blobs", "protection": "guards"}
WHY = {"conflict": " The radar merges for real, so they are built by git alone."}


class Refused(Exception):
    """The rule cannot be made; the text says why."""


def next_code(registry: str, family: str) -> str:
    """The lowest code of the family above all that were ever used, retired ones too."""
    digit = DIGITS[family]
    first, last = RANGES.get(family, (1, 99))
    used = [
        int(word[4:6]) for word in registry.split('"') if word.startswith(f"GFG{digit}") and len(word) == 6
    ]
    highest = max((number for number in used if first <= number <= last), default=first - 1)
    if highest >= last:
        raise Refused(f"the family {family} has no code left")
    return f"GFG{digit}{highest + 1:02d}"


def make(root: Path, family: str, name: str) -> list[Path]:
    """Writes the rule's file, its page and its line below ``root``; returns what was written."""
    if family not in DIGITS:
        raise Refused(f"there is no family {family}; it is one of {', '.join(DIGITS)}")
    words = name.split("-")
    if not all(word.isascii() and word.isalnum() and word == word.lower() for word in words):
        raise Refused(f"{name} is no rule name; write it like squash-onto-main")
    if words[0] in CURES:
        raise Refused(f"{name} names the cure; name the problem, as direct-commit does")
    listing = root / "src/gitflowguard/rules/registry.py"
    text = listing.read_text(encoding="utf-8")
    if f'"{name}"' in text:
        raise Refused(f"there is a rule {name} already")
    code, bad = next_code(text, family), BAD.get(family, "release/1.0")
    fact = FACTS[family]
    rule = root / "src/gitflowguard/rules" / family / f"{name.replace('-', '_')}.py"
    rule.write_text(
        RULE.format(
            fact=fact,
            module=MODULES.get(family, "facts"),
            argument=ARGUMENTS.get(family, family),
            bad=bad,
            code=code,
            name=name,
        )
    )
    page = root / "tests/rules" / family / f"{name}.md"
    form = {"block": BLOCKS.get(family, "history"), "why": WHY.get(family, "")}
    clean = {"quality": CLEAN_CHECKS, "artefact": CLEAN_BLOBS, "protection": CLEAN_GUARDS}.get(family, CLEAN)
    page.write_text(
        PAGE.format(name=name, code=code, bad=bad, breaking=BREAKING[family], clean=clean, **form)
    )
    listing.write_text(_with_line(text, f'    ("{code}", "{family}", "{name}"),'), encoding="utf-8")
    return [rule, page, listing]


def _with_line(text: str, line: str) -> str:
    """The registry with one more row, in the order of the codes."""
    lines = text.splitlines()
    rows = [index for index, row in enumerate(lines) if row.startswith('    ("GFG')]
    after = [index for index in rows if lines[index] < line]
    lines.insert((after[-1] if after else rows[0] - 1) + 1, line)
    return "\n".join(lines) + "\n"


def main(argv: list[str]) -> int:
    """FAMILY and NAME; then the generated pages follow."""
    if len(argv) != 2:
        print("use: make new-rule FAMILY=merge NAME=squash-onto-main")
        return 2
    try:
        written = make(ROOT, argv[0], argv[1])
    except Refused as problem:
        print(problem)
        return 2
    for path in written:
        print(f"wrote {path.relative_to(ROOT).as_posix()}")
    return subprocess.run(
        (sys.executable, str(ROOT / "tools/rule_docs.py")), check=False
    ).returncode  # nosec B603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
