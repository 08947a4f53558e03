"""Which names a pickle would look up, read opcode by opcode with a stack and a memo as `pickle` keeps them.

Values are symbols: text stays text, because STACK_GLOBAL makes names of it; whatever a call returns is only a mark.
Nothing is imported, called or built. What the loaders do is in Lib/pickle.py and Lib/pickletools.py of Python, and in
joblib's numpy_pickle.py for the arrays that lie between two opcodes.
"""

from __future__ import annotations

from gitflowguard.artefacts.allowed import audited
from gitflowguard.artefacts.limits import Budget, Opaque
from gitflowguard.model.blob import PickleImport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# torch/serialization.py: the first of five pickles, behind which the raw storages lie.
TORCH_MAGIC = 0x1950A86A20F9469CFC6C
_JOBLIB = ("joblib.numpy_pickle", "NumpyArrayWrapper")
# Keys whose values are needed to step over an array of joblib's (joblib/numpy_pickle.py, NumpyArrayWrapper), or that
# tell a version (sklearn/base.py, __getstate__).
_KEPT = frozenset(("shape", "dtype", "order", "subclass", "numpy_array_alignment_bytes", "allow_mmap"))
_VERSIONS = {"_sklearn_version": "scikit-learn"}
_MOST_NAMES = 200
# What may be called with some arguments only: a codec's name makes Python import a module of its package `encodings`
# (Lib/encodings/__init__.py, search_function).
_TEXTS = ("latin1", "latin-1", "latin_1", "iso-8859-1")


class Thing:
    """A value that isn't text or a number. kind: what it is; the rest as the kind needs it."""

    __slots__ = ("kind", "name", "args", "state")

    def __init__(self, kind: str, name: tuple[str, str] | None = None, args: object = None) -> None:
        self.kind, self.name, self.args = kind, name, args
        self.state: dict[str, object] | None = None


_MARK, _ANY, _NOTHING = Thing("mark"), Thing("any"), Thing("none")


class FoundNames:
    """What pickles of one file name. certain: whether something was called, so that this is a pickle indeed."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, str, str], int] = {}
        self.versions: dict[tuple[str, str], None] = {}
        self.called = False

    def add(self, module: str, name: str, at: int, how: str = "") -> None:
        """Keeps a name that isn't audited."""
        if len(self.names) < _MOST_NAMES and (how or not audited(module, name)):
            self.names.setdefault((module, name, how), at)

    def imports(self) -> tuple[PickleImport, ...]:
        """The names, in the order of the file."""
        return tuple(PickleImport(module, name, at, how) for (module, name, how), at in self.names.items())


class Machine:
    """Reads one pickle from ``at``; afterwards ``at`` is behind its STOP. Raises Opaque."""

    def __init__(self, data: bytes, at: int, seen: FoundNames, budget: Budget) -> None:
        self.data, self.at, self.seen, self.budget = data, at, seen, budget
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.older: tuple[dict[int, Any], ...] = ()
        self.plain = False  # whether joblib's arrays are read as opcodes, as pickle.load would
        self.level = 0

    def load(self) -> Any:
        """Runs to STOP and returns what stands on the stack."""
        data, steps, size = self.data, _STEPS, len(self.data)
        left = self.budget.steps
        try:
            while True:
                if self.at >= size:
                    raise Opaque("the pickle is cut off")
                left -= 1
                if left < 0:
                    raise Opaque("the pickle has too many steps")
                code = data[self.at]
                self.at += 1
                if code == 0x2E:
                    return self.stack[-1] if self.stack else _ANY
                step = steps[code]
                if step is None:
                    raise Opaque(f"there is no pickle opcode {code:#04x} (byte {self.at - 1})")
                step(self)
        except IndexError:
            raise Opaque(f"the pickle takes more from its stack than it has (byte {self.at})") from None
        except (ValueError, OverflowError, KeyError, UnicodeDecodeError):
            raise Opaque(f"the pickle is damaged (byte {self.at})") from None
        finally:
            self.budget.steps = left

    def take(self, count: int) -> bytes:
        """The next bytes."""
        end = self.at + count
        if count < 0 or end > len(self.data):
            raise Opaque("the pickle is cut off")
        found = self.data[self.at : end]
        self.at = end
        return found

    def skip(self, count: int) -> None:
        """Steps over bytes without a copy."""
        if count < 0 or self.at + count > len(self.data):
            raise Opaque("the pickle is cut off")
        self.at += count

    def number(self, count: int) -> int:
        """An unsigned number, the low byte first."""
        return int.from_bytes(self.take(count), "little")

    def line(self) -> bytes:
        """What stands before the next line break."""
        end = self.data.find(b"\n", self.at)
        if end < 0:
            raise Opaque("the pickle is cut off")
        found = self.data[self.at : end]
        self.at = end + 1
        return found

    def pop_mark(self) -> list[Any]:
        """What lies above the topmost mark, without the mark."""
        stack = self.stack
        at = len(stack) - 1
        while stack[at] is not _MARK:
            at -= 1
            if at < 0:
                raise IndexError
        found = stack[at + 1 :]
        del stack[at:]
        return found

    def pop(self) -> Any:
        """The topmost value; a mark is none."""
        value = self.stack.pop()
        if value is _MARK:
            raise IndexError
        return value

    def recall(self, key: int) -> Any:
        """What the memo holds."""
        if key in self.memo:
            return self.memo[key]
        for memo in self.older:
            if key in memo:
                return memo[key]
        raise Opaque(f"the pickle recalls what it never kept (byte {self.at})")

    def named(self, module: object, name: object, start: int) -> Thing:
        """The thing that stands for a looked-up name."""
        if not (isinstance(module, str) and isinstance(name, str)):
            if (
                isinstance(module, Thing)
                and module.kind == "any"
                or isinstance(name, Thing)
                and name.kind == "any"
            ):
                self.seen.add("?", "?", start, "computed")
                return Thing("global", ("?", "?"))
            raise Opaque(f"the pickle looks up a name that isn't text (byte {start})")
        if module and name:
            self.seen.add(module, name, start)
        return Thing("global", (module, name))

    def called(self, function: object, args: object, start: int) -> Thing:
        """What a call returns."""
        name = function.name if isinstance(function, Thing) and function.kind == "global" else None
        if name is None:
            self.seen.add("?", "?", start, "indirect")
            return _ANY
        if identifier(*name):
            self.seen.called = True
        if name == ("_codecs", "encode") and not (
            isinstance(args, tuple) and (len(args) == 1 or len(args) == 2 and args[1] in _TEXTS)
        ):
            self.seen.add(*name, start, "argument")
        text = name in _RETURN_TEXT
        return _ANY if text else Thing("object", name, args)

    def fill(self, target: object, items: list[Any]) -> None:
        """Key and value pairs that go into a dictionary: only what is needed later is kept."""
        for index in range(0, len(items) - 1, 2):
            key, value = items[index], items[index + 1]
            if key.__class__ is str:
                if key in _VERSIONS and value.__class__ is str:
                    self.seen.versions[_VERSIONS[key], value[:40]] = None
                if key in _KEPT and isinstance(target, Thing) and target.kind == "dict":
                    if target.state is None:
                        target.state = {}
                    target.state[key] = value

    def array(self, wrapper: Thing) -> None:
        """Steps over the bytes of an array that joblib writes behind its wrapper (joblib.numpy_pickle, read_array)."""
        if not self.plain:
            self._as_pickle()
        state = wrapper.state or {}
        shape, dtype = state.get("shape"), state.get("dtype")
        code = (
            dtype.args[0]
            if isinstance(dtype, Thing) and isinstance(dtype.args, tuple) and dtype.args
            else None
        )
        if not isinstance(code, str) or not isinstance(shape, tuple):
            raise Opaque(f"joblib's array is of an unknown form (byte {self.at})")
        kind = code.lstrip("<>|=")
        if kind[:1] == "O":
            self._inner()
            return
        size = int(kind[1:] or 0) * (4 if kind[:1] == "U" else 1)
        for one in shape:
            if not isinstance(one, int) or isinstance(one, bool) or one < 0:
                raise Opaque(f"joblib's array has no shape (byte {self.at})")
            size *= one
        if isinstance(state.get("numpy_array_alignment_bytes"), int):
            pad = self.number(1)
            self.skip(pad if pad != 255 else 0)
        self.skip(size)

    def _inner(self) -> None:
        """An array of objects is a pickle of its own."""
        if self.level > 20:
            raise Opaque("arrays lie in arrays without end")
        inner = Machine(self.data, self.at, self.seen, self.budget)
        inner.level, inner.plain = self.level + 1, self.plain
        inner.load()
        self.at = inner.at

    def _as_pickle(self) -> None:
        """The same bytes as pickle.load reads them: opcodes go on where joblib has an array.

        Nearly always that is rubbish; names in it count only if they could be imported.
        """
        other = Machine(self.data, self.at, FoundNames(), Budget(self.budget.limits._replace(steps=2_000)))
        other.stack, other.older, other.plain = list(self.stack), (self.memo, *self.older), True
        try:
            other.load()
        except Opaque:
            pass
        if other.seen.called:
            for (module, name, how), at in other.seen.names.items():
                if identifier(module, name):
                    self.seen.add(module, name, at, how)


# Calls that return text or bytes, of which a name could be made.
_RETURN_TEXT = {("_codecs", "encode"), ("builtins", "str"), ("__builtin__", "str"), ("numpy", "str_")}


def identifier(module: str, name: str) -> bool:
    """Whether Python could look the name up: anything else is rubbish, not a name."""
    if module == "?":
        return True
    return all(part.isidentifier() for part in module.split(".")) and all(
        part.isidentifier() for part in name.split(".")
    )


def _proto(m: Machine) -> None:
    if m.number(1) > 5:
        raise Opaque(f"there is no such pickle protocol (byte {m.at - 1})")


def _unicode(count: int) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        m.stack.append(m.take(m.number(count)).decode("utf-8", "surrogatepass"))

    return step


def _skipped(count: int) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        size = m.number(count)
        # Python 2's strings can become names; long ones can't, and are stepped over.
        if size <= 256:
            m.stack.append(m.take(size).decode("ascii", "replace"))
        else:
            m.skip(size)
            m.stack.append(_NOTHING)

    return step


def _raw(count: int) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        m.skip(m.number(count))
        m.stack.append(_NOTHING)

    return step


def _integer(count: int) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        m.stack.append(int.from_bytes(m.take(count), "little", signed=count == 4))

    return step


def _push(value: Any) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        m.stack.append(value)

    return step


def _new(kind: str) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        m.stack.append(Thing(kind))

    return step


def _text_int(m: Machine) -> None:
    line = m.line()
    m.stack.append(int(line) if len(line) < 20 else _NOTHING)


def _text_long(m: Machine) -> None:
    line = m.line()
    m.stack.append(int(line.rstrip(b"L")) if len(line) < 40 else _NOTHING)


def _text_float(m: Machine) -> None:
    float(m.line())
    m.stack.append(_NOTHING)


def _float(m: Machine) -> None:
    m.skip(8)
    m.stack.append(_NOTHING)


def _text_string(m: Machine) -> None:
    line = m.line().strip()
    if len(line) < 2 or line[:1] != line[-1:] or line[:1] not in (b"'", b'"'):
        raise ValueError
    body = line[1:-1]
    if b"\\" in body and len(body) < 4096:
        body = body.decode("latin-1").encode("latin-1", "replace")
        body = body.decode("unicode_escape", "replace").encode("utf-8", "replace")
    m.stack.append(body.decode("utf-8", "replace"))


def _text_unicode(m: Machine) -> None:
    m.stack.append(m.line().decode("raw-unicode-escape", "replace"))


def _long(count: int) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        size = m.number(count)
        if size <= 32:
            m.stack.append(int.from_bytes(m.take(size), "little", signed=True))
        else:
            m.skip(size)
            m.stack.append(_NOTHING)

    return step


def _pop(m: Machine) -> None:
    m.stack.pop()


def _pop_mark(m: Machine) -> None:
    m.pop_mark()


def _dup(m: Machine) -> None:
    m.stack.append(m.stack[-1])


def _list_of(m: Machine) -> None:
    m.pop_mark()
    m.stack.append(Thing("list"))


def _dict_of(m: Machine) -> None:
    items = m.pop_mark()
    made = Thing("dict")
    m.fill(made, items)
    m.stack.append(made)


def _tuple_of(m: Machine) -> None:
    m.stack.append(tuple(m.pop_mark()))


def _tuple(count: int) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        items = [m.pop() for _ in range(count)]
        m.stack.append(tuple(reversed(items)))

    return step


def _append(m: Machine) -> None:
    m.pop()
    m.stack[-1]


def _appends(m: Machine) -> None:
    m.pop_mark()
    m.stack[-1]


def _setitem(m: Machine) -> None:
    value, key = m.pop(), m.pop()
    m.fill(m.stack[-1], [key, value])


def _setitems(m: Machine) -> None:
    items = m.pop_mark()
    m.fill(m.stack[-1], items)


def _put_line(m: Machine) -> None:
    m.memo[int(m.line())] = m.stack[-1]


def _put(count: int) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        m.memo[m.number(count)] = m.stack[-1]

    return step


def _memoize(m: Machine) -> None:
    # pickle counts what its memo holds (Lib/pickle.py, load_memoize).
    m.memo[len(m.memo) + sum(map(len, m.older))] = m.stack[-1]


def _get_line(m: Machine) -> None:
    m.stack.append(m.recall(int(m.line())))


def _get(count: int) -> Callable[[Machine], None]:
    def step(m: Machine) -> None:
        m.stack.append(m.recall(m.number(count)))

    return step


def _global(m: Machine) -> None:
    start = m.at - 1
    module, name = m.line().decode("utf-8", "replace"), m.line().decode("utf-8", "replace")
    m.stack.append(m.named(module, name, start))


def _stack_global(m: Machine) -> None:
    start = m.at - 1
    name, module = m.pop(), m.pop()
    m.stack.append(m.named(module, name, start))


def _inst(m: Machine) -> None:
    start = m.at - 1
    module, name = m.line().decode("utf-8", "replace"), m.line().decode("utf-8", "replace")
    args = tuple(m.pop_mark())
    m.stack.append(m.called(m.named(module, name, start), args, start))


def _obj(m: Machine) -> None:
    start = m.at - 1
    items = m.pop_mark()
    m.stack.append(m.called(items[0], tuple(items[1:]), start))


def _reduce(m: Machine) -> None:
    start = m.at - 1
    args, function = m.pop(), m.pop()
    m.stack.append(m.called(function, args, start))


def _newobj(m: Machine) -> None:
    start = m.at - 1
    args, cls = m.pop(), m.pop()
    m.stack.append(m.called(cls, args, start))


def _newobj_ex(m: Machine) -> None:
    start = m.at - 1
    m.pop()
    args, cls = m.pop(), m.pop()
    m.stack.append(m.called(cls, args, start))


def _build(m: Machine) -> None:
    start = m.at - 1
    state, target = m.pop(), m.stack[-1]
    if isinstance(target, Thing) and target.kind == "global" and target.name is not None:
        m.seen.add(*target.name, start, "changed")
    if isinstance(state, Thing) and isinstance(target, Thing) and target.kind == "object":
        target.state = state.state
        if target.name == _JOBLIB:
            m.array(target)
            m.stack[-1] = Thing("object", ("numpy", "ndarray"))


def _persid(m: Machine) -> None:
    m.line()
    m.stack.append(Thing("object", ("persistent", "id")))


def _binpersid(m: Machine) -> None:
    m.pop()
    m.stack.append(Thing("object", ("persistent", "id")))


def _extension(m: Machine) -> None:
    raise Opaque(f"the pickle uses a number that only its reader's own table explains (byte {m.at - 1})")


def _frame(m: Machine) -> None:
    m.skip(8)


def _buffer(m: Machine) -> None:
    m.stack.append(_NOTHING)


def _readonly(m: Machine) -> None:
    m.stack[-1]


_TABLE: dict[bytes, Callable[[Machine], None]] = {
    b"\x80": _proto, b"\x95": _frame, b"(": _push(_MARK), b"0": _pop, b"1": _pop_mark, b"2": _dup,
    b"I": _text_int, b"J": _integer(4), b"K": _integer(1), b"M": _integer(2), b"L": _text_long, b"\x8a": _long(1),
    b"\x8b": _long(4), b"F": _text_float, b"G": _float, b"N": _push(_NOTHING), b"\x88": _push(_NOTHING),
    b"\x89": _push(_NOTHING), b"S": _text_string, b"T": _skipped(4), b"U": _skipped(1), b"B": _raw(4), b"C": _raw(1),
    b"\x8e": _raw(8), b"\x96": _raw(8), b"V": _text_unicode, b"X": _unicode(4), b"\x8c": _unicode(1),
    b"\x8d": _unicode(8), b"]": _new("list"), b"}": _new("dict"), b")": _push(()), b"\x8f": _new("set"),
    b"l": _list_of, b"d": _dict_of, b"t": _tuple_of, b"\x91": _list_of, b"\x85": _tuple(1), b"\x86": _tuple(2),
    b"\x87": _tuple(3), b"a": _append, b"e": _appends, b"\x90": _appends, b"s": _setitem, b"u": _setitems,
    b"p": _put_line, b"q": _put(1), b"r": _put(4), b"\x94": _memoize, b"g": _get_line, b"h": _get(1), b"j": _get(4),
    b"c": _global, b"\x93": _stack_global, b"i": _inst, b"o": _obj, b"R": _reduce, b"\x81": _newobj,
    b"\x92": _newobj_ex, b"b": _build, b"P": _persid, b"Q": _binpersid, b"\x82": _extension, b"\x83": _extension,
    b"\x84": _extension, b"\x97": _buffer, b"\x98": _readonly,
}  # fmt: skip
# What can stand first: every other opcode takes something from the stack or the memo, which are empty then.
FIRST = frozenset(b"\x80\x95(.IJKMLFGNSTUBCVXcP\x8a\x8b\x88\x89\x8e\x96\x8c\x8d]})\x8f\x82\x83\x84\x97")
_STEPS: list[Callable[[Machine], None] | None] = [_TABLE.get(bytes((code,))) for code in range(256)]


def read(data: bytes, at: int, seen: FoundNames, budget: Budget) -> tuple[object, int]:
    """(what the pickle at a byte leaves, the byte behind it). Raises Opaque."""
    machine = Machine(data, at, seen, budget)
    value = machine.load()
    return value, machine.at
