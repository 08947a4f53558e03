"""Where every value of a resolved policy is from, and how to show it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from gitflowguard.model.check import Tool
from gitflowguard.model.flow import ROBOT, Flow, Kind
from gitflowguard.model.ownrule import OwnRule
from gitflowguard.model.record import Record
from gitflowguard.policy import guards, identity, messages, presets
from gitflowguard.policy.document import Document, Path
from gitflowguard.policy.guardrows import guard_rows
from gitflowguard.policy.modelsection import model_rows

Value = str | int | bool | None | tuple[str | dict[str, str | int], ...]

# A value's own path, the value, and the paths that it follows from where its own is not written.
Row = tuple[tuple[str, ...], Value, tuple[Path, ...]]

_TAG_SOURCES: tuple[Path, ...] = (("tag-prefix",), ("kinds", "release", "tag"), ("kinds", "hotfix", "tag"))
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/.")
_WORDS = frozenset("true false null yes no on off y n".split())


class ValueOrigin(Record):
    """A value and its source. path: the file, or ``preset gitflow``; line 0 isn't a line."""

    value: Value
    path: str
    line: int = 0

    @property
    def label(self) -> str:
        """``.gitflowguard.yaml:3`` or ``preset gitflow``."""
        return f"{self.path}:{self.line}" if self.line else self.path


def origins(flow: Flow, document: Document, rules: Mapping[str, str]) -> dict[str, ValueOrigin]:
    """Dotted key -> value and source, for every value of the flow, in the order of a policy file.

    A value that follows from another one, such as a tag from tag-prefix, has that one's line.
    rules: as in `resolve`, for a file may call a rule by its code.
    """
    lines = {_named(path, rules): spot[0] for path, spot in document.keys.items()}
    base = document.base
    below = {_named(path, rules): spot[0] for path, spot in base.keys.items()} if base is not None else {}
    out: dict[str, ValueOrigin] = {}
    for path, value, follows in _rows(flow):
        line = next((lines[source] for source in (path, *follows) if source in lines), 0)
        where = document.where if line else f"preset {flow.preset}"
        if not line and base is not None:
            line = next((below[source] for source in (path, *follows) if source in below), 0)
            where = base.where if line else where
        out[".".join(path)] = ValueOrigin(value, where, line)
    return out


def of_preset(flow: Flow) -> dict[str, ValueOrigin]:
    """The same where there is no file."""
    return origins(flow, Document("", {}, {}, {}), {})


# Sources stand in one column up to here; behind a longer line they follow it.
_WIDEST = 100


def show(found: Mapping[str, ValueOrigin], with_origin: bool = False) -> str:
    """The values as a policy file that means the same, each line with its source behind it if asked."""
    lines: list[tuple[str, str]] = []
    above: tuple[str, ...] = ()
    for key, origin in found.items():
        path = tuple(key.split("."))
        shared = next((i for i, (a, b) in enumerate(zip(path, above)) if a != b), min(len(path), len(above)))
        for depth in range(shared, len(path) - 1):
            lines.append((f"{'  ' * depth}{_written(path[depth])}:", ""))
        lines.append((f"{'  ' * (len(path) - 1)}{_written(path[-1])}: {_shown(origin.value)}", origin.label))
        above = path[:-1]
    if not with_origin:
        return "".join(text + "\n" for text, _ in lines)
    # One long list of names would push every source out of sight, and the file above what a policy may weigh.
    width = max(len(text) for text, _ in lines if len(text) <= _WIDEST)
    return "".join(f"{text:{width}}  # {label}\n" if label else text + "\n" for text, label in lines)


def _named(path: Path, rules: Mapping[str, str]) -> Path:
    """The path of a severity by the rule's name; any other path as it is."""
    if len(path) > 1 and path[-2] == "rules":
        return (*path[:-1], rules.get(str(path[-1]), path[-1]))
    return path


def _rows(flow: Flow) -> Iterator[Row]:
    """Everything that a policy file can say."""
    yield ("preset",), flow.preset, ()
    yield ("names",), flow.names, ()
    have = {kind.id: kind for kind in flow.kinds}
    base = {kind.id: kind for kind in presets.kinds_of(flow.preset, flow.names)}
    plain = {kind.id: kind.names for kind in presets.kinds_of(flow.preset)}
    for name in (*base, *(name for name in have if name not in base)):
        if name in have:
            follows = (("names",),) if flow.names != "preset" and have[name].names != plain.get(name) else ()
            yield from _kind_rows(have[name], flow, base.get(name), follows)
        else:
            yield ("kinds", name), None, ()
    asked = {rule: "message" for rule in messages.asked_by(flow.message)}
    asked |= {rule: "identity" for rule in identity.asked_by(flow.identity)}
    asked |= {rule: "protection" for rule in guards.asked_by(flow.protection)}
    own = {one.name: one for one in flow.own}
    for rule, severity in flow.severities:
        if rule in own:
            yield from _own_rows(own[rule], severity)
        else:
            yield ("rules", rule), severity, (((asked[rule],),) if rule in asked else ())
    for key, wish in messages.rows(flow.message):
        yield ("message", key), wish, ()
    for key, asks in identity.rows(flow.identity):
        yield ("identity", key), asks, ()
    yield ("ticket",), flow.ticket.text, ()
    yield ("versions",), flow.version_scheme, ()
    yield ("tag-prefix",), flow.tag_prefix, (_TAG_SOURCES if flow.tag_prefix else ())
    yield ("stale-days",), flow.stale_days, ()
    yield ("remote",), flow.remote, ()
    yield from _tools_rows(flow)
    yield from _section_rows(flow)
    yield ("merge-drivers",), flow.merge_drivers, ()
    yield ("radar", "exclude"), flow.left_out, ()
    yield ("radar", "semantic"), flow.semantic, ()
    yield ("hooks", "missing"), flow.missing, ()
    for path, value in guard_rows(flow.protection):
        yield path, value, ()
    for path, value in model_rows(flow.model):
        yield path, value, (("model",),)
    if flow.adoption.date:
        yield ("adoption", "date"), flow.adoption.date, ()
        yield ("adoption", "branches"), flow.adoption.branches, ()


def _own_rows(rule: OwnRule, severity: str) -> Iterator[Row]:
    """A rule of the team's own."""
    top = ("rules", rule.name)
    yield (*top, "severity"), severity, (top,)
    code = ("plugin", rule.plugin) if rule.plugin else ("run", rule.run)
    yield (*top, code[0]), code[1], (top,)
    for key in ("reads", "needs", "moments", "seconds", "package", "about"):
        yield (*top, key), getattr(rule, key), (top,)


def _section_rows(flow: Flow) -> Iterator[Row]:
    """The sections whose keys are the fields of a record."""
    for section, values in (
        ("quality", flow.quality),
        ("artefacts", flow.artefacts),
        ("training", flow.training),
    ):
        for name, value in values._asdict().items():
            yield (section, name.replace("_", "-")), value, ()


def _kind_rows(kind: Kind, flow: Flow, preset: Kind | None, named: tuple[Path, ...]) -> Iterator[Row]:
    """What a policy file can say of one kind.

    preset: what it is without the file. named: where the file asks for the set that its names are from.
    """
    top = ("kinds", kind.id)
    if len(kind.names) == 1:
        yield (*top, "name"), kind.names[0].text, ((*top, "names"), *named)
    else:
        yield (*top, "names"), tuple(name.text for name in kind.names), named
    # What a kind of the team's own does not say follows from the kind as written.
    own: tuple[Path, ...] = () if preset else (top,)
    yield (*top, "parent"), kind.parents, (*_dropped(preset.parents if preset else (), flow), *own)
    yield (*top, "targets"), kind.targets, (*_dropped(preset.targets if preset else (), flow), *own)
    yield (*top, "protected"), kind.protected, own
    tagged = _TAG_SOURCES if kind.tag and flow.tag_prefix else ()
    yield (*top, "tag"), kind.tag.text if kind.tag else None, (*tagged, *own)
    yield (*top, "parallel"), kind.parallel, own
    yield (*top, "quality"), kind.quality, own
    if kind.id == ROBOT:
        yield (*top, "authors"), kind.authors, own
    for name, rule, severity in flow.exceptions:
        if name == kind.id:
            yield (*top, "rules", rule), severity, ()


def _tools_rows(flow: Flow) -> Iterator[Row]:
    """Every tool, also those of the preset that the team does without."""
    have = {tool.name: tool for tool in flow.tools}
    base = {tool.name: tool for tool in presets.tools_of(flow.preset)}
    for name in (*base, *(name for name in have if name not in base)):
        if name in have:
            yield from _tool_rows(have[name], base.get(name))
        else:
            yield ("tools", name), None, ()


def _tool_rows(tool: Tool, preset: Tool | None) -> Iterator[Row]:
    """What is said of one tool; what is not is the tool's own affair, so there is nothing to show."""
    top = ("tools", tool.name)
    own: tuple[Path, ...] = () if preset else (top,)
    plain = Tool(tool.name)
    said = [
        key
        for key, value in tool._asdict().items()
        if value != getattr(plain, key)
        or value != getattr(preset or plain, key)
        or (key == "reads" and tool.run)
    ]
    if not said:
        yield top, True, ()
    for key in said:
        yield (*top, key.rstrip("_")), getattr(tool, key), own


def _dropped(ids: tuple[str, ...], flow: Flow) -> tuple[Path, ...]:
    """Where the team says that it does without one of the kinds."""
    return tuple(("kinds", name) for name in ids if flow.kind(name) is None)


def _shown(value: Value) -> str:
    """A value as YAML."""
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_item, value)) + "]"
    return _written(value) if isinstance(value, str) else json.dumps(value)


def _item(word: str | dict[str, str | int]) -> str:
    """One item of a list."""
    if isinstance(word, str):
        return _written(word)
    parts = (f"{key}: {_written(one) if isinstance(one, str) else one}" for key, one in word.items())
    return "{" + ", ".join(parts) + "}"


def _written(text: str) -> str:
    """Text as YAML: plain where no reader could misread it, else in double quotes."""
    if text and text[0].isalpha() and all(x in _PLAIN for x in text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)
