"""Mappings that are read when somebody looks into them. Light: the refs of every hook are made of these."""

from __future__ import annotations

from _collections_abc import (
    Mapping,
)  # which Python has loaded at its start; `collections` would load much more

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    Key = TypeVar("Key")
    _Texts = Mapping[Key, str]
else:
    Key, _Texts = object, Mapping


class Deferred(_Texts[Key]):
    """A mapping of names to texts that is read once, when it is needed."""

    def __init__(self, read: Callable[[], Mapping[Key, str]]) -> None:
        self._read = read
        self._known: Mapping[Key, str] | None = None

    def _all(self) -> Mapping[Key, str]:
        if self._known is None:
            self._known = self._read()
        return self._known

    def __getitem__(self, key: Key) -> str:
        return self._all()[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class TagTips(Deferred[str]):
    """Tag -> the commit that it stands for. The names are known; the commits are read when one is wanted."""

    def __init__(self, names: list[str], read: Callable[[], Mapping[str, str]]) -> None:
        super().__init__(read)
        self._names = dict.fromkeys(names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
