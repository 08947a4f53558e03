"""What GITFLOWGUARD_SKIP passed: into this clone's log, and as a trailer into the commit's message.

The hooks of one git command add to the same message. What an earlier one skipped (a tool's finding, which only
pre-commit looks for) is kept under the git command's process until the message is written. prepare-commit-msg
writes the trailers, because git runs it under --no-verify too; commit-msg runs behind the editor and puts them
where git finds them, whatever the editor did with the file.
"""

from __future__ import annotations

import os
import time

from gitflowguard.app.policy.cache import folder
from gitflowguard.model.message import stored, with_trailers, without_trailers
from gitflowguard.model.moment import COMMIT_MSG, PREPARE_COMMIT_MSG
from gitflowguard.repo.caller import git_above
from gitflowguard.repo.cleanup import Words, how_cleaned, read_words
from gitflowguard.repo.git import Git
from gitflowguard.repo.place import only_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.finding import Silenced
    from gitflowguard.repo.caller import Process
    from gitflowguard.repo.git import Place

TRAILER = "Gitflowguard-Skip"
# In our folder of the git directory: "<pid> <start>" of a git, then "<stage>\t<rule: reason>" lines.
NOTED = "skipped"
_WRITES = (PREPARE_COMMIT_MSG, COMMIT_MSG)


def remember(place: Place, stage: str, silenced: tuple[Silenced, ...], args: tuple[str, ...]) -> None:
    """Logs each skip in this clone, and writes it into the message that is being made.

    args: the hook's own; the first one names the file of the message. Raises GitError and OSError.
    """
    rows = {f"{one.violation.name}: {one.reason}": one.violation for one in silenced}
    lines = [f"{violation.code}\t{text}\t{violation.finding.ref}\n" for text, violation in rows.items()]
    _log(os.path.join(folder(place), "skips.log"), stage, lines)
    above = git_above()
    before = _noted(place, above)
    # A cherry-pick of several commits is one command with several messages (git-cherry-pick(1)).
    if stage == PREPARE_COMMIT_MSG:
        before = [row for row in before if row[0].startswith("pre-")]
    elif stage != COMMIT_MSG:
        before = []
    noted = [*before, *((stage, text) for text in rows)]
    _note(place, above, noted)
    if stage in _WRITES and args and noted:
        _write(args[0], stage, above, tuple(dict.fromkeys(text for _, text in noted)))


def _write(file: str, stage: str, above: Process | None, rows: tuple[str, ...]) -> None:
    """Puts the trailers into the file. A message without a word of the user's own stays one that git doesn't commit."""
    with open(file, "rb") as source:
        raw = source.read()
    words = read_words(above.args) if above is not None else Words()
    how = how_cleaned(Git(), raw, file, words, os.environ)
    trailers = tuple(f"{TRAILER}: {row}".encode("utf-8", "surrogateescape") for row in rows)
    key = TRAILER.encode()
    if stage == COMMIT_MSG and not without_trailers(stored(raw, how), key).strip():
        new = without_trailers(raw, key)
    else:
        new = with_trailers(raw, how, trailers)
    if new != raw:
        with open(file, "wb") as target:
            target.write(new)


def _log(path: str, stage: str, lines: list[str]) -> None:
    """Adds to the log. One commit passes two hooks; the second finds what the first has just logged."""
    if not lines or (stage == PREPARE_COMMIT_MSG and _logged(path, lines)):
        return
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "a", encoding="utf-8", errors="backslashreplace", opener=only_file) as log:
        log.writelines(f"{when}\t{stage}\t{line}" for line in lines)


def _logged(path: str, lines: list[str]) -> bool:
    """Whether the log ends in these lines, written by the stage before."""
    try:
        with open(path, encoding="utf-8", errors="backslashreplace", opener=only_file) as log:
            last = log.readlines()[-len(lines) :]
    except OSError:
        return False
    ends = [line.split("\t", 2) for line in last]
    return [end[-1] for end in ends] == lines and all(end[1].startswith("pre-") for end in ends)


def _noted(place: Place, above: Process | None) -> list[tuple[str, str]]:
    """(stage, "rule: reason") of what earlier hooks of this git command skipped; nothing where no git is seen."""
    try:
        with open(
            os.path.join(folder(place), NOTED), encoding="utf-8", errors="surrogateescape", opener=only_file
        ) as file:
            head, *lines = file.read().split("\n")
    except OSError:
        return []
    if above is None or head != f"{above.pid} {above.started}":
        return []
    pairs = (line.partition("\t") for line in lines if line)
    return [(stage, row) for stage, _, row in pairs]


def _note(place: Place, above: Process | None, rows: list[tuple[str, str]]) -> None:
    """Keeps the rows for the next hook of this git command."""
    path = os.path.join(folder(place), NOTED)
    if above is None or not (rows or os.path.exists(path)):
        return
    os.makedirs(folder(place), exist_ok=True)
    lines = [f"{above.pid} {above.started}", *(f"{stage}\t{row}" for stage, row in rows), ""]
    with open(path, "w", encoding="utf-8", errors="surrogateescape", opener=only_file) as file:
        file.write("\n".join(lines))
