"""The section ``training`` of a policy file: its form, and what can't be meant in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

from gitflowguard.model.training import Training
from gitflowguard.policy.document import Path, PolicyFault
from gitflowguard.policy.errors import shown

Text = Annotated[str, Meta(min_length=1)]
_TOP = "training"
# An expression of GitHub's would be text in a script, which whoever wrote that text could end (docs.github.com, "Script
# injections").
_EXPRESSION = "${{"


class TrainingForm(Struct, forbid_unknown_fields=True, rename="kebab"):
    """How a model is trained, and what it is made from."""

    run: Annotated[
        list[Text],
        Meta(description="The commands that train, one line each, as a shell reads them in a job."),
    ] = []
    reads: Annotated[
        list[Text],
        Meta(
            description="What a model is made from, as in files of a tool; a merge that changes none of it starts "
            "nothing. Left out, it is everything that training doesn't write."
        ),
    ] = []
    writes: Annotated[
        list[Text],
        Meta(description="The artefacts that training writes, as in files of a tool: models/*.json."),
    ] = []
    data: Annotated[
        list[Text],
        Meta(description="The data whose digests a record holds, as in files of a tool: data/*.csv."),
    ] = []
    lock: Annotated[
        str, Meta(description="The file that fixes the environment: requirements.txt, uv.lock, poetry.lock.")
    ] = ""
    python: Annotated[
        str,
        Meta(
            description='The Python that the job sets up, in quotes: "3.12". Left out, the newest of the project.'
        ),
    ] = ""
    environment: Annotated[
        str, Meta(description="The GitHub environment whose secrets the training may use.")
    ] = ""


def training_in(own: TrainingForm, faults: list[PolicyFault]) -> Training:
    """What the file says of training. Adds to the faults."""
    for key in ("run", "reads", "writes", "data"):
        for index, word in enumerate(getattr(own, key)):
            says = _wrong_line(word) if key == "run" else _wrong_pattern(word)
            if says:
                faults.append(PolicyFault((_TOP, key, index), f"training.{key}: {shown(word)} {says}"))
    faults += _wrong_words(own)
    return Training(
        run=tuple(own.run),
        reads=tuple(dict.fromkeys(own.reads)),
        writes=tuple(dict.fromkeys(own.writes)),
        data=tuple(dict.fromkeys(own.data)),
        lock=own.lock,
        python=own.python,
        environment=own.environment,
    )


def training_entries(own: TrainingForm) -> int:
    """How many lines and patterns there are."""
    return sum(map(len, (own.run, own.reads, own.writes, own.data)))


def _wrong_words(own: TrainingForm) -> Iterator[PolicyFault]:
    """The single words."""
    if own.lock and (_wrong_pattern(own.lock) or "*" in own.lock):
        says = f"training.lock: {shown(own.lock)} isn't the path of one file"
        yield PolicyFault((_TOP, "lock"), f"{says}; write it from the top, such as requirements.txt")
    if own.python and not _version(own.python):
        says = f"training.python: {shown(own.python)} isn't a version of Python"
        yield PolicyFault((_TOP, "python"), f'{says}; write it in quotes, such as "3.12"')
    if own.environment and (not own.environment.isprintable() or _EXPRESSION in own.environment):
        path: Path = (_TOP, "environment")
        yield PolicyFault(
            path, f"training.environment: {shown(own.environment)} isn't the name of an environment"
        )


def _wrong_line(line: str) -> str:
    """What is wrong with a line of the script, "" if nothing is."""
    if not line.isprintable() or not line.strip():
        return "isn't one line of visible letters; write one command per item"
    if _EXPRESSION in line:
        return "holds an expression of GitHub's; a script reads values from the environment"
    return ""


def _wrong_pattern(pattern: str) -> str:
    """What is wrong with a pattern of paths, "" if nothing is."""
    parts = pattern.split("/")
    if pattern.startswith("/") or ".." in parts or "." in parts or "" in parts or "\\" in pattern:
        return "isn't a path from the top of the repository, such as models/*.json"
    return "" if pattern.isprintable() else "holds a letter that can't be seen"


def _version(text: str) -> bool:
    """Whether it is ``3.12`` or ``3.12.4``."""
    parts = text.split(".")
    return 2 <= len(parts) <= 3 and all(part.isascii() and part.isdigit() for part in parts)
