"""What a content would import, whatever it is called and wrapped in. None of these files was there when the reader
was written: each is a way that somebody may try.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import json
import lzma
import pickle
import struct
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from gitflowguard.artefacts.inspect import Inspection, inspect
from gitflowguard.artefacts.limits import Limits
from tests.artefacts.craft import (
    BAD, DOTTED, GOOD, NUMBERS, OBJECTS, SAYS, archive, array, call, npy, tape, whole, word,
)  # fmt: skip

FILES = Path(__file__).parent / "files"
SYSTEM0 = b"cos\nsystem\n(S'echo payload'\ntR."
BUILD = b"}" + word("a") + word("b") + b"sb"


def names(seen: Inspection) -> set[str]:
    """``module.name`` of everything that isn't audited; what is odd about it, where it isn't only looked up."""
    return {one.how or f"{one.module}.{one.name}" for one in seen.imports}


def legacy(fourth: bytes) -> bytes:
    """torch's former file: five pickles, then raw storages (torch/serialization.py, _legacy_save)."""
    head = (pickle.dumps(one, 2) for one in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))
    return b"".join(head) + fourth + pickle.dumps(["0"], 2) + bytes(range(256))


def flagged(data: bytes) -> bytes:
    """A zip whose members claim to be encrypted, and aren't (CVE-2025-1945)."""
    made = bytearray(data)
    made[6] |= 1
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def undirected(data: bytes) -> bytes:
    """A zip without its central directory: readers that stream find the members anyway."""
    return data[: data.index(b"PK\x01\x02")]


def hidden(good: bytes, bad: bytes) -> bytes:
    """A member that only its local header shows, before the zip that the directory shows."""
    return undirected(archive({"data.pkl": bad})) + archive({"a.pkl": good})


def config(layer: Mapping[str, object]) -> bytes:
    return json.dumps({"class_name": "Functional", "config": {"layers": [layer]}}).encode()


FUNCTION = {"class_name": "function", "config": "system", "module": "os", "registered_name": "system"}
UNSAFE: dict[str, tuple[str, bytes, str]] = {
    # name: (what it is called, bytes, what is found)
    "as a picture": ("logo.png", BAD, "builtins.exec"),
    "without a name's end": ("weights", DOTTED, "inspect.builtins.exec"),
    "protocol 0 under any name": ("notes.txt", SYSTEM0, "os.system"),
    "protocol 0 that breaks off": ("notes.txt", SYSTEM0[:-1], "os.system"),
    "protocol 0 by INST": ("a.cfg", b"(S'echo'\nios\nsystem\n.", "os.system"),
    "something before the protocol": ("model", b"N0" + BAD, "builtins.exec"),
    "OBJ": ("m.pkl", b"\x80\x02(cos\nsystem\nS'echo'\no.", "os.system"),
    "NEWOBJ": ("m.pkl", whole(word("my.own") + word("Kind") + b"\x93)\x81"), "my.own.Kind"),
    "NEWOBJ_EX": ("m.pkl", whole(word("my.own") + word("Kind") + b"\x93)}\x92"), "my.own.Kind"),
    "a name from the memo": (
        "m.pkl",
        whole(word("os") + b"\x94" + word("system") + b"\x940" + b"0h\x00h\x01\x93(" + word("echo") + b"tR"),
        "os.system",
    ),
    "a name that DUP repeats": ("m.pkl", whole(word("antigravity") + b"2\x93"), "antigravity.antigravity"),
    "a name that a call returns": (
        "m.pkl",
        whole(call("_codecs", "encode", "os", "latin1") + word("system") + b"\x93(" + word("echo") + b"tR"),
        "computed",
    ),
    "a codec that imports a module": ("m.pkl", whole(call("_codecs", "encode", "os", "rot13")), "argument"),
    "what a call returned is called": ("m.pkl", whole(call("builtins", "set") + b")R"), "indirect"),
    "a class is changed": (
        "m.pkl",
        whole(word("sklearn.base") + word("BaseEstimator") + b"\x93" + BUILD),
        "changed",
    ),
    "a helper of an audited package": (
        "m.pkl",
        whole(call("sklearn.utils", "_joblib.os.system", "echo")),
        "sklearn.utils._joblib.os.system",
    ),
    "an audited class under another package": (
        "m.pkl",
        whole(call("evil", "RandomForestClassifier")),
        "evil.RandomForestClassifier",
    ),
    "a class of the team's own": ("m.pkl", whole(call("features", "Scaler")), "features.Scaler"),
    "the third in a stack": ("m.pkl", GOOD + GOOD + BAD, "builtins.exec"),
    "a frame that lies": (
        "m.pkl",
        b"\x80\x04\x95" + b"\xff" * 8 + call("os", "system", "echo") + b".",
        "os.system",
    ),
    "a protocol below its opcodes": (
        "m.pkl",
        b"\x80\x02" + call("glob", "os.system", "echo") + b".",
        "glob.os.system",
    ),
    "gzip in gzip": ("m.gz", gzip.compress(gzip.compress(BAD)), "builtins.exec"),
    "the second member of gzip": ("m.pkl.gz", gzip.compress(GOOD) + gzip.compress(BAD), "builtins.exec"),
    "gzip that breaks off": ("m.pkl.gz", gzip.compress(BAD * 40)[:-9], "builtins.exec"),
    "the second stream of bz2": ("m.bz2", bz2.compress(GOOD) + bz2.compress(BAD), "builtins.exec"),
    "xz": ("m.dat", lzma.compress(BAD), "builtins.exec"),
    "lzma alone": ("m.dat", lzma.compress(BAD, lzma.FORMAT_ALONE), "builtins.exec"),
    "zlib": ("m.z", zlib.compress(BAD), "builtins.exec"),
    "zlib without compression": ("m.z", zlib.compress(BAD, 0), "builtins.exec"),
    "a tar": ("model.tar", tape({"a.txt": b"x", "code/model.bin": BAD}), "builtins.exec"),
    "a tar by gzip, as SageMaker has it": (
        "model.tar.gz",
        tape({"model.joblib": BAD}, True),
        "builtins.exec",
    ),
    "a tar that breaks off": ("model.tar", tape({"model.joblib": BAD})[:600], "builtins.exec"),
    "a zip in a zip": ("a.whl", archive({"b.zip": archive({"c": BAD})}), "builtins.exec"),
    "deflated": ("weights.pt", archive({"archive/data.pkl": BAD}, 8), "builtins.exec"),
    "bz2 in zip": ("weights.pt", archive({"archive/data.pkl": BAD}, 12), "builtins.exec"),
    "flags that claim encryption": ("w.pt", flagged(archive({"data.pkl": BAD})), "builtins.exec"),
    "a zip without a directory": ("w.pt", undirected(archive({"data.pkl": BAD})), "builtins.exec"),
    "a member that no directory shows": ("w.pt", hidden(GOOD, BAD), "builtins.exec"),
    "a script before the zip": ("w.pyz", b"#!/bin/sh\n" + archive({"data.pkl": BAD}), "builtins.exec"),
    "a pickle before a zip": ("w.pt", BAD + archive({"data.pkl": GOOD}), "builtins.exec"),
    "torch's former file": ("old.pth", legacy(whole(call("os", "system", "echo"), 2)), "os.system"),
    "objects in an array": ("a.npy", npy(OBJECTS, BAD), "builtins.exec"),
    "objects in a wide header": ("a.npy", npy(OBJECTS, BAD, 3), "builtins.exec"),
    "objects in a field": (
        "a.npy",
        npy("{'descr': [('a', '<f8'), ('b', '|O')], 'shape': (1,)}", BAD),
        "builtins.exec",
    ),
    "the second array of a file": (
        "a.npz",
        archive({"a.npy": npy(NUMBERS, b"\0" * 16), "b.npy": npy(OBJECTS, BAD)}),
        "builtins.exec",
    ),
    "behind an array of joblib's": (
        "m.joblib",
        whole(array(b"\0" * 300, 300) + b"0" + call("os", "system", "echo")),
        "os.system",
    ),
    "joblib's objects": ("m.joblib", whole(array(BAD, 1, "O8", aligned=False)), "builtins.exec"),
    "joblib by gzip under another name": (
        "m.csv.gz",
        gzip.compress(whole(array(b"\0", 1) + call("os", "system", "e"))),
        "os.system",
    ),
    "an array that pickle.load takes for opcodes": (
        "m.joblib",
        whole(array(call("os", "system", "echo") + b".", 26, aligned=False)),
        "os.system",
    ),
    "a Lambda in HDF5": (
        "m.h5",
        b"\x89HDF\r\n\x1a\n" + b"\0" * 90 + config({"class_name": "Lambda", "config": {}}) + b"\0",
        "keras",
    ),
    "an escaped Lambda in HDF5": (
        "m.h5",
        b"\x89HDF\r\n\x1a\n"
        + b"\0" * 90
        + config({"class_name": "Lambda"}).replace(b"Lambda", b"\\u004cambda"),
        "keras",
    ),
    "a Lambda deep in a model": (
        "m.keras",
        archive(
            {
                "config.json": config(
                    {"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda"}]}}
                )
            }
        ),
        "keras",
    ),
    "a module that isn't Keras's": ("m.keras", archive({"config.json": config(FUNCTION)}), "keras"),
    "a helper of Keras's own": (
        "m.keras",
        archive({"config.json": config({"class_name": "get_file", "module": "keras.utils", "config": {}})}),
        "keras",
    ),
    "a layer as text in a layer": (
        "m.keras",
        archive(
            {"config.json": config({"class_name": "Wrapper", "config": json.dumps({"class_name": "Lambda"})})}
        ),
        "keras",
    ),
}
OPAQUE: dict[str, tuple[str, bytes]] = {
    "cut off": ("m.pkl", GOOD[:-3]),
    "an opcode that isn't one": ("m.pkl", b"\x80\x04\xff."),
    "a protocol to come": ("m.pkl", b"\x80\x06N."),
    "an extension code": ("m.pkl", b"\x80\x02\x82\x01."),
    "recalls what was never kept": ("m.pkl", b"\x80\x02h\x05."),
    "takes from an empty stack": ("m.pkl", b"\x80\x02R."),
    "something else behind it": ("m.pkl", GOOD + b"%PDF-1.4"),
    "encrypted": ("m.joblib", bytes(range(7, 250)) * 3),
    "LZ4": ("m.joblib", b"\x04\x22\x4d\x18" + b"x" * 50),
    "Zstandard": ("m.bin", b"\x28\xb5\x2f\xfd" + b"x" * 50),
    "7-Zip": ("m.7z", b"7z\xbc\xaf\x27\x1c" + b"x" * 50),
    "a wrong checksum": ("w.pt", archive({"data.pkl": GOOD}).replace(GOOD, GOOD.replace(b"rate", b"Rate"))),
    "gzip cut off": ("m.gz", gzip.compress(b"abc" * 900)[:-9]),
    "an array of joblib's cut off": ("m.joblib", whole(array(b"\0" * 10, 300))),
    "a header cut off": ("a.npy", b"\x93NUMPY\x01\x00\xff\xff{"),
    "a configuration that isn't JSON": ("m.keras", archive({"config.json": b'{"class_name": '})),
}
CLEAN: dict[str, tuple[str, bytes]] = {
    "Python": ("a.py", b"import os\nimport sys\n\nclass A:\n    pass\n"),
    "a text that begins like GLOBAL": ("conf.txt", b"config\nvalue\n\nmore\n"),
    "Lisp": ("a.el", b"(in-package\n  foo)\n(if\n  x)\n"),
    "a talk about pickles": ("a.md", b"`cos\nsystem\n` is what a pickle looks like; builtins.exec, too.\n"),
    "a picture": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4),
    "a table by gzip": ("a.csv.gz", gzip.compress(b"a,b\n1,2\n" * 50)),
    "a wheel": ("a.whl", archive({"a.py": b"import os\n", "a.txt": b"x" * 90}, 8)),
    "a tar of texts": ("a.tar.gz", tape({"a.py": b"import os\n"}, True)),
    "safetensors": ("a.safetensors", struct.pack("<Q", 2) + b"{}" + b"\0" * 64),
    "numbers": ("a.npy", npy(NUMBERS, b"\0" * 16)),
    "torch's former file": ("old.pth", legacy(pickle.dumps(OrderedDict(a=1), 2))),
    "padding behind a pickle": ("m.pkl", GOOD + b"\0" * 64),
    "plain values of the library": (
        "m.pkl",
        pickle.dumps(
            [Decimal(1), datetime(2026, 1, 1, tzinfo=timezone.utc), {1, 2}, Path("a"), b"x" * 9, 1j]
        ),
    ),
    "a Keras model": (
        "m.keras",
        archive(
            {"config.json": config({"module": "keras.layers", "class_name": "Dense", "config": {"units": 1}})}
        ),
    ),
    "an activation": (
        "m.keras",
        archive(
            {"config.json": config({"class_name": "function", "config": "my_relu", "module": "builtins"})}
        ),
    ),
    "a path file of Python's": ("a.pth", b"import a_module\n"),
    "empty": ("model.pkl", b""),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_what_loading_would_import_is_named(name: str) -> None:
    """Through every wrapper, under every name."""
    path, data, wanted = UNSAFE[name]
    assert wanted in names(inspect(path, data))


@pytest.mark.parametrize("name", OPAQUE)
def test_what_cannot_be_read_is_neither_clean_nor_bad(name: str) -> None:
    seen = inspect(*OPAQUE[name])
    assert seen.opaque and not seen.imports


@pytest.mark.parametrize("name", CLEAN)
def test_what_is_fine_is_clean(name: str) -> None:
    seen = inspect(*CLEAN[name])
    assert (seen.imports, seen.opaque, seen.secrets) == ((), "", ())


@pytest.mark.parametrize("protocol", range(6))
def test_every_protocol_names_what_it_calls(protocol: int) -> None:
    """As Python itself writes them."""

    class Payload:
        def __reduce__(self) -> tuple[object, ...]:
            return (exec, (SAYS,))

    found = names(inspect("model", pickle.dumps([1, Payload(), "x"], protocol)))
    assert {name.removeprefix("__") for name in found} == {"builtin__.exec"} or found == {"builtins.exec"}
    plain = inspect("model.pkl", pickle.dumps({"a": [1, 2.5, None, True, "é", b"b", (1,), 10**40]}, protocol))
    assert (plain.kind, plain.imports, plain.opaque) == ("pickle", (), "")


@pytest.mark.parametrize("name", ["forest.pkl", "forest.joblib", "forest-zlib.joblib"])
def test_a_forest_is_clean_and_tells_its_version(name: str) -> None:
    """A RandomForestClassifier of scikit-learn 1.9.1, with joblib's arrays between the opcodes."""
    seen = inspect(name, (FILES / name).read_bytes())
    assert (seen.imports, seen.opaque, seen.versions) == ((), "", (("scikit-learn", "1.9.1"),))


def test_a_payload_behind_a_real_model_is_found() -> None:
    """The pickle goes on after the model: its STOP becomes a call."""
    data = (FILES / "forest.joblib").read_bytes()
    assert names(inspect("m.joblib", data[:-1] + call("os", "system", "echo") + b".")) == {"os.system"}


def test_a_bomb_is_opaque_and_takes_little() -> None:
    """A hundred times more than is read comes out of it; nested, too."""
    limits = Limits(size=1 << 20, total=3 << 20)
    bomb = gzip.compress(b"\0" * (100 << 20))
    for path, data in (
        ("a.gz", bomb),
        ("a.zip", archive({"a": bomb, "b": bomb})),
        ("b.gz", gzip.compress(bomb)),
    ):
        assert "MB" in inspect(path, data, limits).opaque
    deep = BAD
    for _ in range(9):
        deep = gzip.compress(deep)
    assert "deep" in inspect("a.gz", deep).opaque


def test_a_loop_of_opcodes_ends() -> None:
    """So many steps, then it is opaque."""
    assert "steps" in inspect("m.pkl", b"\x80\x04" + b"N0" * 4000, Limits(steps=5000)).opaque


def test_an_encoded_payload_is_only_text() -> None:
    """base64 in JSON is nobody's pickle until somebody decodes it."""
    text = json.dumps({"model": base64.b64encode(BAD).decode()}).encode()
    assert not inspect("a.json", text).imports
