"""The one place where exceptions become exit codes and one clear line each."""

from __future__ import annotations

import errno
import signal
import sys

import click

from gitflowguard.cli import exits
from gitflowguard.forge.errors import ForgeError
from gitflowguard.model.nearname import WrongName
from gitflowguard.output import release, say, write
from gitflowguard.policy.errors import PolicyError
from gitflowguard.process import ProcessError
from gitflowguard.repo.git import GitError
from gitflowguard.report.escape import terminal

# What the machine has run out of or does not allow: nobody's bug. None: an OSError of ours, with its own words.
_MACHINE = (
    None, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE,
    errno.ENOMEM, errno.EIO, errno.EBUSY,
)  # fmt: skip


def run(command: click.Command, argv: list[str], obj: object = None) -> int:
    """Runs a click command; returns the exit code. A user never sees a traceback. obj: for ``click.pass_obj``."""
    before = signal.signal(signal.SIGTERM, _terminated)
    # From here on there may be something to undo; until now Ctrl-C ended the program at once (gitflowguard.__main__).
    silent = signal.getsignal(signal.SIGINT) == signal.SIG_DFL
    code = exits.BUG
    try:
        if silent:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        code = _run(command, argv, obj)
        return code
    finally:
        release(code != exits.CLEAN)  # what --quiet kept back
        signal.signal(signal.SIGTERM, before)
        if silent:
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def code_of(problem: Exception) -> int:
    """Says what went wrong and returns its exit code, for a command that runs without click."""
    if isinstance(problem, PolicyError):
        return _say_lines(str(problem), exits.USAGE)
    if isinstance(problem, BrokenPipeError):
        return exits.CLEAN
    if isinstance(problem, (WrongName, GitError, ProcessError)):
        return _not_looked(problem)
    return _unexpected(problem)


def _run(command: click.Command, argv: list[str], obj: object) -> int:
    try:
        result = command.main(argv, prog_name="gitflowguard", standalone_mode=False, obj=obj)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as problem:
        return _usage(problem)
    except (click.Abort, KeyboardInterrupt):
        return _say("interrupted; nothing was changed", exits.INTERRUPTED)
    except PolicyError as problem:
        return _say_lines(str(problem), exits.USAGE)
    except (WrongName, GitError, ProcessError, ForgeError) as problem:
        return _not_looked(problem)
    except BrokenPipeError:
        return exits.CLEAN
    except Exception as problem:  # the boundary: exit 4 is "our bug"
        return _unexpected(problem)
    return result if isinstance(result, int) else exits.CLEAN


def _unexpected(problem: Exception) -> int:
    """A broken installation, what the machine has run out of, or a bug."""
    from gitflowguard.installation import bug, cause, missing_part, report

    part = missing_part(problem)
    if part:
        say(part)
        return exits.BLIND
    broken = cause(problem)
    if broken:
        report(broken)
        return exits.BLIND
    if isinstance(problem, OSError) and problem.errno in _MACHINE:
        # Python's own words begin with "[Errno 28]".
        why = problem.strerror or str(problem)
        what = f"{problem.filename}: {why}" if isinstance(problem.filename, str) else why
        return _say(f"couldn't check: {what}", exits.BLIND)
    return _say(bug(problem), exits.BUG)


def _not_looked(problem: Exception) -> int:
    """Nothing was judged: because an argument names nothing, or because something could not be read."""
    if isinstance(problem, WrongName):
        return _say(str(problem), exits.USAGE)
    if "not a git repository" in str(problem):
        return _say("not inside a Git repository; change to one, or create one: git init", exits.BLIND)
    return _say(f"couldn't check: {problem}", exits.BLIND)


def _usage(problem: click.ClickException) -> int:
    """What click would print, by our own writer: it quotes the words that a person or a script typed."""
    import io

    shown = io.StringIO()
    problem.show(shown)
    write(shown.getvalue(), sys.stderr)
    return exits.USAGE


def _terminated(signum: int, frame: object) -> None:
    """SIGTERM ends like Ctrl-C, so that temporary things are cleared away; exit 143 tells which."""
    sys.exit(128 + signum)


def _say(text: str, code: int) -> int:
    say(terminal(text))
    return code


def _say_lines(text: str, code: int) -> int:
    """Lines that begin with file:line:column stay bare, so that an editor can follow them."""
    write(text + "\n", sys.stderr)
    return code
