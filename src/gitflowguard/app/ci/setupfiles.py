"""What setup.cfg and setup.py declare, as far as it can be read without running them."""

from __future__ import annotations

import ast
import configparser
from typing import Any

from gitflowguard.model.record import Record

SETUP_CFG, SETUP_PY = "setup.cfg", "setup.py"


class Declared(Record):
    """The metadata that setuptools takes from one file.

    name: the project's, read from setup.cfg alone. python: the bounds, "" where there are none.
    classifiers: trove classifiers. requires: what is always installed. extras: name -> what it installs.
    """

    name: str = ""
    python: str = ""
    classifiers: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    extras: dict[str, list[str]] = {}


def from_cfg(text: str) -> Declared:
    """The sections that setuptools reads (setuptools documentation, declarative config)."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except configparser.Error:
        return Declared()
    extras = parser["options.extras_require"] if parser.has_section("options.extras_require") else {}
    return Declared(
        name=parser.get("metadata", "name", fallback="").strip(),
        python=parser.get("options", "python_requires", fallback="").strip(),
        classifiers=tuple(_lines(parser.get("metadata", "classifiers", fallback=""))),
        requires=tuple(_lines(parser.get("options", "install_requires", fallback=""))),
        extras={name: _lines(value) for name, value in extras.items()},
    )


def _lines(value: str) -> list[str]:
    return [line.strip() for line in value.replace(";\n", "\n").splitlines() if line.strip()]


def from_py(text: str) -> Declared:
    """The words of the call of setup(): literals, and names of literals that the module has put together before."""
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Declared()
    known: dict[str, Any] = {}
    for statement in module.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            _assign(statement.targets[0], statement.value, known)
    calls = [one for one in ast.walk(module) if isinstance(one, ast.Call) and _is_setup(one.func)]
    words = {word.arg: _value(word.value, known) for call in calls[:1] for word in call.keywords}
    python, extras = words.get("python_requires"), words.get("extras_require")
    return Declared(
        python=python if isinstance(python, str) else "",
        classifiers=tuple(_texts(words.get("classifiers"))),
        requires=tuple(_texts(words.get("install_requires"))),
        extras={str(name): _texts(some) for name, some in extras.items()} if isinstance(extras, dict) else {},
    )


def _is_setup(function: ast.expr) -> bool:
    return (function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")) == "setup"


def _assign(target: ast.expr, value: ast.expr, known: dict[str, Any]) -> None:
    """``name = …`` and ``name["key"] = …``."""
    if isinstance(target, ast.Name):
        known[target.id] = _value(value, known)
    elif isinstance(target, ast.Subscript):
        table, key = _value(target.value, known), _value(target.slice, known)
        if isinstance(table, dict) and isinstance(key, str):
            table[key] = _value(value, known)


def _value(node: ast.expr, known: dict[str, Any]) -> Any:
    """None for what only running the file would tell."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_value(one, known) for one in node.elts]
    if isinstance(node, ast.Dict):
        keys = [_value(one, known) if one is not None else None for one in node.keys]
        return {key: _value(one, known) for key, one in zip(keys, node.values) if isinstance(key, str)}
    if isinstance(node, ast.Subscript):
        table, key = _value(node.value, known), _value(node.slice, known)
        return table.get(key) if isinstance(table, dict) and isinstance(key, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _value(node.left, known), _value(node.right, known)
        return left + right if isinstance(left, list) and isinstance(right, list) else None
    return None


def _texts(value: Any) -> list[str]:
    """Requirements in a list, or in one string with a line for each."""
    if isinstance(value, str):
        return _lines(value)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
