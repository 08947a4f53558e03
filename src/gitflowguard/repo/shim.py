"""The POSIX sh shim that git starts, one text a hook.

It waits for the program, so that it has the last word where that can't even
start: a deleted environment, a Python whose library is gone, half an upgrade.
Only a program that has judged leaves with 100 and its verdict (`--git` asks for
that); every other end, 0 too, is a broken installation: an empty file is a
program that succeeds, and Python itself ends with 1 and 2. That blocks where
`--no-verify` would pass, with exit code 3, the cause and a command that exists
here; where git starts the hook under `--no-verify` as well it is only reported.

The interpreter and the script are baked in at install, because graphical
clients run hooks without the user's PATH; the fallback finds a moved install.
It is looked for in absolute folders only, since a relative one may lie in the
work tree, and it is a console script, which Python starts with PYTHONPATH: an
empty item of it is the work tree, so it is taken away.
"""

from __future__ import annotations

from gitflowguard.model.distribution import newest
from gitflowguard.model.event import CHAINED
from gitflowguard.model.moment import (
    ADVICE,
    ALL_STAGES,
    STAGES,
    STRICT,
    moment_at,
)
from gitflowguard.model.names import quote
from gitflowguard.repo.preamble import MARK, OF_STAGE, preamble
from gitflowguard.report.escape import terminal

__all__ = ["ADVICE", "CHAINED", "MARK", "STAGES", "STRICT", "is_ours", "shim"]

_HEAD = """\
#!/bin/sh
{mark}
py={py}
run={run}
"""

# What a person would put behind `git -c core.hooksPath=/dev/null` to go on without any hook, once.
# Only these hooks block when the program is broken: --no-verify leaves each of them out (githooks(5), git-push(1),
# git-rebase(1)).
_ONCE = {stage: moment_at(stage).once for stage in ALL_STAGES if moment_at(stage).once}
# The verdict's exit code is this much more, and below BROKEN, with which a program that is broken has said why.
JUDGED, BROKEN = 100, 119

_START = """\
code= shown={shown}
# Until the program takes Ctrl-C over, Python would answer it with a traceback; git itself ends by it.
trap '' INT
if [ -s "$py" ] && [ -x "$py" ] && [ -s "$run" ]; then
  "$py" -I -S "$run" {stage} --hook "$0" --git "$PPID" -- "$@" && code=0 || code=$?
else
  found=
  IFS=:
  for dir in $PATH; do
    case $dir in /*) if [ -f "$dir/gitflowguard-hook" ] && [ -x "$dir/gitflowguard-hook" ]; then
      found=$dir/gitflowguard-hook; break; fi ;; esac
  done
  unset IFS
  if [ -n "$found" ]; then
    py= shown=gitflowguard-hook
    if [ -n "$PYTHONPATH" ]; then export GITFLOWGUARD_PYTHONPATH="$PYTHONPATH"; unset PYTHONPATH; fi
    "$found" {stage} --hook "$0" --git "$PPID" -- "$@" && code=0 || code=$?
  fi
fi
trap - INT
case $code in
  10[0-9]|11[0-8]) exit $((code - 100)) ;;
  129|130|137|143) exit "$code" ;;
esac
"""

# From here on the program is broken. Only what every sh has built in is used. The paths were made visible when the
# hook was written, so that no character in them reaches a terminal as a command.
_CAUSE = """\
show() {{ printf '%s\\n' "$1" >&2; }}
if [ -z "$code" ]; then
  if [ -z "$py" ]; then why="there is no gitflowguard-hook on PATH"
  elif [ -s "$py" ] && [ -x "$py" ]; then why="its program is gone: "{script}
  else why="its Python is gone: $shown"
  fi
else why="its program doesn't run (exit code $code): $shown"
fi
[ "$code" = 119 ] || show "gitflowguard: this hook is broken, so nothing was checked: $why"
"""

# Whoever installed it can repair it: each word is a program that was just found here.
_REPAIR = """\
has() {{ command -v "$1" >/dev/null 2>&1; }}
runs() {{ "$py" "$@" >/dev/null 2>&1; }}
venv=${{py%/*/*}} quoted={quoted}
what={what}
start="gitflowguard init --yes" fix=
case $py in
  */uv/tools/*) has uv && fix="uv tool install --force --reinstall $what" ;;
  */pipx/venvs/*) has pipx && fix="pipx install --force $what" ;;
  *) if [ -n "$py" ] && [ -n "$quoted" ] && [ -f "$venv/pyvenv.cfg" ]; then
    start="$quoted -m gitflowguard init --yes"
    if runs -m pip --version; then fix="$quoted -m pip install --force-reinstall $what"
    elif runs -c '' && has uv; then fix="uv pip install --python $quoted --reinstall $what"
    elif runs -m ensurepip --version; then fix="$quoted -m ensurepip && $quoted -m pip install $what"
    else start="gitflowguard init --yes"
    fi
  fi ;;
esac
if [ -z "$fix" ]; then
  for tool in 'uv tool' pipx 'python3 -m pip'; do has "${{tool%% *}}" && break; done
  fix="$tool install $what"
fi
show "  help: $fix && $start"
"""


def shim(stage: str, python: str = "", script: str = "") -> str:
    """The whole hook file for a stage. python, script: absolute paths, "" to look on PATH."""
    baked = (_single(python), _single(script))
    head = _HEAD.format(mark=OF_STAGE.format(stage=stage), py=baked[0], run=baked[1])
    return (
        head
        + preamble(stage)
        + _START.format(stage=stage, shown=_single(terminal(python)))
        + _broken(stage, python, script)
    )


def _broken(stage: str, python: str, script: str) -> str:
    """What the hook does where the program can't run."""
    # No command is printed that holds a letter which nobody sees.
    quoted = _single(python) if python and terminal(python) == python else ""
    cause = _CAUSE.format(script=_single(terminal(script))) + _REPAIR.format(
        quoted=_single(quoted), what=newest()
    )
    if stage in _ONCE:
        return f'{cause}show "  once without any hook: git -c core.hooksPath=/dev/null {_ONCE[stage]} …"\nexit 3\n'
    # git starts this one twice or more for each command (githooks(5), "reference-transaction"); to report it once is
    # enough.
    quiet = '[ "$1" = prepared ] || exit 0\n' if stage == STRICT else ""
    return f"{quiet}{cause}exit 0\n"


def _single(path: str) -> str:
    """A path as one single-quoted sh word, also when it needs no quoting."""
    quoted = quote(path) if path else "''"
    return quoted if quoted.startswith("'") else f"'{quoted}'"


def is_ours(data: bytes) -> bool:
    """Whether a hook file's bytes are a shim of ours, of any version."""
    return b"\n# gitflowguard hook " in data[:200]
