"""The git command that started this hook, found among the processes above it.

Between git and a hook stand a shell, and with a framework pre-commit or prek. git
passes a hook neither its own arguments nor an id of the command (githooks(5)), so the
process table is read: /proc (proc(5)) where there is one, else one call of ps(1).
"""

from __future__ import annotations

import os

from gitflowguard.model.record import Record
from gitflowguard.process import ProcessError, run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from gitflowguard.repo.git import Git

    Look = Callable[[int], "Process | None"]

PROC = "/proc"
# Deeper than any framework nests; a loop in a damaged table ends too.
_DEEPEST = 32
# git-config(1): rebase.rebaseMerges is read since this version.
_READS_REBASE_MERGES = (2, 41)


class Process(Record):
    """One process.

    pid, parent: process ids. started: tells it from a later one of the same pid; "" if unknown.
    name: the program's file name. args: its arguments, without the program.
    """

    pid: int
    parent: int
    started: str
    name: str
    args: tuple[str, ...]


def git_above(look: Look | None = None) -> Process | None:
    """The nearest git among our parents, None if there is none or the table can't be read."""
    look = look or (_from_proc if os.path.isdir(f"{PROC}/self") else _from_ps())
    pid = os.getppid()
    for _ in range(_DEEPEST):
        found = look(pid)
        if found is None or found.name == "git":
            return found
        pid = found.parent
    return None


def _from_proc(pid: int) -> Process | None:
    """proc(5): stat is "pid (comm) state ppid …", its 22nd field the start; cmdline ends each word with NUL."""
    try:
        with open(f"{PROC}/{pid}/stat", "rb") as file:
            stat = file.read()
        with open(f"{PROC}/{pid}/cmdline", "rb") as file:
            words = os.fsdecode(file.read()).split("\0")
        name = os.fsdecode(stat[stat.index(b"(") + 1 : stat.rindex(b")")])
        fields = stat[stat.rindex(b")") + 1 :].split()
        return Process(pid, int(fields[1]), fields[19].decode("ascii"), name, tuple(words[1:-1]))
    except (OSError, ValueError, IndexError):
        return None


def _from_ps() -> Look:
    """ps(1) lists every process once; -ww keeps long lines whole.

    Words that hold a space come apart, which no option of ours does.
    """
    try:
        done = run(("ps", "-A", "-ww", "-o", "pid=,ppid=,args="))
    except ProcessError:
        return lambda pid: None
    table: dict[int, Process] = {}
    for line in os.fsdecode(done.out).splitlines():
        words = line.split()
        if len(words) > 2 and words[0].isdigit() and words[1].isdigit():
            name = os.path.basename(words[2])
            table[int(words[0])] = Process(int(words[0]), int(words[1]), "", name, tuple(words[3:]))
    return table.get


def keeps_merges(git: Git, caller: Process | None) -> bool | None:
    """Whether the rebase above us makes merges again (git-rebase(1), --rebase-merges); None if nothing says.

    `git pull --rebase=merges`, and the settings behind it, start `git rebase --rebase-merges`.
    """
    if caller is None or "rebase" not in caller.args:
        return None
    kept: bool | None = None
    for word in caller.args[caller.args.index("rebase") + 1 :]:
        if word == "--no-rebase-merges":
            kept = False
        elif word.startswith("--rebase-merges") or _short(word):
            kept = True
    if kept is None:
        kept = git.config("rebase.rebaseMerges") not in ("", "false", "no", "off", "0") and _reads(git)
    return kept


def _short(word: str) -> bool:
    """``-r``, also among other letters that take no value: ``-ir``."""
    return word.startswith("-") and "r" in word and not word.strip("-irvqfkn") and not word.startswith("--")


def _reads(git: Git) -> bool:
    """Whether this git reads rebase.rebaseMerges."""
    from gitflowguard.repo.versions import parse_git_version

    return (parse_git_version(git.version()) or (0, 0)) >= _READS_REBASE_MERGES
