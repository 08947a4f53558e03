"""The members of a tar archive (POSIX pax and ustar, GNU): SageMaker and old torch keep models in them."""

from __future__ import annotations

from gitflowguard.artefacts.limits import Budget, Opaque
from gitflowguard.artefacts.zips import Member

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def is_tar(data: bytes) -> bool:
    """By the magic of ustar and GNU; or by the checksum of a header of the first form."""
    if data[257:262] == b"ustar":
        return True
    return (
        len(data) >= 1024
        and data[148:149] in (b"0", b" ")
        and _size(data[124:136]) is not None
        and _sum(data)
    )


def _sum(head: bytes) -> bool:
    """Whether the header's checksum fits."""
    try:
        want = int(head[148:156].strip(b" \0") or b"-1", 8)
    except ValueError:
        return False
    return want == sum(head[:148]) + 256 + sum(head[156:512])


def members(data: bytes, budget: Budget) -> Iterator[Member]:
    """Every regular file; a fault where the archive is cut off."""
    at = count = 0
    longer, ended = "", False
    while at + 512 <= len(data):
        head = data[at : at + 512]
        if not head.strip(b"\0"):
            ended = True  # tar -i and careless readers go on (tar(1), --ignore-zeros)
            at += 512
            continue
        size = _size(head[124:136])
        if size is None or not _sum(head):
            yield Member(
                "", b"", "something else follows the tar archive" if ended else "the tar archive is damaged"
            )
            return
        count += 1
        if count > budget.limits.members:
            raise Opaque(f"the tar archive has more than {budget.limits.members} files")
        body = data[at + 512 : at + 512 + size]
        name, longer = longer or _text(head[:100]), ""
        if head[156:157] in (b"L", b"x"):
            longer = _long(body)
        if head[156:157] in (b"0", b"\0", b"7", b"S"):
            budget.spend(len(body))
            yield Member(name, body, "" if len(body) == size else f"{name} is cut off")
        at += 512 + (size + 511) // 512 * 512


def _text(field: bytes) -> str:
    return field.rstrip(b"\0").decode("utf-8", "replace")


def _long(body: bytes) -> str:
    """The next member's name, from GNU's record or pax's (``LENGTH path=NAME``)."""
    found = body.rpartition(b" path=")[2] if b" path=" in body else body
    return _text(found.partition(b"\n")[0][:4096])


def _size(field: bytes) -> int | None:
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        return None
