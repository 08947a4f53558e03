"""`Record`: a named tuple that costs nothing to import.

To a type checker `Record` *is* ``typing.NamedTuple``. At run time it is the few
lines below, because on the hook path ``import typing`` alone costs 10 ms of CPU
and ``collections.namedtuple`` 0.3 ms a class, in every hook of every commit.
Behaviour that the core relies on is that of a named tuple: positional and
keyword construction, defaults, equality and hashing as a tuple, ``_fields``,
``_replace`` and ``_asdict``.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:  # noqa: C901 (flake8 adds up the methods below as branches of this `if`)
    from typing import NamedTuple as Record
else:
    # The C module itself: `operator` is 250 lines of Python around it.
    from _operator import itemgetter

    class _RecordType(type):
        """Turns annotations into tuple fields, once per class."""

        def __new__(mcs, name, bases, namespace):
            fields = tuple(namespace.get("__annotations__", ()))
            if bases and fields:
                namespace["_fields"] = fields
                namespace["_field_defaults"] = {
                    field: namespace.pop(field) for field in fields if field in namespace
                }
                for index, field in enumerate(fields):
                    namespace[field] = property(itemgetter(index))
            namespace.setdefault("__slots__", ())
            return super().__new__(mcs, name, bases, namespace)

    class Record(tuple, metaclass=_RecordType):
        """See the module's docstring."""

        _fields = ()
        _field_defaults = {}

        def __new__(cls, *args, **kwargs):
            fields = cls._fields
            if len(args) == len(fields) and not kwargs:
                return tuple.__new__(cls, args)
            if len(args) > len(fields):
                raise TypeError(f"{cls.__name__} takes {len(fields)} values, got {len(args)}")
            values = list(args)
            for field in fields[len(args) :]:
                if field in kwargs:
                    values.append(kwargs.pop(field))
                elif field in cls._field_defaults:
                    values.append(cls._field_defaults[field])
                else:
                    raise TypeError(f"{cls.__name__} needs a value for {field!r}")
            if kwargs:
                raise TypeError(f"{cls.__name__} has no field {next(iter(kwargs))!r}")
            return tuple.__new__(cls, values)

        def __repr__(self):
            pairs = ", ".join(f"{f}={v!r}" for f, v in zip(self._fields, self))
            return f"{type(self).__name__}({pairs})"

        def __getnewargs__(self):
            return tuple(self)

        def _asdict(self):
            return dict(zip(self._fields, self))

        def _replace(self, **kwargs):
            return type(self)(**{**self._asdict(), **kwargs})

        @classmethod
        def _make(cls, values):
            return cls(*values)


__all__ = ["Record"]
