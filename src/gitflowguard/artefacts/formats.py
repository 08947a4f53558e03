"""Files that aren't pickles and still run, read or hide something: what their own loaders do with them.

Sources: CVE-2023-47248 (pyarrow's PyExtensionType), huggingface.co (safetensors), skops.readthedocs.io ("Secure
persistence"), cran.r-project.org ("R Internals", serialization formats); the others stand in their modules.
"""

from __future__ import annotations

from gitflowguard.artefacts import graphs, pickles, templates, yamltags
from gitflowguard.artefacts.limits import Opaque
from gitflowguard.model.blob import PickleImport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_HEADER = 100 << 20
# Names under which a team keeps what a loader opens: what lies there and can't be read is a question.
LOADED = (
    ".pkl", ".pickle", ".pickled", ".joblib", ".pt", ".pth", ".ckpt", ".dill", ".sav", ".npy", ".npz", ".keras",
)  # fmt: skip
# Files that keep pickles among their own bytes: SQLite, gdbm (docs.python.org, "shelve").
HOLDERS = (b"SQLite format 3\0", b"\xce\x9a\x57\x13", b"\xcf\x9a\x57\x13")


def read(path: str, data: bytes) -> tuple[PickleImport, ...]:
    """What the loader of such a file would run or reach; raises Opaque where that can't be judged."""
    if _compiled(data) and not path.endswith(".pyc"):
        raise Opaque("it is compiled Python, which runs when it is imported or unmarshalled")
    name = path.rpartition("/")[2].lower()
    end = name.rpartition(".")[2]
    if name in templates.FILES:
        end = "template"
    if end in _CLOSED and name[: -len(end) - 1].endswith(LOADED):
        raise Opaque("it is compressed by something that can't be opened here")
    reader = _BY_MAGIC.get(data[:4]) or _BY_NAME.get(end)
    return tuple(reader(path, data) if reader else graphs.unnamed(data))


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


def _compiled(data: bytes) -> bool:
    """A code object, alone or behind a head: a number, CR LF, flags, 8 bytes (importlib/_bootstrap_external.py).

    Python/marshal.c, TYPE_CODE: five or six numbers of 4 bytes, then the bytecode as a string.
    """
    if data[:1] not in (b"\xe3", b"c"):
        head = data[2:4] == b"\r\n" and data[4:8] in (b"\0\0\0\0", b"\1\0\0\0", b"\3\0\0\0")
        return head and data[16:17] in (b"\xe3", b"c")
    string = any(data[at : at + 1] in (b"s", b"\xf3") for at in (21, 25))
    return string and data[2:5] == data[6:9] == b"\0\0\0"


def _java(path: str, data: bytes) -> Iterator[PickleImport]:
    raise Opaque("it is a serialized object of Java, which can't be judged here")


def _r(path: str, data: bytes) -> Iterator[PickleImport]:
    raise Opaque("it is a serialized object of R, which can't be judged here")


def _arrow(path: str, data: bytes) -> Iterator[PickleImport]:
    """The name of the type, also as Parquet keeps Arrow's schema: in base64, which has three ways to spell it."""
    at = max(map(data.find, _PICKLED_TYPES))
    if at >= 0:
        yield PickleImport("pyarrow", "PyExtensionType", at, "pickled")


def _settings(path: str, data: bytes) -> Iterator[PickleImport]:
    yield from yamltags.in_yaml(path, data)
    yield from _configuration(path, data)


def _configuration(path: str, data: bytes) -> Iterator[PickleImport]:
    if b"class_name" in data:
        from gitflowguard.artefacts.keras import in_text

        yield from in_text(path, data)


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


# Parts of ``arrow.py_extension_type`` (CVE-2023-47248) and of its base64 at each of three offsets.
_PICKLED_TYPES = (
    b"arrow.py_extension_type",
    b"YXJyb3cucHlfZXh0ZW5zaW9uX3R5cG",
    b"Fycm93LnB5X2V4dGVuc2lvbl90eXBl",
    b"hcnJvdy5weV9leHRlbnNpb25fdHlwZ",
)
# Ends of names that say how a file is compressed, where its first bytes needn't.
_CLOSED = ("br", "sz", "lzo", "zst", "lz4", "z", "snappy", "lz", "zpaq")
# The first three bytes and the last ones of PNG (w3.org/TR/png, "IEND") and JPEG (ITU-T T.81, B.1.1.3).
_PICTURES = {b"\x89PN": b"IEND\xaeB`\x82", b"\xff\xd8\xff": b"\xff\xd9"}
# By the first four bytes, else by the end of the name.
_BY_MAGIC: dict[bytes, Callable[[str, bytes], Iterator[PickleImport]]] = {
    b"\xac\xed\x00\x05": _java,
    b"X\n\0\0": _r,
    b"RDX2": _r,
    b"RDX3": _r,
    b"ARRO": _arrow,
    b"FEA1": _arrow,
    b"PAR1": _arrow,
    b"\xff\xff\xff\xff": _arrow,
    b"GGUF": templates.in_gguf,
}
_BY_NAME: dict[str, Callable[[str, bytes], Iterator[PickleImport]]] = {
    "yaml": _settings,
    "yml": _settings,
    "mlmodel": _settings,
    "json": _configuration,
    "template": templates.in_settings,
    "safetensors": _safetensors,
    "onnx": graphs.in_onnx,
    "pb": graphs.in_graph,
    "pbtxt": graphs.in_text,
}
