"""Our line in husky's scripts, `.husky/<hook>`: text is inserted at the top, nothing is rewritten.

husky 9 runs the script by ``sh -e`` with git's arguments and input; older ones source a helper in their first
lines, which stay first. Ours comes before what the user has, so a push that ours blocks starts no test run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from gitflowguard.model.adoptionfiles import HUSKY, HUSKY_FOLDER
from gitflowguard.model.moment import STAGES, moment_at
from gitflowguard.repo.call import call, other
from gitflowguard.repo.files import SetupError, read
from gitflowguard.repo.hookfiles import COMMAND, HooksPath, husky_scripts
from gitflowguard.repo.install import FileWrite

_ARGUMENTS = '--hook "$0" -- "$@"'
# The script's own commands read the refs of a push, too; git lfs does (git-lfs-pre-push(1)).
_FEED = 'printf "%s\\n" "$gitflowguard_refs" | '
_PUSH = """\
gitflowguard_refs=$(cat)
{line}
exec <<GITFLOWGUARD
$gitflowguard_refs
GITFLOWGUARD
"""


def husky_line(stage: str, missing: str = "warn") -> str:
    """The line for a script that holds nothing else."""
    return call(stage, _ARGUMENTS, missing)


def husky_folder(hooks: HooksPath, top: str) -> str:
    """Where husky's scripts lie: where its setting says, else at the top."""
    return husky_scripts(hooks) if hooks.owner == "husky" else os.path.join(top, HUSKY_FOLDER)


def husky_steps(folder: str, missing: str) -> Iterator[FileWrite]:
    """What to write; raises SetupError where a script cannot be read."""
    for stage in STAGES:
        path = os.path.join(folder, stage)
        before = read(path)
        if before.data is None:
            yield FileWrite(path, HUSKY, husky_line(stage, missing).encode() + b"\n", before, 0o755)
            continue
        data, inserted = spliced(before.data, stage, missing)
        if data != before.data:
            yield FileWrite(
                path=path, role=HUSKY, data=data, before=before, mode=before.mode, inserted=inserted
            )


def spliced(data: bytes, stage: str, missing: str) -> tuple[bytes, tuple[str, ...]]:
    """The script with our line, and what was inserted; a line of ours follows the policy's choice."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise SetupError(
            f"{HUSKY_FOLDER}/{stage} is not UTF-8; save it as UTF-8, then run this again"
        ) from None
    if COMMAND in text:
        return _chosen(text, stage, missing).encode(), ()
    if "\r" in text:
        raise SetupError(
            f"{HUSKY_FOLDER}/{stage} has line ends that sh does not take (CR); change them to LF"
        )
    piece = _piece(stage, missing, alone=not _commands(text))
    at = _after_header(text)
    new = text[:at] + piece + text[at:]
    if new.count(piece) != 1 or new.replace(piece, "") != text:
        raise SetupError(f"{HUSKY_FOLDER}/{stage} can't be edited safely; add this line: {husky_line(stage)}")
    return new.encode(), (piece,)


def take_out(text: str, inserted: tuple[str, ...]) -> str | None:
    """The script without what was inserted; None unless each piece is found exactly once."""
    for piece in inserted:
        if text.count(piece) != 1:
            return None
        text = text.replace(piece, "")
    return text


def _piece(stage: str, missing: str, alone: bool) -> str:
    if not moment_at(stage).stdin or alone:
        return husky_line(stage, missing) + "\n"
    return _PUSH.format(line=call(stage, _ARGUMENTS, missing, _FEED))


def _chosen(text: str, stage: str, missing: str) -> str:
    """The text with our own line as the policy wants it now; other calls are the user's."""
    for feed in ("", _FEED):
        text = text.replace(
            call(stage, _ARGUMENTS, other(missing), feed), call(stage, _ARGUMENTS, missing, feed)
        )
    return text


def _commands(text: str) -> list[str]:
    """The lines that run something."""
    stripped = (line.strip() for line in text[_after_header(text) :].split("\n"))
    return [line for line in stripped if line and not line.startswith("#")]


def _after_header(text: str) -> int:
    """Where the first lines end that have to stay first: ``#!`` and husky's own helper."""
    at = 0
    for line in text.splitlines(keepends=True)[:6]:
        bare = line.strip()
        if not line.endswith("\n") or bare and not (bare.startswith(("#!", ". ")) and _of_husky(bare)):
            break
        at += len(line)
    return at if text[:at].strip() else 0


def _of_husky(line: str) -> bool:
    return line.startswith("#!") or "husky.sh" in line
