"""Our entries in a user's `.pre-commit-config.yaml`: text is inserted, nothing is rewritten.

The places come from the marks of ruamel.yaml's nodes. What comes out is read
again by ruamel.yaml (YAML 1.2) and by PyYAML, which pre-commit uses (YAML 1.1),
and must be the old data plus ours, else nothing is written.

Our stages need more hook types than pre-commit installs by default, and a hook
that names no stage runs at every installed type (pre-commit.com, default_stages).
So that the user's own hooks run exactly as often as before, ``default_stages``
is added where it is missing, and a type that would start one of them is left out.
"""

from __future__ import annotations

import copy
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gitflowguard import __version__
from gitflowguard.app.setup.yamlplace import (
    DEFAULT,
    REPOS,
    TYPES,
    Unplaced,
    insert,
    insertions,
)
from gitflowguard.model.adoptionfiles import PRE_COMMIT_FILE
from gitflowguard.model.distribution import REPOSITORY, tag
from gitflowguard.model.moment import (
    COMMIT_MSG,
    POST_CHECKOUT,
    PRE_COMMIT,
    PRE_MERGE_COMMIT,
    PRE_PUSH,
    PREPARE_COMMIT_MSG,
)
from gitflowguard.model.moment import STAGES as OURS
from gitflowguard.model.moment import moment_at
from gitflowguard.model.record import Record
from gitflowguard.repo.files import SetupError

FILE = PRE_COMMIT_FILE
URL = REPOSITORY
REV = tag(__version__)
PREFIX = "gitflowguard-"
STAGES = tuple(stage for stage in OURS if moment_at(stage).blocks)
# Many published hooks name it in their own manifest, where only a download could tell; ours sees one ref of a push
# through a framework (pre_commit/commands/hook_impl.py, _pre_push_ns), and the native hook sees them all.
_UNASKED = PRE_PUSH
# What we add to a file that says nothing of stages.
USUAL = tuple(stage for stage in STAGES if stage != _UNASKED)
# Names of stages before pre-commit 3.2 (its CHANGELOG, 3.2.0).
_FORMER = {"commit": PRE_COMMIT, "push": PRE_PUSH, "merge-commit": PRE_MERGE_COMMIT}
_BY_HAND = f"nothing was written; add repo {URL}, rev {REV}, by hand, then run this again"
# All that pre-commit can install (pre-commit.com, supported git hooks).
TYPES_OF_HOOKS = (*STAGES, POST_CHECKOUT, "post-commit", "post-merge", "post-rewrite")
_MESSAGE = (PREPARE_COMMIT_MSG, COMMIT_MSG)


class SplicedConfig(Record):
    """The new text and the pieces that were inserted; no pieces if nothing had to be.

    left: our stages that were left out, because hooks of the user's would start to run there.
    """

    text: str
    inserted: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class Terms(Record):
    """stages: ours, for the entry and as hook types. default: the ``default_stages`` to add, () where it is set."""

    stages: tuple[str, ...]
    default: tuple[str, ...]


def terms(data: Any, installed: tuple[str, ...] = ()) -> Terms:
    """Under which no hook of the user's runs more often than before.

    data: the file as read. installed: hook types that the framework has in this clone already.
    """
    data = data if isinstance(data, dict) else {}
    there = dict.fromkeys((*(_words(data.get(TYPES)) or (PRE_COMMIT,)), *installed))
    own = _words(data.get(DEFAULT))
    taken = {_UNASKED}
    for hook in _hooks(data):
        taken.update(_words(hook.get("stages")) or own)
    stages = tuple(stage for stage in STAGES if stage in there or stage not in taken)
    return Terms(stages, () if DEFAULT in data else (*there, "manual"))


def _words(value: Any) -> tuple[str, ...]:
    """A list of stages under their names of today; () for anything else."""
    words = value if isinstance(value, list) else []
    return tuple(_FORMER.get(str(word), str(word)) for word in words)


def entry(local: bool = False, stages: tuple[str, ...] = USUAL) -> dict[str, Any]:
    """What we add to ``repos``: our published hooks, or with local the installed program itself."""
    if not local:
        return {"repo": URL, "rev": REV, "hooks": [{"id": PREFIX + stage} for stage in stages]}
    return {"repo": "local", "hooks": [_local(stage) for stage in stages]}


def _local(stage: str) -> dict[str, Any]:
    return {
        "id": PREFIX + stage,
        "name": f"gitflowguard {stage}",
        "language": "system",
        "entry": f"gitflowguard-hook {stage}",
        "stages": [stage],
        "always_run": True,
        "pass_filenames": stage in _MESSAGE,
    }


def splice(text: str, local: bool = False, installed: tuple[str, ...] = ()) -> SplicedConfig:
    """The text with our entries and hook types, or as it is where one of our ids stands already.

    installed: hook types that the framework has in this clone already. Raises SetupError, one line, if the
    text cannot be read or the result would not be what is meant.
    """
    if text.startswith("\ufeff"):
        done = splice(text[1:], local, installed)
        return done._replace(text="\ufeff" + done.text)
    old = _read(text)
    if _has_ours(old):
        return SplicedConfig(text)
    how = terms(old[0], installed)
    new_entry = entry(local, how.stages)
    try:
        pieces = insertions(text, new_entry, how.stages, how.default)
    except (Unplaced, YAMLError, RecursionError) as problem:
        raise SetupError(f"{FILE} cannot be added to: {problem}; {_BY_HAND}") from None
    new = insert(text, pieces)
    if not _as_meant(new, old, new_entry, how):
        raise SetupError(f"{FILE} is written in a way that we cannot add to safely; {_BY_HAND}")
    left = tuple(stage for stage in STAGES if stage not in how.stages)
    return SplicedConfig(new, tuple(piece.text for piece in pieces), left)


def ids_in(text: str) -> tuple[str, ...]:
    """The ids of our hooks that the file runs; none if it cannot be read."""
    try:
        data = _read(text.removeprefix("\ufeff"))[0]
    except SetupError:
        return ()
    return tuple(one for one in _ids(data) if one.startswith(PREFIX))


def repeats(text: str) -> str:
    """A hook of the user's that runs at every installed type, because ours asked for more of them; "" for none."""
    try:
        data = _read(text.removeprefix("\ufeff"))[0]
    except SetupError:
        return ""
    if not isinstance(data, dict) or DEFAULT in data or len(_words(data.get(TYPES))) < 2:
        return ""
    hooks = _hooks(data)
    loose = [str(hook.get("id")) for hook in hooks if not hook.get("stages") and hook.get("id")]
    ours = any(one.startswith(PREFIX) for one in _ids(data))
    return next((one for one in loose if not one.startswith(PREFIX)), "") if ours else ""


def take_out(text: str, inserted: tuple[str, ...]) -> str | None:
    """The text without what was inserted; None unless each piece is found exactly once and the rest is whole."""
    rest = text
    for piece in inserted:
        if rest.count(piece) != 1:
            return None
        rest = rest.replace(piece, "")
    try:
        was, now = _read(text.removeprefix("\ufeff")), _read(rest.removeprefix("\ufeff"))
    except SetupError:
        return None
    return rest if all(_without(a, b) for a, b in zip(was, now)) else None


def _without(was: Any, now: Any) -> bool:
    """Whether nothing but ours and hook types is gone."""
    was, now = was or {}, now or {}
    if not isinstance(was, dict) or not isinstance(now, dict):
        return False
    others = [
        one for one in was.get("repos") or [] if not any(i.startswith(PREFIX) for i in _ids({"repos": [one]}))
    ]
    same = {key: value for key, value in was.items() if key not in (REPOS, TYPES, DEFAULT)}
    left = {key: value for key, value in now.items() if key not in (REPOS, TYPES, DEFAULT)}
    return _equal(same, left) and _equal(others, now.get("repos") or [])


def _read(text: str) -> tuple[Any, Any]:
    """(what PyYAML reads, what ruamel.yaml reads)."""
    try:
        return yaml.safe_load(text), YAML(typ="safe", pure=True).load(text)
    except (yaml.YAMLError, YAMLError, ValueError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise SetupError(f"{FILE}{where} isn't valid YAML; fix it, then run this again") from None


def _hooks(data: Any) -> list[dict[Any, Any]]:
    """Every hook in the data, whatever else is wrong with it."""
    repos = data.get(REPOS) if isinstance(data, dict) else None
    found = [one.get("hooks") for one in repos if isinstance(one, dict)] if isinstance(repos, list) else []
    return [hook for some in found if isinstance(some, list) for hook in some if isinstance(hook, dict)]


def _ids(data: Any) -> list[str]:
    return [str(hook.get("id")) for hook in _hooks(data)]


def _as_meant(text: str, old: tuple[Any, Any], new: dict[str, Any], how: Terms) -> bool:
    """Whether both readers find the old data plus ours, and nothing else."""
    try:
        return all(_equal(now, _meant(was, new, how)) for now, was in zip(_read(text), old))
    except SetupError:
        return False


def _meant(old: Any, new: dict[str, Any], how: Terms) -> Any:
    """The data that is to come out."""
    data = copy.deepcopy(old) if old is not None else {}
    data[REPOS] = [new, *(data.get(REPOS) or [])]
    have = data.get(TYPES) or []
    data[TYPES] = have + [stage for stage in how.stages if stage not in have]
    if how.default:
        data[DEFAULT] = list(how.default)
    return data


def _equal(one: Any, other: Any) -> bool:
    """Equal in type too: to Python True is 1, to a reader of YAML it is not."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_equal(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return bool(one == other)


def _has_ours(old: tuple[Any, Any]) -> bool:
    return any(one.startswith(PREFIX) for one in _ids(old[0]))
