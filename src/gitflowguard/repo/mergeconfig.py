"""What decides about merges in a repository: its merge settings and its attributes, and nothing else of it.

A setting is taken over only in a form that starts no program. A merge driver of the repository's own is one,
so it is taken over only where the policy names it.
"""

from __future__ import annotations

from gitflowguard.repo.git import GitError, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gitflowguard.repo.git import Git
    from gitflowguard.repo.objectreader import ObjectReader

_ALL = ":(top,glob)**/.gitattributes"
BUILT_IN = ("text", "binary", "union")
_WORDS = ("true", "false", "yes", "no", "on", "off", "1", "0", "")
_RENAMES = (*_WORDS, "copies", "copy")
# Setting (git-config(1)) -> whether a value is one of git's own.
_SETTINGS: dict[str, Callable[[str], bool]] = {
    "merge.renames": lambda value: value.lower() in _RENAMES,
    "diff.renames": lambda value: value.lower() in _RENAMES,
    "merge.renamelimit": str.isdigit,
    "diff.renamelimit": str.isdigit,
    "merge.directoryrenames": lambda value: value.lower() in (*_WORDS, "conflict"),
    "merge.renormalize": lambda value: value.lower() in _WORDS,
    "merge.default": lambda value: value in BUILT_IN,
}


def merge_rows(git: Git) -> list[tuple[str, str]]:
    """(key, value) of every setting for merges, and which remotes a partial clone fetches from."""
    return git.config_all(r"^(merge|diff|remote)\.")


def settings(rows: Iterable[tuple[str, str]], trusted: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
    """The repository's and the user's settings for merges; of its own drivers only the trusted ones."""
    found: dict[str, str] = {}
    for key, value in rows:
        known = _SETTINGS.get(key.lower())
        driver = key.split(".", 1)[1].rpartition(".")
        if known is not None and known(value):
            found[key] = value
        elif driver[0] in trusted and driver[2].lower() in ("driver", "recursive") and "\n" not in value:
            found[key] = value
    return tuple(sorted(found.items()))


def by_lines(value: str, trusted: tuple[str, ...] = ()) -> bool:
    """Whether a ``merge`` attribute, or merge.default, is git's own merge of lines (gitattributes(5)): "set" and
    "text", unless a driver that may run has this name: git looks for those first (merge-ll.c)."""
    return value in ("", "set", "text") and "text" not in trusted


def untrusted(rows: Iterable[tuple[str, str]], trusted: tuple[str, ...]) -> frozenset[str]:
    """The merge drivers that git would run here (gitattributes(5)), without the trusted ones. rows: `merge_rows`."""
    names = {key.partition(".")[2].rpartition(".")[0] for key, value in rows if _drives(key) and value}
    return frozenset(names.difference(trusted))


def _drives(key: str) -> bool:
    return key.startswith("merge.") and key.endswith(".driver")


def renormalizes(config: tuple[tuple[str, str], ...]) -> bool:
    """Whether files are converted before they are merged, so that their lines as they lie prove nothing."""
    value = dict((key.lower(), value) for key, value in config).get("merge.renormalize", "false")
    return value.lower() in ("true", "yes", "on", "1", "")


def attribute_files(reader: ObjectReader, tree: str) -> dict[str, bytes]:
    """The .gitattributes files of a tree, root and nested, by path. git does not follow one that is a link."""
    empty = reader.scratch.tree({})
    out = reader.ask("diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", empty, tree, "--", _ALL)
    fields = text(out).split("\0")
    rows = [(head.split(" "), path) for head, path in zip(fields[0::2], fields[1::2])]
    wanted = [(path, words[3]) for words, path in rows if words[1] in ("100644", "100755")]
    found = {}
    for (path, _), data in zip(wanted, reader.blobs([oid for _, oid in wanted])):
        if data is None:
            raise GitError(f"{path} of the target is not in this clone")
        found[path] = data
    return found


def drivers(reader: ObjectReader, folder: str, paths: set[str]) -> Mapping[str, str]:
    """Path -> its ``merge`` attribute, for those that have one (gitattributes(5)), by the files in the folder."""
    stdin = "".join(path + "\0" for path in sorted(paths)).encode("utf-8", "surrogateescape")
    out = text(reader.ask("check-attr", "-z", "--stdin", "merge", stdin=stdin, folder=folder))
    fields = out.split("\0")
    rows = zip(fields[0::3], fields[2::3])
    return {path: value for path, value in rows if value != "unspecified"}
