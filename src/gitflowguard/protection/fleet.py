"""A fleet from what was read of each repository: versions in files, and what sets a repository apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from hashlib import sha256

from gitflowguard.model.finding import Unknown
from gitflowguard.model.names import plural
from gitflowguard.protection.nouns.fleet import FleetRow

_OURS = "gitflowguard/gitflowguard"
_ENDS = " \t'\"\\,;#"
UNVERSIONED = "no version"


def digest(text: str) -> str:
    """What two policies are compared by: their text, line ends apart."""
    return sha256(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")).hexdigest()[:8]


def key_of(text: str, name: str) -> str:
    """The plain value of a key at the top of a YAML text, "" where it isn't there."""
    for line in text.splitlines():
        key, found, value = line.partition(":")
        if found and key == name:
            return value.partition(" #")[0].strip().strip("'\"")
    return ""


def workflow_version(text: str) -> str:
    """The version or ref of ours that a workflow runs: of the action, or of what pip installs."""
    return next(_refs(text, (f"{_OURS}@", f"{_OURS}.git@", "gitflowguard==", "[github]==")), UNVERSIONED)


def hooks_version(text: str) -> str:
    """The ``rev`` of our entry in .pre-commit-config.yaml; "" where it has none."""
    entry: list[str] = []
    for line in (*(one.strip() for one in text.splitlines()), "- end"):
        if line.startswith("- "):
            if any(_is_ours(one) for one in entry):
                return next(filter(None, map(_rev, entry)), UNVERSIONED)
            entry = []
        entry.append(line.removeprefix("- ").strip())
    return ""


def _is_ours(line: str) -> bool:
    key, _, value = line.partition(":")
    return key == "repo" and value.partition(" #")[0].strip(" '\"/").removesuffix(".git").endswith(_OURS)


def _rev(line: str) -> str:
    key, _, value = line.partition(":")
    return value.partition(" #")[0].strip(" '\"") if key == "rev" else ""


def _refs(text: str, marks: tuple[str, ...]) -> Iterator[str]:
    """What follows one of the marks, up to the end of the word; comments don't count."""
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            continue
        for mark in marks:
            _, found, rest = line.partition(mark)
            word = rest[: next((at for at, letter in enumerate(rest) if letter in _ENDS), len(rest))]
            if found and word:
                yield word


def compared(rows: Iterable[FleetRow]) -> tuple[FleetRow, ...]:
    """The rows with what sets each apart. What most guarded repositories have is the measure; a tie has none."""
    kept = tuple(rows)
    guarded = [row for row in kept if row.guarded]
    usual = {
        what: _most(
            value for row in guarded if (value := getattr(row, what)) and not isinstance(value, Unknown)
        )
        for what in ("digest", "extends", "workflow", "hooks")
    }
    return tuple(row._replace(differs=tuple(_differences(row, usual))) for row in kept)


def _most(values: Iterable[str]) -> str:
    """The value that more repositories have than any other; "" where two lead."""
    ranked = Counter(values).most_common(2)
    return ranked[0][0] if len(ranked) == 1 or (ranked and ranked[0][1] > ranked[1][1]) else ""


def _differences(row: FleetRow, usual: dict[str, str]) -> Iterator[str]:
    """In the order of the columns. What couldn't be read isn't a difference."""
    if not row.guarded:
        if not isinstance(row.policy, Unknown):
            yield row.problem or "not guarded: no policy"
        return
    if usual["digest"] and row.digest != usual["digest"]:
        yield f"its policy isn't the usual one ({usual['digest']})"
    if usual["extends"] and row.extends != usual["extends"]:
        yield f"doesn't extend {usual['extends']}"
    if row.extends and not row.locked:
        yield "extends without a lock"
    yield from _version("check", row.workflow, usual["workflow"], "no workflow")
    yield from _version("hooks", row.hooks, usual["hooks"], "")
    if not isinstance(row.steps, Unknown) and row.steps:
        yield f"protection: {plural(row.steps, 'step')} to take"
    if row.required is False:
        yield "the check isn't required"


def _version(what: str, have: str | Unknown, usual: str, none: str) -> Iterator[str]:
    """What differs in a version. none: what to say where there isn't any, "" for nothing."""
    if isinstance(have, Unknown):
        return
    if not have:
        yield from (none,) if none else ()
    elif usual and have != usual:
        yield f"{what} {have}, usual is {usual}"
