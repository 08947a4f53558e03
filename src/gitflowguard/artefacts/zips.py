"""The members of a zip archive, as lenient readers see them.

torch's own reader takes no notice of checksums, flags and local names; Python's does. So what a scanner with Python's
reader calls damaged loads in torch (CVE-2025-1944, -1945, -10156). Here every member is read, by the central directory
and by the local headers, and what doesn't agree is a fault beside what was found.
"""

from __future__ import annotations

import struct
import zlib

from gitflowguard.artefacts.limits import Budget, Opaque
from gitflowguard.artefacts.unpack import inflate
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCAL, _CENTRAL, _END, _END64 = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06"
_MAX32, _MAX16 = 0xFFFFFFFF, 0xFFFF


class Member(Record):
    """One file. name: as the central directory has it. fault: why it isn't whole, or doesn't agree with itself."""

    name: str
    data: bytes
    fault: str = ""


class _Row(Record):
    name: bytes
    method: int
    flags: int
    crc: int
    packed: int
    size: int
    offset: int


def is_zip(data: bytes) -> bool:
    """Whether a reader would take it for a zip: by its end, or by its beginning."""
    return data[:4] in (_LOCAL, _END) or data.rfind(_END, max(0, len(data) - 65557)) >= 0


def members(data: bytes, budget: Budget) -> Iterator[Member]:
    """Every member; raises Opaque where there are too many, or the directory is damaged and nothing can be found."""
    seen: set[int] = set()
    rows = _directory(data)
    if rows is not None:
        if len(rows) > budget.limits.members:
            raise Opaque(f"the zip has more than {budget.limits.members} files")
        for row in rows:
            seen.add(row.offset)
            if row.name.endswith(b"/") and not row.size:
                continue
            yield _read(data, row, budget)
    count, at = 0, data.find(_LOCAL)
    while at >= 0:
        step = 4
        if at not in seen:
            stray = _local(data, at)
            # Inside of a member's own bytes such a mark is chance; a whole header with a name isn't.
            if stray is not None and (rows is None or not _inside(at, rows, data)):
                count += 1
                if count > budget.limits.members:
                    raise Opaque(f"the zip has more than {budget.limits.members} files")
                yield _read(data, stray, budget)
        at = data.find(_LOCAL, at + step)
    if rows is None:
        yield Member("", b"", "the zip is cut off")


def _inside(at: int, rows: list[_Row], data: bytes) -> bool:
    return any(row.offset < at < row.offset + 30 + len(row.name) + row.packed for row in rows[:500])


def _directory(data: bytes) -> list[_Row] | None:
    """The rows of the central directory, None where there is none."""
    end = data.rfind(_END)
    if end < 0 or end + 22 > len(data):
        return None
    count, size, start = struct.unpack("<HII", data[end + 10 : end + 20])
    wide = data.rfind(_END64, 0, end)
    if _MAX32 in (size, start) or count == _MAX16 or (wide >= 0 and end - wide == 76):
        if wide < 0 or wide + 56 > len(data):
            return None
        size, start = struct.unpack("<QQ", data[wide + 40 : wide + 56])
        end = wide
    # A zip may have something before it; its offsets count from its own beginning (zipfile, _RealGetContents).
    shift = end - size - start
    at = start + shift if shift >= 0 else start
    rows: list[_Row] = []
    while data[at : at + 4] == _CENTRAL and at + 46 <= len(data):
        flags, method = struct.unpack("<HH", data[at + 8 : at + 12])
        crc, packed, plain, named, extra, comment = struct.unpack("<IIIHHH", data[at + 16 : at + 34])
        offset = struct.unpack("<I", data[at + 42 : at + 46])[0]
        name = data[at + 46 : at + 46 + named]
        plain, packed, offset = _wide(data[at + 46 + named : at + 46 + named + extra], plain, packed, offset)
        rows.append(
            _Row(
                name=name,
                method=method,
                flags=flags,
                crc=crc,
                packed=packed,
                size=plain,
                offset=offset + max(shift, 0),
            )
        )
        at += 46 + named + extra + comment
    return rows if rows or not count else None


def _wide(extra: bytes, plain: int, packed: int, offset: int) -> tuple[int, int, int]:
    """The sizes and the offset, from the zip64 extra field where they don't fit (APPNOTE.TXT, 4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack("<HH", extra[at : at + 4])
        if kind == 1:
            body = extra[at + 4 : at + 4 + size]
            values = [int.from_bytes(body[i : i + 8], "little") for i in range(0, len(body) - 7, 8)]
            out = [values.pop(0) if one == _MAX32 and values else one for one in (plain, packed, offset)]
            return out[0], out[1], out[2]
        at += 4 + size
    return plain, packed, offset


def _local(data: bytes, at: int) -> _Row | None:
    """A local header as a row; None where what follows the mark is none."""
    if at + 30 > len(data):
        return None
    version, flags, method = struct.unpack("<HHH", data[at + 4 : at + 10])
    crc, packed, plain, named, extra = struct.unpack("<IIIHH", data[at + 14 : at + 30])
    name = data[at + 30 : at + 30 + named]
    if (
        version > 100
        or method not in (0, 8, 9, 12, 14, 93, 95, 98, 99)
        or not 0 < named < 1024
        or b"\0" in name
    ):
        return None
    plain, packed, _ = _wide(data[at + 30 + named : at + 30 + named + extra], plain, packed, 0)
    if flags & 8 and not packed:
        # Its sizes stand behind it (APPNOTE.TXT, 4.3.9); deflate knows its own end (RFC 1951, 3.2.3).
        packed = len(data) - at
    return _Row(name=name, method=method, flags=flags, crc=crc, packed=packed, size=plain, offset=at)


def _read(data: bytes, row: _Row, budget: Budget) -> Member:
    at = row.offset
    name = row.name.decode("utf-8", "replace")
    if data[at : at + 4] != _LOCAL or at + 30 > len(data):
        return Member(name, b"", f"{name} isn't where the zip says")
    named, extra = struct.unpack("<HH", data[at + 26 : at + 30])
    fault = "" if data[at + 30 : at + 30 + named] == row.name else f"{name} has two names"
    start = at + 30 + named + extra
    packed = data[start : start + row.packed]
    if row.method == 0 and row.packed > len(data):
        packed = data[start : start + row.size]
    plain = inflate(packed, row.method, budget)
    if len(packed) < row.packed and not row.flags & 8:
        fault = fault or f"{name} is cut off"
    if row.flags & 1:
        fault = fault or f"{name} is encrypted"
    elif plain.fault:
        fault = fault or f"{name}: {plain.fault}"
    elif zlib.crc32(plain.data) != row.crc and not (row.flags & 8 and not row.crc):
        fault = fault or f"{name} has a wrong checksum"
    return Member(name, plain.data, fault)
