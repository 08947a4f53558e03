"""Findings that are frozen: known, and no reason to stop anybody; the file is tracked beside the policy.

One line a finding: how often, which tool, its code, the file, and a digest of the line's text, so that
code which moves stays frozen and code which changes does not.
"""

from __future__ import annotations

import hashlib
import os

from gitflowguard.model.adoptionfiles import BASELINE_FILE
from gitflowguard.model.check import Check
from gitflowguard.repo import contents
from gitflowguard.repo.git import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitflowguard.repo.git import Git

    Key = tuple[str, str, str, str]

NAME = BASELINE_FILE
HEAD = """\
# Findings that the code had when gitflowguard came; new ones are reported, these are not.
# Written by: gitflowguard baseline
"""


def unfrozen(
    git: Git, commit: str, checks: tuple[Check, ...], texts: Mapping[str, bytes]
) -> tuple[Check, ...]:
    """The checks without those that are frozen in the index, or in a commit.

    A commit's baseline freezes what that commit has. Else a pull request could freeze the findings of a file that
    the next one brings.
    """
    data = stored(git, commit)
    if not data:
        return checks
    paths = tuple(dict.fromkeys(check.path for check in checks))
    there = contents.configs(git, contents.Places(paths), commit)[0] if commit else dict.fromkeys(paths, "")
    left = read(data)
    found = []
    for check in checks:
        key = key_of(check, texts.get(check.path, b""))
        if check.unchecked is None and check.path in there and left.get(key, 0) > 0:
            # Without a code it is the whole file that is frozen, whatever the number of places.
            left[key] -= 1 if check.code else 0
        else:
            found.append(check)
    return tuple(found)


def stored(git: Git, commit: str) -> bytes:
    """The baseline file in the index, or in a commit; b"" where there is none."""
    entries, _ = contents.configs(git, contents.Places((NAME,)), commit)
    oid = entries.get(NAME)
    data = contents.texts(git, None, (oid,), 1 << 24).get(oid) if oid else None
    return data if isinstance(data, bytes) else b""


def key_of(check: Check, data: bytes) -> Key:
    """What a finding is known by."""
    lines = data.split(b"\n")
    # How a file is laid out belongs to the whole of it: any edit would move the line.
    line = lines[check.line - 1].strip() if check.code and 0 < check.line <= len(lines) else b""
    return check.tool, check.code or "-", check.path, hashlib.sha256(line).hexdigest()[:12]


def write(checks: Iterable[Check], texts: Mapping[str, bytes]) -> bytes:
    """The file's content; sorted, so that two branches that freeze differ in few lines."""
    counts: dict[Key, int] = {}
    for check in checks:
        if check.unchecked is None:
            key = key_of(check, texts.get(check.path, b""))
            counts[key] = counts.get(key, 0) + 1
    rows = sorted(
        f"{n}\t{tool}\t{code}\t{mark}\t{quoted(path)}\n" for (tool, code, path, mark), n in counts.items()
    )
    return (HEAD + "".join(rows)).encode()


def read(data: bytes) -> dict[Key, int]:
    """The way back; a line that is not ours freezes nothing."""
    found: dict[Key, int] = {}
    for row in text(data).split("\n"):
        words = row.split("\t")
        if len(words) == 5 and words[0].isascii() and words[0].isdigit() and len(words[0]) < 10:
            count, tool, code, mark, path = words
            found[tool, code, unquoted(path), mark] = int(count)
    return found


def quoted(path: str) -> str:
    """A path on one line, in ASCII."""
    return os.fsencode(path).decode("latin-1").encode("unicode_escape").decode()


def unquoted(path: str) -> str:
    """The way back; "" for an escape that `quoted` does not write, of which Python warns or which it reads anyhow."""
    escapes = path.replace("\\\\", "").split("\\")[1:]
    if not all(one[:1] in ("x", "n", "r", "t") for one in escapes):
        return ""
    try:
        return os.fsdecode(path.encode().decode("unicode_escape").encode("latin-1"))
    except (UnicodeError, ValueError):
        return ""
