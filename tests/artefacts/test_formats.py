"""Kinds of files beside pickles that run or reach something, and wrappers that nobody thought of before.

Each was made for this page after the readers of tests/artefacts/test_pickles.py, and none prints more than a word.
"""

from __future__ import annotations

import json
import marshal
import pickle
import struct

import pytest

from gitflowguard.artefacts.inspect import inspect
from gitflowguard.engine import evaluate
from gitflowguard.model.blob import Blob, PickleImport
from gitflowguard.model.facts import Refs, View
from gitflowguard.policy.presets import preset_flow
from gitflowguard.rules.artefact.unsafe_pickle import RULE
from tests.artefacts.craft import BAD, OBJECTS, archive, call, npy, tape, whole

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0" * 17 + b"\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40 + b"\xff\xd9"
HDF5 = b"\x89HDF\r\n\x1a\n" + b"\0" * 90
SYSTEM0 = b"cposix\nsystem\np0\n(Vecho\np1\ntp2\nRp3\n."


def schema(module: str, name: str, **more: object) -> bytes:
    """A model of skops."""
    node = {"__class__": name, "__module__": module, "__loader__": "ObjectNode", "content": more}
    return archive({"schema.json": json.dumps({"content": [node]}).encode()})


def gguf(template: str) -> bytes:
    """One key of a GGUF file: its size, the key, the type of text, the size of the value, the value."""
    key, text = b"tokenizer.chat_template", template.encode()
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, 1)
    return head + struct.pack("<Q", len(key)) + key + struct.pack("<IQ", 8, len(text)) + text


def onnx(location: str) -> bytes:
    """A tensor of ONNX that lies in another file."""
    return (
        b"\x08\x07\x3a\x30\x6a\x0d\x0a\x08location\x12"
        + bytes((len(location),))
        + location.encode()
        + b"\x70\x01"
    )


def graph(operation: bytes) -> bytes:
    """A node of a SavedModel."""
    return b"\x08\x01\x12\x40\x0a\x05node1\x12" + bytes((len(operation),)) + operation + b"\0" * 10


def tensors(header: bytes, body: bytes = b"", size: int | None = None) -> bytes:
    """safetensors."""
    return struct.pack("<Q", len(header) if size is None else size) + header + body


UNSAFE: dict[str, tuple[str, bytes, str]] = {
    "a pickle in a tar in a zip": ("a.zip", archive({"a.tar": tape({"m.bin": BAD})}), "builtins.exec"),
    "copyreg in protocol 0": (
        "notes.txt",
        b"ccopy_reg\n_reconstructor\n(cos\n_wrap_close\nc__builtin__\nobject\nNtR.",
        "os._wrap_close",
    ),
    "a function of dill": (
        "f.bin",
        whole(call("dill._dill", "_create_function", "x")),
        "dill._dill._create_function",
    ),
    "a function of cloudpickle": (
        "f.bin",
        whole(call("cloudpickle.cloudpickle", "_make_function", "x")),
        "cloudpickle.cloudpickle._make_function",
    ),
    "a pickle behind a picture": ("logo.png", PNG + BAD, "builtins.exec"),
    "a pickle behind a photo": ("a.jpg", JPEG + BAD, "builtins.exec"),
    "an archive behind a photo": ("a.jpg", JPEG + tape({"m": BAD}, True), "builtins.exec"),
    "a class in skops": ("m.skops", schema("os", "_wrap_close"), "os._wrap_close"),
    "a function in skops": (
        "m.zip",
        schema("builtins", "dict", content={"module_path": "os", "function": "system"}),
        "os.system",
    ),
    "a package of torch's with its own code": (
        "m.pt",
        archive({"m/models.py": b"import os\n", "m/model.pkl": b"\x80\x02cm.models\nNet\n)\x81."}),
        "m.models.Net",
    ),
    "objects in npz": ("a.npz", archive({"a.npy": npy(OBJECTS, BAD)}), "builtins.exec"),
    "an attribute of PyTables": ("t.h5", HDF5 + SYSTEM0 + b"\0" * 9, "posix.system"),
    "a later protocol in HDF5": ("t.h5", HDF5 + b"\x80\x02\x9c" + BAD + b"\0" * 9, "builtins.exec"),
    "Python in YAML": ("conf.yaml", b'a: !!python/object/apply:os.system ["echo"]\n', "os.system"),
    "Python in YAML, spelled out": (
        "CONF.YML",
        b"a: !<tag:yaml.org,2002:python/object/new:subprocess.Popen> [x]\n",
        "subprocess.Popen",
    ),
    "a graph that calls Python": ("saved_model.pb", graph(b"PyFunc"), "PyFunc"),
    "a graph that writes a file": ("m/saved_model.pb", graph(b"WriteFile"), "WriteFile"),
    "a pickled type of Arrow's": (
        "t.feather",
        b"ARROW1\0\0\x18\0\0\0arrow.py_extension_type" + BAD,
        "PyExtensionType",
    ),
    "the same in Parquet": (
        "t.parquet",
        b"PAR1" + b"\0" * 9 + b"arrow.py_extension_type" + BAD,
        "PyExtensionType",
    ),
    "a template that reaches into Python": ("m.gguf", gguf("{{ ().__class__.__mro__ }}"), "__class__"),
    "data outside of the folder": ("m.onnx", onnx("../../etc/passwd"), "../../etc/passwd"),
    "data at the root": ("m.onnx", onnx("/etc/passwd"), "/etc/passwd"),
    "data on a drive": ("m.onnx", onnx("C:\\w.bin"), "C:\\w.bin"),
}
OPAQUE: dict[str, tuple[str, bytes]] = {
    "a header of safetensors that is cut off": ("m.safetensors", tensors(b'{"a":1}', size=10**9)),
    "a header that isn't JSON": ("m.safetensors", tensors(b"not js}", b"\0" * 10)),
    "a header that is a list": ("m.safetensors", tensors(b"[]")),
    "a header without end": ("m.safetensors", tensors(b"[" * 100_000)),
    "tensors that are cut off": ("m.safetensors", tensors(b'{"a":{"data_offsets":[0,64]}}', b"\0" * 9)),
    "nothing of safetensors": ("m.safetensors", b"\0\0"),
    "a schema that isn't JSON": ("m.skops", archive({"schema.json": b'{"__loader__": '})),
    "compiled Python under another name": (
        "weights.bin",
        b"\xa7\r\r\n" + b"\0" * 12 + marshal.dumps(compile("1", "", "eval")),
    ),
    "an object of Java": ("m.ser", b"\xac\xed\x00\x05sr\x00\x11java.util.HashMap"),
    "joblib by LZ4": ("m.joblib.lz4", b"\x04\x22\x4d\x18\x64\x40\xa7" + b"x" * 40),
}
CLEAN: dict[str, tuple[str, bytes]] = {
    "a picture": ("a.png", PNG),
    "a picture with something of its own behind it": ("a.png", PNG + b"comment by a camera"),
    "a photo with another one behind it": ("a.jpg", JPEG + JPEG),
    "tensors": ("m.safetensors", tensors(b'{"a":{"data_offsets":[0,8]},"__metadata__":{}}  ', b"\0" * 8)),
    "a model of skops": ("m.skops", schema("sklearn.linear_model._logistic", "LogisticRegression", alpha=1)),
    "a schema of somebody else's": ("a.zip", archive({"schema.json": b'{"type": "object"}'})),
    "numbers in HDF5": ("w.h5", HDF5 + bytes(range(256)) * 40),
    "a pickle of plain values in HDF5": ("w.h5", HDF5 + pickle.dumps([1, "two"], 2)),
    "values in YAML": ("a.yml", b"a: !!python/tuple [1, 2]\nb: !!str x\n"),
    "names in MkDocs' file": (
        "docs/mkdocs.yml",
        b"slugify: !!python/object/apply:pymdownx.slugs.slugify {}\n",
    ),
    "a graph": ("saved_model.pb", graph(b"MatMul")),
    "a table of Arrow's": ("t.feather", b"ARROW1\0\0" + b"\0" * 60),
    "a template": ("m.gguf", gguf("{% for m in messages %}{{ m['role'] }}{% endfor %}")),
    "data beside the model": ("m.onnx", onnx("weights/w.bin")),
    "a template that is cut off": ("m.gguf", gguf("{{ x }}")[:-30]),
    "a place that is cut off": ("m.onnx", onnx("")[:20]),
    "the description of notebooks": (
        "nb.schema.json",
        b'{"$schema": "x", "properties": {"nbformat": 1, "cells": 2}}',
    ),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_what_it_would_run_is_named(name: str) -> None:
    path, data, found = UNSAFE[name]
    seen = inspect(path, data)
    assert any(found in (f"{one.module}.{one.name}", one.name) for one in seen.imports), seen


@pytest.mark.parametrize("name", OPAQUE)
def test_what_cannot_be_judged_is_undetermined(name: str) -> None:
    path, data = OPAQUE[name]
    seen = inspect(path, data)
    assert seen.opaque and not seen.imports, seen


@pytest.mark.parametrize("name", CLEAN)
def test_good_ones_are_left_alone(name: str) -> None:
    path, data = CLEAN[name]
    seen = inspect(path, data)
    assert not seen.opaque and not seen.imports and not seen.outputs, seen


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("graph", "runs WriteFile, an operation that calls Python or opens files (byte 7)"),
        ("outside", "reads WriteFile, which is outside of its folder (byte 7)"),
        ("template", "fills in a template that uses WriteFile (byte 7)"),
        ("pickled", "unpickles what tensorflow.WriteFile holds (byte 7)"),
        ("keras", "runs tensorflow.WriteFile, a layer of code;"),
    ],
)
def test_the_finding_says_what_loading_does(how: str, says: str) -> None:
    blob = Blob("develop", "m.pb", imports=(PickleImport("tensorflow", "WriteFile", 7, how),))
    report = evaluate((RULE,), (blob,), View(preset_flow("ml"), Refs({}, {}, {})))
    (violation,) = report.violations
    assert violation.finding.says.startswith(f"loading this file {says}")
