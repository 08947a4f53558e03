"""What decides a tool's verdict on a content, beside the content: the key of the store of passes."""

from __future__ import annotations

from gitflowguard import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitflowguard.model.check import Tool
    from gitflowguard.quality.catalogue import ToolSpec

# Raised where an adapter asks its tool for something else, so that no older pass counts any more.
# Our own version is in every key as well: a release may read an answer better than the one before.
ADAPTERS = "4"


def setup(
    tool: Tool,
    known: ToolSpec,
    mark: str,
    configs: tuple[tuple[str, str], ...],
    refuse: bool,
    extra: bytes = b"",
) -> bytes:
    """All of it as bytes, each part behind its length and each list behind its count: no two set-ups look alike.

    mark: the tool's version, plug-ins and Python (tooling.found). configs: (path, blob)
    of every file that may configure it, nearest first. refuse: whether comments that
    hide findings are refused. extra: what else decides, such as the bar. Which codes
    stop a build is in it, since under the bar ``hard`` a file passes in spite of them.
    Which files are looked at, and limits of time and memory, decide no verdict.

    b"" where it can't determine what decides, so that nothing may be looked up or kept
    (tooling.store takes b"" as that): the mark is "", or the tool runs plug-ins of the
    repository, which may be changed without any of this being changed.
    """
    if not mark or tool.plugins:
        return b""
    lists = (tool.args, tool.run, known.hard, tuple(word for pair in configs for word in pair), tool.leader)
    parts = [_bytes(word) for word in (__version__, ADAPTERS, tool.name, tool.reads, mark)]
    parts += [b"refuse" if refuse else b"", extra]
    for words in lists:
        parts += [b"%d" % len(words), *(_bytes(word) for word in words)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def part(known: ToolSpec, path: str, led: tuple[tuple[str, str], ...] = ()) -> str:
    """The part of a key that is the file's name: the whole path.

    Nearly every tool's verdict may hang on it (per-file-ignores, force-exclude, tests
    that bandit spares, ``.pyi``), so a file that moves is looked at again.
    led: (path, blob) of the files that may configure the formatter that the tool follows; they
    stand here because the nearest one to each file counts.
    """
    return "\0".join((path, *(word for pair in led for word in pair))) if led else path


def together(pairs: Iterable[tuple[str, str]]) -> str:
    """One id for many (path, blob) pairs, for a tool that judges files together."""
    from _blake2 import blake2b

    whole = blake2b(digest_size=32)
    for pair in sorted(pairs):
        for word in pair:
            data = _bytes(word)
            whole.update(len(data).to_bytes(4, "big") + data)
    return whole.hexdigest()


def _bytes(word: str) -> bytes:
    # A lone surrogate that stands for no byte can only be in a policy; it must not stop the hook.
    try:
        return word.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return b"\0" + word.encode("utf-8", "surrogatepass")
