"""The POSIX sh shim that git starts, one text a hook.

It `exec`s, so that stdin and the exit code pass through and no second process
waits. The interpreter and the script are baked in at install, because graphical
clients run hooks without the user's PATH; the fallback finds a moved install.
A guard whose interpreter is gone refuses and says how to mend it; advice
(post-checkout) lets go.
"""

from __future__ import annotations

from gitflowguard.hook.parse import STAGES, STRICT
from gitflowguard.model.names import quote

__all__ = ["ADVICE", "CHAINED", "MARK", "STAGES", "STRICT", "is_ours", "shim"]

ADVICE = ("post-checkout",)
CHAINED = ".chained"
MARK = "# gitflowguard hook 1: "

_HEAD = """\
#!/bin/sh
{mark}{stage} (managed; `gitflowguard uninstall` takes it away)
py={py}
run={run}
"""

# pre-commit and pre-merge-commit leave "<pid of git> <1 if no message rule is on>".
# The same git then starts these two hooks: their verdict is known, no Python is
# needed. Under --no-verify nothing was left by this git, and they judge in full.
# A framework may have moved ours to <hook>.legacy; the kept hook stays where it was.
_PASSED = """\
kept="${{0%.legacy}}{chained}"
if [ -z "$GITFLOWGUARD_SKIP" ] && [ ! -e "$kept" ] && [ -f "${{GIT_DIR:-.git}}/gitflowguard-passed" ]; then
  read -r pid quiet <"${{GIT_DIR:-.git}}/gitflowguard-passed"
  if [ "$pid" = "$PPID" ]{quiet}; then exit 0; fi
fi
"""

# git starts this hook two times or more for every command that moves a ref. Only
# a move of a branch is worth a Python; a fetch of 100 refs is not.
_FILTER = """\
kept="${{0%.legacy}}{chained}"
if [ "$1" != prepared ] && [ ! -e "$kept" ]; then exit 0; fi
input= hit=
while read -r old new ref; do
  case $ref in refs/heads/*) hit=1 ;; esac
  input="$input$old $new $ref
"
done
if [ -z "$hit" ] && [ ! -e "$kept" ]; then exit 0; fi
"""

_TAIL = """\
if [ -x "$py" ] && [ -f "$run" ]; then exec "$py" -I -S "$run" {stage} --hook "$0" -- "$@"{feed}
if command -v gitflowguard-hook >/dev/null 2>&1; then exec gitflowguard-hook {stage} --hook "$0" -- "$@"{feed}
echo 'gitflowguard: the Python that this hook was installed with is gone; run: gitflowguard init --yes' >&2
exit {code}
"""


def shim(stage: str, python: str = "", script: str = "") -> str:
    """The whole hook file for a stage. python, script: absolute paths, "" to look on PATH."""
    middle = ""
    if stage == "prepare-commit-msg":
        middle = _PASSED.format(chained=CHAINED, quiet="")
    elif stage == "commit-msg":
        middle = _PASSED.format(chained=CHAINED, quiet=' && [ "$quiet" = 1 ]')
    elif stage == STRICT:
        middle = _FILTER.format(chained=CHAINED)
    feed = " <<EOF\n$input\nEOF\nfi" if stage == STRICT else "; fi"
    baked = (_single(python), _single(script))
    head = _HEAD.format(mark=MARK, stage=stage, py=baked[0], run=baked[1])
    return head + middle + _TAIL.format(stage=stage, feed=feed, code=0 if stage in ADVICE else 1)


def _single(path: str) -> str:
    """A path as one single-quoted sh word, also when it needs no quoting."""
    quoted = quote(path) if path else "''"
    return quoted if quoted.startswith("'") else f"'{quoted}'"


def is_ours(data: bytes) -> bool:
    """Whether a hook file's bytes are a shim of ours, of any version."""
    return b"\n# gitflowguard hook " in data[:200]
