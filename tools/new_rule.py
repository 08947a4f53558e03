"""``make new-rule FAMILY=merge NAME=squash-onto-main``: a rule's file, its page, its registry line.

NEEDS="operation" names what the rule needs beside its fact (src/gitflowguard/model/moment.py); a rule on commits judges
their message if nothing is said.

What it writes runs and passes its own page: the skeleton finds fault with one
made-up branch name, so that both histories of the page are there to be changed.
"""

from __future__ import annotations

import subprocess  # runs our own generator, no shell  # nosec B404
import sys
from pathlib import Path

import black

from gitflowguard.model.moment import NEEDS

ROOT = Path(__file__).resolve().parent.parent
DIGITS = {
    "model": 0,
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
    "model": "Measure",
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
# Facts that rules of a family judge beside the one that its skeleton is made for.
MORE_FACTS = {"model": ("Provenance",), "commit": ("Authorship",)}
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

How to fix it

Say what the commands of the finding do.
"""

from __future__ import annotations

from gitflowguard.model.{module} import {fact}
from gitflowguard.model.finding import WARNING, Finding{unknown}
{moment}from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check({argument}: {fact}, view: View) -> Iterator[{yields}]:
    """Speaks where ..."""
{body}

RULE = Rule(code="{code}", name="{name}", reads={fact}, check=check, doc=__doc__, default=WARNING{needs})
'''

BODY = """\
    if {argument}.{field} == "{bad}":
        yield Finding(f"{{{argument}.{field}}} is only an example", ref={argument}.about)
"""

# A message is not written yet at most moments, and none of a merge's own is somebody's.
MESSAGE_BODY = """\
    if commit.operation in ("merge", "merged", "revert") or commit.adopts:
        return
    if isinstance(commit.message, Unknown):
        yield commit.message
    elif commit.message.startswith("Example"):
        yield Finding(f"{{commit.about}} is only an example", ref=commit.about, commit=commit.sha)
"""

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

# What the skeleton finds fault with, a branch or a file, and a history with and without it.
BAD = {
    "branch": "feature/example",
    "commit": "feature/example",
    "merge": "develop",
    "push": "feature/example",
    "pull": "develop",
    "conflict": "feature/example",
    "quality": "feature/example",
    "artefact": "example.pkl",
    "protection": "main",
    "model": "develop",
}
BREAKING = {
    "branch": "branch feature/example from develop",
    "commit": "branch feature/example from develop\ncommit on feature/example: Example",
    "merge": "branch feature/login from develop\ncommit on feature/login\nmerge feature/login into develop",
    "push": "branch feature/example from develop\npush feature/example to feature/example",
    "pull": "branch feature/login from develop\ncommit on feature/login\npull feature/login into develop",
    "release": "branch release/1.0 from develop",
    "conflict": (
        "branch feature/example from develop\nwrite pipeline.py on feature/example: maxIter = 20\n"
        "write pipeline.py on develop: maxIter = 30"
    ),
    "quality": "on feature/example\nflake8 lint pipeline.py:3:1 F401: 'os' imported but unused",
    "artefact": "example.pkl: pickle",
    "protection": "without gitflow: main",
    "model": "into develop\nTrue.f1-score 0.78",
}
CLEAN = "branch feature/login from develop\ncommit on feature/login"
CLEAN_CHECKS = "flake8 lint pipeline.py:3:1 F401: 'os' imported but unused"
CLEAN_BLOBS = "model.pkl: pickle"
CLEAN_GUARDS = "seen ci / test"
# What the rules of a family need, if nothing else is said.
DEFAULT_NEEDS = {
    "model": "reports",
    "commit": "message",
    "conflict": "radar",
    "quality": "tools",
    "protection": "forge",
}
CLEAN_MEASURES = "into main\nTrue.f1-score 0.78"
# What the fact is called in the skeleton, where the family's name would not do.
ARGUMENTS = {
    "push": "update",
    "quality": "said",
    "artefact": "blob",
    "conflict": "seen",
    "protection": "guarded",
    "model": "measure",
}
# What of the fact the skeleton compares, if not its branch: a content is judged by how strict the branch is that it
# comes to, which is not the one that it was made on.
FIELDS = {"artefact": "path"}
# Where the family's fact lives, if not among those that come from the graph, and what its pages are made of.
MODULES = {
    "pull": "pull",
    "conflict": "collision",
    "quality": "check",
    "artefact": "blob",
    "protection": "guarded",
    "model": "measure",
}
BLOCKS = {
    "conflict": "history git-only",
    "quality": "checks",
    "artefact": "blobs",
    "protection": "guards",
    "model": "measures",
}
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


def make(root: Path, family: str, name: str, needs: str | None = None) -> list[Path]:
    """Writes the rule's file, its page and its line below ``root``; returns what was written.

    needs: words of model.moment.NEEDS with a blank between two; None is the family's own choice.
    """
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
    needs = DEFAULT_NEEDS.get(family, "") if needs is None else " ".join(needs.split())
    strange = [word for word in needs.split() if word not in NEEDS]
    if strange:
        raise Refused(f"a rule can't need {strange[0]}; it is one of {', '.join(NEEDS)}")
    rule = root / "src/gitflowguard/rules" / family / f"{name.replace('-', '_')}.py"
    said = RULE.format(
        fact=fact,
        module=MODULES.get(family, "facts"),
        argument=ARGUMENTS.get(family, family),
        bad=bad,
        code=code,
        name=name,
        **_parts(family, fact, bad, needs),
    )
    # A long name or many needs break lines, and the gates of `make test` ask for black's.
    rule.write_text(black.format_str(said, mode=black.Mode(line_length=110)))
    page = root / "tests/rules" / family / f"{name}.md"
    form = {"block": BLOCKS.get(family, "history"), "why": WHY.get(family, "")}
    clean = {
        "quality": CLEAN_CHECKS,
        "artefact": CLEAN_BLOBS,
        "protection": CLEAN_GUARDS,
        "model": CLEAN_MEASURES,
    }.get(family, CLEAN)
    page.write_text(
        PAGE.format(name=name, code=code, bad=bad, breaking=BREAKING[family], clean=clean, **form)
    )
    listing.write_text(
        _with_line(text, f'    ("{code}", "{family}", "{name}", "warning"{_row_end(needs)}),'),
        encoding="utf-8",
    )
    return [rule, page, listing]


def _parts(family: str, fact: str, bad: str, needs: str) -> dict[str, str]:
    """The places of the skeleton that hang on what the rule needs."""
    words = [word.upper() for word in needs.split()]
    reads_message = family == "commit" and "message" in needs.split()
    body = MESSAGE_BODY if reads_message else BODY
    return {
        "unknown": ", Unknown" if reads_message else "",
        "yields": "Finding | Unknown" if reads_message else "Finding",
        "moment": f"from gitflowguard.model.moment import {', '.join(words)}\n" if words else "",
        "body": body.format(
            argument=ARGUMENTS.get(family, family), bad=bad, field=FIELDS.get(family, "about")
        ),
        "needs": f", needs=({', '.join(words)},)" if words else "",
    }


def _row_end(needs: str) -> str:
    """What a row says after the severity."""
    return f', "{needs}"' if needs else ""


def _with_line(text: str, line: str) -> str:
    """The registry with one more row, in the order of the codes."""
    lines = text.splitlines()
    rows = [index for index, row in enumerate(lines) if row.startswith('    ("GFG')]
    after = [index for index in rows if lines[index] < line]
    lines.insert((after[-1] if after else rows[0] - 1) + 1, line)
    return "\n".join(lines) + "\n"


def main(argv: list[str]) -> int:
    """FAMILY and NAME; then the generated pages follow."""
    if len(argv) not in (2, 3):
        print("use: make new-rule FAMILY=merge NAME=squash-onto-main [NEEDS=message]")
        return 2
    try:
        written = make(ROOT, *argv)
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
