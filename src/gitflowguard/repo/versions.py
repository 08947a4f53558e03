"""The oldest git that has what we lean on."""

from __future__ import annotations

from gitflowguard.repo.git import GitError

# 2.38 has merge-tree --write-tree (RelNotes/2.38.0). What else we ask for is older: the hook reference-transaction
# (2.28), and AUTO_MERGE by merge-ort (the default since RelNotes/2.34.0), which tells a merge's own conflict markers.
MINIMUM = (2, 38)


def require(said: str) -> None:
    """Raises GitError, naming the version that is needed, where `git version` says less.

    Asked by commands that a person waits for; a hook saves the process, since
    `init` and `doctor` have asked already.
    """
    found = parse_git_version(said)
    if found is not None and found < MINIMUM:
        raise GitError(f"{said} is too old; gitflowguard needs git {MINIMUM[0]}.{MINIMUM[1]} or newer")


def parse_git_version(text: str) -> tuple[int, int] | None:
    """``git version 2.39.5 (Apple Git-154)`` -> ``(2, 39)``; None if it is nothing like that."""
    words = text.split()
    numbers = words[2].split(".") if len(words) > 2 and words[:2] == ["git", "version"] else []
    if len(numbers) < 2 or not (numbers[0].isdigit() and numbers[1].isdigit()):
        return None
    return int(numbers[0]), int(numbers[1])
