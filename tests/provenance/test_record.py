"""The record as text: the same for the same training, and hostile until it was read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gitflowguard.model.training import Training
from gitflowguard.provenance.novelty import inputs_of
from gitflowguard.provenance.record import (
    CHANGES,
    MOST,
    TrainingRecord,
    inner_path,
    read_record,
    write_record,
)

ONE, TWO = "1" * 64, "2" * 64
RECORD = TrainingRecord(
    artefact=(("spam.json", ONE),),
    commit="a" * 40,
    tree="b" * 40,
    clean=True,
    policy=((".gitflowguard.yaml", TWO),),
    data=(("data/a.csv", ONE), ("data/b.csv", TWO)),
    environment=(("uv.lock", ONE),),
    tool="gitflowguard 1",
)


def changed(**keys: Any) -> bytes:
    """The text of a good record with other values; a value of None takes the key away."""
    plain = {**json.loads(write_record(RECORD)), **keys}
    return json.dumps({key: value for key, value in plain.items() if value is not ...}).encode()


def test_what_is_written_is_read_and_the_same_training_gives_the_same_bytes() -> None:
    """No clock, no order of a dictionary."""
    text = write_record(RECORD)
    assert read_record(text.encode(), "spam.json") == RECORD
    assert write_record(RECORD._replace(data=tuple(reversed(RECORD.data)))) == text
    assert text.isascii() and text.endswith("}\n")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "it isn't JSON"),
        (b"\xff\xfe", "it isn't JSON"),
        (b"[]", "it isn't a JSON object"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b" " * (MOST + 1), "it is larger than 1 MB"),
        (b'{"format": 1, "format": 1}', "it can't be read: a key stands in it twice"),
        (b'{"format": NaN}', "it isn't JSON"),
        (changed(format=2), "its format isn't 1, the one that this version reads"),
        (changed(format=True), "its format isn't 1, the one that this version reads"),
        (changed(tree=...), "it lacks tree"),
        (changed(signed="yes"), "it has an unknown signed"),
        (changed(commit="main"), "its commit or tree isn't an object id"),
        (changed(commit=7), "its commit or tree isn't an object id"),
        (changed(clean="yes"), "clean is true, false or null, and tool is text"),
        (changed(clean=1), "clean is true, false or null, and tool is text"),
        (changed(changes="a.py"), "its changes aren't a list of paths"),
        (changed(artefact=[]), "artefact, policy, data and environment each have paths and SHA-256 digests"),
        (
            changed(data={"a": "x"}),
            "artefact, policy, data and environment each have paths and SHA-256 digests",
        ),
        (
            changed(data={"../a": ONE}),
            "artefact, policy, data and environment each have paths and SHA-256 digests",
        ),
        (changed(artefact={}), "it is the record of something else than spam.json"),
        (changed(artefact={"ham.json": ONE}), "it is the record of something else than spam.json"),
        (
            changed(artefact={"spam.json": ONE, "ham.json": ONE}),
            "it is the record of something else than spam.json",
        ),
    ],
)
def test_what_isnt_a_record_is_said_and_never_taken_for_one(data: bytes, says: str) -> None:
    """Each of them is the violation unrecorded-artefact."""
    assert read_record(data, "spam.json") == says


def test_a_record_that_names_changes_isnt_clean_whatever_it_says() -> None:
    """And an endless list of changes is cut."""
    found = read_record(changed(changes=[f"{n}.py" for n in range(99)], clean=True), "spam.json")
    assert isinstance(found, TrainingRecord)
    assert found.clean is False and len(found.changes) == CHANGES


def test_a_directory_is_recorded_file_by_file() -> None:
    """Its files lie below its name."""
    data = changed(artefact={"spam/a": ONE, "spam/b/c": TWO})
    assert isinstance(read_record(data, "spam"), TrainingRecord)
    assert read_record(data, "spa") == "it is the record of something else than spa"


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "a/../b", "..", "./a", "a//b", "a/", "C:/x", "a\\b", "a\nb", "a\x00", "a\x7f"]
)
def test_a_path_that_leaves_its_folder_is_none(path: str) -> None:
    """On every system."""
    assert not inner_path(path)


@pytest.mark.parametrize(
    ("changes", "training", "left"),
    [
        (("train.py", "models/spam.json"), Training(writes=("models/*",)), ("train.py",)),
        (("models/spam.json",), Training(writes=("models/*",)), ()),
        (("models/spam.json.provenance.json",), Training(), ()),
        (("known.bin",), Training(), ()),
        (("README.md",), Training(reads=("*.py", "data/**")), ()),
        (("README.md", "data/x/a.csv"), Training(reads=("*.py", "data/**")), ("data/x/a.csv",)),
        (("README.md",), Training(), ("README.md",)),
    ],
)
def test_what_training_wrote_starts_no_training(
    changes: tuple[str, ...], training: Training, left: tuple[str, ...]
) -> None:
    """Named by the policy, by a record, or a record itself; and what the policy says that a model is made from."""
    assert inputs_of(changes, ("known.bin",), training) == left
