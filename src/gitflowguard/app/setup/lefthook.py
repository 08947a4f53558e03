"""Our command in a `lefthook.yml`: text is inserted, nothing is rewritten, and the result is read again.

lefthook takes YAML, JSON (with comments, too) and TOML (lefthook.dev, "Configuration"). YAML is edited; for the others
init prints the lines. lefthook installs a hook for each stage that its file has a section for, over another one, which
it puts aside: there ours belongs into the section. It leaves other stages alone and prints a banner for each of its
own, so those get our native hook.
"""

from __future__ import annotations

import copy
import json
import os
import re
import tomllib
from collections.abc import Callable
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gitflowguard.app.setup.yamlplace import Insertion, Unplaced, at_end, insert
from gitflowguard.model.adoptionfiles import (
    LEFTHOOK,
    LEFTHOOK_FILES,
    LEFTHOOK_LOCAL,
)
from gitflowguard.model.moment import (
    COMMIT_MSG,
    POST_CHECKOUT,
    PRE_PUSH,
    PREPARE_COMMIT_MSG,
    STAGES,
    STRICT,
    moment_at,
)
from gitflowguard.model.record import Record
from gitflowguard.repo.call import call, other
from gitflowguard.repo.files import SetupError, read
from gitflowguard.repo.hookfiles import COMMAND, HooksPath, look
from gitflowguard.repo.install import FileWrite

NAME = "gitflowguard"
_YAML = (".yml", ".yaml")
_STRING = r'("(?:[^"\\]|\\.)*")'
_COMMENT = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?\*/", re.DOTALL)
_LAST_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)
# Where no section is for a hook of git's, lefthook still installs this one, which looks for changes of its file
# (internal/config/available_hooks.go, GhostHookName).
_GHOST = PREPARE_COMMIT_MSG
# githooks(5), the hooks of a work tree: what lefthook has hooks for beside our own stages.
_OTHERS = (
    "applypatch-msg", "pre-applypatch", "post-applypatch", "post-commit", "post-merge", "post-rewrite",
    "sendemail-validate", "fsmonitor-watchman", "post-index-change", "pre-auto-gc", "push-to-checkout",
    STRICT,
)  # fmt: skip
# lefthook puts git's arguments into the text of the command as they are (lefthook.dev, "run"), so none that may hold a
# branch's name.
_ARGUMENTS = {
    PREPARE_COMMIT_MSG: '"{1}"',
    COMMIT_MSG: '"{1}"',
    PRE_PUSH: '"{1}"',
    POST_CHECKOUT: "{0}",  # two ids and a digit
}


class SplicedLefthook(Record):
    """The new text and the pieces that were inserted."""

    text: str
    inserted: tuple[str, ...] = ()


def lefthook_run(stage: str, missing: str = "warn") -> str:
    """The command for a stage."""
    return call(stage, _ARGUMENTS.get(stage, ""), missing)


def main_file(top: str) -> str:
    """The file that lefthook reads, from the top; "" where there is none."""
    return next((name for name in LEFTHOOK_FILES if os.path.isfile(os.path.join(top, name))), "")


def called(top: str) -> frozenset[str]:
    """The stages whose commands in lefthook's files start ours; by the text, whatever the format."""
    texts = []
    for name in (*LEFTHOOK_FILES, *LEFTHOOK_LOCAL):
        try:
            with open(os.path.join(top, name), encoding="utf-8") as file:
                texts.append(file.read())
        except (OSError, UnicodeDecodeError):
            continue
    return frozenset(stage for stage in STAGES if any(f"{COMMAND} {stage} " in f"{text} " for text in texts))


def taken(top: str, hooks: HooksPath) -> tuple[str, ...]:
    """The stages that are lefthook's: its file has a section for them, or its hook is installed.

    All of them where the file can't be read.
    """
    name = main_file(top)
    if not name:
        return ()
    keys = _keys_of(os.path.join(top, name))
    if keys is None:
        return STAGES
    alone = not keys.intersection((*STAGES, *_OTHERS))
    return tuple(
        stage
        for stage in STAGES
        if stage in keys
        or (alone and stage == _GHOST)
        or look(os.path.join(hooks.directory, stage)).maker == "lefthook"
    )


def _jsonc(text: str) -> Any:
    """JSON with comments and with commas behind the last value, as lefthook takes it (github.com/tidwall/jsonc)."""
    bare = _COMMENT.sub(lambda found: found[1] or " ", text)
    return json.loads(_LAST_COMMA.sub(lambda found: found[1] or "", bare))


# Not all JSON is YAML to PyYAML: it takes no tab between two tokens (yaml/scanner.py, scan_to_next_token).
_READERS: dict[str, Callable[[str], Any]] = {".toml": tomllib.loads, ".json": json.loads, ".jsonc": _jsonc}


def _keys_of(path: str) -> frozenset[str] | None:
    """What stands at the top of a file of lefthook's; None where that can't be read."""
    try:
        text = (read(path).data or b"").decode()
        data = _READERS.get(os.path.splitext(path)[1], yaml.safe_load)(text)
    except (SetupError, ValueError, RecursionError, yaml.YAMLError):
        return None
    if data is None:
        return frozenset()
    return frozenset(map(str, data)) if isinstance(data, dict) else None


def lefthook_step(top: str, missing: str, stages: tuple[str, ...]) -> FileWrite | None:
    """What to write; None where nothing has to be. Raises SetupError where the file cannot be added to.

    stages: those that are to start ours (taken).
    """
    name = main_file(top)
    if not name or not name.endswith(_YAML):
        return None
    path = os.path.join(top, name)
    before = read(path)
    try:
        done = splice((before.data or b"").decode(), missing, name, stages)
    except UnicodeDecodeError:
        raise SetupError(f"{name} isn't UTF-8, so it can't be added to") from None
    new = done.text.encode()
    return (
        FileWrite(path=path, role=LEFTHOOK, data=new, before=before, mode=before.mode, inserted=done.inserted)
        if new != before.data
        else None
    )


def by_hand(top: str, missing: str, stages: tuple[str, ...]) -> tuple[str, ...]:
    """One sentence for each of the stages that the file lacks, where it is not edited."""
    name = main_file(top)
    there = called(top)
    lacking = [stage for stage in stages if name and stage not in there]
    return tuple(
        f"{name} is left as it is; to keep {stage} after the next `lefthook install`, give it the command "
        f"{lefthook_run(stage, missing)}" + (" with use_stdin" if moment_at(stage).stdin else "")
        for stage in lacking
    )


def splice(
    text: str, missing: str = "warn", name: str = "lefthook.yml", stages: tuple[str, ...] = STAGES
) -> SplicedLefthook:
    """The text with our command in these stages; one that calls us already stays, or follows the policy's choice."""
    for stage in STAGES:
        text = text.replace(lefthook_run(stage, other(missing)), lefthook_run(stage, missing))
    old = _read(text, name)
    lacking = tuple(stage for stage in stages if f"{COMMAND} {stage} " not in text)
    if not lacking:
        return SplicedLefthook(text)
    try:
        pieces = _insertions(text, lacking, missing)
    except (Unplaced, YAMLError, RecursionError) as problem:
        raise SetupError(f"{name} can't be added to: {problem}") from None
    new = insert(text, pieces)
    if _read(new, name) != tuple(_meant(one, lacking, missing) for one in old):
        raise SetupError(f"{name} is written in a way that can't be added to safely")
    return SplicedLefthook(new, tuple(piece.text for piece in pieces))


def take_out(text: str, inserted: tuple[str, ...]) -> str | None:
    """The text without what was inserted; None unless each piece is found exactly once and YAML remains."""
    for piece in inserted:
        if text.count(piece) != 1:
            return None
        text = text.replace(piece, "")
    try:
        _read(text, "")
    except SetupError:
        return None
    return text


def _read(text: str, name: str) -> tuple[Any, Any]:
    """(what PyYAML reads, what ruamel.yaml reads); lefthook's own reader follows YAML 1.2 with words of 1.1."""
    try:
        return yaml.safe_load(text), YAML(typ="safe", pure=True).load(text)
    except (yaml.YAMLError, YAMLError, ValueError, RecursionError):
        raise SetupError(f"{name} isn't valid YAML, so it can't be added to") from None


def _command(stage: str, missing: str) -> dict[str, Any]:
    more = {"use_stdin": True} if moment_at(stage).stdin else {}
    return {"run": lefthook_run(stage, missing), **more}


def _meant(old: Any, stages: tuple[str, ...], missing: str) -> Any:
    """The data that is to come out."""
    data = copy.deepcopy(old) if old is not None else {}
    for stage in stages:
        hook = data.get(stage) or {}
        if hook.get("jobs"):
            hook["jobs"] = [{"name": NAME, **_command(stage, missing)}, *hook["jobs"]]
        else:
            hook["commands"] = {NAME: _command(stage, missing), **(hook.get("commands") or {})}
        data[stage] = hook
    return data


def _insertions(text: str, stages: tuple[str, ...], missing: str) -> tuple[Insertion, ...]:
    newline = "\r\n" if "\r\n" in text else "\n"
    root = YAML(pure=True).compose(text)
    if root is not None and (not isinstance(root, MappingNode) or root.flow_style):
        raise Unplaced("it is not written as a block of hooks")
    nodes = {key.value: (key, value) for key, value in root.value} if root is not None else {}
    base = root.start_mark.column if root is not None else 0
    found = [_into(text, nodes[stage], stage, missing, newline) for stage in stages if stage in nodes]
    fresh = [stage for stage in stages if stage not in nodes]
    lines = [row for stage in fresh for row in (f"{stage}:", *_indented(_commands(stage, missing), 2))]
    if lines:
        found.append(at_end(text, "".join(" " * base + line + newline for line in lines), newline))
    return tuple(found)


def _into(text: str, pair: tuple[Node, Node], stage: str, missing: str, newline: str) -> Insertion:
    """Into a hook that is there: as its first job, its first command, or as its commands."""
    key, hook = pair
    if isinstance(hook, ScalarNode) and not hook.value:
        lines = _indented(_commands(stage, missing), key.start_mark.column + 2)
        end = text.find("\n", key.end_mark.index)
        return (
            Insertion(end + 1, _joined(lines, newline))
            if end >= 0
            else at_end(text, _joined(lines, newline), newline)
        )
    if not isinstance(hook, MappingNode) or hook.flow_style:
        raise Unplaced(f"{stage} is not written as a block")
    inner = {one.value: value for one, value in hook.value}
    jobs, commands = inner.get("jobs"), inner.get("commands")
    if isinstance(jobs, SequenceNode) and not jobs.flow_style and jobs.value:
        return _before(jobs.value[0].start_mark, jobs.start_mark.column, _job(stage, missing, jobs), newline)
    if isinstance(commands, MappingNode) and not commands.flow_style and commands.value:
        mark = commands.value[0][0].start_mark
        return _before(mark, mark.column, _named(stage, missing), newline)
    if "jobs" in inner or "commands" in inner:
        raise Unplaced(f"the commands of {stage} are not written as a block")
    mark = hook.value[0][0].start_mark
    return _before(mark, mark.column, _commands(stage, missing), newline)


def _before(mark: Any, column: int, lines: list[str], newline: str) -> Insertion:
    """Whole lines above the one of the mark."""
    return Insertion(mark.index - mark.column, _joined(_indented(lines, column), newline))


def _joined(lines: list[str], newline: str) -> str:
    return "".join(line + newline for line in lines)


def _indented(lines: list[str], by: int) -> list[str]:
    return [" " * by + line for line in lines]


def _commands(stage: str, missing: str) -> list[str]:
    return ["commands:", *_indented(_named(stage, missing), 2)]


def _named(stage: str, missing: str) -> list[str]:
    return [f"{NAME}:", *_indented(_keys(stage, missing), 2)]


def _job(stage: str, missing: str, jobs: SequenceNode) -> list[str]:
    gap = jobs.value[0].start_mark.column - jobs.start_mark.column
    name, *keys = [f"name: {NAME}", *_keys(stage, missing)]
    return ["-" + " " * (gap - 1) + name, *_indented(keys, gap)]


def _keys(stage: str, missing: str) -> list[str]:
    return [
        f"{key}: {'true' if value is True else repr(value)}"
        for key, value in _command(stage, missing).items()
    ]
