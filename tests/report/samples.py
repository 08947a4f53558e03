"""One report that holds a bit of everything, and names as hostile as git lets them be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitflowguard.model.facts import Commit, View
from gitflowguard.model.finding import (
    Finding,
    Report,
    Silenced,
    Skipped,
    Unknown,
    Violation,
)
from gitflowguard.model.rule import Rule
from gitflowguard.report.about import About

SHA = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"
EVIL = "::error::\x1b[31mfea\u200bture/\u202ex\x9b\udcff|`@all`\r\n<img src=x>##[warning][a](https://evil.example)"

DIRECT_COMMIT = """A commit is made directly on a protected branch.

What it checks

Commits on main and develop
that are no merges.

Why it matters

They skip review.
"""
STACKED = "A branch is stacked on another's unmerged work.\n"
MESSAGE = "A commit message is not as the team wants it.\n\nWhat it checks\n\nIts [form].\n"


def silent(fact: Any, view: View) -> Iterator[Finding | Unknown]:
    """A check that says nothing."""
    return iter(())


RULES = (
    Rule("GFG201", "direct-commit", Commit, silent, DIRECT_COMMIT),
    Rule(code="GFG106", name="stacked-branch", reads=Commit, check=silent, doc=STACKED, default="warning"),
    Rule(code="GFG203", name="malformed-message", reads=Commit, check=silent, doc=MESSAGE, default="ignore"),
)
ABOUT = About("0.1.0", ".gitflowguard.yaml", RULES)

DIRECT = Violation(
    "GFG201",
    "direct-commit",
    "error",
    Finding(
        "main only takes merges, and this would be a commit made on it",
        (
            ("git", "switch", "--merge", "-c", "feature/my-change", "develop"),
            ("git", "commit", "-m", "it's done"),
        ),
        ref="main",
    ),
)
STACK = Violation(
    "GFG106",
    "stacked-branch",
    "warning",
    Finding(
        "feature/b holds 2 commits of feature/a, which is not merged yet",
        (("git", "rebase", "--onto", "develop", "feature/a", "feature/b"),),
        ref="feature/b",
        commit=SHA,
        advice=True,
    ),
)
HOSTILE = Violation(
    "GFG202",
    "conflict-markers",
    "error",
    Finding(
        says=f"{EVIL} still holds a conflict marker",
        mend=(("git", "add", EVIL),),
        ref=EVIL,
        commit=SHA,
        path=EVIL,
        line=12,
    ),
)
UNTOLD = Skipped(
    "GFG105",
    "wrong-origin",
    "feature/x",
    Unknown("this clone is shallow", (("git", "fetch", "--unshallow"),)),
)
HUSHED = Silenced(DIRECT, "release @ night, agreed")
NOTE = "detached HEAD: no branch to judge"

FULL = Report(
    violations=(STACK, DIRECT, HOSTILE),
    skipped=(UNTOLD,),
    silenced=(HUSHED,),
    judged=12,
    notes=(NOTE,),
    ran=tuple(rule.name for rule in RULES),
)
CLEAN = Report(judged=12, ran=tuple(rule.name for rule in RULES))


def filled(text: str) -> Report:
    """A report in which every field of foreign origin holds the text."""
    finding = Finding(
        says=text,
        mend=(("git", "switch", text), ("git", "add", text)),
        ref=text,
        commit=text,
        path=text,
        line=3,
    )
    error = Violation("GFG202", "conflict-markers", "error", finding)
    warning = Violation("GFG106", "stacked-branch", "warning", finding)
    skipped = Skipped("GFG105", "wrong-origin", text, Unknown(text, (("git", "fetch", text),)))
    return Report((error, warning), (skipped,), (Silenced(error, text),), 4, (text,))


TOOLS = (("black", "26.10.1", "ours"), ("flake8", "7.1.0", "the project's (.venv)"), ("bandit", "", ""))
UNUSED = Violation(
    "GFG802",
    "lint",
    "error",
    Finding(
        "flake8 F401: 'os' imported but unused",
        path="pipeline.py",
        line=3,
        column=1,
        tool="flake8",
        rule="F401",
    ),
)
LONG = Violation(
    "GFG802",
    "lint",
    "warning",
    Finding(
        "flake8 E501: line too long (127 > 120 characters)",
        path="pipeline.py",
        line=9,
        column=121,
        advice=True,
        tool="flake8",
        rule="E501",
    ),
)
PICKLE = Violation(
    "GFG803",
    "security",
    "error",
    Finding(
        "bandit B301: Pickle can be unsafe", path="src/load.py", line=7, column=9, tool="bandit", rule="B301"
    ),
)


def reformat(path: str, tool: str = "black") -> Violation:
    """What a formatter says of a file, with the command that mends it."""
    mend = (("gitflowguard", "quality", "--fix", "--", path),)
    finding = Finding(f"{tool} would reformat this file", mend, path=path, tool=tool)
    return Violation("GFG801", "unformatted", "error", finding)


UNREAD = Skipped(
    "GFG804",
    "unchecked-file",
    "feature/x",
    Unknown("broken.py was not checked: bandit could not parse it (syntax error)"),
)
QUALITY = Report(
    (LONG, UNUSED, PICKLE, reformat("src/b.py"), DIRECT, reformat("pipeline.py")), (UNREAD,), (), 9
)


def filled_by_tools(text: str) -> Report:
    """A report in which every text that a tool hands us is the given one."""
    finding = Finding(text, path=text, line=3, column=7, tool=text, rule=text)
    error = Violation("GFG802", "lint", "error", finding)
    warning = Violation("GFG803", "security", "warning", finding._replace(says=f"{text}: {text}", rule=""))
    skipped = Skipped("GFG804", "unchecked-file", text, Unknown(text, (("pip", "install", text),)))
    return Report((error, warning), (skipped,), (Silenced(error, text),), 4, (text,))
