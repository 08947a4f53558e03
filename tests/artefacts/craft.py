"""Model files made of opcodes, with the standard library alone. A payload only prints, and nobody loads it here."""

from __future__ import annotations

import gzip
import io
import pickle
import struct
import tarfile
import zipfile

SAYS = "print('payload')"


def word(text: str) -> bytes:
    """SHORT_BINUNICODE."""
    data = text.encode()
    return b"\x8c" + bytes((len(data),)) + data


def call(module: str, name: str, *args: str) -> bytes:
    """Looks a name up and calls it with texts."""
    return word(module) + word(name) + b"\x93(" + b"".join(map(word, args)) + b"tR"


def whole(body: bytes, protocol: int = 4) -> bytes:
    """A pickle around opcodes."""
    return b"\x80" + bytes((protocol,)) + body + b"."


BAD = whole(call("builtins", "exec", SAYS))
DOTTED = whole(call("inspect", "builtins.exec", SAYS))
GOOD = pickle.dumps({"vocabulary": ["a", "b"], "rate": 0.5, "none": None}, 4)


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in members.items():
            made.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def tape(members: dict[str, bytes], packed: bool = False) -> bytes:
    """A tar, compressed by gzip if wanted."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0) if packed else out.getvalue()


def array(payload: bytes, shape: int, code: str = "u1", aligned: bool = True) -> bytes:
    """Opcodes of joblib's wrapper of an array, and the array's bytes behind them (joblib.numpy_pickle)."""
    dtype = word("numpy") + word("dtype") + b"\x93(" + word(code) + b"\x89\x88tR"
    wrapper = word("joblib.numpy_pickle") + word("NumpyArrayWrapper") + b"\x93)\x81}("
    wrapper += word("shape") + b"M" + struct.pack("<H", shape) + b"\x85"
    wrapper += word("dtype") + dtype
    if aligned:
        wrapper += word("numpy_array_alignment_bytes") + b"K\x10"
    return wrapper + b"ub" + (b"\x00" if aligned else b"") + payload


def npy(header: str, body: bytes, version: int = 1) -> bytes:
    """An array file of numpy's (numpy.lib.format)."""
    text = header.encode() + b"\n"
    size = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes((version, 0)) + size + text + body


OBJECTS = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
NUMBERS = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
