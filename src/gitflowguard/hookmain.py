"""What the installed shims start: ``python -I -S hookmain.py STAGE --hook FILE --git PID -- ARGS``.

A script has no compiled form on disk, so this one is as short as can be and
hookfront, which has one, does the work. Collection of garbage and the
interpreter's tidying at its end are left out: together with the compiling they
took a quarter of a hook's time.

Every import stands inside of the boundary in `main`: after half an upgrade any of
them can fail, and a shim has to hear of it (repo.shim).
"""

from __future__ import annotations

if __name__ == "__main__":
    import _signal  # type: ignore[import-not-found]  # the C module; `signal` loads enum for 5 ms

    # Ctrl-C ends a hook at once. It has nothing to undo, and Python's own way, an exception at any line
    # (docs.python.org, "signal", "Note on Signal Handlers and Exceptions"), could come out as something else. Until
    # here a shim has it ignored.
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

import os  # noqa: E402  (after the line above)
import sys  # noqa: E402

if not __package__:
    # Run as a script under -I -S: nothing but the standard library is on the path.
    # Appended, so that nothing beside us can shadow the standard library.
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Where passes of tools are kept (app.quality): if it is there, tools are likely to look at what is staged.
_TOOLS = os.path.join(".git", "gitflowguard", "passed")

# git runs these under --no-verify, too (githooks(5)), which has to get a person out of a broken installation
# (repo.shim).
# As in model.moment, which may be what can't be loaded; a test compares the two.
_UNDER_NO_VERIFY = ("prepare-commit-msg", "post-checkout", "reference-transaction")

# As in repo.shim, likewise.
_JUDGED, _BROKEN, _BLIND, _INTERRUPTED = 100, 119, 3, 130


def main() -> int:
    """The entry point ``gitflowguard-hook``; returns the exit code."""
    asked = sys.argv[2:3] == ["--hook"] and sys.argv[4:5] == ["--git"]  # by a shim, which adds what it can do
    try:
        code = _judge()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as problem:  # nothing but an import can end here (hookfront has a boundary of its own)
        tell_broken(problem, not asked)
        if asked:
            return _BROKEN
        return 0 if sys.argv[1:2] and sys.argv[1] in _UNDER_NO_VERIFY else _BLIND
    if asked and code != _INTERRUPTED:
        # A former hook's own code is kept as far as there is room: git asks only whether it is 0 (githooks(5)).
        return _JUDGED + code if 0 <= code < _BROKEN - _JUDGED else _JUDGED + 1
    return code


def _judge() -> int:
    if not sys.flags.isolated:  # started as a console script
        from gitflowguard.tooling.importpath import settle

        settle()
    stage = sys.argv[1] if len(sys.argv) > 1 else ""
    if os.path.isfile(os.path.join(_TOOLS, f"silent-{stage}")):
        from gitflowguard.tooling.repeat import is_silent

        if is_silent(sys.argv):
            return 0
    from gitflowguard.model.moment import ALL_STAGES, KEPT_AT, moment_at

    at = moment_at(stage) if stage in ALL_STAGES else None
    seen = begun = None
    if at is not None and at.name in KEPT_AT:
        from gitflowguard.app.hooks.unchanged import look

        silent, seen, begun = look(sys.argv)
        if silent:
            return 0
    from gitflowguard.repo.git import REFS, STAGED, Git
    from gitflowguard.repo.later import is_left

    git = Git()
    # git works on its answers while we load the rest.
    if at is not None and (at.refs or is_left(sys.argv)):
        git.ahead(*REFS)
    if at is not None and at.staged and os.path.isdir(_TOOLS):
        git.ahead(*STAGED)
    from gitflowguard.hookfront import main as front

    return front(git=git, seen=seen, begun=begun)


def tell_broken(problem: Exception, repair: bool = True) -> None:
    """Says what is broken, on one line. repair: whether to add the command that repairs it; a shim adds its own."""
    says = f"the installation is broken, so nothing was checked: {type(problem).__name__}: {problem}"
    try:
        from gitflowguard.installation import cause, report

        report(cause(problem) or f"{type(problem).__name__}: {problem}", repair)
    except Exception:  # that is broken, too
        line = "".join(letter if letter.isprintable() else "?" for letter in f"gitflowguard: {says}")
        try:
            os.write(2, f"{line}\n".encode("utf-8", "backslashreplace"))
        except OSError:
            pass  # nobody reads it


def start() -> None:
    """Judges, and ends the process without the interpreter's tidying."""
    import gc

    gc.disable()
    status = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass  # nobody reads it any more
    os._exit(status)


if __name__ == "__main__":
    start()
