"""The tools of a policy file over those of its preset, and what cannot be meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET

from gitflowguard.model.check import Tool
from gitflowguard.model.names import listed
from gitflowguard.policy import presets
from gitflowguard.policy.document import Path, PolicyFault
from gitflowguard.policy.errors import shown
from gitflowguard.policy.form import Form, ToolForm
from gitflowguard.policy.suggest import did_you_mean, near

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
_PATTERN = frozenset("[]?")  # what stands for something in other tools' patterns, and for itself here
_LISTS = ("args", "files", "exclude", "hard", "run", "with_")
_NUMBER = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!+-_")
_PACKAGE = _NUMBER - frozenset("!+")
_ONE = ("ruff", "ruff-format")
_NEEDS = "a program of your own needs run: [program, option]"


def tool_entries(form: Form) -> int:
    """How many words there are about tools; each pattern is compared with each path."""
    own = [tool for tool in form.tools.values() if isinstance(tool, ToolForm)]
    return len(form.tools) + sum(len(_words(tool, key)) for tool in own for key in _LISTS)


def tools_in(form: Form, names: tuple[str, ...], faults: list[PolicyFault]) -> tuple[Tool, ...]:
    """Every tool that the team uses: the preset's first, then its own in the order of the file.

    names: the tools that are known by name. Adds to the faults.
    """
    base = {tool.name: tool for tool in presets.tools_of(form.preset)}
    out: list[Tool] = []
    for name in (*base, *(name for name in form.tools if name not in base)):
        own = form.tools.get(name, True)
        if isinstance(own, ToolForm):
            faults.extend(_wrong(name, own, names))
            out.append(_overlaid(base.get(name, Tool(name)), own))
        elif own:
            faults.extend(() if name in names else (_stranger(name, names),))
            out.append(base.get(name, Tool(name)))
        elif name not in base:
            faults.append(_nothing_to_drop(name, form.preset, base))
    faults.extend(_two_versions(out))
    return tuple(out)


def _two_versions(tools: list[Tool]) -> Iterator[PolicyFault]:
    """ruff and ruff-format are one program, so a job can install one version of it."""
    said = {tool.name: tool.version for tool in tools if tool.version}
    if len({said[name] for name in _ONE if name in said}) > 1:
        says = f"tools.ruff-format.version: ruff-format is the program ruff, which has version {said['ruff']} here"
        yield PolicyFault(("tools", "ruff-format", "version"), says)


def _words(own: ToolForm, key: str) -> list[str]:
    """A list as written; empty where it is not."""
    words = getattr(own, key)
    return words if isinstance(words, list) else []


def _overlaid(tool: Tool, own: ToolForm) -> Tool:
    """The tool with all that the file says of it."""
    said: dict[str, Any] = {}
    for key in own.__struct_fields__:
        value = getattr(own, key)
        if value is not UNSET:
            said[key] = tuple(value) if isinstance(value, list) else value
    return tool._replace(**said)


def _nothing_to_drop(name: str, preset: str, base: dict[str, Tool]) -> PolicyFault:
    """A tool that is left out although nobody has it."""
    there = f"; the preset {preset} has {listed(tuple(base), 'and') if base else 'none'}"
    says = f"there is no tool {shown(name)} to do without{did_you_mean(name, base, there)}"
    return PolicyFault(("tools", name), says, True)


def _stranger(name: str, names: tuple[str, ...]) -> PolicyFault:
    """A tool that is neither known by name nor has a program."""
    says = f"there is no tool {shown(name)}"
    meant = near(name, names)
    if meant:
        says += f'; did you mean "{meant}"? {_NEEDS[0].upper()}{_NEEDS[1:]}'
    else:
        says += f"; known by name are {listed(names, 'and')}, and {_NEEDS}"
    return PolicyFault(("tools", name), says, True)


def _wrong(name: str, own: ToolForm, names: tuple[str, ...]) -> Iterator[PolicyFault]:
    """What is wrong with one tool."""
    path: Path = ("tools", name)
    if name in names:
        yield from _wrong_known(name, own)
    elif own.run is UNSET:
        yield _stranger(name, names)
    else:
        yield from _wrong_own(name, own)
    for key in _LISTS:
        for index, word in enumerate(_words(own, key)):
            says = _wrong_word(key, index, word)
            if says:
                said = key.rstrip("_")
                yield PolicyFault((*path, said, index), f"tools.{name}.{said}: {says}")
    for said, value, wrong in (
        ("version", own.version, _wrong_version),
        ("package", own.package, wrong_package),
    ):
        says = wrong(value) if isinstance(value, str) else ""
        if says:
            yield PolicyFault((*path, said), f"tools.{name}.{said}: {says}")


def _wrong_known(name: str, own: ToolForm) -> Iterator[PolicyFault]:
    """Keys that are for programs of the team's own."""
    yield from _not_for(
        name,
        ("run", own.run, f"{name} is known by name; call your own program something else"),
        ("reads", own.reads, f"reads is for a program of your own; what {name} prints is known"),
        ("package", own.package, f'package is for a program of your own; for {name}, write version: "1.2.3"'),
    )


def _wrong_own(name: str, own: ToolForm) -> Iterator[PolicyFault]:
    """The name of a program of the team's own, and the key that is for others."""
    if not name or not all(letter in _LETTERS for letter in name):
        says = f"a tool is called by a lower-case word such as yamllint, not {shown(name)}"
        yield PolicyFault(("tools", name), says, True)
    other = "is for a tool that is known by name;"
    yield from _not_for(
        name,
        ("plugins", own.plugins, f"plugins {other} your own program loads what it likes"),
        ("version", own.version, f"version {other} write package: NAME==VERSION"),
    )


def _not_for(name: str, *keys: tuple[str, object, str]) -> Iterator[PolicyFault]:
    """Those of the keys that are set. keys: (key, value, what is said of it)."""
    for key, value, says in keys:
        if value is not UNSET:
            yield PolicyFault(("tools", name, key), f"tools.{name}: {says}", True)


def _wrong_word(key: str, index: int, word: str) -> str:
    """What is wrong with one item of a list, "" if nothing is."""
    if not word.isprintable():
        return f"{shown(word)} contains an invisible character"
    if key in ("files", "exclude"):
        return _wrong_pattern(word)
    if key == "with_":
        return wrong_package(word)
    if key == "run" and index == 0:
        return wrong_program(word)
    if key in ("run", "args") and word == "--":
        return "leave -- out; the files are put behind the options as each tool wants it"
    return ""


def _wrong_version(text: str) -> str:
    """Why a text isn't an exact version, "" if it is one. It ends up in a command line of a job."""
    if text[:1].isdigit() and text.isascii() and set(text) <= _NUMBER:
        return ""
    return f"{shown(text)} isn't an exact version such as 6.0.1"


def wrong_package(text: str) -> str:
    """Why a text isn't ``name==version`` of a package, "" if it is; nothing else may get into a job's command line."""
    name, equals, version = text.partition("==")
    bare, bracket, extras = name.partition("[")
    parts = (bare, *extras.removesuffix("]").split(",")) if bracket else (bare,)
    good = all(part[:1].isalnum() and part.isascii() and set(part) <= _PACKAGE for part in parts)
    if equals and good and (not bracket or extras.endswith("]")) and not _wrong_version(version):
        return ""
    return f"{shown(text)} isn't a package with its exact version, such as codespell==2.4.1"


def wrong_program(word: str) -> str:
    """What is wrong with the first word of ``run``, "" if nothing is."""
    if word.startswith("-"):
        return f"the first word is the program, not an option such as {shown(word)}"
    if word != word.strip() or (" " in word and "/" not in word and "\\" not in word):
        return f"{shown(word)} is one word here; no shell reads it, so write [program, option]"
    return ""


def _wrong_pattern(text: str) -> str:
    """Why a pattern could never mean a path of the repository, or not what its author thinks."""
    odd = next((letter for letter in text if letter in _PATTERN), "")
    parts = text.split("/")
    shapes = (
        ("\\" in text, "is written with \\; paths have / here"),
        (
            text.startswith("/") or text[1:3] == ":/",
            "starts at the file system's root; write it from the repository's",
        ),
        (text.startswith("!"), "starts with !; what is not to be looked at stands in exclude"),
        (".." in parts, "holds .., and a path never leaves the repository"),
        (text.endswith("/"), f"is a directory; write {shown(text + '**')} for all that is in it"),
        ("" in parts or "." in parts, "holds an empty part or a dot, which no path of git has"),
        (bool(odd), f"holds {odd}, which stands for itself; only * and ** stand for something"),
        ("{" in text and "," in text, "holds { and a comma, which stand for themselves; write two patterns"),
    )
    return next((f"{shown(text)} {says}" for wrong, says in shapes if wrong), "")
