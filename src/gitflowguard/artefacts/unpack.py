"""Compressed bytes -> plain ones, as far as the limits allow; what came out before a fault is kept."""

from __future__ import annotations

import zlib

from gitflowguard.artefacts.limits import Budget

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

GZIP, BZIP, XZ, LZMA = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x5d\x00\x00"
# Forms that the standard library of the oldest Python that we run on can't open (Zstandard is new in 3.14, PEP 784):
# the name of each.
CLOSED = (
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"ZF0x", "joblib's former zlib form"),
    *((bytes((nibble,)) + b"\x2a\x4d\x18", "LZ4 or Zstandard") for nibble in range(0x50, 0x60)),
    (b"\x02\x21\x4c\x18", "LZ4"),
    (b"\x1f\x9d", "compress"),
    (b"\x1f\xa0", "compress"),
    (b"\x1f\x1e", "pack"),
    (b"LZIP\x01", "lzip"),
    (b"\x89LZO\x00", "lzop"),
    (b"\xff\x06\x00\x00sNaPpY", "Snappy"),
    (b"MSCF\x00\x00\x00\x00", "Cabinet"),
)
CLOSED_HEADS = tuple(head for head, _ in CLOSED)
_STEP = 1 << 20


class Plain:
    """What came out. fault: why it isn't all, "" if it is."""

    __slots__ = ("data", "fault")

    def __init__(self, data: bytes, fault: str = "") -> None:
        self.data, self.fault = data, fault


def form_of(data: bytes) -> str:
    """``gzip``, ``bz2``, ``xz``, ``lzma``, ``zlib`` or ""."""
    head = data[:6]
    if head[:2] == GZIP:
        return "gzip"
    if head[:3] == BZIP and data[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "bz2"
    if head == XZ:
        return "xz"
    if head[:3] == LZMA and len(data) > 13:
        return "lzma"
    # Deflate with a window of 32 kB, and a check of the two bytes (RFC 1950, 2.2).
    if head[:1] == b"x" and len(data) > 7 and not int.from_bytes(head[:2], "big") % 31 and not head[1] & 0x20:
        return "zlib"
    return ""


def _maker(form: str) -> Callable[[], Any]:
    import bz2
    import lzma

    makers: dict[str, Callable[[], Any]] = {
        "gzip": lambda: zlib.decompressobj(31),
        "zlib": lambda: zlib.decompressobj(15),
        "bz2": bz2.BZ2Decompressor,
        "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=256 << 20),
        "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=256 << 20),
    }
    return makers[form]


def unpack(data: bytes, form: str, budget: Budget) -> Plain:
    """All streams of a compressed content, one behind the other, as Python's readers take them."""
    made = _maker(form)
    parts: list[bytes] = []
    size, fault = 0, ""
    while data and not fault:
        one = made()
        try:
            for part in _Parts(one, data, form in ("gzip", "zlib")):
                size += len(part)
                budget.spend(len(part))
                parts.append(part)
                if size > budget.limits.size:
                    return Plain(
                        b"".join(parts), f"the {form} data is larger than {budget.limits.size >> 20} MB"
                    )
        except (
            Exception
        ):  # zlib.error, lzma.LZMAError, OSError, EOFError, MemoryError: whatever the module calls damage
            fault = f"the {form} data is damaged"
            break
        if not one.eof:
            fault = f"the {form} data is cut off"
        data = b"" if form == "zlib" else one.unused_data.lstrip(b"\0")
        if data and form_of(data) != form:
            fault = f"something else follows the {form} data"
    return Plain(b"".join(parts), fault)


class _Parts:
    """Decompresses piece by piece, so that a bomb is noticed before it is in memory."""

    def __init__(self, one: Any, data: bytes, flat: bool) -> None:
        self.one, self.data, self.flat = one, data, flat

    def __iter__(self) -> _Parts:
        return self

    def __next__(self) -> bytes:
        one = self.one
        if one.eof:
            raise StopIteration
        part: bytes = one.decompress(self.data, _STEP)
        if self.flat:
            self.data = one.unconsumed_tail
            stuck = not self.data
        else:
            self.data = b""
            stuck = bool(one.needs_input)
        if not part and (one.eof or stuck):
            raise StopIteration
        if not part and self.flat and not self.data:
            raise StopIteration
        return part


def inflate(data: bytes, method: int, budget: Budget) -> Plain:
    """The content of a member of a zip archive, whatever its checksum says (APPNOTE.TXT, 4.4.5)."""
    if method == 0:
        budget.spend(len(data))
        return Plain(data)
    if method == 12:
        return unpack(data, "bz2", budget)
    if method != 8:
        return Plain(b"", f"compression method {method} of zip isn't one that can be opened here")
    one = zlib.decompressobj(-15)
    parts, size = [], 0
    try:
        for part in _Parts(one, data, True):
            size += len(part)
            budget.spend(len(part))
            parts.append(part)
            if size > budget.limits.size:
                return Plain(b"".join(parts), f"a member is larger than {budget.limits.size >> 20} MB")
    except zlib.error:
        return Plain(b"".join(parts), "a member is damaged")
    return Plain(b"".join(parts), "" if one.eof else "a member is cut off")
