"""The record beside an artefact, as text and as a value.

JSON with sorted keys and no clock, so that the same training gives the same bytes. A record is foreign text: whoever
may write the artefact may write it, too.
"""

from __future__ import annotations

import json
from typing import Any

from gitflowguard.model.names import is_object_id
from gitflowguard.model.record import Record

Digests = tuple[tuple[str, str], ...]

FORMAT = 1
# A record of ten thousand files has about this size.
MOST = 1 << 20
# How many changed paths are kept: enough to find the cause.
CHANGES = 20
_HEX = frozenset("0123456789abcdef")
_KEYS = {
    "artefact",
    "changes",
    "clean",
    "commit",
    "data",
    "environment",
    "format",
    "policy",
    "tool",
    "tree",
}


class TrainingRecord(Record):
    """What an artefact was made from. Digests are SHA-256 in lower-case hex.

    artefact: (path from the record's own folder, digest) of each file of it.
    commit, tree: full ids of what was checked out. clean: whether nothing differed from it, None if nobody could say.
    changes: paths that differed, at most CHANGES of them.
    policy, data, environment: (path from the top, digest) of the policy, of the data, of the lock file.
    tool: the program that wrote the record.
    """

    artefact: Digests
    commit: str
    tree: str
    clean: bool | None
    changes: tuple[str, ...] = ()
    policy: Digests = ()
    data: Digests = ()
    environment: Digests = ()
    tool: str = ""

    @property
    def inputs(self) -> Digests:
        """Every file that the model was made from and that the commit holds, too."""
        return (*self.policy, *self.data, *self.environment)


def write_record(record: TrainingRecord) -> str:
    """The text of a record; ends in a newline."""
    plain: dict[str, object] = {"format": FORMAT, **record._asdict()}
    for key in ("artefact", "policy", "data", "environment"):
        plain[key] = dict(plain[key])  # type: ignore[call-overload]
    return json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=True) + "\n"


def read_record(data: bytes, artefact: str) -> TrainingRecord | str:
    """The record of an artefact, or in words why it isn't one. artefact: the last part of its path."""
    if len(data) > MOST:
        return f"it is larger than {MOST >> 20} MB"
    try:
        plain = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        return "it is nested too deeply"
    except ValueError as problem:  # json's own errors, UnicodeDecodeError, and ours
        return f"it can't be read: {problem}" if isinstance(problem, _TwiceError) else "it isn't JSON"
    if not isinstance(plain, dict):
        return "it isn't a JSON object"
    return _checked(plain, artefact)


class _TwiceError(ValueError):
    """A key that appears twice: two readers could see two records."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwiceError("a key stands in it twice")
    return found


def _no_constant(word: str) -> float:
    raise ValueError(word)


def _checked(plain: dict[str, Any], artefact: str) -> TrainingRecord | str:
    form = plain.get("format")
    if type(form) is not int or form != FORMAT:
        return f"its format isn't {FORMAT}, the one that this version reads"
    if set(plain) != _KEYS:
        odd = sorted(set(plain) ^ _KEYS)
        return f"it {'lacks' if odd[0] in _KEYS else 'has an unknown'} {odd[0]}"
    if not all(isinstance(plain[key], str) and is_object_id(plain[key]) for key in ("commit", "tree")):
        return "its commit or tree isn't an object id"
    if not (plain["clean"] is None or isinstance(plain["clean"], bool)) or not isinstance(plain["tool"], str):
        return "clean is true, false or null, and tool is text"
    changes = plain["changes"]
    if not isinstance(changes, list) or not all(isinstance(path, str) for path in changes):
        return "its changes aren't a list of paths"
    digests = {key: _digests(plain[key]) for key in ("artefact", "policy", "data", "environment")}
    if None in digests.values():
        return "artefact, policy, data and environment each have paths and SHA-256 digests"
    made = TrainingRecord(
        artefact=digests["artefact"] or (),
        commit=plain["commit"].lower(),
        tree=plain["tree"].lower(),
        clean=False if changes else plain["clean"],
        changes=tuple(changes[:CHANGES]),
        policy=digests["policy"] or (),
        data=digests["data"] or (),
        environment=digests["environment"] or (),
        tool=plain["tool"],
    )
    return made if _about(made, artefact) else f"it is the record of something else than {artefact}"


def _about(record: TrainingRecord, artefact: str) -> bool:
    """Whether the record names this file, or files below this directory, and nothing else."""
    paths = [path for path, _ in record.artefact]
    return paths == [artefact] or bool(paths) and all(path.startswith(f"{artefact}/") for path in paths)


def _digests(found: Any) -> Digests | None:
    if not isinstance(found, dict):
        return None
    if not all(inner_path(path) and is_digest(digest) for path, digest in found.items()):
        return None
    return tuple(sorted(found.items()))


def is_digest(word: object) -> bool:
    """Whether it is a SHA-256 digest in lower-case hex."""
    return isinstance(word, str) and len(word) == 64 and all(letter in _HEX for letter in word)


def inner_path(path: str) -> bool:
    """Whether a path stays below the folder that it begins in, on every system."""
    parts = path.split("/")
    plain = all(letter >= " " and letter not in "\\\x7f" for letter in path)
    return plain and not path[1:2] == ":" and all(part not in ("", ".", "..") for part in parts)
