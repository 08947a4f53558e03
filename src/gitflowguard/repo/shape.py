"""Whether an answer of git looks as the question's answers do, before anything reads it.

A git that another program stands in for, a wrapper that prints a banner, a pipe that was cut: an answer that is read
wrong is a wrong verdict. So what has a fixed form is compared with it; a broken one ends with exit code 3. Large
answers are compared at both ends only. Light: hooks read every answer of git through it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HEX = b"0123456789abcdef"
_DIGITS = b"01234567"
# How many rows are compared at either end.
_ENDS = 50


def odd(args: Sequence[str], out: bytes) -> bool:
    """Whether the output cannot be an answer to ``git args``; False for what has no fixed form."""
    if not out:
        return False
    name = args[0]
    if name in _LINES:
        return _lines(args, out, _LINES[name])
    if name in ("diff-index", "diff-tree", "ls-tree", "ls-files") and "-z" in args:
        return _records(name, args, out)
    if name == "cat-file" and ("--batch" in args or "--batch-check" in args) and "-z" not in args:
        return not _headed(out)
    if name == "config":
        return _settings(args, out)
    if name == "log":
        return _logged(args, out)
    if name == "for-each-ref":
        return _refs(next((word for word in args if word.startswith("--format=")), ""), out)
    if name == "rev-parse":
        return not _id(out[:-1]) if "--verify" in args else b"\0" in out or not out.endswith(b"\n")
    return False


def _refs(form: str, out: bytes) -> bool:
    """One line a ref, with as many fields as the format asks for."""
    fields = form.count("%00")
    rows = _ends(out.split(b"\n"))
    if not out.endswith(b"\n") or any(row.count(b"\0") != fields for row in rows):
        return True
    return form.startswith("--format=%(objectname)%00") and not all(map(_starts, rows))


def _id(word: bytes) -> bool:
    """Whether it is a full object id."""
    return len(word) in (40, 64) and not word.strip(_HEX)


def _starts(row: bytes) -> bool:
    """Whether a row begins with an object id and a NUL, as our formats of refs do."""
    return _id(row[:40] if row[40:41] == b"\0" else row[:64])


def _ends(rows: list[bytes]) -> list[bytes]:
    """The rows at both ends, without the empty one behind the last end."""
    if rows and not rows[-1]:
        rows.pop()
    return rows if len(rows) <= 2 * _ENDS else rows[:_ENDS] + rows[-_ENDS:]


def _ids(row: bytes) -> bool:
    return all(map(_id, row.split(b" ")))


def _version(row: bytes) -> bool:
    return row.startswith(b"git version ")


def _person(row: bytes) -> bool:
    """Whether it names somebody as git-var(1) does: a name, an address, seconds and a zone."""
    name, _, date = row.rpartition(b"> ")
    return b"<" in name and date[:1].isdigit()


def _ref(row: bytes) -> bool:
    return row.startswith(b"refs/")


# Whole lines of one form, by the subcommand.
_LINES: dict[str, Callable[[bytes], bool]] = {
    "rev-list": _ids,
    "merge-base": _ids,
    "hash-object": _id,
    "version": _version,
    "symbolic-ref": _ref,
    "var": _person,
}


def _lines(args: Sequence[str], out: bytes, fits: Callable[[bytes], bool]) -> bool:
    if any(word.startswith("--format") or word == "--count" for word in args):
        return False
    return not out.endswith(b"\n") or not all(map(fits, _ends(out.split(b"\n"))))


def _records(name: str, args: Sequence[str], out: bytes) -> bool:
    """Records that end in NUL: raw and name-status diffs, trees and the index."""
    if "--stdin" in args or "--find-renames" in args:
        return False  # with the commits' ids, or with two paths for one
    if not out.endswith(b"\0"):
        return True
    rows = _ends(out.split(b"\0"))
    if name == "ls-tree" and "--name-only" not in args:
        return not all(map(_of_tree, rows))
    if name == "ls-files" and "--stage" in args:
        return not all(map(_of_index, rows))
    if "--raw" in args or "--name-status" in args:
        heads = rows[0::2]
        fits = _raw if "--raw" in args else _status
        return len(rows) % 2 == 1 or not all(map(fits, heads))
    return False


def _of_tree(row: bytes) -> bool:
    """``<mode> <type> <id>``, with --long a size, then a tab and a path (git-ls-tree(1))."""
    words = row.partition(b"\t")[0].split()
    return len(words) in (3, 4) and not words[0].strip(_DIGITS) and _id(words[2])


def _of_index(row: bytes) -> bool:
    """``<mode> <id> <stage>``, a tab, a path (git-ls-files(1))."""
    words = row.partition(b"\t")[0].split(b" ")
    return len(words) == 3 and not words[0].strip(_DIGITS) and _id(words[1]) and words[2] in b"0123"


def _raw(row: bytes) -> bool:
    """``:<mode> <mode> <id> <id> <letter>`` (git-diff(1), raw output format)."""
    words = row.split(b" ")
    return row.startswith(b":") and len(words) == 5 and _id(words[2]) and _id(words[3])


def _status(row: bytes) -> bool:
    return len(row) == 1 and row.isalpha()


def _settings(args: Sequence[str], out: bytes) -> bool:
    """One value is one line: no name, address or flag that we ask for has more. Of many, each key has a dot."""
    if "--get" in args and "-z" not in args:
        return out.find(b"\n") != len(out) - 1 or b"\0" in out
    if "--get-regexp" in args and "-z" in args:
        rows = out.split(b"\0")
        if "--show-scope" in args:
            scopes, rows = rows[:-1:2], rows[1::2]
            if len(scopes) != len(rows) or not all(scope.isalpha() for scope in _ends(scopes)):
                return True
        keys = (row.partition(b"\n")[0] for row in _ends(rows))
        return not out.endswith(b"\0") or not all(b"." in key for key in keys)
    return False


def _headed(out: bytes) -> bool:
    """Whether the first row is ``<id> <type> <size>``, or says what is missing (git-cat-file(1), batch output)."""
    row, end, _ = out.partition(b"\n")
    words = row.rsplit(b" ", 2)
    known = len(words) == 3 and _id(words[0]) and words[1].isalpha() and words[2].isdigit()
    return bool(end) and (known or row.endswith((b" missing", b" ambiguous")))


def _logged(args: Sequence[str], out: bytes) -> bool:
    """Entries of our formats that begin with a commit's id."""
    form = next((word for word in args if word.startswith("--format=")), "")
    if not form.startswith("--format=%H"):
        return False
    rows = _ends(out.split(b"\0" if "-z" in args else b"\n"))
    if "-z" not in args and "%n" in form:
        rows = rows[:1]
    # A commit without a message, or an entry of a reflog without one, ends with its id.
    return not all(
        _id(row[:40]) if row[40:41] in (b" ", b"\0", b"\n", b"") else _id(row[:64]) for row in rows
    )
