"""Kinds of files beside pickles that run or reach something, and wrappers that nobody thought of before.

Each was made for this page after the readers of tests/artefacts/test_pickles.py, and none prints more than a word.
"""

from __future__ import annotations

import gzip
import json
import marshal
import pickle
import sqlite3
import struct
import tarfile
from io import BytesIO

import pytest

from gitflowguard.artefacts.inspect import inspect
from gitflowguard.engine import evaluate
from gitflowguard.model.blob import Blob, PickleImport
from gitflowguard.model.facts import Refs, View
from gitflowguard.policy.presets import preset_flow
from gitflowguard.rules.artefact.notebook_output import RULE as NOTEBOOKS
from gitflowguard.rules.artefact.unsafe_pickle import RULE
from tests.artefacts.craft import BAD, OBJECTS, archive, call, npy, tape, whole
from tests.policy.helpers import flow

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


def userblock(data: bytes, size: int) -> bytes:
    """HDF5 may begin at 512, 1024, 2048, … (its users' own block before it)."""
    return b"\0" * size + data


def superblock(end: int, body: bytes) -> bytes:
    """HDF5's superblock of version 0, with the end of the file that it claims."""
    head = b"\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0" + b"\0" * 24 + struct.pack("<Q", end)
    return head.ljust(96, b"\0") + body


def database(value: bytes) -> bytes:
    """A small SQLite database that keeps a value."""
    made = sqlite3.connect(":memory:")
    made.execute("create table cache (value blob)")
    made.execute("insert into cache values (?)", (value,))
    made.commit()
    return made.serialize()


def deep(name: str, data: bytes, form: int) -> bytes:
    """A tar whose member has a name of more than a hundred letters, as pax or GNU keep it."""
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as made:
        info = tarfile.TarInfo("folder/" * 20 + name)
        info.size = len(data)
        made.addfile(info, BytesIO(data))
    return out.getvalue()


CODE = marshal.dumps(compile("print('payload')", "", "exec"))
GIF = b"GIF89a\1\0\1\0\0\0\0\x2c\0\0\0\0\1\0\1\0\0\x02\x02\x44\1\0\x3b"
LAYERS = json.dumps({"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda"}]}}).encode()
DENSE = LAYERS.replace(b"Lambda", b"Dense")
TAGGED = b"a: !!python/object/apply:os.system [echo]\n"
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
    "data outside, under another name": ("weights.bin", onnx("../w.bin"), "../w.bin"),
    "a graph under another name": ("weights.bin", graph(b"PyFunc"), "PyFunc"),
    "a graph as text": ("g.pbtxt", b'node {\n  op: "WriteFile"\n}\n', "WriteFile"),
    "a graph of TensorFlow Lite": (
        "m.tflite",
        b"\x1c\0\0\0TFL3" + b"\0" * 60 + b"FlexReadFile\0",
        "ReadFile",
    ),
    "a layer in a SavedModel's metadata": ("keras_metadata.pb", b"\x0a\x99\x01" + LAYERS, "Lambda"),
    "a layer in JSON": ("model.json", LAYERS, "Lambda"),
    "a layer in YAML": ("model.yaml", b"layers:\n- class_name: Lambda\n", "Lambda"),
    "a template that spells by escapes": ("m.gguf", gguf("{{ x['\\x5f\\x5fclass'] }}"), "\\x5f"),
    "a template that asks for an attribute": ("m.gguf", gguf("{{ x | attr(y) }}"), "| attr"),
    "a tokenizer's template": (
        "tokenizer_config.json",
        b'{"chat_template": [{"name": "a", "template": "{{ x.__init__ }}"}]}',
        "__init__",
    ),
    "a template of its own": ("chat_template.jinja", b"{{ x.__globals__ }}", "__globals__"),
    "a pickled type in Parquet's base64": (
        "t.parquet",
        b"PAR1hcnJvdy5weV9leHRlbnNpb25fdHlwZQ",
        "PyExtensionType",
    ),
    "a pickled type in a stream of Arrow's": (
        "t.arrows",
        b"\xff\xff\xff\xff\x18\0\0\0arrow.py_extension_type",
        "PyExtensionType",
    ),
    "HDF5 behind a block of its user's": ("m.h5", userblock(HDF5 + SYSTEM0, 512), "posix.system"),
    "HDF5 far behind": ("m.h5", userblock(HDF5 + LAYERS + b"\0", 4096), "Lambda"),
    "a pickle in a database": ("app.db", database(BAD), "builtins.exec"),
    "a pickle in a database in an archive": ("a.zip", archive({"a.db": database(BAD)}), "builtins.exec"),
    "a pickle in a sound by gzip": ("a.wav.gz", gzip.compress(b"RIFF\0\0\0\0WAVE" + BAD), "builtins.exec"),
    "a pickle in a shelf": ("shelf.dat", b"abc".ljust(512, b"\0") + BAD, "builtins.exec"),
    "a pickle behind an animation": ("a.gif", GIF + BAD, "builtins.exec"),
    "an archive behind an animation": ("a.gif", GIF + archive({"a": BAD}), "builtins.exec"),
    "a pickle behind a document": ("a.pdf", b"%PDF-1.4\n%%EOF\n" + BAD, "builtins.exec"),
    "a tar that ends in a zip": (
        "m.nemo",
        tape({"a.yaml": TAGGED, "w.ckpt": archive({"a": b"x"})}),
        "os.system",
    ),
    "a tar behind a tar": ("a.tar", tape({"a": b"x"}) + tape({"b": BAD}), "builtins.exec"),
    "a long name in pax": ("a.tar", deep("c.yaml", TAGGED, tarfile.PAX_FORMAT), "os.system"),
    "a long name in GNU's tar": ("a.tar", deep("c.yaml", TAGGED, tarfile.GNU_FORMAT), "os.system"),
    "a function in YAML": ("c.yml", b"a: !!python/name:os.system\n", "os.system"),
    "a module in YAML": ("c.yml", b"a: !!python/module:anti.gravity\n", "anti.gravity"),
    "YAML with escapes": ("c.yml", TAGGED.replace(b"python", b"pyth%6fn"), "os.system"),
    "YAML with a handle": (
        "c.yml",
        b"%TAG !p! tag:yaml.org,2002:pyth\n---\na: !p!on/object/apply:os.system [x]\n",
        "os.system",
    ),
    "YAML with the first handle": (
        "c.yml",
        b"%TAG ! tag:yaml.org,2002:python/object/\n---\na: !apply:os.system [x]\n",
        "os.system",
    ),
    "YAML in UTF-16": ("c.yml", TAGGED.decode().encode("utf-16"), "os.system"),
    "MLflow's description of a model": ("m/MLmodel", TAGGED, "os.system"),
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
    "a code object": ("weights.bin", CODE),
    "a code object in an archive": ("a.zip", archive({"a": CODE})),
    "objects of R's": ("m.rds", gzip.compress(b"X\n\0\0\0\3")),
    "images of R's": ("m.rda", gzip.compress(b"RDX3\nX\n\0\0\0\3")),
    "HDF5 that is cut off": ("m.h5", superblock(4096, b"\0" * 99)),
    "numbers that are cut off": (
        "a.npy",
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (9, 2), }", b"\0" * 8),
    ),
    "something behind a tar": ("a.tar", tape({"a": b"x"}) + b"rubbish".ljust(512, b"!")),
    "a frame that Zstandard skips": ("m.bin", b"\x50\x2a\x4d\x18\4\0\0\0abcd"),
    "compress": ("m.pkl.Z", b"\x1f\x9d\x90" + b"x" * 40),
    "lzip": ("m.bin", b"LZIP\x01" + b"x" * 40),
    "Snappy": ("m.bin", b"\xff\x06\x00\x00sNaPpY" + b"x" * 40),
    "a model by Brotli": ("model.joblib.br", b"\x8b\x02" + b"x" * 40),
    "joblib by LZ4": ("m.joblib.lz4", b"\x04\x22\x4d\x18\x64\x40\xa7" + b"x" * 40),
}
CLEAN: dict[str, tuple[str, bytes]] = {
    "an animation": ("a.gif", GIF),
    "a text by Brotli": ("a.css.br", b"\x8b\x02" + b"x" * 40),
    "HDF5 that is whole": ("m.h5", superblock(195, b"\0" * 99)),
    "numbers that are whole": (
        "a.npy",
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }", b"\0" * 32),
    ),
    "a database of plain values": ("app.db", database(pickle.dumps({"a": 1}))),
    "layers of Keras's in JSON": ("model.json", DENSE),
    "layers of Keras's in YAML": ("model.yaml", b"layers:\n- class_name: Dense\n"),
    "classes and layers of somebody else's": (
        "a.json",
        b'{"layers": [{"class_name": "Road", "module": "maps.roads"}]}',
    ),
    "a half of that": ("a.json", b'{"layers": [{"class_name": '),
    "a tokenizer's template": (
        "tokenizer_config.json",
        b'{"chat_template": "{% for m in messages %}{{ m.role }}{% endfor %}"}',
    ),
    "a tokenizer's settings that aren't JSON": ("tokenizer_config.json", b'{"chat_template": '),
    "a tokenizer's settings in a list": ("tokenizer_config.json", b'["chat_template"]'),
    "a graph of TensorFlow Lite": ("m.tflite", b"\x1c\0\0\0TFL3" + b"\0" * 60 + b"CONV2D\0"),
    "a graph as text": ("g.pbtxt", b'node {\n  op: "MatMul"\n}\n'),
    "a tag that a comment talks of": ("c.yaml", b"# not " + TAGGED),
    "a page of a book": ("mkdocs.de.yml", b"a: !!python/name:material.extensions.emoji.twemoji\n"),
    "a tar with a long name": ("a.tar", deep("c.yaml", b"a: 1\n", tarfile.PAX_FORMAT)),
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
        ("", "imports tensorflow.WriteFile (byte 7);"),
    ],
)
def test_the_finding_says_what_loading_does(how: str, says: str) -> None:
    blob = Blob("develop", "m.pb", imports=(PickleImport("tensorflow", "WriteFile", 7, how),))
    report = evaluate((RULE,), (blob,), View(preset_flow("ml"), Refs({}, {}, {})))
    (violation,) = report.violations
    assert violation.finding.says.startswith(f"loading this file {says}")


def test_what_a_pickle_among_other_bytes_imports_may_be_allowed() -> None:
    """The policy allows names there as in any other pickle."""
    blob = Blob("develop", "app.db", imports=(PickleImport("own", "Kind", 7, "held"),))
    for allow, count in (("[]", 1), ("[own.Kind]", 0)):
        policy = flow(f"preset: ml\nartefacts: {{allow: {allow}}}\n")
        found = evaluate((RULE,), (blob,), View(policy, Refs({}, {}, {}))).violations
        assert len(found) == count
        assert all(
            "this file holds a pickle that imports own.Kind (byte 7)" in one.finding.says for one in found
        )


def test_a_search_without_end_stops() -> None:
    """Beginnings of pickles one behind the other; the time that they take is limited."""
    assert "too many" in inspect("a.bin", b"\0\x80\x02" * 30_000).opaque


ROWS = "".join(f"{n},{n * 3},row {n}\n" for n in range(3000)).encode()
BOOK = json.dumps(
    {"cells": [{"cell_type": "code", "outputs": [{"text": "x"}]}], "nbformat": 4, "metadata": {}}
).encode()


def test_what_an_archive_keeps_is_looked_at() -> None:
    """Tables and the outputs of notebooks, compressed or among other files."""
    for path, data in (
        ("a.csv.gz", gzip.compress(ROWS)),
        ("a.zip", archive({"train.csv": ROWS}, 8)),
        ("a.tgz", tape({"train.csv": ROWS}, True)),
    ):
        assert inspect(path, data).data == "an archive with a table of values (CSV)"
    assert inspect("a.xlsx", archive({"xl/workbook.xml": b"x"})).data == "a spreadsheet"
    for unused in (b"\0", b"\1"):
        assert inspect("a.dta", b"\x71\x02\x01" + unused + b"x" * 99).data == "a Stata table"
    seen = inspect("a.zip", archive({"a.ipynb": BOOK, "b.ipynb": b"not JSON"}, 8))
    assert (seen.kind, seen.outputs, seen.opaque) == ("archive", (("outputs", 1, False),), "")
    blob = Blob("develop", "a.zip", kind=seen.kind, outputs=seen.outputs)
    (found,) = evaluate((NOTEBOOKS,), (blob,), View(preset_flow("ml"), Refs({}, {}, {}))).violations
    assert found.finding.says == "this archive has a notebook that holds outputs in cell 1"
