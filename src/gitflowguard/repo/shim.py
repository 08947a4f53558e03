"""The POSIX sh shim that git starts, one text a hook.

It `exec`s, so that stdin and the exit code pass through and no second process
waits. The interpreter and the script are baked in at install, because graphical
clients run hooks without the user's PATH; the fallback finds a moved install.
It is looked for in absolute folders only, since a relative one may lie in the
work tree, and it is a console script, which Python starts with PYTHONPATH: an
empty item of it is the work tree, so it is taken away.
A guard whose program is gone blocks, and names a command that brings the
program back to where the fallback finds it: our own would be gone, too. Advice
(post-checkout) lets go.
"""

from __future__ import annotations

from gitflowguard.hook.parse import ADVICE, CHAINED, STRICT
from gitflowguard.model.adoptionfiles import STAGES
from gitflowguard.model.names import quote

__all__ = ["ADVICE", "CHAINED", "MARK", "STAGES", "STRICT", "is_ours", "shim"]

MARK = "# gitflowguard hook 1: "

_HEAD = """\
#!/bin/sh
{mark}{stage} (managed; `gitflowguard uninstall` takes it away)
py={py}
run={run}
"""

# pre-commit and pre-merge-commit leave "<pid of git> <1 if no message rule is on> <what HEAD says>".
# The same git then starts these two hooks: their verdict is known, no Python is
# needed. Under --no-verify nothing was left by this git, and they judge in full.
# A pid comes round again (in a container, at once), so HEAD must be the same, and
# the last of the hooks empties the file.
_PASSED = """\
dir=${{GIT_DIR:-.git}}
if [ -z "$GITFLOWGUARD_SKIP" ] && [ ! -e "${{0%.legacy}}{chained}" ] && [ -s "$dir/gitflowguard-passed" ]; then
  read -r pid quiet head <"$dir/gitflowguard-passed"
  read -r now <"$dir/HEAD"
  if [ "$pid" = "$PPID" ] && [ "$head" = "$now" ]{quiet}; then{empty} exit 0; fi
fi
"""

# git starts this hook two times or more for every command that moves a ref. Only
# a move of a branch is worth a Python; a fetch of 100 refs is not. Where a former
# hook is chained, it gets all of the input.
_FILTER = """\
if [ ! -e "${{0%.legacy}}{chained}" ]; then
  [ "$1" = prepared ] || exit 0
  input=
  while read -r old new ref; do
    case $ref in refs/heads/*) input="$input$old $new $ref
" ;; esac
  done
  [ -n "$input" ] || exit 0
  exec <<EOF
$input
EOF
fi
"""

_TAIL = """\
if [ -x "$py" ] && [ -f "$run" ]; then exec "$py" -I -S "$run" {stage} --hook "$0" -- "$@"; fi
found=
IFS=:
for dir in $PATH; do
  case $dir in /*) if [ -f "$dir/gitflowguard-hook" ] && [ -x "$dir/gitflowguard-hook" ]; then
    found=$dir/gitflowguard-hook; break; fi ;; esac
done
unset IFS
if [ -n "$found" ]; then
  if [ -n "$PYTHONPATH" ]; then export GITFLOWGUARD_PYTHONPATH="$PYTHONPATH"; unset PYTHONPATH; fi
  exec "$found" {stage} --hook "$0" -- "$@"
fi
for tool in 'uv tool' pipx 'python3 -m pip'; do command -v "${{tool%% *}}" >/dev/null 2>&1 && break; done
echo "gitflowguard: the program of this hook is gone, so nothing was checked; run: $tool install gitflowguard" >&2
exit {code}
"""


def shim(stage: str, python: str = "", script: str = "") -> str:
    """The whole hook file for a stage. python, script: absolute paths, "" to look on PATH."""
    middle = ""
    if stage == "prepare-commit-msg":
        middle = _PASSED.format(chained=CHAINED, quiet="", empty="")
    elif stage == "commit-msg":
        middle = _PASSED.format(
            chained=CHAINED, quiet=' && [ "$quiet" = 1 ]', empty=' : >"$dir/gitflowguard-passed";'
        )
    elif stage == STRICT:
        middle = _FILTER.format(chained=CHAINED)
    baked = (_single(python), _single(script))
    head = _HEAD.format(mark=MARK, stage=stage, py=baked[0], run=baked[1])
    return head + middle + _TAIL.format(stage=stage, code=0 if stage in ADVICE else 1)


def _single(path: str) -> str:
    """A path as one single-quoted sh word, also when it needs no quoting."""
    quoted = quote(path) if path else "''"
    return quoted if quoted.startswith("'") else f"'{quoted}'"


def is_ours(data: bytes) -> bool:
    """Whether a hook file's bytes are a shim of ours, of any version."""
    return b"\n# gitflowguard hook " in data[:200]
