"""One content -> what it is. The only door into this package for bytes."""

from __future__ import annotations

from gitflowguard.artefacts import data as tables
from gitflowguard.artefacts import (
    embedded,
    formats,
    notebooks,
    pickles,
    pointers,
    secrets,
    tars,
    unpack,
    zips,
)
from gitflowguard.artefacts.limits import Budget, Limits, Opaque
from gitflowguard.model.blob import ARCHIVE, DATA, NOTEBOOK, OTHER, PICKLE, POINTER, TEXT, PickleImport
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Names that other programs use as well: Python's path files, tables of IDL and SPSS, texts.
_SHARED = (".pth", ".sav", ".pt", ".ckpt")
_THEIRS = (b"SR\x00\x04", b"SR\x00\x06", b"$FL2")
_NUMPY = b"\x93NUMPY"
_SEARCHED = 1 << 20


class Inspection(Record):
    """What a content is; the fields are those of model.blob.Blob."""

    kind: str = OTHER
    imports: tuple[PickleImport, ...] = ()
    opaque: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    outputs: tuple[tuple[str, int, bool], ...] = ()
    secrets: tuple[tuple[str, int], ...] = ()
    data: str = ""
    pointer: str = ""
    key: str = ""
    lost: str = ""


class _Look:
    """Gathers what all layers of one content say."""

    def __init__(self, limits: Limits) -> None:
        self.budget = Budget(limits)
        self.seen = pickles.FoundNames()
        self.more: dict[PickleImport, None] = {}
        self.faults: dict[str, None] = {}
        self.kind = self.data = ""
        self.outputs: dict[tuple[str, int, bool], None] = {}

    def fault(self, why: str) -> None:
        """Keeps a reason why something wasn't read."""
        if len(self.faults) < 20:
            self.faults[why] = None


def inspect(path: str, data: bytes, limits: Limits = Limits()) -> Inspection:
    """Reads a content. Never raises for what is in it; nothing of it is imported or run."""
    pointer = pointers.read(path, data)
    if pointer is not None:
        return Inspection(POINTER, pointer=pointer.kind, key=pointer.key, lost=pointer.fault)
    text = b"\0" not in data[:8192]
    held = _secrets(path, data) if text else ()
    if notebooks.is_notebook(path, data):
        outputs, fault = notebooks.read(data)
        return Inspection(NOTEBOOK, outputs=outputs, opaque=fault, secrets=held)
    look = _Look(limits)
    try:
        _layer(path, data, look, 0)
    except Opaque as why:
        look.fault(str(why))
    except (RecursionError, MemoryError):
        look.fault("it takes too much memory to read")
    imports = (*look.seen.imports(), *look.more)
    what = tables.by_content(data) if not look.kind or data[:8] == embedded.HDF5 else look.data
    return Inspection(
        kind=look.kind or (DATA if what else TEXT if text else OTHER),
        imports=imports,
        opaque=next(iter(look.faults), ""),
        versions=(*look.seen.versions, *_recorded(path, data)),
        outputs=tuple(look.outputs),
        secrets=held,
        data=what,
    )


def _secrets(path: str, data: bytes) -> tuple[tuple[str, int], ...]:
    return secrets.find(path, data) if secrets.worth(path, data) else ()


def _layer(path: str, data: bytes, look: _Look, depth: int) -> None:
    """One layer: an archive, something compressed, an array, or opcodes."""
    if depth > look.budget.limits.depth:
        raise Opaque(f"archives lie in archives more than {look.budget.limits.depth} deep")
    head = data[:8]
    if zips.is_zip(data):
        look.kind = look.kind or ARCHIVE
        _members(path, zips.members(data, look.budget), look, depth)
        if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            return  # else the zip lies behind or within something: a pickle, a tar, a picture
    if _compressed(path, data, look, depth):
        return
    if depth:
        _kept(path, data, look)
    if tars.is_tar(data):
        look.kind = look.kind or ARCHIVE
        _members(path, tars.members(data, look.budget), look, depth)
    elif head[:6] == _NUMPY:
        look.kind = look.kind or ARCHIVE
        _arrays(data, look)
    elif (start := embedded.hdf5_at(data)) >= 0:
        look.kind = look.kind or ARCHIVE
        _hdf5(data, start, look)
    else:
        _plain(path, data, look, depth)


def _kept(path: str, data: bytes, look: _Look) -> None:
    """What an archive keeps for somebody: a table, a notebook's outputs."""
    table = tables.by_content(data)
    look.data = look.data or (f"an archive with {table}" if table else "")
    if notebooks.is_notebook(path, data):
        look.outputs.update(dict.fromkeys(notebooks.read(data)[0]))


def _hdf5(data: bytes, start: int, look: _Look) -> None:
    from gitflowguard.artefacts.keras import in_binary

    look.more.update(dict.fromkeys((*in_binary(data), *embedded.find(data))))
    if embedded.hdf5_ends(data, start) > len(data):
        look.fault("the HDF5 file is cut off")


def _plain(path: str, data: bytes, look: _Look, depth: int) -> None:
    """Neither compressed nor an archive: opcodes, what other loaders read, and what lies within or behind it."""
    pickled = _opcodes(path, data, look, depth)
    look.more.update(dict.fromkeys(formats.read(path, data)))
    hidden = formats.behind(data)
    if hidden:
        _layer(path, hidden, look, depth + 1)
    elif not pickled and (_searched(path, data, depth) or data.startswith(formats.HOLDERS)):
        look.more.update(dict.fromkeys(embedded.find(data)))


def _searched(path: str, data: bytes, depth: int) -> bool:
    """Whether pickles are looked for among other bytes: in members of archives only up to 1 MB, for the time."""
    return path[-4:] != ".pyc" and (not depth or len(data) <= _SEARCHED)


def _compressed(path: str, data: bytes, look: _Look, depth: int) -> bool:
    """Reads what is compressed; False where nothing is."""
    form = unpack.form_of(data)
    plain = unpack.unpack(data, form, look.budget) if form else unpack.Plain(b"")
    # Two letters of a text may look like zlib's (RFC 1950, 2.2).
    if form and (plain.data or form != "zlib"):
        look.kind = look.kind or ARCHIVE
        _layer(_inner_name(path), plain.data, look, depth + 1)
        if plain.fault:
            look.fault(plain.fault)
        return True
    if not data.startswith(unpack.CLOSED_HEADS):
        return False
    closed = next(name for magic, name in unpack.CLOSED if data.startswith(magic))
    look.kind = look.kind or ARCHIVE
    look.fault(f"it is compressed by {closed}, which can't be opened here")
    return True


def _inner_name(path: str) -> str:
    stem, _, end = path.rpartition(".")
    return stem if end.lower() in ("gz", "bz2", "xz", "lzma", "z", "zlib") and stem else path


def _members(path: str, found: Iterator[zips.Member], look: _Look, depth: int) -> None:
    for member in found:
        if member.fault:
            look.fault(member.fault)
        if not member.data:
            continue
        name = member.name.rpartition("/")[2]
        look.data = look.data or tables.SPREADSHEETS.get(member.name, "")
        if name.lower() == "config.json" and b'"class_name"' in member.data:
            from gitflowguard.artefacts.keras import in_config

            look.more.update(dict.fromkeys(in_config(member.data)))
        if name == "schema.json" and b'"__loader__"' in member.data:
            look.more.update(dict.fromkeys(formats.in_schema(member.data)))
        _layer(name, member.data, look, depth + 1)


def _arrays(data: bytes, look: _Look) -> None:
    """numpy.lib.format: a header that is a dictionary in text; arrays of objects are a pickle behind it."""
    at = 0
    while data[at : at + 6] == _NUMPY:
        wide = data[at + 6 : at + 7] not in (b"\x01",)
        size = int.from_bytes(data[at + 8 : at + (12 if wide else 10)], "little")
        start = at + (12 if wide else 10)
        if size > 1 << 20 or start + size > len(data):
            raise Opaque("the header of the array is cut off")
        head = data[start : start + size]
        if not _objects(head):
            if _size(head) > len(data) - start - size:
                raise Opaque("the array is cut off")
            return
        _, at = pickles.read(data, start + size, look.seen, look.budget)


def _size(head: bytes) -> int:
    """The bytes of an array of numbers; 0 where the header doesn't say it plainly."""
    import re

    kind = re.search(rb"""'descr': *'[<>|=]?[a-zA-Z](\d+)'""", head)
    shape = re.search(rb"""'shape': *\(([\d, ]*)\)""", head)
    if kind is None or shape is None or b"'<U" in head or b"'>U" in head:
        return 0
    size = int(kind[1][:9])
    for one in shape[1].replace(b",", b" ").split():
        size *= int(one[:19])
    return size


def _objects(head: bytes) -> bool:
    """Whether a type in the header is that of objects: 'O', '|O', '|O8'."""
    import re

    return re.search(rb"""['"][|<>=]?O\d*['"]""", head) is not None or b"\\" in head


def _opcodes(path: str, data: bytes, look: _Look, depth: int) -> bool:
    """Pickles one behind the other, as far as they are pickles; whether they are.

    Protocols 0 and 1 have no mark. There, what calls a name that Python could look up is a pickle; so is what lies
    under a name that loaders open.
    """
    if not data:
        return False
    own = pickles.FoundNames()
    magic = data[0] == 0x80 and data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")
    named = path.lower().endswith(formats.LOADED) and not _theirs(path, data)
    if not magic and not named and data[0] not in pickles.FIRST:
        return False
    budget = look.budget
    if not magic and not named:
        budget = Budget(budget.limits._replace(steps=100_000))
    whole, why = _stack(data, own, look, budget)
    called = own.called or bool(own.names and magic)
    if not (magic or named or called and _plausible(own)):
        return False
    look.kind = look.kind or (PICKLE if whole or magic or called else "")
    _merge(own, look, not magic)
    if why:
        look.fault(why)
    return True


def _stack(data: bytes, own: pickles.FoundNames, look: _Look, budget: Budget) -> tuple[int, str]:
    """(how many pickles were read to their end, why what follows isn't one)."""
    at = whole = 0
    try:
        value, at = pickles.read(data, 0, own, budget)
        whole = 1
        torch = isinstance(value, int) and value == pickles.TORCH_MAGIC
        while at < len(data) and not (torch and whole == 5) and whole < 10_000:
            if data[at : at + 6] == _NUMPY:
                _arrays(data[at:], look)
                break
            _, at = pickles.read(data, at, own, budget)
            whole += 1
    except Opaque as problem:
        if not whole or data[at:].strip(b"\0"):
            return whole, str(problem)
    return whole, ""


def _theirs(path: str, data: bytes) -> bool:
    """Whether a content with such a name is another program's."""
    return path.lower().endswith(_SHARED) and (
        data.startswith(_THEIRS) or b"\0" not in data[:8192] and data[0] < 0x80
    )


def _plausible(own: pickles.FoundNames) -> bool:
    """Whether what was called without a protocol's mark are names that Python could import."""
    return any(pickles.identifier(module, name) for module, name, _ in own.names) or not own.names


def _merge(own: pickles.FoundNames, look: _Look, checked: bool) -> None:
    for (module, name, how), at in own.names.items():
        if not checked or pickles.identifier(module, name):
            look.seen.add(module, name, at, how)
    look.seen.versions.update(own.versions)


def _recorded(path: str, data: bytes) -> tuple[tuple[str, str], ...]:
    """The versions that MLflow's MLmodel records (mlflow.org, "MLflow Models", flavors)."""
    if path.rpartition("/")[2] != "MLmodel" or len(data) > 1 << 20:
        return ()
    found = []
    for line in data.decode("utf-8", "replace").split("\n"):
        key, _, value = line.strip().partition(": ")
        if key == "sklearn_version":
            found.append(("scikit-learn", value.strip("'\" ")[:40]))
    return tuple(found)
