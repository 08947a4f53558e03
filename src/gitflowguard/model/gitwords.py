"""What a subject is: one that git writes itself, or one of Conventional Commits."""

from __future__ import annotations

# Angular's convention, which Conventional Commits 1.0.0 names in items 14 and its footnotes; teams list their own.
TYPES = ("build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test")
# Folded away by a rebase (git-commit(1), --fixup, --squash).
FOLDED = ("fixup! ", "squash! ", "amend! ")
# git-fmt-merge-msg(1), and the merges that a forge makes.
_MERGED = (
    "branch '", "branches '", "remote-tracking branch '", "remote-tracking branches '", "tag '", "tags '", "commit '",
    "commits '", "pull request ", "HEAD", "https://", "http://", "ssh://", "git@", "../", "/",
)  # fmt: skip


def merges(subject: str) -> bool:
    """Whether git or a forge would have written the subject for a merge."""
    return subject.startswith("Merge ") and subject[6:].startswith(_MERGED)


def by_git(subject: str) -> bool:
    """Whether git writes such a subject itself: of a revert (sequencer.c) or of a commit that is folded away."""
    for word in ("Revert ", "Reapply "):
        rest = subject.removeprefix(word)
        if rest != subject:
            return len(rest) > 2 and rest.startswith('"') and rest.endswith('"')
    return subject.startswith(FOLDED)


def typed(subject: str) -> str:
    """The type in ``type(scope)!: text`` (conventionalcommits.org, 1.0.0), "" if the subject has another form."""
    head, colon, text = subject.partition(": ")
    head = head.removesuffix("!")
    kind, opened, scope = head.partition("(")
    whole = not opened or (len(scope) > 1 and scope.endswith(")"))
    word = kind.replace("-", "").replace("_", "")
    return kind if colon and text.strip() and whole and word.isalnum() else ""


def conventional(subject: str, types: tuple[str, ...] = ()) -> bool:
    """Whether the subject has a known type; case doesn't count (item 15 of the specification).

    types: the team's own, instead of TYPES.
    """
    known = {kind.lower() for kind in types or TYPES}
    return typed(subject).lower() in known
