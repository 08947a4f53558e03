"""Files that aren't pickles and still run, read or hide something: what their own loaders do with them.

Sources: pyyaml.org ("Loading YAML"), CVE-2023-47248 (pyarrow's PyExtensionType), CVE-2024-27318 (external data of
ONNX), CVE-2024-34359 (templates in GGUF), tensorflow.org ("Using TensorFlow securely"), huggingface.co (safetensors),
skops.readthedocs.io ("Secure persistence"), PyTables (pickled attributes).
"""

from __future__ import annotations

from gitflowguard.artefacts import pickles
from gitflowguard.artefacts.limits import Budget, Limits, Opaque
from gitflowguard.model.blob import PickleImport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

# Operations of a graph that call Python, or read and write files (tensorflow/core/ops, NodeDef.op is field 2).
_OPERATIONS = (b"PyFunc", b"PyFuncStateless", b"EagerPyFunc", b"ReadFile", b"WriteFile")
_TEMPLATE = b"tokenizer.chat_template"
_REACH = (
    b"__class__",
    b"__globals__",
    b"__subclasses__",
    b"__builtins__",
    b"__import__",
    b"__init__",
    b"__mro__",
)
_YAML = rb"!(?:!|<tag:yaml\.org,2002:)python/object(?:/apply|/new)?:([A-Za-z_][\w.]*)"
_STEPS = 2_000
_MOST = 200
_HEADER = 100 << 20


def read(path: str, data: bytes) -> tuple[PickleImport, ...]:
    """What the loader of such a file would run or reach; raises Opaque where that can't be judged."""
    if data[2:4] == b"\r\n" and _compiled(data) and not path.endswith(".pyc"):
        raise Opaque("it is compiled Python, which runs when it is imported")
    reader = _BY_MAGIC.get(data[:4]) or _BY_NAME.get(path.rpartition(".")[2].lower())
    return tuple(reader(path, data)) if reader else ()


def behind(data: bytes) -> bytes:
    """What was appended to a picture, b"" for anything else."""
    mark = _PICTURES.get(data[:3], b"")
    at = data.rfind(mark) if mark else -1
    return data[at + len(mark) :] if at >= 0 else b""


def in_schema(data: bytes) -> Iterator[PickleImport]:
    """The names in the schema.json of skops; raises Opaque where it isn't JSON."""
    import json

    try:
        todo: list[Any] = [json.loads(data.decode())]
    except (ValueError, RecursionError):
        raise Opaque("the schema of skops isn't JSON") from None
    seen = pickles.FoundNames()
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo.extend(one)
        elif isinstance(one, dict):
            todo.extend(one.values())
            for module, name in (("__module__", "__class__"), ("module_path", "function")):
                if isinstance(one.get(module), str) and isinstance(one.get(name), str):
                    seen.add(one[module], one[name], 0)
    yield from seen.imports()


def in_hdf5(data: bytes) -> Iterator[PickleImport]:
    """Pickles in the attributes and arrays of an HDF5 file, as PyTables and pandas keep objects."""
    import re

    seen = pickles.FoundNames()
    for match in re.finditer(rb"\x80[\x02-\x05]|c[A-Za-z_][\w.]{0,80}\n[A-Za-z_][\w.]{0,80}\n", data):
        own = pickles.FoundNames()
        try:
            pickles.read(data, match.start(), own, Budget(Limits(steps=_STEPS)))
        except Opaque:
            pass  # nearly always these are numbers
        if own.called:
            for (module, name, how), at in own.names.items():
                if pickles.identifier(module, name):
                    seen.add(module, name, at, how)
    yield from seen.imports()


def _compiled(data: bytes) -> bool:
    """importlib/_bootstrap_external.py: a number, CR LF, flags; the code object is at byte 16."""
    return data[4:8] in (b"\0\0\0\0", b"\1\0\0\0", b"\3\0\0\0") and data[16:17] in (b"\xe3", b"c")


def _java(path: str, data: bytes) -> Iterator[PickleImport]:
    raise Opaque("it is a serialized object of Java, which can't be judged here")


def _arrow(path: str, data: bytes) -> Iterator[PickleImport]:
    at = data.find(b"arrow.py_extension_type")
    if at >= 0:
        yield PickleImport("pyarrow", "PyExtensionType", at, "pickled")


def _gguf(path: str, data: bytes) -> Iterator[PickleImport]:
    """A key is followed by its type (8 for text), the size in 8 bytes, and the text."""
    at = data.find(_TEMPLATE)
    while at >= 0:
        start = at + len(_TEMPLATE) + 12
        text = data[start : start + int.from_bytes(data[start - 8 : start], "little")]
        for word in _REACH:
            if word in text:
                yield PickleImport("jinja2", word.decode(), start + text.find(word), "template")
                return
        at = data.find(_TEMPLATE, start)


def _safetensors(path: str, data: bytes) -> Iterator[PickleImport]:
    import json

    size = int.from_bytes(data[:8], "little")
    if len(data) < 8 or size > min(_HEADER, len(data) - 8):
        raise Opaque("the header of the safetensors file is cut off")
    try:
        header = json.loads(data[8 : 8 + size].decode())
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise Opaque("the header of the safetensors file isn't JSON")
    ends = [
        one["data_offsets"][-1]
        for one in header.values()
        if isinstance(one, dict) and one.get("data_offsets")
    ]
    if any(isinstance(end, int) and end > len(data) - 8 - size for end in ends):
        raise Opaque("the safetensors file is cut off")
    yield from ()


def _onnx(path: str, data: bytes) -> Iterator[PickleImport]:
    """StringStringEntryProto: field 1 the key, field 2 the value, each with its size before it (onnx.proto)."""
    key = b"\x0a\x08location\x12"
    at = data.find(key)
    while at >= 0:
        start = at + len(key) + 1
        value = data[start : start + data[start - 1]].decode("utf-8", "replace") if start <= len(data) else ""
        parts = value.replace("\\", "/").split("/")
        if value and (".." in parts or not parts[0] or parts[0].endswith(":")):
            yield PickleImport("onnx", value[:80], start, "outside")
            return
        at = data.find(key, start)


def _graph(path: str, data: bytes) -> Iterator[PickleImport]:
    for name in _OPERATIONS:
        at = data.find(b"\x12" + bytes((len(name),)) + name)
        if at >= 0:
            yield PickleImport("tensorflow", name.decode(), at, "graph")


def _yaml(path: str, data: bytes) -> Iterator[PickleImport]:
    """Tags that make PyYAML call something; MkDocs' own file has them by design."""
    if b"python/object" not in data or path.lower().rpartition("/")[2] in ("mkdocs.yml", "mkdocs.yaml"):
        return
    import re

    seen = pickles.FoundNames()
    for match in list(re.finditer(_YAML, data))[:_MOST]:
        module, _, name = match[1].decode("utf-8", "replace").rpartition(".")
        seen.add(module or "builtins", name, match.start())
    yield from seen.imports()


# The first three bytes and the last ones of PNG and JPEG.
_PICTURES = {b"\x89PN": b"IEND\xaeB`\x82", b"\xff\xd8\xff": b"\xff\xd9"}
# By the first four bytes, else by the end of the name.
_BY_MAGIC: dict[bytes, Callable[[str, bytes], Iterator[PickleImport]]] = {
    b"\xac\xed\x00\x05": _java,
    b"ARRO": _arrow,
    b"FEA1": _arrow,
    b"PAR1": _arrow,
    b"GGUF": _gguf,
}
_BY_NAME: dict[str, Callable[[str, bytes], Iterator[PickleImport]]] = {
    "yaml": _yaml,
    "yml": _yaml,
    "safetensors": _safetensors,
    "onnx": _onnx,
    "pb": _graph,
}
