"""Models as graphs: ONNX, TensorFlow's SavedModel, its text form and TensorFlow Lite.

onnx.proto and CVE-2024-27318 (data outside of the model's folder); tensorflow.org, "Using TensorFlow securely", and
tensorflow/core/ops for operations that call Python, or read and write files; schema.fbs of TensorFlow Lite, whose
operations of TensorFlow begin with Flex.
"""

from __future__ import annotations

from gitflowguard.model.blob import PickleImport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# NodeDef.op is field 2 (tensorflow/core/framework/node_def.proto).
_OPERATIONS = (b"PyFunc", b"PyFuncStateless", b"EagerPyFunc", b"ReadFile", b"WriteFile")
_LOCATION = b"\x0a\x08location\x12"


def in_graph(path: str, data: bytes) -> Iterator[PickleImport]:
    """Operations of a graph in TensorFlow's binary form; layers of Keras's, which keeps them as JSON beside it."""
    yield from _operations(data)
    if b'"class_name"' in data:
        from gitflowguard.artefacts.keras import in_binary

        yield from in_binary(data)


def _operations(data: bytes) -> Iterator[PickleImport]:
    for name in _OPERATIONS:
        at = data.find(b"\x12" + bytes((len(name),)) + name)
        if at >= 0:
            yield PickleImport("tensorflow", name.decode(), at, "graph")


def in_text(path: str, data: bytes) -> Iterator[PickleImport]:
    """The same in a graph's text form."""
    import re

    for found in re.finditer(rb"""\bop\s*:\s*["'](\w+)["']""", data):
        if found[1] in _OPERATIONS:
            yield PickleImport("tensorflow", found[1].decode(), found.start(), "graph")
            return


def in_lite(data: bytes) -> Iterator[PickleImport]:
    """The same as custom operations of TensorFlow Lite."""
    for name in _OPERATIONS:
        at = data.find(b"Flex" + name + b"\0")
        if at >= 0:
            yield PickleImport("tensorflow", name.decode(), at, "graph")


def in_onnx(path: str, data: bytes) -> Iterator[PickleImport]:
    """StringStringEntryProto: field 1 the key, field 2 the value, each with its size before it (onnx.proto)."""
    at = data.find(_LOCATION)
    while at >= 0:
        start = at + len(_LOCATION) + 1
        value = data[start : start + data[start - 1]].decode("utf-8", "replace") if start <= len(data) else ""
        parts = value.replace("\\", "/").split("/")
        if value and (".." in parts or not parts[0] or parts[0].endswith(":")):
            yield PickleImport("onnx", value[:80], start, "outside")
            return
        at = data.find(_LOCATION, start)


def unnamed(data: bytes) -> Iterator[PickleImport]:
    """Graphs under any name: ONNX and SavedModel begin with their version's field, a bare graph with a node."""
    if data[:1] == b"\x08" and data[1:2] < b"\x20":
        yield from in_onnx("", data)
    if data[:1] in (b"\x08", b"\x0a"):
        yield from _operations(data)
    if data[4:8] == b"TFL3":
        yield from in_lite(data)
