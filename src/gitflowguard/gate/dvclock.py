"""DVC's lock file (schema 2.0): which bytes, parameters and commands the numbers were made from.

dvc.org/doc/user-guide/project-structure/dvcyaml-files: a dependency or output has an ``md5`` of its bytes; DVC before 3
took the line ends of a text as LF first, and a directory's ends in ``.dir``.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal, InvalidOperation
from typing import Any

from gitflowguard.gate.lookup import find_all
from gitflowguard.gate.values import Unreadable, Written
from gitflowguard.model.record import Record

_MOST_STAGES = 2000


class LockedFile(Record):
    """One file or directory of a stage. md5: "" where the lock has none. out: whether the stage makes it."""

    stage: str
    path: str
    md5: str
    out: bool
    plain: bool


class LockedParam(Record):
    """One parameter. value: plain data, numbers as spelled."""

    stage: str
    file: str
    name: str
    value: Any


class Lock(Record):
    """All of a lock file. commands: by stage."""

    files: tuple[LockedFile, ...]
    params: tuple[LockedParam, ...]
    commands: dict[str, str]


def read_lock(data: Any) -> Lock:
    """The lock's content. Raises Unreadable for another form."""
    stages = data.get("stages") if isinstance(data, dict) else None
    if not isinstance(stages, dict) or len(stages) > _MOST_STAGES:
        raise Unreadable("isn't a lock file of DVC: it has no stages")
    files: list[LockedFile] = []
    params: list[LockedParam] = []
    commands: dict[str, str] = {}
    for name, stage in stages.items():
        if not isinstance(stage, dict):
            raise Unreadable(f'has a stage "{name[:40]}" that isn\'t a mapping')
        files += [_file(name, row, out) for out in (False, True) for row in _rows(stage, out)]
        for file, values in _mapping(stage.get("params")).items():
            params += [LockedParam(name, file, key, value) for key, value in _mapping(values).items()]
        if isinstance(stage.get("cmd"), str):
            commands[name] = stage["cmd"]
    return Lock(tuple(files), tuple(params), commands)


def _rows(stage: dict[str, Any], out: bool) -> list[Any]:
    rows = stage.get("outs" if out else "deps")
    return rows if isinstance(rows, list) else []


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _file(stage: str, row: Any, out: bool) -> LockedFile:
    path = _mapping(row).get("path")
    if not isinstance(path, str) or not path:
        raise Unreadable(f'has a file without a path in the stage "{stage[:40]}"')
    md5 = row.get("md5")
    return LockedFile(
        stage=stage,
        path=path,
        md5=md5 if isinstance(md5, str) else "",
        out=out,
        plain=row.get("hash") == "md5",
    )


def same_bytes(locked: LockedFile, data: bytes) -> bool:
    """Whether the bytes are those of the lock."""
    if _md5(data) == locked.md5:
        return True
    return not locked.plain and _md5(data.replace(b"\r\n", b"\n")) == locked.md5


def directory_md5(files: dict[str, bytes]) -> str:
    """What the lock says of a directory that holds just these files (path below it -> bytes)."""
    rows = [{"md5": _md5(data), "relpath": path} for path, data in sorted(files.items())]
    return _md5(json.dumps(rows, sort_keys=True).encode()) + ".dir"


def same_value(locked: Any, now: Any) -> bool:
    """Whether a parameter is what the lock has; 1e-3 is 0.001."""
    if isinstance(locked, Written) and isinstance(now, Written):
        try:
            return Decimal(locked) == Decimal(now)
        except InvalidOperation:
            return str(locked) == str(now)
    if isinstance(locked, list) and isinstance(now, list):
        return len(locked) == len(now) and all(map(same_value, locked, now))
    if isinstance(locked, dict) and isinstance(now, dict):
        return locked.keys() == now.keys() and all(same_value(locked[key], now[key]) for key in locked)
    return type(locked) is type(now) and bool(locked == now)


def parameter(data: Any, name: str) -> list[Any]:
    """The values of a parameter in its file; one, if all is well."""
    return find_all(data, name)


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
