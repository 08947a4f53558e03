"""The program: ``gitflowguard``, ``python -m gitflowguard``.

Only a program loads this module, so it may set the process up before anything else
is loaded: Ctrl-C ends it without a traceback until there is something to undo
(cli.boundary), and an import that fails is a broken installation, in one line.
"""

import _signal  # type: ignore[import-not-found]  # the C module; `signal` loads enum for 5 ms
import sys

# Not where it is ignored, as for a job in the background (POSIX sh, "Signals and Error Handling").
if _signal.getsignal(_signal.SIGINT) == _signal.default_int_handler:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)


def main() -> int:
    """The entry point; returns the exit code."""
    try:
        if sys.argv[1:3] == ["radar", "check"]:
            # An editor asks this before each edit; click and what it brings would cost as much as the answer.
            from gitflowguard.cli.radarcheck import quick

            code = quick(sys.argv[3:])
            if code is not None:
                return code
        from gitflowguard.cli.main import main as run

        return run()
    except KeyboardInterrupt:  # before a command began, or after it ended
        return 130
    except Exception as problem:  # nothing but an import can end here (cli.boundary is the one for commands)
        return _broken(problem)


def _broken(problem: Exception) -> int:
    from gitflowguard.hookmain import tell_broken

    tell_broken(problem)
    return 3


if __name__ == "__main__":
    sys.exit(main())
