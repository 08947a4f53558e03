"""One Python file as names: what it binds, what is imported, which calls it makes. Only `ast`, nothing is run.

Whatever can't be determined for sure is left out: a name that a file binds twice, a module that takes in names
by a star or makes them up (``__getattr__``, ``globals()``).
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping

from gitflowguard.model.record import Record

Function = ast.FunctionDef | ast.AsyncFunctionDef
_WORD = re.compile(r"[^\W\d]\w*")
# Nodes that bind nothing, call nothing and have nothing below them.
_SILENT = (ast.Constant, ast.expr_context, ast.operator, ast.boolop, ast.cmpop, ast.unaryop)
# Functions whose call makes names that no reader of the file can see.
_MAKERS = ("exec", "globals", "setattr", "vars", "locals", "__import__")


class Import(Record):
    """A name that an import binds. level: dots before the module. name: of what is taken out of it, "" where the
    name is the module itself (``import a.b`` binds ``a``, and dotted is ``a``)."""

    level: int
    dotted: str
    name: str = ""


# What a name is bound to, where that is known: a definition, an import, the call whose result it is.
Bound = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Call | Import | None


class NodePlace(Record):
    """A node with the class in whose method it stands (None: in none), and whether an import there may fail."""

    node: ast.AST
    owner: ast.ClassDef | None
    guarded: bool


class Module(Record):
    """One file. tops: names bound at module level. known: names that are bound once in all of the file, with
    what they are bound to. open: whether it may have more names than are seen. places: calls, imports, attributes.
    stored: names of attributes that are assigned somewhere.
    """

    path: str
    tops: frozenset[str]
    known: Mapping[str, Bound]
    open: bool
    places: tuple[NodePlace, ...]
    stored: frozenset[str]
    tree: ast.Module


def words(data: bytes) -> frozenset[str]:
    """All words of a file that could be names, those in comments and texts too."""
    return frozenset(_WORD.findall(data.decode("utf-8", "replace")))


def read(data: bytes) -> ast.Module | None:
    """The syntax tree of a file; None where this Python cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def parse(path: str, data: bytes) -> Module | None:
    """Reads a file; None where this Python cannot."""
    tree = read(data)
    if tree is None:
        return None
    bound: dict[str, list[Bound]] = {}
    tops: set[str] = set()
    opened = False
    stored: set[str] = set()
    places: list[NodePlace] = []
    for spot in _spots(tree, True):
        node = spot.node
        for name, what in _bindings(node):
            if spot.outside:
                bound.setdefault(name, []).append(what)
            if spot.top or isinstance(node, ast.Global):
                tops.add(name)
        opened = opened or _opens(node)
        if isinstance(node, (ast.Call, ast.Attribute, ast.Import, ast.ImportFrom)):
            places.append(NodePlace(node, spot.owner, spot.guarded))
            if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                stored.add(node.attr)
    known = {name: whats[0] for name, whats in bound.items() if _one(whats)}
    opened = opened or "__getattr__" in tops
    return Module(
        path=path,
        tops=frozenset(tops),
        known=known,
        open=opened,
        places=tuple(places),
        stored=frozenset(stored),
        tree=tree,
    )


def top_names(tree: ast.Module) -> set[str]:
    """The names that a file binds at module level, without a look into functions and classes."""
    return {name for spot in _spots(tree, False) for name, _ in _bindings(spot.node)}


def _one(whats: list[Bound]) -> bool:
    """Whether a name has one meaning; the same import in two functions is one."""
    first = whats[0]
    return len(whats) == 1 or (isinstance(first, Import) and all(what == first for what in whats))


class _Spot(Record):
    """A node. outside: whether what it binds is seen outside of a class body; top: at module level."""

    node: ast.AST
    outside: bool
    top: bool
    owner: ast.ClassDef | None
    guarded: bool


def _spots(tree: ast.Module, deep: bool) -> Iterator[_Spot]:
    """Every node that may say something, in no order. deep: also those in functions and classes."""
    todo = [_Spot(tree, True, True, None, False)]
    while todo:
        spot = todo.pop()
        yield spot
        node, outside, top, owner, guarded = spot
        inner = set(map(id, _inner(node)))
        own = _target(node)  # bound by the assignment itself, which knows the value
        guarded = guarded or isinstance(node, (ast.Try, ast.TryStar))
        if isinstance(node, ast.ClassDef):
            owner = node
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _SILENT) or child is own:
                continue
            if id(child) not in inner:
                todo.append(_Spot(child, outside, top, owner, guarded))
            elif deep:
                todo.append(_Spot(child, owner is not node, False, owner, guarded))


def _target(node: ast.AST) -> ast.Name | None:
    """The name to which an assignment gives a value, where there is only one."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0]
    return None


def _inner(node: ast.AST) -> tuple[ast.AST, ...]:
    """The children of a node that stand in a scope of its own."""
    if isinstance(node, ast.ClassDef):
        return tuple(node.body)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return (node.args, *node.body)
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return tuple(ast.iter_child_nodes(node))
    return ()


def _bindings(node: ast.AST) -> Iterator[tuple[str, Bound]]:
    """The names that a node itself binds."""
    target = _target(node)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name, node
    elif isinstance(node, ast.Assign) and target is not None:
        yield target.id, node.value if isinstance(node.value, ast.Call) else None
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from _imported(node)
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        yield from ((name, None) for name in node.names)
    else:
        yield from _plain(node)


def _plain(node: ast.AST) -> Iterator[tuple[str, Bound]]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id, None
    elif isinstance(node, ast.arg):
        yield node.arg, None
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        yield node.name, None
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest, None


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Bound]]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            if alias.name != "*":
                yield alias.asname or alias.name, Import(node.level, node.module or "", alias.name)
        elif alias.asname:
            yield alias.asname, Import(0, alias.name)
        else:
            first = alias.name.partition(".")[0]
            yield first, Import(0, first)


def _opens(node: ast.AST) -> bool:
    """Whether a node can bring names that are not written down."""
    if isinstance(node, ast.ImportFrom):
        return any(alias.name == "*" for alias in node.names)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MAKERS
