"""The day of the model, for `demo --ml`, as data: the project of examples/spam, and who types what."""

from __future__ import annotations

import json

from gitflowguard.app.demo.script import (
    ANA,
    BEN,
    CHRIS,
    REFUSED,
    DemoCommand,
    DemoEvent,
    DemoFlip,
    DemoPython,
    DemoWrite,
    Mend,
    Say,
    Step,
    git,
)
from gitflowguard.report.packaged import packaged

# Path in the project -> the file beside this module that holds it; examples/spam is the same.
FILES = {
    "README.md": "README.md.txt",
    "pipeline.py": "pipeline.py.txt",
    "learning.py": "learning.py.txt",
    "train.py": "train.py.txt",
    ".gitflowguard.yaml": "gitflowguard.yaml.txt",
    ".gitignore": "gitignore.txt",
    "requirements.txt": "requirements.txt.txt",
    "data/train.csv": "data-train.csv.txt",
    "data/reference.csv": "data-reference.csv.txt",
    "reports/metrics.json": "reports-metrics.json.txt",
}
LINE = "lr = LogisticRegression(maxIter=10, regParam=0.001)"
WORSE = "lr = LogisticRegression(maxIter=3, regParam=0.001)"
BETTER = "lr = LogisticRegression(maxIter=20, regParam=0.001)"
_OUTPUT = {"name": "stdout", "output_type": "stream", "text": ["ana@example.invalid: You have won\n"]}
_CELL = {
    "cell_type": "code",
    "execution_count": 7,
    "id": "a1",
    "metadata": {},
    "outputs": [_OUTPUT],
    "source": ["messages.head()"],
}
_NOTEBOOK = json.dumps(
    {"cells": [_CELL], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1, sort_keys=True
)
# Protocol 0, which is text (docs.python.org, "pickle", "Data stream format"): whoever loads it runs a command.
_PICKLE = "cos\nsystem\n(S'echo whoever loads this model runs this'\ntR."
_WEIGHTS = "0.0625\n" * 750_000


def _files() -> tuple[Step, ...]:
    """The project as it lies in the package."""
    found = ((path, packaged("gitflowguard.app.demo", name)) for path, name in FILES.items())
    return tuple(DemoWrite(ANA, path, text, "") for path, text in found)


def morning() -> tuple[Step, ...]:
    """What is there in the morning. Not shown."""
    return (
        *_files(),
        git(ANA, "add", "."),
        git(ANA, "commit", "-q", "-m", "Start"),
        git(ANA, "remote", "add", "origin", "../origin.git"),
        git(ANA, "push", "-q", "-u", "origin", "main"),
    )


def _line(who: str, line: str) -> DemoWrite:
    text = packaged("gitflowguard.app.demo", FILES["pipeline.py"])
    return DemoWrite(who, "pipeline.py", text.replace(LINE, line), line)


def _ours(who: str, *words: str, ends: str = "passes", code: str = "", most: int = 40) -> DemoCommand:
    return DemoCommand(who, ("gitflowguard", *words), ends, code, most)


def _refused(path: str, text: str, shown: str, code: str) -> tuple[Step, ...]:
    """A file that a commit doesn't take, and the command that takes it out again."""
    return (
        DemoWrite(ANA, path, text, shown),
        git(ANA, "add", path),
        git(ANA, "commit", "-q", "-m", f"Add {path}", ends=REFUSED, code=code),
        Mend(ANA),
    )


def _asked(head: str, ends: str = "passes", code: str = "") -> DemoCommand:
    """The check on a pull request, with the reports that its training wrote."""
    words = ("pr", "check", "--head", head, "--base", "develop", "--reports", ".")
    return _ours(BEN, *words, ends=ends, code=code)


def day() -> tuple[Step, ...]:
    """The steps, in order."""
    return (
        Say("A model in the repository", title=True),
        Say("The policy says what a model must be, and what it is made from. The guard is installed."),
        _ours(ANA, "init", "--yes", most=5),
        git(ANA, "push", "-q", "origin", "develop"),
        Say(
            "Ana explores, and wants to commit what came of it: a notebook with its outputs, a pickle, 5 MB of weights."
        ),
        git(ANA, "switch", "-q", "-c", "feature/explore", "develop"),
        *_refused("explore.ipynb", _NOTEBOOK, "one cell, with names from the data in its output", "GFG814"),
        *_refused("spam.sav", _PICKLE, "a pickle that runs a command, under a name of its own", "GFG811"),
        *_refused("weights.txt", _WEIGHTS, "5 MB of numbers", "GFG815"),
        git(ANA, "clean", "-q", "-f", "--", "explore.ipynb", "spam.sav", "weights.txt"),
        Say("The workflows are written from the policy and the project."),
        git(CHRIS, "switch", "-q", "-c", "feature/ci", "develop"),
        _ours(CHRIS, "ci", "--python", "3.12", most=5),
        _ours(CHRIS, "ci", "--retrain", "--python", "3.12", most=5),
        git(CHRIS, "add", ".github"),
        git(CHRIS, "commit", "-q", "-m", "Test and train in CI"),
        git(CHRIS, "switch", "-q", "develop"),
        git(CHRIS, "merge", "-q", "--no-ff", "--no-edit", "feature/ci"),
        git(CHRIS, "push", "-q", "origin", "develop"),
        Say(
            "Ben is in a hurry and lets the model learn less. The pull request is checked with the new report."
        ),
        git(BEN, "switch", "-q", "-c", "feature/faster", "develop"),
        _line(BEN, WORSE),
        DemoPython(BEN, "train.py"),
        git(BEN, "commit", "-q", "-am", "Iterate less"),
        _asked("feature/faster", REFUSED, "GFG003"),
        Say("Ana lets it learn more."),
        git(ANA, "switch", "-q", "-c", "feature/more", "develop"),
        _line(ANA, BETTER),
        DemoPython(ANA, "train.py"),
        git(ANA, "commit", "-q", "-am", "Iterate more"),
        _asked("feature/more"),
        git(ANA, "switch", "-q", "develop"),
        git(ANA, "merge", "-q", "--no-ff", "--no-edit", "feature/more"),
        Say("It is released. The push of that merge to main is what training starts from."),
        git(CHRIS, "switch", "-q", "-c", "release/1.0.0", "develop"),
        git(CHRIS, "switch", "-q", "main"),
        git(CHRIS, "merge", "-q", "--no-ff", "--no-edit", "release/1.0.0"),
        git(CHRIS, "push", "-q", "origin", "main", "develop"),
        DemoEvent(CHRIS, "../push.json"),
        _ours(CHRIS, "model", "start", "--event", "../push.json"),
        DemoPython(CHRIS, "train.py"),
        _ours(CHRIS, "model", "record", "models/spam.json"),
        _ours(CHRIS, "model", "verify", "models/spam.json"),
        Say("Somebody changes the model afterwards."),
        DemoFlip(BEN, "models/spam.json"),
        _ours(CHRIS, "model", "verify", "models/spam.json", ends=REFUSED, code="GFG010"),
    )


ENDING = (
    "What happened: {refused} wrong steps were blocked, each where it was made.",
    "The model in production comes from one merge into main, and its record proves it byte by byte.",
    "What now: gitflowguard ci --retrain",
)
