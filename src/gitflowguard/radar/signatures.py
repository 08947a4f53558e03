"""Calls that do not fit what they call, and names that are no longer there, in one version of a tree.

It knows functions at module level, methods of classes without bases, and what can be followed from file to
file by plain imports inside the repository. Nothing is guessed: what a name means has to be certain, and so
has the way in which the call cannot work. Whether a finding is the fault of a merge is found by asking for the
findings of the merge and of both its sides (app.radar.python).
"""

from __future__ import annotations

import ast

from gitflowguard.model.record import Record
from gitflowguard.radar.nouns import GONE, SIGNATURE
from gitflowguard.radar.pymodule import Import

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    from gitflowguard.radar.pymodule import Function, Module, NodePlace

    class TreeVersion(Protocol):
        """The Python files of one tree."""

        def has(self, path: str) -> bool:
            """Whether it has a file of that path."""

        def module(self, path: str) -> Module | None:
            """The file, read; None where it cannot be."""


# Decorators that leave a function callable as it is written.
_HARMLESS = frozenset(
    "staticmethod classmethod abstractmethod override final cache lru_cache contextmanager asynccontextmanager".split()
)
_ROOTS = ("", "src/", "lib/")
_DEPTH = 5
_SHOWN = 80


class CallFault(Record):
    """One call or name that cannot work. line: from 1. says: without the line, so that it can be compared."""

    path: str
    line: int
    code: str
    says: str


class Shape(Record):
    """What a function takes. positional: by place, the first `only` of them by place alone, the first `needed`
    without a default. named: by name alone; must: those without a default. star, double: ``*args``, ``**kwargs``.
    """

    positional: tuple[str, ...]
    only: int
    needed: int
    named: tuple[str, ...]
    must: tuple[str, ...]
    star: bool
    double: bool


class _Called(Record):
    """A function that a call is known to reach. bound: whether its first parameter is given by itself."""

    function: Function
    bound: bool
    name: str
    path: str


def faults(version: TreeVersion, path: str, names: frozenset[str] | None = None) -> Iterator[CallFault]:
    """All that cannot work in a file of the tree. names: only what has to do with one of them; None: with any."""
    module = version.module(path)
    if module is None:
        return
    if names is not None:
        # What is imported under another name is mentioned by that one.
        names |= {
            own for own, what in module.known.items() if isinstance(what, Import) and what.name in names
        }
    for place in module.places:
        node = place.node
        if names is not None and names.isdisjoint(_mentioned(node)):
            continue
        if isinstance(node, ast.Call):
            yield from _call(version, module, place, node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from () if place.guarded else _import(version, module, node)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield from _attribute(version, module, place, node)


def _mentioned(node: ast.AST) -> Iterator[str]:
    """The names that a call, an import or an attribute is about."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield from alias.name.split(".")
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from node.module.split(".")


def shape(function: Function) -> Shape:
    """What a function takes."""
    args = function.args
    positional = (*args.posonlyargs, *args.args)
    must = tuple(arg.arg for arg, default in zip(args.kwonlyargs, args.kw_defaults) if default is None)
    return Shape(
        positional=tuple(arg.arg for arg in positional),
        only=len(args.posonlyargs),
        needed=len(positional) - len(args.defaults),
        named=tuple(arg.arg for arg in args.kwonlyargs),
        must=must,
        star=args.vararg is not None,
        double=args.kwarg is not None,
    )


def misfit(takes: Shape, call: ast.Call, bound: bool) -> str:
    """Why a call must fail, "" where it need not. bound: whether the first parameter is given by itself."""
    places = takes.positional[1:] if bound else takes.positional
    only = max(0, takes.only - bound)
    given = [arg for arg in call.args if not isinstance(arg, ast.Starred)]
    names = [word.arg for word in call.keywords if word.arg is not None]
    sure = len(given) == len(call.args) and len(names) == len(call.keywords)
    if len(given) > len(places) and not takes.star:
        return f"takes {_count(len(places))} by place, and gets {len(given)}"
    known = {*places[only:], *takes.named}
    for name in names:
        if name not in known and not takes.double:
            return f"has no parameter {name}"
        if name in places[only : len(given)]:
            return f"gets {name} twice"
    places_needed = enumerate(places[: max(0, takes.needed - bound)])
    # One that is taken by place alone is not given by its name, which may be one of `**`.
    needed = [
        name for place, name in places_needed if place >= len(given) and (place < only or name not in names)
    ]
    missing = [*needed, *(name for name in takes.must if name not in names)]
    return f"gets no {' and no '.join(missing)}" if sure and missing else ""


def _count(number: int) -> str:
    return f"{number} argument{'' if number == 1 else 's'}"


def _call(version: TreeVersion, module: Module, place: NodePlace, call: ast.Call) -> Iterator[CallFault]:
    called = _function(version, module, place, call.func)
    if called is None:
        return
    why = misfit(shape(called.function), call, called.bound)
    if why:
        text = _text(call)
        where = "" if called.path == module.path else f" ({called.path})"
        yield CallFault(module.path, call.lineno, SIGNATURE, f"{text}: {called.name}{where} {why}")


def _text(node: ast.AST) -> str:
    try:
        text = " ".join(ast.unparse(node).split())
    except RecursionError:  # a sum of a thousand terms
        return "a long expression"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _function(version: TreeVersion, module: Module, place: NodePlace, func: ast.expr) -> _Called | None:
    """The function behind the words before the brackets."""
    if isinstance(func, ast.Attribute):
        owner, path, bound = _owner(version, module, place, func.value)
        if owner is not None:
            return _method(owner, func.attr, path, bound)
    found = _meaning(version, module, func)
    if found is None:
        return None
    node, path = found
    if isinstance(node, ast.ClassDef):
        return _method(node, "__init__", path, True) if "__new__" not in _members(node) else None
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not _harmless(node):
        return None
    return _Called(node, False, f"{node.name}()", path)


def _owner(
    version: TreeVersion, module: Module, place: NodePlace, value: ast.expr
) -> tuple[ast.ClassDef | None, str, bool]:
    """The class whose method is called on a value, its file, and whether the value is one of its objects."""
    if isinstance(value, ast.Name) and value.id == "self" and place.owner is not None:
        return place.owner, module.path, True
    made = module.known.get(value.id) if isinstance(value, ast.Name) else value
    if isinstance(made, ast.Call):
        found = _meaning(version, module, made.func)
        return (
            (found[0], found[1], True) if found and isinstance(found[0], ast.ClassDef) else (None, "", True)
        )
    found = _meaning(version, module, value)
    return (found[0], found[1], False) if found and isinstance(found[0], ast.ClassDef) else (None, "", False)


def _method(owner: ast.ClassDef, name: str, path: str, bound: bool) -> _Called | None:
    """A method that stands in the class itself, once."""
    own = [node for node in owner.body if getattr(node, "name", "") == name]
    if len(own) != 1 or not _simple(owner) or _members(owner).count(name) != 1:
        return None
    function = own[0]
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or not _harmless(function):
        return None
    words = {_word(one) for one in function.decorator_list}
    first = "classmethod" in words or (bound and "staticmethod" not in words)
    shown = f"{owner.name}()" if name == "__init__" else f"{owner.name}.{name}()"
    return _Called(function, first, shown, path)


def _simple(owner: ast.ClassDef) -> bool:
    """Whether all that a class has stands in its own body."""
    bases = all(isinstance(base, ast.Name) and base.id == "object" for base in owner.bases)
    return bases and not owner.keywords and not owner.decorator_list


def _members(owner: ast.ClassDef) -> list[str]:
    """Names that a class body binds, as often as it does so."""
    found = []
    for node in owner.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.append(node.name)
        else:
            found += [one.id for one in ast.walk(node) if isinstance(one, ast.Name)]
    return found


def _harmless(function: Function) -> bool:
    return all(_word(one) in _HARMLESS for one in function.decorator_list)


def _word(decorator: ast.expr) -> str:
    """The last word of a decorator."""
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    if isinstance(decorator, ast.Attribute):
        return decorator.attr
    return decorator.id if isinstance(decorator, ast.Name) else ""


def _meaning(version: TreeVersion, module: Module, value: ast.expr) -> tuple[ast.AST, str] | None:
    """(definition, its file) that a name or ``module.name`` stands for."""
    if isinstance(value, ast.Name):
        return _named(version, module, value.id, _DEPTH)
    if isinstance(value, ast.Attribute):
        path = _module_of(version, module, value.value)
        other = version.module(path) if path else None
        return _named(version, other, value.attr, _DEPTH) if other is not None else None
    return None


def _named(version: TreeVersion, module: Module, name: str, depth: int) -> tuple[ast.AST, str] | None:
    """What a name of a module is, followed through its imports."""
    what = module.known.get(name)
    if what is None or module.open or not depth:
        return None
    if isinstance(what, Import):
        path = _file(version, module.path, what.level, what.dotted) if what.name else ""
        other = version.module(path) if path else None
        return _named(version, other, what.name, depth - 1) if other is not None else None
    if isinstance(what, ast.Call) or what not in module.tree.body:
        return None
    return what, module.path


def _module_of(version: TreeVersion, module: Module, value: ast.expr) -> str:
    """The file of the module that an expression stands for, "" where it stands for none that is known."""
    words: list[str] = []
    while isinstance(value, ast.Attribute):
        words.insert(0, value.attr)
        value = value.value
    if not isinstance(value, ast.Name):
        return ""
    what = module.known.get(value.id)
    if not isinstance(what, Import):
        return ""
    dotted = ".".join(word for word in (what.dotted, what.name, *words) if word)
    path = _file(version, module.path, what.level, dotted)
    # What a package itself calls by that name goes before its module (docs.python.org, "The import statement").
    package = _package(path)
    above = version.module(package) if version.has(package) else None
    return path if above is None or dotted.rpartition(".")[2] not in above.tops else ""


def _package(path: str) -> str:
    """The __init__.py of the package that a module lies in."""
    stem = path.removesuffix("/__init__.py")
    return _under(stem.rpartition("/")[0], "__init__.py")


def _file(version: TreeVersion, path: str, level: int, dotted: str) -> str:
    """The file of a module that a file imports; "" where there is none, or more than one that it could be."""
    tail = dotted.replace(".", "/")
    folder = path.rpartition("/")[0]
    if level:
        found = _at(version, _from(folder, level, tail))
    else:
        found = []
        for root in _above(folder):
            if not version.has(_under(root, "__init__.py")):  # a package isn't a place where imports begin
                found += [one for extra in _ROOTS for one in _at(version, _under(root, extra + tail))]
    return found[0] if len(set(found)) == 1 else ""


def _from(folder: str, level: int, tail: str) -> str:
    """Where a relative import looks; a package itself ends in a slash."""
    for _ in range(level - 1):
        folder = folder.rpartition("/")[0]
    return _under(folder, tail) if tail else f"{folder}/"


def _at(version: TreeVersion, stem: str) -> list[str]:
    """The files that a module of this path could be."""
    if stem.endswith("/"):
        names: tuple[str, ...] = ((stem + "__init__.py").removeprefix("/"),)
    else:
        names = (f"{stem}.py", f"{stem}/__init__.py")
    return [name for name in names if version.has(name)]


def _under(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _above(folder: str) -> Iterator[str]:
    """A directory and all above it."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def _import(version: TreeVersion, module: Module, node: ast.Import | ast.ImportFrom) -> Iterator[CallFault]:
    """Imports of what is not there. A module that is none of the repository's counts as well: both sides say
    the same of it."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if not _there(version, module.path, 0, alias.name):
                yield CallFault(
                    module.path, node.lineno, GONE, f"import {alias.name}: there is no such module here"
                )
        return
    dotted = node.module or ""
    path = _file(version, module.path, node.level, dotted)
    shown = "." * node.level + dotted
    for alias in node.names:
        if alias.name != "*" and _lacks(version, module.path, path, node.level, dotted, alias.name):
            why = f"{path} has no {alias.name}" if path else "there is no such module here"
            yield CallFault(module.path, node.lineno, GONE, f"from {shown} import {alias.name}: {why}")


def _there(version: TreeVersion, path: str, level: int, dotted: str) -> bool:
    """Whether an import may find a module; also where it could be one of several."""
    tail = dotted.replace(".", "/")
    folder = path.rpartition("/")[0]
    if level:
        return bool(_at(version, _from(folder, level, tail)))
    return any(_at(version, _under(root, extra + tail)) for root in _above(folder) for extra in _ROOTS)


def _lacks(version: TreeVersion, path: str, file: str, level: int, dotted: str, name: str) -> bool:
    """Whether ``from dotted import name`` finds neither a name nor a module."""
    inner = f"{dotted}.{name}" if dotted else name
    if _there(version, path, level, inner):
        return False
    if not file:
        return not _there(version, path, level, dotted)
    other = version.module(file)
    return other is not None and not other.open and name not in other.tops and not _dunder(name)


def _dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _attribute(
    version: TreeVersion, module: Module, place: NodePlace, node: ast.Attribute
) -> Iterator[CallFault]:
    """``module.name`` and ``self.method`` of which nothing is known any more."""
    if _dunder(node.attr):
        return
    path = _module_of(version, module, node.value)
    other = version.module(path) if path else None
    if other is not None and not other.open and node.attr not in other.tops:
        package = path.removesuffix("__init__.py") if path.endswith("__init__.py") else ""
        if not (package and _at(version, package + node.attr)):
            yield CallFault(module.path, node.lineno, GONE, f"{_text(node)}: {path} has no {node.attr}")
        return
    owner, path, _ = _owner(version, module, place, node.value)
    holder = version.module(path) if owner is not None else None
    if owner is not None and holder is not None and _surely_without(holder, owner, node.attr):
        yield CallFault(module.path, node.lineno, GONE, f"{_text(node)}: {owner.name} has no {node.attr}")


def _surely_without(module: Module, owner: ast.ClassDef, name: str) -> bool:
    """Whether nothing in the class's file could give its objects an attribute of that name."""
    if module.open or not _simple(owner) or name in module.stored:
        return False
    if {"__getattr__", "__getattribute__", "__slots__"}.intersection(_members(owner)):
        return False
    return not any(isinstance(node, ast.ClassDef) and name in _members(node) for node in module.tree.body)
