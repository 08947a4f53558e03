"""Small files that stand for a content elsewhere: git-lfs, DVC, git-annex. Good blobs, looked at as what they are."""

from __future__ import annotations

from gitflowguard.model.record import Record

LFS, DVC, ANNEX = "lfs", "dvc", "annex"
_LFS = (b"version https://git-lfs.github.com/spec/v1\n", b"version https://hawser.github.com/spec/v1\n")
_ANNEX = (b"/annex/objects/", b"../.git/annex/objects/", b".git/annex/objects/")
_HEX = b"0123456789abcdef"
_MOST = 1024


class Pointer(Record):
    """kind: of the words above. key: what the content is called there. size: its bytes, 0 if unsaid. fault: "" or why
    it stands for nothing."""

    kind: str
    key: str = ""
    size: int = 0
    fault: str = ""


def read(path: str, data: bytes) -> Pointer | None:
    """The pointer that a content is, None if it is none."""
    if data.startswith(_LFS) and len(data) <= _MOST:
        return _lfs(data)
    if len(data) <= 32_768 and data.startswith(_ANNEX) and data.count(b"\n") <= 1 and b"\0" not in data:
        key = data.strip().rpartition(b"/")[2]
        return Pointer(ANNEX, key.decode("ascii", "replace"), fault="" if b"--" in key else "it names no key")
    if path.endswith(".dvc") and len(data) <= 1 << 20 and (data.startswith(b"outs:") or b"\nouts:" in data):
        return _dvc(data)
    return None


def _lfs(data: bytes) -> Pointer:
    """git-lfs/docs/spec.md: sorted keys, oid and size are required."""
    rows = dict(line.partition(b" ")[::2] for line in data.split(b"\n") if line)
    oid, size = rows.get(b"oid", b""), rows.get(b"size", b"")
    key = oid.removeprefix(b"sha256:")
    good = oid.startswith(b"sha256:") and len(key) == 64 and not key.strip(_HEX)
    if not good:
        return Pointer(LFS, fault="its oid isn't a SHA-256 checksum")
    if not size.isdigit():
        return Pointer(LFS, key.decode(), fault="it has no size")
    return Pointer(LFS, key.decode(), int(size[:18]))


def _dvc(data: bytes) -> Pointer:
    """dvc.org/doc/user-guide/project-structure/dvc-files: the first output's checksum."""
    for line in data.split(b"\n"):
        word = line.strip().removeprefix(b"- ").strip()
        if word.startswith(b"md5: "):
            key = word[5:].strip().removesuffix(b".dir")
            good = len(key) == 32 and not key.strip(_HEX)
            return Pointer(
                DVC,
                word[5:].strip().decode("ascii", "replace") if good else "",
                fault="" if good else "its md5 isn't a checksum",
            )
    return Pointer(DVC)
