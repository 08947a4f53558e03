"""Which two sides can break each other's Python although git merges them: by the names that they have in common.

A filter for what is worth a closer look, and no proof: what it leaves out isn't checked. It is generous: the
words of a changed file count as its mentions, those in comments and texts too.
"""

from __future__ import annotations

import ast
from zlib import adler32, crc32

from gitflowguard.model.record import Record
from gitflowguard.radar.pymodule import read, top_names
from gitflowguard.radar.vocabulary import Vocabulary


class Brought(Record):
    """What a side brings. paths: Python files that it changed. names: those that take other arguments now or are
    gone, in each file; None: it can't be determined, so all. words: all that its changed files mention.
    """

    paths: frozenset[str] = frozenset()
    names: tuple[tuple[str, frozenset[str]], ...] | None = ()
    words: Vocabulary = Vocabulary()


def meet(one: Brought, other: Brought) -> bool:
    """Whether one of the sides changed what the other one may use."""
    if not one.paths or not other.paths:
        return False
    if one.paths & other.paths or one.names is None or other.names is None:
        return True
    return _uses(one.names, other.words) or _uses(other.names, one.words)


def _uses(names: tuple[tuple[str, frozenset[str]], ...], words: Vocabulary) -> bool:
    """Whether words mention a name together with the module, or the package, that it is taken from."""
    return any(words.of(own) and words.of(path.removesuffix(".py").split("/")[-2:]) for path, own in names)


Heads = dict[str, int]


def changed(path: str, old: Heads | None, new: Heads | None, gone: bool) -> frozenset[str] | None:
    """Names of a file that are gone or take other arguments than before, and the module's own name where the
    file is gone; None where one of the two cannot be read. What is new breaks nobody who did not know it."""
    if old is None or new is None:
        return None
    found = {name for name, head in old.items() if new.get(name) != head}
    if gone:
        found.add(module_name(path))
    return frozenset(found)


def heads(data: bytes) -> Heads | None:
    """Name -> a checksum of how it is seen from outside; None for a file that this Python cannot read."""
    try:
        found = _outside(data)
    except RecursionError:  # a default that is a sum of a thousand terms
        return None
    return None if found is None else {name: _checksum(head) for name, head in found.items()}


def _checksum(head: str) -> int:
    data = head.encode("utf-8", "surrogatepass")
    return crc32(data) << 32 | adler32(data)


def module_name(path: str) -> str:
    """The last word by which a file is imported."""
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(".py")
    return folder.rpartition("/")[2] if stem == "__init__" else stem


def _outside(data: bytes) -> dict[str, str] | None:
    """Name -> how it is seen from outside: what functions take; of all else only that it is there."""
    tree = read(data)
    if tree is None:
        return None
    found = dict.fromkeys(top_names(tree), "")
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found[node.name] = found.get(node.name, "") + _head(node)
        elif isinstance(node, ast.ClassDef):
            heads = [ast.dump(one) for one in (*node.bases, *node.decorator_list)]
            found[node.name] = "".join(heads)
            for member in node.body:
                if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    name = node.name if member.name == "__init__" else member.name
                    found[name] = found.get(name, "") + _head(member)
    return found


def _head(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """What decides how a function is called."""
    return ast.dump(node.args) + "".join(ast.dump(one) for one in node.decorator_list)
