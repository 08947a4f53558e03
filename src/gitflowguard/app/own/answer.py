"""What a rule's program answers, read strictly: a word that isn't known is a mistake and no pass.

docs/own-rules.md and docs/reference/json/rule-findings.schema.json describe it.
"""

from __future__ import annotations

import json

from gitflowguard.model.finding import Finding, Unknown
from gitflowguard.model.record import Record
from gitflowguard.quality.adapter import GarbledOutput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Said = tuple[Finding | Unknown, ...]

BYTES, FINDINGS, LETTERS, PATH, COMMANDS, WORDS = 1 << 20, 100, 500, 4096, 5, 50
_KEYS = ("findings", "unknown")
_FINDING = ("fact", "message", "severity", "path", "line", "commit", "fix")
_HEX = frozenset("0123456789abcdef")


class OwnAnswer(Record):
    """By the number of a fact, what was said of it. findings: how many there are."""

    said: dict[int, Said]
    findings: int


def read(data: bytes, facts: Sequence[Any]) -> OwnAnswer:
    """Reads an answer about these facts. Raises GarbledOutput, whose text says what is wrong with it."""
    if len(data) > BYTES:
        raise GarbledOutput(f"it is larger than {BYTES >> 20} MB")
    if not data.strip():
        raise GarbledOutput('it is empty; print {"findings": []} where there is nothing to report')
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise GarbledOutput("it isn't JSON") from None
    _known(found, _KEYS, "the answer")
    findings, unknown = _list(found, "findings", True), _list(found, "unknown", False)
    said: dict[int, Said] = {}
    for index, one in enumerate(findings[:FINDINGS]):
        number, finding = _finding(one, f"findings[{index}]", facts)
        said[number] = (*said.get(number, ()), finding)
    if len(findings) > FINDINGS:
        more = Finding(f"{len(findings) - FINDINGS} more findings aren't shown", ref=facts[0].about)
        said[0] = (*said.get(0, ()), more)
    for index, one in enumerate(unknown[:FINDINGS]):
        where = f"unknown[{index}]"
        _known(one, ("fact", "reason"), where)
        number = _number(one, where, facts)
        said[number] = (*said.get(number, ()), Unknown(_text(one, "reason", where)))
    return OwnAnswer(said, len(findings))


def _finding(one: Any, where: str, facts: Sequence[Any]) -> tuple[int, Finding]:
    """(number of its fact, the finding)."""
    _known(one, _FINDING, where)
    number = _number(one, where, facts)
    severity = one.get("severity", "error")
    if severity not in ("error", "warning"):
        raise GarbledOutput(f"{where}.severity must be error or warning")
    return number, Finding(
        _text(one, "message", where),
        _fix(one.get("fix", []), where),
        ref=facts[number].about,
        commit=_commit(one.get("commit", ""), where),
        path=_path(one.get("path", ""), where),
        line=_line(one.get("line", 0), where),
        advice=severity == "warning",
    )


def _known(value: Any, keys: tuple[str, ...], where: str) -> None:
    if not isinstance(value, dict):
        raise GarbledOutput(f"{where} must be an object")
    odd = next((key for key in value if key not in keys), "")
    if odd:
        raise GarbledOutput(f"{where} has the unknown key {odd[:40]!r}; the keys are {', '.join(keys)}")


def _list(value: dict[str, Any], key: str, needed: bool) -> list[Any]:
    found = value.get(key, None if needed else [])
    if not isinstance(found, list):
        raise GarbledOutput(f"{key} must be a list" if key in value else f"{key} is missing")
    return found


def _number(one: dict[str, Any], where: str, facts: Sequence[Any]) -> int:
    number = one.get("fact")
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(facts):
        raise GarbledOutput(
            f"{where}.fact must be the place of a fact in the list, from 0 to {len(facts) - 1}"
        )
    return number


def _text(one: dict[str, Any], key: str, where: str) -> str:
    """One line; a full stop at the end goes, as in every sentence of a rule."""
    text = one.get(key)
    words = " ".join(text.split()).rstrip(".") if isinstance(text, str) else ""
    if not words:
        raise GarbledOutput(f"{where}.{key} must be a text")
    return words if len(words) <= LETTERS else f"{words[:LETTERS]}…"


def _path(path: Any, where: str) -> str:
    parts = path.split("/") if isinstance(path, str) else [""]
    if path == "" or not {"", ".", ".."} & set(parts) and len(path) <= PATH and "\0" not in path:
        return str(path)
    raise GarbledOutput(f"{where}.path must be a path from the root of the repository")


def _line(line: Any, where: str) -> int:
    if isinstance(line, bool) or not isinstance(line, int) or not 0 <= line < 1 << 31:
        raise GarbledOutput(f"{where}.line must be a number of a line, from 1")
    return line


def _commit(commit: Any, where: str) -> str:
    if commit == "" or isinstance(commit, str) and len(commit) in (40, 64) and set(commit) <= _HEX:
        return str(commit)
    raise GarbledOutput(f"{where}.commit must be a full commit id")


def _fix(fix: Any, where: str) -> tuple[tuple[str, ...], ...]:
    """Commands, each a list of words."""
    good = isinstance(fix, list) and len(fix) <= COMMANDS and all(map(_is_command, fix))
    if not good:
        says = f'must be at most {COMMANDS} commands, each a list of at most {WORDS} words, such as [["git", "push"]]'
        raise GarbledOutput(f"{where}.fix {says}")
    return tuple(tuple(command) for command in fix)


def _is_command(command: Any) -> bool:
    words = command if isinstance(command, list) else []
    return 0 < len(words) <= WORDS and all(isinstance(one, str) and one and "\0" not in one for one in words)
