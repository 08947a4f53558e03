"""Which repositories are meant: named ones, a file of them, an organisation's, or the one behind the remote."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from gitflowguard.forge.port import Forge
from gitflowguard.model.address import Address, address_of, is_name
from gitflowguard.model.credentials import anonymous
from gitflowguard.model.record import Record
from gitflowguard.repo.git import Git

_MOST_BYTES = 16 << 20


class WrongAim(Exception):
    """What was asked for cannot be a repository; the text says what can."""


class Shard(Record):
    """The part number ``number`` of ``of`` equal parts, from 1."""

    number: int
    of: int

    def holds(self, name: str) -> bool:
        """Whether a repository belongs to it: by its name alone, so that a list may grow without others moving."""
        return zlib.crc32(name.lower().encode()) % self.of == self.number - 1


def shard_of(words: str) -> Shard:
    """``2/10``; raises WrongAim."""
    number, _, of = words.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise WrongAim(f"--shard is the number of a part and how many there are, as in 2/10, not {words}")
    return Shard(int(number), int(of))


def from_remote(remote: str, cwd: str = "") -> Address:
    """The repository behind a remote of this clone; raises WrongAim."""
    found = Git(cwd).config(f"remote.{remote}.url")
    if not found:
        raise WrongAim(f"there is no remote {remote} here; name a repository, as in acme/web")
    address = address_of(found)
    if address is None:
        raise WrongAim(f"the remote {remote} is not on GitHub; name a repository, as in acme/web")
    return address


def named(words: Iterable[str]) -> tuple[str, ...]:
    """Repositories that were named, each once; an address of one will do. Raises WrongAim."""
    found: dict[str, str] = {}
    for word in words:
        name = word
        if not is_name(word):
            address = address_of(word)
            if address is None:
                raise WrongAim(f"{anonymous(word)} isn't a repository; write owner/name, as in acme/web")
            name = address.name
        found.setdefault(name.lower(), name)  # in any letter case (docs.github.com, "Get a repository")
    return tuple(found.values())


def from_file(path: str) -> tuple[str, ...]:
    """The repositories that a file lists: one in a line, # begins a comment. Raises WrongAim with the line."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read(_MOST_BYTES).splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "it isn't UTF-8 text"
        raise WrongAim(f"--repos-file: {path} cannot be read: {why}") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        word = line.partition("#")[0].strip()
        if not word:
            continue
        try:
            (name,) = named((word,))
            found.setdefault(name.lower(), name)
        except WrongAim as problem:
            raise WrongAim(f"{path}:{number}: {problem}") from None
    if not found:
        raise WrongAim(f"--repos-file: {path} names no repository; write one in a line, as in acme/web")
    return tuple(found.values())


def of_organisation(
    forge: Forge, organisation: str, topics: tuple[str, ...], shard: Shard | None
) -> tuple[str, ...]:
    """The repositories of an organisation, or the shard's part of them. Raises ForgeError."""
    return only(forge.repositories(organisation, topics), shard)


def only(names: Iterable[str], shard: Shard | None) -> tuple[str, ...]:
    """The shard's part of the names; all of them without a shard."""
    return tuple(name for name in names if shard is None or shard.holds(name))
