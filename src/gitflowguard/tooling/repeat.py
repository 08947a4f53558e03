"""A hook that is started again on exactly the input on which it had nothing to say.

A commit is often made twice: the message was blocked, the editor was left, or a hook of somebody else's ended it. What
the hook depended on is kept then as questions (tooling.disk) and one keyed digest of the questions, the answers, the
arguments, the environment, this Python and this directory. Where the digest is the same, so is the verdict. An entry
can only be made by one who has the clone's secret, as in the store in whose folder it lies: who empties that folder
has everything looked at again.

The lightest path of all: it loads this module and two small ones. What may be kept is for app.hooks.repeating to say.

    gitflowguard silent 1
    <digest>
    <the word that the next hooks of the same git wait for>
    <1 if no rule on messages is on>
    <kind> <path> of each question

The parts are divided by NUL, which no path holds.
"""

from __future__ import annotations

import os
import sys
from _blake2 import blake2b

from gitflowguard.cachefile import read
from gitflowguard.tooling import disk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.tooling.disk import Noted

VARIABLE = "GITFLOWGUARD_CACHE_KEY"
_FORM = "gitflowguard silent 1"
_HOME = os.path.join(".git", "gitflowguard")
_MOST = 4 << 20
# What a shell changes from command to command.
PASSING = ("PWD", "OLDPWD", "SHLVL", "_")
# Of our own shims' command line: the process id of git, which is another one each time.
_PID = 5


def path(stage: str) -> str:
    """Where a stage's entry lies, from the top of the work tree on."""
    return os.path.join(_HOME, "passed", f"silent-{stage}")


def secret(common: str, environ: Mapping[str, str]) -> bytes:
    """The 32 bytes that sign entries: from the environment (a secret of the CI), else from a file of this clone; b""
    where there are none.
    """
    given = environ.get(VARIABLE, "")
    if given:
        return blake2b(given.encode("utf-8", "surrogateescape"), digest_size=32).digest()
    data = read(os.path.join(common, "gitflowguard", "passed.key"), 64)
    return data if len(data) == 32 else b""


def entry(argv: list[str], word: str, quiet: bool, noted: Noted) -> bytes:
    """What is kept of a hook that had nothing to say; b"" where there is no secret.

    word: the path of the file in which a hook tells the next ones of the same git that it judged.
    quiet: whether no rule on messages is on.
    """
    key = secret(".git", os.environ)
    head = [word, f"{quiet:d}"]
    rows = [f"{kind} {name}" for kind, name in noted]
    if not key or any("\0" in row for row in rows):
        return b""
    text = "\0".join((_FORM, _digest(key, argv, head, noted), *head, *rows))
    return text.encode("utf-8", "surrogateescape")


def is_silent(argv: list[str]) -> bool:
    """Whether this hook has nothing to say because it had nothing to say on the same input. argv: of the process.

    Leaves the word for the next hooks then, as the hook itself would.
    """
    try:
        data = read(path(argv[1]), _MOST)
        form, digest, word, quiet, *rows = data.decode("utf-8", "surrogateescape").split("\0")
        key = secret(".git", os.environ)
        if form != _FORM or not key or not argv[_PID].isdecimal():
            return False
        noted = {
            (kind, name): disk.answer(kind, name) for kind, _, name in (row.partition(" ") for row in rows)
        }
        if _digest(key, argv, [word, quiet], noted) != digest:
            return False
        _leave(word, argv[_PID], quiet)
        return True
    except Exception:  # the whole judgement finds out, and reports it
        return False


def _digest(key: bytes, argv: list[str], head: list[str], noted: Noted) -> str:
    """Of all that the verdict depends on, each part behind its length."""
    words = [*argv[:_PID], *argv[_PID + 1 :], os.getcwd(), sys.executable, sys.version, str(len(argv)), *head]
    words += [f"{name}={text}" for name, text in sorted(os.environ.items()) if name not in PASSING]
    whole = blake2b(key=key, digest_size=32)
    for data in (*(word.encode("utf-8", "surrogateescape") for word in words), *_parts(noted)):
        whole.update(len(data).to_bytes(8, "big"))
        whole.update(data)
    return whole.hexdigest()


def _parts(noted: Noted) -> list[bytes]:
    found = [b"%d questions" % len(noted)]
    for (kind, name), data in noted.items():
        found += [f"{kind} {name}".encode("utf-8", "surrogateescape"), data]
    return found


def _leave(word: str, pid: str, quiet: str) -> None:
    """As repo.later.leave_word writes it; without it the next hooks judge by themselves."""
    try:
        with open(".git/HEAD", "rb") as file:
            head = file.readline().rstrip(b"\n")
        with open(word, "wb") as file:
            file.write(b"%s %s %s\n" % (pid.encode(), quiet.encode(), head))
    except OSError:
        pass
