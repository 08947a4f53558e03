"""Where our lines go in a `.pre-commit-config.yaml`, and how they are written there.

The places are the marks of ruamel.yaml's nodes: line, column and index of each
value in the text. Nothing here checks that the result means what it should;
app.setup.precommit reads it again for that.
"""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from gitflowguard.model.record import Record

REPOS = "repos"
TYPES = "default_install_hook_types"
DEFAULT = "default_stages"


class Unplaced(Exception):
    """The file's form leaves no place for our lines. The text says what is in the way."""


class Insertion(Record):
    """A text, and the place in the old text, in characters, where it goes."""

    at: int
    text: str


class Layout(Record):
    """How the file indents.

    dash: columns before the ``-`` of a repo. gap: from a dash to the key behind it.
    inner: from the key ``hooks`` to the dashes under it. newline: its line ending.
    """

    dash: int = 2
    gap: int = 2
    inner: int = 2
    newline: str = "\n"


def insertions(
    text: str, new: dict[str, Any], stages: tuple[str, ...], default: tuple[str, ...]
) -> tuple[Insertion, ...]:
    """What to insert so that ``repos`` begins with the new entry and all stages are installed.

    default: the stages of hooks that name none, () to leave that key alone.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    root = YAML(pure=True).compose(text)
    if root is None:
        head = "".join(line + newline for line in (_types_line(stages), *_default_lines(default)))
        return (at_end(text, head + _repos(new, Layout(newline=newline)), newline),)
    if not isinstance(root, MappingNode):
        raise Unplaced("it does not hold a mapping")
    nodes = {key.value: (key, value) for key, value in root.value}
    if root.flow_style:
        return _into_flow_root(root, nodes, new, stages, default)
    layout = _layout(root, nodes, newline)
    return (*_types(text, nodes, stages, default, layout), _repo(text, nodes, new, layout))


def insert(text: str, pieces: tuple[Insertion, ...]) -> str:
    """The text with every piece in its place; those of one place in the order given."""
    for piece in reversed(sorted(pieces, key=lambda piece: piece.at)):
        text = text[: piece.at] + piece.text + text[piece.at :]
    return text


def _into_flow_root(
    root: MappingNode,
    nodes: dict[str, tuple[Node, Node]],
    new: dict[str, Any],
    stages: tuple[str, ...],
    default: tuple[str, ...],
) -> tuple[Insertion, ...]:
    """A file that is one ``{…}``, such as JSON."""
    if REPOS not in nodes:
        raise Unplaced(f"it has no {REPOS}")
    repos = _in_flow(_list(nodes[REPOS][1], REPOS), _flow(new), first=True)
    start = root.value[0][0].start_mark.index
    head = f'"{DEFAULT}": {_flow(list(default))}, ' if default else ""
    if TYPES not in nodes:
        return (Insertion(start, f'"{TYPES}": {_flow(list(stages))}, {head}'), repos)
    types = _extend(_list(nodes[TYPES][1], TYPES), _missing(nodes[TYPES][1], stages))
    return (*types, *((Insertion(start, head),) if head else ()), repos)


def _layout(root: MappingNode, nodes: dict[str, tuple[Node, Node]], newline: str) -> Layout:
    """The indentation of the first repo, and of the first list of hooks."""
    base = root.start_mark.column
    repos = nodes.get(REPOS, (root, root))[1]
    if not isinstance(repos, SequenceNode) or repos.flow_style or not repos.value:
        return Layout(base + 2, newline=newline)
    dash = repos.start_mark.column
    inner = 0 if dash == base else 2
    for item in repos.value:
        pairs = item.value if isinstance(item, MappingNode) and not item.flow_style else ()
        for key, value in pairs:
            if key.value == "hooks" and isinstance(value, SequenceNode) and not value.flow_style:
                return Layout(dash, _gap(repos), value.start_mark.column - key.start_mark.column, newline)
    return Layout(dash, _gap(repos), inner, newline)


def _gap(block: SequenceNode) -> int:
    """Columns from the dash to what stands behind it."""
    first = block.value[0].start_mark
    return first.column - block.start_mark.column if first.line == block.start_mark.line else 2


def _types(
    text: str,
    nodes: dict[str, tuple[Node, Node]],
    stages: tuple[str, ...],
    default: tuple[str, ...],
    layout: Layout,
) -> tuple[Insertion, ...]:
    """The hook types: a line before ``repos``, or what is missing behind the last one; and the default stages."""
    if TYPES not in nodes:
        return _above(text, nodes, (_types_line(stages), *_default_lines(default)), layout)
    above = _above(text, nodes, _default_lines(default), layout)
    present = _list(nodes[TYPES][1], TYPES)
    missing = _missing(present, stages)
    if present.flow_style:
        return (*_extend(present, missing), *above)
    start = " " * present.start_mark.column + "-" + " " * (_gap(present) - 1)
    lines = "".join(start + stage + layout.newline for stage in missing)
    return (*((_after_line(text, present.value[-1], lines, layout.newline),) if missing else ()), *above)


def _above(
    text: str, nodes: dict[str, tuple[Node, Node]], lines: tuple[str, ...], layout: Layout
) -> tuple[Insertion, ...]:
    """Lines of the file's first level, in front of ``repos`` or at the end."""
    if not lines:
        return ()
    if REPOS not in nodes:
        return (at_end(text, "".join(line + layout.newline for line in lines), layout.newline),)
    mark = nodes[REPOS][0].start_mark
    indented = "".join(" " * mark.column + line + layout.newline for line in lines)
    return (Insertion(mark.index - mark.column, indented),)


def _missing(present: Node, stages: tuple[str, ...]) -> tuple[str, ...]:
    """The stages that the list lacks."""
    have = {item.value for item in _list(present, TYPES).value}
    return tuple(stage for stage in stages if stage not in have)


def _extend(present: SequenceNode, missing: tuple[str, ...]) -> tuple[Insertion, ...]:
    """More words at the end of a ``[…]``."""
    return (_in_flow(present, ", ".join(missing), first=False),) if missing else ()


def _in_flow(items: SequenceNode, text: str, first: bool) -> Insertion:
    """An item at the beginning or at the end of a ``[…]``."""
    if not items.flow_style:
        raise Unplaced("it mixes two styles of list")
    if not items.value:
        return Insertion(items.end_mark.index - 1, text)
    if first:
        return Insertion(items.value[0].start_mark.index, text + ", ")
    return Insertion(items.value[-1].end_mark.index, ", " + text)


def _repo(text: str, nodes: dict[str, tuple[Node, Node]], new: dict[str, Any], layout: Layout) -> Insertion:
    """Our repo as the first: it is the quickest, and comments that belong to others stay with them."""
    if REPOS not in nodes:
        return at_end(text, _repos(new, layout), layout.newline)
    key, value = nodes[REPOS]
    if value.value and _list(value, REPOS).flow_style or isinstance(value, SequenceNode) and value.flow_style:
        return _in_flow(_list(value, REPOS), _flow(new), first=True)
    return _after_line(text, key, _block(new, layout), layout.newline)


def _list(node: Node, name: str) -> SequenceNode:
    if not isinstance(node, SequenceNode):
        raise Unplaced(f"{name} is not a list")
    return node


def _after_line(text: str, node: Node, lines: str, newline: str) -> Insertion:
    """Whole lines below the one on which the node ends."""
    end = text.find("\n", node.end_mark.index)
    return Insertion(end + 1, lines) if end >= 0 else at_end(text, lines, newline)


def at_end(text: str, lines: str, newline: str) -> Insertion:
    """Whole lines below all others; a text that does not end its last line goes on not doing so."""
    if text and not text.endswith("\n"):
        return Insertion(len(text), newline + lines.removesuffix(newline))
    return Insertion(len(text), lines)


def _types_line(stages: tuple[str, ...]) -> str:
    return f"{TYPES}: [{', '.join(stages)}]"


def _default_lines(default: tuple[str, ...]) -> tuple[str, ...]:
    return (f"{DEFAULT}: [{', '.join(default)}]",) if default else ()


def _repos(new: dict[str, Any], layout: Layout) -> str:
    return f"{REPOS}:{layout.newline}" + _block(new, layout)


def _block(new: dict[str, Any], layout: Layout) -> str:
    """The entry as lines, in the file's own indentation."""
    plain = {key: value for key, value in new.items() if key != "hooks"}
    lines = _item(plain, layout.dash, layout.gap)
    key = layout.dash + layout.gap
    lines.append(" " * key + "hooks:")
    for hook in new["hooks"]:
        lines += _item(hook, key + layout.inner, layout.gap)
    return "".join(line + layout.newline for line in lines)


def _item(pairs: dict[str, Any], dash: int, gap: int) -> list[str]:
    """One mapping in a block list."""
    starts = [" " * dash + "-" + " " * (gap - 1)] + [" " * (dash + gap)] * (len(pairs) - 1)
    return [f"{start}{key}: {_plain(value)}" for start, (key, value) in zip(starts, pairs.items())]


def _plain(value: Any) -> str:
    """A word that needs no quotes, a truth value, or a list of such words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)


def _flow(value: Any) -> str:
    """The value as JSON, which is flow style in every YAML."""
    import json

    return json.dumps(value)
